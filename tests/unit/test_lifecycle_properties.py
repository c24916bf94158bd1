"""What holds for every mix of rules and shortcuts."""

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_constructs.core.lifecycle import (
    LifecycleRule,
    Shortcuts,
    assign_priorities,
    check_rules,
    compose,
    parse_policy,
    render_lifecycle_policy,
)

KINDS = {
    "standard": [
        ("imageCountMoreThan", "expire"),
        ("sinceImagePushed", "transition"),
        ("sinceImagePulled", "transition"),
    ],
    "archive": [("sinceImageTransitioned", "expire")],
}


@st.composite
def mixes(draw):
    """Rules that AWS takes together, in any order, some of them numbered, with shortcuts that clash with none."""
    rules = []
    for storage_class, kinds in KINDS.items():
        names = draw(st.lists(st.text("abz*-é ", min_size=1, max_size=4), unique=True, max_size=4))
        selections = [{"tag_status": "tagged", "tag_pattern_list": [name]} for name in names]
        selections += [{"tag_status": status} for status in ("any", "untagged") if draw(st.booleans())]
        for selection in selections:
            kind, action = draw(st.sampled_from(kinds))
            rule = LifecycleRule(
                **selection,
                count_type=kind,
                count_number=draw(st.integers(90, 10**6)),
                action_type=action,
                storage_class="archive" if storage_class == "archive" else None,
                description=draw(st.none() | st.text(max_size=20).filter(lambda text: "${" not in text)),
            )
            rules.append(rule)
    rules = draw(st.permutations(rules))
    numbers = draw(st.lists(st.integers(1, 30), unique=True, min_size=len(rules), max_size=len(rules)))
    numbered = [
        dataclasses.replace(rule, rule_priority=number + (1_000 if rule.tag_status == "any" else 0))
        if draw(st.booleans())
        else rule
        for rule, number in zip(rules, numbers, strict=True)
    ]
    used = {rule.tag_status for rule in rules if rule.selected_class == "standard"}
    shortcuts = Shortcuts(
        max_image_count=None if "any" in used else draw(st.none() | st.integers(1, 500)),
        max_untagged_count=None if "untagged" in used else draw(st.none() | st.integers(1, 500)),
        protected_tags=draw(st.lists(st.sampled_from(["p", "q*", "r*s"]))),
    )
    return numbered, shortcuts


def selection_of(rule):
    return (rule.selected_class, rule.tag_status, rule.tag_pattern_list)


@settings(deadline=None)
@given(mixes())
def test_any_mix_composes_to_a_policy_that_aws_takes(mix):
    rules, shortcuts = mix
    composed, problems = compose(rules, shortcuts)

    assert problems == []
    assert not composed or check_rules(composed) == []
    numbers = [rule.rule_priority for rule in composed]
    assert numbers == sorted(set(numbers))
    for storage_class in KINDS:
        statuses = [rule.tag_status for rule in composed if rule.selected_class == storage_class]
        assert "any" not in statuses[:-1]


@settings(deadline=None)
@given(mixes())
def test_given_priorities_are_kept_and_no_rule_is_lost(mix):
    rules, shortcuts = mix
    composed, _ = compose(rules, shortcuts)
    found = {selection_of(rule): rule for rule in composed}

    assert all(found[selection_of(rule)].rule_priority == rule.rule_priority for rule in rules if rule.rule_priority)
    assert all(
        dataclasses.replace(found[selection_of(rule)], rule_priority=None) == rule
        for rule in rules
        if not rule.rule_priority
    )


@settings(deadline=None)
@given(mixes())
def test_rules_numbered_by_themselves_keep_their_order_within_a_storage_class(mix):
    rules, shortcuts = mix
    composed, _ = compose(rules, shortcuts)
    order = [selection_of(rule) for rule in composed]
    for storage_class in KINDS:
        automatic = [
            selection_of(rule)
            for rule in rules
            if not rule.rule_priority and rule.selected_class == storage_class and rule.tag_status != "any"
        ]
        assert automatic == [each for each in order if each in automatic]


@settings(deadline=None)
@given(mixes())
def test_protection_comes_before_every_other_rule_that_is_numbered_by_itself(mix):
    rules, shortcuts = mix
    composed, _ = compose(rules, shortcuts)
    given_numbers = {rule.rule_priority for rule in rules}
    automatic = [
        rule for rule in composed if rule.rule_priority not in given_numbers and rule.selected_class == "standard"
    ]
    protecting = list(dict.fromkeys(shortcuts.protected_tags))
    assert [rule.tag_pattern_list for rule in automatic[: len(protecting)]] == [(tag,) for tag in protecting]


@settings(deadline=None)
@given(mixes())
def test_a_written_policy_reads_back_as_the_same_rules(mix):
    composed, _ = compose(*mix)
    if composed:
        text = render_lifecycle_policy(composed)
        assert parse_policy(text) == (composed, [])
        assert render_lifecycle_policy(list(reversed(composed))) == text


@settings(deadline=None)
@given(st.integers(1, 12), st.lists(st.sampled_from(["standard", "archive"]), max_size=8), st.sets(st.integers(1, 12)))
def test_a_lack_of_room_below_an_any_rule_is_reported_exactly_when_there_is_none(ceiling, classes, taken):
    taken = sorted(taken - {ceiling})
    kinds = {"standard": ("imageCountMoreThan", 5), "archive": ("sinceImageTransitioned", 90)}
    automatic = [
        LifecycleRule(
            tag_status="tagged", tag_pattern_list=[f"a{n}"], count_type=kinds[of][0], count_number=kinds[of][1]
        )
        for n, of in enumerate(classes)
    ]
    elsewhere = [
        LifecycleRule(
            tag_status="tagged",
            tag_pattern_list=[f"t{n}"],
            count_type="sinceImageTransitioned",
            count_number=90,
            rule_priority=n,
        )
        for n in taken
    ]
    last = LifecycleRule(tag_status="any", count_type="imageCountMoreThan", count_number=5, rule_priority=ceiling)
    room = len(set(range(1, ceiling)) - set(taken))

    codes = [problem.code for problem in check_rules([*automatic, *elsewhere, last])]

    assert codes == ([] if classes.count("standard") <= room else ["lifecycle-any-room"])
    numbers = [rule.rule_priority for rule in assign_priorities([*automatic, *elsewhere, last])]
    assert len(set(numbers)) == len(numbers)
