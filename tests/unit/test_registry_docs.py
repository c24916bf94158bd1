"""What the guide to registries has the AWS CLI do, where Terraform has no setting, is what ECR takes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jmespath
import pytest
from botocore.validate import ParamValidator

from tests.unit.aws_models import SESSION, limits, takes

PAGE = (Path(__file__).parents[2] / "docs/registry.md").read_text(encoding="utf-8")
ECR = SESSION.get_service_model("ecr")


def section(title):
    return re.split(r"^##+ ", PAGE.split(f"# {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def refused(operation, **given):
    """Return what botocore refuses of the input of an operation."""
    return ParamValidator().validate(given, ECR.operation_model(operation).input_shape).generate_report()


def test_the_query_adds_the_replication_of_deletions_to_every_rule_and_loses_nothing():
    (query,) = re.findall(r"--query '([^']+)'", section("Deletions"))
    west = {"destinations": [{"region": "us-west-2", "registryId": "111111111111"}]}
    filters = {"repositoryFilters": [{"filter": "shop/", "filterType": "PREFIX_MATCH"}]}
    switched_off = {**west, **filters, "deleteReplication": {"enabled": False}}
    there = {"registryId": "111111111111", "replicationConfiguration": {"rules": [west, switched_off]}}
    written = jmespath.search(query, there)
    on = {"deleteReplication": {"enabled": True}}
    assert written == {"rules": [{**west, **on}, {**west, **filters, **on}]}
    assert refused("PutReplicationConfiguration", replicationConfiguration=written) == ""


def test_a_backfill_has_a_destination_and_an_id():
    text = section("Images that were pushed before")
    (destination,) = re.findall(r"--destination (\S+)$", text, re.MULTILINE)
    given = dict(each.split("=") for each in destination.split(","))
    assert refused("StartReplicationBackfill", destination=given) == ""
    ids = re.findall(r"--replication-backfill-id (\S+)$", text, re.MULTILINE)
    assert [takes("ecr", "ReplicationBackfillId", each) for each in ids] == [True, True]


def test_the_signing_configuration_is_one():
    text = section("Signatures")
    (rules,) = re.findall(r"^```json\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    configuration = json.loads(rules)
    assert refused("PutSigningConfiguration", signingConfiguration=configuration) == ""
    (rule,) = configuration["rules"]
    assert takes("ecr", "SigningProfileArn", rule["signingProfileArn"])
    assert all(takes("ecr", "SigningRepositoryFilterValue", each["filter"]) for each in rule["repositoryFilters"])
    most = limits("ecr", "SigningRuleList")["max"], limits("ecr", "SigningRepositoryFilterList")["max"]
    assert "up to {} rules, each with a profile and up to {} filters".format(*most) in text


@pytest.mark.parametrize(
    ("said", "shape"),
    [("ECR takes\n  [25]", "ReplicationRuleList"), ("although the API takes\n  [100", "ReplicationDestinationList")],
)
def test_the_limits_of_replication_are_those_of_the_api(said, shape):
    assert said in PAGE
    assert int(re.findall(r"[0-9]+", said)[-1]) == limits("ecr", shape)["max"]
