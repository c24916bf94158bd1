"""The index of the examples: it has every folder, and what it says of a test is so for each file."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

from ecr_constructs.config.load import load_environments
from tests.unit.message_tables import HEAD

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
INDEX = (EXAMPLES / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs/consumers.md").read_text(encoding="utf-8")
# What is made by tools, or held by the tests of every page.
NOT_SHOWN = {"README.md", ".gitignore", "package-lock.json"}
NO_FOLDERS = {"__pycache__", "__snapshots__", "cdktf.out", "node_modules"}
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
FOLDERS = sorted(each.name for each in EXAMPLES.iterdir() if each.is_dir() and not each.name.startswith("."))


def files(folder: str) -> list[Path]:
    """Return the files of an example."""
    found = (each for each in (EXAMPLES / folder).rglob("*") if each.is_file() and each.name not in NOT_SHOWN)
    return [
        each
        for each in found
        if not any(part in NO_FOLDERS or part.startswith(".") for part in each.relative_to(EXAMPLES).parts[:-1])
    ]


@functools.cache
def text_of(test: Path) -> str:
    """Return what a test says, with what it takes from its folder's helpers."""
    text = test.read_text(encoding="utf-8")
    helpers = re.findall(r"^from tests\.examples\.(\w+) import", text, re.MULTILINE)
    return "\n".join([text, *((ROOT / f"tests/examples/{name}.py").read_text(encoding="utf-8") for name in helpers)])


@functools.cache
def named_tests(folder: str) -> list[Path]:
    """Return the tests that the index names for an example."""
    (row,) = re.findall(rf"^\| \[{folder}\]\(.*$", INDEX, re.MULTILINE)
    *_, last, _ = row.split("|")
    return [(EXAMPLES / target).resolve() for target in LINK.findall(last)]


def test_every_folder_has_one_row_that_leads_to_it():
    rows = re.findall(r"^\| \[([^]]+)\]\(([^)/]+)/", INDEX, re.MULTILINE)
    assert sorted(name for name, _ in rows) == FOLDERS
    assert all(name == target for name, target in rows)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_tests_that_it_names_are_about_the_folder(folder):
    assert named_tests(folder)
    for test in named_tests(folder):
        text = text_of(test)
        assert re.search(rf"examples/{folder}\b|[\"(]{folder}[\"/]", text) or f'"*/{_kind(folder)}' in text, test


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_of_the_folder_is_used_by_one_of_them(folder):
    texts = "\n".join(text_of(test) for test in named_tests(folder))
    # A folder that is copied is used as a whole, such as by Terraform.
    whole = re.search(r"shutil\.copytree\(", texts)
    unused = [
        file.relative_to(EXAMPLES).as_posix()
        for file in files(folder)
        if not whole
        and not re.search(rf"(?<![\w.]){re.escape(file.name)}\b", texts)
        and f'"*{file.suffix}"' not in texts
        and f'"*/{_kind(folder)}' not in texts
        and not re.search(rf'"{re.escape(file.stem)}"', texts)
    ]
    assert unused == []


def _kind(folder: str) -> str:
    """Return the folder by which tests find all examples of environments, or what no test looks for."""
    return "environments" if (EXAMPLES / folder / "environments").is_dir() else "nothing"


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_guide_leads_to_every_example_of_a_consumer(folder):
    of_environments = re.split(r"^## Pushing", INDEX, maxsplit=1, flags=re.MULTILINE)[0]
    if f"[{folder}]" in of_environments:
        assert _kind(folder) == "environments"
    else:
        assert f"](../examples/{folder}/" in GUIDE


def test_every_file_that_it_or_the_guide_leads_to_is_there():
    for page, text in ((EXAMPLES / "README.md", INDEX), (ROOT / "docs/consumers.md", GUIDE)):
        for target in LINK.findall(text):
            assert (page.parent / target).exists(), target


def test_the_keys_of_the_guide_are_those_of_environment_files(tmp_path):
    texts = re.findall(r"`((?:ecr|enable|github|gitlab)_\w+: \{[^`]+\})`", GUIDE)
    assert len(texts) >= 2
    for text in texts:
        (tmp_path / "dev.yaml").write_text(f"{HEAD}ecr_repositories: {{web-app: }}\n{text}\n", encoding="utf-8")
        assert load_environments(tmp_path)
