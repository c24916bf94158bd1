"""Changes of environment files, each with a name, that something may come of."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.unit.drafts import Draft, Mutation, is_local

__all__ = ["CHANGES", "OF_ENVIRONMENTS", "OF_REPOSITORIES", "renaming"]

_KEY = "arn:aws:kms:us-east-1:{account}:key/9999abcd-12ab-34cd-56ef-123456789012"


def _set(name: str, **values: Any) -> Mutation:
    """Return a change that gives a repository other options; those that are None are taken away."""

    def make(draft: Draft, random: Random) -> bool:
        taken = draft.take(random)
        if taken is None:
            return False
        environment, repository = taken
        options = dict(environment["ecr_repositories"][repository] or {})
        for key, value in values.items():
            if value is None:
                options.pop(key, None)
            else:
                options[key] = (
                    value.replace("{account}", environment["account_id"]) if isinstance(value, str) else value
                )
        was = environment["ecr_repositories"][repository] or {}
        environment["ecr_repositories"][repository] = options
        return bool(options != was)

    return Mutation(name, make)


def _drop(key: str) -> Mutation:
    def make(draft: Draft, random: Random) -> bool:
        taken = draft.take(random, with_key=key)
        if taken is None:
            return False
        environment, repository = taken
        del environment["ecr_repositories"][repository][key]
        return True

    return Mutation(f"drop {key}", make)


def _environment(name: str, **values: Any) -> Mutation:
    """Return a change that gives an environment other settings; those that are None are taken away."""

    def make(draft: Draft, random: Random) -> bool:
        environment = draft.environment(random)
        was = dict(environment)
        for key, value in values.items():
            if value is None:
                environment.pop(key, None)
            else:
                environment[key] = value
        return environment != was

    return Mutation(name, make)


def _remove(draft: Draft, random: Random) -> bool:
    taken = draft.take(random)
    if taken is None:
        return False
    environment, repository = taken
    del environment["ecr_repositories"][repository]
    return True


def _add(draft: Draft, random: Random) -> bool:
    environment = draft.environment(random)
    new = f"new-{random.randrange(100)}"
    if new in environment["ecr_repositories"]:
        return False
    environment["ecr_repositories"][new] = {}
    draft.touched.add((environment["env"], new))
    return True


def renaming(*, moved: bool, keep_name: bool = False, unpublished: bool = False) -> Callable[[Draft, Random], bool]:
    """Return a change of a repository's logical name.

    Args:
        moved: Whether it says `renamed_from`.
        keep_name: Only where its name in ECR is said, and so stays.
        unpublished: Only where it has no parameters.
    """

    def make(draft: Draft, random: Random) -> bool:
        taken = draft.take(random, with_key="repository_name" if keep_name else "")
        if taken is None:
            return False
        environment, repository = taken
        options = environment["ecr_repositories"][repository] or {}
        if unpublished and options.get("publish_to_ssm") is not False:
            return False
        former: dict[str, Any] = {"renamed_from": repository} if moved else {}
        if moved and not keep_name and "repository_name" not in options:
            former["allow_replacement"] = True  # its name in ECR follows, and is refused otherwise
        rest = {key: value for key, value in options.items() if key not in ("adopt", "renamed_from")}
        new = f"{repository}-renamed"
        environment["ecr_repositories"] = {
            (new if name == repository else name): ({**rest, **former} if name == repository else each)
            for name, each in environment["ecr_repositories"].items()
        }
        draft.touched.add((environment["env"], new))
        return True

    return make


def _elsewhere(draft: Draft, random: Random) -> bool:
    """Move a repository from `ecr_repositories` to `repository_names`, which is another address."""
    taken = draft.take(random)
    if taken is None:
        return False
    environment, repository = taken
    del environment["ecr_repositories"][repository]
    name = f"shop-{environment['env']}-{repository}".replace("/", "-")
    environment["repository_names"] = [*environment.get("repository_names", []), name]
    return True


def _without_file(draft: Draft, random: Random) -> bool:
    others = [name for name in draft.data if name != "dev"]
    if not others:
        return False
    del draft.data[random.choice(others)]
    return True


def _consume(draft: Draft, random: Random) -> bool:
    """Have an environment refer to the repositories of another one."""
    found = [name for name, each in draft.data.items() if name != "dev" and is_local(each)]
    if not found:
        return False
    name = random.choice(found)
    kept = {key: draft.data[name][key] for key in ("project", "env", "region", "account_id")}
    draft.data[name] = {**kept, "ecr_strategy": "cross_account", "ecr_source_env": "dev"}
    return True


OF_REPOSITORIES = (
    Mutation("remove", _remove),
    Mutation("add", _add),
    Mutation("rename", renaming(moved=False)),
    Mutation("rename moved", renaming(moved=True)),
    Mutation("rename moved with its name", renaming(moved=True, keep_name=True)),
    Mutation("to repository_names", _elsewhere),
    _set("other name", repository_name="shop/other"),
    _set("to KMS", encryption_type="KMS"),
    _set("to AES256", encryption_type="AES256", kms_key=None),
    _set("to another key", encryption_type="KMS", kms_key=_KEY),
    _set("to another alias", encryption_type="KMS", kms_key={"alias": "alias/others"}),
    _drop("encryption_type"),
    _drop("kms_key"),
    _drop("repository_name"),
    _set("unpublish", publish_to_ssm=False),
    _set("publish", publish_to_ssm=True),
    _set("force_delete", force_delete=True),
    _set("prevent_destroy", prevent_destroy=True),
    _drop("force_delete"),
    _drop("prevent_destroy"),
    _set("adopt", adopt=["repository"]),
    _drop("adopt"),
    _set("immutable", image_tag_mutability="IMMUTABLE", image_tag_mutability_exclusion_filters=None),
    _set("mutable", image_tag_mutability="MUTABLE", image_tag_mutability_exclusion_filters=None),
    _set("no scan", scan_on_push=False, enable_enhanced_scanning=None, scan_frequency=None),
    _set("enhanced scanning", enable_enhanced_scanning=True),
    _set("fewer images", max_image_count=3, lifecycle_policy=None, retention=None, keep_tagged_count=None),
    _set("untagged expire", expire_untagged_after_days=1, lifecycle_policy=None, retention=None),
    _set("let pull", pull_principals=["666666666666"]),
    _set("let push", push_principals=["arn:aws:iam::666666666666:root"]),
    _set("let an organisation pull", organization_id="o-zzzzzzzzzz"),
    _drop("pull_principals"),
    _drop("organization_id"),
    _set("replicate", enable_replication=True, replication_destinations=[{"region": "us-west-2"}]),
    _set(
        "replicate deletions as well",
        enable_replication=True,
        replication_destinations=[{"region": "us-west-2", "deletions_replicated": True}],
    ),
    _set(
        "replicate deletions to one of two places",
        enable_replication=True,
        replication_destinations=[{"region": "eu-west-1", "deletions_replicated": True}, {"region": "us-west-2"}],
    ),
    _set("replicate no more", enable_replication=None, replication_destinations=None),
    _set("tag", tags={"Tier": "other"}),
    _set("options gone", **dict.fromkeys(("tags", "policy_statements", "protected_tags", "push_principals"))),
)
"""Changes of one repository; what comes of them depends on what it was."""

OF_ENVIRONMENTS = (
    _environment("other template", ecr_repository_name="{project}/x/{name}"),
    _environment("template gone", ecr_repository_name=None),
    _environment("other project", project="store"),
    _environment("other region", region="eu-west-1"),
    _environment("other account", account_id="999999999999"),
    _environment("other shards", ecr_shards=3),
    _environment("one shard", ecr_shards=None),
    _environment("other prefix", ecr_ssm_prefix="/elsewhere/ecr"),
    _environment("layout config", ecr_ssm_layout="config"),
    _environment("layout parameters", ecr_ssm_layout="parameters"),
    _environment("everything KMS", ecr_encryption_type="KMS"),
    _environment("other key", ecr_encryption_type="KMS", ecr_kms_key={"alias": "alias/new"}),
    _environment("nothing KMS", ecr_encryption_type=None, ecr_kms_key=None),
    _environment("protected", protected=True),
    _environment("unprotected", protected=None),
    _environment("an organisation", organization_id="o-yyyyyyyyyy"),
    _environment("no organisation", organization_id=None),
    _environment("trusted", ecr_trusted_accounts=[{"account_id": "777777777777"}]),
    _environment("nobody trusted", ecr_trusted_accounts=None),
    _environment("other state", bucket="other-states", state_key=None),
    _environment("no findings log", ecr_enable_scan_findings_logging=None, ecr_log_retention_days=None),
    _environment("no identities", github_repos=None, ecr_node_pull=None, ecr_codebuild=None, ecr_ssm_read=None),
    _environment("no registry policy", ecr_registry_policy=None, ecr_pull_through_caches=None),
    _environment("public", ecr_public_repositories={"tool": {}}),
    _environment("not public", ecr_public_repositories=None),
    _environment("other defaults", ecr_defaults={"max_image_count": 5}),
    _environment("nothing published", ecr_defaults={"publish_to_ssm": False}),
    _environment("tags of all", tags={"Team": "other"}),
    _environment("provider", aws_provider_version="~> 6.30"),
    Mutation("file gone", _without_file),
    Mutation("consume", _consume),
)
"""Changes of an environment."""

CHANGES = (*OF_REPOSITORIES, *OF_ENVIRONMENTS)
"""All of those."""
