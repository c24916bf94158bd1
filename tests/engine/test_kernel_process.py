"""jsii's kernel as one Node process: it does what jsii's own two do, and is those where it is not known."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.engine.engine_programs import REPOSITORY, Programs

# The files that Node is started with, one after the other.
STARTED = """
import json, os, subprocess, sys
from pathlib import Path
started = []
popen = subprocess.Popen
class Popen(popen):
    def __init__(self, command, *args, **kwargs):
        started.append(Path(command[-1]).name)
        super().__init__(command, *args, **kwargs)
subprocess.Popen = Popen
import ecr_constructs.fast
"""
SYNTHESISED = """
from cdktf import App, TerraformStack
TerraformStack(App(), "dev")
print(json.dumps([file for file in started if file.endswith(".js")]))
"""
DIRECT, OF_JSII = ["program.js"], ["jsii-runtime.js"]
KERNEL_PROCESS = "from ecr_constructs._engine.lazy import kernel_process"


@pytest.mark.parametrize(
    ("change", "files"),
    [
        ("", DIRECT),
        ("os.environ['JSII_RUNTIME'] = ''", DIRECT),
        ("os.environ['JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION'] = 'yes'", DIRECT),
        # It would say what the one process does not.
        ("os.environ['JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION'] = ''", OF_JSII),
        ("os.environ['JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION'] = '18'", OF_JSII),
        # A form that is not known: the channel is not in the text, or is not the only thing that looks like it.
        (f"{KERNEL_PROCESS}; kernel_process._CHANNEL = 'readFD:7'", OF_JSII),
        (f"{KERNEL_PROCESS}; kernel_process._CHANNEL = 'readFD'", OF_JSII),
        (f"{KERNEL_PROCESS}; kernel_process._PROGRAM = 'lib/other.js'", OF_JSII),
        (f"{KERNEL_PROCESS}; kernel_process.sys = type('', (), {{'platform': 'win32'}})", OF_JSII),
        ("os.environ['ECR_CONSTRUCTS_EAGER'] = '1'; sys.meta_path.pop(0)", OF_JSII),
    ],
)
def test_the_kernel_is_one_process_where_its_form_is_known(programs: Programs, change: str, files: list[str]) -> None:
    assert programs.answer(f"{STARTED}{change}\n{SYNTHESISED}") == files


@pytest.mark.parametrize("first", ["import cdktf", "import constructs", "from cdktf_cdktf_provider_aws import _jsii"])
def test_it_is_so_whichever_package_comes_first(programs: Programs, first: str) -> None:
    assert programs.answer(f"{STARTED}{first}\n{SYNTHESISED}") == DIRECT


def test_a_runtime_that_is_named_is_taken(programs: Programs, tmp_path: Path) -> None:
    runtime = tmp_path / "own.js"
    runtime.write_text("console.log(JSON.stringify({ hello: '@jsii/runtime@0.0.0' })); console.error('this one');")
    done = programs.run(f"{STARTED}{SYNTHESISED}", JSII_RUNTIME=str(runtime))
    assert "this one" in done.stderr


@pytest.mark.parametrize("eager", ["", "1"])
def test_what_javascript_prints_arrives(programs: Programs, mini_with: Callable[..., Path], eager: str) -> None:
    """With one process as with two, and what it prints last as well."""
    index = """"use strict";
        console.log("printed, grün"); console.error("told");
        process.on("exit", () => { console.log("at the end"); console.error("told at the end"); });
        for (const [name, file] of [["alpha", "alpha"], ["betaTwo", "beta-two"], ["gamma", "gamma"]])
            exports[name] = require("./" + file);
    """
    source = """
        import ecr_constructs.fast
        from cdktf_cdktf_provider_aws.alpha import Alpha
        Alpha.loaded()
    """
    done = programs.run(source, bindings=mini_with(index_js=index), ECR_CONSTRUCTS_EAGER=eager, PYTHONUTF8="1")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "printed, grün\nat the end\n"
    told = [line for line in done.stderr.splitlines() if line.startswith("told")]
    assert told == ["told", "told at the end"]


def test_what_it_prints_is_read_while_it_runs(programs: Programs, mini_with: Callable[..., Path]) -> None:
    """Node waits when nobody does."""
    index = """"use strict";
        console.error("x".repeat(3000000));
        for (const [name, file] of [["alpha", "alpha"], ["betaTwo", "beta-two"], ["gamma", "gamma"]])
            exports[name] = require("./" + file);
    """
    source = """
        import ecr_constructs.fast, json
        from cdktf_cdktf_provider_aws.alpha import Alpha
        print(json.dumps(Alpha.loaded()))
    """
    assert programs.answer(source, bindings=mini_with(index_js=index))


def test_a_stream_that_was_closed_stops_nothing(programs: Programs, mini_with: Callable[..., Path]) -> None:
    index = """"use strict";
        console.log("x".repeat(300000));
        for (const [name, file] of [["alpha", "alpha"], ["betaTwo", "beta-two"], ["gamma", "gamma"]])
            exports[name] = require("./" + file);
    """
    source = """
        import ecr_constructs.fast, json, sys
        kept, sys.stdout = sys.stdout, None
        from cdktf_cdktf_provider_aws.alpha import Alpha
        loaded = Alpha.loaded()
        print(json.dumps(loaded), file=kept)
    """
    assert programs.answer(source, bindings=mini_with(index_js=index))


def test_it_can_be_started_and_stopped_without_leaving_anything_open() -> None:
    program = f"""
        import os, sys, threading, warnings
        warnings.simplefilter("error")
        sys.unraisablehook = lambda lost: print("unraisable", lost.exc_value)
        import ecr_constructs.fast
        {KERNEL_PROCESS}
        def opened():
            return len([each for each in range(256) if not closed(each)])
        def closed(each):
            try: os.fstat(each)
            except OSError: return True
        before = opened(), threading.active_count()
        for _ in range(3):
            kernel = kernel_process.DirectProcess()
            kernel.start()
            kernel.stop()
            assert kernel._process.wait() == 0
            del kernel
        print(before == (opened(), threading.active_count()))
    """
    done = _run(program)
    assert done.stdout == "True\n", done.stdout + done.stderr


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_a_program_without_standard_streams_synthesises(programs: Programs, tmp_path: Path, closed: tuple[int]) -> None:
    """As a daemon may be started."""
    program = f"""
        import os
        for each in {closed}: os.close(each)
        import ecr_constructs.fast
        from cdktf import App, TerraformStack
        app = App(outdir={str(tmp_path)!r})
        TerraformStack(app, "dev")
        app.synth()
    """
    programs.run(program)
    assert (tmp_path / "stacks" / "dev" / "cdk.tf.json").exists()


def test_what_fails_at_the_start_leaves_nothing_open() -> None:
    program = f"""
        import os, warnings
        warnings.simplefilter("error")
        import ecr_constructs.fast
        {KERNEL_PROCESS}
        os.environ["JSII_NODE"] = "no-such-node"
        first = os.open(os.devnull, os.O_RDONLY)
        try: kernel_process.DirectProcess().start()
        except FileNotFoundError as error: print(error.filename)
        print(os.open(os.devnull, os.O_RDONLY) == first + 1)
    """
    done = _run(program)
    assert done.stdout == "no-such-node\nTrue\n", done.stdout + done.stderr


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a signal of POSIX")
def test_node_ends_with_a_program_that_is_killed(tmp_path: Path) -> None:
    program = """
        import ecr_constructs.fast, jsii, os, signal
        pid = jsii.kernel.provider._process._process.wait.__self__.pid
        print(pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = _run("import ecr_constructs._engine.door" + textwrap.dedent(program))
    assert done.returncode == -signal.SIGKILL
    assert _ends(int(done.stdout))


def test_a_node_that_dies_is_an_error_and_no_end_without_one(programs: Programs) -> None:
    source = """
        import ecr_constructs.fast, jsii, sys
        from cdktf import App, TerraformStack
        node = jsii.kernel.provider._process._process
        node.terminate()
        node.wait()
        try: TerraformStack(App(), "dev")
        except (BrokenPipeError, ValueError) as error: print(type(error).__name__)
    """
    assert programs.run(source).stdout in {"BrokenPipeError\n", "JSONDecodeError\n"}


def _run(source: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(source)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        text=True,
        timeout=900,
    )


def _ends(pid: int) -> bool:
    """Whether a process is gone, or is so before long; whose child it was has not asked for its end."""
    end = time.monotonic() + 600
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if _is_zombie(pid):
            return True
        time.sleep(0.05)
    return False


def _is_zombie(pid: int) -> bool:
    """Whether a process has ended and nobody has asked for that, as far as the system tells."""
    with suppress(OSError):
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return False
