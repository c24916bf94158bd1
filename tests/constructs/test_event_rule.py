"""Rules with their targets, and what happens to images, told to a target."""

from __future__ import annotations

import json

import parliament
import pytest

from ecr_constructs import EventRule, EventTarget, InvalidInput, Repository
from ecr_constructs._engine.aws import AwsProvider, IamRole, SnsTopic
from ecr_constructs._engine.door import Construct, TerraformVariable
from ecr_constructs.core.events.patterns import image_deleted, image_pushed, image_replicated, scan_completed
from tests.constructs.synthesised import OTHER, OWN, codes, every, only, synth, warnings

FUNCTION = f"arn:aws:lambda:us-east-1:{OWN}:function:deploy"
MACHINE = f"arn:aws:states:us-east-1:{OWN}:stateMachine:deploy"
QUEUE = f"arn:aws:sqs:us-east-1:{OWN}:images"
TOPIC = f"arn:aws:sns:us-east-1:{OWN}:images"
BUS = f"arn:aws:events:eu-west-1:{OTHER}:event-bus/default"
PATTERN = {"source": ["aws.ecr"]}
HERE = {"account_id": OWN, "region": "us-east-1"}


def rule(scope, target, construct="Rule", **arguments):
    return EventRule(scope, construct, **{"event_pattern": PATTERN, "target": target, "logical_id": "r", **arguments})


def web(stack, **arguments):
    return Repository(stack, "Web", **{"repository_name": "shop/web", "logical_id": "web", **arguments})


def pattern(stack, name):
    return json.loads(every(stack, "aws_cloudwatch_event_rule")[name]["event_pattern"])


class TestRule:
    def test_a_rule_with_its_target(self, stack):
        made = rule(stack, FUNCTION, name="images", description="All of it")
        assert only(stack, "aws_cloudwatch_event_rule") == {
            "name": "images",
            "description": "All of it",
            "event_pattern": '{"source":["aws.ecr"]}',
        }
        assert only(stack, "aws_cloudwatch_event_target") == {
            "rule": "${aws_cloudwatch_event_rule.r.name}",
            "target_id": "target",
            "arn": FUNCTION,
        }
        assert (made.role, made.rule.name_input, made.target.arn_input) == (None, "images", FUNCTION)

    def test_on_a_bus_of_its_own_with_an_input_and_tags(self, stack):
        rule(
            stack,
            MACHINE,
            event_bus_name="shop",
            input_paths={"tag": "$.detail.image-tag"},
            input_template='{"tag": "<tag>"}',
            tags={"Team": "web"},
        )
        made, target = only(stack, "aws_cloudwatch_event_rule"), only(stack, "aws_cloudwatch_event_target")
        assert (made["event_bus_name"], target["event_bus_name"], made["tags"]) == ("shop", "shop", {"Team": "web"})
        assert target["input_transformer"] == {
            "input_paths": {"tag": "$.detail.image-tag"},
            "input_template": '{"tag": "<tag>"}',
        }
        assert only(stack, "aws_iam_role")["tags"] == {"Team": "web"}

    def test_all_that_a_target_can_say(self, stack):
        target = EventTarget(
            arn=f"{QUEUE}.fifo",
            dead_letter_arn=f"{QUEUE}-undelivered",
            maximum_retry_attempts=0,
            maximum_event_age_in_seconds=60,
            input='{"cluster": "shop"}',
            message_group_id="deployments",
        )
        made = rule(stack, target, input_paths={"a": "$.id"}, input_template='"<a>"')
        found = only(stack, "aws_cloudwatch_event_target")
        assert found["retry_policy"] == {"maximum_retry_attempts": 0, "maximum_event_age_in_seconds": 60}
        assert found["dead_letter_config"] == {"arn": f"{QUEUE}-undelivered"}
        assert found["sqs_target"] == {"message_group_id": "deployments"}
        assert (found["input"], "input_transformer" in found) == ('{"cluster": "shop"}', False)
        (notice,) = [entry.data for entry in made.node.metadata if entry.type == "@cdktf/info"]
        assert notice.endswith("[event-dead-letters]")

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ({"maximum_retry_attempts": 3}, (3, 86_400)),
            ({"maximum_event_age_in_seconds": 60}, (185, 60)),
            ({"maximum_retry_attempts": 0}, (0, 86_400)),
        ],
    )
    def test_of_retries_both_are_said_or_neither(self, stack, said, expected):
        """The provider sends 0 for what is left out, which is no age."""
        rule(stack, EventTarget(arn=FUNCTION, **said))
        found = only(stack, "aws_cloudwatch_event_target")["retry_policy"]
        assert (found["maximum_retry_attempts"], found["maximum_event_age_in_seconds"]) == expected

    def test_with_a_provider_of_its_own(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there", allowed_account_ids=[OWN])
        rule(stack, QUEUE.replace("us-east-1", "eu-west-1"), provider=there)
        kinds = synth(stack)["resource"]
        assert len(kinds) == 4
        assert {each["provider"] for kind in kinds for each in every(stack, kind).values()} == {"aws.there"}


class TestReach:
    def test_a_function_lets_this_rule_in_and_no_other(self, stack):
        made = rule(stack, FUNCTION, name="images.pushed")
        assert only(stack, "aws_lambda_permission") == {
            "statement_id": "images-pushed",
            "action": "lambda:InvokeFunction",
            "function_name": FUNCTION,
            "principal": "events.amazonaws.com",
            "source_arn": "${aws_cloudwatch_event_rule.r.arn}",
        }
        assert made.permission is not None
        assert "aws_iam_role" not in synth(stack)["resource"]

    def test_of_a_function_with_an_alias_that_does(self, stack):
        rule(stack, f"{FUNCTION}:live")
        found = only(stack, "aws_lambda_permission")
        assert (found["function_name"], found["qualifier"]) == (FUNCTION, "live")
        assert only(stack, "aws_cloudwatch_event_target")["arn"] == f"{FUNCTION}:live"

    @pytest.mark.parametrize(
        ("target", "action"),
        [
            (MACHINE, "states:StartExecution"),
            (QUEUE, "sqs:SendMessage"),
            (TOPIC, "sns:Publish"),
            (BUS, "events:PutEvents"),
        ],
    )
    def test_others_are_reached_by_a_role_of_this_rule_and_for_this_target(self, stack, target, action):
        rule(stack, target, name="images")
        assert only(stack, "aws_cloudwatch_event_target")["role_arn"] == "${aws_iam_role.r.arn}"
        trust = json.loads(only(stack, "aws_iam_role")["assume_role_policy"])["Statement"]
        assert [each["Condition"] for each in trust] == [
            {
                "StringEquals": {"aws:SourceAccount": OWN},
                "ArnLike": {"aws:SourceArn": "${aws_cloudwatch_event_rule.r.arn}"},
            }
        ]
        policy = only(stack, "aws_iam_role_policy")["policy"]
        (statement,) = json.loads(policy)["Statement"]
        assert (statement["Action"], statement["Resource"]) == (action, target)
        assert not parliament.analyze_policy_string(policy).findings
        assert not {"aws_sqs_queue_policy", "aws_sns_topic_policy", "aws_lambda_permission"} & set(
            synth(stack)["resource"]
        )

    @pytest.mark.parametrize("target", [FUNCTION, QUEUE])
    def test_a_role_that_is_given_is_used_and_none_made(self, stack, target):
        role = f"arn:aws:iam::{OWN}:role/events"
        made = rule(stack, EventTarget(arn=target, role_arn=role))
        assert only(stack, "aws_cloudwatch_event_target")["role_arn"] == role
        assert (made.role, made.permission) == (None, None)

    def test_what_is_made_in_the_stack_is_known_by_what_it_is(self, stack):
        topic = SnsTopic(stack, "Topic", name="images")
        rule(stack, topic)
        (statement,) = json.loads(only(stack, "aws_iam_role_policy")["policy"])["Statement"]
        assert (statement["Action"], statement["Resource"]) == ("sns:Publish", "${aws_sns_topic.Topic.arn}")

    def test_what_is_known_at_apply_says_what_it_is(self, stack):
        arn = TerraformVariable(stack, "arn", type="string").string_value
        with pytest.raises(InvalidInput) as caught:
            rule(stack, arn, "Unknown")
        assert codes(caught) == [("target.arn", "event-target")]
        rule(stack, EventTarget(arn=arn, kind="lambda"), logical_id="known")
        assert only(stack, "aws_lambda_permission")["function_name"] == "${var.arn}"


class TestRefusals:
    def test_everything_wrong_is_reported_at_once_with_its_place(self, stack):
        with pytest.raises(InvalidInput) as caught:
            rule(
                Construct(stack, "Team"),
                EventTarget(arn="deploy", maximum_retry_attempts=200),
                event_pattern={},
                name="a b",
                description="x" * 513,
                event_bus_name="a b",
                input_template="x" * 8193,
                tags={"aws:x": "y"},
            )
        assert codes(caught) == [
            ("name", "event-rule-name"),
            ("description", "event-description"),
            ("event_pattern", "event-pattern"),
            ("event_bus_name", "event-bus"),
            ("target.arn", "event-target"),
            ("target.maximum_retry_attempts", "event-retries"),
            ("input_template", "event-input"),
            ("tags.aws:x", "tags"),
        ]
        assert {problem.source for problem in caught.value.problems} == {"dev/Team/Rule"}

    @pytest.mark.parametrize(
        ("pattern", "wrong", "fix"),
        [
            ({"source": "aws.ecr"}, "event_pattern.source", "Write ['aws.ecr']."),
            ({"source": ["aws.ecr"], "detail": {"result": True}}, "event_pattern.detail.result", "Write [True]."),
            ({"source": ["aws.ecr"], "detail": {"image-tag": []}}, "event_pattern.detail.image-tag", "Name what the"),
        ],
    )
    def test_a_field_of_a_pattern_has_a_list_that_is_not_empty(self, stack, pattern, wrong, fix):
        with pytest.raises(InvalidInput) as caught:
            rule(stack, FUNCTION, event_pattern=pattern)
        assert codes(caught) == [(wrong, "event-pattern")]
        assert fix in str(caught.value)

    @pytest.mark.parametrize("target", [7, None, object(), ["deploy"]])
    def test_what_has_no_arn(self, stack, target):
        with pytest.raises(InvalidInput) as caught:
            rule(stack, target)
        assert codes(caught) == [("target", "event-target")]

    def test_a_role_is_no_target(self, stack):
        with pytest.raises(InvalidInput) as caught:
            rule(stack, IamRole(stack, "Role", assume_role_policy="{}"))
        assert codes(caught) == [("target.arn", "event-target")]

    def test_events_do_not_go_back_to_the_bus_that_they_come_from(self, stack):
        own = f"arn:aws:events:us-east-1:{OWN}:event-bus/shop"
        with pytest.raises(InvalidInput) as caught:
            rule(stack, own, event_bus_name="shop")
        assert codes(caught) == [("target.arn", "event-target")]
        rule(stack, own, "Second", logical_id="s")

    def test_a_second_rule_of_one_name_would_take_the_place_of_the_first(self, stack):
        rule(stack, FUNCTION, name="images")
        with pytest.raises(InvalidInput) as caught:
            rule(stack, QUEUE, "Second", name="images", logical_id="s")
        assert codes(caught) == [("name", "one-per-registry")]
        rule(stack, QUEUE, "Third", name="images", event_bus_name="shop", logical_id="t")


class TestImages:
    @pytest.mark.parametrize(
        ("method", "name", "expected"),
        [
            ("on_image_pushed", "web_ImagePushed", image_pushed("shop/web", **HERE)),
            ("on_image_deleted", "web_ImageDeleted", image_deleted("shop/web", **HERE)),
            ("on_replicated", "web_Replicated", image_replicated("shop/web", **HERE)),
            (
                "on_scan_completed",
                "web_ScanCompleted",
                scan_completed("shop/web", f"arn:aws:ecr:us-east-1:{OWN}:repository/shop/web", **HERE),
            ),
        ],
    )
    def test_each_event_has_its_pattern_and_its_address(self, stack, method, name, expected):
        made = getattr(web(stack), method)(FUNCTION)
        assert isinstance(made, EventRule)
        assert pattern(stack, name) == expected
        assert set(every(stack, "aws_cloudwatch_event_target")) == set(every(stack, "aws_lambda_permission")) == {name}
        assert only(stack, "aws_cloudwatch_event_rule")["name"].startswith("shop-web-")
        told = json.loads(
            only(stack, "aws_cloudwatch_event_target")["input_transformer"]["input_template"]
            .replace("<tags>", "[]")
            .replace("<findings>", "{}")
        )
        assert (told["repository"], told["account"]) == ("shop/web", "<account>")

    def test_pushes_of_some_tags(self, stack):
        web(stack).on_image_pushed(FUNCTION, tags=["latest", "v*"])
        assert pattern(stack, "web_ImagePushed") == image_pushed("shop/web", ["latest", "v*"], **HERE)

    def test_several_of_one_kind_each_with_an_id(self, stack):
        repository = web(stack)
        repository.on_image_pushed(FUNCTION)
        repository.on_image_pushed(QUEUE, id="Audit", name="audit")
        assert set(every(stack, "aws_cloudwatch_event_rule")) == {"web_ImagePushed", "web_Audit"}
        with pytest.raises(InvalidInput) as caught:
            repository.on_image_pushed(TOPIC)
        assert codes(caught) == [("id", "event-id")]

    def test_an_address_does_not_depend_on_what_came_before(self, make_stack):
        first, second = make_stack("first"), make_stack("second")
        for stack, ids in ((first, ["A", "B"]), (second, ["B", "A"])):
            repository = web(stack)
            for each in ids:
                repository.on_image_deleted(f"{FUNCTION}-{each}", id=each)
        for kind in ("aws_cloudwatch_event_rule", "aws_cloudwatch_event_target", "aws_lambda_permission"):
            assert every(first, kind) == every(second, kind)

    def test_a_bus_gets_events_as_they_are(self, stack):
        web(stack).on_image_pushed(BUS)
        assert "input_transformer" not in only(stack, "aws_cloudwatch_event_target")

    def test_of_a_repository_elsewhere_the_events_come_from_there(self, stack):
        found = Repository.from_arn(stack, "Base", f"arn:aws:ecr:eu-west-1:{OTHER}:repository/base")
        found.on_image_pushed(FUNCTION)
        said = json.loads(only(stack, "aws_cloudwatch_event_rule")["event_pattern"])
        assert (said["account"], said["region"]) == ([OTHER], ["eu-west-1"])

    def test_of_one_that_is_known_at_apply_the_pattern_is_as_well(self, stack):
        arn = TerraformVariable(stack, "arn", type="string").string_value
        Repository.from_arn(stack, "Base", arn).on_image_deleted(FUNCTION)
        made = only(stack, "aws_cloudwatch_event_rule")
        assert "name" not in made
        assert '"account":["${element(split(":", var.arn), 4)}"]' in made["event_pattern"]
        assert '"region":["${element(split(":", var.arn), 3)}"]' in made["event_pattern"]

    def test_where_the_account_is_not_known_it_is_asked_for(self, make_stack):
        stack = make_stack("open", account_ids=None)
        web(stack).on_image_pushed(FUNCTION)
        assert pattern(stack, "web_ImagePushed")["account"] == [
            "${data.aws_caller_identity.EcrCallerIdentity.account_id}"
        ]

    def test_wrong_tags_and_names_are_refused(self, stack):
        repository = web(stack)
        with pytest.raises(InvalidInput) as caught:
            repository.on_image_pushed(FUNCTION, tags=["a**"])
        assert codes(caught) == [("tags[0]", "event-tags")]
        with pytest.raises(InvalidInput) as caught:
            repository.on_image_pushed("deploy", name="a b", id="Other")
        assert codes(caught) == [("name", "event-rule-name"), ("target.arn", "event-target")]

    def test_nothing_is_made_of_a_repository_without_events(self, stack):
        web(stack)
        assert set(synth(stack)["resource"]) == {"aws_ecr_repository"}
        assert warnings(stack) == []
