"""Levels of access: what is granted is what the level allows, and every policy is one that ECR takes."""

from __future__ import annotations

import json

import parliament
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_constructs.config.desired import access_of
from ecr_constructs.config.reading.parse import parse_environment
from ecr_constructs.core.access.checks import check_access
from ecr_constructs.core.access.grants import AccessGrants, lets_pull, statements_of
from ecr_constructs.core.access.identity import LONGEST_INLINE, check_identity_length, identity_statements
from ecr_constructs.core.access.levels import (
    ACTIONS,
    ADMIN_ACTIONS,
    LOOK_ACTIONS,
    PULL_ACTIONS,
    PUSH_ACTIONS,
    READ_ACTIONS,
    TOKEN_ACTION,
    TRUSTED_ACTIONS,
    Level,
)
from ecr_constructs.core.access.notices import needs_other_side, other_side_notice, wide_notices
from ecr_constructs.core.actions import ECR
from ecr_constructs.core.iam import PolicyStatement, render_policy
from ecr_constructs.core.places import KnownPlace
from tests.unit.aws_models import SESSION

OWN, OTHER = "111111111111", "222222222222"
PLACE = KnownPlace("us-east-1", OWN)
HEAD = {"project": "shop", "env": "dev", "region": "us-east-1", "account_id": OWN}
# What parliament's own list does not have yet; botocore's models do.
NEWER = {"ecr:DescribeImageSigningStatus", "ecr:ListImageReferrers", "ecr:UpdateImageStorageClass"}

account_ids = st.integers(0, 10**12 - 1).map(lambda each: f"{each:012}").filter(lambda each: each != OWN)
organizations = st.from_regex(r"o-[a-z0-9]{10,32}", fullmatch=True)
paths = st.builds(
    "{}/r-{}/ou-{}-{}/*".format, organizations, *[st.sampled_from(["ab12", "cd34"])] * 2, st.just("1" * 8)
)
names = st.from_regex(r"[\w+=,.@-]{1,64}", fullmatch=True).filter(str.isascii)
arns = st.builds("arn:aws:iam::{}:{}/{}".format, account_ids, st.sampled_from(["role", "user", "role/team"]), names)
services = st.sampled_from(["codebuild.amazonaws.com", "ecs-tasks.amazonaws.com", "lambda.amazonaws.com"])
principals = st.one_of(account_ids, arns, services, organizations, paths, st.just("organization"))


def lists(of):
    return st.lists(of, max_size=4, unique=True).map(tuple)


grants = st.builds(
    AccessGrants,
    allowed_account_ids=lists(account_ids),
    organization_id=st.none() | organizations,
    organization_paths=lists(paths),
    service_principals=lists(services),
    enable_lambda_pull=st.booleans(),
    lambda_account_ids=lists(account_ids),
    push_account_ids=lists(account_ids),
    push_organization_id=st.none() | organizations,
    push_organization_paths=lists(paths),
    **{f"{level}_principals": lists(principals) for level in Level},
).filter(lambda each: each != AccessGrants())


def documents(given_):
    return json.loads(render_policy(statements_of(given_, PLACE)))["Statement"]


def listed(value):
    return value if isinstance(value, list) else [value]


def findings(statements, resource):
    """Return what parliament finds; a repository's policy has no Resource, because it applies to its repository."""
    policy = {
        "Version": "2012-10-17",
        "Statement": [{**({"Resource": resource} if resource else {}), **each} for each in statements],
    }
    found = map(str, parliament.analyze_policy_string(json.dumps(policy)).findings)
    return [each for each in found if not any(action in each for action in NEWER)]


class TestActions:
    @pytest.mark.parametrize("actions", [*ACTIONS.values(), TRUSTED_ACTIONS, LOOK_ACTIONS])
    def test_each_is_one_of_ecr_that_a_repository_policy_can_grant(self, actions):
        plain = {each.removeprefix("ecr:") for each in actions}
        assert [*actions] == sorted(set(actions))
        assert plain <= {*SESSION.get_service_model("ecr").operation_names} & ECR.of_repository

    def test_what_is_not_in_parliaments_list_is_in_ecrs_model(self):
        assert {each.removeprefix("ecr:") for each in NEWER} <= {*SESSION.get_service_model("ecr").operation_names}

    def test_the_levels_do_not_give_each_other_away(self):
        assert not {*ADMIN_ACTIONS} & {*PULL_ACTIONS, *PUSH_ACTIONS}
        assert {*READ_ACTIONS} < {*ADMIN_ACTIONS}
        everything = {f"ecr:{each}" for each in ECR.of_repository}
        left = everything - {*PULL_ACTIONS, *PUSH_ACTIONS, *ADMIN_ACTIONS}
        assert left == {"ecr:BatchImportUpstreamImage", "ecr:DeleteRepository", "ecr:ReplicateImage"}


@settings(deadline=None, max_examples=30)  # parliament takes its time
@given(grants)
def test_whatever_is_granted_the_policy_is_one_that_ecr_takes_and_parliament_finds_nothing(given_):
    assert check_access(given_, PLACE) == []
    assert findings(documents(given_), f"arn:aws:ecr:us-east-1:{OWN}:repository/web") == []


@settings(deadline=None)
@given(grants)
def test_nobody_gets_an_action_that_no_level_of_theirs_has(given_):
    """And nobody gets in who is not named: everyone is always of an organisation, and a service of an account."""
    allowed = {
        "Pull": {*TRUSTED_ACTIONS},
        "CrossAccountPermission": {*PULL_ACTIONS},
        "Lambda": {*PULL_ACTIONS},
        "Push": {*PUSH_ACTIONS},
        "Read": {*READ_ACTIONS},
        "Admin": {*ADMIN_ACTIONS},
    }
    for statement in documents(given_):
        (most,) = (actions for head, actions in allowed.items() if statement["Sid"].startswith(head))
        assert {*listed(statement["Action"])} <= most
        assert statement["Effect"] == "Allow"
        if statement["Principal"] == "*" or "Service" in statement["Principal"]:
            assert statement["Condition"]
        if statement["Sid"].startswith("PullPrincipals"):
            assert {*listed(statement["Action"])} == {*PULL_ACTIONS}


@settings(deadline=None)
@given(st.sampled_from([*Level]), lists(principals).filter(bool))
def test_a_level_alone_grants_all_of_its_actions_and_no_other(level, named):
    statements = documents(AccessGrants(**{f"{level}_principals": named}))
    assert all({*listed(each["Action"])} == {*ACTIONS[level]} for each in statements)
    said = json.dumps(statements).replace("o-" + "x" * 32, "organization")
    assert all(each in said for each in named)


class TestIdentities:
    levels = st.dictionaries(
        st.integers(0, 999).map(lambda each: f"arn:aws:ecr:us-east-1:{OWN}:repository/shop/web{each:03}"),
        st.sets(st.sampled_from([*Level]), min_size=1),
        min_size=1,
        max_size=12,
    )

    @settings(deadline=None, max_examples=30)
    @given(levels)
    def test_an_identity_is_allowed_the_same_on_each_repository_and_the_token_to_log_in(self, levels):
        allowed, token = {}, False
        statements = json.loads(render_policy(identity_statements(levels)))["Statement"]
        for statement in statements:
            assert statement["Sid"].isalnum()
            token = token or statement == {**statement, "Action": TOKEN_ACTION, "Resource": "*"}
            for arn in listed(statement["Resource"]):
                allowed.setdefault(arn, set()).update(listed(statement["Action"]))
        allowed.pop("*", None)
        assert allowed == {arn: {each for level in of for each in ACTIONS[level]} for arn, of in levels.items()}
        assert token == any({Level.PULL, Level.PUSH} & of for of in levels.values())
        assert findings(statements, None) == []

    @pytest.mark.parametrize(("kind", "longest"), [("role", 10_240), ("user", 2_048)])
    def test_it_fits_into_its_role_or_user_to_the_last_character(self, kind, longest):
        """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html."""
        assert LONGEST_INLINE[kind] == longest

        def length(count, end):
            levels = {f"arn:{each:040}{'x' * (end if each == 0 else 0)}": {Level.READ} for each in range(count)}
            text = render_policy(identity_statements(levels))
            return len(text), check_identity_length(levels, kind)

        count = next(each for each in range(1, 500) if length(each + 1, 0)[0] > longest)
        spare = longest - length(count, 0)[0]
        assert length(count, spare) == (longest, [])
        (problem,) = length(count, spare + 1)[1]
        assert (problem.code, problem.got) == ("identity-policy-size", f"{longest + 1:,}")


CI, OWN_ROLE = f"arn:aws:iam::{OTHER}:role/ci", f"arn:aws:iam::{OWN}:role/ci"


class TestNotices:
    @pytest.mark.parametrize(
        ("principal", "level", "account_id", "expected"),
        [
            (CI, Level.READ, OWN, True),
            (OWN_ROLE, Level.READ, OWN, False),
            (OWN_ROLE, Level.ADMIN, OWN, False),
            (OWN_ROLE, Level.PULL, OWN, True),
            (OWN_ROLE, Level.READ, None, True),
            ("${TfToken[TOKEN.1]}", Level.READ, OWN, True),
            (OTHER, Level.PULL, OWN, False),
            ("o-a1b2c3d4e5", Level.PUSH, OWN, False),
            ("codebuild.amazonaws.com", Level.PULL, OWN, False),
        ],
    )
    def test_who_can_do_nothing_by_the_repositorys_policy_alone(self, principal, level, account_id, expected):
        """In its own account that is enough for all but the token of `docker login`."""
        assert needs_other_side(principal, {level}, account_id) is expected
        assert bool(other_side_notice([(principal, level)], KnownPlace("us-east-1", account_id))) is expected

    def test_the_notice_names_three_and_counts_the_rest(self):
        named = [(f"arn:aws:iam::{OTHER}:role/r{each}", Level.PULL) for each in range(5)]
        (notice,) = other_side_notice([*named, *named], PLACE)
        assert f"{named[2][0]} and 2 more" in notice.fix

    def test_organisations_that_only_pull_or_read_are_not_pointed_out(self):
        given_ = AccessGrants(
            organization_id="o-a1b2c3d4e5", pull_principals=("organization",), read_principals=("organization",)
        )
        assert [*wide_notices(given_)] == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"allowed_account_ids": [OTHER]}, True),
        ({"pull_principals": [OTHER]}, True),
        ({"pull_principals": [CI]}, True),
        ({"pull_principals": ["organization"]}, True),
        ({"organization_paths": ["o-a1b2c3d4e5/r-ab12/*"]}, True),
        ({"pull_principals": ["333333333333", OWN_ROLE, "codebuild.amazonaws.com"]}, False),
        ({"push_principals": [OTHER]}, False),
        ({"read_principals": [OTHER], "admin_principals": [OTHER]}, False),
        ({"push_account_ids": [OTHER]}, False),
        ({"policy_statements": [PolicyStatement(actions=("ecr:*",), principals=(OTHER,))]}, True),
        ({"policy_statements": [PolicyStatement(actions=("ecr:Batch*", "ecr:GetDown*"), principals=(CI,))]}, True),
        ({"policy_statements": [PolicyStatement(actions=("ecr:Batch*",), principals=(CI,))]}, False),
        ({"policy_statements": [PolicyStatement(actions=("ecr:*",), principals=(OTHER,), effect="Deny")]}, False),
    ],
)
def test_whether_an_account_is_let_pull(said, expected):
    assert lets_pull(AccessGrants(**said), OTHER, PLACE) is expected


def repositories(**said):
    environment, problems = parse_environment({**HEAD, **said}, file="dev.yaml")
    assert problems == []
    return {name: access_of(each) for name, each in environment.repositories.items()}, environment


class TestFiles:
    def test_a_list_of_a_repository_stands_instead_of_that_of_the_defaults(self):
        found, _ = repositories(
            ecr_defaults={"pull_principals": [OTHER], "push_principals": [CI], "policy_statements": [
                {"actions": ["ecr:BatchGetImage"], "principals": [OTHER]}]},
            ecr_repositories={"api": {}, "web": {"pull_principals": ["333333333333"], "policy_statements": []}},
        )  # fmt: skip
        assert (found["api"].pull_principals, found["web"].pull_principals) == ((OTHER,), ("333333333333",))
        assert (found["api"].push_principals, found["web"].push_principals) == ((CI,), (CI,))
        assert (len(found["api"].policy_statements), found["web"].policy_statements) == (1, ())

    def test_they_need_no_switch(self):
        found, _ = repositories(
            ecr_repositories={"web": {"pull_principals": [OTHER], "enable_cross_account_access": False}}
        )
        assert found["web"].pull_principals == (OTHER,)

    def test_functions_of_accounts_that_may_pull_by_name_may_use_images(self):
        who = [OTHER, "arn:aws:iam::333333333333:root", "arn:aws:iam::444444444444:role/ci", "organization"]
        found, _ = repositories(ecr_repositories={"web": {"pull_principals": who, "enable_lambda_pull": True}})
        assert found["web"].lambda_account_ids == (OTHER, "333333333333")

    def test_roles_of_the_own_account_that_read_need_nothing_more(self):
        _, environment = repositories(ecr_repositories={"web": {"read_principals": [OWN_ROLE]}})
        assert environment.notices == ()

    def test_a_policy_that_levels_and_statements_make_too_long_is_refused(self):
        who = [f"arn:aws:iam::{OTHER}:role/{'r' * 50}{each:04}" for each in range(120)]
        _, (problem,) = parse_environment(
            {**HEAD, "ecr_repositories": {"web": {"admin_principals": who}}}, file="dev.yaml"
        )
        assert (problem.key, problem.code) == ("ecr_repositories.web.admin_principals", "policy-size")
