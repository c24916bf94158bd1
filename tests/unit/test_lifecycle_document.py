"""AWS's JSON document, read and written."""

import json

import pytest

from ecr_constructs.core.lifecycle import LifecycleRule, parse_policy, render_lifecycle_policy


def selection(**changes):
    return {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5, **changes}


def document(number=1, action=None, selection=None, **changes):
    chosen = (
        {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5} if selection is None else selection
    )
    return {"rulePriority": number, "selection": chosen, "action": action or {"type": "expire"}, **changes}


def policy(*rules):
    return {"rules": list(rules)}


def without(mapping, key):
    return {name: value for name, value in mapping.items() if name != key}


TRANSITION = {"type": "transition", "targetStorageClass": "archive"}
SINCE_PUSHED = {"countType": "sinceImagePushed", "countNumber": 30}
SINCE_TRANSITIONED = {"countType": "sinceImageTransitioned", "countUnit": "days", "countNumber": 90}

# The shapes of the examples in the ECR user guide.
TAKEN = {
    "keep_one_of_each_pattern": policy(
        document(1, selection=selection(tagStatus="tagged", tagPatternList=["prod*"], countNumber=1)),
        document(2, selection=selection(tagStatus="tagged", tagPatternList=["beta*"], countNumber=1)),
    ),
    "both_patterns_by_age": policy(
        document(
            selection=selection(
                tagStatus="tagged", tagPatternList=["alpha*", "beta*"], **SINCE_PUSHED, countUnit="days"
            )
        )
    ),
    "prefix_untagged_and_any": policy(
        document(1, selection=selection(tagStatus="tagged", tagPrefixList=["alpha"])),
        document(2, selection=selection(tagStatus="untagged", **SINCE_PUSHED, countUnit="days")),
        document(3, description="Keep five"),
    ),
    "archive_then_expire": policy(
        document(1, TRANSITION, selection(countType="sinceImagePulled", countUnit="days", countNumber=90)),
        document(2, selection=selection(**SINCE_TRANSITIONED, storageClass="archive")),
    ),
}


@pytest.mark.parametrize("taken", TAKEN.values(), ids=TAKEN.keys())
@pytest.mark.parametrize("form", [dict, json.dumps])
def test_a_policy_comes_out_as_it_went_in(taken, form):
    rules, problems = parse_policy(form(taken))
    assert problems == []
    assert json.loads(render_lifecycle_policy(rules)) == taken


NO_UNIT = selection(**SINCE_PUSHED)
REFUSED = {
    # name: (policy, path, code, part of the message)
    "empty_text": ("", [], "lifecycle-json-syntax", "line 1, column 1"),
    "cut_off": ('{"rules":\n [}', [], "lifecycle-json-syntax", "Expecting value at line 2, column 3"),
    "trailing_comma": ('{"rules": [],}', [], "lifecycle-json-syntax", "line 1"),
    "too_deep": ("[" * 100_000, [], "lifecycle-json-syntax", "brackets within brackets"),
    "too_many_digits": ("9" * 5_000, [], "lifecycle-json-syntax", "too many digits"),
    "a_list": ("[]", [], "lifecycle-json-type", "must be a JSON object, got []"),
    "a_word": ("null", [], "lifecycle-json-type", "must be a JSON object, got None"),
    "no_rules_key": ({}, ["rules"], "lifecycle-json-missing-key", "must be given"),
    "rules_null": ({"rules": None}, ["rules"], "lifecycle-json-null", "must not be null"),
    "rules_no_list": ({"rules": document()}, ["rules"], "lifecycle-json-type", "Put the rule in [ ]."),
    "rules_text": ({"rules": "x"}, ["rules"], "lifecycle-json-type", "must be a list of rules, got 'x'"),
    "rules_empty": ({"rules": []}, ["rules"], "lifecycle-rules", "must hold 1 to 50 rules"),
    "unknown_key_at_the_top": (
        {**policy(document()), "Version": 1},
        ["Version"],
        "lifecycle-json-unknown-key",
        "rules",
    ),
    "key_that_is_no_text": ({**policy(document()), True: 1}, ["True"], "lifecycle-json-unknown-key", "Known keys are"),
    "rule_no_object": (policy(7), ["rules", 0], "lifecycle-json-type", "rulePriority, selection, action"),
    "rule_key_misspelt": (
        policy(document(rulePriorty=1)),
        ["rules", 0, "rulePriorty"],
        "lifecycle-json-unknown-key",
        "Did you mean 'rulePriority'?",
    ),
    "rule_key_of_the_selection": (
        policy(document(countUnit="days")),
        ["rules", 0, "countUnit"],
        "lifecycle-json-unknown-key",
        "It belongs in selection.",
    ),
    "selection_key_in_snake_case": (
        policy(document(selection=selection(storage_class="standard"))),
        ["rules", 0, "selection", "storage_class"],
        "lifecycle-json-unknown-key",
        "Did you mean 'storageClass'?",
    ),
    "no_priority": (
        policy(without(document(), "rulePriority")),
        ["rules", 0, "rulePriority"],
        "lifecycle-json-missing-key",
        "Add rulePriority.",
    ),
    "no_selection": (
        policy(without(document(), "selection")),
        ["rules", 0, "selection"],
        "lifecycle-json-missing-key",
        "Add selection.",
    ),
    "no_action": (
        policy(without(document(), "action")),
        ["rules", 0, "action"],
        "lifecycle-json-missing-key",
        "Add action.",
    ),
    "no_tag_status": (
        policy(document(selection=without(selection(), "tagStatus"))),
        ["rules", 0, "selection", "tagStatus"],
        "lifecycle-json-missing-key",
        "Add tagStatus.",
    ),
    "no_count_type": (
        policy(document(selection=without(selection(), "countType"))),
        ["rules", 0, "selection", "countType"],
        "lifecycle-json-missing-key",
        "Add countType.",
    ),
    "no_action_type": (
        policy(document(action={"targetStorageClass": "archive"})),
        ["rules", 0, "action", "type"],
        "lifecycle-json-missing-key",
        "Add type.",
    ),
    "no_count_number": (
        policy(document(selection=without(selection(), "countNumber"))),
        ["rules", 0, "selection", "countNumber"],
        "lifecycle-json-missing-key",
        "Add countNumber.",
    ),
    "no_count_unit": (
        policy(document(selection=NO_UNIT)),
        ["rules", 0, "selection", "countUnit"],
        "lifecycle-json-missing-key",
        'Add "countUnit": "days".',
    ),
    "no_storage_class": (
        policy(document(selection=selection(**SINCE_TRANSITIONED))),
        ["rules", 0, "selection", "storageClass"],
        "lifecycle-json-missing-key",
        "must be given when countType is 'sinceImageTransitioned'",
    ),
    "no_target": (
        policy(document(action={"type": "transition"})),
        ["rules", 0, "action", "targetStorageClass"],
        "lifecycle-json-missing-key",
        "must be given when type is 'transition'",
    ),
    "null_in_the_selection": (
        policy(document(selection=selection(countUnit=None))),
        ["rules", 0, "selection", "countUnit"],
        "lifecycle-json-null",
        "Leave the key out.",
    ),
    "null_in_the_action": (
        policy(document(action={"type": "expire", "targetStorageClass": None})),
        ["rules", 0, "action", "targetStorageClass"],
        "lifecycle-json-null",
        "Leave the key out.",
    ),
    "null_unit_of_an_age": (
        policy(document(selection=selection(**SINCE_PUSHED, countUnit=None))),
        ["rules", 0, "selection", "countUnit"],
        "lifecycle-json-null",
        "must not be null",
    ),
    "null_tags": (
        policy(document(selection=selection(tagStatus="tagged", tagPatternList=None))),
        ["rules", 0, "selection", "tagPatternList"],
        "lifecycle-json-null",
        "must not be null",
    ),
    "null_tags_beside_others": (
        policy(document(selection=selection(tagStatus="tagged", tagPatternList=None, tagPrefixList=["v"]))),
        ["rules", 0, "selection", "tagPatternList"],
        "lifecycle-json-null",
        "must not be null",
    ),
    "null_priority": (policy(document(None)), ["rules", 0, "rulePriority"], "lifecycle-json-null", "Write a value."),
    "priority_text": (policy(document("1")), ["rules", 0, "rulePriority"], "lifecycle-priority", "got '1'"),
    "priority_true": (policy(document(True)), ["rules", 0, "rulePriority"], "lifecycle-priority", "got True"),
    "selection_list": (
        policy(document(selection=[])),
        ["rules", 0, "selection"],
        "lifecycle-json-type",
        "must be a JSON object, got []",
    ),
    "count_number_text": (
        policy(document(selection=selection(countNumber="5"))),
        ["rules", 0, "selection", "countNumber"],
        "lifecycle-count-number",
        "Write the number without quotes.",
    ),
    "count_number_fraction": (
        policy(document(selection=selection(countNumber=5.0))),
        ["rules", 0, "selection", "countNumber"],
        "lifecycle-count-number",
        "got 5.0",
    ),
    "description_object": (
        policy(document(description={"a": 1})),
        ["rules", 0, "description"],
        "lifecycle-description",
        "must be text",
    ),
    "count_type_object": (
        policy(document(selection=selection(countType={"a": 1}))),
        ["rules", 0, "selection", "countType"],
        "lifecycle-count-type",
        "got {'a': 1}",
    ),
    "storage_class_list": (
        policy(document(selection=selection(storageClass=["archive"]))),
        ["rules", 0, "selection", "storageClass"],
        "lifecycle-storage-class",
        "got ['archive']",
    ),
    "tags_text": (
        policy(document(selection=selection(tagStatus="tagged", tagPatternList="v*"))),
        ["rules", 0, "selection", "tagPatternList"],
        "lifecycle-tag-list",
        "Write ['v*'].",
    ),
    "tags_empty": (
        policy(document(selection=selection(tagStatus="tagged", tagPrefixList=[]))),
        ["rules", 0, "selection", "tagPatternList"],
        "lifecycle-tags-missing",
        "or tagPrefixList one prefix, when tagStatus is 'tagged'",
    ),
    "tag_number": (
        policy(document(selection=selection(tagStatus="tagged", tagPatternList=["v*", 8]))),
        ["rules", 0, "selection", "tagPatternList", 1],
        "lifecycle-tag",
        "got 8",
    ),
    "any_not_last": (
        policy(document(1), document(2, selection=selection(tagStatus="untagged"))),
        ["rules", 0, "rulePriority"],
        "lifecycle-any-last",
        "larger than that of rules[1]",
    ),
    "expire_by_pull": (
        policy(document(selection=selection(countType="sinceImagePulled", countUnit="days"))),
        ["rules", 0, "action", "type"],
        "lifecycle-count-action",
        "when countType is 'sinceImagePulled'",
    ),
}


@pytest.mark.parametrize(("refused", "path", "code", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_policy_that_aws_refuses_makes_one_problem_in_the_words_of_aws(refused, path, code, message):
    rules, (problem,) = parse_policy(refused)

    assert rules == []
    assert problem.path == tuple(path)
    assert problem.code == code
    assert message in str(problem)


def test_a_key_that_stands_twice_is_a_problem():
    text = json.dumps(policy(document())).replace('"countNumber": 5', '"countNumber": 5, "countNumber": 50')
    _, (problem,) = parse_policy(text)
    assert problem.path == ("rules", 0, "selection", "countNumber")
    assert problem.code == "lifecycle-json-repeated-key"


def test_all_problems_of_a_policy_are_found_at_once():
    broken = policy(
        document(1, selection=selection(countUnit="days", tagstatus="any"), extra=1),
        {"selection": {"countType": "sinceImagePushed", "countNumber": 0}, "action": {"type": None}},
    )
    _, problems = parse_policy(broken, prefix=("web", "lifecycle_policy"))
    assert [(problem.key, problem.code) for problem in problems] == [
        ("web.lifecycle_policy.rules[0].extra", "lifecycle-json-unknown-key"),
        ("web.lifecycle_policy.rules[0].selection.tagstatus", "lifecycle-json-unknown-key"),
        ("web.lifecycle_policy.rules[1].rulePriority", "lifecycle-json-missing-key"),
        ("web.lifecycle_policy.rules[1].selection.tagStatus", "lifecycle-json-missing-key"),
        ("web.lifecycle_policy.rules[1].action.type", "lifecycle-json-null"),
        ("web.lifecycle_policy.rules[1].selection.countUnit", "lifecycle-json-missing-key"),
        ("web.lifecycle_policy.rules[0].selection.countUnit", "lifecycle-count-unit-unused"),
        ("web.lifecycle_policy.rules[1].selection.countNumber", "lifecycle-count-number"),
    ]


def test_a_missing_priority_is_not_reported_again_as_a_lack_of_room():
    _, problems = parse_policy(
        policy(document(1), without(document(selection=selection(tagStatus="untagged")), "rulePriority"))
    )
    assert [problem.code for problem in problems] == ["lifecycle-json-missing-key"]


def keep(**changes):
    return LifecycleRule(**{"tag_status": "any", "count_type": "imageCountMoreThan", "count_number": 5, **changes})


def test_keys_stand_in_one_order_sorted_by_priority_without_blanks():
    rules = [
        keep(rule_priority=9, description="Keep five", storage_class="standard"),
        LifecycleRule(
            tag_status="tagged",
            tag_prefix_list=["a", "b"],
            count_type="sinceImageTransitioned",
            count_number=90,
            rule_priority=1,
        ),
        keep(tag_status="tagged", tag_pattern_list=["c"], action_type="transition", rule_priority=4),
    ]
    assert render_lifecycle_policy(rules) == (
        '{"rules":[{"rulePriority":1,"selection":{"tagStatus":"tagged","tagPrefixList":["a","b"],'
        '"storageClass":"archive","countType":"sinceImageTransitioned","countUnit":"days","countNumber":90},'
        '"action":{"type":"expire"}},'
        '{"rulePriority":4,"selection":{"tagStatus":"tagged","tagPatternList":["c"],'
        '"countType":"imageCountMoreThan","countNumber":5},'
        '"action":{"type":"transition","targetStorageClass":"archive"}},'
        '{"rulePriority":9,"description":"Keep five","selection":{"tagStatus":"any",'
        '"countType":"imageCountMoreThan","countNumber":5},"action":{"type":"expire"}}]}'
    )


def test_rules_without_a_priority_are_numbered():
    text = render_lifecycle_policy([keep(), keep(tag_status="untagged")])
    assert [each["rulePriority"] for each in json.loads(text)["rules"]] == [1, 2]
    assert json.loads(text)["rules"][1]["selection"]["tagStatus"] == "any"


@pytest.mark.parametrize("number", ["${var.n}", "${TfToken[TOKEN.1]}"])
def test_a_number_that_terraform_knows_is_written_bare(number):
    text = render_lifecycle_policy([keep(count_number=number)])
    assert f'"countNumber":{number}}}' in text
    assert json.loads(text.replace(number, "12"))["rules"][0]["selection"]["countNumber"] == 12


def test_a_description_that_looks_like_a_number_expression_stays_in_quotes():
    text = render_lifecycle_policy([keep(count_number="${var.n}", description="${var.n}")])
    assert '"description":"${var.n}"' in text
    assert '"countNumber":${var.n}}' in text


def test_a_tag_list_that_terraform_knows_is_written_bare():
    text = render_lifecycle_policy([keep(tag_status="tagged", tag_pattern_list="${jsonencode(var.tags)}")])
    assert '"tagPatternList":${jsonencode(var.tags)},' in text


@pytest.mark.parametrize(
    "token", [{"count_number": -1.8881545897087626e289}, {"tag_pattern_list": ["#{TfToken[TOKEN.0]}"]}]
)
def test_a_token_that_cannot_stand_in_text_is_refused(token):
    with pytest.raises(ValueError, match="pass it as text"):
        render_lifecycle_policy([keep(**token)])


@pytest.mark.parametrize(
    "text", ['say "hi"', "back\\slash", "two\nlines", "Größe", "100%{x}", "%%{ if }", "$5 {y}", "\ud800"]
)
def test_a_description_is_read_back_as_it_was_and_starts_no_expression(text):
    rendered = render_lifecycle_policy([keep(description=text)])
    assert rendered.isascii()
    assert "%{" not in rendered
    assert json.loads(rendered)["rules"][0]["description"] == text


@pytest.mark.parametrize(
    ("description", "written"),
    [
        ("${var.text}", "${var.text}"),
        ('a "b" ${var.c["d"]} é', 'a \\"b\\" ${var.c["d"]} \\u00e9'),
        ('${f("}")}"', '${f("}")}\\"'),
        ('${f("\\"}")}"', '${f("\\"}")}\\"'),
        ('${f("\\"")}"', '${f("\\"")}\\"'),
        ('${f("${g("}")}")}"', '${f("${g("}")}")}\\"'),
        ('${{a = "b"}["a"]}"', '${{a = "b"}["a"]}\\"'),
        ('${a}"${b}', '${a}\\"${b}'),
        ('"${a', '\\"${a'),
    ],
)
def test_expressions_in_a_description_stay_as_they_are_and_the_text_around_is_escaped(description, written):
    assert f'"description":"{written}",' in render_lifecycle_policy([keep(description=description)])
