"""jsii's kernel as one Node process.

jsii starts a Node that does nothing but start a second one, which is the kernel, and hand on every message to it and
from it. A program asks the kernel thousands of things one after the other, and waits for each on two ways more than it
has to. Here the kernel is started at once, and reads and writes pipes of its own.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.resources
import os
import platform
import selectors
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from jsii._embedded import jsii as embedded
from jsii._kernel.providers.process import _NodeProcess

from ecr_constructs._engine.lazy.switches import END_OF_LIFE, SILENCED

__all__ = ["DirectProcess", "text_of_kernel", "with_pipes"]

_PROGRAM = "lib/program.js"
_CHANNEL = "readFD:3,writeFD:3"  # in the kernel's text, where it takes what the first Node gives it
_CHUNK = 65536


class DirectProcess(_NodeProcess):
    """A kernel that jsii talks to as to its own; it is jsii's own where its form is not known, or on Windows."""

    def start(self) -> None:
        """Start the kernel, and wait until it says that it runs."""
        program = text_of_kernel()
        if program is None:
            super().start()  # type: ignore[no-untyped-call]
            return
        # Closed where something fails on the way: what the program sees is what jsii's own start would have raised.
        with contextlib.ExitStack() as on_failure:
            kernel_reads, we_write = os.pipe()
            we_read, kernel_writes = os.pipe()
            theirs = [on_failure.enter_context(os.fdopen(each, "rb")) for each in (kernel_reads, kernel_writes)]
            requests = on_failure.enter_context(os.fdopen(we_write, "wb"))
            answers = on_failure.enter_context(os.fdopen(we_read, "rb"))
            folder = Path(self._jsii_runtime()).parent.parent
            (folder / _PROGRAM).write_text(with_pipes(program, kernel_reads, kernel_writes), encoding="utf-8")
            node = subprocess.Popen(  # noqa: S603 - what jsii starts, with the options that it gives
                [
                    os.environ.get("JSII_NODE", "node"),
                    "--max-old-space-size=4069",
                    "--preserve-symlinks",
                    str(folder / _PROGRAM),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[kernel_reads, kernel_writes],
                env={**os.environ, "JSII_AGENT": f"Python/{platform.python_version()}"},
            )
            for each in theirs:
                each.close()
            on_failure.pop_all()
        self._process: Any = _Standing(node, requests, answers)
        self.sink_thread = threading.Thread(
            target=_hand_on, args=(node.stdout, node.stderr), name="jsii-output", daemon=True
        )
        self.sink_thread.start()
        atexit.register(self.stop)
        self.handshake()


class _Standing:
    """What jsii asks of a process: here the pipes of the kernel are its standard streams."""

    def __init__(self, node: subprocess.Popen[bytes], requests: IO[bytes], answers: IO[bytes]) -> None:
        self.stdin, self.stdout, self.stderr = requests, answers, node.stderr
        self.wait, self.terminate = node.wait, node.terminate


def text_of_kernel() -> str | None:
    """Return the kernel's program where it can be started at once, else None."""
    files = {name: resource for resource, name in embedded.EMBEDDED_FILES.items()}
    if sys.platform == "win32" or os.environ.get("JSII_RUNTIME") or _PROGRAM not in files:
        return None
    if not _banner_is_silenced() or not _standard_streams_are_open():
        return None
    text = importlib.resources.files(embedded).joinpath(files[_PROGRAM]).read_text(encoding="utf-8")
    return text if text.count(_CHANNEL) == 1 else None


def with_pipes(program: str, reads: int, writes: int) -> str:
    """Return the kernel's program with these descriptors in the place of the first Node's."""
    return program.replace(_CHANNEL, f"readFD:{reads},writeFD:{writes}")


def _banner_is_silenced() -> bool:
    """Whether the first Node would say nothing about an old one, which is all that it does besides."""
    return os.environ.get(END_OF_LIFE) == SILENCED[END_OF_LIFE] and all(os.environ.get(name) for name in SILENCED)


def _standard_streams_are_open() -> bool:
    """Whether no pipe can take the number of a standard stream, in whose place Node gets one of its own."""
    try:
        return all(os.fstat(each) for each in range(3))
    except OSError:
        return False


def _hand_on(stdout: IO[bytes], stderr: IO[bytes]) -> None:
    """Write what JavaScript prints to Python's streams, whichever they are by then, until Node has ended."""
    with selectors.DefaultSelector() as selector, stdout, stderr:
        selector.register(stdout, selectors.EVENT_READ, "stdout")
        selector.register(stderr, selectors.EVENT_READ, "stderr")
        while selector.get_map():
            for key, _ in selector.select():
                printed = os.read(key.fd, _CHUNK)
                if not printed:
                    selector.unregister(key.fileobj)
                with contextlib.suppress(Exception):  # closed, or of a form that takes no bytes
                    stream = getattr(sys, key.data)
                    stream.buffer.write(printed)
                    stream.buffer.flush()
