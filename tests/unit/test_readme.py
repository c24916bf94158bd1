"""The README names what there is: extras, commands, versions of Python."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from ecr_constructs.cli import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# What works on this project itself.
OUR_OWN = {"awscli", "checkov", "dev", "docs"}


def section(title: str) -> str:
    (found,) = (part for part in README.split("\n## ") if part.startswith(f"{title}\n"))
    return found


def test_every_extra_is_named():
    named = set(re.findall(r"^\| `(\w+)` \|", section("Install"), re.MULTILINE))
    assert named == PROJECT["optional-dependencies"].keys() - OUR_OWN


def test_every_command_is_named():
    named = re.findall(r"^\| `ecr-constructs ([\w-]+)[^`]*` \|", section("The command"), re.MULTILINE)
    commands = [each.name for each in app.app.registered_commands]
    groups = [
        each.name or (each.typer_instance and each.typer_instance.info.name) for each in app.app.registered_groups
    ]
    assert sorted(named) == sorted(map(str, [*commands, *groups]))


def test_the_versions_of_python_are_those_that_an_index_is_told():
    claimed = re.findall(r"Python :: (3\.\d+)\n", "\n".join([*PROJECT["classifiers"], ""]))
    *others, last = claimed
    assert f"Python {', '.join(others)} and {last} are tried" in README
    assert PROJECT["requires-python"] == f">={claimed[0]}"


def test_every_guide_is_linked():
    guides = {f"docs/{each.name}" for each in (ROOT / "docs").glob("*.md")}
    # The pages that the site and environments.md lead to.
    assert guides - set(re.findall(r"\]\(([^)#]+)", README)) <= {"docs/environment-file.md", "docs/index.md"}
