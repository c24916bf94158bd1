"""Documents as people compare them. Pure."""

from __future__ import annotations

import json
import ntpath
import posixpath
from collections.abc import Mapping
from typing import Any

from ecr_constructs.testing.documents import Document

__all__ = ["decoded", "is_note", "readable", "without_notes"]


def readable(document: Document) -> Document:
    """Return a document without what is no matter of its stack, and with the JSON in its texts decoded.

    Left out is what CDKTF, or `cdktn` in its place, writes of its own: its notes (`//`), the versions of providers, the
    `hashicorp/` before the name of one, which Terraform reads into the name alone as well, and the folder of this
    machine that is put before the path of a local state. So the snapshots of both engines are the same.

    Args:
        document: As `synth` returns it; it is not changed.
    """
    found: Document = decoded(without_notes(document))
    settings = found.get("terraform", {})
    providers = settings.get("required_providers", {})
    for name, provider in providers.items():
        if isinstance(provider, Mapping):
            providers[name] = {
                key: value.removeprefix("hashicorp/") if key == "source" and isinstance(value, str) else value
                for key, value in provider.items()
                if key != "version"
            }
    for part in (settings.get("backend", {}).get("local"), *_states(found)):
        if isinstance(part, dict) and isinstance(part.get("path"), str):
            part["path"] = _without_folder(part["path"])
    return found


def without_notes(value: Any) -> Any:
    """Return a part of a document without what CDKTF notes of where it comes from."""
    if isinstance(value, list):
        return [without_notes(each) for each in value]
    if isinstance(value, dict):
        return {key: without_notes(each) for key, each in value.items() if not is_note(key, each)}
    return value


def is_note(key: str, value: Any) -> bool:
    """Tell whether CDKTF put an entry there; a tag may be called `//` as well."""
    return key == "//" and isinstance(value, Mapping) and "metadata" in value


def decoded(value: Any) -> Any:
    """Return a part of a document with each text that is a JSON object or array in its place, those in them too."""
    if isinstance(value, list):
        return [decoded(each) for each in value]
    if isinstance(value, dict):
        return {key: decoded(each) for key, each in value.items()}
    if isinstance(value, str) and value.startswith(("{", "[")):
        try:
            return decoded(json.loads(value))
        except (ValueError, RecursionError):
            return value
    return value


def _states(document: Document) -> list[Any]:
    bodies = document.get("data", {}).get("terraform_remote_state", {})
    return [body.get("config") for body in bodies.values() if body.get("backend") == "local"]


def _without_folder(path: str) -> str:
    # An expression begins with `$`, so it is none of these.
    if posixpath.isabs(path):
        return posixpath.basename(path)
    return ntpath.basename(path) if ntpath.splitdrive(path)[0] else path
