"""The constructs of roles and policies: what each becomes, where its resources are, and what it refuses."""

from __future__ import annotations

import json

import pytest

from ecr_constructs import (
    CodeBuildPolicy,
    EcsExecutionRole,
    ImageUpdaterRole,
    InvalidInput,
    LambdaPull,
    NodePullPolicy,
    Repository,
    SsmReadPolicy,
)
from ecr_constructs._engine.aws import IamOpenidConnectProvider, IamRole
from tests.constructs.synthesised import OTHER, OWN, codes, every, only, resolved, synth

WEB = f"arn:aws:ecr:us-east-1:{OWN}:repository/shop/web"
TRUST = '{"Version":"2012-10-17","Statement":[]}'

ROLES = {
    ImageUpdaterRole: {"role_name": "updater", "repositories": [WEB], "cluster_name": "tools"},
    EcsExecutionRole: {"role_name": "execution", "repositories": [WEB]},
}
POLICIES = {
    NodePullPolicy: {"policy_name": "nodes", "repositories": [WEB]},
    LambdaPull: {"policy_name": "functions", "repositories": [WEB]},
    CodeBuildPolicy: {"policy_name": "builds", "repositories": [WEB]},
    SsmReadPolicy: {},
}
ALL = {**ROLES, **POLICIES}


def resources_of(policy):
    """Return the resources of each statement by its sid."""
    return {each["Sid"]: each["Resource"] for each in json.loads(policy)["Statement"]}


@pytest.mark.parametrize("kind", ROLES)
def test_a_role_with_its_inline_policy(stack, kind):
    made = kind(
        stack,
        "A",
        **ROLES[kind],
        permissions_boundary=f"arn:aws:iam::{OWN}:policy/developers",
        tags={"Team": "shop"},
        logical_id="a",
    )

    name = ROLES[kind]["role_name"]
    role, policy = every(stack, "aws_iam_role")["a"], every(stack, "aws_iam_role_policy")["a"]
    assert role["name"] == name
    assert role["permissions_boundary"] == f"arn:aws:iam::{OWN}:policy/developers"
    assert role["tags"] == {"Team": "shop"}
    assert policy["role"] == "${aws_iam_role.a.name}"
    assert (made.role.friendly_unique_id, made.role_policy.friendly_unique_id) == ("a", "a")
    assert resources_of(policy["policy"])["Token"] == "*"
    assert resolved(stack, made.role_arn) == "${aws_iam_role.a.arn}"


@pytest.mark.parametrize("kind", POLICIES)
def test_a_managed_policy_attached_to_roles(stack, kind):
    role = IamRole(stack, "Deployer", assume_role_policy=TRUST)
    made = kind(stack, "A", **POLICIES[kind], roles=["nodes_b", role, "nodes.a"], tags={"Team": "shop"}, logical_id="a")

    policy = only(stack, "aws_iam_policy")
    assert policy["name"] == POLICIES[kind].get("policy_name", "ECRSSMParameterRead")
    assert policy["tags"] == {"Team": "shop"}
    attached = every(stack, "aws_iam_role_policy_attachment")
    assert {name: each["role"] for name, each in attached.items()} == {
        "a_nodes__b": "nodes_b",
        "a_nodes_2Ea": "nodes.a",
        "a_Deployer": "${aws_iam_role.Deployer.name}",
    }
    assert {each["policy_arn"] for each in attached.values()} == {"${aws_iam_policy.a.arn}"}
    assert resolved(stack, made.policy_arn) == "${aws_iam_policy.a.arn}"


def test_an_address_does_not_depend_on_the_order_of_roles(make_stack):
    one, other = make_stack("one"), make_stack("other")
    NodePullPolicy(one, "A", **POLICIES[NodePullPolicy], roles=["a", "b"])
    NodePullPolicy(other, "A", **POLICIES[NodePullPolicy], roles=["b", "a"])
    kind = "aws_iam_role_policy_attachment"
    assert {name: each["role"] for name, each in every(one, kind).items()} == {
        name: each["role"] for name, each in every(other, kind).items()
    }


def test_a_pod_identity_association_ties_the_role_to_the_service_account(stack):
    made = ImageUpdaterRole(stack, "A", **ROLES[ImageUpdaterRole], namespace="cd", service_account="u", logical_id="a")
    association = only(stack, "aws_eks_pod_identity_association")
    assert {key: association[key] for key in ("cluster_name", "namespace", "role_arn", "service_account")} == {
        "cluster_name": "tools",
        "namespace": "cd",
        "role_arn": "${aws_iam_role.a.arn}",
        "service_account": "u",
    }
    assert made.association is not None


def test_an_oidc_provider_of_the_app(stack):
    """What its ARN ends with is the issuer, which the conditions are named after."""
    cluster = IamOpenidConnectProvider(
        stack, "Cluster", url="https://oidc.eks.us-east-1.amazonaws.com/id/A", client_id_list=["sts.amazonaws.com"]
    )
    made = ImageUpdaterRole(stack, "A", role_name="updater", repositories=[WEB], oidc_provider=cluster.arn)
    issuer = '${element(split(":oidc-provider/", aws_iam_openid_connect_provider.Cluster.arn), 1)}'
    document = only(stack, "aws_iam_role")["assume_role_policy"].replace(issuer, "ISSUER")
    (statement,) = json.loads(document)["Statement"]
    assert statement["Principal"] == {"Federated": "${aws_iam_openid_connect_provider.Cluster.arn}"}
    assert statement["Condition"]["StringEquals"] == {
        "ISSUER:aud": "sts.amazonaws.com",
        "ISSUER:sub": "system:serviceaccount:argocd:argocd-image-updater",
    }
    assert made.association is None
    assert "aws_eks_pod_identity_association" not in synth(stack)["resource"]


class TestRepositories:
    """Repositories stand in policies as text, which a plan shows and whose length counts."""

    def test_made_in_the_app(self, stack):
        web = Repository(stack, "Web", repository_name="shop/web")
        theirs = Repository.from_arn(stack, "Theirs", f"arn:aws:ecr:eu-west-1:{OTHER}:repository/base")
        NodePullPolicy(stack, "A", policy_name="nodes", repositories=[web, theirs])
        assert resources_of(only(stack, "aws_iam_policy")["policy"])["PullImages"] == [
            f"arn:aws:ecr:eu-west-1:{OTHER}:repository/base",
            WEB,
        ]

    def test_looked_up(self, stack):
        web = Repository.from_name(stack, "Web", "shop/web", registry_id=OTHER)
        base = Repository.from_ssm(stack, "Base", "base")
        NodePullPolicy(stack, "A", policy_name="nodes", repositories=[web, base])
        found = resources_of(only(stack, "aws_iam_policy")["policy"])["PullImages"]
        assert f"arn:aws:ecr:us-east-1:{OTHER}:repository/shop/web" in found
        assert any("jsondecode" in each for each in found)

    def test_where_the_account_is_not_known(self, make_stack):
        stack = make_stack(account_ids=None)
        web = Repository(stack, "Web", repository_name="shop/web", logical_id="web")
        NodePullPolicy(stack, "A", policy_name="nodes", repositories=[web])
        SsmReadPolicy(stack, "B")
        EcsExecutionRole(stack, "C", role_name="execution", repositories=[web])
        policies = [json.loads(each["policy"]) for each in every(stack, "aws_iam_policy").values()]
        found = [resource for each in policies for said in each["Statement"] for resource in said["Resource"]]
        assert "${aws_ecr_repository.web.arn}" in json.dumps(policies)
        assert "arn:aws:ssm:us-east-1:${data.aws_caller_identity.EcrCallerIdentity.account_id}:parameter/ecr" in found
        assert "data.aws_caller_identity" in only(stack, "aws_iam_role")["assume_role_policy"]

    def test_as_many_as_a_policy_holds(self, stack):
        many = [Repository(stack, f"R{number}", repository_name=f"shop/{number:03}") for number in range(120)]
        with pytest.raises(InvalidInput, match=r"must make a policy of at most 6,144 characters") as caught:
            NodePullPolicy(stack, "A", policy_name="nodes", repositories=many)
        assert codes(caught) == [("repositories", "identity-size")]
        NodePullPolicy(stack, "B", policy_name="fewer", repositories=many[:100])


class TestRefused:
    """Every problem at once, before anything is made."""

    @pytest.mark.parametrize("kind", ALL)
    def test_a_name_that_another_construct_has(self, stack, kind):
        name = "role_name" if kind in ROLES else "policy_name"
        kind(stack, "A", **{**ALL[kind], name: "Shop"})
        with pytest.raises(InvalidInput, match=r"dev/A makes the \w+ shop already") as caught:
            kind(stack, "B", **{**ALL[kind], name: "shop"})
        assert codes(caught) == [(name, "identity-taken")]

    @pytest.mark.parametrize("kind", ALL)
    def test_a_terraform_name_that_another_one_has(self, stack, kind):
        name = "role_name" if kind in ROLES else "policy_name"
        kind(stack, "A", **ALL[kind], logical_id="a")
        with pytest.raises(InvalidInput) as caught:
            kind(stack, "B", **{**ALL[kind], name: "another"}, logical_id="a")
        assert codes(caught) == [("logical_id", "logical-id-taken")]

    def test_tags_of_a_role_that_differ_by_case_alone(self, stack):
        tags = {"Team": "a", "team": "b"}
        with pytest.raises(InvalidInput) as caught:
            EcsExecutionRole(stack, "A", **ROLES[EcsExecutionRole], tags=tags)
        assert codes(caught) == [("tags.team", "tags")]
        NodePullPolicy(stack, "B", **POLICIES[NodePullPolicy], tags=tags)

    def test_roles_that_have_no_name(self, stack):
        role = IamRole(stack, "Role", assume_role_policy=TRUST)
        with pytest.raises(InvalidInput) as caught:
            NodePullPolicy(
                stack, "A", **POLICIES[NodePullPolicy], roles=[role, role, 7, "${aws_iam_role.x.name}", "a", "a"]
            )
        assert codes(caught) == [
            ("roles[1]", "identity-role"),
            ("roles[2]", "identity-role"),
            ("roles[3]", "identity-role"),
            ("roles[5]", "identity-role"),
        ]

    def test_all_of_it(self, stack):
        with pytest.raises(InvalidInput, match=r"^dev/A: ") as caught:
            CodeBuildPolicy(
                stack,
                "A",
                policy_name="a b",
                repositories=["shop/web"],
                published_names=["a b"],
                project_names=["x"],
                roles=["a/b"],
                tags={"aws:a": "b"},
                logical_id="1",
            )
        assert [code for _, code in codes(caught)] == [
            "identity-name",
            "identity-repositories",
            "ssm-path",
            "identity-name",
            "identity-project",
            "tags",
            "logical-id",
        ]
        assert "aws_iam_policy" not in synth(stack).get("resource", {})
