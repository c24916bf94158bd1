"""Everything that is said of a repository's retention, in whichever of the ways, and the policy that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from ecr_constructs.core.lifecycle.compose import compose_written
from ecr_constructs.core.lifecycle.origin import Origin, WrittenRule
from ecr_constructs.core.lifecycle.parse import parse_policy
from ecr_constructs.core.lifecycle.rule import LifecycleRule
from ecr_constructs.core.lifecycle.shortcuts import Shortcuts
from ecr_constructs.errors import Problem, show

__all__ = ["Retention", "compose_retention"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention(Shortcuts):
    """Shortcuts and written-out rules, or AWS's own document; see `LifecyclePolicy` for each.

    Attributes:
        lifecycle_rules: Further rules; those without a priority are numbered in order.
        lifecycle_policy: The whole policy in AWS's JSON, as text or parsed, instead of all others.
    """

    lifecycle_rules: tuple[LifecycleRule, ...] = ()
    lifecycle_policy: str | Mapping[str, object] | None = None

    def __post_init__(self) -> None:
        Shortcuts.__post_init__(self)
        object.__setattr__(self, "lifecycle_rules", tuple(self.lifecycle_rules))

    @property
    def shortcuts(self) -> Shortcuts:
        """The single values."""
        return Shortcuts(**{field.name: getattr(self, field.name) for field in fields(Shortcuts)})

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said: then there is no policy."""
        return self == Retention()


def compose_retention(retention: Retention) -> tuple[list[WrittenRule], list[Problem]]:
    """Return the rules of the policy that a retention makes, none where it has none, and everything that is wrong."""
    policy = retention.lifecycle_policy
    if policy is None:
        written = [
            WrittenRule(rule, Origin(("lifecycle_rules", index)))
            for index, rule in enumerate(retention.lifecycle_rules)
        ]
        return compose_written(written, retention.shortcuts)
    path = ("lifecycle_policy",)
    if isinstance(policy, str) and policy.startswith("${"):
        rule, fix = "must be known at synthesis", "Write the policy out; values in it may be expressions."
        return [], [Problem(path, "lifecycle-policy-unknown", rule, show(policy), fix)]
    problems = []
    if retention.lifecycle_rules or retention.shortcuts != Shortcuts():
        rule = "must stand alone, without shortcuts and lifecycle_rules"
        fix = "Write everything as lifecycle_policy, or nothing."
        problems.append(Problem(path, "lifecycle-policy-alone", rule, "both", fix))
    rules, more = parse_policy(policy, prefix=path)
    if problems or more:
        return [], [*problems, *more]
    return compose_written(
        [WrittenRule(rule, Origin((*path, "rules", index), "json")) for index, rule in enumerate(rules)]
    )
