"""What an account holds in a region, read through boto3 with the environment's credentials, or the user's own."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

from ecr_constructs.adoption.failures import said_plainly
from ecr_constructs.core.credentials import Credentials

__all__ = ["AwsRegistry", "FoundParameter", "FoundRepository"]

# Three calls for each repository, of which ECR allows some tens a second; boto3 waits where it allows fewer.
_AT_ONCE = 8
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
_PARAMETERS_A_CALL = 10


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FoundRepository:
    """One repository as it is in AWS.

    Attributes:
        name: Its name in ECR.
        arn: Its ARN.
        image_tag_mutability: `MUTABLE`, `IMMUTABLE`, or one of the two `..._WITH_EXCLUSION`.
        exclusion_filters: The tag patterns that those two leave out.
        scan_on_push: Whether images are scanned when they are pushed.
        encryption_type: `AES256`, `KMS` or `KMS_DSSE`.
        kms_key: Full ARN of the key; None with `AES256`.
        tags: Its tags, those of AWS itself (`aws:...`) among them.
        lifecycle_policy: The text of its lifecycle policy, or None.
        repository_policy: The text of its repository policy, or None.
    """

    name: str
    arn: str
    image_tag_mutability: str = "MUTABLE"
    exclusion_filters: tuple[str, ...] = ()
    scan_on_push: bool = False
    encryption_type: str = "AES256"
    kms_key: str | None = None
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
    lifecycle_policy: str | None = None
    repository_policy: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class FoundParameter:
    """One parameter as it is in Parameter Store.

    Attributes:
        type: `String`, `StringList` or `SecureString`.
        value: Its value, which of a `SecureString` is encrypted.
    """

    type: str
    value: str

    @property
    def is_importable(self) -> bool:
        """Whether it can become what is published here; Parameter Store changes no parameter's type."""
        return self.type == "String"


class AwsRegistry:
    """The repositories of an account in a region, and what else it has that they are published and found by.

    Every method raises `OperationError` where AWS cannot be asked or refuses.
    """

    def __init__(self, region: str, credentials: Credentials | None = None) -> None:
        """Make ready to ask; nothing is asked yet, but for the credentials of a role.

        Args:
            region: The region.
            credentials: Whose credentials to use. Default: what boto3 finds.

        Raises:
            OperationError: The user's set-up of AWS is not right.
        """
        self.region = region
        self._clients: dict[tuple[str, str], Any] = {}
        with said_plainly():
            self._session = _session(region, credentials or Credentials())
            self._ecr = self.client("ecr")
            # Made when first asked for: threads that ask at once would each know exceptions of their own.
            _ = self._ecr.exceptions

    @cached_property
    def account_id(self) -> str:
        """The account that the credentials belong to."""
        with said_plainly():
            return str(self.client("sts").get_caller_identity()["Account"])

    def repositories(self) -> list[FoundRepository]:
        """Return every repository, sorted by name, without its tags and policies."""
        with said_plainly():
            pages = self._ecr.get_paginator("describe_repositories").paginate()
            found = [_described(each) for page in pages for each in page["repositories"]]
        return sorted(found, key=lambda each: each.name)

    def with_details(self, repositories: Iterable[FoundRepository]) -> list[FoundRepository]:
        """Return repositories with their tags and policies; those that are gone by now are left out."""
        with said_plainly(), ThreadPoolExecutor(_AT_ONCE) as threads:
            return [each for each in threads.map(self._with_details, repositories) if each is not None]

    def parameters(self, names: Iterable[str]) -> dict[str, FoundParameter]:
        """Return those parameters that there are, by name."""
        wanted = list(names)
        batches = [wanted[at : at + _PARAMETERS_A_CALL] for at in range(0, len(wanted), _PARAMETERS_A_CALL)]
        if not batches:
            return {}
        ssm = self.client("ssm")  # before there are threads
        with said_plainly(), ThreadPoolExecutor(_AT_ONCE) as threads:
            answers = threads.map(lambda batch: ssm.get_parameters(Names=batch)["Parameters"], batches)
            return {each["Name"]: FoundParameter(each["Type"], each["Value"]) for found in answers for each in found}

    def key_of_alias(self, alias: str) -> str | None:
        """Return the full ARN of the key that an alias stands for; None where that cannot be found out."""
        return self._or_none(lambda: self.client("kms").describe_key(KeyId=alias)["KeyMetadata"]["Arn"])

    def organization_id(self) -> str | None:
        """Return the id of the account's organisation; None where that cannot be found out."""
        return self._or_none(lambda: self.client("organizations").describe_organization()["Organization"]["Id"])

    def _with_details(self, repository: FoundRepository) -> FoundRepository | None:
        exceptions = self._ecr.exceptions
        name = repository.name
        try:
            tags = self._ecr.list_tags_for_resource(resourceArn=repository.arn)["tags"]
            return dataclasses.replace(
                repository,
                tags={tag["Key"]: tag["Value"] for tag in tags},
                lifecycle_policy=self._text(
                    lambda: self._ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"],
                    exceptions.LifecyclePolicyNotFoundException,
                ),
                repository_policy=self._text(
                    lambda: self._ecr.get_repository_policy(repositoryName=name)["policyText"],
                    exceptions.RepositoryPolicyNotFoundException,
                ),
            )
        except exceptions.RepositoryNotFoundException:
            return None

    @staticmethod
    def _text(ask: Callable[[], str], none: type[Exception]) -> str | None:
        try:
            return ask()
        except none:
            return None

    def _or_none(self, ask: Callable[[], str]) -> str | None:
        from botocore.exceptions import ClientError  # type: ignore[import-untyped]

        with said_plainly():
            return self._text(ask, ClientError)

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a client of a service, made once.

        Args:
            service: Its name in boto3.
            region: Its region; default: the registry's.
        """
        from botocore.config import Config  # type: ignore[import-untyped]

        where = (service, region or self.region)
        if where not in self._clients:
            # More than boto3's own number of attempts: a large registry is asked a thousand times in a row.
            retries = {} if "AWS_MAX_ATTEMPTS" in os.environ else {"total_max_attempts": 10, "mode": "standard"}
            config = Config(connect_timeout=10, read_timeout=30, max_pool_connections=_AT_ONCE, retries=retries)
            self._clients[where] = self._session.client(service, region_name=where[1], config=config)
        return self._clients[where]


def _session(region: str, credentials: Credentials) -> Any:
    """Return a session of boto3 with these credentials: those of the role, where there is one."""
    import boto3  # type: ignore[import-untyped]

    session = boto3.Session(profile_name=credentials.profile, region_name=region)
    if credentials.role_arn is None:
        return session
    external_id = {} if credentials.external_id is None else {"ExternalId": credentials.external_id}
    taken_on = session.client("sts").assume_role(
        RoleArn=credentials.role_arn, RoleSessionName="ecr-constructs-adopt", **external_id
    )["Credentials"]
    return boto3.Session(
        taken_on["AccessKeyId"], taken_on["SecretAccessKey"], taken_on["SessionToken"], region_name=region
    )


def _described(repository: Mapping[str, Any]) -> FoundRepository:
    encryption = repository.get("encryptionConfiguration", {})
    return FoundRepository(
        name=repository["repositoryName"],
        arn=repository["repositoryArn"],
        image_tag_mutability=repository.get("imageTagMutability", "MUTABLE"),
        exclusion_filters=tuple(each["filter"] for each in repository.get("imageTagMutabilityExclusionFilters") or ()),
        scan_on_push=repository.get("imageScanningConfiguration", {}).get("scanOnPush", False),
        encryption_type=encryption.get("encryptionType", "AES256"),
        kms_key=encryption.get("kmsKey"),
    )
