"""What an adoption comes to, as lines of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecr_constructs.adoption.effects import Effects, Kind

__all__ = ["report"]

_HEADINGS: Mapping[Kind, str] = {
    "imported": "imported",
    "changed": "changed in place",
    "replaced": "replaced",
    "created": "made",
    "unmanaged": "unmanaged",
}


def report(effects: Sequence[Effects], warnings: Iterable[str] = (), *, beside: Iterable[str] = ()) -> Iterator[str]:
    """Return what a first plan would do, a line an entry; warnings and dangers last, where they are seen.

    Args:
        effects: What it would do to each repository.
        warnings: Further warnings.
        beside: Lines about all else.
    """
    loud = [*warnings, *(f"{each.name} {text}." for each in effects for text in each.of("warning"))]
    for each in effects:
        yield f"{each.logical_name} ({each.name})" if each.name != each.logical_name else each.name
        yield from _lines(each)
    if effects:
        yield ""
        yield _sum(effects)
        if not loud and not any(each.of("replaced") for each in effects):
            yield "Nothing that exists would be made again, replaced or destroyed."
    yield from beside
    for text in loud:
        yield f"WARNING: {text}"
    for each in effects:
        for text in each.of("danger"):
            yield f"DANGER: {each.name} {text}."


def _lines(effects: Effects) -> Iterator[str]:
    for kind, heading in _HEADINGS.items():
        notes = effects.of(kind)
        number = {"imported": effects.parameters.imported, "created": effects.parameters.made}.get(kind, 0)
        notes = [*notes, _number(number, "SSM parameter")] if number else notes
        for text in [", ".join(notes)] if kind != "changed" else notes:
            if text:
                yield f"  {heading}: {text}"


def _sum(effects: Sequence[Effects]) -> str:
    imported = Counter(text for each in effects for text in each.of("imported"))
    imported += Counter({"SSM parameter": sum(each.parameters.imported for each in effects)})
    parts = [f"imports {_list(imported)}" if imported else "imports nothing"]
    changed = sum(bool(each.of("changed")) for each in effects)
    parts.append(f"changes {_number(changed, 'repository')} in place" if changed else "changes nothing")
    replaced = sum(len(each.of("replaced")) for each in effects)
    parts += [f"replaces {_number(replaced, 'lifecycle policy')}"] if replaced else []
    created = Counter(text for each in effects for text in each.of("created"))
    parameters = sum(each.parameters.made for each in effects)
    made = [*([_list(created)] if created else []), *([_number(parameters, "SSM parameter")] if parameters else [])]
    parts.append(f"makes {' and '.join(made)}" if made else "makes nothing new")
    return f"A first plan {', '.join(parts[:-1])} and {parts[-1]}."


def _list(counted: Counter[str]) -> str:
    return ", ".join(_number(number, word) for word, number in counted.items())


def _number(number: int, word: str) -> str:
    plural = f"{word.removesuffix('y')}ies" if word.endswith("y") else f"{word}s"
    return f"{number} {word if number == 1 else plural}"
