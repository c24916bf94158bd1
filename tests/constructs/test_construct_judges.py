"""What a stack with everything becomes, judged by what knows nothing of this project.

The judges are botocore's models of ECR and SSM, and parliament for the policies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import parliament
import pytest

from ecr_constructs import (
    CrossAccountPolicy,
    LifecyclePolicy,
    LifecycleRule,
    ReplicationConfig,
    ReplicationDestination,
    Repository,
    SsmPublisher,
)
from ecr_constructs._engine.aws import AwsProvider, IamRole
from ecr_constructs._engine.door import App, TerraformStack
from ecr_constructs.core.access.levels import PULL_ACTIONS, PUSH_ACTIONS, READ_ACTIONS
from ecr_constructs.core.repository import ENCRYPTION_TYPES, IMAGE_TAG_MUTABILITIES
from tests.constructs.service_models import model, refused
from tests.constructs.synthesised import OTHER, OWN, THIRD, Document, synth

KEY = f"arn:aws:kms:us-east-1:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ORGANIZATION = "o-a1b2c3d4e5"


def build_everything(stack: TerraformStack) -> None:
    """Use every construct with every kind of argument."""
    web = Repository(
        stack,
        "Web",
        repository_name="shop/web",
        image_tag_mutability="IMMUTABLE_WITH_EXCLUSION",
        image_tag_mutability_exclusion_filters=["latest", "dev-*"],
        encryption_type="KMS",
        kms_key=KEY,
        force_delete=True,
        prevent_destroy=True,
        tags={"Team": "shop", "Mail": "shop@example.com"},
        logical_id="web",
    )
    LifecyclePolicy(
        stack,
        "Retention",
        repository=web,
        max_image_count=50,
        expire_untagged_after_days=7,
        expire_tagged_after_days=90,
        protected_tags=["v*", "latest"],
        lifecycle_rules=[
            LifecycleRule(
                tag_status="tagged",
                tag_prefix_list=["old-"],
                count_type="sinceImagePulled",
                count_number=30,
                action_type="transition",
                description="Archive “old” images",
            ),
            LifecycleRule(
                tag_status="any", count_type="sinceImageTransitioned", count_number=90, description="Empty the archive"
            ),
        ],
    )
    CrossAccountPolicy(
        stack,
        "Access",
        repository=web,
        allowed_account_ids=[OTHER, THIRD],
        organization_id=ORGANIZATION,
        organization_paths=[f"{ORGANIZATION}/r-ab12/ou-ab12-11111111/*"],
        service_principals=["codebuild.amazonaws.com"],
        enable_lambda_pull=True,
        lambda_account_ids=[OTHER],
        push_account_ids=[THIRD],
        push_organization_id=ORGANIZATION,
        push_organization_paths=[f"{ORGANIZATION}/r-ab12/*"],
    )
    role = IamRole(stack, "Ci", assume_role_policy="{}")
    web.grant_pull(role, "ecs.amazonaws.com")
    web.grant_push(role)
    web.grant_pull_push(OTHER)
    web.grant_read(OTHER)
    base = Repository(stack, "Base", repository_name="base", scan_on_push=False)
    base.add_lifecycle_rule(LifecycleRule(tag_status="untagged", count_type="imageCountMoreThan", count_number=1))
    named = Repository.from_name(stack, "Named", "team/named")
    named.grant_pull(OTHER)
    published = Repository.from_ssm(stack, "Published", "job")
    LifecyclePolicy(stack, "PublishedRetention", repository=published, max_image_count=5)
    config = ReplicationConfig.of(stack)
    config.add_repository(web, destinations=[ReplicationDestination(region="eu-west-1")])
    config.add_repository(named, destinations=[ReplicationDestination(region="eu-west-1", registry_id=OTHER)])
    config.add_rule(destinations=[ReplicationDestination(region="us-west-2")])
    for repository, name in ((web, "web"), (base, "base"), (named, "team/named"), (published, "copies/job")):
        SsmPublisher(repository, "Ssm", repository=repository, name=name)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Document:
    stack = TerraformStack(App(outdir=str(tmp_path_factory.mktemp("out"))), "dev")
    AwsProvider(stack, "Aws", region="us-east-1", allowed_account_ids=[OWN])
    build_everything(stack)
    return synth(stack)


# References, and what Terraform would put in their place.
_REFERENCE = re.compile(r"\$\{(?:jsondecode\()?((?:data\.)?aws_[a-z_]+\.[A-Za-z0-9_-]+)[^}]*\}")
_VALUES = {
    "name": "shop/web",
    "arn": f"arn:aws:iam::{OWN}:role/ci",
    "scan_on_push": "true",
    '["scan-on-push"]': "true",
}


def filled_in(text: str) -> str:
    """Return text with each reference replaced by a value of its kind."""
    ends = sorted(_VALUES, key=len, reverse=True)
    return _REFERENCE.sub(lambda match: next((_VALUES[end] for end in ends if match[0][:-1].endswith(end)), "x1"), text)


def resources(document: Document, kind: str) -> list[Document]:
    found = list(document["resource"][kind].values())
    assert found
    return found


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def test_every_reference_is_to_something_that_is_declared(everything):
    declared = {f"{kind}.{name}" for kind, names in everything["resource"].items() for name in names}
    declared |= {f"data.{kind}.{name}" for kind, names in everything["data"].items() for name in names}
    used = {reference for text in strings(everything) for reference in _REFERENCE.findall(text)}
    assert {"aws_ecr_repository.web", "aws_iam_role.Ci"} <= used <= declared
    assert not [text for text in strings(everything) if "${" in _REFERENCE.sub("", text)]


class TestParliament:
    def test_it_finds_nothing_in_any_policy(self, everything):
        found = []
        for resource in resources(everything, "aws_ecr_repository_policy"):
            policy = json.loads(filled_in(resource["policy"]))
            for statement in policy["Statement"]:
                # A repository policy has no Resource, because it applies to its repository; parliament wants one.
                statement["Resource"] = f"arn:aws:ecr:us-east-1:{OWN}:repository/shop/web"
            found += parliament.analyze_policy_string(json.dumps(policy)).findings
        assert [str(finding) for finding in found] == []

    def test_it_would_find_an_action_that_does_not_exist(self):
        statement = {"Effect": "Allow", "Principal": "*", "Action": "ecr:PullImage", "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        assert parliament.analyze_policy_string(json.dumps(policy)).findings


class TestBotocore:
    @pytest.mark.parametrize("action", sorted({*PULL_ACTIONS, *PUSH_ACTIONS, *READ_ACTIONS}))
    def test_every_action_is_an_operation_of_ecr(self, action):
        assert action.removeprefix("ecr:") in model("ecr").operation_names

    def test_so_is_every_action_of_a_policy(self, everything):
        policies = [json.loads(each["policy"]) for each in resources(everything, "aws_ecr_repository_policy")]
        actions = {action for policy in policies for each in policy["Statement"] for action in each["Action"]}
        assert {action.removeprefix("ecr:") for action in actions} <= set(model("ecr").operation_names)
        assert len(actions) > 10

    def test_the_words_for_settings_are_ecrs(self):
        ecr = model("ecr")
        assert set(IMAGE_TAG_MUTABILITIES) == set(ecr.shape_for("ImageTagMutability").enum)
        assert set(ENCRYPTION_TYPES) == set(ecr.shape_for("EncryptionType").enum)

    def test_repositories_are_requests_that_ecr_takes(self, everything):
        for resource in resources(everything, "aws_ecr_repository"):
            (encryption,) = resource["encryption_configuration"]
            filters = resource.get("image_tag_mutability_exclusion_filter", [])
            optional = {
                "imageTagMutabilityExclusionFilters": [
                    {"filterType": each["filter_type"], "filter": each["filter"]} for each in filters
                ]
            }
            found = refused(
                "ecr",
                "CreateRepository",
                repositoryName=resource["name"],
                tags=[{"Key": key, "Value": value} for key, value in resource.get("tags", {}).items()],
                imageTagMutability=resource["image_tag_mutability"],
                imageScanningConfiguration={"scanOnPush": resource["image_scanning_configuration"]["scan_on_push"]},
                encryptionConfiguration={
                    {"encryption_type": "encryptionType", "kms_key": "kmsKey"}[key]: value
                    for key, value in encryption.items()
                },
                **(optional if filters else {}),
            )
            assert found == []

    @pytest.mark.parametrize(
        ("kind", "operation", "text"),
        [
            ("aws_ecr_repository_policy", "SetRepositoryPolicy", "policyText"),
            ("aws_ecr_lifecycle_policy", "PutLifecyclePolicy", "lifecyclePolicyText"),
        ],
    )
    def test_policies_are_requests_that_ecr_takes(self, everything, kind, operation, text):
        for resource in resources(everything, kind):
            request = {"repositoryName": filled_in(resource["repository"]), text: filled_in(resource["policy"])}
            assert refused("ecr", operation, **request) == []

    def test_the_replication_is_a_request_that_ecr_takes(self, everything):
        (resource,) = resources(everything, "aws_ecr_replication_configuration")
        rules = []
        for rule in resource["replication_configuration"]["rule"]:
            places = [{"region": each["region"], "registryId": each["registry_id"]} for each in rule["destination"]]
            filters = [
                {"filter": each["filter"], "filterType": each["filter_type"]}
                for each in rule.get("repository_filter", [])
            ]
            rules.append({"destinations": places, **({"repositoryFilters": filters} if filters else {})})
        assert len(rules) == 3
        assert refused("ecr", "PutReplicationConfiguration", replicationConfiguration={"rules": rules}) == []

    def test_parameters_are_requests_that_ssm_takes(self, everything):
        parameters = resources(everything, "aws_ssm_parameter")
        assert len(parameters) == 32
        for resource in parameters:
            value = filled_in(resource["insecure_value"])
            # https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html: Standard parameters
            assert 1 <= len(value.encode()) <= 4096
            request = {"Name": resource["name"], "Description": resource["description"], "Type": resource["type"]}
            assert refused("ssm", "PutParameter", Value=value, **request) == []

    def test_published_objects_are_json_once_terraform_has_filled_them_in(self, everything):
        configs = [each for each in resources(everything, "aws_ssm_parameter") if each["name"].endswith("/config")]
        objects = [json.loads(filled_in(each["insecure_value"])) for each in configs]
        assert len(objects) == 4
        assert {type(each["scan-on-push"]) for each in objects} == {bool}

    @pytest.mark.parametrize(
        ("operation", "request_"),
        [
            ("CreateRepository", {"repositoryName": "Shop"}),
            ("CreateRepository", {"repositoryName": "web", "imageTagMutability": "FROZEN"}),
            ("CreateRepository", {"repositoryName": "web", "colour": "red"}),
            ("SetRepositoryPolicy", {"repositoryName": "web"}),
            ("PutLifecyclePolicy", {"repositoryName": "web", "lifecyclePolicyText": "{}"}),
            ("PutReplicationConfiguration", {"replicationConfiguration": {"rules": [{"destinations": []}] * 26}}),
        ],
    )
    def test_it_would_complain(self, operation, request_):
        assert refused("ecr", operation, **request_)
