"""The smallest set of images that shows what is pointed out, and whether it is the smallest and shows it."""

import dataclasses
import random

import pytest

from ecr_constructs.core.lifecycle import Origin, policy_traps
from ecr_constructs.core.lifecycle.evaluate import evaluate
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.origin import WrittenRule
from ecr_constructs.core.lifecycle.reach import UNTAGGED, reaches_untagged, tagged_reached
from ecr_constructs.core.lifecycle.repository_traps import repository_traps
from ecr_constructs.core.lifecycle.trap import only_protects
from ecr_constructs.lifecycle.shown_by import is_shown, shown_by
from ecr_constructs.lifecycle.shown_words import age_in_words, rule_in_words, tags_in_words
from tests.unit.test_lifecycle_evaluation import NOW, image, keep, older
from tests.unit.test_lifecycle_traps import REST, archived, to_archive


def found(*rules, regions=()):
    written = [WrittenRule(each, Origin(("lifecycle_rules", n))) for n, each in enumerate(assign_priorities(rules))]
    return [*policy_traps(written), *repository_traps(written, regions)]


def rows(code, *rules, regions=()):
    """Return the table that shows what has a code."""
    (trap,) = [each for each in found(*rules, regions=regions) if each.notice.code == f"lifecycle-{code}"]
    shown = shown_by(trap, assign_priorities(rules))
    return [
        " | ".join(
            (
                tags_in_words(each.image),
                age_in_words(shown, each.image),
                each.action,
                rule_in_words(shown, each),
            )
        )
        for each in shown.outcomes
    ]


@pytest.mark.parametrize(
    ("code", "rules", "table"),
    [
        (
            "inert",
            [keep("v*", 5), keep("v1*", 1), REST],
            ["v11 | 1 d | keep | rule 1", "v12 | 2 d | keep | rule 1, before rule 2"],
        ),
        ("inert", [keep("v*", 1), older("v1*", 9), REST], ["v11 | 10 d | keep | rule 1, before rule 2"]),
        (
            "any-skips-tagged",
            [keep("*", 5), keep("any", 1)],
            ["build-1 | 1 d | keep | rule 1", "build-2 | 2 d | keep | rule 1, before rule 2"],
        ),
        ("tags-and", [older("v* release", 5), REST], ["v1 | 6 d | keep | rule 2"]),
        ("age-alone", [older("v*", 5), REST], ["v1 | 6 d | expire | rule 1"]),
        ("age-alone", [older("v*", 5, action_type="transition"), archived(), REST], ["v1 | 6 d | transition | rule 1"]),
        ("grows-tagged", [keep("build*", 5)], ["a | 3,650 d | keep | no rule"]),
        ("grows-untagged", [keep("*", 5)], ["untagged | 3,650 d | keep | no rule"]),
        ("grows-archived", [to_archive("v*"), archived("v1*"), REST], ["v | 3,650 d | keep | no rule"]),
        (
            "protected-reached",
            [keep("*-rc*", 1), keep("v*", 999_999), REST],
            ["1-rc1, v1 | 1 d | keep | rule 1", "2-rc2, v2 | 2 d | expire | rule 1"],
        ),
        (
            "protected-reached",
            [keep("v*", 1), keep("latest", 1), REST],
            ["v2 | 1 d | keep | rule 1", "v1, latest | 2 d | expire | rule 1"],
        ),
        # The rule expires what its description keeps, and keeps what its description expires.
        (
            "description-number",
            [older("untagged", 5, description="after 9 days"), REST],
            ["untagged | 6 d | expire | rule 1"],
        ),
        (
            "description-number",
            [older("untagged", 9, description="after 5 days"), REST],
            ["untagged | 6 d | keep | rule 1"],
        ),
        (
            "description-number",
            [keep("any", 2, description="Keep 1 image")],
            ["untagged | 1 d | keep | rule 1", "untagged | 2 d | keep | rule 1"],
        ),
        ("description-number", [keep("any", 2, description="Keep 3 days")], ["untagged | 4 d | keep | rule 1"]),
        ("none", [], ["untagged | 3,650 d | keep | no rule"]),
        ("replicas", [older("untagged", 5), REST], ["untagged | 6 d | expire | rule 1"]),
        ("replicas", [keep("any", 1)], ["untagged | 1 d | keep | rule 1", "untagged | 2 d | expire | rule 1"]),
    ],
)
def test_the_smallest_set_of_images(code, rules, table):
    table = [row.replace("v |", "v (archived) |") if code == "grows-archived" else row for row in table]
    assert rows(code, *rules, regions=["us-west-2"] if code == "replicas" else ()) == table


def test_a_prefix_with_a_star_is_shown_by_what_the_pattern_would_select():
    prefix = dataclasses.replace(older("v*", 5), tag_pattern_list=(), tag_prefix_list=("v*",))
    assert rows("prefix-wildcard", prefix, REST) == ["v1 | 6 d | keep | rule 2"]


def test_what_cannot_be_shown_is_shown_by_nothing():
    (trap,) = [each for each in found(older("release/*", 5), REST) if each.notice.code == "lifecycle-selects-nothing"]
    assert shown_by(trap, assign_priorities([older("release/*", 5), REST])) is None
    for rules in (
        [keep("v*", 5_000), keep("v1*", 2_000), REST],
        [keep("*", 5), keep("v*", "${var.n}"), older("untagged", 5)],
        [keep("v*", 5), older("v1*", 10_000_000), REST],
    ):
        (trap,) = [each for each in found(*rules) if each.notice.code == "lifecycle-inert"]
        assert shown_by(trap, assign_priorities(rules)) is None


def random_rules(chosen):
    """Return the rules of some policy that AWS takes, few letters and small numbers."""
    rules = []
    for _ in range(chosen.randint(1, 5)):
        patterns = {"".join(chosen.choices("ab*", k=chosen.randint(1, 3))) for _ in range(chosen.choice((1, 1, 1, 2)))}
        tags = " ".join(sorted(patterns))
        if all(set(rule.tag_pattern_list) != patterns for rule in rules):
            number = chosen.choice((1, 2, 3, 3, 999_999))
            make = chosen.choice((keep, older, to_archive, archived))
            rules.append(make(tags, 90) if make is archived else make(tags, number))
    for make in (keep, older, to_archive):
        if chosen.random() < 0.15 and all(rule.tag_status != "untagged" for rule in rules):
            rules.append(make("untagged", chosen.randint(1, 3)))
    if chosen.random() < 0.3:
        rules.append(archived("any", 90))
    chosen.shuffle(rules)
    if chosen.random() < 0.6:
        rules.append(keep("any", chosen.randint(1, 3)))
    return assign_priorities(rules)


RANDOM = [random_rules(random.Random(seed)) for seed in range(600)]


def test_whatever_is_pointed_out_is_shown_by_images_of_which_none_can_be_left_out():
    seen = set()
    for rules in RANDOM:
        for trap in found(*rules, regions=["us-west-2"]):
            shown = shown_by(trap, rules)
            code = trap.notice.code
            if shown is None:
                # A rule that one image at a time is selected by has nothing to act on, whatever comes before it.
                assert code in ("lifecycle-inert", "lifecycle-tags-and"), (rules, trap)
                assert code == "lifecycle-tags-and" or only_protects(trap.rule), (rules, trap)
                continue
            seen.add(code)
            images = [each.image for each in shown.outcomes]
            assert is_shown(trap, shown.rules, images)
            for left_out in images:
                others = [each for each in images if each is not left_out]
                assert not is_shown(trap, shown.rules, others), (rules, trap)
    codes = (
        *("inert", "any-skips-tagged", "tags-and", "age-alone", "grows-tagged", "grows-untagged", "grows-archived"),
        *("protected-reached", "replicas"),
    )
    assert seen >= {f"lifecycle-{code}" for code in codes}


def test_a_rule_acts_on_some_image_exactly_where_it_is_not_said_that_it_never_does():
    """Both ways: by the evaluation, with images of the kind that is left to it, and with random ones."""
    chosen = random.Random(13)
    for rules in RANDOM:
        never = {trap.rule for trap in found(*rules) if trap.notice.code == "lifecycle-inert"}
        images = [
            image(
                f"sha256:{number}",
                *{"".join(chosen.choices("abc", k=chosen.randint(1, 3))) for _ in range(chosen.randint(0, 2))},
                pushed=500 + number,
                archived=chosen.choice((None, 400)),
            )
            for number in range(25)
        ]
        acting = {each.rule for each in evaluate(rules, images, at=NOW) if each.action != "keep"}
        assert not acting & never
        for rule in rules:
            if rule in never or only_protects(rule):
                continue
            before = [
                each
                for each in rules
                if each.selected_class == rule.selected_class and each.rule_priority < rule.rule_priority
            ]
            kind = UNTAGGED if reaches_untagged(rule, before) else tagged_reached(rule, before)
            assert kind is not None
            left = [
                image(f"sha256:{n}", *tags, pushed=500 + n, archived=400 if rule.selected_class == "archive" else None)
                for n, tags in enumerate(kind.tags(4))
            ]
            if len(left) == 4:
                assert rule in {each.rule for each in evaluate(rules, left, at=NOW) if each.action != "keep"}
