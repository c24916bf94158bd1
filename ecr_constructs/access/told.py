"""The words for what was decided."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from ecr_constructs.access.decided import Access
from ecr_constructs.access.sites import Site
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.access.statements import ANY_ORGANIZATION_ID, OWN_ORGANIZATION
from ecr_constructs.core.evaluation.abilities import Ability
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.places import KnownPlace

__all__ = [
    "OWN_ACCOUNTS",
    "WIDE",
    "as_said",
    "because_of",
    "conditions_of",
    "label_of",
    "policy_text",
    "principal_of",
    "reasons_of",
    "sources_of",
    "title_of",
    "who_of",
]

WIDE = "wide"
"""The mark of whoever gets in by a wildcard, an organisation or a whole account."""

OWN_ACCOUNTS = (
    "Whoever has identity policies that allow it may do the same in the repository's own account, unless a statement "
    "denies it."
)
"""What holds of every repository, and is said once."""

_UNKNOWN_ACCOUNT = KnownPlace("us-east-1").account_id
_ACCOUNT = "ACCOUNT_ID"


def as_said(text: str) -> str:
    """Return a text with words for what is known at plan alone: the own organisation, and an account."""
    return text.replace(ANY_ORGANIZATION_ID, OWN_ORGANIZATION).replace(_UNKNOWN_ACCOUNT, _ACCOUNT)


def title_of(environment: Environment) -> str:
    """Return an environment with its place."""
    settings = environment.settings
    return f"{environment.name}: {settings.account_id or 'any account'}, {settings.region}"


def label_of(site: Site) -> str:
    """Return a repository by its logical name, with what is special about it."""
    if site.kind == "public":
        return f"{site.logical_name} (public)"
    if site.kind == "pattern":
        return f"{site.logical_name} (made by ECR)"
    return site.logical_name


def policy_text(statements: Sequence[PolicyStatement]) -> str:
    """Return the policy of an identity as JSON, ready to copy."""
    document = {"Version": "2012-10-17", "Statement": [each.to_document() for each in statements]}
    return json.dumps(document, indent=2)


def principal_of(access: Access) -> str:
    """Return a principal as a policy or a file names it; a role by its name, where its account is not known."""
    holder = access.holder
    if holder is not None and (holder.what == "policy" or access.requester.account_id == _UNKNOWN_ACCOUNT):
        return holder.name
    return as_said(access.requester.text)


def who_of(access: Access, site: Site, names: Mapping[str, Sequence[str]]) -> str:
    """Return a principal as people know it.

    Args:
        access: What it may do.
        site: With which repository.
        names: The environments of each account.
    """
    holder, requester = access.holder, access.requester
    if holder is not None:
        elsewhere = "" if holder.environment is site.environment else f" ({holder.environment.name})"
        return f"{holder.what} {holder.name}{elsewhere}"
    if access.sources:
        return f"{requester.text} for {', '.join(sources_of(access, site))}"
    text = {"*": "everyone", OWN_ORGANIZATION: "own organisation"}.get(principal_of(access), principal_of(access))
    if requester.is_many and (known := names.get(str(requester.account_id))):
        return f"{text} ({', '.join(known)})"
    return text


def sources_of(access: Access, site: Site) -> Iterator[str]:
    """Return on whose behalf a service acts."""
    for each in access.sources:
        yield "the own account" if each == site.account_id else as_said(each)


def reasons_of(access: Access) -> list[str]:
    """Return the statements that decided, those of the repository's own policy by their sids alone; then conditions."""
    statements = (each.removesuffix(" (repository policy)") for each in because_of(access))
    return [*statements, *(f"if {each}" for each in conditions_of(access))]


def because_of(access: Access) -> tuple[str, ...]:
    """Return the statements that decided, each with the policy that it is of.

    Of somebody who has no ability, those that let it do anything else, with what that is.
    """
    besides = [f"{clause.name} allows {', '.join(actions)} alone" for clause, actions in access.besides]
    return tuple(
        dict.fromkeys([*(clause.name for each in access.decisions.values() for clause in each.because), *besides])
    )


def conditions_of(access: Access) -> tuple[str, ...]:
    """Return what it depends on, each with what depends on it."""
    found: dict[str, list[Ability]] = {}
    for ability, decision in access.decisions.items():
        for each in decision.conditions:
            found.setdefault(as_said(each), []).append(ability)
    return tuple(f"{', '.join(abilities)}: {text}" for text, abilities in found.items())
