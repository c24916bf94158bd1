"""What a policy of AWS allows to everyone, by its effect."""

from __future__ import annotations

import json

import pytest

from ecr_constructs.adoption.openings import opened_to_everyone

PULL = "ecr:BatchGetImage"
ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
OUTSIDE = {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}


def opened(*statements):
    return opened_to_everyone(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def allow(principal="*", action=PULL, **more):
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


def deny(**more):
    return {"Effect": "Deny", "Principal": "*", "Action": "ecr:*", **more}


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["*"]}, {"AWS": ["111111111111", "*"]}])
def test_everyone_however_it_is_written(principal):
    assert opened(allow(principal)) == (PULL,)


def test_everyone_but_some_is_everyone():
    assert opened({"Effect": "Allow", "NotPrincipal": {"AWS": "111111111111"}, "Action": PULL}) == (PULL,)


def test_actions_of_all_statements_are_sorted_and_told_once():
    assert opened(allow(action=["ecr:PutImage", PULL]), allow()) == (PULL, "ecr:PutImage")
    assert opened({"Effect": "Allow", "Principal": "*", "NotAction": "ecr:PutImage"}) == ("all but ecr:PutImage",)


def test_one_statement_need_not_stand_in_a_list():
    assert opened_to_everyone(json.dumps({"Statement": allow()})) == (PULL,)


@pytest.mark.parametrize(
    "statement",
    [
        allow({"AWS": "111111111111"}),
        allow({"Service": "lambda.amazonaws.com"}),
        allow(Condition=ORGANIZATION),
        deny(),
    ],
    ids=["account", "service", "organisation", "denied"],
)
def test_nobody_else_is_let_in_by_what_says_who(statement):
    assert opened(statement) == ()


@pytest.mark.parametrize(
    "condition",
    [
        {"Bool": {"aws:SecureTransport": "true"}},
        {"Bool": {"aws:SecureTransport": True}},
        {"StringLike": {"aws:PrincipalOrgID": "*"}},
        {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    ],
)
def test_a_condition_that_keeps_nobody_out_is_none(condition):
    assert opened(allow(Condition=condition)) == (PULL,)


@pytest.mark.parametrize(
    "denied",
    [
        deny(),
        deny(Action=PULL),
        deny(Action="ecr:Batch*"),
        deny(Condition=OUTSIDE),
        deny(Condition={"StringNotEqualsIfExists": {"aws:PrincipalAccount": ["111111111111"]}}),
    ],
)
def test_what_is_denied_again_is_not_open(denied):
    assert opened(allow(), denied) == ()


@pytest.mark.parametrize(
    "denied",
    [
        deny(Action="ecr:PutImage"),
        deny(Principal={"AWS": "111111111111"}),
        deny(Condition={"Bool": {"aws:SecureTransport": "false"}}),
        deny(Condition={**OUTSIDE, "Bool": {"aws:SecureTransport": "false"}}),
        deny(Condition={"StringNotLike": {"aws:PrincipalOrgID": "*"}}),
        {"Effect": "Deny", "NotPrincipal": {"AWS": "111111111111"}, "Action": "ecr:PutImage"},
    ],
)
def test_what_is_denied_to_some_or_for_something_else_stays_open(denied):
    assert opened(allow(), denied) == (PULL,)


def test_of_a_pattern_all_of_it_has_to_be_denied():
    assert opened(allow(action="ecr:*"), deny(Action=PULL)) == ("ecr:*",)
    assert opened(allow(action="ecr:*"), deny()) == ()
