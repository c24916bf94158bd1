"""The versions of Terraform's AWS provider: those that know all that a file asks for."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import newer_features_of, provider_version_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.provider_versions import short_version
from ecr_constructs.errors import Problem, key_of, show

__all__ = ["check_provider_floor"]

_KEY = "aws_provider_version"


def check_provider_floor(environment: Environment) -> Iterator[Problem]:
    """Check that the versions which the file says know all that it asks for; point out where the default's floor rises.

    An older one would refuse it at plan, or not know the resource.
    """
    newer = newer_features_of(environment)
    said = environment.settings.aws_provider_version
    floor = short_version(max((feature.since for feature in newer), default=(0, 0, 0)))
    for feature, path in newer.items():
        since = short_version(feature.since)
        if _KEY in environment.settings.model_fields_set:
            rule = f"must take no version before {since}, which {feature.what} needs ({key_of(path)})"
            fix = f'Write it as in "~> {floor}" or ">= {floor}, < {feature.since[0] + 1}".'
            yield Problem((_KEY,), "provider-older", rule, show(said), fix)
        else:
            rule = f"{feature.what} needs version {since} of the AWS provider or a later one, so that the environment"
            rule += f" takes {provider_version_of(environment)} instead of {said}"
            fix = f"Where a lock file has an older one, run `terraform -chdir=cdktf.out/stacks/{environment.name} init"
            yield Problem(path, "provider-raised", rule, fix=f"{fix} -upgrade`.", severity="notice")
