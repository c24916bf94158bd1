"""Tables of mistakes: what a file says, and the messages that it makes, in one text."""

from __future__ import annotations

import re

__all__ = ["read"]


def read(table: str) -> dict[str, tuple[str, list[str]]]:
    """Return the entries of a table: what the file says and the messages, by name.

    An entry begins with `== name`, and each message with `-> `; a message may go on for several lines.
    """
    entries = {}
    for entry in table.split("\n== ")[1:]:
        name, text = entry.split("\n", 1)
        said, *messages = re.split(r"^-> ", text, flags=re.MULTILINE)
        entries[name] = said, [" ".join(message.split()) for message in messages]
    return entries
