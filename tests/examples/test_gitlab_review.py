"""templates/review.yml: its job, run in checkouts as GitLab makes them, against an API in the test's own hands.

What it installs is there already: `apt-get` and `pip` only tell what they were asked for.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shlex
import shutil
import subprocess
import sysconfig
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from ecr_constructs.start.files import files_of
from ecr_constructs.start.wanted import NewProject
from tests.examples.scratch import DEV, WITHOUT_WORKER, Scratch, scratch_in

TEMPLATE = Path(__file__).parents[2] / "templates/review.yml"
COMMAND = Path(sysconfig.get_path("scripts")) / "ecr-constructs"
MARKER = "<!-- ecr-constructs review -->"
FILE = "environments/dev.yaml"
TOKEN = "glpat-secret"
ME = 11

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "curl", "git", "jq"))), reason="the job needs bash, curl, git and jq"
)


@dataclasses.dataclass
class Api:
    """The notes of a merge request."""

    port: int = 0
    notes: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    calls: list[str] = dataclasses.field(default_factory=list)
    refuses: tuple[str, ...] = ()

    def answer(self, method: str, address: str, token: str | None, body: bytes) -> tuple[int, Any]:
        where = urlsplit(address)
        self.calls.append(method if where.path.endswith("/notes") or method == "PUT" else where.path)
        if token != TOKEN:
            return 401, {"message": "401 Unauthorized"}
        if method in self.refuses:
            return 403, {"message": "403 Forbidden"}
        if where.path == "/api/v4/user":
            return 200, {"id": ME}
        path = "/api/v4/projects/5/merge_requests/7/notes"
        if method == "GET":
            assert where.path == path
            asked = {name: int(values[0]) for name, values in parse_qs(where.query).items() if name != "sort"}
            begin = (asked["page"] - 1) * asked["per_page"]
            return 200, self.notes[begin : begin + asked["per_page"]]
        text = json.loads(body)["body"]
        if method == "POST":
            assert where.path == path
            self.notes.append({"id": len(self.notes) + 1, "author": {"id": ME}, "body": text})
        else:
            (note,) = (each for each in self.notes if where.path == f"{path}/{each['id']}")
            note["body"] = text
        return 201, {}


@pytest.fixture
def api() -> Iterator[Api]:
    made = Api()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, answer = made.answer(self.command, self.path, self.headers["PRIVATE-TOKEN"], body)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@dataclasses.dataclass
class GitLab:
    """A merge request, and the job of the template."""

    scratch: Scratch
    folder: Path
    api: Api

    def job(self, **inputs: str) -> dict[str, Any]:
        """The job with its inputs in their places, which GitLab puts in before it reads the YAML."""
        header, _, text = TEMPLATE.read_text("utf-8").partition("\n---\n")
        declared = yaml.safe_load(header)["spec"]["inputs"]
        assert {*inputs} <= {*declared}
        given = {name: inputs.get(name, each["default"]) for name, each in declared.items()}
        for name, each in declared.items():
            assert given[name] in each.get("options", [given[name]])
        # A line break in a text in quotes, as an escape of it.
        text = re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda found: json.dumps(given[found[1]])[1:-1], text)
        ((name, job),) = yaml.safe_load(text).items()
        assert name == given["job"]
        found: dict[str, Any] = job
        return found

    def review(self, head: Mapping[str, str | None], *, shell: str = "bash", token: str = TOKEN, **inputs: str) -> Any:
        base = self.scratch.commit({FILE: DEV})
        tip = self.scratch.commit(head, branch="change")
        self.scratch.check_out(tip)
        return self.run({"CI_MERGE_REQUEST_DIFF_BASE_SHA": base}, shell=shell, token=token, **inputs)

    def run(self, variables: Mapping[str, str], *, shell: str = "bash", token: str = TOKEN, **inputs: str) -> Any:
        return self.run_job(self.job(**inputs), {"ECR_REVIEW_TOKEN": token, **variables}, shell=shell)

    def run_job(self, job: Mapping[str, Any], variables: Mapping[str, str], *, shell: str = "bash") -> Any:
        return subprocess.run(
            [shell, "-e", "-o", "pipefail"] if shell == "bash" else [shell, "-e"],
            input="\n".join([*job["before_script"], *job["script"]]),
            cwd=self.scratch.checkout,
            env={
                **self.scratch.environment,
                "CI_API_V4_URL": f"http://127.0.0.1:{self.api.port}/api/v4",
                "CI_MERGE_REQUEST_IID": "7",
                "CI_MERGE_REQUEST_PROJECT_ID": "5",
                "CI_PROJECT_DIR": str(self.scratch.checkout),
                "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
                **{name: str(value) for name, value in job["variables"].items()},
                **variables,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def quality(self) -> Any:
        return json.loads((self.scratch.checkout / "gl-code-quality-report.json").read_text("utf-8"))


@pytest.fixture
def gitlab(tmp_path: Path, api: Api) -> GitLab:
    (tmp_path / "bin").mkdir()
    log = shlex.quote(str(tmp_path / "installed.txt"))
    for name, text in {
        "apt-get": f'echo "apt-get $*" >> {log}',
        "pip": f'echo "pip $*" >> {log}',
        "ecr-constructs": f'exec {shlex.quote(str(COMMAND))} "$@"',
    }.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    return GitLab(scratch_in(tmp_path), tmp_path, api)


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_a_danger_ends_the_job_when_the_note_is_written(gitlab, api, shell):
    done = gitlab.review({FILE: WITHOUT_WORKER}, shell=shell)
    assert done.returncode == 3, done.stderr
    (note,) = api.notes
    assert note["body"].startswith(f"{MARKER}\n")
    assert note["body"] == (gitlab.scratch.checkout / "ecr-review.md").read_text("utf-8")
    assert {each["location"]["path"] for each in gitlab.quality} == {FILE}
    assert api.calls == ["/api/v4/user", "GET", "POST"]
    assert TOKEN not in done.stdout + done.stderr


def test_a_later_run_updates_its_note_wherever_that_is(gitlab, api):
    others = [{"id": number, "author": {"id": 1}, "body": f"{MARKER}\nnot ours"} for number in range(100)]
    ours = {"id": 500, "author": {"id": ME}, "body": f"{MARKER}\nof an older run"}
    api.notes = [*others, {"id": 400, "author": {"id": ME}, "body": "something else"}, ours]
    gitlab.review({FILE: WITHOUT_WORKER})
    assert api.calls == ["/api/v4/user", "GET", "GET", "PUT"]
    assert "repository-destroyed" in api.notes[-1]["body"]
    assert api.notes[:100] == others


def test_without_a_finding_there_is_no_new_note_and_an_old_one_is_updated(gitlab, api):
    head = {FILE: f"# A remark.\n{DEV}"}
    assert gitlab.review(head).returncode == 0
    assert gitlab.quality == []
    assert api.notes == []
    api.notes = [{"id": 1, "author": {"id": ME}, "body": f"{MARKER}\n1 danger"}]
    base = gitlab.scratch.git("rev-parse", "main")
    assert gitlab.run({"CI_MERGE_REQUEST_DIFF_BASE_SHA": base}).returncode == 0
    assert "1 danger" not in api.notes[0]["body"]


def test_without_a_token_the_report_is_an_artifact(gitlab, api):
    done = gitlab.review({FILE: WITHOUT_WORKER}, token="")
    assert (done.returncode, api.calls) == (3, [])
    assert "There is no ECR_REVIEW_TOKEN" in done.stdout
    job = gitlab.job()
    assert (job["artifacts"]["when"], job["artifacts"]["expose_as"]) == ("always", "ECR review")
    for name in (*job["artifacts"]["paths"], job["artifacts"]["reports"]["codequality"]):
        assert (gitlab.scratch.checkout / name).read_text("utf-8")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_note_that_is_refused_is_told_and_the_review_still_decides(gitlab, api, method):
    api.refuses = (method,)
    done = gitlab.review({FILE: WITHOUT_WORKER})
    assert done.returncode == 3
    assert "The note was not written" in done.stdout


def test_mistakes_are_in_the_report_and_in_a_note(gitlab, api):
    done = gitlab.review({FILE: DEV.replace("web-app: {}", "web-app: {max_image_count: 0}  # $(touch evaluated)")})
    assert done.returncode == 2
    assert [(each["check_name"], each["location"]["lines"]["begin"]) for each in gitlab.quality] == [("range", 6)]
    (note,) = api.notes
    assert note["body"].startswith(f"{MARKER}\n")
    assert "must be at least 1, got 0" in note["body"]
    assert f"{FILE}:6: " in done.stderr
    assert not (gitlab.scratch.checkout / "evaluated").exists()


def test_no_line_of_the_note_is_a_command_of_gitlab(gitlab, api):
    program = gitlab.folder / "bin/ecr-constructs"
    lines = "case \"$*\" in review*markdown*) printf '/merge\\n  /approve\\n';; esac"
    program.write_text(program.read_text().replace("exec ", "").rstrip("\n") + f"; code=$?\n{lines}\nexit $code\n")
    gitlab.review({FILE: WITHOUT_WORKER})
    (note,) = api.notes
    assert note["body"].endswith("\n\\/merge\n  \\/approve\n")


def test_what_others_merged_in_the_meantime_is_no_change_of_this_one(gitlab):
    """With merged results, where GitLab says what it has merged into."""
    base = gitlab.scratch.commit({FILE: DEV})
    gitlab.scratch.commit({"README.md": "x\n"}, branch="change")
    target = gitlab.scratch.commit({FILE: WITHOUT_WORKER})
    gitlab.scratch.check_out(gitlab.scratch.merged())
    variables = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": target}
    assert gitlab.run(variables).returncode == 0
    assert gitlab.quality == []


def test_a_directory_of_the_name_of_the_base_is_not_taken_for_it(gitlab):
    base = gitlab.scratch.commit({FILE: DEV})
    gitlab.scratch.commit({FILE: WITHOUT_WORKER, f"{base}/dev.yaml": WITHOUT_WORKER}, branch="change")
    gitlab.scratch.check_out(gitlab.scratch.git("rev-parse", "change"))
    done = gitlab.run({"CI_MERGE_REQUEST_DIFF_BASE_SHA": base})
    assert done.returncode == 1
    assert f"{base} is a file or a directory here." in done.stdout


@pytest.mark.parametrize(("fail_on", "status"), [("danger", 0), ("attention", 3), ("never", 0)])
def test_it_fails_on_what_was_said(gitlab, fail_on, status):
    done = gitlab.review({FILE: DEV.replace("web-app: {}", "web-app: {force_delete: true}")}, fail_on=fail_on)
    assert done.returncode == status
    assert "force-delete-set" in done.stdout


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_inputs_are_text_and_nothing_in_them_is_evaluated(gitlab, shell):
    odd = "a $(touch evaluated) *.json"
    stack = json.dumps({"resource": {"aws_ecr_repository": {}}})
    inputs = {"args": f"--against=dev={odd}\n--format=text", "package": "ecr-constructs[cli]==1;touch evaluated"}
    done = gitlab.review({FILE: WITHOUT_WORKER, odd: stack}, shell=shell, **inputs)
    assert done.returncode == 0, done.stderr
    assert not (gitlab.scratch.checkout / "evaluated").exists()
    asked = (gitlab.folder / "installed.txt").read_text().splitlines()
    assert asked[-1] == "pip install --no-compile ecr-constructs[cli]==1;touch evaluated"


def test_the_job_has_the_inputs_where_they_belong(gitlab):
    job = gitlab.job(directory="infra/env", job="ecr", stage="check", image="python:3.12")
    assert (job["stage"], job["image"]) == ("check", "python:3.12")
    assert job["variables"]["ECR_ENVIRONMENTS_DIR"] == "infra/env"
    assert job["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}]


@pytest.mark.parametrize("below", [PurePosixPath(), PurePosixPath('it\'s {a} "b" #c: $d')], ids=["root", "below"])
def test_what_init_writes_reviews_as_well(gitlab, below):
    """Wherever the project is in its repository; GitLab shows findings by their places in that."""
    file = (below / FILE).as_posix()
    base = gitlab.scratch.commit({file: DEV})
    gitlab.scratch.check_out(gitlab.scratch.commit({file: WITHOUT_WORKER}, branch="change"), depth=0)
    project = NewProject(folder=gitlab.folder, region="eu-west-1", gitlab="acme/web")
    job = yaml.safe_load(files_of(project, below=below)[".gitlab-ci.yml"])["review"]
    done = gitlab.run_job(job, {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base})
    assert done.returncode == 3, done.stderr
    assert {each["location"]["path"] for each in gitlab.quality} == {file}
