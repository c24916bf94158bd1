"""What newly expires, or is newly archived, by another retention."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from ecr_constructs.core.lifecycle.evaluate import Assumptions, Outcome
from ecr_constructs.core.lifecycle.newly import Newly
from ecr_constructs.lifecycle.compare import compare
from ecr_constructs.lifecycle.preview import Preview, preview, size_of
from ecr_constructs.lifecycle.protect import protecting_tags
from ecr_constructs.lifecycle.words import size_of_bytes
from ecr_constructs.review.change import Change
from ecr_constructs.review.finding import Consequence, Finding, Severity
from ecr_constructs.review.retention.policies import PolicyChange, policy_changes
from ecr_constructs.review.retention.words import (
    VERBS,
    example_of,
    gone_in_words,
    kind_of,
    label_of,
    rows_of,
    then_expired,
    why,
)
from ecr_constructs.terminal.counting import number_of

if TYPE_CHECKING:
    from ecr_constructs.review.retention.images import RealImages, RealRepository

__all__ = ["judge_retention"]

_DELETES: Consequence = "deletes images"
_TAGGED = "retention-expires-tagged"
_OTHERS = "retention-expires"
_ARCHIVES = "retention-archives"
_UNKNOWN = "retention-unknown"
_SMALLEST: Final = "The smallest set of images that shows it:"
_FROM_NOW_ON: Final = "of repositories that ECR makes from now on: those that there are keep their policy"
_NOT_KNOWN: Final = "(the policy that it has now is not known, and is taken for none)"
_KEEP: Final = "Keep what is needed by protected_tags or larger numbers."
_PROTECT: Final = "Keep what is deployed by protected_tags or larger numbers."
_ASK: Final = f"See which images go by --images DIR or --from-aws. {_KEEP}"


def judge_retention(change: Change, images: RealImages | None = None) -> Iterator[Finding]:
    """Yield what newly goes by another retention: of repositories on both sides, and of creation templates.

    Args:
        change: The change.
        images: The images that there are; default nobody knows.
    """
    shown: dict[Finding, tuple[str, ...]] = {}
    for each in policy_changes(change):
        name = None if each.repository is None else each.repository.logical_name
        real = None if images is None or name is None else images.of(each.environment.name, name)
        if each.verdict.unknown:
            yield _finding(
                each,
                None,
                severity="attention",
                what=f"has another retention, and nobody can tell what newly goes by it: {each.verdict.unknown}",
                fix="Compare both policies by `ecr-constructs lifecycle preview` with the images that there are.",
            )
        for found in each.verdict.shown:
            if images is None or real is None:
                finding = _without_images(each, found)
            else:
                finding = _with_images(each, found, _Gone(each, found, real, images))
            # Of repositories of which the same is said it is one finding, and one set of images shows it.
            same = dataclasses.replace(finding, repositories=(), details=())
            rows = shown.setdefault(same, (*([_NOT_KNOWN] if each.is_adopted else []), *rows_of(found)))
            # Where images are known that go, nobody has to be shown made-up ones.
            example = () if finding.details and real is not None and real.images else (_SMALLEST, *rows)
            yield dataclasses.replace(finding, details=(*finding.details, *example))


def _without_images(change: PolicyChange, found: Newly) -> Finding:
    said = f"{kind_of(found)}: {example_of(found)}{then_expired(found)}"
    of_template = f", {_FROM_NOW_ON}" if change.repository is None else ""
    return _finding(
        change,
        found,
        severity="attention" if change.repository is None else _severity(found, None),
        what=f"{_goes(change, found)} {said}{of_template}",
        fix=_KEEP if change.repository is None else _ASK,
    )


def _goes(change: PolicyChange, found: Newly) -> str:
    verb = VERBS[found.action]
    return f"is adopted, and its policy from then on {verb}" if change.is_adopted else f"newly {verb}"


class _Gone:
    """What newly goes of the images that there are."""

    def __init__(self, change: PolicyChange, found: Newly, real: RealRepository, images: RealImages) -> None:
        verdict = change.verdict
        before, after = (
            preview(rules, real.images, at=images.at, in_use=real.in_use) for rules in (verdict.before, verdict.after)
        )
        compared = compare(after, before, "")
        kept = {each.image.digest for each in before.of("keep")}
        newly = (
            compared.newly_expired
            if found.action == "expire"
            else [each for each in compared.newly_archived if each.image.digest in kept]
        )
        self.real = real
        self.after: Preview = after
        self.all: Sequence[Outcome] = newly
        self.deployed = [each for each in newly if each.image.digest in after.in_use]

    @property
    def others(self) -> list[Outcome]:
        """What nobody is known to use."""
        return [each for each in self.all if each.image.digest not in self.after.in_use]


def _with_images(change: PolicyChange, found: Newly, gone: _Gone) -> Finding:
    goes, there = _goes(change, found), len(gone.real.images)
    if gone.all:
        number = number_of(len(gone.all), "image")
        what = f"{goes} {number} of {there:,} ({size_of_bytes(size_of(gone.all))}), {_used(gone)}"
    else:
        none = f"none of the {there:,} images that are there" if there > 1 else "no image that is there"
        what = f"{goes} {none}, and later on {kind_of(found)}: {example_of(found)}"
    return _finding(
        change,
        found,
        severity=_severity(found, gone),
        what=f"{what}{then_expired(found)}",
        fix=_PROTECT if gone.deployed else _KEEP if gone.all else "",
        details=tuple(_details(change, gone)),
    )


def _used(gone: _Gone) -> str:
    """Return how many of the images are deployed; where nobody was asked, how many have tags."""
    is_asked = gone.real.in_use is not None
    number = len(gone.deployed) if is_asked else sum(1 for each in gone.all if each.image.tags)
    if len(gone.all) == 1:
        alone, neither = ("is deployed", "is not deployed") if is_asked else ("has tags", "has no tag")
        return f"which {alone if number else neither}"
    return f"{number or 'none'} of them {'deployed' if is_asked else 'with tags'}"


def _details(change: PolicyChange, gone: _Gone) -> Iterator[str]:
    """Yield what goes, what of it is deployed first, and what is to be known; each with the name of its repository."""
    repository = change.repository
    assert repository is not None  # noqa: S101
    name = repository.logical_name
    for each in gone.deployed:
        user = gone.after.in_use[each.image.digest]
        yield f"{name}: DEPLOYED {label_of(each.image)}, in use as {user}: {why(each)}"
    if gone.deployed and (tags := protecting_tags(gone.after, repository, Assumptions())):
        yield f"{name}: all that is deployed is kept by protected_tags: [{', '.join(map(repr, tags))}]"
    for line in (*gone_in_words(gone.others), *gone.real.notes):
        yield f"{name}: {line}"
    yield from gone.real.asked


def _is_of_tagged(found: Newly) -> bool:
    """Tell whether the images that go have tags and can be pulled."""
    return bool(found.gone.image.tags) and found.gone.image.storage_class == "standard"


def _loses(found: Newly) -> bool:
    """Tell whether images are lost, at once or after their time in the archive."""
    return found.action == "expire" or bool(then_expired(found))


def _severity(found: Newly, gone: _Gone | None) -> Severity:
    """Return how grave it is.

    It is a danger where a deployed image goes: whatever starts it anew finds none. As long as nobody says what is
    deployed, every tagged image that expires may be, as services and functions name images by tags. What has no tag was
    replaced by what has it now, and what is archived can be restored, or was out of use already: that has attention.
    What newly moves to the archive and is expired there is lost, unless somebody restores it in time. What none of the
    images is that there are now is only to be known.
    """
    if gone is None:
        return "danger" if _loses(found) and _is_of_tagged(found) else "attention"
    if not gone.all:
        return "note"
    if gone.real.in_use is not None:
        return "danger" if gone.deployed else "attention"
    may_be_deployed = (each.image.tags and each.image.storage_class == "standard" for each in gone.all)
    return "danger" if _loses(found) and any(may_be_deployed) else "attention"


def _finding(
    change: PolicyChange,
    found: Newly | None,
    *,
    severity: Severity,
    what: str,
    fix: str,
    details: Sequence[str] = (),
) -> Finding:
    if found is None:
        code = _UNKNOWN
    elif found.action == "transition":
        code = _ARCHIVES
    else:
        code = _TAGGED if _is_of_tagged(found) else _OTHERS
    return Finding(
        code=code,
        severity=severity,
        consequence=_DELETES,
        environment=change.environment.name,
        what=what,
        fix=fix,
        repositories=() if change.repository is None else (change.repository.logical_name,),
        details=tuple(details),
        **change.said_of(found),
    )
