"""The settings that ECR keeps for an account and region."""

from __future__ import annotations

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["ACCOUNT_SETTINGS", "check_account_setting"]

# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutAccountSetting.html. CLAIR and V1 are what accounts
# once had: the API's model names them no more.
ACCOUNT_SETTINGS = {
    "basic_scan_type_version": ("AWS_NATIVE",),
    "registry_policy_scope": ("V2",),
}
_FORMER = {"CLAIR", "V1"}


def check_account_setting(name: str, value: str) -> list[Problem]:
    """Check the value of a setting, by the name that it has as an argument."""
    allowed = ACCOUNT_SETTINGS[name]
    if is_unresolved(value) or value in allowed:
        return []
    rule, fix = f"must be {' or '.join(allowed)}", f"Write {allowed[0]}, or leave the setting as it is."
    if value in _FORMER:
        rule += f": {value} is what ECR had before and can no longer be chosen"
    return [Problem((name,), "account-setting", rule, show(value), fix)]
