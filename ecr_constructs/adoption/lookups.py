"""Whether something that an environment makes under a fixed name exists, and what it is now; one look-up a kind."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ecr_constructs.adoption.failures import said_plainly
from ecr_constructs.adoption.fixed import Fixed
from ecr_constructs.adoption.read import AwsRegistry
from ecr_constructs.core.aws import partition_of
from ecr_constructs.core.registry.public import PUBLIC_REGION

__all__ = ["LOOKUPS", "Found", "Lookup", "look_up"]

_MISSING = frozenset(
    {
        "NoSuchEntity",
        "NotFound",
        "NotFoundException",
        "PullThroughCacheRuleNotFoundException",
        "RegistryPolicyNotFoundException",
        "RepositoryNotFoundException",
        "ResourceNotFoundException",
        "TemplateNotFoundException",
    }
)


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """Something that exists.

    Attributes:
        now: What it is now, in a few words; empty where its name says it all.
        remote_id: What Terraform imports it by; None where it cannot be imported.
        beside: What has to be imported with it: types of the same Terraform name, each with its id.
    """

    now: str = ""
    remote_id: str | None = None
    beside: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Lookup:
    """How things of a kind are looked up.

    Attributes:
        noun: What they are called.
        needs: The permission that it takes.
        ask: Returns what there is, or None, or raises one of AWS's errors that say that there is none.
    """

    noun: str
    needs: str
    ask: Callable[[AwsRegistry, Fixed], Found | None]


def look_up(registry: AwsRegistry, fixed: Fixed) -> Found | None:
    """Return what exists under a fixed name, or None.

    Raises:
        OperationError: AWS cannot be asked or refuses.
    """
    from botocore.exceptions import ClientError  # type: ignore[import-untyped]

    with said_plainly():
        try:
            return LOOKUPS[fixed.kind].ask(registry, fixed)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _MISSING:
                return None
            raise


def _alias(registry: AwsRegistry, fixed: Fixed) -> Found:
    key = registry.client("kms").describe_key(KeyId=fixed.name)["KeyMetadata"]["KeyId"]
    # The alias alone would be turned to a key that is made anew.
    return Found(f"of the key {key}", fixed.name, {"aws_kms_key": key})


def _log_group(registry: AwsRegistry, fixed: Fixed) -> Found | None:
    pages = registry.client("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=fixed.name)
    groups = [each for page in pages for each in page["logGroups"] if each["logGroupName"] == fixed.name]
    kept = [each.get("retentionInDays") for each in groups]
    return Found(f"kept {kept[0]} days" if kept[0] else "kept for ever", fixed.name) if groups else None


def _log_policy(registry: AwsRegistry, fixed: Fixed) -> Found | None:
    pages = registry.client("logs").get_paginator("describe_resource_policies").paginate()
    texts = [
        each["policyDocument"]
        for page in pages
        for each in page["resourcePolicies"]
        if each["policyName"] == fixed.name
    ]
    return Found(_statements(texts[0]), fixed.name) if texts else None


def _topic(registry: AwsRegistry, fixed: Fixed) -> Found:
    arn = f"arn:{partition_of(registry.region)}:sns:{registry.region}:{registry.account_id}:{fixed.name}"
    registry.client("sns").get_topic_attributes(TopicArn=arn)
    return Found("", arn, {"aws_sns_topic_policy": arn})


def _event_rule(registry: AwsRegistry, fixed: Fixed) -> Found:
    rule = registry.client("events").describe_rule(Name=fixed.name)
    return Found(rule.get("Description", ""), fixed.name)


def _role(registry: AwsRegistry, fixed: Fixed) -> Found:
    registry.client("iam").get_role(RoleName=fixed.name)
    return Found("", fixed.name)


def _policy(registry: AwsRegistry, fixed: Fixed) -> Found:
    arn = f"arn:{partition_of(registry.region)}:iam::{registry.account_id}:policy/{fixed.name}"
    registry.client("iam").get_policy(PolicyArn=arn)
    return Found("", arn)


def _identity_provider(registry: AwsRegistry, fixed: Fixed) -> Found:
    host = fixed.name.removeprefix("https://")
    arn = f"arn:{partition_of(registry.region)}:iam::{registry.account_id}:oidc-provider/{host}"
    found = registry.client("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    return Found(f"for {', '.join(sorted(found.get('ClientIDList', ())))}", arn)


def _secret(registry: AwsRegistry, fixed: Fixed) -> Found:
    secret = registry.client("secretsmanager").describe_secret(SecretId=fixed.name)
    if secret.get("DeletedDate") is not None:
        return Found("to be deleted: restore it first, or wait until it is gone")
    return Found("", secret["ARN"])


def _cache(registry: AwsRegistry, fixed: Fixed) -> Found | None:
    answer = registry.client("ecr").describe_pull_through_cache_rules(ecrRepositoryPrefixes=[fixed.name])
    hosts = [each.get("upstreamRegistryUrl", "") for each in answer["pullThroughCacheRules"]]
    return Found(f"of {hosts[0]}", fixed.name) if hosts else None


def _template(registry: AwsRegistry, fixed: Fixed) -> Found | None:
    answer = registry.client("ecr").describe_repository_creation_templates(prefixes=[fixed.name])
    found = [each.get("appliedFor", ()) for each in answer["repositoryCreationTemplates"]]
    return Found(f"for {', '.join(sorted(found[0]))}", fixed.name) if found else None


def _public_repository(registry: AwsRegistry, fixed: Fixed) -> Found:
    registry.client("ecr-public", PUBLIC_REGION).describe_repositories(repositoryNames=[fixed.name])
    return Found("", fixed.name)


def _account_setting(registry: AwsRegistry, fixed: Fixed) -> Found | None:
    value = registry.client("ecr").get_account_setting(name=fixed.name).get("value")
    # Every account has one; nothing is lost where it is what it will be.
    return None if value in (None, fixed.value) else Found(f"{value}, and would be {fixed.value}", fixed.name)


def _exclusion(registry: AwsRegistry, fixed: Fixed) -> Found | None:
    # A registry has 100 at most, and an answer has up to 1,000.
    answer = registry.client("ecr").list_pull_time_update_exclusions(maxResults=1000)
    said = {each.get("principalArn") for each in answer.get("pullTimeUpdateExclusions", ())}
    return Found("", fixed.name) if fixed.name in said else None


def _registry_policy(registry: AwsRegistry, _fixed: Fixed) -> Found:
    text = registry.client("ecr").get_registry_policy()["policyText"]
    return Found(_statements(text), registry.account_id)


def _scanning(registry: AwsRegistry, _fixed: Fixed) -> Found | None:
    configuration = registry.client("ecr").get_registry_scanning_configuration()["scanningConfiguration"]
    kind, rules = configuration.get("scanType", "BASIC"), configuration.get("rules") or []
    if kind == "BASIC" and not rules:
        return None  # what every registry begins with
    each = (
        f"{rule['scanFrequency']} of {', '.join(sorted(one['filter'] for one in rule['repositoryFilters']))}"
        for rule in rules
    )
    return Found(f"{kind}; {'; '.join(each)}" if rules else kind, registry.account_id)


def _replication(registry: AwsRegistry, _fixed: Fixed) -> Found | None:
    rules = registry.client("ecr").describe_registry()["replicationConfiguration"].get("rules") or []
    to = sorted({f"{each['registryId']} in {each['region']}" for rule in rules for each in rule["destinations"]})
    # Terraform has no setting for it, and would leave it out of what it writes.
    deletions = any(rule.get("deleteReplication", {}).get("enabled") for rule in rules)
    more = ", deletions as well, which the apply would switch off" if deletions else ""
    return Found(f"to {', '.join(to)}{more}", registry.account_id) if rules else None


def _inspector(registry: AwsRegistry, _fixed: Fixed) -> Found | None:
    answer = registry.client("inspector2").batch_get_account_status(accountIds=[registry.account_id])
    scanned = sorted(
        name
        for account in answer["accounts"]
        for name, state in account.get("resourceState", {}).items()
        if state.get("status") not in (None, "DISABLED")
    )
    return Found(f"enabled for {', '.join(scanned)}, and would be for ECR alone") if scanned else None


def _statements(text: str) -> str:
    """Return a policy in a few words: how many statements, and what they are called."""
    found = json.loads(text).get("Statement", [])
    statements: list[Mapping[str, Any]] = found if isinstance(found, list) else [found]
    sids = ", ".join(str(each["Sid"]) for each in statements if "Sid" in each)
    number = "1 statement" if len(statements) == 1 else f"{len(statements)} statements"
    return f"{number} ({sids})" if sids else number


LOOKUPS: Mapping[str, Lookup] = MappingProxyType(
    {
        "aws_cloudwatch_event_rule": Lookup("EventBridge rule", "events:DescribeRule", _event_rule),
        "aws_cloudwatch_log_group": Lookup("log group", "logs:DescribeLogGroups", _log_group),
        "aws_cloudwatch_log_resource_policy": Lookup(
            "resource policy of CloudWatch Logs", "logs:DescribeResourcePolicies", _log_policy
        ),
        "aws_ecr_account_setting": Lookup("account setting", "ecr:GetAccountSetting", _account_setting),
        "aws_ecr_pull_through_cache_rule": Lookup("pull-through cache", "ecr:DescribePullThroughCacheRules", _cache),
        "aws_ecr_pull_time_update_exclusion": Lookup(
            "exclusion from pull times", "ecr:ListPullTimeUpdateExclusions", _exclusion
        ),
        "aws_ecr_registry_policy": Lookup("registry policy", "ecr:GetRegistryPolicy", _registry_policy),
        "aws_ecr_registry_scanning_configuration": Lookup(
            "scanning configuration", "ecr:GetRegistryScanningConfiguration", _scanning
        ),
        "aws_ecr_replication_configuration": Lookup("replication configuration", "ecr:DescribeRegistry", _replication),
        "aws_ecr_repository_creation_template": Lookup(
            "creation template", "ecr:DescribeRepositoryCreationTemplates", _template
        ),
        "aws_ecrpublic_repository": Lookup("public repository", "ecr-public:DescribeRepositories", _public_repository),
        "aws_iam_openid_connect_provider": Lookup(
            "identity provider of IAM", "iam:GetOpenIDConnectProvider", _identity_provider
        ),
        "aws_iam_policy": Lookup("IAM policy", "iam:GetPolicy", _policy),
        "aws_iam_role": Lookup("IAM role", "iam:GetRole", _role),
        "aws_inspector2_enabler": Lookup("Amazon Inspector", "inspector2:BatchGetAccountStatus", _inspector),
        "aws_kms_alias": Lookup("KMS alias", "kms:DescribeKey", _alias),
        "aws_secretsmanager_secret": Lookup("secret", "secretsmanager:DescribeSecret", _secret),
        "aws_sns_topic": Lookup("SNS topic", "sns:GetTopicAttributes", _topic),
    }
)
"""How each kind of `Fixed` is looked up."""
