"""Children and the temporary folder go with the block, whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ecr_constructs.errors import OperationError
from ecr_constructs.sandbox import processes as module
from ecr_constructs.sandbox.processes import Processes

PATIENCE = 120.0


def alive(process: int) -> bool:
    """Tell whether a process runs; one that ended and was not waited for does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return (
        Path(f"/proc/{process}/stat").read_text().split(")")[-1].split()[0] != "Z" if sys.platform == "linux" else True
    )


def gone(process: int) -> bool:
    """Wait until a process does not run any more."""
    until = time.monotonic() + PATIENCE
    while alive(process) and time.monotonic() < until:
        time.sleep(0.01)
    return not alive(process)


def grandchild(processes: Processes) -> int:
    """Start a child that starts a child that stays, and return that one's process id."""
    child = processes.start("sleep 1000 & echo $!; wait", environment=dict(os.environ))
    assert child.stdout is not None
    return int(child.stdout.readline())


def test_output_errors_and_status_come_back() -> None:
    lines: list[str] = []
    with Processes() as processes:
        done = processes.run("echo out; echo err >&2; exit 3", environment={}, on_line=lines.append)
    assert (done.code, done.output, done.errors, lines) == (3, "out\n", "err\n", ["out"])


def test_standard_output_can_go_to_a_file(tmp_path: Path) -> None:
    with Processes() as processes:
        done = processes.run([sys.executable, "-c", "print('é')"], environment={}, stdout=tmp_path / "out")
    assert (done.code, done.output) == (0, "")
    assert (tmp_path / "out").read_text(encoding="utf-8").rstrip() == "é"


def test_children_have_nothing_to_read_and_a_folder_for_temporary_files() -> None:
    with Processes() as processes:
        done = processes.run('cat; echo "$TMPDIR $ONLY"; pwd', environment={"ONLY": "this"}, cwd=processes.folder)
        assert done.output == f"{processes.folder}/tmp this\n{processes.folder}\n"


def test_a_program_that_is_not_there_is_a_message() -> None:
    with Processes() as processes, pytest.raises(OperationError, match="Cannot start no-such-program: No such file"):
        processes.run(["no-such-program"], environment={})


def test_leaving_the_block_ends_grandchildren_and_removes_the_folder() -> None:
    with Processes() as processes:
        process = grandchild(processes)
        (processes.folder / "file").write_text("x")
        assert alive(process)
    assert gone(process)
    assert not processes.folder.exists()
    processes.close()  # which may be said twice


def test_an_exception_ends_them_too() -> None:
    processes = Processes()
    process = grandchild(processes)
    with pytest.raises(ZeroDivisionError), processes:
        raise ZeroDivisionError
    assert gone(process)
    assert not processes.folder.exists()


def test_a_guard_that_was_killed_is_done_without() -> None:
    with Processes() as processes:
        process = grandchild(processes)
        processes._guard.kill()
        processes._guard.wait()
    assert gone(process)
    assert not processes.folder.exists()


def test_a_ctrl_c_of_the_terminal_does_not_reach_the_children() -> None:
    """They are in a process group of their own."""
    with Processes() as processes:
        process = grandchild(processes)
        assert os.getpgid(process) != os.getpgid(0)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_guard_cleans_up_after_a_parent_that_was_killed(number: int) -> None:
    program = (
        "import os, sys, time; from ecr_constructs.sandbox.processes import Processes; p = Processes();"
        "c = p.start('sleep 1000 & echo $!; wait', environment=dict(os.environ));"
        "print(p.folder, c.stdout.readline().strip(), flush=True); time.sleep(1000)"
    )
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    ) as parent:
        assert parent.stdout is not None
        folder, process = parent.stdout.readline().split()
        assert Path(folder).is_dir()
        parent.send_signal(number)
    assert gone(int(process))
    until = time.monotonic() + PATIENCE
    while Path(folder).exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not Path(folder).exists()


def test_windows_is_told_to_use_wsl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.sys, "platform", "win32")
    with pytest.raises(OperationError, match="WSL"):
        Processes()
