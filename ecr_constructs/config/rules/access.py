"""Who beyond the own account may pull: the accounts that are named, the policy that they make, and whose they are."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import access_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.core.access import AccessGrants, check_access
from ecr_constructs.core.places import KnownPlace
from ecr_constructs.errors import Problem, show

__all__ = ["check_access_given", "check_trusted", "check_trusted_environments"]

_OWN_FIX = "Remove it: the account's own identities need an identity policy alone."


def check_access_given(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    """Check the accounts of one repository, and the policy that all access to it makes."""
    if not repository.is_made:
        return
    options = repository.options
    accounts, own_account = options.allowed_account_ids, environment.settings.account_id
    if options.enable_cross_account_access and not accounts:
        rule = "must be given with enable_cross_account_access: true"
        fix = "List the accounts, or set enable_cross_account_access: false."
        yield Problem(("allowed_account_ids",), "access-without-accounts", rule, "", fix)
    for index, account_id in enumerate(accounts):
        path = ("allowed_account_ids", index)
        if account_id in accounts[:index]:
            yield Problem(path, "access-twice", "must be listed once", show(account_id), "Remove the second one.")
        if account_id == own_account:
            yield Problem(path, "access-own-account", "must be another account", show(account_id), _OWN_FIX)
    for problem in _policy_problems(access_of(repository), environment.place):
        yield problem.moved(*(("allowed_account_ids",) if accounts else ()))


@functools.lru_cache(maxsize=1024)
def _policy_problems(grants: AccessGrants, place: KnownPlace) -> tuple[Problem, ...]:
    """Return what is wrong with a repository's policy; most repositories of an organisation have the same."""
    return () if grants == AccessGrants() else tuple(check_access(grants, place))


def check_trusted(environment: Environment) -> Iterator[Problem]:
    """Check who may pull from every repository."""
    settings = environment.settings
    if settings.organization and settings.organization_id is not None:
        fix = "Remove one of the two."
        yield Problem(("organization",), "organization-twice", "must stand without organization_id", "both", fix)
    for index, trusted in enumerate(settings.ecr_trusted_accounts):
        path = ("ecr_trusted_accounts", index)
        if trusted in settings.ecr_trusted_accounts[:index]:
            yield Problem(path, "access-twice", "must be listed once", show(trusted.account_id), "Remove one.")
        if trusted.account_id == settings.account_id and settings.ecr_strategy == "local":
            got = show(trusted.account_id)
            yield Problem((*path, "account_id"), "access-own-account", "must be another account", got, _OWN_FIX)


def check_trusted_environments(environments: Environments) -> Iterator[Located]:
    """Check that trusted accounts are those of the environments that they are said to be."""
    by_name = {environment.name: (file, environment.settings) for file, environment in environments.by_file.items()}
    for file, environment in environments.by_file.items():
        for index, trusted in enumerate(environment.settings.ecr_trusted_accounts):
            if trusted.env not in by_name:
                continue
            other, settings = by_name[trusted.env]
            for key, said, known in (
                ("account_id", trusted.account_id, settings.account_id),
                ("region", trusted.region, settings.region),
            ):
                if None not in (said, known) and said != known:
                    rule = f"must be that of {environments.where(other, (key,))}, {known}"
                    path = ("ecr_trusted_accounts", index, key)
                    yield file, Problem(path, "trusted-account", rule, show(said), "Correct one of the two.")
