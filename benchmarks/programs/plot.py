"""Seconds against the number of repositories, as SVG: `python plot.py RESULTS.json FILE.svg`, with matplotlib."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot

# The same bytes for the same figures: ids that do not change, and no date.
matplotlib.rcParams["svg.hashsalt"] = "ecr-constructs"

results, target = Path(sys.argv[1]), Path(sys.argv[2])
synthesis = json.loads(results.read_text(encoding="utf-8"))["synthesis"]
names = list(dict.fromkeys(name for cases in synthesis.values() for name in cases))
figure, axes = pyplot.subplots(figsize=(7, 4))
for name in names:
    points = [(int(count), cases[name]["wall"]) for count, cases in synthesis.items() if name in cases]
    axes.plot(*zip(*points, strict=True), marker="o", label=name, linewidth=2.5 if name == names[0] else 1.2)
axes.set_xlabel("repositories, of eleven resources each")
axes.set_ylabel("seconds for a synthesis")
axes.set_yscale("log")
axes.grid(visible=True, which="both", alpha=0.25)
axes.legend()
figure.tight_layout()
figure.savefig(target, metadata={"Date": None})
