"""What each shipped environment becomes; a change of it is to be read, and accepted by `make snapshots`."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from tests.stacks.readable import readable


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_environment(environment, documents, snapshot: SnapshotAssertion):
    """A shipped environment becomes what its snapshot shows."""
    document = readable(documents[environment])
    # Which provider is installed is no matter of what is made.
    for provider in document["terraform"]["required_providers"].values():
        del provider["version"]
    assert document == snapshot(name=environment, extension_class=JSONSnapshotExtension)
