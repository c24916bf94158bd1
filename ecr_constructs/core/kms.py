"""The KMS key of repositories: who may do what with it, and the rules of its settings.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html and
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html.
"""

from __future__ import annotations

import dataclasses
import re

from ecr_constructs.core.aws import account_root_arn
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.places import Place
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.core.wording import check_wording
from ecr_constructs.errors import Problem, show

__all__ = [
    "ALIAS",
    "DELETION_WINDOW",
    "PARAMETER",
    "KeySettings",
    "allow_ecr",
    "allow_eventbridge",
    "allow_logs",
    "check_alias",
    "check_parameter_name",
]

# What administrators of a key need, less kms:CreateGrant, by which they could let anyone decrypt.
_ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ReplicateKey",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
    "kms:UpdatePrimaryRegion",
)
_THIS_KEY = ("*",)  # in the policy of a key, which no other policy applies to

# https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
ALIAS = re.compile(r"alias/[a-zA-Z0-9/_-]{1,250}")
_RESERVED = "alias/aws/"
# https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
_LONGEST_DESCRIPTION = 8192
# https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
DELETION_WINDOW = range(7, 31)
# https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
_ROTATION_PERIOD = range(90, 2561)
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
PARAMETER = re.compile(r"/?[a-zA-Z0-9_.-]+(/[a-zA-Z0-9_.-]+)*")


def allow_ecr(*, account_id: str, region: str, partition: str, dns_suffix: str) -> list[PolicyStatement]:
    """Return the policy of a key that ECR uses for an account, and that does nothing else.

    The account may administer the key; who in it may, its IAM policies decide. Those who create repositories, and whose
    IAM policies allow it, may have ECR make its grants. Pushing and pulling need no permission of the key, because ECR
    encrypts and decrypts by these grants. Nobody may encrypt, decrypt or make grants by themselves.

    Whoever creates or deletes repositories needs kms:RetireGrant by an IAM policy: in a key's policy it has no effect
    (https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html).
    """
    account = (account_root_arn(account_id, partition),)
    return [
        PolicyStatement(
            sid="AdministerByIamPolicies", actions=_ADMINISTRATION, principals=account, resources=_THIS_KEY
        ),
        PolicyStatement(
            sid="EncryptRepositoriesThroughEcr",
            actions=("kms:CreateGrant", "kms:DescribeKey"),
            principals=account,
            resources=_THIS_KEY,
            conditions={"StringEquals": {"kms:ViaService": f"ecr.{region}.{dns_suffix}"}},
        ),
    ]


def allow_logs(
    log_group_name: str, *, account_id: str, region: str, partition: str, dns_suffix: str
) -> PolicyStatement:
    """Return the statement that lets CloudWatch Logs encrypt one log group with the key.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html.
    """
    log_group_arn = f"arn:{partition}:logs:{region}:{account_id}:log-group:{log_group_name}"
    return PolicyStatement(
        sid="EncryptLogGroups",
        # Not kms:DescribeKey, which comes without the encryption context that the condition wants.
        actions=("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"),
        service_principals=(f"logs.{region}.{dns_suffix}",),
        resources=_THIS_KEY,
        conditions={"StringEquals": {"kms:EncryptionContext:aws:logs:arn": log_group_arn}},
    )


def allow_eventbridge() -> PolicyStatement:
    """Return the statement that lets EventBridge publish to topics that are encrypted with the key.

    It has no condition: aws:SourceArn and aws:SourceAccount are not supported from EventBridge to encrypted topics
    (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
    """
    return PolicyStatement(
        sid="PublishToEncryptedTopics",
        actions=("kms:Decrypt", "kms:GenerateDataKey*"),
        service_principals=("events.amazonaws.com",),
        resources=_THIS_KEY,
    )


def check_alias(value: str, *path: str | int) -> list[Problem]:
    """Check the name of a key's alias, which begins with `alias/`."""
    if is_unresolved(value) or ALIAS.fullmatch(value):
        return []
    fix = "Write it as in alias/shop/ecr: letters, digits, '/', '_' and '-', at most 256 characters."
    return [Problem(path, "kms-alias", "must be a key's alias", show(value), fix)]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class KeySettings:
    """The settings of a key that is made; see `RepositoryKey` for what each means."""

    alias: str
    description: str = "Images in Amazon ECR"
    deletion_window_in_days: float = 30
    rotation_period_in_days: float | None = None
    multi_region: bool = False

    def problems(self, _place: Place) -> list[Problem]:
        """Return every rule that the settings break, as far as their values are known."""
        problems = check_alias(self.alias, "alias")
        if not problems and self.alias.startswith(_RESERVED):
            rule, fix = "must not start with alias/aws/, which AWS keeps for itself", "Write it as in alias/shop/ecr."
            problems.append(Problem(("alias",), "kms-alias", rule, show(self.alias), fix))
        problems += _check_description(self.description)
        problems += _check_days(self.deletion_window_in_days, DELETION_WINDOW, "deletion_window_in_days")
        if self.rotation_period_in_days is not None:
            problems += _check_days(self.rotation_period_in_days, _ROTATION_PERIOD, "rotation_period_in_days")
        return problems


def check_parameter_name(value: str, *path: str | int) -> list[Problem]:
    """Check the name of an SSM parameter that is read."""
    if is_unresolved(value) or PARAMETER.fullmatch(value):
        return []
    fix = "Write its full name, as in /security/ecr-key-arn."
    return [Problem(path, "ssm-parameter", "must be the name of an SSM parameter", show(value), fix)]


def _check_description(text: str) -> list[Problem]:
    code = "kms-description"
    if is_unresolved(text) or len(text) <= _LONGEST_DESCRIPTION:
        return check_wording(text, "description", code=code)
    rule = f"must have at most {_LONGEST_DESCRIPTION:,} characters"
    return [Problem(("description",), code, rule, f"{len(text):,}", "Shorten it.")]


def _check_days(value: float, allowed: range, name: str) -> list[Problem]:
    if is_unresolved(value) or (value in allowed and not isinstance(value, bool)):
        return []
    rule = f"must be a whole number of days from {allowed.start:,} to {allowed[-1]:,}"
    return [Problem((name,), "kms-days", rule, show(value), "Use a number in between.")]
