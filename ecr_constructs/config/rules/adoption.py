"""What exists in AWS and is imported."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import access_of, retention_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.rules.defaults import by_place, count_of
from ecr_constructs.core.access.grants import AccessGrants
from ecr_constructs.core.adoption import PARAMETERS, named_parts
from ecr_constructs.core.ssm import LAYOUTS
from ecr_constructs.errors import Problem

__all__ = ["point_out_adopted", "point_out_left_in_place"]


def point_out_adopted(environment: Environment) -> Iterator[Problem]:
    """Point out what is imported; what the defaults say is one notice."""
    for path, repositories in by_place(environment, "adopt").items():
        parts = ", ".join(named_parts(repositories[0].options.adopt))
        text = f"{count_of(repositories)}: what exists in AWS is imported ({parts})"
        about = repositories[0].logical_name if len(repositories) == 1 else ""
        yield Problem(path, "adopted", text, severity="notice", about=about)


def point_out_left_in_place(environment: Environment) -> Iterator[Problem]:
    """Point out what is to be imported, and of which the file makes none: what AWS has stays in force.

    `adopt: true` is about whatever the file makes, and so asks for none of it by name.
    """
    for path, repositories in by_place(environment, "adopt").items():
        adopt = repositories[0].options.adopt
        for part in () if isinstance(adopt, bool) else sorted({*adopt}):
            without = [each for each in repositories if part not in _made_parts(each)]
            if without:
                text = f"{count_of(without)}: {part} is not imported, because the file makes none"
                text += "; one in AWS stays in force"
                fix = "Say what it is to be, or take it out of the list and remove it in AWS if it is not to be there."
                about = without[0].logical_name if len(without) == 1 else ""
                yield Problem(path, "adopt-left", text, fix=fix, severity="warning", about=about)


def _made_parts(repository: DeclaredRepository) -> set[str]:
    """Return what is made of a repository, of what can be adopted."""
    made = {"repository"}
    if not retention_of(repository).is_empty:
        made.add("lifecycle_policy")
    if access_of(repository) != AccessGrants():
        made.add("repository_policy")
    if repository.ssm_path is not None:
        made |= {PARAMETERS, *(f"{PARAMETERS}/{name}" for name in LAYOUTS[repository.environment.ecr_ssm_layout])}
    return made
