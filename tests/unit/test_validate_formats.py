"""`ecr-constructs validate --format json` and `--format github`: what programs read."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.errors import Problem
from ecr_constructs.report.as_github import as_github
from ecr_constructs.report.as_json import as_json
from ecr_constructs.report.findings import Report
from ecr_constructs.terminal.screen import Screen
from tests.unit.validated import DEV, STAGING, Validation

LOCAL = f"""\
account_id: "{DEV}"
ecr_trusted_accounts: [{{account_id: "{STAGING}"}}]
ecr_repositories:
  web:
    renamed_from: app
    adopt: false
    allow_replacement: true
"""
CROSS_ACCOUNT = f'account_id: "{STAGING}"\necr_strategy: cross_account\necr_source_env: dev\n'


@pytest.fixture
def validation(tmp_path, monkeypatch, capsys):
    return Validation(tmp_path, monkeypatch, capsys)


def test_everything_that_is_declared_is_one_json_object_of_known_keys(validation):
    validation.write(dev=LOCAL, staging=CROSS_ACCOUNT)
    result = validation.run("--format", "json")
    report = json.loads(result.out)

    web = {
        "logical_name": "web",
        "repository_name": "shop-dev-web",
        "arn": f"arn:aws:ecr:us-east-1:{DEV}:repository/shop-dev-web",
    }
    effort = {"stacks": 1, "parameters": 8, "first_apply_minutes": 0.04, "plan_minutes": 0.04}
    made = {"made": True, "adopt": [], "renamed_from": "app", "allow_replacement": True}
    referred = {"made": False, "adopt": [], "renamed_from": None, "allow_replacement": False}
    assert (result.status, result.err) == (0, "")
    assert list(report) == ["environments", "problems", "notices"]
    assert report["environments"] == [
        {
            "name": "dev",
            "file": "environments/dev.yaml",
            "account_id": DEV,
            "region": "us-east-1",
            "strategy": "local",
            "source": None,
            "repositories": [{**web, **made, "pull_account_ids": [STAGING], "organization": None}],
            "pulled_by": [
                {"account_id": STAGING, "organization": None, "environments": ["staging"], "repositories": 1}
            ],
            **effort,
        },
        {
            "name": "staging",
            "file": "environments/staging.yaml",
            "account_id": STAGING,
            "region": "us-east-1",
            "strategy": "cross_account",
            "source": {"env": "dev", "account_id": DEV, "region": "us-east-1"},
            "repositories": [{**web, **referred, "pull_account_ids": [], "organization": None}],
            "pulled_by": [],
            **effort,
        },
    ]
    assert report["problems"] == []
    message = "web was app: Terraform moves what its state has of it."
    assert report["notices"][0] == {
        "env": "dev",
        "file": "environments/dev.yaml",
        "line": 8,
        "key": "ecr_repositories.web.renamed_from",
        "code": "renamed",
        "warning": False,
        "message": f"environments/dev.yaml:8: ecr_repositories.web.renamed_from: {message} [renamed]",
    }


def test_what_is_not_known_is_null(validation):
    validation.write(dev="organization: true\nbackend: true\n")
    (environment,) = json.loads(validation.run("--format", "json").out)["environments"]
    assert environment["account_id"] is None
    assert environment["repositories"][0]["arn"] is None
    assert environment["repositories"][0]["organization"] == "own"


def test_a_workload_that_shares_a_repository_has_its_name_and_arn(validation):
    shared = "{name: jobs, ecr_config: {mode: use_existing, source_service_name: api, source_service_type: services}}"
    validation.write(dev=f'account_id: "{DEV}"\nservices: [api, {shared}]\n')
    (environment,) = json.loads(validation.run("--format", "json").out)["environments"]
    api, jobs = environment["repositories"]
    assert (api["arn"], api["repository_name"]) == (jobs["arn"], jobs["repository_name"])
    assert (api["made"], jobs["made"]) == (True, False)


def test_a_repository_that_is_made_elsewhere_is_not_said_to_be_adopted_or_shared_from_here(validation):
    uri = f"{STAGING}.dkr.ecr.us-east-1.amazonaws.com/mail"
    backend = f"backend: {{ecr_config: {{mode: manual_repo, repository_uri: {uri}}}}}\n"
    trusted = 'ecr_trusted_accounts: [{account_id: "444444444444"}]\necr_defaults: {adopt: true}\n'
    validation.write(dev=f'account_id: "{DEV}"\necr_repositories: {{web: }}\n' + trusted + backend)
    (environment,) = json.loads(validation.run("--format", "json").out)["environments"]
    backend, web = environment["repositories"]
    assert backend["arn"] == f"arn:aws:ecr:us-east-1:{STAGING}:repository/mail"
    assert (backend["adopt"], backend["pull_account_ids"]) == ([], [])
    assert (web["adopt"], web["pull_account_ids"]) == (
        ["repository", "lifecycle_policy", "repository_policy"],
        ["444444444444"],
    )


def test_problems_as_json_come_alone_with_their_parts_and_status_2(validation):
    validation.write(dev="colour: red\n", prod=LOCAL)
    result = validation.run("--format", "json", "prod")
    assert (result.status, result.err) == (2, "")
    assert json.loads(result.out) == {
        "environments": [],
        "problems": [
            {
                "file": "environments/dev.yaml",
                "line": 4,
                "key": "colour",
                "code": "unknown-key",
                "rule": "must be a known key",
                "got": "'colour'",
                "fix": result.out.split('"fix": "')[1].split('"')[0],
                "message": validation.run("prod").err.splitlines()[0],
            }
        ],
        "notices": [],
    }


def test_problems_for_github_are_workflow_commands_with_status_2(validation):
    validation.write(dev="ecr_shards: 0\n")
    head = "::error file=environments/dev.yaml,line=4,title=ecr-constructs%3A range::"
    message = "ecr_shards: must be at least 1, got 0. Use 1 or more.\n"
    assert validation.run("--format", "github") == (2, head + message, "")


def test_what_is_only_to_be_seen_is_a_notice_or_a_warning_for_github(validation):
    validation.write(dev=LOCAL)
    status, out, err = validation.run("--format", "github")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        f"::{head}::ecr_repositories.web.{message}"
        for head, message in (
            (
                "notice file=environments/dev.yaml,line=8,title=ecr-constructs%3A renamed",
                "renamed_from: web was app: Terraform moves what its state has of it.",
            ),
            (
                "warning file=environments/dev.yaml,line=10,title=ecr-constructs%3A replacement-allowed",
                "allow_replacement: web may be replaced, which deletes the images.",
            ),
        )
    ]


def test_github_gets_nothing_where_there_is_nothing_to_see(validation):
    validation.write(dev="backend: true\n")
    assert validation.run("--format", "github") == (0, "", "")


@pytest.mark.parametrize("output", ["json", "github"])
def test_a_mistake_on_the_command_line_is_reported_on_standard_error_in_every_format(validation, output):
    validation.write(dev="")
    result = validation.run("--format", output, "deb", "--against", "dev")
    assert (result.status, result.out) == (2, "")
    assert [line.split(":")[0] for line in result.err.splitlines()] == ["ENV", "--against"]


def test_an_unknown_format_is_refused(validation):
    validation.write(dev="")
    result = validation.run("--format", "xml")
    assert (result.status, result.out) == (2, "")
    assert "'github'" in result.err


@pytest.mark.parametrize("output", ["json", "github"])
def test_a_file_whose_name_is_no_text_is_reported_and_not_a_traceback(validation, output):
    with open(os.path.join(b"environments", b"d\xff.yaml"), "w") as file:  # noqa: PTH118, PTH123
        file.write("project: shop\nenv: dev\nregion: us-east-1\n")
    result = validation.run("--format", output)
    assert result.status == 2
    assert "environment-name" in result.out + result.err


def test_a_problem_of_a_directory_has_no_line(validation):
    (problem,) = json.loads(validation.run("--format", "json").out)["problems"]
    assert (problem["file"], problem["line"], problem["key"]) == ("environments", None, "")
    assert validation.run("--format", "github").out.startswith(
        "::error file=environments,title=ecr-constructs%3A directory::must hold .yaml files"
    )


def unescaped(text):
    for escape, character in (("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


WORDS = st.lists(st.sampled_from(["a", "é", "%", ":", ",", "\r", "\n", "%0A", "%25", "%3A", " ", ";"]), max_size=6).map(
    "".join
)


@given(WORDS.filter(lambda word: word[-1:] != ":"), WORDS, st.none() | st.integers(1, 9999))
def test_github_reads_back_every_character_of_file_and_message(file, rule, line):
    """The runner splits a command at `::`, its properties at `,` and `=`, and takes the escapes back, `%25` last."""
    source = file if line is None or not file else f"{file}:{line}"
    report = Report(problems=[Problem((), "some-code", rule, source=source)])
    (command,) = as_github(report, Screen())
    assert not set("\r\n") & set(command)
    _, head, message = command.split("::", 2)
    properties = dict(part.split("=", 1) for part in head.removeprefix("error ").split(","))
    assert unescaped(properties["title"]) == "ecr-constructs: some-code"
    assert unescaped(message) == f"{rule}."
    if line is not None and file:
        assert (unescaped(properties["file"]), properties["line"]) == (file, str(line))


@given(WORDS, WORDS)
def test_json_reads_back_every_character(rule, text):
    problem = Problem(("key",), "a", rule, source="f:1")
    notice = Problem(("key",), "b", text, source="f:2", severity="notice")
    (written,) = as_json(Report(problems=[problem], noticed={"dev": [notice]}), Screen())
    report = json.loads(written)
    assert report["problems"][0]["rule"] == rule
    assert report["problems"][0]["message"] == str(problem)
    assert report["notices"][0]["message"] == str(notice)
