"""The app that the `cdktf` command runs: `python -m stacks`."""

from __future__ import annotations

import importlib
import sys
import threading

from ecr_constructs.errors import InvalidInput


def main() -> int:
    """Synthesise every environment.

    Returns:
        0, or 2 with every problem on standard error and nothing written.
    """
    # The engine's start is mostly waiting for another process; the files are read and checked in that time.
    engine = threading.Thread(target=importlib.import_module, args=["stacks.app"])
    engine.start()
    try:
        from ecr_constructs.config.load import load_environments

        environments = load_environments()
    except InvalidInput as error:
        count = len(error.problems)
        sys.stderr.write(f"{count} problem{'s' if count > 1 else ''}, nothing was synthesised:\n{error}\n")
        return 2
    finally:
        engine.join()

    from stacks.app import build_app

    build_app(environments).synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
