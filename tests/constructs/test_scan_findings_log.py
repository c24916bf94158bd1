"""The findings log: rules, log group, one policy for all rules, and a topic for alerts."""

from __future__ import annotations

import json

import parliament
import pytest

from ecr_constructs import InvalidInput, Repository, RepositoryKey, ScanFindingsLog
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import Construct, TerraformVariable
from ecr_constructs.core.registry.finding_events import alert_patterns, log_patterns
from tests.constructs.synthesised import OWN, codes, every, only, synth

KEY = f"arn:aws:kms:us-east-1:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TOPIC = f"arn:aws:sns:us-east-1:{OWN}:security"
LOGGED = {"basic-scans", "enhanced-findings", "enhanced-scans"}
ALERTED = {"basic-alerts", "enhanced-alerts"}


def log(scope, construct="Findings", **arguments):
    return ScanFindingsLog(scope, construct, **{"logical_id": "findings", **arguments})


def rules(stack):
    """Return the patterns by the names of their rules."""
    found = every(stack, "aws_cloudwatch_event_rule").values()
    return {each["name"]: json.loads(each["event_pattern"]) for each in found}


def targets(stack):
    """Return where each rule's events go."""
    found = every(stack, "aws_cloudwatch_event_target")
    return {name.removeprefix("findings_"): each["arn"] for name, each in found.items()}


def policy(stack, kind, attribute="policy"):
    return json.loads(only(stack, kind)[attribute])


class TestLog:
    def test_a_log_group_under_aws_events_keeps_findings_for_a_month(self, stack):
        log(stack)
        assert only(stack, "aws_cloudwatch_log_group") == {
            "name": "/aws/events/ecr/findings",
            "retention_in_days": 30,
        }

    def test_there_is_a_rule_for_each_kind_of_event(self, stack):
        log(stack)
        assert rules(stack) == {f"ecr-findings-{name}": pattern for name, pattern in log_patterns().items()}
        assert set(log_patterns()) == LOGGED

    def test_each_rule_writes_whole_events_into_the_group_without_a_role(self, stack):
        log(stack)
        found = every(stack, "aws_cloudwatch_event_target")
        for name in LOGGED:
            end = name.replace("-", "_")
            assert found[f"findings_{end}"] == {
                "arn": "${aws_cloudwatch_log_group.findings.arn}",
                "rule": f"${{aws_cloudwatch_event_rule.findings_{end}.name}}",
                "target_id": "findings",
            }

    def test_one_policy_lets_eventbridge_write_what_these_rules_match(self, stack):
        log(stack, alert_severity="HIGH")
        create, put = policy(stack, "aws_cloudwatch_log_resource_policy", "policy_document")["Statement"]
        group = "${aws_cloudwatch_log_group.findings.arn}:*"
        services = {"Service": ["delivery.logs.amazonaws.com", "events.amazonaws.com"]}
        assert (create["Action"], create["Resource"], create["Principal"]) == ("logs:CreateLogStream", group, services)
        assert (put["Action"], put["Resource"], put["Principal"]) == ("logs:PutLogEvents", group, services)
        assert put["Condition"]["ArnEquals"]["aws:SourceArn"] == [
            f"${{aws_cloudwatch_event_rule.findings_{name.replace('-', '_')}.arn}}" for name in sorted(LOGGED)
        ]

    def test_everything_is_named_after_the_log_group(self, stack):
        log(stack, log_group_name="/aws/events/ecr/prod.findings", alert_severity="LOW")
        assert set(rules(stack)) == {f"ecr-prod-findings-{name}" for name in LOGGED | ALERTED}
        assert only(stack, "aws_sns_topic")["name"] == "ecr-prod-findings"
        assert only(stack, "aws_cloudwatch_log_resource_policy")["policy_name"] == "ecr-prod-findings"

    def test_retention_key_and_tags(self, stack):
        log(stack, retention_in_days=0, kms_key=KEY, tags={"Team": "security"}, alert_severity="HIGH")
        group = only(stack, "aws_cloudwatch_log_group")
        assert (group["retention_in_days"], group["kms_key_id"]) == (0, KEY)
        tagged = [group, only(stack, "aws_sns_topic"), *every(stack, "aws_cloudwatch_event_rule").values()]
        assert [each["tags"] for each in tagged] == [{"Team": "security"}] * 7

    def test_of_some_repositories(self, stack):
        web = Repository(stack, "Web", repository_name="shop/web")
        log(stack, repositories=[web, "api"], alert_severity="HIGH")
        expected = {**log_patterns(["shop/web", "api"]), **alert_patterns("HIGH", ["shop/web", "api"])}
        assert rules(stack) == {f"ecr-findings-{name}": pattern for name, pattern in expected.items()}

    def test_values_may_be_known_later(self, stack):
        name, days, key = (
            TerraformVariable(stack, "name", type="string").string_value,
            TerraformVariable(stack, "days", type="number").number_value,
            TerraformVariable(stack, "key", type="string").string_value,
        )
        log(stack, log_group_name=name, retention_in_days=days, kms_key=key, repositories=[name])
        group = only(stack, "aws_cloudwatch_log_group")
        assert group == {"name": "${var.name}", "retention_in_days": "${var.days}", "kms_key_id": "${var.key}"}
        found = every(stack, "aws_cloudwatch_event_rule")
        assert not any("name" in each for each in found.values())
        pattern = json.loads(found["findings_basic_scans"]["event_pattern"])
        assert pattern["detail"] == {"repository-name": ["${var.name}"]}

    def test_with_a_provider_of_its_own(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there")
        log(stack, provider=there, alert_severity="HIGH")
        kinds = [kind for kind in synth(stack)["resource"] if kind != "provider"]
        assert len(kinds) == 6
        assert {each["provider"] for kind in kinds for each in every(stack, kind).values()} == {"aws.there"}

    def test_without_a_logical_id_names_are_those_of_cdktf(self, stack):
        log(stack, logical_id=None)
        assert "findings" not in every(stack, "aws_cloudwatch_log_group")


class TestAlerts:
    def test_without_a_severity_nobody_is_told(self, stack):
        made = log(stack)
        assert "aws_sns_topic" not in synth(stack)["resource"]
        assert (made.topic, made.topic_arn) == (None, None)
        assert set(rules(stack)) == {f"ecr-findings-{name}" for name in LOGGED}

    def test_from_a_severity_on_a_topic_is_told_in_words(self, stack):
        log(stack, alert_severity="HIGH")
        found = rules(stack)
        for name, pattern in alert_patterns("HIGH").items():
            assert found[f"ecr-findings-{name}"] == pattern
        assert {name: targets(stack)[name.replace("-", "_")] for name in ALERTED} == dict.fromkeys(
            ALERTED, "${aws_sns_topic.findings.arn}"
        )
        words = every(stack, "aws_cloudwatch_event_target")
        basic, enhanced = (words[f"findings_{name}_alerts"]["input_transformer"] for name in ("basic", "enhanced"))
        assert json.loads(basic["input_template"]).startswith("ECR's scan found")
        assert json.loads(enhanced["input_template"]).startswith("Amazon Inspector found <title> (<severity>)")
        assert basic["input_paths"]["repository"] == "$.detail.repository-name"

    def test_eventbridge_may_publish_to_the_topic(self, stack):
        log(stack, alert_severity="HIGH")
        (statement,) = policy(stack, "aws_sns_topic_policy")["Statement"]
        assert statement["Principal"] == {"Service": "events.amazonaws.com"}
        assert (statement["Action"], statement["Resource"]) == ("sns:Publish", "${aws_sns_topic.findings.arn}")
        # AWS: none in the policy of a topic for EventBridge.
        assert "Condition" not in statement

    def test_a_topic_that_exists_is_left_as_it_is(self, stack):
        made = log(stack, alert_severity="CRITICAL", topic_arn=TOPIC)
        assert not {"aws_sns_topic", "aws_sns_topic_policy"} & set(synth(stack)["resource"])
        assert {targets(stack)[name.replace("-", "_")] for name in ALERTED} == {TOPIC}
        assert (made.topic, made.topic_arn) == (None, TOPIC)

    def test_a_topic_is_encrypted_with_a_key_of_its_own_or_not_at_all(self, stack, make_stack):
        log(stack, alert_severity="HIGH", topic_kms_key=KEY)
        assert only(stack, "aws_sns_topic")["kms_master_key_id"] == KEY
        other = make_stack("other")
        log(other, alert_severity="HIGH")
        assert "kms_master_key_id" not in only(other, "aws_sns_topic")

    def test_a_key_made_here_can_serve_both(self, stack):
        key = RepositoryKey(stack, "Key", alias="alias/ecr", logical_id="ecr")
        key.allow_log_group("/aws/events/ecr/findings")
        key.allow_alerts()
        log(stack, kms_key=key.arn, alert_severity="HIGH", topic_kms_key=key.arn)
        reference = "${aws_kms_key.ecr.arn}"
        assert only(stack, "aws_cloudwatch_log_group")["kms_key_id"] == reference
        assert only(stack, "aws_sns_topic")["kms_master_key_id"] == reference


class TestOnePerRegistry:
    def test_a_second_one_is_refused_and_both_are_named(self, stack):
        log(Construct(stack, "Team"), "Log")
        with pytest.raises(InvalidInput, match=r"^dev/Second: .* dev/Team/Log has one already") as caught:
            log(stack, "Second", logical_id=None, log_group_name="/aws/events/other")
        assert codes(caught) == [("", "one-per-registry")]

    def test_each_provider_has_its_own(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there")
        log(stack)
        log(stack, "Second", logical_id="there", provider=there)
        assert set(every(stack, "aws_cloudwatch_log_group")) == {"findings", "there"}


class TestRefusals:
    def test_everything_wrong_is_reported_at_once_with_its_place(self, stack):
        with pytest.raises(InvalidInput) as caught:
            log(
                stack,
                log_group_name="findings",
                retention_in_days=31,
                kms_key="alias/x",
                alert_severity="BAD",
                repositories=["web", "Web"],
                tags={"aws:x": "y"},
            )
        assert codes(caught) == [
            ("log_group_name", "log-group-name"),
            ("retention_in_days", "log-retention"),
            ("kms_key", "kms-key"),
            ("alert_severity", "alert-severity"),
            ("repositories[1]", "repository-name"),
            ("tags.aws:x", "tags"),
        ]
        assert {problem.source for problem in caught.value.problems} == {"dev/Findings"}

    def test_no_repositories_at_all(self, stack):
        with pytest.raises(InvalidInput) as caught:
            log(stack, repositories=[])
        assert codes(caught) == [("repositories", "findings-repositories")]

    def test_more_repositories_than_a_pattern_holds(self, stack):
        with pytest.raises(InvalidInput) as caught:
            log(stack, repositories=[f"team/service-{number:03}" for number in range(100)], alert_severity="LOW")
        assert codes(caught) == [("repositories", "findings-pattern")]

    def test_the_patterns_of_alerts_count_as_well(self, stack):
        names = [f"{number}{'a' * 247}" for number in range(7)]
        with pytest.raises(InvalidInput) as caught:
            log(stack, repositories=names, alert_severity="UNDEFINED")
        assert codes(caught) == [("repositories", "findings-pattern")]

    def test_without_alerts_the_same_repositories_fit(self, stack):
        log(stack, repositories=[f"{number}{'a' * 247}" for number in range(7)])
        assert set(rules(stack)) == {f"ecr-findings-{name}" for name in LOGGED}


def test_parliament_finds_nothing_in_either_policy(stack):
    log(stack, alert_severity="HIGH")
    for kind, attribute in (
        ("aws_cloudwatch_log_resource_policy", "policy_document"),
        ("aws_sns_topic_policy", "policy"),
    ):
        text = only(stack, kind)[attribute]
        text = text.replace(
            "${aws_cloudwatch_log_group.findings.arn}:*",
            f"arn:aws:logs:us-east-1:{OWN}:log-group:/aws/events/ecr/findings:log-stream:*",
        ).replace("${aws_sns_topic.findings.arn}", TOPIC)
        for name in LOGGED:
            rule = f"${{aws_cloudwatch_event_rule.findings_{name.replace('-', '_')}.arn}}"
            text = text.replace(rule, f"arn:aws:events:us-east-1:{OWN}:rule/{name}")
        assert "${" not in text
        assert [str(finding) for finding in parliament.analyze_policy_string(text).findings] == []
        assert parliament.analyze_policy_string(text.replace("Put", "Set").replace("Publish", "Tell")).findings
