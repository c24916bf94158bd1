"""KMS keys that are used through another service, which asks with the rights of whoever calls it.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html and
https://docs.aws.amazon.com/kms/latest/developerguide/policy-conditions.html#conditions-kms-via-service.
"""

from __future__ import annotations

from ecr_constructs.core.conditions import Conditions
from ecr_constructs.deploying.kinds import Need, Purpose
from ecr_constructs.deploying.subjects import Subject

__all__ = ["ANY_KEY", "key_arn", "through"]

ANY_KEY = "arn:{partition}:kms:{region}:{account}:key/*"
"""Every key of the account: AWS chooses the id of one that is made."""

_ALIAS = "data.aws_kms_alias"


def through(service: str, path: str, *actions: str, because: str, purpose: Purpose = Purpose.WRITE) -> Need:
    """Return what a service needs of the key that an argument names.

    Args:
        service: The service, as `kms:ViaService` begins: `ecr`.
        path: The path of the argument with the key.
        *actions: `kms:...` actions.
        because: The page that asks for them.
        purpose: What for.
    """
    return Need(
        purpose=purpose,
        actions=actions,
        on=lambda subject: (key_arn(subject, path),),
        conditions=lambda subject: {
            **_alias_condition(subject, path),
            "StringEquals": {"kms:ViaService": f"{service}.{subject.where.region}.{subject.where.dns_suffix}"},
        },
        when=lambda subject: bool(subject.text(path)),
        because=because,
    )


def key_arn(subject: Subject, path: str) -> str:
    """Return the ARN of a key that an argument names, a pattern where its id is not known.

    A key that is made or found by its alias is one of the account's; one that another layer tells may be of any.
    """
    text = subject.text(path)
    if text.startswith("arn:") and not text.endswith("*"):
        return text
    other = subject.referred(path)
    if other is not None and other.kind.type in ("aws_kms_key", _ALIAS):
        return subject.formatted(ANY_KEY)
    return subject.formatted(ANY_KEY.replace("{account}", "*"))


def _alias_condition(subject: Subject, path: str) -> Conditions:
    other = subject.referred(path)
    if other is None or other.kind.type != _ALIAS:
        return {}
    return {"ForAnyValue:StringEquals": {"kms:ResourceAliases": other.text("name")}}
