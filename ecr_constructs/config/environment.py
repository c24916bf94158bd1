"""An environment as the stacks use it: every default filled in, every rule checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cached_property
from pathlib import PurePosixPath

from ecr_constructs.config.fields import KeyAlias, KeyInState
from ecr_constructs.config.models import EnvironmentSettings, RepositoryOptions
from ecr_constructs.core.aws import partition_of
from ecr_constructs.core.lifecycle import LifecycleRule, Shortcuts
from ecr_constructs.core.names import expand_template
from ecr_constructs.core.replication import ReplicationDestination
from ecr_constructs.core.repository import RepositorySettings
from ecr_constructs.core.shards import shard_of
from ecr_constructs.core.ssm import LAYOUTS, parameter_path

__all__ = ["DeclaredRepository", "Environment"]


@dataclasses.dataclass(frozen=True)
class DeclaredRepository:
    """One entry of `ecr_repositories`.

    Attributes:
        logical_name: Its key in the file.
        options: Its options, with the environment's defaults under them.
        environment: The rest of the environment.
        own_keys: Which options it sets itself.
    """

    logical_name: str
    options: RepositoryOptions
    environment: EnvironmentSettings
    own_keys: frozenset[str] = frozenset()

    @property
    def repository_name(self) -> str:
        """Full name in ECR."""
        if self.options.repository_name is not None:
            return self.options.repository_name
        values = {"project": self.environment.project, "env": self.environment.env, "name": self.logical_name}
        return expand_template(self.environment.ecr_repository_name, values)

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
        """Accounts that may pull."""
        return self.options.allowed_account_ids if self.options.enable_cross_account_access else ()

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


@dataclasses.dataclass(frozen=True, eq=False)
class Environment:
    """One environment file.

    Attributes:
        settings: Its keys that are not about repositories one by one.
        repositories: Its repositories by logical name, sorted, so that the order of the file does not matter.
    """

    settings: EnvironmentSettings
    repositories: Mapping[str, DeclaredRepository]

    @property
    def name(self) -> str:
        """Name of the environment, and id of its stack."""
        return self.settings.env

    @cached_property
    def partition(self) -> str:
        """Partition of the region."""
        return partition_of(self.settings.region)

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
        return {name: each for name, each in self.repositories.items() if shard_of(name, shards) == shard}

    def state_key(self, shard: int = 1) -> str:
        """Key of a shard's state in the bucket."""
        key = self.settings.state_key
        if key is None:
            return f"layers/compute/{self.stack_id(shard)}/terraform.tfstate"
        if shard == 1:
            return key
        path = PurePosixPath(key)
        return str(path.with_name(f"{path.stem}-{shard}{path.suffix}"))
