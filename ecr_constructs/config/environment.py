"""An environment as the stacks use it: every default filled in, every rule checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cached_property
from pathlib import PurePosixPath

from ecr_constructs.config.kms import KeyAlias, KeyInState
from ecr_constructs.config.models import EnvironmentSettings
from ecr_constructs.config.repository_options import RepositoryOptions
from ecr_constructs.config.workloads import WORKLOADS, EcrConfig
from ecr_constructs.core.aws import RepositoryArn, parse_repository_uri, partition_of
from ecr_constructs.core.lifecycle import LifecycleRule, Shortcuts
from ecr_constructs.core.names import expand_template
from ecr_constructs.core.replication import ReplicationDestination
from ecr_constructs.core.repository import RepositorySettings
from ecr_constructs.core.shards import shard_of
from ecr_constructs.core.ssm import LAYOUTS, parameter_path

__all__ = ["DeclaredRepository", "Environment", "Reference", "Source"]

_DESCRIBED = ("encryption_type", "image_tag_mutability", "scan_on_push")


@dataclasses.dataclass(frozen=True)
class DeclaredRepository:
    """A repository that an environment declares: made there, or referred to.

    Attributes:
        logical_name: Its name in addresses, outputs and parameters.
        options: Its options, with the environment's defaults under them.
        environment: The rest of the environment.
        path: Where in the file it is declared.
        own_keys: Which options it sets itself.
        suffix: What follows the project in the name of a workload's repository; None where it is no workload's.
        plain_name: Its name in ECR, where the file has that alone.
        ecr_config: Where the images of its workload are.
    """

    logical_name: str
    options: RepositoryOptions
    environment: EnvironmentSettings
    path: tuple[str | int, ...]
    own_keys: frozenset[str] = frozenset()
    suffix: str | None = None
    plain_name: str | None = None
    ecr_config: EcrConfig = dataclasses.field(default_factory=EcrConfig)

    @property
    def is_made(self) -> bool:
        """Whether this environment makes it."""
        return self.environment.ecr_strategy == "local" and self.ecr_config.mode == "create_ecr"

    @property
    def same_as(self) -> str | None:
        """Logical name of the workload whose repository it is; None where it has one of its own."""
        if self.ecr_config.mode != "use_existing" or self.ecr_config.source_service_type is None:
            return None
        return f"{WORKLOADS[self.ecr_config.source_service_type]}_{self.ecr_config.source_service_name}"

    @property
    def uri(self) -> RepositoryArn | None:
        """The repository that the file names by its URI."""
        uri = self.ecr_config.repository_uri
        return None if uri is None else parse_repository_uri(uri)

    @property
    def repository_name(self) -> str:
        """Full name in ECR."""
        settings = self.environment
        if self.options.repository_name is not None:
            return self.options.repository_name
        if self.plain_name is not None:
            return self.plain_name
        if self.suffix is not None:
            return f"{settings.project}_{self.suffix}"
        return self.name_by_template(self.logical_name)

    @property
    def is_named_by_template(self) -> bool:
        """Whether the environment's template makes its name."""
        return self.options.repository_name is None and self.plain_name is None and self.suffix is None

    def name_by_template(self, logical_name: str) -> str:
        """Return what the environment's template makes of a logical name."""
        settings = self.environment
        values = {"project": settings.project, "env": settings.ecr_source_env or settings.env, "name": logical_name}
        return expand_template(settings.ecr_repository_name, values)

    @property
    def encryption_type(self) -> str:
        """`AES256` or `KMS`."""
        return self.options.encryption_type or self.environment.ecr_encryption_type

    @property
    def kms_key(self) -> str | KeyAlias | KeyInState | None:
        """The key of its images; None unless they are encrypted with KMS."""
        if self.encryption_type != "KMS":
            return None
        return self.options.kms_key or self.environment.ecr_kms_key

    @property
    def repository_settings(self) -> RepositorySettings:
        """What the repository is created with, without the key."""
        return RepositorySettings(
            image_tag_mutability=self.options.image_tag_mutability,
            image_tag_mutability_exclusion_filters=self.options.image_tag_mutability_exclusion_filters,
            scan_on_push=self.options.scan_on_push,
            encryption_type=self.encryption_type,
        )

    @property
    def own_settings(self) -> RepositorySettings:
        """What is said of the settings here alone: the environment's defaults speak of what it makes."""
        own = {key: getattr(self.options, key) for key in self.own_keys if key in _DESCRIBED}
        return RepositorySettings(**own)

    @property
    def lifecycle_rules(self) -> list[LifecycleRule]:
        """The typed rules, as the constructs take them."""
        return [LifecycleRule(**dict(rule)) for rule in self.options.lifecycle_rules]

    @property
    def shortcuts(self) -> Shortcuts:
        """The retention shortcuts.

        The default of `max_image_count` gives way to a typed rule that selects every image: ECR takes one such rule
        for each storage class, and the shortcuts are about `standard`.
        """
        options, rules = self.options, self.lifecycle_rules
        given = "max_image_count" in options.model_fields_set
        selects_all = any(rule.tag_status == "any" and rule.selected_class == "standard" for rule in rules)
        return Shortcuts(
            max_image_count=options.max_image_count if given or not selects_all else None,
            expire_untagged_after_days=options.expire_untagged_after_days,
            expire_tagged_after_days=options.expire_tagged_after_days,
            max_untagged_count=options.max_untagged_count,
            protected_tags=options.protected_tags,
        )

    @property
    def pull_account_ids(self) -> tuple[str, ...]:
        """Accounts that may pull: those that the environment trusts, then those allowed here."""
        trusted = (each.account_id for each in self.environment.ecr_trusted_accounts)
        allowed = self.options.allowed_account_ids if self.options.enable_cross_account_access else ()
        return tuple(dict.fromkeys((*trusted, *allowed)))

    @property
    def organization_id(self) -> str | None:
        """Organisation all of whose accounts may pull."""
        return self.options.organization_id or self.environment.organization_id

    @property
    def replication_destinations(self) -> tuple[ReplicationDestination, ...]:
        """Where it is replicated to; empty unless replication is enabled."""
        if not self.options.enable_replication:
            return ()
        return tuple(
            ReplicationDestination(region=each.region, registry_id=each.registry_id)
            for each in self.options.replication_destinations
        )

    @property
    def ssm_path(self) -> str | None:
        """Path of its parameters; None where it is not published."""
        if not self.options.publish_to_ssm:
            return None
        return parameter_path(self.environment.ecr_ssm_prefix, self.logical_name, "").removesuffix("/")


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


@dataclasses.dataclass(frozen=True)
class Reference:
    """A repository that an environment refers to.

    Attributes:
        arn: Its ARN.
        settings: What is known or said of its settings.
    """

    arn: RepositoryArn
    settings: RepositorySettings


@dataclasses.dataclass(frozen=True, eq=False)
class Environment:
    """One environment file.

    Attributes:
        settings: Its keys that are not about repositories one by one.
        repositories: Its repositories by logical name, sorted, so that the order of the file does not matter.
        defaults: What it says of every repository.
        source: With the strategy `cross_account`: where the repositories are, once that was looked up.
    """

    settings: EnvironmentSettings
    repositories: Mapping[str, DeclaredRepository]
    defaults: RepositoryOptions = dataclasses.field(default_factory=RepositoryOptions)
    source: Source | None = None

    @property
    def name(self) -> str:
        """Name of the environment, and id of its stack."""
        return self.settings.env

    @cached_property
    def partition(self) -> str:
        """Partition of the region."""
        return partition_of(self.settings.region)

    @cached_property
    def made(self) -> dict[str, DeclaredRepository]:
        """The repositories that are made here."""
        return {name: each for name, each in self.repositories.items() if each.is_made}

    def owner_of(self, repository: DeclaredRepository) -> DeclaredRepository:
        """Return the declaration that a repository of the environment comes from: its own, or another workload's."""
        return repository if repository.same_as is None else self.repositories[repository.same_as]

    def reference(self, repository: DeclaredRepository) -> Reference | None:
        """Return what a repository of the environment refers to; None where it is one that is made here."""
        its, source = self.owner_of(repository), self.source
        if source is not None and source.environment is not None and its.uri is None:
            its = source.environment.owner_of(source.environment.repositories[its.logical_name])
        if its.uri is not None:
            return Reference(its.uri, its.own_settings)
        if source is None:
            return None
        arn = RepositoryArn(
            partition=partition_of(source.region),
            region=source.region,
            account_id=source.account_id,
            repository_name=its.repository_name,
        )
        return Reference(arn, its.repository_settings)

    @property
    def tags(self) -> dict[str, str]:
        """Tags of every resource. The file's own tags win over the three that are always there."""
        settings = self.settings
        always = {"Project": settings.project, "Environment": settings.env, "ManagedBy": "ecr-constructs"}
        return {**always, **settings.tags}

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
