"""Whom the policies of a repository let in, as those who ask: accounts, organisations, identities, services, anyone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ecr_constructs.core.aws import is_account_id
from ecr_constructs.core.conditions import Conditions
from ecr_constructs.core.evaluation import requesters
from ecr_constructs.core.evaluation.clauses import Clause, Named
from ecr_constructs.core.evaluation.requesters import Requester
from ecr_constructs.core.evaluation.wildcards import SOME, is_pattern
from ecr_constructs.core.principals import EVERYONE, PrincipalKind, parse_principal

__all__ = ["asker_of", "askers_of", "every_asker", "source_of"]

_POSITIVE = ("ArnEquals", "ArnLike", "StringEquals", "StringLike")


def askers_of(clauses: Iterable[Clause], partition: str) -> list[Requester]:
    """Return everyone whom statements let in, each once, in the order of the statements.

    A statement about everyone lets in whom its conditions name: organisations, their units, accounts and identities.

    Args:
        clauses: The statements.
        partition: The partition of the repository.
    """
    found: dict[tuple[str, str], Requester] = {}
    for each in every_asker(clauses, partition):
        found.setdefault((each.text, source_of(each)), each)
    return list(found.values())


def every_asker(clauses: Iterable[Clause], partition: str) -> Iterator[Requester]:
    """Yield everyone whom statements let in, each as often as it is named: a service for each ARN that it acts for.

    Args:
        clauses: The statements.
        partition: The partition of the repository.
    """
    for clause in clauses:
        for named in clause.principals or () if clause.allows else ():
            yield from _named(named, clause, partition)


def asker_of(text: str, partition: str) -> Requester | None:
    """Return a principal as one that asks; None where it is none, or a service, which asks on somebody's behalf.

    Args:
        text: An account id, an ARN, an organisation's id or path, or `*`.
        partition: The partition of an account that is named by its id.
    """
    found = parse_principal(text)
    if found is None or found.kind is PrincipalKind.SERVICE:
        return None
    if found.kind is PrincipalKind.ORGANIZATION:
        return requesters.organization(text)
    if found.kind is PrincipalKind.ORGANIZATION_PATH:
        return requesters.organization_path(text)
    if found.kind is PrincipalKind.EVERYONE:
        return requesters.anyone()
    if found.account_id is not None and found.kind in (PrincipalKind.ACCOUNT, PrincipalKind.ROOT):
        return requesters.account(found.account_id, found.partition or partition)
    return requesters.identity(text)


def source_of(requester: Requester) -> str:
    """Return on whose behalf a service asks: an account, an organisation or an ARN; empty where nobody is said."""
    if requester.kind is not PrincipalKind.SERVICE:
        return ""
    for key in ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid"):
        if values := requester.known.get(key):
            return values[0].replace(SOME, "*")
    return ""


def _named(named: Named, clause: Clause, partition: str) -> Iterator[Requester]:
    kind, text = named
    if kind == "Service":
        yield from _services(text, clause.conditions)
    elif kind == "AWS" and text == EVERYONE:
        yield from _by_conditions(clause.conditions, partition)
    elif kind == "AWS" and (asker := asker_of(text, partition)) is not None:
        yield asker


def _by_conditions(conditions: Conditions, partition: str) -> Iterator[Requester]:
    """Return whom a statement about everyone lets in; anyone where its conditions name nobody."""
    found: list[Requester] = []
    for key, value in _values(conditions):
        if key == "aws:principalorgid" and not is_pattern(value):
            found.append(requesters.organization(value))
        elif key == "aws:principalorgpaths":
            found.append(requesters.organization_path(value))
        elif key == "aws:principalaccount" and is_account_id(value):
            found.append(requesters.account(value, partition))
        elif key == "aws:principalarn" and (asker := asker_of(value, partition)) is not None:
            found.append(asker)
    yield from found or [requesters.anyone()]


def _services(name: str, conditions: Conditions) -> Iterator[Requester]:
    """Return a service on behalf of each whom the conditions of a statement name."""
    said: dict[str, list[str]] = {}
    for key, value in _values(conditions):
        said.setdefault(key, []).append(value)
    organizations = [{"aws:sourceorgid": (each,)} for each in said.get("aws:sourceorgid", ())]
    accounts = [{"aws:sourceaccount": (each,)} for each in said.get("aws:sourceaccount", ())]
    arns = [_of_arn(each) for each in said.get("aws:sourcearn", ())]
    # An ARN tells the account as well.
    both = [{**account, **arn} for arn in arns for account in accounts or [{}] if _agree(account, arn)]
    for known in both or accounts or organizations or [{}]:
        yield requesters.service(name, known=known)


def _of_arn(pattern: str) -> dict[str, tuple[str, ...]]:
    parts = pattern.split(":", 5)
    account = {"aws:sourceaccount": (parts[4],)} if len(parts) > 4 and is_account_id(parts[4]) else {}
    return {"aws:sourcearn": (pattern.replace("*", SOME),), **account}


def _agree(one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]) -> bool:
    return all(other.get(key, value) == value for key, value in one.items())


def _values(conditions: Conditions) -> Iterator[tuple[str, str]]:
    """Return each key, in lower case, and each value of the operators that a value satisfies."""
    for operator, keys in conditions.items():
        if operator.removeprefix("ForAnyValue:") in _POSITIVE:
            for key, values in keys.items():
                for value in (values,) if isinstance(values, str) else values:
                    yield key.lower(), value
