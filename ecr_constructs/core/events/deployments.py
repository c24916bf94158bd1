"""What deploys the workloads of an environment: pushes to their repositories, or events that ask for it by name.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html for pushes,
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html for events of one's own, and
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html for who may put them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection
from typing import Final, Literal, TypeAlias, get_args

from ecr_constructs.core.aws import check_account_id
from ecr_constructs.core.events.inputs import EventInput, check_input, deployment_input, push_input
from ecr_constructs.core.events.patterns import Pattern, check_event_tags, check_pattern, image_pushed
from ecr_constructs.core.events.reach import bus_arn
from ecr_constructs.core.events.rules import (
    DEFAULT_BUS,
    LONGEST_RULE_NAME,
    check_another_bus,
    check_bus_name,
    check_rule_name,
)
from ecr_constructs.core.events.targets import EventTarget
from ecr_constructs.core.events.workloads import Workload
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.identities.identity import short_name
from ecr_constructs.core.places import Place
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "DEFAULT_DETAIL_TYPE",
    "DEFAULT_SOURCE",
    "DEFAULT_TAGS",
    "DETAIL_TYPE",
    "LONGEST_NAME",
    "SOURCE",
    "TRIGGERS",
    "Deployment",
    "DeploymentRule",
    "DeploymentTrigger",
    "check_trigger_keys",
    "put_deployment_event_statements",
]

# What is said of one trigger alone.
_OF_PUSHES, _OF_EVENTS = ("tags",), ("detail_type", "source")

DeploymentTrigger: TypeAlias = Literal["push", "event"]
TRIGGERS: Final[tuple[DeploymentTrigger, ...]] = get_args(DeploymentTrigger)
"""What deploys: a push to a repository, or an event that names the workload and the tag."""

DEFAULT_TAGS = ("latest",)
DEFAULT_SOURCE, DEFAULT_DETAIL_TYPE = "action.production", "DEPLOY"

SOURCE = re.compile(r"(?!aws\.)[A-Za-z0-9._/-]{1,256}")
"""The source of an event; those that begin with `aws.` are AWS's own."""

DETAIL_TYPE = re.compile(r"[!-~]([ -~]{0,126}[!-~])?")

_LONGEST_WORKLOAD = 26
LONGEST_NAME = LONGEST_RULE_NAME - _LONGEST_WORKLOAD - 1
"""Most characters of what the rules' names begin with."""

_TARGET_PATHS = {"arn": "target_arn"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentRule:
    """The rule of one workload.

    Attributes:
        workload: The workload's name.
        name: The rule's name.
        description: What it does.
        pattern: Which events it matches.
        input: What the target is told.
    """

    workload: str
    name: str
    description: str
    pattern: Pattern
    input: EventInput


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What deploys workloads, a rule for each; see `DeploymentEvents` for what each argument means."""

    name: str
    trigger: DeploymentTrigger
    target: EventTarget
    workloads: tuple[Workload, ...]
    tags: tuple[str, ...] = DEFAULT_TAGS
    source: str = DEFAULT_SOURCE
    detail_type: str = DEFAULT_DETAIL_TYPE
    event_bus_name: str = DEFAULT_BUS
    sender_account_ids: tuple[str, ...] = ()

    @property
    def rules_prefix(self) -> str:
        """What the names of all its rules are like, with `*` for the workload."""
        return f"{self.name}-*"

    @property
    def rule_names(self) -> dict[str, str]:
        """The names of the rules, by workload."""
        return {each.name: f"{self.name}-{short_name(each.name, longest=_LONGEST_WORKLOAD)}" for each in self.workloads}

    def rules(self, place: Place) -> list[DeploymentRule]:
        """Return the rules, in the order of the workloads.

        Args:
            place: Where the rules are.
        """
        return [self._rule(each, place) for each in self.workloads]

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that the arguments break; those of the target stand beside the others."""
        problems = check_rule_name(self.name, "name", longest=LONGEST_NAME)
        if self.trigger not in TRIGGERS:
            fix = "Say what deploys: a push, or an event that asks for it."
            rule = f"must be {' or '.join(TRIGGERS)}"
            problems.append(Problem(("trigger",), "deployment-trigger", rule, show(self.trigger), fix))
        for problem in (
            *self.target.problems(place),
            *check_another_bus(self.target, place, self.event_bus_name),
        ):
            head = str(problem.path[0])
            problems.append(problem.moved(_TARGET_PATHS.get(head, head), *problem.path[1:]))
        problems += self._check_tags()
        problems += _check_event(self.source, self.detail_type)
        problems += self._check_bus(place)
        for index, account_id in enumerate(self.sender_account_ids):
            problems += check_account_id(account_id, "sender_account_ids", index)
        return problems or [*self._check_workloads(), *self._check_lengths(place)]

    def notices(self) -> list[Problem]:
        """Return what has to be seen of it."""
        return self.target.notices()

    def _rule_name(self, workload: Workload) -> str:
        return f"{self.name}-{short_name(workload.name, longest=_LONGEST_WORKLOAD)}"

    def _rule(self, workload: Workload, place: Place) -> DeploymentRule:
        if self.trigger == "push":
            pattern = image_pushed(
                workload.repository_name, self.tags, account_id=workload.account_id, region=workload.region
            )
            told, what = push_input(workload.subject), f"A push to {workload.repository_name} deploys {workload.name}"
        else:
            # Whoever may put events here from another account does not deploy.
            pattern = {
                "source": [self.source],
                "detail-type": [self.detail_type],
                "account": [place.account_id],
                "detail": {"service": [workload.name, *workload.aliases], "tag": [{"exists": True}]},
            }
            told, what = deployment_input(workload.subject), f"An event {self.detail_type} deploys {workload.name}"
        return DeploymentRule(
            workload=workload.name,
            name=self._rule_name(workload),
            description=what[:512],
            pattern=pattern,
            input=told,
        )

    def _check_tags(self) -> list[Problem]:
        if self.trigger == "push" and not self.tags:
            rule, fix = "must name a tag", "Write ['*'] for any tag; an image without one is never deployed."
            return [Problem(("tags",), "event-tags", rule, "none", fix)]
        return check_event_tags(self.tags, "tags")

    def _check_bus(self, place: Place) -> list[Problem]:
        problems = check_bus_name(self.event_bus_name, "event_bus_name")
        here = [each for each in self.workloads if (each.account_id, each.region) == (place.account_id, place.region)]
        if not problems and self.trigger == "push" and self.event_bus_name != DEFAULT_BUS and here:
            rule = f"must be {DEFAULT_BUS} with trigger: push, where the events of ECR arrive"
            problems.append(Problem(("event_bus_name",), "event-bus", rule, show(self.event_bus_name), "Remove it."))
        return problems

    def _check_workloads(self) -> list[Problem]:
        fix, problems, seen = "Name each workload once.", [], set[str]()
        if not self.workloads:
            rule = "must name a repository"
            problems.append(Problem(("repositories",), "deployment-repositories", rule, "none", "Name some."))
        for each in self.workloads:
            for name in (each.name, *each.aliases):
                if name in seen:
                    rule = "must have names that mean one workload"
                    problems.append(Problem(("workloads",), "deployment-workloads", rule, show(name), fix))
                seen.add(name)
        return problems

    def _check_lengths(self, place: Place) -> list[Problem]:
        problems: list[Problem] = []
        for rule in () if self.trigger not in TRIGGERS else self.rules(place):
            problems = check_pattern(rule.pattern, "tags", fix="Name fewer tags, or use '*' in one of them.")
            problems += check_input(rule.input.template, "workloads")
            if problems:  # what is too long for one workload is so for all of them
                break
        return problems


def check_trigger_keys(trigger: DeploymentTrigger, said: Collection[str]) -> list[Problem]:
    """Check that nothing is said that the other trigger would need.

    Args:
        trigger: What deploys.
        said: The arguments that are given.
    """
    other, unused = ("event", _OF_EVENTS) if trigger == "push" else ("push", _OF_PUSHES)
    rule, fix = f"must come with trigger: {other}", f"Remove it, or set trigger: {other}."
    return [Problem((key,), "deployment-unused", rule, trigger, fix) for key in unused if key in said]


def put_deployment_event_statements(
    place: Place,
    *,
    event_bus_name: str = DEFAULT_BUS,
    source: str = DEFAULT_SOURCE,
    detail_type: str = DEFAULT_DETAIL_TYPE,
) -> list[PolicyStatement]:
    """Return what an identity needs to ask for deployments, and no other event that it may put.

    Args:
        place: Where the event bus is.
        event_bus_name: The bus.
        source: The event's source.
        detail_type: Its detail type.
    """
    return [
        PolicyStatement(
            sid="PutDeploymentEvents",
            actions=("events:PutEvents",),
            resources=(bus_arn(place, event_bus_name),),
            conditions={"StringEquals": {"events:source": source, "events:detail-type": detail_type}},
        )
    ]


def _check_event(source: str, detail_type: str) -> list[Problem]:
    problems = []
    if not is_unresolved(source) and not SOURCE.fullmatch(source):
        rule = "must be 1 to 256 letters, digits, '.', '-', '_' and '/', and not begin with aws."
        fix = f"Write it as in {DEFAULT_SOURCE}."
        problems.append(Problem(("source",), "deployment-event", rule, show(source), fix))
    if not is_unresolved(detail_type) and not DETAIL_TYPE.fullmatch(detail_type):
        rule, fix = "must be 1 to 128 characters of ASCII", f"Write it as in {DEFAULT_DETAIL_TYPE}."
        problems.append(Problem(("detail_type",), "deployment-event", rule, show(detail_type), fix))
    return problems
