"""What roles and policies may do besides repositories, and what bounds them."""

import pytest

from ecr_constructs.review.permissions import judge_permissions
from tests.unit.reviewed import change_of, review_of

DEV = "project: shop\nenv: dev\nregion: us-east-1\naccount_id: '111111111111'\n"
TWO = "ecr_repositories: {web: {}, api: {}}\n"
JOBS = "ecr_deployments: {trigger: event, target_arn: 'arn:aws:sqs:us-east-1:111111111111:q'}\n"
SECRET = "arn:aws:secretsmanager:us-east-1:111111111111:secret:prod/db-??????"
KEY = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
BOUNDARY = "arn:aws:iam::111111111111:policy/b"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
EXECUTION, GITHUB = "the role shop-dev-ecr-ecs-execution", "the role shop-dev-github-acme-web"
BUS = "arn:aws:events:us-east-1:111111111111:event-bus/default"
LOGS = "arn:aws:logs:us-east-1:111111111111:log-group:"


def found(base, head, header=DEV):
    return [*judge_permissions(change_of({"dev.yaml": header + base + TWO}, {"dev.yaml": DEV + head + TWO}))]


def told(base, head):
    return [
        (each.consequence, each.severity, each.code, f"{'-' * each.at_base}{'.'.join(map(str, each.path))}", each.what)
        for each in found(base, head)
    ]


def ecs(options):
    return f"ecr_ecs_execution_role: {{{options}}}\n"


def github(options="", boundary=None):
    return f"github_repos: [{{repo: acme/web{options}}}]\n" + (
        f"ci_permissions_boundary: '{boundary}'\n" if boundary else ""
    )


MORE = {
    "secrets": (ecs(""), ecs(f"secret_arns: ['{SECRET}']"), "secret_arns", f"read the secrets {SECRET}", "attention"),
    "parameters": (
        ecs(""),
        ecs("parameter_names: [/db/password]"),
        "parameter_names",
        "read the parameters arn:aws:ssm:us-east-1:111111111111:parameter/db/password",
        "attention",
    ),
    "keys": (ecs(""), ecs(f"kms_key_arns: ['{KEY}']"), "kms_key_arns", f"decrypt with the keys {KEY}", "attention"),
    "logs": (
        ecs("log_groups: [/a]"),
        ecs("log_groups: [/a, /b]"),
        "log_groups",
        f"write to the logs {LOGS}/b:*",
        "note",
    ),
}


@pytest.mark.parametrize("case", MORE)
def test_what_a_role_may_do_besides_repositories_is_told_both_ways(case):
    before, after, key, does, severity = MORE[case]
    path = f"ecr_ecs_execution_role.{key}"
    assert told(before, after) == [("opens", severity, "permissions-widened", path, f"{EXECUTION} can newly {does}")]
    ((*first, where, what),) = told(after, before)
    assert first == ["breaks", "attention", "permissions-narrowed"]
    assert (where.removeprefix("-"), what) == (path, f"{EXECUTION} can no longer {does}")


def test_what_is_gone_is_shown_where_it_was():
    assert told(ecs("log_groups: [/a]"), "ecr_ecs_execution_role: true\n")[0][3] == "-ecr_ecs_execution_role.log_groups"


def test_jobs_that_may_newly_deploy():
    does = "ask for deployments on " + BUS + " if events:source StringEquals action.production and "
    does += "events:detail-type StringEquals DEPLOY"
    assert told(JOBS + github(), JOBS + github(", deploy: true")) == [
        ("opens", "attention", "permissions-widened", "github_repos.0.deploy", f"{GITHUB} can newly {does}")
    ]
    assert told(JOBS + github(", deploy: true"), JOBS + github()) == [
        ("breaks", "attention", "permissions-narrowed", "-github_repos.0.deploy", f"{GITHUB} can no longer {does}")
    ]
    other = JOBS.replace("trigger: event", "trigger: event, source: other")
    assert [each[2:4] for each in told(JOBS + github(", deploy: true"), other + github(", deploy: true"))] == [
        ("permissions-widened", "ecr_deployments.source"),
        ("permissions-narrowed", "ecr_deployments.source"),
    ]


def test_logs_of_projects():
    one, other = (f"ecr_codebuild: {{projects: [{each}]}}\n" for each in ("build", "build, test"))
    ((*first, what),) = told(other, one)
    assert first == ["breaks", "attention", "permissions-narrowed", "ecr_codebuild.projects"]
    assert what == (
        f"the policy shop-dev-ecr-codebuild can no longer write to the logs {LOGS}/aws/codebuild/test, "
        f"{LOGS}/aws/codebuild/test:*"
    )


@pytest.mark.parametrize("other", ["", ADMINISTRATOR])
def test_a_boundary_that_goes_or_bounds_nothing(other):
    said = "ci_permissions_boundary"
    assert told(github(boundary=BOUNDARY), github(boundary=other)) == [
        (
            "opens",
            "attention",
            "boundary-removed",
            said if other else f"-{said}",
            f"{GITHUB} is bounded by {BOUNDARY} no more",
        )
    ]
    assert [each[:3] for each in told(github(boundary=other), github(boundary=BOUNDARY))] == [
        ("breaks", "attention", "boundary-added")
    ]


def test_another_boundary_and_that_of_another_role():
    before, after = (ecs(f"permissions_boundary: '{each}'") for each in (BOUNDARY, f"{BOUNDARY}c"))
    assert told(before, after) == [
        (
            "opens",
            "attention",
            "boundary-changed",
            "ecr_ecs_execution_role.permissions_boundary",
            f"{EXECUTION} is bounded by {BOUNDARY}c instead of {BOUNDARY}, which may allow more, and less",
        )
    ]


def test_the_boundary_of_many_roles_is_one_finding():
    jobs = f"github_repos: [{', '.join(f'acme/{number}' for number in range(5))}]\n"
    (one,) = found(f"{jobs}ci_permissions_boundary: {BOUNDARY}\n", jobs)
    assert one.what == (
        f"the roles shop-dev-github-acme-0, shop-dev-github-acme-1 and 3 more are bounded by {BOUNDARY} no more"
    )
    assert len(one.details) == 5


def test_sessions_that_last_longer_or_less_long():
    long = github(", max_session_duration: 43200")
    ((*first, what),) = told(github(), long)
    assert first == ["opens", "note", "session-longer", "github_repos.0.max_session_duration"]
    assert what == (f"credentials of {GITHUB} last up to 43,200 seconds instead of 3,600, for whoever gets at them")
    ((*first, what),) = told(long, github())
    assert first == ["breaks", "attention", "session-shorter", "-github_repos.0.max_session_duration"]
    assert what.endswith("a job that asks for more fails")


KEPT = {
    "another order": (ecs("log_groups: [/a, /b]"), ecs("log_groups: [/b, /a]")),
    "a default written out": (github(), github(", deploy: false, max_session_duration: 3600")),
    "other repositories": (github(), github(", push: [web]")),
    "a role that comes": ("", ecs(f"secret_arns: ['{SECRET}']")),
    "a secret that a pattern covers": (
        ecs(f"secret_arns: ['{SECRET}']"),
        ecs(f"secret_arns: ['{SECRET}', '{SECRET}']"),
    ),
    "a boundary that bounds nothing": (github(), github(boundary=ADMINISTRATOR)),
}


@pytest.mark.parametrize("case", KEPT)
def test_what_lets_nobody_do_anything_else_is_not_told(case):
    assert told(*KEPT[case]) == []


def test_the_account_that_is_newly_said_changes_nothing():
    both = JOBS + github(", deploy: true") + ecs(f"log_groups: [/a], secret_arns: ['{SECRET}']")
    assert found(both, both, DEV.replace("account_id: '111111111111'\n", "")) == []


def test_a_repository_that_comes_is_told_elsewhere():
    base, head = (f"{DEV}{github()}ecr_codebuild: true\necr_ssm_read: true\n{each}" for each in (TWO, "x: 1"))
    head = head.replace("x: 1", "ecr_repositories: {web: {}, api: {}, more: {}}\n")
    assert [*judge_permissions(change_of({"dev.yaml": base}, {"dev.yaml": head}))] == []


def test_the_command_tells_them():
    base, head = ({"dev.yaml": DEV + each + TWO} for each in (ecs(""), ecs(f"secret_arns: ['{SECRET}']")))
    assert [(each.code, each.source) for each in review_of(base, head)] == [
        ("permissions-widened", "environments/dev.yaml:5")
    ]
