"""A sandbox that `--keep` keeps up, for as long as a test needs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["kept_up"]


@contextmanager
def kept_up(folder: Path, *, seconds: float, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Yield the process of `sandbox dev --keep` in a folder, and what it printed until it was up.

    Args:
        folder: Where it runs.
        seconds: After which it is killed.
        environment: Variables that it has besides.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "ecr_constructs.cli", "sandbox", "dev", "--provider", "bundled", "--keep"],
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Where the tests run in the background, Ctrl-C is ignored, and so it would be in what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as child:
        limit = threading.Timer(seconds, child.kill)
        limit.daemon = True
        limit.start()
        try:
            assert child.stdout is not None
            printed: list[str] = []
            for line in child.stdout:
                printed.append(line)
                if "get-parameters-by-path" in line:
                    break
            yield child, "".join(printed)
        finally:
            limit.cancel()
            child.kill()
