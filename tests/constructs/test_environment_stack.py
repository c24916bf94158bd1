"""What the stack of an environment has besides its repositories, in somebody's own stack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecr_constructs import EnvironmentRepositories, configure_backend, configure_provider
from ecr_constructs._engine.door import App, TerraformStack
from ecr_constructs.config.load import load_file
from tests.constructs.synthesised import synth

BUCKET = "bucket: acme-states\n"


@pytest.fixture
def made(tmp_path: Path) -> Any:
    """Return what a stack named `images` becomes of a file of a few lines."""

    def made(more: str = "", **arguments: Any) -> dict[str, Any]:
        file = tmp_path / "dev.yaml"
        file.write_text(
            f"project: shop\nenv: dev\nregion: eu-west-1\necr_repositories: {{web: }}\n{more}", encoding="utf-8"
        )
        environment = load_file(file)
        stack = TerraformStack(App(outdir=str(tmp_path / "out")), "images")
        configure_backend(stack, environment, **arguments)
        configure_provider(stack, environment)
        EnvironmentRepositories(stack, "Ecr", environment).add_outputs()
        return synth(stack)

    return made


def test_a_local_state_is_called_as_the_stack(made: Any) -> None:
    assert made()["terraform"]["backend"] == {"local": {"path": "../../../terraform.images.tfstate"}}


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        ({}, "layers/compute/dev/terraform.tfstate"),
        ({"shard": 2}, "layers/compute/dev-2/terraform.tfstate"),
        ({"key": "bootstrap/terraform.tfstate"}, "bootstrap/terraform.tfstate"),
    ],
)
def test_a_state_in_a_bucket_has_the_environment_s_key_unless_another_is_given(
    made: Any, arguments: dict[str, Any], key: str
) -> None:
    assert made(BUCKET, **arguments)["terraform"]["backend"]["s3"]["key"] == key


def test_a_bucket_is_reached_with_the_environment_s_credentials(made: Any) -> None:
    role = "arn:aws:iam::111111111111:role/deploy"
    document = made(f"{BUCKET}assume_role_arn: {role}\naws_profile: acme\n")
    s3, (provider,) = document["terraform"]["backend"]["s3"], document["provider"]["aws"]
    assert (s3["profile"], s3["assume_role"]["role_arn"], s3["use_lockfile"], s3["encrypt"]) == (
        "acme",
        role,
        True,
        True,
    )
    assert (provider["profile"], provider["assume_role"][0]["role_arn"]) == ("acme", role)


def test_the_versions_of_the_provider_are_the_file_s(made: Any) -> None:
    document = made('aws_provider_version: "~> 6.30"\n')
    assert document["terraform"]["required_providers"]["aws"]["version"] == "~> 6.30"


def test_the_outputs_are_those_of_an_environment_on_the_stack_itself(made: Any) -> None:
    assert made()["output"].keys() >= {
        "ecr_registry_id",
        "ecr_repository_arns",
        "ecr_repository_names",
        "ecr_repository_urls",
    }
