"""A policy, images, and what becomes of them: what `ecr-constructs lifecycle preview` shows."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence

from ecr_constructs.core.lifecycle.evaluate import Assumptions, Outcome, evaluate
from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.origin import Origin, WrittenRule
from ecr_constructs.core.lifecycle.rule import LifecycleRule
from ecr_constructs.core.prices import PRICE_PER_GB

__all__ = ["Preview", "monthly_cost", "preview", "size_of"]

_GB = 10**9


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a policy does to images at a time.

    Attributes:
        written: The rules in their order, each with where it was written.
        outcomes: What happens to each image, the newest first.
        at: When.
        in_use: Digests of the images that are deployed, with by what.
    """

    written: tuple[WrittenRule, ...]
    outcomes: tuple[Outcome, ...]
    at: datetime.datetime
    in_use: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def of(self, action: str) -> list[Outcome]:
        """Return the outcomes of one kind: `expire`, `transition` or `keep`."""
        return [outcome for outcome in self.outcomes if outcome.action == action]

    @property
    def lost(self) -> list[Outcome]:
        """What is deployed and would go: expired, or moved to the archive, from where nothing is pulled."""
        return [each for each in self.outcomes if each.action != "keep" and each.image.digest in self.in_use]

    def origin_of(self, rule: LifecycleRule) -> Origin:
        """Return where a rule was written."""
        return next(each.origin for each in self.written if each.rule.rule_priority == rule.rule_priority)


def size_of(outcomes: Sequence[Outcome]) -> int:
    """Return how many bytes images take; layers that several of them have are stored once, and counted with each."""
    return sum(outcome.image.size_in_bytes for outcome in outcomes)


def monthly_cost(size_in_bytes: int, price_per_gb: float = PRICE_PER_GB) -> float:
    """Return what bytes cost a month in the storage class `standard`, in US dollars."""
    return size_in_bytes / _GB * price_per_gb


def preview(
    written: Sequence[WrittenRule],
    images: Sequence[Image],
    *,
    at: datetime.datetime,
    in_use: Mapping[str, str] | None = None,
    assumptions: Assumptions | None = None,
) -> Preview:
    """Return what a policy does to images.

    Args:
        written: The rules of a policy that AWS takes, without tokens, and where they were written.
        images: The images of the repository.
        at: When the policy acts.
        in_use: Digests of the images that are deployed.
        assumptions: How to take what AWS does not document.
    """
    rules = assign_priorities([rule for rule, _ in written])
    numbered = [WrittenRule(rule, each.origin) for rule, each in zip(rules, written, strict=True)]
    outcomes = evaluate(rules, images, at=at, assumptions=assumptions)
    return Preview(
        written=tuple(sorted(numbered, key=lambda each: each.rule.rule_priority or 0)),
        outcomes=tuple(sorted(outcomes, key=lambda each: each.image.counts_from, reverse=True)),
        at=at,
        in_use=in_use or {},
    )
