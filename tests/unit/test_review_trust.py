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
                f"{ROLE} is no longer made; {MAIN}, {BY_ID} could take it on",
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
    assert [each.text for each in widened([one], [one, other])] == [f"{MAIN} of other.example.com"]
    assert widened([one, other], [one]) == []


def test_another_issuer_is_a_stranger_and_both_are_named():
    base, at = gitlab("branches: [main]"), "project_path:acme/app:ref_type:branch:ref:main of"
    role = "the role shop-dev-gitlab-acme-app can"
    url = "gitlab_url: https://git.example.com\n"
    known = "gitlab.com with a token for https://gitlab.com"
    other = "git.example.com with a token for https://git.example.com"
    assert told(base, base + url) == [
        ("danger", "trust-widened", "gitlab_url", f"{role} newly be taken on by {at} {other}"),
        ("attention", "trust-narrowed", "gitlab_url", f"{role} no longer be taken on by {at} {known}"),
    ]
    assert [each[:3] for each in told(base + url, base)] == [
        ("danger", "trust-widened", "-gitlab_url"),
        ("attention", "trust-narrowed", "-gitlab_url"),
    ]


def test_another_audience_is_named():
    base = gitlab("branches: [main]")
    opened, closed = told(base, f"{base}gitlab_audience: sts.amazonaws.com\n")
    assert opened[:3] == ("attention", "trust-widened", "gitlab_audience")
    assert opened[3].endswith(" of gitlab.com with a token for sts.amazonaws.com")
    assert closed[3].endswith(" of gitlab.com with a token for https://gitlab.com")


def test_another_cluster_is_a_stranger():
    said = "ecr_image_updater: {oidc_provider: 'https://oidc.eks.us-east-1.amazonaws.com/id/%s'}\n"
    opened, _ = told(HEAD + said % "AAA", HEAD + said % "BBB")
    assert opened == (
        "danger",
        "trust-widened",
        "ecr_image_updater.oidc_provider",
        (
            "the role shop-dev-ecr-image-updater can newly be taken on by system:serviceaccount:argocd:"
            "argocd-image-updater of oidc.eks.us-east-1.amazonaws.com/id/BBB with a token for sts.amazonaws.com"
        ),
    )


@pytest.mark.parametrize(
    ("repos", "severity", "code", "path"),
    [
        ("[{repo: evil/app, role_name: ci}]", "danger", "trust-widened", "github_repos.0.repo"),
        ("[{repo: acme/other, role_name: ci}]", "attention", "trust-widened", "github_repos.0.repo"),
        ("[{repo: ACME/other, role_name: ci}]", "attention", "trust-widened", "github_repos.0.repo"),
        ("[{repo: acme/app, role_name: ci}, evil/app]", "danger", "role-added", "github_repos.1"),
        ("[{repo: acme/app, role_name: ci}, acme/tools]", "attention", "role-added", "github_repos.1"),
        ("[{repo: acme/app, role_name: ci, id: 1, owner_id: 2}]", "attention", "trust-narrowed", "github_repos.0.id"),
    ],
)
def test_an_owner_whom_no_role_trusted_is_a_stranger(repos, severity, code, path):
    base = f"{HEAD}github_repos: [{{repo: acme/app, role_name: ci}}]\n"
    assert told(base, f"{HEAD}github_repos: {repos}\n")[0][:3] == (severity, code, path)


def test_one_role_for_all_that_trusts_another_owner():
    one, other = (f"{HEAD}github_roles: one\ngithub_repos: [{each}]\n" for each in ("acme/app", "acme/app, evil/app"))
    assert [each[:3] for each in told(one, other)] == [("danger", "trust-widened", "github_repos")]
    assert [each[:2] for each in told(HEAD, one)] == [("attention", "role-added")]


def test_a_new_environment_is_held_to_what_others_trust():
    dev = github("branches: [main]")
    for owner, severity in (("acme", "note"), ("evil", "danger")):
        live = dev.replace("env: dev", "env: live").replace("acme/", f"{owner}/").replace("1" * 12, "2" * 12)
        found = judge_trust(change_of({"dev.yaml": dev}, {"dev.yaml": dev, "live.yaml": live}))
        assert [(each.severity, each.code) for each in found] == [(severity, "role-added")]
