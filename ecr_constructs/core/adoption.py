"""What a repository's resources were before this stack had them: made by someone else, or here under another name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from ecr_constructs.core.names import is_terraform_name
from ecr_constructs.core.ssm import LAYOUTS, SsmParameterName
from ecr_constructs.core.ssm import PARAMETERS as PUBLISHED
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, nearest, show

__all__ = [
    "ADOPTABLE",
    "PARAMETERS",
    "PARTS",
    "RepositoryPart",
    "adopted_parameters",
    "adopted_parts",
    "check_adopt",
    "check_adopted_parameters",
    "check_renamed_from",
    "named_parts",
    "parameter_parts",
]

RepositoryPart: TypeAlias = Literal["repository", "lifecycle_policy", "repository_policy"]
PARTS: Final[Mapping[RepositoryPart, str]] = MappingProxyType(
    {
        "repository": "aws_ecr_repository",
        "lifecycle_policy": "aws_ecr_lifecycle_policy",
        "repository_policy": "aws_ecr_repository_policy",
    }
)
"""What can be adopted of a repository, with Terraform's type of it. All are imported by the repository's name."""

PARAMETERS = "parameters"
"""The word of a file for all that a repository is published in; single ones are `parameters/url` and so on."""

ADOPTABLE = (*PARTS, PARAMETERS, *(f"{PARAMETERS}/{name}" for name in PUBLISHED))
"""What a file can name to be adopted. Parameters are imported by their own names, each of which may exist or not."""


def adopted_parts(adopt: bool | Sequence[str]) -> frozenset[RepositoryPart]:  # noqa: FBT001 - the argument of the constructs
    """Return what of the repository itself `adopt` names, after it was found right."""
    if isinstance(adopt, bool):
        return frozenset(PARTS if adopt else ())
    return frozenset(part for part in PARTS if part in adopt)


def named_parts(adopt: bool | Sequence[str]) -> tuple[str, ...]:  # noqa: FBT001
    """Return everything that `adopt` is about, in the words and the order of a file."""
    if isinstance(adopt, bool):
        return tuple(PARTS) if adopt else ()
    return tuple(adopt)


def adopted_parameters(adopt: bool | Sequence[str], layout: str) -> tuple[SsmParameterName, ...]:  # noqa: FBT001
    """Return which of a layout's parameters `adopt` of a file names; true names none of them.

    Terraform plans no import of what is not there, and true is about what most repositories have.
    """
    named = () if isinstance(adopt, bool) else adopt
    return tuple(name for name in LAYOUTS[layout] if PARAMETERS in named or f"{PARAMETERS}/{name}" in named)


def parameter_parts(names: Sequence[str], layout: str) -> list[str]:
    """Return how a file names parameters of a layout: together where these are all of them, else one by one."""
    if not names:
        return []
    return [PARAMETERS] if set(LAYOUTS[layout]) <= set(names) else [f"{PARAMETERS}/{name}" for name in names]


def check_adopted_parameters(adopt: object, layout: str, path: object) -> list[Problem]:
    """Check which parameters of a repository are to be adopted.

    Args:
        adopt: True, False, or some of the layout's parameters.
        layout: The layout, which is known.
        path: Path of the parameters, which must be known: Terraform imports by it.
    """
    if adopt is False:
        return []
    problems = _check_words(adopt, LAYOUTS[layout], code="adopt-parameter")
    if is_unresolved(path) and adopt:
        rule, fix = "must be known at synthesis where it is adopted", "Write it out, or leave adopt out."
        problems.append(Problem(("name",), "adopt-name", rule, "a token", fix))
    return problems


def check_adopt(adopt: object, repository_name: object, renamed_from: object = None) -> list[Problem]:
    """Check what is to be adopted.

    Args:
        adopt: True, False, or some of `PARTS`.
        repository_name: The repository's name, which must be known: Terraform imports by it.
        renamed_from: The former Terraform name, if there is one; what is in the state needs no import.
    """
    if adopt is False:
        return []
    problems = _check_words(adopt, tuple(PARTS), code="adopt-part")
    if is_unresolved(repository_name) and adopt:
        fix = "Write the name out, or leave adopt out."
        rule = "must be known at synthesis where it is adopted"
        problems.append(Problem(("repository_name",), "adopt-name", rule, "a token", fix))
    if renamed_from is not None and adopt:
        fix = "Keep renamed_from where the state has the repository under its former name, and adopt where it has not."
        problems.append(Problem(("adopt",), "adopt-renamed", "must be left out with renamed_from", show(adopt), fix))
    return problems


def check_renamed_from(renamed_from: object, logical_id: str | None) -> list[Problem]:
    """Check a former Terraform name.

    Args:
        renamed_from: The name; None is right.
        logical_id: The name now.
    """
    path, got = ("renamed_from",), show(renamed_from)
    if renamed_from is None:
        return []
    if not isinstance(renamed_from, str) or not is_terraform_name(renamed_from):
        fix = "Use letters, digits, '_' and '-', not starting with a digit or '-', as the former logical_id did."
        return [Problem(path, "renamed-from", "must be a Terraform name", got, fix)]
    if logical_id is None:
        fix = "Give the new Terraform name as logical_id."
        return [Problem(path, "renamed-from-alone", "must come with logical_id", got, fix)]
    if renamed_from == logical_id:
        fix = "Remove it; it is for a logical_id that has changed."
        return [Problem(path, "renamed-from-same", "must differ from logical_id", got, fix)]
    return []


def _check_words(adopt: object, known: Sequence[str], *, code: str) -> list[Problem]:
    if adopt is True:
        return []
    words = ", ".join(known)
    if isinstance(adopt, str) or not isinstance(adopt, Sequence) or is_unresolved(adopt):
        got = "a token" if is_unresolved(adopt) else show(adopt)
        fix = f"Write True for all, or some of {words} in a list."
        return [Problem(("adopt",), "adopt", "must be true, false or a list", got, fix)]
    return [
        Problem(
            ("adopt", index),
            code,
            f"must be one of {words}",
            show(part),
            nearest(str(part), known) or "Use one of these.",
        )
        for index, part in enumerate(adopt)
        if part not in known
    ]
