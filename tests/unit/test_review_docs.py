"""docs/review.md shows what the command says of its example."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from ecr_constructs.cli.app import run
from ecr_constructs.cli.review import ReviewFormat
from ecr_constructs.review.finding import CONSEQUENCES
from tests.unit.committed import GitProject

PAGE = (Path(__file__).parents[2] / "docs/review.md").read_text(encoding="utf-8")
FILES = [
    (name, f"# environments/{name}.yaml\n{text}")
    for name, text in re.findall(r"```yaml\n# environments/(\w+)\.yaml\n(.*?)```", PAGE, re.DOTALL)
]
COMMIT = re.compile(r"main \([0-9a-f]{7}\)")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The example: both files, committed, and the change of the first one in the working tree."""
    for variable in [each for each in os.environ if each.startswith(("GIT_", "GITHUB_", "CI_"))]:
        monkeypatch.delenv(variable)
    monkeypatch.delenv("ECR_ENVIRONMENTS_DIR", raising=False)
    (dev, dev_text), (prod, prod_text), (changed, changed_text) = FILES
    assert (dev, prod, changed) == ("dev", "prod", "dev")
    found = GitProject(tmp_path)
    found.write(dev=dev_text, prod=prod_text)
    found.commit()
    found.write(dev=changed_text)
    monkeypatch.chdir(tmp_path)
    return found


def printed(capsys, *arguments):
    capsys.readouterr()
    assert run(["review", *arguments]) == 0
    return COMMIT.sub("main (1a2b3c4)", capsys.readouterr().out)


def test_the_text_is_that_of_the_command(project, capsys, monkeypatch):
    (shown,) = re.findall(r"^```console\n\$ ecr-constructs review\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    assert shown == printed(capsys)


def test_the_comment_is_that_of_the_command(project, capsys):
    comment = printed(capsys, "--format", "markdown")
    assert f"\n\n{comment.strip()}\n\n" in PAGE


def test_the_example_shows_every_consequence(project, capsys):
    out = printed(capsys)
    assert [each for each in CONSEQUENCES if f"\n{each}\n" not in out] == []


def test_every_format_and_every_consequence_is_described():
    assert re.findall(
        r"^\| `(\w+)` \| ", PAGE.partition("## Formats")[2].partition("## To mean it")[0], re.MULTILINE
    ) == [each.value for each in ReviewFormat]
    described = PAGE.partition("## What it tells")[2].partition("## An example")[0]
    assert re.findall(r"^\| \*\*([a-z ]+)\*\* \|", described, re.MULTILINE) == list(CONSEQUENCES)


if __name__ == "__main__":
    # What the tests want, to be put into the page.
    import io
    import tempfile
    from contextlib import redirect_stdout

    with tempfile.TemporaryDirectory() as folder:
        example = GitProject(Path(folder))
        example.write(**dict(FILES[:2]))
        example.commit()
        example.write(**dict(FILES[2:]))
        os.chdir(folder)
        os.environ |= {"COLUMNS": "100", "NO_COLOR": "1"}
        for arguments in ([], ["--format", "markdown"]):
            stream = io.StringIO()
            stream.isatty = [lambda: True, lambda: False][bool(arguments)]  # type: ignore[method-assign]
            with redirect_stdout(stream):
                run(["review", *arguments])
            sys.stdout.write(COMMIT.sub("main (1a2b3c4)", stream.getvalue()) + "=====\n")
