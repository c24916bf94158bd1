"""Whatever the policies are, the decision is AWS's: compared with other evaluators, and held to its sentences."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import assume, event, example, given, settings
from hypothesis import strategies as st
from moto.iam.access_control import IAMPolicy, PermissionResult
from parliament import is_arn_match

from ecr_constructs.core.evaluation import requesters
from ecr_constructs.core.evaluation.clauses import clauses_of_document
from ecr_constructs.core.evaluation.evaluate import Policies, Request, decide
from ecr_constructs.core.evaluation.wildcards import SOME, matches, matches_exactly
from tests.unit.naive_evaluation import Asked, is_allowed, like

OWN, OTHER = "111111111111", "222222222222"
ACTIONS = ("ecr:BatchGetImage", "ecr:PutImage", "ecr:DescribeImages")
RESOURCES = tuple(f"arn:aws:ecr:us-east-1:{OWN}:repository/{name}" for name in ("web", "team/web"))
ROLES = tuple(f"arn:aws:iam::{account}:role/{name}" for account in (OWN, OTHER) for name in ("ci", "app/ci"))
SERVICES = ("lambda.amazonaws.com", "codebuild.amazonaws.com")
ORGANIZATIONS = ("o-aaaaaaaaaa", "o-bbbbbbbbbb")
PATHS = ("o-aaaaaaaaaa/r-abcd/ou-abcd-11111111/", "o-aaaaaaaaaa/r-abcd/ou-abcd-22222222/")

# What a request may have under a key, and what a policy may say of it, with the operators for that.
TEXTS = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase")
ARNS = ("ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals", "StringLike")
KEYS = {
    "aws:PrincipalOrgID": (TEXTS, ORGANIZATIONS, (*ORGANIZATIONS, "o-a*", "O-AAAAAAAAAA")),
    "aws:PrincipalOrgPaths": (
        tuple(f"{each}:String{like}" for each in ("ForAnyValue", "ForAllValues") for like in ("Like", "NotLike")),
        PATHS,
        (*PATHS, "o-aaaaaaaaaa/*", "*22222222/"),
    ),
    "aws:SourceArn": (
        ARNS,
        (f"arn:aws:lambda:us-east-1:{OWN}:function:one", f"arn:aws:s3:::{OWN}"),
        (f"arn:aws:lambda:us-east-1:{OWN}:function:*", "arn:aws:*:us-*:??????????11:function:one", "arn:aws:s3:::*"),
    ),
    "aws:SourceAccount": (TEXTS, (OWN, OTHER), (OWN, OTHER, "1*")),
    "aws:SourceIp": (("IpAddress", "NotIpAddress"), ("10.0.0.1", "192.0.2.7"), ("10.0.0.0/8", "192.0.2.7/32")),
    "aws:SecureTransport": (("Bool",), ("true", "false"), ("true", "False")),
    "aws:MultiFactorAuthAge": (("NumericLessThan",), ("5", "500"), ("6", "60")),
    "aws:CurrentTime": (
        ("DateGreaterThan",),
        ("2026-01-01T00:00:00Z",),
        ("2025-06-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    ),
}
PLURAL = {"aws:PrincipalOrgPaths"}


def some_of(values, **limits):
    return st.lists(st.sampled_from(values), unique=True, **limits)


@st.composite
def conditions(draw):
    """Return what a statement has under `Condition`, of up to two keys."""
    said = {}
    for key in draw(some_of(list(KEYS), max_size=2)):
        operators, _, values = KEYS[key]
        operator = draw(st.sampled_from(operators)) + draw(st.sampled_from(["", "", "IfExists"]))
        value = draw(some_of(values, min_size=1, max_size=2))
        if draw(st.integers(0, 7)) == 0:
            operator, value = "Null", [draw(st.sampled_from(["true", "false"]))]
        said.setdefault(operator, {})[draw(st.sampled_from([key, key.lower()]))] = value
    return said


PATTERNS = st.one_of(st.sampled_from(ACTIONS), st.sampled_from(["ecr:*", "*", "ecr:batch*", "ecr:?utImage", "s3:*"]))
ABOUT = st.one_of(
    st.sampled_from(RESOURCES), st.sampled_from(["*", f"arn:aws:ecr:*:{OWN}:repository/*", "*/we?", "*repository/w"])
)
PRINCIPALS = st.one_of(
    st.just("*"),
    st.fixed_dictionaries(
        {"AWS": st.lists(st.sampled_from([OWN, OTHER, f"arn:aws:iam::{OTHER}:root", *ROLES]), min_size=1, max_size=2)}
    ),
    st.fixed_dictionaries({"Service": st.sampled_from(SERVICES), "AWS": st.sampled_from([*ROLES, OTHER])}),
)


@st.composite
def statements(draw, *, of_resource):
    said = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))}
    said[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(st.lists(PATTERNS, min_size=1, max_size=2))
    if of_resource:
        said["Principal"] = draw(PRINCIPALS)
    else:
        said[draw(st.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(
            st.lists(ABOUT, min_size=1, max_size=2)
        )
    return said | draw(st.just({}) | st.fixed_dictionaries({"Condition": conditions()}))


OF_RESOURCES = st.lists(statements(of_resource=True), max_size=4)
OF_IDENTITIES = st.lists(statements(of_resource=False), max_size=3)


@st.composite
def contexts(draw):
    """Return what requests have under each key."""
    return {
        key.lower(): draw(some_of(values, max_size=2 if key in PLURAL else 1)) for key, (_, values, _) in KEYS.items()
    }


def asking(context):
    """Return every request with a context: of everyone, for every action and resource."""
    for principal, action, resource in itertools.product((*ROLES, *SERVICES), ACTIONS, RESOURCES):
        account = "" if principal in SERVICES else principal.split(":")[4]
        yield Asked(principal, account, action, resource, OWN, context)


REQUESTS = contexts().flatmap(lambda context: st.sampled_from(list(asking(context))))


def decided(asked, of_resource, of_identity, *, unknown=()):
    """Return the decision about a request, without what is not known of it."""
    known = {key: tuple(values) for key, values in asked.context.items() if key not in unknown}
    make = requesters.service if asked.principal in SERVICES else requesters.identity
    requester = make(asked.principal, known=known)
    for key in unknown:
        requester.known.pop(key, None)
    request = Request(requester=requester, action=asked.action, resource=asked.resource, account_id=OWN)
    resource, identity = (
        Policies(tuple(clauses_of_document({"Statement": each}, "policy"))) for each in (of_resource, of_identity)
    )
    return decide(request, resource, identity).truth


@settings(derandomize=True)
@given(contexts(), OF_RESOURCES, OF_IDENTITIES)
def test_what_is_known_is_decided_as_the_sentences_of_aws_say(context, of_resource, of_identity):
    for asked in asking(context):
        truth = decided(asked, of_resource, of_identity)
        event(f"{'service' if asked.principal in SERVICES else asked.account == OWN}: {truth}")
        assert truth is is_allowed(asked, of_resource, of_identity)


@settings(derandomize=True)
@given(contexts(), OF_RESOURCES, OF_IDENTITIES, st.data())
def test_what_is_not_known_changes_nothing_that_was_decided(context, of_resource, of_identity, data):
    """Whatever the unknown values are, a yes or no that was given without them is theirs."""
    unknown = data.draw(some_of([key.lower() for key in KEYS], min_size=1, max_size=4))
    others = [context]
    for key in unknown:
        _, values, _ = KEYS[next(each for each in KEYS if each.lower() == key)]
        others += [{**context, key: value} for value in ([], *([each] for each in values))]
    for asked in itertools.islice(asking(context), 0, None, 3):
        truth = decided(asked, of_resource, of_identity, unknown=unknown)
        event(f"{truth}")
        answers = {is_allowed(asked._replace(context=other), of_resource, of_identity) for other in others}
        assert truth is None or answers == {truth}


@settings(derandomize=True)
@given(REQUESTS, OF_RESOURCES, OF_IDENTITIES, PATTERNS)
def test_a_deny_always_wins(asked, of_resource, of_identity, pattern):
    assume(like(pattern.upper(), asked.action.upper()))
    deny = {"Effect": "Deny", "Action": [pattern]}
    for resource, identity in (
        ([*of_resource, {**deny, "Principal": "*"}], of_identity),
        (of_resource, [{**deny, "Resource": "*"}, *of_identity]),
    ):
        assert decided(asked, resource, identity) is False


@settings(derandomize=True)
@given(REQUESTS, OF_RESOURCES, OF_IDENTITIES, statements(of_resource=True), statements(of_resource=False), st.data())
def test_what_allows_more_takes_nothing_away(asked, of_resource, of_identity, resource, identity, data):
    unknown = data.draw(some_of([key.lower() for key in KEYS], max_size=3))
    before = decided(asked, of_resource, of_identity, unknown=unknown)
    allow = {"Effect": "Allow"}
    after = decided(asked, [*of_resource, resource | allow], [*of_identity, identity | allow], unknown=unknown)
    order = [False, None, True]
    assert order.index(after) >= order.index(before)


PLAIN = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Allow", "Deny"]),
        # `?` is a sign like any other to the other evaluator, whose case counts.
        "Action": st.lists(st.sampled_from([*ACTIONS, "ecr:*", "*", "ecr:Batch*", "s3:*"]), min_size=1, max_size=3),
        "Resource": st.lists(st.sampled_from([*RESOURCES, "*", "*/web", "arn:aws:ecr:*"]), min_size=1, max_size=3),
    }
)


@settings(derandomize=True)
@given(st.lists(PLAIN, min_size=1, max_size=5))
def test_an_identity_policy_allows_what_moto_says_that_it_does(said):
    policy = IAMPolicy({"policy_document": json.dumps({"Version": "2012-10-17", "Statement": said})})
    for action, resource in itertools.product(ACTIONS, RESOURCES):
        result = policy.is_action_permitted(action, resource)
        event(result.name)
        asked = Asked(ROLES[0], OWN, action, resource, OWN, {})
        assert decided(asked, [], said) is (result is PermissionResult.PERMITTED)


NAMES = st.text("ab*/", max_size=6)


@settings(derandomize=True)
@given(NAMES, st.text("ab/", max_size=6))
def test_a_pattern_of_resources_matches_what_parliament_says_that_it_does(pattern, name):
    """The other one takes `*` alone, within ARNs."""
    arn = "arn:aws:ecr:us-east-1:111111111111:repository/"
    assume(pattern and name)
    assert matches(arn + pattern, arn + name) is is_arn_match("object", arn + pattern, arn + name)


SIGNS = st.text("ab*?", max_size=7)
PARTLY = st.lists(st.sampled_from(["a", "b", SOME]), max_size=5).map("".join)


@settings(derandomize=True)
@given(SIGNS, PARTLY, st.lists(st.text("ab", max_size=4), min_size=6, max_size=6))
@example("a?*", f"a{SOME}b", ["", "b", "bb", "", "", ""])
def test_a_pattern_matches_whatever_a_value_may_be_or_none_of_it_or_it_is_unknown(pattern, value, texts):
    whole = value
    for text in texts:
        whole = whole.replace(SOME, text, 1)
    truth, exactly = matches(pattern, value), matches_exactly(pattern, value)
    assert truth in (None, like(pattern, whole))
    assert exactly in (None, pattern == whole)
    if SOME not in value:
        assert truth is like(pattern, whole)
        assert exactly is (pattern == whole)


@pytest.mark.parametrize(
    ("pattern", "value", "truth"),
    [
        ("a*", SOME, None),
        ("b*", f"a{SOME}", False),
        ("a*c", f"a{SOME}c", True),
        ("a?c", f"a{SOME}c", None),
        ("?*", SOME, None),
        ("${*}", "*", True),
        ("${*}", "a", False),
        ("${$}a", "$a", True),
    ],
)
def test_unknown_is_what_could_be_either(pattern, value, truth):
    assert matches(pattern, value) is truth
