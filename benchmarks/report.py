"""The figures as a table, as JSON and as a plot."""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from benchmarks.cases import OURS, TARGETS
from benchmarks.measure import Figures, median_ratio

__all__ = ["Results", "machine", "markdown", "to_json", "versions"]

Results = Mapping[int, Mapping[str, Sequence[Figures]]]


def versions() -> dict[str, str]:
    """Return the versions of all that has a part in the figures."""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S607
    names = ("cdktf", "cdktf-cdktf-provider-aws", "constructs", "jsii", "pydantic")
    return {"python": platform.python_version(), "node": node, **{name: version(name) for name in names}}


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
                "repositories": target.count,
                "against": target.against,
                "at_most": target.at_most,
                "ratio": round(median_ratio(results[target.count][OURS], results[target.count][target.against]), 3),
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
    lines += ["", "| ours against | repositories | ratio | target |", "|---|---|---|---|"]
    lines += [
        f"| {each['against']} | {each['repositories']} | {each['ratio']:.2f} | at most {each['at_most']:.2f} |"
        for each in document["targets"]
    ]
    lines += ["", "| | seconds | memory |", "|---|---|---|"]
    lines += [
        f"| {name} | {each['wall']:.2f} | {each['memory_mb']:.0f} MB |" for name, each in document["single"].items()
    ]
    lines += ["", "Measured with " + ", ".join(f"{name} {value}" for name, value in document["about"].items()) + "."]
    return "\n".join(lines) + "\n"


def _medians(figures: Sequence[Figures]) -> dict[str, float | int]:
    return {
        "runs": len(figures),
        "wall": round(statistics.median(each.wall for each in figures), 3),
        "cpu": round(statistics.median(each.cpu for each in figures), 3),
        "memory_mb": round(statistics.median(each.memory_mb for each in figures)),
    }


def _cell(medians: Mapping[str, float] | None) -> str:
    return "" if medians is None else f"{medians['wall']:.2f} s, {medians['memory_mb']:.0f} MB"
