"""Adoption for real: what `adopt` writes makes a plan that imports, and makes no more than missing parameters."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs.sandbox.adapt import ACCESS_KEY, SECRET_KEY, adapt
from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.provider import choose_provider
from ecr_constructs.sandbox.session import Session
from ecr_constructs.sandbox.synth import synthesise
from ecr_constructs.sandbox.terraform import find_terraform
from tests.deploy.surroundings import clean_environment

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
ACCOUNT, REGION, OTHER = "210987654321", "eu-west-1", "111111111111"
PATIENCE = 120  # seconds for any one command

FILE = f"""\
# Whatever was here before.
project: shop
env: dev
region: {REGION}
account_id: "{ACCOUNT}"
ecr_repository_name: "{{project}}/{{name}}"
tags:
  Team: platform
ecr_defaults:
  image_tag_mutability: IMMUTABLE
  expire_untagged_after_days: 7
ecr_ssm_layout: config
"""
URL = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
PARAMETERS = {
    "/ecr/full/url": f"{URL}/shop/full",
    "/ecr/full/config": "what another module wrote",
    "/ecr/plain/url": "old.example/plain",
}
KEEP = {
    "rules": [
        {
            "rulePriority": 10,
            "description": "Candidates",
            "selection": {
                "tagStatus": "tagged",
                "tagPatternList": ["rc-*"],
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": 30,
            },
            "action": {"type": "expire"},
        },
        {
            "rulePriority": 20,
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 40},
            "action": {"type": "expire"},
        },
    ]
}
PULL = {
    "Version": "2008-10-17",
    "Statement": [
        {
            "Sid": f"from {account}",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": [
                "ecr:GetDownloadUrlForLayer",
                "ecr:BatchGetImage",
                "ecr:BatchCheckLayerAvailability",
                "ecr:DescribeImages",
                "ecr:DescribeRepositories",
                "ecr:ListImages",
            ],
        }
        for account in (OTHER, "222222222222")
    ],
}
ODD = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Odd", "Effect": "Deny", "Principal": "*", "NotAction": "ecr:BatchGetImage"}],
}


@dataclasses.dataclass(frozen=True)
class Adopted:
    """An environment after `adopt`, with what it said, and what Terraform planned, applied and planned again."""

    aws: EmbeddedAws
    before: dict[str, dict[str, Any]]
    text: str
    said: str
    plan: dict[str, Any]
    second: str | None

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the first plan's changes of resources of a type, by Terraform's name."""
        return {each["name"]: each["change"] for each in self.plan["resource_changes"] if each["type"] == kind}


def there(aws: EmbeddedAws) -> dict[str, dict[str, Any]]:
    """Return the repositories that are there with their policies and tags, by name."""
    client, found = aws.client("ecr", REGION), {}
    for each in client.describe_repositories()["repositories"]:
        name = each["repositoryName"]
        found[name] = {key: value for key, value in each.items() if key != "imageTagMutabilityExclusionFilters"}
        found[name]["tags"] = sorted(
            (tag["Key"], tag["Value"])
            for tag in client.list_tags_for_resource(resourceArn=each["repositoryArn"])["tags"]
        )
        for ask, key, missing in (
            (client.get_lifecycle_policy, "lifecyclePolicyText", client.exceptions.LifecyclePolicyNotFoundException),
            (client.get_repository_policy, "policyText", client.exceptions.RepositoryPolicyNotFoundException),
        ):
            try:
                found[name][key] = json.loads(ask(repositoryName=name)[key])
            except missing:
                found[name][key] = None
    return found


def make_repositories(aws: EmbeddedAws) -> None:
    """Make four repositories as somebody else did: plain, with everything, encrypted, and with an odd policy."""
    client = aws.client("ecr", REGION)
    key = aws.client("kms", REGION).create_key()["KeyMetadata"]["Arn"]
    client.create_repository(repositoryName="shop/plain")
    client.create_repository(
        repositoryName="shop/full",
        imageTagMutability="IMMUTABLE",
        imageScanningConfiguration={"scanOnPush": True},
        tags=[{"Key": "Team", "Value": "core"}, {"Key": "Cost", "Value": "0123"}],
    )
    client.put_lifecycle_policy(repositoryName="shop/full", lifecyclePolicyText=json.dumps(KEEP))
    client.set_repository_policy(repositoryName="shop/full", policyText=json.dumps(PULL))
    client.create_repository(
        repositoryName="legacy.billing", encryptionConfiguration={"encryptionType": "KMS", "kmsKey": key}
    )
    client.create_repository(repositoryName="odd")
    client.set_repository_policy(repositoryName="odd", policyText=json.dumps(ODD))
    for name, value in PARAMETERS.items():
        aws.client("ssm", REGION).put_parameter(Name=name, Value=value, Type="String")


def command(folder: Path, aws: EmbeddedAws, *arguments: str) -> str:
    """Run `ecr-constructs` as a user does who has credentials of the embedded AWS, and return what it prints."""
    credentials = {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_ENDPOINT_URL": aws.endpoint,
        "ECR_ENVIRONMENTS_DIR": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-m", "ecr_constructs.cli", *arguments],
        env=clean_environment(**credentials),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Adopted]:
    """Repositories made by hand, adopted, planned and applied by the Terraform that is installed."""
    folder = tmp_path_factory.mktemp("environments")
    file = folder / "dev.yaml"
    file.write_text(FILE, encoding="utf-8")
    terraform = find_terraform()
    with pytest.MonkeyPatch.context() as patch, Processes() as processes:
        provider = choose_provider("bundled", terraform, processes.folder)
        patch.setenv("ECR_ENVIRONMENTS_DIR", str(folder))
        aws = EmbeddedAws(processes)
        aws.open(ACCOUNT)
        make_repositories(aws)
        before = there(aws)
        said = command(folder, aws, "adopt", "dev", "--from-aws")
        document = synthesise("dev", ROOT, processes)["dev"].document
        work = processes.folder / "work"
        session = Session(work, terraform, provider, processes, aws.endpoint)
        session.write(adapt({"terraform": document["terraform"]}, endpoint=aws.endpoint, version=provider.version)[0])
        session.init()
        version, schema = provider.version, session.schema()
        fitted, _ = adapt(document, endpoint=aws.endpoint, version=version, schema=schema)
        # The sandbox leaves these out, because its AWS starts empty; this one does not.
        session.write({**fitted, "import": document["import"]})
        environment = clean_environment(**provider.environment(processes.folder))

        def run(*arguments: str) -> str:
            done = subprocess.run(
                [*terraform.command, *arguments],
                cwd=work,
                env=environment,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        run("plan", "-input=false", "-no-color", "-out=first")
        plan = json.loads(run("show", "-json", "first"))
        run("apply", "-input=false", "-no-color", "first")
        yield Adopted(aws, before, file.read_text(encoding="utf-8"), said, plan, session.plan())


def test_the_file_keeps_its_text_and_says_what_is_there(adopted: Adopted) -> None:
    """Only what the defaults do not say is added."""
    key = adopted.before["legacy.billing"]["encryptionConfiguration"]["kmsKey"]
    assert adopted.text == (
        f"{FILE}\n"
        "ecr_repositories:\n"
        "  full:\n"
        "    tags:\n"
        '      Cost: "0123"\n'
        "      Team: core\n"
        "    lifecycle_policy:\n"
        "      rules:\n"
        "        - rulePriority: 10\n"
        "          description: Candidates\n"
        "          selection:\n"
        "            tagStatus: tagged\n"
        "            tagPatternList: [rc-*]\n"
        "            countType: sinceImagePushed\n"
        "            countUnit: days\n"
        "            countNumber: 30\n"
        "          action:\n"
        "            type: expire\n"
        "        - rulePriority: 20\n"
        "          selection:\n"
        "            tagStatus: any\n"
        "            countType: imageCountMoreThan\n"
        "            countNumber: 40\n"
        "          action:\n"
        "            type: expire\n"
        "    enable_cross_account_access: true\n"
        '    allowed_account_ids: ["111111111111", "222222222222"]\n'
        "    adopt: [repository, lifecycle_policy, repository_policy, parameters]\n"
        "  legacy.billing:\n"
        "    repository_name: legacy.billing\n"
        "    image_tag_mutability: MUTABLE\n"
        "    scan_on_push: false\n"
        "    encryption_type: KMS\n"
        f"    kms_key: {key}\n"
        "    max_image_count: null\n"
        "    expire_untagged_after_days: null\n"
        "    adopt: [repository]\n"
        "  odd:\n"
        "    # Its repository policy stays unmanaged, as it is in AWS: no options here mean the same.\n"
        "    repository_name: odd\n"
        "    image_tag_mutability: MUTABLE\n"
        "    scan_on_push: false\n"
        "    max_image_count: null\n"
        "    expire_untagged_after_days: null\n"
        "    adopt: [repository]\n"
        "  plain:\n"
        "    image_tag_mutability: MUTABLE\n"
        "    scan_on_push: false\n"
        "    max_image_count: null\n"
        "    expire_untagged_after_days: null\n"
        "    adopt: [repository, parameters/url]\n"
    )


def test_the_first_plan_only_imports_and_changes_in_place(adopted: Adopted) -> None:
    """No action of it makes, replaces or destroys, save for parameters that are missing; the rest is imported."""
    changes = adopted.plan["resource_changes"]
    made = {each["address"] for each in changes if each["change"]["actions"] == ["create"]}
    assert made == {
        "aws_ssm_parameter.plain_config",
        *(f"aws_ssm_parameter.{name}_{last}" for name in ("legacy_D_billing", "odd") for last in ("url", "config")),
    }
    left = [each for each in changes if each["address"] not in made]
    assert {tuple(each["change"]["actions"]) for each in left} <= {("no-op",), ("update",)}
    assert {each["address"]: each["change"].get("importing") for each in left} == {
        "aws_ssm_parameter.full_config": {"id": "/ecr/full/config"},
        "aws_ssm_parameter.full_url": {"id": "/ecr/full/url"},
        "aws_ssm_parameter.plain_url": {"id": "/ecr/plain/url"},
        "aws_ecr_repository.full": {"id": "shop/full"},
        "aws_ecr_lifecycle_policy.full": {"id": "shop/full"},
        "aws_ecr_repository_policy.full": {"id": "shop/full"},
        "aws_ecr_repository.legacy_D_billing": {"id": "legacy.billing"},
        "aws_ecr_repository.odd": {"id": "odd"},
        "aws_ecr_repository.plain": {"id": "shop/plain"},
    }


def test_the_plan_changes_what_was_said_and_nothing_else(adopted: Adopted) -> None:
    """Tags of the environment are added, and the statements of a policy written anew."""
    for change in adopted.resources("aws_ecr_repository").values():
        differing = {key for key in change["after"] if change["after"][key] != change["before"].get(key)}
        assert differing <= {"tags", "tags_all", "timeouts"}  # the last of which is no property of a repository
        assert change["before"]["tags_all"].items() <= change["after"]["tags_all"].items()
    assert adopted.resources("aws_ecr_lifecycle_policy")["full"]["actions"] == ["no-op"]
    assert (
        "full (shop/full)\n  imported: repository, lifecycle policy, repository policy, 2 SSM parameters\n"
        in adopted.said
    )
    assert f"  changed in place: parameter /ecr/plain/url: '{URL}/shop/plain' instead of 'old.example/plain'\n" in (
        adopted.said
    )
    tags = "Environment=dev, ManagedBy=ecr-constructs, Name=plain, Project=shop, Team=platform"
    assert f"tags added: {tags}\n" in adopted.said
    assert "repository policy: written anew with the same meaning (sids, version, order)\n" in adopted.said
    assert adopted.said.endswith(
        "A first plan imports 4 repositories, 1 lifecycle policy, 1 repository policy, 3 SSM parameters, changes 4 "
        "repositories in place and makes 5 SSM parameters.\n"
        "WARNING: shop/plain has a parameter /ecr/plain/url that says "
        f"'old.example/plain': whatever reads it pulls from {URL}/shop/plain after the first apply.\n"
    )


def test_afterwards_everything_is_as_before_but_for_tags_and_sids(adopted: Adopted) -> None:
    """The same repositories by age and key, the same retention, and the odd policy as it was."""
    after = there(adopted.aws)
    for name, was in adopted.before.items():
        kept = {key: value for key, value in was.items() if key not in ("tags", "policyText")}
        assert {key: after[name][key] for key in kept} == kept
        assert set(was["tags"]) <= set(after[name]["tags"])
    assert after["odd"]["policyText"] == ODD
    (statement,) = after["shop/full"]["policyText"]["Statement"]
    assert statement["Principal"]["AWS"] == [f"arn:aws:iam::{each}:root" for each in (OTHER, "222222222222")]


def test_parameters_that_were_there_say_what_is_published(adopted: Adopted) -> None:
    """They were written in place, whatever they said before."""
    answer = adopted.aws.client("ssm", REGION).get_parameters(Names=list(PARAMETERS))["Parameters"]
    found = {each["Name"]: each for each in answer}
    assert found["/ecr/full/url"]["Value"] == PARAMETERS["/ecr/full/url"]
    assert json.loads(found["/ecr/full/config"]["Value"])["url"] == f"{URL}/shop/full"
    assert found["/ecr/plain/url"]["Value"] == f"{URL}/shop/plain"
    assert {each["Type"] for each in found.values()} == {"String"}


def test_a_second_plan_is_empty(adopted: Adopted) -> None:
    """Once applied, nothing of it is changed again."""
    assert adopted.second is None
