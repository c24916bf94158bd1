"""The context of a CDKTF app, as the process's environment hands it on."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ecr_constructs.errors import Problem, show

__all__ = ["CONTEXT_VARIABLE", "check_context"]

CONTEXT_VARIABLE = "CDKTF_CONTEXT_JSON"
"""Where CDKTF's `App` reads it."""


def check_context(variables: Mapping[str, str]) -> list[Problem]:
    """Return what stands against a context.

    Args:
        variables: The process's environment variables.
    """
    text = variables.get(CONTEXT_VARIABLE)
    if not text:
        return []
    try:
        context = json.loads(text)
    except (ValueError, RecursionError):
        context = None
    if isinstance(context, dict):
        return []
    fix = 'Write it as {"key": "value"}, or unset it.'
    return [Problem((CONTEXT_VARIABLE,), "context", "must be a JSON object", show(text), fix)]
