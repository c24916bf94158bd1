"""Policies and identity providers that a change destroys or replaces, and roles that they are taken away from.

Of the roles themselves, and of what anybody may do with repositories, it is told elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import IDENTITY_KEYS, SERVICES, Wanted, wanted_of
from ecr_constructs.config.desired.oidc import Service
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.identities.identity import HasIdentities, Identity
from ecr_constructs.core.identities.oidc import provider_address
from ecr_constructs.core.identities.oidc_role import OidcRole
from ecr_constructs.core.identities.ssm_read import SsmRead
from ecr_constructs.review.change import Change, Side
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import at, breaks, said_of

__all__ = ["judge_identities"]

_ATTACHED = "one that is attached to anything else by its ARN cannot be destroyed, and the apply fails"


def judge_identities(change: Change) -> Iterator[Finding]:
    """Yield which policies and identity providers others can rely on no more."""
    for pair in change.changed:
        if pair.before is not None and pair.after is not None:
            old, new = [*wanted_of(pair.before)], [*wanted_of(pair.after)]
            yield from _policies(pair.before, pair.after, _policies_of(pair.before, old), _policies_of(pair.after, new))
            gone = _providers_of(pair.before, old).items() - _providers_of(pair.after, new).items()
            for provider in sorted(gone):
                yield _gone(pair.before, pair.after, *provider, change.head)


_Policies = dict[str, tuple[Wanted, Identity]]


def _policies_of(environment: Environment, wanted: list[Wanted]) -> _Policies:
    """Return the policies that are made by themselves, by their keys."""
    found: _Policies = {}
    for each in wanted:
        if each.logical_id in IDENTITY_KEYS and isinstance(each.value, HasIdentities):
            (identity,) = each.value.identities(environment.place)
            if not identity.trust:
                found[each.logical_id] = each, identity
    return found


def _policies(before: Environment, after: Environment, old: _Policies, new: _Policies) -> Iterator[Finding]:
    for key, (wanted, policy) in old.items():
        roles = f"which {_listed(policy.role_names)} had" if policy.role_names else "which can be attached anywhere"
        if key not in new:
            what = f"the policy {policy.name} is destroyed, {roles}"
            fix = f"Keep {key} until nobody acts by it."
            yield breaks("policy-removed", after, said_of(before, after, key), what, fix, _ATTACHED)
            continue
        other, later = new[key]
        if policy.name != later.name:
            what = f"the policy {policy.name} is replaced by {later.name}, {roles}: its ARN changes"
            fix = f"Keep the name, or attach {later.name} wherever the other one is attached."
            yield breaks("policy-replaced", after, at(key), what, fix, _ATTACHED)
        elif _description(wanted) != _description(other):
            what = f"the policy {policy.name} is made again with another description, {roles}"
            yield breaks("policy-replaced", after, at(key), what, "Keep the description.", _ATTACHED)
        yield from _readers(after, key, (wanted, policy), (other, later))


def _readers(
    after: Environment, key: str, old: tuple[Wanted, Identity], new: tuple[Wanted, Identity]
) -> Iterator[Finding]:
    """Yield who can read parameters no more, which nothing else tells: they are no repositories."""
    before, later = old[0].value, new[0].value
    if not isinstance(before, SsmRead) or not isinstance(later, SsmRead):
        return
    roles = [name for name in old[1].role_names if name not in new[1].role_names]
    if roles:
        what = f"{_listed(roles)} cannot read by {new[1].name} any more what is published"
        yield breaks("parameters-unreadable", after, at(key, "roles"), what, "Keep the roles that read parameters.")
    published = [name for name, each in after.repositories.items() if each.ssm_path is not None]
    lost = [
        name
        for name in published
        if later.repositories is not None
        and name not in later.repositories
        and (before.repositories is None or name in before.repositories)
    ]
    if lost:
        what = f"is published, and cannot be read by the policy {new[1].name} any more"
        fix = "Keep it in repositories until nobody reads its parameters."
        yield breaks(
            "parameters-unreadable", after, at(key, "repositories"), what, fix, repositories=tuple(sorted(lost))
        )


def _description(wanted: Wanted) -> str:
    return wanted.value.description if isinstance(wanted.value, SsmRead) else ""


def _providers_of(environment: Environment, wanted: list[Wanted]) -> dict[str, tuple[str, str]]:
    """Return the identity providers that are made, where a role trusts one: Terraform's names and services by host."""
    making = {service.name for service in SERVICES if service.is_made(environment)}
    return {
        provider.host: (provider_address(provider), provider.service)
        for each in wanted
        if isinstance(each.value, OidcRole) and (provider := each.value.provider).service in making
    }


def _gone(before: Environment, after: Environment, host: str, named: tuple[str, str], head: Side) -> Finding:
    address, name = named
    (service,) = (each for each in SERVICES if each.name == name)
    keys = (f"{service.word}_oidc_provider", f"{service.word}_url", service.key)
    changed = [key for key in keys if getattr(before.settings, key, None) != getattr(after.settings, key, None)]
    others = [f"{each.name}: has roles that trust it" for each in _trusting(after, service, head)]
    what = f"the identity provider {host} is destroyed: no job of {name} can take on a role there"
    resource = f"aws_iam_openid_connect_provider.{address}"
    fix = f"Where it is to stay, take it out of the state before: `terraform state rm {resource}`."
    return breaks("oidc-provider-removed", after, said_of(before, after, *changed), what, fix, *others)


def _trusting(environment: Environment, service: Service, head: Side) -> Iterator[Environment]:
    """Yield the environments of the account that find the provider of a service, and have roles that trust it."""
    account = environment.settings.account_id
    for each in head.environments.values():
        if service.said(each) and not service.is_made(each) and account == each.settings.account_id is not None:
            yield each


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return f"the role {names[0]}" if len(names) == 1 else f"the roles {', '.join(names)}"
