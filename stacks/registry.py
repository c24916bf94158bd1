"""What an environment has once in its registry, in the first of its stacks."""

from __future__ import annotations

from ecr_constructs import (
    AccountSettings,
    PublicRepository,
    PullThroughCache,
    RegistryPolicy,
    RegistryScanning,
    RepositoryCreationTemplate,
    ScanFindingsLog,
)
from ecr_constructs._engine.door import Construct, TerraformOutput, TerraformStack
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.registry import TemplateOptions
from ecr_constructs.constructs.repository_creation_template import CreationTemplateOptions
from ecr_constructs.core.access import PULL_ACTIONS, grant_accounts, grant_organization
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.lifecycle import LifecycleRule
from ecr_constructs.core.names import terraform_address
from ecr_constructs.core.registry.public import PUBLIC_REGION
from stacks.keys import KmsKeys
from stacks.provider import provider_of

__all__ = ["RegistryLayer"]

_ADDRESS = "registry"


class RegistryLayer:
    """The registry of an environment: scanning, its policy, templates, caches, findings, settings, public repositories.

    Outputs: `ecr_public_repository_urls` by logical name, where there are any.
    """

    def __init__(self, stack: TerraformStack, environment: Environment, keys: KmsKeys) -> None:
        """Make what the environment says of its registry.

        Args:
            stack: The environment's first stack, with its repositories.
            environment: The environment.
            keys: The keys of the stack.
        """
        self._stack, self._environment, self._keys = stack, environment, keys
        self._settings = environment.settings
        # Apart from the stack's own constructs, as the repositories are.
        self._scope = Construct(stack, "Registry")
        self._configure_account()
        self._scan()
        self._open()
        self._cache()
        self._prepare_replicas()
        self._log_findings()
        self._make_public()

    def _configure_account(self) -> None:
        options = self._settings.ecr_account_settings
        if options is not None:
            AccountSettings(self._scope, "Settings", **dict(options), logical_id=_ADDRESS)

    def _scan(self) -> None:
        """Have Inspector scan what asks for it, and name the rest as well: ECR scans nothing else then."""
        asked: dict[str, list[str]] = {}
        for each in self._environment.made.values():
            if each.options.enable_enhanced_scanning:
                asked.setdefault(each.options.scan_frequency, []).append(each.repository_name)
        if not asked and not self._settings.ecr_enable_inspector:
            return
        scanning = RegistryScanning(self._scope, "Scanning", logical_id=_ADDRESS)
        scanning.enable_enhanced_scanning()
        for frequency, names in asked.items():
            scanning.add_repositories(names, scan_frequency=frequency)
        scanning.add_repositories(
            each.repository_name
            for each in self._environment.made.values()
            if each.options.scan_on_push and not each.options.enable_enhanced_scanning
        )
        scanning.add_repositories(self._environment.scanned_beside)
        if self._settings.ecr_enable_inspector:
            scanning.enable_inspector()

    def _open(self) -> None:
        """Let other accounts replicate into the registry."""
        options = self._settings.ecr_registry_policy
        sources = () if options is None else options.replication_sources
        if sources or self._environment.replicated:
            policy = RegistryPolicy.of(self._stack, logical_id=_ADDRESS)
            for source in sources:
                policy.grant_replication(
                    [source.account_id],
                    create_repository=source.create_repository,
                    repository_prefixes=source.repository_prefixes,
                )
            for account_id, names in self._environment.replicated.items():
                policy.grant_replication([account_id], create_repository=True, repository_prefixes=names)

    def _cache(self) -> None:
        caches = self._settings.ecr_pull_through_caches
        if any(options.principals for options in caches.values()):
            RegistryPolicy.of(self._stack, logical_id=_ADDRESS)
        for prefix, options in sorted(caches.items()):
            address = terraform_address(prefix)
            said = {key: value for key, value in dict(options).items() if key != "creation_template"}
            cache = PullThroughCache(
                self._scope, f"Cache_{address}", ecr_repository_prefix=prefix, **said, logical_id=address
            )
            if options.creation_template is not None:
                cache.add_creation_template(**self._template(options.creation_template, address))

    def _prepare_replicas(self) -> None:
        for prefix, options in sorted(self._settings.ecr_creation_templates.items()):
            address = terraform_address(prefix)
            RepositoryCreationTemplate(
                self._scope,
                f"Template_{address}",
                prefix=prefix,
                applied_for=options.applied_for,
                **self._template(options, address),
            )

    def _template(self, options: TemplateOptions, address: str) -> CreationTemplateOptions:
        return CreationTemplateOptions(
            description=options.description,
            image_tag_mutability=options.image_tag_mutability,
            image_tag_mutability_exclusion_filters=options.image_tag_mutability_exclusion_filters,
            encryption_type=options.encryption_type,
            kms_key=self._keys.arn(options.kms_key),
            max_image_count=options.max_image_count,
            expire_untagged_after_days=options.expire_untagged_after_days,
            expire_tagged_after_days=options.expire_tagged_after_days,
            max_untagged_count=options.max_untagged_count,
            protected_tags=options.protected_tags,
            lifecycle_rules=[LifecycleRule(**dict(rule)) for rule in options.lifecycle_rules],
            lifecycle_policy=options.lifecycle_policy,
            repository_policy=self._statements(options),
            resource_tags=options.resource_tags,
            custom_role_arn=options.custom_role_arn,
            create_role=options.create_role,
            logical_id=address,
        )

    def _statements(self, options: TemplateOptions) -> list[PolicyStatement]:
        accounts, partition = options.allowed_account_ids, self._environment.partition
        return [
            *grant_accounts(accounts, PULL_ACTIONS, partition=partition, sid="PullFromAccounts"),
            *grant_organization(options.organization_id, PULL_ACTIONS, sid="PullFromOrganization"),
        ]

    def _log_findings(self) -> None:
        settings = self._settings
        if settings.ecr_enable_scan_findings_logging:
            ScanFindingsLog(
                self._scope,
                "Findings",
                retention_in_days=settings.ecr_log_retention_days,
                kms_key=self._keys.arn(settings.ecr_log_kms_key),
                alert_severity=settings.ecr_scan_alert_severity,
                topic_arn=settings.ecr_scan_alert_topic_arn,
                logical_id="ecr_findings",
            )

    def _make_public(self) -> None:
        declared = self._settings.ecr_public_repositories
        if not declared:
            return
        provider = provider_of(self._stack, self._environment, PUBLIC_REGION)
        urls = {}
        for name, options in sorted(declared.items()):
            said = {} if options is None else dict(options)
            address = terraform_address(name)
            repository = PublicRepository(
                self._scope,
                f"Public_{address}",
                **{**said, "repository_name": said.get("repository_name") or name},
                prevent_destroy=self._settings.protected,
                logical_id=address,
                provider=provider,
            )
            urls[name] = repository.url
        TerraformOutput(
            self._stack,
            "ecr_public_repository_urls",
            value=urls,
            description="Where everyone can pull, by logical name",
        )
