"""What deploys the workloads of an environment, and what its registry hands on to others: functions of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecr_constructs.config.desired.fields import same_fields
from ecr_constructs.config.desired.wanted import Output, Wanted
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.workloads import WORKLOADS
from ecr_constructs.core.events.deployments import LONGEST_NAME, Deployment
from ecr_constructs.core.events.forwards import EventForward
from ecr_constructs.core.events.rules import DEFAULT_BUS
from ecr_constructs.core.events.targets import EventTarget
from ecr_constructs.core.events.workloads import Workload
from ecr_constructs.core.identities.identity import short_name
from ecr_constructs.core.keywords import keywords_of
from ecr_constructs.core.places import KnownPlace

__all__ = ["deployed_names", "deployments_of", "forward_of", "pushed_elsewhere"]


def deployments_of(environment: Environment) -> Iterator[Wanted]:
    """Return the rules that deploy the workloads, and those that hand pushes on to other environments."""
    yield from _own(environment)
    for forward in environment.forwards:
        rule = forward.rule
        yield Wanted(
            value=forward,
            path=(),
            construct="EventRule",
            id=f"Forward_{forward.environment}",
            logical_id=f"ecr_forward_{forward.environment}",
            keywords=keywords_of(rule),
            outputs=(
                Output(
                    "ecr_forward_rule_arns",
                    "rule_arn",
                    "ARNs of the rules that hand pushes on, by environment",
                    key=forward.environment,
                ),
            ),
        )


def deployed_names(environment: Environment) -> tuple[str, ...]:
    """Return the logical names of the repositories whose workloads are deployed, less those that there are not.

    Without any being named, those are all whose pushes arrive.
    """
    options = environment.settings.ecr_deployments
    if options is None or not repositories_are_located(environment):
        return ()
    declared = [name for name in environment.repositories if _is_at_source(environment, name)]
    if options.repositories:
        return tuple(name for name in dict.fromkeys(options.repositories) if name in declared)
    return tuple(name for name in declared if options.trigger == "event" or not pushed_elsewhere(environment, name))


def repositories_are_located(environment: Environment) -> bool:
    """Whether it is known where the repositories are: of a source's, that comes after the file was read."""
    return environment.settings.ecr_strategy == "local" or environment.source is not None


def pushed_elsewhere(environment: Environment, logical_name: str) -> bool:
    """Whether nobody hands on the pushes to a repository, because its URI is all that is known of it."""
    if not _is_at_source(environment, logical_name):
        return False
    return environment.declared_at_source(environment.repositories[logical_name]).uri is not None


def forward_of(environment: Environment) -> EventForward | None:
    """Return what the source of an environment has to hand on for its deployments.

    Nothing where no push deploys, where its account is not known, or where the pushes arrive by themselves.
    """
    options, source, settings = environment.settings.ecr_deployments, environment.source, environment.settings
    if options is None or source is None or options.trigger != "push" or settings.account_id is None:
        return None
    here = (source.account_id, source.region) == (settings.account_id, settings.region)
    if here and options.event_bus_name == DEFAULT_BUS:
        return None
    names = [
        arn.repository_name
        for name in deployed_names(environment)
        if (arn := environment.arn_of(environment.repositories[name])) is not None
        and not pushed_elsewhere(environment, name)
    ]
    if not names:
        return None
    of = environment if source.environment is None else source.environment
    return EventForward(
        rule_name=short_name(of.settings.project, of.name, "forward", environment.name),
        environment=environment.name,
        account_id=source.account_id,
        region=source.region,
        repository_names=tuple(names),
        tags=options.tags,
        to=KnownPlace(settings.region, settings.account_id),
        event_bus_name=options.event_bus_name,
    )


def _is_at_source(environment: Environment, logical_name: str) -> bool:
    """Whether the source of an environment has a repository; where that is no environment, whatever is declared."""
    owner, source = environment.owner_of(environment.repositories[logical_name]), environment.source
    if source is None or source.environment is None or owner.uri is not None:
        return True
    return owner.logical_name in source.environment.repositories


def _own(environment: Environment) -> Iterator[Wanted]:
    options, settings = environment.settings.ecr_deployments, environment.settings
    names = deployed_names(environment)
    if options is None or not names:
        return
    place, aliases = environment.place, _aliases(environment)
    aliases = {name: each for name, each in aliases.items() if name in names and options.trigger == "event"}
    source = environment.source
    away = source is not None and source.account_id != settings.account_id and options.trigger == "push"
    value = Deployment(
        name=short_name(settings.project, environment.name, "deploy", longest=LONGEST_NAME),
        trigger=options.trigger,
        target=EventTarget(arn=options.target_arn, **same_fields(EventTarget, options)),
        workloads=tuple(
            Workload.of_arn(name, environment.repository_arn(name, place), place, aliases.get(name, ()))
            for name in names
        ),
        tags=options.tags,
        source=options.source,
        detail_type=options.detail_type,
        event_bus_name=options.event_bus_name,
        sender_account_ids=(source.account_id,) if away and source is not None else (),
    )
    yield Wanted(
        value=value,
        path=("ecr_deployments",),
        construct="DeploymentEvents",
        id="Deployments",
        logical_id="ecr_deployments",
        keywords={
            **keywords_of(value, "workloads"),
            "workloads": list(names),
            **({"aliases": aliases} if aliases else {}),
        },
        repositories=names,
        names=_event_of(value),
        outputs=(Output("ecr_deployment_rule_arns", "rule_arns", "ARNs of the rules that deploy, by workload"),),
    )


def _event_of(value: Deployment) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return the event that deploys, which must not deploy another environment as well."""
    if value.trigger != "event":
        return ()
    bus = "" if value.event_bus_name == DEFAULT_BUS else f" on {value.event_bus_name}"
    return (("deployment event", f"{value.source} {value.detail_type}{bus}", ("source",)),)


def _aliases(environment: Environment) -> Mapping[str, tuple[str, ...]]:
    """Return the names of workloads in the file, where no repository and no other workload is called so."""
    found: dict[str, list[str]] = {}
    for prefix in WORKLOADS.values():
        for name, each in environment.repositories.items():
            bare = name.removeprefix(f"{prefix}_")
            if each.suffix == name and bare != name and bare not in environment.repositories:
                found.setdefault(bare, []).append(name)
    return {names[0]: (bare,) for bare, names in found.items() if len(names) == 1}
