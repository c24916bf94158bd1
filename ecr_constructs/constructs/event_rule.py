"""A rule of EventBridge that sends events to a target which it may reach."""

from __future__ import annotations

from collections.abc import Mapping

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.constructs.base.event_targets import Delivery, Target, make_target, target_of
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.provider_floor import point_out_older_provider
from ecr_constructs.constructs.base.registry import claim_logical_id, registry_of
from ecr_constructs.constructs.base.synthesis import warn
from ecr_constructs.core.events.inputs import check_input
from ecr_constructs.core.events.patterns import render_pattern
from ecr_constructs.core.events.rules import DEFAULT_BUS, EventRuleSettings
from ecr_constructs.core.tags import check_tags
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import raise_problems

__all__ = ["EventRule"]


@checks_arguments
class EventRule(PlacedConstruct):
    """A rule with one target, and what lets EventBridge reach that.

    A function gets a statement in its policy for this rule alone. For queues, topics, state machines and event buses a
    role is made that EventBridge takes on for this rule alone, and that can send to this target alone: the policies
    that these have stay as they are. A bus of another account must let this account put events.

    Example:
        >>> EventRule(
        ...     self,
        ...     "Pulls",
        ...     event_pattern={"source": ["aws.ecr"], "detail-type": ["ECR Pull Through Cache Action"]},
        ...     target="arn:aws:sqs:us-east-1:111111111111:cached",
        ... )

    Attributes:
        rule: The rule.
        rule_arn: ARN of the rule.
        target: Its target.
        role: The role that is made for it, or None.
        permission: The statement that is made for it in the policy of a function, or None.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        event_pattern: Mapping[str, object],
        target: Target,
        name: str | None = None,
        description: str | None = None,
        event_bus_name: str = DEFAULT_BUS,
        input_paths: Mapping[str, str] | None = None,
        input_template: str | None = None,
        tags: Mapping[str, str] | None = None,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Make a rule.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            event_pattern: Which events are meant, as EventBridge has it, up to 2,048 characters of JSON
                (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html).
            target: ARN of a Lambda function, a Step Functions state machine, an SQS queue or an SNS topic in the rule's
                account and region, or of an event bus anywhere; an object that has such an `arn`; or an `EventTarget`,
                which says more.
            name: Name of the rule: 1 to 64 letters, digits, `.`, `-` and `_`; default: one that the provider makes up
                (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html).
            description: What the rule is for, up to 512 characters.
            event_bus_name: The bus that the events arrive at; default: `default`, where those of AWS's services do.
            input_paths: Where in the event each variable of the template is, such as `{"tag": "$.detail.image-tag"}`.
            input_template: What the target is told, up to 8,192 characters with variables in angle brackets; default:
                the event itself, which an event bus gets in any case
                (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html).
            tags: Tags of the rule and of the role.
            logical_id: Terraform name of the resources; default: CDKTF's, made from the path of the construct.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: EventBridge takes no such arguments, or the name is taken; it names all of it.
        """
        super().__init__(scope, id)
        registry = registry_of(self, provider)
        where, problems = target_of(target)
        if where is not None:
            settings = EventRuleSettings(
                event_pattern=event_pattern,
                target=where,
                name=name,
                description=description,
                event_bus_name=event_bus_name,
            )
            problems = settings.problems(registry)
        problems += check_input(input_template or "", "input_template")
        problems += check_tags(tags or {}, "tags")
        if name is not None and not is_unresolved(name):
            # EventBridge would give the rule that is there another pattern, and say nothing.
            problems += [each.moved("name") for each in registry.claim(f"rule {event_bus_name}/{name}", self)]
        problems += claim_logical_id(logical_id, "event rule", self)
        raise_problems(problems, source=self._path)
        if where is None:
            return
        self.rule: aws.CloudwatchEventRule = aws.CloudwatchEventRule(
            self,
            "Rule",
            name=name,
            description=description,
            event_bus_name=None if event_bus_name == DEFAULT_BUS else event_bus_name,
            event_pattern=render_pattern(event_pattern),
            tags=dict(tags) if tags else None,
            provider=provider,
        )
        set_logical_id(self.rule, logical_id)
        self.rule_arn: str = self.rule.arn
        delivery = Delivery(
            scope=self,
            target=where,
            rule_arn=self.rule_arn,
            name=None if is_unresolved(name) else name,
            logical_id=logical_id,
            provider=provider,
            tags=tags,
        )
        self.permission: aws.LambdaPermission | None = delivery.permission()
        self.role: aws.IamRole | None = delivery.role()
        self.target: aws.CloudwatchEventTarget = make_target(
            self,
            "Target",
            where,
            self.rule,
            role=self.role,
            event_bus_name=event_bus_name,
            input_paths=input_paths,
            input_template=input_template,
            logical_id=logical_id,
            provider=provider,
        )
        point_out_older_provider(self, where)
        for notice in where.notices():
            warn(self, notice.under("target"))
