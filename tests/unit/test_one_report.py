"""`validate`, `review`, `access` and `lifecycle` on a terminal: the same words, lines and colours."""

from __future__ import annotations

import re

import pytest

from ecr_constructs.cli import app
from ecr_constructs.terminal import screen as screens
from ecr_constructs.terminal.screen import Screen
from tests.unit.previewed import AT, Previewing, detail

SGR = re.compile(r"\x1b\[[0-9;]*m")
PROD = """\
account_id: "111111111111"
ecr_trusted_accounts: [{account_id: "222222222222"}]
ecr_repositories:
  api: {allow_replacement: true}
  web:
    renamed_from: app
    repository_name: shop-prod-web
    lifecycle_rules:
      - {tag_status: tagged, tag_pattern_list: ["v*"], count_type: imageCountMoreThan, count_number: 1}
      - {tag_status: tagged, tag_pattern_list: ["v*-rc*"], count_type: imageCountMoreThan, count_number: 8}
"""
COMMANDS = {
    "validate": ["validate"],
    "validate, wrong": ["validate", "test"],
    "review": ["review", "environments", "after"],
    "check": ["lifecycle", "check"],
    "access": ["access"],
    "preview": ["lifecycle", "preview", "prod", "web", "--images", "images.json", "--at", AT, "--in-use", "use.txt"],
}


@pytest.fixture
def shown(tmp_path, monkeypatch, capsys):
    """Return what a command shows on a terminal of so many columns."""
    project = Previewing(tmp_path, monkeypatch, capsys)
    project.write(prod=PROD)
    (tmp_path / "after").mkdir()
    project.file(
        "after/prod.yaml", (tmp_path / "environments/prod.yaml").read_text(encoding="utf-8").replace("api", "it")
    )
    project.images(detail("aa", "v1", pushed=40), detail("bb", "v2", pushed=3, pulled=1))
    project.file("use.txt", "111111111111.dkr.ecr.us-east-1.amazonaws.com/shop-prod-web:v1\n")

    def shown_at(*arguments, columns, colours=False):
        screen = Screen(columns, is_bounded=True, colours=colours)
        for module in (screens, app):
            monkeypatch.setattr(module, "screen_of", lambda *_, **__: screen)
        capsys.readouterr()
        status = app.run(arguments)
        return status, "".join(capsys.readouterr())

    return shown_at


def parts(text):
    """Return what blank lines stand between."""
    return text.split("\n\n")


RETENTION = """\
environments/prod.yaml:13: warning: ecr_repositories.web.lifecycle_rules[1]:
  Rule 2 never acts: rule 1 comes first and identifies every image that it
  selects, and later rules leave alone what an earlier one identifies.
  [lifecycle-inert]
"""


def test_validate_has_a_block_for_each_environment_then_its_findings_and_their_number(shown):
    status, out = shown("validate", columns=80)
    assert status == 0
    assert parts(out) == [
        """\
prod
  account       111111111111
  region        us-east-1
  strategy      local
  repositories  2 made
  who pulls     222222222222
  stacks        1
  parameters    16
  first apply   < 1 min
  plan          < 1 min""",
        RETENTION
        + """\
environments/prod.yaml:9: notice: ecr_repositories.web.renamed_from: web was
  app: Terraform moves what its state has of it. [renamed]
environments/prod.yaml:7: warning: ecr_repositories.api.allow_replacement: api
  may be replaced, which deletes the images. [replacement-allowed]""",
        "2 warnings, 1 notice in 1 file.\n",
    ]


def test_a_check_of_lifecycle_policies_has_the_same_finding_with_what_shows_it(shown):
    status, out = shown("lifecycle", "check", columns=80)
    assert status == 1
    assert parts(out) == [
        RETENTION + "  Repositories: web",
        """\
  images  age  outcome  by
  ─────────────────────────────
  v1-rc1  1 d  keep     rule 1
  v2-rc2  2 d  expire   rule 1
  6 more       expire   rule 1
  v9-rc9  9 d  expire   rule 1""",
        "prod: 1 warning in 2 policies.\n",
    ]


def test_access_has_a_block_for_whoever_gets_in(shown):
    status, out = shown("access", columns=80)
    assert status == 0
    assert parts(out)[:3] == [
        "prod: 111111111111, us-east-1",
        """\
Repositories: api, web
222222222222 (wide)
  yes      pull, read
  no       push, delete, admin
  because  PullFromAccounts""",
        """\
Whoever has identity policies that allow it may do the same in the repository's
  own account, unless a statement denies it.
(wide): gets in by a wildcard, an organisation or a whole account.""",
    ]


def test_a_preview_has_tables_then_what_is_lost_and_what_to_do(shown):
    status, out = shown(*COMMANDS["preview"], columns=80)
    assert status == 3
    assert parts(out)[:-1] == [
        "web of prod: 111111111111/shop-prod-web, 2 images, at 2026-01-31T12:00+00:00",
        """\
rule                  description                 action  acts on  shields
──────────────────────────────────────────────────────────────────────────
1 lifecycle_rules[0]                              expire        1        0
2 lifecycle_rules[1]                              expire        0        0
3 max_image_count     Keep the newest 100 images  expire        0        0""",
        """\
image   age  pulled    size  outcome  rule                  deployed
────────────────────────────────────────────────────────────────────
v1     40 d   never  1.0 GB  expire   1 lifecycle_rules[0]  v1""",
        "1 other image kept: 1 that no rule finds due. --all lists them.",
        """\
total    images     size  USD a month
─────────────────────────────────────
expire        1   1.0 GB         0.10
archive       0  0 bytes         0.00
keep          1   1.0 GB         0.10
Freed: 1.0 GB of the storage class standard, 0.10 USD a month.""",
        """\
DEPLOYED, and would go: 1 image.
  v1, deployed as v1: expire by 1 lifecycle_rules[0].
The smallest change that keeps them this time:
  environments/prod.yaml:12:
    ecr_repositories.web.lifecycle_rules[0].count_number: 1 -> 2 or more
Or, to keep them for as long as they have these tags:
  environments/prod.yaml:8: ecr_repositories.web.protected_tags: [v1]""",
    ]


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("name", COMMANDS)
def test_no_line_is_broken_by_the_terminal_and_colours_change_no_letter(shown, name, columns):
    """A word that is longer than the screen is left whole: an address, an ARN."""
    status, out = shown(*COMMANDS[name], columns=columns)
    assert [line for line in out.splitlines() if len(line) > columns and len(line.split()) > 1] == []
    coloured = shown(*COMMANDS[name], columns=columns, colours=True)
    assert (coloured[0], SGR.sub("", coloured[1])) == (status, out)
    assert coloured[1] != out


@pytest.mark.parametrize("name", ["validate", "check"])
def test_a_warning_has_the_same_colours_wherever_it_is_shown(shown, name):
    _, out = shown(*COMMANDS[name], columns=120, colours=True)
    assert "\x1b[36menvironments/prod.yaml:13\x1b[39m: \x1b[35mwarning\x1b[39m: \x1b[36mecr_repositories.web." in out
    assert "\x1b[35m[lifecycle-inert]\x1b[39m" in out


def test_what_is_lost_has_the_colour_of_an_error_and_places_that_of_places(shown):
    _, out = shown(*COMMANDS["preview"], columns=80, colours=True)
    assert "\x1b[31mDEPLOYED, and would go: 1 image.\x1b[39m" in out
    assert "\x1b[36menvironments/prod.yaml:8: ecr_repositories.web.protected_tags\x1b[39m" in out


def test_a_danger_has_the_same_line_as_an_error_and_says_what_it_is(shown):
    status, out = shown(*COMMANDS["review"], columns=120, colours=True)
    assert status == 0
    line = next(line for line in out.splitlines() if "danger\x1b[39m: " in line)
    place, word, key, _ = line.strip().split(": ", 3)
    assert re.fullmatch(r"\x1b\[36m.*environments/prod\.yaml:7.*\x1b\[39m", place)
    assert (word, key) == ("\x1b[31mdanger\x1b[39m", "\x1b[36mecr_repositories.api\x1b[39m")
    assert re.search(r"\x1b\[31m\[[a-z-]+\]\x1b\[39m", out)
