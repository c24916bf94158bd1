"""What Terraform's AWS provider takes only from a later version of its major version on.

All else that is synthesised is known to every version of it. What is newer is a value that an older provider refuses
at plan, an argument or a resource that it does not have; part of it is newer than `OLDEST_PROVIDER` too, which the
bindings are made from.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Final

from ecr_constructs.core.events.deployments import Deployment
from ecr_constructs.core.events.targets import EventTarget
from ecr_constructs.core.provider_versions import ProviderVersion
from ecr_constructs.core.registry.account_settings import AccountSettingValues
from ecr_constructs.core.registry.pull_times import PullTimeExclusion
from ecr_constructs.core.registry.templates import CreationTemplate
from ecr_constructs.core.repository import RepositorySettings
from ecr_constructs.errors import KeyPath

__all__ = ["PROVIDER_FEATURES", "ProviderFeature", "features_of"]


@dataclasses.dataclass(frozen=True, slots=True)
class ProviderFeature:
    """Something that the provider takes from a version on.

    Attributes:
        what: What it is, as a part of a sentence.
        since: The first version that takes it.
        source: Where the provider's changelog says so.
        asked: Where a value object asks for it, as the path of the argument; None where it does not.
    """

    what: str
    since: ProviderVersion
    source: str
    asked: Callable[[object], KeyPath | None] = dataclasses.field(repr=False)


def features_of(value: object) -> Iterator[tuple[ProviderFeature, KeyPath]]:
    """Return what a value object asks of the provider that not every version has, each with the argument.

    What is a token is not known, and asks for nothing.

    Args:
        value: The value object: settings of a repository, a template, account settings, or any other of the core.
    """
    for feature in PROVIDER_FEATURES:
        path = feature.asked(value)
        if path is not None:
            yield feature, path


def _excluding_tags(value: object) -> KeyPath | None:
    return ("image_tag_mutability",) if isinstance(value, RepositorySettings) and _excludes_tags(value) else None


def _template_excluding_tags(value: object) -> KeyPath | None:
    asks = isinstance(value, CreationTemplate) and _excludes_tags(value.settings)
    return ("image_tag_mutability",) if asks else None


def _excludes_tags(settings: RepositorySettings) -> bool:
    return settings.image_tag_mutability.endswith("_WITH_EXCLUSION")


def _created_on_push(value: object) -> KeyPath | None:
    asks = isinstance(value, CreationTemplate) and "CREATE_ON_PUSH" in value.applied_for
    return ("applied_for",) if asks else None


def _excluded_from_pull_times(value: object) -> KeyPath | None:
    return () if isinstance(value, PullTimeExclusion) else None


def _blobs_mounted(value: object) -> KeyPath | None:
    asks = isinstance(value, AccountSettingValues) and "blob_mounting" in value.given
    return ("blob_mounting",) if asks else None


def _called_in_sovereign_cloud(value: object) -> KeyPath | None:
    # A function that a role reaches needs no aws_lambda_permission, which is what refuses the ARN.
    target = value.target if isinstance(value, Deployment) else value
    if not isinstance(target, EventTarget) or target.role_arn is not None:
        return None
    path = ("arn",) if target is value else ("target_arn",)
    return path if target.arn.startswith("arn:aws-eusc:lambda:") else None


_CHANGELOG = "https://github.com/hashicorp/terraform-provider-aws/blob/main/CHANGELOG.md"
_6_8, _6_10 = f"{_CHANGELOG}#680-august-7-2025", f"{_CHANGELOG}#6100-august-21-2025"
_6_28, _6_29 = f"{_CHANGELOG}#6280-january-7-2026", f"{_CHANGELOG}#6290-january-28-2026"

PROVIDER_FEATURES: Final = (
    ProviderFeature("tag mutability with exclusions", (6, 8, 0), _6_8, _excluding_tags),
    ProviderFeature("a creation template with exclusions", (6, 10, 0), _6_10, _template_excluding_tags),
    ProviderFeature("a creation template for CREATE_ON_PUSH", (6, 28, 0), _6_28, _created_on_push),
    ProviderFeature("an exclusion from updates of the pull time", (6, 28, 0), _6_28, _excluded_from_pull_times),
    ProviderFeature("the account setting BLOB_MOUNTING", (6, 29, 0), _6_29, _blobs_mounted),
    ProviderFeature("a function called in the European Sovereign Cloud", (6, 29, 0), _6_29, _called_in_sovereign_cloud),
)
"""What is later than the major version, in the order of the versions."""
