"""What was decided of somebody and a repository."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from ecr_constructs.access.askers import source_of
from ecr_constructs.access.holders import Holder
from ecr_constructs.access.sites import Site
from ecr_constructs.core.access.statements import ANY_ORGANIZATION_ID
from ecr_constructs.core.conditions import protect
from ecr_constructs.core.evaluation.abilities import ABILITIES, PUBLIC_ABILITIES, Ability, decide_ability
from ecr_constructs.core.evaluation.clauses import Clause
from ecr_constructs.core.evaluation.evaluate import Answer, Decision, Policies, Request, decide
from ecr_constructs.core.evaluation.requesters import Requester, names_one
from ecr_constructs.core.evaluation.wildcards import is_pattern, matches_exactly
from ecr_constructs.core.principals import PrincipalKind

__all__ = ["Access", "access_of"]

_EVERYONE_PULLS = Clause(policy="public repository", sid="Everyone pulls", principals=(("AWS", "*"),))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Access:
    """What somebody may do with a repository.

    Attributes:
        requester: Who.
        sources: On whose behalf, where that is a service.
        holder: The role or policy, where it is made here.
        decisions: What was decided of each ability.
        wide: Whether it gets in by a wildcard, an organisation or a whole account.
        besides: Statements that let it do what is part of no ability, where it has none, each with what that is.
    """

    requester: Requester
    sources: tuple[str, ...] = ()
    holder: Holder | None = None
    decisions: Mapping[Ability, Decision]
    wide: bool
    besides: tuple[tuple[Clause, tuple[str, ...]], ...] = ()

    def answer(self, ability: Ability) -> Answer:
        """Return whether it may."""
        return self.decisions[ability].answer

    @property
    def is_let_in(self) -> bool:
        """Whether it may, or might, do anything."""
        return any(each.truth is not False for each in self.decisions.values())


def _decide_all(site: Site, requester: Requester, policies: Policies) -> dict[Ability, Decision]:
    """Return what somebody may do with a repository.

    Args:
        site: The repository.
        requester: Who asks.
        policies: The policies of who asks.
    """
    of_site = site.policies
    if requester.account_id == site.account_id:
        of_site = dataclasses.replace(of_site, clauses=tuple(map(_within_organization, of_site.clauses)))

    def decide_action(action: str) -> Decision:
        request = Request(requester=requester, action=action, resource=site.arn, account_id=site.account_id)
        return decide(request, of_site, policies)

    public = site.kind == "public"
    decisions = {Ability.PULL: Decision(truth=True, because=(_EVERYONE_PULLS,))} if public else {}
    needed = PUBLIC_ABILITIES if public else ABILITIES
    return decisions | {ability: decide_ability(each, decide_action) for ability, each in needed.items()}


def _within_organization(clause: Clause) -> Clause:
    """Return a statement without the condition on the account's own organisation, in which the account is."""
    said = clause.conditions.get("StringEquals", {}).get("aws:PrincipalOrgID", ())
    if ANY_ORGANIZATION_ID not in ((said,) if isinstance(said, str) else said) or len(clause.conditions) != 1:
        return clause
    return dataclasses.replace(clause, conditions={})


def access_of(site: Site, requester: Requester, policies: Policies, holder: Holder | None = None) -> Access:
    """Return what somebody may do with a repository, and how it gets in.

    Args:
        site: The repository.
        requester: Who asks.
        policies: The policies of who asks.
        holder: The role or policy, where it is made here.
    """
    decisions = _decide_all(site, requester, policies)
    source = source_of(requester)
    nothing = all(each.truth is False for each in decisions.values())
    return Access(
        requester=requester,
        sources=(source,) if source else (),
        holder=holder,
        decisions=decisions,
        wide=_gets_in_wide(decisions, requester, site),
        besides=tuple(_besides(site, requester)) if nothing else (),
    )


def _besides(site: Site, requester: Requester) -> Iterator[tuple[Clause, tuple[str, ...]]]:
    """Return the statements of a repository's policies that let somebody do anything, each with what that is."""
    within = requester.account_id == site.account_id
    if within and requester.is_many:
        return
    # What this side grants is to be seen, whatever the other one says.
    other_side = Policies() if within else Policies(others="its own policies")
    denying = tuple(each for each in site.policies.clauses if not each.allows)
    for clause in site.policies.clauses:
        of_site = Policies((clause, *denying) if clause.allows else ())
        requests = {
            action: Request(requester=requester, action=action, resource=site.arn, account_id=site.account_id)
            for action in clause.actions
        }
        if actions := tuple(
            action for action, each in requests.items() if decide(each, of_site, other_side).truth is not False
        ):
            yield clause, actions


def _gets_in_wide(decisions: Mapping[Ability, Decision], requester: Requester, site: Site) -> bool:
    """Whether somebody does anything by a wildcard, an organisation or a whole account alone.

    Reading counts where that is all that one may: it comes with much that is meant for others.
    """
    sure = any(each.truth is True for each in decisions.values())
    found = {
        ability: each
        for ability, each in decisions.items()
        if each.because and (each.truth is True or (each.truth is None and not sure))
    }
    if requester.is_many:
        return bool(found)
    return any(
        not _is_narrow(each, requester, site)
        for ability, each in found.items()
        if ability is not Ability.READ or len(found) == 1
    )


def _is_narrow(decision: Decision, requester: Requester, site: Site) -> bool:
    """Whether statements that are about nobody else let somebody in: of either side, or across accounts of both."""
    sides: dict[bool, bool] = {}
    for clause in decision.because:
        if clause.allows:
            of_identity = clause.principals is None
            sides[of_identity] = sides.get(of_identity, False) or not _is_wide(clause, requester, site)
    within = requester.account_id == site.account_id
    return any(sides.values()) if within else all(sides.values())


def _is_wide(clause: Clause, requester: Requester, site: Site) -> bool:
    """Whether a statement lets in more than those whom it names one by one, or on more than it names."""
    if clause.principals is None:
        return clause.other_resources or not any(
            matches_exactly(each, site.arn) is not False for each in clause.resources if not is_pattern(each)
        )
    if requester.kind is PrincipalKind.SERVICE:
        return not protect(clause.conditions)
    return not any(names_one(each, requester) for each in clause.principals)
