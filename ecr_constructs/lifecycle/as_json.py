"""A preview in the shape of ECR's own.

Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetLifecyclePolicyPreview.html. Like that one it
has the images that something happens to. What is told besides stands beside its keys, under `preview`.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence

from ecr_constructs.core.lifecycle.evaluate import Outcome
from ecr_constructs.core.lifecycle.render import render_lifecycle_policy
from ecr_constructs.lifecycle.preview import monthly_cost, size_of
from ecr_constructs.lifecycle.run import Result

__all__ = ["as_json"]

_ARCHIVE = "ARCHIVE"


def as_json(result: Result) -> str:
    """Return a preview as JSON.

    Args:
        result: What was found.
    """
    return json.dumps({**_of_ecr(result), "preview": dict(_besides(result))}, indent=2)


def _of_ecr(result: Result) -> dict[str, object]:
    """Return what ECR would answer."""
    preview = result.preview
    moved = len(preview.of("transition"))
    rules = [rule for rule, _ in preview.written]
    return {
        **({"registryId": result.registry_id} if result.registry_id else {}),
        **({"repositoryName": result.repository_name} if result.repository_name else {}),
        **({"lifecyclePolicyText": render_lifecycle_policy(rules)} if rules else {}),
        "status": "COMPLETE",
        "previewResults": [dict(_image(each)) for each in preview.outcomes if each.action != "keep"],
        "summary": {
            "expiringImageTotalCount": len(preview.of("expire")),
            "transitioningImageTotalCounts": [{"targetStorageClass": _ARCHIVE, "imageTotalCount": moved}]
            if moved
            else [],
        },
    }


def _image(outcome: Outcome) -> Iterator[tuple[str, object]]:
    image = outcome.image
    if image.tags:
        yield "imageTags", list(image.tags)
    yield "imageDigest", image.digest
    yield "imagePushedAt", image.pushed_at.isoformat()
    target = {"targetStorageClass": _ARCHIVE} if outcome.action == "transition" else {}
    yield "action", {"type": outcome.action.upper(), **target}
    if outcome.rule is not None:
        yield "appliedRulePriority", outcome.rule.rule_priority
    yield "storageClass", image.storage_class.upper()


def _besides(result: Result) -> Iterator[tuple[str, object]]:
    preview, price = result.preview, result.request.price
    yield "at", preview.at.isoformat()
    yield "of", result.subject.title
    yield (
        "rules",
        [
            {"rulePriority": rule.rule_priority, "written": result.subject.place(origin)}
            for rule, origin in preview.written
        ],
    )
    yield "assumptions", dataclasses.asdict(result.request.assumptions)
    yield "pricePerGb", price
    yield "totals", {action: _total(preview.of(action), price) for action in ("expire", "transition", "keep")}
    yield (
        "kept",
        [dict(_kept(each)) for each in preview.of("keep") if each.rule is not None or each.follows is not None],
    )
    yield "inUse", [dict(_in_use(each, result)) for each in preview.outcomes if each.image.digest in preview.in_use]
    yield "missing", list(result.missing)
    yield (
        "changes",
        [
            {
                "written": result.subject.place(change.origin),
                "rulePriority": change.rule.rule_priority,
                "countNumber": change.rule.count_number,
                "neededCountNumber": change.number,
            }
            for change in result.changes
        ],
    )
    yield "protectedTags", list(result.protected_tags)
    if (comparison := result.comparison) is not None:
        yield (
            "comparison",
            {
                "with": comparison.name,
                "newlyExpired": _digests(comparison.newly_expired),
                "newlyArchived": _digests(comparison.newly_archived),
                "newlyKept": _digests(comparison.newly_kept),
            },
        )
    if (ahead := result.timeline) is not None:
        yield "pushesOfDays", ahead.window
        yield "timeline", [{**dataclasses.asdict(day), "at": day.at.isoformat()} for day in ahead.days]
    yield "notes", list(result.notes)


def _total(outcomes: Sequence[Outcome], price: float) -> dict[str, object]:
    """Return how much there is of an outcome; what the archive costs is another price."""
    billed = [each for each in outcomes if each.image.storage_class == "standard"]
    cost = round(monthly_cost(size_of(billed), price), 2)
    return {"images": len(outcomes), "sizeInBytes": size_of(outcomes), "usdPerMonth": cost}


def _kept(outcome: Outcome) -> Iterator[tuple[str, object]]:
    yield "imageDigest", outcome.image.digest
    if outcome.rule is not None:
        yield "dueByRulePriority", outcome.rule.rule_priority
    if outcome.shielded_by is not None:
        yield "shieldedByRulePriority", outcome.shielded_by.rule_priority
    if outcome.kept_by is not None:
        yield "referredToBy", outcome.kept_by
    if outcome.follows is not None:
        yield "follows", outcome.follows


def _in_use(outcome: Outcome, result: Result) -> Iterator[tuple[str, object]]:
    yield "imageDigest", outcome.image.digest
    yield "imageTags", list(outcome.image.tags)
    yield "deployedAs", result.preview.in_use[outcome.image.digest]
    yield "action", outcome.action.upper()
    if outcome.rule is not None and outcome.action != "keep":
        yield "appliedRulePriority", outcome.rule.rule_priority


def _digests(outcomes: Sequence[Outcome]) -> list[str]:
    return [each.image.digest for each in outcomes]
