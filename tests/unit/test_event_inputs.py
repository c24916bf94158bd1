"""What targets are told, as another's transformer of EventBridge's inputs makes it of AWS's sample events."""

import json
import re

import pytest
from moto.events.utils import EventTemplateParser

from ecr_constructs.core.events.inputs import (
    LONGEST_INPUT,
    Subject,
    check_input,
    deletion_input,
    deployment_input,
    push_input,
    replication_input,
    scan_input,
)
from tests.unit.aws_events import ACCOUNT, DIGEST, SAMPLES, like, put_event
from tests.unit.aws_models import limits, takes

NAME = "my-repository-name"
URL = f"{ACCOUNT}.dkr.ecr.us-west-2.amazonaws.com/{NAME}"
WEB = Subject(repository_name=NAME, url=URL, workload="web")
INPUTS = (push_input, deletion_input, replication_input, scan_input, deployment_input)


def told(made, event):
    """Return what a target gets of an event."""
    return EventTemplateParser.parse(made.template, dict(made.paths), {"ingestion-time": "", **event})


def test_of_a_push_the_image_is_named_by_its_digest():
    assert told(push_input(WEB), SAMPLES["push"]) == {
        "action": "PUSH",
        "workload": "web",
        "repository": NAME,
        "account": ACCOUNT,
        "region": "us-west-2",
        "time": "2019-11-16T01:54:34Z",
        "digest": DIGEST,
        "tag": "latest",
        "image": f"{URL}@{DIGEST}",
    }


def test_of_a_deletion_there_is_no_image_any_more():
    found = told(deletion_input(WEB), SAMPLES["delete"])
    assert (found["action"], found["tag"], found["digest"]) == ("DELETE", "latest", DIGEST)
    assert "image" not in found


def test_of_a_replication_it_is_told_where_the_image_comes_from():
    found = told(replication_input(WEB), SAMPLES["replication"])
    assert (found["action"], found["tag"], found["source_account"]) == ("REPLICATION", "3.17.2", ACCOUNT)
    assert (found["region"], found["source_region"]) == ("us-east-1", "us-west-2")


@pytest.mark.parametrize(
    ("sample", "tags", "counts"),
    [
        ("scan", [], {"CRITICAL": 10, "MEDIUM": 9}),
        ("enhanced scan", ["latest"], {"CRITICAL": 7, "HIGH": 61, "MEDIUM": 62, "TOTAL": 158}),
    ],
)
def test_of_a_scan_it_is_told_how_much_was_found_whichever_scanned(sample, tags, counts):
    found = told(scan_input(WEB), SAMPLES[sample])
    assert (found["repository"], found["tags"], found["findings"]) == (NAME, tags, counts)
    assert found["image"] == f"{URL}@{DIGEST}"


def test_of_an_event_the_image_is_named_by_the_tag_that_it_asks_for():
    found = told(deployment_input(WEB), put_event(service="web", tag="git-abc123f"))
    assert found == {
        "action": "DEPLOY",
        "workload": "web",
        "repository": NAME,
        "account": ACCOUNT,
        "region": "us-east-1",
        "time": "2026-11-29T02:36:48Z",
        "tag": "git-abc123f",
        "image": f"{URL}:git-abc123f",
    }


def test_without_a_workload_the_repository_is_told_alone():
    found = told(push_input(Subject(repository_name=NAME, url=URL)), SAMPLES["push"])
    assert "workload" not in found
    assert found["repository"] == NAME


@pytest.mark.parametrize("make", INPUTS)
def test_it_is_json_whatever_an_event_leaves_out(make):
    """What EventBridge does not find comes out as nothing: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html."""
    always = ("tags", "findings")  # which every event of a scan has
    template = re.sub(rf"<({'|'.join(always)})>", "[]", make(WEB).template)
    assert json.loads(re.sub(r"<[\w]+>", "", template))["repository"] == NAME


@pytest.mark.parametrize("make", INPUTS)
def test_each_variable_has_a_path_and_each_path_a_variable(make):
    made = make(WEB)
    assert set(re.findall(r"<(\w+)>", made.template)) == set(made.paths)
    assert len(made.paths) <= limits("events", "TransformerPaths")["max"]
    assert all(takes("events", "InputTransformerPathKey", name) for name in made.paths)
    assert takes("events", "TransformerInput", made.template)


def test_a_push_without_a_tag_is_told_as_one():
    made = push_input(WEB)
    values = {
        name: like("push", "image-tag")["detail"].get(path.rpartition(".")[2]) for name, path in made.paths.items()
    }
    text = re.sub(r"<(\w+)>", lambda match: str(values[match[1]] or ""), made.template)
    assert json.loads(text)["tag"] == ""


@pytest.mark.parametrize(("length", "right"), [(LONGEST_INPUT, True), (LONGEST_INPUT + 1, False)])
def test_the_limit_of_an_input(length, right):
    assert LONGEST_INPUT == limits("events", "TransformerInput")["max"] == limits("events", "TargetInput")["max"]
    assert (check_input("x" * length, "input") == []) == right
