"""The role of Argo CD Image Updater, which looks for new images and changes what is deployed.

Sources: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html,
https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html and
https://argocd-image-updater.readthedocs.io/en/stable/basics/authentication/.
"""

from __future__ import annotations

import dataclasses
import re

from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.identities.arguments import check_boundary, check_repositories
from ecr_constructs.core.identities.identity import Identity, check_identity, check_role_name
from ecr_constructs.core.identities.permissions import on_repositories, token_statement
from ecr_constructs.core.places import Place, known_partition
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "CLUSTER_NAME",
    "DEFAULT_NAMESPACE",
    "DEFAULT_SERVICE_ACCOUNT",
    "KUBERNETES_NAME",
    "KUBERNETES_NAMESPACE",
    "OIDC_PROVIDER",
    "UPDATER_ACTIONS",
    "ImageUpdater",
]

UPDATER_ACTIONS = ("ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer", "ecr:ListImages")
"""What it does with a repository: it lists tags, and reads manifests and the configurations of images."""

DEFAULT_NAMESPACE, DEFAULT_SERVICE_ACCOUNT = "argocd", "argocd-image-updater"

# https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
CLUSTER_NAME = re.compile(r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}")
# https://kubernetes.io/docs/concepts/overview/working-with-objects/names/: a DNS label, and a DNS subdomain.
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
KUBERNETES_NAMESPACE = re.compile(_LABEL)
KUBERNETES_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*")
_HOST = r"[A-Za-z0-9.-]+(/[A-Za-z0-9._/-]+)?"
_PROVIDER_ARN = re.compile(rf"arn:(aws[a-z-]*):iam::([0-9]{{12}}):oidc-provider/({_HOST})")
_ISSUER = re.compile(rf"https://({_HOST})")
OIDC_PROVIDER = re.compile(rf"{_PROVIDER_ARN.pattern}|{_ISSUER.pattern}")
"""The ARN of an OIDC provider, or the URL of the issuer that it is named after."""

_ONE_OF = "Name the cluster for EKS Pod Identity, or the OIDC provider of the cluster for IRSA."


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ImageUpdater:
    """The role of Image Updater; see `ImageUpdaterRole` for what each argument means.

    Attributes:
        role_name: Its name.
        repositories: ARNs of the repositories.
        cluster_name: The cluster, for EKS Pod Identity.
        oidc_provider: ARN of the cluster's OIDC provider or its issuer's URL, for IRSA.
        issuer: Issuer without `https://`, where the provider's ARN is not known yet.
        namespace: Namespace of the service account.
        service_account: The service account.
        permissions_boundary: ARN of the policy that bounds the role.
    """

    role_name: str
    repositories: tuple[str, ...] = ()
    cluster_name: str | None = None
    oidc_provider: str | None = None
    issuer: str | None = None
    namespace: str = DEFAULT_NAMESPACE
    service_account: str = DEFAULT_SERVICE_ACCOUNT
    permissions_boundary: str | None = None

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that the role breaks."""
        problems = [
            *check_role_name(self.role_name, "role_name"),
            *check_repositories(self.repositories, place, "repositories"),
            *check_boundary(self.permissions_boundary, place, "permissions_boundary"),
            *self._check_names(),
            *self._check_provider(place),
        ]
        if (self.cluster_name is None) == (self.oidc_provider is None):
            got = "neither" if self.cluster_name is None else "both"
            rule = "must be said by one of cluster_name and oidc_provider"
            problems.append(Problem((), "identity-updater", rule, got, _ONE_OF))
        if problems:
            return problems
        (identity,) = self.identities(place)
        return check_identity(identity, "repositories")

    def identities(self, place: Place) -> list[Identity]:
        """Return the role."""
        statements = [token_statement(), *on_repositories("ReadImages", UPDATER_ACTIONS, self.repositories)]
        return [Identity(name=self.role_name, trust=(self._trust(place),), statements=tuple(statements))]

    def _trust(self, place: Place) -> PolicyStatement:
        if self.oidc_provider is not None:
            arn, issuer = self._provider(place)
            account = f"system:serviceaccount:{self.namespace}:{self.service_account}"
            return PolicyStatement(
                sid="ServiceAccount",
                actions=("sts:AssumeRoleWithWebIdentity",),
                federated_principals=(arn,),
                conditions={"StringEquals": {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": account}},
            )
        cluster = f"arn:{place.partition}:eks:{place.region}:{place.account_id}:cluster/{self.cluster_name}"
        # The tags that EKS Pod Identity gives to each session; the ARN holds the account.
        tags = {
            "eks-cluster-arn": cluster,
            "kubernetes-namespace": self.namespace,
            "kubernetes-service-account": self.service_account,
        }
        return PolicyStatement(
            sid="PodIdentity",
            actions=("sts:AssumeRole", "sts:TagSession"),
            service_principals=("pods.eks.amazonaws.com",),
            conditions={"StringEquals": {f"aws:RequestTag/{key}": value for key, value in tags.items()}},
        )

    def _provider(self, place: Place) -> tuple[str, str]:
        """Return the ARN of the provider, and its issuer without `https://`."""
        said = self.oidc_provider or ""
        if match := _PROVIDER_ARN.fullmatch(said):
            return said, self.issuer or match[3]
        if match := _ISSUER.fullmatch(said):
            arn = f"arn:{place.partition}:iam::{place.account_id}:oidc-provider/{match[1].rstrip('/')}"
            return arn, match[1].rstrip("/")
        return said, self.issuer or said

    def _check_names(self) -> list[Problem]:
        return [
            Problem((name,), "identity-updater", f"must be {what}", show(value), fix)
            for name, value, form, what, fix in (
                (
                    "cluster_name",
                    self.cluster_name,
                    CLUSTER_NAME,
                    "the name of an EKS cluster",
                    "Use up to 100 letters, digits, '_' and '-'.",
                ),
                (
                    "namespace",
                    self.namespace,
                    KUBERNETES_NAMESPACE,
                    "the name of a Kubernetes namespace",
                    "Use up to 63 lowercase letters, digits and '-'.",
                ),
                (
                    "service_account",
                    self.service_account,
                    KUBERNETES_NAME,
                    "the name of a service account",
                    "Use up to 253 lowercase letters, digits, '-' and '.'.",
                ),
            )
            if value is not None and not is_unresolved(value) and not form.fullmatch(value)
        ]

    def _check_provider(self, place: Place) -> list[Problem]:
        said, path = self.oidc_provider, ("oidc_provider",)
        if said is None or is_unresolved(said) or _ISSUER.fullmatch(said):
            return []
        match = _PROVIDER_ARN.fullmatch(said)
        if match is None:
            rule, fix = (
                "must be the ARN of an OIDC provider, or the URL of its issuer",
                "Write what `aws eks describe-cluster --name CLUSTER --query cluster.identity.oidc.issuer` shows.",
            )
            return [Problem(path, "identity-updater", rule, show(said), fix)]
        for what, its, own in (
            ("partition", match[1], known_partition(place)),
            ("account", match[2], place.known_account_id),
        ):
            if own not in (None, its):
                rule, fix = f"must be a provider of the role's own {what} {own}", "Make the role where the cluster is."
                return [Problem(path, "identity-updater", rule, show(said), fix)]
        return []
