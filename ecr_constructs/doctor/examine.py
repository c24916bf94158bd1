"""The whole of a comparison: the files, AWS, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ecr_constructs.adoption.failures import said_plainly
from ecr_constructs.adoption.read import AwsRegistry
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.load import load_environments
from ecr_constructs.config.named import unknown_environment
from ecr_constructs.discovery.store import ParameterStore
from ecr_constructs.doctor.compare import Read, compare
from ecr_constructs.doctor.findings import Examination
from ecr_constructs.errors import InvalidInput, OperationError

__all__ = ["examine"]


def examine(env: str, directory: Path) -> Examination:
    """Compare what is published of an environment with what its file says and ECR has; nothing is changed.

    Args:
        env: The environment.
        directory: Where the environment files are.

    Raises:
        InvalidInput: The files are not right, or there is no such environment.
        OperationError: AWS cannot be asked, refuses, or is another account than the environment's.
    """
    environments = {each.name: each for each in load_environments(directory)}
    if env not in environments:
        raise InvalidInput([unknown_environment(env, environments)])
    environment = environments[env]
    settings = environment.settings
    registry = AwsRegistry(settings.region, environment.credentials)
    account_id = registry.account_id
    if settings.account_id not in (None, account_id):
        raise OperationError(
            f"The credentials are those of account {account_id}, and {environment.file} is about account "
            f"{settings.account_id}: use credentials of that account, such as by AWS_PROFILE."
        )
    prefix = settings.ecr_ssm_prefix.rstrip("/")
    with said_plainly():
        store = ParameterStore(registry.client("ssm"), account_id=account_id)
        parameters = store.below(prefix)
    read = Read(
        account_id=account_id,
        repositories={each.name: each for each in registry.repositories()},
        parameters=parameters,
        paths_of_others=_paths_beside(environment, account_id, environments.values()),
    )
    return Examination(
        environment=env,
        account_id=account_id,
        region=settings.region,
        prefix=prefix,
        repositories=sum(each.ssm_path is not None for each in environment.repositories.values()),
        parameters=len(parameters),
        findings=compare(environment, read),
    )


def _paths_beside(environment: Environment, account_id: str, environments: Iterable[Environment]) -> frozenset[str]:
    """Return where other environments publish that are, or may be, in the same account and region."""
    beside = (
        each
        for each in environments
        if each.name != environment.name
        and each.settings.region == environment.settings.region
        and each.settings.account_id in (None, account_id)
    )
    return frozenset(
        repository.ssm_path
        for each in beside
        for repository in each.repositories.values()
        if repository.ssm_path is not None
    )
