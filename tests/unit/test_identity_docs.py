"""What the guide to identities shows is true, and the files beside it are what AWS and Argo CD read."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import botocore.session
import pytest
import yaml
from botocore import xform_name

from ecr_constructs.config.desired import IDENTITY_KEYS, identities_of
from ecr_constructs.core.aws import parse_repository_uri
from ecr_constructs.core.iam import render_policy
from ecr_constructs.core.identities.identity import LONGEST_MANAGED
from ecr_constructs.core.ssm import PARAMETERS

ROOT = Path(__file__).parents[2]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def guide():
    """Return the part of the guide to access that is about identities."""
    (part,) = re.findall(r"^## Identities\n(.*?)(?=^## |\Z)", read("docs/access.md"), re.DOTALL | re.MULTILINE)
    return part


def statements(environment, key):
    (wanted,) = (each for each in identities_of(environment) if each.path == (key,))
    (identity,) = wanted.value.identities(environment.place)
    return json.loads(render_policy(identity.statements))


FILES = [text for text in blocks(guide(), "yaml") if text.startswith("ecr_")]


@pytest.mark.parametrize("text", FILES)
def test_every_file_of_the_guide_is_right(declare, text):
    assert declare(text)


def test_the_guide_has_every_identity_with_its_construct(declare):
    environment = declare(FILES[0])
    made = {each.path[0]: each.construct for each in identities_of(environment)}
    assert {*made} == {*IDENTITY_KEYS}
    rows = re.findall(r"^\| .* \| `(\w+)` \| `(\w+)` \| .* \|$", guide(), re.MULTILINE)
    assert dict(rows) == made
    assert environment.notices == ()


def test_the_guide_knows_the_limit():
    assert f"at most {LONGEST_MANAGED:,} characters" in guide()


def test_the_manifest_of_the_guide_names_an_image_and_no_secret():
    (manifest,) = (yaml.safe_load(text) for text in blocks(guide(), "yaml") if text.startswith("apiVersion"))
    spec = manifest["spec"]["template"]["spec"]
    assert {*spec} == {"containers"}
    assert parse_repository_uri(spec["containers"][0]["image"].rpartition(":")[0]) is not None
    assert manifest["spec"]["selector"]["matchLabels"] == manifest["spec"]["template"]["metadata"]["labels"]


def test_the_policies_for_readers_are_those_that_are_made(declare):
    """In the order in which they stand in the guide to parameters."""
    page = read("docs/parameters.md")
    policies = [json.loads(text) for text in blocks(page, "json") if "Statement" in text]
    (named,) = (text for text in blocks(page, "yaml") if text.startswith("ecr_ssm_read"))
    head = 'account_id: "111111111111"\necr_repositories: {web-app: }\n'
    every = statements(declare(f"{head}ecr_ssm_read: true\n"), "ecr_ssm_read")
    assert [{**each, "Sid": "ReadParameters"} for each in policies[0]["Statement"]] == every["Statement"]
    assert policies[1] == statements(declare(head + named), "ecr_ssm_read")


MAPS = {each["metadata"]["name"]: each for each in yaml.safe_load_all(read("examples/argocd/registries.yaml"))}
REGISTRIES = yaml.safe_load(MAPS["argocd-image-updater-config"]["data"]["registries.conf"])["registries"]
SCRIPTS = MAPS["argocd-image-updater-authscripts"]["data"]
SPEC = yaml.safe_load(read("examples/codebuild/buildspec.yml"))


class TestImageUpdater:
    """See https://argocd-image-updater.readthedocs.io/en/stable/configuration/registries/."""

    def test_each_registry_is_asked_at_its_host_with_a_script_that_there_is(self):
        assert len(REGISTRIES) == 2
        for registry in REGISTRIES:
            assert {*registry} == {"name", "prefix", "api_url", "ping", "credentials", "credsexpire"}
            assert registry["api_url"] == f"https://{registry['prefix']}"
            region = parse_repository_uri(f"{registry['prefix']}/web").region
            script = registry["credentials"].removeprefix("ext:/scripts/")
            assert f"--region {region} " in SCRIPTS[script]
        assert len({registry["credentials"] for registry in REGISTRIES}) == len(SCRIPTS)

    def test_a_token_is_renewed_before_it_ends(self):
        """See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html."""
        assert {int(registry["credsexpire"].removesuffix("h")) for registry in REGISTRIES} < {*range(12)}

    @pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
    def test_a_script_is_one(self, script):
        assert script.startswith("#!/bin/sh\n")
        subprocess.run(["sh", "-n"], input=script, text=True, check=True)
        assert check_commands(script) == ["get-authorization-token"]

    def test_the_keys_of_the_page_are_right(self, declare):
        texts = re.findall(r"^ *(ecr_image_updater: .*)$", read("examples/argocd/README.md"), re.MULTILINE)
        assert [bool(declare(f"ecr_repositories: {{web: }}\n{text}\n")) for text in texts] == [True]


class TestBuildspec:
    """See https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html."""

    def test_it_reads_what_is_published(self):
        names = [name.split("/") for name in SPEC["env"]["parameter-store"].values()]
        assert [(start, prefix) for start, prefix, _, _ in names] == [("", "ecr")] * 2
        assert {parameter for *_, parameter in names} <= {*PARAMETERS}

    def test_its_phases_are_those_of_codebuild_and_its_commands_are_shell(self):
        assert SPEC["version"] == 0.2
        assert [*SPEC["phases"]] == ["pre_build", "build", "post_build"]
        commands = "\n".join(each for phase in SPEC["phases"].values() for each in phase["commands"])
        subprocess.run(["sh", "-n"], input=commands, text=True, check=True)

    def test_what_it_asks_of_aws_is_what_the_policy_allows(self, declare):
        text = 'account_id: "111111111111"\necr_repositories: {web-app: }\necr_codebuild: true\n'
        policy = statements(declare(text), "ecr_codebuild")
        allowed = {each["Sid"]: each for each in policy["Statement"]}
        root = "arn:aws:ssm:us-east-1:111111111111:parameter"
        for name in SPEC["env"]["parameter-store"].values():
            assert f"{root}{name}".startswith(allowed["ReadParameters"]["Resource"].removesuffix("*"))
        commands = "\n".join(each for phase in SPEC["phases"].values() for each in phase["commands"])
        # `get-login-password` is GetAuthorizationToken, in the words of the CLI.
        assert re.findall(r"\baws (\S+ \S+)", commands) == ["ecr get-login-password"]
        assert allowed["Token"]["Action"] == "ecr:GetAuthorizationToken"


def check_commands(script):
    """Check the commands of the AWS CLI in a script by the models of the APIs, and return their names."""
    found = []
    for command in re.findall(r"^ *aws ([^|]*)", script.replace("\\\n", ""), re.MULTILINE):
        service, name, *arguments = shlex.split(command)
        model = botocore.session.Session().get_service_model(service)
        assert name in {xform_name(each, "-") for each in model.operation_names}
        given = {argument for argument in arguments if argument.startswith("--")}
        assert given == {"--output", "--query", "--region"}
        found.append(name)
    return found
