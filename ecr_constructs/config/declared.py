"""A repository as an environment declares it, with every default filled in."""

from __future__ import annotations

import dataclasses

from ecr_constructs.config.model.file import EnvironmentSettings
from ecr_constructs.config.model.kms import KeyAlias, KeyInParameter, KeyInState, KeyToCreate
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.model.workloads import WORKLOADS, EcrConfig
from ecr_constructs.core.aws import RepositoryArn, parse_repository_uri
from ecr_constructs.core.lifecycle import LifecycleRule, Shortcuts
from ecr_constructs.core.names import expand_template
from ecr_constructs.core.registry.replication import ReplicationDestination
from ecr_constructs.core.repository import RepositorySettings
from ecr_constructs.core.ssm import parameter_path
from ecr_constructs.errors import KeyPath

__all__ = ["DEFAULTS", "DeclaredRepository", "Key"]

DEFAULTS = "ecr_defaults"
"""The key of the options of every repository."""

Key = str | KeyAlias | KeyInParameter | KeyInState | KeyToCreate
"""A KMS key, in any of the ways of naming one."""

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
    path: KeyPath
    own_keys: frozenset[str] = frozenset()
    suffix: str | None = None
    plain_name: str | None = None
    ecr_config: EcrConfig = dataclasses.field(default_factory=EcrConfig)

    def path_of(self, key: str) -> KeyPath:
        """Return where in the file an option is said: by the repository, or by the defaults."""
        return (*self.path, key) if key in self.own_keys else (DEFAULTS, key)

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
    def kms_key(self) -> Key | None:
        """The key of its images; None unless they are encrypted with KMS."""
        if self.encryption_type != "KMS":
            return None
        return self.options.kms_key or self.environment.ecr_kms_key

    @property
    def prevent_destroy(self) -> bool:
        """Whether Terraform refuses to destroy it."""
        return self.options.prevent_destroy or self.environment.protected

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
