"""`ecr-constructs adopt ENV --from-aws`, against an AWS within this process."""

from __future__ import annotations

import json
import subprocess
import sys

import boto3
import pytest
from moto import mock_aws

from ecr_constructs.adoption.file import load_with, write_in_one_step
from ecr_constructs.cli.app import run
from ecr_constructs.config.load import load_environments
from ecr_constructs.errors import InvalidInput, OperationError

REGION, ACCOUNT, OTHER = "eu-west-1", "123456789012", "111111111111"
HEAD = f"project: shop\nenv: dev\nregion: {REGION}\n"
ODD = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "NotAction": "ecr:*"}]})


@pytest.fixture
def ecr():
    """A client of an AWS within this process, which the command asks as well."""
    with mock_aws():
        yield boto3.client("ecr", REGION)


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The file of the environment dev, which is still to be written."""
    directory = tmp_path / "environments"
    directory.mkdir()
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(directory))
    return directory / "dev.yaml"


def adopt(*options):
    return run(["adopt", "dev", "--from-aws", *options])


def test_what_is_there_is_written_and_the_rest_of_the_file_stays(ecr, file, capsys):
    """Comments, order and quotes are as before, and what was written is what is there."""
    before = f"# Development\n{HEAD}ecr_repositories:\n  web: {{}}  # mine\n\ntags: {{ 'Team': \"a\" }}\n"
    file.write_text(before)
    ecr.create_repository(repositoryName="shop-dev-web")
    ecr.create_repository(repositoryName="shop-dev-api", imageTagMutability="IMMUTABLE")
    ecr.create_repository(repositoryName="odd")
    ecr.set_repository_policy(repositoryName="odd", policyText=ODD)
    assert adopt() == 0
    entries = (
        "  api:\n"
        "    image_tag_mutability: IMMUTABLE\n"
        "    scan_on_push: false\n"
        "    max_image_count: null\n"
        "    adopt: [repository]\n"
        "  odd:\n"
        "    # Its repository policy stays unmanaged, as it is in AWS: no options here mean the same.\n"
        "    repository_name: odd\n"
        "    scan_on_push: false\n"
        "    max_image_count: null\n"
        "    adopt: [repository]\n"
    )
    assert file.read_text() == before.replace("# mine\n", f"# mine\n{entries}")
    out = capsys.readouterr().out
    assert out.startswith(f"{file.as_posix()}: 2 repositories added (account {ACCOUNT}, {REGION}).\n")
    assert "Nothing that exists would be made again, replaced or destroyed." in out


def test_a_second_run_adds_nothing_and_still_says_what_a_first_plan_does(ecr, file, capsys):
    file.write_text(HEAD)
    ecr.create_repository(repositoryName="shop-dev-api")
    adopt()
    written, first = file.read_text(), capsys.readouterr().out
    assert adopt() == 0
    assert file.read_text() == written
    second = capsys.readouterr().out
    assert "nothing to add" in second
    assert second.splitlines()[1:] == first.splitlines()[1:]


def test_a_dry_run_shows_the_difference_and_writes_nothing(ecr, file, capsys):
    file.write_text(HEAD)
    ecr.create_repository(repositoryName="shop-dev-api")
    assert adopt("--dry-run") == 0
    assert file.read_text() == HEAD
    out = capsys.readouterr().out
    assert "+ecr_repositories:\n+  api:\n" in out
    assert "1 repository would be added" in out


def test_an_empty_key_is_filled(ecr, file):
    file.write_text(f"{HEAD}ecr_repositories:\n# the end\n")
    ecr.create_repository(repositoryName="shop-dev-api")
    assert adopt() == 0
    assert file.read_text().startswith(f"{HEAD}ecr_repositories:\n  api:\n")
    assert file.read_text().endswith("# the end\n")


def test_names_choose(ecr, file):
    file.write_text(HEAD)
    for name in ("shop-dev-api", "shop-dev-web", "team/api"):
        ecr.create_repository(repositoryName=name)
    adopt("--prefix", "shop-", "--repository", "*api", "--repository", "*web", "--exclude", "*web")
    (dev,) = load_environments(file.parent)
    assert list(dev.repositories) == ["api"]


def test_another_account_than_the_environments_is_refused(ecr, file, capsys):
    file.write_text(f'{HEAD}account_id: "{OTHER}"\n')
    assert adopt() == 1
    err = capsys.readouterr().err
    assert f"The credentials are those of account {ACCOUNT}, and {file} is about account {OTHER}" in err
    assert "AWS_PROFILE" in err


def test_the_environments_own_account_is_not(ecr, file):
    file.write_text(f'{HEAD}account_id: "{ACCOUNT}"\n')
    assert adopt() == 0


def test_an_unknown_environment_is_an_error_that_suggests_the_nearest(file, capsys):
    file.write_text(HEAD)
    assert run(["adopt", "deb", "--from-aws"]) == 2
    assert "Did you mean 'dev'?" in capsys.readouterr().err


def test_what_is_in_aws_is_read_without_being_asked_for(file, ecr):
    file.write_text(HEAD)
    ecr.create_repository(repositoryName="shop/web")
    assert run(["adopt", "dev"]) == 0
    assert "shop/web" in file.read_text()


def test_an_environment_that_refers_to_another_account_has_nothing_to_adopt(file, capsys):
    source = f'ecr_account_id: "{OTHER}"\necr_account_region: eu-west-1\nrepository_names: [web]\n'
    file.write_text(f"{HEAD}ecr_strategy: cross_account\n{source}")
    assert adopt() == 2
    assert "[adopt-strategy]" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["", "ecr_repositories: {\n", "colour: red\n", "ecr_repositories:\n  web: {colour: red}\n"]
)
def test_a_file_that_is_not_right_is_left_alone(ecr, file, capsys, text):
    """Whatever is wrong is said with its place, and AWS is not asked."""
    before = f"{HEAD}{text}" if text else "- 1\n"
    file.write_text(before)
    assert adopt() == 2
    assert file.read_text() == before
    assert f"{file.as_posix()}:" in capsys.readouterr().err


def test_entries_in_braces_are_refused(ecr, file, capsys):
    before = f"{HEAD}ecr_repositories: {{web: {{}}}}\n"
    file.write_text(before)
    ecr.create_repository(repositoryName="shop-dev-api")
    assert adopt() == 2
    assert file.read_text() == before
    assert "[adopt-form]" in capsys.readouterr().err


def test_nothing_is_written_where_the_result_would_not_load(ecr, file, capsys):
    """`web/url` would be published below the parameters of `web`; the message names the user's own file."""
    file.write_text(HEAD)
    for name in ("shop-dev-web", "shop-dev-web/url"):
        ecr.create_repository(repositoryName=name)
    assert adopt() == 2
    assert file.read_text() == HEAD
    err = capsys.readouterr().err
    assert "[ssm-collision]" in err
    assert err.startswith(f"{file.as_posix()}:")


def test_a_declared_repository_that_would_be_replaced_is_a_warning(ecr, file, capsys):
    file.write_text(f"{HEAD}ecr_repositories:\n  web: {{}}\n")
    ecr.create_repository(repositoryName="shop-dev-web", encryptionConfiguration={"encryptionType": "KMS"})
    assert adopt() == 0
    out = capsys.readouterr().out
    assert "WARNING: shop-dev-web is encrypted with KMS and declared with AES256: it would be REPLACED" in out


def test_a_declared_repository_that_has_another_name_there_is_a_warning(ecr, file, capsys):
    """It is taken under a name of its own, and the likely mistake is said."""
    file.write_text(f"{HEAD}ecr_repositories:\n  web: {{}}\n")
    ecr.create_repository(repositoryName="web")
    assert adopt() == 0
    assert "  web-2:\n    repository_name: web\n" in file.read_text()
    out = capsys.readouterr().out
    assert "WARNING: web is declared as shop-dev-web, which is not there, and web is: if that is meant" in out


def test_what_is_to_be_adopted_and_is_not_there_is_a_warning(ecr, file, capsys):
    file.write_text(f"{HEAD}ecr_repositories:\n  web: {{adopt: true}}\n")
    assert adopt() == 0
    assert "so that Terraform would refuse to plan" in capsys.readouterr().out


def test_what_another_environment_declares_is_left_to_it(ecr, file, capsys):
    file.write_text(HEAD)
    other = HEAD.replace("env: dev", "env: prod")
    (file.parent / "prod.yaml").write_text(f"{other}ecr_repositories: {{web: {{}}}}\n")
    ecr.create_repository(repositoryName="shop-prod-web")
    assert adopt() == 0
    assert file.read_text() == HEAD
    assert "Left out, because the environment prod declares it: shop-prod-web.\n" in capsys.readouterr().out


def test_what_is_declared_and_there_without_adopt_is_said(ecr, file, capsys):
    """Ten of them by name."""
    names = [f"r{number:02}" for number in range(12)]
    file.write_text(f"{HEAD}ecr_repositories:\n" + "".join(f"  {name}: {{}}\n" for name in names))
    for name in names:
        ecr.create_repository(repositoryName=f"shop-dev-{name}", imageScanningConfiguration={"scanOnPush": True})
    assert adopt() == 0
    shown = ", ".join(f"shop-dev-{name}" for name in names[:10])
    note = f"Declared already, without adopt, which it needs unless a state has it: {shown} and 2 more.\n"
    assert note in capsys.readouterr().out


def test_a_policy_that_the_organisation_would_overwrite_is_refused(ecr, file, capsys):
    """Even where nobody may look up which organisation that is."""
    file.write_text(f"{HEAD}organization: true\n")
    ecr.create_repository(repositoryName="odd")
    ecr.set_repository_policy(repositoryName="odd", policyText=ODD)
    assert adopt() == 2
    assert file.read_text() == f"{HEAD}organization: true\n"
    assert "[adopt-policy]" in capsys.readouterr().err


def test_the_key_of_an_alias_is_looked_up(ecr, file):
    kms = boto3.client("kms", REGION)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/ecr", TargetKeyId=key)
    file.write_text(f"{HEAD}ecr_encryption_type: KMS\necr_kms_key: {{alias: alias/ecr}}\n")
    encryption = {"encryptionType": "KMS", "kmsKey": key}
    ecr.create_repository(repositoryName="shop-dev-api", encryptionConfiguration=encryption)
    assert adopt() == 0
    assert "kms" not in file.read_text().split("ecr_repositories:")[1]


def test_nothing_of_the_engine_is_loaded(file):
    """And boto3 only once there is something to read."""
    file.write_text(HEAD)
    code = (
        "import sys; from ecr_constructs.cli.app import run; run(['adopt', 'deb', '--from-aws']); "
        "assert 'ecr_constructs.adoption.run' in sys.modules; "
        "assert not {'cdktf', 'jsii', 'boto3', 'botocore', 'moto'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr


def test_a_file_is_replaced_in_one_step(tmp_path):
    """Its mode stays, a link stays a link, and nothing is left beside it."""
    target, link = tmp_path / "real.yaml", tmp_path / "dev.yaml"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    write_in_one_step(link, "new\r\n")
    assert target.read_bytes() == b"new\r\n"
    assert target.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["dev.yaml", "real.yaml"]


def test_a_file_that_cannot_be_written_stays_as_it_is(tmp_path):
    """A folder that is gone, say."""
    with pytest.raises(OperationError, match="cannot be written"):
        write_in_one_step(tmp_path / "none/dev.yaml", "new")


def test_problems_of_a_tried_text_name_the_file_itself(tmp_path):
    """Those that name another file too."""
    for env in ("dev", "prod"):
        settings = f"account_id: '{ACCOUNT}'\necr_repository_name: '{{name}}'\n"
        (tmp_path / f"{env}.yaml").write_text(HEAD.replace("env: dev", f"env: {env}") + settings)
    with (tmp_path / "prod.yaml").open("a") as prod:
        prod.write("ecr_repositories: {web: {}}\n")
    text = (tmp_path / "dev.yaml").read_text() + "ecr_repositories: {web: {}}\n"
    with pytest.raises(InvalidInput) as raised:
        load_with(tmp_path, "dev.yaml", text)
    message = str(raised.value)
    for name in ("/prod.yaml:", "/dev.yaml"):
        assert message.count(name) == message.count(f"{tmp_path}{name}") > 0


def test_whatever_the_name_of_the_folder_holds_it_is_shown_in_one_line(ecr, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "en\x1b[2Jv\ns"
    folder.mkdir()
    (folder / "dev.yaml").write_text(HEAD)
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(folder))
    ecr.create_repository(repositoryName="shop-dev-api")
    assert adopt("--dry-run") == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert out.startswith(f"--- {tmp_path.as_posix()}/en\\x1b[2Jv\\ns/dev.yaml\n")
