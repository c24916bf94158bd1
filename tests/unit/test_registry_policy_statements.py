"""The policy of a registry: statements about its repositories, and what ECR refuses in it."""

import dataclasses
import json

import parliament
import pytest

from ecr_constructs.core.iam import PolicyStatement, merge_statements, render_policy
from ecr_constructs.core.places import KnownPlace
from ecr_constructs.core.policies import check_repository_policy
from ecr_constructs.core.registry.policy import (
    FIRST_SCOPE_ACTIONS,
    PullThroughGrant,
    ReplicationGrant,
    actions_beyond_first_scope,
    check_registry_policy,
    check_replicated_prefixes,
    registry_statement,
)
from tests.unit.aws_models import SESSION, limits

OWN, OTHER, THIRD = "111111111111", "222222222222", "333333333333"
ROLE = f"arn:aws:iam::{OWN}:role/tasks"


def arn(pattern: str, region: str = "us-east-1", account: str = OWN, partition: str = "aws") -> str:
    return f"arn:{partition}:ecr:{region}:{account}:repository/{pattern}"


def replicate(*accounts: str, create: bool = False, prefixes: tuple[str, ...] = ("*",)) -> PolicyStatement:
    grant = ReplicationGrant(account_ids=accounts, create_repository=create, repository_prefixes=prefixes)
    return registry_statement(grant, KnownPlace("us-east-1", OWN))


def fill(*principals: str, prefixes: tuple[str, ...] = ("quay",)) -> PolicyStatement:
    grant = PullThroughGrant(principals=principals, ecr_repository_prefixes=prefixes)
    return registry_statement(grant, KnownPlace("us-east-1", OWN))


def own(**changes) -> PolicyStatement:
    values = {"sid": "Own", "actions": ("ecr:PutImage",), "principals": (ROLE,), "resources": (arn("*"),)}
    return PolicyStatement(**{**values, **changes})


def documents(*statements: PolicyStatement) -> list[dict]:
    return json.loads(render_policy(statements))["Statement"]


@dataclasses.dataclass(frozen=True)
class Anywhere:
    """A place of which not even the region may be known."""

    known_region: str | None
    known_account_id: str | None


def check(*statements: PolicyStatement, region: str | None = "us-east-1", account: str | None = OWN):
    found = check_registry_policy(statements, Anywhere(region, account))
    return [(problem.key, problem.code) for problem in found]


class TestStatementsWithResources:
    def test_resources_stand_between_actions_and_conditions(self):
        statement = own(resources=(arn("b"), arn("a"), arn("a")), conditions={"Bool": {"aws:SecureTransport": "true"}})
        (document,) = documents(statement)
        assert list(document) == ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"]
        assert document["Resource"] == [arn("a"), arn("b")]

    def test_one_text_stands_for_a_list_of_it(self):
        assert own(resources=arn("a")).resources == (arn("a"),)

    def test_statements_about_different_repositories_stay_apart(self):
        other = own(principals=(f"arn:aws:iam::{OTHER}:root",), resources=(arn("a"),), sid="Other")
        assert len(merge_statements([own(), other])) == 2
        assert len(merge_statements([own(sid=None), own(sid=None, resources=(arn("a"),))])) == 2

    def test_values_of_a_condition_are_not_united_over_different_repositories(self):
        one, other = (
            own(resources=(arn(each),), conditions={"StringEquals": {"aws:PrincipalTag/team": each}}) for each in "ab"
        )
        assert len(merge_statements([one, other])) == 2

    def test_a_repository_policy_takes_none(self):
        (problem,) = check_repository_policy([own()])
        assert (problem.key, problem.code) == ("policy.Own", "policy-resources")


class TestReplication:
    def test_the_account_replicates_into_every_repository(self):
        assert documents(replicate(OTHER)) == [
            {
                "Sid": "ReplicateImages",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"},
                "Action": "ecr:ReplicateImage",
                "Resource": arn("*"),
            }
        ]

    def test_where_asked_it_has_repositories_made(self):
        (document,) = documents(replicate(OTHER, create=True))
        assert document["Action"] == ["ecr:CreateRepository", "ecr:ReplicateImage"]

    @pytest.mark.parametrize("prefix", ["shop/", "shop/*"])
    def test_a_prefix_is_what_names_begin_with(self, prefix):
        (document,) = documents(replicate(OTHER, prefixes=(prefix,)))
        assert document["Resource"] == arn("shop/*")

    def test_accounts_that_are_given_the_same_share_a_statement(self):
        (document,) = documents(replicate(THIRD), replicate(OTHER))
        assert document["Principal"]["AWS"] == [f"arn:aws:iam::{OTHER}:root", f"arn:aws:iam::{THIRD}:root"]

    @pytest.mark.parametrize(
        "others",
        [
            replicate(THIRD, create=True),
            replicate(THIRD, prefixes=("a-b",)),
            replicate(THIRD, prefixes=("a/b", "c")),
            replicate(THIRD, prefixes=("${var.prefix}",)),
            fill(ROLE),
        ],
    )
    def test_grants_of_anything_else_stand_beside_each_other(self, others):
        grants = [replicate(OTHER), replicate(OTHER, prefixes=("a/b",)), others]
        assert check(*grants) == []
        assert len(documents(*grants)) == 3

    @pytest.mark.parametrize("prefixes", [(), ("",), ("Shop",), ("/shop",), ("shop*web",), ("a" * 257,)])
    def test_what_no_name_begins_with_is_refused(self, prefixes):
        assert [problem.code for problem in check_replicated_prefixes(prefixes, "p")] == ["registry-policy-prefix"]

    @pytest.mark.parametrize("prefix", ["*", "shop", "shop/", "shop-", "shop/*", "a.b_c", "a" * 256, "${var.prefix}"])
    def test_what_names_begin_with_is_taken(self, prefix):
        assert check_replicated_prefixes([prefix], "p") == []


class TestPullThrough:
    def test_principals_fill_the_repositories_below_the_prefix(self):
        assert documents(fill(ROLE, prefixes=("docker-hub",))) == [
            {
                "Sid": "FillCacheDockerHhub",
                "Effect": "Allow",
                "Principal": {"AWS": ROLE},
                "Action": ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
                "Resource": arn("docker-hub/*"),
            }
        ]

    def test_root_is_every_repository(self):
        (document,) = documents(fill(ROLE, prefixes=("ROOT",)))
        assert document["Resource"] == arn("*")

    @pytest.mark.parametrize("pair", [("a-b", "a/b"), ("a.b", "a_b"), ("ab", "a-b"), ("as", "a/")])
    def test_no_two_prefixes_share_a_sid(self, pair):
        first, second = (fill(ROLE, prefixes=(prefix,)).sid for prefix in pair)
        assert first != second


class TestChecks:
    @pytest.mark.parametrize("statements", [[replicate(OTHER)], [fill(ROLE)], [own()], [own(resources=("*",))]])
    def test_a_policy_that_ecr_takes_has_no_problem(self, statements):
        assert check(*statements) == []

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"principals": ("*",)}, "policy-public"),
            ({"principals": ("*",), "conditions": {"Bool": {"aws:SecureTransport": "true"}}}, "policy-public"),
            ({"principals": ("arn:aws-cn:iam::222222222222:root",)}, "policy-principals"),
            ({"actions": ("ecr:CreateRepositories",)}, "policy-actions"),
            ({"actions": ("s3:GetObject",)}, "policy-actions"),
            ({"actions": ()}, "policy-actions"),
            ({"principals": ()}, "policy-principals"),
            ({"principals": (OTHER,)}, "policy-principals"),
            ({"sid": "Own.1"}, "policy-sid"),
            ({"resources": ()}, "registry-policy-resource"),
            ({"resources": ("team/*",)}, "registry-policy-resource"),
            ({"resources": ("arn:aws:s3:::bucket",)}, "registry-policy-resource"),
            ({"resources": (arn("*", region="eu-west-1"),)}, "registry-policy-resource"),
            ({"resources": (arn("*", account=OTHER),)}, "registry-policy-resource"),
            ({"resources": (arn("*", partition="aws-cn"),)}, "registry-policy-resource"),
            ({"resources": (arn("a"), arn("b", account=OTHER))}, "registry-policy-resource"),
        ],
    )
    def test_a_statement_that_is_refused_is_one_problem(self, changes, code):
        statement = own(**changes)
        assert check(statement) == [(f"policy.{statement.sid}", code)]

    def test_everyone_with_a_condition_is_taken(self):
        condition = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
        assert check(own(principals=("*",), conditions=condition)) == []

    def test_where_the_registry_is_not_known_any_place_may_be_meant(self):
        assert check(own(resources=(arn("*", "eu-west-1", OTHER),)), region=None, account=None) == []

    def test_expressions_pass(self):
        assert check(own(resources=("${var.arn}",), actions=("${var.action}",), principals=("${var.role}",))) == []

    def test_every_mistake_of_every_statement_is_reported(self):
        found = check(own(principals=("*",), resources=()), own(sid="Other", actions=("s3:*",), resources=("x",)))
        assert found == [
            ("policy.Own", "policy-public"),
            ("policy.Own", "registry-policy-resource"),
            ("policy.Other", "policy-actions"),
            ("policy.Other", "registry-policy-resource"),
        ]

    def test_a_policy_is_as_long_as_ecr_takes_it(self):
        def statement(length: int) -> PolicyStatement:
            return own(sid="s" * length)

        longest = limits("ecr", "RegistryPolicyText")["max"]
        room = longest - len(render_policy([statement(0)]))
        assert check(statement(room)) == []
        assert check(statement(room + 1)) == [("policy", "policy-size")]


class TestScopes:
    def test_what_the_first_scope_knows_is_what_is_granted_here(self):
        grants = [replicate(OTHER, create=True), fill(ROLE)]
        assert {action for each in grants for action in each.actions} == set(FIRST_SCOPE_ACTIONS)
        assert actions_beyond_first_scope(grants) == []

    def test_everything_else_is_beyond_it(self):
        statements = [own(actions=("ecr:PutImage", "ecr:*", "ECR:replicateimage", "${var.action}"))]
        assert actions_beyond_first_scope(statements) == ["ecr:*", "ecr:PutImage"]


def test_parliament_finds_nothing():
    findings = parliament.analyze_policy_string(render_policy([replicate(OTHER, create=True), fill(ROLE), own()]))
    # Its table has this action for "*" alone; AWS's own example restricts it to the repositories of a prefix:
    # https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions-create-pullthroughcache.html
    known = "[{'action': 'ecr:BatchImportUpstreamImage', 'required_format': '*'}]"
    assert [str(each) for each in findings.findings if str(each.detail) != known] == []


def test_actions_that_are_granted_are_operations_or_known_permissions():
    operations = set(SESSION.get_service_model("ecr").operation_names)
    permissions = {"BatchImportUpstreamImage", "ReplicateImage"}  # what no call of the API has
    assert {action.removeprefix("ecr:") for action in FIRST_SCOPE_ACTIONS} - operations == permissions
