"""The other side of a grant: roles and users of the app get a policy of their own, and of others it is said."""

from __future__ import annotations

import json
from pathlib import Path

import parliament
import pytest

from ecr_constructs import CrossAccountPolicy, InvalidInput, Repository
from ecr_constructs._engine.aws import AwsProvider, IamRole, IamUser
from ecr_constructs.core.access.levels import ADMIN_ACTIONS, PULL_ACTIONS, PUSH_ACTIONS, READ_ACTIONS
from tests.constructs.synthesised import OTHER, OWN, THIRD, every, only, statements, synth
from tests.either_engine import bindings_of

DataAwsIamRole = bindings_of("data_aws_iam_role").DataAwsIamRole

TOKEN = {"Sid": "EcrToken", "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}
WEB = "${aws_ecr_repository.Web.arn}"
CI = f"arn:aws:iam::{OTHER}:role/ci"


def role_in(scope, name="Ci", **arguments):
    return IamRole(scope, name, assume_role_policy="{}", **arguments)


def repository(scope, name="Web", **arguments):
    return Repository(scope, name, repository_name=f"shop/{name.lower()}", logical_id=name, **arguments)


def allowed(stack, kind="aws_iam_role_policy"):
    """Return the statements of the one policy of an identity."""
    return json.loads(only(stack, kind)["policy"])["Statement"]


def notices(construct):
    return [entry.data for entry in construct.node.metadata if entry.type == "@cdktf/info"]


class TestBothSides:
    @pytest.mark.parametrize(
        ("grant", "sid", "actions", "token"),
        [
            ("grant_pull", "EcrPull", PULL_ACTIONS, True),
            ("grant_push", "EcrPush", PUSH_ACTIONS, True),
            ("grant_pull_push", "EcrPullPush", sorted({*PULL_ACTIONS, *PUSH_ACTIONS}), True),
            ("grant_read", "EcrRead", READ_ACTIONS, False),
            ("grant_admin", "EcrAdmin", ADMIN_ACTIONS, False),
        ],
    )
    def test_a_role_gets_the_same_actions_and_the_token_where_it_logs_in(self, stack, grant, sid, actions, token):
        getattr(repository(stack), grant)(role_in(stack))
        said = {"Sid": sid, "Effect": "Allow", "Action": [*actions], "Resource": WEB}
        assert allowed(stack) == [said, *([TOKEN] if token else [])]
        policy = only(stack, "aws_iam_role_policy")
        assert (policy["name"], policy["role"]) == ("ecr-access", "${aws_iam_role.Ci.name}")
        assert statements(stack)[0]["Principal"] == {"AWS": "${aws_iam_role.Ci.arn}"}
        assert statements(stack)[0]["Action"] == [*actions]

    def test_a_user_gets_one_as_well(self, stack):
        repository(stack).grant_pull(IamUser(stack, "Jo", name="jo"))
        assert [each["Sid"] for each in allowed(stack, "aws_iam_user_policy")] == ["EcrPull", "EcrToken"]
        assert only(stack, "aws_iam_user_policy")["user"] == "${aws_iam_user.Jo.name}"

    def test_there_is_one_whatever_the_number_of_repositories_and_grants(self, stack):
        ci, web, base = role_in(stack), repository(stack), repository(stack, "Base")
        base.grant_pull(ci)
        web.grant_pull(ci)
        web.grant_push(ci, ci)
        jobs = repository(stack, "Jobs")
        jobs.grant_pull(ci)
        pulled = ["${aws_ecr_repository.Base.arn}", "${aws_ecr_repository.Jobs.arn}"]
        both = sorted({*PULL_ACTIONS, *PUSH_ACTIONS})
        assert allowed(stack) == [
            {"Sid": "EcrPull", "Effect": "Allow", "Action": [*PULL_ACTIONS], "Resource": pulled},
            {"Sid": "EcrPullPush", "Effect": "Allow", "Action": both, "Resource": WEB},
            TOKEN,
        ]

    def test_a_grant_after_a_synthesis_is_not_lost(self, stack):
        ci, web = role_in(stack), repository(stack)
        web.grant_read(ci)
        synth(stack)
        repository(stack, "Base").grant_pull(ci)
        assert [each["Sid"] for each in allowed(stack)] == ["EcrPull", "EcrRead", "EcrToken"]

    def test_a_role_that_was_asked_for_again_is_the_same(self, stack):
        """The engine may hand out another object for it."""
        repository(stack).grant_pull(role_in(stack))
        repository(stack, "Base").grant_read(stack.node.find_child("Ci"))
        assert [each["Sid"] for each in allowed(stack)] == ["EcrPull", "EcrRead", "EcrToken"]

    def test_roles_have_one_each(self, stack):
        web = repository(stack)
        web.grant_pull(role_in(stack), role_in(stack, "Deploy"))
        assert {each["role"] for each in every(stack, "aws_iam_role_policy").values()} == {
            "${aws_iam_role.Ci.name}",
            "${aws_iam_role.Deploy.name}",
        }

    def test_the_construct_of_access_writes_both_sides_too(self, stack):
        ci, web = role_in(stack), repository(stack)
        CrossAccountPolicy(stack, "Access", repository=web, pull_principals=[ci, OTHER], admin_principals=[ci])
        assert [each["Sid"] for each in allowed(stack)] == ["EcrPullAdmin", "EcrToken"]
        assert [each["Sid"] for each in statements(stack)] == ["AdminPrincipals", "PullPrincipals"]

    def test_a_repository_that_exists_already_is_named_by_its_arn(self, stack):
        arn = f"arn:aws:ecr:us-east-1:{OWN}:repository/old"
        Repository.from_arn(stack, "Old", arn).grant_pull(role_in(stack))
        assert allowed(stack)[0]["Resource"] == arn

    def test_it_belongs_to_the_provider_of_its_role(self, stack):
        there = AwsProvider(stack, "There", region="us-east-1", alias="there", allowed_account_ids=[OTHER])
        repository(stack).grant_pull(role_in(stack, provider=there))
        assert only(stack, "aws_iam_role_policy")["provider"] == "aws.there"

    def test_accounts_and_services_need_none(self, stack):
        repository(stack).grant_pull(OTHER, "codebuild.amazonaws.com")
        assert "aws_iam_role_policy" not in synth(stack)["resource"]


class TestStacks:
    def test_it_is_in_the_stack_of_the_role_with_the_arn_written_out(self, make_stack, stack):
        """The repository's policy refers to the role; a reference back would be a circle of stacks."""
        jobs = make_stack("jobs")
        repository(stack).grant_pull(role_in(jobs))
        assert allowed(jobs)[0]["Resource"] == f"arn:aws:ecr:us-east-1:{OWN}:repository/shop/web"
        assert "aws_iam_role_policy" not in synth(stack)["resource"]

    def test_the_repositorys_side_comes_after_the_role(self, app, make_stack, stack):
        repository(stack).grant_pull(role_in(make_stack("jobs")))
        app.synth()
        written = json.loads(Path(app.outdir, "stacks", "dev", "cdk.tf.json").read_text(encoding="utf-8"))
        policy = next(iter(written["resource"]["aws_ecr_repository_policy"].values()))["policy"]
        assert "data.terraform_remote_state.cross-stack-reference-input-jobs" in policy

    def test_one_policy_allows_the_repositories_of_several_stacks(self, make_stack, stack):
        jobs, other = make_stack("jobs"), make_stack("other", region="eu-west-1")
        ci = role_in(jobs)
        repository(stack).grant_pull(ci)
        repository(other).grant_pull(ci)
        regions = ("eu-west-1", "us-east-1")
        assert allowed(jobs)[0]["Resource"] == [f"arn:aws:ecr:{each}:{OWN}:repository/shop/web" for each in regions]

    def test_where_the_arn_is_not_known_the_other_side_is_said_to_be_needed(self, make_stack):
        images, jobs = make_stack("images", account_ids=None), make_stack("jobs")
        web = repository(images)
        web.grant_pull(role_in(jobs))
        assert "aws_iam_role_policy" not in synth(jobs)["resource"]
        synth(images)
        (notice,) = notices(web)
        assert "[grant-other-side]" in notice


def granted_until_it_is_refused(repositories, *who):
    """Grant pulling from one repository after the other, and return how many went, and the problem."""
    for number, each in enumerate(repositories):
        try:
            each.grant_pull(*who)
        except InvalidInput as error:
            return number, error.problems
    pytest.fail("nothing was refused")


class TestLength:
    """Users have 2,048 characters for all their policies, without blanks, and roles 10,240."""

    def test_more_repositories_than_fit_into_a_user(self, stack):
        jo, ci = IamUser(stack, "Jo", name="jo"), role_in(stack)
        number, (problem,) = granted_until_it_is_refused((repository(stack, f"W{each}") for each in range(60)), jo, ci)
        assert (problem.key, problem.code) == ("principals", "identity-policy-size")
        assert "2,048" in problem.rule
        assert 20 < number < 40
        kept = allowed(stack, "aws_iam_user_policy")
        assert len(kept[0]["Resource"]) == number
        assert allowed(stack) == kept  # of the role as well: what was refused leaves nothing behind

    def test_a_role_takes_five_times_as_many(self, stack):
        ci = role_in(stack)
        arns = (f"arn:aws:ecr:us-east-1:{OWN}:repository/shop/web{each:03}" for each in range(200))
        several = (Repository.from_arn(stack, f"R{index}", arn) for index, arn in enumerate(arns))
        number, (problem,) = granted_until_it_is_refused(several, ci)
        assert "10,240" in problem.rule
        assert 120 < number < 200
        assert len(only(stack, "aws_iam_role_policy")["policy"]) <= 10_240


class TestNotices:
    @pytest.mark.parametrize(
        ("grant", "who", "said"),
        [
            ("grant_pull", CI, ["ecr:GetAuthorizationToken on '*'", "the same actions"]),
            ("grant_pull", f"arn:aws:iam::{OWN}:user/jo", ["ecr:GetAuthorizationToken on '*'"]),
            ("grant_read", CI, ["the same actions"]),
            ("grant_read", f"arn:aws:iam::{OWN}:role/ci", None),
            ("grant_pull", OTHER, None),
            ("grant_pull", f"arn:aws:iam::{OTHER}:root", None),
            ("grant_pull", "codebuild.amazonaws.com", None),
        ],
    )
    def test_what_a_role_from_elsewhere_still_needs(self, stack, grant, who, said):
        web = repository(stack)
        getattr(web, grant)(who)
        synth(stack)
        if said is None:
            assert notices(web) == []
            return
        (notice,) = notices(web)
        assert who in notice
        assert "`ecr-constructs access` prints it" in notice
        for words in ("ecr:GetAuthorizationToken on '*'", "the same actions"):
            assert (words in notice) is (words in said)

    def test_a_role_that_is_looked_up_is_from_elsewhere(self, stack):
        web = repository(stack)
        web.grant_pull(DataAwsIamRole(stack, "Ci", name="ci"))
        synth(stack)
        assert len(notices(web)) == 1
        assert "TfToken" not in notices(web)[0]

    def test_it_is_said_once_for_all_of_a_repository(self, stack):
        web = repository(stack)
        web.grant_pull(CI)
        web.grant_push(f"arn:aws:iam::{THIRD}:role/build")
        synth(stack)
        synth(stack)
        (notice,) = notices(web)
        assert CI in notice
        assert f"arn:aws:iam::{THIRD}:role/build" in notice

    def test_nothing_is_said_of_a_role_of_the_app(self, stack):
        web = repository(stack)
        web.grant_pull(role_in(stack))
        synth(stack)
        assert notices(web) == []


def test_parliament_finds_nothing_in_what_a_role_is_allowed(stack):
    ci = role_in(stack)
    for grant in ("grant_pull", "grant_push", "grant_read", "grant_admin"):
        getattr(repository(stack, grant.removeprefix("grant_").capitalize()), grant)(ci)
    policy = only(stack, "aws_iam_role_policy")["policy"]
    for name in ("Pull", "Push", "Read", "Admin"):
        arn = f"arn:aws:ecr:us-east-1:{OWN}:repository/shop/{name.lower()}"
        policy = policy.replace(f"${{aws_ecr_repository.{name}.arn}}", arn)
    newer = ("ecr:DescribeImageSigningStatus", "ecr:ListImageReferrers", "ecr:UpdateImageStorageClass")
    findings = map(str, parliament.analyze_policy_string(policy).findings)
    assert [each for each in findings if not any(action in each for action in newer)] == []
