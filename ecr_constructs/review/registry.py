"""Caches, templates and replication that a change takes away, and whoever relies on what they bring."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import Wanted, caches_of, replication_destinations_of, templates_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.registry.caches import PullThroughRule
from ecr_constructs.core.registry.templates import ROOT, CreationTemplate
from ecr_constructs.review.change import Change, EnvironmentPair, Side
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import at, breaks, said_of_one

__all__ = ["judge_registry"]

_MADE_FOR = {"PULL_THROUGH_CACHE": "a cache", "REPLICATION": "replication"}


def judge_registry(change: Change) -> Iterator[Finding]:
    """Yield what the registry brings no more: images of others, replicas, and what new repositories get."""
    for pair in change.changed:
        if pair.before is not None and pair.after is not None:
            yield from _caches(pair.before, pair.after)
            yield from _templates(pair.before, pair.after)
            yield from _replication(pair, pair.before, pair.after, change.head)


def _caches(before: Environment, after: Environment) -> Iterator[Finding]:
    later = {wanted.logical_id: wanted for wanted in caches_of(after)}
    for wanted in caches_of(before):
        rule = wanted.value
        if not isinstance(rule, PullThroughRule):
            continue
        other = later.get(wanted.logical_id)
        upstream, below = _upstream(rule), f"below {rule.ecr_repository_prefix}"
        if other is None or not isinstance(other.value, PullThroughRule):
            what = f"images of {upstream} are cached {below} no more: what is cached stays as it is"
            fix = "Have those who pull there pull elsewhere before."
            yield breaks("cache-removed", after, at(*wanted.path, at_base=True), what, fix)
        elif _upstream(other.value) != upstream:
            what = f"images {below} come from {_upstream(other.value)} instead of {upstream}, by the same names"
            fix = "Give the other registry a prefix of its own."
            said = at(*other.path, _changed(wanted, other, "upstream", "upstream_repository_prefix"))
            yield breaks("cache-replaced", after, said, what, fix)


def _upstream(rule: PullThroughRule) -> str:
    host = "another registry" if rule.upstream is None else rule.upstream.url
    return host if rule.upstream_repository_prefix in (None, ROOT) else f"{host}/{rule.upstream_repository_prefix}"


def _changed(before: Wanted, after: Wanted, *keys: str) -> str:
    return next(key for key in keys if before.keywords.get(key) != after.keywords.get(key))


def _templates(before: Environment, after: Environment) -> Iterator[Finding]:
    later = {wanted.logical_id: wanted for wanted in templates_of(after)}
    for wanted in templates_of(before):
        template, other = wanted.value, later.get(wanted.logical_id)
        if not isinstance(template, CreationTemplate):
            continue
        kept = other.value.applied_for if other is not None and isinstance(other.value, CreationTemplate) else ()
        lost = [_MADE_FOR.get(str(each), str(each)) for each in template.applied_for if each not in kept]
        if lost:
            made = f"repositories that ECR makes below {template.prefix} for {' and '.join(lost)}"
            what = f"{made} get what AWS gives: mutable tags, no access of others, nothing that expires"
            fix = "Keep the template where ECR still makes such repositories."
            said = at(*wanted.path, at_base=True) if other is None else at(*other.path, "applied_for")
            yield breaks("template-removed", after, said, what, fix)


def _replication(pair: EnvironmentPair, before: Environment, after: Environment, head: Side) -> Iterator[Finding]:
    for each in pair.made:
        one, other = each.before, each.after
        if one is None or other is None or one.options is other.options:
            continue
        kept = _destinations(other, after)
        for region, account_id in _destinations(one, before):
            if (region, account_id) in kept:
                continue
            there = region if account_id in (None, before.settings.account_id) else f"{region} of account {account_id}"
            key = "enable_replication" if not other.options.enable_replication else "replication_destinations"
            yield breaks(
                "replication-removed",
                after,
                said_of_one(one, other, key),
                f"is replicated to {there} no more: the replicas there stay, and no new image comes",
                "Have those who pull there pull elsewhere before.",
                *_environments_in(head, region, account_id),
                repositories=(each.logical_name,),
            )


def _destinations(repository: DeclaredRepository, environment: Environment) -> list[tuple[str, str | None]]:
    own = environment.settings.account_id
    return [(each.region, each.registry_id or own) for each in replication_destinations_of(repository)]


def _environments_in(side: Side, region: str, account_id: str | None) -> Iterator[str]:
    """Yield which environments are where replicas are, or take their images from there."""
    for each in side.environments.values():
        places = {each.registry, None if each.source is None else (each.source.account_id, each.source.region)}
        if account_id is not None and (account_id, region) in places:
            yield f"{each.name}: is there, or takes its images from there"
