"""`ecr-constructs access`: what people and programs read, and how a question ends."""

from __future__ import annotations

import json
import subprocess
import sys

import jsonschema
import pytest
import yaml

from ecr_constructs.access.as_text import as_text
from ecr_constructs.access.matrix import Matrix
from ecr_constructs.config.load import load_environments
from ecr_constructs.terminal.screen import Screen
from tests.unit.accessed import Shown
from tests.unit.every_option import ENVIRONMENTS

DEV, STAGING, PROD = "111111111111", "222222222222", "333333333333"
CI = f"arn:aws:iam::{STAGING}:role/ci"
TWO = f"""\
account_id: "{DEV}"
ecr_ecs_execution_role: true
ecr_repositories:
  api: {{enable_lambda_pull: true, organization_id: o-a1b2c3d4e5}}
  web: {{pull_principals: ["{STAGING}"], push_principals: ["{CI}"]}}
  worker: {{pull_principals: ["{STAGING}"], push_principals: ["{CI}"]}}
"""
CONSUMER = f'account_id: "{STAGING}"\necr_strategy: cross_account\necr_source_env: dev\necr_ecs_execution_role: true\n'


@pytest.fixture
def access(tmp_path, monkeypatch, capsys):
    return Shown(tmp_path, monkeypatch, capsys)


@pytest.fixture
def two(access):
    access.write(dev=TWO, staging=CONSUMER)
    return access


def test_people_read_a_table_for_all_repositories_with_the_same_access(two):
    result = two.run("dev")
    assert (result.status, result.err) == (0, "")
    assert "Repositories: api\n" in result.out
    assert "Repositories: web, worker\n" in result.out
    (header, _, account, *_) = result.out.split("Repositories: web, worker\n")[1].splitlines()
    assert header.split() == ["who", "pull", "push", "read", "delete", "admin", "because"]
    assert account.split() == [STAGING, "(staging)", "(wide)", "yes", "no", "no", "no", "no", "PullPrincipals"]


def test_what_holds_of_every_repository_is_said_once(two):
    out = two.run().out
    assert out.count("Whoever has identity policies that allow it") == 1
    assert out.count("(wide): gets in by a wildcard, an organisation or a whole account.") == 1


def test_who_takes_a_role_on_is_said(two):
    out = two.run("dev").out
    assert f"ecs-tasks.amazonaws.com if aws:SourceAccount StringEquals {DEV} and" in " ".join(out.split())


def test_what_the_other_side_needs_can_be_copied(two):
    out = two.run("dev").out
    policy = out.split(f"To use the repositories of dev, an identity policy of {CI}:\n")[1]
    document, _ = json.JSONDecoder().raw_decode(policy)
    arns = [f"arn:aws:ecr:us-east-1:{DEV}:repository/shop-dev-{name}" for name in ("web", "worker")]
    token, repositories = document["Statement"]
    assert token["Resource"] == "*"
    assert repositories["Resource"] == arns
    assert set(repositories["Action"]) >= {"ecr:PutImage", "ecr:InitiateLayerUpload"}


def test_an_environment_that_lets_nobody_in_says_so(access):
    access.write(dev=f'account_id: "{DEV}"\necr_repositories: {{web: }}\n')
    assert access.run().out.splitlines()[2:4] == ["Repositories: web", "Nobody else."]


def test_nothing_is_wider_than_eighty_columns_where_the_screen_is_not(two):
    environments = load_environments(two.directory / "environments")
    matrix = Matrix(environments)
    lines = "\n".join(as_text([matrix.of(each) for each in environments], Screen(width=80, is_bounded=True)))
    assert max(len(line) for line in lines.splitlines() if "arn:" not in line) <= 80
    web = lines.split("Repositories: web, worker\n")[1].split("\n\n")[0]
    assert web.splitlines() == [
        f"{STAGING} (staging) (wide)",
        "  yes      pull",
        "  no       push, read, delete, admin",
        "  because  PullPrincipals",
    ]


def test_markdown_is_a_table_of_what_people_read(two):
    out = two.run("dev", "--format", "markdown").out
    assert f"## dev: {DEV}, us-east-1\n\n**api**\n\n| who | pull | push | read | delete | admin | because |\n" in out
    assert f"| {STAGING} (staging) **wide** | yes | no | no | no | no | PullPrincipals |\n" in out
    assert "\n```json\n{\n" in out
    assert all(line.count(" | ") == 6 for line in out.splitlines() if line.startswith("| "))


ANSWER = {"enum": ["yes", "no", "depends"]}
TEXTS = {"type": "array", "items": {"type": "string", "minLength": 1}}
SCHEMA = {
    "type": "object",
    "required": ["environments"],
    "properties": {
        "environments": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "repositories"],
                "properties": {
                    "repositories": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["logical_name", "repository_name", "principals"],
                            "properties": {
                                "principals": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "required": [
                                            "principal",
                                            *("pull", "push", "read", "delete", "admin"),
                                            *("because", "conditions", "needs", "wide"),
                                        ],
                                        "properties": {
                                            "principal": {"type": "string", "minLength": 1},
                                            **dict.fromkeys(("pull", "push", "read", "delete", "admin"), ANSWER),
                                            **dict.fromkeys(("because", "conditions", "needs"), TEXTS),
                                            "wide": {"type": "boolean"},
                                        },
                                    },
                                }
                            },
                        },
                    }
                },
            },
        }
    },
}


def test_programs_read_one_object_of_known_keys(two):
    result = two.run("--format", "json")
    found = json.loads(result.out)
    jsonschema.validate(found, SCHEMA)
    assert [each["name"] for each in found["environments"]] == ["dev", "staging"]
    assert [each["logical_name"] for each in found["environments"][0]["repositories"]] == ["api", "web", "worker"]
    ((*_, lambdas),) = (each["principals"] for each in found["environments"][0]["repositories"][:1])
    assert lambdas == {
        "principal": "lambda.amazonaws.com",
        "pull": "yes",
        "push": "no",
        "read": "no",
        "delete": "no",
        "admin": "no",
        "because": ["LambdaECRImageRetrievalPolicy (repository policy)"],
        "conditions": [],
        "needs": [],
        "wide": False,
        "on_behalf_of": [DEV],
    }


@pytest.mark.parametrize("name", ["dev", "dev.yaml", "environments/dev.yaml"])
def test_an_environment_is_named_as_in_other_commands(name, two):
    found = json.loads(two.run(name, "--format", "json").out)
    assert [each["name"] for each in found["environments"]] == ["dev"]


def test_an_environment_that_is_alone_knows_whose_accounts_others_are(two):
    assert f"{STAGING} (staging)" in two.run("dev").out


QUESTIONS = {
    (STAGING, "pull", "web"): 0,
    (STAGING, "pull", "shop-dev-web"): 0,
    (STAGING, "push", "web"): 1,
    (STAGING, "pull", "api"): 3,
    (DEV, "delete", "web"): 0,
    (CI, "push", "web"): 3,
    (CI, "push", "api"): 1,
    (CI, "delete", "web"): 1,
    (f"arn:aws:iam::{DEV}:role/any", "push", "web"): 3,
    ("shop-dev-ecr-ecs-execution", "pull", "web"): 0,
    (f"arn:aws:iam::{DEV}:role/shop-dev-ecr-ecs-execution", "push", "web"): 1,
    ("shop-staging-ecr-ecs-execution", "pull", "web"): 0,
    ("lambda.amazonaws.com", "pull", "api"): 0,
    ("lambda.amazonaws.com", "pull", "web"): 1,
    ("o-a1b2c3d4e5", "pull", "api"): 0,
    ("o-a1b2c3d4e5", "push", "api"): 1,
    ("*", "pull", "api"): 3,
    ("*", "pull", "web"): 1,
}


@pytest.mark.parametrize(("question", "status"), QUESTIONS.items(), ids=map(" ".join, QUESTIONS))
def test_a_question_is_answered_by_the_exit_status(question, status, two):
    result = two.run("dev", "--can", *question)
    answer = {0: "yes", 1: "no", 3: "depends"}[status]
    assert (result.status, result.err) == (status, "")
    assert result.out.startswith(f"{answer}: {question[0]} may")
    said = json.loads(two.run("dev", "--can", *question, "--format", "json").out)
    assert (said["answer"], said[question[1]]) == (answer, answer)


def test_an_answer_has_its_reasons(two):
    assert two.run("dev", "--can", STAGING, "pull", "api").out.splitlines() == [
        f"depends: {STAGING} may, depending on what follows, pull shop-dev-api.",
        "  because PullFromOrganization (repository policy)",
        "  if aws:PrincipalOrgID StringEquals o-a1b2c3d4e5",
    ]
    assert two.run("dev", "--can", CI, "push", "web").out.splitlines() == [
        f"depends: {CI} may, depending on what follows, push shop-dev-web.",
        "  because PushPrincipals (repository policy)",
        "  if its own identity policy allows it",
        "  needs an identity policy that allows it",
        "  needs ecr:GetAuthorizationToken on *",
    ]
    assert two.run("dev", "--can", STAGING, "push", "web").out.splitlines() == [
        f"no: {STAGING} may not push shop-dev-web.",
        "  because no statement allows it",
    ]


@pytest.mark.parametrize(
    "name",
    [
        f"{DEV}.dkr.ecr.us-east-1.amazonaws.com/shop-dev-api",
        f"{DEV}.dkr-ecr.us-east-1.on.aws/shop-dev-api",
        f"{DEV}.DKR.ECR.us-east-1.AmazonAWS.com/shop-dev-api",
        f"arn:aws:ecr:us-east-1:{DEV}:repository/shop-dev-api",
    ],
)
def test_a_repository_can_be_asked_about_by_its_uri_and_its_arn(two, name):
    by_name, found = (two.run("dev", "--can", STAGING, "pull", each) for each in ("api", name))
    assert (found.status, found.out) == (by_name.status, by_name.out) == (3, found.out)
    for elsewhere in (name.replace(DEV, "999999999999"), name.replace("us-east-1", "eu-west-1")):
        refused = two.run("dev", "--can", STAGING, "pull", elsewhere)
        assert (refused.status, refused.out) == (2, "")
        assert "must be a repository of the environment" in refused.err
        assert f"dev is in us-east-1 of account {DEV}." in refused.err


@pytest.mark.parametrize("host", ["", f"{DEV}.dkr.ecr.us-east-1.amazonaws.com/"])
@pytest.mark.parametrize("behind", [":v1", f"@sha256:{'0' * 64}", f":v1@sha256:{'0' * 64}"])
def test_who_may_pull_an_image_is_who_may_pull_of_its_repository(two, host, behind):
    for name in ("shop-dev-api", *(() if host else ("api",))):
        found = two.run("dev", "--can", STAGING, "pull", f"{host}{name}{behind}")
        assert (found.status, found.out) == (3, two.run("dev", "--can", STAGING, "pull", "api").out)
    refused = two.run("dev", "--can", STAGING, "pull", f"{host}shop-dev-apo{behind}")
    assert refused.status == 2
    assert "Did you mean 'shop-dev-api'?" in refused.err
    assert two.run("dev", "--can", STAGING, "pull", f"{host}shop-dev-api{behind}:-").status == 2


def test_a_uri_is_that_of_the_repository_of_its_name_whatever_is_called_so_here(access):
    named = f'{{repository_name: api, pull_principals: ["{STAGING}"]}}'
    access.write(dev=f'account_id: "{DEV}"\necr_repositories: {{api: , web: {named}}}\n')
    assert access.run("dev", "--can", STAGING, "pull", "api").status == 1
    assert access.run("dev", "--can", STAGING, "pull", f"{DEV}.dkr.ecr.us-east-1.amazonaws.com/api").status == 0


def test_a_uri_needs_the_account_of_the_environment(access):
    access.write(dev=f'ecr_repositories: {{web: {{pull_principals: ["{STAGING}"]}}}}\n')
    refused = access.run("dev", "--can", STAGING, "pull", f"{DEV}.dkr.ecr.us-east-1.amazonaws.com/shop-dev-web")
    assert refused.status == 2
    assert "The file of dev does not say account_id: write shop-dev-web alone." in refused.err
    assert access.run("dev", "--can", STAGING, "pull", "shop-dev-web").status == 0


def test_a_repository_of_a_source_can_be_asked_about_by_its_uri(two):
    uri = f"{DEV}.dkr.ecr.us-east-1.amazonaws.com/shop-dev-web"
    role = f"arn:aws:iam::{STAGING}:role/shop-staging-ecr-ecs-execution"
    by_name, found = (two.run("staging", "--can", role, "pull", each) for each in ("web", uri))
    assert (found.status, found.out) == (by_name.status, by_name.out) == (0, found.out)
    assert two.run("staging", "--can", role, "pull", uri.replace(DEV, STAGING)).status == 2


MADE_BY_ECR = {
    "a cache": ("ecr_pull_through_caches:\n  made: {upstream: quay, creation_template: %s}\n", "made/team/web"),
    "pushes": ("ecr_creation_templates:\n  made: {applied_for: [CREATE_ON_PUSH], %s}\n", "made/team/web"),
    "replicas": ("ecr_creation_templates:\n  made: {applied_for: [REPLICATION], %s}\n", "made/team/web"),
    "all replicas": ("ecr_creation_templates:\n  ROOT: {applied_for: [REPLICATION], %s}\n", "any-name"),
}


@pytest.mark.parametrize(("keys", "name"), MADE_BY_ECR.values(), ids=MADE_BY_ECR)
def test_a_repository_that_ecr_makes_can_be_asked_about(access, keys, name):
    allowed = f'allowed_account_ids: ["{STAGING}"]'
    access.write(dev=f'account_id: "{DEV}"\n{keys % (f"{{{allowed}}}" if "cache" in keys else allowed)}')
    uri = f"{DEV}.dkr-ecr.us-east-1.on.aws/{name}"
    for text in (
        name,
        f"{name}:v1",
        uri,
        f"{uri}:v1",
        f"{DEV}.dkr.ecr.us-east-1.amazonaws.com/{name}",
        f"arn:aws:ecr:us-east-1:{DEV}:repository/{name}",
    ):
        answer = access.run("dev", "--can", STAGING, "pull", text)
        assert (answer.status, answer.out.splitlines()[0]) == (0, f"yes: {STAGING} may pull {name}.")
        assert access.run("dev", "--can", PROD, "pull", text).status == 1
        if text.startswith((DEV, "arn")):
            for elsewhere in (text.replace(DEV, PROD), text.replace("us-east-1", "eu-west-1")):
                assert access.run("dev", "--can", STAGING, "pull", elsewhere).status == 2


@pytest.mark.parametrize(
    "name", ["other/web", "quay", "quay/", "quay/Web", "quay/web/", f"arn:aws:iam::{DEV}:role/quay"]
)
def test_what_ecr_does_not_make_is_refused(access, name):
    access.write(dev=f'account_id: "{DEV}"\necr_pull_through_caches: {{quay: {{upstream: quay}}}}\n')
    assert access.run("dev", "--can", PROD, "pull", name).status == 2


@pytest.mark.parametrize("prefix", ["quay", "ROOT"])
def test_all_that_is_made_below_a_prefix_can_be_asked_about(access, prefix):
    template = f'{prefix}: {{applied_for: [PULL_THROUGH_CACHE], allowed_account_ids: ["{STAGING}"]}}'
    access.write(dev=f'account_id: "{DEV}"\necr_creation_templates: {{{template}}}\n')
    pattern = "*" if prefix == "ROOT" else f"{prefix}/*"
    for text in (pattern, f"arn:aws:ecr:us-east-1:{DEV}:repository/{pattern}"):
        assert access.run("dev", "--can", STAGING, "pull", text).status == 0


def test_a_workload_is_told_by_the_name_of_its_repository(access):
    access.write(dev=f'account_id: "{DEV}"\nservices: [api]\n')
    result = access.run("dev", "--can", STAGING, "pull", "api")
    assert result.status == 2
    assert "Did you mean 'service_api'?" in result.err


def test_the_own_organisation_can_be_asked_about(access):
    access.write(dev="organization: true\necr_repositories: {web: }\n")
    assert access.run("dev", "--can", "organization", "pull", "web").status == 0
    assert access.run("dev", "--can", "organization", "push", "web").status == 1
    assert access.run("dev", "--can", "o-a1b2c3d4e5", "push", "web").status == 1
    # An organisation that is named by its id may be the own one, and may not.
    answer = access.run("dev", "--can", "o-a1b2c3d4e5", "pull", "web")
    assert answer.status == 3
    assert "  if aws:PrincipalOrgID StringEquals organization" in answer.out


def test_who_is_denied_may_be_the_own_organisation_or_not(access):
    others = '{StringNotEquals: {"aws:PrincipalOrgID": o-a1b2c3d4e5}}'
    deny = f'{{effect: Deny, actions: ["ecr:*"], principals: ["*"], conditions: {others}}}'
    access.write(dev=f"organization: true\necr_repositories: {{web: {{policy_statements: [{deny}]}}}}\n")
    assert access.run("dev", "--can", "organization", "pull", "web").status == 3
    assert access.run("dev", "--can", "o-a1b2c3d4e5", "pull", "web").status == 3
    assert access.run("dev", "--can", "o-ffffffffff", "pull", "web").status == 1


def test_a_session_may_do_what_its_role_may(access):
    access.write(dev=f'account_id: "{DEV}"\ngithub_repos: [acme/web]\necr_repositories: {{web: }}\n')
    session = f"arn:aws:sts::{DEV}:assumed-role/shop-dev-github-acme-web/run-1"
    assert access.run("dev", "--can", session, "push", "web").status == 0
    assert access.run("dev", "--can", session, "delete", "web").status == 1
    assert access.run("dev", "--can", session.replace(DEV, PROD), "push", "web").status == 1


def test_a_session_of_another_account_needs_what_its_role_has(two):
    session = f"arn:aws:sts::{STAGING}:assumed-role/shop-staging-ecr-ecs-execution/task"
    answer = two.run("dev", "--can", session, "pull", "web")
    assert answer.status == 0
    assert "needs" not in answer.out


REFUSED = {
    "an environment that there is not": (["deb"], "Did you mean 'dev'?"),
    "an environment that there is not, asked about": (["deb", "--can", STAGING, "pull", "web"], "Did you mean 'dev'?"),
    "no environment": (["--can", STAGING, "pull", "web"], "ENV: must be one environment with --can, got none."),
    "two environments": (
        ["dev", "staging", "--can", STAGING, "pull", "web"],
        "must be one environment with --can, got 2",
    ),
    "an ability": (["dev", "--can", STAGING, "pul", "web"], "got 'pul'. Did you mean 'pull'?"),
    "a repository": (["dev", "--can", STAGING, "pull", "wbe"], "got 'wbe'. Did you mean 'web'?"),
    "a principal": (["dev", "--can", "shop-dev-ecr-ecs-executor", "pull", "web"], "'shop-dev-ecr-ecs-execution'?"),
    "a principal of another partition": (
        ["dev", "--can", f"arn:aws-cn:iam::{STAGING}:root", "pull", "web"],
        f"must be a principal of the partition aws, got 'arn:aws-cn:iam::{STAGING}:root'",
    ),
    "too little": (["dev", "--can", STAGING, "pull"], "--can"),
    "a format": (["dev", "--format", "yaml"], "yaml"),
}


@pytest.mark.parametrize(("arguments", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_with_the_arguments_is_said(arguments, said, two):
    result = two.run(*arguments)
    assert (result.status, result.out) == (2, "")
    assert said in result.err


def test_all_that_is_wrong_with_the_files_is_said(two):
    two.write(dev=TWO.replace("enable_lambda_pull: true", "enable_lambda_pull: 5, max_image_count: 0"))
    result = two.run("--format", "json")
    assert (result.status, result.out) == (2, "")
    assert "ecr_repositories.api.enable_lambda_pull" in result.err
    assert "ecr_repositories.api.max_image_count" in result.err


def test_the_engine_is_not_loaded(two):
    program = (
        "import sys; from ecr_constructs.cli.app import run; run(['access', 'dev']); "
        "print(sorted({'cdktf', 'jsii', 'boto3', 'constructs'} & {each.split('.')[0] for each in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("data", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_whatever_an_environment_says_is_shown_in_every_format(data, access):
    (access.directory / "environments" / f"{data['env']}.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    found = json.loads(access.run("--format", "json").out)
    jsonschema.validate(found, SCHEMA)
    text, markdown = access.run().out, access.run("--format", "markdown").out
    for repository in found["environments"][0]["repositories"]:
        assert repository["logical_name"] in text
        assert repository["logical_name"].replace("_", "\\_").replace("*", "\\*") in markdown
