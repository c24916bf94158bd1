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

__all__ = ["point_out_older_provider"]

_REQUIRED = "terraform.required_providers.aws.version"
_asked: weakref.WeakKeyDictionary[TerraformStack, dict[ProviderFeature, tuple[Construct, KeyPath]]]
_asked = weakref.WeakKeyDictionary()


def point_out_older_provider(construct: Construct, value: object) -> None:
    """Point out at synthesis where the stack takes a version of the AWS provider that does not know what is made.

    A stack has any provider, and what it takes is complete at synthesis alone: so this is no error. It is said once of
    a stack, at the first construct; and not of a stack that says nothing.

    Args:
        construct: The construct.
        value: What it makes, as the core's value object.
    """
    for feature, path in features_of(value):
        # Nobody has bindings of an older one, and to look at a stack takes its time.
        if feature.since > OLDEST_PROVIDER:
            asked = _asked.setdefault(stack_of(construct), {})
            if not asked:
                at_synthesis(construct, functools.partial(_point_out, construct))
            asked.setdefault(feature, (construct, path))


def _point_out(first: Construct) -> None:
    """Point out all that a stack does not take, at whichever construct is the first to ask for it."""
    stack = stack_of(first)
    constraint = _versions_of(stack)
    if constraint is None:
        return
    asked = _asked[stack]
    # Of the highest, so that one override does for all of them.
    versions = from_version(max(feature.since for feature in asked))
    fix = f"Say so on the stack: add_override({_REQUIRED!r}, {versions!r})."
    for feature, (construct, path) in asked.items():
        if admits_older(constraint, feature.since):
            rule = f"{feature.what} needs version {short_version(feature.since)} of the AWS provider, and the stack"
            rule += f" may take an older one by {show(constraint)}"
            warn(construct, Problem(path, "provider-of-stack", rule, fix=fix, severity="warning"))


def _versions_of(stack: TerraformStack) -> str | None:
    """Return which versions a stack takes, whoever said so and wherever it was overridden; None if that is not known.

    The engine keeps overrides to itself, so that the whole document tells; it is asked for once at each synthesis.
    """
    said: object = stack.to_terraform()
    for key in _REQUIRED.split("."):
        if isinstance(said, dict):
            said = said.get(key)
        elif key != "version":  # Terraform's older form has the constraint in the provider's place
            return None
    return said if isinstance(said, str) and VERSION_CONSTRAINT.fullmatch(said) else None
