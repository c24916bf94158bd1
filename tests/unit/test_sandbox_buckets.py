"""Buckets for an older provider, and what is said of those that came to be."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from ecr_constructs.sandbox.buckets import BucketRow, fit_buckets, read_buckets
from ecr_constructs.sandbox.changes import Changes

OLD: dict[str, Any] = {"resource_schemas": {"aws_s3_bucket": {}}}
NEW: dict[str, Any] = {"resource_schemas": {"aws_s3_bucket": {}, "aws_s3_bucket_versioning": {}}}
RULE = {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration"
OWNERSHIP = "aws_s3_bucket_ownership_controls"


def document(reference: str = "${aws_s3_bucket.State.id}", status: str = "Enabled") -> dict[str, Any]:
    return {
        "resource": {
            "aws_s3_bucket": {"State": {"bucket": "acme-states"}, "Other": {"bucket": "other"}},
            "aws_s3_bucket_versioning": {"V": {"bucket": reference, "versioning_configuration": {"status": status}}},
            ENCRYPTION: {"E": {"bucket": reference, "rule": [RULE]}},
            OWNERSHIP: {"O": {"bucket": reference, "rule": {"object_ownership": "BucketOwnerEnforced"}}},
            "aws_ecr_repository": {"web": {"name": "web"}},
        }
    }


def fitted(found: dict[str, Any], schema: dict[str, Any] = OLD) -> tuple[dict[str, Any], list[str]]:
    changes, before = Changes(), copy.deepcopy(found)
    result = fit_buckets(found, schema, "3.39.0", changes=changes)
    assert found == before
    return result, [str(each) for each in changes.all()]


@pytest.mark.parametrize("attribute", ["id", "bucket"])
def test_versions_and_encryption_become_blocks_of_the_bucket(attribute):
    result, said = fitted(document(f"${{aws_s3_bucket.State.{attribute}}}"))
    assert result["resource"]["aws_s3_bucket"] == {
        "State": {
            "bucket": "acme-states",
            "versioning": [{"enabled": True}],
            "server_side_encryption_configuration": [{"rule": [RULE]}],
        },
        "Other": {"bucket": "other"},
    }
    assert result["resource"].keys() == {"aws_s3_bucket", OWNERSHIP, "aws_ecr_repository"}
    why = "(not known to provider 3.39.0)"
    assert said == [
        f"wrote aws_s3_bucket.versioning for aws_s3_bucket_versioning {why}: State",
        f"wrote aws_s3_bucket.server_side_encryption_configuration for {ENCRYPTION} {why}: State",
        f"wrote BucketOwnerPreferred for BucketOwnerEnforced in {OWNERSHIP}.rule {why}: O",
    ]


def test_versions_that_are_suspended_are_not_enabled():
    result, _ = fitted(document(status="Suspended"))
    assert result["resource"]["aws_s3_bucket"]["State"]["versioning"] == [{"enabled": False}]


def test_ownership_is_the_next_that_the_release_has_and_others_stay():
    found = document()
    found["resource"][OWNERSHIP]["P"] = {"bucket": "b", "rule": [{"object_ownership": "ObjectWriter"}]}
    result, _ = fitted(found)
    assert result["resource"][OWNERSHIP]["O"]["rule"] == [{"object_ownership": "BucketOwnerPreferred"}]
    assert result["resource"][OWNERSHIP]["P"] == found["resource"][OWNERSHIP]["P"]


def test_what_is_about_a_bucket_of_elsewhere_stays_for_the_rest_to_be_left_out():
    result, said = fitted(document("elsewhere"))
    assert {"aws_s3_bucket_versioning", ENCRYPTION} <= result["resource"].keys()
    assert result["resource"]["aws_s3_bucket"] == document()["resource"]["aws_s3_bucket"]
    assert len(said) == 1


def test_a_release_that_knows_them_gets_them_as_they_are():
    assert fitted(document(), NEW) == (document(), [])


def test_a_document_without_buckets_is_left_alone():
    assert fitted({"resource": {"aws_ecr_repository": {}}}) == ({"resource": {"aws_ecr_repository": {}}}, [])
    assert fitted({}) == ({}, [])


class Store:
    """S3 with what is given of each bucket, and an error for all else."""

    class Error(Exception):
        pass

    exceptions = type("Exceptions", (), {"ClientError": Error})

    def __init__(self, **said: Any) -> None:
        self._said = said

    def client(self, service: str, region: str) -> Store:
        assert (service, region) == ("s3", "eu-west-1")
        return self

    def __getattr__(self, operation: str) -> Any:
        def ask(Bucket: str) -> Any:  # noqa: N803 - as boto3 has it
            if operation not in self._said:
                raise self.Error
            return self._said[operation]

        return ask


def read(store: Store, **bucket: Any) -> list[BucketRow]:
    return [*read_buckets(store, {"resource": {"aws_s3_bucket": {"State": bucket}}}, "eu-west-1")]


def statement(secure: str = "false", effect: str = "Deny", who: Any = "*") -> dict[str, Any]:
    return {"Effect": effect, "Principal": who, "Condition": {"Bool": {"aws:SecureTransport": secure}}}


def blocked(**ways: bool) -> dict[str, Any]:
    return {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "BlockPublicPolicy": True, **ways}}


def test_a_bucket_that_is_safe_is_said_to_be():
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    store = Store(
        get_bucket_versioning={"Status": "Enabled"},
        get_bucket_encryption={"ServerSideEncryptionConfiguration": {"Rules": [rule]}},
        get_public_access_block=blocked(),
        get_bucket_policy={"Policy": json.dumps({"Statement": [statement()]})},
    )
    assert read(store, bucket="b") == [BucketRow("b", "kept", "aws:kms", "blocked", "TLS only")]


def test_a_bucket_of_which_nothing_is_said_is_not():
    assert read(Store(get_bucket_versioning={}), bucket="b") == [BucketRow("b", "not kept", "none", "possible", "any")]


@pytest.mark.parametrize(
    "said", [statement("true"), statement(effect="Allow"), statement(who={"AWS": "arn:aws:iam::111111111111:root"})]
)
def test_another_statement_refuses_no_plain_request(said):
    store = Store(get_bucket_versioning={}, get_bucket_policy={"Policy": json.dumps({"Statement": [said]})})
    assert [each.transport for each in read(store, bucket="b")] == ["any"]


def test_one_way_that_is_open_is_enough():
    store = Store(get_bucket_versioning={}, get_public_access_block=blocked(RestrictPublicBuckets=False))
    assert [each.public_access for each in read(store, bucket="b")] == ["possible"]


@pytest.mark.parametrize("bucket", [{}, {"bucket": "${var.name}"}, {"bucket_prefix": "a"}])
def test_a_bucket_whose_name_only_terraform_knows_is_not_asked_for(bucket):
    assert read(Store(), **bucket) == []
