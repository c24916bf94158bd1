"""Options that do nothing, because another one does not switch them on.

Where the file says itself that the switch is off, nothing is wrong: what stands beside it waits to be switched on.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import DEFAULTS
from ecr_constructs.core.repository import takes_key
from ecr_constructs.errors import Problem

__all__ = ["check_defaults_used", "check_options_used"]

_SWITCHES = {
    "allowed_account_ids": "enable_cross_account_access",
    "replication_destinations": "enable_replication",
}


def check_options_used(repository: DeclaredRepository, _environment: Environment) -> Iterator[Problem]:
    """Check that what a repository says itself does something."""
    if repository.is_made:
        yield from (_unused(key) for key in _unused_keys(repository) if key in repository.own_keys)


def check_defaults_used(environment: Environment) -> Iterator[Problem]:
    """Check that what the defaults say does something for at least one repository that takes it from there."""
    unused: set[str] = set()
    used: set[str] = set()
    for repository in environment.made.values():
        without_effect, switched_off = set(_unused_keys(repository)), set(_switched_off(repository))
        taken = repository.options.model_fields_set - repository.own_keys
        unused |= taken & without_effect
        used |= taken - without_effect - switched_off
    yield from (_unused(key).under(DEFAULTS) for key in sorted(unused - used))


def _unused_keys(repository: DeclaredRepository) -> Iterator[str]:
    """Return the options that do nothing, although nothing says that they are not to."""
    options, switched_off = repository.options, set(_switched_off(repository))
    for key, switch in _SWITCHES.items():
        if getattr(options, key) and not getattr(options, switch) and key not in switched_off:
            yield key
    if options.kms_key is not None and not takes_key(repository.encryption_type):
        yield "kms_key"


def _switched_off(repository: DeclaredRepository) -> Iterator[str]:
    """Return the options whose switch is said to be off, by the repository or by the defaults."""
    options = repository.options
    return (
        key for key, switch in _SWITCHES.items() if switch in options.model_fields_set and not getattr(options, switch)
    )


def _unused(key: str) -> Problem:
    code, switch, effect = {
        "allowed_account_ids": ("access-not-enabled", "enable_cross_account_access: true", "nobody gets access"),
        "kms_key": ("kms-key-unused", "encryption_type: KMS", "images are not encrypted with it"),
        "replication_destinations": ("replication-not-enabled", "enable_replication: true", "nothing is replicated"),
    }[key]
    return Problem((key,), code, f"must come with {switch}, or {effect}", "", f"Set {switch}, or remove the key.")
