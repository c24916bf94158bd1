"""Grants and statements: who they name, what they allow, and that they end in one policy."""

from __future__ import annotations

import itertools

import pytest

from ecr_constructs import CrossAccountPolicy, InvalidInput, PolicyStatement, Repository
from ecr_constructs._engine.aws import IamRole
from ecr_constructs._engine.door import TerraformStack, TerraformVariable
from tests.constructs.synthesised import OTHER, OWN, THIRD, codes, every, only, statements, synth, warnings
from tests.either_engine import bindings_of

DataAwsIamRole = bindings_of("data_aws_iam_role").DataAwsIamRole
CI = f"arn:aws:iam::{OWN}:role/ci"
PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
PUSH = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
]
READ = ["ecr:DescribeImageScanFindings", "ecr:DescribeImages", "ecr:DescribeRepositories", "ecr:ListImages"]


@pytest.fixture
def web(stack):
    return Repository(stack, "Web", repository_name="shop/web")


@pytest.mark.parametrize(
    ("grant", "sid", "actions"),
    [
        ("grant_pull", "GrantPull", PULL),
        ("grant_push", "GrantPush", PUSH),
        ("grant_pull_push", "GrantPullPush", sorted({*PULL, *PUSH})),
        ("grant_read", "GrantRead", READ),
    ],
)
def test_each_grant_allows_what_it_says(stack, web, grant, sid, actions):
    getattr(web, grant)(CI)
    assert statements(stack) == [{"Sid": sid, "Effect": "Allow", "Principal": {"AWS": CI}, "Action": actions}]


def test_without_grants_there_is_no_policy(stack, web):
    web.grant_pull()
    web.add_to_policy()
    assert list(synth(stack)["resource"]) == ["aws_ecr_repository"]


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ({}, True),
        ({"ArnLike": {"aws:SourceArn": "*"}}, True),
        ({"StringNotEquals": {"aws:SourceAccount": OTHER}}, True),
        ({"StringEquals": {"aws:SourceAccount": OWN}}, False),
    ],
)
def test_a_service_that_acts_for_anyone_is_pointed_out(stack, web, conditions, said):
    web.add_to_policy(
        PolicyStatement(actions="ecr:Get*", service_principals="lambda.amazonaws.com", conditions=conditions)
    )
    assert any("whoever has lambda.amazonaws.com" in each for each in warnings(web)) is said


class TestPrincipals:
    @pytest.mark.parametrize(
        ("region", "partition"), [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
    )
    def test_an_account_is_its_root_in_the_partition_of_the_region(self, make_stack, region, partition):
        """AWS would rewrite the bare id, which would show as a difference at every plan."""
        stack = make_stack(region=region)
        Repository(stack, "Web", repository_name="shop/web").grant_pull(OTHER)
        assert statements(stack)[0]["Principal"] == {"AWS": f"arn:{partition}:iam::{OTHER}:root"}

    def test_where_the_region_is_not_known_the_partition_is_looked_up(self, make_stack):
        stack = make_stack(region=None)
        Repository(stack, "Web", repository_name="shop/web").grant_pull(OTHER)
        principal = statements(stack)[0]["Principal"]
        assert principal == {"AWS": f"arn:${{data.aws_partition.EcrPartition.partition}}:iam::{OTHER}:root"}
        assert synth(stack)["data"] == {"aws_partition": {"EcrPartition": {}}}

    @pytest.mark.parametrize(
        "arn",
        [CI, f"arn:aws:iam::{OWN}:user/jo", f"arn:aws:sts::{OWN}:assumed-role/ci/run", f"arn:aws:iam::{OWN}:root"],
    )
    def test_an_arn_stays_as_it_is(self, stack, web, arn):
        web.grant_pull(arn)
        assert statements(stack)[0]["Principal"] == {"AWS": arn}

    @pytest.mark.parametrize(
        ("principal", "expected"),
        [
            (lambda stack: IamRole(stack, "Ci", assume_role_policy="{}"), "${aws_iam_role.Ci.arn}"),
            (lambda stack: DataAwsIamRole(stack, "Ci", name="ci"), "${data.aws_iam_role.Ci.arn}"),
            (lambda stack: TerraformVariable(stack, "ci", type="string").string_value, "${var.ci}"),
        ],
    )
    def test_an_object_stands_for_its_arn(self, stack, web, principal, expected):
        web.grant_pull(principal(stack))
        assert statements(stack)[0]["Principal"] == {"AWS": expected}

    def test_a_service_acts_for_the_own_account_alone(self, stack, web):
        web.grant_pull("codebuild.amazonaws.com")
        assert statements(stack) == [
            {
                "Sid": "GrantPullCodebuild",
                "Effect": "Allow",
                "Principal": {"Service": "codebuild.amazonaws.com"},
                "Action": PULL,
                "Condition": {"StringEquals": {"aws:SourceAccount": OWN}},
            }
        ]

    def test_where_the_own_account_is_not_known_it_is_looked_up(self, make_stack):
        stack = make_stack(account_ids=None)
        Repository(stack, "Web", repository_name="shop/web").grant_pull("codebuild.amazonaws.com")
        account = "${data.aws_caller_identity.EcrCallerIdentity.account_id}"
        assert statements(stack)[0]["Condition"] == {"StringEquals": {"aws:SourceAccount": account}}

    def test_several_accounts_of_a_provider_tell_nothing(self, make_stack):
        stack = make_stack(account_ids=[OWN, OTHER])
        Repository(stack, "Web", repository_name="shop/web").grant_pull("codebuild.amazonaws.com")
        assert "aws_caller_identity" in synth(stack)["data"]

    def test_all_kinds_can_be_mixed(self, stack, web):
        role = IamRole(stack, "Ci", assume_role_policy="{}")
        web.grant_pull(OTHER, "codebuild.amazonaws.com", role, "ecs.amazonaws.com")
        assert [(each["Sid"], each["Principal"]) for each in statements(stack)] == [
            ("GrantPull", {"AWS": ["${aws_iam_role.Ci.arn}", f"arn:aws:iam::{OTHER}:root"]}),
            ("GrantPullCodebuild", {"Service": "codebuild.amazonaws.com"}),
            ("GrantPullEcs", {"Service": "ecs.amazonaws.com"}),
        ]


class TestRefusals:
    @pytest.mark.parametrize("principal", ["12345", "ci", "arn:aws:s3:::bucket", "codebuild", "*", ""])
    def test_text_that_is_no_principal(self, web, principal):
        with pytest.raises(InvalidInput, match=r"^dev/Web: policy\.GrantPull: ") as caught:
            web.grant_pull(principal)
        assert codes(caught)[0][1] in ("policy-principals", "policy-public")

    def test_whatever_has_no_arn_and_all_of_it(self, web):
        with pytest.raises(InvalidInput) as caught:
            web.grant_pull(111111111111, OTHER, [OTHER], None)
        assert codes(caught) == [(f"principals[{index}]", "grant-principal") for index in (0, 2, 3)]

    def test_a_list_that_is_known_later(self, stack, web):
        """It cannot be written into the text of a policy."""
        with pytest.raises(InvalidInput) as caught:
            web.grant_pull(*TerraformVariable(stack, "later", type="list(string)").list_value)
        assert codes(caught) == [("policy.GrantPull", "token-list")]

    @pytest.mark.parametrize(
        ("statement", "problem"),
        [
            ({"actions": ["ecr:GetAuthorizationToken"]}, ("policy.statement", "policy-token-action")),
            ({"actions": ["s3:GetObject"]}, ("policy.statement", "policy-actions")),
            ({"actions": []}, ("policy.statement", "policy-actions")),
            ({"principals": []}, ("policy.statement", "policy-principals")),
            ({"principals": ["*"]}, ("policy.statement", "policy-public")),
            ({"effect": "Permit"}, ("policy.statement", "policy-effect")),
            ({"sid": "my/statement"}, ("policy.my/statement", "policy-sid")),
            ({"principals": ["arn:aws-cn:iam::222222222222:root"]}, ("policy.statement", "policy-principals")),
            ({"principals": ["arn:aws:iam::222222222222:role/*"]}, ("policy.statement", "policy-principals")),
            ({"actions": ["ecr:CreateRepository"]}, ("policy.statement", "policy-action-unused")),
        ],
    )
    def test_a_statement_that_ecr_does_not_take_or_that_opens_it_to_everyone(self, web, statement, problem):
        with pytest.raises(InvalidInput) as caught:
            web.add_to_policy(PolicyStatement(**{"actions": ["ecr:BatchGetImage"], "principals": [CI], **statement}))
        assert codes(caught) == [problem]

    def test_two_statements_of_one_sid_that_say_different_things(self, web):
        web.grant_pull(CI)
        with pytest.raises(InvalidInput) as caught:
            web.add_to_policy(PolicyStatement(sid="GrantPull", actions=READ, principals=[CI]))
        assert codes(caught) == [("policy.GrantPull", "policy-sid")]

    def test_a_policy_that_is_too_long(self, web):
        with pytest.raises(InvalidInput) as caught:
            web.grant_pull(*(f"{number:012}" for number in range(400)))
        assert codes(caught) == [("policy", "policy-size")]

    def test_what_was_refused_leaves_nothing_behind(self, stack, web):
        web.grant_pull(OTHER)
        with pytest.raises(InvalidInput):
            web.grant_push("nobody")
        web.grant_read(OTHER)
        assert [each["Sid"] for each in statements(stack)] == ["GrantPull", "GrantRead"]


CONTRIBUTIONS = {
    "accounts": lambda web: web.grant_pull(THIRD, OTHER),
    "one more": lambda web: web.grant_pull("444444444444"),
    "services": lambda web: web.grant_pull("ecs.amazonaws.com", "codebuild.amazonaws.com"),
    "pushing": lambda web: web.grant_push(CI),
    "own": lambda web: web.add_to_policy(
        PolicyStatement(actions=["ecr:PutImage", "ecr:BatchGetImage"], principals=[CI], effect="Deny")
    ),
    "shared": lambda web: CrossAccountPolicy(
        web, "Shared", repository=web, allowed_account_ids=[THIRD], organization_id="o-abcdefghij"
    ),
}


class TestOnePolicy:
    def test_grants_of_one_kind_share_a_statement(self, stack, web):
        web.grant_pull(THIRD)
        web.grant_pull(OTHER, THIRD)
        assert statements(stack) == [
            {
                "Sid": "GrantPull",
                "Effect": "Allow",
                "Principal": {"AWS": [f"arn:aws:iam::{OTHER}:root", f"arn:aws:iam::{THIRD}:root"]},
                "Action": PULL,
            }
        ]

    def test_whoever_contributes_there_is_one(self, stack, web):
        for contribute in CONTRIBUTIONS.values():
            contribute(web)
        assert len(every(stack, "aws_ecr_repository_policy")) == 1
        assert len(statements(stack)) == 7

    @pytest.mark.parametrize("names", list(itertools.permutations(CONTRIBUTIONS))[:: 720 // 24])
    def test_the_order_of_contributions_makes_no_difference(self, app, names):
        texts = []
        for construct, order in (("As", tuple(CONTRIBUTIONS)), ("Other", names)):
            stack = TerraformStack(app, construct)
            web = Repository(stack, "Web", repository_name="shop/web")
            for name in order:
                CONTRIBUTIONS[name](web)
            texts.append(only(stack, "aws_ecr_repository_policy")["policy"])
        assert texts[0] == texts[1]

    def test_a_grant_after_a_synthesis_is_not_lost(self, stack, web):
        web.grant_pull(OTHER)
        synth(stack)
        web.grant_push(CI)
        assert [each["Sid"] for each in statements(stack)] == ["GrantPull", "GrantPush"]

    def test_the_first_grant_may_come_after_a_synthesis(self, stack, web):
        synth(stack)
        web.grant_pull(OTHER)
        assert len(statements(stack)) == 1

    def test_a_grant_may_come_after_other_stacks(self, make_stack, stack, web):
        other = make_stack("prod")
        Repository(other, "Web", repository_name="shop/web").grant_read(OTHER)
        web.grant_pull(OTHER)
        assert [each["Sid"] for each in statements(stack)] == ["GrantPull"]
        assert [each["Sid"] for each in statements(other)] == ["GrantRead"]

    def test_every_repository_has_its_own(self, stack, web):
        web.grant_pull(OTHER)
        Repository(stack, "Admin", repository_name="shop/admin").grant_pull(THIRD)
        assert len(every(stack, "aws_ecr_repository_policy")) == 2


def test_a_statement_of_ones_own_is_written_out_in_full(stack, web):
    web.add_to_policy(
        PolicyStatement(
            sid="DenyDelete",
            effect="Deny",
            actions=["ecr:DeleteRepository", "ecr:BatchDeleteImage"],
            principals=["*"],
            conditions={"StringNotEquals": {"aws:PrincipalTag/team": ["shop", "platform"]}},
        )
    )
    assert statements(stack) == [
        {
            "Sid": "DenyDelete",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["ecr:BatchDeleteImage", "ecr:DeleteRepository"],
            "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": ["platform", "shop"]}},
        }
    ]
