"""Roles that jobs of GitHub Actions and GitLab CI take on, and the identity providers that vouch for them."""

from __future__ import annotations

import json

import pytest

from ecr_constructs import (
    GithubOidcRole,
    GithubRepository,
    GitlabOidcRole,
    GitlabProject,
    InvalidInput,
    Repository,
)
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import TerraformVariable
from tests.constructs.synthesised import OTHER, OWN, codes, every, only, resolved, synth, warnings

PROVIDER = "aws_iam_openid_connect_provider"
ROLE, POLICY = "aws_iam_role", "aws_iam_role_policy"
HOST = "token.actions.githubusercontent.com"
REPOSITORY = f"arn:aws:ecr:us-east-1:{OWN}:repository/shop/web"
PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
KNOWN = GithubRepository(repository="acme/web", owner_id=1, repository_id=2)


def github(scope, construct="Ci", **arguments):
    given = {"role_name": "ci", "github_repositories": [KNOWN], "repositories": [REPOSITORY], **arguments}
    return GithubOidcRole(scope, construct, **given)


def gitlab(scope, construct="Lab", **arguments):
    given = {"role_name": "lab", "gitlab_projects": ["acme/web"], "repositories": [REPOSITORY], **arguments}
    return GitlabOidcRole(scope, construct, **given)


def documents(stack, role):
    """Return whom a role trusts and what it may do, by the sids of the statements."""
    name = next(name for name, each in every(stack, ROLE).items() if each["name"] == role)
    policy = next(each for each in every(stack, POLICY).values() if each["role"] == f"${{{ROLE}.{name}.name}}")
    texts = (every(stack, ROLE)[name]["assume_role_policy"], policy["policy"])
    return [{each["Sid"]: each for each in json.loads(text)["Statement"]} for text in texts]


class TestRole:
    def test_a_job_logs_in_and_pushes_to_and_pulls_from_the_named_repositories(self, stack):
        web = Repository(stack, "Web", repository_name="shop/web")
        github(stack, repositories=[web], pull_repositories=[f"arn:aws:ecr:eu-west-1:{OTHER}:repository/base"])
        trust, may = documents(stack, "ci")
        assert trust["Exactly"] == {
            "Sid": "Exactly",
            "Effect": "Allow",
            "Principal": {"Federated": f"${{{PROVIDER}.github.arn}}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {
                    f"{HOST}:aud": "sts.amazonaws.com",
                    f"{HOST}:sub": ["repo:acme/web:ref:refs/heads/main", "repo:acme@1/web@2:ref:refs/heads/main"],
                }
            },
        }
        assert {sid: each["Resource"] for sid, each in may.items()} == {
            "Token": "*",
            "PushAndPull": REPOSITORY,
            "Pull": f"arn:aws:ecr:eu-west-1:{OTHER}:repository/base",
        }
        assert may["Pull"]["Action"] == PULL
        assert {*PULL, "ecr:PutImage"} < {*may["PushAndPull"]["Action"]}

    def test_the_role_is_as_it_was_asked_for(self, stack):
        boundary = f"arn:aws:iam::{OWN}:policy/developers"
        made = github(stack, permissions_boundary=boundary, max_session_duration=7200, tags={"Team": "web"})
        role = only(stack, ROLE)
        assert (role["name"], role["permissions_boundary"], role["max_session_duration"], role["tags"]) == (
            "ci",
            boundary,
            7200,
            {"Team": "web"},
        )
        assert len({*resolved(stack, [made.role.arn, made.role_arn])}) == 1

    def test_a_job_may_put_the_event_that_deploys_and_no_other_one(self, stack):
        github(stack, put_deployment_events=True, event_bus_name="deployments")
        _, may = documents(stack, "ci")
        assert may["PutDeploymentEvents"]["Resource"] == f"arn:aws:events:us-east-1:{OWN}:event-bus/deployments"
        assert may["PutDeploymentEvents"]["Condition"] == {
            "StringEquals": {"events:source": "action.production", "events:detail-type": "DEPLOY"}
        }

    def test_a_job_reads_what_is_published_of_them(self, stack):
        github(stack, published_names=["team"], published_beside=["team/api", "web"], prefix="/shop")
        _, may = documents(stack, "ci")
        assert may["ReadParameters"]["Action"] == ["ssm:GetParameter", "ssm:GetParameters"]
        assert f"arn:aws:ssm:us-east-1:{OWN}:parameter/shop/team/url" in may["ReadParameters"]["Resource"]
        assert "*" not in str(may["ReadParameters"]["Resource"])

    def test_one_that_deploys_alone_needs_no_repository(self, stack):
        github(stack, repositories=[], put_deployment_events=True)
        _, may = documents(stack, "ci")
        assert {*may} == {"PutDeploymentEvents"}

    def test_the_terraform_name_is_the_one_that_was_chosen(self, stack):
        github(stack, logical_id="ci")
        assert {*every(stack, ROLE)} == {*every(stack, POLICY)} == {"ci"}

    def test_what_is_said_of_whom_it_trusts_is_attached_to_it(self, stack):
        made = github(stack, github_repositories=["acme/web", GithubRepository(repository="a/b", pull_requests=True)])
        assert [each.rpartition("[")[2] for each in warnings(made)] == [
            "github-by-name]",
            "github-by-name]",
            "github-pull-requests]",
        ]


class TestGitlab:
    def test_jobs_of_a_project_are_trusted_by_its_path(self, stack):
        gitlab(stack, gitlab_projects=["acme/web", GitlabProject(project="acme/tools/cli", tags=["v*"])])
        trust, _ = documents(stack, "lab")
        assert trust["Exactly"]["Condition"] == {
            "StringEquals": {
                "gitlab.com:aud": "https://gitlab.com",
                "gitlab.com:sub": "project_path:acme/web:ref_type:branch:ref:main",
            }
        }
        assert trust["Patterns"]["Condition"]["StringLike"] == {
            "gitlab.com:sub": "project_path:acme/tools/cli:ref_type:tag:ref:v*"
        }

    def test_an_instance_of_one_s_own_has_an_address_and_an_audience_of_its_own(self, stack):
        gitlab(stack, gitlab_url="https://git.example.com", audience="aws")
        trust, _ = documents(stack, "lab")
        assert trust["Exactly"]["Condition"]["StringEquals"]["git.example.com:aud"] == "aws"
        assert every(stack, PROVIDER) == {
            "git_D_example_D_com": {"url": "https://git.example.com", "client_id_list": ["aws"]}
        }


class TestProvider:
    def test_the_first_role_of_a_stack_makes_it_and_the_others_share_it(self, stack):
        first, second = github(stack), github(stack, "Other", role_name="other")
        assert every(stack, PROVIDER) == {
            "github": {"url": f"https://{HOST}", "client_id_list": ["sts.amazonaws.com"]},
        }
        arns = resolved(stack, [first.oidc_provider_arn, second.oidc_provider_arn])
        assert arns == [f"${{{PROVIDER}.github.arn}}"] * 2

    def test_its_terraform_name_stays_when_the_role_that_made_it_goes(self, make_stack):
        both, one = make_stack("both"), make_stack("one")
        github(both), github(both, "Other", role_name="other")
        github(one, "Other", role_name="other")
        assert every(both, PROVIDER) == every(one, PROVIDER)

    def test_each_stack_and_each_service_has_its_own(self, make_stack):
        dev, prod = make_stack("dev"), make_stack("prod")
        github(dev), gitlab(dev), github(prod)
        assert {*every(dev, PROVIDER)} == {"github", "gitlab_D_com"}
        assert {*every(prod, PROVIDER)} == {"github"}

    def test_each_provider_of_a_stack_has_its_own(self, stack):
        other = AwsProvider(stack, "Other", alias="other", region="eu-west-1", allowed_account_ids=[OTHER])
        github(stack)
        github(stack, "There", role_name="there", provider=other, repositories=[REPOSITORY])
        made = every(stack, PROVIDER)
        assert {name: each.get("provider") for name, each in made.items()} == {
            "github": None,
            "github_other": "aws.other",
        }

    def test_it_is_for_the_audiences_of_all_roles(self, stack):
        github(stack), github(stack, "Other", role_name="other", audience="https://acme.example")
        assert only(stack, PROVIDER)["client_id_list"] == ["https://acme.example", "sts.amazonaws.com"]

    def test_one_that_exists_is_looked_up_once(self, stack):
        made = github(stack, find_oidc_provider=True)
        github(stack, "Other", role_name="other", find_oidc_provider=True)
        assert every(stack, PROVIDER) == {}
        assert synth(stack)["data"][PROVIDER] == {"github": {"url": f"https://{HOST}"}}
        trust, _ = documents(stack, "ci")
        assert trust["Exactly"]["Principal"] == {"Federated": f"${{data.{PROVIDER}.github.arn}}"}
        assert made.oidc_provider_arn

    def test_one_by_its_arn_is_neither_made_nor_looked_up(self, stack):
        arn = f"arn:aws:iam::{OWN}:oidc-provider/{HOST}"
        made = github(stack, oidc_provider_arn=arn)
        assert made.oidc_provider_arn == arn
        assert every(stack, PROVIDER) == {}
        assert "data" not in synth(stack)

    def test_in_china_the_audience_is_another_one(self, make_stack):
        stack = make_stack("cn", region="cn-north-1")
        github(stack, repositories=[f"arn:aws-cn:ecr:cn-north-1:{OWN}:repository/web"])
        assert only(stack, PROVIDER)["client_id_list"] == ["sts.amazonaws.com.cn"]

    def test_where_account_and_region_are_known_later_the_documents_take_terraform_s_word(self, make_stack):
        stack = make_stack("later", region=None)
        arn = TerraformVariable(stack, "arn", type="string").string_value
        github(stack, oidc_provider_arn=arn, repositories=[Repository(stack, "Web", repository_name="web")])
        trust, may = documents(stack, "ci")
        assert trust["Exactly"]["Principal"] == {"Federated": "${var.arn}"}
        assert may["PushAndPull"]["Resource"].startswith("${aws_ecr_repository.")


class TestMistakes:
    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ({"github_repositories": []}, [("github_repositories", "oidc-source")]),
            ({"github_repositories": ["web"]}, [("github_repositories[0].repository", "github-repository")]),
            ({"github_repositories": ["acme/*"]}, [("github_repositories[0].repository", "github-repository")]),
            ({"github_repositories": [KNOWN, "Acme/Web"]}, [("github_repositories[1]", "oidc-source-twice")]),
            (
                {"github_repositories": [GithubRepository(repository="a/b", owner_id=1, branches=["a b"])]},
                [
                    ("github_repositories[0].repository_id", "github-ids"),
                    ("github_repositories[0].branches[0]", "oidc-ref"),
                ],
            ),
            (
                {"github_repositories": [GithubRepository(repository="a/b", owner_id=0, repository_id=1)]},
                [("github_repositories[0].owner_id", "github-ids")],
            ),
            ({"role_name": "c i"}, [("role_name", "identity-name")]),
            ({"repositories": []}, [("repositories", "identity-repositories")]),
            ({"repositories": ["web"]}, [("repositories[0]", "identity-repositories")]),
            ({"pull_repositories": ["web"]}, [("pull_repositories[0]", "identity-repositories")]),
            ({"max_session_duration": 60}, [("max_session_duration", "identity-session")]),
            ({"permissions_boundary": "developers"}, [("permissions_boundary", "identity-boundary")]),
            ({"audience": "a b"}, [("audience", "oidc-audience")]),
            ({"oidc_provider_arn": "github"}, [("oidc_provider_arn", "oidc-provider")]),
            (
                {"oidc_provider_arn": f"arn:aws:iam::{OTHER}:oidc-provider/{HOST}"},
                [("oidc_provider_arn", "oidc-provider")],
            ),
            (
                {"oidc_provider_arn": f"arn:aws:iam::{OWN}:oidc-provider/gitlab.com"},
                [("oidc_provider_arn", "oidc-provider")],
            ),
            (
                {"oidc_provider_arn": f"arn:aws:iam::{OWN}:oidc-provider/{HOST}", "find_oidc_provider": True},
                [("find_oidc_provider", "oidc-provider")],
            ),
            ({"repositories": [f"{REPOSITORY}{n:03}" for n in range(200)]}, [("repositories", "identity-size")]),
        ],
    )
    def test_is_refused_before_anything_is_made(self, stack, arguments, expected):
        with pytest.raises(InvalidInput) as caught:
            github(stack, **arguments)
        assert codes(caught) == expected
        assert every(stack, ROLE) == every(stack, PROVIDER) == {}

    def test_a_project_without_its_group_is_refused(self, stack):
        with pytest.raises(InvalidInput) as caught:
            gitlab(stack, gitlab_projects=["web"], gitlab_url="gitlab.example.com")
        assert codes(caught) == [("gitlab_url", "oidc-url"), ("gitlab_projects[0].project", "gitlab-project")]

    def test_what_a_stack_makes_it_does_not_look_up_as_well(self, stack):
        github(stack)
        with pytest.raises(InvalidInput, match=r"must be False, as at dev/Ci, which makes the provider") as caught:
            github(stack, "Other", role_name="other", find_oidc_provider=True)
        assert codes(caught) == [("find_oidc_provider", "oidc-provider")]

    def test_two_roles_of_a_stack_have_two_names(self, stack):
        github(stack)
        with pytest.raises(InvalidInput) as caught:
            github(stack, "Other", role_name="CI")
        assert codes(caught) == [("role_name", "identity-taken")]
