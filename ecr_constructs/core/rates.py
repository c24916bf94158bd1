"""How long Terraform takes at least, from the rates that AWS allows."""

from __future__ import annotations

__all__ = ["apply_minutes", "plan_minutes"]

# Parameter Store's default throughput for an account and region, in calls a second, all of which can be raised:
# https://docs.aws.amazon.com/general/latest/gr/ssm.html. Terraform's AWS provider writes a parameter by one
# PutParameter, and reads it by one GetParameter and one DescribeParameters.
_PUT_PARAMETER = 3
_GET_PARAMETER = 40
_DESCRIBE_PARAMETERS = 3
_SECONDS = 60


def apply_minutes(parameters: int) -> float:
    """Return the minutes of a first apply: every parameter is written, and read after that.

    The calls of each kind are limited apart from the others, so the slowest kind counts.

    Args:
        parameters: How many parameters there are.
    """
    return parameters / min(_PUT_PARAMETER, _GET_PARAMETER, _DESCRIBE_PARAMETERS) / _SECONDS


def plan_minutes(parameters: int) -> float:
    """Return the minutes of a plan, which reads every parameter."""
    return parameters / min(_GET_PARAMETER, _DESCRIBE_PARAMETERS) / _SECONDS
