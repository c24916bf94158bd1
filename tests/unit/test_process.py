"""Any command where its output cannot be written, or Ctrl-C comes at whatever moment."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 300
COMMANDS = ["validate", "validate --format json", "migrate --help", "--help", "--version"]
OLD = "schema_version: 6\nproject: shop\nenv: dev\nregion: us-east-1\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one environment, which is the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ECR_ENVIRONMENTS_DIR", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments/dev.yaml").write_text("project: shop\nenv: dev\nregion: us-east-1\n", encoding="utf-8")
    return tmp_path


@pytest.fixture(params=["", "1"], ids=["buffered", "unbuffered"])
def _buffering(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", request.param)


def shell(arguments: str, ending: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command as a shell does, with what stands behind it there."""
    line = f"{shlex.quote(sys.executable)} -m ecr_constructs.cli {arguments} {ending}"
    return subprocess.run(
        ["/bin/sh", "-c", line], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False
    )


@pytest.mark.usefixtures("_buffering")
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("ending", "why"), [(">&-", "Bad file descriptor"), (">/dev/full", "No space left on device")])
def test_standard_output_that_cannot_be_written_is_a_sentence_and_status_1(command: str, ending: str, why: str) -> None:
    if "full" in ending and not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    done = shell(command, ending)
    assert (done.returncode, done.stderr) == (1, f"Standard output cannot be written: {why}.\n")


@pytest.mark.usefixtures("_buffering")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_reader_that_has_gone_ends_the_command_without_a_word(command: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ecr_constructs.cli", *command.split()],
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("ending", ["2>&-", "2>/dev/full", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["validate nobody", "nonsense", "--nonsense", "sandbox", "migrate", "adopt nobody"])
def test_a_refusal_keeps_its_status_where_standard_error_cannot_be_written(command: str, ending: str) -> None:
    assert shell(command, ending).returncode == 2


def test_wrong_files_keep_their_status_where_standard_error_cannot_be_written(folder: Path) -> None:
    (folder / "environments/dev.yaml").write_text("env: dev\n", encoding="utf-8")
    assert [shell("validate", ending).returncode for ending in ("2>&-", "2>/dev/full")] == [2, 2]


def test_a_file_is_not_written_in_the_place_of_a_closed_stream() -> None:
    """The next file that a process opens gets the number of the first one that is closed."""
    Path("old.yaml").write_text(OLD, encoding="utf-8")
    done = shell("migrate old.yaml --output new.yaml", "<&- >&-")
    assert (done.returncode, done.stderr) == (1, "Standard output cannot be written: Bad file descriptor.\n")
    assert Path("new.yaml").read_text(encoding="utf-8") == OLD.replace("6", "7") + "ecr_strategy: local\n"


@pytest.mark.parametrize("ending", [">&-", ">/dev/full"])
def test_what_cannot_be_shown_is_not_migrated(ending: str) -> None:
    Path("old.yaml").write_text(OLD, encoding="utf-8")
    assert shell("migrate old.yaml", ending).returncode == 1
    assert Path("old.yaml").read_text(encoding="utf-8") == OLD
    assert list(Path().glob("*.bak")) == []


def test_text_that_the_output_has_no_letters_for_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    Path("old.yaml").write_text(f"# é\n{OLD}", encoding="utf-8")
    done = shell("migrate old.yaml")
    assert done.returncode == 1
    assert done.stderr == "Standard output cannot be written: its encoding, ascii, has no '\\xe9'.\n"
    assert list(Path().glob("*.bak")) == []


# Ctrl-C when a module is looked for, or already when it is found for the second time.
INTERRUPTED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
module = sys.argv.pop(1)
class CtrlC:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, CtrlC())
from ecr_constructs.cli import main
main()
"""


@pytest.mark.parametrize(
    ("module", "command"),
    [
        ("ecr_constructs.cli.app", "--version"),
        ("typer", "--version"),
        ("ecr_constructs.cli.validate", "validate"),
        ("yaml", "validate"),
        ("pydantic", "validate"),
        ("rich.table", "validate"),
        ("ecr_constructs.migration", "migrate old.yaml"),
        ("ecr_constructs.adoption.run", "adopt dev --from-aws"),
        ("boto3", "adopt dev --from-aws"),
        ("ecr_constructs.sandbox.run", "sandbox dev"),
    ],
)
def test_ctrl_c_while_modules_load_is_one_line_and_status_130(module: str, command: str) -> None:
    Path("old.yaml").write_text(OLD, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, module, *command.split()],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Stopped.\n")
    assert Path("old.yaml").read_text(encoding="utf-8") == OLD


def test_ctrl_c_that_is_ignored_stays_so() -> None:
    """As in the background of a script."""
    program = INTERRUPTED.replace("signal.default_int_handler", "signal.SIG_IGN")
    done = subprocess.run(
        [sys.executable, "-c", program, "typer", "--version"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


LOST = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from ecr_constructs.cli import process
process.end_at_ctrl_c()
def program():
    process.raise_at_ctrl_c()
    class Loses:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(1000):
                pass
    Loses()
    process.stop_if_interrupted()
    return 0
process.leave(process.run_to_status(program))
"""


def test_an_interrupt_that_is_lost_on_its_way_is_found_again() -> None:
    done = subprocess.run([sys.executable, "-c", LOST], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stderr) == (130, "Stopped.\n")


def test_a_file_that_fails_unexpectedly_is_a_sentence() -> None:
    """Such as the temporary folder of the sandbox."""
    program = (
        "import sys; from ecr_constructs.cli import process; "
        "process.leave(process.run_to_status(lambda: open('/nowhere/file')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stderr) == (1, "/nowhere/file: No such file or directory.\n")


ENDS = """
import atexit, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
from ecr_constructs.cli import process

class Module:
    def __del__(self):
        print("taken apart")

kept = Module()
atexit.register(lambda: print("registered", end=""))

def program():
    idle = ThreadPoolExecutor(1)
    idle.submit(lambda: None).result()  # its thread waits for more, and nobody ends it
    threading.Thread(target=lambda: (threading.main_thread().join(), print("thread ", end=""))).start()
    print("program ", end="")
    sys.stderr.write("said")
    return STATUS

process.leave(process.run_to_status(program))
"""


@pytest.mark.parametrize("status", [0, 1, 2])
def test_the_end_of_a_process_has_all_that_somebody_waits_for_and_no_more(status: int) -> None:
    """Threads, what is registered, and what is written still; the modules stay as they are."""
    program = ENDS.replace("STATUS", str(status))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (status, "program thread registered", "said")


def test_the_end_of_a_process_without_streams_is_its_status() -> None:
    streams = "sys.stdout.close(); sys.stderr = None"
    program = f"import sys; from ecr_constructs.cli import process; {streams}; process.leave(3)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 3
