"""Which conditions keep anybody out of what everyone is granted, and how they are written."""

from __future__ import annotations

import pytest

from ecr_constructs.core.conditions import check_conditions, protect
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.policies import check_repository_policy

ORGANIZATION = "o-a1b2c3d4e5"
PATH = f"{ORGANIZATION}/r-ab12/ou-ab12-11111111/*"


def everyone(operator, key, *values):
    statement = PolicyStatement(
        sid="Pull", actions=("ecr:BatchGetImage",), principals=("*",), conditions={operator: {key: list(values)}}
    )
    return [problem.code for problem in check_repository_policy([statement])]


@pytest.mark.parametrize(
    ("operator", "key", "values"),
    [
        ("StringEquals", "aws:PrincipalOrgID", [ORGANIZATION]),
        ("StringEquals", "AWS:principalorgid", [ORGANIZATION, "o-ffffffffff"]),
        ("StringEqualsIgnoreCase", "aws:PrincipalOrgID", [ORGANIZATION]),
        ("StringLike", "aws:PrincipalOrgID", [ORGANIZATION]),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", [PATH]),
        ("StringEquals", "aws:PrincipalAccount", ["111111111111"]),
        ("ArnLike", "aws:PrincipalArn", ["arn:aws:iam::111111111111:role/*"]),
        ("ArnEquals", "aws:SourceArn", ["arn:aws:lambda:us-east-1:111111111111:function:*"]),
        ("ArnLike", "aws:SourceArn", ["arn:aws:s3:::bucket-*"]),
        ("StringEquals", "aws:SourceOrgID", [ORGANIZATION]),
        ("StringEquals", "aws:SourceAccount", ["111111111111"]),
        ("StringEquals", "aws:SourceVpce", ["vpce-1a2b3c4d"]),
        ("StringLike", "aws:PrincipalOrgID", ["${var.organization}"]),
        ("StringEquals", "aws:PrincipalOrgID", ["$${aws:ResourceOrgID}"]),
        ("StringEquals", "aws:PrincipalAccount", ["$${aws:ResourceAccount}"]),
    ],
)
def test_who_has_to_ask_is_said(operator, key, values):
    assert everyone(operator, key, *values) == []


@pytest.mark.parametrize(
    ("operator", "key", "values"),
    [
        # Negated, or fulfilled where the key is missing: everybody else gets in.
        ("StringNotEquals", "aws:PrincipalOrgID", [ORGANIZATION]),
        ("StringNotLike", "aws:PrincipalOrgID", [ORGANIZATION]),
        ("ArnNotLike", "aws:PrincipalArn", ["arn:aws:iam::111111111111:root"]),
        ("StringEqualsIfExists", "aws:PrincipalOrgID", [ORGANIZATION]),
        ("ForAllValues:StringEquals", "aws:PrincipalOrgID", [ORGANIZATION]),
        ("ForAllValues:StringLike", "aws:PrincipalOrgPaths", [PATH]),
        ("Null", "aws:PrincipalOrgID", ["false"]),
        # What anybody can have.
        ("StringLike", "aws:PrincipalOrgID", ["*"]),
        ("StringLike", "aws:PrincipalOrgID", ["o-*"]),
        ("StringLike", "aws:PrincipalOrgID", [ORGANIZATION, "*"]),
        ("StringLike", "aws:PrincipalAccount", ["????????????"]),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", ["*/r-ab12/*"]),
        ("StringLike", "aws:SourceVpce", ["vpce-*"]),
        ("ArnLike", "aws:PrincipalArn", ["*"]),
        ("ArnLike", "aws:PrincipalArn", ["arn:aws:iam::*:role/deploy"]),
        ("ArnLike", "aws:PrincipalArn", ["arn:*"]),
        ("ArnLike", "aws:SourceArn", ["arn:aws:s3:::*"]),
        # A variable of IAM, escaped for Terraform: whoever asks is who asks.
        ("StringEquals", "aws:PrincipalAccount", ["$${aws:PrincipalAccount}"]),
        ("StringEquals", "aws:PrincipalOrgID", [ORGANIZATION, "$${ AWS:principalorgid }"]),
        ("ArnLike", "aws:PrincipalArn", ["arn:aws:iam::$${aws:PrincipalAccount}:role/ci"]),
        # Nothing about who asks.
        ("Bool", "aws:SecureTransport", ["true"]),
        ("IpAddress", "aws:SourceIp", ["0.0.0.0/0"]),
        ("StringLike", "aws:UserAgent", ["docker/*"]),
        ("StringEquals", "aws:RequestedRegion", ["us-east-1"]),
        ("StringEquals", "aws:PrincipalTag/team", ["shop"]),
    ],
)
def test_everyone_is_let_in_all_the_same(operator, key, values):
    assert everyone(operator, key, *values) == ["policy-public"]


def test_one_condition_that_says_who_is_enough():
    open_one = {"Bool": {"aws:SecureTransport": "true"}}
    assert not protect(open_one)
    assert protect({**open_one, "StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}})


def test_to_deny_everyone_something_needs_no_condition():
    statement = PolicyStatement(effect="Deny", actions=("ecr:PutImage",), principals=("*",))
    assert check_repository_policy([statement]) == []


@pytest.mark.parametrize(
    ("conditions", "rule"),
    [
        ({"StringEqual": {"aws:a": "b"}}, "must have operators that IAM has"),
        ({"stringequals": {"aws:a": "b"}}, "must have operators that IAM has"),
        ({"NullIfExists": {"aws:a": "true"}}, "must have operators that IAM has"),
        ({"ForSomeValues:StringEquals": {"aws:a": "b"}}, "must have operators that IAM has"),
        ({"StringEquals": {}}, "must say a key for StringEquals"),
        ({"StringEquals": {"PrincipalOrgID": "b"}}, "must have condition keys with their service"),
        (
            {"StringEquals": {"aws:PrincipalOrgID": "b", "aws:principalorgid": "c"}},
            "must say each condition key once for StringEquals",
        ),
        ({"StringEquals": {"aws:a": []}}, "must say a value for aws:a"),
        ({"StringEquals": {"aws:a": ""}}, "must say a value for aws:a"),
        ({"StringEquals": {"aws:a": ["b", ""]}}, "must say a value for aws:a"),
        ({"Bool": {"aws:SecureTransport": "yes"}}, "must have true or false for Bool"),
        ({"ForAllValues:ForAnyValue:StringEquals": {"aws:a": "b"}}, "must have operators that IAM has"),
        ({"ForAnyValue:ForAnyValue:StringEquals": {"aws:a": "b"}}, "must have operators that IAM has"),
        ({"NumericLessThan": {"aws:MultiFactorAuthAge": "soon"}}, "must have numbers for NumericLessThan"),
        ({"DateLessThanIfExists": {"aws:CurrentTime": "tomorrow"}}, "must have dates for DateLessThan"),
        (
            {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "10.0.0/8"]}},
            "must have addresses or networks for NotIpAddress",
        ),
    ],
)
def test_what_iam_does_not_know_is_refused(conditions, rule):
    (problem,) = check_conditions(conditions, "policy", "Pull")
    assert (problem.path, problem.code, problem.rule) == (("policy", "Pull"), "policy-condition", rule)


@pytest.mark.parametrize(
    "conditions",
    [
        {"StringEquals": {"aws:a": "b"}},
        {"ForAnyValue:StringLikeIfExists": {"aws:a": ["b", "c*"]}},
        {"NumericLessThanEquals": {"aws:MultiFactorAuthAge": "60"}},
        {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
        {"DateLessThan": {"aws:CurrentTime": ["1785542400", "2026-01-01", "2026-01-01T00:00:00+02:00"]}},
        {"IpAddress": {"aws:SourceIp": ["10.0.0.1", "10.1.0.0/8", "2001:db8::/32", "${var.network}"]}},
        {"Bool": {"aws:SecureTransport": "true"}, "Null": {"aws:TokenIssueTime": "false"}},
        {"StringEquals": {"aws:PrincipalTag/Cost Center": "${var.later}"}},
        {"StringEquals": {"ecr:ResourceTag/team": "a"}},
    ],
)
def test_what_iam_knows_is_taken(conditions):
    assert check_conditions(conditions) == []
