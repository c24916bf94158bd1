"""What deploys workloads, as a construct and as three environment files that know of each other."""

from __future__ import annotations

import json

import parliament
import pytest

from ecr_constructs import DeploymentEvents, EventTarget, InvalidInput, Repository
from ecr_constructs.adoption.fixed import fixed_of
from ecr_constructs.config.load import load_environments
from stacks.app import build_app
from tests.constructs.synthesised import OTHER, OWN, THIRD, codes, every, only, synth
from tests.unit.aws_events import like, matches, put_event

FUNCTION = f"arn:aws:lambda:us-east-1:{OWN}:function:deploy"
QUEUE = f"arn:aws:sqs:us-east-1:{OWN}:deploy"
API = f"arn:aws:ecr:us-east-1:{OWN}:repository/shop/api"


def deploy(stack, construct="Deploy", **arguments):
    said = {"name": "shop-dev-deploy", "trigger": "push", "target": FUNCTION, "repositories": [API], "logical_id": "d"}
    return DeploymentEvents(stack, construct, **{**said, **arguments})


def patterns(document):
    found = document["resource"].get("aws_cloudwatch_event_rule", {})
    return {name: json.loads(each["event_pattern"]) for name, each in found.items()}


class TestConstruct:
    def test_a_rule_and_a_target_for_each_workload_and_one_permission(self, stack):
        web = Repository(stack, "Web", repository_name="shop/web", logical_id="web")
        made = deploy(stack, repositories=[web, API])
        rules = every(stack, "aws_cloudwatch_event_rule")
        assert set(rules) == {"d_shop_S_web", "d_shop_S_api"}
        assert len({each["name"] for each in rules.values()}) == 2
        assert set(every(stack, "aws_cloudwatch_event_target")) == set(rules)
        assert set(made.rules) == set(made.rule_arns) == {"shop/web", "shop/api"}
        permission = only(stack, "aws_lambda_permission")
        assert permission["source_arn"] == f"arn:aws:events:us-east-1:{OWN}:rule/shop-dev-deploy-*"
        assert all(each["name"].startswith("shop-dev-deploy-") for each in rules.values())

    def test_workloads_have_names_of_their_own(self, stack):
        made = deploy(stack, trigger="event", workloads=["api"], aliases={"api": ["rest"]})
        assert set(made.rules) == {"api"}
        (pattern,) = patterns(synth(stack)).values()
        assert matches(pattern, put_event(account=OWN, service="rest", tag="v1"))

    def test_one_role_for_all_rules_of_a_queue(self, stack):
        deploy(stack, target=EventTarget(arn=QUEUE), repositories=[API, f"{API}2"])
        trust = json.loads(only(stack, "aws_iam_role")["assume_role_policy"])["Statement"][0]
        assert trust["Condition"]["ArnLike"] == {
            "aws:SourceArn": f"arn:aws:events:us-east-1:{OWN}:rule/shop-dev-deploy-*"
        }
        found = every(stack, "aws_cloudwatch_event_target").values()
        assert {each["role_arn"] for each in found} == {"${aws_iam_role.d.arn}"}

    def test_another_account_gets_a_statement_of_its_own_in_the_policy_of_the_bus(self, stack):
        deploy(stack, repositories=[API.replace(OWN, OTHER)], sender_account_ids=[OTHER], event_bus_name="shop")
        assert every(stack, "aws_cloudwatch_event_permission") == {
            f"d_{OTHER}": {
                "statement_id": f"shop-dev-deploy-{OTHER}",
                "principal": OTHER,
                "event_bus_name": "shop",
            }
        }
        assert "aws_cloudwatch_event_bus_policy" not in synth(stack)["resource"]
        (permission,) = every(stack, "aws_lambda_permission").values()
        assert permission["source_arn"].endswith(":rule/shop/shop-dev-deploy-*")

    def test_addresses_come_from_names_alone(self, make_stack):
        first, second = make_stack("first"), make_stack("second")
        deploy(first, repositories=[API, f"{API}2"])
        deploy(second, repositories=[f"{API}3", f"{API}2", API])
        for kind in ("aws_cloudwatch_event_rule", "aws_cloudwatch_event_target"):
            assert every(first, kind).items() <= every(second, kind).items()

    def test_everything_wrong_is_reported_at_once(self, stack):
        with pytest.raises(InvalidInput) as caught:
            deploy(
                stack,
                name="a b",
                trigger="never",
                target=EventTarget(arn="deploy", maximum_retry_attempts=200),
                tags=["a**"],
                source="aws.ecr",
                resource_tags={"aws:x": "y"},
            )
        assert codes(caught) == [
            ("name", "event-rule-name"),
            ("trigger", "deployment-trigger"),
            ("target.arn", "event-target"),
            ("target.maximum_retry_attempts", "event-retries"),
            ("tags[0]", "event-tags"),
            ("source", "deployment-event"),
            ("resource_tags.aws:x", "tags"),
        ]

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ({"repositories": ["shop/web"]}, ("repositories[0]", "repository-arn")),
            ({"repositories": ["${var.arn}"]}, ("repositories[0]", "repository-arn")),
            ({"repositories": []}, ("repositories", "deployment-repositories")),
            ({"workloads": ["a", "b"]}, ("workloads", "deployment-workloads")),
            ({"workloads": ["${var.name}"]}, ("workloads[0]", "known-at-synthesis")),
            ({"target": 7}, ("target", "event-target")),
        ],
    )
    def test_what_cannot_be_deployed(self, stack, arguments, expected):
        with pytest.raises(InvalidInput) as caught:
            deploy(stack, **arguments)
        assert codes(caught) == [expected]

    @pytest.mark.parametrize(
        ("trigger", "arguments"),
        [("event", {"tags": ["latest"]}), ("push", {"source": "ci"}), ("push", {"detail_type": "A"})],
    )
    def test_what_the_other_trigger_would_need_is_refused_as_in_a_file(self, stack, trigger, arguments):
        with pytest.raises(InvalidInput) as error:
            deploy(stack, trigger=trigger, **arguments)
        assert codes(error) == [(*arguments, "deployment-unused")]

    def test_a_second_one_of_a_name_is_refused(self, stack):
        deploy(stack)
        with pytest.raises(InvalidInput) as caught:
            deploy(stack, "Second", logical_id="e")
        assert codes(caught) == [("name", "one-per-registry")]


HEAD = "project: shop\nenv: {0}\nregion: {1}\naccount_id: '{2}'\n"
DEV = HEAD.format("dev", "us-east-1", OWN) + (
    f"ecr_trusted_accounts: [{{account_id: '{OTHER}'}}, {{account_id: '{THIRD}'}}]\nbackend: true\nservices: [api]\n"
    f"ecr_deployments: {{trigger: push, target_arn: '{FUNCTION}'}}\n"
)
FROM_DEV = "ecr_strategy: cross_account\necr_source_env: dev\necr_deployments: {{trigger: {0}, target_arn: '{1}'}}\n"
FLOW = {
    "dev": DEV,
    "staging": HEAD.format("staging", "eu-west-1", OTHER)
    + FROM_DEV.format("push", f"arn:aws:sqs:eu-west-1:{OTHER}:deploy"),
    "prod": HEAD.format("prod", "us-east-1", THIRD)
    + FROM_DEV.format("event", f"arn:aws:states:us-east-1:{THIRD}:stateMachine:deploy"),
}
PUSH = like("push", account=OWN, region="us-east-1", repository_name="shop_service_api")


@pytest.fixture
def synthesise(tmp_path):
    """Return a function that makes the documents of environment files."""

    def make(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        build_app(load_environments(tmp_path), outdir=str(tmp_path / "out")).synth()
        return {name: json.loads((tmp_path / f"out/stacks/{name}/cdk.tf.json").read_text()) for name in files}

    return make


def targets_of(document, event):
    """Return where an event goes from the rules of a stack."""
    matching = [name for name, pattern in patterns(document).items() if matches(pattern, event)]
    return [document["resource"]["aws_cloudwatch_event_target"][name]["arn"] for name in matching]


class TestThreeEnvironments:
    def test_a_push_deploys_dev_and_is_handed_on_to_the_bus_of_staging(self, synthesise):
        dev = synthesise(**FLOW)["dev"]
        assert targets_of(dev, PUSH) == [FUNCTION, f"arn:aws:events:eu-west-1:{OTHER}:event-bus/default"]
        assert targets_of(dev, like("push", account=OWN, region="us-east-1", repository_name="other")) == []

    def test_the_role_for_it_can_reach_that_bus_alone(self, synthesise):
        resources = synthesise(**FLOW)["dev"]["resource"]
        policy = resources["aws_iam_role_policy"]["ecr_forward_staging"]["policy"]
        (statement,) = json.loads(policy)["Statement"]
        assert (statement["Action"], statement["Resource"]) == (
            "events:PutEvents",
            f"arn:aws:events:eu-west-1:{OTHER}:event-bus/default",
        )
        assert not parliament.analyze_policy_string(policy).findings

    def test_staging_lets_dev_in_and_deploys_what_comes_from_there(self, synthesise):
        staging = synthesise(**FLOW)["staging"]
        (permission,) = staging["resource"]["aws_cloudwatch_event_permission"].values()
        assert permission["principal"] == OWN
        assert targets_of(staging, PUSH) == [f"arn:aws:sqs:eu-west-1:{OTHER}:deploy"]
        assert targets_of(staging, {**PUSH, "account": OTHER}) == []

    def test_production_is_deployed_by_the_event_alone(self, synthesise):
        prod = synthesise(**FLOW)["prod"]
        machine = f"arn:aws:states:us-east-1:{THIRD}:stateMachine:deploy"
        assert targets_of(prod, put_event(account=THIRD, service="api", tag="git-abc123f")) == [machine]
        assert targets_of(prod, put_event(account=OWN, service="api", tag="git-abc123f")) == []
        assert targets_of(prod, PUSH) == []
        assert "aws_cloudwatch_event_permission" not in prod["resource"]

    def test_the_event_of_production_deploys_nothing_else(self, synthesise):
        documents = synthesise(**FLOW)
        for name, account in (("dev", OWN), ("staging", OTHER)):
            assert targets_of(documents[name], put_event(account=account, service="api", tag="v1")) == []

    def test_outputs_name_the_rules(self, synthesise):
        documents = synthesise(**FLOW)
        for name in FLOW:
            shown = documents[name]["output"]["ecr_deployment_rule_arns"]["value"]
            assert set(shown) == {"backend", "service_api"}
        assert set(documents["dev"]["output"]["ecr_forward_rule_arns"]["value"]) == {"staging"}

    def test_in_one_account_and_region_nothing_is_handed_on(self, synthesise):
        beside = FLOW["staging"].replace(OTHER, OWN).replace("eu-west-1", "us-east-1")
        documents = synthesise(dev=DEV, staging=beside + "ecr_ssm_prefix: /staging\n")
        assert "ecr_forward_staging" not in documents["dev"]["resource"]["aws_cloudwatch_event_rule"]
        assert "aws_cloudwatch_event_permission" not in documents["staging"]["resource"]
        assert targets_of(documents["staging"], PUSH) == [QUEUE]

    def test_to_another_region_of_the_account_no_statement_is_needed(self, synthesise):
        documents = synthesise(dev=DEV, staging=FLOW["staging"].replace(OTHER, OWN))
        assert targets_of(documents["dev"], PUSH)[1] == f"arn:aws:events:eu-west-1:{OWN}:event-bus/default"
        assert "aws_cloudwatch_event_permission" not in documents["staging"]["resource"]

    def test_of_some_repositories_the_others_are_left_out(self, synthesise):
        some = FLOW["staging"].replace("{trigger", "{repositories: [backend], tags: ['v*'], trigger")
        documents = synthesise(dev=DEV, staging=some)
        pattern = patterns(documents["dev"])["ecr_forward_staging"]
        assert pattern["detail"]["repository-name"] == ["shop_backend"]
        assert pattern["detail"]["image-tag"] == [{"prefix": "v"}]
        assert set(patterns(documents["staging"])) == {"ecr_deployments_backend"}

    def test_where_the_account_of_dev_is_not_said_it_is_asked_for(self, synthesise):
        text = DEV.replace(f"account_id: '{OWN}'\n", "", 1)
        dev = synthesise(dev=text)["dev"]
        for pattern in patterns(dev).values():
            assert pattern["account"] == ["${data.aws_caller_identity.EcrCallerIdentity.account_id}"]
        templates = [each["input_transformer"] for each in dev["resource"]["aws_cloudwatch_event_target"].values()]
        assert all("EcrCallerIdentity.account_id}.dkr.ecr.us-east-1." in each["input_template"] for each in templates)

    @staticmethod
    def with_tags(length, number=14):
        """Return files of many repositories, and tags of a length."""
        many = ", ".join(f"service-{number:03}" for number in range(70))
        tags = ", ".join(f"t{each:02}{'x' * length}" for each in range(number))
        staging = FLOW["staging"].replace("{trigger", f"{{tags: [{tags}], trigger")
        return {"dev": DEV.replace("services: [api]", f"services: [{many}]"), "staging": staging}

    def test_repositories_that_no_pattern_holds_are_handed_on_by_what_they_begin_with(self, synthesise):
        forward = patterns(synthesise(**self.with_tags(60))["dev"])["ecr_forward_staging"]
        assert forward["detail"]["repository-name"] == [{"prefix": "shop_"}]

    def test_what_no_pattern_holds_is_said_of_the_file_that_asks_for_it(self, synthesise):
        with pytest.raises(InvalidInput) as caught:
            synthesise(**self.with_tags(120, 17))
        assert {problem.code for problem in caught.value.problems} == {"event-pattern"}
        assert {problem.key for problem in caught.value.problems} == {"ecr_deployments.tags"}
        assert all("staging.yaml" in problem.source for problem in caught.value.problems)

    def test_what_exists_under_the_names_of_the_rules_is_found_by_adopt(self, synthesise, tmp_path):
        dev = synthesise(**FLOW)["dev"]["resource"]["aws_cloudwatch_event_rule"]
        environment = next(each for each in load_environments(tmp_path) if each.name == "dev")
        found = {each.address: each.name for each in fixed_of(environment)}
        assert found == {f"aws_cloudwatch_event_rule.{name}": body["name"] for name, body in dev.items()}
