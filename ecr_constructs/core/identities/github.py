"""Repositories of GitHub whose jobs are trusted, and the subjects of their tokens.

Sources: https://docs.github.com/en/actions/reference/security/oidc (what a subject is; `:` in a name is `%3A` there),
https://docs.github.com/en/actions/concepts/security/openid-connect (subjects with the ids of owner and repository: of
repositories that were made, renamed or transferred since 2026-07-15) and
https://github.com/aws-actions/configure-aws-credentials#oidc-audience.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from ecr_constructs.core.identities.oidc import OidcProvider
from ecr_constructs.core.identities.refs import DEFAULT_BRANCHES, any_notices, check_names
from ecr_constructs.core.places import Place
from ecr_constructs.errors import Problem, show

__all__ = ["GITHUB_REPOSITORY", "GITHUB_URL", "GithubRepository", "check_github_repository", "github_provider"]

GITHUB_URL = "https://token.actions.githubusercontent.com"
"""The issuer of the tokens of jobs on github.com."""

# https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
# has the underscore of a managed user. A repository is called neither `.` nor `..`, and none ends in what
# GitHub keeps for itself: https://docs.github.com/en/repositories/creating-and-managing-repositories/repository-limits
GITHUB_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}/(?!\.{1,2}$|.*\.(git|wiki)$)[A-Za-z0-9._-]{1,100}")
"""The full name of a repository: `OWNER/NAME`."""

_ADDRESS = re.compile(r"(?:https?://|git@|ssh://git@)?(?:(?:www\.)?github\.com[/:])?([^/:@]+/[^/]+?)(?:\.git)?/?")


def github_provider(place: Place, audience: str | None = None, arn: str | None = None) -> OidcProvider:
    """Return GitHub's identity provider.

    Args:
        place: Where it is; the audience of China's partition is another one.
        audience: Whom tokens are for; default: what the action `configure-aws-credentials` asks for.
        arn: Its ARN, where it is not made or looked up.
    """
    return OidcProvider(service="GitHub", url=GITHUB_URL, audience=audience or f"sts.{place.dns_suffix}", arn=arn)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class GithubRepository:
    """A repository of GitHub, and which of its jobs a role trusts.

    Attributes:
        repository: Its full name, `OWNER/NAME`, as GitHub writes it.
        repository_id: Its id, and `owner_id` that of its owner: of what was made under the same name later, they are
            others. Default: any.
        owner_id: See there; `gh api repos/OWNER/NAME` shows both.
        branches: Branches, in whose names `*` stands for any characters; default: `main`, unless tags or environments
            are named.
        tags: Tags, alike.
        environments: Environments, alike. A job that names an environment has that in its token and no branch.
        pull_requests: Whether jobs of pull requests are trusted, whoever opened them; default False.
    """

    repository: str
    repository_id: int | None = None
    owner_id: int | None = None
    branches: Sequence[str] = ()
    tags: Sequence[str] = ()
    environments: Sequence[str] = ()
    pull_requests: bool = False

    @property
    def name(self) -> str:
        """What GitHub calls it."""
        return self.repository

    @property
    def subjects(self) -> list[str]:
        """The `sub` claims of its jobs, each in both forms: with names alone, and with ids."""
        owner, _, name = self.repository.partition("/")
        branches = self.branches or (() if self.tags or self.environments else DEFAULT_BRANCHES)
        contexts = [
            *(f"ref:refs/heads/{each}" for each in branches),
            *(f"ref:refs/tags/{each}" for each in self.tags),
            *(f"environment:{each.replace(':', '%3A')}" for each in self.environments),
            *(["pull_request"] if self.pull_requests else []),
        ]
        owner_id, repository_id = (each or "*" for each in (self.owner_id, self.repository_id))
        of_repository = (f"{owner}/{name}", f"{owner}@{owner_id}/{name}@{repository_id}")
        return [f"repo:{each}:{context}" for each in of_repository for context in contexts]

    def problems(self) -> list[Problem]:
        """Return every rule that it breaks."""
        problems = check_github_repository(self.repository, "repository")
        ids = {"repository_id": self.repository_id, "owner_id": self.owner_id}
        if len({each is None for each in ids.values()}) > 1:
            missing = next(key for key, value in ids.items() if value is None)
            fix = f"`gh api repos/{self.repository}` shows both: id, and owner.id."
            problems.append(Problem((missing,), "github-ids", "must be given with the other id", "none", fix))
        problems += [
            Problem((key,), "github-ids", "must be 1 or more", show(value), "Write it as `gh api` shows it.")
            for key, value in ids.items()
            if value is not None and value < 1
        ]
        return [*problems, *check_names(self.branches, self.tags, self.environments)]

    def notices(self) -> list[Problem]:
        """Return what has to be seen: whom it trusts by a name alone, and whoever may make the role their own."""
        name = self.repository
        notices = []
        if self.repository_id is None:
            rule = f"trusts {name} by its name alone: whoever has the name later, if it is given up, gets the role"
            fix = f"Give both ids, which `gh api repos/{name} --jq '.owner.id, .id'` shows."
            notices.append(Problem((), "github-by-name", rule, fix=fix, severity="warning"))
        notices += any_notices(name, branches=self.branches, tags=self.tags, environments=self.environments)
        if self.pull_requests:
            rule = f"trusts pull requests of {name}: whoever may push a branch gets the role before any review"
            fix = "Give them a role that may pull alone."
            notices.append(Problem(("pull_requests",), "github-pull-requests", rule, fix=fix, severity="warning"))
        return notices


def check_github_repository(name: str, *path: str | int) -> list[Problem]:
    """Check the full name of a repository of GitHub."""
    if GITHUB_REPOSITORY.fullmatch(name):
        return []
    rule, fix = "must be the name of a repository on GitHub, with its owner", "Write it as in acme/web, without '*'."
    address = _ADDRESS.fullmatch(name)
    if address and GITHUB_REPOSITORY.fullmatch(address[1]):
        fix = f"Write {address[1]}."
    return [Problem(path, "github-repository", rule, show(name), fix)]
