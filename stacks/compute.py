"""The stack of one environment: its repositories, who may pull, what is replicated, what is published."""

from __future__ import annotations

from functools import cached_property

from ecr_constructs import (
    CrossAccountPolicy,
    LifecyclePolicy,
    ReplicationConfig,
    ReplicationDestination,
    Repository,
    RepositoryBase,
    SsmPublisher,
)
from ecr_constructs._engine import aws
from ecr_constructs._engine.door import App, Construct, TerraformOutput, TerraformStack
from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.constructs.base.registry import registry_of
from ecr_constructs.core.lifecycle import Shortcuts
from ecr_constructs.core.names import terraform_address
from stacks.backend import configure_backend
from stacks.keys import KmsKeys
from stacks.provider import configure_provider

__all__ = ["ComputeStack"]


class ComputeStack(TerraformStack):
    """The container repositories of an environment, or of one of its shards.

    Every resource has a Terraform address made from the repository's logical name alone, so that moving code about
    never replaces a repository.

    Outputs: `ecr_repository_urls`, `ecr_repository_arns` and `ecr_repository_names`, maps by logical name, and
    `ecr_registry_id`.

    Attributes:
        repositories: The repositories by logical name, those that are made here and those that are referred to.
    """

    def __init__(self, app: App, environment: Environment, *, shard: int = 1) -> None:
        """Make the stack; its id is the environment's name, and of further shards with their number.

        Args:
            app: The app.
            environment: The environment.
            shard: Which of its shards. The first one has what the registry has once, for all of them.
        """
        super().__init__(app, environment.stack_id(shard))
        configure_backend(self, environment, shard)
        configure_provider(self, environment)
        self._environment = environment
        self._keys = KmsKeys(self, environment)
        # Apart from the stack's own constructs, so that a repository may be called as one of them is.
        self._scope = Construct(self, "Repositories")
        self.repositories: dict[str, RepositoryBase] = {}
        declared = environment.repositories_of(shard)
        # Those that are another's come after it.
        for name, each in sorted(declared.items(), key=lambda item: item[1].same_as is not None):
            self.repositories[name] = repository = self._repository(each)
            self._publish(repository, each)
        if shard == 1:
            self._replicate()
        if shard == 1 and environment.configures_registry:
            # Imported here: its constructs take their time, and most environments say nothing of the registry.
            from stacks.registry import RegistryLayer

            RegistryLayer(self, environment, self._keys)
        self._outputs()

    def _repository(self, declared: DeclaredRepository) -> RepositoryBase:
        # A construct's id takes no '/', and the Terraform address is as unique as the name.
        address = terraform_address(declared.logical_name)
        reference = self._environment.reference(declared)
        if reference is not None:
            return Repository.from_arn(self._scope, address, str(reference.arn), settings=reference.settings)
        if declared.same_as is not None:
            return self.repositories[declared.same_as]
        return self._make(declared, address)

    def _make(self, declared: DeclaredRepository, address: str) -> Repository:
        options, settings = declared.options, declared.repository_settings
        repository = Repository(
            self._scope,
            address,
            repository_name=declared.repository_name,
            image_tag_mutability=settings.image_tag_mutability,
            image_tag_mutability_exclusion_filters=settings.image_tag_mutability_exclusion_filters,
            scan_on_push=options.scan_on_push,
            encryption_type=settings.encryption_type,
            kms_key=self._keys.arn(declared.kms_key),
            force_delete=options.force_delete,
            prevent_destroy=declared.prevent_destroy,
            tags=self._own_tags(options.tags),
            logical_id=address,
            adopt=options.adopt,
            renamed_from=None if options.renamed_from is None else terraform_address(options.renamed_from),
        )
        self._retain(repository, declared)
        self._give_access(repository, declared)
        return repository

    def _publish(self, repository: RepositoryBase, declared: DeclaredRepository) -> None:
        if declared.ssm_path is not None:
            settings, address = self._environment.settings, terraform_address(declared.logical_name)
            SsmPublisher(
                repository,
                "Ssm" if declared.same_as is None else f"Ssm_{address}",
                repository=repository,
                name=declared.logical_name,
                prefix=settings.ecr_ssm_prefix,
                layout=settings.ecr_ssm_layout,
                logical_id=address,
            )

    def _retain(self, repository: Repository, declared: DeclaredRepository) -> None:
        policy, rules, shortcuts = declared.options.lifecycle_policy, declared.lifecycle_rules, declared.shortcuts
        if policy is not None:
            LifecyclePolicy(repository, "Retention", repository=repository, lifecycle_policy=policy)
        elif rules or shortcuts != Shortcuts():
            LifecyclePolicy(
                repository,
                "Retention",
                repository=repository,
                max_image_count=shortcuts.max_image_count,
                expire_untagged_after_days=shortcuts.expire_untagged_after_days,
                expire_tagged_after_days=shortcuts.expire_tagged_after_days,
                max_untagged_count=shortcuts.max_untagged_count,
                protected_tags=shortcuts.protected_tags,
                lifecycle_rules=rules,
            )

    def _give_access(self, repository: Repository, declared: DeclaredRepository) -> None:
        accounts, options = declared.pull_account_ids, declared.options
        organization = declared.organization_id
        if organization is None and self._environment.settings.organization:
            organization = self._organization_id
        if accounts or organization or options.enable_lambda_pull:
            CrossAccountPolicy(
                repository,
                "Access",
                repository=repository,
                allowed_account_ids=accounts,
                organization_id=organization,
                enable_lambda_pull=options.enable_lambda_pull,
                lambda_account_ids=accounts if options.enable_lambda_pull else (),
            )

    @cached_property
    def _organization_id(self) -> str:
        """The id of the account's own organisation, read at plan."""
        return aws.DataAwsOrganizationsOrganization(self, "ecr_organization").id

    def _replicate(self) -> None:
        """Replicate the repositories of all shards: the registry has one configuration."""
        declared = self._environment.made.values()
        names: dict[tuple[ReplicationDestination, ...], list[str]] = {}
        for each in declared:
            if each.replication_destinations:
                names.setdefault(each.replication_destinations, []).append(each.repository_name)
        for destinations, replicated in names.items():
            replication = ReplicationConfig.of(self, logical_id="registry")
            replication.add_repositories(replicated, destinations=destinations)

    def _own_tags(self, tags: dict[str, str]) -> dict[str, str]:
        """Return the tags that the provider's default tags do not set already."""
        defaults = self._environment.tags
        return {key: value for key, value in tags.items() if defaults.get(key) != value}

    def _outputs(self) -> None:
        by_name = self.repositories.items()
        for name, value, description in (
            ("urls", {key: each.url for key, each in by_name}, "Where to push and pull, by logical name"),
            ("arns", {key: each.arn for key, each in by_name}, "ARNs of the repositories, by logical name"),
            ("names", {key: each.name for key, each in by_name}, "Names in ECR, by logical name"),
        ):
            TerraformOutput(self, f"ecr_repository_{name}", value=value, description=description)
        source = self._environment.source
        account = registry_of(self).account_id if source is None else source.account_id
        TerraformOutput(self, "ecr_registry_id", value=account, description="AWS account of the repositories")
