"""The levels of access to a repository: what each lets somebody do, action by action.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html,
https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html and, for what each action does,
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

__all__ = [
    "ACTIONS",
    "ADMIN_ACTIONS",
    "LOOK_ACTIONS",
    "PULL_ACTIONS",
    "PUSH_ACTIONS",
    "READ_ACTIONS",
    "TOKEN_ACTION",
    "TOKEN_LEVELS",
    "TRUSTED_ACTIONS",
    "Level",
]


class Level(StrEnum):
    """What somebody may do with a repository."""

    PULL = "pull"
    PUSH = "push"
    READ = "read"
    ADMIN = "admin"


PULL_ACTIONS = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
PUSH_ACTIONS = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)
LOOK_ACTIONS = ("ecr:DescribeImages", "ecr:DescribeRepositories", "ecr:ListImages")
"""What shows which images there are, such as to a deployment that asks for a tag."""

READ_ACTIONS = (
    "ecr:DescribeImageScanFindings",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
    "ecr:ListImages",
)
ADMIN_ACTIONS = (
    "ecr:BatchDeleteImage",
    "ecr:BatchGetRepositoryScanningConfiguration",
    "ecr:DeleteLifecyclePolicy",
    "ecr:DeleteRepositoryPolicy",
    "ecr:DescribeImageReplicationStatus",
    "ecr:DescribeImageScanFindings",
    "ecr:DescribeImageSigningStatus",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
    "ecr:GetLifecyclePolicy",
    "ecr:GetLifecyclePolicyPreview",
    "ecr:GetRepositoryPolicy",
    "ecr:ListImageReferrers",
    "ecr:ListImages",
    "ecr:ListTagsForResource",
    "ecr:PutImageScanningConfiguration",
    "ecr:PutImageTagMutability",
    "ecr:PutLifecyclePolicy",
    "ecr:SetRepositoryPolicy",
    "ecr:StartImageScan",
    "ecr:StartLifecyclePolicyPreview",
    "ecr:TagResource",
    "ecr:UntagResource",
    "ecr:UpdateImageStorageClass",
)
"""What managing a repository needs. It neither pulls nor pushes, and does not delete the repository with its images.

Whoever may set the policy can let anybody do the rest.
"""

TRUSTED_ACTIONS = tuple(sorted({*PULL_ACTIONS, *LOOK_ACTIONS}))
"""What a trusted account or organisation may do: pull, and see what there is to pull."""

ACTIONS: Mapping[Level, tuple[str, ...]] = MappingProxyType(
    {
        Level.PULL: PULL_ACTIONS,
        Level.PUSH: PUSH_ACTIONS,
        Level.READ: READ_ACTIONS,
        Level.ADMIN: ADMIN_ACTIONS,
    }
)
"""The actions of each level on a repository."""

TOKEN_ACTION = "ecr:GetAuthorizationToken"  # noqa: S105 - the name of an action
"""What `docker login` needs, in an identity policy on `*` alone."""

TOKEN_LEVELS = frozenset({Level.PULL, Level.PUSH})
"""The levels that need it: the others are calls of the API, which have none."""
