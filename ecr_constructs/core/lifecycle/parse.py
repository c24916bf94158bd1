"""Reading a policy that is written as AWS's own document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ecr_constructs.core.lifecycle.checks import check_rules
from ecr_constructs.core.lifecycle.origin import Origin
from ecr_constructs.core.lifecycle.rule import AWS_KEYS, LifecycleRule
from ecr_constructs.errors import KeyPath, Problem, nearest, show

__all__ = ["ACTION_KEYS", "POLICY_KEYS", "RULE_KEYS", "SELECTION_KEYS", "parse_policy"]

# The keys of each object of the document (ECR user guide, "Lifecycle policy properties"), True where one is required
# always. Null is refused for all of them: "instance failed to match exactly one schema".
POLICY_KEYS: Final = {"rules": True}
RULE_KEYS: Final = {"rulePriority": True, "description": False, "selection": True, "action": True}
SELECTION_KEYS: Final = {
    "tagStatus": True,
    "tagPatternList": False,
    "tagPrefixList": False,
    "storageClass": False,
    "countType": True,
    "countUnit": False,
    "countNumber": True,
}
ACTION_KEYS: Final = {"type": True, "targetStorageClass": False}
_HOME: Final = {
    **dict.fromkeys(RULE_KEYS, "a rule"),
    **dict.fromkeys(SELECTION_KEYS, "selection"),
    **dict.fromkeys(ACTION_KEYS, "action"),
}

# Stands for a required value that has a problem already. Expressions pass every check, so it causes no further one.
_REPORTED: Final = "${reported}"


class _Object(dict[str, object]):
    """An object of JSON text that remembers the keys it was given twice."""

    def __init__(self, pairs: Sequence[tuple[str, object]]) -> None:
        super().__init__(pairs)
        names = [name for name, _ in pairs]
        self.repeated = sorted({name for name in names if names.count(name) > 1})


def parse_policy(
    policy: str | Mapping[str, object], *, prefix: KeyPath = ()
) -> tuple[list[LifecycleRule], list[Problem]]:
    """Read AWS's lifecycle policy document and check it.

    Text that is an expression as a whole, such as `${file("policy.json")}`, cannot be read here: hand it to Terraform.

    Args:
        policy: JSON text, or the same as a mapping (from YAML, say).
        prefix: Path of the document, put before the path within it, such as `("rules", 0, "selection", "countUnit")`.

    Returns:
        The rules in the order of the document, and every problem: of the JSON, of its keys, and all that
        `check_rules` finds. There are no rules where there is a problem.
    """
    document, broken = _load(policy, prefix) if isinstance(policy, str) else (policy, [])
    if broken:
        return [], broken
    parts, problems = _keys(document, prefix, POLICY_KEYS)
    listed, path = parts["rules"], (*prefix, "rules")
    if listed is _REPORTED or not isinstance(listed, list | tuple):
        if listed is not _REPORTED:
            fix = "Put the rule in [ ]." if isinstance(listed, Mapping) else "Write a list of rules."
            problems.append(Problem(path, "lifecycle-json-type", "must be a list of rules", show(listed), fix))
        return [], problems
    rules = []
    for index, each in enumerate(listed):
        rule, found = _rule(each, (*path, index))
        rules.append(rule)
        problems += found
    origins = [Origin((*path, index), "json") for index in range(len(rules))]
    problems += _news(check_rules(rules, prefix=path, origins=origins), problems)
    return ([] if problems else rules), problems


def _load(text: str, path: KeyPath) -> tuple[object, list[Problem]]:
    rule, fix = "must be JSON", "Correct the text at this place."
    try:
        return json.loads(text, object_pairs_hook=_Object), []
    except json.JSONDecodeError as error:
        got = f"{error.msg} at line {error.lineno}, column {error.colno}"
    except RecursionError:
        got, fix = "brackets within brackets too many times", "A policy is four levels deep: remove the others."
    except ValueError:  # Python reads no integers of more than some thousand digits
        got, fix = "a number with too many digits", "Write a smaller number."
    return None, [Problem(path, "lifecycle-json-syntax", rule, got, fix)]


def _rule(value: object, path: KeyPath) -> tuple[LifecycleRule, list[Problem]]:
    outer, problems = _keys(value, path, RULE_KEYS)
    parts = {}
    for name, known in (("selection", SELECTION_KEYS), ("action", ACTION_KEYS)):
        parts[name], found = _keys(outer[name], (*path, name), known)
        problems += found
    if outer["rulePriority"] is _REPORTED:
        del outer["rulePriority"]  # numbered by itself: an expression is not allowed there
    fields: dict[str, Any] = {}  # whatever the document holds: `check_rules` looks at the types
    for field, keys in AWS_KEYS.items():
        part = parts[keys[0]] if len(keys) > 1 else outer
        if keys[-1] in part:
            fields[field] = part[keys[-1]]
    rule = LifecycleRule(**fields)
    return rule, [*problems, *_news(_left_out(rule, fields, Origin(path, "json")), problems)]


def _news(further: Iterable[Problem], problems: Iterable[Problem]) -> list[Problem]:
    """Return the further problems that do not merely follow from one at the same place."""
    places = {problem.path for problem in problems}
    return [problem for problem in further if problem.path not in places]


def _left_out(rule: LifecycleRule, fields: Mapping[str, object], origin: Origin) -> Iterator[Problem]:
    """What a typed rule fills in by itself has to stand in AWS's document."""
    for field, reason in (
        ("count_unit", "count_type"),
        ("storage_class", "count_type"),
        ("target_storage_class", "action_type"),
    ):
        value = getattr(rule, field)
        if field not in fields and value is not None:
            yield Problem(
                origin.at(field),
                "lifecycle-json-missing-key",
                f"must be given when {origin.word(reason)} is {getattr(rule, reason)!r}",
                fix=f'Add "{origin.word(field)}": "{value}".',
            )


def _keys(value: object, path: KeyPath, known: Mapping[str, bool]) -> tuple[dict[str, object], list[Problem]]:
    """Return the known keys of an object and its problems; required keys are there, if only as `_REPORTED`."""
    required = {key: _REPORTED for key, needed in known.items() if needed}
    if value is _REPORTED:
        return dict(required), []
    if not isinstance(value, Mapping):
        fix = f"Write an object with {', '.join(required)}."
        return dict(required), [Problem(path, "lifecycle-json-type", "must be a JSON object", show(value), fix)]
    found: dict[str, object] = {}
    problems: list[Problem] = []
    for key in value:
        if key not in known:
            problems.append(_unknown(key, path, known))
        elif value[key] is None:
            fix = "Write a value." if known[key] else "Leave the key out."
            problems.append(Problem((*path, key), "lifecycle-json-null", "must not be null", fix=fix))
        else:
            found[key] = value[key]
    problems += [
        Problem((*path, key), "lifecycle-json-missing-key", "must be given", fix=f"Add {key}.")
        for key in required
        if key not in value
    ]
    problems += [
        Problem((*path, key), "lifecycle-json-repeated-key", "must be given once", fix="Keep one of them.")
        for key in getattr(value, "repeated", ())
    ]
    return required | found, problems


def _unknown(key: object, path: KeyPath, known: Mapping[str, bool]) -> Problem:
    name, fix = str(key), f"Known keys are {', '.join(known)}."
    if isinstance(key, str):
        fix = f"It belongs in {_HOME[key]}." if key in _HOME else nearest(key, known) or fix
    return Problem((*path, name), "lifecycle-json-unknown-key", "must be a key that AWS knows here", fix=fix)
