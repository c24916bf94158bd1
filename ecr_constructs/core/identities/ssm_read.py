"""Who may read what is published about repositories in SSM Parameter Store.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html. A single parameter
is read by its own name; a listing is authorised against the path that is asked for, whatever lies below that.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.identities.arguments import check_roles
from ecr_constructs.core.identities.identity import Identity, check_description, check_identity, check_policy_name
from ecr_constructs.core.places import Place
from ecr_constructs.core.ssm import DEFAULT_PREFIX, PARAMETERS, check_parameter_path, published_path
from ecr_constructs.errors import Problem

__all__ = ["DEFAULT_DESCRIPTION", "DEFAULT_NAME", "SsmRead", "check_published_names", "parameter_arns"]

DEFAULT_NAME = "ECRSSMParameterRead"
DEFAULT_DESCRIPTION = "Allow reading ECR information from SSM Parameter Store"

_GET = ("ssm:GetParameter", "ssm:GetParameters")
_LIST = "ssm:GetParametersByPath"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SsmRead:
    """A managed policy for readers of parameters; see `SsmReadPolicy` for what each argument means.

    Attributes:
        policy_name: Its name.
        description: What it is for.
        repositories: Names by which they are published; None for all below the prefix.
        published_beside: Further names that are published, whose parameters may not be read.
        prefix: Path below which they are published.
        roles: Names of the roles that have it.
    """

    policy_name: str = DEFAULT_NAME
    description: str = DEFAULT_DESCRIPTION
    repositories: tuple[str, ...] | None = None
    published_beside: tuple[str, ...] = ()
    prefix: str = DEFAULT_PREFIX
    roles: tuple[str, ...] = ()

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that the policy breaks."""
        problems = [
            *check_policy_name(self.policy_name, "policy_name"),
            *check_description(self.description, "description"),
            *check_parameter_path(self.prefix, "prefix"),
            *check_roles(self.roles, "roles"),
        ]
        if self.repositories is not None:
            problems += check_published_names(self.repositories, self.prefix, "repositories")
            if not self.repositories:
                fix = "Name some, or leave them out to have all of them read."
                problems.append(
                    Problem(("repositories",), "identity-repositories", "must be about a repository", "none", fix)
                )
        if problems:
            return problems
        (identity,) = self.identities(place)
        return check_identity(identity, "repositories")

    def identities(self, place: Place) -> list[Identity]:
        """Return the policy."""
        if self.repositories is None:
            path = _arn(self.prefix, place)
            all_of_it = PolicyStatement(sid="ReadParameters", actions=(*_GET, _LIST), resources=(path, f"{path}/*"))
            statements = [all_of_it]
        else:
            names, beside = self.repositories, self.published_beside
            parameters = parameter_arns(names, beside, self.prefix, place)
            # A listing may go down to whatever lies below its path.
            listed = [name for name in names if not _below(name, {*beside} - {*names})]
            statements = [PolicyStatement(sid="ReadParameters", actions=_GET, resources=tuple(parameters))]
            if listed:
                paths = tuple(_arn(published_path(self.prefix, name), place) for name in listed)
                statements.append(PolicyStatement(sid="ListParameters", actions=(_LIST,), resources=paths))
        return [Identity(name=self.policy_name, statements=tuple(statements), role_names=self.roles, managed=True)]


def parameter_arns(names: Iterable[str], beside: Iterable[str], prefix: str, place: Place) -> list[str]:
    """Return the resources by which the parameters of repositories are read, and nobody else's.

    `{path}/*` where nothing else is published below the path of a repository; where something is, because `*` goes
    beyond the next `/`, each of its parameters by name.

    Args:
        names: Names by which the repositories are published.
        beside: Further names that are published.
        prefix: Path below which they are published.
        place: Where that is.
    """
    names = list(names)
    others = {*beside} - {*names}
    found = []
    for name in names:
        path = _arn(published_path(prefix, name), place)
        if _below(name, others):
            found += [f"{path}/{parameter}" for parameter in PARAMETERS]
        else:
            found.append(f"{path}/*")
    return found


def check_published_names(names: Sequence[str], prefix: str, *path: str | int) -> list[Problem]:
    """Check that Parameter Store takes the paths of repositories.

    Args:
        names: Names by which the repositories are published.
        prefix: Path below which they are published.
        *path: Where the names are said.
    """
    return [
        problem
        for index, name in enumerate(names)
        for problem in check_parameter_path(published_path(prefix, name), *path, index)
    ]


def _arn(path: str, place: Place) -> str:
    return f"arn:{place.partition}:ssm:{place.region}:{place.account_id}:parameter{path.rstrip('/')}"


def _below(name: str, names: Iterable[str]) -> set[str]:
    return {each for each in names if each.startswith(f"{name}/")}
