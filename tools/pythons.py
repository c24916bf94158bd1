"""Try the wheel with every Python that is found here: `python tools/pythons.py [PYTHON...]`.

Each gets an environment of its own, with the wheel and the locked releases of what it needs, and runs a project: every
module is imported, an environment validated, a stack synthesised and tested. All must synthesise the same bytes. A
Python that is not here is not an error; one that is, and that `pyproject.toml` claims, must pass.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from dist import ROOT, build

EXTRAS = "aws,discovery,migrate,testing"

# What comes with extras that are not installed: a server of the sandbox.
NOT_IMPORTED = ("ecr_constructs.sandbox.moto_server",)

ENVIRONMENT = """\
project: shop
env: dev
region: eu-west-1
organization: true
ecr_repositories: {web: {protected_tags: ["v*"]}, team/api: {image_tag_mutability: IMMUTABLE}}
ecr_node_pull: {roles: [nodes]}
"""
APP = """\
import ecr_constructs.fast

from cdktf import App, LocalBackend, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider

from ecr_constructs import EnvironmentRepositories


class Images(TerraformStack):
    def __init__(self, app):
        super().__init__(app, "dev")
        LocalBackend(self, path="terraform.tfstate")
        AwsProvider(self, "aws", region="eu-west-1")
        EnvironmentRepositories.from_file(self, "Ecr", "environments/dev.yaml")


if __name__ == "__main__":
    app = App()
    Images(app)
    app.synth()
"""
TEST = """\
from main import Images
from cdktf import App
from ecr_constructs.testing import assert_resource


def test_images(synth, terraform_snapshot):
    stack = Images(App())
    assert_resource(synth(stack), "aws_ecr_repository", "web", image_tag_mutability="MUTABLE")
    assert stack == terraform_snapshot
"""
IMPORTS = f"""\
import importlib, pathlib, pkgutil, sys
import ecr_constructs
assert pathlib.Path(ecr_constructs.__file__).is_relative_to(sys.prefix), ecr_constructs.__file__
names = [each.name for each in pkgutil.walk_packages(ecr_constructs.__path__, "ecr_constructs.")]
for name in names:
    if name not in {NOT_IMPORTED!r} and not name.endswith("__main__"):
        importlib.import_module(name)
for name in ecr_constructs.__all__:
    getattr(ecr_constructs, name)
assert len(names) > 200, len(names)
"""


def main() -> int:
    """Try each Python, and return 1 where one failed that must not, or where there is none."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    claimed = re.findall(r"Python :: (3\.\d+)\n", "\n".join([*project["classifiers"], ""]))
    found = pythons([Path(each) for each in sys.argv[1:]])
    failed, synthesised = False, {}
    with tempfile.TemporaryDirectory() as folder:
        wheel, _ = build(ROOT, Path(folder), epoch="1700000000")
        for version, python in found.items():
            began = time.monotonic()
            place = Path(folder, version)
            problem = attempt(python, wheel, place)
            if problem is None:
                synthesised[version] = (place / "project/cdktf.out/stacks/dev/cdk.tf.json").read_bytes()
                if synthesised[version] != next(iter(synthesised.values())):
                    problem = f"synthesises something else than {next(iter(synthesised))}"
            minor = version.rpartition(".")[0]
            failed = failed or (problem is not None and minor in claimed)
            note = "" if minor in claimed else " (not claimed by pyproject.toml)"
            sys.stdout.write(f"{version}{note}: {problem or 'fine'}, {time.monotonic() - began:.0f} s\n")
            sys.stdout.flush()
    for minor in claimed:
        if not any(version.startswith(f"{minor}.") for version in found):
            sys.stdout.write(f"{minor}: not here\n")
    return 1 if failed or not synthesised else 0


def pythons(named: list[Path]) -> dict[str, Path]:
    """Return a Python of each minor version from 3.11 on, by its whole version, the oldest first.

    Args:
        named: Where to look; default: the PATH, and the versions of pyenv.
    """
    folders = [Path(each) for each in os.environ.get("PATH", "").split(os.pathsep)]
    folders += sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/*/bin"))
    candidates = named or [folder / f"python3.{minor}" for minor in range(11, 20) for folder in folders]
    found: dict[tuple[int, int], tuple[str, Path]] = {}
    for each in candidates:
        if each.is_file():
            program = "import platform; print(platform.python_version())"
            asked = subprocess.run([each, "-c", program], capture_output=True, text=True, check=False)
            # A shim of pyenv is there for versions that it does not run.
            if asked.returncode == 0 and (number := re.match(r"(3)\.(\d+)\.", asked.stdout)):
                found.setdefault((3, int(number[2])), (asked.stdout.strip(), each))
    return dict(version for minor, version in sorted(found.items()) if minor >= (3, 11))


def attempt(python: Path, wheel: Path, folder: Path) -> str | None:
    """Install the wheel for a Python and run the project with it, and return what failed, or None.

    Args:
        python: The Python.
        wheel: The wheel.
        folder: Where the environment and the project are made.
    """
    project = folder / "project"
    (project / "environments").mkdir(parents=True)
    (project / "environments/dev.yaml").write_text(ENVIRONMENT, encoding="utf-8")
    (project / "main.py").write_text(APP, encoding="utf-8")
    (project / "test_main.py").write_text(TEST, encoding="utf-8")
    own = folder / "venv/bin"
    uv = [sys.executable, "-m", "uv"]
    install = [*uv, "pip", "install", "--quiet", "--python", own / "python", "-c", ROOT / "requirements.lock"]
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    variables["PATH"] = f"{own}{os.pathsep}{variables.get('PATH', '')}"
    for what, command in {
        "making an environment": [*uv, "venv", "--quiet", "--python", python, folder / "venv"],
        "installing it": [*install, f"ecr-constructs[{EXTRAS}] @ {wheel.as_uri()}"],
        "importing every module": [own / "python", "-c", IMPORTS],
        "ecr-constructs --version": [own / "ecr-constructs", "--version"],
        "python -m ecr_constructs -h": [own / "python", "-m", "ecr_constructs", "-h"],
        "ecr-constructs validate": [own / "ecr-constructs", "validate"],
        "synthesising": [own / "python", "main.py"],
        "writing a snapshot": [own / "python", "-m", "pytest", "-q", "--snapshot-update"],
        "testing against the snapshot": [own / "python", "-m", "pytest", "-q"],
    }.items():
        said = run([str(each) for each in command], project, variables)
        if said is not None:
            return f"{what} failed:\n{said}\n"
    return None


def run(command: list[str], folder: Path, variables: Mapping[str, str]) -> str | None:
    """Run a command to its end, and return the last of what it said where it failed, or None."""
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else (done.stdout + done.stderr).strip()[-3000:]


if __name__ == "__main__":
    sys.exit(main())
