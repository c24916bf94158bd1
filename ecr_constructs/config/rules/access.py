"""Who may do what with a repository: those who are named, the policy that they make, and whose they are.

What an image is pulled for may keep it from being of use: Lambda wants accounts by their ids, and its own region.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import access_of, trusted_accounts_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.config.rules.defaults import by_place
from ecr_constructs.core.access.checks import OWN_FIX, check_access, check_named
from ecr_constructs.core.access.grants import AccessGrants
from ecr_constructs.core.access.levels import Level
from ecr_constructs.core.access.notices import lambda_notices, needs_other_side, other_side_notice, wide_notices
from ecr_constructs.core.places import KnownPlace
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = [
    "check_access_given",
    "check_trusted",
    "check_trusted_environments",
    "point_out_functions_elsewhere",
    "point_out_functions_of_organization",
    "point_out_other_side",
]

_LISTS = ("allowed_account_ids", "push_account_ids", *(f"{level}_principals" for level in Level))
_MORE_LISTS = ("organization_paths", "push_organization_paths", "policy_statements")
_OPTIONS = {(name,) for name in RepositoryOptions.model_fields}


def check_access_given(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    """Check who is named by one repository, and the policy that all access to it makes; point out who that opens to."""
    if not repository.is_made:
        return
    options = repository.options
    if options.enable_cross_account_access and not options.allowed_account_ids:
        rule = "must be given with enable_cross_account_access: true"
        fix = "List the accounts, or set enable_cross_account_access: false."
        yield Problem(("allowed_account_ids",), "access-without-accounts", rule, "", fix)
    yield from check_named({key: getattr(options, key) for key in _LISTS}, environment.place)
    access = access_of(repository)
    for problem in _judged(access, environment.place):
        if problem.path[:1] in _OPTIONS:
            yield problem
        else:  # ours differ in their sids
            yield problem.moved(*(("policy_statements",) if problem.code == "policy-sid" else _most_of_it(repository)))
    yield from wide_notices(access)


def _most_of_it(repository: DeclaredRepository) -> tuple[str, ...]:
    """Return the option that most of a repository's policy comes from."""
    sizes = {key: len(getattr(repository.options, key)) for key in (*_LISTS, *_MORE_LISTS)}
    sizes["allowed_account_ids"] = len(trusted_accounts_of(repository))
    most = max(sizes, key=lambda key: sizes[key])
    return (most,) if sizes[most] else ()


def _judged(grants: AccessGrants, place: KnownPlace) -> Sequence[Problem]:
    """Return what is wrong with a repository's policy; most repositories of an organisation have the same."""
    if grants.policy_statements:  # whose conditions cannot be looked up
        return check_access(grants, place)
    return _judged_before(grants, place)


@functools.lru_cache(maxsize=1024)
def _judged_before(grants: AccessGrants, place: KnownPlace) -> tuple[Problem, ...]:
    return () if grants == AccessGrants() else tuple(check_access(grants, place))


def point_out_other_side(environment: Environment) -> Iterator[Problem]:
    """Point out once that roles and users need a policy of their own, however many repositories name them."""
    named = [
        (principal, level, repository)
        for repository in environment.made.values()
        for level in Level
        for principal in getattr(repository.options, f"{level}_principals")
    ]
    account_id = environment.settings.account_id
    needing = [each for each in named if needs_other_side(each[0], {each[1]}, account_id)]
    if needing:
        _, level, repository = needing[0]
        path, command = repository.path_of(f"{level}_principals"), f"ecr-constructs access {environment.name}"
        pairs = [(principal, level) for principal, level, _ in needing]
        yield from other_side_notice(pairs, environment.place, path=path, command=command)


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
            yield Problem((*path, "account_id"), "access-own-account", "must be another account", got, OWN_FIX)


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


def point_out_functions_of_organization(environment: Environment) -> Iterator[Problem]:
    """Point out that an organisation's accounts may pull what their functions cannot use."""
    for path, repositories in by_place(environment, "enable_lambda_pull").items():
        for repository in repositories:
            for notice in lambda_notices(access_of(repository)):
                fix = "List the accounts that have functions in allowed_account_ids or ecr_trusted_accounts as well."
                about = repository.logical_name if len(repositories) == 1 else ""
                yield dataclasses.replace(notice, path=path, fix=fix, about=about)


def point_out_functions_elsewhere(environments: Environments) -> Iterator[Located]:
    """Point out that functions in another region cannot use the images, which accounts there may pull."""
    for file, environment in environments.by_file.items():
        source = environment.source
        if source is not None and source.environment is not None and source.region != environment.settings.region:
            of_functions = {
                name
                for name, each in environment.repositories.items()
                if (declared := environment.declared_at_source(each)).uri is None
                and declared.options.enable_lambda_pull
            }
            if of_functions:
                yield file, _elsewhere(("ecr_strategy",), environment.settings.region, source.region)
        if any(each.options.enable_lambda_pull for each in environment.made.values()):
            for index, trusted in enumerate(environment.settings.ecr_trusted_accounts):
                # Of one that is an environment of this app, that says so.
                known = trusted.env in {each.name for each in environments.by_file.values()}
                if trusted.region not in (None, environment.settings.region) and not known:
                    path = ("ecr_trusted_accounts", index, "region")
                    yield file, _elsewhere(path, str(trusted.region), environment.settings.region)


def _elsewhere(path: KeyPath, region: str, source: str) -> Problem:
    """Lambda and the repository of a function's image are in one region.

    https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#images-permissions
    """
    rule = f"functions in {region} cannot use the images of enable_lambda_pull: Lambda takes those of its region alone"
    fix = f"Replicate the repositories of functions from {source} to {region}, and make the functions of the replicas."
    return Problem(path, "lambda-region", rule, fix=fix, severity="warning")
