"""The role by which jobs of GitLab CI push and pull images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecr_constructs._engine import aws
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.identity_arguments import arns_of
from ecr_constructs.constructs.base.oidc_role import make_oidc_role
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.registry import registry_of
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.core.events.deployments import (
    DEFAULT_DETAIL_TYPE,
    DEFAULT_SOURCE,
    put_deployment_event_statements,
)
from ecr_constructs.core.events.rules import DEFAULT_BUS
from ecr_constructs.core.identities.gitlab import GITLAB_URL, GitlabProject, gitlab_provider
from ecr_constructs.core.identities.oidc_role import DEFAULT_SESSION, OidcRole
from ecr_constructs.core.ssm import DEFAULT_PREFIX

__all__ = ["GitlabOidcRole"]


@checks_arguments
class GitlabOidcRole(PlacedConstruct):
    """A role that jobs of GitLab CI take on, without a key that anybody would have to keep.

    Which jobs, `GitlabProject` says: of the branch `main`, unless it names branches or tags. GitLab vouches for them by
    a token (OIDC), which a job asks for by `id_tokens`. An account has one identity provider for each instance of
    GitLab: the first role of a stack makes it, the others share it.

    Example:
        >>> GitlabOidcRole(self, "Ci", role_name="shop-ci", gitlab_projects=["acme/web"], repositories=[web])

    Attributes:
        role_arn: ARN of the role, for `aws sts assume-role-with-web-identity`.
        role: The `aws_iam_role` itself.
        oidc_provider_arn: ARN of the identity provider.
    """

    role: aws.IamRole
    oidc_provider_arn: str

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        role_name: str,
        gitlab_projects: Sequence[GitlabProject | str],
        repositories: Sequence[RepositoryBase | str] = (),
        pull_repositories: Sequence[RepositoryBase | str] = (),
        published_names: Sequence[str] = (),
        published_beside: Sequence[str] = (),
        prefix: str = DEFAULT_PREFIX,
        put_deployment_events: bool = False,
        event_bus_name: str = DEFAULT_BUS,
        event_source: str = DEFAULT_SOURCE,
        event_detail_type: str = DEFAULT_DETAIL_TYPE,
        gitlab_url: str = GITLAB_URL,
        find_oidc_provider: bool = False,
        oidc_provider_arn: str | None = None,
        audience: str | None = None,
        max_session_duration: int = DEFAULT_SESSION,
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
            gitlab_projects: The projects whose jobs take the role on: `GROUP/PROJECT` for jobs of the branch `main`, or
                a `GitlabProject`; at least one, each once.
            repositories: The repositories of images to push to and to pull from, or their ARNs; default: none.
            pull_repositories: Those to pull from alone, alike; default: none.
            published_names: Names by which they are published, as `SsmPublisher(name=...)` has them, to let their
                parameters be read; default: none.
            published_beside: Further names that are published there. Below the path of `team` may be that of
                `team/api`, which is not to be read with it; default: none.
            prefix: Path below which they are published; default `/ecr`.
            put_deployment_events: Whether the role may also put the event that deploys to production, and no other one;
                default False.
            event_bus_name: The event bus of that event, of the account and region; default `default`.
            event_source: Its source; default `action.production`.
            event_detail_type: Its detail type; default `DEPLOY`.
            gitlab_url: Address of the instance, which AWS has to reach; default `https://gitlab.com`.
            find_oidc_provider: Whether the account has the instance's identity provider already, so that it is looked
                up; default False: it is made, once in a stack.
            oidc_provider_arn: ARN of that provider, in place of both.
            audience: What jobs ask for by `aud` of `id_tokens`; default: the address of the instance, as GitLab's guide
                has it (https://docs.gitlab.com/ci/cloud_services/aws/).
            max_session_duration: Seconds that a session may last, 3,600 (default) to 43,200
                (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html).
            permissions_boundary: ARN of the policy that bounds the role; default: none.
            tags: Tags of the role.
            logical_id: Terraform name of the role; default: CDKTF's. That of the identity provider is made of the
                instance's address: `gitlab_D_com`.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: AWS takes no such arguments, or the documents would be longer than IAM takes: 10,240
                characters for the policy and 2,048 for whom the role trusts
                (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). It names all of it.
        """
        super().__init__(scope, id)
        registry = registry_of(self, provider)
        event = put_deployment_event_statements(
            registry, event_bus_name=event_bus_name, source=event_source, detail_type=event_detail_type
        )
        wanted = OidcRole(
            role_name=role_name,
            provider=gitlab_provider(gitlab_url, audience, oidc_provider_arn),
            sources=tuple(GitlabProject(project=each) if isinstance(each, str) else each for each in gitlab_projects),
            sources_name="gitlab_projects",
            repositories=arns_of(repositories),
            pull_repositories=arns_of(pull_repositories),
            published_names=tuple(published_names),
            published_beside=tuple(published_beside),
            prefix=prefix,
            more_statements=tuple(event) if put_deployment_events else (),
            max_session_duration=max_session_duration,
            permissions_boundary=permissions_boundary,
        )
        self.role, self.oidc_provider_arn = make_oidc_role(
            self,
            wanted,
            find_provider=find_oidc_provider,
            tags=tags,
            logical_id=logical_id,
            provider=provider,
        )
        self.role_arn: str = self.role.arn
