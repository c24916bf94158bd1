"""Principals of policies: each kind told from the others, its names held to botocore's models of IAM and STS."""

import re

import pytest
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.aws import PARTITION_SUFFIXES, dns_suffix, partition_of
from ecr_constructs.core.places import KnownPlace
from ecr_constructs.core.principals import (
    EVERYONE,
    Principal,
    PrincipalKind,
    check_principal,
    parse_principal,
    principal_arn,
    service_name,
)
from ecr_constructs.core.regions import REGIONS as REGIONS_WITH_ECR
from tests.unit.aws_models import limits, near, takes

OWN = "111111111111"


def partitions():
    """Return what botocore knows of the partitions."""
    return get_session().get_component("data_loader").load_data("partitions")["partitions"]


PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}

WITHOUT_ARN = {
    PrincipalKind.ACCOUNT: (OWN, "000000000000"),
    PrincipalKind.SERVICE: ("lambda.amazonaws.com", "ecs-tasks.amazonaws.com", "logs.us-east-1.amazonaws.com"),
    PrincipalKind.ORGANIZATION: ("o-a1b2c3d4e5", f"o-{'a' * 32}"),
    PrincipalKind.ORGANIZATION_PATH: ("o-a1b2c3d4e5/r-ab12/*", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"),
    PrincipalKind.EVERYONE: (EVERYONE,),
}
WITH_ARN = {
    PrincipalKind.ROOT: ("iam", "root"),
    PrincipalKind.ROLE: ("iam", "role/deploy", "role/team/ci/deploy", "role/aws-service-role/x.amazonaws.com/A_b=1"),
    PrincipalKind.USER: ("iam", "user/me", "user/team/me@example.com"),
    PrincipalKind.ASSUMED_ROLE: ("sts", "assumed-role/deploy/session", "assumed-role/deploy/i-0abc@x,y"),
    PrincipalKind.FEDERATED_USER: ("sts", "federated-user/me"),
}
"""The service of each kind's ARN, and what its last part may be."""


def arn(kind, rest, partition="aws", account_id=OWN):
    return f"arn:{partition}:{WITH_ARN[kind][0]}::{account_id}:{rest}"


ARNS = [(kind, rest) for kind, (_, *several) in WITH_ARN.items() for rest in several]


def test_every_kind_has_examples():
    assert {*WITHOUT_ARN, *WITH_ARN} == {*PrincipalKind}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in WITHOUT_ARN.items() for text in texts])
def test_what_has_no_arn_is_known_by_its_form(kind, text):
    assert parse_principal(text) == Principal(kind, text, account_id=text if kind == "account" else None)


SUFFIXES = {each: dns_suffix(region) for region in REGIONS_WITH_ECR for each in [partition_of(region)]}


def test_the_domains_of_the_partitions_are_botocores():
    said = {each["id"]: each["outputs"]["dnsSuffix"] for each in partitions()}
    assert said == PARTITION_SUFFIXES == SUFFIXES


@pytest.mark.parametrize("partition", [each for each in SUFFIXES if SUFFIXES[each] != "amazonaws.com"])
def test_a_service_in_the_domain_of_a_partition_is_of_that_alone(partition):
    text = f"lambda.{SUFFIXES[partition]}"
    assert parse_principal(text) == Principal(PrincipalKind.SERVICE, text, partition=partition)
    assert service_name(text) == "lambda"
    assert check(text, PrincipalKind.SERVICE, partition=partition) == []
    assert check("lambda.amazonaws.com", PrincipalKind.SERVICE, partition=partition) == []
    (problem,) = check(text, PrincipalKind.SERVICE, partition="aws")
    assert problem.rule == "must be a principal of the partition aws"


@pytest.mark.parametrize("partition", PARTITIONS)
@pytest.mark.parametrize(("kind", "rest"), ARNS)
def test_an_arn_says_the_kind_the_account_and_the_partition(kind, rest, partition):
    text = arn(kind, rest, partition)
    assert parse_principal(text) == Principal(kind, text, account_id=OWN, partition=partition)


NAMES = st.text("aZ09_+=,.@-", min_size=1, max_size=70)
NAMED = {
    PrincipalKind.ROLE: ("role/{}", "iam", "roleNameType"),
    PrincipalKind.USER: ("user/team/{}", "iam", "userNameType"),
    PrincipalKind.ASSUMED_ROLE: ("assumed-role/deploy/{}", "sts", "roleSessionNameType"),
    PrincipalKind.FEDERATED_USER: ("federated-user/{}", "sts", "userNameType"),
}


@pytest.mark.parametrize("kind", NAMED)
@given(name=near(NAMES).filter(lambda name: "/" not in name))
def test_a_name_is_right_where_the_model_takes_it(kind, name):
    form, service, shape = NAMED[kind]
    found = parse_principal(arn(kind, form.format(name)))
    assert (found is not None and found.kind is kind) == takes(service, shape, name)


@pytest.mark.parametrize("kind", NAMED)
def test_a_name_is_as_long_as_the_model_takes_it(kind):
    form, service, shape = NAMED[kind]
    shortest, longest = (limits(service, shape)[key] for key in ("min", "max"))
    found = [parse_principal(arn(kind, form.format("a" * length))) for length in range(longest + 2)]
    assert [length for length, each in enumerate(found) if each is not None] == [*range(shortest, longest + 1)]


WORDS = st.text("aZ09_+=,.@-", min_size=2, max_size=32)
FOLDERS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="*?/"), min_size=1)
PATHS = st.lists(FOLDERS, max_size=3)
MADE = {
    PrincipalKind.ROOT: st.just("root"),
    PrincipalKind.ROLE: st.builds(lambda path, name: "/".join(["role", *path, name]), PATHS, WORDS),
    PrincipalKind.USER: st.builds(lambda path, name: "/".join(["user", *path, name]), PATHS, WORDS),
    PrincipalKind.ASSUMED_ROLE: st.builds("assumed-role/{}/{}".format, WORDS, WORDS),
    PrincipalKind.FEDERATED_USER: st.builds("federated-user/{}".format, WORDS),
}


@pytest.mark.parametrize("kind", MADE)
@given(data=st.data(), partition=st.sampled_from(PARTITIONS), account_id=st.from_regex(r"\A[0-9]{12}\Z"))
def test_an_arn_is_taken_apart_into_what_it_was_made_of(kind, data, partition, account_id):
    text = arn(kind, data.draw(MADE[kind]), partition, account_id)
    assert parse_principal(text) == Principal(kind, text, account_id=account_id, partition=partition)


@given(
    near(st.sampled_from([*(arn(*each) for each in ARNS), *(text for texts in WITHOUT_ARN.values() for text in texts)]))
)
def test_whatever_is_written_is_a_principal_as_it_is_written_or_none(text):
    found = parse_principal(text)
    # A path may end with what stands for all below it.
    ends = EVERYONE if found is not None and found.kind is PrincipalKind.ORGANIZATION_PATH else ""
    assert found is None or (
        found.text == text and not re.search(r"[*?\s]", text.removeprefix(EVERYONE).removesuffix(ends))
    )


@given(st.sampled_from(ARNS), st.sampled_from("*?"), st.integers(min_value=0))
def test_an_arn_has_no_wildcards_anywhere(kind_and_rest, wildcard, place):
    text = arn(*kind_and_rest)
    place %= len(text) + 1
    assert parse_principal(text[:place] + wildcard + text[place:]) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "**",
        "11111111111",
        "1111111111111",
        "\N{ARABIC-INDIC DIGIT ONE}" * 12,
        "o-short",
        f"o-{'a' * 33}",
        "o-A1B2C3D4E5",
        "lambda",
        "lambda.example.com",
        "lambda.c2s.ic.gov.example.com",
        "lambda.xc2s.ic.gov",
        "c2s.ic.gov",
        "arn:aws:iam::111111111111:group/team",
        "arn:aws:iam::111111111111:saml-provider/me",
        "arn:aws:iam::111111111111:role/",
        "arn:aws:iam::111111111111:role/team/",
        "arn:aws:iam::111111111111:root/me",
        "arn:aws:iam::1111:root",
        "arn:aws:iam:us-east-1:111111111111:root",
        "arn:aws:iam::aws:root",
        "arn:aws:sts::111111111111:root",
        "arn:aws:sts::111111111111:role/deploy",
        "arn:aws:iam::111111111111:assumed-role/deploy/session",
        "arn:aws:sts::111111111111:assumed-role/deploy",
        "arn:aws:sts::111111111111:assumed-role/team/deploy/session",
        "arn:aws:s3:::bucket",
        "arn:gcp:iam::111111111111:root",
        "arn:aws:iam::111111111111:root\n",
        "111111111111\n",
    ],
)
def test_anything_else_is_no_principal(text):
    assert parse_principal(text) is None


@pytest.mark.parametrize("partition", PARTITIONS)
def test_a_policy_has_an_account_as_the_root_of_it_in_the_partition_of_the_place(partition):
    text = principal_arn(OWN, KnownPlace(REGIONS[partition]))
    assert text == f"arn:{partition}:iam::{OWN}:root"
    assert parse_principal(text) == Principal(PrincipalKind.ROOT, text, account_id=OWN, partition=partition)


@pytest.mark.parametrize(
    "text",
    [
        *(arn(*each) for each in ARNS),
        "lambda.amazonaws.com",
        EVERYONE,
        "${data.aws_caller_identity.me.account_id}",
        "me",
    ],
)
def test_a_policy_has_everything_else_as_it_is(text):
    assert principal_arn(text, KnownPlace("us-east-1")) == text


def check(text, *kinds, partition=None):
    return check_principal(text, "principals", 1, kinds=frozenset(kinds), partition=partition, code="grant-principal")


@pytest.mark.parametrize(("kind", "rest"), ARNS)
def test_a_principal_of_a_kind_that_is_asked_for_has_no_problem(kind, rest):
    assert check(arn(kind, rest), kind) == []
    assert check(arn(kind, rest), *PrincipalKind, partition="aws") == []


@pytest.mark.parametrize("kind", PrincipalKind)
def test_a_principal_of_any_other_kind_is_refused_by_the_code_of_the_caller(kind):
    text = WITHOUT_ARN[kind][0] if kind in WITHOUT_ARN else arn(kind, WITH_ARN[kind][1])
    (problem,) = check(text, *({*PrincipalKind} - {kind}))
    assert (problem.path, problem.code, problem.got) == (("principals", 1), "grant-principal", repr(text))


@pytest.mark.parametrize("value", [None, 111111111111, True, ["111111111111"], "me"], ids=repr)
def test_what_is_no_principal_is_refused(value):
    (problem,) = check(value, *PrincipalKind)
    assert (problem.code, problem.got) == ("grant-principal", repr(value))


@pytest.mark.parametrize(
    ("kinds", "rule"),
    [
        ({PrincipalKind.ACCOUNT}, "must be an account id"),
        ({PrincipalKind.ROLE}, "must be an ARN"),
        ({PrincipalKind.ROLE, PrincipalKind.USER, PrincipalKind.ROOT}, "must be an ARN"),
        ({PrincipalKind.ACCOUNT, PrincipalKind.FEDERATED_USER}, "must be an account id or an ARN"),
        ({PrincipalKind.EVERYONE}, "must be '*'"),
        (
            {*PrincipalKind},
            "must be an account id, an ARN, a service, an organisation, the path of an organisational unit or '*'",
        ),
    ],
)
def test_what_a_principal_may_be_is_said_once(kinds, rule):
    (problem,) = check("me", *kinds)
    assert problem.rule == rule


@pytest.mark.parametrize("partition", PARTITIONS)
def test_a_principal_of_another_partition_is_refused_where_the_partition_is_known(partition):
    text = arn(PrincipalKind.ROLE, "role/deploy", partition)
    assert check(text, PrincipalKind.ROLE, partition=None) == []
    assert check(text, PrincipalKind.ROLE, partition=partition) == []
    for other in {*PARTITIONS} - {partition}:
        (problem,) = check(text, PrincipalKind.ROLE, partition=other)
        assert (problem.code, problem.rule) == (
            "grant-principal",
            f"must be a principal of the partition {other}",
        )


@pytest.mark.parametrize(("kind", "texts"), WITHOUT_ARN.items())
def test_what_names_no_partition_is_of_any(kind, texts):
    assert [check(text, kind, partition="aws-cn") for text in texts] == [[]] * len(texts)


@pytest.mark.parametrize(
    "value", ["${aws_iam_role.deploy.arn}", "arn:aws:iam::${var.account}:root", "${TfToken[TOKEN.1]}"]
)
def test_what_is_known_at_apply_alone_passes(value):
    assert check(value, PrincipalKind.ACCOUNT, partition="aws") == []
