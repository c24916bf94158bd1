"""Directories of environment files that are right, whatever they say: few values of each, which often meet."""

from __future__ import annotations

import copy
import functools
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import yaml

from ecr_constructs.config.load import Project, load_project
from ecr_constructs.errors import InvalidInput

__all__ = ["Data", "Files", "any_environments", "are_right", "project_of", "written"]

Files = dict[str, str]
"""The texts of a directory of environment files, by file name."""

Data = dict[str, dict[str, Any]]
"""What the files of a directory hold, by environment."""

_ACCOUNTS = {"dev": "111111111111", "staging": "222222222222", "prod": "333333333333"}
_NAMES = ("api", "web", "team/web", "web.v2", "worker", "1st", "mail", "site", "jobs-runner", "cron")
_KEY = "arn:aws:kms:us-east-1:{account}:key/1234abcd-12ab-34cd-56ef-123456789012"
_RAW = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 7},
            "action": {"type": "expire"},
        }
    ]
}
_STATEMENT = {
    "actions": ["ecr:BatchGetImage"],
    "service_principals": ["codebuild.amazonaws.com"],
    "conditions": {"StringEquals": {"aws:SourceAccount": ["222222222222"]}},
}

# What goes together, of one subject each; a repository has some of them.
_OPTIONS: tuple[tuple[dict[str, Any], ...], ...] = (
    (
        {"scan_on_push": False},
        {"scan_on_push": True},
        {"enable_enhanced_scanning": True, "scan_frequency": "CONTINUOUS_SCAN"},
    ),
    (
        {"image_tag_mutability": "IMMUTABLE"},
        {"image_tag_mutability": "MUTABLE"},
        {
            "image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION",
            "image_tag_mutability_exclusion_filters": ["latest", "dev-*"],
        },
    ),
    (
        {"encryption_type": "KMS"},
        {"encryption_type": "KMS", "kms_key": {"alias": "alias/images"}},
        {"encryption_type": "KMS", "kms_key": _KEY},
    ),
    (
        {"max_image_count": 40},
        {"max_image_count": None},
        {"retention": "production"},
        {"expire_untagged_after_days": 7, "protected_tags": ["v*"]},
        {"keep_tagged_count": 30, "max_image_count": None},
        {"lifecycle_policy": _RAW},
    ),
    (
        {"pull_principals": ["222222222222", "codebuild.amazonaws.com"]},
        {"push_principals": ["arn:aws:iam::{account}:role/ci"], "read_principals": ["333333333333"]},
        {"enable_cross_account_access": True, "allowed_account_ids": ["444444444444"]},
        {"organization_id": "o-a1b2c3d4e5"},
        {"policy_statements": [_STATEMENT]},
        {"enable_lambda_pull": True},
    ),
    (
        {"enable_replication": True, "replication_destinations": [{"region": "eu-west-1"}]},
        {"tags": {"Tier": "web"}},
        {"acknowledge": ["lifecycle-none"]},
    ),
    ({"publish_to_ssm": False}, {"publish_to_ssm": True}),
    ({"force_delete": True}, {"prevent_destroy": True}, {"adopt": ["repository"]}, {"allow_replacement": True}),
    ({"repository_name": "shop/{name}"},),
)
_SETTINGS: tuple[dict[str, Any], ...] = (
    {"ecr_repository_name": "{project}/{env}/{name}"},
    {"ecr_ssm_prefix": "/platform/ecr"},
    {"tags": {"Team": "web"}, "organization_tag": "acme"},
    {"bucket": "states", "state_key": "ecr/{env}.tfstate"},
    {"ecr_encryption_type": "KMS", "ecr_kms_key": {"alias": "alias/all"}},
    {"organization_id": "o-b2c3d4e5f6"},
    {"ecr_trusted_accounts": [{"account_id": "222222222222"}, {"account_id": "333333333333"}]},
    {"ecr_registry_policy": {"replication_sources": [{"account_id": "555555555555"}]}},
    {"ecr_creation_templates": {"shop": {"applied_for": ["REPLICATION"], "max_image_count": 50}}},
    {"ecr_enable_scan_findings_logging": True, "ecr_log_retention_days": 90},
    {"ecr_enable_inspector": True},
    {"ecr_public_repositories": {"cli": {"description": "The command line"}}},
    {"ecr_pull_through_caches": {"quay": {"upstream": "quay"}}},
    {"github_repos": [{"repo": "acme/web", "id": 456789, "owner_id": 123456, "branches": ["main"]}]},
    {"ecr_node_pull": {"roles": ["nodes"]}},
    {"ecr_ssm_read": {"roles": ["functions"]}},
    {"ecr_codebuild": {"roles": ["builds"]}},
    {"ecr_defaults": {"max_image_count": 60, "scan_on_push": False}},
    {"ecr_defaults": {"image_tag_mutability": "IMMUTABLE", "tags": {"Tier": "standard"}}},
    {"protected": True},
    {"ecr_shards": 2},
)


def project_of(files: Files) -> Project:
    """Return what a directory of such files is.

    Raises:
        InvalidInput: They break any rule.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        return load_project(folder)


def are_right(data: Data) -> bool:
    """Tell whether environments break no rule."""
    try:
        project_of(written(data))
    except InvalidInput:
        return False
    return True


def written(data: Data) -> Files:
    """Return environments as files."""
    return {
        f"{name}.yaml": yaml.safe_dump(each, sort_keys=False, allow_unicode=True, width=10_000)
        for name, each in data.items()
    }


def any_environments(random: Random, *, most: int = 3, repositories: tuple[int, int] = (1, 5)) -> Data:
    """Return one to three environments, the first with repositories of its own, the others of either kind.

    Args:
        random: What chooses.
        most: How many there are at most.
        repositories: How many the first has at least, and at most.
    """
    data = {"dev": _own("dev", random, random.randint(*repositories))}
    for name in ("staging", "prod")[: random.randrange(most)]:
        each = _consumer(name, random) if random.random() < 0.6 else _own(name, random, random.randint(1, 2))
        trusted = [*data["dev"].get("ecr_trusted_accounts", []), {"account_id": _ACCOUNTS[name]}]
        for dev in (data["dev"], {**data["dev"], "ecr_trusted_accounts": trusted}):
            if are_right({**data, "dev": dev, name: each}):
                data |= {"dev": dev, name: each}
                break
    return data


def _own(name: str, random: Random, repositories: int) -> dict[str, Any]:
    account = _ACCOUNTS[name]
    data: dict[str, Any] = {"project": "shop", "env": name, "region": "us-east-1", "account_id": account}
    declared = {each: _options(each, account, random) for each in random.sample(_NAMES, repositories)}
    data["ecr_repositories"] = {}
    for each, options in declared.items():
        known = data["ecr_repositories"]
        alone = {**data, "ecr_repositories": {each: options}}
        # Such as adopt with what it does not have.
        data["ecr_repositories"] = {**known, each: options if are_right({name: alone}) else {}}
    parts = [
        *_some(random, 0.3, {"services": ["front", {"name": "back", "scan_on_push": False}]}),
        *_some(random, 0.15, {"backend": True}, {"repository_names": ["third/party"]}, {"tasks": ["night"]}),
        *_some(random, 0.7, {"ecr_ssm_layout": "config"}),
        *_some(random, 0.12, *(_filled(each, name, account) for each in _SETTINGS)),
    ]
    return _with_parts(data, copy.deepcopy(parts))


def _consumer(name: str, random: Random) -> dict[str, Any]:
    data = {"project": "shop", "env": name, "region": "us-east-1", "account_id": _ACCOUNTS[name]}
    data |= {"ecr_strategy": "cross_account", "ecr_source_env": "dev"}
    for part in _some(random, 0.7, {"ecr_ssm_layout": "config"}):
        data |= part
    return data


def _options(name: str, account: str, random: Random) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for subject in random.sample(_OPTIONS, random.randint(0, 3)):
        options |= copy.deepcopy(random.choice(subject))
    return dict(_filled(options, name, account))


def _some(random: Random, share: float, *parts: dict[str, Any]) -> list[dict[str, Any]]:
    # The least that can be drawn has none of them.
    return [part for part in parts if random.random() >= 1 - share]


def _with_parts(data: dict[str, Any], parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an environment with all of the parts, or with those of them with which it is right."""
    whole = functools.reduce(lambda known, part: {**known, **part}, parts, data)
    if are_right({data["env"]: whole}):
        return whole
    for part in parts:
        if are_right({data["env"]: {**data, **part}}):
            data = {**data, **part}
    return data


def _filled(value: Any, name: str, account: str) -> Any:
    """Return a value with the account and the name in it; what is a template stays one."""
    fill = functools.partial(_filled, name=name, account=account)
    if isinstance(value, dict):
        return {key: fill(each) if key != "ecr_repository_name" else each for key, each in value.items()}
    if isinstance(value, list):
        return [fill(each) for each in value]
    if isinstance(value, str):
        return value.replace("{account}", account).replace("{env}", name).replace("{name}", name)
    return value
