"""What several identities are told: which repositories, which roles, and what bounds a role."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecr_constructs.core.aws import parse_repository_arn
from ecr_constructs.core.identities.identity import check_role_name
from ecr_constructs.core.names import check_repository_name
from ecr_constructs.core.places import Place, check_arn_place, known_partition
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["POLICY_ARN", "check_arns", "check_boundary", "check_repositories", "check_roles", "role_address"]

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
POLICY_ARN = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[!-~]{1,512}")


def check_repositories(arns: Sequence[str], place: Place, *path: str | int) -> list[Problem]:
    """Check that repositories are named by their ARNs, in one partition, and that there are any.

    Args:
        arns: ARNs of repositories, of any account and region.
        place: Where the identity's own registry is.
        *path: Where they are said.
    """
    code = "identity-repositories"
    if not arns:
        return [Problem(path, code, "must be about a repository", "none", "Name one, or leave the construct out.")]
    problems = []
    for index, arn in enumerate(arns):
        parsed = None if is_unresolved(arn) else parse_repository_arn(arn)
        if not is_unresolved(arn) and (parsed is None or check_repository_name(parsed.repository_name)):
            fix = "Write it as in arn:aws:ecr:us-east-1:111111111111:repository/shop/web."
            problems.append(Problem((*path, index), code, "must be the ARN of a repository", show(arn), fix))
        elif parsed is not None and known_partition(place) not in (None, parsed.partition):
            rule, fix = f"must lie in the partition {known_partition(place)}", "Name a repository of that partition."
            problems.append(Problem((*path, index), code, rule, show(arn), fix))
    return problems


def check_roles(names: Sequence[str], *path: str | int) -> list[Problem]:
    """Check the names of the roles that a policy is attached to: each a role's name, without its path, and once.

    Args:
        names: The names.
        *path: Where they are said.
    """
    problems = []
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name.startswith("arn:"):
            rule, fix = "must be the name of a role instead of its ARN", "Write what follows the last '/' of it."
            problems.append(Problem((*path, index), "identity-name", rule, show(name), fix))
            continue
        problems += check_role_name(name, *path, index)
        # IAM tells no two names apart by case: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
        if not is_unresolved(name) and name.casefold() in seen:
            rule = "must be named once"
            problems.append(Problem((*path, index), "identity-role", rule, show(name), "Remove the second one."))
        seen.add(name.casefold())
    return problems


def check_boundary(arn: str | None, place: Place, *path: str | int) -> list[Problem]:
    """Check the ARN of the managed policy that bounds what a role may do, of the role's own account or AWS's.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    if arn is None or is_unresolved(arn):
        return []
    match = POLICY_ARN.fullmatch(arn)
    if match is None:
        fix = "Write it as in arn:aws:iam::111111111111:policy/boundary."
        return [Problem(path, "identity-boundary", "must be the ARN of a managed policy", show(arn), fix)]
    if place.known_account_id is not None and match[1] not in ("aws", place.known_account_id):
        rule = f"must be a policy of the role's own account {place.known_account_id}"
        return [Problem(path, "identity-boundary", rule, show(arn), "Make the policy there.")]
    return check_arn_place(arn, place, *path, code="identity-boundary", what="a policy")


def check_arns(arns: Sequence[str], form: re.Pattern[str], *path: str | int, what: str, example: str) -> list[Problem]:
    """Check the ARNs of what a role may read besides images.

    Args:
        arns: The ARNs.
        form: What each has to be like.
        *path: Where they are said.
        what: What each names, for the message.
        example: How one is written.
    """
    return [
        Problem((*path, index), "identity-arn", f"must be the ARN of {what}", show(arn), f"Write it as in {example}.")
        for index, arn in enumerate(arns)
        if not is_unresolved(arn) and not form.fullmatch(arn)
    ]


def role_address(name: str) -> str:
    """Return what the Terraform names of a role's attachments end with: one-to-one, whatever the name holds.

    Letters, digits and hyphens stay, `_` is `__`, and every other character is `_` and its two hexadecimal digits.
    """
    return re.sub(r"[^A-Za-z0-9-]", lambda match: "__" if match[0] == "_" else f"_{ord(match[0]):02X}", name)
