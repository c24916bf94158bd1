"""The resources of a stack, and the assertion about one of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import closest, nearest
from ecr_constructs.testing.differences import ABSENT, Difference, differences, lines_of, written
from ecr_constructs.testing.documents import Document, Synthesised, document_of, name_of
from ecr_constructs.testing.readable import decoded, without_notes

__all__ = ["assert_resource", "resources"]

_MOST = 20  # names that are listed


@dataclasses.dataclass(frozen=True)
class _Found:
    """A resource with the names that a test may call it by: Terraform's, and the path of its construct."""

    name: str
    path: str
    body: Document

    @property
    def title(self) -> str:
        return self.name if self.path in ("", self.name) else f"{self.name} ({self.path})"

    def is_called(self, name: str) -> bool:
        return name in (self.name, self.path)

    def is_within(self, name: str) -> bool:
        return self.path.startswith(f"{name}/")


def resources(stack: Synthesised, type: str, /) -> dict[str, Document]:  # noqa: A002  # Terraform's word
    """Return the resources of a type, as Terraform reads them, by their names in Terraform.

    Args:
        stack: A stack, or what `synth` returned of one.
        type: The type: `aws_ecr_repository`. One that the stack has none of gives an empty result.

    Raises:
        OperationError: The stack is not valid.
        TypeError: It is no stack.
    """
    return {each.name: each.body for each in _found(document_of(stack), type)}


def assert_resource(
    stack: Synthesised,
    type: str,  # noqa: A002
    name: str | None = None,
    /,
    **attributes: Any,
) -> Document:
    """Assert that a stack has a resource with these attributes; others are not looked at.

    A failure names the resource that is the nearest to what was asked for, and where that differs.

    Args:
        stack: A stack, or what `synth` returned of one.
        type: The type: `aws_ecr_repository`.
        name: Its name in Terraform, or the path of its construct in the stack: `Web/Resource`, or `Web` where that
            construct makes one of the type. Default: any that has the attributes.
        **attributes: What they must be equal to, by their names in Terraform. Tokens stand for what Terraform reads in
            their place; None for an attribute that is not set; a mapping or list also for a text that is such as JSON,
            and a mapping for the one block of its kind. `unittest.mock.ANY` and the like are understood.

    Returns:
        The resource, as Terraform reads it.

    Raises:
        AssertionError: There is none.
        OperationError: The stack is not valid.
        TypeError: It is no stack, or tokens are expected of what is a document already.
    """
    __tracebackhide__ = True
    document = document_of(stack)
    expected = _resolved(stack, attributes)
    title = name_of(stack)
    every = _found(document, type)
    if not every:
        raise AssertionError(_no_type(document, title, type))
    called = every if name is None else _called(every, name)
    if not called:
        raise AssertionError(_no_name(every, title, type, str(name), expected))
    compared = [(each, _against(expected, each.body)) for each in called]
    if name is not None and len(called) > 1:
        raise AssertionError(
            f"{title} has {len(called)} {type} within {name!r}: {_listing(each.title for each in called)}. Name one."
        )
    best, differing = min(compared, key=lambda pair: len(pair[1]))
    if differing:
        what = "differs" if name is not None or len(every) == 1 else f"is the nearest of {len(every)}, and differs"
        raise AssertionError(f"{type}.{best.title} of {title} {what}:\n{lines_of(differing)}")
    return best.body


def _found(document: Document, type_: str) -> list[_Found]:
    found = []
    for name, body in document.get("resource", {}).get(type_, {}).items():
        path = str(body.get("//", {}).get("metadata", {}).get("path", "")).partition("/")[2]
        found.append(_Found(name, path, without_notes(body)))
    return found


def _called(every: Sequence[_Found], name: str) -> list[_Found]:
    exactly = [each for each in every if each.is_called(name)]
    return exactly or [each for each in every if each.is_within(name)]


def _resolved(stack: Synthesised, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is expected, with what Terraform reads in the place of tokens."""
    found = {}
    for key, value in attributes.items():
        if not _has_token(value):
            found[key] = value
        elif isinstance(stack, dict):
            raise TypeError(f"{key}: has a token, which is known where the stack is given, and not its document")
        else:
            from ecr_constructs._engine.synthesis import resolved

            found[key] = resolved(stack, value)
    return found


def _has_token(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_token(each) for pair in value.items() for each in pair)
    if isinstance(value, list | tuple):
        return is_unresolved(value) or any(_has_token(each) for each in value)
    # An expression that is written out is what Terraform reads already.
    return is_unresolved(value) and (not isinstance(value, str) or "TfToken[" in value)


def _against(expected: Mapping[str, Any], body: Document) -> list[Difference]:
    found = []
    for key, value in expected.items():
        got = body.get(key)
        if value is None:
            found += [] if got is None else [Difference((key,), ABSENT, got)]
        elif key not in body:
            found.append(Difference((key,), value, ABSENT, nearest(key, body.keys() - expected.keys())))
        else:
            wanted = list(value) if isinstance(value, tuple) else value
            found += differences(wanted, _in_the_form_of(wanted, got), (key,))
    return found


def _in_the_form_of(wanted: Any, got: Any) -> Any:
    """Return what is there as what it is to Terraform: JSON in a text, a block that is the only one of its kind."""
    if not isinstance(wanted, dict | list):
        return got
    told = decoded(got) if isinstance(got, str) else got
    return told[0] if isinstance(wanted, dict) and isinstance(told, list) and len(told) == 1 else told


def _no_type(document: Document, title: str, type_: str) -> str:
    kinds = document.get("resource", {})
    if not kinds:
        return f"{title} has no {type_}: it has no resource at all."
    hint = nearest(type_, kinds)
    has = _listing(f"{kind} ({len(kinds[kind])})" for kind in sorted(kinds))
    return f"{title} has no {type_}.{f' {hint}' if hint else ''} It has {has}."


def _no_name(every: Sequence[_Found], title: str, type_: str, name: str, expected: Mapping[str, Any]) -> str:
    by_name = {word: each for each in every for word in (each.path, each.name) if word}
    # By its name where one is like it, else by what it is.
    word = closest(name, by_name)
    best = by_name[word] if word else min(every, key=lambda each: len(_against(expected, each.body)))
    differing = _against(expected, best.body)
    others = [each.title for each in every if each is not best]
    lines = [f"{title} has no {type_} {name!r}. The nearest is {best.title}, which"]
    if differing:
        lines[0] += " differs:"
        lines.append(lines_of(differing))
    else:
        what = ", ".join(f"{key} {written(value)}" for key, value in expected.items())
        lines[0] += f" has {what}." if what else " is one."
    if others:
        lines.append(f"There are also {_listing(others)}.")
    return "\n".join(lines)


def _listing(words: Iterable[str]) -> str:
    listed = list(words)
    shown = ", ".join(listed[:_MOST])
    return shown if len(listed) <= _MOST else f"{shown} and {len(listed) - _MOST} more"
