"""What each shipped environment becomes; a change of it is to be read, and accepted by `make snapshots`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

DECODED = {"policy", "insecure_value"}


def readable(value: Any) -> Any:
    """Return a document without CDKTF's notes and with the JSON in it decoded."""
    if isinstance(value, list):
        return [readable(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: json.loads(each) if key in DECODED and str(each).startswith("{") else readable(each)
        for key, each in value.items()
        if key != "//"
    }


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_environment(environment, documents, snapshot: SnapshotAssertion):
    """A shipped environment becomes what its snapshot shows."""
    document = readable(documents[environment])
    # Which provider is installed is no matter of what is made.
    for provider in document["terraform"]["required_providers"].values():
        del provider["version"]
    assert document == snapshot(name=environment, extension_class=JSONSnapshotExtension)
