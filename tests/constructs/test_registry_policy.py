"""The registry's policy: many contributors, one policy per registry."""

from __future__ import annotations

import itertools
import json

import pytest

from ecr_constructs import AccountSettings, InvalidInput, PolicyStatement, RegistryPolicy
from ecr_constructs._engine.aws import AwsProvider, IamRole
from ecr_constructs._engine.door import Fn, TerraformStack, TerraformVariable
from tests.constructs.synthesised import OTHER, OWN, THIRD, codes, every, only, synth, warnings

KIND = "aws_ecr_registry_policy"
ROLE = f"arn:aws:iam::{OWN}:role/tasks"
REGISTRY = f"arn:aws:ecr:us-east-1:{OWN}:repository"


def granted(stack):
    """Return each statement as (who, what, on which repositories)."""
    policy = json.loads(only(stack, KIND)["policy"])
    assert policy["Version"] == "2012-10-17"
    return [(each["Principal"], each["Action"], each["Resource"]) for each in policy["Statement"]]


def root(account):
    return {"AWS": f"arn:aws:iam::{account}:root"}


class TestReplication:
    def test_another_account_replicates_into_this_registry(self, stack):
        RegistryPolicy.of(stack).grant_replication([OTHER])
        assert granted(stack) == [(root(OTHER), "ecr:ReplicateImage", f"{REGISTRY}/*")]

    def test_it_may_have_repositories_made_below_a_prefix(self, stack):
        RegistryPolicy.of(stack).grant_replication([OTHER], create_repository=True, repository_prefixes=["shop/"])
        assert granted(stack) == [(root(OTHER), ["ecr:CreateRepository", "ecr:ReplicateImage"], f"{REGISTRY}/shop/*")]

    def test_of_a_registry_that_is_not_known_the_place_is_looked_up_once(self, make_stack):
        stack = make_stack(region=None)
        RegistryPolicy.of(stack).grant_replication([OTHER])
        RegistryPolicy.of(stack).grant_replication([THIRD], repository_prefixes=["shop/"])
        resources = [
            f"arn:${{data.aws_partition.EcrPartition.partition}}:ecr:${{data.aws_region.EcrRegion.region}}"
            f":${{data.aws_caller_identity.EcrCallerIdentity.account_id}}:repository/{pattern}"
            for pattern in ("*", "shop/*")
        ]
        assert [each[2] for each in granted(stack)] == resources
        assert {kind: len(found) for kind, found in synth(stack)["data"].items()} == {
            "aws_caller_identity": 1,
            "aws_partition": 1,
            "aws_region": 1,
        }

    def test_in_china_everything_has_the_arns_of_china(self, make_stack):
        stack = make_stack(region="cn-north-1")
        RegistryPolicy.of(stack).grant_replication([OTHER])
        ((who, _, where),) = granted(stack)
        assert who == {"AWS": f"arn:aws-cn:iam::{OTHER}:root"}
        assert where == f"arn:aws-cn:ecr:cn-north-1:{OWN}:repository/*"


class TestPullThrough:
    def test_principals_of_every_kind_fill_caches(self, stack):
        role = IamRole(stack, "Tasks", assume_role_policy="{}")
        RegistryPolicy.of(stack).grant_pull_through([OTHER, ROLE, role], ecr_repository_prefixes=["quay", "hub"])
        ((who, actions, where),) = granted(stack)
        assert who == {"AWS": ["${aws_iam_role.Tasks.arn}", f"arn:aws:iam::{OWN}:role/tasks", root(OTHER)["AWS"]]}
        assert actions == ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]
        assert where == [f"{REGISTRY}/hub/*", f"{REGISTRY}/quay/*"]

    @pytest.mark.parametrize(
        ("principals", "prefixes", "problem"),
        [
            ([222222222222], ["quay"], ("principals[0]", "grant-principal")),
            (["ecs.amazonaws.com"], ["quay"], ("principals[0]", "grant-principal")),
            ([], ["quay"], ("principals", "registry-policy-empty")),
            ([ROLE], [], ("ecr_repository_prefixes", "registry-policy-empty")),
            ([ROLE], ["quay/*"], ("ecr_repository_prefixes[0]", "pull-through-prefix")),
        ],
    )
    def test_what_is_no_principal_or_prefix_is_refused(self, stack, principals, prefixes, problem):
        with pytest.raises(InvalidInput) as caught:
            RegistryPolicy.of(stack).grant_pull_through(principals, ecr_repository_prefixes=prefixes)
        assert codes(caught) == [problem]


class TestStatements:
    def test_own_statements_join_the_grants(self, stack):
        policy = RegistryPolicy.of(stack)
        policy.grant_replication([OTHER])
        statement = PolicyStatement(
            sid="Describe",
            actions="ecr:DescribeImages",
            principals=ROLE,
            resources=policy.repositories_arn("team/*"),
        )
        policy.add_to_policy(statement)
        assert granted(stack) == [
            ({"AWS": ROLE}, "ecr:DescribeImages", f"{REGISTRY}/team/*"),
            (root(OTHER), "ecr:ReplicateImage", f"{REGISTRY}/*"),
        ]

    @pytest.mark.parametrize(
        ("statement", "code"),
        [
            (PolicyStatement(sid="Own", actions="ecr:PutImage", principals="*", resources="*"), "policy-public"),
            (PolicyStatement(sid="Own", actions="ecr:PutImage", principals=ROLE), "registry-policy-resource"),
            (
                PolicyStatement(
                    sid="Own",
                    actions="ecr:PutImage",
                    principals=ROLE,
                    resources=f"arn:aws:ecr:eu-west-1:{OWN}:repository/*",
                ),
                "registry-policy-resource",
            ),
        ],
    )
    def test_what_ecr_does_not_take_is_refused_and_leaves_nothing_behind(self, stack, statement, code):
        policy = RegistryPolicy.of(stack)
        policy.grant_replication([OTHER])
        with pytest.raises(InvalidInput) as caught:
            policy.add_to_policy(statement)
        assert codes(caught) == [("policy.Own", code)]
        assert caught.value.problems[0].source == "dev/RegistryPolicy"
        assert len(granted(stack)) == 1

    def test_a_list_that_is_known_later_is_refused(self, stack):
        accounts = TerraformVariable(stack, "accounts", type="list(string)").list_value
        statement = PolicyStatement(sid="Own", actions="ecr:PutImage", principals=accounts, resources="*")
        with pytest.raises(InvalidInput) as caught:
            RegistryPolicy.of(stack).add_to_policy(statement)
        assert ("policy.Own", "token-list") in codes(caught)

    def test_its_entries_are_taken_one_by_one(self, stack):
        accounts = TerraformVariable(stack, "accounts", type="list(string)").list_value
        RegistryPolicy.of(stack).grant_replication([Fn.element(accounts, 0)])
        assert granted(stack)[0][0] == {"AWS": "arn:aws:iam::${element(var.accounts, 0)}:root"}

    @pytest.mark.parametrize(
        ("accounts", "prefixes", "problem"),
        [
            ([], ["*"], ("account_ids", "registry-policy-empty")),
            ([OTHER, "12"], ["*"], ("account_ids[1]", "account-id")),
            ([OTHER], ["Shop"], ("repository_prefixes[0]", "registry-policy-prefix")),
            ([OTHER], [], ("repository_prefixes", "registry-policy-prefix")),
        ],
    )
    def test_malformed_grants_are_refused(self, stack, accounts, prefixes, problem):
        with pytest.raises(InvalidInput) as caught:
            RegistryPolicy.of(stack).grant_replication(accounts, repository_prefixes=prefixes)
        assert codes(caught) == [problem]

    def test_without_grants_there_is_no_resource(self, stack):
        RegistryPolicy.of(stack).add_to_policy()
        assert "resource" not in synth(stack)

    def test_a_grant_after_a_synthesis_is_not_lost(self, stack):
        RegistryPolicy.of(stack).grant_replication([OTHER])
        synth(stack)
        RegistryPolicy.of(stack).grant_replication([THIRD])
        ((who, _, _),) = granted(stack)
        assert who == {"AWS": [root(OTHER)["AWS"], root(THIRD)["AWS"]]}


CONTRIBUTIONS = {
    "replicate": lambda policy: policy.grant_replication([OTHER]),
    "replicate too": lambda policy: policy.grant_replication([THIRD]),
    "create": lambda policy: policy.grant_replication([THIRD], create_repository=True, repository_prefixes=["b/", "a"]),
    "fill": lambda policy: policy.grant_pull_through([ROLE, OTHER], ecr_repository_prefixes=["quay"]),
}


@pytest.mark.parametrize("names", list(itertools.permutations(CONTRIBUTIONS)))
def test_the_order_of_contributions_makes_no_difference(app, names):
    texts = []
    for construct, order in (("As", tuple(CONTRIBUTIONS)), ("Other", names)):
        stack = TerraformStack(app, construct)
        AwsProvider(stack, "Aws", region="us-east-1", allowed_account_ids=[OWN])
        for name in order:
            CONTRIBUTIONS[name](RegistryPolicy.of(stack))
        texts.append(only(stack, KIND)["policy"])
    assert texts[0] == texts[1]


class TestScope:
    """Older registries may still be in the scope V1, in which ECR ignores all but three actions."""

    def warned(self, stack):
        synth(stack)
        return [text.split(" in it.")[0] for text in warnings(RegistryPolicy.of(stack))]

    def grant_more(self, stack):
        statement = PolicyStatement(actions="ecr:PutImage", principals=ROLE, resources="*")
        RegistryPolicy.of(stack).add_to_policy(statement)

    def test_of_what_such_a_registry_ignores_a_warning_says_so(self, stack):
        self.grant_more(stack)
        assert self.warned(stack) == ["A registry whose policy still has the scope V1 ignores ecr:PutImage"]

    def test_not_where_the_app_sets_the_scope_even_when_that_comes_later(self, stack):
        self.grant_more(stack)
        AccountSettings(stack, "Settings", registry_policy_scope="V2")
        assert self.warned(stack) == []

    def test_it_is_the_scope_of_the_same_registry_that_counts(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there")
        AccountSettings(stack, "Settings", registry_policy_scope="V2", provider=there)
        self.grant_more(stack)
        assert len(self.warned(stack)) == 1

    def test_not_of_what_every_registry_knows(self, stack):
        RegistryPolicy.of(stack).grant_replication([OTHER], create_repository=True)
        RegistryPolicy.of(stack).grant_pull_through([ROLE], ecr_repository_prefixes=["ROOT"])
        assert self.warned(stack) == []


class TestOnePerRegistry:
    def test_each_provider_has_its_own(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there", allowed_account_ids=[THIRD])
        RegistryPolicy.of(stack).grant_replication([OTHER])
        RegistryPolicy.of(stack, provider=there).grant_replication([OTHER])
        found = {
            each.get("provider"): json.loads(each["policy"])["Statement"][0]["Resource"]
            for each in every(stack, KIND).values()
        }
        assert found == {
            None: f"{REGISTRY}/*",
            "aws.there": f"arn:aws:ecr:eu-west-1:{THIRD}:repository/*",
        }

    def test_a_logical_id_is_its_terraform_name(self, stack):
        RegistryPolicy.of(stack, logical_id="registry").grant_replication([OTHER])
        assert list(every(stack, KIND)) == ["registry"]
