"""Tables of mistakes: what files say, and the messages that they make, as text.

An entry begins with `== name`. What follows is `dev.yaml` below the three keys that every file needs, or, after lines
such as `--- prod.yaml`, whole files (`--- prod.yaml/` is a folder). Then come the messages: `-> ` before an error,
`~> ` before what is only to be seen; a message may go on for several lines.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

__all__ = ["HEAD", "TABLES", "Case", "read"]

HEAD = "project: shop\nenv: dev\nregion: us-east-1\n"

TABLES = sorted((Path(__file__).parents[1] / "mistakes").glob("*.txt"))
"""The tables, one a subject."""


@dataclasses.dataclass(frozen=True)
class Case:
    """Files by their names, and what is said of them."""

    files: dict[str, str]
    errors: list[str]
    notices: list[str]


def read(table: str) -> dict[str, Case]:
    """Return the entries of a table by name."""
    cases = {}
    for entry in f"\n{table}".split("\n== ")[1:]:
        name, text = entry.split("\n", 1)
        said, *messages = re.split(r"^(?=[-~]> )", text, flags=re.MULTILINE)
        whole = re.split(r"^--- (\S+)\n", said, flags=re.MULTILINE)
        files = dict(zip(whole[1::2], whole[2::2], strict=True)) or {"dev.yaml": HEAD + said}
        words = [" ".join(message.split()) for message in messages]
        cases[name] = Case(
            files,
            [each.removeprefix("-> ") for each in words if each.startswith("->")],
            [each.removeprefix("~> ") for each in words if each.startswith("~>")],
        )
    return cases
