"""The traps of the guide to retention: each table is what the evaluation says, each code is described."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ecr_constructs.config.load import load_project
from ecr_constructs.config.rules.catalogue import catalogue
from ecr_constructs.lifecycle.check import check
from ecr_constructs.lifecycle.check_as_text import check_as_text, rows_of
from ecr_constructs.terminal.screen import Screen

HEAD = "project: shop\nenv: {env}\nregion: us-east-1\n"
GUIDE = (Path(__file__).parents[2] / "docs/retention.md").read_text(encoding="utf-8")
TRAPS = re.split(r"^## ", GUIDE.split("\n## Traps\n", 1)[1], flags=re.MULTILINE)[0]
SECTIONS = {each.split("\n", 1)[0]: each for each in re.split(r"^### ", TRAPS, flags=re.MULTILINE)[1:]}


def block(section, language):
    return re.search(rf"^```{language}\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)[1]


def checked(tmp_path, text, env="dev"):
    (tmp_path / f"{env}.yaml").write_text(HEAD.format(env=env) + text, encoding="utf-8")
    project = load_project(tmp_path)
    return check(project.environments[0], project)


@pytest.mark.parametrize("title", SECTIONS)
def test_each_table_is_the_smallest_set_of_images_that_shows_the_trap(title, tmp_path):
    section = SECTIONS[title]
    code = re.search(r"^`(lifecycle-[a-z-]+)`:$", section, flags=re.MULTILINE)[1]
    found = {each.notice.code: each for each in checked(tmp_path, block(section, "yaml")).findings}
    table = [tuple(line.strip("| ").split(" | ")) for line in section.splitlines() if line.startswith("| ")]
    assert table == [("image", "age", "outcome", "by"), *rows_of(found[code].shown)]


def test_whatever_is_pointed_out_of_a_policy_is_described():
    notices = {
        code for code, entry in catalogue().items() if code.startswith("lifecycle-") and entry.severity != "error"
    }
    # What the constructs alone say, and what has no images to show.
    others = {"lifecycle-any-skips-untagged", "lifecycle-selects-nothing"}
    assert {code for code in notices - others if f"`{code}`" not in TRAPS} == set()


def test_the_command_says_what_the_guide_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "environments").mkdir()
    text = block(SECTIONS["A rule that never acts"], "yaml")
    (tmp_path / "environments/prod.yaml").write_text(HEAD.format(env="prod") + text, encoding="utf-8")
    project = load_project("environments")
    lines = "\n".join(check_as_text([check(project.environments[0], project)], Screen(width=120)))
    shown = block(GUIDE.split("\n## lifecycle check\n", 1)[1], "console")
    assert shown.split("\n", 1)[0] == "$ ecr-constructs lifecycle check prod"
    assert shown.split("\n", 1)[1].split() == lines.split()
