"""The keys about a registry: what they refuse, word for word and at which line, and what other environments add.

What each key takes alone, such as a wrong type, is in the tests of mistakes.
"""

from __future__ import annotations

import pytest
import yaml

from ecr_constructs.core.registry.findings import RETENTION_DAYS
from tests.unit.message_tables import read

OWN, OTHER, THIRD = "111111111111", "222222222222", "333333333333"


def env(name: str, *more: str, account: str | None = OWN, region: str = "us-east-1") -> str:
    """Return an environment file; what is said more begins at line 5, or at line 4 without an account."""
    said = f'account_id: "{account}"\n' if account else ""
    return f"project: shop\nenv: {name}\nregion: {region}\n{said}{''.join(more)}"


# Each entry: a name, what an environment of account 111111111111 in us-east-1 says from line 5 on, and the messages.
MISTAKES = r"""
== replication_source_is_the_account_itself
ecr_registry_policy:
  replication_sources:
    - account_id: "222222222222"
    - account_id: "111111111111"
-> dev.yaml:8: ecr_registry_policy.replication_sources[1].account_id: must be another account, got '111111111111'.
   Remove it: replication between regions of one account needs no policy. [access-own-account]

== replicated_prefix_that_no_name_begins_with
ecr_registry_policy:
  replication_sources:
    - {account_id: "222222222222", repository_prefixes: [shop, Shop, "a*b"]}
-> dev.yaml:7: ecr_registry_policy.replication_sources[0].repository_prefixes[1]: must be what repository names can
   begin with, or '*', got 'Shop'. Use lowercase letters, digits, '.', '_', '-' and '/', starting with a letter or
   digit. [registry-policy-prefix]
-> dev.yaml:7: ecr_registry_policy.replication_sources[0].repository_prefixes[2]: must be what repository names can
   begin with, or '*', got 'a*b'. Use lowercase letters, digits, '.', '_', '-' and '/', starting with a letter or
   digit. [registry-policy-prefix]

== no_replicated_prefix
ecr_registry_policy:
  replication_sources:
    - {account_id: "222222222222", repository_prefixes: []}
-> dev.yaml:7: ecr_registry_policy.replication_sources[0].repository_prefixes: must name a prefix, got none. Leave it
   out to mean every repository. [registry-policy-prefix]

== registry_policy_with_an_unknown_key
ecr_registry_policy: {replication_source: []}
-> dev.yaml:5: ecr_registry_policy.replication_source: must be a known key, got 'replication_source'. Did you mean
   'replication_sources'? [unknown-key]

== replication_source_without_an_account
ecr_registry_policy: {replication_sources: [{create_repository: true}]}
-> dev.yaml:5: ecr_registry_policy.replication_sources[0].account_id: must be given. Add `account_id:`. [required]

== cache_prefix_with_a_slash_at_the_end
ecr_pull_through_caches:
  hub/: {upstream: quay}
-> dev.yaml:6: ecr_pull_through_caches.hub/: must be ROOT or 2 to 30 lowercase letters and digits, joined by single
   '.', '_', '-' or '/', got 'hub/'. Leave out the '/' at the end: ECR adds it. [pull-through-prefix]

== cache_prefix_of_one_character
ecr_pull_through_caches:
  q: {upstream: quay}
-> dev.yaml:6: ecr_pull_through_caches.q: must be ROOT or 2 to 30 lowercase letters and digits, joined by single '.',
   '_', '-' or '/', got 'q'. Use a name such as docker-hub. [pull-through-prefix]

== cache_prefix_of_31_characters
ecr_pull_through_caches:
  a123456789b123456789c123456789d: {upstream: quay}
-> dev.yaml:6: ecr_pull_through_caches.a123456789b123456789c123456789d: must be ROOT or 2 to 30 lowercase letters and
   digits, joined by single '.', '_', '-' or '/', got 'a123456789b123456789c123456789d'. Use a name such as
   docker-hub. [pull-through-prefix]

== cache_prefix_that_is_empty
ecr_pull_through_caches:
  "": {upstream: quay}
-> dev.yaml:6: ecr_pull_through_caches.'': must be ROOT or 2 to 30 lowercase letters and digits, joined by single '.',
   '_', '-' or '/', got ''. Use a name such as docker-hub. [pull-through-prefix]

== cache_without_an_upstream
ecr_pull_through_caches:
  quay: {}
-> dev.yaml:6: ecr_pull_through_caches.quay.upstream: must be given. Add `upstream:`. [required]

== cache_of_an_unknown_upstream
ecr_pull_through_caches:
  hub: {upstream: dokcer-hub}
-> dev.yaml:6: ecr_pull_through_caches.hub.upstream: must be a registry that ECR can cache, got 'dokcer-hub'. Did you
   mean 'docker-hub'? [pull-through-upstream]

== cache_of_a_page
ecr_pull_through_caches:
  quay: {upstream: "https://quay.io"}
-> dev.yaml:6: ecr_pull_through_caches.quay.upstream: must be a registry that ECR can cache, got 'https://quay.io'.
   Write the host alone, without https:// and without a path. [pull-through-upstream]

== cache_of_the_registry_itself
ecr_pull_through_caches:
  base: {upstream: 111111111111.dkr.ecr.us-east-1.amazonaws.com}
-> dev.yaml:6: ecr_pull_through_caches.base.upstream: must differ from the registry itself, got
   '111111111111.dkr.ecr.us-east-1.amazonaws.com'. Name another region or account. [pull-through-upstream]

== cache_of_another_partition
ecr_pull_through_caches:
  base: {upstream: 111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn}
-> dev.yaml:6: ecr_pull_through_caches.base.upstream: must lie in the partition of us-east-1 (aws), got
   '111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn'. Images cannot be cached from another partition.
   [pull-through-upstream]

== cache_of_another_account_without_a_role
ecr_pull_through_caches:
  base: {upstream: 222222222222.dkr.ecr.us-east-1.amazonaws.com}
-> dev.yaml:6: ecr_pull_through_caches.base.custom_role_arn: must be given, because the upstream registry belongs to
   another account, 222222222222, got none. Name the role that ECR assumes to pull from there. [pull-through-role]

== role_of_another_account
ecr_pull_through_caches:
  base:
    upstream: 222222222222.dkr.ecr.us-east-1.amazonaws.com
    custom_role_arn: arn:aws:iam::222222222222:role/pull
-> dev.yaml:8: ecr_pull_through_caches.base.custom_role_arn: must be a role of the registry's own account
   111111111111, got 'arn:aws:iam::222222222222:role/pull'. Make the role there. [pull-through-role]

== role_for_an_upstream_without_roles
ecr_pull_through_caches:
  quay:
    upstream: quay
    custom_role_arn: arn:aws:iam::111111111111:role/pull
-> dev.yaml:8: ecr_pull_through_caches.quay.custom_role_arn: must be left out, because quay knows no roles of AWS, got
   'arn:aws:iam::111111111111:role/pull'. Remove it. [pull-through-role]

== docker_hub_without_credentials
ecr_pull_through_caches:
  hub: {upstream: docker-hub}
-> dev.yaml:6: ecr_pull_through_caches.hub.credential_arn: must be given, because docker-hub takes no anonymous pulls
   from ECR, got no credentials. Give credential_arn, secret_name or create_secret. [pull-through-credentials]

== credentials_twice
ecr_pull_through_caches:
  hub:
    upstream: docker-hub
    credential_arn: arn:aws:secretsmanager:us-east-1:111111111111:secret:ecr-pullthroughcache/hub-abcdef
    secret_name: ecr-pullthroughcache/hub
-> dev.yaml:8: ecr_pull_through_caches.hub.credential_arn: must be the only way to the credentials, got two ways. Keep
   credential_arn, or secret_name with or without create_secret. [pull-through-credentials]

== credentials_where_none_are_taken
ecr_pull_through_caches:
  quay: {upstream: quay, create_secret: true}
-> dev.yaml:6: ecr_pull_through_caches.quay.create_secret: must be left out, because quay takes no credentials from a
   secret. Remove it. [pull-through-credentials]

== secret_of_another_name
ecr_pull_through_caches:
  hub: {upstream: docker-hub, secret_name: docker}
-> dev.yaml:6: ecr_pull_through_caches.hub.secret_name: must be the name of a secret that begins with
   ecr-pullthroughcache/, got 'docker'. Name it so: ECR reads no other secret. [pull-through-secret]

== secret_of_another_region_and_account
ecr_pull_through_caches:
  hub:
    upstream: docker-hub
    credential_arn: arn:aws:secretsmanager:eu-west-1:222222222222:secret:ecr-pullthroughcache/hub-abcdef
-> dev.yaml:8: ecr_pull_through_caches.hub.credential_arn: must lie in the region of the registry, us-east-1, got
   'eu-west-1'. Make the secret there. [pull-through-secret]
-> dev.yaml:8: ecr_pull_through_caches.hub.credential_arn: must lie in the account of the registry, 111111111111, got
   '222222222222'. Make the secret there. [pull-through-secret]

== recovery_of_a_secret_that_is_not_made
ecr_pull_through_caches:
  hub: {upstream: docker-hub, secret_name: ecr-pullthroughcache/hub, recovery_window_in_days: 7}
-> dev.yaml:6: ecr_pull_through_caches.hub.recovery_window_in_days: must come with create_secret, got 7. Remove it.
   [pull-through-secret-recovery]

== recovery_of_six_days
ecr_pull_through_caches:
  hub: {upstream: docker-hub, create_secret: true, recovery_window_in_days: 6}
-> dev.yaml:6: ecr_pull_through_caches.hub.recovery_window_in_days: must be 0 or 7 to 30 days, got 6. Use 7 to 30, or
   0 to delete the secret at once. [pull-through-secret-recovery]

== upstream_prefix_of_a_cache_without_one
ecr_pull_through_caches:
  ROOT: {upstream: quay, upstream_repository_prefix: team}
-> dev.yaml:6: ecr_pull_through_caches.ROOT.upstream_repository_prefix: must be left out where ecr_repository_prefix
   is ROOT, got 'team'. Give the cache a prefix, or cache all of the upstream registry. [pull-through-prefix]

== upstream_prefix_with_a_slash_at_the_end
ecr_pull_through_caches:
  quay: {upstream: quay, upstream_repository_prefix: team/}
-> dev.yaml:6: ecr_pull_through_caches.quay.upstream_repository_prefix: must be ROOT or 2 to 30 lowercase letters and
   digits, joined by single '.', '_', '-' or '/', got 'team/'. Leave out the '/' at the end: ECR adds it.
   [pull-through-prefix]

== principals_that_are_none
ecr_pull_through_caches:
  quay:
    upstream: quay
    principals:
      - "222222222222"
      - nobody
      - "*"
-> dev.yaml:10: ecr_pull_through_caches.quay.principals[1]: must be an account id or an ARN, got 'nobody'. Write the
   12 digits of an account, in quotes, or arn:aws:iam::... [grant-principal]
-> dev.yaml:11: ecr_pull_through_caches.quay.principals[2]: must be an account id or an ARN, got '*'. Write the 12
   digits of an account, in quotes, or arn:aws:iam::... [grant-principal]

== every_problem_of_a_cache
ecr_pull_through_caches:
  hub/:
    upstream: docker-hub
    recovery_window_in_days: 3
    creation_template: {resource_tags: {Team: web}}
-> dev.yaml:6: ecr_pull_through_caches.hub/: must be ROOT or 2 to 30 lowercase letters and digits, joined by single
   '.', '_', '-' or '/', got 'hub/'. Leave out the '/' at the end: ECR adds it. [pull-through-prefix]
-> dev.yaml:6: ecr_pull_through_caches.hub/.credential_arn: must be given, because docker-hub takes no anonymous pulls
   from ECR, got no credentials. Give credential_arn, secret_name or create_secret. [pull-through-credentials]
-> dev.yaml:8: ecr_pull_through_caches.hub/.recovery_window_in_days: must come with create_secret, got 3. Remove it.
   [pull-through-secret-recovery]
-> dev.yaml:9: ecr_pull_through_caches.hub/.creation_template.custom_role_arn: must be given with resource_tags or
   KMS, because ECR needs a role for them, got none. Name a role, or have one made by create_role. [template-role]

== template_of_a_cache_and_of_its_own
ecr_pull_through_caches:
  quay: {upstream: quay, creation_template: {}}
ecr_creation_templates:
  quay: {applied_for: [REPLICATION]}
-> dev.yaml:6: ecr_pull_through_caches.quay.creation_template: must be the only template of the prefix;
   ecr_creation_templates has one. Say it in one of the two. [template-twice]

== template_of_a_cache_with_tags_alone
ecr_pull_through_caches:
  quay:
    upstream: quay
    creation_template:
      resource_tags: {Team: web}
-> dev.yaml:8: ecr_pull_through_caches.quay.creation_template.custom_role_arn: must be given with resource_tags or
   KMS, because ECR needs a role for them, got none. Name a role, or have one made by create_role. [template-role]

== template_of_a_cache_that_says_what_it_is_for
ecr_pull_through_caches:
  quay: {upstream: quay, creation_template: {applied_for: [REPLICATION]}}
-> dev.yaml:6: ecr_pull_through_caches.quay.creation_template.applied_for: must be a known key, got 'applied_for'.
   Known here: allowed_account_ids, create_role, custom_role_arn, description, encryption_type,
   expire_tagged_after_days, expire_untagged_after_days, image_tag_mutability, image_tag_mutability_exclusion_filters,
   kms_key, lifecycle_policy, lifecycle_rules, max_image_count, max_untagged_count, organization_id, protected_tags,
   resource_tags. [unknown-key]

== template_prefix_with_a_slash_at_the_end
ecr_creation_templates:
  shop/: {applied_for: [REPLICATION]}
-> dev.yaml:6: ecr_creation_templates.shop/: must be the beginning of repository names, 2 to 256 characters, or ROOT,
   got 'shop/'. Leave out the '/' at the end: ECR adds it. [template-prefix]

== template_prefix_of_capitals
ecr_creation_templates:
  Shop: {applied_for: [REPLICATION]}
-> dev.yaml:6: ecr_creation_templates.Shop: must be the beginning of repository names, 2 to 256 characters, or ROOT,
   got 'Shop'. Use what names can begin with. [template-prefix]

== template_for_nothing
ecr_creation_templates:
  shop: {applied_for: []}
-> dev.yaml:6: ecr_creation_templates.shop.applied_for: must name what it is for, got none. Name one or both:
   PULL_THROUGH_CACHE, REPLICATION. [template-applied-for]

== template_for_something_unknown
ecr_creation_templates:
  shop: {applied_for: [REPLICATIONS]}
-> dev.yaml:6: ecr_creation_templates.shop.applied_for[0]: must be one of PULL_THROUGH_CACHE, REPLICATION, got
   'REPLICATIONS'. Did you mean REPLICATION? [choice]

== template_without_what_it_is_for
ecr_creation_templates:
  shop: {description: Replicas}
-> dev.yaml:6: ecr_creation_templates.shop.applied_for: must be given. Add `applied_for:`. [required]

== template_with_tags_without_a_role
ecr_creation_templates:
  shop: {applied_for: [REPLICATION], resource_tags: {Team: web}}
-> dev.yaml:6: ecr_creation_templates.shop.custom_role_arn: must be given with resource_tags or KMS, because ECR needs
   a role for them, got none. Name a role, or have one made by create_role. [template-role]

== template_with_kms_without_a_role
ecr_creation_templates:
  shop: {applied_for: [REPLICATION], encryption_type: KMS}
-> dev.yaml:6: ecr_creation_templates.shop.custom_role_arn: must be given with resource_tags or KMS, because ECR needs
   a role for them, got none. Name a role, or have one made by create_role. [template-role]

== template_with_two_roles
ecr_creation_templates:
  shop: {applied_for: [REPLICATION], create_role: true, custom_role_arn: "arn:aws:iam::111111111111:role/x"}
-> dev.yaml:6: ecr_creation_templates.shop.custom_role_arn: must be left out where create_role makes a role, got
   'arn:aws:iam::111111111111:role/x'. Remove one of the two. [template-role]

== template_with_a_role_of_another_account
ecr_creation_templates:
  shop: {applied_for: [REPLICATION], custom_role_arn: "arn:aws:iam::222222222222:role/x"}
-> dev.yaml:6: ecr_creation_templates.shop.custom_role_arn: must be a role of the registry's own account 111111111111,
   got 'arn:aws:iam::222222222222:role/x'. Make the role there. [template-role]

== template_with_a_key_that_is_not_used
ecr_creation_templates:
  shop:
    applied_for: [REPLICATION]
    kms_key: {alias: alias/ecr}
-> dev.yaml:8: ecr_creation_templates.shop.kms_key: must come with encryption_type: KMS, or images are not encrypted
   with it. Set encryption_type: KMS, or remove the key. [kms-key-unused]

== template_with_exclusion_filters_without_exclusion
ecr_creation_templates:
  shop: {applied_for: [REPLICATION], image_tag_mutability_exclusion_filters: [latest]}
-> dev.yaml:6: ecr_creation_templates.shop.image_tag_mutability_exclusion_filters: must be empty with MUTABLE, got
   ['latest']. Set image_tag_mutability: MUTABLE_WITH_EXCLUSION, or remove the filters. [tag-exclusion-filters]

== template_with_a_policy_and_a_shortcut
ecr_creation_templates:
  shop:
    applied_for: [REPLICATION]
    max_image_count: 3
    lifecycle_policy:
      rules:
        - rulePriority: 1
          selection: {tagStatus: any, countType: imageCountMoreThan, countNumber: 5}
          action: {type: expire}
-> dev.yaml:9: ecr_creation_templates.shop.lifecycle_policy: must stand alone, without shortcuts and lifecycle_rules,
   got both. Write everything as lifecycle_policy, or nothing. [lifecycle-policy-alone]

== template_with_text_that_is_no_policy
ecr_creation_templates:
  shop: {applied_for: [REPLICATION], lifecycle_policy: keep}
-> dev.yaml:6: ecr_creation_templates.shop.lifecycle_policy: must be JSON, got Expecting value at line 1, column 1.
   Correct the text at this place. [lifecycle-json-syntax]

== template_with_two_shortcuts_for_untagged_images
ecr_creation_templates:
  shop: {applied_for: [REPLICATION], max_untagged_count: 3, expire_untagged_after_days: 3}
-> dev.yaml:6: ecr_creation_templates.shop.max_untagged_count: must be left out when expire_untagged_after_days is
   given. Keep one of the two: ECR lets one rule select the untagged images. [lifecycle-shortcut-untagged]

== template_with_a_rule_without_tags
ecr_creation_templates:
  shop:
    applied_for: [REPLICATION]
    lifecycle_rules:
      - {tag_status: tagged, count_type: sinceImagePushed, count_number: 3}
-> dev.yaml:9: ecr_creation_templates.shop.lifecycle_rules[0].tag_pattern_list: must name at least one tag pattern, or
   tag_prefix_list one prefix, when tag_status is 'tagged'. Use ['*'] for every tagged image. Several entries mean
   AND: for alternatives write one rule each. [lifecycle-tags-missing]

== template_with_a_protected_tag_that_is_no_pattern
ecr_creation_templates:
  shop: {applied_for: [REPLICATION], max_image_count: 3, protected_tags: ["a*b*c*d*e*"]}
-> dev.yaml:6: ecr_creation_templates.shop.protected_tags[0]: must hold at most 4 '*', got 'a*b*c*d*e*'. Use fewer, or
   one pattern per rule. [lifecycle-tag-wildcards]

== log_key_by_its_id
ecr_enable_scan_findings_logging: true
ecr_log_kms_key: 1234abcd
-> dev.yaml:6: ecr_log_kms_key: must be the full ARN of a KMS key, got '1234abcd'. Write
   arn:aws:kms:REGION:ACCOUNT:key/ID, or {alias: alias/NAME} to have it looked up. [kms-key]

== retention_that_cloudwatch_does_not_know
ecr_enable_scan_findings_logging: true
ecr_log_retention_days: 31
-> dev.yaml:6: ecr_log_retention_days: must be a number of days that CloudWatch Logs knows, got 31. Use one of 1, 3, 5,
   7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, or 0 to keep
   findings for ever. [log-retention]

== retention_that_is_a_truth_value
ecr_enable_scan_findings_logging: true
ecr_log_retention_days: true
-> dev.yaml:6: ecr_log_retention_days: must be a whole number, got true. Write digits alone, without quotes. [type]

== findings_that_are_not_logged
ecr_log_retention_days: 30
ecr_log_kms_key: {alias: alias/logs}
ecr_scan_alert_severity: HIGH
ecr_scan_alert_topic_arn: arn:aws:sns:us-east-1:111111111111:findings
-> dev.yaml:5: ecr_log_retention_days: must come with ecr_enable_scan_findings_logging: true. Set
   ecr_enable_scan_findings_logging: true, or remove the key. [findings-not-logged]
-> dev.yaml:6: ecr_log_kms_key: must come with ecr_enable_scan_findings_logging: true. Set
   ecr_enable_scan_findings_logging: true, or remove the key. [findings-not-logged]
-> dev.yaml:7: ecr_scan_alert_severity: must come with ecr_enable_scan_findings_logging: true. Set
   ecr_enable_scan_findings_logging: true, or remove the key. [findings-not-logged]
-> dev.yaml:8: ecr_scan_alert_topic_arn: must come with ecr_enable_scan_findings_logging: true. Set
   ecr_enable_scan_findings_logging: true, or remove the key. [findings-not-logged]

== findings_that_are_explicitly_not_logged
ecr_enable_scan_findings_logging: false
ecr_scan_alert_severity: LOW
-> dev.yaml:6: ecr_scan_alert_severity: must come with ecr_enable_scan_findings_logging: true. Set
   ecr_enable_scan_findings_logging: true, or remove the key. [findings-not-logged]

== alert_of_an_unknown_severity
ecr_enable_scan_findings_logging: true
ecr_scan_alert_severity: SEVERE
-> dev.yaml:6: ecr_scan_alert_severity: must be one of CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL, UNDEFINED, got
   'SEVERE'. Use one of these. [choice]

== alert_by_mail
ecr_enable_scan_findings_logging: true
ecr_scan_alert_severity: HIGH
ecr_scan_alert_topic_arn: a@example.com
-> dev.yaml:7: ecr_scan_alert_topic_arn: must be the ARN of an SNS topic, got 'a@example.com'. Write it as in
   arn:aws:sns:us-east-1:111111111111:alerts. [alert-topic]

== public_repository_with_capitals
ecr_public_repositories:
  Cli:
-> dev.yaml:6: ecr_public_repositories.Cli: must be a name that ECR takes, got 'Cli'. Use lowercase letters and digits,
   joined by single '.', '_', '__' or '-', in parts divided by '/', 2 to 256 characters in all. [logical-name]

== public_repository_under_an_empty_key
ecr_public_repositories:
  "": {repository_name: shop/cli}
-> dev.yaml:6: ecr_public_repositories.'': must be a name that ECR takes, got ''. Use lowercase letters and digits,
   joined by single '.', '_', '__' or '-', in parts divided by '/', 2 to 256 characters in all. [logical-name]

== public_repositories_of_one_name
ecr_public_repositories: {cli: , tool: {repository_name: cli}}
-> dev.yaml:5: ecr_public_repositories.tool: must have a name of its own; cli is cli too. Give one of the two another
   repository_name. [repository-name-taken]

== public_repository_that_may_be_destroyed_though_protected
protected: true
ecr_public_repositories: {cli: {force_destroy: true}}
-> dev.yaml:6: ecr_public_repositories.cli.force_destroy: must not be true with protected: true, got true. Remove it, or
   protected: true. [protected]

== secrets_of_one_name
ecr_pull_through_caches:
  docker: {upstream: docker-hub, create_secret: true, secret_name: ecr-pullthroughcache/all}
  ghcr: {upstream: ghcr, create_secret: true, secret_name: ecr-pullthroughcache/all}
-> dev.yaml:7: ecr_pull_through_caches.ghcr.secret_name: must make a secret of its own; docker makes
   ecr-pullthroughcache/all too. Give one of the two another secret_name, or use the secret of the other by its name.
   [secret-taken]

== upstream_by_a_word_for_ecr
ecr_pull_through_caches: {base: {upstream: ecr}}
-> dev.yaml:5: ecr_pull_through_caches.base.upstream: must be a registry that ECR can cache, got 'ecr'. Write the host
   of the registry, as in 111111111111.dkr.ecr.us-east-1.amazonaws.com. [pull-through-upstream]

== key_of_aws_itself
ecr_encryption_type: KMS
ecr_kms_key: {create: true, alias: alias/aws/ecr}
repository_names: [web]
-> dev.yaml:6: ecr_kms_key.alias: must not start with alias/aws/, which AWS keeps for itself, got 'alias/aws/ecr'. Write
   it as in alias/shop/ecr. [kms-alias]

== key_that_would_not_be_created
ecr_encryption_type: KMS
ecr_kms_key: {create: true}
-> dev.yaml:6: ecr_kms_key: must be used, and no repository is encrypted with it. Set ecr_encryption_type: KMS before
   the repositories are made, or remove the key. [kms-key-unused]

== key_that_is_not_created
ecr_encryption_type: KMS
ecr_kms_key: {create: false}
-> dev.yaml:6: ecr_kms_key.create: must be true, got false. Write create: true, or name a key that exists.
   [kms-key-create]

== deletion_window_that_is_too_long
ecr_encryption_type: KMS
ecr_kms_key: {create: true, deletion_window_in_days: 31}
-> dev.yaml:6: ecr_kms_key.deletion_window_in_days: must be at most 30, got 31. Use 30 or less. [range]

== topic_without_a_severity
ecr_enable_scan_findings_logging: true
ecr_scan_alert_topic_arn: arn:aws:sns:us-east-1:111111111111:alerts
-> dev.yaml:6: ecr_scan_alert_topic_arn: must go with ecr_scan_alert_severity, got
   'arn:aws:sns:us-east-1:111111111111:alerts'. Say from which severity people are told, as in
   ecr_scan_alert_severity: HIGH, or remove it. [alert-topic]

== public_repository_of_one_character
ecr_public_repositories:
  c: {}
-> dev.yaml:6: ecr_public_repositories.c: must be a name that ECR Public takes, got 'c'. Use lowercase letters and
   digits, joined by single '.', '_' or '-', in parts divided by '/', 2 to 205 characters in all.
   [public-repository-name]

== public_repository_name_with_a_double_underscore
ecr_public_repositories:
  cli:
    repository_name: shop/c__li
-> dev.yaml:7: ecr_public_repositories.cli.repository_name: must be a name that ECR Public takes, got 'shop/c__li'.
   Use lowercase letters and digits, joined by single '.', '_' or '-', in parts divided by '/', 2 to 205 characters in
   all. [public-repository-name]

== keys_that_cannot_be_made
ecr_kms_key: {alias: alias/ecr}
ecr_enable_scan_findings_logging: true
ecr_log_kms_key: {create: true}
ecr_creation_templates:
  shop: {applied_for: [REPLICATION], encryption_type: KMS, create_role: true, kms_key: {create: true}}
ecr_pull_through_caches:
  quay:
    upstream: quay
    creation_template:
      encryption_type: KMS
      create_role: true
      kms_key: {create: true}
ecr_defaults:
  kms_key: {create: true}
ecr_encryption_type: KMS
ecr_repositories:
  api:
  web:
    kms_key: {create: true}
-> dev.yaml:7: ecr_log_kms_key: must be a key that exists, got create: true. Make it by ecr_kms_key, or name one that
   exists. [kms-key-create]
-> dev.yaml:9: ecr_creation_templates.shop.kms_key: must be a key that exists, got create: true. Make it by
   ecr_kms_key, or name one that exists. [kms-key-create]
-> dev.yaml:16: ecr_pull_through_caches.quay.creation_template.kms_key: must be a key that exists, got create: true.
   Make it by ecr_kms_key, or name one that exists. [kms-key-create]
-> dev.yaml:18: ecr_defaults.kms_key: must be a key that exists, got create: true. Make it by ecr_kms_key, or name one
   that exists. [kms-key-create]
-> dev.yaml:23: ecr_repositories.web.kms_key: must be a key that exists, got create: true. Make it by ecr_kms_key, or
   name one that exists. [kms-key-create]

== key_that_is_made_for_several_stacks
ecr_shards: 2
ecr_encryption_type: KMS
ecr_kms_key: {create: true}
ecr_repositories: {web: }
-> dev.yaml:7: ecr_kms_key: must be a key that exists where the repositories are divided among stacks, got create:
   true. Make the key in another stack, and name it by its alias or ARN. [kms-key-create]

== key_that_is_made_and_not_used
ecr_kms_key: {create: true}
ecr_repositories: {web: }
-> dev.yaml:5: ecr_kms_key: must be used, and no repository is encrypted with it. Set ecr_encryption_type: KMS before
   the repositories are made, or remove the key. [kms-key-unused]

== alias_that_is_none
ecr_encryption_type: KMS
ecr_kms_key: {create: true, alias: images}
-> dev.yaml:6: ecr_kms_key.alias: must be a key's alias, got 'images'. Write it as in alias/shop/ecr: letters, digits,
   '/', '_' and '-', at most 256 characters. [kms-alias]

== parameter_that_is_none
ecr_encryption_type: KMS
ecr_kms_key: {ssm_parameter: /keys/}
-> dev.yaml:6: ecr_kms_key.ssm_parameter: must be the name of an SSM parameter, got '/keys/'. Write its full name, as
   in /security/ecr-key-arn. [ssm-parameter]

== protected_where_nothing_is_made
ecr_strategy: cross_account
ecr_account_id: "222222222222"
ecr_account_region: us-east-1
protected: true
ecr_repositories: {web: }
-> dev.yaml:8: protected: must come with ecr_strategy: local, got cross_account. Set it where the repositories are
   made. [strategy-unused]

== protected_and_not_protected
protected: true
ecr_repositories:
  api:
    prevent_destroy: false
  web: {prevent_destroy: true}
-> dev.yaml:8: ecr_repositories.api.prevent_destroy: must not be false with protected: true, got false. Remove it, or
   protected: true. [protected]

== protected_and_not_protected_by_default
protected: true
ecr_defaults:
  prevent_destroy: false
ecr_repositories: {api: , web: }
-> dev.yaml:7: ecr_defaults.prevent_destroy: must not be false with protected: true, got false. Remove it, or
   protected: true. [protected]

== workload_protected_and_not_protected
protected: true
services:
  - {name: api, prevent_destroy: false}
-> dev.yaml:7: services[0].prevent_destroy: must not be false with protected: true, got false. Remove it, or
   protected: true. [protected]

== continuous_scan_by_basic_scanning
ecr_repositories:
  api: {enable_enhanced_scanning: true, scan_frequency: CONTINUOUS_SCAN}
  web:
    scan_frequency: CONTINUOUS_SCAN
-> dev.yaml:8: ecr_repositories.web.scan_frequency: must come with enable_enhanced_scanning: true, because
   scan_on_push alone counts for basic scanning, got CONTINUOUS_SCAN. Set enable_enhanced_scanning: true, or remove
   the key; scan_on_push: false leaves scanning to you. [scan-frequency-unused]

== continuous_scan_by_default_and_basic_scanning
ecr_defaults:
  scan_frequency: CONTINUOUS_SCAN
ecr_repositories: {api: , web: }
-> dev.yaml:6: ecr_defaults.scan_frequency: must come with enable_enhanced_scanning: true, because scan_on_push alone
   counts for basic scanning, got CONTINUOUS_SCAN. Set enable_enhanced_scanning: true, or remove the key;
   scan_on_push: false leaves scanning to you. [scan-frequency-unused]

== continuous_scan_of_a_workload_by_basic_scanning
backend: {scan_frequency: CONTINUOUS_SCAN}
-> dev.yaml:5: backend.scan_frequency: must come with enable_enhanced_scanning: true, because scan_on_push alone
   counts for basic scanning, got CONTINUOUS_SCAN. Set enable_enhanced_scanning: true, or remove the key;
   scan_on_push: false leaves scanning to you. [scan-frequency-unused]

== settings_that_set_nothing
ecr_account_settings: {registry_policy_scope: null}
-> dev.yaml:5: ecr_account_settings: must set something, got nothing. Give basic_scan_type_version or
   registry_policy_scope, or remove the key. [account-settings-empty]

== settings_that_are_empty
ecr_account_settings: {}
-> dev.yaml:5: ecr_account_settings: must set something, got nothing. Give basic_scan_type_version or
   registry_policy_scope, or remove the key. [account-settings-empty]

== key_of_a_template_in_another_region
ecr_creation_templates:
  shop:
    applied_for: [REPLICATION]
    encryption_type: KMS
    create_role: true
    kms_key: arn:aws:kms:eu-west-1:111111111111:key/1234abcd
-> dev.yaml:10: ecr_creation_templates.shop.kms_key: must lie in us-east-1, got
   'arn:aws:kms:eu-west-1:111111111111:key/1234abcd'. Use a key of that region. [kms-key-region]

== key_of_a_cache_s_template_in_another_region
ecr_pull_through_caches:
  quay:
    upstream: quay
    creation_template:
      encryption_type: KMS
      create_role: true
      kms_key: arn:aws:kms:eu-west-1:111111111111:key/1234abcd
-> dev.yaml:11: ecr_pull_through_caches.quay.creation_template.kms_key: must lie in us-east-1, got
   'arn:aws:kms:eu-west-1:111111111111:key/1234abcd'. Use a key of that region. [kms-key-region]

== key_of_the_log_in_another_region
ecr_enable_scan_findings_logging: true
ecr_log_kms_key: arn:aws:kms:eu-west-1:111111111111:key/1234abcd
-> dev.yaml:6: ecr_log_kms_key: must lie in us-east-1, got 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd'. Use a
   key of that region. [kms-key-region]

== topic_in_another_region
ecr_enable_scan_findings_logging: true
ecr_scan_alert_severity: LOW
ecr_scan_alert_topic_arn: arn:aws:sns:eu-west-1:111111111111:findings
-> dev.yaml:7: ecr_scan_alert_topic_arn: must lie in us-east-1, got 'arn:aws:sns:eu-west-1:111111111111:findings'. Use
   a topic of the registry's own region. [alert-topic]

== frequency_of_a_repository_that_inspector_does_not_scan
ecr_repositories: {web: {scan_frequency: MANUAL}}
-> dev.yaml:5: ecr_repositories.web.scan_frequency: must come with enable_enhanced_scanning: true, because
   scan_on_push alone counts for basic scanning, got MANUAL. Set enable_enhanced_scanning: true, or remove the key;
   scan_on_push: false leaves scanning to you. [scan-frequency-unused]

== alias_of_the_key_that_is_made
ecr_encryption_type: KMS
ecr_kms_key: {create: true, alias: alias/images}
ecr_enable_scan_findings_logging: true
ecr_log_kms_key: {alias: alias/images}
ecr_repositories: {web: }
-> dev.yaml:8: ecr_log_kms_key: must be another key than that of ecr_kms_key, got its alias. Use another key: the
   policy of the one that is made here lets ECR alone use it. [kms-key-create]

== alias_that_the_key_that_is_made_gets
ecr_encryption_type: KMS
ecr_kms_key: {create: true}
ecr_enable_scan_findings_logging: true
ecr_log_kms_key: {alias: alias/shop-dev-ecr}
ecr_repositories: {web: }
-> dev.yaml:8: ecr_log_kms_key: must be another key than that of ecr_kms_key, got its alias. Use another key: the
   policy of the one that is made here lets ECR alone use it. [kms-key-create]

== settings_of_the_first_version
ecr_account_settings: {registry_policy_scope: V1, basic_scan_type_version: CLAIR}
-> dev.yaml:5: ecr_account_settings.basic_scan_type_version: must be AWS_NATIVE, got 'CLAIR'. Write AWS_NATIVE.
   [choice]
-> dev.yaml:5: ecr_account_settings.registry_policy_scope: must be V2, got 'V1'. Write V2. [choice]
"""
BUILT = {
    "template_with_a_long_description": (
        f"ecr_creation_templates:\n  shop: {{applied_for: [REPLICATION], description: {'x' * 256}}}\n",
        "dev.yaml:6: ecr_creation_templates.shop.description: must have at most 255 characters, got 256. Shorten it.",
        "[template-description]",
    ),
    "public_description_that_is_too_long": (
        f"ecr_public_repositories:\n  cli: {{description: {'x' * 1025}}}\n",
        "dev.yaml:6: ecr_public_repositories.cli.description: must be at most 1,024 characters, got 1,025. Shorten it.",
        "[public-catalog]",
    ),
    "public_architectures_that_are_too_many": (
        f"ecr_public_repositories:\n  cli: {{architectures: [{', '.join(['ARM'] * 51)}]}}\n",
        "dev.yaml:6: ecr_public_repositories.cli.architectures: must have at most 50 entries, got 51. Remove some.",
        "[public-catalog]",
    ),
    "public_operating_system_that_is_too_long": (
        f"ecr_public_repositories:\n  cli: {{operating_systems: [Linux, {'x' * 51}]}}\n",
        f"dev.yaml:6: ecr_public_repositories.cli.operating_systems[1]: must be 1 to 50 characters, got '{'x' * 51}'.",
        "Write it as in Linux or Windows. [public-catalog]",
    ),
}


CASES = {**read(MISTAKES), **{name: (text, [" ".join(words)]) for name, (text, *words) in BUILT.items()}}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_a_mistake_is_reported_in_these_words(messages, text, expected):
    assert expected
    assert messages(dev=env("dev", text)) == expected


LONGEST_PREFIX = "a123456789b123456789c123456789"
PULL = "arn:aws:iam::111111111111:role/pull"
WITHIN = {
    "nothing": "",
    "no sources": "ecr_registry_policy: {}\n",
    "own account unsaid": f'ecr_registry_policy: {{replication_sources: [{{account_id: "{OTHER}"}}]}}\n',
    "every prefix": f'ecr_registry_policy: {{replication_sources: [{{account_id: "{OTHER}", '
    'repository_prefixes: ["*", a, a/, 1/b_c.d-, "a*"]}]}\n',
    "an account twice": f'ecr_registry_policy: {{replication_sources: [{{account_id: "{OTHER}"}}, '
    f'{{account_id: "{OTHER}", create_repository: true}}]}}\n',
    "cache prefixes": "ecr_pull_through_caches:\n"
    + "".join(f"  {prefix}: {{upstream: quay}}\n" for prefix in ("ROOT", "ab", "1a", "a/b.c-d_e", LONGEST_PREFIX)),
    "upstreams": "ecr_pull_through_caches:\n"
    + "".join(f"  a{n}: {{upstream: {each}}}\n" for n, each in enumerate(("quay", "quay.io", "k8s", "ecr-public"))),
    "upstreams with credentials": "ecr_pull_through_caches:\n"
    + "".join(
        f"  a{n}: {{upstream: {each}, create_secret: true}}\n"
        for n, each in enumerate(("docker-hub", "ghcr", "gitlab", "chainguard", "shop1.azurecr.io"))
    ),
    "one secret of two caches": "ecr_pull_through_caches:\n"
    + "".join(f"  {each}: {{upstream: {each}, secret_name: ecr-pullthroughcache/x}}\n" for each in ("ghcr", "gitlab")),
    "recovery at once": "ecr_pull_through_caches: {hub: {upstream: docker-hub, create_secret: true, "
    "recovery_window_in_days: 0}}\n",
    "own registry elsewhere": "ecr_pull_through_caches:\n"
    f"  base: {{upstream: {OWN}.dkr.ecr.eu-west-1.amazonaws.com}}\n",
    "another registry": f"ecr_pull_through_caches: {{base: {{upstream: {OTHER}.dkr.ecr.us-east-1.amazonaws.com, "
    f"custom_role_arn: {PULL}}}}}\n",
    "part of an upstream": "ecr_pull_through_caches: {quay: {upstream: quay, upstream_repository_prefix: team}}\n",
    "template without anything": "ecr_pull_through_caches: {quay: {upstream: quay, creation_template: {}}}\n",
    "template with protected tags": "ecr_creation_templates: {shop: {applied_for: [REPLICATION], max_image_count: 3, "
    "protected_tags: [v*]}}\n",
    "template prefixes": "ecr_creation_templates:\n"
    + "".join(f"  {each}: {{applied_for: [REPLICATION]}}\n" for each in ("ROOT", "ab", "1a/b", "a__b", "a" * 256)),
    "templates of one cache and of another prefix": "ecr_pull_through_caches: {quay: {upstream: quay, "
    "creation_template: {}}}\necr_creation_templates: {quay/team: {applied_for: [PULL_THROUGH_CACHE]}}\n",
    "template description": "ecr_creation_templates: {shop: {applied_for: [REPLICATION], "
    f"description: {'x' * 255}}}}}\n",
    "template with a key that is looked up": "ecr_creation_templates: {shop: {applied_for: [REPLICATION], "
    "encryption_type: KMS, kms_key: {alias: alias/ecr}, create_role: true}}\n",
    "log for ever": "ecr_enable_scan_findings_logging: true\necr_log_retention_days: 0\n",
    "log with a key by its ARN": "ecr_enable_scan_findings_logging: true\necr_log_retention_days: 3653\n"
    "ecr_log_kms_key: arn:aws:kms:us-east-1:111111111111:key/1234abcd\necr_scan_alert_severity: LOW\n"
    "ecr_scan_alert_topic_arn: arn:aws:sns:us-east-1:222222222222:findings\n",
    "principals": 'ecr_pull_through_caches: {quay: {upstream: quay, principals: ["222222222222", '
    '"arn:aws:iam::111111111111:role/ci"]}}\n',
    "log unsaid": "ecr_log_kms_key: null\necr_scan_alert_severity: null\n",
    "alerts": "ecr_enable_scan_findings_logging: true\necr_scan_alert_severity: UNDEFINED\n",
    "public": f"ecr_public_repositories: {{1a/b-c: , cli: {{description: {'x' * 1024}, "
    f"architectures: [{', '.join(['ARM'] * 50)}], operating_systems: [{'x' * 50}]}}}}\n",
    "created key": "ecr_encryption_type: KMS\necr_kms_key: {create: true, deletion_window_in_days: 30}\n"
    "ecr_repositories: {web: }\n",
    "created key of one repository": "ecr_kms_key: {create: true, alias: alias/a/B_c-1}\n"
    "ecr_repositories: {api: , web: {encryption_type: KMS}}\n",
    "key in a parameter": "ecr_encryption_type: KMS\necr_kms_key: {ssm_parameter: keys.ecr/one_2-3}\n",
    "protected": "protected: true\necr_defaults: {prevent_destroy: true}\n"
    "ecr_repositories: {api: {prevent_destroy: true}, web: {force_delete: true}}\n",
    "not protected": "protected: false\necr_repositories: {web: {prevent_destroy: false}}\n",
    "defaults that none takes": "protected: true\necr_defaults: {prevent_destroy: false}\n"
    "ecr_repositories: {web: {prevent_destroy: true}}\n",
    "frequencies": "ecr_defaults: {enable_enhanced_scanning: true, scan_frequency: CONTINUOUS_SCAN}\n"
    "ecr_repositories: {api: {scan_frequency: MANUAL}, web: {scan_frequency: SCAN_ON_PUSH}, worker: }\n",
    "account settings": "ecr_account_settings: {registry_policy_scope: V2}\n",
}


@pytest.mark.parametrize("text", WITHIN.values(), ids=WITHIN.keys())
def test_what_is_just_right_is_no_mistake(messages, text):
    assert messages(dev=env("dev", text)) == []


@pytest.mark.parametrize("days", RETENTION_DAYS)
def test_a_log_may_be_kept_as_long_as_cloudwatch_knows(declare, days):
    found = declare(f"ecr_enable_scan_findings_logging: true\necr_log_retention_days: {days}\n")
    assert found.settings.ecr_log_retention_days == days


def test_without_an_account_nothing_is_said_against_accounts(messages):
    text = f"""\
ecr_registry_policy: {{replication_sources: [{{account_id: "{OWN}"}}]}}
ecr_pull_through_caches:
  base: {{upstream: {OWN}.dkr.ecr.us-east-1.amazonaws.com}}
  hub:
    upstream: docker-hub
    credential_arn: arn:aws:secretsmanager:us-east-1:{OWN}:secret:ecr-pullthroughcache/hub-abcdef
ecr_creation_templates: {{shop: {{applied_for: [REPLICATION], custom_role_arn: "arn:aws:iam::{OTHER}:role/x"}}}}
"""
    assert messages(dev=env("dev", text, account=None)) == []


class TestScanningFilters:
    """More than a hundred filters fold into wildcards, as far as these match no other repository of the environment."""

    NAMES = tuple(f"{a}{b}{c}" for a in "abcdefgh" for b in "abcdefgh" for c in "abcdefgh")

    def text(self, enhanced):
        options = {
            name: {"repository_name": name, "enable_enhanced_scanning": name in enhanced, "scan_on_push": False}
            for name in self.NAMES
        }
        return yaml.safe_dump({"ecr_ssm_layout": "config", "ecr_repositories": options})

    def test_what_no_hundred_filters_match_is_reported(self, messages):
        mixed = {name for name in self.NAMES if sum(map(ord, name)) % 2}
        (message,) = messages(dev=env("dev", self.text(mixed)))
        line = self.text(mixed).split("\n").index("ecr_repositories:") + 5
        assert message == (
            f"dev.yaml:{line}: ecr_repositories: must come to at most 100 filters for SCAN_ON_PUSH, got 256 "
            "repositories and 0 filters, with no wildcards for the first alone. Scan more repositories at the same "
            "frequency, or give those of one frequency a common prefix. [scanning-filters]"
        )

    def test_what_begins_alike_is_not(self, messages):
        assert messages(dev=env("dev", self.text({name for name in self.NAMES if name < "e"}))) == []

    def test_all_of_them_are_not(self, messages):
        assert messages(dev=env("dev", self.text(set(self.NAMES)))) == []


class TestFollowUps:
    """A mistake in one place is reported there alone, and what depends on it elsewhere is not."""

    @pytest.mark.parametrize(
        ("text", "path"),
        [
            ("ecr_enable_scan_findings_logging: yes please\necr_scan_alert_severity: HIGH\n", "ecr_enable_scan_fin"),
            (
                (
                    "ecr_enable_scan_findings_logging: true\necr_scan_alert_severity: SEVERE\n"
                    "ecr_scan_alert_topic_arn: arn:aws:sns:us-east-1:111111111111:findings\n"
                ),
                "ecr_scan_alert_severity",
            ),
            (
                "ecr_repositories: {web: {enable_enhanced_scanning: 1, scan_frequency: CONTINUOUS_SCAN}}\n",
                "ecr_repositories.web.enable_enhanced_scanning",
            ),
            (
                (
                    "ecr_defaults: {enable_enhanced_scanning: 1}\n"
                    "ecr_repositories: {web: {scan_frequency: CONTINUOUS_SCAN}}\n"
                ),
                "ecr_defaults.enable_enhanced_scanning",
            ),
            ("protected: 1\necr_repositories: {web: {prevent_destroy: false}}\n", "protected"),
            ("protected: true\necr_repositories: {web: {prevent_destroy: 0}}\n", "ecr_repositories.web.prevent_dest"),
            ("protected: true\necr_strategy: elsewhere\n", "ecr_strategy"),
            (
                "ecr_shards: 0\necr_encryption_type: KMS\necr_kms_key: {create: true}\necr_repositories: {web: }\n",
                "ecr_shards",
            ),
            (
                "ecr_encryption_type: KMS\necr_kms_key: {create: true, alias: 3}\necr_repositories: {web: }\n",
                "ecr_kms_key.alias",
            ),
            (
                "ecr_encryption_type: kms\necr_kms_key: {create: true}\necr_repositories: {web: }\n",
                "ecr_encryption_type",
            ),
            (
                "ecr_creation_templates: {shop: {applied_for: [REPLICATION], create_role: 1, resource_tags: {a: b}}}\n",
                "ecr_creation_templates.shop.create_role",
            ),
            (
                (
                    "ecr_creation_templates: {shop: {applied_for: [REPLICATION], encryption_type: kms, "
                    "kms_key: {alias: alias/ecr}, create_role: true}}\n"
                ),
                "ecr_creation_templates.shop.encryption_type",
            ),
            (
                "ecr_pull_through_caches: {a1: {upstream: docker-hub, create_secret: 1, recovery_window_in_days: 7}}\n",
                "ecr_pull_through_caches.a1.create_secret",
            ),
            (
                (
                    "ecr_pull_through_caches: {quay: {upstream: quay, creation_template: {create_role: 1, "
                    "resource_tags: {a: b}}}}\n"
                ),
                "ecr_pull_through_caches.quay.creation_template.create_role",
            ),
            (
                (
                    "ecr_pull_through_caches: {base: {upstream: 222222222222.dkr.ecr.us-east-1.amazonaws.com, "
                    "custom_role_arn: 1}}\n"
                ),
                "ecr_pull_through_caches.base.custom_role_arn",
            ),
        ],
    )
    def test_a_wrong_value_causes_no_second_problem(self, messages, text, path):
        (message,) = messages(dev=env("dev", text))
        assert message.split(": ")[1].startswith(path)

    @pytest.mark.parametrize(
        "text",
        [
            f'ecr_registry_policy: {{replication_sources: [{{account_id: "{OWN}"}}]}}\n',
            f"ecr_pull_through_caches: {{base: {{upstream: {OWN}.dkr.ecr.us-east-1.amazonaws.com}}}}\n",
            f"ecr_pull_through_caches: {{base: {{upstream: {OTHER}.dkr.ecr.us-east-1.amazonaws.com}}}}\n",
        ],
    )
    def test_an_account_that_is_none_is_compared_with_nothing(self, messages, text):
        (message,) = messages(dev=env("dev", 'account_id: "1111"\n', text, account=None))
        assert message.startswith("dev.yaml:4: account_id: ")


REPLICATED = "ecr_defaults: {enable_replication: true, replication_destinations: [{region: us-west-2, "
TO_OTHER = f'{REPLICATED}registry_id: "{OTHER}"}}]}}\n'
WEB = "ecr_repositories: {web: }\n"
WEST = {"account": OTHER, "region": "us-west-2"}
SOURCES = f'ecr_registry_policy: {{replication_sources: [{{account_id: "{THIRD}"}}]}}\n'


def replicated(environments):
    """Return what is replicated into each environment's registry."""
    return {each.name: dict(each.replicated) for each in environments if each.replicated}


class TestReplicatedInto:
    """An environment whose registry others replicate into lets them, without saying so."""

    def test_the_destination_knows_what_comes_from_which_account(self, load):
        found = load(
            dev=env("dev", TO_OTHER, "ecr_repositories: {web: , api: , local: {enable_replication: false}}\n"),
            staging=env("staging", TO_OTHER, WEB, account=THIRD),
            west=env("west", **WEST),
        )
        assert replicated(found) == {"west": {OWN: ("shop-dev-api", "shop-dev-web"), THIRD: ("shop-staging-web",)}}

    def test_two_environments_of_one_account_come_together(self, load):
        found = load(
            dev=env("dev", TO_OTHER, "repository_names: [web]\n"),
            test=env("test", TO_OTHER, "repository_names: [api]\n", region="eu-west-1"),
            west=env("west", **WEST),
        )
        assert replicated(found) == {"west": {OWN: ("api", "web")}}

    @pytest.mark.parametrize("registry_id", ["", f', registry_id: "{OWN}"'])
    def test_between_regions_of_one_account_nothing_is_to_be_let(self, load, registry_id):
        text = REPLICATED.removesuffix(", ") + registry_id + "}]}\n"
        assert replicated(load(dev=env("dev", text, WEB), west=env("west", region="us-west-2"))) == {}

    @pytest.mark.parametrize("there", [{"account": OTHER}, {"account": THIRD, "region": "us-west-2"}])
    def test_another_account_or_region_gets_nothing(self, load, there):
        text = TO_OTHER if there["account"] != OTHER else TO_OTHER.replace("us-west-2", "eu-west-1")
        others = {"other": env("other", **there)}
        if there["account"] == OTHER:
            others["eu"] = env("eu", account=OTHER, region="eu-west-1")
        assert "other" not in replicated(load(dev=env("dev", text, WEB), **others))

    def test_an_environment_without_an_account_gets_nothing(self, load):
        found = load(dev=env("dev", TO_OTHER, WEB), west=env("west", account=None, region="us-west-2"))
        assert replicated(found) == {}

    def test_of_two_in_one_registry_the_first_gets_it(self, load):
        found = load(dev=env("dev", TO_OTHER, WEB), east=env("east", **WEST), west=env("west", **WEST))
        assert set(replicated(found)) == {"east"}

    @pytest.mark.parametrize(
        "policy", [SOURCES, f'ecr_pull_through_caches: {{quay: {{upstream: quay, principals: ["{OTHER}"]}}}}\n']
    )
    def test_of_two_in_one_registry_the_one_with_the_policy_gets_it(self, load, policy):
        files = {"east": env("east", **WEST), "west": env("west", policy, **WEST)}
        assert set(replicated(load(dev=env("dev", TO_OTHER, WEB), **files))) == {"west"}
        files = {"east": env("east", policy, **WEST), "west": env("west", **WEST)}
        assert set(replicated(load(dev=env("dev", TO_OTHER, WEB), **files))) == {"east"}

    def test_what_is_said_besides_stays(self, load):
        _, west = load(dev=env("dev", TO_OTHER, WEB), west=env("west", SOURCES, **WEST))
        assert [each.account_id for each in west.settings.ecr_registry_policy.replication_sources] == [THIRD]
        assert set(west.replicated) == {OWN}

    def test_an_environment_that_makes_no_repositories_can_be_a_destination(self, load):
        refers = f'ecr_strategy: cross_account\necr_account_id: "{THIRD}"\necr_account_region: us-west-2\n'
        found = load(dev=env("dev", TO_OTHER, WEB), west=env("west", refers, "repository_names: [nginx]\n", **WEST))
        assert set(replicated(found)) == {"west"}


OWN_DESTINATIONS = f"""\
ecr_repositories:
  web:
    enable_replication: true
    replication_destinations:
      - {{region: eu-west-1}}
      - {{region: us-west-2, registry_id: "{OTHER}"}}
"""
ALIAS = "ecr_kms_key: {create: true, alias: alias/ecr}\n"
BETWEEN = {
    "scanning": (
        {
            "dev": env("dev", "ecr_enable_inspector: true\n"),
            "test": env("test", "ecr_repositories:\n  web:\n    enable_enhanced_scanning: true\n"),
        },
        "test.yaml:7: ecr_repositories.web.enable_enhanced_scanning: must leave the scanning configuration to",
        "dev.yaml:5: an account has one in a region. Say it in one of the two files. [scanning-shared]",
    ),
    "scanning_by_default": (
        {
            "dev": env("dev", "ecr_repositories: {web: {enable_enhanced_scanning: true}}\n"),
            "test": env("test", "ecr_ssm_prefix: /test\n", WEB, "ecr_defaults: {enable_enhanced_scanning: true}\n"),
        },
        "test.yaml:7: ecr_defaults.enable_enhanced_scanning: must leave the scanning configuration to dev.yaml:5:",
        "an account has one in a region. Say it in one of the two files. [scanning-shared]",
    ),
    "policy": (
        {"dev": env("dev", SOURCES), "test": env("test", SOURCES)},
        "test.yaml:5: ecr_registry_policy: must leave the registry's policy to dev.yaml:5: an account has one in a",
        "region. Say it in one of the two files. [registry-policy-shared]",
    ),
    "policy_of_a_cache": (
        {
            "dev": env("dev", SOURCES),
            "test": env(
                "test", "ecr_pull_through_caches:\n  quay:\n    upstream: quay\n", f'    principals: ["{OTHER}"]\n'
            ),
        },
        "test.yaml:8: ecr_pull_through_caches.quay.principals: must leave the registry's policy to dev.yaml:5: an",
        "account has one in a region. Say it in one of the two files. [registry-policy-shared]",
    ),
    "findings": (
        {
            "dev": env("dev", "ecr_enable_scan_findings_logging: true\n"),
            "test": env("test", "ecr_enable_scan_findings_logging: true\n"),
        },
        "test.yaml:5: ecr_enable_scan_findings_logging: must leave the findings log to dev.yaml:5: an account has",
        "one in a region. Say it in one of the two files. [findings-shared]",
    ),
    "account_settings": (
        {
            "dev": env("dev", "ecr_account_settings: {registry_policy_scope: V2}\n"),
            "test": env("test", "ecr_account_settings: {basic_scan_type_version: AWS_NATIVE}\n"),
        },
        "test.yaml:5: ecr_account_settings: must leave the account's settings to dev.yaml:5: an account has one in a",
        "region. Say it in one of the two files. [account-settings-shared]",
    ),
    "caches": (
        {
            "dev": env("dev", "ecr_pull_through_caches: {quay: {upstream: quay}}\n"),
            "test": env("test", "ecr_pull_through_caches:\n  k8s: {upstream: k8s}\n  quay: {upstream: k8s}\n"),
        },
        "test.yaml:7: ecr_pull_through_caches.quay: must be said once in an account and region; dev.yaml:5 has",
        "quay too. Remove one of the two. [registry-key-shared]",
    ),
    "templates": (
        {
            "dev": env("dev", "ecr_creation_templates: {shop: {applied_for: [REPLICATION]}}\n"),
            "test": env("test", "ecr_creation_templates: {shop: {applied_for: [PULL_THROUGH_CACHE]}}\n"),
        },
        "test.yaml:5: ecr_creation_templates.shop: must be said once in an account and region; dev.yaml:5 has shop",
        "too. Remove one of the two. [registry-key-shared]",
    ),
    "public_repositories_whatever_the_region": (
        {
            "dev": env("dev", "ecr_public_repositories: {cli: }\n"),
            "test": env("test", "ecr_public_repositories: {cli: }\n", region="eu-west-1"),
        },
        "test.yaml:5: ecr_public_repositories.cli: must be said once in an account; dev.yaml:5 has cli too.",
        "Remove one of the two. [registry-key-shared]",
    ),
    "counterpart": (
        {
            "dev": env("dev", OWN_DESTINATIONS),
            "eu": env("eu", account=OTHER, region="eu-west-1"),
            "sa": env("sa", account=OTHER, region="sa-east-1"),
        },
        "dev.yaml:10: ecr_repositories.web.replication_destinations[1].region: must be a region for which eu.yaml,",
        "sa.yaml or another file has an environment of that account, got 'us-west-2'. Add one: its registry policy",
        "has to let this account replicate. [replication-counterpart]",
    ),
    "template_of_a_cache": (
        {
            "dev": env("dev", "ecr_pull_through_caches: {quay: {upstream: quay, creation_template: {}}}\n"),
            "test": env("test", "ecr_creation_templates: {quay: {applied_for: [PULL_THROUGH_CACHE]}}\n"),
        },
        "test.yaml:5: ecr_creation_templates.quay: must be said once in an account and region; dev.yaml:5 has quay",
        "too. Remove one of the two. [registry-key-shared]",
    ),
    "keys_of_one_alias": (
        {
            name: env(name, f"ecr_encryption_type: KMS\n{ALIAS}ecr_ssm_prefix: /{name}\nrepository_names: [{name}]\n")
            for name in ("dev", "test")
        },
        "test.yaml:6: ecr_kms_key: must be said once in an account and region; dev.yaml:6 has alias/ecr too. Remove",
        "one of the two. [registry-key-shared]",
    ),
    "public_repositories_of_one_name": (
        {
            "dev": env("dev", "ecr_public_repositories: {cli: }\n"),
            "test": env("test", "ecr_public_repositories: {tool: {repository_name: cli}}\n"),
        },
        "test.yaml:5: ecr_public_repositories.tool: must be said once in an account; dev.yaml:5 has cli too. Remove",
        "one of the two. [registry-key-shared]",
    ),
    "counterpart_by_default": (
        {"dev": env("dev", TO_OTHER, WEB), "eu": env("eu", account=OTHER, region="eu-west-1")},
        "dev.yaml:5: ecr_defaults.replication_destinations[0].region: must be a region for which eu.yaml or another",
        "file has an environment of that account, got 'us-west-2'. Add one: its registry policy has to let this",
        "account replicate. [replication-counterpart]",
    ),
    "source_without_an_account": (
        {"dev": env("dev", OWN_DESTINATIONS, account=None), "west": env("west", **WEST)},
        "dev.yaml:9: ecr_repositories.web.replication_destinations[1]: must come with account_id, which the",
        "destination's policy has to name. Add account_id. [replication-source]",
    ),
}


@pytest.mark.parametrize(
    ("files", "message"), [(files, " ".join(words)) for files, *words in BETWEEN.values()], ids=BETWEEN.keys()
)
def test_what_environments_do_to_each_other_is_reported(messages, files, message):
    assert messages(**files) == [message]


MANY = ", ".join(f'"{200_000_000_000 + number}"' for number in range(400))
SOURCES_WITH_PREFIXES = ", ".join(
    f'{{account_id: "{200_000_000_000 + number}", repository_prefixes: [p{number}/]}}' for number in range(80)
)
TOO_MUCH = {
    "pushers": (f"ecr_public_repositories: {{cli: {{push_account_ids: [{MANY}]}}}}\n", "policy-size"),
    "pullers": (
        f"ecr_creation_templates: {{shop: {{applied_for: [REPLICATION], allowed_account_ids: [{MANY}]}}}}\n",
        "policy-size",
    ),
    "principals": (f"ecr_pull_through_caches: {{quay: {{upstream: quay, principals: [{MANY}]}}}}\n", "policy-size"),
    "sources": (f"ecr_registry_policy: {{replication_sources: [{SOURCES_WITH_PREFIXES}]}}\n", "policy-size"),
    "tags": (
        f"ecr_public_repositories: {{cli: {{tags: {{{', '.join(f'k{number}: v' for number in range(48))}}}}}}}\n",
        "tags",
    ),
}


@pytest.mark.parametrize(("text", "code"), TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_what_is_too_much_for_aws_is_refused_at_its_line(messages, text, code):
    (message,) = messages(dev=env("dev", text))
    assert message.startswith("dev.yaml:5: ")
    assert message.endswith(f"[{code}]")


def test_public_repositories_need_a_region_of_the_partition_that_has_them(messages):
    assert messages(dev=env("dev", "ecr_public_repositories: {cli: }\n", region="cn-north-1")) == [
        (
            "dev.yaml:5: ecr_public_repositories: must come with a region of the partition aws, got 'cn-north-1'. "
            "Public repositories exist in the partition aws alone. [public-region]"
        )
    ]


@pytest.mark.parametrize("more", ["", "ecr_enable_scan_findings_logging: true\necr_log_kms_key: {alias: alias/x}\n"])
def test_a_key_has_an_alias_whatever_the_project_is_called(load, more):
    text = f"ecr_encryption_type: KMS\necr_kms_key: {{create: true}}\nrepository_names: [web]\n{more}"
    (dev,) = load(dev=env("dev", text).replace("project: shop", "project: sh.op"))
    assert dev.settings.ecr_kms_key.alias_in("sh.op", "dev") == "alias/sh-op-dev-ecr"


def test_a_policy_that_other_files_make_too_long_is_reported_where_it_is_written(messages):
    names = "".join(f"  {number:03}{'x' * 150}: {{}}\n" for number in range(60))
    (message,) = messages(dev=env("dev", TO_OTHER, f"ecr_repositories:\n{names}"), west=env("west", **WEST))
    assert message.startswith("west.yaml:4: account_id: must make a policy of at most 10,240 characters")


def test_a_counterpart_in_a_file_that_is_wrong_is_not_reported_as_missing(messages):
    wrong = env("west", "unknown: 1\n", **WEST)
    eu = env("eu", account=OTHER, region="eu-west-1")
    (message,) = messages(dev=env("dev", TO_OTHER, WEB), eu=eu, west=wrong)
    assert message.startswith("west.yaml:5: unknown")


def test_what_other_files_have_scanned_on_push_is_named_by_the_one_that_makes_the_registry_enhanced(load):
    dev, test = load(
        dev=env("dev", "ecr_repositories: {web: {enable_enhanced_scanning: true}}\n"),
        test=env("test", "ecr_ssm_prefix: /t\necr_repositories: {api: , web: {scan_on_push: false}}\n"),
    )
    assert dev.scanned_beside == ("shop-test-api",)
    assert test.scanned_beside == ()


KEYS_OF_A_REGISTRY = (
    "ecr_enable_inspector: true\n",
    SOURCES,
    "ecr_enable_scan_findings_logging: true\n",
    "ecr_account_settings: {registry_policy_scope: V2}\n",
    "ecr_pull_through_caches: {quay: {upstream: quay}}\n",
    "ecr_creation_templates: {shop: {applied_for: [REPLICATION]}}\n",
)


@pytest.mark.parametrize("there", [{"account": OTHER}, {"region": "us-west-2"}, {"account": None}])
@pytest.mark.parametrize("text", KEYS_OF_A_REGISTRY)
def test_registries_that_are_not_known_to_be_one_do_not_meet(messages, text, there):
    assert messages(dev=env("dev", text), test=env("test", text, **there)) == []


def test_one_registry_may_be_configured_by_several_files_where_each_says_something_else(messages):
    files = {f"e{number}": env(f"e{number}", text) for number, text in enumerate(KEYS_OF_A_REGISTRY)}
    assert messages(**files) == []


@pytest.mark.parametrize(
    "files",
    [
        {"dev": env("dev", TO_OTHER, WEB)},
        {"dev": env("dev", TO_OTHER, WEB), "prod": env("prod", account=THIRD)},
        {"dev": env("dev", TO_OTHER, WEB, account=None)},
        {"dev": env("dev", TO_OTHER.replace(": true", ": false"), WEB), "eu": env("eu", account=OTHER)},
    ],
    ids=["alone", "beside another account", "without an account", "switched off"],
)
def test_replication_to_an_account_that_is_not_of_the_app_needs_no_counterpart(messages, files):
    assert not [message for message in messages(**files) if "counterpart" in message or "replication-source" in message]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"api": False, "web": False}),
        ("protected: true\n", {"api": True, "web": True}),
        ("ecr_defaults: {prevent_destroy: true}\n", {"api": True, "web": True}),
    ],
)
def test_every_repository_of_a_protected_environment_is_kept_from_destruction(declare, text, expected):
    found = declare(text + "ecr_repositories: {web: }\nrepository_names: [api]\n")
    assert {name: each.prevent_destroy for name, each in found.made.items()} == expected


def test_a_repository_can_be_kept_from_destruction_by_itself(declare):
    found = declare("ecr_repositories: {api: , web: {prevent_destroy: true}}\n")
    assert {name: each.prevent_destroy for name, each in found.made.items()} == {"api": False, "web": True}
