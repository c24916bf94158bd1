"""The JSON Schema of the environment file: current, complete, and of one mind with the loader."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from ecr_constructs.config.load import load_environments
from ecr_constructs.config.model.file import EnvironmentFile
from ecr_constructs.config.model.schema import environment_schema, render_schema

ENVIRONMENTS = Path(__file__).parents[2] / "environments"
FILES = sorted(ENVIRONMENTS.glob("*.yaml"))
SCHEMA = json.loads(render_schema())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def properties() -> Iterator[Any]:
    for name, part in {"file": SCHEMA, **SCHEMA["$defs"]}.items():
        for key, said in part["properties"].items():
            yield pytest.param(key, said, part, id=f"{name}.{key}")


def test_the_file_is_current():
    current = (ENVIRONMENTS / "environment.schema.json").read_text(encoding="utf-8")
    assert current == render_schema(), "run `make schema`"


def test_the_module_writes_the_file(tmp_path):
    file = tmp_path / "schema.json"
    subprocess.run([sys.executable, "-m", "ecr_constructs.config.model.schema", str(file)], check=True, timeout=60)
    assert file.read_text(encoding="utf-8") == render_schema()


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
    VALIDATOR.validate(yaml.safe_load(file.read_text(encoding="utf-8")))


def test_the_shipped_files_load():
    assert [environment.name for environment in load_environments(ENVIRONMENTS)] == ["dev", "prod", "staging"]


# Text below the three required keys, and whether a file may say it.
BOTH_REFUSE = {
    "unknown key": "monitoring: true",
    "unknown option": "ecr_repositories: {web: {logging: true}}",
    "unknown default": "ecr_defaults: {region: us-east-1}",
    "unknown key of a rule": "ecr_defaults: {lifecycle_rules: [{tag_status: any, x: 1}]}",
    "unknown key of a destination": "ecr_defaults: {replication_destinations: [{region: us-west-2, x: 1}]}",
    "key without its output": "ecr_kms_key: {remote_state: {bucket: states, key: k, region: us-east-1}}",
    "key in another shape": "ecr_kms_key: {arn: x}",
    "account as a number": "account_id: 111111111111",
    "account of eleven digits": 'account_id: "11111111111"',
    "tags as a list": "tags: [a]",
    "tag as a number": "tags: {a: 1}",
    "count of zero": "ecr_defaults: {max_image_count: 0}",
    "count in quotes": 'ecr_defaults: {max_image_count: "5"}',
    "truth value in quotes": 'ecr_defaults: {scan_on_push: "true"}',
    "mutability in lower case": "ecr_defaults: {image_tag_mutability: immutable}",
    "filter of another type": "ecr_defaults: {image_tag_mutability_exclusion_filters: [{filter: a, filter_type: b}]}",
    "policy as a list": "ecr_repositories: {web: {lifecycle_policy: []}}",
    "state key of nothing": 'bucket: states\nstate_key: ""',
    "repository as text": "ecr_repositories: {web: latest}",
    "repositories as a list": "ecr_repositories: [web]",
    "schema version of the past": "schema_version: 6",
    "priority of zero": "ecr_defaults: {lifecycle_rules: [{rule_priority: 0, tag_status: any}]}",
}
BOTH_TAKE = {
    "nothing more": "",
    "repositories without options": "ecr_repositories: {web: , api: {}}",
    "null where a default is switched off": "ecr_repositories: {web: {max_image_count: null}}",
    "key by its alias": "ecr_encryption_type: KMS\necr_kms_key: {alias: alias/ecr}",
    "key by its arn": "ecr_encryption_type: KMS\necr_kms_key: arn:aws:kms:us-east-1:111111111111:key/1234abcd",
    "filters in both shapes": (
        "ecr_repositories: {web: {image_tag_mutability: MUTABLE_WITH_EXCLUSION, "
        "image_tag_mutability_exclusion_filters: [a, {filter: b, filter_type: WILDCARD}, {filter: c}]}}"
    ),
}
REQUIRED = "project: shop\nenv: dev\nregion: us-east-1\n"


@pytest.mark.parametrize("text", BOTH_REFUSE.values(), ids=BOTH_REFUSE.keys())
def test_what_the_loader_refuses_as_unknown_or_of_a_wrong_type_an_editor_marks(messages, text):
    assert messages(dev=REQUIRED + text) != []
    assert not VALIDATOR.is_valid(yaml.safe_load(REQUIRED + text))


@pytest.mark.parametrize("text", BOTH_TAKE.values(), ids=BOTH_TAKE.keys())
def test_what_the_loader_takes_an_editor_does_not_mark(messages, text):
    assert messages(dev=REQUIRED + text) == []
    assert VALIDATOR.is_valid(yaml.safe_load(REQUIRED + text))


@pytest.mark.parametrize("key", ["project", "env", "region"])
def test_a_required_key_is_required_by_both(messages, key):
    text = "".join(line for line in REQUIRED.splitlines(keepends=True) if not line.startswith(key))

    assert messages(dev=text) != []
    assert not VALIDATOR.is_valid(yaml.safe_load(text))
