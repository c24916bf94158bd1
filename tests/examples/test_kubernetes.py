"""examples/kubernetes: the manifest is one of Kubernetes, and its image is found in Parameter Store and pinned."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from ecr_constructs.sandbox.aws import EmbeddedAws
from tests.discovery.parameters import HOST, REGION
from tests.examples.conftest import EXAMPLES, HOSTS

KUBERNETES = EXAMPLES / "kubernetes"
SCRIPT, MANIFEST, KUSTOMIZATION = (KUBERNETES / name for name in ("image.sh", "deployment.yaml", "kustomization.yaml"))
SHELLCHECK = Path(sysconfig.get_path("scripts")) / "shellcheck"
Pin = Callable[..., subprocess.CompletedProcess[str]]


def read(text: str) -> dict[str, Any]:
    return dict(yaml.safe_load(text))


@pytest.fixture
def pin(asking: dict[str, str]) -> Pin:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["bash", str(SCRIPT), *arguments]
        return subprocess.run(command, env=asking, text=True, capture_output=True, check=False)

    return run


@pytest.fixture(scope="module")
def pushed(published_aws: EmbeddedAws) -> str:
    """The digest of an image that is tagged v1.2.3."""
    ecr = published_aws.client("ecr", REGION)
    ecr.create_repository(repositoryName="shop-dev-web-app")
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": []}
    pushed = ecr.put_image(repositoryName="shop-dev-web-app", imageManifest=json.dumps(manifest), imageTag="v1.2.3")
    return str(pushed["image"]["imageId"]["imageDigest"])


def test_the_image_of_a_tag_is_pinned_by_its_digest(pin: Pin, pushed: str):
    done = pin("web-app", "v1.2.3")
    assert done.returncode == 0, done.stderr
    written, committed = read(done.stdout), read(KUSTOMIZATION.read_text("utf-8"))
    assert written["images"] == [{"name": "web-app", "newName": f"{HOST}/shop-dev-web-app", "digest": pushed}]
    # What is there as an example is what the script writes, but for the image.
    assert {**committed, "images": None} == {**written, "images": None}
    assert [sorted(each) for each in committed["images"]] == [sorted(each) for each in written["images"]]


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kustomize_puts_it_into_the_deployment(pin: Pin, pushed: str, tmp_path: Path):
    shutil.copy(MANIFEST, tmp_path)
    (tmp_path / "kustomization.yaml").write_text(pin("web-app", "v1.2.3").stdout)
    command = ["kubectl", "kustomize", str(tmp_path)]
    built = read(subprocess.run(command, text=True, capture_output=True, check=True).stdout)
    kubernetes_validate.validate(built, kubernetes_validate.latest_version(), strict=True)
    (container,) = built["spec"]["template"]["spec"]["containers"]
    assert container["image"] == f"{HOST}/shop-dev-web-app@{pushed}"


def test_a_tag_that_is_not_there_and_a_repository_that_is_not_published_are_errors(pin: Pin, pushed: str):
    for arguments, why in ((("web-app", "v9"), "ImageNotFound"), (("nothing", "v1"), "ParameterNotFound")):
        done = pin(*arguments)
        assert done.returncode != 0
        assert done.stdout == ""
        assert why in done.stderr


@pytest.mark.parametrize("name", ["china", "dual-stack", "fips", "elsewhere"])
def test_the_registry_that_is_asked_is_that_of_the_url(pin: Pin, name, tmp_path: Path):
    """Of another account and region too, where there is no such image here."""
    real = (tmp_path / "bin/aws").read_text()
    noting = (
        f'#!/bin/sh\n[ "$1" = ecr ] || {{\n{real.removeprefix("#!/bin/sh").strip().removeprefix("exec ")}\nexit\n}}\n'
    )
    (tmp_path / "bin/aws").write_text(f'{noting}echo "$*" > "{tmp_path}/asked"\necho sha256:00\n')
    assert pin(name, "v1").returncode == 0
    asked = (tmp_path / "asked").read_text()
    account, region = HOSTS[name].split(".")[0], {"china": "cn-north-1", "dual-stack": "eu-west-1"}
    of = {**region, "fips": "us-gov-west-1", "elsewhere": "eu-central-1"}[name]
    assert f"--region {of} --registry-id {account} --repository-name shop-dev-{name} " in asked


def test_the_manifest_is_one_of_kubernetes():
    manifest = read(MANIFEST.read_text("utf-8"))
    kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)
    pod = manifest["spec"]["template"]
    assert manifest["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert "imagePullSecrets" not in pod["spec"]
    (container,) = pod["spec"]["containers"]
    (image,) = read(KUSTOMIZATION.read_text("utf-8"))["images"]
    assert container["image"] == image["name"]


def test_what_is_no_key_of_a_deployment_would_be_found():
    manifest = read(MANIFEST.read_text("utf-8"))
    manifest["spec"]["template"]["spec"]["imagePullSecret"] = []
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)


def test_the_shell_is_sound():
    command = [SHELLCHECK, "--severity=style", "--enable=all", "--exclude=SC2250,SC2310,SC2312", SCRIPT]
    assert subprocess.run(command, text=True, capture_output=True, check=False).stdout == ""
    assert os.access(SCRIPT, os.X_OK)
