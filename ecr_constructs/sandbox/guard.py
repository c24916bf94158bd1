"""Program of the process that cleans up when the sandbox was killed too hard to do it itself.

It leads the process group of the sandbox's children and waits for its standard input to end, which happens when the
sandbox is gone, however it went. Run as a file with nothing but the standard library, so that it starts at once:

    python -I -S guard.py FOLDER
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path

__all__ = ["main"]


def main(folder: str) -> None:
    """Wait for the end of standard input, then kill the whole process group and remove the folder.

    Args:
        folder: The sandbox's temporary folder; need not exist.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    group = os.getpgid(0)
    if os.fork() == 0:
        # Out of the group that is about to die, to live until nothing can write to the folder any more.
        os.setpgid(0, 0)
        os.killpg(group, signal.SIGKILL)
        for _ in range(50):
            shutil.rmtree(folder, ignore_errors=True)
            if not Path(folder).exists():
                break
            time.sleep(0.1)
        os._exit(0)
    os.wait()


if __name__ == "__main__":
    main(sys.argv[1])
