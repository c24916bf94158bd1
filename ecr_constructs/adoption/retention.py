"""Lifecycle policies: AWS's text, and the options of an environment file that say exactly the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
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
from ecr_constructs.core.lifecycle.presets import PRESETS
from ecr_constructs.core.lifecycle.shortcut_checks import PRESET_ALONE
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
    "keep_tagged_count": None,
    "keep_tagged_per_pattern": {},
    "beyond_kept": None,
    "archive_after_days_without_pull": None,
    "delete_archived_after_days": None,
    "protected_tags": [],
    "retention": None,
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
    for shortcuts in _as_shortcuts(rules):
        made, problems = compose([], Shortcuts(**shortcuts))
        if not problems and same_document(render_lifecycle_policy(made), policy):
            # A preset says itself what the numbers are.
            others = _NOTHING.keys() - shortcuts.keys() - ({*PRESET_ALONE} if "retention" in shortcuts else set())
            # Those that say something come first: to say them may set the defaults of the others aside.
            return {**shortcuts, **{name: nothing for name, nothing in _NOTHING.items() if name in others}}
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


def _as_shortcuts(rules: Sequence[LifecycleRule]) -> Iterator[dict[str, Any]]:
    """Return the options whose rules these may be: presets, and single values where each rule is of their kind."""
    described = {rule.description for rule in rules}
    protected = [tag for rule in rules if _protects(rule) for tag in rule.tag_pattern_list]
    for name, preset in PRESETS.items():
        if all(f"Protect images tagged {tag}" in described for tag in preset["protected_tags"]):
            beside = [tag for tag in protected if tag not in preset["protected_tags"]]
            yield {"retention": name, **({"protected_tags": beside} if beside else {})}
    options: dict[str, Any] = {}
    for rule in sorted(rules, key=lambda rule: rule.rule_priority or 0):
        said = _as_shortcut(rule)
        if said is None:
            return
        for name, value in said.items():
            if isinstance(value, dict):
                options.setdefault(name, {}).update(value)
            elif isinstance(value, list):
                options.setdefault(name, []).extend(value)
            else:
                options[name] = value
    yield options


def _as_shortcut(rule: LifecycleRule) -> dict[str, Any] | None:
    """Return what a rule may come of, nothing where it comes with others, and None where it is of no such kind."""
    beyond = {"beyond_kept": "archive"} if rule.action_type == "transition" else {}
    number = rule.count_number
    match rule.selected_class, rule.tag_status, rule.count_type, list(rule.tag_pattern_list):
        case "standard", "tagged", "imageCountMoreThan", [pattern] if _protects(rule):
            return {"protected_tags": [pattern]}
        case "standard", "tagged", "imageCountMoreThan", ["*"]:
            return {"keep_tagged_count": number, **beyond}
        case "standard", "tagged", "imageCountMoreThan", [pattern]:
            return {"keep_tagged_per_pattern": {pattern: number}, **beyond}
        case ("standard", "tagged", "imageCountMoreThan", [_, _, *_]) | ("archive", "tagged", _, [_]):
            return {}  # of several patterns, and what protects in the archive
        case "standard", "tagged", "sinceImagePushed", ["*"]:
            return {"expire_tagged_after_days": number}
        case "standard", "tagged", "sinceImagePulled", ["*"]:
            return {"archive_after_days_without_pull": number}
        case "standard", "untagged", "sinceImagePushed", []:
            return {"expire_untagged_after_days": number}
        case "standard", "untagged", "imageCountMoreThan", []:
            return {"max_untagged_count": number}
        case "standard", "any", "imageCountMoreThan", []:
            return {"max_image_count": number}
        case "archive", "any", "sinceImageTransitioned", []:
            return {"delete_archived_after_days": number}
        case _:
            return None


def _protects(rule: LifecycleRule) -> bool:
    return (rule.description or "").startswith("Protect images tagged ")
