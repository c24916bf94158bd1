"""Repositories that a push makes, where a creation template is for that (`CREATE_ON_PUSH`).

Without such a template a push to a name that there is not is refused, as ever. Source:
https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html.
"""

from __future__ import annotations

from ecr_constructs.core.registry.templates import ROOT, CreationTemplate
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem

__all__ = ["makes_on_push", "push_notices"]


def makes_on_push(template: CreationTemplate) -> bool:
    """Tell whether a push makes repositories by a template, as far as that is known."""
    applied_for = template.applied_for
    return not is_unresolved(applied_for) and "CREATE_ON_PUSH" in applied_for


def push_notices(template: CreationTemplate) -> list[Problem]:
    """Point out a template by which a push of any name at all makes a repository.

    Args:
        template: The template, which has no problems.
    """
    if template.prefix != ROOT or not makes_on_push(template):
        return []
    rule = "a push of any name makes a repository, of a mistyped one as well, and no file says that it is there"
    fix = "Give the template the prefix that such pushes have, or acknowledge it."
    return [Problem(("applied_for",), "template-any-push", rule, fix=fix, severity="warning")]
