"""Public repositories: names, catalogue data and policies, held to botocore's model of ECR Public."""

import base64

import pytest
from hypothesis import given

from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.registry.public import (
    PUBLIC_PUSH_ACTIONS,
    CatalogData,
    check_catalog_data,
    check_public_policy,
    check_public_region,
    check_public_repository_name,
    undiscoverable,
)
from ecr_constructs.core.tokens import is_unresolved
from tests.unit.aws_models import SESSION, limits, near, right, takes

SERVICE = "ecr-public"
ROOT = "arn:aws:iam::111111111111:root"


@given(near(right(SERVICE, "RepositoryName")).filter(lambda text: not is_unresolved(text)))
def test_a_name_is_right_where_ecr_public_takes_it(name):
    assert (check_public_repository_name(name) == []) == takes(SERVICE, "RepositoryName", name)


@pytest.mark.parametrize(("length", "right"), [(1, False), (2, True), (205, True), (206, False)])
def test_a_name_is_as_long_as_ecr_public_takes_it(length, right):
    assert takes(SERVICE, "RepositoryName", "a" * length) == right
    assert (check_public_repository_name("a" * length) == []) == right


@pytest.mark.parametrize("name", ["a__b", "a--b"])
def test_names_of_private_repositories_are_not_all_right(name):
    (problem,) = check_public_repository_name(name, "repository_name")
    assert (problem.key, problem.code) == ("repository_name", "public-repository-name")


@pytest.mark.parametrize(("region", "right"), [("us-east-1", True), (None, True), ("eu-west-1", False)])
def test_public_repositories_are_in_one_region(region, right):
    assert (check_public_region(region, "provider") == []) == right


def found(**data):
    return [(problem.key, problem.code) for problem in check_catalog_data(CatalogData(**data))]


class TestCatalogData:
    @pytest.mark.parametrize(
        ("name", "shape"),
        [("about_text", "AboutText"), ("description", "RepositoryDescription"), ("usage_text", "UsageText")],
    )
    def test_a_text_is_as_long_as_the_model_takes_it(self, name, shape):
        longest = limits(SERVICE, shape)["max"]
        assert found(**{name: "é" * longest}) == []
        assert found(**{name: "é" * (longest + 1)}) == [(name, "public-catalog")]

    @pytest.mark.parametrize(
        ("name", "shape"), [("architectures", "Architecture"), ("operating_systems", "OperatingSystem")]
    )
    def test_lists_are_as_the_model_takes_them(self, name, shape):
        entry, most = limits(SERVICE, shape), limits(SERVICE, f"{shape}List")["max"]
        assert found(**{name: ("a" * entry["max"],) * most}) == []
        assert found(**{name: ("a",) * (most + 1)}) == [(name, "public-catalog")]
        assert found(**{name: ("a", "a" * (entry["max"] + 1))}) == [(f"{name}[1]", "public-catalog")]
        assert found(**{name: ("",)}) == [(f"{name}[0]", "public-catalog")]

    def test_a_logo_is_as_large_as_the_model_takes_it(self):
        largest = limits(SERVICE, "LogoImageBlob")["max"]
        assert found(logo_image_blob=base64.b64encode(b"x" * largest).decode()) == []
        too_large = base64.b64encode(b"x" * (largest + 1)).decode()
        assert found(logo_image_blob=too_large) == [("logo_image_blob", "public-logo")]

    @pytest.mark.parametrize("text", ["logo.png", "Zg", "Zm9v\n", "é"])
    def test_what_is_not_base64_is_no_logo(self, text):
        assert found(logo_image_blob=text) == [("logo_image_blob", "public-logo")]

    def test_everything_wrong_is_reported_at_once(self):
        assert found(description="x" * 1025, architectures=("",), logo_image_blob="?") == [
            ("description", "public-catalog"),
            ("architectures[0]", "public-catalog"),
            ("logo_image_blob", "public-logo"),
        ]

    def test_tokens_pass(self):
        assert found(about_text="${var.a}", architectures=("${var.b}",), logo_image_blob="${var.c}") == []

    def test_what_the_gallery_does_not_know_is_pointed_out(self):
        data = CatalogData(architectures=("ARM 64", "arm64", "${var.a}"), operating_systems=("Linux", "linux"))
        assert [(name, entry) for name, _, entry, _ in undiscoverable(data)] == [
            ("architectures", "arm64"),
            ("operating_systems", "linux"),
        ]


def allow(*actions, **changes):
    return PolicyStatement(**{"sid": "Push", "actions": actions, "principals": (ROOT,), **changes})


class TestPolicy:
    def problems(self, *statements):
        return [(problem.key, problem.code) for problem in check_public_policy(statements)]

    @pytest.mark.parametrize("action", PUBLIC_PUSH_ACTIONS)
    def test_every_action_is_an_operation(self, action):
        assert action.removeprefix("ecr-public:") in SESSION.get_service_model(SERVICE).operation_names

    def test_right(self):
        assert self.problems(allow(*PUBLIC_PUSH_ACTIONS)) == []
        assert self.problems(allow("ecr-public:Put*"), allow("${var.a}", sid="Other")) == []

    @pytest.mark.parametrize(
        ("statement", "problem"),
        [
            (allow("ecr:PutImage"), ("policy.Push", "policy-actions")),
            (allow("s3:GetObject"), ("policy.Push", "policy-actions")),
            (allow(), ("policy.Push", "policy-actions")),
            (allow("ecr-public:GetAuthorizationToken"), ("policy.Push", "policy-token-action")),
            (allow("ecr-public:PutImage", principals=()), ("policy.Push", "policy-principals")),
            (allow("ecr-public:PutImage", principals=("*",)), ("policy.Push", "policy-public")),
            (allow("ecr-public:PutImage", effect="Permit"), ("policy.Push", "policy-effect")),
            (allow("ecr-public:PutImage", sid="a.b"), ("policy.a.b", "policy-sid")),
        ],
    )
    def test_wrong(self, statement, problem):
        assert self.problems(statement) == [problem]

    def test_two_statements_with_one_sid(self):
        assert self.problems(allow("ecr-public:PutImage"), allow("ecr-public:TagResource")) == [
            ("policy.Push", "policy-sid")
        ]

    def test_as_long_as_the_model_takes_it(self):
        longest = limits(SERVICE, "RepositoryPolicyText")["max"]
        many = [f"arn:aws:iam::{number:012}:root" for number in range(longest // 33 + 1)]
        assert self.problems(allow("ecr-public:PutImage", principals=tuple(many))) == [("policy", "policy-size")]
        assert self.problems(allow("ecr-public:PutImage", principals=tuple(many[:-20]))) == []
