"""`protected_tags` protects: no image with such a tag is expired or archived, whatever else a policy says."""

from __future__ import annotations

import dataclasses
import datetime
import random

from ecr_constructs.core.lifecycle import Retention, compose_retention, policy_traps
from ecr_constructs.core.lifecycle.evaluate import Assumptions, evaluate
from tests.unit import naive_lifecycle
from tests.unit.test_lifecycle_evaluation import NOW, image
from tests.unit.test_lifecycle_shown import random_rules
from tests.unit.test_lifecycle_traps import archived, to_archive
from tests.unit.test_lifecycle_vectors import repository

TAGS = ["a", "b", "c", "aa", "ab", "ba", "bb", "ac", "aab", "aba", "bab", "abb", "cab"]


def retentions(*, own_priorities):
    """Return much that can be said of a repository's retention, with protected tags, and the images of a repository."""
    for seed in range(1_500):
        chosen = random.Random(seed)
        rules = random_rules(chosen)
        used = {rule.tag_status for rule in rules if rule.selected_class == "standard"}
        keeps_own = [own_priorities and chosen.random() < 0.6 for _ in rules]
        retention = Retention(
            protected_tags=[
                "".join(chosen.choices("ab*", k=chosen.randint(1, 3))) for _ in range(chosen.randint(1, 3))
            ],
            lifecycle_rules=[
                rule if own else dataclasses.replace(rule, rule_priority=None)
                for rule, own in zip(rules, keeps_own, strict=True)
            ],
            max_image_count=None if "any" in used else chosen.choice((None, 1, 2)),
            expire_untagged_after_days=None if "untagged" in used else chosen.choice((None, 1, 3)),
        )
        written, problems = compose_retention(retention)
        if not problems:  # such as an `any` rule whose own priority leaves no room
            yield retention, written, repository(chosen, TAGS, chosen.randint(2, 14))


def is_protected(each, retention):
    return any(naive_lifecycle.matches(pattern, tag) for pattern in retention.protected_tags for tag in each.tags)


def acted(written, images, retention, **assumptions):
    """Return what goes and is protected, and how much goes that is not.

    A signature goes with its subject, whatever tags it has, and is no image that a rule looks at.
    """
    images = [dataclasses.replace(each, subject=None) if is_protected(each, retention) else each for each in images]
    outcomes = evaluate([rule for rule, _ in written], images, at=NOW, assumptions=Assumptions(**assumptions))
    going = [each for each in outcomes if each.action != "keep"]
    protected = [each for each in going if is_protected(each.image, retention)]
    return protected, len(going) - len(protected)


def test_no_image_with_a_protected_tag_goes():
    others = 0
    for retention, written, images in retentions(own_priorities=False):
        images = [each for each in images if each.storage_class == "standard"]
        for assumed in ({}, {"children_count": True, "children_with_index": True, "referrers_count": True}):
            protected, number = acted(written, images, retention, **assumed)
            assert protected == []
            others += number
    assert others > 1_000


def test_where_one_goes_after_all_that_is_pointed_out():
    """A rule with a priority of its own may come first; then it is said."""
    gone = 0
    for retention, written, images in retentions(own_priorities=True):
        images = [each for each in images if each.storage_class == "standard"]
        reaching = {trap.rule for trap in policy_traps(written) if trap.notice.code == "lifecycle-protected-reached"}
        protected, _ = acted(written, images, retention)
        assert {each.rule for each in protected} <= reaching
        gone += len(protected)
    assert gone > 100


def test_no_protected_image_is_in_the_archive_after_a_year_of_runs():
    """What is protected never comes where rules of the archive could expire it."""
    chosen = random.Random(1)
    retention = Retention(
        protected_tags=["v*", "stable"], max_image_count=3, lifecycle_rules=[to_archive("*", 30), archived("any")]
    )
    written, problems = compose_retention(retention)
    assert not problems
    rules = [rule for rule, _ in written]
    tags = [f"{letter}{number}" for letter in "vw" for number in range(40)] + ["stable"]
    images = [image(f"sha256:{n}", tag, pushed=chosen.randint(0, 50)) for n, tag in enumerate(tags)]
    for day in range(0, 400, 5):
        at = NOW + datetime.timedelta(days=day)
        outcomes = evaluate(rules, images, at=at)
        images = [
            dataclasses.replace(each.image, storage_class="archive", archived_at=at)
            if each.action == "transition"
            else each.image
            for each in outcomes
            if each.action != "expire"
        ]
    assert {each.tags[0] for each in images if is_protected(each, retention)} == {
        tag for tag in tags if tag.startswith("v") or tag == "stable"
    }
    assert {each.storage_class for each in images} == {"standard"}
    assert len(images) < len(tags)
