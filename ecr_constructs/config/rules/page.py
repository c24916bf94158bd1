"""The page of all rules, made from their catalogue: a heading for each code.

`python -m ecr_constructs.config.rules.page FILE` writes it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from ecr_constructs.config.rules.catalogue import Entry, catalogue

__all__ = ["render_page"]

_SAID_BY = {
    "files": "files",
    "constructs": "constructs",
    "commands": "commands",
    "comparison": "`review` and `validate --against`",
    "review": "`review`",
}


def render_page() -> str:
    """Return `docs/rules.md`."""
    return "\n".join(_page())


def _page() -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield "<!-- Made from ecr_constructs/config/rules/catalogue.yaml by `make rules`. -->"
    yield ""
    yield "Each message ends with its code in brackets. An **error** is refused: exit status 2, nothing is synthesised."
    yield "A **warning** and a **notice** are shown by `validate` in all its formats and when the app is synthesised;"
    yield "`acknowledge: [code, ...]` of an environment or a repository silences them, and never an error."
    yield "Each code is a heading, so that it can be linked."
    yield ""
    subject = ""
    for code, entry in catalogue().items():
        if entry.subject != subject:
            subject = entry.subject
            yield f"## {subject}"
            yield ""
        yield f"### `{code}`"
        yield ""
        source = f" [Source]({entry.page})" if entry.page else ""
        yield f"{entry.title}. **{_severity(entry)}**, said by {_SAID_BY[entry.by]}.{source}"
        yield ""


def _severity(entry: Entry) -> str:
    """Return how grave something is, in the words of whoever says it."""
    if entry.by != "review":
        return entry.severity.capitalize()
    return "Note" if entry.severity == "notice" else "Danger or attention"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render_page(), encoding="utf-8")
