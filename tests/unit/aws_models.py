"""What botocore's models of the services say, as a judge that was not written here."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import botocore.session
from hypothesis import strategies as st

__all__ = ["SESSION", "limits", "near", "right", "takes"]

SESSION = botocore.session.get_session()


@cache
def limits(service: str, shape: str) -> dict[str, Any]:
    """Return the limits of a shape: `min`, `max`, `pattern` and `enum`, as far as the model has them."""
    found = SESSION.get_service_model(service).shape_for(shape).metadata
    # AWS's patterns are Java's; the one class that Python's `re` does not know is that of letters, spaces and digits.
    pattern = found.get("pattern", "(?s).*").replace(r"\p{L}\p{Z}\p{N}", r"\w\u0020\u00a0\u2003\u2028\u3000")
    return {**found, "pattern": pattern}


def takes(service: str, shape: str, value: str) -> bool:
    """Tell whether the model of a service takes a text."""
    found = limits(service, shape)
    long_enough = found.get("min", 0) <= len(value) <= found.get("max", len(value))
    return long_enough and re.fullmatch(found["pattern"], value, re.ASCII) is not None


def right(service: str, shape: str) -> st.SearchStrategy[str]:
    """Return texts that match the pattern of a shape."""
    return st.from_regex(re.compile(limits(service, shape)["pattern"], re.ASCII), fullmatch=True)


def near(right: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return these texts, texts that differ from them in a character or two, and any others."""
    character = st.sampled_from("aZ0._-/:*+ \n@") | st.characters()
    inserted = st.tuples(right, st.integers(0, 40), character, st.integers(0, 1)).map(
        lambda drawn: drawn[0][: drawn[1]] + drawn[2] + drawn[0][drawn[1] + drawn[3] :]
    )
    return right | inserted | st.text(max_size=8)
