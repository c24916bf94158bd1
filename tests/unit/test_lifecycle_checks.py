"""Every refusal of AWS, as a rule or a set of rules and the problem that it makes."""

import pytest

from ecr_constructs.core.lifecycle import LifecycleRule, Origin, check_rules, render_lifecycle_policy

NUMBER_TOKEN = -1.8881545897087626e289  # as `cdktf.Token.as_number` encodes one


def rule(**changes):
    return LifecycleRule(**{"tag_status": "any", "count_type": "imageCountMoreThan", "count_number": 10, **changes})


def tagged(*patterns, **changes):
    return rule(tag_status="tagged", tag_pattern_list=patterns, **changes)


def since(kind="Pushed", days=30, **changes):
    return rule(count_type=f"sinceImage{kind}", count_number=days, **changes)


SOUND = {
    "any_by_count": rule(),
    "patterns": tagged("v*", "release"),
    "prefixes": rule(tag_status="tagged", tag_prefix_list=["v"]),
    "four_wildcards": tagged("*a*b*c*"),
    "tag_with_a_blank": tagged("git hash"),
    "untagged_by_age": since(tag_status="untagged"),
    "transition_by_count": rule(action_type="transition"),
    "transition_by_age": since(action_type="transition", target_storage_class="archive"),
    "transition_by_pull": since("Pulled", action_type="transition"),
    "expire_the_archive": since("Transitioned", 90),
    "standard_spelled_out": rule(storage_class="standard"),
    "large_priority": rule(rule_priority=999_999),
    "empty_description": rule(description=""),
    "number_token": rule(count_number=NUMBER_TOKEN),
    "number_expression": since("Transitioned", "${var.days}"),
    "text_tokens": tagged("${TfToken[TOKEN.1]}*a*b*c*d*e", description="${var.text}"),
    "list_token": rule(tag_status="tagged", tag_pattern_list=["#{TfToken[TOKEN.0]}"]),
    "list_expression": rule(tag_status="tagged", tag_prefix_list="${jsonencode(var.tags)}"),
    "words_as_tokens": rule(
        tag_status="${var.a}",
        count_type="${var.b}",
        count_unit="${var.c}",
        storage_class="${var.d}",
        action_type="${var.e}",
        target_storage_class="${var.f}",
    ),
}


@pytest.mark.parametrize("sound", SOUND.values(), ids=SOUND.keys())
def test_a_rule_that_aws_takes_has_no_problem(sound):
    assert check_rules([sound]) == []


TRANSITION = {"action_type": "transition"}
REFUSED = {
    # name: (rule, path below the rule, code, part of the message)
    "tag_status_of_other_case": (rule(tag_status="ANY"), ["tag_status"], "lifecycle-tag-status", "mean 'any'?"),
    "tag_status_unknown": (rule(tag_status="all"), ["tag_status"], "lifecycle-tag-status", "'untagged' or 'any'"),
    "tag_status_no_text": (rule(tag_status=["any"]), ["tag_status"], "lifecycle-tag-status", "got ['any']"),
    "count_type_misspelt": (
        rule(count_type="sinceImagesPushed"),
        ["count_type"],
        "lifecycle-count-type",
        "Did you mean 'sinceImagePushed'?",
    ),
    "count_number_zero": (rule(count_number=0), ["count_number"], "lifecycle-count-number", "at least 1, got 0"),
    "count_number_negative": (since(days=-3), ["count_number"], "lifecycle-count-number", "got -3"),
    "count_number_true": (rule(count_number=True), ["count_number"], "lifecycle-count-number", "got True"),
    "count_number_fraction": (rule(count_number=1.5), ["count_number"], "lifecycle-count-number", "whole number"),
    "count_number_text": (rule(count_number="30"), ["count_number"], "lifecycle-count-number", "without quotes"),
    "count_number_none": (rule(count_number=None), ["count_number"], "lifecycle-count-number", "got None"),
    "archive_below_90_days": (since("Transitioned", 89), ["count_number"], "lifecycle-count-number", "at least 90"),
    "unit_with_a_count": (rule(count_unit="days"), ["count_unit"], "lifecycle-count-unit-unused", "be left out when"),
    "unit_unknown": (since(count_unit="weeks"), ["count_unit"], "lifecycle-count-unit", "must be 'days', got 'weeks'"),
    "unit_empty": (since(count_unit=""), ["count_unit"], "lifecycle-count-unit", "got ''"),
    "action_unknown": (
        rule(action_type="delete"),
        ["action_type"],
        "lifecycle-action-type",
        "'expire' or 'transition'",
    ),
    "expire_by_pull": (since("Pulled"), ["action_type"], "lifecycle-count-action", "not expire by the last pull"),
    "transition_the_archive": (
        since("Transitioned", 90, **TRANSITION),
        ["action_type"],
        "lifecycle-count-action",
        "must be 'expire' when count_type is 'sinceImageTransitioned'",
    ),
    "target_when_expiring": (
        rule(target_storage_class="archive"),
        ["target_storage_class"],
        "lifecycle-target-unused",
        "set action_type to 'transition'",
    ),
    "target_standard": (
        rule(**TRANSITION, target_storage_class="standard"),
        ["target_storage_class"],
        "lifecycle-target-storage-class",
        "must be 'archive'",
    ),
    "storage_class_unknown": (
        rule(storage_class="glacier"),
        ["storage_class"],
        "lifecycle-storage-class",
        "'standard' or 'archive'",
    ),
    "archive_by_count": (
        rule(storage_class="archive"),
        ["storage_class"],
        "lifecycle-count-storage-class",
        "must be 'standard' when count_type is 'imageCountMoreThan'",
    ),
    "archive_by_push": (since(storage_class="archive"), ["storage_class"], "lifecycle-count-storage-class", "standard"),
    "archive_by_pull": (
        since("Pulled", storage_class="archive", **TRANSITION),
        ["storage_class"],
        "lifecycle-count-storage-class",
        "standard",
    ),
    "standard_by_transition": (
        since("Transitioned", 90, storage_class="standard"),
        ["storage_class"],
        "lifecycle-count-storage-class",
        "must be 'archive'",
    ),
    "tagged_without_tags": (tagged(), ["tag_pattern_list"], "lifecycle-tags-missing", "Several entries mean AND"),
    "both_tag_lists": (tagged("a", tag_prefix_list=["b"]), ["tag_prefix_list"], "lifecycle-tags-both", "mean AND"),
    "any_with_patterns": (
        rule(tag_pattern_list=["v*"]),
        ["tag_pattern_list"],
        "lifecycle-tags-unused",
        "must be left out when tag_status is 'any'",
    ),
    "untagged_with_prefixes": (
        rule(tag_status="untagged", tag_prefix_list=["v"]),
        ["tag_prefix_list"],
        "lifecycle-tags-unused",
        "set tag_status to 'tagged'",
    ),
    "tags_as_text": (
        rule(tag_status="tagged", tag_pattern_list="v*"),
        ["tag_pattern_list"],
        "lifecycle-tag-list",
        "Write ['v*'].",
    ),
    "tags_as_a_set": (
        rule(tag_status="tagged", tag_pattern_list={"v*"}),
        ["tag_pattern_list"],
        "lifecycle-tag-list",
        "must be a list of texts",
    ),
    "tag_empty": (tagged("v*", ""), ["tag_pattern_list", 1], "lifecycle-tag", "got ''. Use the pattern '*'"),
    "tag_number": (tagged(8), ["tag_pattern_list", 0], "lifecycle-tag", "in quotes"),
    "five_wildcards": (tagged("a*b*c*d*e*"), ["tag_pattern_list", 0], "lifecycle-tag-wildcards", "at most 4 '*'"),
    "priority_zero": (rule(rule_priority=0), ["rule_priority"], "lifecycle-priority", "at least 1"),
    "priority_true": (rule(rule_priority=True), ["rule_priority"], "lifecycle-priority", "got True"),
    "priority_text": (rule(rule_priority="1"), ["rule_priority"], "lifecycle-priority", "got '1'"),
    "priority_token": (rule(rule_priority=NUMBER_TOKEN), ["rule_priority"], "lifecycle-priority", "known at synthesis"),
    "description_number": (rule(description=7), ["description"], "lifecycle-description", "must be text, got 7"),
}


@pytest.mark.parametrize(("refused", "below", "code", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_rule_that_aws_refuses_makes_one_problem_that_says_where_and_why(refused, below, code, message):
    (problem,) = check_rules([refused])

    assert problem.path == ("lifecycle_rules", 0, *below)
    assert problem.code == code
    assert message in str(problem)


def archived(days=90, **changes):
    return since("Transitioned", days, **changes)


REFUSED_TOGETHER = {
    # name: (rules, path, code, part of the message)
    "no_rules": ([], [], "lifecycle-rules", "leave the policy out"),
    "too_many_rules": ([tagged(f"t{n}") for n in range(51)], [], "lifecycle-rules", "1 to 50 rules, got 51"),
    "same_priority": (
        [tagged("a", rule_priority=5), tagged("b", rule_priority=5)],
        [1, "rule_priority"],
        "lifecycle-priority-unique",
        "must differ from the priority of lifecycle_rules[0], got 5",
    ),
    "two_any": (
        [rule(), since()],
        [1, "tag_status"],
        "lifecycle-any-unique",
        "lifecycle_rules[0] selects them already",
    ),
    "two_any_in_the_archive": ([archived(), archived(100)], [1, "tag_status"], "lifecycle-any-unique", "class archive"),
    "two_untagged": (
        [rule(tag_status="untagged"), since(tag_status="untagged")],
        [1, "tag_status"],
        "lifecycle-untagged-unique",
        "untagged images of storage class standard",
    ),
    "any_not_last": (
        [rule(rule_priority=3), tagged("a", rule_priority=4), tagged("b", rule_priority=9), tagged("c")],
        [0, "rule_priority"],
        "lifecycle-any-last",
        "Use 10 or more, so that it is larger than that of lifecycle_rules[1], lifecycle_rules[2].",
    ),
    "any_not_last_in_the_archive": (
        [archived(rule_priority=1), archived(tag_status="untagged", rule_priority=2)],
        [0, "rule_priority"],
        "lifecycle-any-last",
        "storage class archive",
    ),
    "no_room_below_any": (
        [rule(rule_priority=2), tagged("a"), tagged("b")],
        [0, "rule_priority"],
        "lifecycle-any-room",
        "Use 4 or more, or leave it out.",
    ),
    "same_patterns": (
        [tagged("a", "b"), tagged("b", "a")],
        [1, "tag_pattern_list"],
        "lifecycle-tags-unique",
        "must differ from the tags that lifecycle_rules[0] selects in storage class standard",
    ),
    "same_prefixes": (
        [rule(tag_status="tagged", tag_prefix_list=["v"]), since(tag_status="tagged", tag_prefix_list=["v"])],
        [1, "tag_prefix_list"],
        "lifecycle-tags-unique",
        "could never act",
    ),
    "too_long": ([rule(description="x" * 31_000)], [], "lifecycle-size", "100 to 30,720 characters, got 31,1"),
}


@pytest.mark.parametrize(("rules", "below", "code", "message"), REFUSED_TOGETHER.values(), ids=REFUSED_TOGETHER.keys())
def test_rules_that_aws_refuses_together_make_one_problem(rules, below, code, message):
    (problem,) = check_rules(rules)

    assert problem.path == ("lifecycle_rules", *below)
    assert problem.code == code
    assert message in str(problem)


TAKEN_TOGETHER = {
    "fifty_rules": [tagged(f"t{n}") for n in range(50)],
    "any_of_each_storage_class_in_any_order": [
        rule(rule_priority=1, action_type="transition"),
        archived(tag_status="untagged", rule_priority=2),
        archived(rule_priority=3),
    ],
    "untagged_of_each_storage_class": [rule(tag_status="untagged"), archived(tag_status="untagged")],
    "same_patterns_of_each_storage_class": [
        tagged("a", action_type="transition"),
        archived(tag_status="tagged", tag_pattern_list=["a"]),
    ],
    "a_pattern_and_a_set_that_holds_it": [tagged("a", "b"), tagged("a")],
    "a_prefix_and_a_pattern_of_one_text": [tagged("a"), rule(tag_status="tagged", tag_prefix_list=["a"])],
    "tokens_may_turn_out_different": [tagged("${var.a}"), tagged("${var.a}")],
    "gaps_between_priorities": [rule(rule_priority=70), tagged("a", rule_priority=3)],
    "just_enough_room_below_any": [rule(rule_priority=3), tagged("a"), tagged("b")],
    "rules_of_the_archive_make_room_for_those_below_any": [
        archived(tag_status="untagged"),
        archived(tag_status="tagged", tag_pattern_list=["a"]),
        tagged("a"),
        rule(rule_priority=2),
    ],
}


@pytest.mark.parametrize("rules", TAKEN_TOGETHER.values(), ids=TAKEN_TOGETHER.keys())
def test_rules_that_aws_takes_together_have_no_problem(rules):
    assert check_rules(rules) == []


def test_text_of_30720_characters_is_taken_and_one_more_is_not():
    room = 30_720 - len(render_lifecycle_policy([rule(description="")]))
    assert check_rules([rule(description="x" * room)]) == []
    assert [problem.code for problem in check_rules([rule(description="x" * (room + 1))])] == ["lifecycle-size"]


def test_the_size_of_text_with_a_token_is_not_judged():
    assert check_rules([rule(description="x" * 31_000 + "${var.text}")]) == []


def test_all_problems_of_all_rules_are_found_at_once():
    problems = check_rules(
        [
            tagged(count_number=0, description=1, rule_priority=7),
            rule(tag_status="untagged", count_unit="days", rule_priority=7),
            rule(tag_status="untagged", description="x" * 31_000),
        ]
    )

    assert [(problem.key, problem.code) for problem in problems] == [
        ("lifecycle_rules[0].description", "lifecycle-description"),
        ("lifecycle_rules[0].tag_pattern_list", "lifecycle-tags-missing"),
        ("lifecycle_rules[0].count_number", "lifecycle-count-number"),
        ("lifecycle_rules[1].count_unit", "lifecycle-count-unit-unused"),
        ("lifecycle_rules[1].rule_priority", "lifecycle-priority-unique"),
        ("lifecycle_rules[2].tag_status", "lifecycle-untagged-unique"),
        ("lifecycle_rules", "lifecycle-size"),
    ]


def test_paths_start_where_the_caller_says():
    (problem,) = check_rules([rule(count_number=0)], prefix=("web", "rules"))
    assert problem.key == "web.rules[0].count_number"


def test_rules_of_several_places_keep_their_own_paths():
    places = [Origin(("defaults", 2)), Origin(("web", 0))]
    (problem,) = check_rules([rule(), rule()], origins=places)
    assert problem.key == "web[0].tag_status"
    assert "defaults[2] selects them already" in str(problem)


def test_what_has_one_possible_value_is_filled_in():
    assert since().count_unit == "days"
    assert rule().count_unit is None
    assert rule(action_type="transition").target_storage_class == "archive"
    assert rule().target_storage_class is None
    assert archived().storage_class == "archive"
    assert since().storage_class is None


def test_lists_become_tuples_so_that_a_rule_cannot_change():
    assert tagged(*["a", "b"]).tag_pattern_list == ("a", "b")
    assert rule(tag_prefix_list=["a"]) == rule(tag_prefix_list=("a",))
    assert hash(tagged("a")) == hash(tagged("a"))
