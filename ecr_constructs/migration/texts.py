"""Texts as the loader reads them, and what it finds wrong with them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from ecr_constructs.config.reading.parse import parse_environment
from ecr_constructs.config.reading.reader import YamlDocument, read_yaml
from ecr_constructs.errors import Problem

__all__ = ["BYTE_ORDER_MARK", "account_text", "as_texts", "located", "problems_of", "read_content"]

BYTE_ORDER_MARK = "\ufeff"
_ACCOUNT_DIGITS = 12


def read_content(content: bytes, name: str) -> YamlDocument:
    """Return what the loader reads in the content of a file.

    Args:
        content: The file's bytes.
        name: How messages call the file.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "content.yaml"
        file.write_bytes(content)
        return read_yaml(file, name=name)


def problems_of(data: object, *, file_stem: str) -> list[Problem]:
    """Return what the loader says of an environment by itself, each problem once, with paths from the top."""
    if not isinstance(data, Mapping):
        return []
    return list(dict.fromkeys(parse_environment(data, file=file_stem)[1]))


def located(problems: Iterable[Problem], document: YamlDocument) -> list[Problem]:
    """Return problems with their lines in a document, in the order of the lines."""
    in_order = sorted(problems, key=lambda problem: document.line(problem.path) or 0)
    return [document.locate(problem) for problem in in_order]


def account_text(value: object) -> object:
    """Return an account that was written as a number as the text that it is, unless digits may have been lost."""
    return f"{value}" if isinstance(value, int) and len(f"{value}") == _ACCOUNT_DIGITS else value


def as_texts(value: object) -> object:
    """Return a map(string) with its numbers and truths as Terraform makes text of them."""
    if not isinstance(value, Mapping):
        return value
    return {key: _as_text(each) for key, each in value.items() if each is not None}


def _as_text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value}"
    if isinstance(value, float):
        return f"{int(value)}" if value.is_integer() else f"{value}"
    return value
