"""Policies of IAM, as text."""

from __future__ import annotations

import json
from collections.abc import Sequence

__all__ = ["allowing", "trusting"]


def trusting(service: str) -> str:
    """Return a trust policy by which a service alone can take a role on.

    Args:
        service: Such as `lambda.amazonaws.com`.
    """
    return _policy({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


def allowing(actions: Sequence[str], resource: str) -> str:
    """Return a policy that allows actions on one resource.

    Args:
        actions: Such as `logs:PutLogEvents`.
        resource: ARN of the resource.
    """
    return _policy({"Effect": "Allow", "Action": list(actions), "Resource": resource})


def _policy(statement: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
