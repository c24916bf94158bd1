"""What a registry has once: its policy, replication, scanning, settings, exclusions, caches and templates.

Most of their actions know no resource: an account has one registry in a region.
"""

from __future__ import annotations

from ecr_constructs.deploying.keys import through
from ecr_constructs.deploying.kinds import Kind, links_service, passes, reads, writes
from ecr_constructs.deploying.subjects import Subject

__all__ = ["KINDS"]

_REPLICATION = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/slr-replication.html"
_CACHE = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/slr-pullthroughcache.html"
_TEMPLATE = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create.html"
_TEMPLATE_ROLE = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/slr-rct.html"
_EXCLUSION = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RegisterPullTimeUpdateExclusion.html"
_ENHANCED = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-iam.html"
_INSPECTOR = "inspector2.amazonaws.com"
_INSPECTOR_ROLE = "AWSServiceRoleForAmazonInspector2"


def _is_enhanced(subject: Subject) -> bool:
    return subject.text("scan_type") != "BASIC"


def _of_the_template(subject: Subject) -> tuple[str, ...]:
    """Return the repositories that a template is for; `ROOT` is for all that no other one is for."""
    prefix = subject.text("prefix")
    return (subject.formatted("arn:{partition}:ecr:{region}:{account}:repository/*" if prefix == "ROOT" else _PREFIX),)


_PREFIX = "arn:{partition}:ecr:{region}:{account}:repository/{prefix}/*"

KINDS = (
    Kind(
        type="aws_ecr_account_setting",
        feature="Settings of the registry",
        needs=(
            reads(
                "ecr:GetAccountSetting",
                conditions=lambda subject: {"StringEquals": {"ecr:AccountSetting": subject.text("name")}},
            ),
            writes(
                "ecr:PutAccountSetting",
                conditions=lambda subject: {"StringEquals": {"ecr:AccountSetting": subject.text("name")}},
            ),
        ),
    ),
    Kind(
        type="aws_ecr_pull_time_update_exclusion",
        feature="Pulls that are not recorded",
        needs=(
            reads("ecr:ListPullTimeUpdateExclusions"),
            # As the operations are called: the user guide's page names Create... and Delete..., which there are not.
            writes("ecr:DeregisterPullTimeUpdateExclusion", "ecr:RegisterPullTimeUpdateExclusion", because=_EXCLUSION),
        ),
    ),
    Kind(
        type="aws_ecr_registry_policy",
        feature="Policy of the registry",
        needs=(
            reads("ecr:GetRegistryPolicy"),
            writes("ecr:DeleteRegistryPolicy", "ecr:PutRegistryPolicy"),
        ),
    ),
    Kind(
        type="aws_ecr_replication_configuration",
        feature="Replication",
        needs=(
            reads("ecr:DescribeRegistry"),
            writes("ecr:PutReplicationConfiguration"),
            links_service("replication.ecr.amazonaws.com", "AWSServiceRoleForECRReplication", because=_REPLICATION),
        ),
    ),
    Kind(
        type="aws_ecr_registry_scanning_configuration",
        feature="Scanning",
        needs=(
            reads("ecr:GetRegistryScanningConfiguration"),
            writes("ecr:PutRegistryScanningConfiguration"),
            writes(
                "inspector2:Disable",
                "inspector2:Enable",
                "inspector2:ListAccountPermissions",
                when=_is_enhanced,
                because=_ENHANCED,
            ),
            links_service(_INSPECTOR, _INSPECTOR_ROLE, because=_ENHANCED, when=_is_enhanced),
        ),
    ),
    Kind(
        type="aws_inspector2_enabler",
        feature="Enhanced scanning",
        needs=(
            reads("inspector2:BatchGetAccountStatus"),
            writes("inspector2:Disable", "inspector2:Enable"),
            links_service(_INSPECTOR, _INSPECTOR_ROLE, because=_ENHANCED),
        ),
    ),
    Kind(
        type="aws_ecr_pull_through_cache_rule",
        feature="Pull-through caches",
        needs=(
            reads("ecr:DescribePullThroughCacheRules"),
            writes(
                "ecr:CreatePullThroughCacheRule",
                "ecr:DeletePullThroughCacheRule",
                "ecr:UpdatePullThroughCacheRule",
            ),
            links_service("pullthroughcache.ecr.amazonaws.com", "AWSServiceRoleForECRPullThroughCache", because=_CACHE),
            passes("custom_role_arn", "pullthroughcache.ecr.amazonaws.com"),
        ),
    ),
    Kind(
        type="aws_ecr_repository_creation_template",
        feature="Templates of repositories",
        needs=(
            reads("ecr:DescribeRepositoryCreationTemplates"),
            writes(
                "ecr:CreateRepositoryCreationTemplate",
                "ecr:DeleteRepositoryCreationTemplate",
                "ecr:UpdateRepositoryCreationTemplate",
            ),
            writes("ecr:CreateRepository", on=_of_the_template, because=_TEMPLATE),
            # On whatever has the prefix, so only where the template has them, as AWS asks.
            writes(
                "ecr:PutLifecyclePolicy",
                on=_of_the_template,
                when=lambda subject: bool(subject.raw("lifecycle_policy")),
                because=_TEMPLATE,
            ),
            writes(
                "ecr:SetRepositoryPolicy",
                on=_of_the_template,
                when=lambda subject: bool(subject.raw("repository_policy")),
                because=_TEMPLATE,
            ),
            links_service("ecr.amazonaws.com", "AWSServiceRoleForECRTemplate", because=_TEMPLATE_ROLE),
            passes("custom_role_arn", "ecr.amazonaws.com"),
            through("ecr", "encryption_configuration.kms_key", "kms:DescribeKey", because=_TEMPLATE),
        ),
    ),
)
