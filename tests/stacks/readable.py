"""Synthesised documents as people compare them."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["readable"]

DECODED = {"policy", "insecure_value"}


def readable(value: Any) -> Any:
    """Return a document without CDKTF's notes and with the JSON in it decoded."""
    if isinstance(value, list):
        return [readable(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: json.loads(each) if key in DECODED and str(each).startswith("{") else readable(each)
        for key, each in value.items()
        if key != "//"
    }
