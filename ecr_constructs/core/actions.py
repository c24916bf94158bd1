"""The actions of ECR: which there are, and which do something in a repository's policy.

Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html,
its page of ECR Public, and the operations of botocore's models, which know newer ones earlier.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, nearest, show

__all__ = ["ECR", "ECR_PUBLIC", "Service", "check_action", "is_granted_by"]


@dataclasses.dataclass(frozen=True, slots=True)
class Service:
    """A service and its actions.

    Attributes:
        prefix: What its actions begin with.
        title: What it is called.
        of_repository: Actions that a repository's policy can grant.
        others: Actions that it cannot grant, because they are about no repository, or about one that is not there yet.
        example: An action, for messages.
    """

    prefix: str
    title: str
    of_repository: frozenset[str]
    others: frozenset[str]
    example: str

    @property
    def actions(self) -> frozenset[str]:
        """All of them, without the prefix."""
        return self.of_repository | self.others


ECR = Service(
    "ecr",
    "ECR",
    frozenset(
        [
            "BatchCheckLayerAvailability",
            "BatchDeleteImage",
            "BatchGetImage",
            "BatchGetRepositoryScanningConfiguration",
            "BatchImportUpstreamImage",
            "CompleteLayerUpload",
            "DeleteLifecyclePolicy",
            "DeleteRepository",
            "DeleteRepositoryPolicy",
            "DescribeImageReplicationStatus",
            "DescribeImageScanFindings",
            "DescribeImageSigningStatus",
            "DescribeImages",
            "DescribeRepositories",
            "GetDownloadUrlForLayer",
            "GetLifecyclePolicy",
            "GetLifecyclePolicyPreview",
            "GetRepositoryPolicy",
            "InitiateLayerUpload",
            "ListImageReferrers",
            "ListImages",
            "ListTagsForResource",
            "PutImage",
            "PutImageScanningConfiguration",
            "PutImageTagMutability",
            "PutLifecyclePolicy",
            "ReplicateImage",
            "SetRepositoryPolicy",
            "StartImageScan",
            "StartLifecyclePolicyPreview",
            "TagResource",
            "UntagResource",
            "UpdateImageStorageClass",
            "UploadLayerPart",
        ]
    ),
    frozenset(
        [
            "CreatePullThroughCacheRule",
            "CreateRepository",
            "CreateRepositoryCreationTemplate",
            "DeletePullThroughCacheRule",
            "DeleteRegistryPolicy",
            "DeleteRepositoryCreationTemplate",
            "DeleteSigningConfiguration",
            "DeregisterPullTimeUpdateExclusion",
            "DescribePullThroughCacheRules",
            "DescribeRegistry",
            "DescribeReplicationBackfillResults",
            "DescribeRepositoryCreationTemplates",
            "GetAccountSetting",
            "GetAuthorizationToken",
            "GetRegistryPolicy",
            "GetRegistryScanningConfiguration",
            "GetSigningConfiguration",
            "ListPullTimeUpdateExclusions",
            "ListReplicationBackfills",
            "PutAccountSetting",
            "PutRegistryPolicy",
            "PutRegistryScanningConfiguration",
            "PutReplicationConfiguration",
            "PutSigningConfiguration",
            "RegisterPullTimeUpdateExclusion",
            "StartReplicationBackfill",
            "StopReplicationBackfill",
            "UpdatePullThroughCacheRule",
            "UpdateRepositoryCreationTemplate",
            "ValidatePullThroughCacheRule",
        ]
    ),
    "ecr:BatchGetImage",
)

ECR_PUBLIC = Service(
    "ecr-public",
    "ECR Public",
    frozenset(
        [
            "BatchCheckLayerAvailability",
            "BatchDeleteImage",
            "CompleteLayerUpload",
            "DeleteRepository",
            "DeleteRepositoryPolicy",
            "DescribeImageTags",
            "DescribeImages",
            "DescribeRepositories",
            "GetRepositoryCatalogData",
            "GetRepositoryPolicy",
            "InitiateLayerUpload",
            "ListTagsForResource",
            "PutImage",
            "PutRepositoryCatalogData",
            "SetRepositoryPolicy",
            "TagResource",
            "UntagResource",
            "UploadLayerPart",
        ]
    ),
    frozenset(
        [
            "CreateRepository",
            "DescribeRegistries",
            "GetAuthorizationToken",
            "GetRegistryCatalogData",
            "PutRegistryCatalogData",
        ]
    ),
    "ecr-public:PutImage",
)

_TOKEN = "getauthorizationtoken"  # noqa: S105 - the name of an action
_TOKEN_FIX = {
    "ecr": "Grant it in an identity policy, on Resource '*'.",
    "ecr-public": "Grant it in an identity policy, with sts:GetServiceBearerToken, on Resource '*'.",
}


def check_action(action: object, *path: str | int, service: Service, of_repository: bool) -> list[Problem]:
    """Check an action of a statement; IAM compares actions without regard to case, and `*` and `?` are wildcards.

    Args:
        action: The action, such as `ecr:BatchGetImage` or `ecr:Get*`.
        *path: Where it is said.
        service: Whose action it has to be.
        of_repository: Whether it has to do something in a repository's policy.
    """
    if is_unresolved(action):
        return []
    prefix, _, name = str(action).partition(":")
    rule, fix = f"must have actions of {service.title} alone", f"Write it as in {service.example}."
    if prefix.lower() != service.prefix or not re.fullmatch(r"[A-Za-z*?]+", name):
        return [Problem(path, "policy-actions", rule, show(action), fix)]
    meant = _matching(service, name.lower())
    if not meant:
        rule, known = f"must have actions that {service.title} has", [f"{prefix}:{each}" for each in service.actions]
        return [Problem(path, "policy-actions", rule, show(action), nearest(str(action), sorted(known)) or fix)]
    if not of_repository or meant & service.of_repository:
        return []
    if name.lower() == _TOKEN:
        rule = f"must not grant {service.prefix}:GetAuthorizationToken, which does nothing in a repository policy"
        return [Problem(path, "policy-token-action", rule, "", _TOKEN_FIX[service.prefix])]
    rule = "must have actions that do something in a repository policy"
    fix = "Grant it in an identity policy, or in the policy of the registry."
    return [Problem(path, "policy-action-unused", rule, show(action), fix)]


def is_granted_by(action: str, actions: Iterable[str]) -> bool:
    """Tell whether an action is among those of a statement, which may be wildcards, or known at apply alone."""
    return any(is_unresolved(each) or _form(each.lower()).fullmatch(action.lower()) for each in actions)


@functools.cache
def _matching(service: Service, pattern: str) -> frozenset[str]:
    form = _form(pattern)
    return frozenset(each for each in service.actions if form.fullmatch(each.lower()))


@functools.cache
def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."))
