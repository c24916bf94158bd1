"""Whether the provider of a stack knows what a construct makes in it."""

from __future__ import annotations

import functools
import weakref

from ecr_constructs._engine.door import Construct, TerraformStack
from ecr_constructs.constructs.base.placed import stack_of
from ecr_constructs.constructs.base.synthesis import at_synthesis, warn
from ecr_constructs.core.provider_features import ProviderFeature, features_of
from ecr_constructs.core.provider_versions import (
    OLDEST_PROVIDER,
    VERSION_CONSTRAINT,
    admits_older,
    from_version,
    short_version,
)
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["note_provider_versions", "point_out_older_provider"]

_REQUIRED = "terraform.required_providers.aws.version"
_versions: weakref.WeakKeyDictionary[TerraformStack, str] = weakref.WeakKeyDictionary()
_asked: weakref.WeakKeyDictionary[TerraformStack, set[ProviderFeature]] = weakref.WeakKeyDictionary()


def note_provider_versions(stack: TerraformStack, constraint: str) -> None:
    """Note which versions of the AWS provider a stack takes, so that nothing has to look at the whole of it."""
    _versions[stack] = constraint


def point_out_older_provider(construct: Construct, value: object) -> None:
    """Point out at synthesis where the stack takes a version of the AWS provider that does not know what is made.

    A stack has any provider, and what it takes is complete at synthesis alone: so this is no error. It is said once of
    a stack, at the first construct; and not of a stack that says nothing.

    Args:
        construct: The construct.
        value: What it makes, as the core's value object.
    """
    asked = _asked.setdefault(stack_of(construct), set())
    for feature, path in features_of(value):
        # Nobody has bindings of an older one, and to look at a stack takes its time.
        if feature.since > OLDEST_PROVIDER and feature not in asked:
            asked.add(feature)
            at_synthesis(construct, functools.partial(_point_out, construct, feature, path))


def _point_out(construct: Construct, feature: ProviderFeature, path: KeyPath) -> None:
    constraint = _versions_of(stack_of(construct))
    if constraint is None or not admits_older(constraint, feature.since):
        return
    rule = f"{feature.what} needs version {short_version(feature.since)} of the AWS provider, and the stack may take"
    rule += f" an older one by {show(constraint)}"
    fix = f"Say so on the stack: add_override({_REQUIRED!r}, {from_version(feature.since)!r})."
    warn(construct, Problem(path, "provider-of-stack", rule, fix=fix, severity="warning"))


def _versions_of(stack: TerraformStack) -> str | None:
    """Return which versions a stack takes, with whatever was overridden; None where that is not known."""
    if stack in _versions:
        return _versions[stack]
    required = stack.to_terraform().get("terraform", {}).get("required_providers", {})
    constraint = required.get("aws", {}).get("version") if isinstance(required, dict) else None
    return constraint if isinstance(constraint, str) and VERSION_CONSTRAINT.fullmatch(constraint) else None
