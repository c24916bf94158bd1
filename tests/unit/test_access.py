"""Who may pull and push: the actions, held to botocore's model of ECR, and the statements that grant them."""

import json

import pytest

from ecr_constructs.core.access.levels import PULL_ACTIONS, PUSH_ACTIONS, READ_ACTIONS
from ecr_constructs.core.access.statements import (
    grant_accounts,
    grant_lambda,
    grant_organization,
    grant_organization_paths,
    grant_services,
)
from ecr_constructs.core.iam import render_policy
from ecr_constructs.core.policies import check_repository_policy
from tests.unit.aws_models import SESSION

ONE, TWO = "111111111111", "222222222222"
LAMBDA = "lambda.amazonaws.com"


def documents(statements):
    """Return the statements as they stand in the policy, which has no mistake."""
    assert check_repository_policy(statements) == []
    return json.loads(render_policy(statements))["Statement"]


@pytest.mark.parametrize("actions", [PULL_ACTIONS, PUSH_ACTIONS, READ_ACTIONS], ids=["pull", "push", "read"])
def test_every_action_is_an_operation_of_ecr_in_one_order_without_the_token(actions):
    assert [*actions] == sorted(set(actions))
    assert {action.removeprefix("ecr:") for action in actions} <= {*SESSION.get_service_model("ecr").operation_names}
    assert "ecr:GetAuthorizationToken" not in actions


def test_pull_and_push_are_the_actions_that_the_user_guide_names():
    assert {*PULL_ACTIONS} == {"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
    assert {*PUSH_ACTIONS} == {
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
    }
    assert not any(action.startswith(("ecr:Put", "ecr:Delete", "ecr:Set")) for action in READ_ACTIONS)


def test_accounts_get_access_by_their_root_in_their_partition():
    (statement,) = documents(grant_accounts([TWO, ONE], PULL_ACTIONS, partition="aws-cn", sid="Pull"))

    assert statement == {
        "Sid": "Pull",
        "Effect": "Allow",
        "Principal": {"AWS": [f"arn:aws-cn:iam::{ONE}:root", f"arn:aws-cn:iam::{TWO}:root"]},
        "Action": [*PULL_ACTIONS],
    }


def test_an_organisation_gets_access_by_a_condition_on_everyone():
    (statement,) = documents(grant_organization("o-a1b2c3d4e5", PULL_ACTIONS, sid="Pull"))

    assert statement["Principal"] == "*"
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}


def test_units_get_access_by_a_condition_that_any_of_a_principals_paths_may_satisfy():
    paths = ["o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/*", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"]
    (statement,) = documents(grant_organization_paths(paths, PULL_ACTIONS, sid="Pull"))

    assert statement["Principal"] == "*"
    assert statement["Condition"] == {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": sorted(paths)}}


def test_a_service_gets_access_on_behalf_of_named_accounts_alone_each_with_a_sid_of_its_own():
    services = ["ecs-tasks.amazonaws.com", "codebuild.amazonaws.com", "codebuild.amazonaws.com"]
    statements = documents(grant_services(services, PULL_ACTIONS, source_account_ids=[TWO, ONE], sid="Pull"))

    assert [(each["Sid"], each["Principal"]) for each in statements] == [
        ("PullCodebuild", {"Service": "codebuild.amazonaws.com"}),
        ("PullEcsTasks", {"Service": "ecs-tasks.amazonaws.com"}),
    ]
    for statement in statements:
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": [ONE, TWO]}}


def test_nobody_gets_no_statement():
    assert grant_accounts([], PULL_ACTIONS, partition="aws", sid="Pull") == []
    assert grant_organization(None, PULL_ACTIONS, sid="Pull") == []
    assert grant_organization_paths([], PULL_ACTIONS, sid="Pull") == []
    assert grant_services([], PULL_ACTIONS, source_account_ids=[ONE], sid="Pull") == []
    assert grant_lambda(own_account_id=None, other_account_ids=[], region="us-east-1", partition="aws") == []


def functions(account_id: str) -> str:
    return f"arn:aws-us-gov:lambda:us-gov-west-1:{account_id}:function:*"


OWN_LAMBDA = {
    "Sid": "LambdaECRImageRetrievalPolicy",
    "Effect": "Allow",
    "Principal": {"Service": LAMBDA},
    "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    "Condition": {"ArnLike": {"aws:sourceARN": functions(ONE)}},
}
OTHER_LAMBDA = [
    {
        "Sid": "CrossAccountPermission",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws-us-gov:iam::{TWO}:root"},
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    },
    {
        "Sid": "LambdaECRImageCrossAccountRetrievalPolicy",
        "Effect": "Allow",
        "Principal": {"Service": LAMBDA},
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        "Condition": {"ArnLike": {"aws:sourceARN": functions(TWO)}},
    },
]


@pytest.mark.parametrize(
    ("own", "others", "expected"),
    [
        (ONE, [], [OWN_LAMBDA]),
        (None, [TWO], OTHER_LAMBDA),
        (ONE, [TWO], [OTHER_LAMBDA[0], OTHER_LAMBDA[1], OWN_LAMBDA]),
    ],
    ids=["own", "others", "both"],
)
def test_lambda_gets_one_statement_for_the_own_account_and_two_for_other_accounts(own, others, expected):
    statements = grant_lambda(
        own_account_id=own, other_account_ids=others, region="us-gov-west-1", partition="aws-us-gov"
    )
    assert documents(statements) == expected


def test_lambda_of_several_other_accounts_shares_the_two_statements():
    permission, retrieval = documents(
        grant_lambda(own_account_id=None, other_account_ids=[TWO, ONE], region="us-east-1", partition="aws")
    )

    assert permission["Principal"]["AWS"] == [f"arn:aws:iam::{ONE}:root", f"arn:aws:iam::{TWO}:root"]
    assert retrieval["Condition"]["ArnLike"]["aws:sourceARN"] == [
        f"arn:aws:lambda:us-east-1:{ONE}:function:*",
        f"arn:aws:lambda:us-east-1:{TWO}:function:*",
    ]


def test_access_given_in_several_places_comes_to_the_same_document():
    together = grant_accounts([ONE, TWO], PULL_ACTIONS, partition="aws", sid="Pull")
    together += grant_lambda(own_account_id=None, other_account_ids=[ONE, TWO], region="us-east-1", partition="aws")
    apart = [
        statement
        for account in (TWO, ONE, TWO)
        for statement in (
            *grant_lambda(own_account_id=None, other_account_ids=[account], region="us-east-1", partition="aws"),
            *grant_accounts([account], PULL_ACTIONS, partition="aws", sid="Pull"),
        )
    ]

    assert render_policy(apart) == render_policy(together)
    assert check_repository_policy(apart) == []
