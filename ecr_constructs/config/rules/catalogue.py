"""Every code once: what it is about, how it is said, where AWS says so, and what must be right before it is said.

The codes stand in `catalogue.yaml`; `page` makes `docs/rules.md` from them, and a test holds both to the code.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
from collections.abc import Mapping
from typing import Any, Literal

import yaml

from ecr_constructs.errors import Severity

__all__ = ["Entry", "catalogue", "pages"]

_Loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What there is to know of a code.

    Attributes:
        subject: What it belongs to.
        title: What it is about.
        severity: How it is said.
        page: The page of AWS, Terraform or a standard that it comes from; empty where the rule is this project's own.
        needs: Keys of a file that must be right before it is said.
        by: What can cause it: environment files (and most often constructs too), or something else alone.
    """

    subject: str
    title: str
    severity: Severity = "error"
    page: str = ""
    needs: frozenset[str] = frozenset()
    by: Literal["files", "constructs", "commands", "comparison", "review"] = "files"


@functools.cache
def catalogue() -> Mapping[str, Entry]:
    """Return what there is to know of each code, in the order of the page."""
    known = {"": "", **pages()}
    return {
        code: Entry(
            subject=subject,
            **{
                **said,
                "page": known[said.get("page", "")],
                "needs": frozenset(said.get("needs", ())),
            },
        )
        for subject, codes in _data()["subjects"].items()
        for code, said in codes.items()
    }


def pages() -> Mapping[str, str]:
    """Return the address of each page that a code comes from, by its name in the catalogue."""
    return dict(_data()["pages"])


@functools.cache
def _data() -> Mapping[str, Any]:
    text = importlib.resources.files(__package__).joinpath("catalogue.yaml").read_text(encoding="utf-8")
    read: Mapping[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, whichever there is
    return read
