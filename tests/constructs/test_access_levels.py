"""Levels of access: who may pull, push, read and administer, by name and of any kind."""

from __future__ import annotations

import pytest

from ecr_constructs import CrossAccountPolicy, InvalidInput, PolicyStatement, Repository
from ecr_constructs._engine.aws import AwsProvider, IamRole
from ecr_constructs._engine.door import TerraformVariable
from ecr_constructs.core.access.levels import ACTIONS
from tests.constructs.synthesised import OTHER, OWN, THIRD, codes, statements, synth, warnings

ORGANIZATION = "o-a1b2c3d4e5"
UNIT = f"{ORGANIZATION}/r-ab12/ou-ab12-11111111/*"
CI = f"arn:aws:iam::{OTHER}:role/ci"
LEVELS = {level: [*actions] for level, actions in ACTIONS.items()}


@pytest.fixture
def web(stack):
    return Repository(stack, "Web", repository_name="shop/web")


def give(web, **said):
    return CrossAccountPolicy(web, "Access", repository=web, **said)


@pytest.mark.parametrize("level", LEVELS)
class TestEachLevel:
    @pytest.mark.parametrize(
        ("principal", "sid", "who", "condition"),
        [
            (OTHER, "", {"AWS": f"arn:aws:iam::{OTHER}:root"}, None),
            (f"arn:aws:iam::{OTHER}:root", "", {"AWS": f"arn:aws:iam::{OTHER}:root"}, None),
            (CI, "", {"AWS": CI}, None),
            (f"arn:aws:iam::{OWN}:user/jo", "", {"AWS": f"arn:aws:iam::{OWN}:user/jo"}, None),
            (
                "codebuild.amazonaws.com",
                "Codebuild",
                {"Service": "codebuild.amazonaws.com"},
                {"StringEquals": {"aws:SourceAccount": OWN}},
            ),
            (ORGANIZATION, "Organization", "*", {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}),
            (UNIT, "OrganizationPaths", "*", {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": UNIT}}),
            (
                "organization",
                "Organization",
                "*",
                {"StringEquals": {"aws:PrincipalOrgID": "${data.aws_organizations_organization.ecr_organization.id}"}},
            ),
        ],
    )
    def test_lets_each_kind_of_principal_do_just_that(self, stack, web, level, principal, sid, who, condition):
        give(web, **{f"{level}_principals": [principal]})
        statement = {"Sid": f"{level.capitalize()}Principals{sid}", "Effect": "Allow", "Principal": who}
        statement["Action"] = LEVELS[level]
        assert statements(stack) == [statement if condition is None else {**statement, "Condition": condition}]

    def test_takes_what_has_an_arn_and_what_is_known_later(self, stack, web, level):
        later = TerraformVariable(stack, "later", type="string").string_value
        give(web, **{f"{level}_principals": [IamRole(stack, "Ci", assume_role_policy="{}"), later]})
        (statement,) = statements(stack)
        assert sorted(statement["Principal"]["AWS"]) == ["${aws_iam_role.Ci.arn}", "${var.later}"]

    @pytest.mark.parametrize(
        "wrong", ["*", "", "nobody", "ci", f"arn:aws:iam::{OTHER}:role/*", "ou-ab12-11111111", "o-1"]
    )
    def test_takes_nobody_in_another_form(self, web, level, wrong):
        with pytest.raises(InvalidInput) as caught:
            give(web, **{f"{level}_principals": [OTHER, wrong]})
        assert codes(caught) == [(f"{level}_principals[1]", "grant-principal")]

    def test_takes_nobody_of_another_partition(self, make_stack, level):
        stack = make_stack(region="cn-north-1")
        web = Repository(stack, "Web", repository_name="shop/web")
        with pytest.raises(InvalidInput, match="partition aws-cn"):
            give(web, **{f"{level}_principals": [CI]})

    def test_takes_nothing_without_an_arn(self, web, level):
        with pytest.raises(InvalidInput) as caught:
            give(web, **{f"{level}_principals": [7]})
        assert codes(caught) == [(f"{level}_principals[0]", "grant-principal")]

    def test_takes_no_list_that_is_known_later(self, stack, web, level):
        with pytest.raises(InvalidInput) as caught:
            give(web, **{f"{level}_principals": TerraformVariable(stack, "l", type="list(string)").list_value})
        assert {code for _, code in codes(caught)} == {"token-list"}


class TestTogether:
    def test_all_kinds_of_one_level(self, stack, web):
        give(web, pull_principals=[THIRD, "ecs.amazonaws.com", UNIT, ORGANIZATION, CI, "organization"])
        assert [each["Sid"] for each in statements(stack)] == [
            "PullPrincipals",
            "PullPrincipalsEcs",
            "PullPrincipalsOrganization",
            "PullPrincipalsOrganizationPaths",
        ]
        organizations = statements(stack)[2]["Condition"]["StringEquals"]["aws:PrincipalOrgID"]
        assert organizations == ["${data.aws_organizations_organization.ecr_organization.id}", ORGANIZATION]

    def test_levels_and_statements_make_one_policy(self, stack, web):
        statement = PolicyStatement(
            sid="Deny deletion", effect="Deny", actions=["ecr:DeleteRepository"], principals=["*"]
        )
        give(
            web,
            allowed_account_ids=[OTHER],
            admin_principals=[OTHER],
            push_principals=[CI],
            policy_statements=[statement],
        )
        web.grant_admin(CI)
        found = statements(stack)
        assert [each["Sid"] for each in found] == [
            "AdminPrincipals",
            "Deny deletion",
            "GrantAdmin",
            "PullFromAccounts",
            "PushPrincipals",
        ]
        assert found[2]["Action"] == LEVELS["admin"]

    def test_the_organisation_is_looked_up_once(self, stack, web):
        give(web, pull_principals=["organization"], read_principals=["organization"])
        base = Repository(stack, "Base", repository_name="base")
        give(base, pull_principals=["organization"])
        assert synth(stack)["data"] == {"aws_organizations_organization": {"ecr_organization": {}}}

    def test_the_organisation_is_that_of_the_repositorys_provider(self, stack):
        there = AwsProvider(stack, "There", region="us-east-1", alias="there", allowed_account_ids=[OTHER])
        give(Repository(stack, "Web", repository_name="web", provider=there), pull_principals=["organization"])
        (found,) = synth(stack)["data"]["aws_organizations_organization"].values()
        assert found == {"provider": "aws.there"}

    def test_an_account_id_in_a_statement_is_its_root(self, stack, web):
        give(web, policy_statements=[PolicyStatement(actions=["ecr:BatchGetImage"], principals=[OTHER])])
        assert statements(stack)[0]["Principal"] == {"AWS": f"arn:aws:iam::{OTHER}:root"}


def test_admin_neither_pulls_nor_pushes_nor_deletes_the_repository():
    admin = {*LEVELS["admin"]}
    assert {"ecr:DeleteRepository", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:PutImage"} & admin == set()
    assert {"ecr:SetRepositoryPolicy", "ecr:PutLifecyclePolicy", "ecr:BatchDeleteImage", "ecr:TagResource"} <= admin
    assert not [each for each in admin if "*" in each]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"push_organization_id": ORGANIZATION}, "push images"),
        ({"push_organization_paths": [UNIT]}, "push images"),
        ({"push_principals": [ORGANIZATION]}, "push images"),
        ({"push_principals": ["organization"]}, "the own organisation"),
        ({"admin_principals": [UNIT]}, "delete images"),
        ({"admin_principals": [CI, OTHER], "push_principals": [THIRD]}, None),
        ({"pull_principals": [ORGANIZATION], "read_principals": [UNIT], "organization_id": ORGANIZATION}, None),
    ],
)
def test_a_whole_organisation_that_may_push_or_administer_is_pointed_out(web, said, words):
    found = warnings(give(web, **said))
    assert len(found) == (0 if words is None else 1)
    assert all(words in each and "[access-wide]" in each for each in found)


def test_functions_of_an_organisation_that_may_pull_by_name_are_not_let_in(web):
    (found,) = warnings(give(web, pull_principals=[ORGANIZATION], enable_lambda_pull=True))
    assert "[lambda-organization]" in found


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ({"actions": ["ecr:GetAuthorizationToken"]}, "policy-token-action"),
        ({"principals": ["*"]}, "policy-public"),
        ({"principals": ["nobody"]}, "policy-principals"),
        ({"resources": ["*"]}, "policy-resources"),
        ({"effect": "Permit"}, "policy-effect"),
        ({"conditions": {"Equals": {"aws:PrincipalOrgID": "x"}}}, "policy-condition"),
    ],
)
def test_a_statement_is_checked_at_its_place(web, statement, code):
    right = PolicyStatement(actions=["ecr:BatchGetImage"], principals=[CI])
    wrong = PolicyStatement(**{"actions": ["ecr:BatchGetImage"], "principals": [CI], **statement})
    with pytest.raises(InvalidInput) as caught:
        give(web, policy_statements=[right, wrong])
    assert codes(caught) == [("policy_statements[1]", code)]
