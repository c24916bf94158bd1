"""Which repositories of an account are taken into an environment, and by which logical names."""

from __future__ import annotations

import dataclasses
import fnmatch
from collections.abc import Collection, Iterable, Mapping, Sequence

from ecr_constructs.adoption.read import FoundRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import EnvironmentSettings
from ecr_constructs.core.names import check_logical_name, expand_template
from ecr_constructs.errors import Problem, nearest, raise_problems, show

__all__ = ["Choice", "choose", "logical_names"]


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """Which repositories are taken.

    Attributes:
        taken: Those that no environment declares and the user asked for.
        declared: Those that the environment declares already, by their logical names.
        elsewhere: Names of those that were asked for and another environment declares, each with that environment.
    """

    taken: tuple[FoundRepository, ...]
    declared: Mapping[str, FoundRepository]
    elsewhere: Mapping[str, str]


def choose(
    found: Sequence[FoundRepository],
    environments: Iterable[Environment],
    env: str,
    account_id: str,
    *,
    prefix: str = "",
    patterns: Sequence[str] = (),
    excluded: Sequence[str] = (),
) -> Choice:
    """Return which repositories are taken into an environment.

    Args:
        found: Everything that is there.
        environments: All environments of the app.
        env: The environment.
        account_id: Account in which they are.
        prefix: How their names begin.
        patterns: Names with `*` and `?` as in a file's name, of which one must match; none for all.
        excluded: The same, of which none may match.

    Raises:
        InvalidInput: A pattern or the prefix matches no repository at all.
    """
    names = [each.name for each in found]
    raise_problems(_unmatched(names, prefix, {"--repository": patterns, "--exclude": excluded}))
    by_env = {each.name: each for each in environments}
    own = by_env.pop(env)
    region = own.settings.region
    owners = {
        repository.repository_name: other.name
        for other in by_env.values()
        if other.settings.region == region and other.settings.account_id in (None, account_id)
        for repository in other.made.values()
    }
    declared = {repository.repository_name: name for name, repository in own.made.items()}
    asked = [
        each
        for each in found
        if each.name not in declared
        and each.name.startswith(prefix)
        and (not patterns or _matches(each.name, patterns))
        and not _matches(each.name, excluded)
    ]
    return Choice(
        taken=tuple(each for each in asked if each.name not in owners),
        declared={declared[each.name]: each for each in found if each.name in declared},
        elsewhere={each.name: owners[each.name] for each in asked if each.name in owners},
    )


def logical_names(names: Sequence[str], settings: EnvironmentSettings, used: Collection[str]) -> dict[str, str]:
    """Return a logical name for each repository, and none twice.

    It is what the template of names has for `{name}` where the repository's name was made by it, else that name
    itself. Where that is used already, a number comes after it.

    Args:
        names: Names of the repositories in ECR.
        settings: The environment, with the template.
        used: Logical names that are used already.

    Returns:
        The logical name by the name in ECR.
    """
    wished = {name: _by_template(name, settings) for name in names}
    # Those that the template made come first: theirs is no name that was made up here.
    order = sorted(names, key=lambda name: (wished[name] is None, name))
    taken, result = set(used), dict[str, str]()
    for name in order:
        free = wished[name] or name
        number = 2
        while free in taken:
            free = f"{wished[name] or name}-{number}"
            number += 1
        taken.add(free)
        result[name] = free
    return result


def _by_template(name: str, settings: EnvironmentSettings) -> str | None:
    """Return what stands for `{name}` in a name that the template made, or None."""
    mark = "\0"
    around = expand_template(
        settings.ecr_repository_name, {"project": settings.project, "env": settings.env, "name": mark}
    )
    before, _, after = around.partition(mark)
    inner = name.removeprefix(before).removesuffix(after)
    fits = around.replace(mark, inner) == name and inner and not check_logical_name(inner)
    return inner if fits else None


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _unmatched(names: Sequence[str], prefix: str, options: Mapping[str, Sequence[str]]) -> Iterable[Problem]:
    rule = "must match a repository that is there"
    if prefix and not any(name.startswith(prefix) for name in names):
        yield Problem(("--prefix",), "adopt-matches", rule, show(prefix), nearest(prefix, names))
    for option, patterns in options.items():
        for pattern in patterns:
            if not any(_matches(name, [pattern]) for name in names):
                yield Problem((option,), "adopt-matches", rule, show(pattern), nearest(pattern, names))
