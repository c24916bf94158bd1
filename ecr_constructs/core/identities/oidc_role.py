"""The role that jobs of a CI service take on: whose jobs it trusts, and what they may do with repositories."""

from __future__ import annotations

import dataclasses
from typing import Protocol

from ecr_constructs.core.access.levels import PULL_ACTIONS, PUSH_ACTIONS
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.identities.arguments import check_boundary, check_repositories
from ecr_constructs.core.identities.identity import Identity, check_identity, check_role_name
from ecr_constructs.core.identities.oidc import OidcProvider, trust_of
from ecr_constructs.core.identities.permissions import on_repositories, token_statement
from ecr_constructs.core.identities.ssm_read import check_published_names, parameter_arns
from ecr_constructs.core.places import Place
from ecr_constructs.core.ssm import DEFAULT_PREFIX
from ecr_constructs.errors import Problem, show

__all__ = ["DEFAULT_SESSION", "SESSIONS", "OidcRole", "TrustedSource"]

# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
SESSIONS = range(3_600, 43_201)
"""Seconds that a session may last, at least and at most."""

DEFAULT_SESSION = SESSIONS[0]

_PUSH_AND_PULL = tuple(sorted({*PUSH_ACTIONS, *PULL_ACTIONS}))


class TrustedSource(Protocol):
    """Where jobs come from: a repository of code."""

    @property
    def name(self) -> str:
        """What the service calls it."""

    @property
    def subjects(self) -> list[str]:
        """The `sub` claims of the jobs that are trusted; `*` stands for any characters."""

    def problems(self) -> list[Problem]:
        """Return every rule that it breaks."""

    def notices(self) -> list[Problem]:
        """Return what has to be seen of whom it trusts."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OidcRole:
    """A role that jobs of a CI service take on; see `GithubOidcRole` and `GitlabOidcRole` for each argument.

    Attributes:
        role_name: Its name.
        provider: Who vouches for the jobs.
        sources: Where the jobs come from.
        sources_name: What problems call the sources.
        repositories: ARNs of the repositories to push to and to pull from.
        pull_repositories: ARNs of those to pull from alone.
        published_names: Names by which repositories are published, whose parameters may be read.
        published_beside: Further names that are published, whose parameters may not.
        prefix: Path below which they are published.
        more_statements: What it may do besides.
        max_session_duration: Seconds that a session may last.
        permissions_boundary: ARN of the policy that bounds it.
    """

    role_name: str
    provider: OidcProvider
    sources: tuple[TrustedSource, ...]
    sources_name: str
    repositories: tuple[str, ...] = ()
    pull_repositories: tuple[str, ...] = ()
    published_names: tuple[str, ...] = ()
    published_beside: tuple[str, ...] = ()
    prefix: str = DEFAULT_PREFIX
    more_statements: tuple[PolicyStatement, ...] = ()
    max_session_duration: int = DEFAULT_SESSION
    permissions_boundary: str | None = None

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that the role breaks."""
        problems = [
            *check_role_name(self.role_name, "role_name"),
            *(problem.under("provider") for problem in self.provider.problems(place)),
            *self._check_sources(),
            *self._check_repositories(place),
            *check_published_names(self.published_names, self.prefix, "published_names"),
            *check_boundary(self.permissions_boundary, place, "permissions_boundary"),
        ]
        if self.max_session_duration not in SESSIONS:
            rule = f"must be {SESSIONS[0]:,} to {SESSIONS[-1]:,} seconds"
            got, fix = show(self.max_session_duration), "A job's credentials last no longer than that."
            problems.append(Problem(("max_session_duration",), "identity-session", rule, got, fix))
        if problems:
            return problems
        (identity,) = self.identities(place)
        return check_identity(identity, "repositories")

    def notices(self) -> list[Problem]:
        """Return what has to be seen of whom the role trusts."""
        return [
            notice.under(self.sources_name, index)
            for index, source in enumerate(self.sources)
            for notice in source.notices()
        ]

    def identities(self, place: Place, *, provider_arn: str | None = None) -> list[Identity]:
        """Return the role.

        Args:
            place: Where it is made.
            provider_arn: The identity provider as Terraform knows it; default: its ARN as text.
        """
        subjects = [subject for source in self.sources for subject in source.subjects]
        pushed = set(self.repositories)
        return [
            Identity(
                name=self.role_name,
                trust=trust_of(self.provider, provider_arn or self.provider.arn_at(place), subjects),
                statements=(
                    *([token_statement()] if self.repositories or self.pull_repositories else []),
                    *on_repositories("PushAndPull", _PUSH_AND_PULL, self.repositories),
                    *on_repositories(
                        "Pull", PULL_ACTIONS, [each for each in self.pull_repositories if each not in pushed]
                    ),
                    *self._reading(place),
                    *self.more_statements,
                ),
            )
        ]

    def _reading(self, place: Place) -> list[PolicyStatement]:
        """Return that it may read where the repositories are, so that no workflow need know it."""
        if not self.published_names:
            return []
        resources = tuple(parameter_arns(self.published_names, self.published_beside, self.prefix, place))
        actions = ("ssm:GetParameter", "ssm:GetParameters")
        return [PolicyStatement(sid="ReadParameters", actions=actions, resources=resources)]

    def _check_sources(self) -> list[Problem]:
        code = "oidc-source"
        if not self.sources:
            fix = "Name one, or leave the construct out."
            return [
                Problem((self.sources_name,), code, f"must trust a repository of {self.provider.service}", "none", fix)
            ]
        problems: list[Problem] = []
        first: dict[str, int] = {}
        for index, source in enumerate(self.sources):
            problems += [problem.under(self.sources_name, index) for problem in source.problems()]
            # Neither service tells two apart by case.
            if first.setdefault(source.name.casefold(), index) != index:
                fix = "Say all of it in one place."
                problems.append(
                    Problem(
                        (self.sources_name, index), "oidc-source-twice", "must be named once", show(source.name), fix
                    )
                )
        return problems

    def _check_repositories(self, place: Place) -> list[Problem]:
        if not self.repositories and not self.pull_repositories and not self.more_statements:
            fix = "Name some, or leave the construct out."
            rule = "must be about a repository to push to or to pull from"
            return [Problem(("repositories",), "identity-repositories", rule, "none", fix)]
        return [
            problem
            for key, arns in (("repositories", self.repositories), ("pull_repositories", self.pull_repositories))
            if arns
            for problem in check_repositories(arns, place, key)
        ]
