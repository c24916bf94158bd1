"""What becomes of a command's process: Ctrl-C at any moment, and output that cannot be written.

    process.end_at_ctrl_c()
    process.leave(process.run_to_status(program))

Cheap to import, so that the first line is reached before anything else is loaded.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import io
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

__all__ = [
    "BROKEN_PIPE",
    "INTERRUPTED",
    "end_at_ctrl_c",
    "leave",
    "raise_at_ctrl_c",
    "run_to_status",
    "stop_if_interrupted",
]

INTERRUPTED = 130
"""The exit status after Ctrl-C: 128 and the signal's number."""

BROKEN_PIPE = 141
"""The exit status when the reader of the output has gone: what a shell sees of the usual tools."""

_THREADS_WITHIN = 5.0  # seconds; Node, which one may be starting, takes some tenths
_interrupted = False


def end_at_ctrl_c() -> None:
    """Let Ctrl-C end the process at once, without a traceback, until `raise_at_ctrl_c`.

    For as long as there is nothing to clean up: an exception can be lost where it is raised, in what imports run. Where
    Ctrl-C is ignored, as in the background, or somebody else has taken it, it stays so.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def raise_at_ctrl_c() -> None:
    """Let Ctrl-C raise KeyboardInterrupt, for what has to clean up; only after `end_at_ctrl_c`."""
    if signal.getsignal(signal.SIGINT) is _end:
        sys.unraisablehook = _unraisable
        signal.signal(signal.SIGINT, _raise)


def stop_if_interrupted() -> None:
    """Raise KeyboardInterrupt if one was raised before and lost on its way, for before something lasting is done."""
    if _interrupted:
        raise KeyboardInterrupt


def run_to_status(program: Callable[[], int]) -> int:
    """Run a program with the standard streams as they may be, and return its exit status.

    A standard stream that is closed is none that a file opened later can take the place of. What cannot be said on
    standard error is left unsaid. Standard output that cannot be written is a sentence there and status 1, or no word
    and `BROKEN_PIPE` where its reader has gone. So is a file that the program did not expect to fail.

    Args:
        program: Returns the exit status.
    """
    output = _watch_streams()
    status = 1
    said = ""
    try:
        status = program()
        sys.stdout.flush()
    except KeyboardInterrupt:
        status, said = INTERRUPTED, "Stopped."
    except UnicodeEncodeError as error:
        lost = ascii(error.object[error.start : error.start + 1])
        status, said = 1, f"Standard output cannot be written: its encoding, {error.encoding}, has no {lost}."
    except OSError as error:
        if output is None or output.failure is None:
            where = f"{error.filename}: " if error.filename is not None else ""
            status, said = 1, f"{where}{error.strerror or error}."
    finally:
        if signal.getsignal(signal.SIGINT) is _raise:
            signal.signal(signal.SIGINT, _end)
    if output is not None and output.failure is not None:
        if _interrupted:
            return INTERRUPTED
        if output.failure.errno == errno.EPIPE:
            return BROKEN_PIPE
        status, said = 1, f"Standard output cannot be written: {output.failure.strerror}."
    if said:
        sys.stderr.write(f"{said}\n")
        sys.stderr.flush()
    return status


def leave(status: int) -> NoReturn:
    """End the process with an exit status; what is registered for its end still runs.

    Python itself would go on to take every module apart, which takes longer than reading the files did. And it ends by
    the signal, whatever the status, if an interrupt passed through text that it ran as code, as that of every
    dataclass.
    """
    # In the order of Python itself: what a thread is about to make is cleaned up too.
    threads = sys.modules.get("threading")
    if threads is not None and status == INTERRUPTED:
        for thread in threads.enumerate():
            if thread is not threads.current_thread() and not thread.daemon:
                thread.join(_THREADS_WITHIN)
    elif threads is not None:
        threads._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # gone, closed, or none
            stream.flush()
    os._exit(status)


def _end(_: int, __: FrameType | None) -> NoReturn:
    with contextlib.suppress(OSError):
        os.write(2, b"\nStopped.\n" if os.isatty(2) else b"Stopped.\n")
    os._exit(INTERRUPTED)


def _raise(_: int, __: FrameType | None) -> NoReturn:
    global _interrupted
    _interrupted = True
    raise KeyboardInterrupt


def _unraisable(lost: Any) -> None:
    # What an interrupt breaks while things are taken apart is nothing to read.
    if not _interrupted:
        sys.__unraisablehook__(lost)


class _Output(io.FileIO):
    """Standard output that keeps its first failure, whoever handles it, and takes no more after that."""

    failure: OSError | None = None

    def write(self, data: Any, /) -> int:
        if self.failure is None:
            try:
                return super().write(data)
            except OSError as error:
                self.failure = error
                raise
        return len(data)


class _Errors(io.FileIO):
    """Standard error that drops what it cannot write: nowhere is left to tell it."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError:
            return len(data)


def _watch_streams() -> _Output | None:
    """Put the two in the place of the standard streams, and return the first; None where others have taken them."""
    if os.name != "posix" or sys.stdout is not sys.__stdout__ or sys.stderr is not sys.__stderr__:
        return None
    # Writing to the second fails as to one that is closed.
    for number, mode in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # the lowest number that is free
            os.set_inheritable(number, True)  # noqa: FBT003
    output, errors = _Output(1, "wb", closefd=False), _Errors(2, "wb", closefd=False)
    sys.stdout = _text(output, sys.stdout)
    sys.stderr = _text(errors, sys.stderr)
    return output


def _text(raw: io.FileIO, before: Any) -> io.TextIOWrapper:
    if before is None:
        return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace")
    before.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=before.encoding,
        errors=before.errors,
        line_buffering=before.line_buffering or before.write_through,
    )
