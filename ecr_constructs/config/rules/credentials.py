"""Whose credentials Terraform uses."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ecr_constructs.config.environment import Environment
from ecr_constructs.errors import Problem

__all__ = ["check_credentials"]

_KEYS = {"profile": "aws_profile", "role_arn": "assume_role_arn", "external_id": "assume_role_external_id"}


def check_credentials(environment: Environment) -> Iterator[Problem]:
    """Check the profile, and that the role is one of the environment's account."""
    for problem in environment.credentials.problems(environment.place):
        rule = problem.rule.replace("role_arn", _KEYS["role_arn"])
        yield dataclasses.replace(problem, rule=rule).moved(_KEYS[str(problem.path[0])])
