"""What a first plan would change of a repository that exists, in plain words."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from ecr_constructs.adoption.access import declared_repository_policy, form_of, meaning_of
from ecr_constructs.adoption.describe import AWS_TAGS
from ecr_constructs.adoption.draft import Account
from ecr_constructs.adoption.openings import opened_to_everyone
from ecr_constructs.adoption.parameters import ParameterEffects, parameter_effects
from ecr_constructs.adoption.read import FoundParameter, FoundRepository
from ecr_constructs.adoption.retention import declared_lifecycle_policy, has_rules_of, same_document
from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import replication_destinations_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.kms import READ_AT_PLAN, KeyAlias
from ecr_constructs.core.adoption import adopted_parts
from ecr_constructs.core.aws import partition_of

__all__ = ["Effects", "Kind", "effects_of", "replacement_of"]

Kind: TypeAlias = Literal["imported", "changed", "replaced", "created", "unmanaged", "warning", "danger"]
"""What happens: imported, changed in place, replaced, made new, or left alone; what nobody wants to happen; and who
gets in that nobody named."""

_Notes: TypeAlias = Iterator[tuple[Kind, str]]


@dataclasses.dataclass(frozen=True, slots=True)
class Effects:
    """What a first plan does to one repository that is adopted.

    Attributes:
        logical_name: Its logical name.
        name: Its name in ECR.
        notes: What happens, each with its kind.
        parameters: What happens to its parameters in Parameter Store.
    """

    logical_name: str
    name: str
    notes: tuple[tuple[Kind, str], ...]
    parameters: ParameterEffects

    def of(self, kind: Kind) -> list[str]:
        """Return the notes of a kind."""
        return [text for each, text in self.notes if each == kind]


def effects_of(
    found: FoundRepository,
    declared: DeclaredRepository,
    *,
    environment: Environment,
    account: Account,
    parameters: Mapping[str, FoundParameter] | None = None,
) -> Effects:
    """Return what a first plan would do to a repository that is declared to be adopted.

    Args:
        found: The repository as it is, with its details.
        declared: The repository as it is declared.
        environment: Its environment.
        account: Its account.
        parameters: The parameters that exist, by their full names; None where that is not known.
    """
    parts = adopted_parts(declared.options.adopt)
    lifecycle_policy = declared_lifecycle_policy(declared)
    repository_policy = declared_repository_policy(
        declared, account_id=account.account_id, organization_id=account.organization_id
    )
    notes = (
        *_repository(found, declared, parts, account),
        *_tags(found.tags, {**environment.tags, **environment.tags_of(declared.logical_name, declared.options.tags)}),
        *_policy("lifecycle_policy", found.lifecycle_policy, lifecycle_policy, parts),
        *_lifecycle_difference(found.lifecycle_policy, lifecycle_policy),
        *_policy("repository_policy", found.repository_policy, repository_policy, parts),
        *_access_difference(found.repository_policy, repository_policy, partition_of(declared.environment.region)),
        *_openings(found, repository_policy),
    )
    published = parameter_effects(declared, parameters, account.account_id)
    return Effects(declared.logical_name, found.name, (*notes, *published.notes), published)


def replacement_of(found: FoundRepository, declared: DeclaredRepository, account: Account) -> str | None:
    """Return why Terraform would replace a repository, which deletes its images; None where it would not.

    A key that is an output of another state or a parameter is not compared: what it is shows in the plan.
    """
    there, wanted = found.encryption_type, declared.encryption_type
    if there != wanted:
        return f"is encrypted with {there} and declared with {wanted}: it would be REPLACED, and its images DELETED"
    key = declared.kms_key
    arn = account.keys.get(key.alias) if isinstance(key, KeyAlias) else key
    if arn is None or isinstance(arn, READ_AT_PLAN) or arn == found.kms_key:
        return None
    return (
        f"is encrypted with the key {found.kms_key} and declared with {arn}: "
        "it would be REPLACED, and its images DELETED"
    )


def _repository(
    found: FoundRepository, declared: DeclaredRepository, parts: frozenset[str], account: Account
) -> _Notes:
    if "repository" in parts:
        yield "imported", "repository"
    else:
        yield (
            "warning",
            "exists, and adopt leaves the repository out: Terraform would fail to make it, unless its state has it",
        )
    if (reason := replacement_of(found, declared, account)) is not None:
        yield "warning", reason
    stack = found.tags.get(f"{AWS_TAGS}cloudformation:stack-name")
    if stack is not None:
        yield "warning", f"belongs to the CloudFormation stack {stack}: have that retain it and let go of it first"
    options = declared.options
    there = _mutability(found.image_tag_mutability, found.exclusion_filters)
    wanted = _mutability(options.image_tag_mutability, options.image_tag_mutability_exclusion_filters)
    if there != wanted:
        yield "changed", f"tag mutability: {wanted} instead of {there}"
    if found.scan_on_push != options.scan_on_push:
        yield "changed", f"scan on push: {'on' if options.scan_on_push else 'off'}"
    if options.force_delete:
        yield "changed", "force_delete: noted in the state alone"
    if destinations := replication_destinations_of(declared):
        regions = ", ".join(sorted({each.region for each in destinations}))
        yield "changed", f"replication: what is pushed from now on is replicated to {regions}"


def _mutability(mutability: str, filters: tuple[str, ...]) -> str:
    return f"{mutability} ({', '.join(sorted(filters))})" if filters else mutability


def _tags(there: Mapping[str, str], wanted: Mapping[str, str]) -> _Notes:
    own = {key: value for key, value in there.items() if not key.startswith(AWS_TAGS)}
    for word, keys in (
        ("added", wanted.keys() - own.keys()),
        ("changed", {key for key in wanted.keys() & own.keys() if wanted[key] != own[key]}),
    ):
        if keys:
            yield "changed", f"tags {word}: {', '.join(f'{key}={wanted[key]}' for key in sorted(keys))}"
    if removed := sorted(own.keys() - wanted.keys()):
        yield "changed", f"tags removed: {', '.join(removed)}"


def _policy(part: str, there: str | None, wanted: str | None, parts: frozenset[str]) -> _Notes:
    """Return whether a policy is imported, made, overwritten or left alone."""
    word = part.replace("_", " ")
    match there is not None, wanted is not None, part in parts:
        case True, True, True:
            yield "imported", word
        case True, True, False:
            yield "warning", f"has a {word} that would be overwritten: add {part} to adopt, and compare the two"
        case True, False, _:
            # Of a policy that opens the repository there is more to say.
            if part != "repository_policy" or not opened_to_everyone(str(there)):
                yield "unmanaged", word
        case False, True, True:
            yield "warning", f"has no {word} to adopt, so that Terraform would refuse to plan: take it out of adopt"
        case False, True, False:
            yield "created", word


def _openings(found: FoundRepository, wanted: str | None) -> _Notes:
    """Return what everyone may do, whoever that is."""
    actions = () if found.repository_policy is None else opened_to_everyone(found.repository_policy)
    if not actions:
        return
    text = f"is open to EVERYONE: its repository policy allows {', '.join(actions)} to any account"
    if wanted is not None:
        yield "danger", f"{text}, until the apply writes the one that the file makes"
        return
    remove = f"`aws ecr delete-repository-policy --repository-name {found.name}`"
    text += f", and stays in force, because no file makes it. Say who may pull, and remove it: {remove}"
    yield "danger", text


def _lifecycle_difference(there: str | None, wanted: str | None) -> _Notes:
    if there is None or wanted is None or same_document(there, wanted):
        return
    yield "replaced", f"lifecycle policy, by one of {'the same' if has_rules_of(there, wanted) else 'other'} rules"


def _access_difference(there: str | None, wanted: str | None, partition: str) -> _Notes:
    if there is None or wanted is None or form_of(there, partition) == form_of(wanted, partition):
        return
    same = meaning_of(there, partition) == meaning_of(wanted, partition)
    how = "written anew with the same meaning (sids, version, order)" if same else "other statements"
    yield "changed", f"repository policy: {how}"
