"""The app that the `cdktf` command runs: `python -m stacks`."""

from __future__ import annotations

import sys

from ecr_constructs import fast


def main() -> int:
    """Synthesise every environment.

    Returns:
        0, or 2 with every problem on standard error and nothing written.
    """
    # Imports in the order of their use: Node comes up while the files are read and checked.
    fast.start_kernel()
    from ecr_constructs.config.load import load_environments
    from ecr_constructs.errors import InvalidInput

    try:
        environments = load_environments()
        from stacks.app import build_app

        app = build_app(environments)
    except InvalidInput as error:
        count = len(error.problems)
        sys.stderr.write(f"{count} problem{'s' if count > 1 else ''}, nothing was synthesised:\n{error}\n")
        return 2
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
