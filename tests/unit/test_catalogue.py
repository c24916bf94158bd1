"""The catalogue of codes, held to the source that gives them, to the messages of the tables, and to its page."""

import re
from pathlib import Path

import pytest
import yaml

from ecr_constructs.config.rules.catalogue import catalogue
from ecr_constructs.config.rules.page import render_page
from tests.unit.file_models import KEYS
from tests.unit.message_tables import TABLES, read
from tests.unit.source_codes import given_codes

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "ecr_constructs/config/rules/catalogue.yaml").read_text(encoding="utf-8")
DATA = yaml.safe_load(TEXT)
GRAVEST_FIRST = ("error", "warning", "notice")


def test_the_page_is_what_the_catalogue_makes():
    said = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
    assert said == render_page(), "docs/rules.md is not up to date: run `make rules`"


def test_every_code_that_is_given_is_in_the_catalogue():
    unknown = {each.place: each.code for each in given_codes() if each.code not in catalogue()}
    assert unknown == {}


def test_every_code_in_the_catalogue_is_given_somewhere():
    assert catalogue().keys() - {each.code for each in given_codes()} == set()


@pytest.mark.parametrize(
    "code",
    [
        "kms-key",  # in the call itself
        "required",
        "bucket-name",  # by a function that takes the code
        "yaml-merge",
        "policy-size",
        "grant-principal",
        "tag-exclusion-filters",  # by a variable
        "repository-replaced",
        "image-tag-mutability",  # made of an argument's name
        "lifecycle-target-storage-class",
        "lifecycle-untagged-unique",
        "lifecycle-any-skips-tagged",
        "access-not-enabled",  # from a table
        "scanning-shared",
        "findings-shared",  # from a field of something else
        "renamed-from-taken",  # in place of another
    ],
)
def test_a_code_is_found_however_it_is_given(code):
    assert code in {each.code for each in given_codes()}


def test_a_code_is_as_severe_as_the_gravest_problem_that_has_it():
    given = {}
    for each in given_codes():
        given.setdefault(each.code, set()).add(each.severity)
    gravest = {
        code: min(severities & {*GRAVEST_FIRST}, key=GRAVEST_FIRST.index)
        for code, severities in given.items()
        if severities != {None}
    }
    assert gravest == {code: catalogue()[code].severity for code in gravest}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_what_a_table_shows_as_refused_is_an_error_and_nothing_else_is(table):
    for case in read(table.read_text(encoding="utf-8")).values():
        assert {catalogue()[code_of(message)].severity for message in case.errors} <= {"error"}
        assert {catalogue()[code_of(message)].severity for message in case.notices} <= {"warning", "notice"}


def code_of(message):
    return re.search(r"\[([a-z0-9-]+)\]$", message)[1]


def test_a_code_stands_once_in_the_order_of_the_alphabet():
    written = re.findall(r"^    (\S+): \{", TEXT, re.MULTILINE)
    assert written == [*catalogue()]
    assert len(written) == len({*written})
    assert [[*codes] for codes in DATA["subjects"].values()] == [sorted(codes) for codes in DATA["subjects"].values()]
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) for code in written)


def test_a_title_is_about_one_code_and_ends_without_a_period():
    titles = [entry.title for entry in catalogue().values()]
    assert len(titles) == len({*titles})
    # A title may begin with the name of an action.
    assert [title for title in titles if not re.fullmatch(r"([A-Z]|ecr:\w).*[^.\s]", title)] == []


def test_every_page_is_used_and_comes_from_who_makes_the_rules():
    used = {said["page"] for codes in DATA["subjects"].values() for said in codes.values() if "page" in said}
    assert used == DATA["pages"].keys()
    assert len({*DATA["pages"].values()}) == len(DATA["pages"])
    makers = "docs.aws.amazon.com|developer.hashicorp.com|yaml.org/spec|github.com/opencontainers"
    makers += "|docs.github.com|docs.gitlab.com|git-scm.com/docs|github.com/hashicorp/terraform-provider-aws"
    assert [page for page in DATA["pages"].values() if not re.fullmatch(rf"https://({makers})/\S+", page)] == []


def test_what_must_be_right_before_a_code_is_said_are_keys_of_a_file():
    assert {key for entry in catalogue().values() for key in entry.needs} - KEYS == set()
