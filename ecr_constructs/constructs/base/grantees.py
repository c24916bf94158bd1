"""Who may be granted something by a construct."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ecr_constructs.errors import Problem, show

__all__ = ["Grantee", "names_of"]


class HasArn(Protocol):
    """Anything with an ARN, such as the bindings' `IamRole` and `DataAwsIamRole`."""

    @property
    def arn(self) -> str:
        """ARN of the principal."""


Grantee = str | HasArn
"""Who may act: an account id, the ARN of a role or user (or an object that has one), or a service's principal."""


def names_of(grantees: Sequence[Grantee], rule: str, argument: str = "principals") -> tuple[list[str], list[Problem]]:
    """Return each of them as text.

    Args:
        grantees: Who may act.
        rule: What each must be, for the problems of those that are neither text nor have an ARN.
        argument: Name of the argument; default `principals`.
    """
    fix = "Write an account id as text, in quotes, and a list as *list."
    found = [each if isinstance(each, str) else getattr(each, "arn", None) for each in grantees]
    problems = [
        Problem((argument, index), "grant-principal", rule, show(grantees[index]), fix)
        for index, name in enumerate(found)
        if not isinstance(name, str)
    ]
    return [name for name in found if isinstance(name, str)], problems
