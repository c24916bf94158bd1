"""Findings of scans: which events are meant, as another's matcher of EventBridge's patterns sees it, and the limits."""

import itertools
import json
import re

import pytest
from moto.events.models import EventPattern

from ecr_constructs.core.events.patterns import render_pattern
from ecr_constructs.core.places import KnownPlace
from ecr_constructs.core.registry.finding_events import (
    BASIC_MESSAGE,
    ENHANCED_MESSAGE,
    SEVERITIES,
    alert_patterns,
    check_pattern,
    log_patterns,
)
from ecr_constructs.core.registry.findings import (
    DEFAULT_LOG_GROUP_NAME,
    RETENTION_DAYS,
    FindingsLog,
    log_statements,
    resource_name,
    topic_statements,
)
from tests.unit.aws_models import SESSION, limits, takes

ACCOUNT, DIGEST = "111111111111", "sha256:" + "7f" * 32
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:alerts"


def event(source: str, kind: str, detail: dict, resources: tuple[str, ...] = ()) -> dict:
    """Return an event in the form that all of them share."""
    return {
        "version": "0",
        "id": "85fc3613-e913-7fc4-a80c-a3753e4aa9ae",
        "detail-type": kind,
        "source": source,
        "account": ACCOUNT,
        "time": "2026-10-29T02:36:48Z",
        "region": "us-east-1",
        "resources": list(resources),
        "detail": detail,
    }


def arn(name: str) -> str:
    return f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/{name}"


def basic_scan(name: str = "shop/web", status: str = "COMPLETE", **counts: int) -> dict:
    """https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html: no count, no key."""
    detail = {"scan-status": status, "repository-name": name, "image-digest": DIGEST, "image-tags": ["v1"]}
    return event("aws.ecr", "ECR Image Scan", {**detail, "finding-severity-counts": counts}, (arn(name),))


def finding(severity: str = "HIGH", status: str = "ACTIVE", name: str = "shop/web", **changes) -> dict:
    """https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html, shortened."""
    image = {
        "type": "AWS_ECR_CONTAINER_IMAGE",
        "id": f"{arn(name)}/{DIGEST}",
        "partition": "aws",
        "region": "us-east-1",
        "details": {
            "awsEcrContainerImage": {
                "architecture": "arm64",
                "imageHash": DIGEST,
                "imageTags": ["v1", "latest"],
                "platform": "UBUNTU_24_04",
                "registry": ACCOUNT,
                "repositoryName": name,
            }
        },
    }
    return event(
        "aws.inspector2",
        "Inspector2 Finding",
        {
            "awsAccountId": ACCOUNT,
            "findingArn": f"arn:aws:inspector2:us-east-1:{ACCOUNT}:finding/0e4b",
            "severity": severity,
            "status": status,
            "title": "CVE-2026-1111 - openssl",
            "type": "PACKAGE_VULNERABILITY",
            "resources": [{**image, **changes}],
        },
        (f"{arn(name)}/{DIGEST}",),
    )


def enhanced_scan(name: str = "shop/web", **counts: int) -> dict:
    detail = {"scan-status": "INITIAL_SCAN_COMPLETE", "repository-name": arn(name), "image-digest": DIGEST}
    counts = {"CRITICAL": 0, "HIGH": 0, "MEDIUM": 0, "TOTAL": 0, **counts}
    detail |= {"finding-severity-counts": counts, "image-tags": ["v1"], "version": "1.0"}
    return event("aws.inspector2", "Inspector2 Scan", detail, (arn(name),))


INSTANCE = {"type": "AWS_EC2_INSTANCE", "id": "i-087d63509b8c97098", "details": {"awsEc2Instance": {"platform": "X"}}}
FUNCTION = {"type": "AWS_LAMBDA_FUNCTION", "id": "arn:aws:lambda:us-east-1:111111111111:function:f", "details": {}}
COUNTS = {"CRITICAL": 1, "HIGH": 2, "MEDIUM": 3, "TOTAL": 6}


def matches(pattern, event: dict) -> bool:
    """Tell whether moto finds that an event matches.

    moto does not look into objects in a list. EventBridge takes each of them for itself, which is done here: an event
    matches where it does so with one of the objects in place of the list.
    """
    matcher = EventPattern.load(render_pattern(pattern))
    return any(matcher.matches_event(each) for each in unfolded(event))


def unfolded(value):
    """Return a value once with each of the objects that stand in one of its lists."""
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        return [found for each in value for found in unfolded(each)]
    if not isinstance(value, dict):
        return [value]
    choices = itertools.product(*(unfolded(each) for each in value.values()))
    return [dict(zip(value, chosen, strict=True)) for chosen in choices]


def rules_for(event: dict, severity: str = "HIGH", repositories=()) -> set[str]:
    """Return which rules an event sets off."""
    patterns = {**log_patterns(repositories), **alert_patterns(severity, repositories)}
    return {name for name, pattern in patterns.items() if matches(pattern, event)}


class TestWhichEventsAreMeant:
    @pytest.mark.parametrize(
        ("event", "rules"),
        [
            (basic_scan(CRITICAL=10, MEDIUM=9), {"basic-scans", "basic-alerts"}),
            (basic_scan(HIGH=1), {"basic-scans", "basic-alerts"}),
            (basic_scan(MEDIUM=9, LOW=1, UNDEFINED=4), {"basic-scans"}),
            (basic_scan(CRITICAL=0, MEDIUM=1), {"basic-scans"}),
            (basic_scan(), {"basic-scans"}),
            (basic_scan(status="FAILED"), {"basic-scans"}),
            (basic_scan(status="FAILED", CRITICAL=1), {"basic-scans"}),
            (finding("CRITICAL"), {"enhanced-findings", "enhanced-alerts"}),
            (finding("HIGH"), {"enhanced-findings", "enhanced-alerts"}),
            (finding("MEDIUM"), {"enhanced-findings"}),
            (finding("UNTRIAGED"), {"enhanced-findings"}),
            (finding("CRITICAL", "CLOSED"), {"enhanced-findings"}),
            (finding("CRITICAL", "SUPPRESSED"), {"enhanced-findings"}),
            (enhanced_scan(CRITICAL=7, TOTAL=7), {"enhanced-scans"}),
        ],
    )
    def test_each_event_of_an_image_sets_off_its_rules(self, event, rules):
        assert rules_for(event) == rules

    @pytest.mark.parametrize(
        "event",
        [
            finding("CRITICAL", **INSTANCE),
            finding("CRITICAL", **FUNCTION),
            finding("CRITICAL", type="AWS_ECR_REPOSITORY"),
            event("aws.inspector2", "Inspector2 Scan", {"instance-id": "i-1", "finding-severity-counts": COUNTS}),
            event("aws.inspector2", "Inspector2 Scan", {"finding-severity-counts": COUNTS, "version": "1.0"}),
            event("aws.inspector2", "Inspector2 Coverage", {"scanStatus": {"reason": "SUCCESSFUL"}}),
            event("aws.ecr", "ECR Image Action", {"action-type": "PUSH", "repository-name": "shop/web"}),
            event("aws.ecr", "ECR Image Action", {"action-type": "DELETE", "repository-name": "shop/web"}),
            event("aws.ecr", "ECR Replication Action", {"result": "SUCCESS", "repository-name": "shop/web"}),
            event("aws.ecr", "ECR Pull Through Cache Action", {"sync-status": "SUCCESS"}),
            event("aws.ecr", "ECR Scan Resource Change", {"action-type": "SCAN_FREQUENCY_CHANGE"}),
            {**basic_scan(CRITICAL=1), "source": "shop.app"},
            {**finding("CRITICAL"), "source": "aws.securityhub"},
            {**enhanced_scan(CRITICAL=1), "source": "shop.app"},
        ],
    )
    def test_nothing_else_sets_off_any(self, event):
        assert rules_for(event, "UNDEFINED") == set()

    @pytest.mark.parametrize(("least", "found"), list(itertools.product(SEVERITIES, SEVERITIES)))
    def test_people_are_told_from_a_severity_upwards(self, least, found):
        told = SEVERITIES.index(found) >= SEVERITIES.index(least)
        inspectors = "UNTRIAGED" if found == "UNDEFINED" else found
        assert ("basic-alerts" in rules_for(basic_scan(**{found: 1}), least)) == told
        assert ("enhanced-alerts" in rules_for(finding(inspectors), least)) == told

    @pytest.mark.parametrize(
        ("name", "meant"),
        [
            ("shop/web", True),
            ("api", True),
            ("web", False),
            ("my-shop/web", False),
            ("shop/web2", False),
            ("shop/api", False),
        ],
    )
    def test_of_some_repositories_the_others_are_left_out(self, name, meant):
        for made in (basic_scan(name, CRITICAL=1), finding("CRITICAL", name=name), enhanced_scan(name)):
            assert bool(rules_for(made, repositories=["shop/web", "api"])) == meant

    def test_a_pattern_is_the_same_in_any_order_of_repositories(self):
        assert log_patterns(["b", "a", "b"]) == log_patterns(["a", "b"])
        assert alert_patterns("LOW", ["b", "a"]) == alert_patterns("LOW", ["a", "b"])

    def test_an_alternative_alone_is_none(self):
        """EventBridge takes $or for two alternatives or more."""
        (alert,) = (alert_patterns("CRITICAL")["basic-alerts"],)
        assert alert["detail"]["finding-severity-counts"] == {"CRITICAL": [{"numeric": [">", 0]}]}

    def test_severities_are_those_of_ecr_and_of_inspector(self):
        ecr, inspector = (SESSION.get_service_model(name) for name in ("ecr", "inspector2"))
        told = alert_patterns("UNDEFINED")["enhanced-alerts"]["detail"]["severity"]
        assert set(SEVERITIES) == set(ecr.shape_for("FindingSeverity").enum)
        assert set(told) == set(inspector.shape_for("Severity").enum)


class TestPatternsAreThoseThatEventBridgeTakes:
    @pytest.mark.parametrize("repositories", [[], ["web"], [f"team/service-{number:02}" for number in range(40)]])
    def test_a_pattern_within_the_quota_is_one_that_the_model_takes(self, repositories):
        for pattern in {**log_patterns(repositories), **alert_patterns("UNDEFINED", repositories)}.values():
            assert check_pattern(pattern) == []
            assert takes("events", "EventPattern", render_pattern(pattern))

    def test_too_many_repositories_for_a_pattern(self):
        pattern = log_patterns([f"team/service-{number:03}" for number in range(200)])["enhanced-scans"]
        (problem,) = check_pattern(pattern)
        assert (problem.key, problem.code) == ("repositories", "findings-pattern")

    @pytest.mark.parametrize(("length", "right"), [(2048, True), (2049, False)])
    def test_the_quota_counts_characters(self, length, right):
        name = "a" * (length - len(render_pattern({"a": [""]})))
        assert (check_pattern({"a": [name]}) == []) == right


def at(event: dict, path: str):
    """Return what is at a path of an event, None where there is nothing."""
    for key in re.findall(r"[\w-]+|\[\d+\]", path.removeprefix("$")):
        if key.startswith("["):
            number = int(key[1:-1])
            event = event[number] if len(event) > number else None
        else:
            event = event.get(key)
        if event is None:
            return None
    return event


# What EventBridge fills in by itself.
RULE = "aws.events.rule-arn"


def said(message, event: dict) -> str:
    """Return the message of an event: variables filled in, and nothing for what the event does not have."""
    values = {name: at(event, path) for name, path in message.paths.items()}
    values[RULE] = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/findings"
    return re.sub(r"<([\w.-]+)>", lambda match: str(values[match[1]] or ""), json.loads(message.template))


class TestMessages:
    def test_a_basic_scan_in_words(self):
        text = said(BASIC_MESSAGE, basic_scan(CRITICAL=10, MEDIUM=9))
        assert f"image {DIGEST} of the repository shop/web (tag: v1)" in text
        assert "CRITICAL 10, HIGH , MEDIUM 9, LOW , INFORMATIONAL , UNDEFINED ." in text

    def test_an_untagged_image_has_no_tag(self):
        untagged = basic_scan(HIGH=1)
        untagged["detail"]["image-tags"] = []
        assert "(tag: )" in said(BASIC_MESSAGE, untagged)

    def test_a_finding_in_words(self):
        text = said(ENHANCED_MESSAGE, finding("CRITICAL"))
        assert "found CVE-2026-1111 - openssl (CRITICAL) in the image" in text
        assert f"{DIGEST} of the repository shop/web (tag: v1)" in text

    @pytest.mark.parametrize("message", [BASIC_MESSAGE, ENHANCED_MESSAGE])
    def test_both_say_where_and_how_to_see_all(self, message):
        text = said(message, basic_scan(HIGH=1) if message is BASIC_MESSAGE else finding())
        assert f"Told by arn:aws:events:us-east-1:{ACCOUNT}:rule/findings." in text
        command = text[text.index("aws ecr") :].split()
        assert command[:3] == ["aws", "ecr", "describe-image-scan-findings"]
        assert dict(zip(command[3::2], command[4::2], strict=True)) == {
            "--region": "us-east-1",
            "--repository-name": "shop/web",
            "--image-id": f"imageDigest={DIGEST}",
        }

    @pytest.mark.parametrize("message", [BASIC_MESSAGE, ENHANCED_MESSAGE])
    def test_a_message_is_what_eventbridge_takes(self, message):
        assert takes("events", "TransformerInput", message.template)
        # The model takes 100, and older releases of the AWS provider take 10.
        assert len(message.paths) <= 10 < limits("events", "TransformerPaths")["max"]
        assert all(takes("events", "InputTransformerPathKey", name) for name in message.paths)
        assert all(takes("events", "TargetInputPath", path) for path in message.paths.values())
        # Dots, dashes, underscores, letters, digits and indices are what its paths know.
        assert all(re.fullmatch(r"\$(\.[A-Za-z0-9_-]+(\[\d+\])?)+", path) for path in message.paths.values())

    @pytest.mark.parametrize("message", [BASIC_MESSAGE, ENHANCED_MESSAGE])
    def test_every_variable_is_found_and_used(self, message):
        assert set(re.findall(r"<([^<>]+)>", message.template)) == {*message.paths, RULE}


PLACE = KnownPlace("us-east-1")


def check(**changes):
    arguments = {
        "log_group_name": DEFAULT_LOG_GROUP_NAME,
        "retention_in_days": 30,
        "kms_key": None,
        "alert_severity": None,
        "topic_arn": None,
        "topic_kms_key": None,
    }
    return [(problem.key, problem.code) for problem in FindingsLog(**{**arguments, **changes}).problems(PLACE)]


class TestArguments:
    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"log_group_name": "/aws/events/a.b-c_d/E#1", "retention_in_days": 0},
            {"retention_in_days": 3653, "kms_key": KEY},
            {"alert_severity": "UNDEFINED"},
            {"alert_severity": "HIGH", "topic_arn": TOPIC},
            {"alert_severity": "HIGH", "topic_kms_key": KEY},
            {"log_group_name": "${var.a}", "kms_key": "${var.b}", "alert_severity": "LOW", "topic_arn": "${var.c}"},
        ],
    )
    def test_right(self, changes):
        assert check(**changes) == []

    @pytest.mark.parametrize(
        ("changes", "problems"),
        [
            ({"log_group_name": "/ecr/findings"}, [("log_group_name", "log-group-name")]),
            ({"log_group_name": "/aws/events/"}, [("log_group_name", "log-group-name")]),
            ({"log_group_name": "/aws/events/what is it"}, [("log_group_name", "log-group-name")]),
            ({"log_group_name": "/aws/events/" + "a" * 47}, [("log_group_name", "log-group-name")]),
            ({"retention_in_days": 31}, [("retention_in_days", "log-retention")]),
            ({"retention_in_days": -1}, [("retention_in_days", "log-retention")]),
            ({"kms_key": "alias/logs"}, [("kms_key", "kms-key")]),
            ({"alert_severity": "high"}, [("alert_severity", "alert-severity")]),
            ({"alert_severity": "UNTRIAGED"}, [("alert_severity", "alert-severity")]),
            ({"alert_severity": "HIGH", "topic_arn": "alerts"}, [("topic_arn", "alert-topic")]),
            ({"alert_severity": "HIGH", "topic_kms_key": "alias/aws/sns"}, [("topic_kms_key", "kms-key")]),
            (
                {"topic_arn": TOPIC, "topic_kms_key": KEY},
                [("topic_arn", "alert-topic"), ("topic_kms_key", "alert-topic")],
            ),
            (
                {"alert_severity": "HIGH", "topic_arn": TOPIC, "topic_kms_key": KEY},
                [("topic_kms_key", "alert-topic")],
            ),
            (
                {"log_group_name": "findings", "retention_in_days": 2, "kms_key": "key"},
                [("log_group_name", "log-group-name"), ("retention_in_days", "log-retention"), ("kms_key", "kms-key")],
            ),
        ],
    )
    def test_wrong(self, changes, problems):
        assert check(**changes) == problems

    def test_the_days_are_those_that_aws_lists(self):
        listed = re.search(
            r"Possible values are: ([\d, ]+), and (\d+)",
            SESSION.get_service_model("logs").shape_for("Days").documentation,
        )
        assert {int(day) for day in f"{listed[1]}, {listed[2]}".split(",")} == set(RETENTION_DAYS) - {0}

    @pytest.mark.parametrize("length", [1, 46])
    def test_the_names_made_of_a_log_group_are_as_long_as_they_may_be(self, length):
        name = "/aws/events/" + "a" * length
        assert check(log_group_name=name) == []
        assert takes("logs", "LogGroupName", name)
        for suffix in {**log_patterns(), **alert_patterns("LOW")}:
            assert takes("events", "RuleName", f"{resource_name(name)}-{suffix}")

    def test_a_name_has_what_topics_take_alone(self):
        assert resource_name("/aws/events/ecr/prod.eu#1_a") == "ecr-prod-eu-1_a"


class TestPolicies:
    def test_the_condition_stands_where_eventbridge_names_the_rule(self):
        create, put = (statement.to_document() for statement in log_statements("arn:x", ["arn:b", "arn:a"]))
        assert (create["Action"], "Condition" in create) == ("logs:CreateLogStream", False)
        assert put["Action"] == "logs:PutLogEvents"
        assert put["Condition"] == {"ArnEquals": {"aws:SourceArn": ["arn:a", "arn:b"]}}
        assert create["Resource"] == put["Resource"] == "arn:x:*"

    def test_eventbridge_may_publish_and_nobody_may_anything_else(self):
        (statement,) = (each.to_document() for each in topic_statements(TOPIC))
        assert statement == {
            "Sid": "PublishFindings",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": TOPIC,
        }
