"""The guide for those who come from other tools: every name of theirs is in it, and every name of ours exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest

import ecr_constructs
from ecr_constructs.migration import cloud_posse, terraform_aws_modules
from tests.unit.file_models import KEYS
from tests.unit.peer_names import NAMES, VERSIONS
from tests.unit.typed_choices import ALIASES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/coming-from.md").read_text(encoding="utf-8")
CLASSES = {
    node.name: node
    for folder in ("constructs", "core")
    for file in (ROOT / "ecr_constructs" / folder).rglob("*.py")
    for node in ast.parse(file.read_text(encoding="utf-8")).body
    if isinstance(node, ast.ClassDef)
}
OUTPUTS = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/environments.md").read_text("utf-8"), re.MULTILINE)) - KEYS


class Row(NamedTuple):
    """A row of the guide."""

    section: str
    there: str
    construct: str
    key: str
    note: str


def rows() -> Iterator[Row]:
    for chapter in PAGE.split("\n## ")[1:]:
        title = chapter.splitlines()[0]
        for part in chapter.split("\n### ")[1:]:
            section = f"{title}: {part.splitlines()[0]}"
            for line in part.splitlines():
                if line.startswith("| `"):
                    yield Row(section, *(cell.strip() for cell in line.strip("|").split(" | ", 3)))


ROWS = list(rows())


def spans(cell: str) -> list[str]:
    return re.findall(r"`([^`]*)`", cell)


@pytest.mark.parametrize("section", NAMES)
def test_every_name_of_theirs_is_there_once(section):
    written = [spans(row.there)[0] for row in ROWS if row.section == section]
    assert sorted(written) == sorted(NAMES[section])


def test_no_section_is_without_its_names():
    assert {row.section for row in ROWS} == set(NAMES)
    for tool, version in VERSIONS.items():
        (line,) = (line for line in PAGE.splitlines() if line.startswith("| [") and tool.lower().split()[0] in line)
        assert version in line


def test_the_versions_and_variables_are_those_that_are_converted():
    for module, chapter in ((terraform_aws_modules, "terraform-aws-modules"), (cloud_posse, "Cloud Posse")):
        assert VERSIONS[chapter] in (module.__doc__ or "")
        known = {name for section, names in NAMES.items() if section.startswith(chapter) for name in names}
        assert known >= module._SIGNS


def members(name: str) -> dict[str, Any]:
    """Return what a class has: methods by their arguments, and attributes."""
    node = CLASSES[name]
    found: dict[str, Any] = {}
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id in CLASSES:
            found |= members(base.id)
    for member in ast.walk(node):
        if isinstance(member, ast.FunctionDef):
            arguments = (*member.args.args, *member.args.kwonlyargs, member.args.vararg)
            found[member.name] = {each.arg: each.annotation for each in arguments if each is not None}
        elif isinstance(member, ast.AnnAssign):
            found.setdefault(ast.unparse(member.target).removeprefix("self."), member.annotation)
        elif isinstance(member, ast.Assign):
            for target in member.targets:
                found.setdefault(ast.unparse(target).removeprefix("self."), None)
    return found


def wrong(span: str) -> str:
    """Return what is wrong with a name of ours, as in `Repository.on_image_pushed(tags=)`."""
    match = re.fullmatch(r"(\w+)(?:\.(\w+))?(?:\((.+)\))?", span)
    if match is None:
        return f"{span} cannot be read"
    name, member, arguments = match.groups()
    if name not in ecr_constructs.__all__:
        return f"{name} is not public"
    known = members(name)
    if member is not None and member not in known:
        return f"{name} has no {member}"
    declared = known[member] if member else known.get("__init__") or known  # a value object has its fields
    for argument in (arguments or "").split(", ") if arguments else ():
        key, _, value = argument.partition("=")
        if key not in declared or key in ("self", "scope", "id"):
            return f"{span}: no argument {key}"
        if value.startswith('"') and ast.literal_eval(value) not in words(declared[key]):
            return f"{span}: {value} is no word of it"
    return ""


def words(annotation: ast.expr) -> list[str]:
    names = [each.id for each in ast.walk(annotation) if isinstance(each, ast.Name) and each.id in ALIASES]
    return [word for name in names for word in get_args(getattr(ecr_constructs, name))]


def test_every_construct_and_argument_exists():
    assert [problem for row in ROWS for span in spans(row.construct) if (problem := wrong(span))] == []


def test_every_key_exists():
    assert {span for row in ROWS for span in spans(row.key)} - KEYS - OUTPUTS == set()


def test_a_row_says_what_to_do_where_there_is_nothing():
    for row in ROWS:
        assert spans(row.construct) or row.construct == "none", row
        assert spans(row.key) or row.key == "none", row
    lonely = [row for row in ROWS if row.construct == row.key == "none" and not row.note.strip(" |")]
    assert {row.there for row in lonely} <= {
        *("`iam_role_description`", "`iam_role_permissions_boundary`"),  # said of the row before
        "`descriptor_formats`",  # makes nothing by itself
    }


@pytest.mark.parametrize(
    ("span", "problem"),
    [
        ("Repositroy", "Repositroy is not public"),
        ("Repository.grant_everything", "Repository has no grant_everything"),
        ("Repository(image_scan_on_push=)", "Repository(image_scan_on_push=): no argument image_scan_on_push"),
        ("Repository.on_image_pushed(tag=)", "Repository.on_image_pushed(tag=): no argument tag"),
        ('LifecycleRule(tag_status="ANY")', 'LifecycleRule(tag_status="ANY"): "ANY" is no word of it'),
        ("Repository.url, Repository.arn", "Repository.url, Repository.arn cannot be read"),
    ],
)
def test_a_name_that_is_wrong_is_told(span, problem):
    assert wrong(span) == problem
