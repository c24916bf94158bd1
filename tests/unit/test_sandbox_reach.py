"""What a document would reach besides the embedded AWS, and that the sandbox does not apply it then."""

from __future__ import annotations

from typing import Any

import pytest

from ecr_constructs.sandbox.reach import check_reach, check_values

AWS = {"aws": {"source": "aws", "version": "~> 6.25"}}
STATE = {"backend": "s3", "config": {"bucket": "states", "key": "x.tfstate", "region": "us-east-1"}}


def document(**parts: Any) -> dict[str, Any]:
    return {"terraform": {"required_providers": AWS}, "provider": {"aws": [{"region": "us-east-1"}]}, **parts}


def required(**providers: Any) -> dict[str, Any]:
    return document(terraform={"required_providers": {**AWS, **providers}})


@pytest.mark.parametrize(
    "right",
    [
        document(),
        document(resource={"aws_ecr_repository": {"web": {"name": "web", "provider": "aws.us-east-1"}}}),
        document(resource={"terraform_data": {"x": {}}, "null_resource": {"x": {}}, "random_id": {"x": {}}}),
        document(data={"terraform_remote_state": {"s": STATE}}),
        document(terraform={"required_providers": AWS, "backend": {"s3": {}}, "cloud": {}}),
        required(aws={"source": "registry.terraform.io/hashicorp/aws"}),
        required(random={"source": "Hashicorp/Random"}),
    ],
)
def test_what_stays_on_this_machine_is_let_through(right):
    assert check_reach(right, "dev") == []


@pytest.mark.parametrize(
    ("wrong", "place", "code"),
    [
        (required(awscc={"source": "hashicorp/awscc"}), "terraform.required_providers.awscc", "sandbox-provider"),
        (
            required(cloudflare={"source": "cloudflare/cloudflare"}),
            "terraform.required_providers.cloudflare",
            "sandbox-provider",
        ),
        (required(second={"source": "hashicorp/aws"}), "terraform.required_providers.second", "sandbox-provider"),
        (required(aws={"source": "example.com/other/aws"}), "terraform.required_providers.aws", "sandbox-provider"),
        (document(provider={"google": [{}]}), "provider.google", "sandbox-provider"),
        (document(resource={"google_project": {"x": {}}}), "resource.google_project.x", "sandbox-provider"),
        (document(data={"http": {"x": {"url": "u"}}}), "data.http.x", "sandbox-provider"),
        (document(data={"external": {"x": {}}}), "data.external.x", "sandbox-provider"),
        (document(ephemeral={"vault_kv": {"x": {}}}), "ephemeral.vault_kv.x", "sandbox-provider"),
        (document(check={"up": {"data": {"http": {"x": {}}}}}), "check.up.data.http.x", "sandbox-provider"),
        (
            document(resource={"null_resource": {"x": {"provider": "google.a"}}}),
            "resource.null_resource.x",
            "sandbox-provider",
        ),
        (document(module={"vpc": {"source": "example/vpc"}}), "module.vpc", "sandbox-module"),
        (
            document(data={"terraform_remote_state": {"s": {**STATE, "backend": "gcs"}}}),
            "data.terraform_remote_state.s.backend",
            "sandbox-state",
        ),
        (
            document(data={"terraform_remote_state": {"s": {**STATE, "config": "${local.x}"}}}),
            "data.terraform_remote_state.s.config",
            "sandbox-state",
        ),
        (
            document(resource={"terraform_data": {"x": {"provisioner": {"local-exec": {"command": "rm"}}}}}),
            "resource.terraform_data.x.provisioner",
            "sandbox-program",
        ),
        (document(removed=[{"from": "a.b", "provisioner": {}}]), "removed[0].provisioner", "sandbox-program"),
        (document(data={"aws_ip_ranges": {"x": {}}}), "data.aws_ip_ranges.x", "sandbox-elsewhere"),
        (document(action={"aws_lambda_invoke": {}}), "action", "sandbox-form"),
        (document(resource=[{"aws_ecr_repository": {}}]), "resource", "sandbox-form"),
        (document(resource={"aws_ecr_repository": [{"web": {}}]}), "resource.aws_ecr_repository", "sandbox-form"),
    ],
)
def test_what_would_reach_more_is_refused_at_its_place(wrong, place, code):
    (problem,) = check_reach(wrong, "dev")
    assert (problem.source, problem.key, problem.code) == ("dev", place, code)


def test_everything_is_said_at_once():
    wrong = document(module={"vpc": {}}, resource={"google_project": {"x": {"provisioner": {}}}})
    assert [each.code for each in check_reach(wrong, "dev")] == [
        "sandbox-provider",
        "sandbox-module",
        "sandbox-program",
    ]


def test_a_variable_without_a_value_is_refused():
    """Terraform would ask for `-var`, which the sandbox does not have."""
    variables = {"digest": {"type": "string"}, "kept": {"default": None}, "count": {"default": 3}}
    for another in (document(), document(variable=[]), []):
        assert list(check_values(another, "dev")) == []
    (problem,) = check_values(document(variable=variables), "dev")
    assert (problem.source, problem.key, problem.code) == ("dev", "variable.digest", "sandbox-variable")
