"""Adapting documents to the embedded AWS."""

from __future__ import annotations

import ast
import copy
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs.sandbox.adapt import account_of, adapt, region_of, without_prevent_destroy

ENDPOINT = "http://127.0.0.1:5000"


def schema(*attributes: str, endpoints: tuple[str, ...]) -> dict[str, Any]:
    """Return a provider's schema without any resource."""
    names = ("access_key", "secret_key", "region", "max_retries", *attributes)
    skips = ("skip_credentials_validation", "skip_metadata_api_check", "skip_region_validation")
    return {
        "provider": {
            "block": {
                "attributes": {name: {} for name in (*names, *skips)},
                "block_types": {"endpoints": {"block": {"attributes": {name: {} for name in endpoints}}}},
            }
        }
    }


def adapted_provider(block: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Return what becomes of one block of `provider.aws`."""
    document = {"provider": {"aws": [block]}}
    before = copy.deepcopy(document)
    result, _ = adapt(document, endpoint=ENDPOINT, **options)
    assert document == before
    (provider,) = result["provider"]["aws"]
    return provider


def test_the_provider_keeps_what_it_is_about_and_nothing_of_how_to_reach_aws() -> None:
    kept = {
        "alias": "other",
        "allowed_account_ids": ["210987654321"],
        "default_tags": [{"tags": {"a": "b"}}],
        "region": "eu-west-1",
    }
    lost = {"profile": "p", "assume_role": [{"role_arn": "r"}], "endpoints": [{"ecr": "x"}], "token": "t"}
    provider = adapted_provider({**kept, **lost})
    assert provider.items() >= kept.items()
    assert not provider.keys() & {"profile", "assume_role", "token"}
    assert set(provider["endpoints"][0].values()) == {ENDPOINT}


def test_every_service_of_the_present_provider_goes_to_the_embedded_aws() -> None:
    """ec2 and sts are asked by the provider for itself."""
    (endpoints,) = adapted_provider({})["endpoints"]
    assert endpoints.keys() == {
        *("ec2", "ecr", "ecrpublic", "ecs", "events", "iam", "inspector2", "kms", "lambda", "logs"),
        *("organizations", "s3", "secretsmanager", "sns", "ssm", "sts"),
    }


def test_the_names_are_those_of_the_provider_that_the_bindings_are_made_from() -> None:
    """Read from the bindings' source, since importing it would take the engine along."""
    package = importlib.util.find_spec("cdktf_cdktf_provider_aws")
    assert package is not None
    assert package.submodule_search_locations is not None
    source = (Path(package.submodule_search_locations[0]) / "provider/__init__.py").read_text(encoding="utf-8")
    arguments = {
        found.name: {argument.arg for method in found.body for argument in keywords(method)}
        for found in ast.parse(source).body
        if isinstance(found, ast.ClassDef)
    }
    provider = adapted_provider({})
    (endpoints,) = provider.pop("endpoints")
    assert provider.keys() <= arguments["AwsProvider"]
    # A word of Python's own ends in an underscore there.
    assert endpoints.keys() <= {name.removesuffix("_") for name in arguments["AwsProviderEndpoints"]}


def keywords(method: ast.stmt) -> list[ast.arg]:
    """Return the keyword arguments of a class's `__init__`, and nothing of anything else."""
    return method.args.kwonlyargs if isinstance(method, ast.FunctionDef) and method.name == "__init__" else []


def test_an_older_provider_gets_the_names_that_it_knows() -> None:
    known = ("ecr", "cloudwatchevents", "cloudwatchlogs", "sqs")
    old = schema("s3_force_path_style", "skip_get_ec2_platforms", endpoints=known)
    provider = adapted_provider({"region": "eu-west-1"}, version="3.39.0", schema=old)
    assert provider["endpoints"] == [dict.fromkeys(known, ENDPOINT)]
    assert provider["s3_force_path_style"] is True
    assert provider["skip_get_ec2_platforms"] is True
    assert "s3_use_path_style" not in provider


def test_a_newer_provider_with_a_schema_gets_the_names_of_today() -> None:
    new = schema("s3_use_path_style", endpoints=("ecr", "events", "cloudwatchevents"))
    provider = adapted_provider({}, version="6.25.0", schema=new)
    assert provider["endpoints"] == [dict.fromkeys(("ecr", "events"), ENDPOINT)]
    assert provider["s3_use_path_style"] is True
    assert "skip_get_ec2_platforms" not in provider


def test_a_document_without_a_provider_gets_one() -> None:
    result, _ = adapt({}, endpoint=ENDPOINT)
    assert result["provider"]["aws"][0]["access_key"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"required_providers": {"aws": {"source": "aws", "version": "~> 6.25"}, "x": {"source": "y"}}}),
        (
            {"version": "3.39.0", "state": "/tmp/s"},
            {
                "backend": {"local": {"path": "/tmp/s"}},
                "required_providers": {
                    "aws": {"source": "hashicorp/aws", "version": "3.39.0"},
                    "x": {"source": "y"},
                },
            },
        ),
    ],
    ids=["as asked", "pinned"],
)
def test_the_state_is_local_and_the_version_as_wanted(options: dict[str, str], expected: dict[str, Any]) -> None:
    document = {
        "terraform": {
            "backend": {"s3": {"bucket": "b"}},
            "cloud": {"organization": "o"},
            "required_version": ">= 99",
            "required_providers": {"aws": {"source": "aws", "version": "~> 6.25"}, "x": {"source": "y"}},
        }
    }
    result, changes = adapt(document, endpoint=ENDPOINT, **options)
    assert result["terraform"] == expected
    assert changes == ()


def test_a_remote_state_is_read_from_the_embedded_s3() -> None:
    config = {"bucket": "b", "key": "k", "region": "eu-west-1", "profile": "p", "role_arn": "r", "dynamodb_table": "d"}
    state = {"backend": "s3", "config": config, "defaults": {"x": 1}}
    document = {"data": {"terraform_remote_state": {"s": state}, "aws_region": {"r": {}}}}
    result, _ = adapt(document, endpoint=ENDPOINT)
    adapted = result["data"]["terraform_remote_state"]["s"]
    assert adapted["defaults"] == {"x": 1}
    assert adapted["config"].items() >= {"bucket": "b", "key": "k", "region": "eu-west-1"}.items()
    assert adapted["config"]["endpoints"]["s3"] == ENDPOINT
    assert adapted["config"]["use_path_style"] is True
    assert not adapted["config"].keys() & {"profile", "role_arn", "dynamodb_table"}
    assert result["data"]["aws_region"] == {"r": {}}
    assert state["config"] == config


def test_no_credentials_of_an_environment_are_left_anywhere() -> None:
    """The sandbox has its own, and a profile or role of the real AWS is neither read nor taken on."""
    role = {"role_arn": "arn:aws:iam::111111111111:role/deploy", "external_id": "shop-1234"}
    said = {"profile": "shop-dev", "assume_role": [role]}
    state = {"bucket": "b", "key": "k", "region": "eu-west-1", "profile": "shop-dev", "assume_role": role}
    document = {
        "terraform": {"backend": {"s3": state}},
        "provider": {"aws": [{"region": "eu-west-1", **said}, {"alias": "us-east-1", "region": "us-east-1", **said}]},
        "data": {"terraform_remote_state": {"s": {"backend": "s3", "config": state}}},
    }
    result, _ = adapt(document, endpoint=ENDPOINT, state="/tmp/s")
    written = json.dumps(result)
    assert [word for word in ("profile", "assume_role", "deploy", "shop-") if word in written] == []
    assert [each["access_key"] for each in result["provider"]["aws"]] == ["sandbox", "sandbox"]


def test_imports_are_left_out_because_there_is_nothing_to_import() -> None:
    result, changes = adapt({"import": [{"to": "aws_ecr_repository.x", "id": "x"}]}, endpoint=ENDPOINT)
    assert "import" not in result
    assert [str(change) for change in changes] == ["left out the import blocks (the embedded AWS starts empty)"]


def test_every_provider_of_a_document_leads_there() -> None:
    """A resource of another region asks no other AWS."""
    document = {"provider": {"aws": [{"region": "eu-west-1"}, {"alias": "public", "region": "us-east-1"}]}}
    result, _ = adapt(document, endpoint=ENDPOINT)
    own, public = result["provider"]["aws"]
    assert (public["alias"], public["region"]) == ("public", "us-east-1")
    assert public["endpoints"] == own["endpoints"] == [dict.fromkeys(own["endpoints"][0], ENDPOINT)]
    assert public["access_key"] == own["access_key"]


@pytest.mark.parametrize(
    "kind",
    [
        "aws_ecr_account_setting",
        "aws_ecr_pull_through_cache_rule",
        "aws_ecr_pull_time_update_exclusion",
        "aws_ecr_repository_creation_template",
        "aws_ecrpublic_repository",
        "aws_ecrpublic_repository_policy",
        "aws_eks_pod_identity_association",
    ],
)
def test_what_the_embedded_aws_does_not_have_is_left_out_with_what_refers_to_it(kind: str) -> None:
    document = {
        "resource": {kind: {"x": {}}, "aws_ecr_repository": {"r": {"name": "r"}}},
        "output": {"o": {"value": f"${{{kind}.x.id}}"}, "r": {"value": "${aws_ecr_repository.r.anything}"}},
    }
    result, changes = adapt(document, endpoint=ENDPOINT)
    assert result["resource"] == {"aws_ecr_repository": {"r": {"name": "r"}}}
    assert result["output"].keys() == {"r"}
    assert [str(change) for change in changes] == [
        f"left out {kind} (the embedded AWS does not have it): x",
        f"left out output (refers to {kind}.x): o",
    ]


def test_what_is_left_out_is_told_in_the_same_order_every_time() -> None:
    kinds = ("aws_ecrpublic_repository", "aws_ecr_pull_through_cache_rule", "aws_ecr_account_setting")
    _, changes = adapt({"resource": {kind: {"x": {}} for kind in kinds}}, endpoint=ENDPOINT)
    assert [change.what.removeprefix("left out ") for change in changes] == sorted(kinds)


@pytest.mark.parametrize(
    ("provider", "account", "region"),
    [
        ({"aws": [{"allowed_account_ids": ["210987654321"], "region": "eu-west-1"}]}, "210987654321", "eu-west-1"),
        ({"aws": {"region": "eu-west-1"}}, "123456789012", "eu-west-1"),
        ({"aws": [{"allowed_account_ids": ["${var.account}"]}]}, "123456789012", "us-east-1"),
        ({"aws": [{"alias": "a", "region": "eu-west-2"}, {"region": "eu-west-1"}]}, "123456789012", "eu-west-1"),
        ({}, "123456789012", "us-east-1"),
    ],
)
def test_account_and_region_are_those_of_the_provider(provider: dict[str, Any], account: str, region: str) -> None:
    document = {"provider": provider} if provider else {}
    assert (account_of(document), region_of(document)) == (account, region)


def test_prevent_destroy_goes_and_the_rest_of_the_lifecycle_stays() -> None:
    body = {"name": "a", "lifecycle": {"prevent_destroy": True, "ignore_changes": ["tags"]}}
    document = {"resource": {"aws_ecr_repository": {"a": body, "b": {"name": "b"}}}}
    result, names = without_prevent_destroy(document)
    assert names == ("aws_ecr_repository.a",)
    assert result["resource"]["aws_ecr_repository"] == {
        "a": {"name": "a", "lifecycle": {"ignore_changes": ["tags"]}},
        "b": {"name": "b"},
    }
    assert body["lifecycle"]["prevent_destroy"] is True
