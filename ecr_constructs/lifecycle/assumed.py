"""What a preview takes for granted: what AWS does not document, and what cannot be known from a list of images."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.core.lifecycle.evaluate import Assumptions
from ecr_constructs.lifecycle.run import Result

__all__ = ["said_of"]

_TIES = {
    "digest": "of images pushed at the same moment the one with the smaller digest is the newer (--ties)",
    "listed": "of images pushed at the same moment the one listed first is the newer (--ties)",
}
_CHILDREN = {
    False: "images that a manifest list refers to take no place where images are counted (--children-count)",
    True: "images that a manifest list refers to take places where images are counted (--children-count)",
}
_WITH = {
    False: "they go in the run after the manifest list (--children-with-index)",
    True: "they go in the same run as the manifest list (--children-with-index)",
}
_REFERRERS = {
    False: "signatures and bills of materials go and stay with the image that they are about (--referrers-count)",
    True: "rules look at signatures and bills of materials by themselves (--referrers-count)",
}


def said_of(result: Result) -> Iterator[str]:
    """Yield what is assumed, in sentences."""
    yield f"Assumed where AWS does not say: {'; '.join(_of(result.request.assumptions))}."
    yield (
        f"Sizes are those of describe-images, at {result.request.price:g} USD per GB and month in the storage class "
        "standard (--price). A layer that several images have is stored once and counted with each: less may be freed."
    )
    if result.timeline is not None:
        days = "day" if result.timeline.window == 1 else f"{result.timeline.window} days"
        yield (
            f"Days to come repeat the pushes of the {days} before, {result.timeline.pushes:,} images (--pushes-of); "
            "nobody pulls again what is there. A tag without a digit, such as latest, moves to the newest image. What "
            "a policy has expired by now is in no list, so there may be more pushes than that."
        )


def _of(assumptions: Assumptions) -> Iterator[str]:
    yield _TIES[assumptions.ties]
    yield f"{_CHILDREN[assumptions.children_count]}, and {_WITH[assumptions.children_with_index]}"
    yield _REFERRERS[assumptions.referrers_count]
