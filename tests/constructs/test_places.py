"""What lies in another region or partition than the registry is refused by constructs as it is by files."""

from __future__ import annotations

import pytest

from ecr_constructs import (
    InvalidInput,
    PullThroughCache,
    Repository,
    RepositoryCreationTemplate,
    ScanFindingsLog,
    SsmPublisher,
)
from tests.constructs.synthesised import OWN, codes


def key(region="us-east-1", partition="aws"):
    return f"arn:{partition}:kms:{region}:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


ELSEWHERE = pytest.mark.parametrize("kms_key", [key("eu-west-1"), key(partition="aws-cn")])


@ELSEWHERE
def test_the_key_of_a_repository(stack, kms_key):
    with pytest.raises(InvalidInput, match="must lie in ") as caught:
        Repository(stack, "Web", repository_name="web", encryption_type="KMS", kms_key=kms_key)
    assert codes(caught) == [("kms_key", "kms-key-region")]


@ELSEWHERE
def test_the_key_of_a_template(stack, kms_key):
    with pytest.raises(InvalidInput) as caught:
        RepositoryCreationTemplate(
            stack,
            "Shop",
            prefix="shop",
            applied_for=["REPLICATION"],
            encryption_type="KMS",
            kms_key=kms_key,
            create_role=True,
        )
    assert codes(caught) == [("kms_key", "kms-key-region")]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"kms_key": key("eu-west-1")}, ("kms_key", "kms-key-region")),
        ({"alert_severity": "HIGH", "topic_kms_key": key("eu-west-1")}, ("topic_kms_key", "kms-key-region")),
        ({"alert_severity": "HIGH", "topic_arn": f"arn:aws:sns:eu-west-1:{OWN}:alerts"}, ("topic_arn", "alert-topic")),
    ],
)
def test_what_a_findings_log_uses(stack, arguments, expected):
    with pytest.raises(InvalidInput) as caught:
        ScanFindingsLog(stack, "Findings", **arguments)
    assert codes(caught) == [expected]


def test_a_role_of_another_partition(stack):
    with pytest.raises(InvalidInput, match="must lie in the partition aws") as caught:
        RepositoryCreationTemplate(
            stack,
            "Shop",
            prefix="shop",
            applied_for=["REPLICATION"],
            custom_role_arn=f"arn:aws-cn:iam::{OWN}:role/templates",
        )
    assert codes(caught) == [("custom_role_arn", "template-role")]


def test_an_encryption_that_govcloud_alone_has(stack, make_stack):
    with pytest.raises(InvalidInput) as caught:
        Repository(stack, "Web", repository_name="web", encryption_type="KMS_DSSE")
    assert codes(caught) == [("encryption_type", "encryption-type")]
    Repository(make_stack("gov", region="us-gov-west-1"), "Web", repository_name="web", encryption_type="KMS_DSSE")


def test_where_the_region_is_not_known_nothing_is_said(make_stack):
    stack = make_stack("later", region=None)
    Repository(stack, "Web", repository_name="web", encryption_type="KMS", kms_key=key("eu-west-1"))


@pytest.mark.parametrize("name", ["../web", "a/../b", "."])
def test_a_path_that_leads_nowhere(stack, name):
    web = Repository(stack, "Web", repository_name="web")
    with pytest.raises(InvalidInput) as caught:
        Repository.from_ssm(stack, "Found", name)
    assert [code for _, code in codes(caught)] == ["ssm-path"]
    with pytest.raises(InvalidInput):
        SsmPublisher(stack, "Published", repository=web, name=name)


def test_a_cache_has_one_template(stack):
    cache = PullThroughCache(stack, "Quay", ecr_repository_prefix="quay", upstream="quay")
    cache.add_creation_template()
    with pytest.raises(InvalidInput, match=r"^dev/Quay: must be the only template of the cache; dev/Quay/Creation"):
        cache.add_creation_template()
