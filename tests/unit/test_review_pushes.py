"""Repositories that a push newly makes, or makes no more."""

import pytest

from ecr_constructs.review.judge import judged
from ecr_constructs.review.pushes import judge_pushes
from tests.unit.reviewed import change_of

DEV = "project: shop\nenv: dev\nregion: eu-west-1\naccount_id: '111111111111'\naws_provider_version: ~> 6.28\n"
CACHED = "PULL_THROUGH_CACHE"


def templates(**said):
    each = ", ".join(f"{prefix}: {{applied_for: [{purposes}]}}" for prefix, purposes in said.items())
    return f"ecr_creation_templates: {{{each}}}\n"


def change(base, head):
    return change_of({"dev.yaml": DEV + base}, {"dev.yaml": DEV + head})


def told(base, head):
    found = [*judge_pushes(change(base, head))]
    return [(each.code, ".".join(map(str, each.path)), each.at_base, each.what) for each in found]


NEW = "newly makes the repository where there is none, whoever pushes"
FAILS = "to a repository that there is not fails: nothing makes it any more"
CASES = {
    "a template for pushes": (
        "",
        templates(team="CREATE_ON_PUSH"),
        [("template-on-push", "ecr_creation_templates.team.applied_for", False, f"a push below team/ {NEW}")],
    ),
    "a template that is for pushes as well": (
        templates(team=CACHED),
        templates(team=f"{CACHED}, CREATE_ON_PUSH"),
        [("template-on-push", "ecr_creation_templates.team.applied_for", False, f"a push below team/ {NEW}")],
    ),
    "a template for pushes of any name": (
        "",
        templates(ROOT="CREATE_ON_PUSH"),
        [("template-on-push", "ecr_creation_templates.ROOT.applied_for", False, f"a push of any name {NEW}")],
    ),
    "a template that goes": (
        templates(team="CREATE_ON_PUSH"),
        "",
        [("template-off-push", "ecr_creation_templates.team", True, f"a push below team/ {FAILS}")],
    ),
    "a template that is for pushes no more": (
        templates(team=f"{CACHED}, CREATE_ON_PUSH"),
        templates(team=CACHED),
        [("template-off-push", "ecr_creation_templates.team", True, f"a push below team/ {FAILS}")],
    ),
    "a template of a prefix in one of all": (
        templates(ROOT="CREATE_ON_PUSH", team=CACHED),
        templates(ROOT="CREATE_ON_PUSH"),
        [],
    ),
    "another template": (templates(team="REPLICATION"), templates(team=CACHED), []),
    "a template of a part takes over": (
        templates(ROOT="CREATE_ON_PUSH"),
        templates(ROOT="CREATE_ON_PUSH", team="CREATE_ON_PUSH"),
        [],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_pushes_make_is_told(case):
    base, head, expected = CASES[case]
    assert told(base, head) == expected


def test_how_grave_it_is():
    (opened,) = judge_pushes(change(*CASES["a template for pushes"][:2]))
    (closed,) = judge_pushes(change(*CASES["a template that goes"][:2]))
    assert (opened.severity, opened.consequence) == ("attention", "opens")
    assert (closed.severity, closed.consequence) == ("attention", "breaks")


def test_it_is_not_told_of_repositories_that_aws_would_make_without_a_template():
    """Without a template for it a push makes nothing; a replica and a cached image have a repository all the same."""
    codes = {each.code for each in judged(change(templates(team="CREATE_ON_PUSH"), ""))}
    assert codes == {"template-off-push"}
    codes = {each.code for each in judged(change(templates(team=f"{CACHED}, CREATE_ON_PUSH"), ""))}
    assert codes == {"template-off-push", "template-removed"}


def test_a_file_that_comes_or_goes_is_told_by_others():
    text = {"dev.yaml": DEV + templates(team="CREATE_ON_PUSH")}
    assert [*judge_pushes(change_of(text, {}))] == [*judge_pushes(change_of({}, text))] == []
