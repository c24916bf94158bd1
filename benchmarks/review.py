"""`python -m benchmarks.review`: how long a review of 50 environments of 100 repositories takes, beside validation.

The target is less than a second of the processor for a change of one file; git, which is asked for the base, counts.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.cases import own_environment
from benchmarks.measure import Case, Figures, interleave
from benchmarks.programs.content import environment_file

__all__ = ["review_cases"]

ENVIRONMENTS = 50
REPOSITORIES = 100
RUNS = 5
MOST_SECONDS = 1.0

VALIDATE = f"validate {ENVIRONMENTS} environments of {REPOSITORIES} repositories"
ONE_CHANGED = "review of these, one of them changed"
ALL_CHANGED = "review of these, all of them changed"


def main() -> int:
    """Measure in turn, print the medians, and return 1 where the target is missed, else 0."""
    with tempfile.TemporaryDirectory() as folder:
        measured = interleave(review_cases(Path(folder)), runs=RUNS)
    busy = {name: _median(figures, lambda each: each.cpu) for name, figures in measured.items()}
    for name, figures in measured.items():
        wall, ratio = _median(figures, lambda each: each.wall), busy[name] / busy[VALIDATE]
        sys.stdout.write(f"{name}: {wall:.2f} s, {busy[name]:.2f} s of the processor, {ratio:.2f} of validation\n")
    return int(busy[ONE_CHANGED] > MOST_SECONDS)


def review_cases(folder: Path) -> list[Case]:
    """Return the check of many environment files, and reviews of changes of them, all written to a folder.

    What changes is a default, and with it every repository of the file.
    """
    names = [f"e{number}" for number in range(ENVIRONMENTS)]
    one, every = _changed(folder / "one", names, names[:1]), _changed(folder / "every", names, names)
    return [
        _case(VALIDATE, one, "validate"),
        _case(ONE_CHANGED, one, "review", "HEAD"),
        _case(ALL_CHANGED, every, "review", "HEAD"),
    ]


def _case(name: str, directory: Path, *arguments: str) -> Case:
    command = [str(Path(sys.executable).with_name("ecr-constructs")), *arguments]
    return Case(name, lambda _: command, {**own_environment(), "ECR_ENVIRONMENTS_DIR": str(directory)})


def _changed(folder: Path, names: list[str], changed: list[str]) -> Path:
    """Commit environment files in a repository of their own, change some of them, and return their directory."""
    folder.mkdir()
    for number, name in enumerate(names):
        # Each in an account of its own, as large organisations have them.
        text = environment_file(REPOSITORIES, env=name).replace("111111111111", f"{111111111111 + number}")
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    author = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.com", "-c", "commit.gpgsign=false")
    for arguments in (("init", "--quiet"), ("add", "."), (*author, "commit", "--quiet", "--message", "Before")):
        subprocess.run(["git", "-C", str(folder), *arguments], check=True)  # noqa: S603, S607 - our own arguments
    for name in changed:
        file = folder / f"{name}.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("ecr_defaults: {", "ecr_defaults: {max_image_count: 50, "), encoding="utf-8")
    return folder


def _median(figures: list[Figures], value: Callable[[Figures], float]) -> float:
    return statistics.median(map(value, figures))


if __name__ == "__main__":
    sys.exit(main())
