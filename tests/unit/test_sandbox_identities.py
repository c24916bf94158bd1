"""Identities told in short."""

from __future__ import annotations

from typing import Any

import pytest

from ecr_constructs.sandbox.identities import may_do, trusted_by

REPOSITORY = "arn:aws:ecr:us-east-1:111111111111:repository"
PARAMETER = "arn:aws:ssm:us-east-1:111111111111:parameter"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]}


@pytest.mark.parametrize(
    ("action", "resource", "text"),
    [
        ("ecr:GetAuthorizationToken", "*", "log in"),
        (["ecr:BatchGetImage"], f"{REPOSITORY}/shop/web", "pull from shop/web"),
        (["ecr:BatchGetImage", "ecr:PutImage"], [f"{REPOSITORY}/a", f"{REPOSITORY}/b"], "push to a, b"),
        ("ecr:DescribeImages", [f"{REPOSITORY}/{number}" for number in range(4)], "read 4 repositories"),
        ("ssm:GetParametersByPath", f"{PARAMETER}/ecr", "list /ecr"),
        (["ssm:GetParameter", "ssm:GetParametersByPath"], [f"{PARAMETER}/ecr/*"], "read /ecr/*"),
        (["logs:CreateLogStream", "logs:PutLogEvents"], "x", "logs:CreateLogStream, logs:PutLogEvents"),
        (["ecr:BatchGetImage", "kms:Decrypt"], "x", "ecr:BatchGetImage, kms:Decrypt"),
    ],
)
def test_what_a_statement_lets_do(action: Any, resource: Any, text: str) -> None:
    assert may_do([document({"Action": action, "Resource": resource})]) == [text]


def test_what_is_denied_is_not_told_and_what_is_said_twice_is_told_once() -> None:
    login = {"Action": "ecr:GetAuthorizationToken", "Resource": "*"}
    assert may_do([document(login, {**login, "Effect": "Deny"}), document(login)]) == ["log in"]


@pytest.mark.parametrize(
    ("principal", "condition", "who"),
    [
        ({"Service": "ecs-tasks.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": "1"}}, ["ecs-tasks"]),
        ({"AWS": ["arn:aws:iam::111111111111:root"]}, {}, ["arn:aws:iam::111111111111:root"]),
        (
            {"Service": "pods.eks.amazonaws.com"},
            {
                "StringEquals": {
                    "aws:RequestTag/kubernetes-namespace": "cd",
                    "aws:RequestTag/kubernetes-service-account": "updater",
                }
            },
            ["pods for cd/updater"],
        ),
        (
            {"Federated": "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"},
            {"StringLike": {"token.actions.githubusercontent.com:sub": ["repo:a/b:*", "repo:a/c:*"]}},
            ["token.actions.githubusercontent.com for repo:a/b:* or repo:a/c:*"],
        ),
    ],
)
def test_whom_a_role_trusts(principal: Any, condition: Any, who: list[str]) -> None:
    assert trusted_by(document({"Principal": principal, "Condition": condition})) == who
