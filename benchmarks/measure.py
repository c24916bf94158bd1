"""Whole processes, measured in turn: A B C, A B C, ..., so that the machine's moods meet all of them."""

from __future__ import annotations

import dataclasses
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence

__all__ = ["Case", "Figures", "interleave", "median_ratio"]

_MOST_SECONDS = 600


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """One thing to measure.

    Attributes:
        name: How the table calls it.
        command: Returns the command for an output folder.
        environment: Variables besides the process's own.
    """

    name: str
    command: Callable[[str], Sequence[str]]
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Figures:
    """What one run took: seconds by the clock, seconds of processors, and the largest process's memory."""

    wall: float
    cpu: float
    memory_mb: float


def interleave(cases: Sequence[Case], *, runs: int) -> dict[str, list[Figures]]:
    """Run every case in turn, once to warm up and then as often as asked; standard error says how far it is.

    Raises:
        RuntimeError: A run failed; its output is in the message.
    """
    figures: dict[str, list[Figures]] = {case.name: [] for case in cases}
    for turn in range(runs + 1):
        for case in cases:
            measured = _run(case)
            sys.stderr.write(f"{case.name}, run {turn} of {runs}: {measured.wall:.2f} s\n")
            if turn:
                figures[case.name].append(measured)
    return figures


def median_ratio(numerator: Sequence[Figures], denominator: Sequence[Figures]) -> float:
    """Return the median of the ratios of runs that were made in the same turn."""
    return statistics.median(one.wall / other.wall for one, other in zip(numerator, denominator, strict=True))


def _run(case: Case) -> Figures:
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output:
        environment = {**os.environ, **case.environment}
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - commands of this folder alone
            case.command(folder), env=environment, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode or wall > _MOST_SECONDS:
            output.seek(0)
            text = output.read().decode(errors="replace")
            raise RuntimeError(f"{case.name} ended with {process.returncode} after {wall:.0f} s:\n{text}")
    return Figures(wall=wall, cpu=usage.ru_utime + usage.ru_stime, memory_mb=usage.ru_maxrss / 1024)
