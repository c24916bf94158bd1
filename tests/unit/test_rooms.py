"""The docstring of a package lists its rooms, each with what it is for: all there are, and none besides."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(
    init.parent.relative_to(ROOT).as_posix()
    for package in ("ecr_constructs", "stacks", "benchmarks")
    for init in (ROOT / package).rglob("__init__.py")
)


def listed(package):
    """Return what the docstring of a package lists, in bullets that begin with a name."""
    module = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
    return re.findall(r"^- `(\w+)`: \S", ast.get_docstring(module) or "", re.MULTILINE)


def rooms(package):
    """Return the modules and packages in the folder of a package."""
    modules = {file.stem for file in (ROOT / package).glob("*.py")}
    return modules - {"__init__", "__main__"} | {init.parent.name for init in (ROOT / package).glob("*/__init__.py")}


def programs(package):
    """Return what may be listed besides: what runs by itself."""
    return {file.parent.name for file in (ROOT / package).glob("*/*.py")} | {
        file.stem for file in (ROOT / package).glob("__main__.py")
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_every_room_is_listed_once(package):
    assert rooms(package) - {*listed(package)} == set()
    assert len(listed(package)) == len({*listed(package)})


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_is_listed_that_is_not_there(package):
    assert {*listed(package)} - rooms(package) - programs(package) == set()


def test_there_are_rooms_to_list():
    assert {"errors", "core"} <= rooms("ecr_constructs")
    assert "ecr_constructs/core/registry/scanning" in PACKAGES
