"""What repository policies of AWS mean, and who may pull by them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.adoption.access import form_of, meaning_of
from ecr_constructs.adoption.granted import Access, access_meant_by
from ecr_constructs.core.access.levels import PULL_ACTIONS
from ecr_constructs.core.access.statements import grant_accounts, grant_lambda, grant_organization
from ecr_constructs.core.iam import render_policy

A, B, ORGANIZATION = "111111111111", "222222222222", "o-a1b2c3d4e5"
ROOT = f"arn:aws:iam::{A}:root"


def policy(*statements, **more):
    return json.dumps({"Version": "2012-10-17", **more, "Statement": list(statements)})


def statement(**changed):
    return {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": list(PULL_ACTIONS), **changed}


def meaning(*statements, **more):
    return meaning_of(policy(*statements, **more), "aws")


@pytest.mark.parametrize(
    "same",
    [
        [statement(Sid="Anything")],
        [statement(Principal={"AWS": A})],
        [statement(Principal={"AWS": [ROOT]})],
        [statement(Action=[each.upper().replace("ECR:", "ecr:") for each in reversed(PULL_ACTIONS)])],
        [statement(Action=each) for each in PULL_ACTIONS],
        [statement(), statement(Sid="Again")],
    ],
    ids=["sid", "bare id", "list of one", "case and order", "a statement an action", "twice"],
)
def test_policies_that_mean_the_same_are_recognised(same):
    assert meaning(*same) == meaning(statement())


@pytest.mark.parametrize(
    "other",
    [
        statement(Effect="Deny"),
        statement(Principal={"AWS": B}),
        statement(Principal="*"),
        statement(Principal={"Service": "codebuild.amazonaws.com"}),
        statement(Principal={"AWS": f"arn:aws:iam::{A}:role/ci"}),
        statement(Action=["ecr:BatchGetImage"]),
        statement(Action="ecr:*"),
        statement(Condition={"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}),
    ],
)
def test_policies_that_mean_something_else_are_not(other):
    assert meaning(other) != meaning(statement())


def test_keys_of_conditions_may_be_in_any_case_and_single_values_in_lists():
    one = statement(Condition={"ArnLike": {"aws:sourceARN": "arn:x"}})
    other = statement(Condition={"ArnLike": {"AWS:SourceArn": ["arn:x"]}})
    assert meaning(one) == meaning(other)


def test_the_star_is_the_same_in_both_of_its_forms():
    assert meaning(statement(Principal="*")) == meaning(statement(Principal={"AWS": "*"}))


def test_bare_accounts_belong_to_the_partition_of_the_repository():
    chinese = policy(statement(Principal={"AWS": f"arn:aws-cn:iam::{A}:root"}))
    assert meaning_of(policy(statement(Principal={"AWS": A})), "aws-cn") == meaning_of(chinese, "aws-cn")


@pytest.mark.parametrize("odd", [{"Resource": "*"}, {"NotAction": "ecr:PutImage"}, {"NotPrincipal": "*"}])
def test_elements_that_are_not_understood_have_no_meaning(odd):
    assert meaning({**statement(), **odd}) is None


def test_a_single_statement_needs_no_list_and_an_id_means_nothing():
    assert meaning_of(json.dumps({"Id": "x", "Statement": statement()}), "aws") == meaning(statement())


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (policy(statement(Action=list(reversed(PULL_ACTIONS)))), True),
        (policy(statement(Principal={"AWS": A})), True),
        (policy(statement(Sid="Pull")), False),
        (policy(statement(), Version="2008-10-17"), False),
    ],
    ids=["order", "bare id", "sid", "version"],
)
def test_terraform_sees_sids_and_versions_and_no_order(other, same):
    assert (form_of(other, "aws") == form_of(policy(statement()), "aws")) is same


accesses = st.builds(
    Access,
    st.lists(st.sampled_from([A, B, "333333333333"]), unique=True).map(lambda each: tuple(sorted(each))),
    st.sampled_from([None, ORGANIZATION]),
    st.booleans(),
)


@given(accesses)
def test_who_may_pull_shows_in_every_policy_of_this_project(access):
    """What the constructs write is read back."""
    statements = grant_accounts(access.account_ids, PULL_ACTIONS, partition="aws", sid="PullFromAccounts")
    statements += grant_organization(access.organization_id, PULL_ACTIONS, sid="PullFromOrganization")
    if access.by_lambda:
        statements += grant_lambda(
            own_account_id="999999999999",
            other_account_ids=access.account_ids,
            region="us-east-1",
            partition="aws",
        )
    found = meaning_of(render_policy(statements), "aws")
    assert found is not None
    assert access_meant_by(found) == access
