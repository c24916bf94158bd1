"""Who asks, and what is known of the request.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html and, for which keys
a request has, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from ecr_constructs.core.aws import account_root_arn
from ecr_constructs.core.evaluation.clauses import Clause, Named, names_many
from ecr_constructs.core.evaluation.operators import Known
from ecr_constructs.core.evaluation.truth import Truth, any_of, negated
from ecr_constructs.core.evaluation.wildcards import SOME, matches_exactly
from ecr_constructs.core.principals import EVERYONE, PrincipalKind, parse_principal

__all__ = [
    "Requester",
    "account",
    "anyone",
    "identity",
    "is_meant",
    "names_one",
    "organization",
    "organization_path",
    "service",
    "someone",
]

# What a request of a service has, and one of an identity has not.
_SOURCE = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")
_ORGANIZATION = ("aws:principalorgid", "aws:principalorgpaths")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """Somebody who asks.

    Attributes:
        text: As it is written: an account id, an ARN, a service, an organisation's id or path, or `*`.
        kind: What it is.
        account_id: Its account; None where it has none, or any.
        known: What is known of its requests.
    """

    text: str
    kind: PrincipalKind
    account_id: str | None = None
    known: Known = dataclasses.field(default_factory=dict, hash=False)

    @property
    def is_many(self) -> bool:
        """Whether it stands for many, of which each decides by itself or by its account: not for one identity."""
        return self.kind in _MANY


_MANY = frozenset(
    {
        PrincipalKind.ACCOUNT,
        PrincipalKind.ORGANIZATION,
        PrincipalKind.ORGANIZATION_PATH,
        PrincipalKind.EVERYONE,
    }
)


def account(account_id: str, partition: str, *, known: Mapping[str, tuple[str, ...]] | None = None) -> Requester:
    """Return an account: its root, and through it whomever it lets.

    Args:
        account_id: The account.
        partition: The partition of its ARNs.
        known: What else is known of its requests, such as its organisation.
    """
    arn = f"arn:{partition}:iam::{account_id}:{SOME}"
    return Requester(
        text=account_id,
        kind=PrincipalKind.ACCOUNT,
        account_id=account_id,
        known={**_of_identities(account_id, arn), **(known or {})},
    )


def identity(arn: str, *, known: Mapping[str, tuple[str, ...]] | None = None) -> Requester:
    """Return a role, a user or a session, by its ARN.

    Args:
        arn: The ARN.
        known: What else is known of its requests.

    Raises:
        ValueError: It is the ARN of none of these.
    """
    found = parse_principal(arn)
    if found is None or found.account_id is None:
        raise ValueError(f"no identity: {arn}")
    if found.kind in (PrincipalKind.ACCOUNT, PrincipalKind.ROOT):
        return account(found.account_id, found.partition or "aws", known=known)
    # A session's requests have the ARN of its role, whose path the session does not tell.
    said = arn if found.kind is not PrincipalKind.ASSUMED_ROLE else _role_of_session(arn)
    more = {**_of_identities(found.account_id, said), **(known or {})}
    return Requester(text=arn, kind=found.kind, account_id=found.account_id, known=more)


def someone(text: str, account_id: str, partition: str) -> Requester:
    """Return a role or user of an account, of which only that is known.

    Args:
        text: What it is called.
        account_id: Its account.
        partition: The partition of its ARN.
    """
    known = _of_identities(account_id, f"arn:{partition}:iam::{account_id}:{SOME}")
    return Requester(text=text, kind=PrincipalKind.ROLE, account_id=account_id, known=known)


def organization(organization_id: str) -> Requester:
    """Return any account of an organisation."""
    known = {**_of_identities(SOME, SOME), "aws:principalorgid": (organization_id,)}
    return Requester(text=organization_id, kind=PrincipalKind.ORGANIZATION, known=known)


def organization_path(path: str) -> Requester:
    """Return any account of an organisational unit, by the path that policies compare.

    With `*` at its end, it may be in a unit below.
    """
    known = {
        **_of_identities(SOME, SOME),
        "aws:principalorgid": (path.split("/", 1)[0],),
        "aws:principalorgpaths": (path.removesuffix("*") + SOME if path.endswith("*") else path,),
    }
    return Requester(text=path, kind=PrincipalKind.ORGANIZATION_PATH, known=known)


def anyone() -> Requester:
    """Return somebody of whom nothing is known, not even whether it is a service."""
    return Requester(text=EVERYONE, kind=PrincipalKind.EVERYONE)


def service(name: str, *, known: Mapping[str, tuple[str, ...]] | None = None) -> Requester:
    """Return a service of AWS that acts by itself.

    Its requests have neither the organisation nor the account of a principal.

    Args:
        name: Such as `lambda.amazonaws.com`.
        known: On whose behalf it acts: `aws:sourcearn`, `aws:sourceaccount`.
    """
    own = {
        "aws:principalisawsservice": ("true",),
        "aws:principalservicename": (name,),
        **dict.fromkeys(_ORGANIZATION, ()),
    }
    return Requester(text=name, kind=PrincipalKind.SERVICE, known={**own, **(known or {})})


def is_meant(clause: Clause, requester: Requester) -> Truth:
    """Return whether a statement is about a requester.

    One that stands for many is not meant by what is about one of them alone. Where that denies, it is unknown, because
    some of them are refused.

    Args:
        clause: The statement.
        requester: Who asks.
    """
    if clause.principals is None:
        return True
    truth = any_of(_is(named, requester) for named in clause.principals)
    if clause.other_principals:
        # Whoever is left out by a role's or user's ARN has to have the account left out as well.
        accounts = {("AWS", account_root_arn(str(requester.account_id), each)) for each in _partitions(clause)}
        named = accounts.isdisjoint(clause.principals) and ("AWS", requester.account_id) not in clause.principals
        lone = truth is True and requester.kind in _NEED_ACCOUNT and named
        return None if lone and not clause.allows else negated(truth)
    return False if truth is None and clause.allows else truth


def names_one(named: Named, requester: Requester) -> bool:
    """Tell whether a principal of a policy is a requester by itself, and not by its account or by all."""
    return not requester.is_many and not names_many(named) and _is(named, requester) is True


_NEED_ACCOUNT = frozenset({PrincipalKind.ROLE, PrincipalKind.USER, PrincipalKind.ASSUMED_ROLE})


def _partitions(clause: Clause) -> set[str]:
    return {text.split(":")[1] for kind, text in clause.principals or () if kind == "AWS" and text.startswith("arn:")}


def _is(named: Named, requester: Requester) -> Truth:
    """Return whether a principal of a policy is a requester; unknown where it is one of many that this stands for."""
    kind, text = named
    if requester.kind is PrincipalKind.SERVICE:
        return text == EVERYONE if kind == "AWS" else kind == "Service" and text == requester.text
    if kind == "Federated":
        return text == requester.text
    if kind != "AWS":
        return False
    if text == EVERYONE:
        return True
    found = parse_principal(text)
    if found is None or found.account_id is None:
        return False
    if requester.account_id is None:
        return None if requester.is_many else False
    if found.account_id != requester.account_id:
        return False
    if found.kind in (PrincipalKind.ACCOUNT, PrincipalKind.ROOT) or text == requester.text:
        return True
    if requester.is_many:
        return None
    session = (requester.kind, found.kind) == (PrincipalKind.ASSUMED_ROLE, PrincipalKind.ROLE)
    if session:
        return text.rsplit("/", 1)[-1] == requester.text.split("/")[1]
    if (requester.kind, found.kind) == (PrincipalKind.ROLE, PrincipalKind.ASSUMED_ROLE):
        # One of its sessions, maybe.
        return None if text.split("/")[1] == requester.text.rsplit("/", 1)[-1] else False
    # Of a role whose path is not known, or of whoever has a policy.
    mays = (matches_exactly(text, arn) for arn in requester.known.get("aws:principalarn", ()) if SOME in arn)
    return None if any(may is None for may in mays) else False


def _of_identities(account_id: str, arn: str) -> dict[str, tuple[str, ...]]:
    return {
        "aws:principalaccount": (account_id,),
        "aws:principalarn": (arn,),
        "aws:principalisawsservice": ("false",),
        **dict.fromkeys(_SOURCE, ()),
    }


def _role_of_session(arn: str) -> str:
    _, partition, _, _, account_id, rest = arn.split(":", 5)
    return f"arn:{partition}:iam::{account_id}:role/{SOME}{rest.split('/')[1]}"
