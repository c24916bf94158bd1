"""action.yml: its steps, run in checkouts as GitHub makes them, with a `gh` whose answers are in the test's own hands.

One thing is replaced: `python3` and its pip, which would ask a package index; what they install is the command of the
tests' own virtual environment.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.examples.composite import Ran, run_action
from tests.examples.scratch import DEV, WITHOUT_WORKER, Scratch, scratch_in

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action.yml"
COMMAND = shlex.quote(str(Path(sysconfig.get_path("scripts")) / "ecr-constructs"))  # for a shell
MARKER = "<!-- ecr-constructs review -->"
BOT = "github-actions[bot]"
FILE = "environments/dev.yaml"
PROD = DEV.replace("env: dev", "env: prod").replace("1" * 12, "3" * 12)
EVERY_STEP = ["Set up Python", "Install ecr-constructs", "Review", "Comment", "Result"]

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "git", "jq"))), reason="the action needs bash and git, and this gh needs jq"
)

GH = """\
#!{python}
import json, os, pathlib, subprocess, sys

state = pathlib.Path({state!r})
said = json.loads(state.read_text())
arguments = sys.argv[1:]
assert os.environ["GH_TOKEN"] == os.environ["GH_ENTERPRISE_TOKEN"] == "a-token"
assert os.environ["GH_HOST"] == "github.com"
if arguments[:2] == ["api", "graphql"]:
    sys.exit("no viewer") if said["viewer"] is None else print(said["viewer"])
    sys.exit()
(path,) = (each for each in arguments if each.startswith("repos/"))
method = arguments[arguments.index("--method") + 1] if "--method" in arguments else "GET"
said["calls"].append(method)
if method in said["refused"]:
    state.write_text(json.dumps(said))
    sys.exit(f"gh: Resource not accessible by integration (HTTP {{said['refused'][method]}})")
if method == "GET":
    assert path == "repos/acme/web/issues/7/comments?per_page=100" and "--paginate" in arguments
    done = subprocess.run(["jq", arguments[arguments.index("--jq") + 1]], input=json.dumps(said["comments"]), text=True)
    assert done.returncode == 0
else:
    field = arguments[arguments.index("-F") + 1]
    assert field.startswith("body=@")
    body = pathlib.Path(field.removeprefix("body=@")).read_text(encoding="utf-8")
    assert len(body) <= 65536
    if method == "POST":
        assert path == "repos/acme/web/issues/7/comments"
        number = 100 + len(said["comments"])
        said["comments"].append({{"id": number, "user": {{"login": said["viewer"]}}, "body": body}})
    else:
        (comment,) = (each for each in said["comments"] if path.endswith(f"/issues/comments/{{each['id']}}"))
        comment["body"] = body
state.write_text(json.dumps(said))
"""

# What `python3 -I -m venv` makes here.
PYTHON = """\
#!/bin/sh
[ "$1 $2 $3 $4" = "-I -m venv --clear" ] || exit 9
mkdir -p "$5/bin"
ln -s {command} "$5/bin/ecr-constructs"
printf '#!/bin/sh\\nprintf "%%s\\\\n" "$@" > {pip}\\n' > "$5/bin/python"
chmod +x "$5/bin/python"
"""


@dataclasses.dataclass
class GitHub:
    """A pull request, and whoever comments on it."""

    scratch: Scratch
    folder: Path
    runs: int = 0

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "gh.json").read_text())
        return found

    def set(self, **changes: Any) -> None:
        (self.folder / "gh.json").write_text(json.dumps({**self.state, **changes}))

    @property
    def bodies(self) -> list[str]:
        return [each["body"] for each in self.state["comments"]]

    def program(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def run(self, event: Mapping[str, Any], **inputs: str) -> Ran:
        self.runs += 1
        return run_action(
            ACTION,
            workspace=self.scratch.checkout,
            temporary=self.folder / f"runner temp {self.runs}",
            environment={
                **self.scratch.environment,
                "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            },
            event=event,
            inputs={name.replace("_", "-"): value for name, value in inputs.items()},
        )

    def review(self, head: Mapping[str, str | None], /, **inputs: str) -> Ran:
        """Review a pull request that changes files of main, in the usual checkout."""
        event = self.pull_request(head)
        self.scratch.check_out(self.scratch.merged())
        return self.run(event, **inputs)

    def pull_request(self, head: Mapping[str, str | None]) -> dict[str, Any]:
        base = self.scratch.commit({FILE: DEV})
        tip = self.scratch.commit(head, branch="change")
        return {"pull_request": {"number": 7, "base": {"sha": base}, "head": {"sha": tip}}}


@pytest.fixture
def github(tmp_path: Path) -> GitHub:
    made = GitHub(scratch_in(tmp_path), tmp_path)
    (tmp_path / "gh.json").write_text(json.dumps({"viewer": BOT, "comments": [], "calls": [], "refused": {}}))
    made.program("gh", GH.format(python=sys.executable, state=str(tmp_path / "gh.json")))
    made.program("python3", PYTHON.format(command=COMMAND, pip=shlex.quote(str(tmp_path / "pip.txt"))))
    return made


def annotations(ran: Ran, kind: str = "error") -> list[str]:
    return [line for line in ran.log.splitlines() if line.startswith(f"::{kind} file=")]


class TestDanger:
    def test_it_fails_when_the_comment_is_written(self, github):
        ran = github.review({FILE: WITHOUT_WORKER})
        assert ran.ran == EVERY_STEP
        assert (ran.status, ran.outputs["status"], ran.outputs["dangers"]) == (1, "failed", "1")
        (annotation,) = annotations(ran)
        assert annotation.startswith(f"::error file={FILE},line=5,")
        (body,) = github.bodies
        assert body.startswith(f"{MARKER}\n")
        assert "repository-destroyed" in body
        assert github.state["calls"] == ["GET", "POST"]
        assert {ran.summary, Path(ran.outputs["report"]).read_text("utf-8")} == {body}

    def test_a_second_run_updates_the_comment_of_the_first(self, github):
        event = github.pull_request({FILE: WITHOUT_WORKER})
        github.scratch.check_out(github.scratch.merged())
        github.set(viewer="review-of-acme[bot]")
        github.run(event)
        (first,) = github.state["comments"]
        github.set(comments=[{**first, "body": f"{MARKER}\nof an older run"}], calls=[])
        assert github.run(event).status == 1
        assert github.state["calls"] == ["GET", "PATCH"]
        assert github.state["comments"] == [first]

    def test_the_comment_of_somebody_else_is_left_alone(self, github):
        """Also where the marker is in it; where it is not known who comments here, it is the one of GitHub Actions."""
        theirs = {"id": 1, "user": {"login": "mallory"}, "body": f"{MARKER}\nall is well"}
        github.set(comments=[theirs], viewer=None)
        github.review({FILE: WITHOUT_WORKER})
        assert github.state["calls"] == ["GET", "POST"]
        assert github.state["comments"][0] == theirs

    def test_it_fails_on_what_was_said(self, github):
        event = github.pull_request({FILE: DEV.replace("web-app: {}", "web-app: {force_delete: true}")})
        github.scratch.check_out(github.scratch.merged())
        found = {each: github.run(event, fail_on=each) for each in ("danger", "attention")}
        (attentions,) = {ran.outputs["attentions"] for ran in found.values()}
        assert (attentions, found["danger"].outputs["dangers"]) == ("1", "0")
        status = {each: (ran.status, ran.outputs["status"]) for each, ran in found.items()}
        assert status == {"danger": (0, "passed"), "attention": (1, "failed")}

    def test_a_danger_is_let_through_where_nothing_fails_the_job(self, github):
        ran = github.review({FILE: WITHOUT_WORKER}, fail_on="never")
        assert (ran.status, ran.outputs["status"], ran.outputs["dangers"]) == (0, "passed", "1")


class TestNothing:
    HEAD = f"# A remark.\n{DEV}"

    def test_no_comment_is_written_where_nothing_is_found(self, github):
        ran = github.review({FILE: self.HEAD})
        assert (ran.status, ran.outputs["status"], ran.outputs["dangers"], ran.outputs["attentions"]) == (
            0,
            "passed",
            "0",
            "0",
        )
        assert github.state["calls"] == ["GET"]
        assert ran.summary.startswith(f"{MARKER}\n")

    def test_a_comment_that_is_there_is_updated(self, github):
        github.set(comments=[{"id": 1, "user": {"login": BOT}, "body": f"{MARKER}\n1 danger"}])
        github.review({FILE: self.HEAD})
        assert github.state["calls"] == ["GET", "PATCH"]
        assert "1 danger" not in github.bodies[0]


class TestMistakes:
    HEAD = DEV.replace("web-app: {}", "web-app: {max_image_count: 0}  # $(touch evaluated)")

    def test_each_is_shown_at_its_line_and_in_a_comment(self, github):
        ran = github.review({FILE: self.HEAD})
        assert (ran.status, ran.outputs["status"], ran.outputs["dangers"]) == (1, "invalid", "")
        (annotation,) = annotations(ran)
        assert annotation.startswith(f"::error file={FILE},line=6,")
        (body,) = github.bodies
        assert body.startswith(f"{MARKER}\n")
        assert "must be at least 1, got 0" in body
        assert ran.summary == body

    def test_nothing_of_a_file_is_evaluated(self, github):
        github.review({FILE: self.HEAD, "environments/$(touch evaluated).yaml": "'`touch evaluated`': x\n"})
        assert not [*github.scratch.checkout.rglob("evaluated")]

    def test_those_of_another_revision_are_shown_too(self, github):
        event = github.pull_request({FILE: self.HEAD})
        github.scratch.check_out(event["pull_request"]["base"]["sha"], depth=0)
        ran = github.run(event, head=event["pull_request"]["head"]["sha"])
        assert (ran.status, ran.outputs["status"]) == (1, "invalid")
        assert "must be at least 1, got 0" in github.bodies[0]

    def test_no_line_of_what_is_shown_is_a_command(self, github):
        said = "case $1 in review) echo '::add-mask::x' >&2; exit 1;; esac"
        github.program("ecr-constructs", f'#!/bin/sh\n{said}\nexec {COMMAND} "$@"\n')
        ran = github.review({FILE: WITHOUT_WORKER}, version="installed")
        assert (ran.status, ran.outputs["status"]) == (1, "error")
        ((stopped, word, _),) = re.findall(
            r"^(::stop-commands::(.*)\n::add-mask::x\n::(.*)::\n)", ran.log, re.MULTILINE
        )
        assert stopped.endswith(f"::{word}::\n")


class TestComment:
    def test_a_token_that_may_not_write_is_a_warning(self, github):
        github.set(refused={"POST": 403})
        ran = github.review({FILE: WITHOUT_WORKER}, fail_on="never")
        assert ran.status == 0
        (warning,) = [line for line in ran.log.splitlines() if line.startswith("::warning title=")]
        assert "`pull-requests: write`" in warning
        assert "forks" in warning

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_any_other_refusal_is_told_and_the_review_still_decides(self, github, method):
        github.set(refused={method: 500})
        ran = github.review({FILE: WITHOUT_WORKER})
        assert (ran.status, ran.ran[-1]) == (1, "Result")
        (warning,) = [line for line in ran.log.splitlines() if line.startswith("::warning title=")]
        assert "HTTP 500" in warning

    def test_none_is_written_where_none_is_wanted_or_there_is_no_pull_request(self, github):
        event = github.pull_request({FILE: WITHOUT_WORKER})
        github.scratch.check_out(github.scratch.merged())
        assert "Comment" not in github.run(event, comment="false").ran
        pushed = {"before": event["pull_request"]["base"]["sha"]}
        ran = github.run(pushed)
        assert ("Comment" in ran.ran, ran.outputs["status"]) == (False, "failed")
        assert github.state["calls"] == []

    def test_one_that_is_too_long_is_cut_and_leads_to_the_summary(self, github):
        rows = "for row in $(seq 9000); do echo '| one more row |'; done"
        github.program(
            "ecr-constructs",
            f'#!/bin/sh\n{COMMAND} "$@"; code=$?\ncase "$*" in review*markdown*) {rows};; esac\nexit $code\n',
        )
        ran = github.review({FILE: WITHOUT_WORKER}, version="installed")
        assert ran.status == 1
        (body,) = github.bodies
        assert len(ran.summary) > 9000 * 17
        assert body.endswith("The rest is in the [summary of the run](https://github.com/acme/web/actions/runs/42).\n")
        assert 65000 < len(body) <= 65536


class TestBase:
    def test_it_is_what_the_pull_request_is_merged_into_whatever_the_event_knows(self, github):
        """What others merged in the meantime is no change of this one."""
        event = github.pull_request({"environments/prod.yaml": PROD})
        github.scratch.commit({FILE: WITHOUT_WORKER})
        github.scratch.check_out(github.scratch.merged())
        ran = github.run(event)
        assert (ran.outputs["status"], ran.outputs["dangers"]) == ("passed", "0")
        assert github.scratch.is_shallow()

    def test_it_is_where_the_branch_began_where_its_newest_commit_is_checked_out(self, github):
        event = github.pull_request({"environments/prod.yaml": PROD})
        # Compared with this, the change would seem to take it away again.
        event["pull_request"]["base"]["sha"] = github.scratch.commit({FILE: DEV + "  cache: {}\n"})
        github.scratch.check_out(event["pull_request"]["head"]["sha"], depth=0)
        assert github.run(event).outputs["dangers"] == "0"

    def test_in_a_shallow_checkout_of_it_the_base_of_the_event_is_taken_with_a_warning(self, github):
        event = github.pull_request({FILE: WITHOUT_WORKER})
        github.scratch.check_out(event["pull_request"]["head"]["sha"])
        ran = github.run(event)
        assert ran.outputs["dangers"] == "1"
        assert "::warning title=ecr-constructs::Where the branch began is not known" in ran.log

    def test_a_whole_history_stays_one(self, github):
        event = github.pull_request({FILE: WITHOUT_WORKER})
        github.scratch.check_out(event["pull_request"]["head"]["sha"], depth=0)
        later = github.scratch.commit({FILE: DEV + "  cache: {}\n"})
        assert github.run(event, base=later).outputs["dangers"] == "2"
        assert not github.scratch.is_shallow()

    def test_where_the_checkout_keeps_no_credentials_the_token_fetches_it_from_github_alone(self, github):
        told = shlex.quote(str(github.folder / "told.txt"))
        github.program(
            "git",
            f"""\
#!/bin/sh
case "$1 $GIT_CONFIG_COUNT" in
  "fetch 1") echo "$GIT_CONFIG_KEY_0 $GIT_CONFIG_VALUE_0" > {told} ;;
  "fetch "*) echo "fatal: could not read Username: terminal prompts disabled" >&2; exit 128 ;;
esac
exec {shlex.quote(str(shutil.which("git")))} "$@"
""",
        )
        ran = github.review({FILE: WITHOUT_WORKER})
        assert ran.outputs["dangers"] == "1"
        key, header = (github.folder / "told.txt").read_text().split(" ", 1)
        assert key == "http.https://github.com/.extraheader"
        assert header == f"AUTHORIZATION: basic {base64.b64encode(b'x-access-token:a-token').decode()}\n"
        assert "a-token" not in ran.log

    def test_a_branch_can_be_named_that_was_not_checked_out(self, github):
        ran = github.review({FILE: WITHOUT_WORKER}, base="main")
        assert ran.outputs["dangers"] == "1"

    def test_a_push_is_compared_with_what_was_there(self, github):
        before = github.scratch.commit({FILE: DEV})
        github.scratch.check_out(github.scratch.commit({FILE: WITHOUT_WORKER}))
        assert github.run({"before": before}).outputs["dangers"] == "1"

    def test_a_new_branch_is_compared_with_where_it_left_the_default_branch(self, github):
        event = github.pull_request({FILE: WITHOUT_WORKER})
        github.scratch.check_out(event["pull_request"]["head"]["sha"], depth=0)
        github.scratch.git("remote", "set-head", "origin", "main", at=github.scratch.checkout)
        assert github.run({"before": "0" * 40}).outputs["dangers"] == "1"

    def test_one_that_cannot_be_fetched_is_an_error_that_says_what_to_do(self, github):
        event = github.pull_request({FILE: WITHOUT_WORKER})
        github.scratch.check_out(github.scratch.merged())
        github.scratch.git("remote", "set-url", "origin", "file:///nowhere", at=github.scratch.checkout)
        ran = github.run(event)
        assert (ran.status, ran.outputs["status"], ran.outputs["report"]) == (1, "error", "")
        (error,) = [line for line in ran.log.splitlines() if line.startswith("::error ")]
        assert "`fetch-depth: 0`" in error
        assert "Comment" not in ran.ran

    def test_a_directory_of_its_name_is_not_taken_for_it(self, github):
        """Else a pull request could bring what it is compared with."""
        event = github.pull_request({FILE: WITHOUT_WORKER})
        base = event["pull_request"]["base"]["sha"]
        github.scratch.commit({f"{base}/dev.yaml": WITHOUT_WORKER}, branch="change")
        github.scratch.check_out(github.scratch.merged())
        ran = github.run(event)
        assert (ran.status, ran.outputs["status"]) == (1, "error")
        assert f"{base} is a file or a directory here." in ran.log

    def test_another_head_is_reviewed_without_a_checkout_of_it(self, github):
        """As with `pull_request_target`, which has a token that may write."""
        event = github.pull_request({FILE: WITHOUT_WORKER})
        github.scratch.check_out(event["pull_request"]["base"]["sha"])
        merged = github.scratch.merged()
        github.scratch.git("update-ref", "refs/pull/7/merge", merged)
        ran = github.run(event, head="refs/pull/7/merge")
        assert (ran.status, ran.outputs["dangers"]) == (1, "1")
        assert (github.scratch.checkout / FILE).read_text() == DEV


class TestInputs:
    @pytest.mark.parametrize(
        ("inputs", "why"),
        [
            ({"fail_on": "note"}, "fail-on must be danger, attention or never."),
            ({"fail_on": "danger --help"}, "fail-on must be danger, attention or never."),
            ({"base": "--upload-pack=touch evaluated"}, "The base cannot be read."),
            ({"head": "--upload-pack=touch evaluated"}, "The head cannot be read."),
        ],
    )
    def test_what_cannot_be_done_is_an_error(self, github, inputs, why):
        ran = github.review({FILE: WITHOUT_WORKER}, **inputs)
        assert (ran.status, (github.scratch.checkout / "evaluated").exists()) == (1, False)
        assert any(why in line for line in ran.log.splitlines() if line.startswith("::error "))

    def test_an_argument_that_there_is_not_is_told(self, github):
        ran = github.review({FILE: WITHOUT_WORKER}, args="--nothing")
        assert (ran.status, ran.outputs["status"]) == (1, "invalid")
        assert "No such option: --nothing" in ran.summary

    def test_arguments_are_one_a_line_and_nothing_in_them_is_evaluated(self, github):
        """The files of another directory instead of a base, whose name has everything that a shell reads."""
        odd = "a $(touch evaluated) `touch evaluated`; *.json"
        stack = {"resource": {"aws_ecr_repository": {}}}
        event = github.pull_request({FILE: WITHOUT_WORKER, odd: json.dumps(stack)})
        github.scratch.check_out(github.scratch.merged())
        ran = github.run(event, args=f"\n--against=dev={odd}\n\n")
        assert ran.outputs["status"] == "passed"
        assert not (github.scratch.checkout / "evaluated").exists()

    def test_the_files_may_be_elsewhere(self, github):
        directory = "in fra/$(touch evaluated)"
        base = github.scratch.commit({f"{directory}/dev.yaml": DEV})
        tip = github.scratch.commit({f"{directory}/dev.yaml": WITHOUT_WORKER}, branch="change")
        github.scratch.check_out(github.scratch.merged())
        event = {"pull_request": {"number": 7, "base": {"sha": base}, "head": {"sha": tip}}}
        ran = github.run(event, directory=directory)
        assert (ran.outputs["dangers"], ran.status) == ("1", 1), ran.log

    def test_without_a_checkout_it_is_said_that_it_takes_one(self, github):
        ran = github.run({})
        assert ran.status == 1
        assert "put actions/checkout before this step" in ran.log


class TestInstall:
    def test_it_is_the_action_itself_unless_a_version_is_named(self, github):
        event = github.pull_request({FILE: f"# A remark.\n{DEV}"})
        github.scratch.check_out(github.scratch.merged())
        asked = []
        for inputs in ({}, {"version": "0.1.0"}):
            assert github.run(event, **inputs).status == 0
            asked.append((github.folder / "pip.txt").read_text().splitlines())
        options = ["-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
        assert asked == [[*options, f"{ROOT}[cli]"], [*options, "ecr-constructs[cli]==0.1.0"]]

    def test_one_that_is_there_is_taken_without_python(self, github):
        github.program("ecr-constructs", f'#!/bin/sh\nexec {COMMAND} "$@"\n')
        (github.folder / "bin/python3").unlink()
        ran = github.review({FILE: WITHOUT_WORKER}, version="installed")
        assert ran.ran == EVERY_STEP[1:]
        assert (ran.outputs["dangers"], (github.folder / "pip.txt").exists()) == ("1", False)

    @pytest.mark.parametrize("version", ["main", "0.1 --index-url=x", "1;touch evaluated"])
    def test_what_is_no_version_is_refused(self, github, version):
        ran = github.review({FILE: WITHOUT_WORKER}, version=version)
        assert ran.ran == EVERY_STEP[:2]
        assert ran.status == 1
        assert "::error title=ecr-constructs::version must be one such as 0.1.0" in ran.log


@pytest.mark.parametrize("limit", [140, 200, 400, 10_000])
def test_a_report_is_cut_where_a_line_ends_and_what_is_open_is_closed(tmp_path, limit):
    rows = "".join(f"| {number} é |\n" for number in range(40))
    text = f"{MARKER}\n<details><summary>1</summary>\n\n```text\n<details>\n{rows}```\n</details>\nend\n"
    (tmp_path / "report.md").write_text(text, encoding="utf-8")
    command = ["bash", ROOT / "tools/action/cut.sh", tmp_path / "report.md", str(limit), "There is more."]
    cut = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    assert len(cut) <= limit
    if limit >= len(text):
        assert cut == text
    else:
        kept = cut.removesuffix("```\n\n</details>\n\nThere is more.\n")
        assert kept != cut
        assert text.startswith(kept)
        assert len(kept) > limit - 80
