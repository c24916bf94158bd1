"""What a lifecycle policy does to images: AWS's examples, the traps, and a second evaluation by another road."""

from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.lifecycle import LifecycleRule, render_lifecycle_policy
from ecr_constructs.core.lifecycle.evaluate import Assumptions, evaluate
from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from tests.unit.naive_lifecycle import evaluate_naively

NOW = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)


def days(number):
    return None if number is None else NOW - datetime.timedelta(days=number)


def image(digest, *tags, pushed=1.0, pulled=None, archived=None, restored=None, **others):
    return Image(
        digest=digest,
        tags=tags,
        pushed_at=days(pushed),
        pulled_at=days(pulled),
        archived_at=days(archived),
        activated_at=days(restored),
        storage_class="standard" if archived is None or restored is not None else "archive",
        **others,
    )


def rule(tags, count_type, number, **others):
    """Return a rule: `tags` is `any`, `untagged`, or patterns separated by blanks."""
    status = tags if tags in ("any", "untagged") else "tagged"
    patterns = tags.split() if status == "tagged" else []
    return LifecycleRule(
        tag_status=status, tag_pattern_list=patterns, count_type=count_type, count_number=number, **others
    )


def keep(tags, number, **others):
    return rule(tags, "imageCountMoreThan", number, **others)


def older(tags, number, **others):
    return rule(tags, "sinceImagePushed", number, **others)


def acted(rules, images, **assumptions):
    """Return what goes, by digest, with the priority of its rule."""
    outcomes = evaluate(rules, images, at=NOW, assumptions=Assumptions(**assumptions))
    return {each.image.digest: each.rule and each.rule.rule_priority for each in outcomes if each.action != "keep"}


BETA_AND_PROD = [
    image("A", "beta-1", "prod-1", pushed=10),
    image("B", "beta-2", "prod-2", pushed=9),
    image("C", "beta-3", pushed=8),
]
ALPHA_AND_BETA = [
    image("A", "alpha-1", pushed=12),
    image("B", "beta-1", pushed=11),
    image("C", "alpha-2", "beta-2", pushed=10),
    image("D", "alpha-3", pushed=4),
    image("E", "beta-3", pushed=3),
    image("F", "alpha-4", "beta-4", pushed=2),
]


@pytest.mark.parametrize(
    ("rules", "images", "expired"),
    [
        ([keep("prod*", 1), keep("beta*", 1)], BETA_AND_PROD, {"A": 1}),
        ([keep("beta*", 1), keep("prod*", 1)], BETA_AND_PROD, {"A": 1, "B": 1}),
        ([older("alpha* beta*", 5)], ALPHA_AND_BETA, {"C": 1}),
        (
            [keep("alpha* beta*", 1)],
            [
                image("A", "alpha-1", "beta-1", "gamma-1", pushed=10),
                image("B", "alpha-2", "beta-2", pushed=9),
                image("C", "alpha-3", "beta-3", "gamma-2", pushed=8),
            ],
            {"A": 1, "B": 1},
        ),
        (
            [keep("any", 1)],
            [
                image("A", "alpha-1", pushed=4),
                image("B", "beta-1", pushed=3),
                image("C", pushed=2),
                image("D", "alpha-2"),
            ],
            {"A": 1, "B": 1, "C": 1},
        ),
        (
            [keep("alpha*", 1), older("untagged", 1), keep("any", 1)],
            [
                image("A", "alpha-1", "beta-1", pushed=4),
                image("B", pushed=3),
                image("C", "alpha-2", pushed=2),
                image("D", "git hash", pushed=24.5 / 24),
                image("E", pushed=23 / 24),
            ],
            {"A": 1, "B": 2, "D": 3},
        ),
    ],
    ids=[f"example {number}" for number in range(1, 7)],
)
def test_the_examples_of_the_user_guide(rules, images, expired):
    assert acted(rules, images) == expired


def test_an_image_is_too_old_once_it_is_older_than_the_days_and_not_at_them():
    assert acted([older("any", 7)], [image("at", pushed=7), image("after", pushed=7 + 1e-6)]) == {"after": 1}


def test_a_number_of_days_may_be_as_large_as_any():
    assert acted([older("any", 10**30)], [image("A", pushed=9)]) == {}


def test_a_rule_shields_what_it_leaves_alone():
    (kept,) = evaluate(
        [
            keep("v*", 10),
            keep("any", 1),
        ],
        [image("A", "v1", pushed=99)],
        at=NOW,
    )
    assert (kept.action, kept.rule, kept.shielded_by) == ("keep", None, None)
    outcomes = evaluate([keep("v*", 10), older("any", 7)], [image("A", "v1", pushed=99)], at=NOW)
    assert [(each.action, each.rule.rule_priority, each.shielded_by.rule_priority) for each in outcomes] == [
        ("keep", 2, 1)
    ]


def test_what_is_shielded_still_takes_a_place_where_images_are_counted():
    images = [image("new", "v1", pushed=1), image("old", "x", pushed=2), image("older", "x2", pushed=3)]
    assert acted([keep("v*", 10), keep("any", 1)], images) == {"old": 2, "older": 2}


def test_each_storage_class_has_its_rules():
    rules = [
        rule("any", "sinceImagePulled", 30, action_type="transition"),
        rule("any", "sinceImageTransitioned", 90),
    ]
    images = [
        image("idle", pushed=50),
        image("pulled", pushed=50, pulled=2),
        image("archived", pushed=400, archived=91),
        image("fresh", pushed=400, archived=90),
    ]
    assert acted(rules, images) == {"idle": 1, "archived": 2}
    assert [each.action for each in evaluate(rules, images, at=NOW)] == ["transition", "keep", "expire", "keep"]


def test_an_image_that_was_restored_counts_as_pushed_then():
    images = [image("restored", pushed=100, archived=50, restored=3), image("other", pushed=5)]
    assert acted([older("any", 7)], images) == {}
    assert acted([keep("any", 1)], images) == {"other": 1}
    unpulled = [rule("any", "sinceImagePulled", 7, action_type="transition")]
    assert acted(unpulled, [image("restored", pushed=100, archived=50, restored=3)]) == {}
    assert acted(unpulled, [image("pulled before", pushed=100, pulled=90, archived=50, restored=3)]) == {}
    assert acted(unpulled, [image("pulled since", pushed=100, pulled=8, archived=50, restored=20)]) != {}
    assert acted(unpulled, [image("neither", pushed=100, pulled=90, archived=50, restored=8)]) != {}


INDEX = [
    image("index", "v1", pushed=10, children=("amd64", "arm64", "gone")),
    image("amd64", pushed=10),
    image("arm64", pushed=10),
]


def test_what_an_index_refers_to_stays_with_it():
    outcomes = {each.image.digest: each for each in evaluate([older("untagged", 7)], INDEX, at=NOW)}
    assert [outcomes[each].action for each in ("index", "amd64", "arm64")] == ["keep"] * 3
    assert outcomes["amd64"].kept_by == "index"
    assert outcomes["amd64"].rule.rule_priority == 1


def test_what_an_index_refers_to_goes_after_it_or_with_it():
    assert acted([older("any", 7)], INDEX) == {"index": 1}
    assert acted([older("any", 7)], INDEX, children_with_index=True) == {"index": 1, "amd64": 1, "arm64": 1}
    assert acted([older("untagged", 7)], INDEX, children_with_index=True) == {}


def test_an_index_within_an_index_goes_from_the_outside_in():
    images = [image("outer", "v1", pushed=9, children=("inner",)), image("inner", pushed=9, children=("leaf",))]
    images += [image("leaf", pushed=9)]
    assert acted([older("any", 7)], images) == {"outer": 1}
    assert set(acted([older("any", 7)], images, children_with_index=True)) == {"outer", "inner", "leaf"}


def test_what_an_index_refers_to_takes_no_place_unless_that_is_assumed():
    images = [*INDEX, image("next", "v0", pushed=20)]
    assert acted([keep("any", 2)], images) == {}
    assert acted([keep("any", 2)], images, children_count=True) == {"index": 1, "next": 1}


def test_a_signature_goes_and_stays_with_its_subject():
    images = [
        image("image", "v1", pushed=9),
        image("signature", pushed=9, subject="image"),
        image("signature of the signature", pushed=9, subject="signature"),
        image("orphan", pushed=9, subject="gone"),
    ]
    assert acted([older("untagged", 7)], images) == {"orphan": 1}
    outcomes = {each.image.digest: each for each in evaluate([older("v*", 7)], images, at=NOW)}
    assert [outcomes[each].action for each in ("image", "signature", "orphan")] == ["expire", "expire", "keep"]
    assert outcomes["signature of the signature"].follows == "image"
    assert set(acted([older("untagged", 7)], images, referrers_count=True)) == set(outcomes) - {"image"}


def test_images_of_the_same_time_are_told_apart_by_their_digest_or_their_place():
    images = [image("b"), image("a")]
    assert acted([keep("any", 1)], images) == {"b": 1}
    assert acted([keep("any", 1)], images, ties="listed") == {"a": 1}


def test_priorities_decide_and_not_the_order_of_the_rules():
    rules = [older("any", 1, rule_priority=20), keep("v*", 10, rule_priority=3)]
    assert acted(rules, [image("A", "v1", pushed=9), image("B", pushed=9)]) == {"B": 20}


def test_prefixes_are_taken_as_they_stand():
    by_prefix = LifecycleRule(
        tag_status="tagged", tag_prefix_list=["v*"], count_type="sinceImagePushed", count_number=1
    )
    assert acted([by_prefix], [image("A", "v1", pushed=9)]) == {}
    assert acted([by_prefix], [image("A", "v*1", pushed=9)]) == {"A": 1}


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        ("v1", {"v1"}),
        ("v*", {"v1", "v1.2", "v", "vx2"}),
        ("*1", {"v1", "x-1", "1"}),
        ("*", {"v1", "v1.2", "v", "x-1", "1", "vx2"}),
        ("v*2", {"v1.2", "vx2"}),
        ("v*.*", {"v1.2"}),
        ("**1*", {"v1", "v1.2", "x-1", "1"}),
        ("v.*", set()),
        ("[v]*", set()),
    ],
)
def test_a_star_stands_for_any_characters_and_nothing_else_does(pattern, matching):
    images = [image(tag, tag, pushed=9) for tag in ("v1", "v1.2", "v", "x-1", "1", "vx2")]
    assert set(acted([older(pattern, 1)], images)) == matching


def test_a_token_has_no_value_yet():
    with pytest.raises(ValueError, match="token"):
        evaluate([older("any", "${var.days}")], [], at=NOW)


def test_a_digest_is_listed_once():
    with pytest.raises(ValueError, match="listed twice"):
        evaluate([], [image("A"), image("A")], at=NOW)


# Few letters, so that patterns and tags meet; few times, so that images tie.
TAGS = st.text("ab", min_size=1, max_size=3)
PATTERNS = st.lists(st.text("ab*", min_size=1, max_size=4), min_size=1, max_size=2, unique=True)
TIMES = st.integers(0, 6).map(lambda half_days: half_days / 2)


@st.composite
def images_of_a_repository(draw):
    count = draw(st.integers(0, 9))
    digests = [f"sha256:{number}" for number in range(count)]
    images = []
    for number, digest in enumerate(digests):
        archived = draw(st.booleans())
        images.append(
            image(
                digest,
                *draw(st.lists(TAGS, max_size=2, unique=True)),
                pushed=draw(TIMES) + 3,
                pulled=draw(st.none() | TIMES),
                archived=draw(TIMES) if archived else None,
                restored=draw(st.none() | TIMES) if archived else None,
                children=tuple(draw(st.lists(st.sampled_from(digests[:number]), max_size=2))) if number else (),
                subject=draw(st.none() | st.just(digests[0])) if number == count - 1 and number else None,
            )
        )
    return draw(st.permutations(images))


@st.composite
def rules_of_a_policy(draw):
    rules = []
    for _ in range(draw(st.integers(0, 5))):
        tags = draw(st.sampled_from(["any", "untagged", ""])) or " ".join(draw(PATTERNS))
        kind = draw(
            st.sampled_from(["imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"])
        )
        action = draw(st.sampled_from(["expire", "transition"]))
        action = {"sinceImagePulled": "transition", "sinceImageTransitioned": "expire"}.get(kind, action)
        rules.append(rule(tags, kind, draw(st.integers(1, 4)), action_type=action))
    return assign_priorities(draw(st.permutations(rules)))


@given(rules_of_a_policy(), images_of_a_repository())
def test_a_second_evaluation_agrees(rules, images):
    document = json.loads(render_lifecycle_policy(rules))
    found = {
        each.image.digest: (None, None)
        if each.action == "keep"
        else (each.action, each.rule.rule_priority if each.rule else None)
        for each in evaluate(rules, images, at=NOW)
    }
    assert found == evaluate_naively(document, images, NOW)
