"""Policy documents: rendered in one order, merged where that says the same, refused where AWS refuses them."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.iam import PolicyStatement, merge_statements, render_policy
from ecr_constructs.core.policies import check_repository_policy

PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


def root(number: int) -> str:
    return f"arn:aws:iam::{str(number) * 12}:root"


def allow(*principals: str, **changes) -> PolicyStatement:
    return PolicyStatement(**{"actions": PULL, "principals": principals or (root(1),), **changes})


def documents(*statements: PolicyStatement) -> list[dict]:
    return json.loads(render_policy(statements))["Statement"]


def test_a_document_has_its_keys_in_one_order_and_neither_nulls_nor_blanks():
    statement = PolicyStatement(
        sid="Pull",
        actions=("ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"),
        principals=(root(2), root(1), root(1)),
        service_principals=("lambda.amazonaws.com",),
        conditions={
            "StringLike": {"aws:PrincipalArn": ("b", "a"), "aws:PrincipalOrgID": "o-a1b2c3d4e5"},
            "Bool": {"aws:SecureTransport": "true"},
        },
    )

    assert render_policy([statement]) == (
        '{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow",'
        '"Principal":{"AWS":["arn:aws:iam::111111111111:root","arn:aws:iam::222222222222:root"],'
        '"Service":"lambda.amazonaws.com"},'
        '"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],'
        '"Condition":{"Bool":{"aws:SecureTransport":"true"},'
        '"StringLike":{"aws:PrincipalArn":["a","b"],"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}]}'
    )


def test_what_is_not_given_does_not_stand_in_the_document():
    assert documents(allow("*", actions=("ecr:BatchGetImage",), conditions={})) == [
        {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}
    ]


def test_one_text_stands_for_a_list_of_it():
    statement = PolicyStatement(actions="ecr:PutImage", principals=root(1), service_principals="ecs.amazonaws.com")
    assert (statement.actions, statement.principals) == (("ecr:PutImage",), (root(1),))
    assert statement.service_principals == ("ecs.amazonaws.com",)


def test_statements_that_differ_in_principals_alone_become_one():
    (document,) = documents(allow(root(2)), allow(root(1)), allow(root(1), service_principals=("ecs.amazonaws.com",)))
    assert document["Principal"] == {"AWS": [root(1), root(2)], "Service": "ecs.amazonaws.com"}


ANYONE = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}


@pytest.mark.parametrize(
    "other",
    [
        allow(root(2), sid="Other"),
        allow(root(2), actions=("ecr:PutImage",)),
        allow(root(2), effect="Deny"),
        allow(root(2), conditions=ANYONE),
        allow("*", conditions=ANYONE),
    ],
    ids=["sid", "actions", "effect", "conditions", "everyone"],
)
def test_statements_that_differ_in_anything_else_stay_apart(other):
    assert len(documents(allow(root(1)), other)) == 2


def test_everyone_is_not_united_with_principals_that_a_condition_is_not_for():
    found = documents(allow("*", conditions=ANYONE), allow(root(1), conditions=ANYONE))
    assert sorted(map(str, (each["Principal"] for each in found))) == sorted(["*", str({"AWS": root(1)})])


def condition(operator: str, *values: str, key: str = "aws:SourceArn", **changes) -> PolicyStatement:
    return allow(conditions={operator: {key: values}}, **{"sid": "Pull", **changes})


@pytest.mark.parametrize(
    "operator",
    ["ArnEquals", "ArnLike", "StringEquals", "StringLike", "ForAnyValue:StringEquals", "ForAnyValue:StringLike"],
)
def test_values_of_a_condition_that_any_of_them_satisfies_are_united_under_one_sid(operator):
    (document,) = documents(condition(operator, "b"), condition(operator, "a", "b"), condition(operator, "c"))
    assert document["Condition"] == {operator: {"aws:SourceArn": ["a", "b", "c"]}}


@pytest.mark.parametrize(
    "operator",
    [
        "StringNotEquals",
        "StringNotLike",
        "ArnNotEquals",
        "ArnNotLike",
        "NotIpAddress",
        "NumericLessThan",
        "DateGreaterThan",
        "Null",
        "ForAllValues:StringEquals",
        "ForAllValues:StringNotEquals",
        "ForAnyValue:StringNotEquals",
        "StringEqualsIfExists",
    ],
)
def test_values_of_other_conditions_are_not_united_as_that_would_say_something_else(operator):
    forms = {
        "NotIpAddress": ("10.0.0.0/8", "10.1.0.0/16"),
        "NumericLessThan": ("1", "2"),
        "DateGreaterThan": ("1", "2"),
    }
    one, other = (condition(operator, each) for each in forms.get(operator, ("true", "false")))

    assert len(documents(one, other)) == 2
    assert [problem.code for problem in check_repository_policy([one, other])] == ["policy-sid"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (condition("StringEquals", "a", sid=None), condition("StringEquals", "b", sid=None)),
        (condition("StringEquals", "a"), condition("StringEquals", "b", sid="Other")),
        (condition("StringEquals", "a"), condition("StringLike", "b")),
        (condition("StringEquals", "a"), condition("StringEquals", "b", key="aws:SourceAccount")),
        (condition("StringEquals", "a"), condition("StringEquals", "b", actions=("ecr:PutImage",))),
        (condition("StringEquals", "a"), condition("StringEquals", "b", effect="Deny")),
        (
            allow(sid="Pull", conditions={"StringEquals": {"a": "1", "b": "1"}}),
            allow(sid="Pull", conditions={"StringEquals": {"a": "2", "b": "2"}}),
        ),
    ],
    ids=["no sid", "sid", "operator", "key", "actions", "effect", "two conditions"],
)
def test_statements_that_differ_in_more_than_the_values_of_one_condition_stay_apart(one, other):
    assert len(documents(one, other)) == 2


def test_a_statement_given_twice_stands_once():
    assert len(documents(allow(sid="Pull"), allow(sid="Pull"), condition("StringNotEquals", "a", sid="Not"))) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"principals": ("*",)}, "Pull: must have a condition on who asks with the principal '*', or it opens the"),
        ({"principals": ("*", root(1))}, "Pull: must have a condition on who asks with the principal '*'"),
        (
            {"actions": ("ecr:GetAuthorizationToken",)},
            "Pull: must not grant ecr:GetAuthorizationToken, which does nothing",
        ),
        (
            {"actions": ("ecr:getauthorizationtoken",)},
            "Pull: must not grant ecr:GetAuthorizationToken, which does nothing",
        ),
        ({"actions": ("s3:GetObject",)}, "Pull: must have actions of ECR alone, got 's3:GetObject'."),
        ({"actions": ("*",)}, "Pull: must have actions of ECR alone, got '*'."),
        ({"actions": ("ecr:",)}, "Pull: must have actions of ECR alone, got 'ecr:'."),
        ({"actions": ()}, "Pull: must have at least one action, got none."),
        ({"principals": ()}, "Pull: must have a principal, got none."),
        ({"principals": ("111111111111",)}, "Pull: must have principals in AWS's form, got '111111111111'."),
        (
            {"principals": ("arn:aws:iam::1111:root",)},
            "Pull: must have principals in AWS's form, got 'arn:aws:iam::1111",
        ),
        (
            {"principals": ("arn:aws:s3:::bucket",)},
            "Pull: must have principals in AWS's form, got 'arn:aws:s3:::bucket'.",
        ),
        ({"service_principals": ("lambda",)}, "Pull: must have principals in AWS's form, got 'lambda'."),
        ({"effect": "allow"}, "Pull: must have the effect Allow or Deny, got 'allow'."),
        ({"sid": "Pull/1"}, "Pull/1: must have a sid of letters, digits, blanks, '-' and '_', got 'Pull/1'."),
        ({"sid": ""}, "must have a sid of letters, digits, blanks, '-' and '_', got ''."),
        (
            {"actions": ("ecr:BatchGetImages",)},
            "Pull: must have actions that ECR has, got 'ecr:BatchGetImages'. Did you",
        ),
        ({"actions": ("ecr:Pull*",)}, "Pull: must have actions that ECR has, got 'ecr:Pull*'."),
        ({"actions": ("ecr:CreateRepository",)}, "Pull: must have actions that do something in a repository policy"),
        ({"actions": ("ecr:*PullThroughCacheRule",)}, "Pull: must have actions that do something in a repository"),
        ({"principals": ("arn:aws:iam::222222222222:*",)}, "Pull: must have principals in AWS's form"),
        ({"principals": ("arn:aws:iam::222222222222:role/*",)}, "Pull: must have principals in AWS's form"),
        ({"principals": ("arn:aws:iam::222222222222:rot",)}, "Pull: must have principals in AWS's form"),
        ({"principals": ("arn:aws:iam::222222222222:group/x",)}, "Pull: must have principals in AWS's form"),
        ({"conditions": {"StringIs": {"aws:a": "b"}}}, "Pull: must have operators that IAM has, got 'StringIs'."),
        ({"conditions": {"StringEquals": {}}}, "Pull: must say a key for StringEquals, got none."),
    ],
)
def test_a_statement_that_is_refused_is_one_problem(changes, words):
    (problem,) = check_repository_policy([allow(**{"sid": "Pull", **changes})])
    assert words in str(problem)


@pytest.mark.parametrize(
    "statement",
    [
        allow(),
        allow("arn:aws:iam::111111111111:role/team/deploy", "arn:aws-cn:iam::111111111111:user/me"),
        allow("arn:aws:sts::111111111111:assumed-role/deploy/session"),
        allow("${aws_iam_role.deploy.arn}"),
        allow(actions=("${var.action}",), service_principals=("${var.service}",), sid="${var.sid}"),
        allow("*", conditions=ANYONE),
        allow("*", effect="Deny"),
        allow(actions=("ecr:*",)),
        allow(actions=("ecr:Describe*", "ecr:List?mages")),
        PolicyStatement(actions=PULL, service_principals=("lambda.amazonaws.com", "ecs.amazonaws.com.cn")),
    ],
)
def test_a_statement_that_aws_takes_has_no_problem(statement):
    assert check_repository_policy([statement]) == []


def test_a_sid_names_one_statement():
    (problem,) = check_repository_policy([allow(sid="Pull"), allow(sid="Pull", actions=("ecr:PutImage",))])
    assert str(problem) == (
        "policy.Pull: must name one statement, got different ones. Give each statement a sid of its own. [policy-sid]"
    )


def test_a_policy_of_10240_characters_is_taken_and_one_more_is_not():
    def statement(length: int) -> PolicyStatement:
        return allow("arn:aws:iam::111111111111:root", sid="s" * length)

    room = 10_240 - len(render_policy([statement(0)]))
    assert check_repository_policy([statement(room)]) == []
    (problem,) = check_repository_policy([statement(room + 1)])
    assert (problem.key, problem.code, problem.got) == ("policy", "policy-size", "10,241")


def test_every_mistake_of_every_statement_is_reported():
    statements = [allow("*", "me", sid="a.b", actions=("s3:*",), effect="Perhaps"), allow("you", actions=())]
    assert [(problem.key, problem.code) for problem in check_repository_policy(statements)] == [
        ("policy.a.b", "policy-sid"),
        ("policy.a.b", "policy-effect"),
        ("policy.a.b", "policy-actions"),
        ("policy.a.b", "policy-principals"),
        ("policy.statement", "policy-actions"),
        ("policy.statement", "policy-principals"),
    ]


def some(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3).map(tuple)


CONDITIONS = st.dictionaries(
    st.sampled_from(["StringEquals", "ArnLike", "StringNotEquals", "ForAnyValue:StringLike"]),
    st.dictionaries(st.sampled_from(["aws:a", "aws:b"]), some("1", "2", "3") | st.sampled_from(["1", "2"]), min_size=1),
    max_size=2,
)
STATEMENTS = st.lists(
    st.builds(
        PolicyStatement,
        actions=some(*PULL),
        principals=some(root(1), root(2), "*"),
        service_principals=st.just(()) | some("lambda.amazonaws.com"),
        conditions=CONDITIONS,
        effect=st.sampled_from(["Allow", "Deny"]),
        sid=st.sampled_from([None, "One", "Two"]),
    ),
    max_size=4,
)


@given(STATEMENTS, st.randoms(use_true_random=False))
def test_any_order_of_contributions_gives_the_same_bytes(statements, random):
    shuffled = [
        dataclasses.replace(
            each,
            actions=random.sample(each.actions, len(each.actions)),
            principals=random.sample(each.principals, len(each.principals)),
            conditions=dict(random.sample([*each.conditions.items()], len(each.conditions))),
        )
        for each in random.sample(statements, len(statements))
    ]
    assert render_policy(shuffled) == render_policy(statements)


REQUESTS = [
    (principal, action, {"aws:a": one, "aws:b": other})
    for principal in (root(1), root(2), root(3), "lambda.amazonaws.com")
    for action in PULL
    for one in "123"
    for other in "123"
]


def effects(statements, principal: str, action: str, context: dict[str, str]) -> set[str]:
    """Return what the statements say of a request, as IAM evaluates them."""

    def applies(statement: PolicyStatement) -> bool:
        services = principal in statement.service_principals
        named = principal in statement.principals or "*" in statement.principals or services
        return (
            named
            and action in statement.actions
            and all(
                (context[key] in ((values,) if isinstance(values, str) else values)) != ("Not" in operator)
                for operator, keys in statement.conditions.items()
                for key, values in keys.items()
            )
        )

    return {statement.effect for statement in statements if applies(statement)}


@given(STATEMENTS)
def test_merging_changes_nothing_of_what_is_allowed_and_denied(statements):
    merged = merge_statements(statements)

    assert len(merged) <= len(statements)
    for request in REQUESTS:
        assert effects(merged, *request) == effects(statements, *request)
