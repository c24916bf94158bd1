"""What an older AWS provider is told of identity providers."""

from __future__ import annotations

import copy

import pytest

from ecr_constructs.sandbox.changes import Changes
from ecr_constructs.sandbox.oidc import fit_oidc_providers

KIND = "aws_iam_openid_connect_provider"
DOCUMENT = {
    "resource": {
        KIND: {"github": {"url": "https://token.actions.githubusercontent.com", "client_id_list": ["a"]}},
        "aws_iam_role": {"ci": {"assume_role_policy": f'{{"Federated":"${{data.{KIND}.gitlab_D_com.arn}}"}}'}},
    },
    "data": {KIND: {"gitlab_D_com": {"url": "https://gitlab.com"}}, "aws_region": {"here": {}}},
}
WANTED = {"block": {"attributes": {"thumbprint_list": {"required": True}}}}
OPTIONAL = {"block": {"attributes": {"thumbprint_list": {"optional": True}}}}


def fitted(schema, document=DOCUMENT, region="eu-west-1"):
    changes = Changes()
    found = fit_oidc_providers(document, schema, "3.39.0", account="210987654321", region=region, changes=changes)
    return found, [str(each) for each in changes.all()]


def test_one_that_is_made_gets_a_thumbprint_where_one_is_required():
    before = copy.deepcopy(DOCUMENT)
    found, changes = fitted({"resource_schemas": {KIND: WANTED}, "data_source_schemas": {KIND: {}}})
    (thumbprint,) = found["resource"][KIND]["github"]["thumbprint_list"]
    assert len(thumbprint) == 40
    assert changes == [f"wrote {KIND}.thumbprint_list (required by provider 3.39.0): github"]
    assert before == DOCUMENT


def test_a_thumbprint_that_is_there_stays():
    made = {"github": {"url": "https://x.example", "thumbprint_list": ["a" * 40]}}
    document = {"resource": {KIND: made}}
    assert fitted({"resource_schemas": {KIND: WANTED}}, document) == (document, [])


@pytest.mark.parametrize(("region", "partition"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn")])
def test_in_the_place_of_one_that_cannot_be_looked_up_stands_its_arn(region, partition):
    found, changes = fitted({"resource_schemas": {KIND: OPTIONAL}, "data_source_schemas": {}}, region=region)
    arn = f"arn:{partition}:iam::210987654321:oidc-provider/gitlab.com"
    assert found["resource"]["aws_iam_role"]["ci"]["assume_role_policy"] == f'{{"Federated":"{arn}"}}'
    assert found["data"] == {"aws_region": {"here": {}}}
    assert changes == [f"wrote the ARN for data.{KIND} (not known to provider 3.39.0): gitlab_D_com"]


def test_what_a_release_knows_is_left_as_it_is():
    assert fitted({"resource_schemas": {KIND: OPTIONAL}, "data_source_schemas": {KIND: {}}}) == (DOCUMENT, [])
