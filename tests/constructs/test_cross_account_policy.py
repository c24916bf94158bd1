"""Access from outside: each kind of it, and what must be said for it."""

from __future__ import annotations

import pytest

from ecr_constructs import CrossAccountPolicy, InvalidInput, Repository
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import TerraformStack, TerraformVariable
from tests.constructs.synthesised import OTHER, OWN, THIRD, codes, every, statements, synth

PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
PUSH = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
]
TRUSTED = sorted([*PULL, "ecr:DescribeImages", "ecr:DescribeRepositories", "ecr:ListImages"])
LAMBDA = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
ORGANIZATION = "o-a1b2c3d4e5"
UNIT = f"{ORGANIZATION}/r-ab12/ou-ab12-11111111/*"


def root(account, partition="aws"):
    return f"arn:{partition}:iam::{account}:root"


def give(scope: TerraformStack, construct="Access", repository=None, **arguments):
    repository = repository or Repository(scope, "Web", repository_name="shop/web")
    CrossAccountPolicy(scope, construct, repository=repository, **arguments)
    return repository


def allow(sid, principal, actions, condition=None):
    statement = {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": actions}
    return statement if condition is None else {**statement, "Condition": condition}


class TestKinds:
    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (
                {"allowed_account_ids": [OTHER]},
                allow("PullFromAccounts", {"AWS": root(OTHER)}, TRUSTED),
            ),
            (
                {"allowed_account_ids": [THIRD, OTHER]},
                allow("PullFromAccounts", {"AWS": [root(OTHER), root(THIRD)]}, TRUSTED),
            ),
            (
                {"organization_id": ORGANIZATION},
                allow("PullFromOrganization", "*", TRUSTED, {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}),
            ),
            (
                {"organization_paths": [UNIT]},
                allow(
                    "PullFromOrganizationPaths",
                    "*",
                    TRUSTED,
                    {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": UNIT}},
                ),
            ),
            (
                {"service_principals": ["codebuild.amazonaws.com"]},
                allow(
                    "PullFromServiceCodebuild",
                    {"Service": "codebuild.amazonaws.com"},
                    PULL,
                    {"StringEquals": {"aws:SourceAccount": OWN}},
                ),
            ),
            (
                {
                    "service_principals": ["codebuild.amazonaws.com"],
                    "service_source_account_ids": [THIRD, OTHER],
                },
                allow(
                    "PullFromServiceCodebuild",
                    {"Service": "codebuild.amazonaws.com"},
                    PULL,
                    {"StringEquals": {"aws:SourceAccount": [OTHER, THIRD]}},
                ),
            ),
            (
                {"enable_lambda_pull": True},
                allow(
                    "LambdaECRImageRetrievalPolicy",
                    {"Service": "lambda.amazonaws.com"},
                    LAMBDA,
                    {"ArnLike": {"aws:sourceARN": f"arn:aws:lambda:us-east-1:{OWN}:function:*"}},
                ),
            ),
            (
                {"push_account_ids": [OTHER]},
                allow("PushFromAccounts", {"AWS": root(OTHER)}, PUSH),
            ),
            (
                {"push_organization_id": ORGANIZATION},
                allow("PushFromOrganization", "*", PUSH, {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}),
            ),
            (
                {"push_organization_paths": [UNIT]},
                allow(
                    "PushFromOrganizationPaths", "*", PUSH, {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": UNIT}}
                ),
            ),
        ],
    )
    def test_each_is_one_statement(self, stack, arguments, expected):
        give(stack, **arguments)
        assert statements(stack) == [expected]

    def test_functions_of_another_account_need_two(self, stack):
        """One for the account that makes the function, one for the service that fetches the image."""
        give(stack, lambda_account_ids=[OTHER])
        assert statements(stack) == [
            allow("CrossAccountPermission", {"AWS": root(OTHER)}, LAMBDA),
            allow(
                "LambdaECRImageCrossAccountRetrievalPolicy",
                {"Service": "lambda.amazonaws.com"},
                LAMBDA,
                {"ArnLike": {"aws:sourceARN": f"arn:aws:lambda:us-east-1:{OTHER}:function:*"}},
            ),
        ]

    def test_functions_of_all_accounts(self, stack):
        give(stack, enable_lambda_pull=True, lambda_account_ids=[THIRD, OTHER])
        sources = {
            each["Sid"]: each["Condition"]["ArnLike"]["aws:sourceARN"]
            for each in statements(stack)
            if "Condition" in each
        }
        assert sources == {
            "LambdaECRImageCrossAccountRetrievalPolicy": [
                f"arn:aws:lambda:us-east-1:{account}:function:*" for account in (OTHER, THIRD)
            ],
            "LambdaECRImageRetrievalPolicy": f"arn:aws:lambda:us-east-1:{OWN}:function:*",
        }

    def test_who_pulls_does_not_push(self, stack):
        give(stack, allowed_account_ids=[OTHER], organization_id=ORGANIZATION, enable_lambda_pull=True)
        assert not [each for each in statements(stack) if "ecr:PutImage" in each["Action"]]

    def test_no_one_gets_in_without_a_condition(self, stack):
        give(stack, organization_id=ORGANIZATION, organization_paths=[UNIT], push_organization_id=ORGANIZATION)
        assert all(each["Condition"] for each in statements(stack) if each["Principal"] == "*")


class TestPlace:
    """ARNs are those of the region's partition, as text where it is known."""

    @pytest.mark.parametrize(
        ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-west-1", "aws")]
    )
    def test_the_region_of_the_provider(self, make_stack, region, partition):
        stack = make_stack(region=region)
        give(stack, allowed_account_ids=[OTHER], enable_lambda_pull=True)
        retrieval, accounts = statements(stack)
        source = f"arn:{partition}:lambda:{region}:{OWN}:function:*"
        assert retrieval["Condition"] == {"ArnLike": {"aws:sourceARN": source}}
        assert accounts["Principal"] == {"AWS": root(OTHER, partition)}
        assert "data" not in synth(stack)

    def test_the_provider_of_the_repository(self, stack):
        there = AwsProvider(stack, "There", region="cn-north-1", alias="there", allowed_account_ids=[THIRD])
        repository = Repository(stack, "Web", repository_name="shop/web", provider=there)
        give(stack, repository=repository, enable_lambda_pull=True)
        source = f"arn:aws-cn:lambda:cn-north-1:{THIRD}:function:*"
        assert statements(stack)[0]["Condition"] == {"ArnLike": {"aws:sourceARN": source}}

    @pytest.mark.parametrize("region", [None, "${var.region}"])
    def test_what_is_not_known_is_looked_up(self, make_stack, region):
        stack = make_stack(region=region, account_ids=None)
        give(stack, enable_lambda_pull=True)
        source = (
            "arn:${data.aws_partition.EcrPartition.partition}:lambda:${data.aws_region.EcrRegion.region}"
            ":${data.aws_caller_identity.EcrCallerIdentity.account_id}:function:*"
        )
        assert statements(stack)[0]["Condition"] == {"ArnLike": {"aws:sourceARN": source}}
        assert synth(stack)["data"] == {
            "aws_partition": {"EcrPartition": {}},
            "aws_region": {"EcrRegion": {}},
            "aws_caller_identity": {"EcrCallerIdentity": {}},
        }

    def test_it_is_looked_up_once_for_all_and_by_the_provider_of_each(self, stack):
        there = AwsProvider(stack, "There", region="${var.region}", alias="there")
        for name in ("a1", "b2"):
            repository = Repository(stack, name, repository_name=name, provider=there)
            give(repository, repository=repository, enable_lambda_pull=True)
        looked_up = {kind: list(found.values()) for kind, found in synth(stack)["data"].items()}
        assert looked_up == {
            "aws_partition": [{"provider": "aws.there"}],
            "aws_region": [{"provider": "aws.there"}],
            "aws_caller_identity": [{"provider": "aws.there"}],
        }


class TestTogether:
    def test_several_constructs_make_one_policy(self, stack):
        repository = give(stack, allowed_account_ids=[OTHER], organization_paths=[UNIT])
        give(stack, "More", repository, allowed_account_ids=[THIRD], enable_lambda_pull=True)
        repository.grant_push(OTHER)
        assert len(every(stack, "aws_ecr_repository_policy")) == 1
        assert [each["Sid"] for each in statements(stack)] == [
            "GrantPush",
            "LambdaECRImageRetrievalPolicy",
            "PullFromAccounts",
            "PullFromOrganizationPaths",
        ]
        assert statements(stack)[2]["Principal"] == {"AWS": [root(OTHER), root(THIRD)]}

    def test_units_of_several_constructs_share_a_statement(self, stack):
        other = UNIT.replace("11111111", "22222222")
        repository = give(stack, organization_paths=[other])
        give(stack, "More", repository, organization_paths=[UNIT])
        (statement,) = statements(stack)
        assert statement["Condition"] == {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": [UNIT, other]}}

    def test_it_may_come_from_another_stack(self, make_stack, stack):
        """The policy is that of the repository and stays in its stack."""
        repository = Repository(stack, "Web", repository_name="shop/web")
        give(make_stack("sharing"), repository=repository, allowed_account_ids=[OTHER])
        assert len(statements(stack)) == 1


class TestTokens:
    @pytest.mark.parametrize(
        ("argument", "expected"),
        [
            ("allowed_account_ids", {"Principal": {"AWS": "arn:aws:iam::${var.later}:root"}}),
            ("push_account_ids", {"Principal": {"AWS": "arn:aws:iam::${var.later}:root"}}),
            ("lambda_account_ids", {"Principal": {"AWS": "arn:aws:iam::${var.later}:root"}}),
            (
                "organization_paths",
                {"Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "${var.later}"}}},
            ),
        ],
    )
    def test_entries_may_be_known_later(self, stack, argument, expected):
        give(stack, **{argument: [TerraformVariable(stack, "later", type="string").string_value]})
        assert expected.items() <= statements(stack)[0].items()

    def test_an_organisation_may_be_known_later(self, stack):
        give(stack, organization_id=TerraformVariable(stack, "later", type="string").string_value)
        assert statements(stack)[0]["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "${var.later}"}}

    @pytest.mark.parametrize(
        "argument",
        [
            "allowed_account_ids",
            "lambda_account_ids",
            "organization_paths",
            "push_account_ids",
            "push_organization_paths",
            "service_principals",
        ],
    )
    def test_lists_must_be_known(self, stack, argument):
        later = TerraformVariable(stack, "later", type="list(string)").list_value
        with pytest.raises(InvalidInput) as caught:
            give(stack, **{argument: later})
        assert {code for _, code in codes(caught)} == {"token-list"}


class TestRefusals:
    @pytest.mark.parametrize("arguments", [{}, {"service_source_account_ids": [OTHER]}, {"enable_lambda_pull": False}])
    def test_something_must_be_granted(self, stack, arguments):
        with pytest.raises(InvalidInput, match=r"^dev/Access: must grant something") as caught:
            give(stack, **arguments)
        assert codes(caught) == [("", "access-empty")]

    def test_all_that_is_malformed_is_named_at_once(self, stack):
        with pytest.raises(InvalidInput) as caught:
            give(
                stack,
                allowed_account_ids=[OTHER, "1234"],
                organization_id="o-short",
                organization_paths=["ou-1"],
                service_principals=["codebuild.amazonaws.com"],
                service_source_account_ids=["x"],
                lambda_account_ids=["y"],
                push_account_ids=["z"],
                push_organization_id="",
                push_organization_paths=[UNIT, ""],
            )
        assert {problem.source for problem in caught.value.problems} == {"dev/Access"}
        assert sorted(codes(caught)) == [
            ("allowed_account_ids[1]", "account-id"),
            ("lambda_account_ids[0]", "account-id"),
            ("organization_id", "organization-id"),
            ("organization_paths[0]", "organization-path"),
            ("push_account_ids[0]", "account-id"),
            ("push_organization_id", "organization-id"),
            ("push_organization_paths[1]", "organization-path"),
            ("service_source_account_ids[0]", "account-id"),
        ]

    def test_what_is_no_service(self, stack):
        with pytest.raises(InvalidInput) as caught:
            give(stack, service_principals=["codebuild"])
        assert codes(caught) == [("policy.PullFromServiceCodebuild", "policy-principals")]

    def test_more_accounts_than_a_policy_holds(self, stack):
        with pytest.raises(InvalidInput) as caught:
            give(stack, allowed_account_ids=[f"{number:012}" for number in range(400)])
        assert codes(caught) == [("policy", "policy-size")]
        assert "organi" in caught.value.problems[0].fix
