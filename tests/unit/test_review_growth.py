"""Whether one retention keeps images for longer than another, and what is said of it."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ecr_constructs.core.lifecycle import Retention
from ecr_constructs.core.lifecycle.evaluate import evaluate
from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.core.lifecycle.retention import compose_retention
from ecr_constructs.review.costs.growth import growth

# Two retentions, and what the second one keeps for longer, if anything.
GROWTH = {
    "a number": ({"max_image_count": 10}, {"max_image_count": 11}, "images: the newest 11 instead of the newest 10"),
    "a smaller number": ({"max_image_count": 10}, {"max_image_count": 9}, None),
    "nothing instead of a policy": ({"max_image_count": 10}, {}, "images: for ever instead of the newest 10"),
    "a policy instead of nothing": ({}, {"max_image_count": 10}, None),
    "a rule for untagged images in place of one for all": (
        {"max_image_count": 10},
        {"max_untagged_count": 20},
        (
            "tagged images: for ever instead of the newest 10, and more untagged images: the newest 20 instead of the "
            "newest 10"
        ),
    ),
    "stricter rules in place of one for all": (
        {"max_image_count": 10},
        {"keep_tagged_count": 5, "max_untagged_count": 5},
        None,
    ),
    "days in place of a number": ({"keep_tagged_count": 10}, {"expire_tagged_after_days": 900}, None),
    "a pattern": (
        {"max_image_count": 10, "keep_tagged_per_pattern": {"v*": 20}},
        {"max_image_count": 10, "keep_tagged_per_pattern": {"v*": 30}},
        "images tagged v*: the newest 30 instead of the newest 20",
    ),
    "two patterns by one number": (
        {"max_image_count": 10},
        {"max_image_count": 10, "protected_tags": ["v*", "env-*"]},
        "images tagged v* or env-*: for ever instead of the newest 10",
    ),
    "a narrower protection": (
        {"max_image_count": 10, "protected_tags": ["v*"]},
        {"max_image_count": 10, "protected_tags": ["v1*"]},
        None,
    ),
    "later from the archive": (
        {"archive_after_days_without_pull": 30, "delete_archived_after_days": 90},
        {"archive_after_days_without_pull": 30, "delete_archived_after_days": 365},
        (
            "tagged images: 30 days after their last pull, then in the archive 365 days, instead of 30 days after "
            "their "
            "last pull, then in the archive 90 days"
        ),
    ),
    "no archive for what stays for ever anyway": ({"archive_after_days_without_pull": 30}, {}, None),
    "an unknown number": ({"max_image_count": 10}, {"max_image_count": "${var.count}"}, None),
}


@pytest.mark.parametrize(("before", "after", "expected"), GROWTH.values(), ids=GROWTH)
def test_what_a_retention_keeps_for_longer_than_another(before, after, expected):
    policies = []
    for said in (before, after):
        rules, problems = compose_retention(Retention(**said))
        assert problems == []
        policies.append(tuple(rules))
    result = growth(*policies)
    assert (result and result[0]) == (expected and f"keeps more {expected}")


NUMBERS = st.none() | st.integers(1, 5)
PATTERNS = st.dictionaries(st.sampled_from(["v*", "v1*", "env-*"]), st.integers(1, 5), max_size=2)
TAGS = (
    lambda _: (),
    lambda number: (f"v{number}",),
    lambda number: (f"v1.{number}",),
    lambda number: (f"env-{number}",),
    lambda number: (f"v2.{number}", f"env-{number}"),
    lambda number: (f"v1.{number}", f"env-{number}"),
    lambda number: (f"x{number}",),
)
AT = datetime.datetime(2026, 1, 31, tzinfo=datetime.UTC)
# Eight images of each kind, one a day.
KINDS = [
    [Image(digest=f"sha256:{day}", pushed_at=AT - datetime.timedelta(days=day), tags=tags(day)) for day in range(1, 9)]
    for tags in TAGS
]


@st.composite
def policies(draw):
    untagged = draw(st.sampled_from(["expire_untagged_after_days", "max_untagged_count"]))
    tagged = draw(st.sampled_from(["keep_tagged_count", "expire_tagged_after_days"]))
    said = {"max_image_count": draw(NUMBERS), untagged: draw(NUMBERS), tagged: draw(NUMBERS)}
    protected = draw(st.lists(st.sampled_from(["v*", "v1*", "env-*"]), unique=True, max_size=2))
    retention = Retention(**said, keep_tagged_per_pattern=draw(PATTERNS), protected_tags=protected)
    rules, problems = compose_retention(retention)
    assume(not problems)
    return tuple(rules)


@given(policies(), policies())
@settings(max_examples=200, deadline=None)
def test_what_is_kept_for_longer_is_an_image_that_went_before(before, after):
    def expired(written, images):
        outcomes = evaluate([each.rule for each in written], images, at=AT)
        return {each.image.digest for each in outcomes if each.action == "expire"}

    assert growth(before, before) is None
    longer = any(expired(before, images) - expired(after, images) for images in KINDS)
    if growth(before, after) is not None:
        assert longer
