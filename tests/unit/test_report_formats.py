"""Findings as SARIF, as GitLab's Code Quality and as workflow commands: held to what reads them."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.cli.app import run
from ecr_constructs.config.rules.catalogue import catalogue
from ecr_constructs.config.rules.page import render_page
from ecr_constructs.errors import Problem
from ecr_constructs.report.as_github import github_lines
from ecr_constructs.report.as_gitlab import code_quality_of
from ecr_constructs.report.as_sarif import sarif_of
from ecr_constructs.report.rule_pages import project_address
from tests.unit.sarif_logs import SCHEMA, fingerprints, judged, place_of
from tests.unit.validated import Validation

ERROR = Problem(("ecr_shards",), "range", "must be at least 1", "0", "Use 1 or more.", "environments/dev.yaml:4")
WARNING = Problem(
    ("a",), "replacement-allowed", "web may be replaced", "", "", "environments/dev.yaml:8", severity="warning"
)
NOTICE = Problem(("b",), "renamed", "web was app", "", "", "environments/dev.yaml", severity="notice")
NOWHERE = Problem((), "directory", "must hold .yaml files", "", "", "")


@pytest.fixture
def validation(tmp_path, monkeypatch, capsys):
    return Validation(tmp_path, monkeypatch, capsys)


def test_the_schema_is_that_of_the_standard():
    assert SCHEMA["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/")
    with pytest.raises(AssertionError, match=r"\$\.runs\[0\]"):
        judged('{"version": "2.1.0", "runs": [{"results": []}]}')


def test_each_finding_is_a_result_at_its_line_with_its_level():
    run = judged(sarif_of([ERROR, WARNING, NOTICE]))
    assert [(each["ruleId"], each["level"]) for each in run["results"]] == [
        ("range", "error"),
        ("replacement-allowed", "warning"),
        ("renamed", "note"),
    ]
    first = run["results"][0]
    assert first["message"] == {"text": "ecr_shards: must be at least 1, got 0. Use 1 or more."}
    assert place_of(first) == {
        "artifactLocation": {"uri": "environments/dev.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 4},
    }
    # What is about a file as a whole has no line.
    assert "region" not in place_of(run["results"][2])


def test_the_rules_are_those_of_the_findings_as_the_catalogue_has_them():
    run = judged(sarif_of([WARNING, ERROR, ERROR]))
    driver = run["tool"]["driver"]
    assert [each["id"] for each in driver["rules"]] == ["range", "replacement-allowed"]
    assert [driver["rules"][each["ruleIndex"]]["id"] for each in run["results"]] == [
        each["ruleId"] for each in run["results"]
    ]
    rule = driver["rules"][1]
    assert (rule["name"], rule["shortDescription"]["text"], rule["defaultConfiguration"]) == (
        "ReplacementAllowed",
        f"{catalogue()['replacement-allowed'].title}.",
        {"level": "warning"},
    )
    assert (driver["name"], driver["informationUri"]) == ("ecr-constructs", project_address())
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", driver["version"])


def test_every_code_of_the_catalogue_is_a_rule_whose_page_has_its_heading():
    run = judged(sarif_of([Problem((), code, "is so", source="dev.yaml:1") for code in catalogue()]))
    headings = re.findall(r"^### `(.+)`$", render_page(), re.MULTILINE)
    rules = run["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == sorted(catalogue())
    assert len({each["name"] for each in rules}) == len(rules)
    for rule in rules:
        address, _, anchor = rule["helpUri"].partition("#")
        assert (address, anchor) == (f"{project_address()}/blob/main/docs/rules.md", rule["id"])
        assert anchor in headings


def test_a_code_that_is_in_no_catalogue_is_a_rule_all_the_same():
    run = judged(sarif_of([Problem((), "of-my-own", "is so", source="dev.yaml:1")]))
    assert run["tool"]["driver"]["rules"][0]["shortDescription"] == {"text": "of-my-own."}


def test_what_is_acknowledged_is_suppressed_and_the_rest_is_not():
    run = judged(sarif_of([ERROR], acknowledged=[WARNING]))
    assert [each.get("suppressions") for each in run["results"]] == [
        None,
        [{"kind": "inSource", "status": "accepted", "justification": "acknowledge: [replacement-allowed]"}],
    ]


def test_where_nothing_is_found_the_log_is_empty_and_whole():
    assert judged(sarif_of([]))["results"] == []
    assert json.loads(code_quality_of([])) == []


def test_what_is_about_no_file_is_about_the_repository_and_comes_without_a_line():
    assert place_of(judged(sarif_of([NOWHERE]))["results"][0]) == {
        "artifactLocation": {"uri": ".", "uriBaseId": "%SRCROOT%"}
    }
    assert json.loads(code_quality_of([NOWHERE]))[0]["location"] == {"path": ".", "lines": {"begin": 1}}
    (line,) = github_lines([NOWHERE])
    assert line == "::error title=ecr-constructs%3A directory::must hold .yaml files."


TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
FILES = st.from_regex(r"[a-zé %:]{1,8}\.yaml", fullmatch=True)
PROBLEMS = st.builds(
    Problem,
    st.lists(TEXTS | st.integers(0, 9), max_size=3).map(tuple),
    st.sampled_from(["range", "renamed", "no-such-code"]),
    TEXTS,
    TEXTS,
    TEXTS,
    st.builds("{}:{}".format, FILES, st.integers(1, 99)) | FILES | st.just(""),
    st.sampled_from(["error", "warning", "notice"]),
)


@given(st.lists(PROBLEMS, max_size=6), st.lists(PROBLEMS, max_size=2))
def test_whatever_is_found_the_schema_takes_it_each_has_a_fingerprint_and_the_bytes_are_the_same(found, acknowledged):
    text = sarif_of(found, acknowledged=acknowledged)
    run = judged(text)
    assert text == sarif_of(iter(found), acknowledged=iter(acknowledged))
    assert len(set(fingerprints(run))) == len(found) + len(acknowledged)
    entries = json.loads(code_quality_of([*found, *acknowledged]))
    assert [each["fingerprint"] for each in entries] == fingerprints(run)


MOVED = "ecr_repositories: {web: {renamed_from: app, repository_name: shop-dev-app}, api: {allow_replacement: true}}\n"


@pytest.mark.parametrize("output", ["sarif", "gitlab"])
def test_a_finding_is_the_same_where_its_lines_move(validation, output):
    def found():
        status, out, err = validation.run("--format", output)
        assert (status, err) == (0, "")
        if output == "gitlab":
            entries = json.loads(out)
            return [each["fingerprint"] for each in entries], [each["location"]["lines"]["begin"] for each in entries]
        run = judged(out)
        return fingerprints(run), [place_of(each)["region"]["startLine"] for each in run["results"]]

    validation.write(dev=MOVED)
    known, lines = found()
    assert len(known) == 2
    validation.write(dev=f"# What it is for.\n\n{MOVED}")
    assert found() == (known, [line + 2 for line in lines])


def test_a_finding_is_the_same_where_lines_of_other_files_move_that_it_names():
    other = "must be said once; environments/test.yaml:{} has it too"
    first, second = (Problem(("a",), "range", other.format(line), "", "", "dev.yaml:1") for line in (6, 66))
    assert fingerprints(judged(sarif_of([first]))) == fingerprints(judged(sarif_of([second])))


def test_findings_that_differ_in_anything_else_are_others():
    different = [
        ERROR,
        Problem(ERROR.path, "other", ERROR.rule, ERROR.got, ERROR.fix, ERROR.source),
        Problem(("ecr_shard",), ERROR.code, ERROR.rule, ERROR.got, ERROR.fix, ERROR.source),
        Problem(ERROR.path, ERROR.code, ERROR.rule, "1", ERROR.fix, ERROR.source),
        ERROR.at("environments/prod.yaml:4"),
        ERROR,
    ]
    assert len(set(fingerprints(judged(sarif_of(different))))) == len(different)


def test_gitlab_gets_what_its_page_asks_for():
    """https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format: relative paths, five severities."""
    entries = json.loads(code_quality_of([ERROR, WARNING, NOTICE]))
    assert [each["severity"] for each in entries] == ["critical", "major", "info"]
    assert {each["severity"] for each in entries} <= {"info", "minor", "major", "critical", "blocker"}
    fingerprint = entries[0].pop("fingerprint")
    assert re.fullmatch(r"[0-9a-f]{32}", fingerprint)
    assert entries[0] == {
        "description": "ecr_shards: must be at least 1, got 0. Use 1 or more.",
        "check_name": "range",
        "severity": "critical",
        "location": {"path": "environments/dev.yaml", "lines": {"begin": 4}},
    }


def test_a_report_for_gitlab_has_the_form_of_those_of_another_tool(tmp_path):
    (tmp_path / "wrong.py").write_text("import os\n", encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--output-format", "gitlab"]
    done = subprocess.run([*command, "wrong.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    (other, *_), (own,) = json.loads(done.stdout), json.loads(code_quality_of([ERROR]))
    assert {key: type(value) for key, value in own.items()} == {key: type(value) for key, value in other.items()}
    assert other["location"]["path"] == "wrong.py"


def test_a_problem_ends_with_2_in_every_format_and_is_on_standard_output(validation):
    validation.write(dev="ecr_shards: 0\n")
    for output in ("sarif", "gitlab", "markdown"):
        status, out, err = validation.run("--format", output)
        assert (status, err, "must be at least 1" in out) == (2, "", True)


def test_a_check_of_lifecycle_policies_says_the_same_findings_as_validate(validation, capsys):
    validation.write(
        dev="ecr_defaults: {expire_tagged_after_days: 30, max_image_count: null}\necr_repositories: {web: }\n"
    )

    def read(output, *command):
        status = run([*command, "--format", output])
        out = capsys.readouterr().out
        return status, judged(out)["results"] if output == "sarif" else json.loads(out) if output == "gitlab" else out

    for output in ("github", "sarif", "gitlab"):
        (status, checked), (_, validated) = read(output, "lifecycle", "check"), read(output, "validate")
        assert (status, checked) == (1, validated)
        assert checked
