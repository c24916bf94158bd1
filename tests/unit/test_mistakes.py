"""Every kind of mistake in an environment file, with the message that it makes, word for word.

A message says where (file, line and key), what must hold, what was got and what to do.
"""

from __future__ import annotations

import copy
import re
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecr_constructs.config.model import file, kms, registry, repository, workloads
from ecr_constructs.config.model.fields import Model
from ecr_constructs.errors import InvalidInput
from tests.unit.message_tables import read

MINIMAL = "project: shop\nenv: dev\nregion: us-east-1\n"

# Each entry: a name, the YAML, and the messages, which may go on for several lines. These are whole files.
FILES = r"""
== empty_file

-> dev.yaml: project: must be given. Add `project:`. [required]
-> dev.yaml: env: must be given. Add `env:`. [required]
-> dev.yaml: region: must be given. Add `region:`. [required]

== null
---
null
-> dev.yaml:2: project: must be given. Add `project:`. [required]
-> dev.yaml:2: env: must be given. Add `env:`. [required]
-> dev.yaml:2: region: must be given. Add `region:`. [required]

== text
project = shop
-> dev.yaml:1: must be a mapping, got 'project = shop'. Write `key: value` lines, at least project, env and region.
   [type]

== list
- project: shop
- env: dev
-> dev.yaml:1: must be a mapping, got [{'project': 'shop'}, {'env': 'dev'}]. Write `key: value` lines, at least
   project, env and region. [type]

== two_documents
project: shop
env: dev
region: us-east-1
---
project: shop
-> dev.yaml:4: must hold one document, got another one. Remove the line '---' and what follows, or move that to a
   file of its own. [yaml-documents]

== no_project
env: dev
region: us-east-1
-> dev.yaml:1: project: must be given. Add `project:`. [required]

== no_env
project: shop
region: us-east-1
-> dev.yaml:1: env: must be given. Add `env:`. [required]

== no_region
project: shop
env: dev
-> dev.yaml:1: region: must be given. Add `region:`. [required]

== misspelt_region
project: shop
env: dev
regoin: us-east-1
-> dev.yaml:3: regoin: must be a known key, got 'regoin'. Did you mean 'region'? [unknown-key]

== project_without_value
project:
env: dev
region: us-east-1
-> dev.yaml:1: project: must be text, got nothing. Write a value, or leave an optional key out. [type]

== project_in_capitals
project: Shop
env: dev
region: us-east-1
-> dev.yaml:1: project: must be lowercase letters and digits, joined by '.', '_' or '-', got 'Shop'. It becomes part
   of repository names, which take nothing else. [project-name]

== project_with_a_slash
project: shop/web
env: dev
region: us-east-1
-> dev.yaml:1: project: must be lowercase letters and digits, joined by '.', '_' or '-', got 'shop/web'. It becomes
   part of repository names, which take nothing else. [project-name]

== env_of_another_file
project: shop
env: prod
region: us-east-1
-> dev.yaml:2: env: must equal the file's name, dev, got 'prod'. Rename one of the two. [environment-name]

== env_with_underscore
project: shop
env: dev_1
region: us-east-1
-> dev.yaml:2: env: must be 1 to 63 lowercase letters, digits and inner hyphens, got 'dev_1'. Name it as the file,
   such as dev. [environment-name]

== env_that_yaml_takes_for_false
project: shop
env: no
region: us-east-1
-> dev.yaml:2: env: must be text, got false. Write it in quotes. [type]

== region_unknown_form
project: shop
env: dev
region: virginia
-> dev.yaml:3: region: must be the name of an AWS region, got 'virginia'. Write it as in us-east-1. [region]

== availability_zone
project: shop
env: dev
region: us-east-1a
-> dev.yaml:3: region: must be the name of an AWS region, got 'us-east-1a'. Write it as in us-east-1. [region]

== region_as_expression
project: shop
env: dev
region: ${AWS_REGION}
-> dev.yaml:3: region: must be plain text, and '${AWS_REGION}' is an expression of Terraform. Write the value itself.
   [yaml-expression]
"""

# These follow the three keys that are required, so their first line is line 4.
AT_THE_TOP = r"""
== key_twice
region: us-west-2
-> dev.yaml:4: region: must be given once; it is also at line 3. Remove one of the two. [yaml-duplicate-key]

== quote_not_closed
bucket: "my-bucket
-> dev.yaml:5: must be YAML (found unexpected end of stream). Check indentation, quotes and brackets up to this line.
   [yaml-syntax]

== bracket_not_closed
ecr_repositories: {web: {}
-> dev.yaml:5: must be YAML (did not find expected ',' or '}'). Check indentation, quotes and brackets up to this
   line. [yaml-syntax]

== indentation_of_a_key
 bucket: my-bucket
-> dev.yaml:4: must be YAML (mapping values are not allowed in this context). Check the indentation, and write text
   that holds ': ' in quotes. [yaml-syntax]

== colon_in_plain_text
tags:
  Note: see: below
-> dev.yaml:5: must be YAML (mapping values are not allowed in this context). Check the indentation, and write text
   that holds ': ' in quotes. [yaml-syntax]

== star_in_plain_text
ecr_defaults:
  protected_tags: [*]
-> dev.yaml:5: must be YAML (did not find expected alphabetic or numeric character). Write text that begins with '*'
   or '&' in quotes. [yaml-syntax]

== alias_without_anchor
ecr_defaults:
  protected_tags: [*latest]
-> dev.yaml:5: must be YAML (found undefined alias). Write text that begins with '*' in quotes. [yaml-syntax]

== tag_of_yaml
account_id: !Ref Account
-> dev.yaml:4: account_id: must not carry the tag !Ref. Remove the tag. [yaml-tag]

== tag_of_yaml_on_a_mapping
ecr_repositories: !include repositories.yaml
ecr_defaults: !defaults {}
-> dev.yaml:4: ecr_repositories: must not carry the tag !include. Remove the tag. [yaml-tag]
-> dev.yaml:5: ecr_defaults: must not carry the tag !defaults. Remove the tag. [yaml-tag]

== python_object
tags: !!python/object:os.system {}
-> dev.yaml:4: tags: must not carry the tag !!python/object:os.system. Remove the tag. [yaml-tag]

== number_as_key
ecr_repositories:
  2024: {}
-> dev.yaml:5: ecr_repositories: must have text as keys, and '2024' is not read as text. Write the key in quotes.
   [yaml-key]

== truth_value_as_key
ecr_repositories:
  on: {}
-> dev.yaml:5: ecr_repositories: must have text as keys, and 'on' is not read as text. Write the key in quotes.
   [yaml-key]

== list_as_key
tags:
  [a, b]: c
-> dev.yaml:5: tags: must have text as keys, not lists or mappings. Write text before the ':'. [yaml-key]

== merge_of_a_list_of_text
tags:
  <<: [Team, web]
-> dev.yaml:5: tags: must merge mappings alone with <<. Write <<: *name, where &name stands before a mapping.
   [yaml-merge]

== alias_of_itself
tags: &tags
  Team: *tags
-> dev.yaml:4: tags.Team: must not contain itself. Remove the alias. [yaml-alias]

== date_that_does_not_exist
tags:
  Since: 2024-13-45
-> dev.yaml:5: tags.Since: must be a value that YAML can read, and '2024-13-45' is none. Write it in quotes, without
   a tag. [yaml-value]

== date_for_text
tags:
  Since: 2024-01-31
-> dev.yaml:5: tags.Since: must be text, got the date 2024-01-31. Write it in quotes. [type]

== number_beyond_64_bits
ecr_defaults:
  max_image_count: 0xffffffffffffffffffffffff
-> dev.yaml:5: ecr_defaults.max_image_count: must be a number of at most 64 bits. Use a smaller one. [yaml-value]

== expression
tags:
  Commit: ${var.commit}
-> dev.yaml:5: tags.Commit: must be plain text, and '${var.commit}' is an expression of Terraform. Write the value
   itself. [yaml-expression]

== expression_as_key
tags:
  ${var.key}: x
-> dev.yaml:5: tags: must have plain text as keys, and '${var.key}' is an expression of Terraform. Write the key
   itself. [yaml-expression]

== unknown_key
ecr_repository: {}
-> dev.yaml:4: ecr_repository: must be a known key, got 'ecr_repository'. Did you mean 'ecr_repositories'?
   [unknown-key]

== unknown_key_like_none
monitoring: true
-> dev.yaml:4: monitoring: must be a known key, got 'monitoring'. Known here: account_id, aws_provider_version,
   backend, bucket, ecr_account_id, ecr_account_region, ecr_account_settings, ecr_creation_templates, ecr_defaults,
   ecr_enable_inspector, ecr_enable_scan_findings_logging, ecr_encryption_type, ecr_kms_key, ecr_log_kms_key,
   ecr_log_retention_days, ecr_public_repositories, ecr_pull_through_caches, ecr_registry_policy, ecr_repositories,
   ecr_repository_name, ecr_scan_alert_severity, ecr_scan_alert_topic_arn, ecr_shards, ecr_source_env, ecr_ssm_layout,
   ecr_ssm_prefix, ecr_strategy, ecr_trusted_accounts, env, organization, organization_id, project, protected, region,
   repository_names, schema_version, services, state_key, tags, tasks. [unknown-key]

== shards_of_none
ecr_shards: 0
-> dev.yaml:4: ecr_shards: must be at least 1, got 0. Use 1 or more. [range]

== layout_in_another_spelling
ecr_ssm_layout: Config
-> dev.yaml:4: ecr_ssm_layout: must be one of parameters, config, got 'Config'. Did you mean config? [choice]

== option_at_the_top
image_tag_mutability: IMMUTABLE
-> dev.yaml:4: image_tag_mutability: must be a known key, got 'image_tag_mutability'. It belongs in ecr_defaults, or
   below a repository. [unknown-key]

== key_with_an_angle_bracket
<arn>: x
-> dev.yaml:4: <arn>: must be a known key, got '<arn>'. Known here: account_id, aws_provider_version, backend, bucket,
   ecr_account_id, ecr_account_region, ecr_account_settings, ecr_creation_templates, ecr_defaults,
   ecr_enable_inspector, ecr_enable_scan_findings_logging, ecr_encryption_type, ecr_kms_key, ecr_log_kms_key,
   ecr_log_retention_days, ecr_public_repositories, ecr_pull_through_caches, ecr_registry_policy, ecr_repositories,
   ecr_repository_name, ecr_scan_alert_severity, ecr_scan_alert_topic_arn, ecr_shards, ecr_source_env, ecr_ssm_layout,
   ecr_ssm_prefix, ecr_strategy, ecr_trusted_accounts, env, organization, organization_id, project, protected, region,
   repository_names, schema_version, services, state_key, tags, tasks. [unknown-key]

== key_with_a_line_break
"ecr\nkms": x
-> dev.yaml:4: 'ecr\nkms': must be a known key, got 'ecr\nkms'. Did you mean 'ecr_kms_key'? [unknown-key]

== unknown_default
ecr_defaults:
  max_images: 5
-> dev.yaml:5: ecr_defaults.max_images: must be a known key, got 'max_images'. Did you mean 'max_image_count'?
   [unknown-key]

== setting_among_the_defaults
ecr_defaults:
  region: us-west-2
-> dev.yaml:5: ecr_defaults.region: must be a known key, got 'region'. It belongs at the top of the file.
   [unknown-key]

== schema_version_of_the_past
schema_version: 6
-> dev.yaml:4: schema_version: must be 7, got 6. Write 7. [choice]

== schema_version_in_quotes
schema_version: "7"
-> dev.yaml:4: schema_version: must be 7, got '7'. Write it without quotes. [choice]

== account_id_without_quotes
account_id: 111111111111
-> dev.yaml:4: account_id: must be text, got 111111111111. Write it in quotes. [type]

== account_id_too_short
account_id: "11111111111"
-> dev.yaml:4: account_id: must be an AWS account id of 12 digits, got '11111111111'. Write the 12 digits alone, in
   quotes. [account-id]

== account_id_with_hyphens
account_id: "1111-1111-1111"
-> dev.yaml:4: account_id: must be an AWS account id of 12 digits, got '1111-1111-1111'. Write the 12 digits alone,
   in quotes. [account-id]

== bucket_in_capitals
bucket: My-Bucket
-> dev.yaml:4: bucket: must be the name of an S3 bucket, got 'My-Bucket'. Use 3 to 63 lowercase letters, digits, dots
   and hyphens. [bucket-name]

== bucket_too_short
bucket: my
-> dev.yaml:4: bucket: must be the name of an S3 bucket, got 'my'. Use 3 to 63 lowercase letters, digits, dots and
   hyphens. [bucket-name]

== bucket_like_an_address
bucket: "10.0.0.1"
-> dev.yaml:4: bucket: must be the name of an S3 bucket, got '10.0.0.1'. Use 3 to 63 lowercase letters, digits, dots
   and hyphens. [bucket-name]

== state_key_without_bucket
state_key: dev/terraform.tfstate
-> dev.yaml:4: state_key: must come with a bucket, got none. Add bucket:, or remove state_key:.
   [state-without-bucket]

== state_key_with_leading_slash
bucket: my-bucket
state_key: /dev/terraform.tfstate
-> dev.yaml:5: state_key: must be a key that neither begins nor ends with '/' and holds no braces, got
   '/dev/terraform.tfstate'. Write it as in layers/compute/dev/terraform.tfstate. [state-key]

== state_key_as_template
bucket: my-bucket
state_key: layers/{env}/terraform.tfstate
-> dev.yaml:5: state_key: must be a key that neither begins nor ends with '/' and holds no braces, got
   'layers/{env}/terraform.tfstate'. Write it as in layers/compute/dev/terraform.tfstate. [state-key]

== state_key_empty
bucket: my-bucket
state_key: ""
-> dev.yaml:5: state_key: must have at least 1 character, got ''. Write something, or remove the key. [range]

== provider_version_in_words
aws_provider_version: latest
-> dev.yaml:4: aws_provider_version: must be a version constraint of Terraform, got 'latest'. Write it as in "~>
   6.25" or ">= 6.25, < 7". [version-constraint]

== provider_version_as_number
aws_provider_version: 6.25
-> dev.yaml:4: aws_provider_version: must be text, got 6.25. Write it in quotes. [type]

== tags_as_a_list
tags:
  - Team=web
-> dev.yaml:4: tags: must be a mapping, got ['Team=web']. Write `key: value` lines below it, indented. [type]

== tags_without_value
tags:
-> dev.yaml:4: tags: must be a mapping, got nothing. Write `key: value` lines below it, indented, or remove the key.
   [type]

== tag_without_quotes
tags:
  CostCenter: 1234
-> dev.yaml:5: tags.CostCenter: must be text, got 1234. Write it in quotes. [type]

== tag_with_reserved_key
tags:
  aws:owner: web
-> dev.yaml:5: tags.aws:owner: must not use keys that start with aws:, got 'aws:owner'. Rename the key: AWS keeps
   this prefix for itself. [tags]

== tag_with_empty_key
tags:
  "": web
-> dev.yaml:5: tags.'': must have keys of 1 to 128 characters, got ''. Shorten the key, or give it a name. [tags]

== tag_with_other_characters
tags:
  Team: web & api
-> dev.yaml:5: tags.Team: must have letters, digits, spaces and _ . : / = + - @ alone, got 'Team=web & api'. Remove
   the other characters. [tags]

== tag_with_a_line_break
tags:
  Note: "one\ntwo"
-> dev.yaml:5: tags.Note: must have letters, digits, spaces and _ . : / = + - @ alone, got 'Note=one\ntwo'. Remove
   the other characters. [tags]

== template_with_unknown_placeholder
ecr_repository_name: "{project}-{environment}-{name}"
-> dev.yaml:4: ecr_repository_name: must use the placeholders {project}, {env}, {name} alone, got '{environment}'.
   Remove the placeholder. [name-template]

== template_with_misspelt_placeholder
ecr_repository_name: "{projct}-{name}"
-> dev.yaml:4: ecr_repository_name: must use the placeholders {project}, {env}, {name} alone, got '{projct}'. Did you
   mean 'project'? [name-template]

== template_without_name
ecr_repository_name: "{project}-{env}"
-> dev.yaml:4: ecr_repository_name: must contain {name}, got '{project}-{env}'. Add {name}, or every repository would
   have the same name. [name-template]

== template_with_open_brace
ecr_repository_name: "{project-{name}"
-> dev.yaml:4: ecr_repository_name: must be a template (unexpected '{' in field name), got '{project-{name}'. Close
   every brace: {project}, {env}, {name}. [name-template]

== template_with_a_format
ecr_repository_name: "{name:>20}"
-> dev.yaml:4: ecr_repository_name: must use the placeholders {project}, {env}, {name} alone, got '{name:>20}'. Write
   {name}: names take no format. [name-template]

== template_with_capitals
ecr_repository_name: "{project}-DEV-{name}"
ecr_repositories: {web: {}, api: {}}
-> dev.yaml:4: ecr_repository_name: must make names that ECR takes, got '{project}-DEV-{name}'. Use lowercase letters
   and digits, joined by single '.', '_', '__' or '-', in parts divided by '/', 2 to 256 characters in all.
   [name-template]

== template_with_two_dots
ecr_repository_name: "{project}..{name}"
-> dev.yaml:4: ecr_repository_name: must make names that ECR takes, got '{project}..{name}'. Use lowercase letters
   and digits, joined by single '.', '_', '__' or '-', in parts divided by '/', 2 to 256 characters in all.
   [name-template]

== encryption_type_in_lower_case
ecr_encryption_type: kms
-> dev.yaml:4: ecr_encryption_type: must be one of AES256, KMS, got 'kms'. Did you mean KMS? [choice]

== encryption_type_of_govcloud
ecr_encryption_type: KMS_DSSE
-> dev.yaml:4: ecr_encryption_type: must be one of AES256, KMS, got 'KMS_DSSE'. Use one of these. [choice]

== kms_without_a_key
ecr_encryption_type: KMS
-> dev.yaml:4: ecr_encryption_type: must come with a key, got KMS alone. Add ecr_kms_key: the key's full ARN, an
   alias, or an output of another state. [kms-without-key]

== key_by_its_id
ecr_encryption_type: KMS
ecr_kms_key: 1234abcd-12ab-34cd-56ef-1234567890ab
-> dev.yaml:5: ecr_kms_key: must be the full ARN of a KMS key, got '1234abcd-12ab-34cd-56ef-1234567890ab'. Write
   arn:aws:kms:REGION:ACCOUNT:key/ID, or {alias: alias/NAME} to have it looked up. [kms-key]

== key_by_its_alias_as_text
ecr_encryption_type: KMS
ecr_kms_key: alias/ecr
-> dev.yaml:5: ecr_kms_key: must be the full ARN of a KMS key, got 'alias/ecr'. Write
   arn:aws:kms:REGION:ACCOUNT:key/ID, or {alias: alias/ecr} to have it looked up. [kms-key]

== key_as_a_list
ecr_encryption_type: KMS
ecr_kms_key: [alias/ecr]
-> dev.yaml:5: ecr_kms_key: must be a full key ARN, {alias: alias/x}, {remote_state: {bucket, key, region, output}},
   {ssm_parameter: /x} or {create: true}, got ['alias/ecr']. Use one of these. [kms-key]

== key_as_an_unknown_mapping
ecr_encryption_type: KMS
ecr_kms_key: {arn: alias/ecr}
-> dev.yaml:5: ecr_kms_key: must be a full key ARN, {alias: alias/x}, {remote_state: {bucket, key, region, output}},
   {ssm_parameter: /x} or {create: true}, got {'arn': 'alias/ecr'}. Use one of these. [kms-key]

== key_alias_without_prefix
ecr_encryption_type: KMS
ecr_kms_key: {alias: ecr}
-> dev.yaml:5: ecr_kms_key.alias: must be a key's alias, got 'ecr'. Write it as in alias/ecr. [kms-alias]

== key_alias_with_unknown_key
ecr_encryption_type: KMS
ecr_kms_key: {alias: alias/ecr, regoin: us-east-1}
-> dev.yaml:5: ecr_kms_key.regoin: must be a known key, got 'regoin'. Known here: alias. [unknown-key]

== key_in_two_ways
ecr_encryption_type: KMS
ecr_kms_key:
  alias: alias/ecr
  remote_state: {bucket: states, key: k, region: us-east-1, output: arn}
-> dev.yaml:7: ecr_kms_key.remote_state: must be a known key, got 'remote_state'. Known here: alias. [unknown-key]

== key_in_state_without_output
ecr_encryption_type: KMS
ecr_kms_key:
  remote_state: {bucket: states, key: k, region: us-east-1}
-> dev.yaml:6: ecr_kms_key.remote_state.output: must be given. Add `output:`. [required]

== key_in_state_misspelt
ecr_encryption_type: KMS
ecr_kms_key:
  remote_state: {bucket: states, key: k, region: us-east-1, ouput: arn}
-> dev.yaml:6: ecr_kms_key.remote_state.ouput: must be a known key, got 'ouput'. Did you mean 'output'? [unknown-key]

== key_in_state_of_no_bucket
ecr_encryption_type: KMS
ecr_kms_key:
  remote_state: {bucket: "s3://states", key: k, region: us-east-1, output: arn}
-> dev.yaml:6: ecr_kms_key.remote_state.bucket: must be the name of an S3 bucket, got 's3://states'. Use 3 to 63
   lowercase letters, digits, dots and hyphens. [bucket-name]

== key_in_state_of_no_region
ecr_encryption_type: KMS
ecr_kms_key:
  remote_state: {bucket: states, key: k, region: us, output: arn}
-> dev.yaml:6: ecr_kms_key.remote_state.region: must be the name of an AWS region, got 'us'. Write it as in
   us-east-1. [region]

== key_in_state_by_no_output
ecr_encryption_type: KMS
ecr_kms_key:
  remote_state: {bucket: states, key: k, region: us-east-1, output: outputs.arn}
-> dev.yaml:6: ecr_kms_key.remote_state.output: must be the name of an output, got 'outputs.arn'. Use letters,
   digits, '_' and '-', a letter first. [output-name]

== key_in_state_as_text
ecr_encryption_type: KMS
ecr_kms_key:
  remote_state: states
-> dev.yaml:6: ecr_kms_key.remote_state: must be a mapping, got 'states'. Write `key: value` lines below it,
   indented. [type]

== key_of_another_region
ecr_encryption_type: KMS
ecr_kms_key: arn:aws:kms:us-west-2:111111111111:key/1234abcd
-> dev.yaml:5: ecr_kms_key: must lie in us-east-1, got 'arn:aws:kms:us-west-2:111111111111:key/1234abcd'. Use a key
   of that region. [kms-key-region]

== key_that_nothing_uses
ecr_kms_key: {alias: alias/ecr}
ecr_repositories: {web: {}}
-> dev.yaml:4: ecr_kms_key: must be used, and no repository is encrypted with it. Set ecr_encryption_type: KMS before
   the repositories are made, or remove the key. [kms-key-unused]

== key_that_every_repository_has_another_one_for
ecr_kms_key: {alias: alias/ecr}
ecr_repositories:
  web: {encryption_type: KMS, kms_key: {alias: alias/web}}
-> dev.yaml:4: ecr_kms_key: must be used, and no repository is encrypted with it. Set ecr_encryption_type: KMS before
   the repositories are made, or remove the key. [kms-key-unused]

== key_as_an_expression
ecr_encryption_type: KMS
ecr_kms_key: ${var.key}
-> dev.yaml:5: ecr_kms_key: must be plain text, and '${var.key}' is an expression of Terraform. Write the value
   itself. [yaml-expression]

== account_of_its_own
account_id: "111111111111"
ecr_defaults: {enable_cross_account_access: true}
ecr_repositories:
  web:
    allowed_account_ids: ["222222222222", "111111111111"]
-> dev.yaml:8: ecr_repositories.web.allowed_account_ids[1]: must be another account, got '111111111111'. Remove it:
   the account's own identities need an identity policy alone. [access-own-account]

== key_misspelt
ecr_encryption_type: KMS
ecr_kms_ky: {alias: alias/ecr}
-> dev.yaml:5: ecr_kms_ky: must be a known key, got 'ecr_kms_ky'. Did you mean 'ecr_kms_key'? [unknown-key]

== prefix_without_slash
ecr_ssm_prefix: ecr
-> dev.yaml:4: ecr_ssm_prefix: must be a path that Parameter Store takes, got 'ecr'. Start with '/', divide levels by
   one '/', and use letters, digits, '.', '_' and '-'. [ssm-path]

== prefix_with_slash_at_its_end
ecr_ssm_prefix: /ecr/
-> dev.yaml:4: ecr_ssm_prefix: must be a path that Parameter Store takes, got '/ecr/'. Start with '/', divide levels
   by one '/', and use letters, digits, '.', '_' and '-'. [ssm-path]

== prefix_that_aws_keeps
ecr_ssm_prefix: /AWS/ecr
-> dev.yaml:4: ecr_ssm_prefix: must not start with aws or ssm, in any case, got '/AWS/ecr'. Begin the first level
   differently, as in /ecr. [ssm-path-reserved]

== prefix_of_too_many_levels
ecr_ssm_prefix: /1/2/3/4/5/6/7/8/9/10/11/12/13/14/15
-> dev.yaml:4: ecr_ssm_prefix: must leave room for the parameter's own name in 15 levels, got 15 levels. Use fewer
   '/'. [ssm-path-levels]

== defaults_as_a_list
ecr_defaults:
  - max_image_count: 5
-> dev.yaml:4: ecr_defaults: must be a mapping, got [{'max_image_count': 5}]. Write `key: value` lines below it,
   indented. [type]

== defaults_without_value
ecr_defaults:
-> dev.yaml:4: ecr_defaults: must be a mapping, got nothing. Write `key: value` lines below it, indented, or remove
   the key. [type]

== default_name
ecr_defaults:
  repository_name: shop
-> dev.yaml:5: ecr_defaults.repository_name: must not name every repository, got 'shop'. Remove it, and use
   ecr_repository_name to shape all names. [repository-name-default]

== default_wrong_for_every_repository
ecr_defaults:
  protected_tags: ["a*b*c*d*e*"]
ecr_repositories: {api: {}, web: {}}
-> dev.yaml:5: ecr_defaults.protected_tags[0]: must hold at most 4 '*', got 'a*b*c*d*e*'. Use fewer, or one pattern
   per rule. [lifecycle-tag-wildcards]

== default_filters_without_exclusion
ecr_defaults:
  image_tag_mutability_exclusion_filters: [latest]
ecr_repositories: {api: {}, web: {}}
-> dev.yaml:5: ecr_defaults.image_tag_mutability_exclusion_filters: must be empty with MUTABLE, got ['latest']. Set
   image_tag_mutability: MUTABLE_WITH_EXCLUSION, or remove the filters. [tag-exclusion-filters]

== default_key_that_nothing_uses
ecr_defaults:
  kms_key: {alias: alias/ecr}
ecr_repositories: {web: {}}
-> dev.yaml:5: ecr_defaults.kms_key: must come with encryption_type: KMS, or images are not encrypted with it. Set
   encryption_type: KMS, or remove the key. [kms-key-unused]

== default_accounts_that_get_nothing
ecr_defaults:
  allowed_account_ids: ["111111111111"]
ecr_repositories: {web: {}}
-> dev.yaml:5: ecr_defaults.allowed_account_ids: must come with enable_cross_account_access: true, or nobody gets
   access. Set enable_cross_account_access: true, or remove the key. [access-not-enabled]

== default_destinations_that_get_nothing
ecr_defaults:
  replication_destinations: [{region: us-west-2}]
ecr_repositories: {web: {}}
-> dev.yaml:5: ecr_defaults.replication_destinations: must come with enable_replication: true, or nothing is
   replicated. Set enable_replication: true, or remove the key. [replication-not-enabled]

== default_access_without_accounts
ecr_defaults:
  enable_cross_account_access: true
ecr_repositories:
  api:
    allowed_account_ids: ["111111111111"]
  web: {}
-> dev.yaml:9: ecr_repositories.web.allowed_account_ids: must be given with enable_cross_account_access: true. List
   the accounts, or set enable_cross_account_access: false. [access-without-accounts]

== default_rules_beside_a_policy
ecr_defaults:
  max_image_count: 5
  lifecycle_policy: '{"rules": []}'
-> dev.yaml:6: ecr_defaults.lifecycle_policy: must stand alone, without max_image_count, got both. Write the whole
   policy in one of the two ways. [lifecycle-policy-alone]

== own_limit_beside_a_default_rule_for_every_image
ecr_defaults:
  lifecycle_rules:
    - {tag_status: any, count_type: sinceImagePushed, count_number: 30}
ecr_repositories:
  web:
    max_image_count: 5
-> dev.yaml:9: ecr_repositories.web.max_image_count: must be the only rule that selects any images of storage class
   standard. lifecycle_rules[0] selects them already: keep one of the two. [lifecycle-any-unique]

== repositories_as_a_list
ecr_repositories:
  - web
-> dev.yaml:4: ecr_repositories: must be a mapping, got ['web']. Write one key per repository, with its options below
   it; {} for none. [type]

== repositories_without_value
ecr_repositories:
-> dev.yaml:4: ecr_repositories: must be a mapping, got nothing. Write one key per repository, with its options below
   it; {} for none. [type]

== repository_as_text
ecr_repositories:
  web: latest
-> dev.yaml:5: ecr_repositories.web: must be a mapping, got 'latest'. Write `key: value` lines below it, indented.
   [type]

== repository_as_a_list
ecr_repositories:
  web: []
-> dev.yaml:5: ecr_repositories.web: must be a mapping, got []. Write `key: value` lines below it, indented. [type]

== repository_in_capitals
ecr_repositories:
  Web: {}
-> dev.yaml:5: ecr_repositories.Web: must be a name that ECR takes, got 'Web'. Use lowercase letters and digits,
   joined by single '.', '_', '__' or '-', in parts divided by '/', 2 to 256 characters in all. [logical-name]

== repository_with_leading_slash
ecr_repositories:
  /web: {}
-> dev.yaml:5: ecr_repositories./web: must be a name that ECR takes, got '/web'. Use lowercase letters and digits,
   joined by single '.', '_', '__' or '-', in parts divided by '/', 2 to 256 characters in all. [logical-name]

== repository_twice
ecr_repositories:
  web: {}
  web: {}
-> dev.yaml:6: ecr_repositories.web: must be given once; it is also at line 5. Remove one of the two.
   [yaml-duplicate-key]

== repository_name_taken
ecr_repositories:
  api:
    repository_name: shop-dev-web
  web: {}
-> dev.yaml:7: ecr_repositories.web: must have a name of its own; api is shop-dev-web too. Give one of the two
   another repository_name. [repository-name-taken]

== repository_of_too_many_levels
ecr_repositories:
  1/2/3/4/5/6/7/8/9/10/11/12/13/14: {}
-> dev.yaml:5: ecr_repositories.1/2/3/4/5/6/7/8/9/10/11/12/13/14: must leave room for the parameter's own name in 15
   levels, got 15 levels. Use fewer '/'. [ssm-path-levels]

== repository_below_the_parameters_of_another
ecr_repositories:
  web: {}
  web/url: {}
-> dev.yaml:6: ecr_repositories.web/url: must not be published below the parameters of web, got '/ecr/web/url'.
   Rename one of the two, or set publish_to_ssm: false. [ssm-collision]
"""

# These are options of the repository `web`, and begin at line 6.
IN_A_REPOSITORY = r"""
== unknown_option
max_image_cuont: 5
-> dev.yaml:6: ecr_repositories.web.max_image_cuont: must be a known key, got 'max_image_cuont'. Did you mean
   'max_image_count'? [unknown-key]

== unknown_option_like_none
logging: true
-> dev.yaml:6: ecr_repositories.web.logging: must be a known key, got 'logging'. Known here: adopt, allow_replacement,
   allowed_account_ids, enable_cross_account_access, enable_enhanced_scanning, enable_lambda_pull, enable_replication,
   encryption_type, expire_tagged_after_days, expire_untagged_after_days, force_delete, image_tag_mutability,
   image_tag_mutability_exclusion_filters, kms_key, lifecycle_policy, lifecycle_rules, max_image_count,
   max_untagged_count, organization_id, prevent_destroy, protected_tags, publish_to_ssm, renamed_from,
   replication_destinations, repository_name, scan_frequency, scan_on_push, tags. [unknown-key]

== setting_in_a_repository
account_id: "111111111111"
-> dev.yaml:6: ecr_repositories.web.account_id: must be a known key, got 'account_id'. It belongs at the top of the
   file. [unknown-key]

== name_in_capitals
repository_name: Web
-> dev.yaml:6: ecr_repositories.web.repository_name: must be a name that ECR takes, got 'Web'. Use lowercase letters
   and digits, joined by single '.', '_', '__' or '-', in parts divided by '/', 2 to 256 characters in all.
   [repository-name]

== name_of_one_character
repository_name: w
-> dev.yaml:6: ecr_repositories.web.repository_name: must be a name that ECR takes, got 'w'. Use lowercase letters
   and digits, joined by single '.', '_', '__' or '-', in parts divided by '/', 2 to 256 characters in all.
   [repository-name]

== name_as_a_url
repository_name: 111111111111.dkr.ecr.us-east-1.amazonaws.com/web:1
-> dev.yaml:6: ecr_repositories.web.repository_name: must be a name that ECR takes, got
   '111111111111.dkr.ecr.us-east-1.amazonaws.com/web:1'. Use lowercase letters and digits, joined by single '.', '_',
   '__' or '-', in parts divided by '/', 2 to 256 characters in all. [repository-name]

== mutability_in_lower_case
image_tag_mutability: immutable
-> dev.yaml:6: ecr_repositories.web.image_tag_mutability: must be one of MUTABLE, IMMUTABLE,
   IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION, got 'immutable'. Did you mean IMMUTABLE? [choice]

== mutability_unknown
image_tag_mutability: "off"
-> dev.yaml:6: ecr_repositories.web.image_tag_mutability: must be one of MUTABLE, IMMUTABLE,
   IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION, got 'off'. Use one of these. [choice]

== filters_without_exclusion
image_tag_mutability: IMMUTABLE
image_tag_mutability_exclusion_filters: [latest]
-> dev.yaml:7: ecr_repositories.web.image_tag_mutability_exclusion_filters: must be empty with IMMUTABLE, got
   ['latest']. Set image_tag_mutability: IMMUTABLE_WITH_EXCLUSION, or remove the filters. [tag-exclusion-filters]

== exclusion_without_filters
image_tag_mutability: IMMUTABLE_WITH_EXCLUSION
-> dev.yaml:5: ecr_repositories.web.image_tag_mutability_exclusion_filters: must have 1 to 5 entries with
   IMMUTABLE_WITH_EXCLUSION, got 0 of them. List the tag patterns that are excluded, such as latest or dev-*.
   [tag-exclusion-filters]

== too_many_filters
image_tag_mutability: IMMUTABLE_WITH_EXCLUSION
image_tag_mutability_exclusion_filters: [a, b, c, d, e, f]
-> dev.yaml:7: ecr_repositories.web.image_tag_mutability_exclusion_filters: must have 1 to 5 entries with
   IMMUTABLE_WITH_EXCLUSION, got 6 of them. List the tag patterns that are excluded, such as latest or dev-*.
   [tag-exclusion-filters]

== filter_of_three_wildcards
image_tag_mutability: IMMUTABLE_WITH_EXCLUSION
image_tag_mutability_exclusion_filters: ["*a*b*"]
-> dev.yaml:7: ecr_repositories.web.image_tag_mutability_exclusion_filters[0]: must have at most two '*', got
   '*a*b*'. Split it into several filters, or widen it. [tag-exclusion-filters]

== filter_of_other_characters
image_tag_mutability: IMMUTABLE_WITH_EXCLUSION
image_tag_mutability_exclusion_filters: ["feature/*"]
-> dev.yaml:7: ecr_repositories.web.image_tag_mutability_exclusion_filters[0]: must be 1 to 128 letters, digits, '.',
   '_', '-' or '*', got 'feature/*'. Remove the other characters. [tag-exclusion-filters]

== filter_twice
image_tag_mutability: IMMUTABLE_WITH_EXCLUSION
image_tag_mutability_exclusion_filters: [latest, latest]
-> dev.yaml:7: ecr_repositories.web.image_tag_mutability_exclusion_filters[1]: must be unique, got 'latest'. Remove
   the second one. [tag-exclusion-filters]

== filter_of_another_type
image_tag_mutability: IMMUTABLE_WITH_EXCLUSION
image_tag_mutability_exclusion_filters:
  - {filter: latest, filter_type: REGEX}
-> dev.yaml:8: ecr_repositories.web.image_tag_mutability_exclusion_filters[0]: must be text, got {'filter': 'latest',
   'filter_type': 'REGEX'}. Write one text in its place. [type]

== filters_as_text
image_tag_mutability: IMMUTABLE_WITH_EXCLUSION
image_tag_mutability_exclusion_filters: latest
-> dev.yaml:7: ecr_repositories.web.image_tag_mutability_exclusion_filters: must be a list, got 'latest'. Write each
   entry on a line of its own, after '- '. [type]

== scanning_in_quotes
scan_on_push: "true"
-> dev.yaml:6: ecr_repositories.web.scan_on_push: must be true or false, got 'true'. Write true or false, without
   quotes. [type]

== scanning_as_a_number
scan_on_push: 1
-> dev.yaml:6: ecr_repositories.web.scan_on_push: must be true or false, got 1. Write true or false, without quotes.
   [type]

== scan_frequency_unknown
scan_frequency: CONTINUOUS
-> dev.yaml:6: ecr_repositories.web.scan_frequency: must be one of SCAN_ON_PUSH, CONTINUOUS_SCAN, MANUAL, got
   'CONTINUOUS'. Did you mean CONTINUOUS_SCAN? [choice]

== count_of_zero
max_image_count: 0
-> dev.yaml:6: ecr_repositories.web.max_image_count: must be at least 1, got 0. Use 1 or more. [range]

== count_below_zero
expire_tagged_after_days: -1
-> dev.yaml:6: ecr_repositories.web.expire_tagged_after_days: must be at least 1, got -1. Use 1 or more. [range]

== count_in_quotes
max_image_count: "100"
-> dev.yaml:6: ecr_repositories.web.max_image_count: must be a whole number, got '100'. Write digits alone, without
   quotes. [type]

== count_with_a_fraction
max_untagged_count: 1.5
-> dev.yaml:6: ecr_repositories.web.max_untagged_count: must be a whole number, got 1.5. Write digits alone, without
   quotes. [type]

== count_as_truth_value
expire_untagged_after_days: true
-> dev.yaml:6: ecr_repositories.web.expire_untagged_after_days: must be a whole number, got true. Write digits alone,
   without quotes. [type]

== two_ways_for_untagged_images
expire_untagged_after_days: 7
max_untagged_count: 5
-> dev.yaml:7: ecr_repositories.web.max_untagged_count: must be left out when expire_untagged_after_days is given.
   Keep one of the two: ECR lets one rule select the untagged images. [lifecycle-shortcut-untagged]

== protected_tags_as_text
protected_tags: v*
-> dev.yaml:6: ecr_repositories.web.protected_tags: must be a list, got 'v*'. Write each entry on a line of its own,
   after '- '. [type]

== protected_tag_as_number
protected_tags: [1.0]
-> dev.yaml:6: ecr_repositories.web.protected_tags[0]: must be text, got 1.0. Write it in quotes. [type]

== protected_tag_of_five_wildcards
protected_tags: ["a*b*c*d*e*"]
-> dev.yaml:6: ecr_repositories.web.protected_tags[0]: must hold at most 4 '*', got 'a*b*c*d*e*'. Use fewer, or one
   pattern per rule. [lifecycle-tag-wildcards]

== protected_tag_empty
protected_tags: [""]
-> dev.yaml:6: ecr_repositories.web.protected_tags[0]: must be text of at least one character, got ''. Use the
   pattern '*' for every tagged image. [lifecycle-tag]

== rules_as_a_mapping
lifecycle_rules:
  tag_status: any
-> dev.yaml:6: ecr_repositories.web.lifecycle_rules: must be a list, got {'tag_status': 'any'}. Write each entry on a
   line of its own, after '- '. [type]

== rule_without_keys
lifecycle_rules:
  - {}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].tag_status: must be given. Add `tag_status:`. [required]
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].count_type: must be given. Add `count_type:`. [required]
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].count_number: must be given. Add `count_number:`. [required]

== rule_with_unknown_key
lifecycle_rules:
  - {tag_status: any, count_type: imageCountMoreThan, count_number: 5, countUnit: days}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].countUnit: must be a known key, got 'countUnit'. Did you mean
   'count_unit'? [unknown-key]

== rule_with_a_key_of_another_place
lifecycle_rules:
  - {tag_status: untagged, count_type: sinceImagePushed, count_number: 5, tags: v1}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].tags: must be a known key, got 'tags'. Known here:
   action_type, count_number, count_type, count_unit, description, rule_priority, storage_class, tag_pattern_list,
   tag_prefix_list, tag_status, target_storage_class. [unknown-key]

== key_as_an_expression_here
encryption_type: KMS
kms_key: ${var.key}
-> dev.yaml:7: ecr_repositories.web.kms_key: must be plain text, and '${var.key}' is an expression of Terraform.
   Write the value itself. [yaml-expression]

== rule_with_unknown_status
lifecycle_rules:
  - {tag_status: all, count_type: imageCountMoreThan, count_number: 5}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].tag_status: must be one of tagged, untagged, any, got 'all'.
   Use one of these. [choice]

== rule_with_unknown_count
lifecycle_rules:
  - {tag_status: untagged, count_type: sinceImagesPushed, count_number: 5}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].count_type: must be one of imageCountMoreThan,
   sinceImagePushed, sinceImagePulled, sinceImageTransitioned, got 'sinceImagesPushed'. Did you mean
   sinceImagePushed? [choice]

== rule_that_counts_zero
lifecycle_rules:
  - {tag_status: untagged, count_type: sinceImagePushed, count_number: 0}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].count_number: must be at least 1, got 0. Use 1 or more.
   [range]

== rule_with_priority_zero
lifecycle_rules:
  - {rule_priority: 0, tag_status: untagged, count_type: sinceImagePushed, count_number: 5}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].rule_priority: must be at least 1, got 0. Use 1 or more.
   [range]

== rule_in_weeks
lifecycle_rules:
  - {tag_status: untagged, count_type: sinceImagePushed, count_number: 5, count_unit: weeks}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].count_unit: must be days, got 'weeks'. Write days. [choice]

== rule_with_a_unit_it_does_not_take
lifecycle_rules:
  - {tag_status: untagged, count_type: imageCountMoreThan, count_number: 5, count_unit: days}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].count_unit: must be left out when count_type is
   'imageCountMoreThan', got 'days'. Remove it, or use sinceImagePushed to count days. [lifecycle-count-unit-unused]

== rule_with_unknown_action
lifecycle_rules:
  - {tag_status: untagged, count_type: sinceImagePushed, count_number: 5, action_type: delete}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].action_type: must be one of expire, transition, got 'delete'.
   Use one of these. [choice]

== rule_for_tags_without_any
lifecycle_rules:
  - {tag_status: tagged, count_type: sinceImagePushed, count_number: 5}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].tag_pattern_list: must name at least one tag pattern, or
   tag_prefix_list one prefix, when tag_status is 'tagged'. Use ['*'] for every tagged image. Several entries mean
   AND: for alternatives write one rule each. [lifecycle-tags-missing]

== rule_with_patterns_and_prefixes
lifecycle_rules:
  - tag_status: tagged
    tag_pattern_list: ["v*"]
    tag_prefix_list: [v]
    count_type: sinceImagePushed
    count_number: 5
-> dev.yaml:9: ecr_repositories.web.lifecycle_rules[0].tag_prefix_list: must be left out when tag_pattern_list is
   given. Write prefix 'v' as pattern 'v*'. Several entries mean AND: for alternatives write one rule each.
   [lifecycle-tags-both]

== rule_for_untagged_images_with_patterns
lifecycle_rules:
  - {tag_status: untagged, tag_pattern_list: ["v*"], count_type: sinceImagePushed, count_number: 5}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].tag_pattern_list: must be left out when tag_status is
   'untagged', got ['v*']. Remove it, or set tag_status to 'tagged'. [lifecycle-tags-unused]

== rule_for_any_image_with_prefixes
lifecycle_rules:
  - {tag_status: any, tag_prefix_list: [v], count_type: sinceImagePushed, count_number: 5}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].tag_prefix_list: must be left out when tag_status is 'any',
   got ['v']. Remove it, or set tag_status to 'tagged'. [lifecycle-tags-unused]

== rule_with_an_empty_tag
lifecycle_rules:
  - {tag_status: tagged, tag_prefix_list: [""], count_type: sinceImagePushed, count_number: 5}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].tag_prefix_list[0]: must be text of at least one character,
   got ''. Use the pattern '*' for every tagged image. [lifecycle-tag]

== rule_of_five_wildcards
lifecycle_rules:
  - {tag_status: tagged, tag_pattern_list: ["a*b*c*d*e*"], count_type: sinceImagePushed, count_number: 5}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].tag_pattern_list[0]: must hold at most 4 '*', got
   'a*b*c*d*e*'. Use fewer, or one pattern per rule. [lifecycle-tag-wildcards]

== rule_that_expires_by_pull
lifecycle_rules:
  - {tag_status: untagged, count_type: sinceImagePulled, count_number: 5}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].action_type: must be 'transition' when count_type is
   'sinceImagePulled', got 'expire'. ECR does not expire by the last pull: transition such images to the archive, and
   expire them with a second rule on sinceImageTransitioned. [lifecycle-count-action]

== rule_that_archives_the_archive
lifecycle_rules:
  - {tag_status: untagged, count_type: sinceImageTransitioned, count_number: 90, action_type: transition}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].action_type: must be 'expire' when count_type is
   'sinceImageTransitioned', got 'transition'. Archived images can only be expired by a rule.
   [lifecycle-count-action]

== rule_for_the_archive_below_90_days
lifecycle_rules:
  - {tag_status: untagged, count_type: sinceImageTransitioned, count_number: 30}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].count_number: must be a whole number of at least 90, got 30.
   ECR keeps archived images for at least 90 days: use 90 or more. [lifecycle-count-number]

== rule_for_the_archive_by_count
lifecycle_rules:
  - {tag_status: untagged, count_type: imageCountMoreThan, count_number: 5, storage_class: archive}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].storage_class: must be 'standard' when count_type is
   'imageCountMoreThan', got 'archive'. Only sinceImageTransitioned selects archived images, and it selects no
   others. [lifecycle-count-storage-class]

== rule_that_expires_into_the_archive
lifecycle_rules:
  - {tag_status: untagged, count_type: sinceImagePushed, count_number: 5, target_storage_class: archive}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].target_storage_class: must be left out when action_type is
   'expire', got 'archive'. Remove it, or set action_type to 'transition'. [lifecycle-target-unused]

== two_rules_for_any_image
lifecycle_rules:
  - {tag_status: any, count_type: sinceImagePushed, count_number: 5}
  - {tag_status: any, count_type: imageCountMoreThan, count_number: 5}
-> dev.yaml:8: ecr_repositories.web.lifecycle_rules[1].tag_status: must be the only rule that selects any images of
   storage class standard. lifecycle_rules[0] selects them already: keep one of the two. [lifecycle-any-unique]

== two_rules_for_untagged_images
lifecycle_rules:
  - {tag_status: untagged, count_type: sinceImagePushed, count_number: 5}
  - {tag_status: untagged, count_type: imageCountMoreThan, count_number: 5}
-> dev.yaml:8: ecr_repositories.web.lifecycle_rules[1].tag_status: must be the only rule that selects untagged images
   of storage class standard. lifecycle_rules[0] selects them already: keep one of the two.
   [lifecycle-untagged-unique]

== rule_beside_a_shortcut_for_untagged_images
expire_untagged_after_days: 3
lifecycle_rules:
  - {tag_status: untagged, count_type: imageCountMoreThan, count_number: 5}
-> dev.yaml:6: ecr_repositories.web.expire_untagged_after_days: must be the only rule that selects untagged images of
   storage class standard. lifecycle_rules[0] selects them already: keep one of the two. [lifecycle-untagged-unique]

== two_rules_for_the_same_tags
lifecycle_rules:
  - {tag_status: tagged, tag_pattern_list: [a, b], count_type: sinceImagePushed, count_number: 5}
  - {tag_status: tagged, tag_pattern_list: [b, a], count_type: imageCountMoreThan, count_number: 5}
-> dev.yaml:8: ecr_repositories.web.lifecycle_rules[1].tag_pattern_list: must differ from the tags that
   lifecycle_rules[0] selects in storage class standard, got ['b', 'a']. Make one rule of the two, or select other
   tags: the later one could never act. [lifecycle-tags-unique]

== two_rules_of_one_priority
lifecycle_rules:
  - {rule_priority: 5, tag_status: tagged, tag_pattern_list: [a], count_type: sinceImagePushed, count_number: 5}
  - {rule_priority: 5, tag_status: tagged, tag_pattern_list: [b], count_type: sinceImagePushed, count_number: 5}
-> dev.yaml:8: ecr_repositories.web.lifecycle_rules[1].rule_priority: must differ from the priority of
   lifecycle_rules[0], got 5. Use a number that no other rule has; gaps are allowed. [lifecycle-priority-unique]

== rule_for_any_image_not_last
lifecycle_rules:
  - {rule_priority: 1, tag_status: any, count_type: sinceImagePushed, count_number: 5}
  - {rule_priority: 2, tag_status: untagged, count_type: sinceImagePushed, count_number: 3}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].rule_priority: must be larger than every other priority of
   storage class standard, as the rule selects any image, got 1. Use 3 or more, so that it is larger than that of
   lifecycle_rules[1]. [lifecycle-any-last]

== no_room_below_the_rule_for_any_image
lifecycle_rules:
  - {rule_priority: 1, tag_status: any, count_type: sinceImagePushed, count_number: 5}
  - {tag_status: untagged, count_type: sinceImagePushed, count_number: 3}
-> dev.yaml:7: ecr_repositories.web.lifecycle_rules[0].rule_priority: must leave a smaller number for each rule of
   its storage class that is numbered by itself, got 1. Use 3 or more, or leave it out. [lifecycle-any-room]

== policy_of_no_json
lifecycle_policy: "{rules: []}"
-> dev.yaml:6: ecr_repositories.web.lifecycle_policy: must be JSON, got Expecting property name enclosed in double
   quotes at line 1, column 2. Correct the text at this place. [lifecycle-json-syntax]

== policy_as_a_list
lifecycle_policy: []
-> dev.yaml:6: ecr_repositories.web.lifecycle_policy: must be AWS's JSON, as text or as a mapping, got []. Write
   {"rules": [...]} as text or as YAML. [lifecycle-policy-type]

== policy_without_rules
lifecycle_policy: {}
-> dev.yaml:6: ecr_repositories.web.lifecycle_policy.rules: must be given. Add rules. [lifecycle-json-missing-key]

== policy_of_no_rules
lifecycle_policy: '{"rules": []}'
-> dev.yaml:6: ecr_repositories.web.lifecycle_policy.rules: must hold 1 to 50 rules, got 0. Add a rule, or leave the
   policy out to keep every image. [lifecycle-rules]

== policy_with_unknown_key
lifecycle_policy:
  rules:
    - rulePriority: 1
      selection: {tagStatus: any, countType: imageCountMoreThan, countNumber: 5}
      actions: {type: expire}
-> dev.yaml:8: ecr_repositories.web.lifecycle_policy.rules[0].action: must be given. Add action.
   [lifecycle-json-missing-key]
-> dev.yaml:10: ecr_repositories.web.lifecycle_policy.rules[0].actions: must be a key that AWS knows here. Did you
   mean 'action'? [lifecycle-json-unknown-key]

== policy_with_null
lifecycle_policy:
  rules:
    - rulePriority: 1
      description: null
      selection: {tagStatus: any, countType: imageCountMoreThan, countNumber: 5}
      action: {type: expire}
-> dev.yaml:9: ecr_repositories.web.lifecycle_policy.rules[0].description: must not be null. Leave the key out.
   [lifecycle-json-null]

== policy_with_a_key_twice
lifecycle_policy: >-
  {"rules": [{"rulePriority": 1, "rulePriority": 2, "action": {"type": "expire"},
  "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}}]}
-> dev.yaml:6: ecr_repositories.web.lifecycle_policy.rules[0].rulePriority: must be given once. Keep one of them.
   [lifecycle-json-repeated-key]

== policy_without_its_unit
lifecycle_policy:
  rules:
    - rulePriority: 1
      selection: {tagStatus: any, countType: sinceImagePushed, countNumber: 5}
      action: {type: expire}
-> dev.yaml:9: ecr_repositories.web.lifecycle_policy.rules[0].selection.countUnit: must be given when countType is
   'sinceImagePushed'. Add "countUnit": "days". [lifecycle-json-missing-key]

== policy_beside_shortcuts_and_rules
max_image_count: 5
protected_tags: [v1]
lifecycle_policy:
  rules:
    - rulePriority: 1
      selection: {tagStatus: any, countType: imageCountMoreThan, countNumber: 5}
      action: {type: expire}
-> dev.yaml:8: ecr_repositories.web.lifecycle_policy: must stand alone, without max_image_count, protected_tags, got
   both. Write the whole policy in one of the two ways. [lifecycle-policy-alone]

== access_without_accounts
enable_cross_account_access: true
-> dev.yaml:5: ecr_repositories.web.allowed_account_ids: must be given with enable_cross_account_access: true. List
   the accounts, or set enable_cross_account_access: false. [access-without-accounts]

== accounts_without_access
allowed_account_ids: ["111111111111"]
-> dev.yaml:6: ecr_repositories.web.allowed_account_ids: must come with enable_cross_account_access: true, or nobody
   gets access. Set enable_cross_account_access: true, or remove the key. [access-not-enabled]

== accounts_as_text
enable_cross_account_access: true
allowed_account_ids: "111111111111"
-> dev.yaml:7: ecr_repositories.web.allowed_account_ids: must be a list, got '111111111111'. Write each entry on a
   line of its own, after '- '. [type]

== accounts_without_quotes
enable_cross_account_access: true
allowed_account_ids: [111111111111]
-> dev.yaml:7: ecr_repositories.web.allowed_account_ids[0]: must be text, got 111111111111. Write it in quotes.
   [type]

== accounts_as_arns
enable_cross_account_access: true
allowed_account_ids: ["arn:aws:iam::111111111111:root"]
-> dev.yaml:7: ecr_repositories.web.allowed_account_ids[0]: must be an AWS account id of 12 digits, got
   'arn:aws:iam::111111111111:root'. Write the 12 digits alone, in quotes. [account-id]

== account_twice
enable_cross_account_access: true
allowed_account_ids: ["111111111111", "222222222222", "111111111111"]
-> dev.yaml:7: ecr_repositories.web.allowed_account_ids[2]: must be listed once, got '111111111111'. Remove the
   second one. [access-twice]

== organization_unit_for_organization
organization_id: ou-ab12-11111111
-> dev.yaml:6: ecr_repositories.web.organization_id: must be the id of an AWS organisation, got 'ou-ab12-11111111'.
   Write it as `aws organizations describe-organization` shows it: o- and 10 to 32 letters or digits.
   [organization-id]

== replication_without_destinations
enable_replication: true
-> dev.yaml:5: ecr_repositories.web.replication_destinations: must name a destination, got none. Name at least one
   region, or switch replication off. [replication-destination]

== destinations_without_replication
replication_destinations: [{region: us-west-2}]
-> dev.yaml:6: ecr_repositories.web.replication_destinations: must come with enable_replication: true, or nothing is
   replicated. Set enable_replication: true, or remove the key. [replication-not-enabled]

== destination_as_text
enable_replication: true
replication_destinations: [us-west-2]
-> dev.yaml:7: ecr_repositories.web.replication_destinations[0]: must be a mapping, got 'us-west-2'. Write `key:
   value` lines below it, indented. [type]

== destination_without_region
enable_replication: true
replication_destinations: [{registry_id: "111111111111"}]
-> dev.yaml:7: ecr_repositories.web.replication_destinations[0].region: must be given. Add `region:`. [required]

== destination_with_unknown_key
enable_replication: true
replication_destinations: [{region: us-west-2, account: "111111111111"}]
-> dev.yaml:7: ecr_repositories.web.replication_destinations[0].account: must be a known key, got 'account'. Known
   here: region, registry_id. [unknown-key]

== destination_of_no_region
enable_replication: true
replication_destinations: [{region: oregon}]
-> dev.yaml:7: ecr_repositories.web.replication_destinations[0].region: must be the name of an AWS region, got
   'oregon'. Write it as in us-east-1. [region]

== destination_of_no_account
enable_replication: true
replication_destinations: [{region: us-west-2, registry_id: me}]
-> dev.yaml:7: ecr_repositories.web.replication_destinations[0].registry_id: must be an AWS account id of 12 digits,
   got 'me'. Write the 12 digits alone, in quotes. [account-id]

== destination_here
enable_replication: true
replication_destinations: [{region: us-east-1}]
-> dev.yaml:7: ecr_repositories.web.replication_destinations[0].region: must differ from the registry itself, got
   'us-east-1'. Name another region, or another account by its registry_id. [replication-destination]

== destination_in_another_partition
enable_replication: true
replication_destinations: [{region: cn-north-1}]
-> dev.yaml:7: ecr_repositories.web.replication_destinations[0].region: must lie in the partition of us-east-1 (aws),
   got 'cn-north-1'. Images cannot be replicated between partitions: remove the destination. [replication-partition]

== destination_twice
enable_replication: true
replication_destinations: [{region: us-west-2}, {region: us-west-2}]
-> dev.yaml:7: ecr_repositories.web.replication_destinations[1]: must name each destination once, got 'us-west-2'.
   Remove the second one. [replication-destination]

== kms_without_a_key_here
encryption_type: KMS
-> dev.yaml:6: ecr_repositories.web.encryption_type: must come with a key, got KMS alone. Add kms_key, or ecr_kms_key
   for all repositories: the key's full ARN, an alias, or an output of another state. [kms-without-key]

== key_without_kms
kms_key: {alias: alias/ecr}
-> dev.yaml:6: ecr_repositories.web.kms_key: must come with encryption_type: KMS, or images are not encrypted with
   it. Set encryption_type: KMS, or remove the key. [kms-key-unused]

== key_of_another_region_here
encryption_type: KMS
kms_key: arn:aws:kms:us-west-2:111111111111:key/1234abcd
-> dev.yaml:7: ecr_repositories.web.kms_key: must lie in us-east-1, got
   'arn:aws:kms:us-west-2:111111111111:key/1234abcd'. Use a key of that region. [kms-key-region]

== deletion_in_quotes
force_delete: "no"
-> dev.yaml:6: ecr_repositories.web.force_delete: must be true or false, got 'no'. Write true or false, without
   quotes. [type]

== protection_as_text
prevent_destroy: always
-> dev.yaml:6: ecr_repositories.web.prevent_destroy: must be true or false, got 'always'. Write true or false,
   without quotes. [type]

== own_tag_without_quotes
tags: {Tier: 1}
-> dev.yaml:6: ecr_repositories.web.tags.Tier: must be text, got 1. Write it in quotes. [type]

== publishing_in_quotes
publish_to_ssm: "yes"
-> dev.yaml:6: ecr_repositories.web.publish_to_ssm: must be true or false, got 'yes'. Write true or false, without
   quotes. [type]
"""


def built(numbers: range, entry: str, brackets: str = "{}") -> str:
    """Return a mapping or list in YAML with one entry for each number, which stands in it for `#`."""
    return brackets[0] + ", ".join(entry.replace("#", str(number)) for number in numbers) + brackets[1]


LONG_KEY, LONG_NAME, OTHER_DIGITS = "k" * 129, "n" * 257, "\N{ARABIC-INDIC DIGIT ONE}" * 12
ALIASES = "".join(f"  k{number}: &k{number} {built(range(10), f'*k{number - 1}', '[]')}\n" for number in range(1, 8))
ACCOUNTS = built(range(10**11, 10**11 + 400), "'#'", "[]")
FEWER_ACCOUNTS = built(range(10**11, 10**11 + 100), "'#'", "[]")
REGIONS = built(range(26), "{region: us-west-#}", "[]")
RULE = "{tag_status: tagged, tag_pattern_list: [t#], count_type: sinceImagePushed, count_number: 5}"
REPLICATED = "{enable_replication: true, replication_destinations: [{region: us-west-#}]}"
NAME_FIX = (
    "Use lowercase letters and digits, joined by single '.', '_', '__' or '-', in parts divided by '/', "
    "2 to 256 characters in all."
)

# What is too long to be written down: the YAML, and the sentences of its message.
BUILT_AT_THE_TOP = {
    "tab_as_indentation": (
        "tags:\n\tTeam: web\n",
        "dev.yaml:5: must be YAML (found character that cannot start any token).",
        "Indent with spaces, and write text that begins with a sign in quotes. [yaml-syntax]",
    ),
    "brackets_too_deep": (
        "tags: " + "[" * 100_000,
        "dev.yaml:4: must hold at most 50 levels. Use fewer levels and aliases. [yaml-size]",
    ),
    "aliases_that_multiply": (
        f"tags:\n  k0: &k0 [x]\n{ALIASES}",
        "dev.yaml:5: must hold at most 200,000 values, those of an alias counted wherever it stands.",
        "Use fewer levels and aliases. [yaml-size]",
    ),
    "account_id_in_other_digits": (
        f'account_id: "{OTHER_DIGITS}"\n',
        f"dev.yaml:4: account_id: must be an AWS account id of 12 digits, got '{OTHER_DIGITS}'.",
        "Write the 12 digits alone, in quotes. [account-id]",
    ),
    "tag_with_a_long_key": (
        f"tags:\n  {LONG_KEY}: x\n",
        f"dev.yaml:5: tags.{LONG_KEY}: must have keys of 1 to 128 characters, got '{LONG_KEY[:56]}....",
        "Shorten the key, or give it a name. [tags]",
    ),
    "tag_with_a_long_value": (
        f"tags:\n  Team: {'v' * 257}\n",
        "dev.yaml:5: tags.Team: must have values of at most 256 characters, got 257 characters.",
        "Shorten the value. [tags]",
    ),
    "too_many_tags": (
        f"tags: {built(range(51), 'k#: x')}\n",
        "dev.yaml:4: tags: must have at most 50 entries, got 51. Remove some; default tags count as well. [tags]",
    ),
    "too_many_tags_with_those_of_every_environment": (
        f"tags: {built(range(48), 'k#: x')}\n",
        "dev.yaml:4: tags: must have at most 50 entries, with Project, Environment and ManagedBy, got 51.",
        "Remove some. [tags]",
    ),
    "state_key_too_long": (
        f"bucket: my-bucket\nstate_key: {'k' * 1025}\n",
        f"dev.yaml:5: state_key: must have at most 1024 characters, got '{'k' * 56}.... Shorten it. [range]",
    ),
    "prefix_too_long": (
        f"ecr_ssm_prefix: /{'p' * 938}\n",
        "dev.yaml:4: ecr_ssm_prefix: must be at most 938 characters, so that every parameter's ARN has at most 1011,",
        "got 939 characters. Shorten it. [ssm-path-length]",
    ),
    "repository_with_a_long_name": (
        f"ecr_repositories:\n  {LONG_NAME}: {{}}\n",
        f"dev.yaml:5: ecr_repositories.{LONG_NAME}: must be a name that ECR takes, got '{LONG_NAME[:56]}....",
        f"{NAME_FIX} [logical-name]",
    ),
    "repository_whose_name_the_template_makes_too_long": (
        f"ecr_repositories:\n  {LONG_NAME[:-1]}: {{}}\n",
        f"dev.yaml:5: ecr_repositories.{LONG_NAME[:-1]}.repository_name: must be a name that ECR takes,",
        f"got 'shop-dev-{LONG_NAME[:47]}.... {NAME_FIX} [repository-name]",
    ),
    "more_parameters_than_parameter_store_takes": (
        f"ecr_repositories: {built(range(1251), 'r#: {}')}\n",
        "dev.yaml:4: ecr_repositories: must come to at most 10,000 Standard parameters in one account and region,",
        "got 10,008. Set ecr_ssm_layout: config, which publishes two of 8 for each repository. [ssm-limit]",
    ),
    "more_replication_rules_than_ecr_takes": (
        f"ecr_repositories: {built(range(11), f'r#: {REPLICATED}')}",
        "dev.yaml:4: ecr_repositories: must come to at most 10 replication rules, got 11.",
        "Let repositories share the same destinations, or use prefixes that several share. [replication-rules]",
    ),
    "more_destinations_than_ecr_takes": (
        f"ecr_defaults: {{enable_replication: true, replication_destinations: {REGIONS}}}\necr_repositories: {{web: }}",
        "dev.yaml:5: ecr_repositories: must have at most 25 different replication destinations in one registry,",
        "got 26. Replicate to fewer regions or accounts. [replication-destinations]",
    ),
}
BUILT_IN_A_REPOSITORY = {
    "more_accounts_than_a_policy_holds": (
        f"enable_cross_account_access: true\nallowed_account_ids: {ACCOUNTS}\n",
        "dev.yaml:7: ecr_repositories.web.allowed_account_ids: must make a policy of at most 10,240 characters,",
        "got 13,398. Grant to an organisation or organisational unit instead of single accounts. [policy-size]",
    ),
    "more_accounts_than_a_policy_holds_with_lambda": (
        f"enable_cross_account_access: true\nenable_lambda_pull: true\nallowed_account_ids: {FEWER_ACCOUNTS}\n",
        "dev.yaml:8: ecr_repositories.web.allowed_account_ids: must make a policy of at most 10,240 characters,",
        "got 12,507. Grant to an organisation or organisational unit instead of single accounts. [policy-size]",
    ),
    "too_many_lifecycle_rules": (
        f"lifecycle_rules: {built(range(51), RULE, '[]')}",
        "dev.yaml:6: ecr_repositories.web.lifecycle_rules: must hold 1 to 50 rules with those of the shortcuts,",
        "got 52. Merge or remove rules. [lifecycle-rules]",
    ),
    "too_much_text_in_lifecycle_rules": (
        f"lifecycle_rules: [{RULE[:-1]}, description: {'d' * 30_720}}}]",
        "dev.yaml:6: ecr_repositories.web.lifecycle_rules: must make JSON text of 100 to 30,720 characters,",
        "got 31,091. Shorten the descriptions and the lists of tags. [lifecycle-size]",
    ),
    "too_many_tags_with_those_of_every_resource": (
        f"tags: {built(range(48), 'k#: x')}\n",
        "dev.yaml:6: ecr_repositories.web.tags: must have at most 50 entries, with those of every resource, got 51.",
        "Remove some. [tags]",
    ),
}
BYTES = {
    "latin_1": (
        "project: shop\nenv: dev\nregion: us-east-1\ntags:\n  City: M\xfcnchen\n".encode("latin-1"),
        "dev.yaml:5: must be text in UTF-8, got the byte 0xfc. Save it as UTF-8. [yaml-encoding]",
    ),
    "utf_16": (
        MINIMAL.encode("utf-16"),
        "dev.yaml:1: must be text in UTF-8, got the byte 0xff. Save it as UTF-8. [yaml-encoding]",
    ),
    "control_character": (
        MINIMAL.encode() + b"bucket: my\x00bucket\n",
        "dev.yaml:4: must be YAML (control characters are not allowed). Remove what is not text. [yaml-syntax]",
    ),
}


def in_a_repository(text: str) -> str:
    """Return a minimal environment that says this of its repository `web`."""
    return f"{MINIMAL}ecr_repositories:\n  web:\n{textwrap.indent(text, '    ')}"


def cases() -> dict[str, tuple[str | bytes, list[str]]]:
    """Return the file and its messages for each mistake."""
    files: dict[str, tuple[str | bytes, list[str]]] = dict(read(FILES))
    files |= {name: (content, [" ".join(sentences)]) for name, (content, *sentences) in BYTES.items()}
    for written, long, around in (
        (AT_THE_TOP, BUILT_AT_THE_TOP, MINIMAL.__add__),
        (IN_A_REPOSITORY, BUILT_IN_A_REPOSITORY, in_a_repository),
    ):
        files |= {name: (around(text), found) for name, (text, found) in read(written).items()}
        files |= {name: (around(text), [" ".join(sentences)]) for name, (text, *sentences) in long.items()}
    return files


@pytest.mark.parametrize(("content", "expected"), cases().values(), ids=cases().keys())
def test_a_mistake_is_reported_in_these_words(messages, content, expected):
    assert messages(dev=content) == expected


def test_every_entry_of_the_tables_is_a_case_with_a_message():
    tables = [*map(read, (FILES, AT_THE_TOP, IN_A_REPOSITORY)), BUILT_AT_THE_TOP, BUILT_IN_A_REPOSITORY, BYTES]

    assert len(cases()) == sum(map(len, tables))
    assert all(found for _, found in cases().values())


def test_the_tables_hold_more_than_sixty_kinds():
    codes = {re.search(r"\[([a-z0-9-]+)\]$", message)[1] for _, found in cases().values() for message in found}
    assert len(codes) > 60


def test_what_is_just_within_the_limits_is_no_mistake(messages):
    assert (
        messages(dev=f"{MINIMAL}tags: {built(range(47), 'k#: x')}\necr_repositories: {{web: {{tags: {{k1: y}}}}}}\n")
        == []
    )
    assert messages(dev=in_a_repository(f"tags: {built(range(47), 'k#: x')}")) == []
    accounts = f"enable_cross_account_access: true\nallowed_account_ids: {FEWER_ACCOUNTS}\n"
    assert messages(dev=in_a_repository(accounts)) == []


def test_all_mistakes_of_a_file_are_reported_at_once_in_the_order_of_its_lines(messages):
    text = """\
    schema_version: 6
    project: Shop
    env: dev
    region: us-east-1
    account: "111111111111"
    tags:
      CostCenter: 12
    ecr_defaults:
      max_image_count: 0
      protected_tags: ["a*b*c*d*e*"]
    ecr_repositories:
      web:
        image_tag_mutability: IMMUTABLE_WITH_EXCLUSION
        lifecycle_rules:
          - {tag_status: all, count_type: imageCountMoreThan, count_number: 5}
          - {tag_status: any, count_type: imageCountMoreThan}
      Api:
        enable_replication: true
        scan_on_push: maybe
      web/url:
        kms_key: {alias: alias/ecr}
        organization_id: 12345
      web/url: {}
    """
    found = messages(dev=textwrap.dedent(text))

    assert [re.match(r"dev\.yaml:(\d+): ([^:]+): .*\[(.*)\]$", message).groups() for message in found] == [
        ("23", "ecr_repositories.web/url", "yaml-duplicate-key"),
        ("1", "schema_version", "choice"),
        ("2", "project", "project-name"),
        ("5", "account", "unknown-key"),
        ("7", "tags.CostCenter", "type"),
        ("9", "ecr_defaults.max_image_count", "range"),
        ("12", "ecr_repositories.web.image_tag_mutability_exclusion_filters", "tag-exclusion-filters"),
        ("15", "ecr_repositories.web.lifecycle_rules[0].tag_status", "choice"),
        ("16", "ecr_repositories.web.lifecycle_rules[1].count_number", "required"),
        ("17", "ecr_repositories.Api", "logical-name"),
        ("17", "ecr_repositories.Api.replication_destinations", "replication-destination"),
        ("19", "ecr_repositories.Api.scan_on_push", "type"),
        ("20", "ecr_repositories.web/url", "ssm-collision"),
        ("21", "ecr_repositories.web/url.kms_key", "kms-key-unused"),
        ("22", "ecr_repositories.web/url.organization_id", "type"),
    ]


def test_a_mistake_in_an_alias_is_reported_once_for_each_use_at_the_line_where_it_is_written(messages):
    text = "ecr_repositories:\n  web: &same\n    max_image_count: 0\n  api: *same\n"
    assert [message.split(": must")[0] for message in messages(dev=MINIMAL + text)] == [
        "dev.yaml:6: ecr_repositories.api.max_image_count",
        "dev.yaml:6: ecr_repositories.web.max_image_count",
    ]


# Every option, each of them in a way that another key makes sense of.
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
    "enable_lambda_pull": True,
    "enable_replication": True,
    "replication_destinations": [{"region": "us-west-2", "registry_id": "222222222222"}, {"region": "eu-west-1"}],
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
    "schema_version": 7,
    "project": "shop",
    "env": "dev",
    "region": "us-east-1",
    "account_id": "111111111111",
    "ecr_strategy": "local",
    "ecr_trusted_accounts": [{"account_id": "333333333333", "env": "prod", "region": "us-east-1"}],
    "organization_id": "o-b2c3d4e5f6",
    "organization": False,
    "bucket": "states",
    "state_key": "compute.tfstate",
    "aws_provider_version": "~> 6.25",
    "tags": {"Team": "web"},
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
            "applied_for": ["REPLICATION", "PULL_THROUGH_CACHE"],
            "lifecycle_rules": RULES,
            "max_untagged_count": 3,
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
        },
        "base": {
            "upstream": "222222222222.dkr.ecr.us-east-1.amazonaws.com",
            "upstream_repository_prefix": "shared",
            "custom_role_arn": ROLE,
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
    "ecr_account_settings": {"basic_scan_type_version": "AWS_NATIVE", "registry_policy_scope": "V2"},
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
}


ENVIRONMENTS = {
    "repository": SAID_BY_THE_REPOSITORY,
    "defaults": SAID_BY_THE_DEFAULTS,
    "elsewhere": MADE_ELSEWHERE,
    "registry": REGISTRY,
}


def places(value: object, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """Return the path of everything that a file says."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, *path, key)


def parent_of(data: Any, path: tuple[str | int, ...]) -> Any:
    """Return the mapping or list that holds the last part of a path."""
    for part in path[:-1]:
        data = data[part]
    return data


KEYS = [
    pytest.param(data, path, id=f"{name}-{'.'.join(map(str, path))}")
    for name, data in ENVIRONMENTS.items()
    for path in places(data)
    if isinstance(path[-1], str) and not {"image_tag_mutability_exclusion_filters", "lifecycle_policy"} & {*path[:-1]}
]


@pytest.mark.parametrize("data", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
def test_the_environments_with_every_option_have_no_mistake(messages, data):
    assert messages(dev=yaml.safe_dump(data)) == []


def test_the_environments_have_every_option():
    said = {path[-1] for data in ENVIRONMENTS.values() for path in places(data)}

    modules = (file, kms, registry, repository, workloads)
    found = [each for module in modules for each in vars(module).values() if isinstance(each, type)]
    assert said >= {key for model in found if issubclass(model, Model) for key in model.model_fields}


@pytest.mark.parametrize(("data", "path"), KEYS)
def test_a_wrong_value_causes_no_problem_elsewhere(load, data, path):
    data = copy.deepcopy(data)
    parent_of(data, path)[path[-1]] = [[1]]

    with pytest.raises(InvalidInput) as raised:
        load(dev=yaml.safe_dump(data))
    assert {problem.path[: len(path)] for problem in raised.value.problems} == {path}


@pytest.mark.parametrize(
    ("data", "path"),
    [each for each in KEYS if not {"tags", "resource_tags"} & {*each.values[1][:-1]} and len(each.values[1]) != 2],
)
def test_a_misspelt_key_causes_no_problem_elsewhere(messages, data, path):
    data = copy.deepcopy(data)
    parent, key = parent_of(data, path), path[-1]
    parent[f"{key}_"] = parent.pop(key)

    (message,) = messages(dev=yaml.safe_dump(data))
    assert message.endswith(f"{key}_: must be a known key, got '{key}_'. Did you mean '{key}'? [unknown-key]")


PLAUSIBLE = ["KMS", "IMMUTABLE", "us-east-1", "alias/ecr", "111111111111", "${var.x}", "/ecr", "any", "latest", "<arn>"]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, 1, 7, 10**30])
    | st.floats()
    | st.dates()
    | st.text(max_size=5)
    | st.sampled_from(PLAUSIBLE)
)
Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
ALL_KEYS = sorted({str(path[-1]) for data in ENVIRONMENTS.values() for path in places(data)} | {"alias", *PLAUSIBLE})
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(ALL_KEYS) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    """A right environment with anything in some places of it."""
    data = copy.deepcopy(draw(st.sampled_from(list(ENVIRONMENTS.values()))))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from([*places(data)]))
        parent, key = parent_of(data, path), path[-1]
        parent[draw(st.sampled_from([key, *ALL_KEYS])) if isinstance(parent, dict) else key] = draw(VALUES)
    return data


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=damaged())
def test_whatever_a_file_holds_it_loads_or_is_refused_with_problems_of_one_line_each(messages, data):
    for message in messages(dev=yaml.dump(data, Dumper=Dumper)):
        assert re.fullmatch(r"dev\.yaml(:\d+)?: .+ \[[a-z0-9-]+\]", message)
