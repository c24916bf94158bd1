"""Images that are kept for longer, and images in the archive.

What a policy keeps is told for each kind of images that it tells apart, by the first rule that identifies the kind,
which decides. A kind that is bounded otherwise than before, by days instead of a number, is not compared.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import retention_of
from ecr_constructs.core.lifecycle import Retention
from ecr_constructs.core.lifecycle.origin import WrittenRule
from ecr_constructs.core.lifecycle.retention import compose_retention
from ecr_constructs.core.prices import STORAGE, STORAGE_ARCHIVE
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.change import EnvironmentPair
from ecr_constructs.review.costs.growth import growth
from ecr_constructs.review.costs.places import path_in_file, shared_path
from ecr_constructs.review.finding import Finding

__all__ = ["retention_costs"]

_SAID = operator.attrgetter(*(field.name for field in dataclasses.fields(Retention)))


def retention_costs(pair: EnvironmentPair) -> Iterator[Finding]:
    """Yield the repositories that keep more than before, and those that newly use the archive."""
    kept: dict[str, list[tuple[DeclaredRepository, KeyPath]]] = {}
    archived: list[tuple[DeclaredRepository, KeyPath]] = []
    before: list[Retention] | None = None
    for each in pair.made:
        if each.after is None or (each.before is not None and _says(each.before) == _says(each.after)):
            continue
        now = retention_of(each.after)
        was = None if each.before is None else retention_of(each.before)
        found = None if was is None else _change(was, now)
        if found is not None:
            what, path = found
            kept.setdefault(what, []).append((each.after, path_in_file(each.after, path)))
        moves = _archives(now)
        if not moves:
            continue
        if was is None and before is None:
            before = [retention_of(other.before) for other in pair.made if other.before is not None]
        if not any(map(_archives, (before or ()) if was is None else (was,))):
            archived.append((each.after, path_in_file(each.after, moves)))
    for what, repositories in sorted(kept.items(), key=lambda each: each[0]):
        yield Finding(
            code="cost-retention",
            severity="note",
            consequence="costs",
            environment=pair.name,
            path=shared_path(path for _, path in repositories),
            what=f"{what}, at {STORAGE}",
            repositories=tuple(each.logical_name for each, _ in repositories),
        )
    if archived:
        yield Finding(
            code="cost-archive",
            severity="note",
            consequence="costs",
            environment=pair.name,
            path=shared_path(path for _, path in archived),
            what=(
                "moves images to the archive, where they are no cheaper before there are 150 TB: "
                f"{STORAGE_ARCHIVE}, for 90 days at least, and to restore one is paid for by the GB"
            ),
            fix="What nobody needs any more costs less when it expires.",
            repositories=tuple(each.logical_name for each, _ in archived),
        )


def _says(repository: DeclaredRepository) -> tuple[object, ...]:
    """Return all that retention comes of, which takes longer to tell."""
    options = repository.options
    return _SAID(options), "max_image_count" in options.model_fields_set


def _change(before: Retention, after: Retention) -> tuple[str, KeyPath] | None:
    """Return what is kept for longer, and the option that says so."""
    return _growth(before, after) if _has_hash(before) and _has_hash(after) else growth(_rules(before), _rules(after))


def _archives(retention: Retention) -> KeyPath:
    """Return the option by which images move to the archive; empty where none do."""
    moving = (each.origin.path for each in _rules(retention) if each.rule.action_type == "transition")
    return next(moving, ())


def _rules(retention: Retention) -> tuple[WrittenRule, ...]:
    return _composed(retention) if _has_hash(retention) else tuple(compose_retention(retention)[0])


def _has_hash(retention: Retention) -> bool:
    return retention.lifecycle_policy is None or isinstance(retention.lifecycle_policy, str)


# Most repositories of an app have what others have.


@functools.lru_cache(maxsize=1024)
def _composed(retention: Retention) -> tuple[WrittenRule, ...]:
    return tuple(compose_retention(retention)[0])


@functools.lru_cache(maxsize=1024)
def _growth(before: Retention, after: Retention) -> tuple[str, KeyPath] | None:
    return growth(_composed(before), _composed(after))
