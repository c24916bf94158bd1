"""Where in the file a problem of a repository is; what a default causes in all of them is one of the default."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.model.file import DEFAULTS
from ecr_constructs.errors import Problem

__all__ = ["placed"]

# What must be given beside an option, and that option.
_CALLED_FOR_BY = {
    "allowed_account_ids": "enable_cross_account_access",
    "image_tag_mutability_exclusion_filters": "image_tag_mutability",
    "replication_destinations": "enable_replication",
}


def placed(
    found: Sequence[tuple[DeclaredRepository, Problem]], repositories: Iterable[DeclaredRepository]
) -> Iterator[Problem]:
    """Return problems of repositories, whose paths begin with an option, at their places in the file.

    What is missing is missing from the defaults where they call for it and no repository that takes them has it.

    Args:
        found: Each problem with its repository.
        repositories: All repositories of the file.
    """
    calling = Counter(
        option
        for each in repositories
        for option in set(_CALLED_FOR_BY.values())
        if each.is_made and _is_default(each, option)
    )
    lacking = Counter(problem for repository, problem in found if _call_of_defaults(repository, problem))
    for repository, problem in found:
        option = _call_of_defaults(repository, problem)
        if option is not None and 1 < calling[option] == lacking[problem]:
            yield problem.under(DEFAULTS)
        else:
            yield repository.place(problem)


def _call_of_defaults(repository: DeclaredRepository, problem: Problem) -> str | None:
    """Return the default that calls for what is missing, if that is the problem."""
    option = _CALLED_FOR_BY.get(str(problem.path[0])) if problem.path else None
    is_missing = option is not None and not repository.is_said(problem.path)
    return option if is_missing and _is_default(repository, str(option)) else None


def _is_default(repository: DeclaredRepository, option: str) -> bool:
    return repository.is_said((option,)) and option not in repository.own_keys
