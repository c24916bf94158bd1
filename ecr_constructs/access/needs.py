"""What the other side of a grant still needs: identity policies of accounts and identities that are not made here."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from ecr_constructs.access.decided import Access
from ecr_constructs.access.matrix import RepositoryAccess
from ecr_constructs.access.sites import Site
from ecr_constructs.access.told import as_said, policy_text, principal_of
from ecr_constructs.core.evaluation.abilities import Ability
from ecr_constructs.core.evaluation.evaluate import Decision
from ecr_constructs.core.evaluation.requesters import Requester
from ecr_constructs.core.evaluation.wildcards import SOME, matches
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.identities.permissions import token_statement
from ecr_constructs.core.principals import PrincipalKind

__all__ = ["Need", "is_needed", "needs_of"]

# Nobody can be told what to do of these.
_WITHOUT_POLICIES = frozenset({PrincipalKind.SERVICE, PrincipalKind.EVERYONE})
_TOKEN_FOR = (Ability.PULL, Ability.PUSH)
# What ECR does for an account, without anybody's identity policy.
_REPLICATING = "ecr:ReplicateImage"
_PUBLIC_TOKEN = ("ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken")


@dataclasses.dataclass(frozen=True, slots=True)
class Need:
    """What some need besides.

    Attributes:
        principals: Who; of an account and an organisation, whoever of it is to use the repositories.
        statements: Statements of an identity policy.
    """

    principals: tuple[str, ...]
    statements: tuple[PolicyStatement, ...]

    @property
    def whose(self) -> str:
        """Who they are, in words."""
        return ", ".join(self.principals)


def needs_of(repositories: Iterable[RepositoryAccess]) -> list[Need]:
    """Return what everyone needs besides, for all repositories together; those who need the same, together."""
    found: dict[str, dict[tuple[str, ...], list[str]]] = {}
    tokens: dict[str, set[str]] = {}
    for each in repositories:
        for access in each.principals:
            who = principal_of(access)
            if actions := _actions(access, each.site):
                arn = as_said(each.site.arn.replace(SOME, "*"))
                found.setdefault(who, {}).setdefault(actions, []).append(arn)
            if _needs_token(access):
                tokens.setdefault(who, set()).add("ecr-public" if each.site.kind == "public" else "ecr")
    needs: dict[str, Need] = {}
    for who in {**found, **tokens}:
        statements = _statements(found.get(who, {}), tokens.get(who, set()))
        text = policy_text(statements)
        known = needs.get(text)
        needs[text] = Need((*(known.principals if known else ()), who), tuple(statements))
    return list(needs.values())


def is_needed(access: Access, site: Site) -> tuple[str, ...]:
    """Return what somebody needs besides, each in words."""
    texts = []
    if _actions(access, site):
        many = access.requester.is_many
        texts.append("identity policies of the account that allow it" if many else "an identity policy that allows it")
    if _needs_token(access):
        texts.append("ecr:GetAuthorizationToken on *" if site.kind != "public" else f"{', '.join(_PUBLIC_TOKEN)} on *")
    return tuple(texts)


def _actions(access: Access, site: Site) -> tuple[str, ...]:
    """Return the actions that an identity policy of the other side has to allow: those that this side does."""
    requester = access.requester
    is_known = access.holder is not None and access.holder.is_whole
    if is_known or requester.kind in _WITHOUT_POLICIES or requester.account_id == site.account_id:
        return ()
    granted = {
        action
        for decision in access.decisions.values()
        for clause in (decision.because if _counts(decision, requester) else ())
        if clause.allows and clause.principals is not None and _REPLICATING not in clause.actions
        for action in clause.actions
    }
    return tuple(each for each in sorted(granted) if not any(_covers(other, each) for other in granted))


def _counts(decision: Decision, requester: Requester) -> bool:
    """Whether what was decided is for the other side to use; what is not sure of an account is sure of another one."""
    return decision.truth is True or decision.is_partly or (decision.truth is None and not requester.is_many)


def _covers(pattern: str, action: str) -> bool:
    return pattern != action and matches(pattern, action, ignore_case=True) is True


def _needs_token(access: Access) -> bool:
    """Whether somebody who gets in by a repository's policy has to log in besides.

    Whoever gets in by a policy that is made here has all that this is meant for.
    """
    if access.requester.kind in _WITHOUT_POLICIES or (access.holder is not None and access.holder.has_token):
        return False
    decisions = (access.decisions[ability] for ability in _TOKEN_FOR)
    deciding = [each.because for each in decisions if _counts(each, access.requester)]
    by_own = any(clause.principals is None for clauses in deciding for clause in clauses)
    return not by_own and any(_REPLICATING not in clause.actions for clauses in deciding for clause in clauses)


def _statements(actions: dict[tuple[str, ...], list[str]], tokens: set[str]) -> list[PolicyStatement]:
    groups = sorted(actions.items())
    statements = [
        PolicyStatement(
            sid="Repositories" if len(groups) == 1 else f"Repositories{number}",
            actions=said,
            resources=tuple(sorted(set(arns))),
        )
        for number, (said, arns) in enumerate(groups, start=1)
    ]
    if "ecr" in tokens:
        statements.insert(0, token_statement())
    if "ecr-public" in tokens:
        statements.insert(0, PolicyStatement(sid="PublicToken", actions=_PUBLIC_TOKEN, resources=("*",)))
    return statements
