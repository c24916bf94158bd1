"""Environments that between them have every option, each of them in a way that another key makes sense of."""

from __future__ import annotations

__all__ = ["ENVIRONMENTS", "REGISTRY"]

OPTIONS = {
    "repository_name": "team/web",
    "image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION",
    "image_tag_mutability_exclusion_filters": ["latest", {"filter": "dev-*", "filter_type": "WILDCARD"}],
    "scan_on_push": True,
    "enable_enhanced_scanning": False,
    "scan_frequency": "SCAN_ON_PUSH",
    "max_image_count": 10,
    "expire_untagged_after_days": 3,
    "expire_tagged_after_days": 90,
    "protected_tags": ["v*"],
    "lifecycle_rules": [
        {"tag_status": "tagged", "tag_pattern_list": ["rc-*"], "count_type": "sinceImagePushed", "count_number": 5}
    ],
    "enable_cross_account_access": True,
    "allowed_account_ids": ["222222222222"],
    "organization_id": "o-a1b2c3d4e5",
    "organization_paths": ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"],
    "pull_principals": ["222222222222", "codebuild.amazonaws.com", "organization"],
    "push_principals": ["arn:aws:iam::111111111111:role/ci"],
    "read_principals": ["o-a1b2c3d4e5", "o-a1b2c3d4e5/r-ab12/*"],
    "admin_principals": ["arn:aws:iam::333333333333:user/admin"],
    "push_account_ids": ["222222222222"],
    "push_organization_id": "o-a1b2c3d4e5",
    "push_organization_paths": ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"],
    "policy_statements": [
        {
            "sid": "Nobody deletes",
            "effect": "Deny",
            "actions": ["ecr:BatchDeleteImage"],
            "principals": ["*"],
            "conditions": {"StringNotEquals": {"aws:PrincipalAccount": "111111111111"}},
        },
        {
            "actions": ["ecr:BatchGetImage"],
            "service_principals": ["codebuild.amazonaws.com"],
            "conditions": {"StringEquals": {"aws:SourceAccount": ["222222222222", "333333333333"]}},
        },
    ],
    "enable_lambda_pull": True,
    "enable_replication": True,
    "replication_destinations": [
        {"region": "us-west-2", "registry_id": "222222222222"},
        {"region": "eu-west-1", "deletions_replicated": True},
    ],
    "encryption_type": "KMS",
    "kms_key": "arn:aws:kms:us-east-1:111111111111:key/1234abcd",
    "force_delete": True,
    "prevent_destroy": True,
    "tags": {"Tier": "web"},
    "publish_to_ssm": True,
    "adopt": ["repository", "lifecycle_policy"],
    "allow_replacement": True,
}
ANY_IMAGE = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}
POLICY = {"rules": [{"rulePriority": 1, "selection": ANY_IMAGE, "action": {"type": "expire"}}]}
STATE = {"bucket": "states", "key": "security.tfstate", "region": "us-east-1", "output": "ecr_kms_key_arn"}
SETTINGS = {
    "acknowledge": ["adopted"],
    "schema_version": 7,
    "project": "shop",
    "env": "dev",
    "region": "us-east-1",
    "account_id": "111111111111",
    "aws_profile": "shop-dev",
    "assume_role_arn": "arn:aws:iam::111111111111:role/deploy",
    "assume_role_external_id": "shop-1234",
    "ecr_strategy": "local",
    "ecr_trusted_accounts": [{"account_id": "333333333333", "env": "prod", "region": "us-east-1"}],
    "organization_id": "o-b2c3d4e5f6",
    "organization": False,
    "bucket": "states",
    "state_key": "compute.tfstate",
    "aws_provider_version": "~> 6.25",
    "tags": {"Team": "web"},
    "organization_tag": "acme",
    "ecr_repository_name": "{project}/{env}/{name}",
    "ecr_encryption_type": "AES256",
    "ecr_kms_key": {"remote_state": STATE},
    "ecr_ssm_prefix": "/shop/ecr",
    "ecr_ssm_layout": "config",
    "ecr_shards": 2,
}
SAID_BY_THE_REPOSITORY = {
    **SETTINGS,
    "ecr_defaults": {},
    "ecr_repositories": {
        "api": {"lifecycle_policy": POLICY, "encryption_type": "KMS"},
        "web": OPTIONS,
        "kept": {"keep_tagged_count": 30, "beyond_kept": "archive", "delete_archived_after_days": 120},
        "archived": {"archive_after_days_without_pull": 60, "keep_tagged_per_pattern": {"v*": 20, "rc-*": 5}},
        "released": {
            "retention": "releases",
            "image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION",
            "image_tag_mutability_exclusion_filters": ["latest", "stable"],
        },
        "worker": {"max_untagged_count": 3, "renamed_from": "jobs", "repository_name": "team/jobs"},
    },
    "backend": {"ecr_config": {"mode": "create_ecr"}, "max_image_count": 20},
    "services": [
        "api",
        {
            "name": "web",
            "ecr_config": {"mode": "use_existing", "source_service_name": "api", "source_service_type": "services"},
        },
        {
            "name": "mail",
            "ecr_config": {
                "mode": "manual_repo",
                "repository_uri": "333333333333.dkr.ecr.us-east-1.amazonaws.com/mail",
            },
        },
    ],
    "tasks": ["report", {"name": "clean", "max_image_count": 3}],
    "repository_names": ["nginx", "team/base"],
}
SAID_BY_THE_DEFAULTS = {
    **SETTINGS,
    "ecr_encryption_type": "KMS",
    "ecr_defaults": {key: value for key, value in OPTIONS.items() if key not in ("repository_name", "tags")},
    "ecr_repositories": {"api": {"max_untagged_count": 3}, "web": {"lifecycle_policy": POLICY}, "worker": None},
}


TEMPLATE = {
    "description": "Replicas",
    "image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION",
    "image_tag_mutability_exclusion_filters": ["latest"],
    "encryption_type": "KMS",
    "kms_key": "arn:aws:kms:us-east-1:111111111111:key/1234abcd",
    "max_image_count": 10,
    "expire_untagged_after_days": 3,
    "expire_tagged_after_days": 90,
    "protected_tags": ["v*"],
    "allowed_account_ids": ["222222222222"],
    "organization_id": "o-a1b2c3d4e5",
    "resource_tags": {"Team": "web"},
    "create_role": True,
}
RULES = [
    {
        "rule_priority": 1,
        "description": "Archive old images",
        "tag_status": "tagged",
        "tag_prefix_list": ["old-"],
        "storage_class": "standard",
        "count_type": "sinceImagePulled",
        "count_unit": "days",
        "count_number": 30,
        "action_type": "transition",
        "target_storage_class": "archive",
    }
]
ROLE = "arn:aws:iam::111111111111:role/templates"
REGISTRY = {
    **{key: SETTINGS[key] for key in ("project", "env", "region", "account_id")},
    "protected": True,
    "ecr_encryption_type": "KMS",
    "ecr_kms_key": {"create": True, "alias": "alias/images", "deletion_window_in_days": 7, "multi_region": True},
    "ecr_repositories": {"web": {"enable_enhanced_scanning": True, "scan_frequency": "CONTINUOUS_SCAN"}},
    "ecr_registry_policy": {
        "replication_sources": [
            {"account_id": "222222222222", "create_repository": True, "repository_prefixes": ["shop"]}
        ]
    },
    "ecr_creation_templates": {
        "shop": {**TEMPLATE, "applied_for": ["REPLICATION"]},
        "ROOT": {
            "applied_for": ["REPLICATION", "PULL_THROUGH_CACHE", "CREATE_ON_PUSH"],
            "lifecycle_rules": RULES,
            "max_untagged_count": 3,
            "keep_tagged_count": 30,
            "keep_tagged_per_pattern": {"v*": 50},
            "beyond_kept": "archive",
            "delete_archived_after_days": 90,
            "resource_tags": {"Team": "web"},
            "custom_role_arn": ROLE,
        },
    },
    "ecr_pull_through_caches": {
        "docker-hub": {
            "upstream": "docker-hub",
            "create_secret": True,
            "secret_name": "ecr-pullthroughcache/docker",
            "recovery_window_in_days": 7,
            "principals": ["111111111111"],
            "creation_template": {"lifecycle_policy": POLICY},
        },
        "ghcr": {
            "upstream": "ghcr.io",
            "credential_arn": "arn:aws:secretsmanager:us-east-1:111111111111:secret:ecr-pullthroughcache/ghcr-abcdef",
            "creation_template": {"archive_after_days_without_pull": 30},
        },
        "base": {
            "upstream": "222222222222.dkr.ecr.us-east-1.amazonaws.com",
            "upstream_repository_prefix": "shared",
            "custom_role_arn": ROLE,
            "creation_template": {"retention": "development"},
        },
    },
    "ecr_public_repositories": {
        "cli": {
            "repository_name": "shop/cli",
            "description": "The command line",
            "about_text": "About it",
            "usage_text": "How to use it",
            "architectures": ["x86-64"],
            "operating_systems": ["Linux"],
            "push_account_ids": ["222222222222"],
            "force_destroy": False,
            "tags": {"Team": "web"},
        },
        "tool": None,
    },
    "ecr_enable_inspector": True,
    "ecr_enable_scan_findings_logging": True,
    "ecr_log_retention_days": 90,
    "ecr_log_kms_key": {"ssm_parameter": "/keys/logs"},
    "ecr_scan_alert_severity": "HIGH",
    "ecr_scan_alert_topic_arn": "arn:aws:sns:us-east-1:111111111111:findings",
    "ecr_account_settings": {
        "basic_scan_type_version": "AWS_NATIVE",
        "registry_policy_scope": "V2",
        "blob_mounting": "ENABLED",
    },
    "ecr_pull_time_update_exclusions": ["arn:aws:iam::111111111111:role/security/scanner"],
    "ecr_vpc_endpoints": {
        "vpc_id": None,
        "vpc_name": "shop",
        "vpc_tags": {"Team": "web"},
        "subnet_ids": ["subnet-0123456789abcdef0", "subnet-01234567"],
        "subnet_tags": {},
        "route_table_ids": [],
        "route_table_tags": {"Tier": "private"},
        "security_group_ids": ["sg-0123456789abcdef0"],
        "enable_logs": True,
        "enable_s3": True,
        "s3_policy": "layers",
        "s3_bucket_arns": ["arn:aws:s3:::shop-assets"],
        "principal_account_ids": ["222222222222"],
        "organization_id": "o-a1b2c3d4e5",
    },
    "ecr_image_updater": {
        "cluster_name": "tools",
        "oidc_provider": None,
        "namespace": "cd",
        "service_account": "image-updater",
        "repositories": ["web"],
        "name": "image-updater",
        "permissions_boundary": "arn:aws:iam::111111111111:policy/developers",
        "tags": {"Team": "web"},
    },
    "ecr_node_pull": {"roles": ["nodes"], "repositories": ["web"], "name": "nodes-pull", "tags": {"Team": "web"}},
    "ecr_ecs_execution_role": {
        "log_groups": ["/ecs/web"],
        "secret_arns": ["arn:aws:secretsmanager:us-east-1:111111111111:secret:db-AbCdEf"],
        "parameter_names": ["/shop/db"],
        "kms_key_arns": ["arn:aws:kms:us-east-1:111111111111:key/1234abcd"],
    },
    "ecr_lambda_pull": True,
    "ecr_codebuild": {"projects": ["web"], "roles": ["builds"]},
    "ecr_ssm_read": {"name": "readers", "description": "Reads parameters", "roles": ["functions"]},
    "ecr_deployments": {
        "trigger": "push",
        "target_arn": "arn:aws:sqs:us-east-1:111111111111:deploy.fifo",
        "repositories": ["web"],
        "tags": ["latest", "v*"],
        "event_bus_name": "default",
        "role_arn": "arn:aws:iam::111111111111:role/deploy",
        "dead_letter_arn": "arn:aws:sqs:us-east-1:111111111111:undelivered",
        "maximum_retry_attempts": 3,
        "maximum_event_age_in_seconds": 3600,
        "message_group_id": "deployments",
    },
    "github_repos": [
        "acme/site",
        {
            "repo": "acme/web.app",
            "id": 456789,
            "owner_id": 123456,
            "branches": ["main", "release/*"],
            "tags": ["v*"],
            "environments": ["production"],
            "pull_requests": True,
            "push": ["web"],
            "pull": [],
            "deploy": True,
            "role_name": "web-ci",
            "max_session_duration": 7200,
        },
    ],
    "github_roles": "per_repository",
    "github_oidc_provider": "existing",
    "gitlab_projects": ["acme/site", {"project": "acme/tools/web", "branches": ["main"], "tags": ["v*"], "push": None}],
    "gitlab_roles": "one",
    "gitlab_oidc_provider": "made",
    "gitlab_url": "https://gitlab.example.com",
    "gitlab_audience": "sts.amazonaws.com",
    "ci_permissions_boundary": "arn:aws:iam::111111111111:policy/developers",
}
MADE_ELSEWHERE = {
    **{
        key: SETTINGS[key]
        for key in ("project", "env", "region", "account_id", "ecr_ssm_prefix", "ecr_repository_name")
    },
    "ecr_strategy": "cross_account",
    "ecr_account_id": "222222222222",
    "ecr_account_region": "us-west-2",
    "ecr_source_env": "build",
    "ecr_defaults": {"publish_to_ssm": False},
    "ecr_repositories": {"api": None, "web": {"repository_name": "team/web", "scan_on_push": False}},
    "backend": True,
    "services": [
        "api",
        {
            "name": "mail",
            "ecr_config": {"mode": "use_existing", "source_service_name": "api", "source_service_type": "services"},
        },
    ],
    "tasks": ["report"],
    "repository_names": ["nginx"],
    "ecr_deployments": {
        "trigger": "event",
        "target_arn": "arn:aws:states:us-east-1:111111111111:stateMachine:deploy",
        "source": "action.production",
        "detail_type": "DEPLOY",
        "event_bus_name": "shop",
    },
}


ENVIRONMENTS = {
    "repository": SAID_BY_THE_REPOSITORY,
    "defaults": SAID_BY_THE_DEFAULTS,
    "elsewhere": MADE_ELSEWHERE,
    "registry": REGISTRY,
}
