"""What the stacks of an environment make under a fixed name, and that can therefore exist already.

It is derived from the one description of what is wanted (`config.desired`); a test holds it to what is synthesised.
Repositories themselves and their policies are not here: `describe` and `effects` are about them.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from typing import Literal, TypeAlias

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import (
    Wanted,
    created_key_of,
    registry_grants_of,
    replication_of,
    scanning_of,
    wanted_of,
)
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.kms import KeyToCreate
from ecr_constructs.core.events.deployments import Deployment
from ecr_constructs.core.events.forwards import EventForward
from ecr_constructs.core.events.rules import DEFAULT_BUS
from ecr_constructs.core.identities.identity import HasIdentities
from ecr_constructs.core.identities.oidc import provider_address
from ecr_constructs.core.identities.oidc_role import OidcRole
from ecr_constructs.core.kms import KeySettings
from ecr_constructs.core.names import terraform_address
from ecr_constructs.core.registry.account_settings import AccountSettingValues
from ecr_constructs.core.registry.caches import PullThroughRule
from ecr_constructs.core.registry.finding_events import alert_patterns, log_patterns
from ecr_constructs.core.registry.findings import FindingsLog, resource_name
from ecr_constructs.core.registry.public import PublicSettings
from ecr_constructs.core.registry.pull_times import PullTimeExclusion
from ecr_constructs.core.registry.templates import CreationTemplate
from ecr_constructs.core.ssm import LAYOUTS

__all__ = ["Fate", "Fixed", "fixed_of", "published_of"]

Fate: TypeAlias = Literal["stops", "overwrites"]
"""What an apply does at something that exists: it stops there, or overwrites it without a word."""

_REGISTRY = "registry"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """One thing with a fixed name.

    Attributes:
        kind: Terraform's type of it.
        logical_id: Its Terraform name.
        name: What it is called in AWS; empty for what a registry has one of.
        fate: What an apply does where it exists.
        value: What it is to be, where that is one word.
    """

    kind: str
    logical_id: str
    name: str = ""
    fate: Fate = "stops"
    value: str | None = None

    @property
    def address(self) -> str:
        """Its address in the stack."""
        return f"{self.kind}.{self.logical_id}"


def fixed_of(environment: Environment) -> tuple[Fixed, ...]:
    """Return what the first stack of an environment makes under fixed names, parameters apart."""
    here = environment.settings.ecr_strategy == "local"
    wanted = itertools.chain(_key_of(environment) if here else (), wanted_of(environment))
    singletons = _singletons(environment) if here else ()
    fixed = dict.fromkeys(fixed for each in wanted for fixed in _fixed(each, environment))  # what several share, once
    return (*fixed, *singletons)


def published_of(repository: DeclaredRepository) -> dict[str, str]:
    """Return the full names of the parameters that a repository is published in, by their last parts."""
    path = repository.ssm_path
    return {} if path is None else {name: f"{path}/{name}" for name in LAYOUTS[repository.environment.ecr_ssm_layout]}


def _key_of(environment: Environment) -> Iterator[Wanted]:
    """Return the key that is made, if anything is encrypted with it."""
    used = [
        *(each.kms_key for each in environment.made.values()),
        *(each.kms_key for each in wanted_of(environment)),
    ]
    if any(isinstance(key, KeyToCreate) for key in used):
        yield from created_key_of(environment)


def _fixed(wanted: Wanted, environment: Environment) -> Iterator[Fixed]:
    id_ = wanted.logical_id
    match wanted.value:
        case KeySettings(alias=alias):
            yield Fixed(kind="aws_kms_alias", logical_id=id_, name=alias)
        case PullThroughRule(ecr_repository_prefix=prefix) as rule:
            yield Fixed(kind="aws_ecr_pull_through_cache_rule", logical_id=id_, name=prefix)
            if rule.made_secret is not None:
                yield Fixed(kind="aws_secretsmanager_secret", logical_id=id_, name=rule.made_secret)
        case CreationTemplate(prefix=prefix) as template:
            yield Fixed(kind="aws_ecr_repository_creation_template", logical_id=id_, name=prefix)
            if template.role_name is not None:
                yield Fixed(kind="aws_iam_role", logical_id=id_, name=template.role_name)
        case PublicSettings(repository_name=name):
            yield Fixed(kind="aws_ecrpublic_repository", logical_id=id_, name=name)
        case AccountSettingValues() as settings:
            for name, value in settings.given.items():
                kind, setting = "aws_ecr_account_setting", f"{id_}_{name}"
                yield Fixed(kind=kind, logical_id=setting, name=name.upper(), fate="overwrites", value=value)
        case PullTimeExclusion(principal_arn=arn):
            yield Fixed(kind="aws_ecr_pull_time_update_exclusion", logical_id=id_, name=arn)
        case FindingsLog() as log:
            yield from _of_log(log, id_)
        case OidcRole(role_name=name, provider=provider):
            if "find_oidc_provider" not in wanted.keywords:
                kind, id_of_provider = "aws_iam_openid_connect_provider", provider_address(provider)
                yield Fixed(kind=kind, logical_id=id_of_provider, name=provider.url)
            yield Fixed(kind="aws_iam_role", logical_id=id_, name=name)
        case HasIdentities() as identity:
            for each in identity.identities(environment.place):
                kind = "aws_iam_policy" if each.managed else "aws_iam_role"
                yield Fixed(kind=kind, logical_id=id_, name=each.name)
        case Deployment(event_bus_name=bus) as deployment if bus == DEFAULT_BUS:
            for workload, name in deployment.rule_names.items():
                yield _rule(f"{id_}_{terraform_address(workload)}", name)
        case EventForward(rule_name=name):
            yield _rule(id_, name)


def _of_log(log: FindingsLog, id_: str) -> Iterator[Fixed]:
    name = resource_name(log.log_group_name)
    yield Fixed(kind="aws_cloudwatch_log_group", logical_id=id_, name=log.log_group_name)
    yield Fixed(kind="aws_cloudwatch_log_resource_policy", logical_id=id_, name=name, fate="overwrites")
    alerts = {} if log.alert_severity is None else alert_patterns(log.alert_severity, ())
    if alerts and log.topic_arn is None:
        yield Fixed(kind="aws_sns_topic", logical_id=id_, name=name)
    for suffix in (*log_patterns(()), *alerts):
        yield _rule(f"{id_}_{suffix.replace('-', '_')}", f"{name}-{suffix}")


def _rule(logical_id: str, name: str) -> Fixed:
    return Fixed(kind="aws_cloudwatch_event_rule", logical_id=logical_id, name=name, fate="overwrites")


def _singletons(environment: Environment) -> Iterator[Fixed]:
    """Return what a registry has one of, and that is written over whatever is there."""
    inspector = environment.settings.ecr_enable_inspector
    for kind, is_made in (
        ("aws_ecr_registry_policy", bool(registry_grants_of(environment))),
        ("aws_ecr_registry_scanning_configuration", bool(scanning_of(environment))),
        ("aws_ecr_replication_configuration", bool(replication_of(environment))),
        ("aws_inspector2_enabler", inspector),
    ):
        if is_made:
            yield Fixed(kind=kind, logical_id=_REGISTRY, fate="overwrites")
