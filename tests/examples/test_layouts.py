"""The examples that are layouts of others: what is carried over from a tfvars file is what they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ecr_constructs.config.load import load_environments
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.migration.convert import migrate_tfvars
from ecr_constructs.testing.documents import synthesise
from stacks.app import build_app

EXAMPLES = Path(__file__).parents[2] / "examples"
REGISTRIES, LAYER = EXAMPLES / "container-registries", EXAMPLES / "compute-layer"
# What the example says besides the four variables: how long images stay, and who in the cluster uses them.
BESIDES = ("ecr_defaults", "ecr_image_updater", "ecr_node_pull")
# The options of a repository in the Terraform layer, with its defaults.
OPTIONS = {
    "image_tag_mutability": "MUTABLE",
    "scan_on_push": True,
    "enable_enhanced_scanning": False,
    "scan_frequency": "SCAN_ON_PUSH",
    "max_image_count": 100,
    "lifecycle_policy": None,
    "enable_cross_account_access": False,
    "allowed_account_ids": (),
    "enable_lambda_pull": False,
    "enable_replication": False,
    "replication_destinations": (),
}

# What the layer's guide has in Terraform's words, without the account that it leaves to be filled in.
DEV = """
ecr_repositories = {
  "web-app" = {
    image_tag_mutability = "MUTABLE"
    scan_on_push         = true
    max_image_count      = 50
  }
  "api-service" = {
    image_tag_mutability = "MUTABLE"
    scan_on_push         = true
    max_image_count      = 30
  }
}
ecr_encryption_type = "AES256"
"""
PROD = """
ecr_repositories = {
  "web-app" = {
    image_tag_mutability     = "IMMUTABLE"    # Prevent tag changes
    scan_on_push             = true
    enable_enhanced_scanning = true           # Continuous scanning
    scan_frequency           = "CONTINUOUS_SCAN"
    max_image_count          = 100            # More retention
    enable_cross_account_access = true        # Share with UAT/QA
    allowed_account_ids      = ["123456789012", "210987654321"]
    enable_replication       = true           # DR strategy
    replication_destinations = [
      {
        region      = "us-west-2"
      }
    ]
  }
}

ecr_encryption_type = "KMS"                   # Enhanced encryption
ecr_enable_scan_findings_logging = true       # Compliance logging
ecr_log_retention_days = 90                   # Longer retention
"""


def resources(folder: Path, out: Path) -> dict[str, Any]:
    """Return what the environment `dev` of a folder makes, and where its state is."""
    document = synthesise(build_app(load_environments(folder), outdir=str(out)))["dev"]
    return {**document["resource"], "backend": document["terraform"]["backend"]}


@pytest.fixture
def migrated(tmp_path: Path) -> dict[str, Any]:
    """What is made of the example's tfvars file."""
    migration, problems = migrate_tfvars(
        REGISTRIES / "terraform.tfvars.example", None, said={"project": "shop", "env": "dev"}
    )
    assert problems == []
    found: dict[str, Any] = yaml.safe_load(migration.content)
    return found


def test_the_tfvars_of_the_registries_become_the_environment(migrated: dict[str, Any], tmp_path: Path) -> None:
    """But for what the guide says: the identity provider is made here, and what is said besides."""
    example = yaml.safe_load((REGISTRIES / "environments/dev.yaml").read_text(encoding="utf-8"))
    assert migrated.pop("github_oidc_provider") == "existing"
    # Nothing that the tfvars file does not say, save for what keeps every image and what is the default anyway.
    assert migrated.pop("ecr_defaults") == {
        "image_tag_mutability": "MUTABLE",
        "scan_on_push": True,
        "max_image_count": None,
    }
    (tmp_path / "dev.yaml").write_text(yaml.safe_dump({**migrated, **{key: example[key] for key in BESIDES}}))
    assert resources(tmp_path, tmp_path / "a") == resources(REGISTRIES / "environments", tmp_path / "b")


def test_besides_there_are_lifecycle_policies_and_whoever_the_cluster_needs(
    migrated: dict[str, Any], tmp_path: Path
) -> None:
    del migrated["github_oidc_provider"]
    (tmp_path / "dev.yaml").write_text(yaml.safe_dump(migrated))
    four, all_ = resources(tmp_path, tmp_path / "a"), resources(REGISTRIES / "environments", tmp_path / "b")
    more = {
        (kind, name) for kind, bodies in all_.items() for name in bodies if bodies[name] != four.get(kind, {}).get(name)
    }
    assert {kind for kind, _ in more} == {
        "aws_ecr_lifecycle_policy",
        "aws_eks_pod_identity_association",
        "aws_iam_policy",
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_iam_role_policy_attachment",
    }
    assert all(name in all_[kind] for kind, bodies in four.items() for name in bodies)


def test_one_role_for_each_repository_of_code_pushes_to_all(tmp_path: Path) -> None:
    made = resources(REGISTRIES / "environments", tmp_path)
    roles = {body["name"] for body in made["aws_iam_role"].values() if "github" in body["name"]}
    assert roles == {"shop-dev-github-your-org-your-app-repo", "shop-dev-github-your-org-your-infrastructure-repo"}
    for name, body in made["aws_iam_role_policy"].items():
        if "github" in name:
            (push,) = (each for each in json.loads(body["policy"])["Statement"] if each["Sid"] == "PushAndPull")
            assert len(push["Resource"]) == 4


def test_a_repository_of_the_compute_layer_has_the_options_and_defaults_that_it_had() -> None:
    options = RepositoryOptions()
    assert {name: getattr(options, name) for name in OPTIONS} == OPTIONS
    said = {
        option
        for file in LAYER.glob("environments/*.yaml")
        for repository in yaml.safe_load(file.read_text(encoding="utf-8"))["ecr_repositories"].values()
        for option in repository
    }
    assert said - {"acknowledge"} == OPTIONS.keys()  # what is pointed out of them is meant


def test_the_tfvars_of_the_layers_dev_become_the_environment(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_bytes(carried_over(DEV, tmp_path, account_id="123456789012"))
    made, example = resources(tmp_path, tmp_path / "a"), resources(LAYER / "environments", tmp_path / "b")
    for kind in ("aws_ecr_repository", "aws_ecr_lifecycle_policy"):
        assert made[kind].keys() == {"web-app", "api-service"}
        assert all(example[kind][name] == body for name, body in made[kind].items())


def test_the_tfvars_of_the_layers_prod_become_the_environment(tmp_path: Path) -> None:
    """But for the key, which has to be named."""
    made = yaml.safe_load(carried_over(PROD, tmp_path, account_id="333333333333"))
    example = yaml.safe_load((LAYER / "environments/prod.yaml").read_text(encoding="utf-8"))
    assert example["ecr_repositories"]["web-app"] == made["ecr_repositories"]["web-app"]
    keys = ("ecr_encryption_type", "ecr_enable_scan_findings_logging", "ecr_log_retention_days")
    assert [example[key] for key in keys] == [made[key] for key in keys] == ["KMS", True, 90]
    assert ("ecr_kms_key" in made, example["ecr_kms_key"]) == (False, "security_layer")


def carried_over(text: str, folder: Path, *, account_id: str) -> bytes:
    """Return the environment file that is made of a tfvars file."""
    file = folder / "terraform.tfvars"
    file.write_text(f'account_id = "{account_id}"\n{text}', encoding="utf-8")
    said = {"project": "myproject", "env": "dev", "region": "us-east-1"}
    migration, problems = migrate_tfvars(file, None, said=said)
    assert problems == []
    return migration.content
