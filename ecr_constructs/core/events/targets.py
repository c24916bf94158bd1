"""Where events go: a target's ARN, how it is tried again, and what it gets.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html for what can be a target, and
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html for the limits.
"""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Final, Literal, TypeAlias, get_args

from ecr_constructs.core.events.inputs import check_input
from ecr_constructs.core.places import Place, check_arn_place
from ecr_constructs.core.registry.templates import check_role_arn
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "DEAD_LETTER_ARN",
    "EVENT_AGES",
    "GROUP_ID",
    "KINDS",
    "RETRY_ATTEMPTS",
    "TARGET_ARN",
    "EventTarget",
    "EventTargetKind",
]

RETRY_ATTEMPTS = range(186)
"""How often an event may be tried again."""

EVENT_AGES = range(60, 86_401)
"""How many seconds an event may be tried for."""

_PLACE = r"[a-z0-9-]+:[0-9]{12}"
_FORMS = {
    # https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: a version or an alias may follow; not $LATEST, to
    # which Lambda adds no permission (https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html)
    "lambda": rf"lambda:{_PLACE}:function:[a-zA-Z0-9_-]{{1,64}}(:[a-zA-Z0-9_-]{{1,128}})?",
    # https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
    "states": rf"states:{_PLACE}:stateMachine:[a-zA-Z0-9_-]{{1,80}}(:[a-zA-Z0-9_.-]{{1,80}})?",
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
    "sqs": rf"sqs:{_PLACE}:[a-zA-Z0-9_-]{{1,75}}([a-zA-Z0-9_-]{{0,5}}|\.fifo)",
    # https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html: EventBridge does not send to a topic with FIFO
    "sns": rf"sns:{_PLACE}:[a-zA-Z0-9_-]{{1,256}}",
    # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
    "events": rf"events:{_PLACE}:event-bus/[a-zA-Z0-9/._-]{{1,256}}",
}
EventTargetKind: TypeAlias = Literal["lambda", "states", "sqs", "sns", "events"]
KINDS: Final[tuple[EventTargetKind, ...]] = get_args(EventTargetKind)
"""What a target can be, by the service in its ARN."""

TARGET_ARN = re.compile(rf"arn:aws[a-z-]*:({'|'.join(_FORMS.values())})")
"""The ARN of any target."""

DEAD_LETTER_ARN = re.compile(rf"arn:aws[a-z-]*:sqs:{_PLACE}:[a-zA-Z0-9_-]{{1,80}}")
"""The ARN of a queue for what could not be delivered: no FIFO queue
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html)."""

_WORDS = {
    "events": "an event bus",
    "lambda": "a function",
    "sns": "a topic",
    "sqs": "a queue",
    "states": "a state machine",
}
_EXAMPLE = "arn:aws:lambda:us-east-1:111111111111:function:deploy"
_FIFO, _LATEST = ".fifo", ":$LATEST"
GROUP_ID = re.compile(r"[!-~]{1,100}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class EventTarget:
    """Where events go.

    Attributes:
        arn: ARN of a Lambda function, a Step Functions state machine, an SQS queue or an SNS topic in the rule's own
            account and region, or of an event bus anywhere in the partition.
        kind: What it is, where its ARN is known at apply alone: `lambda`, `states`, `sqs`, `sns` or `events`. Default:
            what the ARN says. Known at synthesis.
        role_arn: Role that EventBridge takes on to reach it; one whose queue or topic is encrypted with a key needs
            that key as well. Default: one is made that can do this alone, save for a function, which needs none.
        dead_letter_arn: SQS queue for events that could not be delivered; its policy must let EventBridge send to it.
            Default: they are lost.
        maximum_retry_attempts: How often an event is tried again: 0 to 185. Default: AWS's, 185.
        maximum_event_age_in_seconds: How long an event is tried: 60 to 86,400 seconds. Default: AWS's, a day.
        input: JSON that the target gets instead of what is told of the event, the same for every event; up to 8,192
            characters, and not for an event bus.
        message_group_id: With a FIFO queue: the group of the messages, up to 100 characters. The queue must find
            duplicates by their content.
    """

    arn: str
    kind: EventTargetKind | None = None
    role_arn: str | None = None
    dead_letter_arn: str | None = None
    maximum_retry_attempts: int | None = None
    maximum_event_age_in_seconds: int | None = None
    input: str | None = None
    message_group_id: str | None = None

    @property
    def service(self) -> str:
        """What it is, by the service in its ARN; empty where that is not known."""
        if self.kind is not None:
            return self.kind
        parts = self.arn.split(":")
        return parts[2] if len(parts) > 2 and parts[2] in KINDS else ""

    @property
    def function(self) -> tuple[str, str | None]:
        """The ARN of a function without version and alias, and that."""
        parts = self.arn.split(":")
        if is_unresolved(self.arn) or len(parts) != 8:
            return self.arn, None
        return ":".join(parts[:7]), parts[7]

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that the target breaks.

        Args:
            place: Where the rule is.
        """
        return [
            *self._check_arn(place),
            *self._check_role(place),
            *self._check_dead_letters(place),
            *_check_number(self.maximum_retry_attempts, RETRY_ATTEMPTS, "maximum_retry_attempts"),
            *_check_number(self.maximum_event_age_in_seconds, EVENT_AGES, "maximum_event_age_in_seconds"),
            *self._check_input(),
            *self._check_group(),
        ]

    def notices(self) -> list[Problem]:
        """Return what has to be seen of the target."""
        if self.dead_letter_arn is None:
            return []
        rule = "EventBridge cannot send to this queue unless its policy lets it"
        fix = (
            "Let events.amazonaws.com do sqs:SendMessage there, on the condition that aws:SourceArn is the rule, where "
            "the queue is made."
        )
        return [Problem(("dead_letter_arn",), "event-dead-letters", rule, fix=fix, severity="notice")]

    def _check_arn(self, place: Place) -> list[Problem]:
        if self.kind is not None and self.kind not in KINDS:
            rule, fix = f"must be one of {', '.join(KINDS)}", "Write the service of the target's ARN."
            return [Problem(("kind",), "event-target", rule, show(self.kind), fix)]
        if is_unresolved(self.arn):
            if self.kind is not None or self.service:
                return []
            rule = "must be the ARN of a target whose kind is known at synthesis"
            fix = f"Give EventTarget(arn=..., kind=...), with one of {', '.join(KINDS)}."
            return [Problem(("arn",), "event-target", rule, "a token", fix)]
        if not TARGET_ARN.fullmatch(self.arn):
            rule = "must be the ARN of a function, a state machine, a queue, a topic without FIFO or an event bus"
            fix = f"Write it as in {_EXAMPLE}."
            if TARGET_ARN.fullmatch(self.arn.removesuffix(_LATEST)):
                rule, fix = "must be a function that EventBridge can be let call", f"Leave {_LATEST} out."
            return [Problem(("arn",), "event-target", rule, show(self.arn), fix)]
        if self.kind not in (None, self.arn.split(":")[2]):
            rule = f"must be that of the ARN, {self.arn.split(':')[2]}"
            return [Problem(("kind",), "event-target", rule, show(self.kind), "Leave it out.")]
        return self._check_place(place)

    def _check_place(self, place: Place) -> list[Problem]:
        _, partition, service, region, account_id, *_ = self.arn.split(":")
        if service == "events":
            if place.known_region is None or partition == place.partition:
                return []
            rule, fix = f"must lie in the partition {place.partition}", "Use an event bus of that partition."
            return [Problem(("arn",), "event-target", rule, show(self.arn), fix)]
        problems = check_arn_place(self.arn, place, "arn", code="event-target", what=_WORDS[service])
        if problems or place.known_account_id in (None, account_id):
            return problems
        rule = f"must be {_WORDS[service]} of the rule's own account {place.known_account_id}"
        bus = f"arn:{partition}:events:{region}:{account_id}:event-bus/default"
        fix = f"Send the events to an event bus of that account, as in {bus}."
        return [Problem(("arn",), "event-target", rule, show(self.arn), fix)]

    def _check_role(self, place: Place) -> list[Problem]:
        return [] if self.role_arn is None else check_role_arn(self.role_arn, place, "role_arn", code="event-role")

    def _check_dead_letters(self, place: Place) -> list[Problem]:
        arn = self.dead_letter_arn
        if arn is None or is_unresolved(arn):
            return []
        if not DEAD_LETTER_ARN.fullmatch(arn):
            rule = "must be the ARN of an SQS queue without FIFO"
            fix = "Write it as in arn:aws:sqs:us-east-1:111111111111:undelivered."
            return [Problem(("dead_letter_arn",), "event-dead-letter-queue", rule, show(arn), fix)]
        code = "event-dead-letter-queue"
        if arn == self.arn:
            rule, fix = "must be another queue than the target", "What cannot be delivered there is kept elsewhere."
            return [Problem(("dead_letter_arn",), code, rule, show(arn), fix)]
        return check_arn_place(arn, place, "dead_letter_arn", code=code, what="a queue")

    def _check_input(self) -> list[Problem]:
        if self.input is None:
            return []
        if self.service == "events":
            # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
            rule, fix = "must be left out with an event bus, which takes events as they are", "Remove it."
            return [Problem(("input",), "event-input", rule, "", fix)]
        if is_unresolved(self.input):
            return []
        try:
            json.loads(self.input)
        except ValueError:
            fix = 'Write it as in {"cluster": "shop"}.'
            return [Problem(("input",), "event-input", "must be JSON", show(self.input), fix)]
        return check_input(self.input, "input")

    def _check_group(self) -> list[Problem]:
        group, path = self.message_group_id, ("message_group_id",)
        if group is not None and not is_unresolved(group) and not GROUP_ID.fullmatch(group):
            rule, fix = "must be 1 to 100 characters of ASCII without blanks", "Write it as in deployments."
            return [Problem(path, "event-message-group", rule, show(group), fix)]
        if is_unresolved(self.arn) or not TARGET_ARN.fullmatch(self.arn):
            return []
        if group is None and self.arn.endswith(_FIFO) and self.service == "sqs":
            fix = "Name one group for messages that must stay in order, as in deployments."
            return [Problem(path, "event-message-group", "must be given with a FIFO queue", "", fix)]
        if group is not None and not (self.arn.endswith(_FIFO) and self.service == "sqs"):
            rule = "must come with a FIFO queue"
            return [Problem(path, "event-message-group", rule, show(group), "Remove it.")]
        return []


def _check_number(value: int | None, allowed: range, name: str) -> list[Problem]:
    if value is None or is_unresolved(value) or value in allowed:
        return []
    rule = f"must be {allowed[0]} to {allowed[-1]:,}"
    return [Problem((name,), "event-retries", rule, show(value), "Leave it out for AWS's default.")]
