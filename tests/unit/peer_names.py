"""The names of other tools, by the section of the guide that maps them, as of the versions that it says.

Those of aws-cdk are the public names of `aws_cdk.aws_ecr` with the arguments and members that not every construct has,
the resources of CloudFormation without their structs, and what `aws_cdk` itself says of removal, tags and aspects.
"""

from __future__ import annotations

__all__ = ["NAMES", "VERSIONS"]

VERSIONS = {"aws-cdk": "2.275.0", "terraform-aws-modules": "3.2.0", "Cloud Posse": "1.0.1"}

NAMES = {
    section: names.split()
    for section, names in {
        "aws-cdk: Repository": """
            auto_delete_images empty_on_delete encryption encryption_key image_scan_on_push image_tag_mutability
            image_tag_mutability_exclusion_filters lifecycle_registry_id lifecycle_rules removal_policy repository_name
            ImageTagMutabilityExclusionFilter.wildcard mixins.RepositoryAutoDeleteImages
            RepositoryEncryption.AES_256 RepositoryEncryption.KMS RepositoryEncryption.KMS_DSSE
            TagMutability.MUTABLE TagMutability.IMMUTABLE TagMutability.MUTABLE_WITH_EXCLUSION
            TagMutability.IMMUTABLE_WITH_EXCLUSION
        """,
        "aws-cdk: What a repository has and does": """
            repository_arn repository_name repository_uri repository_uri_for_tag repository_uri_for_digest
            repository_uri_for_tag_or_digest registry_uri repository_ref add_lifecycle_rule add_to_resource_policy
            grant grant_pull grant_push grant_pull_push grant_read
            from_repository_name from_repository_arn from_repository_attributes from_lookup arn_for_local_repository
            IRepository RepositoryAttributes RepositoryBase RepositoryLookupOptions RepositoryProps
        """,
        "aws-cdk: Lifecycle rules": """
            LifecycleRule description max_image_age max_image_count rule_priority tag_pattern_list tag_prefix_list
            tag_status TagStatus.ANY TagStatus.TAGGED TagStatus.UNTAGGED
        """,
        "aws-cdk: Events": """
            on_cloud_trail_event on_cloud_trail_image_pushed on_event on_image_scan_completed
            cross_stack_scope description event_pattern image_tag image_tags rule_name target
            OnCloudTrailImagePushedOptions OnImageScanCompletedOptions
        """,
        "aws-cdk: Tokens to log in": "AuthorizationToken.grant_read PublicGalleryAuthorizationToken.grant_read",
        "aws-cdk: Resources of CloudFormation": """
            CfnPublicRepository CfnPullThroughCacheRule CfnPullTimeUpdateExclusion CfnRegistryPolicy
            CfnRegistryScanningConfiguration CfnReplicationConfiguration CfnRepository CfnRepositoryCreationTemplate
            CfnSigningConfiguration
        """,
        "aws-cdk: RemovalPolicy": """
            RemovalPolicy.DESTROY RemovalPolicy.RETAIN RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE RemovalPolicy.SNAPSHOT
            RemovalPolicies.of MissingRemovalPolicies.of apply_removal_policy
        """,
        "aws-cdk: Tags and aspects": "Tags.of(...).add Tags.of(...).remove Aspects.of(...).add",
        "terraform-aws-modules: Variables": """
            create tags repository_type region create_repository repository_name repository_image_tag_mutability
            repository_encryption_type repository_kms_key repository_image_scan_on_push repository_policy
            repository_force_delete repository_image_tag_mutability_exclusion_filter attach_repository_policy
            create_repository_policy repository_read_access_arns repository_lambda_read_access_arns
            repository_read_write_access_arns repository_policy_statements create_lifecycle_policy
            repository_lifecycle_policy public_repository_catalog_data create_registry_policy registry_policy
            registry_pull_through_cache_rules manage_registry_scanning_configuration registry_scan_type
            registry_scan_rules create_registry_replication_configuration registry_replication_rules
        """,
        "terraform-aws-modules: Outputs": "repository_name repository_arn repository_registry_id repository_url",
        "terraform-aws-modules: Its repository-template": """
            create tags region applied_for custom_role_arn description encryption_type kms_key_arn
            image_tag_mutability_exclusion_filter image_tag_mutability lifecycle_policy prefix repository_policy
            resource_tags create_pull_through_cache_rule credential_arn upstream_registry_url create_repository_policy
            repository_read_access_arns repository_lambda_read_access_arns repository_read_write_access_arns
            repository_policy_statements create_iam_role iam_role_name iam_role_use_name_prefix iam_role_path
            iam_role_description iam_role_permissions_boundary iam_role_tags
            iam_role_arn iam_role_name iam_role_unique_id
        """,
        "terraform-aws-modules: Its wrappers": "defaults items wrapper",
        "Cloud Posse: Variables of the module": """
            use_fullname principals_full_access principals_push_access principals_readonly_access
            principals_pull_though_access principals_lambda scan_images_on_push max_image_count time_based_rotation
            image_names image_tag_mutability image_tag_mutability_exclusion_filter enable_lifecycle_policy
            protected_tags protected_tags_keep_count encryption_configuration force_delete replication_configurations
            organizations_readonly_access organizations_full_access organizations_push_access
            prefixes_pull_through_repositories custom_lifecycle_rules default_lifecycle_rules_settings
        """,
        "Cloud Posse: Outputs of the module": """
            registry_id repository_name repository_url repository_arn repository_url_map repository_arn_map
        """,
        "Cloud Posse: Labels": """
            context enabled namespace tenant environment stage name delimiter attributes labels_as_tags tags
            additional_tag_map label_order regex_replace_chars id_length_limit label_key_case label_value_case
            descriptor_formats
        """,
        "Cloud Posse: Its scanning_configuration": "scan_config configuration",
    }.items()
}
