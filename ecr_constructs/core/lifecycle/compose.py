"""Shortcuts and rules that are written out, put together into one policy."""

from __future__ import annotations

from collections.abc import Sequence

from ecr_constructs.core.lifecycle.checks import check_rules
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.origin import Origin, WrittenRule
from ecr_constructs.core.lifecycle.rule import LifecycleRule
from ecr_constructs.core.lifecycle.shortcut_rules import make
from ecr_constructs.core.lifecycle.shortcuts import Shortcuts
from ecr_constructs.errors import KeyPath, Problem

__all__ = ["compose", "compose_written"]


def compose(
    rules: Sequence[LifecycleRule] = (),
    shortcuts: Shortcuts | None = None,
    *,
    prefix: KeyPath = (),
    origins: Sequence[Origin] | None = None,
) -> tuple[list[LifecycleRule], list[Problem]]:
    """Put rules and shortcuts together into one policy: checked, numbered and sorted.

    First come the protecting rules, then `rules` in their order, what is kept per pattern, untagged and tagged images
    of the shortcuts, and last what selects any image. Given priorities are kept; the others take the free numbers in
    that order. Where anything but a rule with a priority of its own expires from the archive, protecting rules for
    that come with the others.

    Args:
        rules: Rules that are written out.
        shortcuts: Retention in single values; default none.
        prefix: Path of the object that holds them, put before `("lifecycle_rules", 0)` and `("max_image_count",)`.
        origins: Where each of `rules` was written, for rules that do not come from one list.

    Returns:
        The rules, and every problem. There are no rules where there is a problem, or where there is nothing to make
        rules of, which stands for a repository without a policy.
    """
    listed = (*prefix, "lifecycle_rules")
    origins = origins or [Origin((*listed, index)) for index in range(len(rules))]
    written = [WrittenRule(*each) for each in zip(rules, origins, strict=True)]
    composed, problems = compose_written(written, shortcuts, prefix=prefix)
    return [rule for rule, _ in composed], problems


def compose_written(
    written: Sequence[WrittenRule], shortcuts: Shortcuts | None = None, *, prefix: KeyPath = ()
) -> tuple[list[WrittenRule], list[Problem]]:
    """Do what `compose` does, and say of each rule of the policy where it was written."""
    made = make(shortcuts or Shortcuts(), prefix)
    problems = list(made.problems)
    others = [*written, *made.expiring]
    archive = any(rule.selected_class == "archive" and rule.rule_priority is None for rule, _ in others)
    together = [*made.protecting, *(made.protecting_archived if archive else ()), *others]
    rules, origins = [rule for rule, _ in together], [origin for _, origin in together]
    if together:
        problems += check_rules(rules, prefix=(*prefix, "lifecycle_rules"), origins=origins)
    if problems:
        return [], problems
    numbered = map(WrittenRule, assign_priorities(rules), origins)
    return sorted(numbered, key=lambda each: each.rule.rule_priority or 0), []
