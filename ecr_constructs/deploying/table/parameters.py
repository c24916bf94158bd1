"""Parameters that tell about repositories, and secrets of pull-through caches."""

from __future__ import annotations

from ecr_constructs.core.ssm import PARAMETERS
from ecr_constructs.deploying.keys import through
from ecr_constructs.deploying.kinds import EVERYTHING, Kind, destroys, reads, writes
from ecr_constructs.deploying.subjects import Subject

__all__ = ["KINDS"]

_SECRET = "arn:{partition}:secretsmanager:{region}:{account}:secret:"  # noqa: S105  # the beginning of an ARN
_SECRET_KEY = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html"  # noqa: S105


def _parameter(subject: Subject) -> tuple[str, ...]:
    name = subject.text("name").removeprefix("/")
    return (subject.formatted(f"arn:{{partition}}:ssm:{{region}}:{{account}}:parameter/{name}"),)


def _parameters(subject: Subject) -> tuple[str, ...]:
    """Return the parameter; one that tells about a repository with its neighbours, which are one path.

    Others may be beside anything: `/shop/prod/flag` beside `/shop/prod/password`.
    """
    (arn,) = _parameter(subject)
    folder, _, leaf = arn.rpartition("/")
    value = f"{subject.raw('value')}{subject.raw('insecure_value')}"
    tells = leaf in PARAMETERS and "aws_ecr_repository." in value
    return (f"{folder}/*" if tells and subject.text("name").count("/") >= _DEEP else arn,)


# As in /ecr/web/url: a shorter name's folder would be everybody's.
_DEEP = 3


def _secret(subject: Subject) -> tuple[str, ...]:
    """Return a secret, whose ARN ends in six signs that AWS chooses."""
    arn = subject.text("arn") if subject.raw("arn") is not None else ""
    return (arn or subject.formatted(f"{_SECRET}{{name}}-??????"),)


KINDS = (
    Kind(
        type="aws_ssm_parameter",
        feature="Parameters",
        needs=(
            reads("ssm:DescribeParameters", on=EVERYTHING),
            reads("ssm:GetParameter", "ssm:ListTagsForResource", on=_parameters),
            writes(
                "ssm:AddTagsToResource",
                "ssm:DeleteParameter",
                "ssm:PutParameter",
                "ssm:RemoveTagsFromResource",
                on=_parameters,
            ),
        ),
    ),
    Kind(
        type="data.aws_ssm_parameter",
        feature="Parameters that others write",
        needs=(reads("ssm:GetParameter", on=_parameter),),
    ),
    Kind(
        type="aws_secretsmanager_secret",
        feature="Secrets of pull-through caches",
        attributes={"arn": f"{_SECRET}{{name}}-??????", "id": f"{_SECRET}{{name}}-??????"},
        needs=(
            reads("secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy", on=_secret),
            writes(
                "secretsmanager:CreateSecret",
                "secretsmanager:TagResource",
                "secretsmanager:UntagResource",
                "secretsmanager:UpdateSecret",
                on=_secret,
            ),
            writes(
                "secretsmanager:DeleteResourcePolicy",
                "secretsmanager:PutResourcePolicy",
                on=_secret,
                when=lambda subject: subject.raw("policy") is not None,
            ),
            destroys("secretsmanager:DeleteSecret", on=_secret),
            through("secretsmanager", "kms_key_id", "kms:Decrypt", "kms:GenerateDataKey", because=_SECRET_KEY),
        ),
    ),
    Kind(
        type="data.aws_secretsmanager_secret",
        feature="Secrets of pull-through caches",
        needs=(reads("secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy", on=_secret),),
    ),
)
