"""Both sides of a grant: the repository's policy, and that of a role or user which the app makes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from ecr_constructs.constructs.base.grantees import Grantee, names_of
from ecr_constructs.constructs.base.identity_policy import IdentityPolicy, identity_policy_of
from ecr_constructs.constructs.base.synthesis import at_synthesis, is_said, warn
from ecr_constructs.core.access.levels import ACTIONS, Level
from ecr_constructs.core.access.notices import other_side_notice
from ecr_constructs.core.access.statements import grant_services
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.principals import PrincipalKind, kind_of, principal_arn
from ecr_constructs.errors import Problem

if TYPE_CHECKING:
    from ecr_constructs.constructs.base.repository import RepositoryBase

__all__ = ["NamedElsewhere", "OtherSides", "grant"]


def grant(repository: RepositoryBase, principals: Sequence[Grantee], levels: Sequence[Level]) -> None:
    """Let principals do something with a repository, by its policy and, for those that the app makes, by theirs.

    Args:
        repository: The repository.
        principals: Who.
        levels: What they may do.

    Raises:
        InvalidInput: One of them is no principal, or a policy would break one of AWS's rules; nothing is written then.
    """
    rule = "must be an account id, an ARN or an object that has one, or a service"
    names, problems = names_of(principals, rule, "principals")
    repository._raise(problems)
    sides = OtherSides(repository, [(each, name, levels) for each, name in zip(principals, names, strict=True)])
    repository._raise(sides.problems())
    place, sid = repository._registry, "Grant" + "".join(level.capitalize() for level in levels)
    actions = tuple(sorted({action for level in levels for action in ACTIONS[level]}))
    services = [name for name in names if kind_of(name) is PrincipalKind.SERVICE]
    arns = tuple(principal_arn(name, place) for name in names if name not in services)
    statements = [PolicyStatement(sid=sid, actions=actions, principals=arns)] if arns else []
    if services:
        statements += grant_services(services, actions, source_account_ids=[place.account_id], sid=sid)
    repository._contribute_statements(statements, repository)
    sides.write()


class OtherSides:
    """What those who are granted something need besides the repository's policy."""

    def __init__(self, repository: RepositoryBase, grants: Iterable[tuple[Grantee, str, Collection[Level]]]) -> None:
        """Take what is granted to whom, and the name of each."""
        self._repository = repository
        self._made: dict[IdentityPolicy, tuple[str, set[Level]]] = {}
        self._named: list[tuple[str, Level]] = []
        for grantee, name, levels in grants:
            policy = identity_policy_of(grantee)
            if policy is None:
                self._named += [(name, level) for level in levels]
            else:
                self._made.setdefault(policy, (name, set()))[1].update(levels)

    def problems(self) -> list[Problem]:
        """Return what the policies of roles and users would break."""
        return [
            problem
            for policy, (_, levels) in self._made.items()
            for problem in policy.problems(self._repository, levels)
        ]

    def write(self) -> None:
        """Write the policies of those that the app makes; have it said at synthesis what the others need."""
        named = list(self._named)
        for policy, (name, levels) in self._made.items():
            if not policy.add(self._repository, levels):
                named += [(name, level) for level in levels]
        self._repository._elsewhere.add(named)


class NamedElsewhere:
    """Those who are granted something by a repository, and whose own policies are not made here."""

    def __init__(self, repository: RepositoryBase) -> None:
        """Begin with nobody."""
        self._repository = repository
        self._named: list[tuple[str, Level]] = []
        self._waits = False

    def add(self, named: Iterable[tuple[str, Level]]) -> None:
        """Have it pointed out at synthesis, once for all of them, what they need besides."""
        self._named += named
        notices = self._notices()
        if not self._waits and notices and not is_said(self._repository, notices[0]):
            self._waits = True
            at_synthesis(self._repository, self._point_out)

    def _point_out(self) -> None:
        for notice in self._notices():
            warn(self._repository, notice)

    def _notices(self) -> list[Problem]:
        return other_side_notice(self._named, self._repository._registry)
