"""Pulls that newly do not count, so that images look unused and are archived, or that count again."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import pull_exclusions_of, retention_of, templates_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.lifecycle import Retention, compose_retention
from ecr_constructs.core.registry.templates import CreationTemplate
from ecr_constructs.review.change import Change, EnvironmentPair, Side
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import at
from ecr_constructs.terminal.counting import number_of

__all__ = ["judge_pull_times"]


def judge_pull_times(change: Change) -> Iterator[Finding]:
    """Yield what rules by the last pull do otherwise, because the pulls of a principal are recorded no more, or again.

    Nothing is told where no repository of the registry has such a rule: then it is of no consequence who pulls.
    """
    for pair in change.changed:
        if pair.before is not None and pair.after is not None:
            yield from _compared(pair, pair.before, pair.after, change.head)


def _compared(pair: EnvironmentPair, before: Environment, after: Environment, head: Side) -> Iterator[Finding]:
    old, new = _exclusions(before), _exclusions(after)
    if old.keys() == new.keys():
        return
    archived, deleted, others = _by_last_pull(after, head)
    if not archived and not others:
        return
    for arn in sorted(new.keys() - old.keys()):
        ending = ", and deleted after their days there" if deleted else ""
        yield Finding(
            code="pull-exclusion-added",
            severity="attention",
            consequence="deletes images",
            environment=pair.name,
            what=f"images that nobody but {arn} pulls look unused from now on: they are archived, from where nobody "
            f"can pull them{ending}",
            fix="Make sure that nothing runs what it pulls; lifecycle preview shows which images go.",
            repositories=archived,
            details=others,
            **at("ecr_pull_time_update_exclusions", new[arn]),
        )
    for arn in sorted(old.keys() - new.keys()):
        yield Finding(
            code="pull-exclusion-removed",
            severity="note",
            consequence="costs",
            environment=pair.name,
            what=f"pulls of {arn} count again: images that it pulls are archived no more, and stay at full price",
            repositories=archived,
            details=others,
            **at("ecr_pull_time_update_exclusions", old[arn], at_base=True),
        )


def _exclusions(environment: Environment) -> dict[str, int]:
    """Return whose pulls do not count, each with its place in the list."""
    return {str(wanted.keywords["principal_arn"]): int(wanted.path[-1]) for wanted in pull_exclusions_of(environment)}


def _by_last_pull(environment: Environment, head: Side) -> tuple[tuple[str, ...], bool, tuple[str, ...]]:
    """Return which repositories have a rule by the last pull, whether one deletes as well, and those of others.

    The list is the registry's: so repositories of other environments there follow it, and those that ECR makes.
    """
    own, deleted, others = [], False, []
    registry = environment.registry
    for each in head.environments.values():
        is_own = each.name == environment.name
        if not is_own and (registry is None or each.registry != registry):
            continue
        found = [name for name, declared in each.made.items() if _is_by_pull(retention_of(declared))]
        prefixes = [
            wanted.value.prefix
            for wanted in templates_of(each)
            if isinstance(wanted.value, CreationTemplate) and _is_by_pull(wanted.value.retention)
        ]
        deleted = deleted or any(_deletes(retention_of(each.made[name])) for name in found)
        own += found if is_own else []
        others += [f"{each.name}: {', '.join(found)}"] if found and not is_own else []
        others += [f"{each.name}: {number_of(len(prefixes), 'creation template')}: {', '.join(prefixes)}"] * bool(
            prefixes
        )
    return tuple(own), deleted, tuple(others)


def _is_by_pull(retention: Retention) -> bool:
    return any(rule.count_type == "sinceImagePulled" for rule, _ in compose_retention(retention)[0])


def _deletes(retention: Retention) -> bool:
    return any(rule.count_type == "sinceImageTransitioned" for rule, _ in compose_retention(retention)[0])
