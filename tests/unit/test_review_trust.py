"""Who may newly take a role on, and who can no longer: subjects of jobs, compared as patterns and not as texts."""

import pytest

from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.review.access.trust import judge_trust
from ecr_constructs.review.access.trusted import widened
from tests.unit.reviewed import change_of

HEAD = "project: shop\nenv: dev\nregion: us-east-1\naccount_id: '111111111111'\necr_repositories: {web: {}}\n"
ROLE = "the role shop-dev-github-acme-app"
MAIN, BY_ID = "repo:acme/app:ref:refs/heads/main", "repo:acme@2/app@1:ref:refs/heads/main"


def github(options=""):
    return f"{HEAD}github_repos:\n  - {{repo: acme/app, {options}}}\n"


def gitlab(options=""):
    return f"{HEAD}gitlab_projects:\n  - {{project: acme/app, {options}}}\n"


def told(base, head):
    files = ({} if each is None else {"dev.yaml": each} for each in (base, head))
    return [
        (each.severity, each.code, f"{'-' if each.at_base else ''}{'.'.join(map(str, each.path))}", each.what)
        for each in judge_trust(change_of(*files))
    ]


CASES = {
    "another branch": (
        github("branches: [main]"),
        github("branches: [main, live]"),
        [
            (
                "attention",
                "trust-widened",
                "github_repos.0.branches",
                f"{ROLE} can newly be taken on by repo:acme/app:ref:refs/heads/live",
            )
        ],
    ),
    "any branch": (
        github("branches: [main]"),
        github("branches: ['*']"),
        [
            (
                "danger",
                "trust-widened",
                "github_repos.0.branches",
                f"{ROLE} can newly be taken on by repo:acme/app:ref:refs/heads/*",
            )
        ],
    ),
    "a branch that a pattern covers": (
        github("branches: ['release/*']"),
        github("branches: ['release/*', release/1]"),
        [],
    ),
    "a pattern that a pattern covers": (
        github("branches: ['release/*']"),
        github("branches: ['release/1/*', 'release/*']"),
        [],
    ),
    "pull requests": (
        github("branches: [main]"),
        github("branches: [main], pull_requests: true"),
        [
            (
                "danger",
                "trust-widened",
                "github_repos.0.pull_requests",
                f"{ROLE} can newly be taken on by repo:acme/app:pull_request",
            )
        ],
    ),
    "an environment": (
        github("branches: [main]"),
        github("branches: [main], environments: [live]"),
        [
            (
                "attention",
                "trust-widened",
                "github_repos.0.environments",
                f"{ROLE} can newly be taken on by repo:acme/app:environment:live",
            )
        ],
    ),
    "ids, which are narrower": (
        github("branches: [main]"),
        github("branches: [main], id: 1, owner_id: 2"),
        [
            (
                "attention",
                "trust-narrowed",
                "github_repos.0.id",
                f"{ROLE} can no longer be taken on by repo:acme@*/app@*:ref:refs/heads/main",
            )
        ],
    ),
    "another order, and the default written out": (
        github("branches: [main], tags: [v1, v2]"),
        github("tags: [v2, v1], branches: [main], pull_requests: false"),
        [],
    ),
    "a new role": (
        HEAD,
        github("id: 1, owner_id: 2"),
        [
            (
                "attention",
                "role-added",
                "github_repos.0",
                f"the new role shop-dev-github-acme-app can be taken on by {MAIN}, {BY_ID}",
            )
        ],
    ),
    "a new role for any branch": (
        HEAD,
        github("branches: ['*']"),
        [
            (
                "danger",
                "role-added",
                "github_repos.0",
                "the new role shop-dev-github-acme-app can be taken on by repo:acme/app:ref:refs/heads/*",
            )
        ],
    ),
    "a role that goes": (
        github("id: 1, owner_id: 2, branches: [main]"),
        HEAD,
        [
            (
                "danger",
                "role-removed",
                "-github_repos.0",
                f"{ROLE} is no longer made, which {MAIN}, {BY_ID} can take on",
            )
        ],
    ),
    "a new environment": (
        None,
        f"{HEAD}ecr_ecs_execution_role: {{}}\n",
        [
            (
                "note",
                "role-added",
                "ecr_ecs_execution_role",
                (
                    "the new role shop-dev-ecr-ecs-execution can be taken on by ecs-tasks.amazonaws.com if "
                    "aws:SourceAccount StringEquals 111111111111 and aws:SourceArn ArnLike "
                    "arn:aws:ecs:us-east-1:111111111111:*"
                ),
            )
        ],
    ),
    "an environment that goes": (github("branches: [main]"), None, []),
    "a branch of GitLab": (
        gitlab("branches: [main]"),
        gitlab("branches: [main, '*']"),
        [
            (
                "danger",
                "trust-widened",
                "gitlab_projects.0.branches",
                (
                    "the role shop-dev-gitlab-acme-app can newly be taken on by "
                    "project_path:acme/app:ref_type:branch:ref:*"
                ),
            )
        ],
    ),
    "another namespace of a cluster": (
        f"{HEAD}ecr_image_updater: {{cluster_name: tools}}\n",
        f"{HEAD}ecr_image_updater: {{cluster_name: tools, namespace: other}}\n",
        None,
    ),
    "another audience": (
        gitlab("branches: [main]") + "gitlab_audience: https://gitlab.com\n",
        gitlab("branches: [main]") + "gitlab_audience: sts.amazonaws.com\n",
        None,
    ),
}


@pytest.mark.parametrize("case", [case for case in CASES if CASES[case][2] is not None])
def test_trust_is_compared_by_what_it_covers(case):
    base, head, expected = CASES[case]
    assert told(base, head) == expected


@pytest.mark.parametrize("case", [case for case in CASES if CASES[case][2] is None])
def test_somebody_else_instead_is_both(case):
    base, head, _ = CASES[case]
    assert [code for _, code, *_ in told(base, head)] == ["trust-widened", "trust-narrowed"]


def test_the_account_that_is_newly_said_changes_no_trust():
    without = github("branches: [main]").replace("account_id: '111111111111'\n", "")
    assert told(without, github("branches: [main]")) == []


def test_many_subjects_are_counted_and_are_all_in_the_details():
    branches = ", ".join(f"b{number}" for number in range(9))
    (finding,) = judge_trust(
        change_of({"dev.yaml": github("branches: [main]")}, {"dev.yaml": github(f"branches: [main, {branches}]")})
    )
    assert finding.what.endswith("refs/heads/b0, repo:acme/app:ref:refs/heads/b1 and 7 more")
    assert len(finding.details) == 9


def test_the_same_subject_of_another_identity_provider_is_somebody_else():
    one, other = (
        PolicyStatement(
            sid="Exactly",
            actions=("sts:AssumeRoleWithWebIdentity",),
            federated_principals=(f"arn:aws:iam::111111111111:oidc-provider/{host}",),
            conditions={"StringEquals": {"issuer:sub": MAIN}},
        )
        for host in ("one.example.com", "other.example.com")
    )
    assert [each.text for each in widened([one], [one, other])] == [MAIN]
    assert widened([one, other], [one]) == []
