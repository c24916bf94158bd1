"""docs/retention.md shows what the command prints, for the images of its picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.previewed import AT, Previewing, detail

PAGE = (Path(__file__).parents[2] / "docs/retention.md").read_text(encoding="utf-8")
IMAGE = re.compile(
    r"^  (?P<tags>[a-z0-9,()]+) +(?P<days>[0-9]+) d ago .* (?P<outcome>keep|expire by rule [0-9])$", re.MULTILINE
)


def images():
    """Return tags, age and outcome of each image of the picture."""
    found = [(match["tags"], int(match["days"]), match["outcome"]) for match in IMAGE.finditer(PAGE)]
    return [([] if tags == "(none)" else tags.split(","), days, outcome) for tags, days, outcome in found]


@pytest.fixture
def web(tmp_path, monkeypatch, capsys):
    project = Previewing(tmp_path, monkeypatch, capsys)
    (text,) = re.findall(r"```yaml\n(project: .*?)```", PAGE, re.DOTALL)
    (tmp_path / "environments/prod.yaml").write_text(text, encoding="utf-8")
    project.images(*(detail(f"{days:x}", *tags, pushed=days) for tags, days, _ in images()))
    return project


def printed(command):
    """Return what the page shows below a command."""
    (text,) = re.findall(rf"^\$ {re.escape(command)}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return text


def test_the_picture_has_the_outcomes_of_the_preview(web):
    document = web.preview("--format", "json").json
    gone = {each["imageDigest"]: each["appliedRulePriority"] for each in document["previewResults"]}
    assert len(images()) == 7
    for tags, days, outcome in images():
        rule = gone.get(detail(f"{days:x}")["imageDigest"])
        assert outcome == ("keep" if rule is None else f"expire by rule {rule}"), tags


def test_the_preview_is_that_of_the_command(web):
    shown = printed(f"ecr-constructs lifecycle preview prod web --images images.json --at {AT}")
    out = web.preview().out
    head, ending = shown.split("...\n")
    assert out.startswith(head)
    assert ending == ""


def test_the_loss_is_that_of_the_command(web):
    web.file("in-use.txt", "111111111111.dkr.ecr.us-east-1.amazonaws.com/shop-prod-web:v1\n")
    result = web.preview("--in-use", "in-use.txt")
    _, shown = printed("ecr-constructs lifecycle preview prod web --images images.json --in-use in-use.txt").split(
        "...\n"
    )
    assert shown in result.out
    assert result.status == 3


def test_the_options_and_their_defaults_are_those_of_the_command(web):
    said = " ".join(web.preview().out.split())
    for option, default in re.findall(r"^\| `(--[a-z-]+)` \| (?:`\w+`: )?([^|]+) \|", PAGE, re.MULTILINE):
        assert f"({option})" in said
        assert default.strip() in said
