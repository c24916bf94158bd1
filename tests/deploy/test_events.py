"""Rules of events by real Terraform: events go through them to a queue, and nothing is left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs.sandbox.adapt import adapt
from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.events import make_targets, read_events
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.provider import choose_provider
from ecr_constructs.sandbox.session import Session
from ecr_constructs.sandbox.standins import make_stand_ins
from ecr_constructs.sandbox.synth import synthesise
from ecr_constructs.sandbox.terraform import find_terraform
from tests.unit.aws_events import DIGEST, like

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
REGION, OWN, STAGING, PROD = "us-east-1", "111111111111", "222222222222", "333333333333"
DEAD = f"arn:aws:sqs:{REGION}:{OWN}:undelivered"
DEV = f"""\
project: shop
env: dev
region: {REGION}
account_id: "{OWN}"
ecr_trusted_accounts: [{{account_id: "{STAGING}"}}, {{account_id: "{PROD}"}}]
services: [api]
ecr_ssm_layout: config
ecr_deployments:
  trigger: push
  target_arn: arn:aws:sqs:{REGION}:{OWN}:deploy
  tags: [latest, "v*"]
  dead_letter_arn: {DEAD}
  maximum_retry_attempts: 3
"""
CONSUMER = """\
project: shop
env: {0}
region: us-east-1
account_id: "{1}"
ecr_ssm_layout: config
ecr_strategy: cross_account
ecr_source_env: dev
"""
FILES = {
    "dev": DEV,
    "staging": CONSUMER.format("staging", STAGING)
    + f"ecr_deployments: {{trigger: push, target_arn: 'arn:aws:lambda:us-east-1:{STAGING}:function:deploy:live'}}\n",
    "prod": CONSUMER.format("prod", PROD)
    + f"ecr_deployments: {{trigger: event, event_bus_name: shop, target_arn: 'arn:aws:sqs:us-east-1:{PROD}:deploy'}}\n",
}
ACCOUNTS = {"dev": OWN, "staging": STAGING, "prod": PROD}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(tmp_path))
    return tmp_path


class Deployed:
    """An environment applied to an embedded AWS of its own."""

    def __init__(self, name: str, processes: Processes) -> None:
        self.aws = EmbeddedAws(processes)
        terraform = find_terraform()
        document = synthesise(name, ROOT, processes)[name].document
        self.aws.open(ACCOUNTS[name])
        self.stand_ins = make_stand_ins(document, self.aws)
        provider = choose_provider("bundled", terraform, processes.folder)
        self.session = Session(processes.folder / "work", terraform, provider, processes)
        self.session.write(
            adapt({"terraform": document["terraform"]}, endpoint=self.aws.endpoint, version=provider.version)[0]
        )
        self.session.init()
        schema = self.session.schema()
        adapted, self.changes = adapt(document, endpoint=self.aws.endpoint, version=provider.version, schema=schema)
        self.session.write(adapted)
        self.made = self.session.apply(lambda _: None)

    def put(self, source: str, kind: str, detail: dict[str, Any], bus: str = "default") -> None:
        entry = {"Source": source, "DetailType": kind, "Detail": json.dumps(detail), "EventBusName": bus}
        done = self.aws.client("events", REGION).put_events(Entries=[entry])
        assert done["FailedEntryCount"] == 0

    def received(self, queue: str) -> list[dict[str, Any]]:
        """Return what has arrived in a queue, and empty it."""
        sqs = self.aws.client("sqs", REGION)
        url, found = sqs.get_queue_url(QueueName=queue)["QueueUrl"], []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for each in messages:
                found.append(json.loads(each["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
        return found

    def check_end(self) -> None:
        """Check that nothing would change, and that nothing is left of what was made."""
        assert self.session.plan() is None
        assert self.session.destroy(lambda _: None) == self.made
        assert read_events(self.aws, REGION) == ()
        assert all(role["Path"] == "/stand-in/" for role in self.aws.client("iam", REGION).list_roles()["Roles"])


@pytest.fixture
def processes() -> Iterator[Processes]:
    with Processes() as running:
        yield running


def test_a_push_arrives_in_the_queue_of_dev(folder: Path, processes: Processes) -> None:
    dev = Deployed("dev", processes)
    assert dev.stand_ins == ("queue deploy", "queue undelivered")
    assert not any("aws_cloudwatch_event" in str(change) for change in dev.changes)
    rows = {row.name: (row.matches, row.target) for row in read_events(dev.aws, REGION)}
    assert rows == {
        "shop-dev-deploy-service_api": ("ECR Image Action PUSH of shop_service_api: latest, v*", "queue deploy"),
        "shop-dev-forward-staging": (
            "ECR Image Action PUSH of shop_service_api: latest",
            f"event bus default of {STAGING} in {REGION}",
        ),
    }
    (target,) = dev.aws.client("events", REGION).list_targets_by_rule(Rule="shop-dev-deploy-service_api")["Targets"]
    assert target["DeadLetterConfig"] == {"Arn": DEAD}
    assert target["RetryPolicy"]["MaximumRetryAttempts"] == 3

    for tag in ("v1", "dev", "v2"):
        dev.put(
            "aws.ecr", "ECR Image Action", like("push", repository_name="shop_service_api", image_tag=tag)["detail"]
        )
    dev.put("aws.ecr", "ECR Image Action", like("push", repository_name="other", image_tag="v1")["detail"])
    dev.put("aws.ecr", "ECR Image Action", like("delete", repository_name="shop_service_api", image_tag="v1")["detail"])
    received = sorted(dev.received("deploy"), key=lambda each: each["tag"])
    assert [each["tag"] for each in received] == ["v1", "v2"]
    assert {each["workload"] for each in received} == {"service_api"}
    url = f"{OWN}.dkr.ecr.{REGION}.amazonaws.com/shop_service_api"
    assert {each["image"] for each in received} == {f"{url}@{DIGEST}"}
    dev.check_end()


def test_staging_lets_dev_put_events_and_calls_its_function(folder: Path, processes: Processes) -> None:
    staging = Deployed("staging", processes)
    assert staging.stand_ins == ("function deploy",)
    assert [row.matches for row in read_events(staging.aws, REGION)] == [
        f"whatever account {OWN} puts",
        "ECR Image Action PUSH of shop_service_api: latest",
    ]
    policy = staging.aws.client("lambda", REGION).get_policy(FunctionName="deploy", Qualifier="live")["Policy"]
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"]["ArnLike"] == {
        "AWS:SourceArn": f"arn:aws:events:{REGION}:{STAGING}:rule/shop-staging-deploy-*"
    }
    staging.check_end()


def test_an_event_on_the_bus_arrives_in_the_queue_of_production_and_no_push_does(
    folder: Path, processes: Processes
) -> None:
    prod = Deployed("prod", processes)
    assert prod.stand_ins == ("event bus shop", "queue deploy")
    for bus in ("default", "shop"):
        prod.put("aws.ecr", "ECR Image Action", like("push", repository_name="shop_service_api")["detail"], bus)
    prod.put("action.production", "DEPLOY", {"service": "web", "tag": "v1"}, "shop")
    prod.put("action.production", "DEPLOY", {"service": "api", "tag": "v1"})
    assert prod.received("deploy") == []
    prod.put("action.production", "DEPLOY", {"service": "api", "tag": "git-abc123f"}, "shop")
    (received,) = prod.received("deploy")
    assert (received["workload"], received["tag"]) == ("service_api", "git-abc123f")
    assert received["image"] == f"{OWN}.dkr.ecr.{REGION}.amazonaws.com/shop_service_api:git-abc123f"
    prod.check_end()


def test_the_sandbox_shows_the_rules(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ecr_constructs.cli", "sandbox", "prod", "--provider", "bundled"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    shown = " ".join(done.stdout.split())
    assert "stand-in: event bus shop" in shown
    assert "1 rule of events" in shown
    assert "DEPLOY of service_api, api" in shown
    assert "Planned again: nothing would change" in shown


def test_what_the_document_makes_itself_and_what_lies_elsewhere_gets_no_stand_in(processes: Processes) -> None:
    aws = EmbeddedAws(processes)
    aws.open(OWN)
    targets = {
        "made": {"arn": "${aws_sqs_queue.q.arn}"},
        "away": {"arn": f"arn:aws:events:{REGION}:{STAGING}:event-bus/default"},
        "topic": {"arn": f"arn:aws:sns:{REGION}:{OWN}:findings"},
        "other": {"arn": f"arn:aws:sns:{REGION}:{OWN}:images"},
    }
    document = {
        "provider": {"aws": [{"region": REGION, "allowed_account_ids": [OWN]}]},
        "resource": {
            "aws_sns_topic": {"t": {"name": "findings"}},
            "aws_cloudwatch_event_rule": {"r": {"name": "r"}},
            "aws_cloudwatch_event_target": targets,
        },
    }
    assert make_targets(document, aws) == ("topic images",)
