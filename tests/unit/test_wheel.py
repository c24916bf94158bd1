"""What people install."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from flit_core import buildapi

ROOT = Path(__file__).parents[2]


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    with zipfile.ZipFile(tmp_path / buildapi.build_wheel(str(tmp_path))) as archive:
        yield archive


def test_the_wheel_holds_the_package_alone(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"ecr_constructs"}


def test_the_wheel_holds_what_is_no_python(wheel):
    """The marker for type checkers, what the kernel runs, the rules, a schema, what `init` writes, the licence."""
    held = set(wheel.namelist())
    package = {path.relative_to(ROOT).as_posix() for path in (ROOT / "ecr_constructs").rglob("*") if path.is_file()}
    code = {name for name in package if name.endswith(".py") or "__pycache__" in name}
    templates = {name for name in package if name.startswith("ecr_constructs/start/templates/")}
    assert len(templates) == 12
    assert package - code - templates == {
        "ecr_constructs/py.typed",
        "ecr_constructs/_engine/lazy/node.js",
        "ecr_constructs/config/rules/catalogue.yaml",
        "ecr_constructs/review/formats/report.schema.json",
    }
    assert package - code <= held
    assert [name for name in held if name.endswith("LICENSE")]


def test_the_core_install_takes_five_packages(wheel):
    (metadata,) = (name for name in wheel.namelist() if name.endswith("METADATA"))
    lines = wheel.read(metadata).decode().splitlines()
    required = [line.split(": ")[1] for line in lines if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert sorted(line.split("<")[0].split(">")[0].lower() for line in required) == [
        "cdktf",
        "cdktf-cdktf-provider-aws",
        "constructs",
        "pydantic",
        "pyyaml",
    ]
