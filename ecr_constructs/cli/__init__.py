"""The command `ecr-constructs`.

Importing this costs nothing: the commands and what they need are loaded when the command runs.

- `process`: Ctrl-C at any moment, and output that cannot be written.
- `app`: the commands put together, and how an error ends any of them.
- `init`: a project of its own, written into a folder.
- `schema`: the JSON Schema of environment files, for editors.
- `validate`: every check of the environment files.
- `access`: who may pull and push.
- `adopt`: repositories that exist, written into a file.
- `get`: what is published about a repository.
- `list`: every repository that is published.
- `published`: what these two have in common.
- `deploy_policy`: what the role may do that deploys.
- `review`: what a change of environment files comes to, told before anybody approves it.
- `doctor`: what is published of an environment, compared with what there is.
- `migrate`: older files, and those of other layouts.
- `sandbox`: an environment tried for real.
- `lifecycle_check`: what lifecycle policies do that hardly anyone means.
- `lifecycle_preview`: what a lifecycle policy does to the images that there are.
- `arguments`: those that several commands have.
- `completion`: what the shell completes.
- `extras`: the optional packages that a command needs.
"""

from __future__ import annotations

import sys

from ecr_constructs.cli import process

__all__ = ["main"]


def main() -> None:
    """Run the command with the arguments of this process, and end it with the command's exit status.

    Exit status: 0 fine, 1 something failed or the answer is no, 2 the input is wrong or a package is missing, 3 the
    answer depends or something deployed would go, 130 Ctrl-C, 141 the reader of the output has gone.
    """
    process.end_at_ctrl_c()
    process.leave(process.run_to_status(_run))


def _run() -> int:
    try:
        from ecr_constructs.cli.app import run
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich"):
            raise
        sys.stderr.write(f"The command needs {error.name}, which is not installed: pip install 'ecr-constructs[cli]'\n")
        return 2
    return run(sys.argv[1:])
