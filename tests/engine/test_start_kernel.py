"""`ecr_constructs.fast.start_kernel` and `start_engine`: Node comes up while Python does something else, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.engine_programs import Programs

COUNT_PROCESSES = """
import json, subprocess, sys, threading
started = []
popen = subprocess.Popen
class Popen(popen):
    def __init__(self, command, *args, **kwargs):
        super().__init__(command, *args, **kwargs)
        if str(command[-1]).endswith(".js"):
            started.append(threading.current_thread() is threading.main_thread())
subprocess.Popen = Popen
"""


@pytest.mark.parametrize("first", ["import cdktf", "import mini_bindings_user", "import ecr_constructs._engine.door"])
def test_the_one_kernel_starts_before_cdktf_is_imported(programs: Programs, tmp_path: Path, first: str) -> None:
    (tmp_path / "mini_bindings_user.py").write_text("from cdktf import App\n")
    program = f"""{COUNT_PROCESSES}
from ecr_constructs import fast
fast.start_kernel()
fast.start_kernel()
sys.path.append({str(tmp_path)!r})
{first}
from cdktf import App, TerraformStack
TerraformStack(App(), "dev")
print(json.dumps(started))
"""
    assert programs.answer(program) == [False]


def test_a_kernel_that_runs_is_left_alone(programs: Programs) -> None:
    program = f"""{COUNT_PROCESSES}
import cdktf
from ecr_constructs import fast
fast.start_kernel()
cdktf.TerraformStack(cdktf.App(), "dev")
from ecr_constructs._engine.lazy import kernel
print(json.dumps([started, kernel._starting is None]))
"""
    assert programs.answer(program) == [[True], True]


def test_the_switch_leaves_it_to_cdktf(programs: Programs) -> None:
    program = f"""{COUNT_PROCESSES}
from ecr_constructs import fast
fast.start_kernel()
import cdktf
print(json.dumps(started))
"""
    assert programs.answer(program, ECR_CONSTRUCTS_EAGER="1") == [True]


def test_a_program_that_needs_no_kernel_after_all_ends_quietly(programs: Programs) -> None:
    done = programs.run("from ecr_constructs import fast; fast.start_kernel(); raise SystemExit(2)")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


def test_a_node_that_cannot_start_is_told_by_cdktf(programs: Programs) -> None:
    program = """
        from ecr_constructs import fast
        fast.start_kernel()
        print("files are read")
        import cdktf
    """
    done = programs.run(program, JSII_NODE="no-such-node")
    assert done.stdout == "files are read\n"
    plain = programs.run("import ecr_constructs.fast, cdktf", JSII_NODE="no-such-node")
    assert "no-such-node" in plain.stderr
    assert done.stderr.count("\n") == plain.stderr.count("\n"), done.stderr


def test_the_engine_is_loaded_beside_what_the_program_does(programs: Programs) -> None:
    program = f"""{COUNT_PROCESSES}
from ecr_constructs import fast
fast.start_engine()
fast.wait_for_engine()
loaded = [name for name in sys.modules if name.endswith("._jsii")]
from cdktf import App, TerraformStack
TerraformStack(App(), "dev")
print(json.dumps([started, loaded]))
"""
    assert programs.answer(program) == [[False], ["constructs._jsii", "cdktf._jsii", "cdktf_cdktf_provider_aws._jsii"]]


def test_an_engine_that_there_is_none_of_is_told_at_once(programs: Programs) -> None:
    program = """
        from ecr_constructs import fast
        fast.start_engine()
    """
    done = programs.run(program, ECR_CONSTRUCTS_ENGINE="pulumi")
    assert "ECR_CONSTRUCTS_ENGINE must be cdktf or cdktn, got 'pulumi'" in done.stderr


def test_what_cannot_be_loaded_is_told_where_it_is_imported(programs: Programs, tmp_path: Path) -> None:
    (tmp_path / "cdktf.py").write_text("raise ImportError('this one is broken')\n")
    program = f"""
        import sys
        from ecr_constructs import fast
        sys.path.insert(0, {str(tmp_path)!r})
        fast.start_engine()
        fast.wait_for_engine()
        print("files are read")
        import cdktf
    """
    done = programs.run(program)
    assert done.stdout == "files are read\n"
    assert done.stderr.splitlines()[-1] == "ImportError: this one is broken"
    assert done.stderr.count("Traceback") == 1


def test_a_program_that_needs_no_engine_after_all_does_not_wait_for_all_of_it(programs: Programs) -> None:
    """A mistake in a file is told, and the command ends."""
    program = """
        import atexit, json, sys, threading
        from ecr_constructs._engine.lazy import kernel
        ended = threading.Event()
        come_up = kernel._runs.set
        kernel._runs.set = lambda: (ended.wait(), come_up())  # the kernel runs when the program has ended
        main = threading.main_thread()
        threading.Thread(target=lambda: (main.join(), ended.set())).start()
        atexit.register(lambda: print(json.dumps([name for name in sys.modules if name.endswith("._jsii")])))
        from ecr_constructs import fast
        fast.start_engine()
    """
    assert programs.answer(program) == []
