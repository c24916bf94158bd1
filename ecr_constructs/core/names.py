"""Names of repositories, and the Terraform addresses made from logical names."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, nearest, show

__all__ = [
    "TEMPLATE_FIELDS",
    "check_logical_name",
    "check_repository_name",
    "check_template",
    "expand_template",
    "terraform_address",
]

TEMPLATE_FIELDS = ("project", "env", "name")

# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
_NAME = re.compile(r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*")
_NAME_LENGTH = range(2, 257)
_NAME_FIX = (
    "Use lowercase letters and digits, joined by single '.', '_', '__' or '-', in parts divided by '/', "
    "2 to 256 characters in all."
)


def check_repository_name(value: object, *path: str | int) -> list[Problem]:
    """Check the name of a repository.

    ECR takes 2 to 256 characters: parts of lowercase letters and digits joined by `.`, `_`, `__` or hyphens, and
    divided by `/` (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html).
    """
    if is_unresolved(value):
        return []
    if isinstance(value, str) and len(value) in _NAME_LENGTH and _NAME.fullmatch(value):
        return []
    return [Problem(path, "repository-name", "must be a name that ECR takes", show(value), _NAME_FIX)]


def check_logical_name(value: str, *path: str | int) -> list[Problem]:
    """Check the name by which an environment calls a repository: a repository's name, but one character will do."""
    if len(value) < _NAME_LENGTH.stop and _NAME.fullmatch(value):
        return []
    return [Problem(path, "logical-name", "must be a name that ECR takes", show(value), _NAME_FIX)]


def check_template(template: str, *path: str | int) -> list[Problem]:
    """Check the template of repository names: text with `{project}`, `{env}` and, always, `{name}`."""
    try:
        fields = [(name, spec, conversion) for _, name, spec, conversion in string.Formatter().parse(template)]
    except ValueError as error:
        fix = "Close every brace: {project}, {env}, {name}."
        return [Problem(path, "name-template", f"must be a template ({error})", show(template), fix)]
    found = [name for name, _, _ in fields if name is not None]
    problems = [
        Problem(
            path,
            "name-template",
            f"must use the placeholders {{{'}, {'.join(TEMPLATE_FIELDS)}}} alone",
            show(f"{{{name}}}"),
            nearest(name, TEMPLATE_FIELDS) or "Remove the placeholder.",
        )
        for name, spec, conversion in fields
        if name is not None and (name not in TEMPLATE_FIELDS or spec or conversion)
    ]
    if "name" not in found:
        fix = "Add {name}, or every repository would have the same name."
        problems.append(Problem(path, "name-template", "must contain {name}", show(template), fix))
    return problems


def expand_template(template: str, values: Mapping[str, str]) -> str:
    """Return a repository's name from a template that `check_template` found right."""
    return template.format_map(values)


def terraform_address(logical_name: str) -> str:
    """Return the Terraform name of the resources of a repository.

    It is made from the logical name alone, one-to-one: hyphens and underscores stay (`a-b` and `a_b` differ), `/`
    becomes `_S_` and `.` becomes `_D_`, which no logical name contains because it has no uppercase letters. A name
    that starts with a digit, as no Terraform name may, gets `N_` in front.

    Changing what this returns for any name would make Terraform replace that repository and delete its images.
    """
    address = logical_name.replace("/", "_S_").replace(".", "_D_")
    return f"N_{address}" if address[0].isdigit() else address
