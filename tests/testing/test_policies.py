"""The policy documents of a stack."""

from __future__ import annotations

import json

from ecr_constructs import CrossAccountPolicy, LifecyclePolicy, Repository
from ecr_constructs._engine.aws import IamRole
from ecr_constructs.testing import policies

STATEMENTS = {"Version": "2012-10-17", "Statement": []}
TEXT = json.dumps(STATEMENTS)
DOCUMENT = {
    "resource": {
        "aws_s3_bucket_policy": {"b": {"policy": TEXT, "bucket": "{}"}},
        "aws_iam_role": {
            "ci": {
                "assume_role_policy": TEXT,
                "inline_policy": [{"name": "x", "policy": TEXT}],
                "tags": {"a": '{"b":1}'},
            }
        },
        "aws_ecr_lifecycle_policy": {"web": {"policy": '{"rules":[]}'}},
        "aws_sqs_queue": {"q": {"redrive_policy": '{"maxReceiveCount":4}', "policy": "${data.aws_x.y.json}"}},
        "aws_x": {"y": {"document": TEXT, "policy": "{broken"}},
    },
    "data": {"aws_y": {"z": {"policy": TEXT}}},
}


def test_every_document_is_there_by_its_address():
    assert policies(DOCUMENT) == {
        "aws_ecr_lifecycle_policy.web": {"rules": []},
        "aws_iam_role.ci.assume_role_policy": STATEMENTS,
        "aws_iam_role.ci.inline_policy[0].policy": STATEMENTS,
        "aws_s3_bucket_policy.b": STATEMENTS,
        "aws_sqs_queue.q.redrive_policy": {"maxReceiveCount": 4},
        "aws_x.y.document": STATEMENTS,
        "data.aws_y.z": STATEMENTS,
    }
    assert list(policies(DOCUMENT)) == sorted(policies(DOCUMENT))
    assert policies({}) == {}


def test_those_of_a_stack(stack):
    web = Repository(stack, "Web", logical_id="web", repository_name="shop/web")
    LifecyclePolicy(stack, "Retention", repository=web, max_image_count=5)
    CrossAccountPolicy(stack, "Access", repository=web, allowed_account_ids=["222222222222"])
    IamRole(stack, "Role", assume_role_policy=TEXT)
    found = policies(stack)
    assert list(found) == [
        "aws_ecr_lifecycle_policy.web",
        "aws_ecr_repository_policy.web",
        "aws_iam_role.Role.assume_role_policy",
    ]
    (statement,) = found["aws_ecr_repository_policy.web"]["Statement"]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::222222222222:root"}
    assert found["aws_ecr_lifecycle_policy.web"]["rules"][0]["selection"]["countNumber"] == 5


def test_a_data_source_is_the_document_that_it_describes():
    blocks = [
        {
            "sid": "Pull",
            "actions": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            "principals": [
                {"type": "AWS", "identifiers": ["111111111111"]},
                {"type": "Service", "identifiers": ["a.amazonaws.com", "b.amazonaws.com"]},
            ],
            "condition": [
                {"test": "StringEquals", "variable": "aws:PrincipalOrgID", "values": ["o-abcdefghij"]},
                {"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1", "2"]},
            ],
        },
        {
            "effect": "Deny",
            "not_actions": ["ecr:*"],
            "resources": ["*"],
            "principals": {"type": "*", "identifiers": ["*"]},
        },
    ]
    document = {"data": {"aws_iam_policy_document": {"pull": {"statement": blocks, "policy_id": "me"}, "none": {}}}}
    assert policies(document) == {
        "data.aws_iam_policy_document.none": {"Version": "2012-10-17", "Statement": []},
        "data.aws_iam_policy_document.pull": {
            "Id": "me",
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "Pull",
                    "Effect": "Allow",
                    "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                    "Principal": {"AWS": "111111111111", "Service": ["a.amazonaws.com", "b.amazonaws.com"]},
                    "Condition": {
                        "StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij", "aws:SourceAccount": ["1", "2"]}
                    },
                },
                {"Effect": "Deny", "NotAction": "ecr:*", "Resource": "*", "Principal": "*"},
            ],
        },
    }
