"""What somebody may do, in as few statements as say the same, and in documents as long as IAM takes them.

Source of the limits: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ecr_constructs.core.conditions import Conditions
from ecr_constructs.core.evaluation.wildcards import matches
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.identities.identity import LONGEST_MANAGED

__all__ = ["LONGEST_MANAGED", "Grant", "document_of", "documents_of", "length_of", "patterned", "statements_of"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """An action that is allowed.

    Attributes:
        action: Such as `ecr:CreateRepository`.
        resources: ARNs, or patterns of them.
        conditions: When it is.
    """

    action: str
    resources: tuple[str, ...]
    conditions: Conditions = dataclasses.field(default_factory=dict)


def statements_of(grants: Iterable[Grant]) -> list[PolicyStatement]:
    """Return statements that allow just that, in one order, whatever the order of the grants.

    Actions of a service that are allowed on the same resources under the same conditions share a statement.
    """
    resources: dict[tuple[str, str], set[str]] = {}
    conditions: dict[str, Conditions] = {}
    for grant in grants:
        under = json.dumps(grant.conditions, sort_keys=True) if grant.conditions else ""
        conditions[under] = grant.conditions
        resources.setdefault((grant.action, under), set()).update(grant.resources)
    actions: dict[tuple[str, tuple[str, ...], str], list[str]] = {}
    for (action, under), on in resources.items():
        actions.setdefault((action.partition(":")[0], _without_covered(frozenset(on)), under), []).append(action)
    found = [
        PolicyStatement(actions=tuple(sorted(named)), resources=on, conditions=conditions[under])
        for (_, on, under), named in sorted(actions.items())
    ]
    return list(_with_sids(found))


def patterned(conditions: Conditions) -> Conditions:
    """Return conditions that take `*` as a pattern, where a value has one: text that is known at the apply alone."""
    found: dict[str, dict[str, Any]] = {}
    for operator, keys in conditions.items():
        for key, value in keys.items():
            like = operator.replace("StringEquals", "StringLike") if "*" in str(value) else operator
            found.setdefault(like, {})[key] = value
    return found


def document_of(statements: Sequence[PolicyStatement]) -> dict[str, Any]:
    """Return a policy document of statements."""
    return {"Version": "2012-10-17", "Statement": [each.to_document() for each in statements]}


def length_of(statements: Sequence[PolicyStatement]) -> int:
    """Return the characters of a policy as IAM counts them: without blanks."""
    return len("".join(json.dumps(document_of(statements), separators=(",", ":"), ensure_ascii=False).split()))


def documents_of(statements: Sequence[PolicyStatement], most: int = LONGEST_MANAGED) -> list[list[PolicyStatement]]:
    """Return the statements in as many documents as they need, each at most so long.

    Args:
        statements: The statements; one that is too long by itself is divided by its resources.
        most: The most characters of a document.
    """
    documents: list[list[PolicyStatement]] = []
    for statement in statements:
        for part in _parts(statement, most):
            fitting = (each for each in documents if length_of([*each, part]) <= most)
            found = next(fitting, None)
            if found is None:
                documents.append([part])
            else:
                found.append(part)
    return documents


def _parts(statement: PolicyStatement, most: int) -> Iterator[PolicyStatement]:
    if length_of([statement]) <= most or len(statement.resources) < 2:
        yield statement
        return
    half = len(statement.resources) // 2
    for resources in (statement.resources[:half], statement.resources[half:]):
        yield from _parts(dataclasses.replace(statement, resources=resources), most)


@functools.lru_cache(maxsize=64)
def _without_covered(resources: frozenset[str]) -> tuple[str, ...]:
    """Return ARNs without those that are among what another one, a pattern, is about."""
    found = sorted(resources)
    patterns = [each for each in found if "*" in each or "?" in each]
    # Most end in their one wildcard, and a large environment has thousands of them.
    beginnings = {each[:-1] for each in patterns if each.endswith("*") and not {"*", "?"} & set(each[:-1])}
    others = [each for each in patterns if each[:-1] not in beginnings]
    lengths = sorted({len(each) for each in beginnings})

    def is_covered(arn: str) -> bool:
        own = arn[:-1] if arn.endswith("*") else None
        begun = (arn[:length] for length in lengths if length <= len(arn))
        if any(each in beginnings and each != own for each in begun):
            return True
        return any(each != arn and matches(each, arn) is True for each in others)

    return tuple(each for each in found if not is_covered(each))


def _with_sids(statements: Iterable[PolicyStatement]) -> Iterator[PolicyStatement]:
    """Return the statements, each named after its service: `Ecr`, `EcrB`, `Iam`."""
    counts: dict[str, int] = {}
    for statement in statements:
        service = statement.actions[0].partition(":")[0]
        name = "".join(part.capitalize() for part in service.split("-"))
        counts[name] = counts.get(name, 0) + 1
        yield dataclasses.replace(statement, sid=f"{name}{_letters(counts[name])}")


def _letters(number: int) -> str:
    """Return nothing for 1, then `B` to `Z`, `AA`, `AB` and on."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = f"{chr(ord('A') + rest)}{letters}"
    return "" if letters == "A" else letters
