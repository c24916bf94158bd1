"""`ecr-constructs doctor ENV`: what is published compared with the file and with ECR."""

from __future__ import annotations

import json

import boto3
import pytest
from moto import mock_aws

from ecr_constructs.cli.app import run
from ecr_constructs.config.load import load_environments
from ecr_constructs.core.ssm import LAYOUTS, PublishedRecord

REGION, ACCOUNT, OTHER = "eu-west-1", "123456789012", "111111111111"
HOST = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
ARN = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository"
HEAD = f"project: shop\nenv: dev\nregion: {REGION}\n"
TWO = f"{HEAD}ecr_repositories: {{web: , team/api: {{image_tag_mutability: IMMUTABLE}}}}\n"


@pytest.fixture(autouse=True)
def aws():
    """An AWS within this process, which the command asks as well."""
    with mock_aws():
        yield


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The file of the environment dev, with its two repositories."""
    directory = tmp_path / "environments"
    directory.mkdir()
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(directory))
    (directory / "dev.yaml").write_text(TWO, encoding="utf-8")
    return directory / "dev.yaml"


@pytest.fixture
def ssm():
    return boto3.client("ssm", REGION)


def make(name, mutability="MUTABLE"):
    """Make a repository as the file's defaults have it."""
    boto3.client("ecr", REGION).create_repository(
        repositoryName=name, imageTagMutability=mutability, imageScanningConfiguration={"scanOnPush": True}
    )


def publish(path, name, mutability="MUTABLE", layout="parameters", account=ACCOUNT, **changes):
    """Publish a repository as the construct does."""
    record = PublishedRecord(
        url=f"{account}.dkr.ecr.{REGION}.amazonaws.com/{name}",
        arn=f"arn:aws:ecr:{REGION}:{account}:repository/{name}",
        name=name,
        registry_id=account,
        scan_on_push=True,
        encryption_type="AES256",
        tag_mutability=mutability,
    )
    for last in LAYOUTS[layout]:
        value = changes.get(last.replace("-", "_"), record.values[last])
        boto3.client("ssm", REGION).put_parameter(Name=f"{path}/{last}", Value=value, Type="String", Overwrite=True)


@pytest.fixture
def deployed(file):
    """All of it is as it should be."""
    make("shop-dev-web")
    make("shop-dev-team/api", "IMMUTABLE")
    publish("/ecr/web", "shop-dev-web")
    publish("/ecr/team/api", "shop-dev-team/api", "IMMUTABLE")
    return file


@pytest.fixture
def found(capsys):
    """Run the command, and return the differences as tuples; the exit status is held to them."""

    def doctor(env="dev"):
        status = run(["doctor", env, "--format", "json"])
        out, err = capsys.readouterr()
        assert err == ""
        document = json.loads(out)
        assert status == (1 if document["findings"] else 0)
        return [tuple(each.values()) for each in document["findings"]]

    return doctor


def test_nothing_differs_after_a_deployment(deployed, found, capsys):
    assert found() == []
    assert run(["doctor", "dev.yaml"]) == 0
    assert capsys.readouterr().out == (
        f"dev publishes 2 repositories; 16 parameters below /ecr in account {ACCOUNT}, {REGION}.\n"
        "Everything that is published is as the file and ECR have it.\n"
    )


def test_the_layout_and_prefix_of_the_file_count(file, found):
    file.write_text(f"{TWO}ecr_ssm_layout: config\necr_ssm_prefix: /shop\n", encoding="utf-8")
    make("shop-dev-web")
    make("shop-dev-team/api", "IMMUTABLE")
    publish("/shop/web", "shop-dev-web", layout="config")
    publish("/shop/team/api", "shop-dev-team/api", "IMMUTABLE", layout="config")
    assert found() == []
    publish("/shop/web", "shop-dev-web")
    assert [each[:3] for each in found()] == [
        ("undescribed", f"/shop/web/{last}", "web") for last in sorted({*LAYOUTS["parameters"]} - {*LAYOUTS["config"]})
    ]


def test_what_is_not_published_is_missing(deployed, found, ssm):
    ssm.delete_parameters(Names=[f"/ecr/web/{last}" for last in LAYOUTS["parameters"]])
    ssm.delete_parameter(Name="/ecr/team/api/arn")
    ssm.delete_parameter(Name="/ecr/team/api/config")
    arn = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shop-dev-team/api"
    assert found() == [
        ("missing", "/ecr/team/api/arn", "team/api", f"is not there, and should be '{arn}'"),
        ("missing", "/ecr/team/api/config", "team/api", "is not there, and should be all of it as JSON"),
        ("missing", "/ecr/web", "web", "nothing is published of shop-dev-web"),
    ]


def test_what_was_never_deployed_is_missing(file, found):
    assert found() == [
        ("missing", f"/ecr/{name}", name, f"is not published, and ECR has no repository shop-dev-{name}")
        for name in ("team/api", "web")
    ]


def test_what_ecr_has_otherwise_is_stale(deployed, found):
    boto3.client("ecr", REGION).put_image_tag_mutability(repositoryName="shop-dev-web", imageTagMutability="IMMUTABLE")
    both = "is 'MUTABLE', and should be 'IMMUTABLE'"
    assert found() == [
        ("stale", "/ecr/web/config", "web", f"tag-mutability {both}"),
        ("stale", "/ecr/web/tag-mutability", "web", both),
    ]


def test_a_url_that_leads_elsewhere_is_stale(deployed, found):
    publish("/ecr/web", "shop-dev-web", url="example.com/web")
    assert found() == [("stale", "/ecr/web/url", "web", f"is 'example.com/web', and should be '{HOST}/shop-dev-web'")]


def test_a_config_that_is_none_is_stale(deployed, found):
    publish("/ecr/web", "shop-dev-web", config="{")
    assert found() == [("stale", "/ecr/web/config", "web", "is no JSON object")]


def test_what_is_no_plain_text_is_stale(deployed, found, ssm):
    ssm.delete_parameter(Name="/ecr/web/url")
    ssm.put_parameter(Name="/ecr/web/url", Value="x", Type="SecureString")
    assert found() == [("stale", "/ecr/web/url", "web", "must be of type String, and is a SecureString")]


def test_a_repository_that_is_gone_leaves_its_parameters_stale(deployed, found):
    boto3.client("ecr", REGION).delete_repository(repositoryName="shop-dev-web")
    assert found() == [("stale", "/ecr/web", "web", "is published, and ECR has no repository shop-dev-web")]


def test_a_record_of_the_former_name_is_stale(deployed, found):
    publish("/ecr/web", "shop-dev-site")
    ((kind, path, _, detail),) = found()
    assert (kind, path) == ("stale", "/ecr/web")
    assert "repository/shop-dev-site, which is not there, and not about" in detail


@pytest.mark.parametrize("account", [ACCOUNT, OTHER])
def test_a_record_of_somebody_else_s_repository_is_foreign(deployed, found, account):
    make("other-web")
    publish("/ecr/web", "other-web", account=account)
    assert found() == [
        (
            "foreign",
            "/ecr/web",
            "web",
            f"is about arn:aws:ecr:{REGION}:{account}:repository/other-web and not about {ARN}/shop-dev-web",
        )
    ]


def test_what_no_file_declares_any_more_is_said(deployed, found):
    make("shop-dev-old")
    publish("/ecr/old", "shop-dev-old")
    publish("/ecr/gone", "renamed/gone")
    deployed.write_text(TWO.replace("web: ,", "web: {publish_to_ssm: false},"), encoding="utf-8")
    arn = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository"
    assert found() == [
        (
            "undescribed",
            "/ecr/gone",
            "gone",
            f"no file declares gone, and it is about {arn}/renamed/gone, which is not there",
        ),
        ("undescribed", "/ecr/old", "old", f"no file declares old, and it is about {arn}/shop-dev-old"),
        ("undescribed", "/ecr/web", "web", "is published, and the file says publish_to_ssm: false"),
    ]


def test_what_is_nobody_s_here_is_foreign(deployed, found, ssm):
    make("their-app")
    publish("/ecr/app", "their-app")
    publish("/ecr/far", "far", account=OTHER)
    ssm.put_parameter(Name="/ecr/web/owner", Value="me", Type="String")
    ssm.put_parameter(Name="/ecr/settings", Value="x", Type="String")
    ssm.put_parameter(Name="/ecr/odd/name", Value="x", Type="String")
    arn = f"arn:aws:ecr:{REGION}"
    assert found() == [
        ("foreign", "/ecr/app", "app", f"no file declares app, and it is about {arn}:{ACCOUNT}:repository/their-app"),
        ("foreign", "/ecr/far", "far", f"no file declares far, and it is about {arn}:{OTHER}:repository/far"),
        ("foreign", "/ecr/odd", "odd", "no file declares odd, and name there names no repository"),
        ("foreign", "/ecr/settings", "", "is called as no parameter of a repository"),
        ("foreign", "/ecr/web/owner", "", "is called as no parameter of a repository"),
    ]


def test_another_environment_of_the_same_account_publishes_below_it(deployed, found):
    text = TWO.replace("env: dev", "env: test") + "ecr_ssm_prefix: /ecr/test\n"
    (deployed.parent / "test.yaml").write_text(text, encoding="utf-8")
    publish("/ecr/test/web", "shop-test-web")
    publish("/ecr/testing/web", "shop-dev-testing/web")
    assert [each[:2] for each in found()] == [("undescribed", "/ecr/testing/web")]


def test_repositories_elsewhere_are_compared_with_what_the_files_say(deployed, found):
    """Nobody asks the other account, which need not let this one look."""
    deployed.write_text(f'{TWO}account_id: "{OTHER}"\necr_trusted_accounts: [{{account_id: "{ACCOUNT}"}}]\n')
    text = f'project: shop\nenv: prod\nregion: {REGION}\naccount_id: "{ACCOUNT}"\necr_ssm_prefix: /prod\n'
    (deployed.parent / "prod.yaml").write_text(f"{text}ecr_strategy: cross_account\necr_source_env: dev\n")
    publish("/prod/web", "shop-dev-web", account=OTHER)
    publish("/prod/team/api", "shop-dev-team/api", "IMMUTABLE", account=OTHER)
    assert [each.name for each in load_environments(deployed.parent)] == ["dev", "prod"]
    assert found("prod") == []
    publish("/prod/web", "shop-dev-web", "IMMUTABLE", account=OTHER)
    assert [each[:2] for each in found("prod")] == [
        ("stale", "/prod/web/config"),
        ("stale", "/prod/web/tag-mutability"),
    ]
    publish("/prod/web", "shop-dev-web", account=ACCOUNT)
    assert [each[:2] for each in found("prod")] == [("foreign", "/prod/web")]


def test_the_text_says_what_to_do(deployed, capsys, ssm):
    ssm.delete_parameter(Name="/ecr/web/url")
    publish("/ecr/old", "shop-dev-old")
    assert run(["doctor", "dev"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("dev publishes 2 repositories; 23 parameters below /ecr in account ")
    assert lines[2].split() == ["parameter", "is", "because"]
    assert [line.split()[:2] for line in lines if line.startswith("/")] == [
        ["/ecr/old", "undescribed"],
        ["/ecr/web/url", "missing"],
    ]
    assert lines[-2:] == [
        "1 missing: deploy the environment.",
        "1 undescribed: a deployment deletes what Terraform has made; delete by hand whatever stays after it.",
    ]


def test_a_narrow_terminal_breaks_no_path(deployed, capsys, monkeypatch, ssm):
    monkeypatch.setattr("ecr_constructs.terminal.screen.is_terminal", lambda _: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    ssm.put_parameter(Name=f"/ecr/{'a-long-name-' * 5}/odd", Value="x", Type="String")
    run(["doctor", "dev"])
    out = capsys.readouterr().out
    assert all(len(line) <= 80 for line in out.splitlines())
    assert f"/ecr/{'a-long-name-' * 5}/odd" in out


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["doctor", "def"], 2, "ENV: must be one of: dev, got 'def'. Did you mean 'dev'? [environment-known]"),
        (["doctor"], 2, "Missing argument 'ENV'"),
        (["doctor", "dev", "--format", "table"], 2, "Invalid value for '--format'"),
    ],
)
def test_wrong_arguments_are_status_2(file, capsys, arguments, status, message):
    assert run(arguments) == status
    assert message in capsys.readouterr().err


def test_a_wrong_file_is_status_2(file, capsys):
    file.write_text(f"{HEAD}ecr_repositories: {{web: {{max_image_count: 0}}}}\n", encoding="utf-8")
    assert run(["doctor", "dev"]) == 2
    assert "max_image_count" in capsys.readouterr().err


def test_credentials_of_another_account_are_refused(file, capsys):
    file.write_text(f'{TWO}account_id: "{OTHER}"\n', encoding="utf-8")
    assert run(["doctor", "dev"]) == 1
    assert f"The credentials are those of account {ACCOUNT}, and " in capsys.readouterr().err


def test_an_aws_that_does_not_answer_is_said(file, capsys, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    assert run(["doctor", "dev"]) == 1
    assert capsys.readouterr().err.startswith("AWS cannot be ")
