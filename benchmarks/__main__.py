"""`python -m benchmarks`: measure everything, and write what docs/performance.md shows."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.cases import COUNTS, ROOT, evaluate_case, import_case, snapshot_case, synthesis_cases
from benchmarks.measure import interleave
from benchmarks.peers import CDKTN_PYTHON, aws_cdk_python, matplotlib_python
from benchmarks.report import machine, markdown, to_json, versions
from benchmarks.review import review_cases

RESULTS = Path(__file__).parent / "results.json"
PAGE = ROOT / "docs" / "performance.md"
PLOT = ROOT / "docs" / "performance.svg"
_TABLE = re.compile(r"(<!-- figures -->\n).*(<!-- /figures -->)", re.DOTALL)


def main() -> None:
    """Measure, write the figures, and put them into the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each case (default: 5)")
    parser.add_argument("--counts", type=int, nargs="+", default=list(COUNTS), help="numbers of repositories")
    parser.add_argument("--no-write", action="store_true", help="print the tables and change no file")
    parser.add_argument(
        "--cdktn", type=Path, default=CDKTN_PYTHON, help="a Python that has cdktn (default: the tests')"
    )
    options = parser.parse_args()

    cdktn, aws_cdk = str(options.cdktn), aws_cdk_python()
    about = versions(cdktn=cdktn)
    results = {
        count: interleave(synthesis_cases(count, cdktn=cdktn, aws_cdk=aws_cdk), runs=options.runs)
        for count in options.counts
    }
    with tempfile.TemporaryDirectory() as folder:
        cases = [import_case(), *review_cases(Path(folder)), snapshot_case(), evaluate_case()]
        single = interleave(cases, runs=options.runs)
    about = {**about, "machine": machine(os.cpu_count() or 1)}
    text = to_json(results, single, about)
    table = markdown(text)
    sys.stdout.write(table)
    if not options.no_write:
        RESULTS.write_text(text, encoding="utf-8")
        plot = Path(__file__).parent / "programs" / "plot.py"
        subprocess.run([matplotlib_python(), plot, RESULTS, PLOT], check=True)  # noqa: S603 - our own program
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(_TABLE.sub(lambda match: match[1] + "\n" + table + "\n" + match[2], page), encoding="utf-8")


if __name__ == "__main__":
    main()
