"""The app that the `cdktf` command runs: `python -m stacks`."""

from __future__ import annotations

import sys

from ecr_constructs.config.load import load_environments
from ecr_constructs.errors import InvalidInput


def main() -> int:
    """Synthesise every environment.

    Returns:
        0, or 2 with every problem on standard error and nothing written.
    """
    try:
        environments = load_environments()
    except InvalidInput as error:
        count = len(error.problems)
        sys.stderr.write(f"{count} problem{'s' if count > 1 else ''}, nothing was synthesised:\n{error}\n")
        return 2

    # Not at the top: the engine takes half a second, which nobody should wait for to read a message.
    from stacks.app import build_app

    build_app(environments).synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
