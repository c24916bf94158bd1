"""The examples that are environment files: complete, of one form, and right as they stand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from ecr_constructs.cli.app import run
from ecr_constructs.config.load import load_environments
from ecr_constructs.config.model.schema import environment_schema

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = sorted(EXAMPLES.glob("*/environments/*.yaml"))
FOLDERS = sorted({file.parents[1] for file in FILES})
# The patterns of docs/strategies.md, and the layouts of others.
STRATEGIES = [EXAMPLES / name for name in ("centralized-dev", "isolated-production", "per-environment")]
LAYOUTS = [EXAMPLES / name for name in ("compute-layer", "container-registries")]
ACCOUNTS = {"dev": "111111111111", "staging": "222222222222", "prod": "333333333333"}


def load(example):
    return {each.name: each for each in load_environments(EXAMPLES / example / "environments")}


def sources(example):
    """Return who pulls from whom."""
    return {
        name: each.source.environment.name
        for name, each in load(example).items()
        if each.source and each.source.environment
    }


def test_there_is_one_for_each_pattern_and_layout():
    assert sorted([*STRATEGIES, *LAYOUTS]) == FOLDERS


@pytest.mark.parametrize("folder", STRATEGIES, ids=lambda folder: folder.name)
def test_each_has_three_environments_in_accounts_of_their_own(folder):
    assert {name: each.settings.account_id for name, each in load(folder.name).items()} == ACCOUNTS


@pytest.mark.parametrize(
    ("example", "expected"),
    {
        "centralized-dev": {"staging": "dev", "prod": "dev"},
        "isolated-production": {"staging": "dev"},
        "per-environment": {},
    }.items(),
)
def test_each_is_the_pattern_that_it_is_called_after(example, expected):
    assert sources(example) == expected


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_validation_is_silent_or_says_what_the_readme_explains(folder, monkeypatch, capsys):
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(folder / "environments"))
    assert run(["validate", "--format", "json"]) == 0
    codes = {notice["code"] for notice in json.loads(capsys.readouterr().out)["notices"]}
    assert codes == ({"github-by-name"} if folder.name == "container-registries" else set())
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert all(f"`{code}`" in readme for code in codes)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parents[1].name}/{file.stem}")
def test_each_file_points_an_editor_at_the_schema_and_follows_it(file):
    text = file.read_text(encoding="utf-8")
    schema = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)[1]
    assert json.loads((file.parent / schema).read_text(encoding="utf-8")) == environment_schema()
    jsonschema.Draft202012Validator(environment_schema()).validate(yaml.safe_load(text))


@pytest.mark.parametrize("folder", STRATEGIES, ids=lambda folder: folder.name)
def test_each_readme_names_the_environments_with_their_accounts_and_the_folder_to_use(folder):
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert all(f"{name} {account}" in readme for name, account in ACCOUNTS.items())
    assert re.findall(r"cdktf deploy (\w+)", readme) == [*ACCOUNTS]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_readme_says_what_to_run(folder):
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert f"export ECR_ENVIRONMENTS_DIR={folder.relative_to(EXAMPLES.parent).as_posix()}/environments\n" in readme
    names = {environment.name for environment in load_environments(folder / "environments")}
    assert set(re.findall(r"cdktf deploy (\w+)", readme)) == names


def test_an_organisation_can_stand_for_the_trusted_accounts_as_the_readme_says(tmp_path):
    readme = (EXAMPLES / "centralized-dev" / "README.md").read_text(encoding="utf-8")
    (instead,) = re.findall(r"^```yaml\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    for file in (EXAMPLES / "centralized-dev" / "environments").glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(
            re.sub(r"^ecr_trusted_accounts:\n( .*\n)+", instead, text, flags=re.MULTILINE)
        )
    dev = load_environments(tmp_path)[0]
    assert (dev.settings.organization, dev.settings.ecr_trusted_accounts) == (True, ())
