"""What a CodeBuild project needs to build images and push them.

Sources: https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker.html,
https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html and, for `parameter-store` in a
buildspec, https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html.
"""

from __future__ import annotations

import dataclasses
import re

from ecr_constructs.core.access.levels import PULL_ACTIONS, PUSH_ACTIONS
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.identities.arguments import check_repositories, check_roles
from ecr_constructs.core.identities.identity import Identity, check_identity, check_policy_name
from ecr_constructs.core.identities.permissions import on_repositories, token_statement
from ecr_constructs.core.identities.ssm_read import check_published_names, parameter_arns
from ecr_constructs.core.places import Place
from ecr_constructs.core.ssm import DEFAULT_PREFIX
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["PROJECT_NAME", "CodeBuild"]

# https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html
PROJECT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,149}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CodeBuild:
    """A managed policy for the service roles of projects; see `CodeBuildPolicy` for what each argument means.

    Attributes:
        policy_name: Its name.
        repositories: ARNs of the repositories to push to.
        published_names: Names by which they are published, whose parameters may be read.
        published_beside: Further names that are published, whose parameters may not.
        prefix: Path below which they are published.
        project_names: Projects whose logs may be written.
        roles: Names of the roles that have it.
    """

    policy_name: str
    repositories: tuple[str, ...] = ()
    published_names: tuple[str, ...] = ()
    published_beside: tuple[str, ...] = ()
    prefix: str = DEFAULT_PREFIX
    project_names: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that the policy breaks."""
        problems = [
            *check_policy_name(self.policy_name, "policy_name"),
            *check_repositories(self.repositories, place, "repositories"),
            *check_published_names(self.published_names, self.prefix, "published_names"),
            *check_roles(self.roles, "roles"),
            *_check_projects(self.project_names),
        ]
        if problems:
            return problems
        (identity,) = self.identities(place)
        return check_identity(identity, "repositories")

    def identities(self, place: Place) -> list[Identity]:
        """Return the policy."""
        # Docker pulls what a build begins with, and layers that it has pushed before.
        actions = sorted({*PULL_ACTIONS, *PUSH_ACTIONS})
        statements = [token_statement(), *on_repositories("PushImages", actions, self.repositories)]
        if self.published_names:
            resources = parameter_arns(self.published_names, self.published_beside, self.prefix, place)
            statements.append(
                PolicyStatement(sid="ReadParameters", actions=("ssm:GetParameters",), resources=tuple(resources))
            )
        if self.project_names:
            groups = f"arn:{place.partition}:logs:{place.region}:{place.account_id}:log-group:/aws/codebuild"
            statements.append(
                PolicyStatement(
                    sid="WriteLogs",
                    actions=("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
                    resources=tuple(f"{groups}/{name}{end}" for name in self.project_names for end in ("", ":*")),
                )
            )
        return [Identity(name=self.policy_name, statements=tuple(statements), role_names=self.roles, managed=True)]


def _check_projects(names: tuple[str, ...]) -> list[Problem]:
    return [
        Problem(
            ("project_names", index),
            "identity-project",
            "must be the name of a CodeBuild project",
            show(name),
            "Use 2 to 150 letters, digits, '-' and '_', beginning with a letter or digit.",
        )
        for index, name in enumerate(names)
        if not is_unresolved(name) and not PROJECT_NAME.fullmatch(name)
    ]
