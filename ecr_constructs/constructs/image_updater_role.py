"""The role of Argo CD Image Updater in an EKS cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import Construct, Fn, TerraformProvider
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.identities import identity_of, make_role
from ecr_constructs.constructs.base.identity_arguments import arns_of
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.core.identities.image_updater import DEFAULT_NAMESPACE, DEFAULT_SERVICE_ACCOUNT, ImageUpdater
from ecr_constructs.core.tokens import is_unresolved

__all__ = ["ImageUpdaterRole"]


@checks_arguments
class ImageUpdaterRole(PlacedConstruct):
    """The role by which Argo CD Image Updater looks for new images in repositories.

    It logs in, lists and describes images, and reads their manifests; it cannot push. The pod gets it by EKS Pod
    Identity (`cluster_name`), which an association ties to its service account, or by an OIDC provider
    (`oidc_provider`, "IRSA"), which an annotation of the service account does. Pods run images by the role of their
    node, whatever role they have themselves: see `NodePullPolicy`.

    Example:
        >>> ImageUpdaterRole(self, "Updater", role_name="image-updater", repositories=[web], cluster_name="tools")

    Attributes:
        role_arn: ARN of the role.
        role: The `aws_iam_role` itself.
        role_policy: Its `aws_iam_role_policy`, for what must not start before the role may do anything: `depends_on`.
        association: The `aws_eks_pod_identity_association`, or None.
    """

    role: aws.IamRole
    role_policy: aws.IamRolePolicy

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        role_name: str,
        repositories: Sequence[RepositoryBase | str],
        cluster_name: str | None = None,
        oidc_provider: str | None = None,
        namespace: str = DEFAULT_NAMESPACE,
        service_account: str = DEFAULT_SERVICE_ACCOUNT,
        permissions_boundary: str | None = None,
        tags: Mapping[str, str] | None = None,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Make the role.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            role_name: Name of the role, 1 to 64 letters, digits and `+=,.@_-`.
            repositories: The repositories, or their ARNs; at least one.
            cluster_name: The EKS cluster, of the same account and region, whose Pod Identity gives the role to the
                pod. The cluster needs the add-on eks-pod-identity-agent
                (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html).
            oidc_provider: Instead of it: ARN of the cluster's OIDC provider in IAM, or the URL of its issuer
                (https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html).
            namespace: Namespace that Image Updater runs in; default `argocd`.
            service_account: Its service account; default `argocd-image-updater`. Image Updater 1.0 and newer call it
                `argocd-image-updater-controller`.
            permissions_boundary: ARN of the policy that bounds the role; default: none.
            tags: Tags of the role and the association.
            logical_id: Terraform name of the resources; default: CDKTF's names.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: AWS takes no such arguments, or the documents would be longer than IAM takes: 10,240
                characters for the policy and 2,048 for whom the role trusts
                (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). It names all of it.
        """
        super().__init__(scope, id)
        wanted = ImageUpdater(
            role_name=role_name,
            repositories=arns_of(repositories),
            cluster_name=cluster_name,
            oidc_provider=oidc_provider,
            issuer=None
            if oidc_provider is None or not is_unresolved(oidc_provider)
            else Fn.element(Fn.split(":oidc-provider/", oidc_provider), 1),
            namespace=namespace,
            service_account=service_account,
            permissions_boundary=permissions_boundary,
        )
        identity = identity_of(self, wanted, "role", role_name, tags=tags, logical_id=logical_id, provider=provider)
        self.role, self.role_policy = make_role(
            self,
            identity,
            description="Argo CD Image Updater looks for new images in ECR",
            permissions_boundary=permissions_boundary,
            tags=tags,
            logical_id=logical_id,
            provider=provider,
        )
        self.role_arn: str = self.role.arn
        self.association: aws.EksPodIdentityAssociation | None = None
        if cluster_name is not None:
            self.association = aws.EksPodIdentityAssociation(
                self,
                "Association",
                cluster_name=cluster_name,
                namespace=namespace,
                service_account=service_account,
                role_arn=self.role.arn,
                tags=dict(tags) if tags else None,
                provider=provider,
            )
            set_logical_id(self.association, logical_id)
