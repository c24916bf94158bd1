"""Which retention a change makes another one, and which images newly go by it."""

from __future__ import annotations

import dataclasses
import functools
import json
import operator
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias, TypedDict

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.defaults import RETENTION_OPTIONS
from ecr_constructs.config.desired import retention_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.model.templates import TemplateOptions
from ecr_constructs.core.lifecycle import LifecycleRule, Retention, StorageClass, WrittenRule, compose_retention
from ecr_constructs.core.lifecycle.newly import Newly, newly
from ecr_constructs.core.lifecycle.rule import LifecycleAction
from ecr_constructs.core.lifecycle.tag_languages import Undecided
from ecr_constructs.errors import KeyPath
from ecr_constructs.lifecycle.policies import known_rules
from ecr_constructs.lifecycle.shown_by import Shown, first_rule
from ecr_constructs.review.adoption import newly_adopted
from ecr_constructs.review.change import Change, EnvironmentPair
from ecr_constructs.review.said import Said, at, said_of_one
from ecr_constructs.review.templates import TemplatePair, template_pairs

__all__ = ["PolicyChange", "Verdict", "compared", "policy_changes"]

_KEYS: Final = (*RETENTION_OPTIONS, "lifecycle_policy")

_values = operator.itemgetter(*_KEYS)

_Options: TypeAlias = RepositoryOptions | TemplateOptions


class _Only(TypedDict, total=False):
    """Which images are looked for."""

    is_tagged: bool
    storage_class: StorageClass


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What newly goes by one retention after another.

    Attributes:
        before: The rules of the earlier policy; none where they are not known.
        after: Those of the later one.
        expires: The smallest set of images of which one newly expires: a tagged one that can be pulled, if there is
            one.
        archives: The smallest set of which one is newly moved to the archive.
        unknown: Why it cannot be told; empty where it can.
    """

    before: tuple[WrittenRule, ...] = ()
    after: tuple[WrittenRule, ...] = ()
    expires: Newly | None = None
    archives: Newly | None = None
    unknown: str = ""

    @property
    def is_found(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.expires or self.archives or self.unknown)

    @property
    def shown(self) -> Iterator[Newly]:
        """What newly goes."""
        yield from (each for each in (self.expires, self.archives) if each is not None)

    @property
    def causes(self) -> tuple[Newly | None, Newly | None]:
        """What to point at: what newly goes, and what newly moves to the archive."""
        return self.expires or self.archives, self.archives


@dataclasses.dataclass(frozen=True, slots=True)
class PolicyChange:
    """A retention that a change makes another one by which something newly goes, or nobody knows.

    Attributes:
        environment: Where.
        repository: The repository as it is to be; None where it is a creation template.
        prefix: The prefix of the template.
        verdict: What newly goes.
        said: Where the file says what changed.
        archiving_said: The same of what newly moves to the archive; default where anything else is said.
        is_adopted: Whether the repository was there before, with a policy that nobody knows and that is taken for none.
    """

    environment: EnvironmentPair
    repository: DeclaredRepository | None
    prefix: str
    verdict: Verdict
    said: Said
    archiving_said: Said | None = None
    is_adopted: bool = False

    def said_of(self, found: Newly | None) -> Said:
        """Return where the file says what lets something newly go."""
        is_archived = found is not None and found.action == "transition"
        return self.archiving_said if is_archived and self.archiving_said is not None else self.said


def policy_changes(change: Change) -> Iterator[PolicyChange]:
    """Yield the repositories, and the creation templates, that have another retention by which something newly goes.

    What is made on one side alone is left out unless it is adopted, and what is another repository on either side.
    """
    for pair in change.changed:
        yield from _of_repositories(pair)
        for repository in newly_adopted(pair):
            yield from _of_adopted(pair, repository, change.base.made_as(repository))
        if pair.before is not None and pair.after is not None:
            yield from _of_templates(pair, pair.before, pair.after)


def compared(before: Retention, after: Retention) -> Verdict:
    """Return what newly goes by one retention after another."""
    return Verdict() if before == after else _compared(_hashable(before), _hashable(after))


@functools.lru_cache(maxsize=4096)  # most repositories of an organisation have the same few
def _compared(before: Retention, after: Retention) -> Verdict:
    written, problems = known_rules(*compose_retention(before))
    others, more = known_rules(*compose_retention(after))
    if problems or more:
        return Verdict(unknown="a value of it is known at apply alone")
    rules, later = [each.rule for each in written], [each.rule for each in others]
    expires, is_sure = _found(rules, later, "expire", {"is_tagged": True, "storage_class": "standard"})
    archives, is_sure_too = _found(rules, later, "transition", {"is_tagged": True})
    return Verdict(
        before=tuple(written),
        after=tuple(others),
        expires=expires,
        archives=archives,
        unknown="" if is_sure and is_sure_too else "its patterns would take too long to compare",
    )


def _found(
    before: Sequence[LifecycleRule], after: Sequence[LifecycleRule], action: LifecycleAction, gravest: _Only
) -> tuple[Newly | None, bool]:
    """Return the smallest set of images of which one newly goes, the gravest kind of that, and whether that is sure."""
    is_sure = True
    for only in (gravest, _Only()):
        try:
            if (found := newly(before, after, action, **only)) is not None:
                return found, is_sure
        except Undecided:
            is_sure = False
    return None, is_sure


def _hashable(retention: Retention) -> Retention:
    policy = retention.lifecycle_policy
    if policy is None or isinstance(policy, str):
        return retention
    return dataclasses.replace(retention, lifecycle_policy=json.dumps(policy))


def _of_repositories(pair: EnvironmentPair) -> Iterator[PolicyChange]:
    for each in pair.made:
        before, after = each.before, each.after
        if before is None or after is None or not _is_the_same(before, after):
            continue
        changed = _changed(before.options, after.options)
        if not changed:
            continue
        verdict = compared(retention_of(before), retention_of(after))
        if verdict.is_found:
            said, archiving = (
                _within(said_of_one(before, after, str(key)), within)
                for key, *within in (_cause(verdict, changed, each) for each in verdict.causes)
            )
            yield PolicyChange(pair, after, "", verdict, said, archiving)


def _of_adopted(
    pair: EnvironmentPair, repository: DeclaredRepository, former: DeclaredRepository | None
) -> Iterator[PolicyChange]:
    """Yield what goes by the policy that a repository gets which is there already."""
    verdict = compared(Retention() if former is None else retention_of(former), retention_of(repository))
    if verdict.is_found:
        places: list[Said] = []
        for found in verdict.causes:
            paths = () if found is None else _paths_of(found, verdict)
            key, *within = next(iter(paths), ("adopt",))
            place = said_of_one(repository, repository, str(key), "adopt")
            places.append(_within(place, within if place["path"][-1:] == (key,) else []))
        said, archiving = places
        yield PolicyChange(pair, repository, "", verdict, said, archiving, is_adopted=former is None)


def _of_templates(pair: EnvironmentPair, before: Environment, after: Environment) -> Iterator[PolicyChange]:
    for each in template_pairs(before, after):
        if each.before is None or each.after is None:
            continue
        one, other = _options(before, each.before.path), _options(after, each.after.path)
        changed = _changed(one, other)
        if not changed:
            continue
        verdict = compared(each.before.template.retention, each.after.template.retention)
        if verdict.is_found:
            said, archiving = (
                _said_of_template(each, other, _cause(verdict, changed, found)) for found in verdict.causes
            )
            yield PolicyChange(pair, None, each.prefix, verdict, said, archiving)


def _said_of_template(pair: TemplatePair, options: TemplateOptions, cause: KeyPath) -> Said:
    assert pair.before is not None  # noqa: S101
    assert pair.after is not None  # noqa: S101
    key, *_ = cause
    if not pair.is_own_after:
        return at(*pair.before.path, at_base=True)
    if key in options.model_fields_set:
        return at(*pair.after.path, *cause)
    return at(*pair.before.path, key, at_base=True) if pair.is_own_before else at(*pair.after.path)


def _within(said: Said, path: Sequence[str | int]) -> Said:
    """Return a place within what is said of a key; of what is gone, the key itself."""
    return said if said["at_base"] else at(*said["path"], *path)


def _options(environment: Environment, path: KeyPath) -> TemplateOptions:
    settings, prefix = environment.settings, str(path[1])
    if path[0] == "ecr_creation_templates":
        return settings.ecr_creation_templates[prefix]
    options = settings.ecr_pull_through_caches[prefix].creation_template
    assert options is not None  # noqa: S101 - it is the path of a template
    return options


def _is_the_same(before: DeclaredRepository, after: DeclaredRepository) -> bool:
    """Tell whether it is one repository: of another its images go with it, whatever the policies are."""
    one, other = before.environment, after.environment
    return (
        one.region == other.region
        and (one.account_id == other.account_id or None in (one.account_id, other.account_id))
        and before.repository_name == after.repository_name
        and before.encryption_type == after.encryption_type
    )


def _changed(before: _Options, after: _Options) -> tuple[str, ...]:
    """Return the keys of which another value holds."""
    one, other = _values(before.__dict__), _values(after.__dict__)
    return (
        () if one == other else tuple(key for key, *both in zip(_KEYS, one, other, strict=True) if both[0] != both[1])
    )


@functools.lru_cache(maxsize=4096)
def _cause(verdict: Verdict, changed: tuple[str, ...], found: Newly | None) -> KeyPath:
    """Return what to point at: the rule that acts, else the key of the one that kept the image, where these changed."""
    paths = () if found is None else _paths_of(found, verdict)
    return next((path for path in paths if path[0] in changed), (changed[0],))


def _paths_of(found: Newly, verdict: Verdict) -> Iterator[KeyPath]:
    held = first_rule(Shown(found.rules_before, found.before, found.at), found.gone.image)
    yield from _origins(found.gone.rule, verdict.after)
    yield from (path[:1] for path in _origins(held, verdict.before))


def _origins(rule: LifecycleRule | None, written: Sequence[WrittenRule]) -> Iterator[KeyPath]:
    return (each.origin.path for each in written if rule is not None and each.rule.rule_priority == rule.rule_priority)
