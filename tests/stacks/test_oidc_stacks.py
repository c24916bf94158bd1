"""The roles of jobs of GitHub Actions and GitLab CI, as an environment declares them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import parliament
import pytest
import yaml
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from syrupy.extensions.json import JSONSnapshotExtension

from ecr_constructs.config.load import load_environments
from ecr_constructs.errors import InvalidInput
from tests.stacks.checkov import run_checkov
from tests.stacks.readable import readable
from tests.stacks.test_any_environments import (
    NAMES,
    PHASES,
    all_of,
    check_problems,
    environment_files,
    joined,
    some,
    synthesised,
)

HEAD = 'project: shop\nenv: dev\nregion: us-east-1\naccount_id: "111111111111"\n'
FIRST = """\
  - acme/infra
"""
SECOND = """\
  - {repo: Acme/Web.App, id: 456789, owner_id: 123456, branches: [main, "release/*"], tags: ["v*"],
     environments: ["eu:1"], pull_requests: true, push: [web], pull: [team/api], deploy: true,
     role_name: web-ci, max_session_duration: 7200}
"""
EVERYTHING = f"""\
{HEAD}ecr_repositories: {{web: , team/api: }}
ci_permissions_boundary: arn:aws:iam::111111111111:policy/developers
github_repos:
{FIRST}{SECOND}gitlab_roles: one
gitlab_oidc_provider: existing
gitlab_url: https://gitlab.example.com
gitlab_audience: aws
gitlab_projects: [acme/web, {{project: acme/tools/cli, tags: ["v*"], push: [web]}}]
"""
OIDC = ("aws_iam_openid_connect_provider", "aws_iam_role", "aws_iam_role_policy")


@pytest.fixture
def document(synth):
    return synth(EVERYTHING)


def decoded(value):
    """Return a document with all policies in it decoded."""
    if isinstance(value, dict):
        return {key: decoded(each) for key, each in value.items()}
    return json.loads(value) if isinstance(value, str) and value.startswith("{") else value


def test_what_is_made_is_as_it_was(document, snapshot):
    """A changed address makes a role anew, whose ARN workflows have."""
    told = readable(document)
    found = {kind: decoded(told["resource"][kind]) for kind in OIDC}
    found["data"] = told["data"]
    found["output"] = {name: each for name, each in told["output"].items() if name.endswith("_role_arns")}
    assert found == snapshot(name="everything", extension_class=JSONSnapshotExtension)


def test_the_order_of_the_file_does_not_matter(synth):
    turned = EVERYTHING.replace(FIRST + SECOND, SECOND + FIRST)
    assert turned != EVERYTHING
    assert json.dumps(synth(turned)) == json.dumps(synth(EVERYTHING))


def test_no_address_is_that_of_another_s_role(synth):
    """A creation template makes a role that is called after its prefix, which may be any repository's name."""
    text = f"""{HEAD}ecr_repositories: {{web: }}
github_roles: one
github_repos: [acme/web]
gitlab_projects: [acme/web]
ecr_creation_templates:
"""
    for prefix in ("github", "gitlab", "github_all", "gitlab_acme/web"):
        text += f"  {prefix}: {{applied_for: [REPLICATION], create_role: true}}\n"
    assert len(synth(text)["resource"]["aws_iam_role"]) == 6


def test_one_to_one_from_the_name_on_github(synth):
    names = ["a/b", "a/b.c", "a/b-c", "a/b_c", "a/b_S_c", "a-b/c", "1/b", "n_1/b"]
    roles = ", ".join(f"{{repo: {name}, role_name: r{index}}}" for index, name in enumerate(names))
    document = synth(f"{HEAD}ecr_repositories: {{web: }}\ngithub_repos: [{roles}]\n")
    assert len(document["resource"]["aws_iam_role"]) == len(names)


def test_the_arns_of_the_roles_are_shown_by_repository(document):
    found = {name: {*each["value"]} for name, each in document["output"].items() if name.endswith("_role_arns")}
    assert found == {
        "github_role_arns": {"Acme/Web.App", "acme/infra"},
        "gitlab_role_arns": {"acme/tools/cli", "acme/web"},
    }


def test_jobs_of_a_consumer_pull_what_the_source_makes_and_push_nothing(synthesise_all):
    dev = f'{HEAD}ecr_trusted_accounts: [{{account_id: "222222222222"}}]\necr_repositories: {{web: , api: }}\n'
    prod = 'project: shop\nenv: prod\nregion: us-east-1\naccount_id: "222222222222"\n'
    prod += "ecr_strategy: cross_account\necr_source_env: dev\ngithub_repos: [acme/web]\n"
    document = synthesise_all(dev=dev, prod=prod)["prod"]
    (policy,) = document["resource"]["aws_iam_role_policy"].values()
    may = {each["Sid"]: each["Resource"] for each in json.loads(policy["policy"])["Statement"]}
    assert may == {
        "Token": "*",
        "Pull": [f"arn:aws:ecr:us-east-1:111111111111:repository/shop-dev-{name}" for name in ("api", "web")],
        # Where the consumer publishes them.
        "ReadParameters": [f"arn:aws:ssm:us-east-1:222222222222:parameter/ecr/{name}/*" for name in ("api", "web")],
    }


def test_jobs_read_where_their_repositories_are_and_nothing_below_that_of_another(synth):
    text = f"{HEAD}ecr_repositories: {{team: , team/api: , web: {{publish_to_ssm: false}}}}\n"
    (policy,) = synth(f"{text}github_repos: [{{repo: a/b, push: [team, web]}}]\n")["resource"][
        "aws_iam_role_policy"
    ].values()
    (said,) = (each for each in json.loads(policy["policy"])["Statement"] if each["Sid"] == "ReadParameters")
    assert "arn:aws:ssm:us-east-1:111111111111:parameter/ecr/team/url" in said["Resource"]
    assert not [each for each in said["Resource"] if "*" in each or "web" in each or "api" in each]


def test_a_job_deploys_by_the_event_that_the_environment_waits_for(synth):
    text = f"""{HEAD}ecr_repositories: {{web: }}
ecr_deployments:
  trigger: event
  target_arn: arn:aws:sqs:us-east-1:111111111111:deployments
  source: shop.deploy
  detail_type: Go
  event_bus_name: deployments
github_repos: [{{repo: acme/web, push: [], deploy: true}}]
"""
    policies = synth(text)["resource"]["aws_iam_role_policy"].values()
    (said,) = (each["policy"] for each in policies if "PutDeploymentEvents" in each["policy"])
    statement = next(each for each in json.loads(said)["Statement"] if each["Sid"] == "PutDeploymentEvents")
    assert statement["Resource"] == "arn:aws:events:us-east-1:111111111111:event-bus/deployments"
    assert statement["Condition"]["StringEquals"] == {"events:source": "shop.deploy", "events:detail-type": "Go"}


def test_parliament_finds_nothing_in_what_jobs_may_do(document):
    for address, each in document["resource"]["aws_iam_role_policy"].items():
        findings = parliament.analyze_policy_string(each["policy"]).findings
        assert [(address, str(finding)) for finding in findings] == []


def test_checkov_finds_nothing_of_identities(synthesise_all, tmp_path):
    synthesise_all(dev=EVERYTHING)
    (stack,) = tmp_path.glob("*/out/stacks/dev")
    assert {each for each in run_checkov(stack) if each not in OF_REPOSITORIES} == set()


# Of the repositories, which are as an environment in development has them.
OF_REPOSITORIES = {"CKV_AWS_51", "CKV_AWS_136", "CKV2_AWS_34"}


NAMED = st.lists(NAMES, max_size=2, unique=True) | st.just(["api"])
REFS = st.lists(st.sampled_from(["main", "release/*", "*"]), max_size=2)
MAY = some(
    branches=REFS,
    tags=REFS,
    push=NAMED,
    pull=NAMED,
    deploy=st.booleans(),
    role_name=st.sampled_from(["ci", "shop-dev-github-acme-web"]),
)
IDS = st.just({}) | st.just({"id": 2, "owner_id": 1})
REPOS = st.sampled_from(["acme/web", "Acme/Web", "acme/web.app", "acme-web/app"])
PROJECTS = st.sampled_from(["acme/web", "acme/tools/web"])


def jobs_of(service, key, entries, most):
    """Return what a file says of a service: nothing, or repositories of code and how their roles are made."""
    how = some(
        **{
            f"{service}_roles": st.sampled_from(["per_repository", "one"]),
            f"{service}_oidc_provider": st.sampled_from(["made", "existing", "existing"]),
        }
    )
    said = all_of(**{key: st.lists(entries, min_size=1, max_size=most)})
    return st.just({}) | joined(said, how)


GITHUB = jobs_of("github", "github_repos", REPOS | joined(all_of(repo=REPOS), IDS, MAY), 3)
GITLAB = jobs_of("gitlab", "gitlab_projects", PROJECTS | joined(all_of(project=PROJECTS), MAY), 2)
JOBS = joined(GITHUB, GITLAB)


@st.composite
def files_with_jobs(draw):
    """Return files of which each may have jobs of CI services."""
    files = draw(environment_files())
    files["dev"].setdefault("ecr_repositories", {"api": {}, "web.v2": {}})
    return {name: data | draw(JOBS) for name, data in files.items()}


@settings(
    deadline=None,
    max_examples=min(40, settings().max_examples),
    phases=PHASES,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(files_with_jobs())
def test_whatever_files_ask_for_a_role_is_for_named_jobs_and_for_their_repositories_alone(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            Path(folder, f"{name}.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
        try:
            environments = load_environments(Path(folder))
        except InvalidInput as error:
            event("refused")
            check_problems(error.problems)
            return
        documents = synthesised(environments, Path(folder, "out"))
    event("synthesised")
    for each in environments:
        resources = documents[each.name].get("resource", {})
        roles = resources.get("aws_iam_role", {})
        assert {*roles} == {*resources.get("aws_iam_role_policy", {})}
        for address, role in roles.items():
            event("a role")
            check_trust(role["assume_role_policy"])
            check_permissions(resources["aws_iam_role_policy"][address]["policy"], each)


def check_trust(text):
    """Check that a role is taken on by jobs alone, that say whom their token is for and of which code they are."""
    for statement in json.loads(text)["Statement"]:
        assert [*statement["Principal"]] == ["Federated"]
        conditions = {
            key.rpartition(":")[2]: value for keys in statement["Condition"].values() for key, value in keys.items()
        }
        assert set(conditions) == {"aud", "sub"}
        subjects = [conditions["sub"]] if isinstance(conditions["sub"], str) else conditions["sub"]
        beginnings = ("repo:acme", "repo:Acme", "project_path:acme/")
        assert all(each.startswith(beginnings) for each in subjects)


def check_permissions(text, environment):
    """Check that what is about ECR is about the environment's repositories, and whatever else is told apart."""
    arns = {environment.repository_arn(name, environment.place) for name in environment.repositories}
    names = {arn.rpartition(":")[2] for arn in arns}
    for statement in json.loads(text)["Statement"]:
        resources = [statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"]
        if statement["Sid"] in ("PushAndPull", "Pull"):
            assert {each.rpartition(":")[2] for each in resources} <= names
        else:
            assert statement["Sid"] in ("Token", "ReadParameters", "PutDeploymentEvents")
