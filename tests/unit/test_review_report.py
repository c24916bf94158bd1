"""How a review is told: text, Markdown, JSON, and the formats that show findings beside lines."""

from __future__ import annotations

import json
import subprocess
import sys

import jsonschema
import pytest

from ecr_constructs.cli.app import run
from ecr_constructs.errors import Problem
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.formats.as_json import schema_text
from ecr_constructs.review.formats.writers import FORMATS, writer_of
from ecr_constructs.review.judge import in_order
from ecr_constructs.review.report import Report, grouped, summary_of
from ecr_constructs.terminal.screen import Screen
from tests.unit.committed import GitProject

LOST = Finding(
    code="repository-replaced",
    severity="danger",
    consequence="deletes images",
    environment="dev",
    path=("ecr_repositories", "web", "encryption_type"),
    what="will change the encryption from AES256 to KMS, which replaces it and deletes its images",
    fix="Set encryption_type: AES256, or allow_replacement: true if the images may go.",
    repositories=("web",),
    source="environments/dev.yaml:12",
    shown_at="environments/dev.yaml:12",
)
OPENED = Finding(
    code="access-opened",
    severity="attention",
    consequence="opens",
    environment="prod",
    path=("ecr_defaults", "pull_principals"),
    what="lets the account 222222222222 pull",
    fix="Name the role that needs it.",
    repositories=tuple(f"service-{number}" for number in range(9)),
    source="environments/prod.yaml:7",
    shown_at="environments/prod.yaml:7",
    details=("pull: no before, yes now", "by: the statement Pull | of `this` @team #12"),
)
GONE = Finding(
    code="parameters-removed",
    severity="attention",
    consequence="breaks",
    environment="dev",
    path=("ecr_repositories", "api"),
    what="is published no more",
    fix="Tell whoever reads it.",
    repositories=("api",),
    at_base=True,
    source="environments/dev.yaml:20",
    shown_at="environments/dev.yaml:4",
)
COSTS = Finding(
    code="cost-key",
    severity="note",
    consequence="costs",
    environment="dev",
    path=("ecr_kms_key",),
    what="has a key of its own, which costs 1.00 USD a month",
    source="environments/dev.yaml:5",
    shown_at="environments/dev.yaml:5",
)
KNOWN = Finding(
    code="repository-destroyed",
    severity="danger",
    consequence="deletes images",
    environment="dev",
    path=("ecr_repositories", "old"),
    what="is declared no more: Terraform destroys it, with all of its images",
    fix="If it has another name now, say renamed_from there.",
    repositories=("old",),
    at_base=True,
    source="environments/dev.yaml:30",
    shown_at="environments/dev.yaml:4",
    acknowledged=True,
)
REPORT = Report(
    base="main (1234567)",
    head="The working tree",
    findings=(LOST, KNOWN, GONE, COSTS, OPENED),
    environments=("dev", "prod", "staging"),
    changed=("dev", "prod"),
    revision="main",
)


def lines(name, report=REPORT, screen=None):
    return [line for each in writer_of(name)(report, screen or Screen()) for line in each.split("\n")]


class TestText:
    def test_by_environment_and_consequence_with_place_sentence_remedy_and_code(self):
        assert lines("text")[:8] == [
            "dev: 1 danger, 1 attention, 1 note in 1 file, 1 acknowledged.",
            "",
            "deletes images",
            (
                f"  environments/dev.yaml:12: danger: ecr_repositories.web.encryption_type: web: {LOST.what}. "
                f"{LOST.fix} [{LOST.code}]"
            ),
            (f"  main:environments/dev.yaml:30: acknowledged: ecr_repositories.old: old: {KNOWN.what}. [{KNOWN.code}]"),
            "",
            "breaks",
            (
                f"  main:environments/dev.yaml:20: attention: ecr_repositories.api: api: {GONE.what}. {GONE.fix} "
                f"[{GONE.code}]"
            ),
        ]
        assert lines("text")[-2] == (
            "The working tree compared with main (1234567): 3 environments, 2 of them touched. 1 danger, 2 attention, "
            "1 note in 2 files, 1 acknowledged."
        )

    def test_names_of_many_repositories_and_the_details_below(self):
        text = lines("text")
        at = next(index for index, line in enumerate(text) if "[access-opened]" in line)
        assert "service-0, service-1, service-2, service-3 and 5 more repositories: lets the account" in text[at]
        assert text[at + 1 : at + 3] == [f"    {each}" for each in OPENED.details]

    @pytest.mark.parametrize("width", [40, 60, 80])
    def test_no_line_is_wider_than_the_screen_but_for_what_is_one_word(self, width):
        for line in lines("text", screen=Screen(width=width, is_bounded=True)):
            assert len(line) <= width or len(line.split()) == 1

    def test_colours_take_nothing_away(self):
        coloured = "\n".join(lines("text", screen=Screen(colours=True)))
        assert "\x1b[31mdanger" in coloured
        plain = subprocess.run(
            ["sed", "s/\x1b\\[[0-9;]*m//g"], input=coloured, capture_output=True, text=True, check=True
        ).stdout
        assert plain == "\n".join(lines("text"))

    def test_nothing_found(self):
        report = Report(base="main (1234567)", head="x", findings=(), environments=("dev",))
        assert lines("text", report) == [
            "x compared with main (1234567): 1 environment, none of them touched. No consequences."
        ]


class TestMarkdown:
    def test_the_marker_is_the_first_line(self):
        assert lines("markdown")[0] == "<!-- ecr-constructs review -->"

    def test_a_table_for_each_environment_and_notes_folded(self):
        text = "\n".join(lines("markdown"))
        dev, prod = text.partition("#### dev")[2].split("#### prod")
        shown, _, folded = dev.partition("<details><summary>1 note</summary>")
        assert "**danger**" in shown
        assert "[cost-key]" not in shown
        assert "[cost-key]" in folded
        assert "<details><summary>1 acknowledged</summary>" in folded
        assert "| attention | opens | environments/prod.yaml:7<br>ecr\\_defaults.pull\\_principals |" in prod

    def test_every_table_has_rows_of_the_same_width(self):
        rows = [line for line in lines("markdown") if line.startswith("|")]
        assert {row.replace("\\|", "").count("|") for row in rows} == {7}

    def test_text_of_files_is_text(self):
        bad = Finding(**{**_fields(OPENED), "what": "lets <b>`x`</b> | @team in as #12 ![i](http://x)"})
        text = "\n".join(lines("markdown", Report(base="b", head="h", findings=(bad,))))
        assert "lets \\<b\\>\\`x\\`\\</b\\> \\| @<!-- -->team in as #<!-- -->12 !\\[i\\](http:<!-- -->//x)" in text

    def test_details_end_no_block_of_code(self):
        bad = Finding(**{**_fields(OPENED), "details": ("```", "</details>")})
        text = lines("markdown", Report(base="b", head="h", findings=(bad,)))
        at = text.index("```text")
        assert text[at : at + 4] == ["```text", "'''", "</details>", "```"]


def _fields(finding):
    return {name: getattr(finding, name) for name in Finding.__slots__}


class TestJson:
    def test_it_is_as_its_schema_says(self):
        schema = json.loads(schema_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        broken = Problem((), "type", "must be a mapping", source="environments/x.yaml:3")
        for report in (REPORT, Report(base="b", head="h", findings=(), uncompared=(broken,))):
            found = json.loads("\n".join(lines("json", report)))
            jsonschema.Draft202012Validator(schema).validate(found)
        assert found["uncompared"] == [
            {"file": "environments/x.yaml", "line": 3, "code": "type", "message": str(broken)},
        ]

    def test_every_key_is_described(self):
        schema = json.loads(schema_text())
        assert all("description" in each for each in schema["$defs"]["finding"]["properties"].values())
        example = json.loads("\n".join(lines("json")))
        assert set(schema["properties"]) == set(example)
        assert set(schema["$defs"]["finding"]["properties"]) == set(example["findings"][0])

    def test_counts_leave_out_what_is_acknowledged(self):
        found = json.loads("\n".join(lines("json")))
        assert found["counts"] == {"danger": 1, "attention": 2, "note": 1, "acknowledged": 1}
        assert [each["side"] for each in found["findings"]] == ["head", "base", "base", "head", "head"]

    def test_the_schema_is_a_command(self, capsys):
        assert run(["schema", "--of", "review"]) == 0
        assert capsys.readouterr().out == schema_text()


class TestBesideLines:
    def test_github_has_severities_of_its_own_and_lines_of_the_head(self):
        found = lines("github")
        assert [each.partition(" ")[0] for each in found] == [
            "::error",
            "::notice",
            "::warning",
            "::notice",
            "::warning",
        ]
        assert found[2].startswith(
            "::warning file=environments/dev.yaml,line=4,title=ecr-constructs%3A parameters-removed::"
        )

    def test_sarif_suppresses_what_is_acknowledged(self):
        (only,) = json.loads("\n".join(lines("sarif")))["runs"]
        suppressed = [each["ruleId"] for each in only["results"] if each.get("suppressions")]
        assert suppressed == ["repository-destroyed"]
        assert len(only["results"]) == len(REPORT.findings)

    def test_gitlab_has_them_all(self):
        found = json.loads("\n".join(lines("gitlab")))
        assert [each["check_name"] for each in found] == [each.code for each in REPORT.findings]
        assert len({each["fingerprint"] for each in found}) == len(found)

    @pytest.mark.parametrize("name", FORMATS)
    def test_the_same_findings_are_the_same_bytes(self, name):
        assert lines(name) == lines(name)


def test_they_are_told_by_environment_consequence_and_severity():
    shuffled = [COSTS, OPENED, KNOWN, GONE, LOST]
    assert in_order(shuffled) == [LOST, KNOWN, GONE, COSTS, OPENED]
    kinds = ["costs", "loosens watching", "breaks", "opens", "deletes images"]
    found = in_order([Finding(**{**_fields(LOST), "consequence": kind}) for kind in kinds])
    assert [each.consequence for each in found] == kinds[::-1]


def test_findings_that_say_the_same_at_several_places_are_shown_together():
    other = Finding(
        **{**_fields(LOST), "repositories": ("api",), "source": "environments/dev.yaml:20", "path": ("x", "api", "e")}
    )
    (group,) = grouped([LOST, other])
    assert (group.repositories, len(group.findings)) == (["api", "web"], 2)
    text = lines("text", Report(base="b", head="h", findings=(LOST, other)))
    assert "environments/dev.yaml:12 and 1 more place: danger:" in text[3]
    assert "api, web: will change" in text[3]


def test_what_is_about_different_keys_of_an_environment_stays_apart():
    one, other = (Finding(**{**_fields(COSTS), "path": (key,)}) for key in ("a", "b"))
    assert len(grouped([one, other])) == 2


def test_a_place_in_a_directory_is_named_by_its_file():
    report = Report(base="before", head="after", findings=())
    assert (report.place_of(GONE), REPORT.place_of(GONE)) == (GONE.source, f"main:{GONE.source}")


def test_summaries():
    assert summary_of([]) == "No consequences."
    assert summary_of([KNOWN]) == "1 acknowledged."
    assert summary_of([LOST, GONE, COSTS]) == "1 danger, 1 attention, 1 note in 1 file."


class TestExitStatus:
    @pytest.fixture
    def project(self, tmp_path, monkeypatch):
        found = GitProject(tmp_path)
        found.write(dev="project: shop\nenv: dev\nregion: us-east-1\necr_repositories:\n  web: {}\n  api: {}\n")
        found.commit()
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("ECR_ENVIRONMENTS_DIR", raising=False)
        return found

    @pytest.mark.parametrize(
        ("repositories", "fail_on", "status"),
        [
            ("  web: {}\n  api: {}\n", "attention", 0),
            ("  web: {}\n  api: {force_delete: true}\n", "danger", 0),
            ("  web: {}\n  api: {force_delete: true}\n", "attention", 3),
            ("  web: {}\n", "attention", 3),
            ("  web: {}\n", "danger", 3),
            ("  web: {}\n", None, 0),
            ("  web: {}\nacknowledge: [repository-destroyed]\n", "danger", 0),
        ],
    )
    def test_from_the_severity_on_that_is_named(self, project, repositories, fail_on, status):
        project.write(dev=f"project: shop\nenv: dev\nregion: us-east-1\necr_repositories:\n{repositories}")
        assert run(["review", "HEAD", *(["--fail-on", fail_on] if fail_on else [])]) == status

    def test_without_what_can_write_its_letters(self, project):
        command = [sys.executable, "-m", "ecr_constructs", "review", "HEAD"]
        done = subprocess.run(
            command, cwd=project.directory, env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"}, check=False
        )
        assert done.returncode == 0


class TestWhatFilesHold:
    BAD = "x\n\n---\n::stop-commands::q\x1b[2J\u202e &commat;octocat ~~~ www.evil.example https://evil.example"

    @pytest.mark.parametrize("part", ["what", "fix", "repositories", "details"])
    def test_it_is_one_line_wherever_it_is_told(self, part):
        value = (self.BAD,) if part in ("repositories", "details") else self.BAD
        bad = Finding(**{**_fields(OPENED), part: value})
        report = Report(base="b", head="h", findings=(bad,))
        for name in ("text", "markdown", "github"):
            text = "\n".join(lines(name, report))
            assert "x\n" not in text
            assert not any(sign in text for sign in "\x1b\u202e\r")
            assert not any(line.lstrip().startswith(("::stop", "---\n")) for line in text.splitlines())

    def test_a_comment_leads_nowhere_and_calls_nobody(self):
        bad = Finding(**{**_fields(OPENED), "what": self.BAD})
        text = "\n".join(lines("markdown", Report(base="b", head="h", findings=(bad,))))
        assert "https://evil" not in text
        assert "www.evil" not in text
        assert "&commat;" not in text
        assert "\\~\\~\\~" in text


def test_the_gravest_comes_first_in_a_comment_that_may_be_cut():
    harmless = [
        Finding(**{**_fields(OPENED), "environment": "a", "what": f"lets {number} in", "repositories": ()})
        for number in range(300)
    ]
    findings = in_order([*harmless, LOST, Finding(**{**_fields(LOST), "environment": "a", "consequence": "costs"})])
    text = "\n".join(lines("markdown", Report(base="b", head="h", findings=findings)))
    assert [text.index("**danger**", text.index(f"#### {name}")) for name in ("a", "dev")] == sorted(
        [text.index("**danger**"), text.rindex("**danger**")]
    )
    assert text.index("**danger**") < text.index("lets 0 in")


def test_an_acknowledgement_of_an_earlier_change_is_said(tmp_path, monkeypatch, capsys):
    project = GitProject(tmp_path)
    head = "project: shop\nenv: dev\nregion: us-east-1\nacknowledge: [force-delete-set]\necr_repositories:\n"
    project.write(dev=f"{head}  web: {{}}\n")
    project.commit()
    project.write(dev=f"{head}  web: {{force_delete: true}}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ECR_ENVIRONMENTS_DIR", raising=False)
    assert run(["review", "HEAD", "--fail-on", "attention"]) == 3
    assert "`acknowledge` has this code from an earlier change" in capsys.readouterr().out
