"""What deploys workloads: pushes to their repositories, or events that ask for it by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.constructs.base.event_targets import Delivery, Target, make_target, target_of
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.provider_floor import point_out_older_provider
from ecr_constructs.constructs.base.registry import Registry, claim_logical_id, registry_of
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.constructs.base.synthesis import warn
from ecr_constructs.core.aws import parse_repository_arn
from ecr_constructs.core.events.deployments import (
    DEFAULT_DETAIL_TYPE,
    DEFAULT_SOURCE,
    DEFAULT_TAGS,
    TRIGGERS,
    Deployment,
    DeploymentRule,
    DeploymentTrigger,
    check_trigger_keys,
)
from ecr_constructs.core.events.patterns import render_pattern
from ecr_constructs.core.events.rules import DEFAULT_BUS, rule_arn
from ecr_constructs.core.events.targets import EventTarget
from ecr_constructs.core.events.workloads import Workload
from ecr_constructs.core.identities.identity import short_name
from ecr_constructs.core.names import terraform_address
from ecr_constructs.core.tags import check_tags
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, raise_problems, show

__all__ = ["DeploymentEvents"]

_OF_THE_TARGET = {
    "target_arn": ("target", "arn"),
    **{name: ("target", name) for name in EventTarget.__dataclass_fields__ if name != "arn"},
}


@checks_arguments
class DeploymentEvents(PlacedConstruct):
    """A rule for each workload that tells a target to deploy it.

    The target gets JSON: the `workload`, its `repository`, the `tag`, the `image` as it is pulled, and the `account`,
    `region` and `time` of the event; of a push also the `digest`, by which the image is named then.

    Example:
        >>> DeploymentEvents(
        ...     self, "Deploy", name="shop-dev-deploy", trigger="push", repositories=[web], target=function
        ... )

    Attributes:
        rules: The rules, by workload.
        rule_arns: ARNs of the rules, by workload.
        role: The role that is made to reach the target, or None.
        permission: The statement that is made in the policy of a function, or None.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        name: str,
        trigger: DeploymentTrigger,
        target: Target,
        repositories: Sequence[RepositoryBase | str],
        workloads: Sequence[str] | None = None,
        aliases: Mapping[str, Sequence[str]] | None = None,
        tags: Sequence[str] | None = None,
        source: str | None = None,
        detail_type: str | None = None,
        event_bus_name: str = DEFAULT_BUS,
        sender_account_ids: Sequence[str] = (),
        resource_tags: Mapping[str, str] | None = None,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Make the rules.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            name: What the names of the rules begin with: 1 to 37 letters, digits, `.`, `-` and `_`.
            trigger: `push`: a push to the repository deploys. `event`: an event on the bus deploys, which says
                `{"service": WORKLOAD, "tag": TAG}`, and no push does. Known at synthesis.
            target: What deploys: see `EventRule`.
            repositories: The repositories, or their ARNs.
            workloads: What events and the target call each of them, in the same order; default: the repositories'
                names.
            aliases: Other names by which an event may ask for a workload.
            tags: With `push`: tags that deploy, in which `*` stands for any characters; default `latest`.
            source: With `event`: the source of the event; default `action.production`. AWS's own begin with `aws.`.
            detail_type: With `event`: its detail type; default `DEPLOY`.
            event_bus_name: The bus that the events arrive at; default: `default`, at which the registry's own do.
            sender_account_ids: Other accounts that may put events on the bus, such as that of the repositories. Each
                gets a statement in the bus's policy, whose other statements stay
                (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html).
            resource_tags: Tags of the rules and of the role.
            logical_id: Start of the resources' Terraform names; default: CDKTF's names.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: EventBridge takes no such arguments, or the name is taken; it names all of it.
        """
        super().__init__(scope, id)
        registry = registry_of(self, provider)
        names, problems = _names(repositories, workloads)
        where, found = target_of(target)
        problems += found
        if where is None or problems:
            raise_problems(problems, source=self._path)
            return
        aliases = aliases or {}
        wanted = Deployment(
            name=name,
            trigger=trigger,
            target=where,
            workloads=tuple(
                _workload(each, repository, registry, tuple(aliases.get(each, ())))
                for each, repository in zip(names, repositories, strict=True)
            ),
            tags=DEFAULT_TAGS if tags is None else tuple(tags),
            source=DEFAULT_SOURCE if source is None else source,
            detail_type=DEFAULT_DETAIL_TYPE if detail_type is None else detail_type,
            event_bus_name=event_bus_name,
            sender_account_ids=tuple(sender_account_ids),
        )
        problems = [
            each.moved(*_OF_THE_TARGET.get(str(each.path[0]), each.path[:1]), *each.path[1:])
            for each in wanted.problems(registry)
        ]
        said = {"tags": tags, "source": source, "detail_type": detail_type}
        if trigger in TRIGGERS:
            problems += check_trigger_keys(trigger, [key for key, value in said.items() if value is not None])
        problems += check_tags(resource_tags or {}, "resource_tags")
        problems += [each.moved("name") for each in registry.claim(f"rules {event_bus_name}/{name}-...", self)]
        problems += claim_logical_id(logical_id, "deployment events", self)
        raise_problems(problems, source=self._path)
        self._wanted, self._bus = wanted, None if event_bus_name == DEFAULT_BUS else event_bus_name
        self._tags = dict(resource_tags) if resource_tags else None
        self._logical_id, self._provider = logical_id, provider
        self._let_in(sender_account_ids)
        delivery = Delivery(
            scope=self,
            target=where,
            rule_arn=rule_arn(registry, wanted.rules_prefix, event_bus_name),
            name=name,
            logical_id=logical_id,
            provider=provider,
            tags=self._tags,
        )
        self.permission: aws.LambdaPermission | None = delivery.permission()
        self.role: aws.IamRole | None = delivery.role()
        self.rules: dict[str, aws.CloudwatchEventRule] = {
            rule.workload: self._make_rule(rule) for rule in wanted.rules(registry)
        }
        self.rule_arns: Mapping[str, str] = {each: rule.arn for each, rule in self.rules.items()}
        point_out_older_provider(self, wanted)
        for notice in wanted.notices():
            warn(self, notice)

    def _make_rule(self, wanted: DeploymentRule) -> aws.CloudwatchEventRule:
        address = self._address(terraform_address(wanted.workload))
        # A construct's id takes no '/'.
        end = terraform_address(wanted.workload)
        rule = aws.CloudwatchEventRule(
            self,
            f"Rule-{end}",
            name=wanted.name,
            description=wanted.description,
            event_bus_name=self._bus,
            event_pattern=render_pattern(wanted.pattern),
            tags=self._tags,
            provider=self._provider,
        )
        set_logical_id(rule, address)
        make_target(
            self,
            f"Target-{end}",
            self._wanted.target,
            rule,
            role=self.role,
            event_bus_name=self._wanted.event_bus_name,
            input_paths=wanted.input.paths,
            input_template=wanted.input.template,
            logical_id=address,
            provider=self._provider,
        )
        return rule

    def _let_in(self, account_ids: Sequence[str]) -> None:
        """Let accounts put events on the bus, each by a statement of its own."""
        for account_id in dict.fromkeys(account_ids):
            known = not is_unresolved(account_id)
            permission = aws.CloudwatchEventPermission(
                self,
                f"Sender-{account_id}" if known else "Sender",
                # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
                statement_id=short_name(self._wanted.name.replace(".", "-"), account_id if known else "sender"),
                principal=account_id,
                event_bus_name=self._bus,
                provider=self._provider,
            )
            set_logical_id(permission, self._address(account_id if known else "sender"))

    def _address(self, end: str) -> str | None:
        return None if self._logical_id is None else f"{self._logical_id}_{end}"


def _names(
    repositories: Sequence[RepositoryBase | str], workloads: Sequence[str] | None
) -> tuple[list[str], list[Problem]]:
    """Return what each repository's workload is called, and what is wrong with that."""
    problems, names = [], []
    for index, each in enumerate(repositories):
        arn = None if isinstance(each, RepositoryBase) else each
        if arn is not None and not is_unresolved(arn) and parse_repository_arn(arn) is None:
            rule = "must be the ARN of an ECR repository"
            fix = "Write it as in arn:aws:ecr:us-east-1:111111111111:repository/shop/web."
            problems.append(Problem(("repositories", index), "repository-arn", rule, show(arn), fix))
        elif arn is not None and arn.count(":") < 5:
            rule = "must be an ARN of which the account alone is a token"
            fix = "Give the repository itself, as Repository.from_arn returns it."
            problems.append(Problem(("repositories", index), "repository-arn", rule, "a token", fix))
        else:
            names.append(
                each.repository_name if isinstance(each, RepositoryBase) else each.rpartition("repository/")[2]
            )
    if workloads is not None and len(workloads) != len(repositories):
        rule, got = "must have a name for each of the repositories", f"{len(workloads)} for {len(repositories)}"
        problems.append(Problem(("workloads",), "deployment-workloads", rule, got, "Give both in the same order."))
    names = names if workloads is None else list(workloads)
    for index, name in enumerate(names):
        if is_unresolved(name):
            fix = "Name the workloads: what is made depends on it."
            problems.append(
                Problem(("workloads", index), "known-at-synthesis", "must be known at synthesis", "a token", fix)
            )
    return names, problems


def _workload(name: str, repository: RepositoryBase | str, registry: Registry, aliases: tuple[str, ...]) -> Workload:
    if isinstance(repository, str):
        return Workload.of_arn(name, repository, registry, aliases)
    account_id, region = repository.place_of_events
    return Workload(
        name=name,
        repository_name=repository.repository_name,
        account_id=account_id,
        region=region,
        url=repository.url,
        aliases=aliases,
    )
