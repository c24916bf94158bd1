"""Tags that can be moved to another image, which could not before: an image that is deployed by one can be replaced.

Which tags those are is told from the mutability and its exclusion filters together. That tags can no longer be moved is
a note: whoever pushes one again is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import settings_of
from ecr_constructs.core.evaluation.wildcards import SOME, matches
from ecr_constructs.core.repository import RepositorySettings
from ecr_constructs.review.change import Change, EnvironmentPair
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import Said, at, said_of_one
from ecr_constructs.review.templates import template_pairs

__all__ = ["judge_tags", "newly_mutable"]

_KEYS = ("image_tag_mutability", "image_tag_mutability_exclusion_filters")


def judge_tags(change: Change) -> Iterator[Finding]:
    """Yield the repositories and creation templates whose tags become mutable, or immutable."""
    for pair in change.changed:
        for each in pair.made:
            if each.before is not None and each.after is not None:
                before, after = settings_of(each.before), settings_of(each.after)
                if keys := _keys(before, after):
                    said = said_of_one(each.before, each.after, *keys)
                    yield from _compared(pair.name, before, after, (each.logical_name,), said)
        yield from _of_templates(pair)


def newly_mutable(before: RepositorySettings, after: RepositorySettings) -> tuple[str, ...]:
    """Return patterns of the tags that can be moved after a change, and could not before.

    Args:
        before: The settings before.
        after: The settings after.
    """
    (mine, mutable), (theirs, was_mutable) = _filters(after), _filters(before)
    if mutable and was_mutable:
        # What was kept from being moved, and is not now.
        return tuple(each for each in theirs if not _is_covered(each, mine))
    if was_mutable:
        # All but some could be moved; of those some can now.
        return tuple(each for each in mine if any(_meet(each, other) for other in theirs))
    if mutable:
        return () if "*" in {*mine, *theirs} else ("*",)
    return tuple(each for each in mine if not _is_covered(each, theirs))


def _filters(settings: RepositorySettings) -> tuple[tuple[str, ...], bool]:
    """Return the filters of what is excluded, and whether all other tags can be moved."""
    excluded = settings.image_tag_mutability.endswith("_WITH_EXCLUSION")
    filters = settings.image_tag_mutability_exclusion_filters
    return tuple(map(str, filters)) if excluded else (), settings.image_tag_mutability.startswith("MUTABLE")


def _is_covered(pattern: str, by: tuple[str, ...]) -> bool:
    """Whether all that a pattern matches is matched by one of others."""
    return any(matches(each, pattern.replace("*", SOME)) is True for each in by)


def _meet(one: str, other: str) -> bool:
    """Whether anything is matched by both patterns."""
    return matches(one, other.replace("*", SOME)) is not False


_EXCLUDE = "Exclude the tags that have to move, such as latest, and deploy by digest or by tags that cannot."


def _compared(
    environment: str, before: RepositorySettings, after: RepositorySettings, names: tuple[str, ...], said: Said
) -> Iterator[Finding]:
    if opened := newly_mutable(before, after):
        which = "tags" if opened == ("*",) else f"tags like {', '.join(opened)}"
        yield Finding(
            code="tags-mutable",
            severity="attention",
            consequence="opens",
            environment=environment,
            what=f"lets {which} be moved to another image, so that what is deployed by one can be replaced",
            fix=_EXCLUDE if opened == ("*",) else "Deploy by digest, or by tags that cannot be moved.",
            repositories=names,
            **said,
        )
    if closed := newly_mutable(after, before):
        which = "a tag" if closed == ("*",) else f"a tag like {', '.join(closed)}"
        yield Finding(
            code="tags-immutable",
            severity="note",
            consequence="breaks",
            environment=environment,
            what=f"refuses whoever pushes {which} that is there already",
            fix="Exclude the tags that have to move.",
            repositories=names,
            **said,
        )


def _keys(before: RepositorySettings, after: RepositorySettings) -> list[str]:
    return [key for key in _KEYS if getattr(before, key) != getattr(after, key)]


def _of_templates(pair: EnvironmentPair) -> Iterator[Finding]:
    for each in template_pairs(pair.before, pair.after) if pair.before is not None and pair.after is not None else ():
        if each.before is None or each.after is None:
            continue
        before, after = each.before.template.settings, each.after.template.settings
        if keys := _keys(before, after):
            # What another template takes over was said by the one that is gone.
            own = at(*each.after.path, *keys[:1] if each.is_own_before else ())
            said = own if each.is_own_after else at(*each.before.path, at_base=True)
            yield from _compared(pair.name, before, after, each.names, said)
