"""What the shortcuts promise, of whatever images there are: what is protected stays, and so do the newest."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_constructs.core.lifecycle import LifecycleRule, Shortcuts, compose
from ecr_constructs.core.lifecycle.evaluate import Assumptions, evaluate
from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.core.lifecycle.presets import PRESET_NAMES, PRESETS
from tests.unit.naive_lifecycle import is_newer, matches, pushed

AT = datetime.datetime(2026, 11, 29, tzinfo=datetime.UTC)
TAGS = ["latest", "stable", "v1", "v1.2", "v2-rc", "git-a", "git-b", "env-prod-1", "env-dev-1", "x"]
PATTERNS = ["v*", "v1*", "*-rc", "git-*", "env-*", "env-prod-*", "latest", "*1*"]
ASSUMPTIONS = st.builds(
    Assumptions,
    ties=st.sampled_from(["digest"]),
    children_count=st.booleans(),
    children_with_index=st.booleans(),
    referrers_count=st.booleans(),
)
every = settings(deadline=None, max_examples=200)


def ago(days):
    return AT - datetime.timedelta(days=days)


def some_images(number, seed):
    """Return images with indexes, signatures, restored and archived ones, some of the same time."""
    at_random = random.Random(seed)
    days = functools.partial(at_random.randint, 0, 400)
    images: list[Image] = []
    for digest in [f"sha256:{each:02}" for each in range(number)]:
        archived = at_random.random() < 0.2
        earlier = [image.digest for image in images]
        images.append(
            Image(
                digest=digest,
                pushed_at=ago(at_random.choice([days(), at_random.randint(0, 6)])),
                tags=at_random.sample(TAGS, at_random.randint(0, 3)),
                pulled_at=at_random.choice([None, ago(days())]),
                activated_at=at_random.choice([None, ago(days())]) if not archived else None,
                archived_at=ago(days()) if archived else None,
                storage_class="archive" if archived else "standard",
                children=at_random.sample(earlier, min(2, len(earlier))) if at_random.random() < 0.1 else (),
                subject=at_random.choice(earlier) if earlier and at_random.random() < 0.1 else None,
            )
        )
    return at_random.sample(images, len(images))


def repositories():
    """Small ones, which shrink well by their number of images."""
    return st.builds(some_images, st.integers(1, 16), st.integers(0, 2**32))


NUMBERS = st.none() | st.integers(1, 4)
KEPT = st.dictionaries(st.sampled_from(PATTERNS), st.integers(1, 4), max_size=4)
PROTECTED = st.lists(st.sampled_from(PATTERNS), max_size=3)


OF_TAGGED = ["", "expire_tagged_after_days", "keep_tagged_count", "archive_after_days_without_pull"]


@st.composite
def shortcuts(draw, *, tagged=OF_TAGGED, kept=KEPT, beyond=(None, "expire", "archive"), protected=PROTECTED):
    """Any that go together, with what a test asks for."""
    of_tagged, patterns = draw(st.sampled_from(tagged)), draw(kept)
    of_untagged = draw(st.sampled_from(["", "expire_untagged_after_days", "max_untagged_count"]))
    values = {name: draw(st.integers(1, 5)) for name in (of_tagged, of_untagged) if name}
    if patterns or of_tagged == "keep_tagged_count":
        values["beyond_kept"] = draw(st.sampled_from(beyond))
    return Shortcuts(
        max_image_count=draw(NUMBERS),
        keep_tagged_per_pattern=patterns,
        delete_archived_after_days=draw(st.none() | st.integers(90, 300)),
        protected_tags=[tag for tag in draw(protected) if tag not in patterns],
        **values,
    )


WRITTEN = st.lists(
    st.sampled_from(
        [
            LifecycleRule(
                tag_status="tagged", tag_pattern_list=["v1.*"], count_type="sinceImagePushed", count_number=1
            ),
            LifecycleRule(
                tag_status="tagged", tag_prefix_list=["git-"], count_type="imageCountMoreThan", count_number=1
            ),
            LifecycleRule(
                tag_status="tagged",
                tag_pattern_list=["env-*-*"],
                count_type="sinceImagePulled",
                count_number=1,
                action_type="transition",
            ),
            LifecycleRule(
                tag_status="tagged", tag_pattern_list=["x*"], count_type="sinceImageTransitioned", count_number=90
            ),
            LifecycleRule(
                tag_status="tagged", tag_prefix_list=["v"], count_type="sinceImageTransitioned", count_number=90
            ),
        ]
    ),
    unique_by=str,
)


def policy(values, written=()):
    rules, problems = compose(written, values)
    assert problems == []
    return rules


def carries(image, pattern):
    return any(matches(pattern, tag) for tag in image.tags)


def is_protected(image, patterns):
    return any(carries(image, pattern) for pattern in patterns)


def counted(images):
    """Return the images that take places: no children of an index, no signature of what is there."""
    there = {image.digest for image in images}
    children = {child for image in images for child in image.children}
    return [
        image
        for image in images
        if image.storage_class == "standard" and image.digest not in children and not goes_with(image, there)
    ]


def goes_with(image, there):
    return image.subject in there


def place(image, others):
    return sum(is_newer(other, image) for other in others)


@every
@given(shortcuts(), WRITTEN, repositories(), ASSUMPTIONS)
def test_no_image_that_carries_a_protected_tag_is_expired_or_archived(values, written, images, assumptions):
    """Nor by rules that are numbered by themselves; a signature goes and stays with its subject."""
    there = {image.digest for image in images}
    for outcome in evaluate(policy(values, written), images, at=AT, assumptions=assumptions):
        looked_at = assumptions.referrers_count or not goes_with(outcome.image, there)
        if looked_at and is_protected(outcome.image, values.protected_tags):
            assert outcome.action == "keep"


@every
@given(st.sampled_from(PRESET_NAMES), PROTECTED, WRITTEN, repositories(), ASSUMPTIONS)
def test_a_preset_keeps_its_promise_and_that_of_tags_beside_it(name, tags, written, images, assumptions):
    protected = (*PRESETS[name]["protected_tags"], *tags)
    there = {image.digest for image in images}
    values = Shortcuts(retention=name, protected_tags=tags)
    for outcome in evaluate(policy(values, written), images, at=AT, assumptions=assumptions):
        looked_at = assumptions.referrers_count or not goes_with(outcome.image, there)
        if looked_at and is_protected(outcome.image, protected):
            assert outcome.action == "keep"


@every
@given(st.sampled_from(PRESET_NAMES), repositories())
def test_with_a_preset_an_image_with_several_tags_stays_as_long_as_one_of_them_says_so(name, images):
    rules, others = small(policy(Shortcuts(retention=name))), counted(images)
    severity = ["keep", "transition", "expire"]
    for outcome in evaluate(rules, images, at=AT):
        image = outcome.image
        if image not in others:
            continue
        for tag in image.tags:
            alone = [dataclasses.replace(each, tags=[tag]) if each == image else each for each in images]
            (found,) = [each for each in evaluate(rules, alone, at=AT) if each.image.digest == image.digest]
            assert severity.index(outcome.action) <= severity.index(found.action)


def small(rules):
    """Return rules with smaller numbers of images, in the same proportion."""
    return [
        dataclasses.replace(rule, count_number=max(1, rule.count_number // 10))
        if rule.count_type == "imageCountMoreThan" and rule.count_number < 999_999
        else rule
        for rule in rules
    ]


@every
@given(shortcuts(), repositories())
def test_the_newest_of_each_pattern_stay_whatever_else_they_carry(values, images):
    others = counted(images)
    for outcome in evaluate(policy(values), images, at=AT):
        image = outcome.image
        if image not in others:
            continue
        for pattern, number in values.keep_tagged_per_pattern.items():
            if carries(image, pattern) and place(image, [o for o in others if carries(o, pattern)]) < number:
                assert outcome.action == "keep"


@every
@given(shortcuts(tagged=["keep_tagged_count"]), repositories())
def test_the_newest_tagged_images_stay_where_no_pattern_has_a_number_of_its_own(values, images):
    others = counted(images)
    tagged = [image for image in others if image.tags]
    for outcome in evaluate(policy(values), images, at=AT):
        image = outcome.image
        if image not in tagged or is_protected(image, values.keep_tagged_per_pattern):
            continue
        if place(image, tagged) < values.keep_tagged_count:
            assert outcome.action == "keep"


@every
@given(shortcuts(kept=KEPT.filter(bool), protected=st.just([])), repositories())
def test_what_is_beyond_every_number_goes(values, images):
    """So what is kept stays bounded: as many of each set of patterns as the largest of their numbers."""
    others = counted(images)
    kept = values.keep_tagged_per_pattern
    for outcome in evaluate(policy(values), images, at=AT):
        image = outcome.image
        own = [pattern for pattern in kept if carries(image, pattern)]
        if image not in others or not own:
            continue
        same = [other for other in others if all(carries(other, pattern) for pattern in own)]
        beyond = place(image, same) >= max(kept[pattern] for pattern in own)
        action = "transition" if values.beyond_kept == "archive" else "expire"
        assert outcome.action == (action if beyond else "keep")


@every
@given(
    shortcuts(tagged=["keep_tagged_count"], beyond=["archive"])
    | shortcuts(tagged=["archive_after_days_without_pull"], beyond=["archive"]),
    repositories(),
)
def test_what_is_archived_first_is_deleted_only_after_its_days_there(values, images):
    there = {image.digest for image in images}
    for outcome in evaluate(policy(values), images, at=AT):
        image = outcome.image
        if outcome.action != "expire" or goes_with(image, there):
            continue
        if image.storage_class == "standard":
            assert not image.tags
        else:
            assert AT - image.archived_at > datetime.timedelta(days=values.delete_archived_after_days)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 5), st.integers(90, 120), st.lists(st.integers(0, 3), min_size=30, max_size=60))
def test_by_the_archive_images_go_by_a_number_and_an_age(newest, days, pushes):
    """Five days at a time: what is deleted is older than the days, and as many images are newer."""
    values = Shortcuts(keep_tagged_count=newest, beyond_kept="archive", delete_archived_after_days=days)
    rules, images, made, deleted = policy(values), [], 0, 0
    for step, number in enumerate([*pushes, *[0] * 30]):
        now = AT + datetime.timedelta(days=5 * step)
        for _ in range(number):
            made += 1
            images.append(Image(digest=f"sha256:{made:04}", pushed_at=now, tags=[f"git-{made}"]))
        remaining = []
        for outcome in evaluate(rules, images, at=now):
            image = outcome.image
            if outcome.action == "expire":
                deleted += 1
                assert now - image.pushed_at > datetime.timedelta(days=days)
                assert place(image, images) >= newest
            elif outcome.action == "transition":
                remaining.append(dataclasses.replace(image, storage_class="archive", archived_at=now))
            else:
                remaining.append(image)
        images = remaining
        standard = [image for image in images if image.storage_class == "standard"]
        assert len(standard) == min(newest, made)
    assert deleted == max(0, made - newest)


@every
@given(shortcuts(tagged=["archive_after_days_without_pull"], beyond=["expire"]), repositories())
def test_an_image_that_was_pulled_lately_is_not_archived_for_that(values, images):
    limit = datetime.timedelta(days=values.archive_after_days_without_pull)
    there = {image.digest for image in images}
    for outcome in evaluate(policy(values), images, at=AT):
        if outcome.action == "transition" and not goes_with(outcome.image, there):
            assert AT - (outcome.image.pulled_at or pushed(outcome.image)) > limit


@every
@given(shortcuts(tagged=["expire_tagged_after_days"]), repositories())
def test_a_young_image_without_a_pattern_does_not_go_by_an_age(values, images):
    limit = datetime.timedelta(days=values.expire_tagged_after_days)
    there = {image.digest for image in images}
    for outcome in evaluate(policy(values), images, at=AT):
        image = outcome.image
        if image.tags and not is_protected(image, values.keep_tagged_per_pattern) and not goes_with(image, there):
            gone = outcome.action == "expire" and image.storage_class == "standard"
            assert not gone or AT - pushed(image) > limit


@every
@given(
    st.lists(
        st.builds(
            lambda pattern, kind, number: LifecycleRule(
                tag_status="tagged", tag_pattern_list=pattern, count_type=kind, count_number=number
            ),
            st.lists(st.sampled_from(["git-*", "*", "g*", "*-*", "v*"]), min_size=1, max_size=2, unique=True),
            st.sampled_from(["imageCountMoreThan", "sinceImagePushed"]),
            st.integers(1, 6),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda rule: frozenset(rule.tag_pattern_list),
    ),
    st.integers(1, 6),
    st.integers(1, 6),
)
def test_no_policy_expires_by_a_number_and_an_age_together(rules, newest, days):
    """Whatever the rules are: those that expire any build at all expire one that is among the newest, or a young one.

    The first rule that identifies an image decides of it, by a number or by an age.
    """

    def builds(count, age):
        return [
            Image(digest=f"sha256:{each}", pushed_at=ago(age) - datetime.timedelta(minutes=each), tags=[f"git-{each}"])
            for each in range(count)
        ]

    def expired(images):
        return [each.image for each in evaluate(rules, images, at=AT) if each.action == "expire"]

    few_and_old, many_and_young = expired(builds(newest, 1000)), expired(builds(20, 0))
    if expired(builds(1000, 1000)):
        assert few_and_old or many_and_young


@pytest.mark.parametrize("size", range(1, 5))
def test_each_combination_of_patterns_is_a_rule_before_those_of_its_parts(size):
    patterns = ["a*", "b*", "c*", "d*"][:size]
    rules = policy(Shortcuts(keep_tagged_per_pattern=dict(zip(patterns, itertools.count(1)))))
    assert len(rules) == 2**size - 1
    asked = [set(rule.tag_pattern_list) for rule in rules]
    assert all(not later > earlier for earlier, later in itertools.combinations(asked, 2))
