"""Caches, templates and replication that a change takes away, and whoever relies on what they bring.

And accounts that newly get replicas, which are theirs: a danger where no environment of this app was there before. With
a new repository it is a note if all others that the environment made before were replicated there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import Wanted, caches_of, replication_destinations_of, templates_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.registry.caches import PullThroughRule
from ecr_constructs.core.registry.templates import ROOT, CreationTemplate
from ecr_constructs.review.access.told import accounts_of
from ecr_constructs.review.change import Change, EnvironmentPair, Side
from ecr_constructs.review.finding import Finding, Severity
from ecr_constructs.review.said import at, breaks, said_of_one
from ecr_constructs.review.templates import template_pairs

__all__ = ["judge_registry"]

_MADE_FOR = {"PULL_THROUGH_CACHE": "a cache", "REPLICATION": "replication"}


def judge_registry(change: Change) -> Iterator[Finding]:
    """Yield what the registry brings no more: images of others, replicas, and what new repositories get."""
    accounts = accounts_of(change)
    for pair in change.changed:
        if pair.before is not None and pair.after is not None:
            yield from _caches(pair.before, pair.after)
            yield from _templates(pair.before, pair.after)
            yield from _replication(pair, pair.before, pair.after, change.head)
        if pair.after is not None:
            yield from _replicated_to_others(pair, pair.after, accounts)


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
    later = {each.value.prefix: each for each in templates_of(after) if isinstance(each.value, CreationTemplate)}
    for pair in template_pairs(before, after):
        # Where another template takes over, what becomes another is told of that.
        if pair.before is None or pair.after is not None:
            continue
        # What a push makes no more is told by `pushes`.
        lost = [_MADE_FOR[each] for each in pair.purposes if each in _MADE_FOR]
        if not lost:
            continue
        below = "" if pair.prefix == ROOT else f" below {pair.prefix}"
        made = f"repositories that ECR makes{below} for {' and '.join(lost)}"
        what = f"{made} get what AWS gives: mutable tags, no access of others, nothing that expires"
        fix = "Keep the template where ECR still makes such repositories."
        other = later.get(pair.prefix)
        said = at(*pair.before.path, at_base=True) if other is None else at(*other.path, "applied_for")
        yield breaks("template-removed", after, said, what, fix)


def _replication(pair: EnvironmentPair, before: Environment, after: Environment, head: Side) -> Iterator[Finding]:
    # That a file says its account alone moves nothing.
    known = before.settings.account_id or after.settings.account_id
    for each in pair.made:
        one, other = each.before, each.after
        if one is None or other is None or one.options is other.options:
            continue
        kept = _destinations(other, after.settings.account_id or known)
        for region, account_id in _destinations(one, known):
            if (region, account_id) in kept:
                continue
            there = region if account_id in (None, known) else f"{region} of account {account_id}"
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


def _replicated_to_others(
    pair: EnvironmentPair, after: Environment, accounts: Mapping[str, tuple[str, ...]]
) -> Iterator[Finding]:
    """Yield which repositories newly have their images in an account that is not the environment's own."""
    own = {each.settings.account_id for each in (pair.before, after) if each is not None}
    known = after.settings.account_id or (None if pair.before is None else pair.before.settings.account_id)
    had = [{*_destinations(each.before, known)} for each in pair.made if each.before is not None]
    of_all = frozenset.intersection(*map(frozenset, had)) if had else frozenset()
    for each in pair.made:
        one, other = each.before, each.after
        if other is None or (one is not None and one.options is other.options):
            continue
        former = set() if one is None else {*_destinations(one, known)}
        for region, account_id in _destinations(other, known):
            if account_id is None or account_id in own or (region, account_id) in former:
                continue
            names = accounts.get(account_id, ())
            there = f"{region} of account {account_id}{_in_words(names)}"
            is_usual = one is None and (region, account_id) in of_all
            severity: Severity = "note" if is_usual else "attention" if names else "danger"
            yield Finding(
                code="replication-opened",
                severity=severity,
                consequence="opens",
                environment=after.name,
                what=f"is newly replicated to {there}: that account has every image that is pushed from now on",
                fix="" if is_usual else "Remove the destination, if that account is not to have the images.",
                repositories=(each.logical_name,),
                **said_of_one(other, other, "replication_destinations", "enable_replication"),
            )


def _in_words(names: tuple[str, ...]) -> str:
    return f" ({', '.join(names)})" if names else ""


def _destinations(repository: DeclaredRepository, own: str | None) -> list[tuple[str, str | None]]:
    return [(each.region, each.registry_id or own) for each in replication_destinations_of(repository)]


def _environments_in(side: Side, region: str, account_id: str | None) -> Iterator[str]:
    """Yield which environments are where replicas are, or take their images from there."""
    for each in side.environments.values():
        places = {each.registry, None if each.source is None else (each.source.account_id, each.source.region)}
        if account_id is not None and (account_id, region) in places:
            yield f"{each.name}: is there, or takes its images from there"
