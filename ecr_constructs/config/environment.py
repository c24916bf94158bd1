"""An environment as the stacks use it: every default filled in, every rule checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cached_property
from pathlib import PurePosixPath

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.model.deployments import DeploymentSettings
from ecr_constructs.config.model.endpoints import EndpointSettings
from ecr_constructs.config.model.file import EnvironmentSettings
from ecr_constructs.config.model.identities import IdentitySettings
from ecr_constructs.config.model.kms import SECURITY_LAYER_OUTPUT, KeyInState, RemoteStateOutput
from ecr_constructs.config.model.registry import RegistrySettings
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.core.aws import RepositoryArn, partition_of
from ecr_constructs.core.credentials import Credentials
from ecr_constructs.core.events.forwards import EventForward
from ecr_constructs.core.places import KnownPlace, Place
from ecr_constructs.core.shards import shard_of
from ecr_constructs.core.ssm import LAYOUTS
from ecr_constructs.core.tags import MOST_TAGS, NAME_TAG, ORGANIZATION_TAG
from ecr_constructs.errors import Problem

__all__ = ["Environment", "Source"]


_BESIDE_REPOSITORIES = frozenset(
    name
    for model in (RegistrySettings, IdentitySettings, EndpointSettings, DeploymentSettings)
    for name in model.model_fields
)


@dataclasses.dataclass(frozen=True)
class Source:
    """Where the repositories of a cross-account environment are.

    Attributes:
        account_id: Their account.
        region: Their region.
        environment: The environment of this app that makes them; None where something else does.
    """

    account_id: str
    region: str
    environment: Environment | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class Environment:
    """One environment file.

    Attributes:
        settings: Its keys that are not about repositories one by one.
        repositories: Its repositories by logical name, sorted, so that the order of the file does not matter.
        defaults: What it says of every repository.
        source: With the strategy `cross_account`: where the repositories are, once that was looked up.
        replicated: What other environments of this app replicate into this registry: names by account.
        scanned_beside: What other environments have scanned on push in this registry, where this one configures that.
        names_beside: Names of the repositories of other environments that may be in this registry.
        forwards: Pushes that other environments of this app are deployed by, and that are handed on to them.
        file: Its file, as messages name it.
        notices: What is to be seen of it, each with file and line: what it says itself and what others have to do with
            it.
        acknowledged: What its file acknowledges of that, and is not to be shown.
    """

    settings: EnvironmentSettings
    repositories: Mapping[str, DeclaredRepository]
    defaults: RepositoryOptions = dataclasses.field(default_factory=RepositoryOptions)
    source: Source | None = None
    replicated: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    scanned_beside: tuple[str, ...] = ()
    names_beside: tuple[str, ...] = ()
    forwards: tuple[EventForward, ...] = ()
    file: str = ""
    notices: tuple[Problem, ...] = ()
    acknowledged: tuple[Problem, ...] = ()

    @property
    def name(self) -> str:
        """Name of the environment, and id of its stack."""
        return self.settings.env

    @cached_property
    def place(self) -> KnownPlace:
        """Its account and region."""
        return KnownPlace(self.settings.region, self.settings.account_id)

    @property
    def credentials(self) -> Credentials:
        """Whose credentials Terraform uses, for what it makes and for the states that it reads and writes."""
        settings = self.settings
        return Credentials(
            profile=settings.aws_profile,
            role_arn=settings.assume_role_arn,
            external_id=settings.assume_role_external_id,
        )

    @property
    def partition(self) -> str:
        """Partition of the region."""
        return self.place.partition

    @property
    def registry(self) -> tuple[str, str] | None:
        """Account and region of its registry; None where the account is not known."""
        account_id = self.settings.account_id
        return None if account_id is None else (account_id, self.settings.region)

    @cached_property
    def made(self) -> dict[str, DeclaredRepository]:
        """The repositories that are made here."""
        return {name: each for name, each in self.repositories.items() if each.is_made}

    @property
    def configures_registry(self) -> bool:
        """Whether anything is said of the registry as a whole, or of what is made beside the repositories."""
        said = self.settings.model_fields_set & _BESIDE_REPOSITORIES
        scanned = any(each.options.enable_enhanced_scanning for each in self.made.values())
        return bool(said or self.replicated or scanned or self.forwards)

    @property
    def said(self) -> tuple[Problem, ...]:
        """All that was pointed out or acknowledged, and that nothing need point out again."""
        return (*self.notices, *self.acknowledged)

    def owner_of(self, repository: DeclaredRepository) -> DeclaredRepository:
        """Return the declaration that a repository of the environment comes from: its own, or another workload's."""
        return repository if repository.same_as is None else self.repositories[repository.same_as]

    def declared_at_source(self, repository: DeclaredRepository) -> DeclaredRepository:
        """Return the declaration that a repository comes from, at the environment's source where that has it."""
        owner, source = self.owner_of(repository), self.source
        if source is None or source.environment is None or owner.uri is not None:
            return owner
        theirs = source.environment.repositories.get(owner.logical_name)
        return owner if theirs is None else source.environment.owner_of(theirs)

    def arn_of(self, repository: DeclaredRepository) -> RepositoryArn | None:
        """Return the ARN of a repository that is made elsewhere; None for one that is made here."""
        declared = self.declared_at_source(repository)
        if declared.uri is not None or self.source is None:
            return declared.uri
        return RepositoryArn(
            partition=partition_of(self.source.region),
            region=self.source.region,
            account_id=self.source.account_id,
            repository_name=declared.repository_name,
        )

    def repository_arn(self, logical_name: str, place: Place) -> str:
        """Return the ARN of a repository, as it stands in policies.

        Args:
            logical_name: The repository, made here or elsewhere.
            place: Where the environment's own registry is.
        """
        repository = self.repositories[logical_name]
        elsewhere = self.arn_of(repository)
        if elsewhere is not None:
            return str(elsewhere)
        name = self.owner_of(repository).repository_name
        return f"arn:{place.partition}:ecr:{place.region}:{place.account_id}:repository/{name}"

    @property
    def tags(self) -> dict[str, str]:
        """Tags of every resource. The file's own tags win over the three that are always there."""
        return {**self.standing_tags, **self.settings.tags}

    @property
    def standing_tags(self) -> dict[str, str]:
        """Tags that every resource has without `tags`: the three that are always there, and the organisation's."""
        settings = self.settings
        always = {"Project": settings.project, "Environment": settings.env, "ManagedBy": "ecr-constructs"}
        organization = {} if settings.organization_tag is None else {ORGANIZATION_TAG: settings.organization_tag}
        return {**always, **organization}

    def tags_of(self, logical_name: str, own: Mapping[str, str]) -> dict[str, str]:
        """Return the tags of a repository besides those of every resource: its own, and its logical name as `Name`.

        Whoever says another name, of this repository or of every resource, keeps it; where there is no room for one
        more tag, there is none.
        """
        said = {*self.tags, *own}
        if len(said) >= MOST_TAGS or NAME_TAG.casefold() in {each.casefold() for each in said}:
            return dict(own)
        return {NAME_TAG: logical_name, **own}

    @property
    def parameter_count(self) -> int:
        """How many parameters its repositories are published in."""
        published = sum(each.ssm_path is not None for each in self.repositories.values())
        return published * len(LAYOUTS[self.settings.ecr_ssm_layout])

    @property
    def stack_ids(self) -> tuple[str, ...]:
        """Ids of its stacks, one for each shard: `dev`, `dev-2`, ..."""
        return tuple(self.stack_id(shard) for shard in range(1, self.settings.ecr_shards + 1))

    def stack_id(self, shard: int) -> str:
        """Id of a shard's stack; the first one has the environment's name."""
        return self.name if shard == 1 else f"{self.name}-{shard}"

    def repositories_of(self, shard: int) -> dict[str, DeclaredRepository]:
        """Return the repositories of a shard, sorted by name."""
        shards = self.settings.ecr_shards
        return {
            # Beside the one whose repository it is, which no other stack knows.
            name: each
            for name, each in self.repositories.items()
            if shard_of(each.same_as or name, shards) == shard
        }

    def state_key(self, shard: int = 1) -> str:
        """Key of a shard's state in the bucket."""
        key = self.settings.state_key
        if key is None:
            return f"layers/compute/{self.stack_id(shard)}/terraform.tfstate"
        if shard == 1:
            return key
        path = PurePosixPath(key)
        return str(path.with_name(f"{path.stem}-{shard}{path.suffix}"))

    @property
    def security_layer(self) -> KeyInState | None:
        """The security layer's key: an output of its state beside the environment's own; None without a bucket."""
        settings = self.settings
        if settings.bucket is None:
            return None
        key = f"layers/security/{self.name}/terraform.tfstate"
        return KeyInState(
            remote_state=RemoteStateOutput(
                bucket=settings.bucket, key=key, region=settings.region, output=SECURITY_LAYER_OUTPUT
            )
        )
