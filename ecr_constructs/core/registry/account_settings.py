"""The settings that ECR keeps for an account and region."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, get_args

from ecr_constructs.core.places import Place
from ecr_constructs.core.tokens import TokenString, is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "ACCOUNT_SETTINGS",
    "AccountSettingValues",
    "BasicScanTypeVersion",
    "BlobMounting",
    "RegistryPolicyScope",
    "check_account_setting",
]

# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutAccountSetting.html. CLAIR and V1 are what accounts
# once had: the API's model names them no more.
BasicScanTypeVersion: TypeAlias = Literal["AWS_NATIVE"]
RegistryPolicyScope: TypeAlias = Literal["V2"]
BlobMounting: TypeAlias = Literal["ENABLED", "DISABLED"]
ACCOUNT_SETTINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "basic_scan_type_version": get_args(BasicScanTypeVersion),
    "registry_policy_scope": get_args(RegistryPolicyScope),
    "blob_mounting": get_args(BlobMounting),
}
_FORMER = {"CLAIR", "V1"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AccountSettingValues:
    """What the settings are to be; see `AccountSettings` for each. None leaves one as it is."""

    basic_scan_type_version: BasicScanTypeVersion | TokenString | None = None
    registry_policy_scope: RegistryPolicyScope | TokenString | None = None
    blob_mounting: BlobMounting | TokenString | None = None

    @property
    def given(self) -> dict[str, str]:
        """Those that are set, by name."""
        return {name: value for name in ACCOUNT_SETTINGS if (value := getattr(self, name)) is not None}

    def problems(self, _place: Place) -> list[Problem]:
        """Return every rule that the values break."""
        if not self.given:
            fix = f"Give one of {', '.join(ACCOUNT_SETTINGS)}, or leave the construct out."
            return [Problem((), "account-settings-empty", "must set something", "nothing", fix)]
        return [problem for name, value in self.given.items() for problem in check_account_setting(name, value)]


def check_account_setting(name: str, value: str) -> list[Problem]:
    """Check the value of a setting, by the name that it has as an argument."""
    allowed = ACCOUNT_SETTINGS[name]
    if is_unresolved(value) or value in allowed:
        return []
    rule, fix = f"must be {' or '.join(allowed)}", f"Write {allowed[0]}, or leave the setting as it is."
    if value in _FORMER:
        rule += f": {value} is what ECR had before and can no longer be chosen"
    return [Problem((name,), "account-setting", rule, show(value), fix)]
