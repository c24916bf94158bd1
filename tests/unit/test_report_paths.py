"""How files are named to what shows findings beside them: from the root of their repository, run from anywhere."""

from __future__ import annotations

import json
import re

import pytest

from ecr_constructs.errors import Problem
from ecr_constructs.report.as_sarif import sarif_of
from tests.unit.sarif_logs import judged, place_of
from tests.unit.validated import Validation


@pytest.fixture
def validation(tmp_path, monkeypatch, capsys):
    return Validation(tmp_path, monkeypatch, capsys)


def outputs(validation):
    """Return the paths that each format names."""
    sarif = judged(validation.run("--format", "sarif").out)["results"]
    gitlab = json.loads(validation.run("--format", "gitlab").out)
    github = validation.run("--format", "github").out.splitlines()
    return {
        *(place_of(each)["artifactLocation"]["uri"] for each in sarif),
        *(each["location"]["path"] for each in gitlab),
        *(re.findall("file=([^,]+)", github[0])),
    }


def test_a_directory_that_is_named_from_the_root_is_told_from_where_the_command_runs(validation, monkeypatch):
    validation.write(dev="ecr_shards: 0\n")
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(validation.directory / "environments"))
    assert outputs(validation) == {"environments/dev.yaml"}


def test_within_a_repository_of_git_paths_are_those_from_its_root(validation, monkeypatch):
    validation.write(dev="ecr_shards: 0\n")
    (validation.directory / ".git").write_text("gitdir: elsewhere\n", encoding="utf-8")
    (validation.directory / "within" / "deep").mkdir(parents=True)
    monkeypatch.chdir(validation.directory / "within" / "deep")
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", "../../environments")
    assert outputs(validation) == {"environments/dev.yaml"}


def test_a_file_that_is_elsewhere_has_its_whole_path(validation, monkeypatch):
    validation.write(dev="ecr_shards: 0\n")
    (validation.directory / "within").mkdir()
    monkeypatch.chdir(validation.directory / "within")
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", "../environments")
    whole = validation.directory / "environments" / "dev.yaml"
    assert outputs(validation) == {whole.as_posix(), whole.as_uri()}


def test_a_path_is_an_address_in_sarif():
    problem = Problem(("a",), "range", "must be", source="environments/dev é%.yaml:4")
    uri = place_of(judged(sarif_of([problem]))["results"][0])["artifactLocation"]["uri"]
    assert uri == "environments/dev%20%C3%A9%25.yaml"
