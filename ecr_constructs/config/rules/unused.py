"""Options that do nothing, because another one does not switch them on."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import DEFAULTS
from ecr_constructs.errors import Problem

__all__ = ["check_defaults_used", "check_options_used"]


def check_options_used(repository: DeclaredRepository, _environment: Environment) -> Iterator[Problem]:
    """Check that what a repository says itself does something."""
    if repository.is_made:
        yield from (_unused(key) for key in _unused_keys(repository) if key in repository.own_keys)


def check_defaults_used(environment: Environment) -> Iterator[Problem]:
    """Check that what the defaults say does something for at least one repository that takes it from there."""
    taken: dict[str, list[bool]] = {}
    for repository in environment.made.values():
        without_effect = set(_unused_keys(repository))
        for key in repository.options.model_fields_set - repository.own_keys:
            taken.setdefault(key, []).append(key in without_effect)
    for key in sorted(taken):
        if all(taken[key]):
            yield _unused(key).under(DEFAULTS)


def _unused_keys(repository: DeclaredRepository) -> Iterator[str]:
    options = repository.options
    if options.allowed_account_ids and not options.enable_cross_account_access:
        yield "allowed_account_ids"
    if options.kms_key is not None and repository.encryption_type != "KMS":
        yield "kms_key"
    if options.replication_destinations and not options.enable_replication:
        yield "replication_destinations"


def _unused(key: str) -> Problem:
    code, switch, effect = {
        "allowed_account_ids": ("access-not-enabled", "enable_cross_account_access: true", "nobody gets access"),
        "kms_key": ("kms-key-unused", "encryption_type: KMS", "images are not encrypted with it"),
        "replication_destinations": ("replication-not-enabled", "enable_replication: true", "nothing is replicated"),
    }[key]
    return Problem((key,), code, f"must come with {switch}, or {effect}", "", f"Set {switch}, or remove the key.")
