"""Where events may go, and what EventBridge needs for it."""

import json

import parliament
import pytest

from ecr_constructs.core.events.reach import bus_arn, target_statements, trust_statements
from ecr_constructs.core.events.rules import check_bus_name, check_rule_name, rule_arn
from ecr_constructs.core.events.targets import (
    EVENT_AGES,
    KINDS,
    RETRY_ATTEMPTS,
    TARGET_ARN,
    EventTarget,
)
from ecr_constructs.core.iam import render_policy
from ecr_constructs.core.places import KnownPlace
from tests.unit.aws_models import limits, takes

HERE = KnownPlace("us-east-1", "111111111111")
FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:deploy"
MACHINE = "arn:aws:states:us-east-1:111111111111:stateMachine:deploy"
QUEUE = "arn:aws:sqs:us-east-1:111111111111:images"
TOPIC = "arn:aws:sns:us-east-1:111111111111:images"
BUS = "arn:aws:events:us-east-1:111111111111:event-bus/shop"
TOKEN = "${aws_lambda_function.deploy.arn}"


def found(place=HERE, **arguments):
    """Return the fields of a target that are wrong, with the codes."""
    return [(problem.key, problem.code) for problem in EventTarget(**arguments).problems(place)]


class TestArns:
    @pytest.mark.parametrize(
        ("arn", "service"),
        [
            (FUNCTION, "lambda"),
            (f"{FUNCTION}:live", "lambda"),
            (MACHINE, "states"),
            (f"{MACHINE}:live", "states"),
            (QUEUE, "sqs"),
            (TOPIC, "sns"),
            (BUS, "events"),
            ("arn:aws:events:eu-west-1:222222222222:event-bus/default", "events"),
        ],
    )
    def test_what_events_go_to(self, arn, service):
        assert found(arn=arn) == []
        assert EventTarget(arn=arn).service == service
        assert TARGET_ARN.fullmatch(arn)

    @pytest.mark.parametrize(
        "arn",
        [
            "deploy",
            "",
            "arn:aws:lambda:us-east-1:111111111111:function:",
            "arn:aws:lambda:us-east-1:111111111111:layer:deploy",
            "arn:aws:ecs:us-east-1:111111111111:cluster/shop",
            "arn:aws:iam::111111111111:role/deploy",
            f"{TOPIC}.fifo",  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
            f"{QUEUE}?",
            f"{FUNCTION}:live:1",
            f"{FUNCTION}:$LATEST",  # "We currently do not support adding policies for $LATEST."
            "arn:aws:states:us-east-1:111111111111:execution:deploy:1",
            f" {FUNCTION}",
        ],
    )
    def test_what_they_do_not_go_to(self, arn):
        assert found(arn=arn) == [("arn", "event-target")]

    @pytest.mark.parametrize("arn", [FUNCTION, MACHINE, QUEUE, TOPIC])
    def test_all_but_a_bus_lie_in_the_account_and_region_of_the_rule(self, arn):
        assert found(arn=arn.replace("us-east-1", "eu-west-1")) == [("arn", "event-target")]
        (problem,) = EventTarget(arn=arn.replace("111111111111", "222222222222")).problems(HERE)
        assert problem.fix.endswith("as in arn:aws:events:us-east-1:222222222222:event-bus/default.")
        assert found(KnownPlace("us-east-1"), arn=arn.replace("111111111111", "222222222222")) == []

    def test_a_bus_lies_in_the_partition_of_the_rule(self):
        assert found(KnownPlace("cn-north-1"), arn=BUS) == [("arn", "event-target")]
        assert found(KnownPlace("us-gov-west-1"), arn=BUS.replace("arn:aws:", "arn:aws-us-gov:")) == []

    def test_what_is_known_at_apply_says_what_it_is(self):
        assert found(arn=TOKEN) == [("arn", "event-target")]
        assert found(arn=TOKEN, kind="lambda") == []
        assert found(arn=TOKEN, kind="ecs") == [("kind", "event-target")]
        assert found(arn=FUNCTION, kind="sqs") == [("kind", "event-target")]
        assert set(KINDS) == {"events", "lambda", "sns", "sqs", "states"}

    @pytest.mark.parametrize(
        ("arn", "expected"),
        [(FUNCTION, (FUNCTION, None)), (f"{FUNCTION}:live", (FUNCTION, "live")), (TOKEN, (TOKEN, None))],
    )
    def test_a_version_or_alias_is_said_by_itself(self, arn, expected):
        """As a statement in a function's policy has it: `aws_lambda_permission.qualifier`."""
        assert EventTarget(arn=arn, kind="lambda").function == expected


class TestHowOftenAndFor:
    @pytest.mark.parametrize(
        ("name", "allowed", "shape"),
        [
            ("maximum_retry_attempts", RETRY_ATTEMPTS, "MaximumRetryAttempts"),
            ("maximum_event_age_in_seconds", EVENT_AGES, "MaximumEventAgeInSeconds"),
        ],
    )
    def test_the_limits_are_those_of_the_api(self, name, allowed, shape):
        known = limits("events", shape)
        assert (known["min"], known["max"]) == (allowed[0], allowed[-1])
        for value in (allowed[0], allowed[-1]):
            assert found(arn=QUEUE, **{name: value}) == []
        for value in (allowed[0] - 1, allowed[-1] + 1):
            assert found(arn=QUEUE, **{name: value}) == [(name, "event-retries")]

    @pytest.mark.parametrize("arn", [f"{QUEUE}.fifo", TOPIC, "undelivered", QUEUE.replace("us-east-1", "eu-west-1")])
    def test_what_undelivered_events_do_not_go_to(self, arn):
        assert found(arn=FUNCTION, dead_letter_arn=arn) == [("dead_letter_arn", "event-dead-letter-queue")]

    def test_the_queue_for_them_must_let_eventbridge_in_which_is_said(self):
        target = EventTarget(arn=FUNCTION, dead_letter_arn=f"{QUEUE}-undelivered")
        assert target.problems(HERE) == []
        assert [(notice.code, notice.severity) for notice in target.notices()] == [("event-dead-letters", "notice")]
        assert EventTarget(arn=FUNCTION).notices() == []

    def test_a_message_group_goes_with_a_fifo_queue(self):
        wrong = [("message_group_id", "event-message-group")]
        assert found(arn=f"{QUEUE}.fifo", message_group_id="deployments") == []
        assert found(arn=f"{QUEUE}.fifo") == wrong
        assert found(arn=QUEUE, message_group_id="deployments") == wrong
        assert found(arn=FUNCTION, message_group_id="deployments") == wrong
        assert found(arn=f"{QUEUE}.fifo", message_group_id="a b") == wrong
        assert found(arn=TOKEN, kind="sqs", message_group_id="deployments") == []

    def test_an_input_is_json_and_no_bus_takes_one(self):
        assert found(arn=FUNCTION, input='{"cluster": "shop"}') == []
        assert found(arn=FUNCTION, input="shop") == [("input", "event-input")]
        assert found(arn=FUNCTION, input=json.dumps("x" * 8191)) == [("input", "event-input")]
        assert found(arn=BUS, input="{}") == [("input", "event-input")]

    @pytest.mark.parametrize("role", ["deploy", "arn:aws:iam::222222222222:role/deploy", QUEUE])
    def test_a_role_is_one_of_the_account(self, role):
        assert found(arn=QUEUE, role_arn=role) == [("role_arn", "event-role")]
        assert found(arn=QUEUE, role_arn="arn:aws:iam::111111111111:role/deploy") == []


class TestPermissions:
    @pytest.mark.parametrize(
        ("arn", "action"),
        [
            (MACHINE, "states:StartExecution"),
            (QUEUE, "sqs:SendMessage"),
            (TOPIC, "sns:Publish"),
            (BUS, "events:PutEvents"),
        ],
    )
    def test_a_role_can_reach_this_target_and_nothing_else(self, arn, action):
        (statement,) = target_statements(EventTarget(arn=arn))
        assert (statement.actions, statement.resources) == ((action,), (arn,))
        assert not parliament.analyze_policy_string(render_policy([statement])).findings

    def test_a_function_needs_no_role(self):
        assert target_statements(EventTarget(arn=FUNCTION)) == []

    def test_it_trusts_eventbridge_on_behalf_of_these_rules(self):
        (statement,) = json.loads(render_policy(trust_statements("111111111111", rule_arn(HERE, "shop-*"))))[
            "Statement"
        ]
        assert statement["Principal"] == {"Service": "events.amazonaws.com"}
        assert statement["Condition"] == {
            "StringEquals": {"aws:SourceAccount": "111111111111"},
            "ArnLike": {"aws:SourceArn": "arn:aws:events:us-east-1:111111111111:rule/shop-*"},
        }


class TestNames:
    def test_arns_of_buses_and_rules(self):
        assert bus_arn(HERE) == "arn:aws:events:us-east-1:111111111111:event-bus/default"
        assert bus_arn(KnownPlace("cn-north-1", "111111111111"), "shop").startswith("arn:aws-cn:events:cn-north-1:")
        assert rule_arn(HERE, "a", "shop") == "arn:aws:events:us-east-1:111111111111:rule/shop/a"

    @pytest.mark.parametrize("name", ["a", "shop-dev_1.deploy", "x" * 64, "x" * 65, "", "a b", "a/b", "a\n"])
    def test_names_of_rules_are_those_of_the_api(self, name):
        assert (check_rule_name(name, "name") == []) == takes("events", "RuleName", name)

    @pytest.mark.parametrize("name", ["a", "aws.partner/x.com/1", "x" * 256, "x" * 257, "", "a b", "a:b"])
    def test_names_of_buses_are_those_of_the_api(self, name):
        assert (check_bus_name(name, "event_bus_name") == []) == takes("events", "EventBusName", name)
