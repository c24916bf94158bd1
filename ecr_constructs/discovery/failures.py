"""What is raised where a repository cannot be read.

    OperationError
    └── DiscoveryError
        ├── RepositoryNotPublished      nothing is there by that name
        ├── ParameterAccessDenied       IAM does not allow it
        └── MalformedRecord             what is there is not whole, or not what is published

Whatever else boto3 raises, such as for credentials that have expired, is raised as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from ecr_constructs.core.aws import partition_of
from ecr_constructs.core.ssm import parameter_path
from ecr_constructs.errors import OperationError

__all__ = [
    "DiscoveryError",
    "MalformedRecord",
    "ParameterAccessDenied",
    "RepositoryNotPublished",
    "denied",
    "malformed",
    "not_published",
    "place_of",
]

_NAMED_BY = ("config", "url")
"""What is looked for first, and what every layout has."""

_LISTING = "ssm:GetParametersByPath"
_EXPLICIT = "explicit deny"


class DiscoveryError(OperationError):
    """A repository cannot be read.

    Attributes:
        account_id: The account that was asked; None where that is not known.
        region: The region that was asked.
        parameters: Full names of the parameters, or the path that was to be listed.
    """

    def __init__(
        self, message: str, *, account_id: str | None = None, region: str = "", parameters: Iterable[str] = ()
    ) -> None:
        super().__init__(message)
        self.account_id = account_id
        self.region = region
        self.parameters: tuple[str, ...] = tuple(parameters)


class RepositoryNotPublished(DiscoveryError, LookupError):
    """Repositories are not published.

    Attributes:
        names: Their names, all of those that were asked for and are not there.
    """

    names: tuple[str, ...] = ()


class MalformedRecord(DiscoveryError):
    """What is published about repositories cannot be read: parameters are missing, or hold something else.

    Attributes:
        names: The repositories, all of those that were asked for.
    """

    names: tuple[str, ...] = ()


class ParameterAccessDenied(DiscoveryError):
    """IAM does not allow to read the parameters.

    Attributes:
        statement: The statement that is missing in a policy of the reader, with Effect, Action and Resource.
    """

    statement: Mapping[str, object] = {}

    @property
    def statement_text(self) -> str:
        """The statement as JSON."""
        return json.dumps(self.statement)


def place_of(account_id: str | None, region: str) -> str:
    """Return an account and a region as messages name them."""
    account = "the account of the credentials" if account_id is None else f"account {account_id}"
    return f"{account}, {region or 'the region of the client'}"


def not_published(names: Iterable[str], prefix: str, *, account_id: str | None, region: str) -> RepositoryNotPublished:
    """Return that nothing is published by some names.

    Args:
        names: The names.
        prefix: Path below which they were looked for.
        account_id: The account that was asked, as far as it is known.
        region: The region that was asked.
    """
    missing = {name: [parameter_path(prefix, name, each) for each in _NAMED_BY] for name in names}
    said = "; ".join(f"{name} (no parameter {' and no '.join(paths)})" for name, paths in missing.items())
    error = RepositoryNotPublished(
        f"Not published in {place_of(account_id, region)}: {said}. Check the name and the prefix {prefix}, the account "
        "and the region, that the environment is deployed, and that it does not say publish_to_ssm: false.",
        account_id=account_id,
        region=region,
        parameters=[path for paths in missing.values() for path in paths],
    )
    error.names = tuple(missing)
    return error


def malformed(reasons: Mapping[str, str], prefix: str, *, account_id: str | None, region: str) -> MalformedRecord:
    """Return that what is published by some names cannot be read.

    Args:
        reasons: Why, by name.
        prefix: Path below which they are published.
        account_id: The account that was asked, as far as it is known.
        region: The region that was asked.
    """
    said = "; ".join(f"{parameter_path(prefix, name, reason)}" for name, reason in reasons.items())
    error = MalformedRecord(
        f"Not readable in {place_of(account_id, region)}: {said}. A deployment may be at work; if not, deploy the "
        "environment again, or see `ecr-constructs doctor`.",
        account_id=account_id,
        region=region,
        parameters=[parameter_path(prefix, name, "config") for name in reasons],
    )
    error.names = tuple(reasons)
    return error


def denied(
    action: str, names: Sequence[str], said: str, *, account_id: str | None, region: str
) -> ParameterAccessDenied:
    """Return that IAM does not allow an action, with the statement that would.

    Args:
        action: The action.
        names: Full names of the parameters, or the path that was to be listed.
        said: What AWS says.
        account_id: The account that was asked, as far as it is known.
        region: The region that was asked.
    """
    base = f"arn:{partition_of(region)}:ssm:{region or '*'}:{account_id or '*'}:parameter"
    if action == _LISTING:
        actions, resources = [action], [f"{base}{each}" for each in names]
        why = f" A listing is allowed by its path itself, which {resources[0]}/* does not match."
    else:
        actions, why = ["ssm:GetParameter", "ssm:GetParameters"], ""
        resources = list(dict.fromkeys(f"{base}{each.rpartition('/')[0]}/*" for each in names))
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
    fix = f"Add to a policy of the reader: {json.dumps(statement)}.{why}"
    if _EXPLICIT in said:
        fix = "A policy denies it: no other one can allow it."
    error = ParameterAccessDenied(
        f"{action} on {', '.join(names)} in {place_of(account_id, region)} is not allowed: "
        f"{said or 'AWS does not say why'}. {fix}",
        account_id=account_id,
        region=region,
        parameters=names,
    )
    error.statement = statement
    return error
