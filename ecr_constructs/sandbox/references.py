"""References between the parts of a Terraform document, after some of its parts were left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ecr_constructs.sandbox.changes import Changes

__all__ = ["addresses", "without_dangling"]

# `aws_x.name.attribute`, `data.aws_x.name[0].attribute`, `local.name`, `module.name.output`. Text in quotes is no
# reference, but what an interpolation in quotes holds is one.
_REFERENCE = re.compile(
    r'"(?:[^"\\$]|\\.|\$(?!\{))*"'
    r"|(?<![\w.-])(?P<address>(?P<kind>data\.aws_\w+|aws_\w+|local|module)\.(?P<name>[A-Za-z_][\w-]*))"
    r"(?P<index>\[[^\]]*\])?(?:\.(?P<attribute>[a-z_]\w*))?"
)


def without_dangling(
    document: Mapping[str, Any],
    *,
    before: Mapping[str, Any],
    known: Callable[[str, str, str], tuple[str, bool]],
    changes: Changes,
) -> dict[str, Any]:
    """Return a document without what refers to something that is no longer there.

    Args:
        document: The document after parts of it were left out.
        before: The document with all its parts; what was not in there either is Terraform's to report.
        known: Called with `resource` or `data`, a type and an attribute's name; returns its present name, empty where
            there is none, and whether it is sensitive. References get the present name.
        changes: Where what is left out is noted.
    """
    result = dict(document)
    while True:
        present = addresses(result)
        finder = _Finder(present, addresses(before) - present, known)
        left_out = False
        for section in ("resource", "data", "locals", "module", "output"):
            if section not in result:
                continue
            # Resources and data sources are one level deeper, by type.
            groups = result[section] if section in ("resource", "data") else {"": result[section]}
            sound: dict[str, dict[str, Any]] = {}
            for group, bodies in groups.items():
                sound[group] = {}
                for name, body in bodies.items():
                    body, missing = finder.check(body)
                    if missing:
                        left_out = True
                        label = {"resource": group, "data": f"data.{group}"}.get(section, section)
                        changes.add(f"left out {label}", f"refers to {missing}", name)
                    else:
                        sound[group][name] = body
            result[section] = sound if section in ("resource", "data") else sound[""]
        if not left_out:
            return _with_its_outputs(_without_empty(result))


def addresses(document: Mapping[str, Any]) -> set[str]:
    """Return what expressions can refer to in a document: `aws_x.name`, `data.aws_x.name`, `local.x`, `module.x`."""
    found = {f"local.{name}" for name in document.get("locals", {})}
    found |= {f"module.{name}" for name in document.get("module", {})}
    for section, prefix in (("resource", ""), ("data", "data.")):
        for kind, bodies in document.get(section, {}).items():
            found |= {f"{prefix}{kind}.{name}" for name in bodies}
    return found


def _without_empty(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document without sections and types that hold nothing, which Terraform refuses."""
    result = dict(document)
    for section in ("resource", "data"):
        if section in result:
            result[section] = {kind: bodies for kind, bodies in result[section].items() if bodies}
    return {
        key: value
        for key, value in result.items()
        if value or key not in ("resource", "data", "locals", "module", "output")
    }


def _with_its_outputs(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document whose metadata names the outputs that it has: `cdktf` prints those, and fails over others."""
    metadata = document.get("//")
    if not isinstance(metadata, dict) or "outputs" not in metadata:
        return document

    def present(tree: Mapping[str, Any]) -> dict[str, Any]:
        kept = {key: present(value) if isinstance(value, dict) else value for key, value in tree.items()}
        return {key: value for key, value in kept.items() if (value if isinstance(value, dict) else value in outputs)}

    outputs = document.get("output", {})
    return {**document, "//": {**metadata, "outputs": present(metadata["outputs"])}}


class _Finder:
    def __init__(self, present: set[str], gone: set[str], known: Callable[[str, str, str], tuple[str, bool]]) -> None:
        self._present = present
        self._gone = gone
        self._known = known

    def check(self, body: Any) -> tuple[Any, str]:
        """Return the body with its references as they must be written, and the first thing that it misses."""
        if isinstance(body, dict) and isinstance(body.get("depends_on"), list):
            body = {**body, "depends_on": [on for on in body["depends_on"] if on not in self._gone]}
        missing: list[str] = []

        def reference(match: re.Match[str]) -> str:
            text, lost = self._reference(match)
            missing.extend([lost] if lost else [])
            return text

        return _rewritten(body, reference), missing[0] if missing else ""

    def _reference(self, match: re.Match[str]) -> tuple[str, str]:
        address, attribute = match["address"], match["attribute"]
        if address is None:
            return match[0], ""
        if address in self._gone:
            return match[0], address
        if attribute is None or address not in self._present or match["kind"] in ("local", "module"):
            return match[0], ""
        data, _, kind = match["kind"].rpartition(".")
        new, sensitive = self._known(data or "resource", kind, attribute)
        if new == attribute:
            return match[0], ""
        if not new:
            return match[0], f"{address}.{attribute}"
        text = f"{address}{match['index'] or ''}.{new}"
        # What is no secret under its new name is none under its old one.
        return (f"nonsensitive({text})" if sensitive else text), ""


def _rewritten(value: Any, reference: Callable[[re.Match[str]], str]) -> Any:
    if isinstance(value, str):
        return _REFERENCE.sub(reference, value) if "${" in value else value
    if isinstance(value, list):
        return [_rewritten(item, reference) for item in value]
    if isinstance(value, dict):
        return {key: _rewritten(item, reference) for key, item in value.items()}
    return value
