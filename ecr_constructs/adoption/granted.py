"""The options of an environment file that may mean the same as a repository policy of AWS.

They are guesses: whether one is right shows in the policy that is made of it, and in what that means.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ecr_constructs.adoption.access import Meaning, listed, meaning_of, principals_of, statements_in, value_text
from ecr_constructs.core.access.levels import ACTIONS, TRUSTED_ACTIONS, Level
from ecr_constructs.core.aws import account_root_arn
from ecr_constructs.core.principals import EVERYONE, PrincipalKind, parse_principal

__all__ = ["Access", "access_meant_by", "accesses_of"]

_ORGANIZATION = "aws:principalorgid"
_LAMBDA = ("Service", "lambda.amazonaws.com")
_OF_LAMBDA = frozenset({"ecr:batchgetimage", "ecr:getdownloadurlforlayer"})
_BY_ACTIONS: Mapping[frozenset[str], Level | None] = {
    **{frozenset(map(str.lower, actions)): level for level, actions in ACTIONS.items()},
    frozenset(map(str.lower, TRUSTED_ACTIONS)): None,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Access:
    """Who may do what by a repository policy.

    Attributes:
        account_ids: Accounts that are trusted, sorted.
        organization_id: An organisation that is trusted.
        by_lambda: Whether Lambda functions may use the images.
        organization_paths: Organisational units that are trusted.
        principals: Who has which level by name, each sorted.
        statements: Statements as they stand, as the options of a file.
    """

    account_ids: tuple[str, ...] = ()
    organization_id: str | None = None
    by_lambda: bool = False
    organization_paths: tuple[str, ...] = ()
    principals: Mapping[Level, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    statements: tuple[Mapping[str, object], ...] = ()

    def beyond(self, account_ids: Collection[str], organizations: Collection[str | None]) -> Access:
        """Return what is left without these accounts and organisations."""
        return dataclasses.replace(
            self,
            account_ids=tuple(each for each in self.account_ids if each not in account_ids),
            organization_id=None if self.organization_id in organizations else self.organization_id,
        )

    @property
    def options(self) -> dict[str, object]:
        """The options of an entry that grant this, those included that grant nothing."""
        accounts: dict[str, object] = {"allowed_account_ids": list(self.account_ids)} if self.account_ids else {}
        return {
            "enable_cross_account_access": bool(accounts),
            **accounts,
            "organization_id": self.organization_id,
            "organization_paths": list(self.organization_paths),
            "enable_lambda_pull": self.by_lambda,
            **{f"{level}_principals": list(self.principals.get(level, ())) for level in Level},
            "push_account_ids": [],
            "push_organization_id": None,
            "push_organization_paths": [],
            "policy_statements": [dict(each) for each in self.statements],
        }


def accesses_of(policy: str, partition: str, account_id: str) -> Iterator[Access]:
    """Return what a policy may mean, the shortest way to say it first.

    Args:
        policy: Its text.
        partition: Partition of the repository.
        account_id: Its account.
    """
    meaning, statements = meaning_of(policy, partition), statements_in(policy)
    if not meaning or statements is None:
        return
    whole = access_meant_by(meaning)
    yield whole
    for by_lambda in (True, False) if whole.by_lambda else (False,):
        found = _Found(partition, account_id)
        if all(found.take(each) for each in statements if not (by_lambda and _is_of_lambda(each, partition))):
            yield found.access(by_lambda=by_lambda)


def access_meant_by(meaning: Meaning) -> Access:
    """Return who is trusted by a policy, as far as it shows."""
    accounts, organizations, by_lambda = set[str](), set[str](), False
    for _, kind, principal, _, conditions in meaning:
        found = parse_principal(principal) if kind == "AWS" else None
        if found is not None and found.kind is PrincipalKind.ROOT:
            accounts.add(str(found.account_id))
        organizations |= {value for _, key, values in conditions if key == _ORGANIZATION for value in values}
        by_lambda = by_lambda or (kind, principal) == _LAMBDA
    return Access(tuple(sorted(accounts)), min(organizations, default=None), by_lambda)


def _is_of_lambda(statement: Mapping[str, Any], partition: str) -> bool:
    """Tell whether a statement is one of those that `enable_lambda_pull` makes."""
    who = [*principals_of(statement.get("Principal"), partition)]
    return who == [_LAMBDA] or (_actions(statement) == _OF_LAMBDA and "Condition" not in statement)


def _actions(statement: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(each).lower() for each in listed(statement.get("Action")))


class _Found:
    """What the statements of a policy come to, one after the other."""

    def __init__(self, partition: str, account_id: str) -> None:
        self._partition, self._account_id = partition, account_id
        self._by_level: dict[Level | None, set[str]] = {}
        self._statements: list[dict[str, object]] = []

    def take(self, statement: Mapping[str, Any]) -> bool:
        """Note what a statement says, and tell whether a file can say that."""
        actions = _actions(statement)
        names = self._names(statement) if statement["Effect"] == "Allow" and actions in _BY_ACTIONS else None
        if names is not None and (_BY_ACTIONS[actions] is not None or self._are_trusted(names)):
            self._by_level.setdefault(_BY_ACTIONS[actions], set()).update(names)
            return True
        written = _written(statement)
        if written is not None:
            self._statements.append(written)
        return written is not None

    def access(self, *, by_lambda: bool) -> Access:
        """Return all that was taken."""
        by_kind: dict[PrincipalKind | None, list[str]] = {}
        for name in sorted(self._by_level.get(None, ())):
            found = parse_principal(name)
            by_kind.setdefault(None if found is None else found.kind, []).append(name)
        return Access(
            account_ids=tuple(by_kind.get(PrincipalKind.ACCOUNT, ())),
            organization_id=next(iter(by_kind.get(PrincipalKind.ORGANIZATION, ())), None),
            by_lambda=by_lambda,
            organization_paths=tuple(by_kind.get(PrincipalKind.ORGANIZATION_PATH, ())),
            principals={level: tuple(sorted(names)) for level, names in self._by_level.items() if level is not None},
            statements=tuple(self._statements),
        )

    def _are_trusted(self, names: list[str]) -> bool:
        """Tell whether all of these are accounts, one organisation, or units."""
        kinds = (PrincipalKind.ACCOUNT, PrincipalKind.ORGANIZATION, PrincipalKind.ORGANIZATION_PATH)
        parsed = [parse_principal(each) for each in (*names, *self._by_level.get(None, ()))]
        organizations = {each.text for each in parsed if each and each.kind is PrincipalKind.ORGANIZATION}
        return all(each is not None and each.kind in kinds for each in parsed) and len(organizations) <= 1

    def _names(self, statement: Mapping[str, Any]) -> list[str] | None:
        """Return those whom a statement lets in as a list of principals names them; None where no list can."""
        who = [*principals_of(statement.get("Principal"), self._partition)]
        conditions = [
            (operator, key.lower(), [value_text(each) for each in listed(values)])
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        ]
        match who, conditions:
            case [("AWS", "*")], [("StringEquals", "aws:principalorgid", values)]:
                return self._of_kind(values, PrincipalKind.ORGANIZATION)
            case [("AWS", "*")], [("ForAnyValue:StringLike", "aws:principalorgpaths", values)]:
                return self._of_kind(values, PrincipalKind.ORGANIZATION_PATH)
            case [("Service", service)], [("StringEquals", "aws:sourceaccount", [self._account_id])]:
                return self._of_kind([service], PrincipalKind.SERVICE)
            case _, []:
                return self._identities(who)
        return None

    def _identities(self, who: list[tuple[str, str]]) -> list[str] | None:
        names = []
        for kind, name in who:
            found = parse_principal(name)
            # The own account's root is no other account, and what is deleted has an id that is no principal.
            own_root = account_root_arn(self._account_id, self._partition)
            if kind != "AWS" or found is None or name in (EVERYONE, own_root):
                return None
            names.append(str(found.account_id) if found.kind is PrincipalKind.ROOT else name)
        return names

    @staticmethod
    def _of_kind(values: list[str], kind: PrincipalKind) -> list[str] | None:
        found = [parse_principal(each) for each in values]
        return values if all(each is not None and each.kind is kind for each in found) else None


def _written(statement: Mapping[str, Any]) -> dict[str, object] | None:
    """Return a statement as the options of a file have it; None where they cannot."""
    principal = statement.get("Principal")
    by_kind = principal if isinstance(principal, Mapping) else {"AWS": principal}
    if not by_kind or not set(by_kind) <= {"AWS", "Service"}:
        return None
    conditions = {
        operator: {key: [value_text(each) for each in listed(values)] for key, values in keys.items()}
        for operator, keys in statement.get("Condition", {}).items()
    }
    return {
        **({"sid": statement["Sid"]} if statement.get("Sid") else {}),
        **({"effect": statement["Effect"]} if statement["Effect"] != "Allow" else {}),
        "actions": [str(each) for each in listed(statement.get("Action"))],
        **{
            key: [str(each) for each in listed(by_kind[kind])]
            for kind, key in (("AWS", "principals"), ("Service", "service_principals"))
            if kind in by_kind
        },
        **({"conditions": conditions} if conditions else {}),
    }
