"""Repositories that a push newly makes, or makes no more."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.core.registry.templates import ROOT
from ecr_constructs.review.change import Change
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import at, breaks
from ecr_constructs.review.templates import TemplatePair, template_pairs

__all__ = ["ON_PUSH", "judge_pushes"]

ON_PUSH = "CREATE_ON_PUSH"
"""The purpose of a creation template by which a push makes a repository."""


def judge_pushes(change: Change) -> Iterator[Finding]:
    """Yield the prefixes below which a push newly makes repositories, or is refused where there is none."""
    for pair in change.changed:
        if pair.before is None or pair.after is None:
            continue
        for each in template_pairs(pair.before, pair.after):
            if ON_PUSH not in each.purposes:
                continue
            if each.before is None and each.after is not None:
                yield Finding(
                    code="template-on-push",
                    severity="attention",
                    consequence="opens",
                    environment=pair.name,
                    what=f"a push {_below(each)} newly makes the repository where there is none, whoever pushes",
                    fix="Leave CREATE_ON_PUSH out where repositories are to be declared.",
                    **at(*each.after.path, "applied_for"),
                )
            elif each.before is not None and each.after is None:
                what = f"a push {_below(each)} to a repository that there is not fails: nothing makes it any more"
                fix = "Declare what is pushed to before, or keep the template."
                yield breaks("template-off-push", pair.after, at(*each.before.path, at_base=True), what, fix)


def _below(pair: TemplatePair) -> str:
    return "of any name" if pair.prefix == ROOT else f"below {pair.prefix}/"
