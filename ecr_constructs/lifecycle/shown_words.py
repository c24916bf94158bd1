"""The images that show something of a policy, in the words of a table."""

from __future__ import annotations

from ecr_constructs.core.lifecycle.evaluate import Outcome
from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.errors import one_line
from ecr_constructs.lifecycle.shown_by import Shown, age_of, first_rule

__all__ = ["age_in_words", "rule_in_words", "tags_in_words"]


def tags_in_words(image: Image) -> str:
    """Return the tags of an image, and whether it is archived."""
    tags = one_line(", ".join(image.tags)) or "untagged"
    return f"{tags} (archived)" if image.storage_class == "archive" else tags


def age_in_words(shown: Shown, image: Image) -> str:
    """Return for how many days an image has been in its storage class."""
    return f"{age_of(shown, image):,} d"


def rule_in_words(shown: Shown, outcome: Outcome) -> str:
    """Return the rule that acts on an image, or has it and does not: `rule 1`, `rule 1, before rule 2` or `no rule`."""
    if outcome.rule is not None and outcome.action != "keep":
        return f"rule {outcome.rule.rule_priority}"
    if outcome.rule is not None and outcome.shielded_by is not None:
        return f"rule {outcome.shielded_by.rule_priority}, before rule {outcome.rule.rule_priority}"
    first = first_rule(shown, outcome.image)
    return "no rule" if first is None else f"rule {first.rule_priority}"
