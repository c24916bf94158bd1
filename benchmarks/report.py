"""The figures as a table, as JSON and as a plot."""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from benchmarks.cases import OURS, TARGETS
from benchmarks.measure import Figures, median_ratio

__all__ = ["Results", "machine", "markdown", "to_json", "versions"]

Results = Mapping[int, Mapping[str, Sequence[Figures]]]


def versions(*, cdktn: str) -> dict[str, str]:
    """Return the versions of all that has a part in the figures.

    Args:
        cdktn: A Python that has cdktn.
    """
    node = _output(["node", "--version"])
    names = ("cdktf", "cdktf-cdktf-provider-aws", "constructs", "jsii", "pydantic")
    others = ("cdktn", "cdktn-provider-aws")
    ask = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"
    there = _output([cdktn, "-c", ask, *others]).split()
    here = {name: version(name) for name in names}
    return {"python": platform.python_version(), "node": node, **here, **dict(zip(others, there, strict=True))}


def _output(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - our own


def machine(cores: int) -> str:
    """Return the kind of machine, without anything that tells which one."""
    return f"{cores} cores, {platform.system()} on {platform.machine()}"


def to_json(results: Results, single: Mapping[str, Sequence[Figures]], about: Mapping[str, str]) -> str:
    """Return everything that was measured."""
    document = {
        "about": dict(about),
        "synthesis": {
            str(count): {name: _medians(figures) for name, figures in cases.items()} for count, cases in results.items()
        },
        "single": {name: _medians(figures) for name, figures in single.items()},
        "targets": [
            {
                "ours": target.ours,
                "repositories": target.count,
                "against": target.against,
                "at_most": target.at_most,
                "ratio": round(
                    median_ratio(results[target.count][target.ours], results[target.count][target.against]), 3
                ),
            }
            for target in TARGETS
            if target.count in results
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def markdown(text: str) -> str:
    """Return the tables of what `to_json` returned."""
    document = json.loads(text)
    counts = list(document["synthesis"])
    names = list(dict.fromkeys(name for cases in document["synthesis"].values() for name in cases))
    lines = ["| repositories | " + " | ".join(counts) + " |", "|---" * (len(counts) + 1) + "|"]
    for name in names:
        cells = [_cell(document["synthesis"][count].get(name)) for count in counts]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines += ["", "| repositories | against | " + " | ".join(OURS) + " | target |", "|---" * (len(OURS) + 3) + "|"]
    lines += _ratios(document["targets"])
    lines += ["", "| | seconds | of the processor | memory |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {each['wall']:.2f} | {each['cpu']:.2f} | {each['memory_mb']:.0f} MB |"
        for name, each in document["single"].items()
    ]
    lines += ["", "Measured with " + ", ".join(f"{name} {value}" for name, value in document["about"].items()) + "."]
    return "\n".join(lines) + "\n"


def _ratios(targets: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a row for each number of repositories and each peer, with what ours comes to on either engine."""
    rows: dict[tuple[int, str, float], dict[str, str]] = {}
    for each in targets:
        row = rows.setdefault((each["repositories"], each["against"], each["at_most"]), {})
        row[each["ours"]] = f"{each['ratio']:.2f}"
    for (count, against, at_most), row in sorted(rows.items(), key=lambda each: each[0][0]):
        cells = " | ".join(row.get(ours, "") for ours in OURS)
        yield f"| {count} | {against} | {cells} | at most {at_most:.2f} |"


def _medians(figures: Sequence[Figures]) -> dict[str, float | int]:
    return {
        "runs": len(figures),
        "wall": round(statistics.median(each.wall for each in figures), 3),
        "cpu": round(statistics.median(each.cpu for each in figures), 3),
        "memory_mb": round(statistics.median(each.memory_mb for each in figures)),
    }


def _cell(medians: Mapping[str, float] | None) -> str:
    return "" if medians is None else f"{medians['wall']:.2f} s, {medians['memory_mb']:.0f} MB"
