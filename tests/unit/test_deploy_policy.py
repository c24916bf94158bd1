"""The policy of the deploying role: what it says of a stack, judged by parliament and by AWS's own lists."""

from __future__ import annotations

import functools
import json
import random
import re
from pathlib import Path
from typing import Any

import botocore.session
import parliament
import pytest

from ecr_constructs._engine import aws
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.deploying.derive import Derived, derive
from ecr_constructs.deploying.files import files_of, left_behind
from ecr_constructs.deploying.kinds import Purpose
from ecr_constructs.deploying.statements import Grant, document_of, documents_of, length_of, statements_of
from ecr_constructs.deploying.table import KINDS
from ecr_constructs.errors import InvalidInput
from tests.unit.deployable import ACCOUNT, REGION, ROLE, S3, WEB, actions, stack, statements

TEMPLATES = Path(__file__).parents[2] / "ecr_constructs/start/templates"
# Actions that are newer than parliament's list; that they are operations of their service is another test.
NEWER = frozenset(
    f"ecr:{name}"
    for name in (
        "DeregisterPullTimeUpdateExclusion",
        "ListPullTimeUpdateExclusions",
        "RegisterPullTimeUpdateExclusion",
    )
)
# What parliament's list is too old for, or leaves out.
UNKNOWN = (
    *(f"UNKNOWN_ACTION - Unknown action {action} " for action in NEWER),
    "kms:ResourceAliases",  # https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    # A call is about several resources, each allowed by a statement of its own: the endpoint by its service or tags.
    "RESOURCE_MISMATCH - [{'action': 'ec2:CreateVpcEndpoint'",
    "RESOURCE_MISMATCH - [{'action': 'ec2:ModifyVpcEndpoint'",
    # Who makes a bucket writes its policy, and may let anyone in by that: docs/deploying-role.md says so.
    "RESOURCE_POLICY_PRIVILEGE_ESCALATION - Possible resource policy privilege escalation on arn:aws:s3:::a due to s3:",
    # Of buckets since 2025: https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging.html
    *(
        f"RESOURCE_MISMATCH - [{{'action': 's3:{name}'"
        for name in ("ListTagsForResource", "TagResource", "UntagResource")
    ),
)


# What the table knows


def modules_of_templates() -> set[str]:
    """Return the bindings that a project imports by itself which `init` wrote."""
    texts = [each.read_text(encoding="utf-8") for each in TEMPLATES.iterdir()]
    return {name for text in texts for name in re.findall(r"^from cdktf_cdktf_provider_aws\.(\w+) import", text, re.M)}


def types_of_the_bindings() -> set[str]:
    assert "s3_bucket" in modules_of_templates()
    modules = (set(aws._MODULES.values()) | modules_of_templates()) - {"provider"}
    return {
        f"data.aws_{each.removeprefix('data_aws_')}" if each.startswith("data_aws_") else f"aws_{each}"
        for each in modules
    }


def test_it_knows_every_type_that_can_be_made_and_no_other():
    assert set(KINDS) == types_of_the_bindings()
    assert "aws_ecr_repository" in KINDS


# Actions that are no operation: https://docs.aws.amazon.com/service-authorization/latest/reference/
NO_OPERATION = {
    "iam:PassRole",
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    "s3:GetAccelerateConfiguration",
    "s3:GetBucketCORS",
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:GetReplicationConfiguration",
    "s3:ListBucket",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutEncryptionConfiguration",
}
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html
S3_CONTROL = {"s3:ListTagsForResource", "s3:TagResource", "s3:UntagResource"}


@functools.cache
def operations(service: str) -> frozenset[str]:
    return frozenset(botocore.session.get_session().get_service_model(service).operation_names)


def test_every_action_is_an_operation_of_its_service():
    for kind in KINDS.values():
        for need in kind.needs:
            for action in need.actions:
                service, _, name = action.partition(":")
                service = "s3control" if action in S3_CONTROL else service
                assert action in NO_OPERATION or name in operations(service), (kind.type, action)


def test_every_action_is_in_the_service_authorization_reference():
    file = Path(parliament.__file__).with_name("iam_definition.json")
    known = {
        f"{service['prefix']}:{each['privilege']}"
        for service in json.loads(file.read_text(encoding="utf-8"))
        for each in service["privileges"]
    }
    used = {action for kind in KINDS.values() for need in kind.needs for action in need.actions}
    assert used - known == NEWER


def test_what_only_reads_is_named_so():
    reading = re.compile(r"[a-z0-9-]+:(Batch)?(Describe|Get|List)\w+")
    for kind in KINDS.values():
        for need in kind.needs:
            if need.purpose is Purpose.READ:
                assert all(reading.fullmatch(action) for action in need.actions), kind.type
            if need.purpose is Purpose.DESTROY:
                assert all(re.search(r":(ScheduleKeyDeletion|Delete)", action) for action in need.actions), kind.type


# Purposes


def test_a_plan_reads_and_changes_nothing():
    document = stack({**WEB, "aws_ecr_lifecycle_policy": {"web": {"repository": "${aws_ecr_repository.web.name}"}}})
    assert actions(document, plan_only=True) == {
        "ecr:DescribeRepositories",
        "ecr:GetLifecyclePolicy",
        "ecr:ListTagsForResource",
    }
    assert actions(document) >= {"ecr:CreateRepository", "ecr:PutLifecyclePolicy", "ecr:DeleteLifecyclePolicy"}


def test_repositories_are_deleted_where_that_is_allowed_alone():
    document = stack(WEB)
    assert "ecr:DeleteRepository" not in actions(document)
    assert actions(document, allow_delete=True) - actions(document) == {"ecr:DeleteRepository"}
    assert actions(document, allow_delete=True, plan_only=True) == actions(document, plan_only=True)
    (notice,) = derive({"dev": document}).notices
    assert (notice.code, notice.severity) == ("deploy-policy-delete", "notice")
    assert "ecr:DeleteRepository" in notice.rule
    assert derive({"dev": document}, allow_delete=True).notices == ()
    assert derive({"dev": document}, plan_only=True).notices == ()


# What is not known


def test_what_is_not_known_is_refused_by_its_name():
    document = stack({"aws_sqs_queue": {"logs": {}, "more": {}}, "random_pet": {"a": {}}}, data={"aws_ami": {"a": {}}})
    document["module"] = {"net": {"source": "./net"}}
    with pytest.raises(InvalidInput) as error:
        derive({"dev": document})
    assert [(each.source, each.key, each.code) for each in error.value.problems] == [
        ("dev", "aws_sqs_queue", "deploy-policy-type"),
        ("dev", "data.aws_ami", "deploy-policy-type"),
        ("dev", "module.net", "deploy-policy-type"),
    ]
    assert "logs, more" in error.value.problems[0].rule
    del document["module"]
    assert derive({"dev": document}, without=["aws_sqs_queue", "data.aws_ami"]).statements == {}


def test_what_is_deployed_may_be_taken_away():
    before = stack({**WEB, "aws_ecr_repository_policy": {"web": {"repository": "shop/web"}}})
    assert "ecr:DeleteRepositoryPolicy" not in actions(stack(WEB))
    assert "ecr:DeleteRepositoryPolicy" in actions(stack(WEB), deployed={"before": before})


# Documents


def test_the_order_of_grants_changes_nothing():
    grants = [
        Grant(action=action, resources=(resource,), conditions=conditions)
        for action in ("ecr:A", "ecr:B", "ssm:C")
        for resource in ("arn:x", "arn:y")
        for conditions in ({}, {"StringEquals": {"a": "b"}})
    ]
    first = document_of(statements_of(grants))
    for seed in range(5):
        shuffled = random.Random(seed).sample(grants, len(grants))
        assert document_of(statements_of(shuffled)) == first
    assert [each["Sid"] for each in first["Statement"]] == ["Ecr", "EcrB", "Ssm", "SsmB"]


@pytest.mark.parametrize(
    ("resources", "left"),
    [
        (["arn:a/*", "arn:a/b", "arn:a/b/*", "arn:b", "arn:a"], ["arn:a", "arn:a/*", "arn:b"]),
        (["*", "arn:a/*", "arn:b"], ["*"]),
        (["arn:*:a", "arn:x:a", "arn:x:b"], ["arn:*:a", "arn:x:b"]),
        (["arn:a-??????", "arn:a-AbCdEf", "arn:a-AbCdE"], ["arn:a-??????", "arn:a-AbCdE"]),
        (["arn:a?", "arn:a*"], ["arn:a*"]),
        (["arn:a", "arn:a*"], ["arn:a*"]),
    ],
)
def test_a_pattern_takes_in_what_it_is_about(resources: list[str], left: list[str]):
    for order in (resources, resources[::-1]):
        (statement,) = statements_of(Grant(action="ecr:A", resources=(each,)) for each in order)
        assert list(statement.resources) == left


def test_a_long_policy_becomes_several_that_say_the_same():
    repositories = {f"r{n}": {"name": f"{'x' * 60}/{n}"} for n in range(400)}
    found = statements(stack({"aws_ecr_repository": repositories, "aws_sns_topic": {"a": {"name": "a"}}}))
    documents = documents_of(found)
    assert len(documents) > 5
    assert all(length_of(each) <= 6144 for each in documents)

    def granted(said: list[PolicyStatement]) -> set[tuple[str, str]]:
        return {(action, on) for each in said for action in each.actions for on in each.resources}

    assert granted([each for document in documents for each in document]) == granted(found)
    for document in documents:
        sids = [each.sid for each in document]
        assert len(set(sids)) == len(sids)
    files = files_of(Derived(role="", statements={"": found}), "dev-deploy")
    assert list(files)[:2] == ["dev-deploy-1.json", "dev-deploy-2.json"]


def test_files_of_an_earlier_run_are_told(tmp_path: Path):
    for name in (
        "dev-deploy.json",
        "dev-deploy-3.json",
        "dev-deploy-caller.json",
        "prod-deploy-1.json",
        "dev-plan.json",
    ):
        (tmp_path / name).touch()
    assert left_behind(tmp_path, "dev-deploy", {"dev-deploy-1.json": ""}) == ["dev-deploy-3.json", "dev-deploy.json"]


def everything() -> dict[str, Any]:
    """Return a stack with one resource of each type, whose arguments all types have."""
    resource: dict[str, Any] = {}
    data: dict[str, Any] = {}
    common = {
        "name": "a",
        "repository": "a",
        "repository_name": "a",
        "role": "a",
        "user": "a",
        "rule": "a",
        "bucket": "a",
    }
    for kind in KINDS:
        section, _, name = kind.rpartition(".")
        (data if section else resource)[name] = {
            "x": {**common, "prefix": "a", "function_name": "a", "principal": "a.b"}
        }
    resource["aws_iam_role_policy_attachment"]["x"]["policy_arn"] = f"arn:aws:iam::{ACCOUNT}:policy/a"
    resource["aws_sns_topic_policy"]["x"]["arn"] = f"arn:aws:sns:{REGION}:{ACCOUNT}:a"
    resource["aws_kms_alias"]["x"]["name"] = data["aws_kms_alias"]["x"]["name"] = "alias/a"
    resource["aws_vpc_endpoint"]["x"].update(vpc_id="vpc-1", service_name="a.b", subnet_ids=["subnet-1"])
    resource["aws_vpc_endpoint"]["x"]["private_dns_enabled"] = True
    resource["aws_security_group"]["x"]["vpc_id"] = "vpc-1"
    resource["aws_eks_pod_identity_association"]["x"].update(cluster_name="a", role_arn=ROLE)
    resource["aws_iam_openid_connect_provider"]["x"]["url"] = "https://gitlab.com"
    data["aws_iam_openid_connect_provider"]["x"]["url"] = "https://gitlab.com"
    resource["aws_secretsmanager_secret"]["x"]["kms_key_id"] = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
    resource["aws_cloudwatch_log_group"]["x"]["kms_key_id"] = "arn:aws:kms:x"
    resource["aws_ecr_pull_through_cache_rule"]["x"]["custom_role_arn"] = ROLE
    return stack(resource, data=data, terraform={"backend": {"s3": {**S3, "use_lockfile": True}}})


@pytest.mark.parametrize("options", [{}, {"plan_only": True}, {"allow_delete": True}])
def test_parliament_finds_nothing_in_the_policy_of_everything(options: dict[str, bool]):
    text = json.dumps(document_of(statements(everything(), **options)))
    findings = [str(each) for each in parliament.analyze_policy_string(text).findings]
    assert [each for each in findings if not any(known in each for known in UNKNOWN)] == []


def test_no_action_is_allowed_on_everything_that_aws_can_restrict():
    """An action that AWS's reference has resources for is never on `*`."""
    file = Path(parliament.__file__).with_name("iam_definition.json")
    restricted = {
        f"{service['prefix']}:{each['privilege']}"
        for service in json.loads(file.read_text(encoding="utf-8"))
        for each in service["privileges"]
        if any(kind["resource_type"] for kind in each["resource_types"])
    }
    wide = {
        action
        for each in statements(everything(), allow_delete=True)
        if each.resources == ("*",)
        for action in each.actions
    }
    assert wide & restricted == set()
    assert wide > {"ecr:PutRegistryPolicy", "ssm:DescribeParameters"}
