"""What a policy does to images that an earlier one leaves alone: the smallest set of images, held to a brute force."""

import dataclasses
import itertools
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_constructs.core.lifecycle import Retention, Shortcuts, compose, compose_retention, render_lifecycle_policy
from ecr_constructs.core.lifecycle.newly import newly
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.presets import PRESET_NAMES
from tests.unit.naive_lifecycle import evaluate_naively
from tests.unit.test_lifecycle_evaluation import NOW, image, keep, older
from tests.unit.test_lifecycle_properties import mixes
from tests.unit.test_lifecycle_shown import random_rules
from tests.unit.test_lifecycle_traps import archived, to_archive

GOALS = [(action, tagged) for action in ("expire", "transition") for tagged in (True, False)]


def rows(before, after, *goal, **options):
    """Return the images, the newest first: tags, age, pull, and what the earlier and the later policy do."""
    found = newly(before, after, *goal, **options)
    return found and [
        " | ".join(
            (
                ", ".join(now.image.tags) or "untagged",
                f"{(found.at - now.image.pushed_at).total_seconds() / 86400:g} d",
                *([] if now.image.pulled_at is None else [f"pulled {(found.at - now.image.pulled_at).days} d"]),
                *([] if now.image.storage_class == "standard" else [now.image.storage_class]),
                f"{was.action}, {now.action}",
            )
        )
        for was, now in zip(found.before, found.after, strict=True)
    ]


@pytest.mark.parametrize(
    ("before", "after", "table"),
    [
        # Days: one image, as young as can be.
        ([older("v*", 9)], [older("v*", 5)], ["v1 | 6 d | keep, expire"]),
        ([], [older("v*", 5)], ["v1 | 6 d | keep, expire"]),
        ([older("v*", 5)], [older("v*", 9)], None),
        ([older("v*", 5)], [], None),
        ([older("untagged", 9)], [older("untagged", 5)], ["untagged | 6 d | keep, expire"]),
        # Counts: one more than are kept.
        ([keep("v*", 3)], [keep("v*", 1)], ["v2 | 1 d | keep, keep", "v1 | 2 d | keep, expire"]),
        ([keep("v*", 1)], [keep("v*", 3)], None),
        # The newer ones are such as the earlier rule does not count.
        ([keep("v*", 1)], [keep("any", 1)], ["build-1 | 1 d | keep, keep", "v1 | 2 d | keep, expire"]),
        ([keep("v1*", 1)], [keep("v*", 1)], ["v | 1 d | keep, keep", "v11 | 2 d | keep, expire"]),
        # Of a tag there is one image at a time, so that such a rule never acts.
        ([], [keep("latest", 1)], None),
        ([], [keep("v* latest", 1)], None),
        # Young enough for the earlier rule, however many there are.
        (
            [older("v*", 1)],
            [keep("v*", 3)],
            [f"v{5 - n} | {n / 4:g} d | keep, {'keep' if n < 4 else 'expire'}" for n in (1, 2, 3, 4)],
        ),
        # A tag that is protected no more, and one that an earlier rule is the first to identify now.
        ([keep("v*", 999_999), older("*", 5)], [older("*", 5)], ["v1 | 6 d | keep, expire"]),
        ([keep("a*", 999_999), keep("*b", 1)], [older("*b", 5), keep("a*", 999_999)], ["1b, a1 | 6 d | keep, expire"]),
        # What was archived at that age is expired.
        ([to_archive("v*", 5)], [older("v*", 5)], ["v1 | 6 d | transition, expire"]),
        ([older("v*", 5, action_type="transition")], [older("v*", 9)], ["v1 | 10 d | transition, expire"]),
        ([archived("any", 200)], [archived("any", 100)], ["build-1 | 101 d | archive | keep, expire"]),
        ([archived("any", 100)], [archived("any", 200)], None),
        # More than a repository holds, older than any image.
        ([], [keep("any", 999_999)], None),
        ([], [older("any", 100_000)], None),
        ([older("any", 999_999_999)], [older("any", 99_999)], ["build-1 | 100000 d | keep, expire"]),
    ],
)
def test_the_smallest_set_that_newly_expires(before, after, table):
    assert rows(before, after) == table


@pytest.mark.parametrize(
    ("before", "after", "table"),
    [
        ([], [to_archive("v*", 5)], ["v1 | 6 d | keep, transition"]),
        ([to_archive("v*", 9)], [to_archive("v*", 5)], ["v1 | 6 d | keep, transition"]),
        ([to_archive("v*", 5)], [to_archive("v*", 9)], None),
        # It was pulled since.
        (
            [to_archive("v*", 5)],
            [older("v*", 9, action_type="transition")],
            ["v1 | 10 d | pulled 1 d | keep, transition"],
        ),
        (
            [to_archive("v*", 1)],
            [keep("v*", 1, action_type="transition")],
            ["v2 | 1 d | keep, keep", "v1 | 2 d | pulled 1 d | keep, transition"],
        ),
        ([older("v*", 5, action_type="transition")], [to_archive("v*", 5)], None),
        # What was expired is not newly gone.
        ([older("v*", 5)], [to_archive("v*", 5)], None),
        ([older("v*", 9)], [to_archive("v*", 5)], ["v1 | 6 d | keep, transition"]),
    ],
)
def test_the_smallest_set_that_is_newly_archived(before, after, table):
    assert rows(before, after, "transition") == table
    assert rows(before, after) is None


def test_images_with_tags_and_without_are_asked_for_by_themselves():
    change = [keep("any", 3)], [keep("any", 1)]
    assert rows(*change, is_tagged=True)[-1] == "build-1 | 2 d | keep, expire"
    assert rows(*change, is_tagged=False)[-1] == "untagged | 2 d | keep, expire"
    assert rows([], [older("untagged", 5)], is_tagged=True) is None
    assert rows([], [older("v*", 5)], is_tagged=False) is None
    assert rows([], [archived("any", 90)], storage_class="standard") is None


def test_large_numbers_are_shown_as_well():
    found = newly([keep("any", 2_000)], [keep("any", 1_000)])
    assert len(found.after) == 1_001
    assert [each.action for each in found.after[-2:]] == ["keep", "expire"]
    assert newly([keep("any", 1_000)], [keep("any", 2_000)]) is None


def document(rules):
    return json.loads(render_lifecycle_policy(rules)) if rules else {"rules": []}


def going(before, after, images):
    """Return which digests newly go how, by the slow evaluation."""
    was = evaluate_naively(document(before), images, NOW)
    now = evaluate_naively(document(after), images, NOW)
    found = set()
    for each in images:
        first, second = was[each.digest][0], now[each.digest][0]
        if second is not None and second != first and (second == "expire" or first is None):
            found.add((second, bool(each.tags), each.digest))
    return found


def moved(images, at):
    """Return images as they would be at the time of these tests."""

    def later(time):
        return None if time is None else time + (NOW - at)

    return [
        dataclasses.replace(
            each,
            pushed_at=later(each.pushed_at),
            pulled_at=later(each.pulled_at),
            archived_at=later(each.archived_at),
        )
        for each in images
    ]


def changed(chosen, rules):
    """Return a policy that is a few steps from another one, or another one altogether."""
    if chosen.random() < 0.3:
        return random_rules(chosen)
    rules = list(rules)
    for _ in range(chosen.randint(1, 2)):
        if not rules:
            break
        place = chosen.randrange(len(rules))
        kind = chosen.choice(("number", "drop", "swap"))
        if kind == "drop":
            rules.pop(place)
        elif kind == "number":
            least = 90 if rules[place].selected_class == "archive" else 1
            rules[place] = dataclasses.replace(rules[place], count_number=least + chosen.randint(0, 4))
        elif place and "any" not in (rules[place].tag_status, rules[place - 1].tag_status):
            rules[place - 1 : place + 1] = rules[place], rules[place - 1]
    return assign_priorities([dataclasses.replace(each, rule_priority=None) for each in rules])


def pairs(number):
    for seed in range(number):
        chosen = random.Random(seed)
        before = random_rules(chosen)
        yield chosen, before, changed(chosen, before)


def random_images(chosen, rules, size):
    """Return images that are near what rules ask for: tags of their patterns, ages around their numbers."""
    patterns = [pattern for rule in rules for pattern in rule.tag_pattern_list]
    used, images = set(), []
    for number in range(size):
        tags = []
        for pattern in chosen.sample(patterns, min(len(patterns), chosen.choice((0, 1, 1, 2, 3)))):
            tag = "".join(chosen.choice(("", "a", "b", "z")) if each == "*" else each for each in pattern)
            if tag and tag not in used:
                used.add(tag)
                tags.append(tag)
        age = chosen.choice((0.1, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6)) + number / 1000
        days = chosen.choice((90, 90.5, 91, 92, 93.5, 95)) if chosen.random() < 0.25 else None
        pulled = chosen.choice((None, age / 2, 0.1))
        images.append(
            image(
                f"sha256:{number}",
                *tags,
                pushed=age if days is None else days,
                pulled=pulled if days is None else None,
                archived=days,
            )
        )
    return images


def test_whatever_is_found_is_so_and_whatever_random_images_show_is_found_by_no_more_images():
    shown = dict.fromkeys(GOALS, 0)
    for chosen, before, after in pairs(200):
        found = {goal: newly(before, after, goal[0], is_tagged=goal[1]) for goal in GOALS}
        for (action, tagged), each in found.items():
            if each is not None:
                images = moved([outcome.image for outcome in each.after], each.at)
                tags = [tag for one in images for tag in one.tags]
                assert len(tags) == len({*tags}), "a tag is one image's at a time"
                assert (action, tagged, images[-1].digest) in going(before, after, images), (before, after)
        for _ in range(25):
            images = random_images(chosen, [*before, *after], chosen.choice((1, 1, 2, 3, 4)))
            for action, tagged, _ in going(before, after, images):
                each = found[action, tagged]
                assert each is not None, (before, after, images)
                assert len(each.after) <= len(images), (before, after, images)
                shown[action, tagged] += 1
    assert all(number > 5 for number in shown.values()), shown


TAGS = [(), ("a",), ("b",), ("ab",), ("ba",), ("z",), ("a", "b"), ("ab", "z"), ("b", "z"), ("az", "bz")]


def test_no_smaller_set_shows_it():
    """All sets of one or two images, with few tags and ages: what the engine needs more images for, none shows."""
    compared = 0
    for chosen, before, after in pairs(16):
        before, after = ([each for each in rules if each.selected_class == "standard"] for rules in (before, after))
        found = {goal: newly(before, after, goal[0], is_tagged=goal[1]) for goal in GOALS}
        ages = (0.5, 1.5, 2.5, 3.5, 5.5)
        for oldest, newer in itertools.product(TAGS, [None, *TAGS]):
            if newer is not None and {*oldest} & {*newer}:
                continue
            for age in ages:
                images = [image("sha256:1", *oldest, pushed=age, pulled=chosen.choice((None, 0.2)))]
                images += [] if newer is None else [image("sha256:0", *newer, pushed=0.1)]
                for action, tagged, _ in going(before, after, images):
                    each = found[action, tagged]
                    assert each is not None, (before, after, images)
                    assert len(each.after) <= len(images), (before, after, images)
                    compared += 1
    assert compared > 300


def written_otherwise(rules, chosen):
    """Return the same policy: other priorities, no descriptions, in another order where that tells nothing."""
    rules = list(rules)
    for _ in range(4):
        for place in range(1, len(rules)):
            one, other = rules[place - 1 : place + 1]
            statuses = {one.tag_status, other.tag_status}
            apart = one.selected_class != other.selected_class or statuses == {"tagged", "untagged"}
            if apart and chosen.random() < 0.5:
                rules[place - 1 : place + 1] = other, one
    first = chosen.randint(1, 50)
    numbers = itertools.accumulate(chosen.randint(1, 9) for _ in rules)
    return [
        dataclasses.replace(each, rule_priority=first + number, description=None)
        for each, number in zip(rules, numbers, strict=True)
    ]


def assert_equal(one, other):
    for action, tagged in GOALS:
        assert newly(one, other, action, is_tagged=tagged) is None
        assert newly(other, one, action, is_tagged=tagged) is None


@settings(deadline=None)
@given(mixes(), st.randoms())
def test_the_same_policy_written_otherwise_lets_nothing_newly_go(mix, chosen):
    rules, _ = compose(*mix)
    assert_equal(rules, written_otherwise(rules, chosen))


def test_random_policies_written_otherwise_let_nothing_newly_go():
    for seed in range(100):
        chosen = random.Random(seed)
        rules = random_rules(chosen)
        assert_equal(rules, written_otherwise(rules, chosen))


@pytest.mark.parametrize("preset", PRESET_NAMES)
def test_a_preset_and_the_rules_that_it_stands_for_are_the_same(preset):
    rules = [each.rule for each in compose_retention(Retention(retention=preset))[0]]
    bare = tuple(dataclasses.replace(each, rule_priority=None, description=None) for each in rules)
    again = [each.rule for each in compose_retention(Retention(lifecycle_rules=bare))[0]]
    text = [each.rule for each in compose_retention(Retention(lifecycle_policy=render_lifecycle_policy(rules)))[0]]
    assert_equal(rules, again)
    assert_equal(rules, text)


def test_a_rule_split_in_two_that_cover_it_is_the_same():
    """Not rule by rule the same, and nothing newly goes all the same."""
    assert_equal([older("*", 5)], [older("v*", 5), older("*", 5)])
    assert_equal([keep("v*", 999_999), older("any", 5)], [keep("v1*", 999_999), keep("v*", 999_999), older("any", 5)])
    assert_equal([older("untagged", 5), older("*", 5)], [older("any", 5)])


def test_shortcuts_that_keep_more_let_nothing_newly_go():
    fewer, _ = compose((), Shortcuts(max_image_count=5, expire_untagged_after_days=5))
    more, _ = compose((), Shortcuts(max_image_count=9, expire_untagged_after_days=9, protected_tags=["v*"]))
    assert newly(fewer, more) is None
    assert newly(more, fewer) is not None
