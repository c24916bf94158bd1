"""The JSON Schema of the environment file: current and complete."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ecr_constructs.cli.app import run
from ecr_constructs.config.load import load_environments
from ecr_constructs.config.model.file import EnvironmentFile
from ecr_constructs.config.model.schema import environment_schema, render_schema
from tests.unit.judged import is_taken_by_the_schema
from tests.unit.yaml_core_schema import read_by_core_schema

ENVIRONMENTS = Path(__file__).parents[2] / "environments"
FILES = sorted(ENVIRONMENTS.glob("*.yaml"))
SCHEMA = json.loads(render_schema())


def properties() -> Iterator[Any]:
    for name, part in {"file": SCHEMA, **SCHEMA["$defs"]}.items():
        for key, said in part["properties"].items():
            yield pytest.param(key, said, part, id=f"{name}.{key}")


def test_the_file_is_current():
    current = (ENVIRONMENTS / "environment.schema.json").read_text(encoding="utf-8")
    assert current == render_schema(), "run `make schema`"


class TestCommand:
    def test_it_writes_the_file_in_place_of_what_is_there(self, tmp_path, capsys):
        file = tmp_path / "schema.json"
        file.write_text("of an older version" * 10_000, encoding="utf-8")
        assert run(["schema", str(file)]) == 0
        assert file.read_text(encoding="utf-8") == render_schema()
        assert capsys.readouterr() == ("", "")

    def test_without_a_file_it_writes_to_standard_output(self, capsys):
        assert run(["schema"]) == 0
        assert capsys.readouterr() == (render_schema(), "")

    def test_what_cannot_be_written_is_said(self, tmp_path, capsys):
        file = tmp_path / "none/schema.json"
        assert run(["schema", str(file)]) == 1
        assert capsys.readouterr() == ("", f"{file} cannot be written (No such file or directory).\n")


def test_the_schema_is_one_of_draft_2020_12():
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert environment_schema() == SCHEMA


@pytest.mark.parametrize(("key", "said", "part"), [*properties()])
def test_every_key_has_a_description_and_a_default_or_is_required(key, said, part):
    assert said["description"].endswith(".")
    assert "title" not in said
    assert ("default" in said) != (key in part.get("required", ()))


def test_every_mapping_of_ours_is_described_and_refuses_unknown_keys():
    for name, part in SCHEMA["$defs"].items():
        assert part["description"], name
    assert [part for part in (SCHEMA, *SCHEMA["$defs"].values()) if part["additionalProperties"] is not False] == []


def test_the_schema_has_every_key_of_the_file():
    assert [*SCHEMA["properties"]] == [*EnvironmentFile.model_fields]


def test_there_are_three_files_for_development_staging_and_production():
    assert [file.stem for file in FILES] == ["dev", "prod", "staging"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_file_points_an_editor_at_the_schema_and_follows_it(file):
    assert file.read_text(encoding="utf-8").splitlines()[0] == "# yaml-language-server: $schema=environment.schema.json"
    assert is_taken_by_the_schema(read_by_core_schema(file.read_text(encoding="utf-8")))


def test_the_shipped_files_load():
    assert [environment.name for environment in load_environments(ENVIRONMENTS)] == ["dev", "prod", "staging"]
