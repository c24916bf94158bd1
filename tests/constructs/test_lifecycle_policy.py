"""Lifecycle rules: in whatever form and from wherever they come, they end in one policy."""

from __future__ import annotations

import json

import pytest

from ecr_constructs import InvalidInput, LifecyclePolicy, LifecycleRule, Repository
from ecr_constructs._engine.door import App, TerraformVariable
from tests.constructs.synthesised import codes, every, only, rules, synth, warnings

ANY = {"tagStatus": "any", "countType": "imageCountMoreThan"}
UNTAGGED = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days"}
DOCUMENT = {
    "rules": [
        {
            "rulePriority": 10,
            "description": "Keep releases",
            "selection": {
                "tagStatus": "tagged",
                "tagPrefixList": ["v"],
                "countType": "imageCountMoreThan",
                "countNumber": 30,
            },
            "action": {"type": "expire"},
        },
        {
            "rulePriority": 20,
            "selection": {
                "tagStatus": "any",
                "countType": "sinceImagePulled",
                "countUnit": "days",
                "countNumber": 90,
            },
            "action": {"type": "transition", "targetStorageClass": "archive"},
        },
    ]
}


def keep(*patterns, **others):
    return LifecycleRule(
        **{
            "tag_status": "tagged",
            "tag_pattern_list": patterns,
            "count_type": "imageCountMoreThan",
            "count_number": 5,
            **others,
        }
    )


def untagged(days=7, **others):
    return LifecycleRule(tag_status="untagged", count_type="sinceImagePushed", count_number=days, **others)


@pytest.fixture
def web(stack):
    return Repository(stack, "Web", repository_name="shop/web")


@pytest.fixture
def retain(stack, web):
    """Return a function that adds a policy to the repository under another name each time."""

    def retain(**arguments):
        number = len(stack.node.children)
        return LifecyclePolicy(stack, f"Retention{number}", repository=web, **arguments)

    return retain


def short(found):
    """Return the priority, tags and count of each rule."""
    return [
        (
            each["rulePriority"],
            *each["selection"].get("tagPatternList", [each["selection"]["tagStatus"]]),
            each["selection"]["countNumber"],
        )
        for each in found
    ]


class TestForms:
    @pytest.mark.parametrize(
        ("shortcut", "selection"),
        [
            ({"max_image_count": 50}, {**ANY, "countNumber": 50}),
            ({"expire_untagged_after_days": 7}, {**UNTAGGED, "countNumber": 7}),
            (
                {"max_untagged_count": 3},
                {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 3},
            ),
            (
                {"expire_tagged_after_days": 90},
                {**UNTAGGED, "tagStatus": "tagged", "tagPatternList": ["*"], "countNumber": 90},
            ),
            (
                {"protected_tags": ["v*"]},
                {
                    "tagStatus": "tagged",
                    "tagPatternList": ["v*"],
                    "countType": "imageCountMoreThan",
                    "countNumber": 999999,
                },
            ),
        ],
    )
    def test_a_shortcut_is_one_rule(self, stack, retain, shortcut, selection):
        retain(**shortcut)
        (rule,) = rules(stack)
        assert (rule["rulePriority"], rule["selection"], rule["action"]) == (1, selection, {"type": "expire"})

    def test_shortcuts_protect_first_and_count_last(self, stack, retain):
        retain(
            max_image_count=50,
            expire_untagged_after_days=7,
            expire_tagged_after_days=90,
            protected_tags=["v*", "latest"],
            lifecycle_rules=[keep("dev-*")],
        )
        assert short(rules(stack)) == [
            (1, "v*", 999999),
            (2, "latest", 999999),
            (3, "dev-*", 5),
            (4, "untagged", 7),
            (5, "*", 90),
            (6, "any", 50),
        ]

    def test_a_typed_rule_is_written_with_all_that_it_says(self, stack, retain):
        retain(
            lifecycle_rules=[
                LifecycleRule(
                    tag_status="tagged",
                    tag_prefix_list=["v"],
                    count_type="sinceImagePulled",
                    count_number=90,
                    action_type="transition",
                    rule_priority=5,
                    description="Archive releases",
                )
            ]
        )
        assert rules(stack) == [
            {
                "rulePriority": 5,
                "description": "Archive releases",
                "selection": {
                    "tagStatus": "tagged",
                    "tagPrefixList": ["v"],
                    "countType": "sinceImagePulled",
                    "countUnit": "days",
                    "countNumber": 90,
                },
                "action": {"type": "transition", "targetStorageClass": "archive"},
            }
        ]

    @pytest.mark.parametrize("policy", [DOCUMENT, json.dumps(DOCUMENT), json.dumps(DOCUMENT, indent=2)])
    def test_awss_own_json_keeps_its_meaning(self, stack, retain, policy):
        retain(lifecycle_policy=policy)
        assert rules(stack) == DOCUMENT["rules"]

    def test_rules_stand_in_the_order_of_their_priorities(self, stack, retain):
        """Else the provider would show a difference at every plan."""
        retain(lifecycle_policy={"rules": DOCUMENT["rules"][::-1]})
        assert rules(stack) == DOCUMENT["rules"]

    def test_the_text_has_no_blanks_and_no_nulls(self, stack, retain):
        retain(max_image_count=50)
        text = only(stack, "aws_ecr_lifecycle_policy")["policy"]
        assert text == json.dumps(json.loads(text), separators=(",", ":"))
        assert "null" not in text

    def test_it_belongs_to_its_repository(self, stack):
        LifecyclePolicy(
            stack,
            "Retention",
            repository=Repository(stack, "Web", repository_name="shop/web", logical_id="web"),
            max_image_count=5,
        )
        assert every(stack, "aws_ecr_lifecycle_policy")["web"]["repository"] == "${aws_ecr_repository.web.name}"


class TestTokens:
    @pytest.mark.parametrize("token", ["number_value", "string_value", "value"])
    def test_a_number_that_is_known_later_stands_without_quotes(self, stack, retain, token):
        later = getattr(TerraformVariable(stack, "later", type="number"), token)
        retain(max_image_count=later, expire_untagged_after_days=later)
        text = only(stack, "aws_ecr_lifecycle_policy")["policy"]
        assert text.count('"countNumber":${var.later}') == 2
        assert short(json.loads(text.replace("${var.later}", "9"))["rules"]) == [(1, "untagged", 9), (2, "any", 9)]

    @pytest.mark.parametrize("token", ["number_value", "string_value", "value"])
    def test_so_does_the_number_of_a_typed_rule(self, stack, web, token):
        later = getattr(TerraformVariable(stack, "later", type="number"), token)
        web.add_lifecycle_rule(untagged(later))
        assert '"countNumber":${var.later}' in only(stack, "aws_ecr_lifecycle_policy")["policy"]

    def test_a_tag_may_be_known_later(self, stack, retain):
        later = TerraformVariable(stack, "later", type="string").string_value
        retain(protected_tags=[later], lifecycle_rules=[keep(f"{later}-*")])
        assert short(rules(stack)) == [(1, "${var.later}", 999999), (2, "${var.later}-*", 5)]

    def test_the_tags_of_a_typed_rule_may_be_known_later(self, stack, web):
        later = TerraformVariable(stack, "later", type="list(string)").list_value
        web.add_lifecycle_rule(
            LifecycleRule(tag_status="tagged", tag_pattern_list=later, count_type="imageCountMoreThan", count_number=5)
        )
        assert '"tagPatternList":${jsonencode(var.later)}' in only(stack, "aws_ecr_lifecycle_policy")["policy"]

    def test_protected_tags_must_be_known(self, stack, retain):
        """There are as many rules as tags."""
        later = TerraformVariable(stack, "later", type="list(string)").list_value
        with pytest.raises(InvalidInput) as caught:
            retain(protected_tags=later)
        assert codes(caught) == [("protected_tags", "lifecycle-protected-tags")]

    def test_protected_tags_are_tags_that_images_can_have(self, retain):
        with pytest.raises(InvalidInput) as caught:
            retain(protected_tags=["v*", "release/*"])
        assert codes(caught) == [("protected_tags[1]", "lifecycle-protects-nothing")]

    def test_a_whole_policy_must_be_known(self, retain):
        with pytest.raises(InvalidInput) as caught:
            retain(lifecycle_policy='${file("policy.json")}')
        assert codes(caught) == [("lifecycle_policy", "lifecycle-policy-unknown")]

    def test_text_in_a_whole_policy_may_be_known_later(self, stack, retain):
        document = json.loads(json.dumps(DOCUMENT).replace('["v"]', '["${var.prefix}"]'))
        retain(lifecycle_policy=json.dumps(document))
        assert rules(stack) == document["rules"]


class TestOnePolicy:
    def test_all_that_is_said_of_a_repository_is_one_policy(self, stack, web, retain):
        web.add_lifecycle_rule(keep("dev-*"), untagged(3))
        retain(max_image_count=50)
        retain(protected_tags=["v*"])
        retain(lifecycle_rules=[keep("qa-*")])
        retain(protected_tags=["v*", "release-*"])
        assert short(rules(stack)) == [
            (1, "v*", 999999),
            (2, "release-*", 999999),
            (3, "dev-*", 5),
            (4, "untagged", 3),
            (5, "qa-*", 5),
            (6, "any", 50),
        ]

    def test_json_joins_the_rest(self, stack, web, retain):
        retain(lifecycle_policy=DOCUMENT)
        web.add_lifecycle_rule(untagged(3))
        assert short(rules(stack)) == [(1, "untagged", 3), (10, "tagged", 30), (20, "any", 90)]

    def test_a_rule_after_a_synthesis_is_not_lost(self, stack, web, retain):
        retain(max_image_count=50)
        synth(stack)
        web.add_lifecycle_rule(untagged(3))
        assert short(rules(stack)) == [(1, "untagged", 3), (2, "any", 50)]

    def test_every_repository_has_its_own(self, stack, web, retain):
        retain(max_image_count=50)
        admin = Repository(stack, "Admin", repository_name="shop/admin")
        LifecyclePolicy(admin, "Retention", repository=admin, max_image_count=10)
        assert len(every(stack, "aws_ecr_lifecycle_policy")) == 2

    def test_without_rules_there_is_no_policy(self, stack, web):
        web.add_lifecycle_rule()
        assert list(synth(stack)["resource"]) == ["aws_ecr_repository"]

    def test_what_was_refused_leaves_nothing_behind(self, stack, web, retain):
        retain(max_image_count=50)
        with pytest.raises(InvalidInput):
            retain(max_image_count=5, protected_tags=["v*"])
        with pytest.raises(InvalidInput):
            web.add_lifecycle_rule(untagged(0))
        web.add_lifecycle_rule(untagged(3))
        assert short(rules(stack)) == [(1, "untagged", 3), (2, "any", 50)]


class TestRefusals:
    @pytest.mark.parametrize(
        ("arguments", "problems"),
        [
            ({}, [("", "lifecycle-empty")]),
            ({"lifecycle_rules": [], "protected_tags": []}, [("", "lifecycle-empty")]),
            ({"max_image_count": 0}, [("max_image_count", "lifecycle-count-number")]),
            (
                {"expire_untagged_after_days": 7, "max_untagged_count": 3},
                [("max_untagged_count", "lifecycle-shortcut-untagged")],
            ),
            (
                {"lifecycle_policy": DOCUMENT, "max_image_count": 5},
                [("lifecycle_policy", "lifecycle-policy-alone")],
            ),
            (
                {"lifecycle_policy": DOCUMENT, "lifecycle_rules": [untagged()]},
                [("lifecycle_policy", "lifecycle-policy-alone")],
            ),
            ({"lifecycle_policy": '{"rules": ['}, [("lifecycle_policy", "lifecycle-json-syntax")]),
            ({"lifecycle_policy": '{"rules": []}'}, [("lifecycle_policy.rules", "lifecycle-rules")]),
            (
                {"lifecycle_policy": "", "max_image_count": 0},
                [("lifecycle_policy", "lifecycle-policy-alone"), ("lifecycle_policy", "lifecycle-json-syntax")],
            ),
        ],
    )
    def test_what_ecr_does_not_take(self, retain, arguments, problems):
        with pytest.raises(InvalidInput) as caught:
            retain(**arguments)
        assert codes(caught) == problems
        assert {problem.source for problem in caught.value.problems} == {"dev/Retention2"}

    def test_everything_that_is_wrong_at_once(self, retain):
        with pytest.raises(InvalidInput) as caught:
            retain(max_image_count=0, expire_untagged_after_days=-1, lifecycle_rules=[keep("v*", count_unit="days")])
        assert {key for key, _ in codes(caught)} == {
            "max_image_count",
            "expire_untagged_after_days",
            "lifecycle_rules[0].count_unit",
        }


class TestContradictions:
    """Where two places ask for what one policy cannot hold, the message names both."""

    def test_a_shortcut_given_twice(self, retain):
        retain(max_image_count=50)
        with pytest.raises(InvalidInput) as caught:
            retain(max_image_count=5)
        (problem,) = caught.value.problems
        assert (problem.key, problem.code, problem.got) == ("max_image_count", "lifecycle-shortcut-twice", "5")
        assert (problem.source, problem.fix) == ("dev/Retention3", "Remove it here, or in dev/Retention2.")

    def test_two_rules_for_untagged_images(self, web, retain):
        retain(lifecycle_rules=[keep("v*"), untagged()])
        with pytest.raises(InvalidInput) as caught:
            web.add_lifecycle_rule(untagged(3))
        (problem,) = caught.value.problems
        assert (problem.source, problem.key) == ("dev/Web", "lifecycle_rules[0].tag_status")
        assert problem.fix.startswith("dev/Retention2.lifecycle_rules[1] selects them already")

    def test_two_rules_of_one_priority(self, web, retain):
        retain(lifecycle_policy=DOCUMENT)
        web.add_lifecycle_rule(untagged())
        with pytest.raises(InvalidInput) as caught:
            web.add_lifecycle_rule(keep("dev-*", rule_priority=10))
        (problem,) = caught.value.problems
        assert (problem.source, problem.key) == ("dev/Web", "lifecycle_rules[1].rule_priority")
        assert problem.rule.endswith("dev/Retention2.lifecycle_policy.rules[0]")

    def test_a_shortcut_and_a_rule_for_the_same_images(self, web, retain):
        retain(max_image_count=50)
        with pytest.raises(InvalidInput) as caught:
            web.add_lifecycle_rule(LifecycleRule(tag_status="any", count_type="sinceImagePushed", count_number=90))
        (problem,) = caught.value.problems
        assert (problem.source, problem.key) == ("dev/Web", "dev/Retention2.max_image_count")
        assert problem.fix.startswith("lifecycle_rules[0] selects them already")

    def test_shortcuts_for_the_same_images(self, retain):
        retain(expire_untagged_after_days=7)
        with pytest.raises(InvalidInput) as caught:
            retain(max_untagged_count=7)
        assert codes(caught) == [("max_untagged_count", "lifecycle-shortcut-untagged")]

    def test_a_rule_above_the_one_for_every_image(self, web, retain):
        retain(lifecycle_policy=DOCUMENT)
        with pytest.raises(InvalidInput) as caught:
            web.add_lifecycle_rule(keep("dev-*", rule_priority=30))
        (problem,) = caught.value.problems
        assert (problem.key, problem.code) == (
            "dev/Retention2.lifecycle_policy.rules[1].rulePriority",
            "lifecycle-any-last",
        )


class TestWarnings:
    def test_a_rule_that_never_acts(self, stack, web, retain):
        retain(expire_tagged_after_days=30, lifecycle_rules=[keep("**"), untagged()])
        synth(stack)
        (warning,) = warnings(web)
        assert warning.startswith('Rule 3 ("Expire tagged images older than 30 days") never acts: rule 1 comes first')

    def test_tags_that_mean_and(self, stack, web):
        web.add_lifecycle_rule(keep("v*", "release-*"))
        synth(stack)
        (warning,) = warnings(web)
        assert warning.startswith("Rule 1 selects only images that carry a tag for each of 'v*' and 'release-*'")

    def test_untagged_images_apart_from_the_rest_are_nothing_to_warn_of(self, stack, web, retain):
        retain(max_image_count=50, expire_untagged_after_days=7, protected_tags=["v*"])
        synth(stack)
        assert warnings(web) == []

    def test_a_warning_speaks_of_the_policy_as_it_is_in_the_end(self, stack, web):
        """Not of the numbers that the rules had before others came."""
        web.add_lifecycle_rule(keep("*", rule_priority=5), keep("v*", rule_priority=6))
        web.add_lifecycle_rule(keep("v*", rule_priority=7, tag_pattern_list=(), tag_prefix_list=["v"]))
        synth(stack)
        assert [warning.split(":")[0] for warning in warnings(web)] == ["Rule 6 never acts", "Rule 7 never acts"]

    def test_a_warning_is_given_once_however_often_the_stack_is_synthesised(self, stack, web):
        web.add_lifecycle_rule(keep("v*", "release-*"))
        synth(stack)
        synth(stack)
        assert len(warnings(web)) == 1

    def test_warnings_reach_the_manifest_that_cdktf_shows(self, app: App, web, tmp_path):
        web.add_lifecycle_rule(keep("v*", "release-*"))
        app.synth()
        manifest = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))
        annotation, *_ = manifest["stacks"]["dev"]["annotations"]
        assert (annotation["constructPath"], annotation["level"]) == ("dev/Web", "@cdktf/warn")
