"""Settings that ECR keeps for an account and region."""

from __future__ import annotations

import weakref

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.provider_floor import point_out_older_provider
from ecr_constructs.constructs.base.registry import Registry, claim_logical_id, registry_of
from ecr_constructs.core.registry.account_settings import (
    AccountSettingValues,
    BasicScanTypeVersion,
    BlobMounting,
    RegistryPolicyScope,
)
from ecr_constructs.core.tokens import TokenString
from ecr_constructs.errors import raise_problems

__all__ = ["AccountSettings", "setting_of"]

_settings: weakref.WeakKeyDictionary[Registry, dict[str, str]] = weakref.WeakKeyDictionary()


@checks_arguments
class AccountSettings(PlacedConstruct):
    """What ECR does everywhere in an account and region.

    A setting has no value of its own to return to: to remove it from the stack leaves the account as it is
    (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutAccountSetting.html).

    Example:
        >>> AccountSettings(self, "EcrSettings", basic_scan_type_version="AWS_NATIVE", registry_policy_scope="V2")

    Attributes:
        resources: Each `aws_ecr_account_setting`, by the name of the argument.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        basic_scan_type_version: BasicScanTypeVersion | TokenString | None = None,
        registry_policy_scope: RegistryPolicyScope | TokenString | None = None,
        blob_mounting: BlobMounting | TokenString | None = None,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Set what is given, and leave the rest as it is.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            basic_scan_type_version: `AWS_NATIVE`, the scanner of AWS, which is the only one since Clair is gone; or a
                `token` (https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-basic.html).
            registry_policy_scope: `V2`, in which a registry's policy holds for every action of ECR; in the `V1` of
                older registries it holds for replication and pull-through caches alone; or a `token`
                (https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html).
            blob_mounting: `ENABLED`, with which a push refers to layers that another repository of the registry has,
                where both are encrypted alike, and uploads and stores them no more; or `DISABLED`, which leaves as they
                are the images that were pushed so; or a `token`. It needs release 6.29 of the provider
                (https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html).
            logical_id: Start of the Terraform names (`{logical_id}_registry_policy_scope`); default: CDKTF's names.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: ECR has no such value, nothing is set, or another construct sets the same; it names both.
        """
        super().__init__(scope, id)
        registry = registry_of(self, provider)
        wanted = AccountSettingValues(
            basic_scan_type_version=basic_scan_type_version,
            registry_policy_scope=registry_policy_scope,
            blob_mounting=blob_mounting,
        )
        values = wanted.given
        problems = claim_logical_id(logical_id, "account settings", self) + wanted.problems(registry)
        for name in values:
            problems += [problem.under(name) for problem in registry.claim(f"account setting {name.upper()}", self)]
        raise_problems(problems, source=self._path)
        point_out_older_provider(self, wanted)
        _settings.setdefault(registry, {}).update(values)
        self.resources: dict[str, aws.EcrAccountSetting] = {}
        for name, value in values.items():
            resource = aws.EcrAccountSetting(self, name, name=name.upper(), value=value, provider=registry.provider)
            set_logical_id(resource, None if logical_id is None else f"{logical_id}_{name}")
            self.resources[name] = resource


def setting_of(registry: Registry, name: str) -> str | None:
    """Return what an account setting of a registry is set to in the app, by the name of the argument."""
    return _settings.get(registry, {}).get(name)
