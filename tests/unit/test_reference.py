"""The page of every key is made from the models, whole, and the guide leads to it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ecr_constructs.config.model.fields import Model
from ecr_constructs.config.model.schema import environment_schema
from ecr_constructs.config.reference.page import SECTIONS, key_headings, render_page
from ecr_constructs.config.reference.sources import SOURCES, source_of
from ecr_constructs.config.reference.words import words
from tests.unit.file_models import MODELS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/environment-file.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs/environments.md").read_text(encoding="utf-8")


def anchor(heading):
    return re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-")


def entries():
    """Return what stands below each heading of a key."""
    return dict(re.findall(r"^### (.*)\n\n((?:(?!##).*\n)*)", PAGE, re.MULTILINE))


def test_the_page_is_that_of_the_models():
    assert render_page() == PAGE, "docs/environment-file.md is not up to date: run `make reference`"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_is_there_as_its_model_describes_it(model):
    told = [text for heading, text in entries().items() for key in [heading.split("`")[1]] if key in model.model_fields]
    for key, field in model.model_fields.items():
        described = [text for text in told if text.startswith(f"{field.description}\n")]
        assert described, key
        assert any(default_of(field) in text for text in described), key


def default_of(field):
    """Return how an entry says a default: as YAML, nothing where the description says it."""
    if field.is_required():
        return "- Required\n"
    default = field.get_default(call_default_factory=True)
    if default is None:
        return "" if "Default:" in field.description else "- Default: none\n"
    default = default.model_dump(exclude_defaults=True) if isinstance(default, Model) else default
    return f"- Default: `{default if isinstance(default, str) else json.dumps(default)}`\n"


def test_no_two_headings_have_one_anchor():
    anchors = [anchor(heading) for heading in re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)]
    assert len(anchors) == len({*anchors}) > 200


def test_every_part_of_the_schema_has_its_section():
    parts = {"environment", *environment_schema()["$defs"]} - {"backend"}
    assert {section.part for section in SECTIONS} == parts


def test_every_heading_is_that_of_a_key():
    assert [*entries()] == list(key_headings().values())


def test_the_guide_leads_to_every_key_of_an_environment_and_of_a_repository():
    linked = {*re.findall(r"\]\(environment-file\.md#([^)]*)\)", GUIDE)}
    needed = {anchor(said) for (part, _), said in key_headings().items() if part in ("environment", "repository")}
    assert needed - linked == set()


def test_the_guide_leads_to_every_section():
    linked = {*re.findall(r"\]\(environment-file\.md#([^)]*)\)", GUIDE)}
    parts = {anchor(section.title) for section in SECTIONS if section.part != "environment"}
    assert parts - linked == set()


def test_a_source_is_that_of_a_key_with_a_heading():
    named = {(part, key) for part, keys in SOURCES.items() for key in keys}
    assert named - key_headings().keys() == set()
    for part, key in named:
        assert source_of(part, key).startswith("https://")


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "boolean"}, "`true` or `false`"),
        ({"type": "integer", "minimum": 1, "maximum": 100}, "whole number of 1 to 100"),
        ({"type": "integer", "minimum": 1, "maximum": 2**63 - 1}, "whole number of at least 1"),
        ({"type": "integer", "minimum": 0, "maximum": 185}, "whole number of at most 185"),
        ({"type": "string", "minLength": 2, "maxLength": 2560}, "text of 2 to 2,560 characters"),
        ({"type": "string", "minLength": 1}, "text"),
        ({"type": "string", "pattern": "^(?:[0-9]{12})$"}, "text that matches `[0-9]{12}`"),
        ({"type": "string", "pattern": f"^(?:{'x' * 80})$"}, "text"),
        ({"type": "string", "examples": ["us-east-1"]}, "text, such as `us-east-1`"),
        ({"enum": ["a", "b", "c"]}, "`a`, `b` or `c`"),
        ({"enum": [0, 7, 8, 9]}, "`0` or 7 to 9"),
        ({"const": True}, "`true`"),
        ({"anyOf": [{"type": "boolean"}, {"$ref": "#/$defs/a-part"}]}, "`true`, `false` or <a-part>"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "whole number or `null`"),
        ({"allOf": [{"$ref": "#/$defs/a-part"}, {"properties": {"key": {"type": "null"}}}]}, "<a-part>, without `key`"),
        ({"type": "array", "items": {"type": "string"}, "uniqueItems": True}, "list, each entry text; none twice"),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 5}, "list of at most 5, each entry text"),
        (
            {"additionalProperties": {"type": "string"}, "maxProperties": 50},
            "mapping of at most 50 keys, each value text",
        ),
        ({"type": "object", "properties": {"a": {}, "b": {}}}, "mapping with `a` and `b`"),
    ],
)
def test_a_value_is_told_in_words(schema, told):
    assert words(schema, lambda part: f"<{part}>") == told
