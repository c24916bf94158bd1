"""What AWS decides of a request: by whom, of which account, and on what it depends."""

from __future__ import annotations

import json

import pytest

from ecr_constructs.core.evaluation import requesters
from ecr_constructs.core.evaluation.abilities import ABILITIES, PUBLIC_ABILITIES, Ability, decide_ability
from ecr_constructs.core.evaluation.clauses import clause_of, clauses_of_document
from ecr_constructs.core.evaluation.evaluate import Policies, Request, decide
from ecr_constructs.core.evaluation.operators import condition_texts, holds, with_variables
from ecr_constructs.core.evaluation.truth import all_of, any_of, negated
from ecr_constructs.core.evaluation.wildcards import SOME
from ecr_constructs.core.iam import PolicyStatement

OWN, OTHER = "111111111111", "222222222222"
WEB = f"arn:aws:ecr:us-east-1:{OWN}:repository/web"
OWN_ROLE, OTHER_ROLE = (f"arn:aws:iam::{account}:role/app/ci" for account in (OWN, OTHER))
SESSION = f"arn:aws:sts::{OTHER}:assumed-role/ci/build"
ORGANIZATION, UNIT = "o-a1b2c3d4e5", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"
UNKNOWN = Policies((), "its own identity policy allows it")
PULL = {"Effect": "Allow", "Action": "ecr:BatchGetImage"}
MAY_PULL = {**PULL, "Resource": WEB}


def policies(*statements, **more):
    return Policies(tuple(clauses_of_document({"Statement": list(statements)}, "policy")), **more)


def decided(requester, *of_resource, identity=UNKNOWN, action="ecr:BatchGetImage"):
    request = Request(requester=requester, action=action, resource=WEB, account_id=OWN)
    return decide(request, policies(*of_resource), identity)


def aws(*principals, **more):
    return {**PULL, "Principal": {"AWS": list(principals)}, **more}


ANYBODY = {**PULL, "Principal": "*"}
ROOT, OWN_ROOT = f"arn:aws:iam::{OTHER}:root", f"arn:aws:iam::{OWN}:root"
own, other = requesters.identity(OWN_ROLE), requesters.identity(OTHER_ROLE)
account, session = requesters.account(OTHER, "aws"), requesters.identity(SESSION)
EVERYONE_OF = {**ANYBODY, "Condition": {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}}
UNITS = {**ANYBODY, "Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": [f"{UNIT}*"]}}}
NOTHING, MAY = policies(), policies(MAY_PULL)
YES, NO, DEPENDS = True, False, None

# Who asks, what the resource's policy has, what the own one has, and the answer.
CASES = {
    "nothing is allowed by itself": (other, [], NOTHING, NO),
    "within an account the resource's policy suffices": (own, [aws(OWN_ROLE)], NOTHING, YES),
    "within an account the identity's policy suffices": (own, [], MAY, YES),
    "within an account an unknown policy may": (own, [], UNKNOWN, DEPENDS),
    "the own account as a principal leaves it to the identity's policy": (own, [aws(OWN_ROOT)], NOTHING, NO),
    "the own account and one session of it leave the others to the identity's policy": (
        own,
        [aws(OWN_ROOT, f"arn:aws:sts::{OWN}:assumed-role/ci/build")],
        NOTHING,
        NO,
    ),
    "everyone is everyone of the own account": (own, [ANYBODY], NOTHING, YES),
    "another account needs both: the resource's alone": (other, [aws(OTHER_ROLE)], NOTHING, NO),
    "another account needs both: the identity's alone": (other, [], MAY, NO),
    "another account with both": (other, [aws(OTHER_ROLE)], MAY, YES),
    "another account with both, by its account": (other, [aws(ROOT)], MAY, YES),
    "another account with both, by the id of its account": (other, [aws(OTHER)], MAY, YES),
    "another account with both, by everyone": (other, [ANYBODY], MAY, YES),
    "another account whose policy is not known": (other, [aws(ROOT)], UNKNOWN, DEPENDS),
    "another account that is not let in, whatever its policy": (other, [aws(OWN_ROLE)], UNKNOWN, NO),
    "an account that is let in": (account, [aws(ROOT)], UNKNOWN, YES),
    "an account of which one role is let in": (account, [aws(OTHER_ROLE)], UNKNOWN, NO),
    "an account of which one role is refused": (account, [aws(ROOT), aws(OTHER_ROLE, Effect="Deny")], UNKNOWN, DEPENDS),
    "the own account may do anything": (requesters.account(OWN, "aws"), [], UNKNOWN, YES),
    "the own account, where it is refused": (requesters.account(OWN, "aws"), [aws("*", Effect="Deny")], UNKNOWN, NO),
    "a session of the role that is let in": (session, [aws(f"arn:aws:iam::{OTHER}:role/ci")], MAY, YES),
    "a session by its own ARN": (session, [aws(SESSION)], MAY, YES),
    "a session of another role": (session, [aws(f"arn:aws:iam::{OTHER}:role/cd")], MAY, NO),
    "a role of which one session is let in": (other, [aws(SESSION)], MAY, NO),
    "a role of which one session is refused": (other, [aws(ROOT), aws(SESSION, Effect="Deny")], MAY, DEPENDS),
    "a deny of the resource's policy": (other, [aws(ROOT), aws(ROOT, Effect="Deny")], MAY, NO),
    "a deny of the identity's policy": (own, [aws(OWN_ROLE)], policies({**MAY_PULL, "Effect": "Deny"}), NO),
    "a deny of something else": (own, [aws(OWN_ROLE), aws("*", Effect="Deny", Action="ecr:PutImage")], NOTHING, YES),
    "a deny that cannot be decided": (
        own,
        [aws("*", Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})],
        MAY,
        DEPENDS,
    ),
    "an organisation that is let in": (requesters.organization(ORGANIZATION), [EVERYONE_OF], UNKNOWN, YES),
    "another organisation": (requesters.organization("o-bbbbbbbbbb"), [EVERYONE_OF], UNKNOWN, NO),
    "an organisation of which one account is let in": (
        requesters.organization(ORGANIZATION),
        [aws(ROOT)],
        UNKNOWN,
        NO,
    ),
    "an organisation of which one account is refused": (
        requesters.organization(ORGANIZATION),
        [EVERYONE_OF, aws(ROOT, Effect="Deny")],
        UNKNOWN,
        DEPENDS,
    ),
    "an account, where its organisation is let in": (account, [EVERYONE_OF], UNKNOWN, DEPENDS),
    "an account that is known to be in the organisation": (
        requesters.account(OTHER, "aws", known={"aws:principalorgid": (ORGANIZATION,)}),
        [EVERYONE_OF],
        UNKNOWN,
        YES,
    ),
    "a service, where everyone of an organisation is let in": (
        requesters.service("lambda.amazonaws.com"),
        [EVERYONE_OF],
        UNKNOWN,
        NO,
    ),
    "a unit that is let in": (requesters.organization_path(UNIT), [UNITS], UNKNOWN, YES),
    "all below a unit that is let in": (requesters.organization_path(f"{UNIT}*"), [UNITS], UNKNOWN, YES),
    "an organisation of which a unit is let in": (requesters.organization(ORGANIZATION), [UNITS], UNKNOWN, DEPENDS),
    "somebody of whom nothing is known": (requesters.anyone(), [EVERYONE_OF], UNKNOWN, DEPENDS),
    "a principal of another kind": (other, [{**PULL, "Principal": {"Service": "lambda.amazonaws.com"}}], MAY, NO),
    "all but somebody, who is not that": (other, [{**PULL, "NotPrincipal": {"AWS": OWN_ROLE}}], MAY, YES),
    "all but somebody, who is that": (other, [{**PULL, "NotPrincipal": {"AWS": OTHER_ROLE}}], MAY, NO),
    "all are refused but a role, whose account is not named": (
        other,
        [aws(ROOT), {**PULL, "Effect": "Deny", "NotPrincipal": {"AWS": OTHER_ROLE}}],
        MAY,
        DEPENDS,
    ),
    "all are refused but a role and its account": (
        other,
        [aws(ROOT), {**PULL, "Effect": "Deny", "NotPrincipal": {"AWS": [OTHER_ROLE, ROOT]}}],
        MAY,
        YES,
    ),
    "a boundary that is not known": (own, [], policies(MAY_PULL, bound="its boundary allows it"), DEPENDS),
    "another boundary of what is not allowed": (own, [], policies(bound="its boundary allows it"), NO),
    "a policy about the account of who asks": (
        other,
        [aws(ROOT)],
        policies({**PULL, "Resource": "arn:aws:ecr:*:${aws:ResourceAccount}:repository/*"}),
        YES,
    ),
    "a policy about what is tagged as who asks": (
        other,
        [aws(ROOT)],
        policies({**PULL, "Resource": "arn:aws:ecr:*:*:repository/${aws:PrincipalTag/team}"}),
        DEPENDS,
    ),
    "all actions but others": (own, [], policies({"Effect": "Allow", "NotAction": "ecr:Put*", "Resource": "*"}), YES),
    "all actions but these": (own, [], policies({"Effect": "Allow", "NotAction": "ECR:batch*", "Resource": "*"}), NO),
}


@pytest.mark.parametrize(("requester", "of_resource", "identity", "truth"), CASES.values(), ids=CASES)
def test_a_request_is_decided_as_aws_decides_it(requester, of_resource, identity, truth):
    assert decided(requester, *of_resource, identity=identity).truth is truth


def test_a_decision_names_the_statements_that_decided_it():
    allow, deny = aws(ROOT, Sid="Pull"), aws(ROOT, Sid="Never", Effect="Deny")
    own_policy = policies({**MAY_PULL, "Sid": "Own"}, {**MAY_PULL, "Sid": "Other", "Action": "ecr:PutImage"})
    allowed = decided(other, allow, aws(OWN_ROLE, Sid="Them"), identity=own_policy)
    assert [each.name for each in allowed.because] == ["Pull (policy)", "Own (policy)"]
    assert [each.name for each in decided(other, allow, deny, identity=own_policy).because] == ["Deny Never (policy)"]
    assert decided(other, identity=own_policy).because == ()


def test_what_a_decision_depends_on_is_said():
    over_tls = {"Bool": {"aws:SecureTransport": "false"}}
    assert decided(account, EVERYONE_OF).conditions == (f"aws:PrincipalOrgID StringEquals {ORGANIZATION}",)
    assert decided(other, aws(ROOT)).conditions == ("its own identity policy allows it",)
    assert decided(own, EVERYONE_OF).conditions == (
        f"aws:PrincipalOrgID StringEquals {ORGANIZATION}, or its own identity policy allows it",
    )
    assert decided(account, aws(ROOT), aws("*", Effect="Deny", Condition=over_tls)).conditions == (
        "unless aws:SecureTransport Bool false",
    )
    assert decided(account, aws(ROOT), aws(OTHER_ROLE, Effect="Deny")).conditions == (
        f"unless it is one of {OTHER_ROLE}",
    )
    assert decided(other, aws(ROOT), identity=MAY).conditions == ()


FUNCTIONS = f"arn:aws:lambda:us-east-1:{OWN}:function:*"
BY_LAMBDA = {
    **PULL,
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Condition": {"ArnLike": {"aws:sourceARN": FUNCTIONS}},
}


@pytest.mark.parametrize(
    ("name", "source", "truth"),
    [
        ("lambda.amazonaws.com", f"arn:aws:lambda:us-east-1:{OWN}:function:web", YES),
        ("lambda.amazonaws.com", f"arn:aws:lambda:us-east-1:{OWN}:function:{SOME}", YES),
        ("lambda.amazonaws.com", f"arn:aws:lambda:us-east-1:{OTHER}:function:web", NO),
        ("lambda.amazonaws.com", f"arn:aws:lambda:us-east-1:{OTHER}:function:{SOME}", NO),
        ("lambda.amazonaws.com", f"arn:aws:lambda:eu-west-1:{OWN}:function:web", NO),
        ("lambda.amazonaws.com", None, DEPENDS),
        ("codebuild.amazonaws.com", f"arn:aws:lambda:us-east-1:{OWN}:function:web", NO),
    ],
)
def test_a_service_is_let_in_on_behalf_of_those_who_are_named(name, source, truth):
    requester = requesters.service(name, known={} if source is None else {"aws:sourcearn": (source,)})
    assert decided(requester, BY_LAMBDA).truth is truth


def test_nobody_asks_as_a_service_does():
    """A request of an identity has no source, whatever the statement about it says."""
    anyone = {**ANYBODY, "Condition": BY_LAMBDA["Condition"]}
    assert decided(account, anyone).truth is NO


PRESENT, MISSING = {"k": ("v",)}, {"k": ()}
MANY = {"k": ("v", "w")}


@pytest.mark.parametrize(
    ("operator", "said", "known", "truth"),
    [
        ("StringEquals", ["v"], PRESENT, YES),
        ("StringEquals", ["V"], PRESENT, NO),
        ("StringEquals", ["u", "v"], PRESENT, YES),
        ("StringEquals", ["v*"], PRESENT, NO),
        ("StringEquals", ["v"], MISSING, NO),
        ("StringEquals", ["v"], {}, DEPENDS),
        ("StringEqualsIgnoreCase", ["V"], PRESENT, YES),
        ("StringEqualsIfExists", ["u"], MISSING, YES),
        ("StringEqualsIfExists", ["u"], PRESENT, NO),
        ("StringNotEquals", ["u", "w"], PRESENT, YES),
        ("StringNotEquals", ["u", "v"], PRESENT, NO),
        ("StringNotEquals", ["v"], MISSING, YES),
        ("StringNotEqualsIgnoreCase", ["V"], PRESENT, NO),
        ("StringLike", ["?"], PRESENT, YES),
        ("StringNotLike", ["v*"], PRESENT, NO),
        ("StringNotLike", ["v*"], MISSING, YES),
        ("Null", ["true"], MISSING, YES),
        ("Null", ["true"], PRESENT, NO),
        ("Null", ["false"], PRESENT, YES),
        ("Null", ["false"], MISSING, NO),
        ("Null", ["false"], {}, DEPENDS),
        ("ForAnyValue:StringEquals", ["w"], MANY, YES),
        ("ForAnyValue:StringEquals", ["u"], MANY, NO),
        ("ForAnyValue:StringEquals", ["w"], MISSING, NO),
        ("ForAnyValue:StringNotEquals", ["v"], MANY, YES),
        ("ForAnyValue:StringNotEquals", ["v"], MISSING, NO),
        ("ForAllValues:StringEquals", ["v", "w", "x"], MANY, YES),
        ("ForAllValues:StringEquals", ["w"], MANY, NO),
        ("ForAllValues:StringEquals", ["w"], MISSING, YES),
        ("ForAllValues:StringNotEquals", ["v"], MANY, NO),
        ("StringNotEquals", ["w"], MANY, NO),
        ("NumericEquals", ["5"], {"k": ("5.0",)}, YES),
        ("NumericNotEquals", ["5"], {"k": ("6",)}, YES),
        ("NumericLessThan", ["5"], {"k": ("4",)}, YES),
        ("NumericLessThanEquals", ["5"], {"k": ("5",)}, YES),
        ("NumericGreaterThan", ["5"], {"k": ("5",)}, NO),
        ("NumericGreaterThanEquals", ["5"], {"k": ("5",)}, YES),
        ("NumericLessThan", ["5"], {"k": ("four",)}, NO),
        ("DateGreaterThan", ["2026-01-01T00:00:00Z"], {"k": ("2026-01-01T00:00:01Z",)}, YES),
        ("DateLessThan", ["2026-01-01"], {"k": ("0",)}, YES),
        ("DateLessThan", ["2026-01-01T00:00:00+02:00"], {"k": ("2025-12-31T23:00:00Z",)}, NO),
        ("DateNotEquals", ["2026-01-01"], MISSING, YES),
        ("DateEquals", ["someday"], {"k": ("2026-01-01",)}, NO),
        ("Bool", ["TRUE"], {"k": ("true",)}, YES),
        ("Bool", ["false"], {"k": ("true",)}, NO),
        ("BoolIfExists", ["false"], MISSING, YES),
        ("BinaryEquals", ["QmluYXJ5"], {"k": ("QmluYXJ5",)}, YES),
        ("IpAddress", ["10.0.0.0/8"], {"k": ("10.1.2.3",)}, YES),
        ("IpAddress", ["10.0.0.0/8"], {"k": ("2001:db8::1",)}, NO),
        ("IpAddress", ["2001:db8::/32"], {"k": ("2001:db8::1",)}, YES),
        ("IpAddress", ["here"], {"k": ("10.1.2.3",)}, NO),
        ("NotIpAddress", ["10.0.0.0/8"], {"k": ("10.1.2.3",)}, NO),
        ("ArnLike", ["arn:aws:iam::*:role/*"], {"k": (OWN_ROLE,)}, YES),
        ("ArnEquals", ["arn:aws:iam::*:role/*"], {"k": (OWN_ROLE,)}, YES),
        ("ArnLike", [f"arn:*:{OWN}:role/app/ci"], {"k": (OWN_ROLE,)}, DEPENDS),
        ("ArnLike", ["arn:aws:*:*:*:user/*"], {"k": (OWN_ROLE,)}, NO),
        ("ArnNotLike", ["arn:aws:iam::*:role/*"], {"k": (OWN_ROLE,)}, NO),
        ("ArnLike", ["arn:aws:iam::*:role/*"], {"k": ("no ARN",)}, NO),
        ("ArnLike", ["arn:aws:iam::*:role/*"], {"k": (SOME,)}, DEPENDS),
        ("StringSimilar", ["v"], PRESENT, DEPENDS),
        *((each, ["5"], {"k": (SOME,)}, DEPENDS) for each in ("NumericEquals", "DateEquals", "Bool", "BinaryEquals")),
        ("IpAddress", ["10.0.0.0/8"], {"k": (SOME,)}, DEPENDS),
    ],
)
def test_a_condition_holds_as_aws_says(operator, said, known, truth):
    assert holds(operator, "K", said, known) is truth


def test_conditions_are_told_in_a_line_each():
    conditions = {"StringEquals": {"aws:PrincipalOrgID": "o-1", "aws:SourceAccount": ["1", "2"]}, "Null": {"k": "true"}}
    assert condition_texts(conditions) == (
        "aws:PrincipalOrgID StringEquals o-1",
        "aws:SourceAccount StringEquals 1, 2",
        "k Null true",
    )


@pytest.mark.parametrize(
    ("text", "known", "replaced"),
    [
        ("a/${aws:PrincipalAccount}", {"aws:principalaccount": ("1",)}, "a/1"),
        ("${aws:PrincipalAccount}", {}, None),
        ("${aws:PrincipalAccount}", {"aws:principalaccount": ()}, None),
        ("${aws:PrincipalAccount}", {"aws:principalaccount": (SOME,)}, None),
        ("${aws:TagKeys}", {"aws:tagkeys": ("a", "b")}, None),
        ("${aws:username, 'nobody'}", {"aws:username": ("me",)}, None),
        ("${*}", {}, "${*}"),
    ],
)
def test_variables_are_replaced_by_what_is_known(text, known, replaced):
    assert with_variables(text, known) == replaced


@pytest.mark.parametrize("document", ["[]", "{}", "no JSON", '{"Statement"'])
def test_what_is_no_policy_is_refused(document):
    with pytest.raises(ValueError, match=r"policy|Expecting"):
        clauses_of_document(document, "policy")


def test_a_statement_and_its_document_are_the_same_clause():
    statement = PolicyStatement(
        sid="Pull",
        actions=("ecr:BatchGetImage",),
        principals=(ROOT,),
        service_principals=("lambda.amazonaws.com",),
        federated_principals=("arn:aws:iam::1:oidc-provider/x",),
        conditions={"StringEquals": {"aws:SourceAccount": (OWN,)}},
        resources=(WEB,),
    )
    (read,) = clauses_of_document(json.dumps({"Statement": statement.to_document()}), "policy")
    made = clause_of(statement, "policy")
    assert set(read.principals) == set(made.principals)
    assert read.actions == made.actions
    assert read.resources == made.resources
    assert read.conditions == made.conditions


def ability(of_ability, *actions, needed=ABILITIES):
    """Return whether somebody who may do these actions is able to do something."""
    allow = {"Effect": "Allow", "Action": list(actions), "Resource": "*"} if actions else {**MAY_PULL, "Action": "s3:*"}
    return decide_ability(needed[of_ability], lambda action: decided(own, identity=policies(allow), action=action))


PUSHING = ("ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage")


@pytest.mark.parametrize(
    ("of_ability", "actions", "truth"),
    [
        (Ability.PULL, ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"), YES),
        (Ability.PULL, ("ecr:BatchGetImage",), NO),
        (Ability.PULL, PUSHING, NO),
        (Ability.PUSH, PUSHING, YES),
        (Ability.PUSH, PUSHING[:3], NO),
        (Ability.PUSH, ("ecr:PutImage",), DEPENDS),
        (Ability.PUSH, ("ecr:ReplicateImage",), DEPENDS),
        (Ability.READ, ("ecr:DescribeImages",), YES),
        (Ability.READ, ("ecr:ListImages",), YES),
        (Ability.READ, ("ecr:BatchGetImage",), NO),
        (Ability.DELETE, ("ecr:BatchDeleteImage",), YES),
        (Ability.DELETE, ("ecr:DeleteRepository",), YES),
        (Ability.DELETE, ("ecr:DeleteLifecyclePolicy",), NO),
        (Ability.ADMIN, ("ecr:SetRepositoryPolicy",), YES),
        (Ability.ADMIN, ("ecr:PutLifecyclePolicy",), YES),
        (Ability.ADMIN, ("ecr:BatchDeleteImage",), NO),
        *((each, ("ecr:*",), YES) for each in Ability),
        *((each, (), NO) for each in Ability),
    ],
)
def test_an_ability_takes_its_actions(of_ability, actions, truth):
    assert ability(of_ability, *actions).truth is truth


def test_some_of_pushing_is_told_as_that():
    found = ability(Ability.PUSH, "ecr:PutImage")
    assert found.conditions == ("it is about images of layers that are there already, and tags alone",)
    assert [each.name for each in found.because] == ["statement (policy)"]


def test_public_repositories_have_actions_of_their_own():
    assert Ability.PULL not in PUBLIC_ABILITIES
    for each, needed in PUBLIC_ABILITIES.items():
        assert ability(each, "ecr-public:*", needed=PUBLIC_ABILITIES).truth is YES
        assert ability(each, "ecr:*", needed=PUBLIC_ABILITIES).truth is NO
        assert all(action.startswith("ecr-public:") for action in (*needed.all_of, *needed.any_of, *needed.in_part))


def test_three_values_are_kleenes():
    assert [all_of(each) for each in ([], [YES, YES], [YES, DEPENDS], [DEPENDS, NO])] == [YES, YES, DEPENDS, NO]
    assert [any_of(each) for each in ([], [NO, NO], [NO, DEPENDS], [DEPENDS, YES])] == [NO, NO, DEPENDS, YES]
    assert [negated(each) for each in (YES, NO, DEPENDS)] == [NO, YES, DEPENDS]
