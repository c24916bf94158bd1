"""examples/ecs: a task definition rendered from Parameter Store is one that ECS takes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.session
import jsonschema
import parliament
import pytest
from botocore.validate import validate_parameters
from check_jsonschema.builtin_schemas import get_builtin_schema

from ecr_constructs.sandbox.aws import EmbeddedAws
from tests.discovery.parameters import ACCOUNT, HOST, REGION
from tests.examples.conftest import EXAMPLES
from tests.unit.test_ci_examples import read

ECS = EXAMPLES / "ecs"
SCRIPT, TEMPLATE, WORKFLOW = ECS / "render.sh", ECS / "task-definition.json", ECS / "github.yml"
SHELLCHECK = Path(sysconfig.get_path("scripts")) / "shellcheck"
STRICT = ["--severity=style", "--enable=all", "--exclude=SC2250,SC2310,SC2312"]
DIGEST = f"sha256:{'7f' * 32}"
Render = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def render(asking: dict[str, str]) -> Render:
    if shutil.which("jq") is None:
        pytest.skip("jq is not installed")

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = ["bash", str(SCRIPT), *arguments]
        return subprocess.run(command, env={**asking, **variables}, text=True, capture_output=True, check=False)

    return run


@pytest.mark.parametrize(
    ("repository", "image", "expected"),
    [
        ("web-app", "v1.2.3", f"{HOST}/shop-dev-web-app:v1.2.3"),
        ("team/lambda-processor", DIGEST, f"{HOST}/shop-dev-team/lambda-processor@{DIGEST}"),
    ],
)
def test_what_is_rendered_is_registered_as_it_is(
    render: Render, published_aws: EmbeddedAws, repository, image, expected
):
    done = render(str(TEMPLATE), "web-app", repository, image)
    assert done.returncode == 0, done.stderr
    rendered = json.loads(done.stdout)
    model = botocore.session.get_session().get_service_model("ecs").operation_model("RegisterTaskDefinition")
    validate_parameters(rendered, model.input_shape)
    told = published_aws.client("ecs", REGION).register_task_definition(**rendered)["taskDefinition"]
    (container,) = told["containerDefinitions"]
    assert container["image"] == expected
    # Nothing else has changed, and what a parameter fills stays the parameter's name.
    template = json.loads(TEMPLATE.read_text("utf-8"))
    template["containerDefinitions"][0]["image"] = expected
    assert rendered == template
    assert container["secrets"] == [{"name": "LOG_LEVEL", "valueFrom": "/shop/web-app/log-level"}]


def test_another_container_keeps_its_image(render: Render, tmp_path: Path):
    template = json.loads(TEMPLATE.read_text("utf-8"))
    template["containerDefinitions"].append({"name": "proxy", "image": "public.ecr.aws/nginx/nginx:1.27"})
    (tmp_path / "two.json").write_text(json.dumps(template))
    done = render(str(tmp_path / "two.json"), "web-app", "web-app", "v1")
    images = [each["image"] for each in json.loads(done.stdout)["containerDefinitions"]]
    assert images == [f"{HOST}/shop-dev-web-app:v1", "public.ecr.aws/nginx/nginx:1.27"]


@pytest.mark.parametrize(
    ("container", "repository", "image", "why"),
    [
        ("web-app", "web-app", "latest", "render.sh: latest is neither a digest nor a tag that stays"),
        ("web-app", "web-app", "v1@sha256:7f", "render.sh: v1@sha256:7f is neither"),
        ("web", "web-app", "v1", "there is no container web"),
        ("web-app", "nothing", "v1", "ParameterNotFound"),
    ],
)
def test_what_cannot_be_rendered_ends_with_an_error_and_no_text(render: Render, container, repository, image, why):
    done = render(str(TEMPLATE), container, repository, image)
    assert done.returncode != 0
    assert done.stdout == ""
    assert why in done.stderr


def test_the_place_of_the_image_is_no_image():
    """So that a template that nobody rendered fails, and does not run something else."""
    (container,) = json.loads(TEMPLATE.read_text("utf-8"))["containerDefinitions"]
    assert container["image"] == "set-by-render.sh"


def test_the_shell_is_sound():
    done = subprocess.run([SHELLCHECK, *STRICT, SCRIPT], text=True, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert os.access(SCRIPT, os.X_OK)


def workflow_steps() -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = read(WORKFLOW)["jobs"]["deploy"]["steps"]
    return steps


def test_the_workflow_has_the_form_that_github_reads_and_sound_shell():
    schema = get_builtin_schema("vendor.github-workflows")
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(read(WORKFLOW))] == []
    (script,) = (step["run"] for step in workflow_steps() if "run" in step)
    assert "${{" not in script
    command = [SHELLCHECK, *STRICT, "--exclude=SC2154", "--shell=bash", "-"]
    assert subprocess.run(command, input=script, text=True, capture_output=True, check=False).stdout == ""


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ("v1.2.3", f"image={HOST}/shop-dev-web-app:v1.2.3\n"),
        ("latest", ""),
        ("v1\ntask-definition=other", ""),
        ("", ""),
    ],
)
def test_the_workflow_deploys_one_tag_and_nothing_else_of_what_was_typed(
    asking: dict[str, str], tmp_path: Path, tag: str, told: str
):
    (script,) = (step["run"] for step in workflow_steps() if "run" in step)
    outputs = tmp_path / "outputs"
    outputs.touch()
    variables = {**asking, "PARAMETER": "/ecr/web-app/url", "TAG": tag, "GITHUB_OUTPUT": str(outputs)}
    # As GitHub runs it: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
    done = subprocess.run(["bash", "-e", "-c", script], env=variables, capture_output=True, text=True, check=False)
    assert (done.returncode == 0, outputs.read_text()) == (bool(told), told), done.stderr


def test_the_workflow_hands_the_image_from_one_step_to_the_next():
    find, render, deploy = workflow_steps()[-3:]
    assert f"${{{{ steps.{find['id']}.outputs.image }}}}" == render["with"]["image"]
    assert f"${{{{ steps.{render['id']}.outputs.task-definition }}}}" == deploy["with"]["task-definition"]
    names = [each["name"] for each in json.loads(TEMPLATE.read_text("utf-8"))["containerDefinitions"]]
    assert render["with"]["container-name"] in names
    assert render["with"]["task-definition"] == TEMPLATE.name


def test_parliament_finds_nothing_in_the_policy_and_it_passes_the_role_of_the_template():
    text = (ECS / "policy.json").read_text("utf-8")
    assert [str(each) for each in parliament.analyze_policy_string(text).findings] == []
    passed = [each["Resource"] for each in json.loads(text)["Statement"] if each["Action"] == "iam:PassRole"]
    assert passed == [json.loads(TEMPLATE.read_text("utf-8"))["executionRoleArn"]]
    assert ACCOUNT in passed[0]
