"""The credentials of an environment, as Terraform's blocks take them."""

from __future__ import annotations

from typing import Any

from ecr_constructs._engine.aws import AwsProviderAssumeRole
from ecr_constructs.core.credentials import Credentials

__all__ = ["of_provider"]


def of_provider(credentials: Credentials) -> dict[str, Any]:
    """Return the arguments of a provider that uses them."""
    role_arn, external_id = credentials.role_arn, credentials.external_id
    return {
        **({} if credentials.profile is None else {"profile": credentials.profile}),
        **(
            {}
            if role_arn is None
            else {"assume_role": [AwsProviderAssumeRole(role_arn=role_arn, external_id=external_id)]}
        ),
    }
