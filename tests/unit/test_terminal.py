"""What is the same wherever people read: how wide it is, what is in colour, and how records look."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from ecr_constructs.report.as_text import environments_table
from ecr_constructs.report.summary import EnvironmentSummary, Puller, SourceSummary
from ecr_constructs.sandbox.progress import Progress
from ecr_constructs.sandbox.readback import RepositoryRow
from ecr_constructs.terminal.screen import Screen, has_colours, screen_of

SGR = re.compile(r"\x1b\[[0-9;]*m")


class Stream(io.StringIO):
    def __init__(self, terminal):
        super().__init__()
        self._terminal = terminal

    def isatty(self):
        return self._terminal


@pytest.mark.parametrize(
    ("terminal", "variables", "expected"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (True, {"TERM": "xterm-256color"}, True),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": ""}, False),
        (True, {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        (True, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_are_for_terminals_that_take_them_and_for_whoever_asks(terminal, variables, expected):
    assert has_colours(Stream(terminal), variables) is expected


def test_a_terminal_is_as_wide_as_columns_says_and_a_pipe_as_ever(monkeypatch):
    monkeypatch.setenv("COLUMNS", "77")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert screen_of(Stream(terminal=True)) == Screen(width=77, is_bounded=True, colours=True)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert screen_of(Stream(terminal=False)) == Screen(width=120, is_bounded=False, colours=False)
    assert screen_of(Stream(terminal=False), width=400).width == 400


LONG = "a-very-long-name-of-an-environment-for-the-european-market-team"
ACCOUNTS = tuple(str(111111111111 + number) for number in range(6))


def environment(name, *pullers, source=None):
    return EnvironmentSummary(
        name=name,
        file=f"environments/{name}.yaml",
        account_id=ACCOUNTS[0],
        region="ap-southeast-2",
        strategy="local" if source is None else "cross_account",
        source=source,
        repositories=(),
        pulled_by=pullers,
        stacks=2,
        parameters=4000,
        first_apply_minutes=22.2,
        plan_minutes=0.2,
    )


ORGANIZATION = f"o-{'a1' * 16}"
ENVIRONMENTS = [
    environment("dev", *(Puller(account, None, (), 1) for account in ACCOUNTS)),
    environment("prod", Puller(None, ORGANIZATION, (), 3), Puller(ACCOUNTS[1], None, ("staging", LONG), 3)),
    environment(LONG, source=SourceSummary("dev", ACCOUNTS[2], "ap-southeast-2")),
]
# What has to be copied.
WORDS = {*ACCOUNTS, ORGANIZATION, LONG, "ap-southeast-2", "cross_account"}


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160, 200])
@pytest.mark.parametrize("shown", [ENVIRONMENTS, ENVIRONMENTS[:1], ENVIRONMENTS[:2]], ids=len)
def test_environments_fit_the_terminal_and_no_word_is_broken(width, shown):
    text = environments_table(shown, Screen(width, is_bounded=True))
    words = set(re.split(r"[\s(),:]+", text))
    assert all(word in words for word in WORDS if word in environments_table(shown, Screen(10_000)))
    # A word that is longer than the terminal is left to that.
    assert all(len(line) <= width or len(line.split()) == 1 for line in text.splitlines()), text


def test_where_it_is_narrow_each_environment_is_a_block():
    assert (
        environments_table(ENVIRONMENTS[1:], Screen(80, is_bounded=True))
        == f"""\
prod
  account       111111111111
  region        ap-southeast-2
  strategy      local
  repositories  none
  who pulls     organisation {ORGANIZATION}: 3 of 0
                staging,
                {LONG}
                (111111111112): 3 of 0
  stacks        2
  parameters    4000
  first apply   22 min
  plan          < 1 min

{LONG}
  account       111111111111
  region        ap-southeast-2
  strategy      cross_account
  repositories  none
  who pulls     from dev (111111111113, ap-southeast-2)
  stacks        2
  parameters    4000
  first apply   22 min
  plan          < 1 min"""
    )


def test_a_pipe_gets_a_table_however_wide_it_is():
    assert len(environments_table(ENVIRONMENTS, Screen(60)).splitlines()[2]) > 120


def test_names_and_headings_are_bold_where_there_are_colours():
    for width, name in ((80, "dev"), (200, "environment")):
        text = environments_table(ENVIRONMENTS[:1], Screen(width, is_bounded=True, colours=True))
        assert f"\x1b[1m{name}" in text
        assert SGR.sub("", text).split() == environments_table(ENVIRONMENTS[:1], Screen(width, is_bounded=True)).split()


URL = "111111111111.dkr.ecr.ap-southeast-2.amazonaws.com/myproject-production-lambda-processor"
ROWS = (
    RepositoryRow(URL.split("/")[1], URL, "IMMUTABLE_WITH_EXCLUSION", "on push", "v*: all; any: last 50", "this", 8),
    RepositoryRow("web", URL.replace("-lambda", "-web"), "MUTABLE", "off", "everything", ", ".join(ACCOUNTS), 8),
)


def sandboxed(width, *, terminal):
    stream = io.StringIO()
    Progress(Console(file=stream, width=width, force_terminal=terminal, color_system=None)).repositories(ROWS)
    return stream.getvalue()


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200, 300])
def test_repositories_fit_the_terminal_and_no_word_is_broken(width):
    text = sandboxed(width, terminal=True)
    words = set(re.split(r"[\s,│┃]+", text))
    assert {*ACCOUNTS, URL, ROWS[0].name, "IMMUTABLE_WITH_EXCLUSION"} <= words
    assert all(len(line) <= width or len(line.split()) == 1 for line in text.splitlines()), text
    assert ("┃" in text) == (width == 300)


def test_where_it_is_narrow_each_repository_is_a_block():
    assert (
        sandboxed(80, terminal=True).split("\n\n")[1]
        == f"""\
web
  URL
    {ROWS[1].url}
  mutability    MUTABLE
  scanning      off
  retention     everything
  who may pull  111111111111, 111111111112, 111111111113, 111111111114,
                111111111115, 111111111116
  parameters    8
"""
    )


def test_in_a_pipe_the_repositories_are_the_table_of_rich():
    """Where there is room, columns have the width that they need."""
    table = Table(show_lines=True)
    for heading in ("repository", "URL", "mutability", "scanning", "retention", "who may pull"):
        table.add_column(heading)
    table.add_column("parameters", justify="right")
    for row in ROWS:
        table.add_row(row.name, row.url, row.mutability, row.scanning, row.retention, row.pullers, "8")
    stream = io.StringIO()
    Console(file=stream, width=400, color_system=None).print(table)
    assert sandboxed(400, terminal=False) == f"2 repositories\n{stream.getvalue()}"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "environments").mkdir()
    return tmp_path


def on_a_terminal(folder, *arguments, columns, **variables):
    """Return what the command shows on a terminal, which is that of all three streams."""
    pty = pytest.importorskip("pty")
    inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    environment = {**inherited, "TERM": "xterm", "COLUMNS": str(columns), **variables}
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "ecr_constructs.cli", *arguments]
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not part:
                break
            shown += part
    os.close(ours)
    return process.returncode, shown.decode().replace("\r\n", "\n")


HEAD = "project: shop\nenv: dev\nregion: us-east-1\n"


def test_a_narrow_terminal_gets_blocks_and_colours(project):
    (project / "environments" / "dev.yaml").write_text(f"{HEAD}ecr_repositories: {{web: }}\n")
    status, shown = on_a_terminal(project, "validate", columns=60)
    assert (status, shown.splitlines()[:3]) == (
        0,
        ["\x1b[1mdev\x1b[22m", "  account       any", "  region        us-east-1"],
    )
    assert "─" in on_a_terminal(project, "validate", columns=200)[1]


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_problems_on_a_terminal_are_in_colour_unless_that_is_not_wanted(project, variables, coloured):
    (project / "environments" / "dev.yaml").write_text(f"{HEAD}ecr_shards: 0\n")
    for arguments in (["validate"], ["migrate", "no.yaml"]):
        status, shown = on_a_terminal(project, *arguments, columns=80, **variables)
        assert (status, bool(SGR.search(shown))) == (2, coloured), shown
        *lines, blank, count = SGR.sub("", shown).splitlines()
        assert (blank, count) == ("", "1 error in 1 file.")
        assert max(map(len, lines)) <= 80


def test_problems_in_a_pipe_have_no_colour_unless_that_is_wanted(project):
    (project / "environments" / "dev.yaml").write_text(f"{HEAD}ecr_shards: 0\n")
    variables = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "NO_COLOR")}
    for more in ({}, {"FORCE_COLOR": "1"}):
        done = subprocess.run(
            [sys.executable, "-m", "ecr_constructs.cli", "validate"],
            cwd=project,
            env={**variables, **more},
            capture_output=True,
            text=True,
            check=False,
        )
        assert bool(SGR.search(done.stderr)) == bool(more)


def test_nothing_of_rich_is_needed_to_say_what_is_wrong():
    """The constructs and the app of the stacks say it too, in the core installation."""
    program = "import sys; import ecr_constructs.terminal.findings, ecr_constructs.terminal.screen\n"
    program += "sys.exit('rich' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0
