"""A document for each stack, kept beside the tests by syrupy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from syrupy.extensions.json import JSONSnapshotExtension

from ecr_constructs.testing.differences import Difference, differences, key_or_all, written
from ecr_constructs.testing.documents import Documents, name_of, synthesise
from ecr_constructs.testing.readable import readable

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion
    from syrupy.location import PyTestLocation
    from syrupy.types import SnapshotIndex

__all__ = ["TerraformExtension", "TerraformSnapshot"]

_MOST = 40  # differences that are shown of a stack


class TerraformExtension(JSONSnapshotExtension):
    """A file `.tf.json` for each document.

    To syrupy its extension is `json`, and `.tf` the end of its name: else a file would be one of another name to the
    extension for JSON, which a project may use beside this, and be removed as unused.
    """

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:
        """Return the name of a file without its extension."""
        name = super().get_snapshot_name(test_location=test_location, index=index)
        return f"{name[: 255 - len('.tf.json')]}.tf"


class TerraformSnapshot:
    """What stacks became before, equal to what they become where that is the same.

    `assert stack == terraform_snapshot` compares a stack, an app with all its stacks, or what `synth` returned of
    either, with the file of each stack in `__snapshots__`, beside the test. `pytest --snapshot-update` writes them.

    Args:
        snapshot: syrupy's fixture of the test.
        name: What tells several comparisons of one test apart.
    """

    def __init__(self, snapshot: SnapshotAssertion, name: str = "", _seen: dict[str, str] | None = None) -> None:
        self._snapshot = snapshot.with_defaults(extension_class=TerraformExtension)
        self._name = name
        self._seen = {} if _seen is None else _seen
        self._lines: list[str] = []

    def __call__(self, *, name: str) -> TerraformSnapshot:
        """Return the same under another name, where a test compares several stacks of one name.

        Args:
            name: A part of the file's name.
        """
        return TerraformSnapshot(self._snapshot, name, self._seen)

    def __eq__(self, other: object) -> bool:
        found = synthesise(other)  # type: ignore[call-overload]  # which says what it takes
        documents = found if isinstance(found, Documents) else Documents({name_of(other): found})
        if not documents:
            raise TypeError("An app without stacks has nothing to be compared with.")
        self._lines = []
        for stack, document in documents.items():
            self._compare(stack, readable(document))
        return not self._lines

    __hash__: None = None  # type: ignore[assignment]  # as what it is equal to changes

    def __repr__(self) -> str:
        return f"terraform_snapshot(name={self._name!r})" if self._name else "terraform_snapshot"

    def explanation(self) -> list[str]:
        """Return what the last comparison found, for a message; empty where all was the same."""
        return self._lines

    def _compare(self, stack: str, document: dict[str, Any]) -> None:
        index = "-".join(part for part in (self._name, stack) if part)
        text = json.dumps(document, sort_keys=True)
        if self._seen.setdefault(index, text) != text:
            raise ValueError(
                f"{stack} is compared twice in this test, and differs: tell them apart by terraform_snapshot(name=...)"
            )
        snapshot = self._snapshot(name=index)
        if snapshot == document:
            return
        result = snapshot.executions[snapshot.num_executions - 1]
        if result.exception is not None:
            raise result.exception
        if self._lines:
            self._lines.append("")
        if result.recalled_data is None:
            self._lines += [f"There is no snapshot of {stack} yet.", "pytest --snapshot-update writes it."]
            return
        # The rest is what pytest cuts without -vv.
        self._lines.append(
            f"{stack} is not what its snapshot shows; pytest --snapshot-update accepts it if it is meant:"
        )
        self._lines += _told(differences(json.loads(result.recalled_data), document))


def _told(found: list[Difference]) -> list[str]:
    lines = [f"  {_line(each)}" for each in found[:_MOST]]
    if len(found) > _MOST:
        lines.append(f"  and {len(found) - _MOST} more")
    return lines or ["  the file itself differs, in its layout alone"]


def _line(difference: Difference) -> str:
    place = key_or_all(difference.path)
    if difference.is_new:
        return f"+ {place}: {written(difference.got)}"
    if difference.is_gone:
        return f"- {place}: {written(difference.expected)}"
    return f"~ {place}: {written(difference.expected)} -> {written(difference.got)}"
