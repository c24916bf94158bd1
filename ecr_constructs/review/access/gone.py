"""Repositories that go, and those who pull from them or push to them; and what is referred to and no longer made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ecr_constructs.config.environment import Environment
from ecr_constructs.config.relations import INHERITED
from ecr_constructs.core.evaluation.abilities import Ability
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.access.answers import Shift
from ecr_constructs.review.access.severity import is_own
from ecr_constructs.review.access.told import who_is
from ecr_constructs.review.change import Change, EnvironmentPair
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import at

__all__ = ["judge_sources", "readers_gone"]


_DESTROYED = ("made", "public")


class _Reader(NamedTuple):
    """Somebody who could use a repository that goes.

    Attributes:
        who: Who.
        of_app: Whether another environment of this app does.
        is_own: Whether it is somebody of the repository's own account.
    """

    who: str
    of_app: bool
    is_own: bool


def readers_gone(shifts: Iterable[Shift], accounts: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    """Yield each repository that goes while somebody could pull from it or push to it, with all of these.

    It is a danger where another environment of this app could.

    Args:
        shifts: Who may do what else than before.
        accounts: The environments of each account.
    """
    readers: dict[EnvironmentPair, dict[str, dict[_Reader, None]]] = {}
    for shift in shifts:
        pair = shift.environment
        # What an environment made whose file goes is still there, and what ECR made below a prefix.
        if pair.after is None or shift.pairs[0].after is not None or shift.pairs[0].site.kind not in _DESTROYED:
            continue
        could = {ability for ability, move in shift.moves if move.closes}
        reader = _Reader(who_is(shift, accounts), _is_of_app(shift, accounts), is_own(shift))
        if not could.isdisjoint((Ability.PULL, Ability.PUSH)):
            for each in shift.pairs:
                readers.setdefault(pair, {}).setdefault(each.name, {})[reader] = None
    for pair, found in readers.items():
        yield from _gone(pair, found)


def judge_sources(change: Change) -> Iterator[Finding]:
    """Yield what an environment refers to and no environment of this app makes any more."""
    made = _made(each.after for each in change.changed)
    # Of an environment whose file goes nothing is destroyed.
    before_it = _made(each.before for each in change.changed if each.after is not None)
    lost = {arn: name for arn, name in before_it.items() if arn not in made}
    for pair in change.environments if lost else ():
        after = {} if pair.after is None else _referred(pair.after)
        before = {} if pair.before is None else _referred(pair.before)
        for name, arn in sorted({**before, **after}.items()):
            # One that is referred to elsewhere now is another one, and one that is declared no more here is not missed.
            is_missed = name in after or (pair.after is not None and _is_of_source(pair, name))
            if arn in lost and is_missed:
                declared = pair.after is not None and name in pair.after.repositories
                environment = pair.after if declared else pair.before
                path: KeyPath = () if environment is None else environment.repositories[name].path
                yield Finding(
                    code="source-gone",
                    severity="danger",
                    consequence="breaks",
                    environment=pair.name,
                    what=f"is no longer made by {lost[arn]}, where its images come from",
                    fix="Keep it there until nothing here pulls it any more.",
                    repositories=(name,),
                    **at(*path, at_base=not declared and path != INHERITED),
                )


def _gone(pair: EnvironmentPair, readers: Mapping[str, Mapping[_Reader, None]]) -> Iterator[Finding]:
    if pair.before is None:
        return
    alike: dict[tuple[_Reader, ...], list[str]] = {}
    for name, each in readers.items():
        alike.setdefault(tuple(sorted(each)), []).append(name)
    for found, names in alike.items():
        in_app = any(each.of_app for each in found)
        first = min(names)
        repository = pair.before.repositories.get(first)
        path = ("ecr_public_repositories", first) if repository is None else repository.path
        yield Finding(
            code="readers-gone",
            severity="danger" if in_app else "attention",
            consequence="breaks",
            environment=pair.name,
            what=f"is no longer there for those who pull or push: {', '.join(each.who for each in found)}",
            fix="Keep it until none of them needs it any more.",
            repositories=tuple(sorted(names)),
            **at(*path, at_base=True),
        )


def _is_of_app(shift: Shift, accounts: Mapping[str, tuple[str, ...]]) -> bool:
    holder = shift.access.holder
    if holder is not None:
        return holder.environment.name != shift.environment.name
    return not is_own(shift) and shift.access.requester.account_id in accounts


def _made(environments: Iterable[Environment | None]) -> dict[str, str]:
    """Return which of environments makes each repository, by its ARN."""
    return {
        each.repository_arn(name, each.place): each.name
        for each in environments
        if each is not None and each.registry is not None
        for name in each.made
    }


def _referred(environment: Environment) -> dict[str, str]:
    found = {name: environment.arn_of(each) for name, each in environment.repositories.items()}
    return {name: str(arn) for name, arn in found.items() if arn is not None}


def _is_of_source(pair: EnvironmentPair, name: str) -> bool:
    """Whether an environment names no repositories, and has all those of its source."""
    before, after = pair.before, pair.after
    if before is None or after is None or before.source is None or after.source is None:
        return False
    return before.repositories[name].path == INHERITED
