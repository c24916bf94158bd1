"""The entry of a repository in an environment file: only what the defaults do not say already."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from ecr_constructs.adoption.access import meaning_of
from ecr_constructs.adoption.draft import Account, Draft
from ecr_constructs.adoption.fixed import published_of
from ecr_constructs.adoption.granted import Access, accesses_of
from ecr_constructs.adoption.openings import opened_to_everyone
from ecr_constructs.adoption.read import FoundParameter, FoundRepository
from ecr_constructs.adoption.retention import retention_options, unsayable_lifecycle_policy
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import REPOSITORIES
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.reading.translate import validate_model
from ecr_constructs.core.adoption import PARTS, parameter_parts
from ecr_constructs.errors import Problem

__all__ = ["AWS_TAGS", "Entry", "describe"]

AWS_TAGS = "aws:"
"""How the keys of tags begin that AWS itself sets, and that nobody else can."""


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """An entry of `ecr_repositories`.

    Attributes:
        logical_name: Its key.
        options: Its options, in the order in which they are written.
        comments: What stays unmanaged, and why; a sentence each.
    """

    logical_name: str
    options: dict[str, object]
    comments: tuple[str, ...]


def describe(
    found: FoundRepository,
    logical_name: str,
    *,
    environment: Environment,
    defaults: RepositoryOptions,
    account: Account,
    parameters: Mapping[str, FoundParameter] | None = None,
) -> tuple[Entry, list[Problem]]:
    """Return the entry that makes a repository what it is already.

    Args:
        found: The repository as it is in AWS, with its details.
        logical_name: Its logical name.
        environment: The environment that it comes into.
        defaults: What the environment's `ecr_defaults` say.
        account: Its account.
        parameters: The parameters that exist, by their full names; None where that is not known.

    Returns:
        The entry, and what of the repository no entry can say.
    """
    draft = Draft(logical_name, environment, defaults, account)
    parts, comments = ["repository"], []
    why = "" if found.lifecycle_policy is None else unsayable_lifecycle_policy(found.lifecycle_policy)
    if why:
        comments.append(f"Its lifecycle policy stays unmanaged, as it is in AWS: {why}.")
    elif found.lifecycle_policy is not None:
        parts.append("lifecycle_policy")
    retention = retention_options(None if why else found.lifecycle_policy)
    fixed = {**_own_name(found, draft), **_own_tags(found, draft)}
    wanted = {**_settings(found), **retention}
    if problems := _unsayable({**fixed, **wanted}, found.name, logical_name):
        return Entry(logical_name, {}, ()), problems
    access = _access(found, draft)
    if access is not None:
        parts.append("repository_policy")
    elif found.repository_policy is not None:
        comments.append(_left_policy(found.repository_policy))
        if draft.policy(Access()) is not None:
            problems = [_overwritten(found.name, logical_name)]
    options = {**fixed, **draft.needed({**wanted, **(access or Access()).options})}
    published = published_of(draft.declared(options))
    there = [name for name, path in published.items() if _is_importable(path, parameters)]
    named = parameter_parts(there, environment.settings.ecr_ssm_layout)
    options["adopt"] = True if len(parts) == len(PARTS) and not named else [*parts, *named]
    return Entry(logical_name, options, tuple(comments)), problems


def _left_policy(policy: str) -> str:
    if opened_to_everyone(policy):
        return "DANGER: its repository policy lets EVERYONE in. It stays as it is in AWS until it is removed there."
    return "Its repository policy stays unmanaged, as it is in AWS: no options here mean the same."


def _is_importable(path: str, parameters: Mapping[str, FoundParameter] | None) -> bool:
    return parameters is not None and path in parameters and parameters[path].is_importable


def _settings(found: FoundRepository) -> dict[str, object]:
    """Return the options about the repository itself that hold in AWS."""
    return {
        "image_tag_mutability": found.image_tag_mutability,
        "image_tag_mutability_exclusion_filters": list(found.exclusion_filters),
        "scan_on_push": found.scan_on_push,
        "encryption_type": found.encryption_type,
        **({} if found.kms_key is None else {"kms_key": found.kms_key}),
    }


def _own_name(found: FoundRepository, draft: Draft) -> dict[str, object]:
    return {} if draft.declared({}).repository_name == found.name else {"repository_name": found.name}


def _own_tags(found: FoundRepository, draft: Draft) -> dict[str, object]:
    """Return the tags that a repository has neither from the provider nor from the defaults."""
    given = {**draft.environment.tags, **draft.declared({}).options.tags}
    own = {
        key: value
        for key, value in sorted(found.tags.items())
        if not key.startswith(AWS_TAGS) and given.get(key) != value
    }
    return {"tags": own} if own else {}


def _access(found: FoundRepository, draft: Draft) -> Access | None:
    """Return the access whose policy means what the repository's does; None where there is none, or no policy."""
    if found.repository_policy is None:
        return None
    partition, account_id = draft.environment.partition, draft.account.account_id
    meaning, environment = meaning_of(found.repository_policy, partition), draft.environment.settings
    # What the environment gives to every repository need not be said again.
    trusted = {each.account_id for each in environment.ecr_trusted_accounts}
    organizations = {environment.organization_id, draft.account.organization_id if environment.organization else None}
    for access in accesses_of(found.repository_policy, partition, account_id):
        own = access.beyond(trusted, organizations)
        if account_id in access.account_ids or _unsayable(own.options, found.name, ""):
            continue
        made = draft.policy(own)
        if made is not None and meaning_of(made, partition) == meaning and not draft.refuses(own):
            return own
    return None


def _unsayable(options: Mapping[str, object], name: str, logical_name: str) -> list[Problem]:
    """Return what of a repository breaks the rules of a file."""
    _, (problems, _) = validate_model(RepositoryOptions, dict(options))
    fix = f"Change it in AWS, or leave the repository out: --exclude {name}."
    return [dataclasses.replace(problem, fix=fix).under(REPOSITORIES, logical_name) for problem in problems]


def _overwritten(name: str, logical_name: str) -> Problem:
    rule = (
        "must have no repository policy in AWS but one that options here can say, because ecr_trusted_accounts or the "
        "organisation would overwrite it"
    )
    fix = f"Change the policy in AWS, or leave the repository out: --exclude {name}."
    return Problem((REPOSITORIES, logical_name), "adopt-policy", rule, "another one", fix)
