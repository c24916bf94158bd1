"""Lifecycle policies: AWS's text, and the options of an environment file that say exactly the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import retention_of
from ecr_constructs.core.lifecycle import (
    LifecycleRule,
    Shortcuts,
    compose,
    compose_retention,
    parse_policy,
    render_lifecycle_policy,
)
from ecr_constructs.core.tokens import is_unresolved

__all__ = [
    "declared_lifecycle_policy",
    "has_rules_of",
    "retention_options",
    "same_document",
    "unsayable_lifecycle_policy",
]

_NOTHING: Mapping[str, object] = {
    "max_image_count": None,
    "expire_untagged_after_days": None,
    "expire_tagged_after_days": None,
    "max_untagged_count": None,
    "protected_tags": [],
    "lifecycle_rules": [],
    "lifecycle_policy": None,
}


def retention_options(policy: str | None) -> dict[str, object]:
    """Return the options that make a lifecycle policy: shortcuts where they make exactly this one, else the policy.

    Args:
        policy: AWS's text, one that `unsayable_lifecycle_policy` finds nothing in; None for no policy.
    """
    if policy is None:
        return dict(_NOTHING)
    rules, _ = parse_policy(policy)
    shortcuts = _as_shortcuts(rules)
    if shortcuts is not None:
        made, problems = compose([], Shortcuts(**shortcuts))
        if not problems and same_document(render_lifecycle_policy(made), policy):
            # Those that say something come first: to say them may set the defaults of the others aside.
            return {**shortcuts, **{name: nothing for name, nothing in _NOTHING.items() if name not in shortcuts}}
    return {"lifecycle_policy": json.loads(policy)}


def unsayable_lifecycle_policy(policy: str) -> str:
    """Return why a policy cannot stand in an environment file; empty where it can."""
    if is_unresolved(policy):
        return "it holds '${', which would be an expression of Terraform"
    rules, problems = parse_policy(policy)
    if problems:
        first = problems[0]
        return f"{first.key or 'it'} {first.rule}" + (f", got {first.got}" if first.got else "")
    if not same_document(render_lifecycle_policy(rules), policy):
        return "the same rules are written otherwise here, and Terraform would replace the policy by them"
    return ""


def declared_lifecycle_policy(repository: DeclaredRepository) -> str | None:
    """Return the text of the lifecycle policy that a repository is declared with, or None."""
    written, _ = compose_retention(retention_of(repository))
    return render_lifecycle_policy([rule for rule, _ in written]) if written else None


def same_document(policy: str, other: str) -> bool:
    """Tell whether two lifecycle policies are the same JSON but for the order of the rules, which has no meaning.

    Any other difference has Terraform replace the policy, though not the repository: its provider has no update for
    lifecycle policies.
    """
    return bool(_sorted(policy) == _sorted(other))


def has_rules_of(policy: str, other: str) -> bool:
    """Tell whether a policy has the rules of another one, which is written as this project writes them."""
    rules, _ = parse_policy(policy)
    return bool(rules) and same_document(render_lifecycle_policy(rules), other)


def _sorted(policy: str) -> Any:
    document = json.loads(policy)
    return {**document, "rules": sorted(document["rules"], key=lambda rule: rule["rulePriority"])}


def _as_shortcuts(rules: Sequence[LifecycleRule]) -> dict[str, Any] | None:
    """Return the options whose rules these may be, or None where a rule is of no such kind."""
    options: dict[str, Any] = {}
    for rule in sorted(rules, key=lambda rule: rule.rule_priority or 0):
        match rule.tag_status, rule.count_type, list(rule.tag_pattern_list):
            case "tagged", "imageCountMoreThan", [pattern]:
                options.setdefault("protected_tags", []).append(pattern)
            case "tagged", "sinceImagePushed", ["*"]:
                options["expire_tagged_after_days"] = rule.count_number
            case "untagged", "sinceImagePushed", []:
                options["expire_untagged_after_days"] = rule.count_number
            case "untagged", "imageCountMoreThan", []:
                options["max_untagged_count"] = rule.count_number
            case "any", "imageCountMoreThan", []:
                options["max_image_count"] = rule.count_number
            case _:
                return None
    return options
