"""Repositories, their policies and lifecycle policies, private and public."""

from __future__ import annotations

from ecr_constructs.deploying.keys import through
from ecr_constructs.deploying.kinds import Kind, destroys, reads, writes
from ecr_constructs.deploying.subjects import Subject

__all__ = ["KINDS"]

_REPOSITORY = "arn:{partition}:ecr:{region}:{account}:repository/{name}"
_ITS_REPOSITORY = "arn:{partition}:ecr:{region}:{account}:repository/{repository}"
_PUBLIC = "arn:{partition}:ecr-public::{account}:repository/{repository_name}"
_ENCRYPTION = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html"


def _in_its_registry(subject: Subject) -> tuple[str, ...]:
    """Return a repository that is looked up, which may be one of another account."""
    account = subject.text("registry_id") or subject.where.account
    return (subject.formatted(_REPOSITORY.replace("{account}", account)),)


KINDS = (
    Kind(
        type="aws_ecr_repository",
        feature="Repositories",
        arn=_REPOSITORY,
        attributes={"id": "{name}", "registry_id": "{account}"},
        needs=(
            reads("ecr:DescribeRepositories", "ecr:ListTagsForResource"),
            writes(
                "ecr:CreateRepository",
                "ecr:PutImageScanningConfiguration",
                "ecr:PutImageTagMutability",
                "ecr:TagResource",
                "ecr:UntagResource",
            ),
            # A repository with images goes by DeleteRepository too, with `force`: not by ecr:BatchDeleteImage.
            destroys("ecr:DeleteRepository"),
            through(
                "ecr",
                "encryption_configuration.kms_key",
                "kms:CreateGrant",
                "kms:DescribeKey",
                "kms:RetireGrant",
                because=_ENCRYPTION,
            ),
        ),
    ),
    Kind(
        type="aws_ecr_repository_policy",
        feature="Access to repositories",
        arn=_ITS_REPOSITORY,
        needs=(
            reads("ecr:GetRepositoryPolicy"),
            writes("ecr:DeleteRepositoryPolicy", "ecr:SetRepositoryPolicy"),
        ),
    ),
    Kind(
        type="aws_ecr_lifecycle_policy",
        feature="Retention",
        arn=_ITS_REPOSITORY,
        needs=(
            reads("ecr:GetLifecyclePolicy"),
            writes("ecr:DeleteLifecyclePolicy", "ecr:PutLifecyclePolicy"),
        ),
    ),
    Kind(
        type="data.aws_ecr_repository",
        feature="Repositories that another stack makes",
        arn=_REPOSITORY,
        attributes={"id": "{name}"},
        needs=(
            # The images, because the data source tells the newest tags.
            reads("ecr:DescribeImages", "ecr:DescribeRepositories", "ecr:ListTagsForResource", on=_in_its_registry),
        ),
    ),
    Kind(
        type="aws_ecrpublic_repository",
        feature="Public repositories",
        arn=_PUBLIC,
        attributes={"id": "{repository_name}"},
        needs=(
            reads(
                "ecr-public:DescribeRepositories",
                "ecr-public:GetRepositoryCatalogData",
                "ecr-public:ListTagsForResource",
            ),
            writes(
                "ecr-public:CreateRepository",
                "ecr-public:PutRepositoryCatalogData",
                "ecr-public:TagResource",
                "ecr-public:UntagResource",
            ),
            destroys("ecr-public:DeleteRepository"),
        ),
    ),
    Kind(
        type="aws_ecrpublic_repository_policy",
        feature="Public repositories",
        arn=_PUBLIC,
        needs=(
            reads("ecr-public:DescribeRepositories", "ecr-public:GetRepositoryPolicy"),
            writes("ecr-public:DeleteRepositoryPolicy", "ecr-public:SetRepositoryPolicy"),
        ),
    ),
)
