"""Policies and identity providers that a change destroys or replaces."""

import pytest

from ecr_constructs.review.identities import judge_identities
from tests.unit.reviewed import change_of

DEV = "project: shop\nenv: dev\nregion: eu-west-1\naccount_id: '111111111111'\n"
TWO = "ecr_repositories: {api: {}, web: {}}\n"
GITHUB = "github_repos: [{repo: acme/web, id: 1, owner_id: 2}]\n"
GITLAB = "gitlab_projects: [{project: acme/web}]\n"


def found(base, head, **others):
    more = {f"{name}.yaml": text for name, text in others.items()}
    change = change_of({"dev.yaml": DEV + base + TWO, **more}, {"dev.yaml": DEV + head + TWO, **more})
    return [*judge_identities(change)]


def told(base, head):
    return [
        (each.code, ".".join(map(str, each.path)), each.at_base, each.repositories, each.what)
        for each in found(base, head)
    ]


NONE = "is destroyed: no job of {} can take on a role there"
PROVIDER = f"the identity provider token.actions.githubusercontent.com {NONE.format('GitHub')}"
CASES = {
    "a policy that goes": (
        "ecr_node_pull: {roles: [nodes, more]}\n",
        "",
        [
            (
                "policy-removed",
                "ecr_node_pull",
                True,
                (),
                "the policy shop-dev-ecr-node-pull is destroyed, which the roles nodes, more had",
            )
        ],
    ),
    "a policy without roles that goes": (
        "ecr_codebuild: true\n",
        "ecr_codebuild: false\n",
        [
            (
                "policy-removed",
                "ecr_codebuild",
                False,
                (),
                "the policy shop-dev-ecr-codebuild is destroyed, which can be attached anywhere",
            )
        ],
    ),
    "a policy by another name": (
        "ecr_lambda_pull: {roles: [deploy]}\n",
        "ecr_lambda_pull: {roles: [deploy], name: build}\n",
        [
            (
                "policy-replaced",
                "ecr_lambda_pull",
                False,
                (),
                "the policy shop-dev-ecr-lambda-pull is replaced by build, which the role deploy had: its ARN changes",
            )
        ],
    ),
    "another description": (
        "ecr_ssm_read: {roles: [deploy]}\n",
        "ecr_ssm_read: {roles: [deploy], description: Parameters}\n",
        [
            (
                "policy-replaced",
                "ecr_ssm_read",
                False,
                (),
                "the policy ECRSSMParameterRead is made again with another description, which the role deploy had",
            )
        ],
    ),
    "a role that reads no more": (
        "ecr_ssm_read: {roles: [build, deploy]}\n",
        "ecr_ssm_read: {roles: [deploy]}\n",
        [
            (
                "parameters-unreadable",
                "ecr_ssm_read.roles",
                False,
                (),
                "the role build cannot read by ECRSSMParameterRead any more what is published",
            )
        ],
    ),
    "repositories whose parameters are read no more": (
        "ecr_ssm_read: true\n",
        "ecr_ssm_read: {repositories: [web]}\n",
        [
            (
                "parameters-unreadable",
                "ecr_ssm_read.repositories",
                False,
                ("api",),
                "is published, and cannot be read by the policy ECRSSMParameterRead any more",
            )
        ],
    ),
    "a provider that is found from now on": (
        GITHUB,
        f"{GITHUB}github_oidc_provider: existing\n",
        [("oidc-provider-removed", "github_oidc_provider", False, (), PROVIDER)],
    ),
    "a provider without roles": (
        GITHUB,
        "",
        [("oidc-provider-removed", "github_repos", True, (), PROVIDER)],
    ),
    "a provider at another address": (
        GITLAB,
        f"{GITLAB}gitlab_url: https://gitlab.acme.com\n",
        [
            (
                "oidc-provider-removed",
                "gitlab_url",
                False,
                (),
                f"the identity provider gitlab.com {NONE.format('GitLab')}",
            )
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_others_rely_on_is_told(case):
    base, head, expected = CASES[case]
    assert told(base, head) == expected
    assert {(each.severity, each.consequence) for each in found(base, head)} == {("attention", "breaks")}


KEPT = {
    "nothing": (GITHUB, GITHUB),
    "a comment": (GITHUB, f"# jobs\n{GITHUB}"),
    "a policy that comes": ("", "ecr_node_pull: true\n"),
    "the name written out": ("ecr_node_pull: true\n", "ecr_node_pull: {name: shop-dev-ecr-node-pull}\n"),
    "the provider's default written out": (GITHUB, f"{GITHUB}github_oidc_provider: made\n"),
    "another role for another job": (
        GITHUB,
        "github_repos: [{repo: acme/api, id: 3, owner_id: 2}]\n",
    ),
    "one role for all jobs": (GITHUB, f"{GITHUB}github_roles: one\n"),
    "roles in another order": ("ecr_ssm_read: {roles: [a, b]}\n", "ecr_ssm_read: {roles: [b, a]}\n"),
    "all repositories named": ("ecr_ssm_read: true\n", "ecr_ssm_read: {repositories: [web, api]}\n"),
    "more that is read": ("ecr_ssm_read: {repositories: [web]}\n", "ecr_ssm_read: {roles: [deploy]}\n"),
    "what was not read before": (
        "ecr_ssm_read: {repositories: [web]}\n",
        "ecr_ssm_read: {repositories: [web], roles: [deploy]}\n",
    ),
    "a role of ECS, of which it is told elsewhere": ("ecr_ecs_execution_role: true\n", ""),
    "a provider that was found, and is made": (f"{GITHUB}github_oidc_provider: existing\n", GITHUB),
}


@pytest.mark.parametrize("case", KEPT)
def test_what_stays_is_not_told(case):
    assert told(*KEPT[case]) == []


def test_a_repository_that_goes_is_not_missed_by_readers():
    reads = "ecr_ssm_read: {repositories: [api, web]}\n"
    base = {"dev.yaml": DEV + reads + TWO}
    head = {"dev.yaml": f"{DEV}ecr_ssm_read: {{repositories: [web]}}\necr_repositories: {{web: {{}}}}\n"}
    assert [*judge_identities(change_of(base, head))] == []


def test_what_is_not_published_is_not_missed_by_readers():
    repositories = "ecr_repositories: {api: {publish_to_ssm: false}, web: {}}\n"
    base = {"dev.yaml": f"{DEV}ecr_ssm_read: true\n{repositories}"}
    head = {"dev.yaml": f"{DEV}ecr_ssm_read: {{repositories: [web]}}\n{repositories}"}
    assert [*judge_identities(change_of(base, head))] == []


def test_environments_that_trust_the_same_provider_are_named():
    qa = DEV.replace("dev", "qa") + GITHUB + "github_oidc_provider: existing\n"
    other = qa.replace("qa", "other").replace("111111111111", "222222222222")
    (each,) = found(GITHUB, "", qa=qa, other=other)
    assert each.details == ("qa: has roles that trust it",)
    assert found(GITLAB, f"{GITLAB}gitlab_url: https://gitlab.acme.com\n")[0].details == ()
    assert "terraform state rm aws_iam_openid_connect_provider.github" in each.fix


def test_a_file_that_comes_or_goes_destroys_no_identity():
    text = DEV + GITHUB + "ecr_node_pull: true\n" + TWO
    assert [*judge_identities(change_of({"dev.yaml": text}, {}))] == []
    assert [*judge_identities(change_of({}, {"dev.yaml": text}))] == []
