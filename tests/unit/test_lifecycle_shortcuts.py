"""Retention in single values, and how it is put in order with written-out rules."""

import pytest

from ecr_constructs.core.lifecycle import LifecycleRule, Shortcuts, compose, inert_notices, shortcut_rules

NUMBER_TOKEN = -1.8881545897087626e289


def keep(pattern, **changes):
    tags = {"tag_status": "tagged", "tag_pattern_list": [pattern], "description": f"Keep {pattern}"}
    return LifecycleRule(count_type="imageCountMoreThan", count_number=5, **{**tags, **changes})


def everything(**changes):
    return LifecycleRule(
        tag_status="any", count_type="imageCountMoreThan", count_number=5, **{"description": "Any", **changes}
    )


def composed(rules=(), **shortcuts):
    found, problems = compose(rules, Shortcuts(**shortcuts))
    assert problems == []
    return [(rule.rule_priority, rule.description) for rule in found]


def problems_of(rules=(), **shortcuts):
    found, problems = compose(rules, Shortcuts(**shortcuts), prefix=("web",))
    assert found == []
    return [(problem.key, problem.code) for problem in problems]


@pytest.mark.parametrize(
    ("shortcut", "expected"),
    [
        (
            {"max_image_count": 100},
            {"tag_status": "any", "count_type": "imageCountMoreThan", "description": "Keep the newest 100 images"},
        ),
        (
            {"max_untagged_count": 1},
            {
                "tag_status": "untagged",
                "count_type": "imageCountMoreThan",
                "description": "Keep the newest untagged image",
            },
        ),
        (
            {"expire_untagged_after_days": 7},
            {
                "tag_status": "untagged",
                "count_type": "sinceImagePushed",
                "description": "Expire untagged images older than 7 days",
            },
        ),
        (
            {"expire_tagged_after_days": 1},
            {
                "tag_status": "tagged",
                "tag_pattern_list": ["*"],
                "count_type": "sinceImagePushed",
                "description": "Expire tagged images older than 1 day",
            },
        ),
    ],
)
def test_each_shortcut_stands_for_one_expiring_rule(shortcut, expected):
    (value,) = shortcut.values()
    rules, problems = shortcut_rules(Shortcuts(**shortcut))
    assert problems == []
    assert rules == [LifecycleRule(**expected, count_number=value)]


def test_each_protected_pattern_is_a_rule_of_its_own_that_keeps_more_images_than_a_repository_holds():
    rules, problems = shortcut_rules(Shortcuts(protected_tags=["v*", "latest", "v*"]))
    assert problems == []
    assert [rule.tag_pattern_list for rule in rules] == [("v*",), ("latest",)]
    assert {(rule.count_type, rule.count_number, rule.action_type) for rule in rules} == {
        ("imageCountMoreThan", 999_999, "expire")
    }
    assert rules[0].description == "Protect images tagged v*"


def test_protection_comes_first_then_rules_in_their_order_then_untagged_tagged_and_any():
    assert composed(
        [everything(storage_class=None, description="Any"), keep("b*"), keep("a*")],
        protected_tags=["v*", "latest"],
        expire_untagged_after_days=7,
        expire_tagged_after_days=90,
    ) == [
        (1, "Protect images tagged v*"),
        (2, "Protect images tagged latest"),
        (3, "Keep b*"),
        (4, "Keep a*"),
        (5, "Expire untagged images older than 7 days"),
        (6, "Expire tagged images older than 90 days"),
        (7, "Any"),
    ]


def test_given_priorities_are_kept_and_the_others_take_the_free_numbers():
    rules = [keep("a", rule_priority=2), keep("b"), keep("c", rule_priority=40), keep("d")]
    assert composed(rules, max_image_count=9) == [
        (1, "Keep b"),
        (2, "Keep a"),
        (3, "Keep d"),
        (40, "Keep c"),
        (41, "Keep the newest 9 images"),
    ]


def test_an_any_rule_with_a_priority_stays_the_last_when_there_is_room_below():
    assert composed([everything(rule_priority=10), keep("a")], protected_tags=["v*"]) == [
        (1, "Protect images tagged v*"),
        (2, "Keep a"),
        (10, "Any"),
    ]


def test_protection_that_finds_no_room_below_an_any_rule_is_a_problem():
    assert problems_of([everything(rule_priority=1)], protected_tags=["v*"]) == [
        ("web.lifecycle_rules[0].rule_priority", "lifecycle-any-room")
    ]


def test_nothing_to_compose_makes_no_policy():
    assert compose() == ([], [])
    assert compose([], Shortcuts(protected_tags=[])) == ([], [])


@pytest.mark.parametrize("name", ["max_image_count", "expire_untagged_after_days", "max_untagged_count"])
@pytest.mark.parametrize("value", [0, -1, True, 2.5, "7"])
def test_a_value_that_is_no_positive_whole_number_is_a_problem(name, value):
    assert problems_of(**{name: value}) == [(f"web.{name}", "lifecycle-count-number")]


def test_two_ways_to_expire_untagged_images_exclude_each_other():
    assert problems_of(expire_untagged_after_days=7, max_untagged_count=3) == [
        ("web.max_untagged_count", "lifecycle-shortcut-untagged")
    ]


@pytest.mark.parametrize(
    ("tags", "key", "code"),
    [
        ("v*", "protected_tags", "lifecycle-tag-list"),
        (["v*", ""], "protected_tags[1]", "lifecycle-tag"),
        ([["v*"]], "protected_tags[0]", "lifecycle-tag"),
        (["*a*b*c*d*"], "protected_tags[0]", "lifecycle-tag-wildcards"),
        (["v*", "release/*"], "protected_tags[1]", "lifecycle-protects-nothing"),
        ([" "], "protected_tags[0]", "lifecycle-protects-nothing"),
        ("${var.tags}", "protected_tags", "lifecycle-protected-tags"),
        (["#{TfToken[TOKEN.0]}"], "protected_tags", "lifecycle-protected-tags"),
    ],
)
def test_protected_tags_are_a_known_list_of_patterns(tags, key, code):
    assert problems_of(protected_tags=tags) == [(f"web.{key}", code)]


def test_a_protected_tag_that_terraform_knows_later_may_be_any():
    rules, problems = shortcut_rules(Shortcuts(protected_tags=["${var.branch}/*"]))
    assert [rule.tag_pattern_list for rule in rules] == [("${var.branch}/*",)]
    assert problems == []


def test_a_shortcut_that_clashes_with_a_written_rule_says_so_where_the_shortcut_stands():
    rules = [everything(), keep("*"), keep("v*"), keep("u", tag_status="untagged", tag_pattern_list=())]
    found = problems_of(
        rules, max_image_count=9, expire_tagged_after_days=9, protected_tags=["v*"], max_untagged_count=9
    )
    assert found == [
        ("web.max_image_count", "lifecycle-any-unique"),
        ("web.max_untagged_count", "lifecycle-untagged-unique"),
        ("web.lifecycle_rules[2].tag_pattern_list", "lifecycle-tags-unique"),
        ("web.expire_tagged_after_days", "lifecycle-tags-unique"),
    ]


def test_wrong_shortcuts_and_wrong_rules_are_reported_together():
    assert problems_of([keep("a", count_unit="days")], max_image_count=0, protected_tags=[""]) == [
        ("web.protected_tags[0]", "lifecycle-tag"),
        ("web.max_image_count", "lifecycle-count-number"),
        ("web.lifecycle_rules[0].count_unit", "lifecycle-count-unit-unused"),
    ]


def test_the_limit_of_rules_counts_those_of_the_shortcuts():
    _, (problem,) = compose([keep("a")], Shortcuts(protected_tags=[f"p{n}" for n in range(50)]))
    assert "must hold 1 to 50 rules with those of the shortcuts, got 51" in str(problem)


@pytest.mark.parametrize(
    ("shortcut", "description"),
    [
        ({"max_image_count": NUMBER_TOKEN}, "Keep the newest images"),
        ({"max_image_count": "${var.n}"}, "Keep the newest ${var.n} images"),
        ({"expire_tagged_after_days": NUMBER_TOKEN}, "Expire tagged images by their age"),
        ({"expire_tagged_after_days": "${var.n}"}, "Expire tagged images older than ${var.n} days"),
    ],
)
def test_numbers_may_be_known_to_terraform_alone(shortcut, description):
    (rule,), problems = compose([], Shortcuts(**shortcut))
    assert problems == []
    assert [rule.count_number] == list(shortcut.values())
    assert rule.description == description


def test_protected_images_are_shielded_from_every_rule_that_is_numbered_by_itself():
    rules, _ = compose([keep("v1.*")], Shortcuts(protected_tags=["v*"]))
    (notice,) = inert_notices(rules)
    assert notice.sentence.startswith(
        'Rule 2 ("Keep v1.*") never acts: rule 1 ("Protect images tagged v*") comes first'
    )


def test_shortcuts_of_two_places_make_one_set_that_protects_the_tags_of_both():
    one = Shortcuts(max_image_count=5, protected_tags=["a"])
    other = Shortcuts(max_untagged_count=3, protected_tags=["b"])
    assert one.merge(other) == (Shortcuts(max_image_count=5, max_untagged_count=3, protected_tags=["a", "b"]), [])
    assert Shortcuts().merge(other) == (other, [])
    assert one.merge(Shortcuts()) == (one, [])


def test_a_shortcut_that_two_places_give_is_a_problem():
    _, (problem,) = Shortcuts(max_image_count=5).merge(Shortcuts(max_image_count=6))
    assert (problem.key, problem.code) == ("max_image_count", "lifecycle-shortcut-twice")
    assert "it is 5 already, got 6" in str(problem)


@pytest.mark.parametrize(("one", "other"), [("v*", ["a"]), (["a"], "v*"), ([], "v*"), ("v*", [])])
def test_protected_tags_written_as_text_stay_a_problem_after_merging(one, other):
    merged, _ = Shortcuts(protected_tags=one).merge(Shortcuts(protected_tags=other))
    _, (problem,) = compose([], merged)
    assert problem.code == "lifecycle-tag-list"
