"""Which creation template repositories of a prefix get, before a change and after it.

Of several that match, ECR takes the one with the longest prefix that is for what the repository is made for: a template
that goes leaves its prefix to the next one above it, and one that comes takes it over
(https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ecr_constructs.config.desired import templates_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.registry.pulls import template_of
from ecr_constructs.core.registry.templates import APPLIED_FOR, ROOT, CreationTemplate
from ecr_constructs.errors import KeyPath

__all__ = ["PlacedTemplate", "TemplatePair", "template_pairs"]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class PlacedTemplate:
    """A template, and where its file says it."""

    template: CreationTemplate
    path: KeyPath


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class TemplatePair:
    """The templates of a prefix.

    Attributes:
        prefix: The prefix, of a template on one side at least.
        purposes: What the repositories are made for.
        before: The template that they got; None where they got what AWS gives.
        after: The one that they get.
    """

    prefix: str
    purposes: tuple[str, ...]
    before: PlacedTemplate | None
    after: PlacedTemplate | None

    @property
    def is_own_before(self) -> bool:
        """Whether the template before was the prefix's own."""
        return self.before is not None and self.before.template.prefix == self.prefix

    @property
    def is_own_after(self) -> bool:
        """Whether the template after it is the prefix's own."""
        return self.after is not None and self.after.template.prefix == self.prefix

    @property
    def names(self) -> tuple[str, ...]:
        """What stands for the repositories."""
        return ("*" if self.prefix == ROOT else f"{self.prefix}/*",)


def template_pairs(before: Environment, after: Environment) -> Iterator[TemplatePair]:
    """Yield what each prefix gets before and after, for each purpose of which that is the same."""
    sides = [[*_placed(each)] for each in (before, after)]
    for prefix in sorted({each.template.prefix for side in sides for each in side}):
        found: dict[tuple[int, int], TemplatePair] = {}
        for purpose in APPLIED_FOR:
            one, other = (_deciding(prefix, purpose, side) for side in sides)
            pair = TemplatePair(prefix, (purpose,), one, other)
            # What both get from above is told there.
            if pair.is_own_before or pair.is_own_after:
                known = found.get((id(one), id(other)), TemplatePair(prefix, (), one, other))
                found[id(one), id(other)] = dataclasses.replace(known, purposes=(*known.purposes, purpose))
        yield from found.values()


def _placed(environment: Environment) -> Iterator[PlacedTemplate]:
    for wanted in templates_of(environment):
        if isinstance(wanted.value, CreationTemplate):
            yield PlacedTemplate(wanted.value, wanted.path)


def _deciding(prefix: str, purpose: str, known: list[PlacedTemplate]) -> PlacedTemplate | None:
    """Return the template of repositories below a prefix; of the cache's own where there are two of it."""
    of_purpose = [each for each in known if purpose in each.template.applied_for]
    found = template_of(prefix, [each.template for each in of_purpose])
    return next((each for each in of_purpose if each.template is found), None)
