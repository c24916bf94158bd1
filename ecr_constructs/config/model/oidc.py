"""The keys of an environment file about jobs of GitHub Actions and GitLab CI, which get roles by OIDC."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from ecr_constructs.config.model.fields import WHOLE, Items, LogicalName, Model, Text, checked, form
from ecr_constructs.core.identities.arguments import POLICY_ARN
from ecr_constructs.core.identities.github import GITHUB_REPOSITORY, check_github_repository
from ecr_constructs.core.identities.gitlab import GITLAB_PROJECT, GITLAB_URL, check_gitlab_project
from ecr_constructs.core.identities.identity import NAME
from ecr_constructs.core.identities.oidc import (
    AUDIENCE,
    LONGEST_URL,
    PROVIDER_URL,
    check_audience,
    check_provider_url,
)
from ecr_constructs.core.identities.oidc_role import DEFAULT_SESSION, SESSIONS
from ecr_constructs.core.identities.refs import ENVIRONMENT, REF, check_environment, check_ref

__all__ = ["GithubRepoOptions", "GitlabProjectOptions", "OidcSettings"]

_Repo = Annotated[str, checked(check_github_repository, GITHUB_REPOSITORY)]
_Project = Annotated[str, checked(check_gitlab_project, GITLAB_PROJECT)]
_Ref = Annotated[str, checked(check_ref, REF)]
_Environment = Annotated[str, checked(check_environment, ENVIRONMENT)]
_Id = Annotated[int, Field(ge=1), WHOLE]
_Names = Annotated[Items[LogicalName], form(uniqueItems=True)]
_Provider = Literal["made", "existing"]
_Roles = Literal["per_repository", "one"]


def _together(*keys: str) -> dict[str, Any]:
    """Return what a schema says of keys that are given together or not at all."""
    given = [{"required": [key], "properties": {key: {"not": {"type": "null"}}}} for key in keys]
    return {"oneOf": [{"allOf": given}, {"not": {"anyOf": given}}]}


class _CodeOptions(Model):
    """What is said of a repository of code, whatever the service."""

    branches: Items[_Ref] = Field(
        default=(),
        description="Branches whose jobs get the role; * stands for any characters. Default: main, unless anything "
        "else is named.",
    )
    tags: Items[_Ref] = Field(default=(), description="Tags of the code whose jobs get the role; * as there.")
    push: _Names | None = Field(
        default=None,
        description="Logical names of the repositories to push to and to pull from. Default: all that are made here.",
    )
    pull: _Names | None = Field(
        default=None,
        description="Those to pull from alone. Default: with cross_account and no push, all that are made elsewhere; "
        "else none.",
    )
    deploy: bool = Field(default=False, description="Let jobs put the event that deploys, and no other one.")
    role_name: Annotated[Text, form(NAME, maxLength=64)] | None = Field(
        default=None, description="Name of the role. Default: made of project, env and the repository's name."
    )
    max_session_duration: Annotated[int, Field(ge=SESSIONS[0], le=SESSIONS[-1]), WHOLE] = Field(
        default=DEFAULT_SESSION, description="Seconds that a job's credentials may last, at most 43200."
    )


class GithubRepoOptions(_CodeOptions, title="repository on GitHub", json_schema_extra=_together("id", "owner_id")):
    """A repository on GitHub, and what its jobs may do."""

    example: ClassVar[Mapping[str, object]] = {"repo": "acme/web"}

    repo: _Repo = Field(description="Its name with its owner, as GitHub writes it: acme/web.")
    id: _Id | None = Field(
        default=None,
        description="Its id, with that of its owner, as `gh api repos/acme/web` shows them: another repository of the "
        "same name is not trusted.",
    )
    owner_id: _Id | None = Field(default=None, description="The id of its owner.")
    environments: Items[_Environment] = Field(
        default=(),
        description="Environments of GitHub whose jobs get the role; * stands for any characters.",
    )
    pull_requests: bool = Field(default=False, description="Let jobs of pull requests have the role too.")


class GitlabProjectOptions(_CodeOptions, title="project on GitLab"):
    """A project on GitLab, and what its jobs may do."""

    example: ClassVar[Mapping[str, object]] = {"project": "acme/tools/web"}

    project: _Project = Field(description="Its path with its groups, as GitLab writes it: acme/tools/web.")


def _bare_repo(value: object) -> object:
    return {"repo": value} if isinstance(value, str) else value


def _bare_project(value: object) -> object:
    return {"project": value} if isinstance(value, str) else value


_GithubRepo = Annotated[
    GithubRepoOptions, BeforeValidator(_bare_repo, json_schema_input_type=_Repo | GithubRepoOptions)
]
_GitlabProject = Annotated[
    GitlabProjectOptions, BeforeValidator(_bare_project, json_schema_input_type=_Project | GitlabProjectOptions)
]


class OidcSettings(Model, title="jobs of CI services"):
    """The keys about GitHub Actions and GitLab CI."""

    github_repos: Items[_GithubRepo] = Field(
        default=(), description="Repositories on GitHub whose jobs push images: names, or their options."
    )
    github_roles: _Roles = Field(
        default="per_repository", description="Make a role for each of them, or one for all: per_repository or one."
    )
    github_oidc_provider: _Provider = Field(
        default="made",
        description="Make the identity provider of GitHub, or find it where the account has it: made or existing.",
    )
    gitlab_projects: Items[_GitlabProject] = Field(
        default=(), description="Projects on GitLab whose jobs push images: paths, or their options."
    )
    gitlab_roles: _Roles = Field(default="per_repository", description="As github_roles.")
    gitlab_oidc_provider: _Provider = Field(default="made", description="As github_oidc_provider.")
    gitlab_url: Annotated[str, checked(check_provider_url, PROVIDER_URL, maxLength=LONGEST_URL)] = Field(
        default=GITLAB_URL, description="Address of the instance of GitLab."
    )
    gitlab_audience: Annotated[str, checked(check_audience, AUDIENCE)] | None = Field(
        default=None, description="What jobs ask for by aud of id_tokens. Default: that address."
    )
    ci_permissions_boundary: Annotated[Text, form(POLICY_ARN)] | None = Field(
        default=None, description="ARN of the policy that bounds the roles of GitHub and GitLab. Default: none."
    )
