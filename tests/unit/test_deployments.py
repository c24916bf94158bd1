"""What deploys workloads: which events do, which do not, and who may ask for it."""

import json

import parliament
import pytest

from ecr_constructs.config.desired import deployments_of
from ecr_constructs.core.events.deployments import (
    LONGEST_NAME,
    Deployment,
    put_deployment_event_statements,
)
from ecr_constructs.core.events.forwards import EventForward
from ecr_constructs.core.events.patterns import image_pushed
from ecr_constructs.core.events.targets import EventTarget
from ecr_constructs.core.events.workloads import Workload
from ecr_constructs.core.iam import render_policy
from ecr_constructs.core.places import KnownPlace
from tests.unit.aws_events import ACCOUNT, SAMPLES, like, matches, put_event
from tests.unit.aws_models import takes

HERE = KnownPlace("us-west-2", ACCOUNT)
FUNCTION = f"arn:aws:lambda:us-west-2:{ACCOUNT}:function:deploy"


def workload(name="web", repository="my-repository-name", aliases=(), account=ACCOUNT):
    return Workload.of_arn(name, f"arn:aws:ecr:us-west-2:{account}:repository/{repository}", HERE, aliases)


def deployment(trigger="push", *workloads, **changes):
    arguments = {"name": "shop-dev-deploy", "trigger": trigger, "target": EventTarget(arn=FUNCTION)}
    return Deployment(**{**arguments, "workloads": workloads or (workload(),), **changes})


def deployed(wanted, event, place=HERE):
    """Return the workloads that an event deploys."""
    return [rule.workload for rule in wanted.rules(place) if matches(rule.pattern, event)]


def found(wanted, place=HERE):
    return [(problem.key, problem.code) for problem in wanted.problems(place)]


TWO = (workload(), workload("service_api", "shop/api", ("api",)))


class TestPush:
    def test_a_push_of_the_tag_deploys_its_workload_alone(self):
        wanted = deployment("push", *TWO)
        assert deployed(wanted, SAMPLES["push"]) == ["web"]
        assert deployed(wanted, like("push", repository_name="shop/api")) == ["service_api"]
        assert deployed(wanted, like("push", image_tag="v1")) == []
        assert deployed(wanted, like("push", "image-tag")) == []
        assert deployed(deployment("push", *TWO, tags=("v*",)), like("push", image_tag="v1")) == ["web"]

    @pytest.mark.parametrize("event", [each for name, each in SAMPLES.items() if name != "push"])
    def test_nothing_else_deploys(self, event):
        assert deployed(deployment("push", *TWO), event) == []

    def test_no_event_that_asks_for_it_does(self):
        assert deployed(deployment("push", *TWO), put_event(service="web", tag="latest")) == []

    def test_two_workloads_of_one_repository_are_both_deployed(self):
        wanted = deployment("push", workload(), workload("task_web"))
        assert deployed(wanted, SAMPLES["push"]) == ["web", "task_web"]

    def test_a_push_in_another_account_deploys_where_the_repositories_are_there(self):
        source = "222222222222"
        wanted = deployment("push", workload(account=source), sender_account_ids=(source,))
        assert deployed(wanted, like("push", account=source)) == ["web"]
        assert deployed(wanted, SAMPLES["push"]) == []


class TestEvent:
    def test_an_event_deploys_the_workload_that_it_names(self):
        wanted = deployment("event", *TWO)
        assert deployed(wanted, put_event(service="web", tag="git-abc123f")) == ["web"]
        assert deployed(wanted, put_event(service="service_api", tag="v1")) == ["service_api"]
        assert deployed(wanted, put_event(service="api", tag="v1")) == ["service_api"]

    @pytest.mark.parametrize(
        "event",
        [
            *SAMPLES.values(),
            put_event(service="other", tag="v1"),
            put_event(service="web"),
            put_event(tag="v1"),
            put_event("action.staging", service="web", tag="v1"),
            put_event(kind="ROLLBACK", service="web", tag="v1"),
            put_event(account="999999999999", service="web", tag="v1"),
        ],
    )
    def test_nothing_else_deploys_and_no_push_above_all(self, event):
        assert deployed(deployment("event", *TWO), event) == []

    def test_with_a_source_and_detail_type_of_ones_own(self):
        wanted = deployment("event", source="ci.shop", detail_type="Deploy now")
        assert deployed(wanted, put_event("ci.shop", "Deploy now", service="web", tag="v1")) == ["web"]
        assert deployed(wanted, put_event(service="web", tag="v1")) == []


class TestRules:
    @pytest.mark.parametrize("trigger", ["push", "event"])
    def test_names_are_unique_and_those_that_eventbridge_takes(self, trigger):
        names = ["web", "team/api", "team-api", "team_api", "x" * 30, "x" * 31, "1"]
        longest = deployment(trigger, *(workload(each) for each in names), name="n" * LONGEST_NAME)
        rules = longest.rules(HERE)
        assert len({rule.name for rule in rules}) == len(names)
        assert all(takes("events", "RuleName", rule.name) for rule in rules)
        assert all(rule.name.startswith(longest.rules_prefix[:-1]) for rule in rules)
        assert all(takes("events", "RuleDescription", rule.description) for rule in rules)
        assert longest.problems(HERE) == []

    def test_the_rule_of_a_workload_does_not_depend_on_the_others(self):
        (alone,) = deployment("push", TWO[1]).rules(HERE)
        assert alone in deployment("push", *TWO).rules(HERE)

    def test_each_is_told_what_to_deploy(self):
        push, event = (deployment(trigger).rules(HERE)[0].input.template for trigger in ("push", "event"))
        url = f"{ACCOUNT}.dkr.ecr.us-west-2.amazonaws.com/my-repository-name"
        assert json.loads(push)["image"] == f"{url}@<digest>"
        assert json.loads(event)["image"] == f"{url}:<tag>"
        assert json.loads(push)["workload"] == json.loads(event)["workload"] == "web"


class TestMistakes:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"name": "a b"}, ("name", "event-rule-name")),
            ({"name": "n" * (LONGEST_NAME + 1)}, ("name", "event-rule-name")),
            ({"trigger": "schedule"}, ("trigger", "deployment-trigger")),
            ({"target": EventTarget(arn="deploy")}, ("target_arn", "event-target")),
            (
                {"target": EventTarget(arn=FUNCTION, maximum_retry_attempts=-1)},
                ("maximum_retry_attempts", "event-retries"),
            ),
            (
                {"target": EventTarget(arn=f"arn:aws:events:us-west-2:{ACCOUNT}:event-bus/default")},
                ("target_arn", "event-target"),
            ),
            ({"tags": ()}, ("tags", "event-tags")),
            ({"tags": ("a b",)}, ("tags[0]", "event-tags")),
            ({"source": "aws.ecr"}, ("source", "deployment-event")),
            ({"source": "a b"}, ("source", "deployment-event")),
            ({"detail_type": " x"}, ("detail_type", "deployment-event")),
            ({"event_bus_name": "a b"}, ("event_bus_name", "event-bus")),
            ({"event_bus_name": "shop"}, ("event_bus_name", "event-bus")),
            ({"sender_account_ids": ("1",)}, ("sender_account_ids[0]", "account-id")),
            ({"workloads": ()}, ("repositories", "deployment-repositories")),
            ({"workloads": (workload(), workload())}, ("workloads", "deployment-workloads")),
            ({"workloads": (workload(), workload("a", aliases=("web",)))}, ("workloads", "deployment-workloads")),
            ({"tags": tuple(f"{number:03}" + "x" * 100 for number in range(20))}, ("tags", "event-pattern")),
        ],
    )
    def test_each_is_said_at_its_argument(self, changes, expected):
        assert found(deployment(**changes)) == [expected]

    def test_events_may_arrive_at_a_bus_of_ones_own_but_the_registrys_own_pushes_do_not(self):
        assert found(deployment("event", event_bus_name="shop")) == []
        assert found(deployment("push", workload(account="222222222222"), event_bus_name="shop")) == []


class TestWhoMayAsk:
    def test_for_this_event_on_this_bus_and_nothing_else(self):
        (statement,) = put_deployment_event_statements(HERE)
        assert statement.actions == ("events:PutEvents",)
        assert statement.resources == (f"arn:aws:events:us-west-2:{ACCOUNT}:event-bus/default",)
        assert statement.conditions == {
            "StringEquals": {"events:source": "action.production", "events:detail-type": "DEPLOY"}
        }

    def test_parliament_finds_nothing_and_would(self):
        text = render_policy(put_deployment_event_statements(HERE, event_bus_name="shop", source="ci.shop"))
        assert [str(each) for each in parliament.analyze_policy_string(text).findings] == []
        assert parliament.analyze_policy_string(text.replace("events:source", "events:origin")).findings

    def test_what_it_allows_is_what_deploys(self):
        """The condition and the pattern name one event."""
        wanted = deployment("event", source="ci.shop", detail_type="GO", event_bus_name="shop")
        (rule,) = wanted.rules(HERE)
        (statement,) = put_deployment_event_statements(
            HERE, event_bus_name=wanted.event_bus_name, source=wanted.source, detail_type=wanted.detail_type
        )
        said = statement.conditions["StringEquals"]
        assert ([said["events:source"]], [said["events:detail-type"]]) == (
            rule.pattern["source"],
            rule.pattern["detail-type"],
        )


class TestForward:
    FORWARD = EventForward(
        rule_name="shop-dev-forward-staging",
        environment="staging",
        account_id=ACCOUNT,
        region="us-west-2",
        repository_names=("my-repository-name", "shop/api"),
        tags=("latest",),
        to=KnownPlace("eu-west-1", "222222222222"),
    )

    def test_what_deploys_there_is_handed_on(self):
        pattern = self.FORWARD.rule.event_pattern
        assert self.FORWARD.problems(HERE) == []
        assert [name for name, event in SAMPLES.items() if matches(pattern, event)] == ["push"]
        assert self.FORWARD.rule.target.arn == "arn:aws:events:eu-west-1:222222222222:event-bus/default"

    @pytest.mark.parametrize("name", FORWARD.repository_names)
    def test_it_hands_on_whatever_the_rules_there_match(self, name):
        there = image_pushed(name, ["latest"], account_id=ACCOUNT, region="us-west-2")
        event = like("push", repository_name=name)
        assert matches(there, event)
        assert matches(self.FORWARD.rule.event_pattern, event)


@pytest.mark.parametrize(
    ("workloads", "asked"),
    [
        ("services: [api]", {"service_api": ["api"]}),
        ("services: [api]\ntasks: [nightly]", {"service_api": ["api"], "task_nightly": ["nightly"]}),
        ("services: [api]\ntasks: [api]", {"service_api": [], "task_api": []}),
        ("services: [api]\necr_repositories: {api: }", {"service_api": [], "api": []}),
    ],
)
def test_an_event_may_call_a_workload_as_the_file_does_where_that_means_one_alone(declare, workloads, asked):
    target = "arn:aws:lambda:us-east-1:111111111111:function:deploy"
    environment = declare(f"{workloads}\necr_deployments: {{trigger: event, target_arn: {target!r}}}\n")
    (wanted,) = deployments_of(environment)
    assert {each.name: [*each.aliases] for each in wanted.value.workloads} == asked
