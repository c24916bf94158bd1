"""Where AWS, Terraform, GitHub or GitLab says what a key of the environment file may be and does.

A key that is this project's own has none.
"""

from __future__ import annotations

from collections.abc import Mapping

from ecr_constructs.config.rules.catalogue import pages

__all__ = ["SOURCES", "source_of"]

# By the part of the schema, then by the key; each a page by its name in `catalogue.yaml`, or by its address.
_BLOBS = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html"
_IMAGES = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html"
_IRSA = "https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html"
_IRSA_ROLE = "https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html"
_NODE_ROLE = "https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html"
_TASK_ROLE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html"
_POLICY = {"name": "iamquotas", "roles": "iamquotas", "tags": "iamtags"}
_ROLE = {"name": "iamquotas", "permissions_boundary": "boundaries", "tags": "iamtags"}
_REPOSITORY = {
    "image_tag_mutability": "mutability",
    "image_tag_mutability_exclusion_filters": "mutability",
    "encryption_type": "encryption",
    "kms_key": "encryption",
    "max_image_count": "rules",
    "expire_untagged_after_days": "rules",
    "expire_tagged_after_days": "rules",
    "keep_tagged_count": "rules",
    "keep_tagged_per_pattern": "rules",
    "archive_after_days_without_pull": "lifecycle",
    "delete_archived_after_days": "lifecycle",
    "max_untagged_count": "rules",
    "protected_tags": "rules",
    "lifecycle_rules": "lifecycle",
    "lifecycle_policy": "putlifecycle",
    "allowed_account_ids": "policies",
    "organization_id": "organizations",
}
_CODE = {
    "role_name": "createrole",
    "max_session_duration": "createrole",
    "branches": "gitrefs",
    "tags": "gitrefs",
    "deploy": "putevents",
}
SOURCES: Mapping[str, Mapping[str, str]] = {
    "environment": {
        "account_id": "accounts",
        "assume_role_arn": "assumerole",
        "assume_role_external_id": "assumerole",
        "aws_profile": "awsconfig",
        "aws_provider_version": "versions",
        "bucket": "bucket",
        "ecr_account_id": "accounts",
        "ecr_account_region": "regions",
        "ecr_encryption_type": "encryption",
        "ecr_kms_key": "encryption",
        "ecr_repository_name": "createrepository",
        "ecr_ssm_layout": "ssmquotas",
        "ecr_ssm_prefix": "paths",
        "ecr_trusted_accounts": "policies",
        "organization": "organizations",
        "organization_id": "organizations",
        "organization_tag": "tags",
        "region": "regions",
        "repository_names": "createrepository",
        "state_key": "s3backend",
        "tags": "tags",
        "protected": "prevent",
        "ecr_account_settings": "accountsetting",
        "ecr_pull_time_update_exclusions": "pullexclusions",
        "ecr_creation_templates": "templates",
        "ecr_enable_inspector": "inspector",
        "ecr_enable_scan_findings_logging": "events",
        "ecr_log_kms_key": "loggroup",
        "ecr_log_retention_days": "logretention",
        "ecr_public_repositories": "publiccreate",
        "ecr_pull_through_caches": "caches",
        "ecr_registry_policy": "registrypolicy",
        "ecr_scan_alert_severity": "events",
        "ecr_scan_alert_topic_arn": "sns",
        "ecr_vpc_endpoints": "endpoints",
        "ecr_deployments": "events",
        "ecr_image_updater": "podidentity",
        "ecr_node_pull": _NODE_ROLE,
        "ecr_ecs_execution_role": _TASK_ROLE,
        "ecr_lambda_pull": "lambdaimages",
        "ecr_codebuild": "createproject",
        "ecr_ssm_read": "paths",
        "ci_permissions_boundary": "boundaries",
        "github_repos": "githuboidc",
        "github_oidc_provider": "createoidc",
        "gitlab_projects": "gitlaboidc",
        "gitlab_oidc_provider": "createoidc",
        "gitlab_url": "createoidc",
        "gitlab_audience": "createoidc",
    },
    "repository": {
        **_REPOSITORY,
        "repository_name": "createrepository",
        "scan_on_push": _IMAGES,
        "enable_enhanced_scanning": "scanconfig",
        "scan_frequency": "scanrule",
        "enable_cross_account_access": "policies",
        "organization_paths": "orgpaths",
        "pull_principals": "principals",
        "push_principals": "principals",
        "read_principals": "principals",
        "admin_principals": "actions",
        "push_account_ids": "policies",
        "push_organization_id": "organizations",
        "push_organization_paths": "orgpaths",
        "policy_statements": "policies",
        "enable_lambda_pull": "lambdaimages",
        "enable_replication": "replication",
        "replication_destinations": "replication",
        "force_delete": "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html",
        "prevent_destroy": "prevent",
        "tags": "tags",
        "publish_to_ssm": "putparameter",
        "adopt": "import",
        "renamed_from": "moved",
    },
    "replication-destination": {
        "region": "replication",
        "registry_id": "registrypolicy",
        "deletions_replicated": "replicationdelete",
    },
    "lifecycle-rule": dict.fromkeys(
        (
            "rule_priority",
            "tag_status",
            "tag_pattern_list",
            "tag_prefix_list",
            "storage_class",
            "count_type",
            "count_unit",
            "count_number",
            "action_type",
            "target_storage_class",
        ),
        "lifecycle",
    ),
    "policy-statement": {
        "sid": "sid",
        "actions": "actions",
        "principals": "principals",
        "service_principals": "principals",
        "conditions": "conditions",
    },
    "images-of-a-workload": {"repository_uri": "repository"},
    "trusted-account": {"account_id": "accounts", "region": "regions"},
    "key-by-its-alias": {"alias": "alias"},
    "key-in-a-parameter": {"ssm_parameter": "paths"},
    "key-to-be-made": {
        "alias": "alias",
        "deletion_window_in_days": "deletion",
        "multi_region": "createkey",
    },
    "output-of-a-state": {
        "bucket": "bucket",
        "key": "s3backend",
        "region": "regions",
        "output": "identifiers",
    },
    "registry-policy": {"replication_sources": "registrypolicy"},
    "replication-source": dict.fromkeys(("account_id", "create_repository", "repository_prefixes"), "registrypolicy"),
    "template-of-a-cache": {
        **_REPOSITORY,
        "description": "templates",
        "resource_tags": "templates",
        "custom_role_arn": "templateiam",
        "create_role": "templateiam",
    },
    "creation-template": {"applied_for": "templates"},
    "pull-through-cache": {
        "upstream": "caches",
        "upstream_repository_prefix": "caches",
        "credential_arn": "cachesecret",
        "secret_name": "cachesecret",
        "create_secret": "cachesecret",
        "recovery_window_in_days": "secretdelete",
        "custom_role_arn": "cacheprivate",
        "principals": "principals",
        "creation_template": "templates",
    },
    "public-repository": {
        "repository_name": "publiccreate",
        **dict.fromkeys(
            ("description", "about_text", "usage_text", "architectures", "operating_systems"),
            "catalog",
        ),
        "tags": "tags",
    },
    "account-settings": {
        **dict.fromkeys(("basic_scan_type_version", "registry_policy_scope"), "accountsetting"),
        "blob_mounting": _BLOBS,
    },
    "VPC-endpoints": {
        "vpc_id": "resourceids",
        "subnet_ids": "resourceids",
        "route_table_ids": "resourceids",
        "security_group_ids": "resourceids",
        "enable_logs": "endpoints",
        "enable_s3": "gateways3",
        "s3_policy": "endpoints",
        "s3_bucket_arns": "gateways3",
        "principal_account_ids": "principals",
        "organization_id": "organizations",
    },
    "Argo-CD-Image-Updater": {
        **_ROLE,
        "cluster_name": "podidentity",
        "oidc_provider": _IRSA,
        "namespace": _IRSA_ROLE,
        "service_account": _IRSA_ROLE,
    },
    "nodes-that-pull": _POLICY,
    "ECS-task-execution-role": {
        **_ROLE,
        **dict.fromkeys(("secret_arns", "parameter_names", "kms_key_arns"), _TASK_ROLE),
        "log_groups": "loggroup",
    },
    "who-creates-functions": _POLICY,
    "CodeBuild-projects": {**_POLICY, "projects": "createproject"},
    "readers-of-parameters": {**_POLICY, "description": "iamquotas"},
    "repository-on-GitHub": {
        **_CODE,
        "id": "githubsubjects",
        "owner_id": "githubsubjects",
        "environments": "githuboidc",
        "pull_requests": "githuboidc",
    },
    "project-on-GitLab": _CODE,
    "deployments": {
        "target_arn": "eventtargets",
        "tags": "eventpatterns",
        "source": "putevents",
        "detail_type": "putevents",
        "event_bus_name": "eventbus",
        "role_arn": "eventtarget",
        "dead_letter_arn": "deadletters",
        "maximum_retry_attempts": "eventtarget",
        "maximum_event_age_in_seconds": "eventtarget",
        "message_group_id": "eventtarget",
    },
}


def source_of(part: str, key: str) -> str:
    """Return the address of the page that a key comes from, or nothing for a key of this project's own."""
    page = SOURCES.get(part, {}).get(key, "")
    return page if "://" in page or not page else pages()[page]
