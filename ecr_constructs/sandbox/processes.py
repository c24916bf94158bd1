"""Children that never outlive the sandbox, and the temporary folder that goes with them."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from ecr_constructs.errors import OperationError

__all__ = ["Finished", "Processes"]

_GONE_WITHIN = 10.0  # seconds; it takes some hundredths


@dataclasses.dataclass(frozen=True, slots=True)
class Finished:
    """How a child ended.

    Attributes:
        code: Its exit status; negative for the signal that ended it.
        output: What it wrote to standard output; empty where that went to a file.
        errors: What it wrote to standard error.
    """

    code: int
    output: str
    errors: str


class Processes:
    """A process group of children and a temporary folder, both gone when the `with` block is left.

    All children are in one process group, led by a small guard process. Leaving the block kills the group and removes
    the folder; when this process is killed so that it cannot do that, the guard does it. A Ctrl-C of the terminal
    reaches this process alone.

    Attributes:
        folder: The temporary folder; the children's own temporary files are below it too.

    Raises:
        OperationError: On Windows, which has no process groups.
    """

    def __init__(self) -> None:
        if sys.platform == "win32":
            raise OperationError("The sandbox needs Linux or macOS. On Windows, run it in WSL.")
        self._children: list[subprocess.Popen[str]] = []
        # Short, because Terraform and its provider put Unix sockets below it, whose paths have 104 characters at most.
        self.folder: Path = Path(tempfile.mkdtemp(prefix="ecr-sandbox-"))
        try:
            self._temporary = self.folder / "tmp"
            self._temporary.mkdir()
            self._guard = self._start_guard()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kill every child and remove the folder; does nothing the second time.

        The guard does the work, so that a second Ctrl-C meanwhile cannot stop it.
        """
        stopped = self._guard.poll() is not None
        if self._guard.stdin is not None:
            with contextlib.suppress(OSError):
                self._guard.stdin.close()
        if not stopped:
            try:
                self._guard.wait(_GONE_WITHIN)
            except subprocess.TimeoutExpired:
                stopped = True
        if stopped:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._guard.pid, signal.SIGKILL)
            shutil.rmtree(self.folder, ignore_errors=True)
        for child in (self._guard, *self._children):
            child.wait()
            for stream in (child.stdout, child.stderr):
                if stream is not None:
                    stream.close()
        self._children.clear()
        until = time.monotonic() + _GONE_WITHIN
        while self.folder.exists() and time.monotonic() < until:
            time.sleep(0.01)

    def start(
        self,
        command: Sequence[str] | str,
        *,
        environment: Mapping[str, str],
        cwd: Path | None = None,
        stdin: int = subprocess.DEVNULL,
        stdout: int | IO[str] = subprocess.PIPE,
        stderr: int | IO[str] = subprocess.DEVNULL,
    ) -> subprocess.Popen[str]:
        """Start a child in the group.

        Args:
            command: The program and its arguments; one string is a line for the shell.
            environment: All of its environment variables; the folder for temporary files is set here.
            cwd: Its folder; default: this process's.
            stdin: As for `subprocess.Popen`; default: nothing to read.
            stdout: As for `subprocess.Popen`; default: a pipe.
            stderr: As for `subprocess.Popen`; default: nowhere.

        Raises:
            OperationError: The program cannot be started.
        """
        name = command if isinstance(command, str) else command[0]
        try:
            child = subprocess.Popen(  # noqa: S603  # programs that we name, or that the user's own cdktf.json names
                command,
                shell=isinstance(command, str),
                cwd=cwd,
                env={**environment, "TMPDIR": str(self._temporary)},
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                text=True,
                encoding="utf-8",
                errors="replace",
                process_group=self._guard.pid,
            )
        except OSError as error:
            raise OperationError(f"Cannot start {name}: {error.strerror or error}.") from error
        self._children.append(child)
        return child

    def run(
        self,
        command: Sequence[str] | str,
        *,
        environment: Mapping[str, str],
        cwd: Path | None = None,
        stdout: Path | None = None,
        on_line: Callable[[str], None] | None = None,
    ) -> Finished:
        """Run a child in the group to its end.

        Args:
            command: As for `start`.
            environment: As for `start`.
            cwd: As for `start`.
            stdout: A file for its standard output; default: part of the output returned.
            on_line: Called with each line as it comes.
        """
        with contextlib.ExitStack() as stack:
            errors = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace"))
            file = None if stdout is None else stack.enter_context(stdout.open("w", encoding="utf-8"))
            child = self.start(command, environment=environment, cwd=cwd, stdout=file or subprocess.PIPE, stderr=errors)
            output = []
            for line in child.stdout or ():
                output.append(line)
                if on_line is not None:
                    on_line(line.rstrip("\n"))
            code = child.wait()
            if child.stdout is not None:
                child.stdout.close()
            self._children.remove(child)
            errors.seek(0)
            return Finished(code, "".join(output), errors.read())

    def _start_guard(self) -> subprocess.Popen[str]:
        program = Path(__file__).with_name("guard.py")
        return subprocess.Popen(  # noqa: S603  # this very interpreter and a file of this package
            [sys.executable, "-I", "-S", str(program), str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            process_group=0,
        )
