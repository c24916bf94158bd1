"""Policies told in short."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ecr_constructs.sandbox.readback import pullers, retention

PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]


def rule(number: int, count_type: str, count: int, action: str = "expire", **selection: Any) -> dict[str, Any]:
    """Return a lifecycle rule."""
    return {
        "rulePriority": number,
        "selection": {"countType": count_type, "countNumber": count, "tagStatus": "tagged", **selection},
        "action": {"type": action},
    }


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        ([rule(1, "imageCountMoreThan", 50, tagStatus="any")], "any: last 50"),
        ([rule(1, "sinceImagePushed", 7, tagStatus="untagged")], "untagged: 7 days"),
        ([rule(1, "imageCountMoreThan", 999_999, tagPatternList=["v*"])], "v*: all"),
        ([rule(1, "imageCountMoreThan", 5, tagPatternList=["a*", "b*"])], "a* and b*: last 5"),
        ([rule(1, "imageCountMoreThan", 5, tagPrefixList=["rc-"])], "rc-*: last 5"),
        ([rule(1, "sinceImagePulled", 60, "transition", tagStatus="any")], "any: 60 days unpulled, then archived"),
        ([rule(1, "sinceImageTransitioned", 90, tagStatus="any")], "any: 90 days archived"),
        (
            [rule(10, "imageCountMoreThan", 3, tagStatus="any"), rule(2, "sinceImagePushed", 1, tagStatus="untagged")],
            "untagged: 1 day; any: last 3",
        ),
    ],
)
def test_retention_tells_each_rule_in_the_order_of_priority(rules: list[dict[str, Any]], text: str) -> None:
    assert retention(json.dumps({"rules": rules})) == text


def test_without_a_policy_everything_is_kept() -> None:
    assert retention(None) == "everything"


def statement(principal: Any, actions: Any = PULL, **rest: Any) -> dict[str, Any]:
    """Return a statement of a repository policy."""
    return {"Effect": "Allow", "Principal": principal, "Action": actions, **rest}


LAMBDA = {"Service": "lambda.amazonaws.com"}


@pytest.mark.parametrize(
    ("one", "others"),
    [
        (statement({"AWS": "arn:aws:iam::222222222222:root"}), ["222222222222"]),
        (statement({"AWS": ["arn:aws:iam::222222222222:root"]}, "ecr:*"), ["222222222222"]),
        (statement({"AWS": "arn:aws:iam::111111111111:root"}), []),
        (statement({"AWS": "arn:aws:iam::222222222222:role/ci"}), ["222222222222:role/ci"]),
        (statement({"AWS": "arn:aws:iam::222222222222:root"}, ["ecr:DescribeImages"]), []),
        (statement({"AWS": "arn:aws:iam::222222222222:root"}, Effect="Deny"), []),
        (statement("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}), ["o-a1b2c3d4e5"]),
        (
            statement({"AWS": "*"}, Condition={"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-a/r-b/*"]}}),
            ["o-a/r-b/*"],
        ),
        (statement("*"), ["everyone"]),
        (statement("*", Condition={"Bool": {"aws:SecureTransport": "true"}}), ["everyone if aws:securetransport"]),
        (statement(LAMBDA), ["lambda"]),
        (
            statement(LAMBDA, Condition={"ArnLike": {"aws:sourceARN": "arn:aws:lambda:r:111111111111:function:*"}}),
            ["lambda"],
        ),
        (
            statement(
                LAMBDA,
                Condition={
                    "ArnLike": {
                        "aws:sourceARN": [f"arn:aws:lambda:r:{account}:function:*" for account in ("3" * 12, "2" * 12)]
                    }
                },
            ),
            ["lambda of 222222222222", "lambda of 333333333333"],
        ),
        (
            statement(LAMBDA, Condition={"StringEquals": {"aws:SourceAccount": "222222222222"}}),
            ["lambda of 222222222222"],
        ),
    ],
)
def test_who_may_pull_is_read_from_the_statements(one: dict[str, Any], others: list[str]) -> None:
    """The own account always may; others where a statement allows both actions that a pull needs."""
    assert pullers(json.dumps({"Statement": [one]}), "111111111111") == ("this account", *others)


def test_without_a_policy_only_the_own_account_may_pull() -> None:
    assert pullers(None, "111111111111") == ("this account",)
