"""Events in the embedded AWS: stand-ins for the targets that a document names, and the rules that came to be."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ecr_constructs.sandbox.adapt import region_of
from ecr_constructs.sandbox.aws import AwsClients
from ecr_constructs.sandbox.fit import Document
from ecr_constructs.sandbox.identities import STAND_IN_PATH

__all__ = ["EventRow", "make_targets", "matched", "read_events"]

_DEFAULT = "default"
_DEAD_LETTERS = "dead_letter_config"
_MOST_NAMED = 3
_ROLE = "functions"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@dataclasses.dataclass(frozen=True, slots=True)
class EventRow:
    """A rule with its target, or an account that may put events, as it is.

    Attributes:
        name: Name of the rule, or of the bus that lets an account in.
        matches: Which events it is about.
        target: Where they go.
        reached_by: The role or the policy that lets them.
    """

    name: str
    matches: str
    target: str
    reached_by: str


def make_targets(document: Document, aws: AwsClients) -> tuple[str, ...]:
    """Make the functions, queues, topics and event buses that a document names, and return a line about each.

    Args:
        document: The synthesised document.
        aws: The embedded AWS, answering.
    """
    region, resources = region_of(document), document.get("resource", {})
    made = {body.get("name") for kind in ("aws_sns_topic", "aws_cloudwatch_event_bus") for body in _of(resources, kind)}
    lines: dict[str, None] = {}
    for body in _of(resources, "aws_cloudwatch_event_rule"):
        bus = body.get("event_bus_name", _DEFAULT)
        if bus != _DEFAULT and "${" not in bus and bus not in made:
            _bus(aws, region, bus)
            lines[f"event bus {bus}"] = None
    for body in _of(resources, "aws_cloudwatch_event_target"):
        for arn in (body.get("arn"), body.get(_DEAD_LETTERS, {}).get("arn")):
            parts = str(arn or "").split(":")
            # An expression stands for what the document makes; what lies elsewhere nothing asks for.
            if "${" in str(arn) or len(parts) < 6 or parts[3:5] != [region, aws.account]:
                continue
            make = _MAKERS.get(parts[2])
            if make is not None and (name := _name(parts)) not in made:
                make(aws, region, ":".join(parts[6:]) if parts[2] == "lambda" else name)
                lines[f"{_NOUNS[parts[2]]} {name}"] = None
    return tuple(lines)


def read_events(aws: AwsClients, region: str) -> tuple[EventRow, ...]:
    """Return the rules of a region of the embedded AWS by name, and which accounts may put events on its buses.

    Args:
        aws: The embedded AWS.
        region: The region.
    """
    events, rows = aws.client("events", region), []
    for bus in events.list_event_buses()["EventBuses"]:
        for page in events.get_paginator("list_rules").paginate(EventBusName=bus["Name"]):
            for rule in page["Rules"]:
                pattern = json.loads(rule["EventPattern"]) if "EventPattern" in rule else {}
                for target in events.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus["Name"])["Targets"]:
                    role = target.get("RoleArn")
                    by = "its policy" if role is None else f"role {role.rpartition('/')[2]}"
                    rows.append(EventRow(rule["Name"], matched(pattern), _said(target["Arn"], aws.account, region), by))
        rows += _let_in(bus)
    return tuple(sorted(rows, key=lambda row: (row.name, row.target)))


def matched(pattern: Mapping[str, Any]) -> str:
    """Return a pattern in short: `ECR Image Action PUSH of shop/web: latest, v*`.

    Args:
        pattern: The pattern.
    """
    detail = pattern.get("detail", {})
    kinds = ", ".join(_texts(pattern.get("detail-type", pattern.get("source", []))))
    actions = [each for each in _texts(detail.get("action-type", [])) if each.isupper()]
    about = _texts(detail.get("repository-name", detail.get("service", [])))
    tags = _texts(detail.get("image-tag", []))
    words = [kinds, *actions]
    if about:
        words.append(f"of {', '.join(about) if len(about) <= _MOST_NAMED else f'{len(about)} repositories'}")
    return " ".join(words) + (f": {', '.join(tags)}" if tags else "")


def _let_in(bus: Mapping[str, Any]) -> Iterator[EventRow]:
    for statement in json.loads(bus["Policy"])["Statement"] if bus.get("Policy") else ():
        who = statement["Principal"]
        named = who if isinstance(who, str) else str(who.get("AWS"))
        account = named.split(":")[4] if named.startswith("arn:") else named
        yield EventRow(f"bus {bus['Name']}", f"whatever account {account} puts", "the rules", "its policy")


def _texts(filters: list[Any]) -> list[str]:
    """Return the filters of a field as text with `*` for what may be anything."""
    found = []
    for each in filters:
        if isinstance(each, str):
            found.append(each)
        elif isinstance(each, dict):
            (operator, value), *_ = each.items()
            forms = {"prefix": f"{value}*", "suffix": f"*{value}", "wildcard": str(value), "exists": "*"}
            found += [forms[operator]] if operator in forms else []
    return found


def _said(arn: str, account: str, region: str) -> str:
    parts = arn.split(":")
    where = "" if parts[3:5] == [region, account] else f" of {parts[4]} in {parts[3]}"
    return f"{_NOUNS.get(parts[2], parts[2])} {_name(parts)}{where}"


def _name(parts: list[str]) -> str:
    """Return what an ARN names, without a version or alias."""
    if parts[2] in ("lambda", "states"):
        return parts[6]
    return ":".join(parts[5:]).partition("/")[2] if parts[2] == "events" else parts[5]


def _of(resources: Mapping[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    yield from resources.get(kind, {}).values()


def _bus(aws: AwsClients, region: str, name: str) -> None:
    client = aws.client("events", region)
    if name != _DEFAULT:
        with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
            client.create_event_bus(Name=name)


def _function(aws: AwsClients, region: str, name: str) -> None:
    client, iam = aws.client("lambda", region), aws.client("iam", region)
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=_ROLE, Path=STAND_IN_PATH, AssumeRolePolicyDocument=json.dumps(_TRUST))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("handler.py", "def handler(event, context):\n    return event\n")
    function, _, alias = name.partition(":")
    with contextlib.suppress(client.exceptions.ResourceConflictException):
        client.create_function(
            FunctionName=function,
            Publish=True,
            Runtime="python3.12",
            Handler="handler.handler",
            Role=iam.get_role(RoleName=_ROLE)["Role"]["Arn"],
            Code={"ZipFile": code.getvalue()},
        )
    if alias[:1].isalpha():  # and neither a version nor the newest one
        with contextlib.suppress(client.exceptions.ResourceConflictException):
            client.create_alias(FunctionName=function, Name=alias, FunctionVersion="1")


def _queue(aws: AwsClients, region: str, name: str) -> None:
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if name.endswith(".fifo") else {}
    aws.client("sqs", region).create_queue(QueueName=name, Attributes=fifo)


def _topic(aws: AwsClients, region: str, name: str) -> None:
    aws.client("sns", region).create_topic(Name=name)


_MAKERS: dict[str, Callable[[AwsClients, str, str], None]] = {
    "events": _bus,
    "lambda": _function,
    "sns": _topic,
    "sqs": _queue,
}
_NOUNS = {
    "events": "event bus",
    "lambda": "function",
    "logs": "log group",
    "sns": "topic",
    "sqs": "queue",
    "states": "state machine",
}
