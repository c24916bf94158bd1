"""Every place of the public API where one of a few words is written, as a line of a program."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal, get_args, get_origin

import ecr_constructs

__all__ = ["ALIASES", "CHOICES", "IMPORTS", "Choice"]

ALIASES = tuple(name for name in ecr_constructs.__all__ if get_origin(getattr(ecr_constructs, name)) is Literal)
"""The public names of the choices."""

IMPORTS = (
    "from cdktf import TerraformStack, TerraformVariable",
    f"from ecr_constructs import {', '.join(name for name in ecr_constructs.__all__)}",
)


@dataclasses.dataclass(frozen=True)
class Choice:
    """A place where one of a few words is written.

    Attributes:
        place: The class or method, and the argument.
        alias: The choice, by its public name.
        line: The statement, with `{}` for the word; `stack` is a stack, and `repository` is one of its repositories.
        takes_token: Whether what Terraform knows later may stand there.
        wrong: A word that is none of them.
    """

    place: str
    alias: str
    line: str
    wrong: str
    takes_token: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are right."""
        words: Any = getattr(ecr_constructs, self.alias)
        return get_args(words)


_REPOSITORY = 'Repository(stack, "Web", repository_name="web", '
_TEMPLATE = 'RepositoryCreationTemplate(stack, "New", prefix="shop", '
_CACHE = 'PullThroughCache(stack, "Cache", ecr_repository_prefix="quay", upstream="quay")'
_SCANNING = 'RegistryScanning(stack, "Scanning")'
_PUBLISHER = 'SsmPublisher(stack, "Ssm", repository=repository, name="web", '
_RULE = 'LifecyclePolicy(stack, "Keep", repository=repository, lifecycle_rules=[LifecycleRule(count_number=100, '
_KEEP = 'LifecyclePolicy(stack, "Keep", repository=repository, '
_SETTINGS = (
    'Repository.from_arn(stack, "Old", repository_arn="arn:aws:ecr:us-east-1:111111111111:repository/old", '
    "settings=RepositorySettings("
)
_RULES = {
    "tag_status": ("TagStatus", "taged", 'count_type="imageCountMoreThan", tag_status={}'),
    "count_type": ("CountType", "imageCountMorethan", 'tag_status="any", count_type={}'),
    "count_unit": ("CountUnit", "day", 'tag_status="any", count_type="sinceImagePushed", count_unit={}'),
    "action_type": (
        "LifecycleAction",
        "delete",
        'tag_status="any", count_type="sinceImagePushed", action_type={}',
    ),
    "target_storage_class": (
        "TargetStorageClass",
        "standard",
        'tag_status="any", count_type="sinceImagePushed", action_type="transition", target_storage_class={}',
    ),
    "storage_class": ("StorageClass", "glacier", 'tag_status="any", count_type="sinceImagePushed", storage_class={}'),
}

CHOICES = (
    Choice(
        "Repository.image_tag_mutability",
        "ImageTagMutability",
        _REPOSITORY + "image_tag_mutability={})",
        "IMMUTABEL",
        takes_token=True,
    ),
    Choice(
        "Repository.encryption_type", "EncryptionType", _REPOSITORY + "encryption_type={})", "AES", takes_token=True
    ),
    Choice("Repository.adopt", "RepositoryPart", _REPOSITORY + "adopt=[{}])", "policy"),
    Choice(
        "RepositorySettings.image_tag_mutability",
        "ImageTagMutability",
        _SETTINGS + "image_tag_mutability={}))",
        "immutable",
        takes_token=True,
    ),
    Choice(
        "RepositorySettings.encryption_type",
        "EncryptionType",
        _SETTINGS + "encryption_type={}))",
        "kms",
        takes_token=True,
    ),
    Choice(
        "RepositoryCreationTemplate.applied_for",
        "TemplateAppliedFor",
        _TEMPLATE + "applied_for=[{}])",
        "REPLICATE",
        takes_token=True,
    ),
    Choice(
        "RepositoryCreationTemplate.image_tag_mutability",
        "ImageTagMutability",
        _TEMPLATE + 'applied_for=["REPLICATION"], image_tag_mutability={})',
        "IMMUTABEL",
        takes_token=True,
    ),
    Choice(
        "RepositoryCreationTemplate.encryption_type",
        "EncryptionType",
        _TEMPLATE + 'applied_for=["REPLICATION"], encryption_type={})',
        "AES128",
        takes_token=True,
    ),
    Choice(
        "PullThroughCache.add_creation_template.image_tag_mutability",
        "ImageTagMutability",
        _CACHE + ".add_creation_template(image_tag_mutability={})",
        "IMMUTABEL",
        takes_token=True,
    ),
    Choice(
        "PullThroughCache.add_creation_template.encryption_type",
        "EncryptionType",
        _CACHE + ".add_creation_template(encryption_type={})",
        "AES128",
        takes_token=True,
    ),
    Choice("LifecyclePolicy.retention", "RetentionPreset", _KEEP + "retention={})", "prod"),
    Choice("LifecyclePolicy.beyond_kept", "BeyondKept", _KEEP + "keep_tagged_count=5, beyond_kept={})", "delete"),
    Choice(
        "RepositoryCreationTemplate.retention",
        "RetentionPreset",
        _TEMPLATE + 'applied_for=["REPLICATION"], retention={})',
        "prod",
    ),
    Choice(
        "RepositoryCreationTemplate.beyond_kept",
        "BeyondKept",
        _TEMPLATE + 'applied_for=["REPLICATION"], keep_tagged_count=5, beyond_kept={})',
        "delete",
    ),
    Choice(
        "PullThroughCache.add_creation_template.retention",
        "RetentionPreset",
        _CACHE + ".add_creation_template(retention={})",
        "prod",
    ),
    Choice(
        "PullThroughCache.add_creation_template.beyond_kept",
        "BeyondKept",
        _CACHE + ".add_creation_template(keep_tagged_count=5, beyond_kept={})",
        "delete",
    ),
    Choice("RegistryScanning.scan_type", "ScanType", 'RegistryScanning(stack, "Scanning", scan_type={})', "Enhanced"),
    Choice(
        "RegistryScanning.add_filter.scan_frequency",
        "ScanFrequency",
        _SCANNING + '.add_filter("prod-*", scan_frequency={})',
        "CONTINUOUS",
    ),
    Choice(
        "RegistryScanning.add_repository.scan_frequency",
        "ScanFrequency",
        _SCANNING + '.add_repository("web", scan_frequency={})',
        "ON_PUSH",
    ),
    Choice(
        "RegistryScanning.add_repositories.scan_frequency",
        "ScanFrequency",
        _SCANNING + '.add_repositories(["web"], scan_frequency={})',
        "manual",
    ),
    Choice(
        "RegistryScanning.enable_inspector.resource_types",
        "InspectorResourceType",
        _SCANNING + '.enable_inspector(resource_types=["ECR", {}])',
        "EKS",
        takes_token=True,
    ),
    Choice("SsmPublisher.layout", "SsmLayout", _PUBLISHER + "layout={})", "parameter"),
    Choice("SsmPublisher.adopt", "SsmParameterName", _PUBLISHER + "adopt=[{}])", "uri"),
    Choice(
        "ScanFindingsLog.alert_severity",
        "FindingSeverity",
        'ScanFindingsLog(stack, "Findings", alert_severity={})',
        "SEVERE",
    ),
    Choice(
        "DeploymentEvents.trigger",
        "DeploymentTrigger",
        'DeploymentEvents(stack, "Deploy", name="deploy", trigger={}, repositories=[repository], '
        'target="arn:aws:lambda:us-east-1:111111111111:function:deploy")',
        "pushed",
    ),
    Choice(
        "EcrVpcEndpoints.s3_policy",
        "S3EndpointPolicy",
        'EcrVpcEndpoints(stack, "Endpoints", vpc_id="vpc-0123456789abcdef0", subnet_ids=["subnet-0123456789abcdef0"], '
        'route_table_ids=["rtb-0123456789abcdef0"], s3_policy={})',
        "closed",
    ),
    Choice(
        "AccountSettings.basic_scan_type_version",
        "BasicScanTypeVersion",
        'AccountSettings(stack, "Settings", basic_scan_type_version={})',
        "CLAIR",
        takes_token=True,
    ),
    Choice(
        "AccountSettings.registry_policy_scope",
        "RegistryPolicyScope",
        'AccountSettings(stack, "Settings", registry_policy_scope={})',
        "V1",
        takes_token=True,
    ),
    Choice(
        "AccountSettings.blob_mounting",
        "BlobMounting",
        'AccountSettings(stack, "Settings", blob_mounting={})',
        "ON",
        takes_token=True,
    ),
    Choice(
        "EventTarget.kind",
        "EventTargetKind",
        'repository.on_image_pushed(EventTarget(arn="${{var.target}}", kind={}))',
        "function",
    ),
    Choice(
        "PolicyStatement.effect",
        "PolicyEffect",
        'repository.add_to_policy(PolicyStatement(actions=("ecr:PutImage",), '
        'principals=("arn:aws:iam::111111111111:root",), effect={}))',
        "Permit",
    ),
    *(
        Choice(f"LifecycleRule.{field}", alias, _RULE + f"{line})])", wrong, takes_token=True)
        for field, (alias, wrong, line) in _RULES.items()
    ),
)
