"""Changes of environment files that are written out, for what Terraform makes of each."""

from __future__ import annotations

from tests.unit.changed_environments import Changed

__all__ = ["CONSUMING", "DESTROYED", "FROM_DEV", "HEAD", "OWN", "PROD", "REPLACED", "SAID_ALONE", "SOURCE", "WEB"]

HEAD = "project: shop\nenv: dev\nregion: us-east-1\naccount_id: '111111111111'\necr_ssm_layout: config\n"


PROD = HEAD.replace("dev", "prod").replace("111111111111", "222222222222")
WEB = "ecr_repositories: {web: }\n"
FROM_DEV = "ecr_strategy: cross_account\necr_source_env: dev\n"
SOURCE = HEAD + "ecr_trusted_accounts: [{account_id: '222222222222'}]\n"
OWN = {"dev.yaml": SOURCE + "ecr_repositories: {api: , web: }\n", "prod.yaml": PROD + WEB}
CONSUMING = {"dev.yaml": SOURCE + "ecr_repositories: {api: , web: }\n", "prod.yaml": PROD + FROM_DEV}

KEY = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-123456789012"
ANOTHER = KEY.replace("1234abcd", "9999abcd")


REPLACED = Changed(
    {
        "dev.yaml": HEAD
        + f"""
ecr_encryption_type: KMS
ecr_repositories:
  own-given: {{}}
  own-alias: {{}}
  given-own: {{kms_key: {KEY}}}
  given-other: {{kms_key: {KEY}}}
  alias-own: {{kms_key: {{alias: alias/a}}}}
  alias-other: {{kms_key: {{alias: alias/a}}}}
  alias-given: {{kms_key: {{alias: alias/a}}}}
  alias-same: {{kms_key: {{alias: alias/a}}}}
  one: {{repository_name: shop/one}}
  two: {{repository_name: shop/two}}
  gone: {{repository_name: shop/kept}}
  kept: {{repository_name: shop/moved}}
  named-by-template: {{}}
  named: {{repository_name: shop-dev-named}}
  unpublished: {{}}
services: [api, web, www]
"""
    },
    {
        "dev.yaml": HEAD
        + f"""
ecr_encryption_type: KMS
ecr_repositories:
  own-given: {{kms_key: {KEY}}}
  own-alias: {{kms_key: {{alias: alias/a}}}}
  given-own: {{}}
  given-other: {{kms_key: {ANOTHER}}}
  alias-own: {{}}
  alias-other: {{kms_key: {{alias: alias/b}}}}
  alias-given: {{kms_key: {KEY}}}
  alias-same: {{kms_key: {{alias: alias/a}}, tags: {{Tier: web}}}}
  one: {{repository_name: shop/two}}
  two: {{repository_name: shop/one}}
  heir: {{repository_name: shop/kept}}
  moved: {{repository_name: shop/moved, renamed_from: kept}}
  named-otherwise: {{renamed_from: named-by-template, allow_replacement: true}}
  named: {{}}
  unpublished: {{publish_to_ssm: false}}
services:
  - api
  - name: web
    ecr_config: {{mode: use_existing, source_service_type: services, source_service_name: api}}
  - name: www
    ecr_config: {{mode: manual_repo, repository_uri: 333333333333.dkr.ecr.us-east-1.amazonaws.com/web}}
"""
    },
    ("written out",),
)
# Terraform keeps the key that a repository has where the file names none any more: given-own, alias-own.
DESTROYED = (
    "own-given own-alias given-other alias-other alias-given one two gone named-otherwise service_web service_www"
)

# What replaces nothing, and is in no plan.
SAID_ALONE = Changed(
    {
        "dev.yaml": HEAD
        + """
ecr_repositories:
  forced: {}
  forced-no-more: {force_delete: true}
  protected-no-more: {prevent_destroy: true}
  adopted: {adopt: true}
  settled: {repository_name: shop/settled, renamed_from: before}
backend: true
services: [api]
repository_names: [third/party]
"""
    },
    {
        "dev.yaml": HEAD
        + """
# Declared in other places, by the same addresses.
ecr_repositories:
  backend: {repository_name: shop_backend}
  service_api: {repository_name: shop_service_api}
  third/party: {repository_name: third/party}
  forced: {force_delete: true}
  forced-no-more: {}
  protected-no-more: {}
  adopted: {}
  settled: {repository_name: shop/settled}
"""
    },
    ("said alone",),
)
