"""Files of the meroku layout, and the environment files that are made from them."""

from __future__ import annotations

import pytest

from ecr_constructs.migration.convert import migrate_source
from ecr_constructs.migration.files import SourceFile
from ecr_constructs.migration.meroku import is_meroku
from ecr_constructs.migration.texts import read_content

DEV = """\
schema_version: 12
project: shop
env: dev
is_prod: false
region: eu-central-1
account_id: "111111111111"
aws_profile: ""
state_bucket: shop-states
state_file: state.tfstate
use_default_vpc: true
ecr_strategy: local
ecr_account_id: null
ecr_trusted_accounts:
- account_id: 222222222222
  env: prod
  region: eu-central-1
workload:
  backend_external_docker_image: ""
  backend_env_variables:
    URL: ${module.domain.url}
services:
- name: api
  container_port: 80
- name: web
  docker_image: nginx
  ecr_config:
    mode: use_existing
    source_service_name: nightly
    source_service_type: scheduled_tasks
scheduled_tasks:
- name: nightly
  schedule: rate(1 day)
  ecr_config:
    mode: create_ecr
event_processor_tasks:
- name: mailer
  ecr_config:
    mode: manual_repo
    repository_uri: 333333333333.dkr.ecr.us-east-1.amazonaws.com/mailer
    source_service_name: ""
"""

DEV_MADE = """\
# yaml-language-server: $schema=environment.schema.json
#
# Made from the meroku file dev.yaml, which stays as it is.
schema_version: 7
project: shop
env: dev
region: eu-central-1
account_id: "111111111111"

# meroku's bucket, in which this environment has a state of its own.
bucket: shop-states

ecr_strategy: local

# Accounts that may pull from every repository.
ecr_trusted_accounts:
  - account_id: "222222222222"
    env: prod
    region: eu-central-1

# meroku's repositories have no lifecycle policy. With a number, older images expire.
ecr_defaults:
  max_image_count: null

backend: true
services:
  - api
  - name: web
    ecr_config:
      mode: use_existing
      source_service_name: nightly
      source_service_type: tasks
tasks:
  - nightly
  - name: mailer
    ecr_config:
      mode: manual_repo
      repository_uri: 333333333333.dkr.ecr.us-east-1.amazonaws.com/mailer
"""

PROD = "project: shop\nenv: prod\nis_prod: true\nregion: us-east-1\n"
SOURCE = 'ecr_account_id: "111111111111"\necr_account_region: us-east-1\n'


@pytest.fixture
def convert(tmp_path):
    """Return a function that makes a new file from the text of a meroku file."""

    def converted(text, output="new/prod.yaml", name="prod.yaml"):
        content = text.encode()
        return migrate_source(SourceFile(tmp_path / name, content, read_content(content, name)), output)

    return converted


def test_the_profile_is_kept(convert):
    migration, problems = convert(f"{PROD}aws_profile: shop-prod\n")
    assert (problems, list(migration.warnings)) == ([], [])
    assert "\nregion: us-east-1\naws_profile: shop-prod\n" in migration.content.decode()
    assert not [note for note in migration.notes if "aws_profile" in note]


def test_a_profile_that_terraform_could_not_use_is_found_by_the_loader(convert):
    migration, problems = convert(f"{PROD}aws_profile: shop prod\n")
    said = [*problems, *migration.warnings] if migration is not None else problems
    assert any("profile" in str(each) for each in said)


def test_a_whole_file_is_converted_and_the_loader_finds_nothing_wrong_with_it(convert):
    migration, problems = convert(DEV, "new/dev.yaml", "dev.yaml")
    assert (problems, list(migration.warnings)) == ([], [])
    assert migration.content.decode() == DEV_MADE
    assert list(migration.notes) == [
        "state_file is left out: the repositories get a state of their own, beside that of meroku",
        "services[1]: run an image from elsewhere; remove what needs no repository",
        "left out, because no repository depends on it: is_prod, use_default_vpc",
    ]


def made(convert, text):
    migration, problems = convert(text)
    assert problems == []
    return read_content(migration.content, "prod.yaml").data


@pytest.mark.parametrize("version", ["", *(f"schema_version: {number}\n" for number in range(1, 13))])
def test_every_version_becomes_the_current_one_by_the_same_rules(convert, version):
    data = made(convert, version + PROD + SOURCE)
    assert data == {
        "schema_version": 7,
        "project": "shop",
        "env": "prod",
        "region": "us-east-1",
        "ecr_strategy": "cross_account",
        "ecr_account_id": "111111111111",
        "ecr_account_region": "us-east-1",
        "backend": True,
    }


@pytest.mark.parametrize(
    ("text", "strategy"),
    [
        (PROD.replace("env: prod", "env: dev") + SOURCE, "local"),
        (PROD, "local"),
        (PROD + "ecr_account_id: ''\n", "local"),
        (PROD + "ecr_strategy: ''\n" + SOURCE, "cross_account"),
        (PROD + "ecr_strategy: local\n" + SOURCE, "local"),
    ],
)
def test_the_strategy_is_what_is_said_or_what_follows(convert, text, strategy):
    data = made(convert, text)
    assert data["ecr_strategy"] == strategy
    assert ("ecr_account_id" in data) == (strategy == "cross_account")


def test_an_account_of_the_source_that_means_nothing_is_left_out_with_a_note(convert):
    migration, _ = convert(PROD + "ecr_strategy: local\n" + SOURCE)
    note = "ecr_account_id and ecr_account_region are left out: with ecr_strategy: local they mean nothing"
    assert note in migration.notes


def test_the_organisation_may_pull_as_before_unless_accounts_are_named(convert):
    assert made(convert, PROD)["organization"] is True
    named = made(convert, PROD + "ecr_trusted_accounts:\n- {account_id: '222222222222'}\n")
    assert "organization" not in named
    assert named["ecr_trusted_accounts"] == [{"account_id": "222222222222"}]
    assert "organization" not in made(convert, PROD + SOURCE)


def test_no_image_expires_that_would_not_have_before(convert):
    assert made(convert, PROD)["ecr_defaults"] == {"max_image_count": None}
    assert "ecr_defaults" not in made(convert, PROD + SOURCE)


def test_the_state_of_meroku_is_never_used(convert):
    """A plan against the state of meroku would destroy everything that meroku made."""
    bucket = PROD + "state_bucket: states\n"
    assert "state_key" not in made(convert, bucket + "state_file: state.tfstate\n")
    taken = made(convert, bucket + "state_file: layers/compute/prod/terraform.tfstate\n")
    assert taken["state_key"] == "repositories/prod/terraform.tfstate"
    assert "bucket" not in made(convert, PROD + "state_bucket: ''\n")


def test_a_backend_that_runs_an_image_from_elsewhere_is_left_out_with_a_note(convert):
    text = PROD + "workload: {backend_external_docker_image: nginx}\n"
    migration, _ = convert(text)
    assert "backend" not in made(convert, text)
    assert any(note.startswith("the backend is left out: it runs 'nginx'") for note in migration.notes)


def test_tasks_outside_development_come_with_a_note_that_they_would_be_new(convert):
    migration, _ = convert(PROD + "scheduled_tasks: [{name: nightly}]\n")
    assert "meroku makes repositories of tasks in dev alone: those of this environment would be new" in migration.notes


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("services: [{name: Api}]\n", "logical-name", "services[0]"),
        ("scheduled_tasks: [{name: a}]\nevent_processor_tasks: [{name: a}]\n", None, "tasks[1]"),
        ("services: [{name: a, ecr_config: {mode: borrow}}]\n", "choice", "services[0].ecr_config.mode"),
        ("account_id: 12\n", "type", "account_id"),
    ],
)
def test_what_ecr_or_the_loader_refuse_is_reported_and_kept(convert, text, code, key):
    migration, problems = convert(PROD + text)
    assert problems == []
    assert migration.content
    (warning,) = migration.warnings
    assert warning.key.startswith(key)
    assert code in (None, warning.code)
    assert warning.source.startswith("new/prod.yaml:")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour: red\n", "prod.yaml:5: colour: must be a key of the meroku layout, got 'colour'."),
        ("scheduled_taks: []\n", "prod.yaml:5: scheduled_taks: must be a key of the meroku layout"),
        ("ecr_repositories: {}\n", "prod.yaml:5: ecr_repositories: must not stand in a file of the meroku layout"),
        ("schema_version: 13\n", "prod.yaml:5: schema_version: must be a whole number from 1 to 12, got 13."),
        ("ecr_strategy: remote\n", "prod.yaml:5: ecr_strategy: must be one of local, cross_account, got 'remote'."),
        ("services: {a: b}\n", "prod.yaml:5: services: must be a list"),
        ("services:\n- port: 1\n", "prod.yaml:6: services[0]: must be a mapping with name"),
        ("ecr_trusted_accounts: [a]\n", "prod.yaml:5: ecr_trusted_accounts[0]: must be a mapping with account_id"),
        ("services: [{name: '${x}'}]\n", "prod.yaml:5: services[0].name: must be plain text"),
        ("workload: {backend_external_docker_image: '${x}'}\n", "prod.yaml:5: workload.backend_external_docker_image"),
        ("project: other\n", "prod.yaml:5: project: must be given once"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(convert, text, message):
    migration, problems = convert(PROD + text)
    assert migration.content == b""
    assert str(problems[0]).startswith(message)


def test_it_needs_a_file_of_its_own(convert):
    migration, (problem,) = convert(PROD, None)
    assert (migration.content, problem.code) == (b"", "layout")
    assert "--output FILE" in problem.fix


@pytest.mark.parametrize(
    ("data", "meroku"),
    [
        ({"project": "a", "env": "dev", "region": "r"}, False),
        ({"project": "a", "services": [], "schema_version": 7}, False),
        ({"project": "a", "schema_version": 8}, True),
        ({"project": "a", "schema_version": 13}, False),
        ({"project": "a", "schema_version": 8, "ecr_repositories": {}}, False),
        ({"project": "a", "state_bucket": "b"}, True),
        ({"project": "a", "schema_version": 3, "workload": {}}, True),
        ({"project": "a", "schema_version": "9"}, False),
    ],
)
def test_a_file_is_known_by_its_keys_and_version(data, meroku):
    assert is_meroku(data) is meroku
