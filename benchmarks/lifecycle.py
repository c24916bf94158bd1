"""`python -m benchmarks.lifecycle`: how long a policy of 50 rules takes on ECR's limit of images, and on less.

The target is a second for 100,000 images, in a line: ten times the images in at most fifteen times the time.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parent / "programs" / "evaluate.py"
COUNTS = (10_000, 50_000, 100_000)
RUNS = 5
MOST_SECONDS = 1.0
# What is sorted takes a little more than ten times as long, and caches hold less of it.
MOST_RATIO = 15.0


def main() -> int:
    """Measure in turn, print the medians, and return 1 where they miss the target, else 0."""
    seconds: dict[int, list[float]] = {count: [] for count in COUNTS}
    for _ in range(RUNS):
        for count in COUNTS:
            command = [sys.executable, str(PROGRAM), str(count)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own program
            # Of the processor: what else the machine does is no part of it.
            seconds[count].append(float(done.stdout.split()[3]))
    medians = {count: statistics.median(found) for count, found in seconds.items()}
    for count, median in medians.items():
        sys.stdout.write(f"{count:>7,} images, 50 rules: {median:.2f} s\n")
    ratio = medians[COUNTS[-1]] / medians[COUNTS[0]]
    sys.stdout.write(f"{COUNTS[-1] // COUNTS[0]} times the images take {ratio:.1f} times as long\n")
    return int(medians[COUNTS[-1]] > MOST_SECONDS or ratio > MOST_RATIO)


if __name__ == "__main__":
    sys.exit(main())
