"""The versions of Terraform's AWS provider: those that know all that a file asks for."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import newer_features_of, provider_version_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.provider_versions import short_version
from ecr_constructs.errors import Problem, key_of, show

__all__ = ["RAISED", "check_provider_floor", "upgrade_of"]

RAISED = "provider-raised"
"""The code of the notice that the default's floor rises."""

_KEY = "aws_provider_version"
_MOST_NAMED = 5


def check_provider_floor(environment: Environment) -> Iterator[Problem]:
    """Check that the versions which the file says know all that it asks for; point out where the default's floor rises.

    An older one would refuse it at plan, or not know the resource.
    """
    newer = newer_features_of(environment)
    if not newer:
        return
    said = environment.settings.aws_provider_version
    latest = max(newer, key=lambda feature: feature.since)
    floor = short_version(latest.since)
    if _KEY not in environment.settings.model_fields_set:
        # Of what needs less it would say no more.
        rule = f"{latest.what} needs version {floor} of the AWS provider or a later one, so that the default of {_KEY}"
        rule += f" is {provider_version_of(environment)} instead of {said}"
        yield Problem(newer[latest], RAISED, rule, fix=upgrade_of(*environment.stack_ids), severity="notice")
        return
    for feature, path in newer.items():
        rule = f"must take no version before {short_version(feature.since)}, which {feature.what} needs"
        fix = f'Write it as in "~> {floor}" or ">= {floor}, < {feature.since[0] + 1}".'
        yield Problem((_KEY,), "provider-older", f"{rule} ({key_of(path)})", show(said), fix)


def upgrade_of(*stacks: str) -> str:
    """Return how stacks come to a later provider, by their ids."""
    one = stacks[0] if len(stacks) == 1 else "STACK"
    fix = f"Where a lock file has an older one, run `terraform -chdir=cdktf.out/stacks/{one} init -upgrade`"
    named = stacks if len(stacks) <= _MOST_NAMED else (*stacks[:2], "...", stacks[-1])
    return f"{fix}." if len(stacks) == 1 else f"{fix} for each stack: {', '.join(named)}."
