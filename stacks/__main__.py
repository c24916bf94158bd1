"""The app that the `cdktf` command runs: `python -m stacks`."""

from __future__ import annotations

import functools
import gc
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from ecr_constructs.cli import process

# How Node says what the system refused: `ENOSPC: no space left on device, open '/x'`.
_REFUSED = re.compile(r"(?:Error: )*E[A-Z0-9]+: (?P<why>[^,\n]+), \w+(?: '(?P<path>[^'\n]*)')?")

# How jsii says that it takes no folder of others, or that others may write to, with what to do.
_NO_CACHE = "Cannot use the jsii package cache "


def main() -> NoReturn:
    """Synthesise every environment, and end the process.

    Exit status: 0; 2 with every problem on standard error, or 1 with what failed, and nothing written; 130 Ctrl-C.
    """
    process.end_at_ctrl_c()
    process.leave(process.run_to_status(_synthesise))


def _synthesise() -> int:
    from stacks.output import output_directory, taking_its_place

    output = output_directory(os.environ)
    # Imports in the order of their use: Node comes up while the files are read and checked.
    from ecr_constructs import fast

    # What is made here is needed until the end, so that there is nothing to look for.
    gc.disable()
    # From here on there is something to clean up.
    process.raise_at_ctrl_c()
    signal.signal(signal.SIGTERM, _terminated)
    sys.unraisablehook = functools.partial(_unraisable, sys.unraisablehook)
    try:
        fast.start_engine()
        from ecr_constructs.config.context import check_context
        from ecr_constructs.config.load import load_environments
        from ecr_constructs.errors import InvalidInput

        try:
            problems = check_context(os.environ)
            try:
                environments = load_environments()
            except InvalidInput as error:
                problems += error.problems
            if problems:
                raise InvalidInput(problems)
            fast.wait_for_engine()
            from stacks.app import build_app

            with taking_its_place(output) as folder:
                app = build_app(environments, outdir=str(folder))
                process.stop_if_interrupted()
                app.synth()
                process.stop_if_interrupted()
        except InvalidInput as error:
            count = len(error.problems)
            sys.stderr.write(f"{count} problem{'s' if count > 1 else ''}, nothing was synthesised:\n{error}\n")
            return 2
    except Exception as error:
        process.stop_if_interrupted()
        message = _failure(error, output)
        if message is None:
            raise
        sys.stderr.write(f"{message} Nothing was synthesised.\n")
        return 1
    return 0


def _failure(error: Exception, output: Path) -> str | None:
    """Return what the system refused, to this process or to Node, as a sentence; None for what is a fault of ours."""
    if isinstance(error, BrokenPipeError) or type(error).__name__ == "JSONDecodeError":
        return "Node.js, which CDKTF runs in, ended before it was done."
    from ecr_constructs.errors import OperationError

    if isinstance(error, OperationError) or f"{error}".startswith(_NO_CACHE):
        return f"{error}"
    if isinstance(error, OSError):
        path, why = error.filename, error.strerror or f"{error}"
    else:
        refused = _REFUSED.match(f"{error}")
        if refused is None:
            return None
        path, why = refused["path"], refused["why"]
    return f"{_place(path, output)}: {why}."


def _place(path: object, output: Path) -> str:
    if path is None:
        temporary = os.environ.get("TMPDIR", "the temporary folder")
        return f"A file cannot be written, in {output.as_posix()} or in {temporary}"
    # A folder that is gone already is nothing to look for.
    return Path(*(part for part in Path(f"{path}").parts if not part.startswith(".synthesis-"))).as_posix()


def _terminated(number: int, _: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def _unraisable(say: Callable[[Any], Any], lost: Any) -> None:
    # jsii takes a Node apart that never came up, and fails.
    if not getattr(lost.object, "__qualname__", "").startswith("_NodeProcess."):
        say(lost)


if __name__ == "__main__":
    main()
