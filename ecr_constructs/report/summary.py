"""What there is to be shown of an environment: where it is, what it makes or refers to, and who pulls from whom."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import access_of, accounts_that_pull
from ecr_constructs.config.environment import Environment, Source
from ecr_constructs.core.access.statements import ANY_ORGANIZATION_ID
from ecr_constructs.core.access.statements import OWN_ORGANIZATION as OWN_ORGANIZATION_PRINCIPAL
from ecr_constructs.core.adoption import named_parts
from ecr_constructs.core.aws import RepositoryArn
from ecr_constructs.core.rates import apply_minutes, plan_minutes

__all__ = ["OWN_ORGANIZATION", "EnvironmentSummary", "Puller", "RepositorySummary", "SourceSummary", "summarise"]

OWN_ORGANIZATION = "own"
"""Stands for the organisation of the environment's own account, whose id only AWS knows."""


@dataclasses.dataclass(frozen=True, slots=True)
class SourceSummary:
    """Where an environment's repositories are that it refers to; `env` is None where no environment makes them."""

    env: str | None
    account_id: str
    region: str


@dataclasses.dataclass(frozen=True, slots=True)
class Puller:
    """An account, or an organisation, that may pull.

    Attributes:
        account_id: The account; None for an organisation.
        organization: The organisation's id or `OWN_ORGANIZATION`; None for an account.
        environments: Names of the environments in that account.
        repositories: From how many of the repositories made here.
    """

    account_id: str | None
    organization: str | None
    environments: tuple[str, ...]
    repositories: int


@dataclasses.dataclass(frozen=True, slots=True)
class RepositorySummary:
    """A repository of an environment.

    Attributes:
        logical_name: Its name in addresses, outputs and parameters.
        repository_name: Its name in ECR.
        arn: Its ARN; None where the account is not known.
        made: Whether the environment makes it.
        adopt: What of it is imported.
        renamed_from: Its former logical name.
        allow_replacement: Whether it may be replaced.
        pull_account_ids: Accounts that may pull, where it is made here.
        organization: Organisation that may pull, or `OWN_ORGANIZATION`, where it is made here.
    """

    logical_name: str
    repository_name: str
    arn: str | None
    made: bool
    adopt: tuple[str, ...]
    renamed_from: str | None
    allow_replacement: bool
    pull_account_ids: tuple[str, ...]
    organization: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class EnvironmentSummary:
    """An environment.

    Attributes:
        name: Its name.
        file: Its file.
        account_id: Its account; None where the file does not say it.
        region: Its region.
        strategy: `local` or `cross_account`.
        source: With `cross_account`: where the repositories are.
        repositories: Its repositories by logical name.
        pulled_by: Who else may pull what is made here: accounts, then organisations.
        stacks: How many stacks it has.
        parameters: How many parameters of Parameter Store.
        first_apply_minutes: How long a first apply takes at least.
        plan_minutes: How long a plan takes at least.
    """

    name: str
    file: str
    account_id: str | None
    region: str
    strategy: str
    source: SourceSummary | None
    repositories: tuple[RepositorySummary, ...]
    pulled_by: tuple[Puller, ...]
    stacks: int
    parameters: int
    first_apply_minutes: float
    plan_minutes: float


def summarise(environment: Environment, *, file: str, among: Iterable[Environment]) -> EnvironmentSummary:
    """Return what there is to be shown of an environment.

    Args:
        environment: The environment.
        file: Its file.
        among: Every environment of the app.
    """
    settings, source = environment.settings, environment.source
    repositories = tuple(_repository(each, environment) for each in environment.repositories.values())
    return EnvironmentSummary(
        name=environment.name,
        file=file,
        account_id=settings.account_id,
        region=settings.region,
        strategy=settings.ecr_strategy,
        source=None if source is None else _source(source),
        repositories=repositories,
        pulled_by=_pulled_by(environment, repositories, among),
        stacks=settings.ecr_shards,
        parameters=environment.parameter_count,
        first_apply_minutes=round(apply_minutes(environment.parameter_count), 2),
        plan_minutes=round(plan_minutes(environment.parameter_count), 2),
    )


def _source(source: Source) -> SourceSummary:
    env = None if source.environment is None else source.environment.name
    return SourceSummary(env, source.account_id, source.region)


def _repository(repository: DeclaredRepository, environment: Environment) -> RepositorySummary:
    made, options = repository.is_made, repository.options
    arn, access = _arn(repository, environment), access_of(repository)
    by_name = OWN_ORGANIZATION_PRINCIPAL in access.pull_principals and access.organization_id is None
    own = access.organization_id == ANY_ORGANIZATION_ID or by_name
    return RepositorySummary(
        logical_name=repository.logical_name,
        repository_name=arn.repository_name,
        arn=str(arn) if arn.account_id else None,
        made=made,
        adopt=named_parts(options.adopt) if made else (),
        renamed_from=options.renamed_from if made else None,
        allow_replacement=options.allow_replacement and made,
        pull_account_ids=tuple(sorted(accounts_that_pull(repository))) if made else (),
        organization=(OWN_ORGANIZATION if own else access.organization_id) if made else None,
    )


def _arn(repository: DeclaredRepository, environment: Environment) -> RepositoryArn:
    """Return the ARN of a repository; its account is empty where that is not known."""
    arn, settings = environment.arn_of(repository), environment.settings
    if arn is not None:
        return arn
    return RepositoryArn(
        partition=environment.partition,
        region=settings.region,
        account_id=settings.account_id or "",
        repository_name=environment.owner_of(repository).repository_name,
    )


def _pulled_by(
    environment: Environment, repositories: Iterable[RepositorySummary], among: Iterable[Environment]
) -> tuple[Puller, ...]:
    accounts: dict[str, int] = {}
    organizations: dict[str, int] = {}
    for repository in repositories:
        for account_id in repository.pull_account_ids:
            accounts[account_id] = accounts.get(account_id, 0) + 1
        if repository.organization is not None:
            organizations[repository.organization] = organizations.get(repository.organization, 0) + 1
    names: dict[str | None, set[str]] = {}
    for other in among:
        names.setdefault(other.settings.account_id, set()).add(other.name)
    for trusted in environment.settings.ecr_trusted_accounts:
        if trusted.env is not None:
            names.setdefault(trusted.account_id, set()).add(trusted.env)
    return (
        *(
            Puller(account_id, None, tuple(sorted(names.get(account_id, ()))), number)
            for account_id, number in sorted(accounts.items())
        ),
        *(Puller(None, organization, (), number) for organization, number in sorted(organizations.items())),
    )
