"""What a lifecycle policy does to the images of a repository, by AWS's rules of evaluation.

    for each in evaluate(rules, images, at=datetime.datetime.now(datetime.UTC)):
        print(each.image.digest, each.action, each.rule and each.rule.rule_priority)

AWS applies rules in ascending priority. A rule identifies the images of its storage class that it selects, and acts on
those of them that are too many or too old, and that no earlier rule has identified: an earlier rule shields what it
selects even where it leaves it alone (ECR user guide, "Lifecycle policy evaluation rules",
https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html).
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.ranked import Ranked
from ecr_constructs.core.lifecycle.rule import STORAGE_CLASSES, LifecycleRule
from ecr_constructs.core.tokens import is_unresolved

__all__ = ["Assumptions", "Outcome", "OutcomeAction", "evaluate", "rank"]

OutcomeAction: TypeAlias = Literal["expire", "transition", "keep"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What AWS does not document, and how it is taken here.

    Attributes:
        ties: Which of two images of the same time counts as the newer one: `digest`, the one with the smaller digest,
            or `listed`, the one that is listed first. Default `digest`.
        children_count: Whether images that an index refers to take places of `imageCountMoreThan`. Default no, as in
            the previews of AWS that have been published.
        children_with_index: Whether an image goes in the same run as the last index that refers to it. Default no:
            it goes in the next one.
        referrers_count: Whether rules look at signatures and bills of materials whose subject is there. Default no:
            they go and stay with it.
    """

    ties: Literal["digest", "listed"] = "digest"
    children_count: bool = False
    children_with_index: bool = False
    referrers_count: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What happens to an image, and why.

    Attributes:
        image: The image.
        action: `expire`, `transition`, or `keep`.
        rule: The rule that acts; of an image that is kept, the first one that finds it too old or one too many.
        shielded_by: The earlier rule that identifies the image and so keeps it from `rule`.
        kept_by: Digest of an index that refers to the image and so keeps it from `rule`.
        follows: Digest of the image that it goes and stays with, as its signature or bill of materials.
    """

    image: Image
    action: OutcomeAction = "keep"
    rule: LifecycleRule | None = None
    shielded_by: LifecycleRule | None = None
    kept_by: str | None = None
    follows: str | None = None


def evaluate(
    rules: Sequence[LifecycleRule],
    images: Iterable[Image],
    *,
    at: datetime.datetime,
    assumptions: Assumptions | None = None,
) -> list[Outcome]:
    """Return what a policy does to each image, in the order of the images.

    Args:
        rules: Rules that `check_rules` finds no problem in, numbered or not, without tokens.
        images: The images of the repository, each digest once.
        at: When the policy acts, with a time zone.
        assumptions: How to take what AWS does not document.

    Raises:
        ValueError: A rule holds a token, which has no value yet, or a digest comes twice.
    """
    assumed = assumptions or Assumptions()
    listed = list(images)
    by_digest = {image.digest: image for image in listed}
    if len(by_digest) < len(listed):
        raise ValueError("an image is listed twice")
    if any(is_unresolved(value) for rule in rules for value in _values(rule)):
        raise ValueError("a rule holds a token, whose value is known at apply alone")
    ordered = sorted(assign_priorities(rules), key=lambda rule: rule.rule_priority or 0)
    ranked = rank(listed, at=at, assumptions=assumed)
    parents = _parents(listed, by_digest)
    outcomes = _acted_on(ranked, ordered, parents)
    while assumed.children_with_index and (remaining := _remaining(parents, outcomes)) != parents:
        parents = remaining
        outcomes = _acted_on(ranked, ordered, parents)
    for digest, subject in ({} if assumed.referrers_count else _subjects(by_digest)).items():
        outcomes[digest] = Outcome(by_digest[digest], outcomes[subject].action, follows=subject)
    return [outcomes[image.digest] for image in listed]


def rank(
    images: Sequence[Image], *, at: datetime.datetime, assumptions: Assumptions | None = None
) -> dict[str, Ranked]:
    """Return the images that rules look at, by their storage class, in the order in which they are counted.

    Args:
        images: The images of the repository, each digest once.
        at: When the policy acts, with a time zone.
        assumptions: How to take what AWS does not document.
    """
    assumed = assumptions or Assumptions()
    by_digest = {image.digest: image for image in images}
    subjects = {} if assumed.referrers_count else _subjects(by_digest)
    unranked = {} if assumed.children_count else _parents(images, by_digest)
    looked_at = [image for image in images if image.digest not in subjects]
    return {
        storage_class: Ranked(
            [image for image in looked_at if image.storage_class == storage_class],
            at=at,
            by_digest=assumed.ties == "digest",
            unranked=unranked,
        )
        for storage_class in STORAGE_CLASSES
    }


def _acted_on(
    ranked: Mapping[str, Ranked], rules: Sequence[LifecycleRule], parents: Mapping[str, str]
) -> dict[str, Outcome]:
    """Return what happens to the images that rules look at, while indexes keep those that they refer to."""
    return {
        outcome.image.digest: outcome
        for storage_class, images in ranked.items()
        for outcome in _of_class(images, [rule for rule in rules if rule.selected_class == storage_class], parents)
    }


def _of_class(ranked: Ranked, rules: Sequence[LifecycleRule], parents: Mapping[str, str]) -> Iterator[Outcome]:
    """Return the outcomes of one storage class.

    Which rule it is lies in the byte of each image: rules count from 1, and there are 50 at most.
    """
    kept = ranked.set_of(image.digest in parents for image in ranked.images)
    identified = due = acted = 0  # by any rule so far
    identifying = finding = acting = 0  # by which rule first
    for number, rule in enumerate(rules, 1):
        selected = ranked.identified(rule)
        found = ranked.due(rule, selected)
        acts = found & ~identified & ~kept
        acting += acts * number
        acted |= acts
        finding += (found & ~due) * number
        due |= found
        identifying += (selected & ~identified) * number
        identified |= selected
    chosen = [None, *rules]
    for image, act, find, identify in zip(
        ranked.images, ranked.each(acting), ranked.each(finding), ranked.each(identifying), strict=True
    ):
        if act:
            rule = rules[act - 1]
            yield Outcome(image, "transition" if rule.action_type == "transition" else "expire", rule)
        elif not find:
            yield Outcome(image)
        elif identify < find:
            yield Outcome(image, rule=chosen[find], shielded_by=chosen[identify])
        else:
            yield Outcome(image, rule=chosen[find], kept_by=parents[image.digest])


def _parents(images: Iterable[Image], there: Collection[str]) -> dict[str, str]:
    """Return which index refers to each image that one refers to."""
    return {child: image.digest for image in images for child in image.children if child in there}


def _remaining(parents: Mapping[str, str], outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    """Return what indexes that stay refer to."""
    staying = [each.image for each in outcomes.values() if each.action == "keep"]
    return {child: parent for child, parent in _parents(staying, parents).items() if child in parents}


def _subjects(images: Mapping[str, Image]) -> dict[str, str]:
    """Return which image each signature or bill of materials goes with: the last subject that is there."""
    found: dict[str, str] = {}
    for digest, image in images.items():
        seen, subject = {digest}, image.subject
        while subject is not None and subject in images and subject not in seen:
            found[digest] = subject
            seen.add(subject)
            subject = images[subject].subject
    return {digest: subject for digest, subject in found.items() if subject not in found}


def _values(rule: LifecycleRule) -> list[object]:
    return [*(getattr(rule, field.name) for field in dataclasses.fields(rule)), *rule.tag_pattern_list]
