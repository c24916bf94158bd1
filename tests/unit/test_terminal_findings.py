"""What findings look like wherever people read: their words, colours, lines and count, the same in every command."""

from __future__ import annotations

import re

import pytest

from ecr_constructs.errors import Problem
from ecr_constructs.terminal.counting import number_of, some_of
from ecr_constructs.terminal.findings import count_of, finding_line, line_of, lines_of
from ecr_constructs.terminal.screen import Screen
from ecr_constructs.terminal.severities import counted

SGR = re.compile(r"\x1b\[[0-9;]*m")

PROBLEM = Problem(("ecr_shards",), "range", "must be at least 1", "0", "Use 1 or more.", "environments/dev.yaml:4")
NOTICE = Problem(("a",), "renamed", "web was app", source="environments/prod.yaml:7", severity="notice")
WARNING = Problem(("a",), "replaced", "web may be replaced", source="environments/prod.yaml:8", severity="warning")


COLOURED = Screen(colours=True)


def test_place_code_and_remedy_each_have_a_colour_and_the_words_stay_the_same():
    line = line_of(PROBLEM, COLOURED)
    assert SGR.sub("", line) == line_of(PROBLEM, Screen()) == str(PROBLEM)
    colours = dict(re.findall(r"(\x1b\[3\dm)([^\x1b]+)\x1b\[39m", line))
    assert list(colours.values()) == ["ecr_shards", "Use 1 or more.", "[range]"]
    assert re.findall(r"(\x1b\[3\dm)environments/dev.yaml:4", line) == [next(iter(colours))]


def test_what_is_no_error_says_how_grave_it_is_behind_its_place():
    assert line_of(WARNING, Screen()) == "environments/prod.yaml:8: warning: a: web may be replaced. [replaced]"
    assert line_of(NOTICE, Screen()) == "environments/prod.yaml:7: notice: a: web was app. [renamed]"
    assert line_of(WARNING.at(""), Screen()) == "warning: a: web may be replaced. [replaced]"


@pytest.mark.parametrize(
    ("words", "colour"),
    [(("error", "danger"), "\x1b[31m"), (("warning", "attention"), "\x1b[35m"), (("notice", "note"), None)],
)
def test_a_severity_and_its_code_have_one_colour_which_equally_grave_ones_share(words, colour):
    for word in words:
        line = finding_line(word, sentence="It is so.", code="so", screen=COLOURED, place="dev.yaml:1", key="a.b")
        painted = [f"{word}", "[so]"] if word != "error" else ["[so]"]
        assert [text for text in painted if f"{colour or ' '}{text}" in line] == painted
        assert SGR.sub("", line) == finding_line(
            word, sentence="It is so.", code="so", screen=Screen(), place="dev.yaml:1", key="a.b"
        )


def test_a_line_is_in_the_order_in_which_it_is_read():
    said = {"sentence": "It is so.", "code": "so", "screen": Screen()}
    assert finding_line("note", **said) == "note: It is so. [so]"
    line = finding_line("danger", place="dev.yaml:1", key="a", remedy="Do this.", **said)
    assert line == "dev.yaml:1: danger: a: It is so. Do this. [so]"


@pytest.mark.parametrize(
    ("severities", "files", "expected"),
    [
        (["note", "danger", "attention", "danger", "note"], [], "2 dangers, 1 attention, 2 notes."),
        (["attention", "attention"], ["dev.yaml", "dev.yaml"], "2 attention in 1 file."),
        (["notice", "error", "warning", "error"], ["a.yaml", "b.yaml"], "2 errors, 1 warning, 1 notice in 2 files."),
        (["danger"], ["environments"], "1 danger."),
        ([], [], "no findings."),
    ],
)
def test_severities_are_counted_the_gravest_first(severities, files, expected):
    assert counted(severities, files) == expected


@pytest.mark.parametrize(
    ("number", "what", "expected"),
    [
        (1, "image", "1 image"),
        (0, "policy", "0 policies"),
        (1234, "key", "1,234 keys"),
        (2, "more file", "2 more files"),
    ],
)
def test_numbers_of_things_are_said_in_plain_english(number, what, expected):
    assert number_of(number, what) == expected


def test_of_many_names_the_first_ones_are_said_and_how_many_more_there_are():
    assert some_of("abcde", "repository") == "a, b, c, d, e"
    assert some_of("abcdef", "repository") == "a, b, c, d and 2 more repositories"
    assert some_of("abcd", "image", most=2) == "a and 3 more images"


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([PROBLEM], "1 error in 1 file."),
        ([PROBLEM, PROBLEM, NOTICE, WARNING], "2 errors, 1 warning, 1 notice in 2 files."),
        ([NOTICE, NOTICE], "2 notices in 1 file."),
        ([PROBLEM] * 1234, "1,234 errors in 1 file."),
        ([PROBLEM.at("environments")], "1 error."),
        ([PROBLEM.at("dev.yaml"), PROBLEM.at("dev.yaml:3")], "2 errors in 1 file."),
    ],
)
def test_findings_are_counted_by_severity_and_file(findings, expected):
    assert count_of(findings) == expected
    assert list(lines_of(findings, Screen()))[-2:] == ["", expected]


LONG_PROBLEM = Problem(
    ("ecr_kms_key",),
    "kms-key",
    "must be the full ARN of a KMS key",
    "'arn:aws:kms:us-east-1:111111111111:alias/a-name-with-hyphens'",
    "Write arn:aws:kms:REGION:ACCOUNT:key/ID, or {alias: alias/NAME} to have it looked up.",
    "environments/dev.yaml:4",
)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_a_terminal_shows_findings_in_lines_that_it_need_not_break(width):
    first, second, blank, count = lines_of([LONG_PROBLEM, PROBLEM], Screen(width, is_bounded=True))
    lines = first.split("\n")
    words = [line.split() for line in lines]

    assert lines[0].startswith("environments/dev.yaml:4: ")
    assert all(line.startswith("  ") and not line.startswith("   ") for line in lines[1:])
    assert [word for line in words for word in line] == str(LONG_PROBLEM).split()
    assert all(len(line) <= width or len(words[index]) == 1 for index, line in enumerate(lines))
    # No line has room for what the next one begins with.
    assert all(len(line) + 1 + len(after[0]) > width for line, after in zip(lines[:-1], words[1:], strict=True))
    assert (" ".join(second.split()), blank, count) == (str(PROBLEM), "", "2 errors in 1 file.")


def test_colours_take_no_room():
    for width in (40, 60, 80):
        plain, painted = (
            next(lines_of([LONG_PROBLEM], Screen(width, is_bounded=True, colours=colours))) for colours in (False, True)
        )
        assert SGR.sub("", painted) == plain
        assert painted != plain


def test_in_a_file_or_a_pipe_a_finding_is_one_line():
    assert next(lines_of([LONG_PROBLEM], Screen(40))) == str(LONG_PROBLEM)


def test_blanks_in_what_was_got_stay():
    problem = Problem(("tags",), "tags", "must be one", "'a  b   c'", "", "dev.yaml:1")
    assert next(lines_of([problem], Screen(60, is_bounded=True))) == str(problem)


def test_what_is_about_the_command_line_alone_is_not_counted():
    assert list(lines_of([PROBLEM.at("")], Screen())) == [str(PROBLEM.at(""))]
