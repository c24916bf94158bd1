"""KMS keys and aliases.

AWS chooses the id of a key, so a key that is made is known by the tags that every resource has. KMS learns of tags up
to five minutes late (https://docs.aws.amazon.com/kms/latest/developerguide/abac.html): what an apply calls right after
it made the key is allowed on every key, and what changes or deletes one only on those with the tags.
"""

from __future__ import annotations

from ecr_constructs.core.conditions import Conditions
from ecr_constructs.deploying.keys import ANY_KEY, key_arn
from ecr_constructs.deploying.kinds import EVERYTHING, Kind, destroys, reads, writes
from ecr_constructs.deploying.subjects import Subject

__all__ = ["KINDS"]

_ALIAS = "arn:{partition}:kms:{region}:{account}:{name}"


def _made_by_this(subject: Subject) -> Conditions:
    return subject.marks("aws:RequestTag")


def _its_own(subject: Subject) -> Conditions:
    return subject.marks("aws:ResourceTag")


def _named(subject: Subject) -> Conditions:
    return {"ForAnyValue:StringEquals": {"kms:ResourceAliases": subject.text("name")}}


KINDS = (
    Kind(
        type="aws_kms_key",
        feature="Keys",
        arn=ANY_KEY,
        needs=(
            reads("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"),
            writes("kms:CreateKey", on=EVERYTHING, conditions=_made_by_this),
            writes("kms:TagResource", conditions=_made_by_this),
            writes("kms:EnableKeyRotation"),
            writes("kms:DisableKey", conditions=_its_own, when=lambda subject: subject.raw("is_enabled") is not None),
            writes(
                "kms:DisableKeyRotation",
                "kms:EnableKey",
                "kms:PutKeyPolicy",
                "kms:TagResource",
                "kms:UntagResource",
                "kms:UpdateKeyDescription",
                conditions=_its_own,
            ),
            destroys("kms:ScheduleKeyDeletion", conditions=_its_own),
        ),
    ),
    Kind(
        type="aws_kms_alias",
        feature="Keys",
        arn=_ALIAS,
        needs=(
            reads("kms:ListAliases", on=EVERYTHING),
            writes("kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"),
            writes(
                "kms:CreateAlias",
                "kms:DeleteAlias",
                "kms:UpdateAlias",
                on=lambda subject: (key_arn(subject, "target_key_id"),),
                because="https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html",
            ),
        ),
    ),
    Kind(
        type="data.aws_kms_alias",
        feature="Keys that others make",
        arn=_ALIAS,
        needs=(
            reads("kms:ListAliases", on=EVERYTHING),
            reads("kms:DescribeKey", on=ANY_KEY, conditions=_named),
        ),
    ),
)
