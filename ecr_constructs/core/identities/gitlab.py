"""Projects of GitLab whose jobs are trusted, and the subjects of their tokens.

Sources: https://docs.gitlab.com/ci/secrets/id_token_authentication/ (what a token says),
https://docs.gitlab.com/ci/cloud_services/aws/ (the audience: the address of the instance) and
https://docs.gitlab.com/user/reserved_names/ (names of groups and projects). A subject names no environment.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from ecr_constructs.core.identities.oidc import OidcProvider
from ecr_constructs.core.identities.refs import DEFAULT_BRANCHES, any_notices, check_names
from ecr_constructs.errors import Problem, show

__all__ = ["GITLAB_PROJECT", "GITLAB_URL", "GitlabProject", "check_gitlab_project", "gitlab_provider"]

GITLAB_URL = "https://gitlab.com"
"""The issuer of the tokens of jobs on gitlab.com."""

# No path ends in .git or .atom: https://docs.gitlab.com/user/reserved_names
_PART = r"[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}"
GITLAB_PROJECT = re.compile(rf"(?!.*\.(git|atom)$){_PART}(/{_PART}){{1,20}}")
"""The path of a project, with its groups: `GROUP/PROJECT`."""

_ADDRESS = re.compile(r"(?:https?://[^/@]+/|(?:ssh://)?git@[^/:]+[/:])?([^:@]+?)(?:\.git)?/?")


def gitlab_provider(url: str = GITLAB_URL, audience: str | None = None, arn: str | None = None) -> OidcProvider:
    """Return the identity provider of an instance of GitLab.

    Args:
        url: Its address; default: gitlab.com.
        audience: Whom tokens are for, as jobs say by `aud` of `id_tokens`; default: the address.
        arn: Its ARN, where it is not made or looked up.
    """
    return OidcProvider(service="GitLab", url=url, audience=audience or url, arn=arn)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class GitlabProject:
    """A project of GitLab, and which of its jobs a role trusts.

    Attributes:
        project: Its path with its groups, `GROUP/PROJECT`, as GitLab writes it.
        branches: Branches, in whose names `*` stands for any characters; default: `main`, unless tags are named.
        tags: Tags, alike.
    """

    project: str
    branches: Sequence[str] = ()
    tags: Sequence[str] = ()

    @property
    def name(self) -> str:
        """What GitLab calls it."""
        return self.project

    @property
    def subjects(self) -> list[str]:
        """The `sub` claims of its jobs."""
        branches = self.branches or (() if self.tags else DEFAULT_BRANCHES)
        refs = [*(("branch", each) for each in branches), *(("tag", each) for each in self.tags)]
        return [f"project_path:{self.project}:ref_type:{kind}:ref:{ref}" for kind, ref in refs]

    def problems(self) -> list[Problem]:
        """Return every rule that it breaks."""
        return [*check_gitlab_project(self.project, "project"), *check_names(self.branches, self.tags)]

    def notices(self) -> list[Problem]:
        """Return what has to be seen: whoever may make the role their own."""
        return list(any_notices(self.project, branches=self.branches, tags=self.tags))


def check_gitlab_project(path_of_project: str, *path: str | int) -> list[Problem]:
    """Check the path of a project of GitLab."""
    if GITLAB_PROJECT.fullmatch(path_of_project):
        return []
    rule, fix = "must be the path of a project on GitLab, with its group", "Write it as in acme/web, without '*'."
    address = _ADDRESS.fullmatch(path_of_project)
    if address and GITLAB_PROJECT.fullmatch(address[1]):
        fix = f"Write {address[1]}."
    return [Problem(path, "gitlab-project", rule, show(path_of_project), fix)]
