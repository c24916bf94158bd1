"""The repositories of environments, with the policies that decide about them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Literal

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import access_of, caches_of, public_of, registry_grants_of, templates_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.access.grants import statements_of
from ecr_constructs.core.evaluation.clauses import Clause, clause_of
from ecr_constructs.core.evaluation.evaluate import Policies
from ecr_constructs.core.evaluation.wildcards import SOME
from ecr_constructs.core.iam import merge_statements
from ecr_constructs.core.places import KnownPlace
from ecr_constructs.core.registry.caches import PullThroughRule
from ecr_constructs.core.registry.policy import registry_statement
from ecr_constructs.core.registry.public import PublicSettings
from ecr_constructs.core.registry.pulls import template_of
from ecr_constructs.core.registry.templates import ROOT, CreationTemplate

__all__ = ["Site", "Sites"]

_CACHED = "PULL_THROUGH_CACHE"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Site:
    """A repository, or all that ECR makes by itself below a prefix.

    Attributes:
        kind: `made` here, `referred` to, made by ECR itself (`pattern`), or `public`.
        logical_name: Its logical name; of a pattern, that.
        repository_name: Its name in ECR.
        arn: Its ARN; of a pattern it holds `SOME`.
        account_id: Its account; of an environment that does not say its account, what stands for that.
        environment: The environment that shows it.
        policies: Its policy, and that of the registry.
    """

    kind: Literal["made", "referred", "pattern", "public"]
    logical_name: str
    repository_name: str
    arn: str
    account_id: str
    environment: Environment
    policies: Policies


class Sites:
    """The repositories of all environments of an app, which may be one another's."""

    def __init__(self, environments: Iterable[Environment]) -> None:
        self._environments = tuple(environments)
        self._clauses: dict[str, tuple[Clause, ...]] = {}
        self._registries: dict[str, tuple[Clause, ...]] = {}
        self._made = {
            environment.repository_arn(name, environment.place): (environment, each)
            for environment in self._environments
            if environment.registry is not None
            for name, each in environment.made.items()
        }

    def of(self, environment: Environment) -> list[Site]:
        """Return the repositories of an environment: declared ones, then those that ECR makes, then public ones."""
        declared = [self._declared(each, environment) for each in environment.repositories.values()]
        return [*declared, *_patterns(environment, self._registry(environment)), *_public(environment)]

    def _declared(self, repository: DeclaredRepository, environment: Environment) -> Site:
        elsewhere = environment.arn_of(repository)
        owner, place = environment.owner_of(repository), environment.place
        arn = environment.repository_arn(repository.logical_name, place)
        policies = (
            self._policies(owner, environment, place)
            if elsewhere is None
            else self._elsewhere(arn, repository, environment)
        )
        if elsewhere is not None and environment.settings.account_id is None:
            unknown = f"the account of {environment.name}, which its file does not say, is let in"
            policies = dataclasses.replace(policies, others=unknown)
        return Site(
            kind="made" if elsewhere is None else "referred",
            logical_name=repository.logical_name,
            repository_name=owner.repository_name if elsewhere is None else elsewhere.repository_name,
            arn=arn,
            account_id=place.account_id if elsewhere is None else elsewhere.account_id,
            environment=environment,
            policies=policies,
        )

    def _elsewhere(self, arn: str, repository: DeclaredRepository, environment: Environment) -> Policies:
        """Return the policies of a repository that is made elsewhere, as far as an environment of the app makes it."""
        if arn in self._made:
            maker, declared = self._made[arn]
            return self._policies(declared, maker, maker.place)
        source, declared = environment.source, environment.declared_at_source(repository)
        if source is not None and source.environment is not None and declared.uri is None:
            # It does not say its account itself.
            return self._policies(declared, source.environment, KnownPlace(source.region, source.account_id))
        return Policies((), "the policy of the repository, which is not made here, allows it")

    def _policies(self, repository: DeclaredRepository, environment: Environment, place: KnownPlace) -> Policies:
        access = access_of(repository)
        # Most repositories of an environment have the same; conditions are mappings, which have no hash.
        key = f"{access}{place}"
        if key not in self._clauses:
            statements = merge_statements(statements_of(access, place))
            self._clauses[key] = tuple(clause_of(each, "repository policy") for each in statements)
        return Policies((*self._clauses[key], *self._registry(environment)))

    def _registry(self, environment: Environment) -> tuple[Clause, ...]:
        """Return the statements of a registry's policy, whichever of its environments says them."""
        if environment.name not in self._registries:
            registry = environment.registry
            beside = [each for each in self._environments if registry is not None and each.registry == registry]
            statements = [
                registry_statement(grant, each.place)
                for each in (beside or [environment])
                for _, grant in registry_grants_of(each)
            ]
            clauses = tuple(clause_of(each, "registry policy") for each in merge_statements(statements))
            self._registries[environment.name] = clauses
        return self._registries[environment.name]


def _patterns(environment: Environment, registry: tuple[Clause, ...]) -> Iterator[Site]:
    """Return what ECR makes by itself: below each cache and template, with the policy of the nearest template."""
    place = environment.place
    templates = [each.value for each in templates_of(environment) if isinstance(each.value, CreationTemplate)]
    caches = [each.value for each in caches_of(environment) if isinstance(each.value, PullThroughRule)]
    for prefix in sorted({each.prefix for each in templates} | {each.ecr_repository_prefix for each in caches}):
        deciding = [each for each in templates if _CACHED in each.applied_for or each.prefix == prefix]
        template = template_of(prefix, deciding)
        statements = () if template is None else template.repository_policy
        name = "*" if prefix == ROOT else f"{prefix}/*"
        clauses = tuple(clause_of(each, "policy of the creation template") for each in statements)
        yield Site(
            kind="pattern",
            logical_name=name,
            repository_name=name,
            arn=f"arn:{place.partition}:ecr:{place.region}:{place.account_id}:repository/{name[:-1]}{SOME}",
            account_id=place.account_id,
            environment=environment,
            policies=Policies((*clauses, *registry)),
        )


def _public(environment: Environment) -> Iterator[Site]:
    for wanted in public_of(environment):
        settings = wanted.value
        if isinstance(settings, PublicSettings):
            clauses = tuple(clause_of(each, "repository policy") for each in settings.statements)
            yield Site(
                kind="public",
                logical_name=str(wanted.path[-1]),
                repository_name=settings.repository_name,
                arn=f"arn:aws:ecr-public::{environment.place.account_id}:repository/{settings.repository_name}",
                account_id=environment.place.account_id,
                environment=environment,
                policies=Policies(clauses),
            )
