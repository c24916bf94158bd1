"""What is right about grants and has to be seen: who gets in beyond those that are named, and what is still missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from ecr_constructs.core.access.grants import AccessGrants
from ecr_constructs.core.access.levels import TOKEN_ACTION, TOKEN_LEVELS, Level
from ecr_constructs.core.access.statements import OWN_ORGANIZATION, is_of_organization
from ecr_constructs.core.conditions import protect
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.places import Place
from ecr_constructs.core.principals import PrincipalKind, parse_principal
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import KeyPath, Problem

__all__ = [
    "OTHER_SIDE",
    "lambda_notices",
    "needs_other_side",
    "other_side_notice",
    "service_notices",
    "wide_notices",
]

OTHER_SIDE = "roles and users that are named by their ARNs need an identity policy as well"
"""What a notice says of the other side of a grant, of one repository as of all."""

_IDENTITIES = frozenset(
    {PrincipalKind.ROLE, PrincipalKind.USER, PrincipalKind.ASSUMED_ROLE, PrincipalKind.FEDERATED_USER}
)
_MOST_NAMED = 3


def lambda_notices(grants: AccessGrants) -> list[Problem]:
    """Point out that functions of an organisation's accounts cannot be made from the images that the accounts may pull.

    Lambda fetches an image itself, as a service, which an organisation does not cover: it is let in for accounts one by
    one. Where some are named, they are the ones that are meant (https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#images-permissions).
    """
    by_organization = (
        grants.organization_id is not None
        or grants.organization_paths
        or any(map(is_of_organization, grants.pull_principals))
    )
    if not by_organization or not grants.enable_lambda_pull or grants.lambda_account_ids:
        return []
    rule = "functions of the organisation's accounts cannot use the images: Lambda is let in for accounts by their ids"
    fix = "Name the accounts that have functions by their ids as well."
    return [Problem((), "lambda-organization", rule, fix=fix, severity="warning")]


def wide_notices(grants: AccessGrants) -> Iterator[Problem]:
    """Point out whole organisations, and units of them, that may push or administer, and services that act for anyone.

    Anyone in any of their accounts may then, whom that account's own policies let: also in accounts still to come.
    """
    if grants.push_organization_id is not None:
        yield _wide(("push_organization_id",), grants.push_organization_id, Level.PUSH)
    for index, path in enumerate(grants.push_organization_paths):
        yield _wide(("push_organization_paths", index), path, Level.PUSH)
    for level in (Level.PUSH, Level.ADMIN):
        for index, principal in enumerate(grants.principals_of(level)):
            if is_of_organization(principal):
                yield _wide((f"{level}_principals", index), principal, level)
    yield from service_notices(grants.policy_statements, "policy_statements")


def service_notices(statements: Iterable[PolicyStatement], key: str) -> Iterator[Problem]:
    """Point out statements by which a service acts for anyone: no condition says on whose behalf it has to ask.

    Args:
        statements: Statements of a repository's policy.
        key: What names them.
    """
    for index, statement in enumerate(statements):
        if statement.effect == "Allow" and statement.service_principals and not protect(statement.conditions):
            services = ", ".join(statement.service_principals)
            rule = f"whoever has {services} act for them gets in: no condition says on whose behalf it has to ask"
            fix = "Add one, such as StringEquals aws:SourceAccount, or name the service in a list of principals."
            yield Problem((key, index), "access-service-open", rule, fix=fix, severity="warning")


def _wide(path: KeyPath, principal: str, level: Level) -> Problem:
    what = {
        Level.PUSH: "push images",
        Level.ADMIN: "delete images and change the repository's policy",
    }[level]
    who = "the own organisation" if principal == OWN_ORGANIZATION else principal
    if is_unresolved(principal):
        who = "the organisation"
    rule = f"anyone in any account of {who} may {what}, once that account lets them"
    fix = "Name the accounts, or the roles, that do it."
    return Problem(path, "access-wide", rule, fix=fix, severity="warning")


def needs_other_side(principal: str, levels: Collection[Level], account_id: str | None) -> bool:
    """Tell whether a role or user can do nothing by a repository's policy alone.

    In the repository's own account that policy is enough for what it allows, and the token of `docker login` is not
    among that; in another account both sides have to allow everything
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html).

    Args:
        principal: Who it is; what is known at apply alone is taken for a role of an account that is not known.
        levels: What it may do.
        account_id: The repository's account, where it is known.
    """
    found = None if is_unresolved(principal) else parse_principal(principal)
    if not is_unresolved(principal) and (found is None or found.kind not in _IDENTITIES):
        return False
    own = found is not None and account_id is not None and found.account_id == account_id
    return not own or not TOKEN_LEVELS.isdisjoint(levels)


def other_side_notice(
    named: Iterable[tuple[str, Level]], place: Place, *, path: KeyPath = (), command: str = "ecr-constructs access"
) -> list[Problem]:
    """Point out once that roles and users need an identity policy, whoever they are.

    Args:
        named: Who may do what; accounts, organisations and services decide by themselves and are passed over.
        place: Where the repository is.
        path: Where they are named.
        command: What prints those policies.
    """
    levels: dict[str, set[Level]] = {}
    for principal, level in named:
        levels.setdefault(principal, set()).add(level)
    account_id = place.known_account_id
    needing = {each: of for each, of in levels.items() if needs_other_side(each, of, account_id)}
    if not needing:
        return []
    token = any(not TOKEN_LEVELS.isdisjoint(of) for of in needing.values())
    actions = any(not of <= TOKEN_LEVELS or not _is_of(each, account_id) for each, of in needing.items())
    what = [f"{TOKEN_ACTION} on '*'"] if token else []
    what += ["the same actions on the repository for those of another account"] if actions else []
    fix = f"Allow {_names(sorted(needing))} {' and '.join(what)}; `{command}` prints it."
    return [Problem(path, "grant-other-side", OTHER_SIDE, fix=fix, severity="notice")]


def _is_of(principal: str, account_id: str | None) -> bool:
    found = None if is_unresolved(principal) else parse_principal(principal)
    return found is not None and account_id is not None and found.account_id == account_id


def _names(principals: Sequence[str]) -> str:
    known = [each for each in principals if not is_unresolved(each)]
    shown = known[:_MOST_NAMED]
    more = len(principals) - len(shown)
    if more:
        shown.append(f"{more} more" if shown else "them")
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
