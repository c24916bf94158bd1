"""Keys and secrets that a change destroys: what a key of KMS has encrypted, nobody can read without it.

And those whose deletion can be undone for less time from now on.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import caches_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.kms import KeyToCreate
from ecr_constructs.core.registry.caches import RECOVERY_DAYS, PullThroughRule
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.change import Change
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import Said, at, said_of, watches_less
from ecr_constructs.review.wanted import key_made_by

__all__ = ["judge_keys"]

_KEY = "ecr_kms_key"


def judge_keys(change: Change) -> Iterator[Finding]:
    """Yield which keys are deleted that an environment has made, and which secrets of its caches."""
    for pair in change.changed:
        if pair.before is not None and pair.after is not None:
            yield from _keys(pair.before, pair.after)
            yield from _secrets(pair.before, pair.after)


def _keys(before: Environment, after: Environment) -> Iterator[Finding]:
    old, new = key_made_by(before), key_made_by(after)
    if old is None:
        return
    encrypted = tuple(name for name, each in before.made.items() if _is_encrypted_so(each))
    alias = old.alias_in(before.settings.project, before.name)
    lost = f"what it has encrypted can be read no more after {old.deletion_window_in_days} days"
    if new is None:
        what = f"the key {alias} of its images is deleted: {lost}"
        fix = (
            "Keep it, or take it out of the state before: `terraform state rm aws_kms_key.ecr aws_kms_alias.ecr`. "
            "A deletion can be cancelled by `aws kms cancel-key-deletion` until then."
        )
        # https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle: it goes with its resource.
        details = ["protected: true keeps no key that the file asks for no more"] if after.settings.protected else []
        yield _deleted(after, said_of(before, after, _KEY), what, fix, encrypted, *details)
    elif old.multi_region != new.multi_region:
        what = f"the key {alias} of its images is replaced, as multi_region changes: {lost}"
        fix = f"Leave multi_region {str(old.multi_region).lower()}."
        said = at(_KEY, "multi_region", at_base="multi_region" not in new.model_fields_set)
        found = _deleted(after, said, what, fix, encrypted)
        if after.settings.protected:
            refused = ("Terraform refuses that because of protected: true",)
            found = dataclasses.replace(found, severity="attention", details=refused)
        yield found
        return
    if new is not None and new.deletion_window_in_days < old.deletion_window_in_days:
        one, other = old.deletion_window_in_days, new.deletion_window_in_days
        what = f"a deletion of the key {alias} of its images can be cancelled for {other} days instead of {one}"
        said = at(_KEY, "deletion_window_in_days")
        yield watches_less("key-window-shortened", after, said, what, f"Leave it at {one} days.")
    if new is not None and (later := new.alias_in(after.settings.project, after.name)) != alias:
        yield Finding(
            code="key-renamed",
            severity="note",
            consequence="breaks",
            environment=after.name,
            what=f"the key is called {later} instead of {alias}",
            fix="Have whoever names it by its alias name the other one.",
            **said_of(before, after, _KEY),
        )


def _is_encrypted_so(repository: DeclaredRepository) -> bool:
    return isinstance(repository.kms_key, KeyToCreate)


def _deleted(
    environment: Environment, said: Said, what: str, fix: str, repositories: tuple[str, ...], *details: str
) -> Finding:
    return Finding(
        code="key-deleted",
        severity="danger",
        consequence="deletes images",
        environment=environment.name,
        what=what,
        fix=fix,
        repositories=repositories,
        details=details,
        **said,
    )


def _secrets(before: Environment, after: Environment) -> Iterator[Finding]:
    kept = {secret: (path, days) for secret, path, days in _made_secrets(after)}
    for secret, path, days in _made_secrets(before):
        if secret in kept:
            later_path, later = kept[secret]
            if later < days:
                how = f"for {later} days instead of {days}" if later else f"no more, and for {days} days until now"
                what = f"once the secret {secret} is deleted, it can be restored {how}"
                said = at(*later_path, "recovery_window_in_days")
                yield watches_less("secret-window-shortened", after, said, what, f"Leave it at {days} days.")
        else:
            restored = f"and can be restored for {days} days" if days else "and cannot be restored"
            yield Finding(
                code="secret-destroyed",
                severity="attention",
                consequence="breaks",
                environment=after.name,
                what=f"the secret {secret} with the credentials of a cache is destroyed {restored}",
                fix="Keep what it holds elsewhere before.",
                **at(*path, at_base=True),
            )


def _made_secrets(environment: Environment) -> Iterator[tuple[str, KeyPath, float]]:
    for wanted in caches_of(environment):
        rule = wanted.value
        if isinstance(rule, PullThroughRule) and rule.made_secret is not None:
            days = rule.recovery_window_in_days
            yield rule.made_secret, wanted.path, RECOVERY_DAYS[-1] if days is None else days
