"""The roles and policies that environments make, with what they may do and who takes them on."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from ecr_constructs.access.sites import Site
from ecr_constructs.config.desired import templates_of, wanted_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.access.levels import TOKEN_ACTION
from ecr_constructs.core.evaluation.abilities import ABILITIES, PUBLIC_ABILITIES
from ecr_constructs.core.evaluation.clauses import Clause, clause_of, clauses_of_document
from ecr_constructs.core.evaluation.evaluate import Policies
from ecr_constructs.core.evaluation.operators import condition_texts
from ecr_constructs.core.evaluation.requesters import Requester, identity, someone
from ecr_constructs.core.evaluation.truth import Truth
from ecr_constructs.core.evaluation.wildcards import SOME, has_variables, is_pattern, matches
from ecr_constructs.core.identities.identity import Identity
from ecr_constructs.core.principals import PrincipalKind
from ecr_constructs.core.registry.policy import repositories_arn
from ecr_constructs.core.registry.templates import ROOT, CreationTemplate, role_policy, role_trust_policy

__all__ = ["OWN_POLICY", "Holder", "Holders"]

OWN_POLICY = "its own identity policy allows it"
"""What is not known of an identity that is not made here."""


@dataclasses.dataclass(frozen=True, eq=False)
class Holder:
    """A role, or whoever has a policy.

    Attributes:
        requester: Who asks.
        name: Its name.
        what: `role`, or `policy` where it is not said who has that.
        environment: The environment that makes it.
        policies: What it may do, as far as that is made here.
        is_whole: Whether it may do nothing else.
        assumed_by: Who may take the role on, each in a line.
    """

    requester: Requester
    name: str
    what: str
    environment: Environment
    policies: Policies
    is_whole: bool = True
    assumed_by: tuple[str, ...] = ()

    @property
    def has_token(self) -> bool:
        """Whether it may log in to a registry."""
        return any(
            clause.allows and not clause.conditions and matches(each, TOKEN_ACTION, ignore_case=True)
            for clause in self.policies.clauses
            if "*" in clause.resources
            for each in clause.actions
        )


class Holders:
    """The roles and policies of all environments of an app, found by what they may do something with."""

    def __init__(self, environments: Iterable[Environment]) -> None:
        self.all: list[Holder] = _holders_of(tuple(environments))
        self._by_arn = {each.requester.text: each for each in self.all if each.what == "role"}
        self._exact: dict[str, list[tuple[Holder, int]]] = {}
        self._patterns: list[tuple[str, Holder, int]] = []
        for holder in self.all:
            for index, clause in enumerate(holder.policies.clauses):
                for resource in clause.resources if _acts(clause) else ():
                    if clause.other_resources or has_variables(resource) or is_pattern(resource):
                        self._patterns.append((resource, holder, index))
                    else:
                        self._exact.setdefault(resource, []).append((holder, index))

    def of(self, requester: Requester) -> Holder | None:
        """Return the role that asks, by itself or in a session, where it is made or given a policy here."""
        text = requester.text
        if requester.kind is PrincipalKind.ASSUMED_ROLE:
            # A session's ARN has the role's name, without the path that no role made here has.
            text = text.replace(":sts:", ":iam:", 1).replace(":assumed-role/", ":role/", 1).rpartition("/")[0]
        return self._by_arn.get(text)

    def policies_of(self, requester: Requester) -> Policies:
        """Return what is known of the policies of somebody who asks."""
        holder = self.of(requester)
        policies = Policies() if holder is None else holder.policies
        return policies if holder is not None and holder.is_whole else dataclasses.replace(policies, others=OWN_POLICY)

    def acting_on(self, site: Site) -> list[tuple[Holder, tuple[tuple[int, Truth], ...]]]:
        """Return the roles and policies with statements about a repository, and which; elsewhere, its own alone.

        Accounts that are not known are not taken for one another.
        """
        found: dict[Holder, list[tuple[int, Truth]]] = {}
        about: list[tuple[Holder, int, Truth]] = [(*each, True) for each in self._exact.get(site.arn, ())]
        about += [
            (holder, index, truth)
            for resource, holder, index in self._patterns
            if (truth := None if _is_open(holder, index) or has_variables(resource) else matches(resource, site.arn))
            is not False
        ]
        alone = site.kind == "referred" or site.environment.settings.account_id is None
        for holder, index, truth in about:
            if not alone or holder.environment is site.environment:
                found.setdefault(holder, []).append((index, truth))
        return [(holder, tuple(said)) for holder, said in found.items()]


def _is_open(holder: Holder, index: int) -> bool:
    return holder.policies.clauses[index].other_resources


def _acts(clause: Clause) -> bool:
    """Whether a statement is about any of what is told of repositories."""
    return clause.other_actions or any(
        matches(pattern, action, ignore_case=True) for pattern in clause.actions for action in _ACTIONS
    )


_ACTIONS = frozenset(
    action
    for each in (*ABILITIES.values(), *PUBLIC_ABILITIES.values())
    for action in (*each.all_of, *each.any_of, *each.in_part)
)


def _holders_of(environments: Sequence[Environment]) -> list[Holder]:
    found: dict[tuple[str, str, str], Holder] = {}
    for environment in environments:
        account = environment.settings.account_id or environment.name
        for made in _identities(environment):
            for what, name in _holding(made):
                holder = _holder(made, name, what, environment)
                known = found.get((account, what, name))
                found[(account, what, name)] = holder if known is None else _together(known, holder)
    return [*found.values(), *(each for environment in environments for each in _of_templates(environment))]


def _of_templates(environment: Environment) -> Iterator[Holder]:
    """Return the roles that ECR takes on to make repositories; the provider makes up their names."""
    place = environment.place
    for wanted in templates_of(environment):
        template = wanted.value
        if isinstance(template, CreationTemplate) and template.create_role:
            name = template.role_name or f"of the creation template {template.prefix}"
            pattern = "*" if template.prefix == ROOT else f"{template.prefix}/*"
            keys = f"arn:{place.partition}:kms:{place.region}:{place.account_id}:key/*"
            policy = role_policy(template, repositories=repositories_arn(place, pattern), keys=keys)
            trust = clauses_of_document(role_trust_policy(place.account_id), "trust policy")
            yield Holder(
                requester=someone(name, place.account_id, place.partition),
                name=name,
                what="role",
                environment=environment,
                policies=Policies(tuple(clauses_of_document(policy, f"role {name}"))),
                assumed_by=tuple(text for clause in trust for text in _trusted(clause)),
            )


def _identities(environment: Environment) -> Iterator[tuple[Identity, str | None]]:
    """Return what is made of roles and policies, each with what bounds it."""
    for wanted in wanted_of(environment):
        identities = getattr(wanted.value, "identities", None)
        if callable(identities):
            for each in identities(environment.place):
                yield each, getattr(wanted.value, "permissions_boundary", None)


def _holding(made: tuple[Identity, str | None]) -> Iterator[tuple[str, str]]:
    """Return who has what an identity may do: itself if it is a role, else the roles that have the policy."""
    each, _ = made
    if each.trust:
        yield "role", each.name
    elif each.role_names:
        yield from (("role", name) for name in each.role_names)
    else:
        yield "policy", each.name


def _holder(made: tuple[Identity, str | None], name: str, what: str, environment: Environment) -> Holder:
    each, boundary = made
    place = environment.place
    policy = f"role {name}" if each.trust else f"policy {each.name}"
    bound = None if boundary is None else f"its permissions boundary {boundary} allows it"
    asking = someone(name, place.account_id, place.partition)
    if what == "role":
        arn = f"arn:{place.partition}:iam::{place.account_id}:role/"
        # A role that is made elsewhere, and named here, may have a path.
        asking = identity(arn + name, known={} if each.trust else {"aws:principalarn": (f"{arn}{SOME}{name}",)})
    return Holder(
        requester=asking,
        name=name,
        what=what,
        environment=environment,
        policies=Policies(tuple(clause_of(statement, policy) for statement in each.statements), bound=bound),
        # A role that only has the policy may have others.
        is_whole=bool(each.trust),
        assumed_by=tuple(
            dict.fromkeys(text for statement in each.trust for text in _trusted(clause_of(statement, policy)))
        ),
    )


def _together(one: Holder, other: Holder) -> Holder:
    """Return a role with what a policy lets it do besides."""
    clauses = (*one.policies.clauses, *other.policies.clauses)
    made = one if one.is_whole else other
    return dataclasses.replace(made, policies=dataclasses.replace(made.policies, clauses=clauses))


def _trusted(clause: Clause) -> Iterator[str]:
    conditions = " and ".join(condition_texts(clause.conditions))
    for _, text in clause.principals or ():
        yield f"{text} if {conditions}" if conditions else text
