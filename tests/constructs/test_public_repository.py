"""Public repositories: where they can be, what the gallery shows, who may push."""

from __future__ import annotations

import base64
import json

import parliament
import pytest

from ecr_constructs import InvalidInput, PolicyStatement, PublicRepository, Repository
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import Construct, TerraformVariable
from ecr_constructs.core.registry.public import PUBLIC_PUSH_ACTIONS
from tests.constructs.synthesised import OTHER, OWN, THIRD, codes, every, only, resolved, synth, warnings

KIND, POLICY = "aws_ecrpublic_repository", "aws_ecrpublic_repository_policy"


def public(scope, construct="Tool", **arguments):
    return PublicRepository(scope, construct, **{"repository_name": "tool", "logical_id": "tool", **arguments})


def catalog(stack):
    return only(stack, KIND)["catalog_data"]


class TestRepository:
    def test_a_name_is_enough(self, stack):
        public(stack)
        assert synth(stack)["resource"] == {KIND: {"tool": {"repository_name": "tool"}}}

    def test_its_attributes(self, stack):
        made = public(stack)
        assert made.repository_name == "tool"
        assert resolved(stack, [made.name, made.arn, made.url, made.registry_id]) == [
            f"${{{KIND}.tool.{attribute}}}" for attribute in ("id", "arn", "repository_uri", "registry_id")
        ]

    def test_everything_that_the_gallery_shows(self, stack):
        public(
            stack,
            about_text="# Tool",
            architectures=["ARM 64", "x86-64"],
            description="A tool.",
            logo_image_blob=b"\x89PNG",
            operating_systems=["Linux"],
            usage_text="Run it.",
        )
        assert catalog(stack) == {
            "about_text": "# Tool",
            "architectures": ["ARM 64", "x86-64"],
            "description": "A tool.",
            "logo_image_blob": base64.b64encode(b"\x89PNG").decode(),
            "operating_systems": ["Linux"],
            "usage_text": "Run it.",
        }

    def test_a_logo_may_be_a_file_or_base64(self, stack, make_stack, tmp_path):
        (tmp_path / "logo.png").write_bytes(b"\x89PNG")
        public(stack, logo_image_blob=tmp_path / "logo.png")
        other = make_stack("other")
        public(other, logo_image_blob=base64.b64encode(b"\x89PNG").decode())
        assert catalog(stack) == catalog(other) == {"logo_image_blob": base64.b64encode(b"\x89PNG").decode()}

    def test_destruction_and_tags(self, stack):
        public(stack, force_destroy=True, prevent_destroy=True, tags={"Team": "tools"})
        assert only(stack, KIND) == {
            "repository_name": "tool",
            "force_destroy": True,
            "lifecycle": {"prevent_destroy": True},
            "tags": {"Team": "tools"},
        }

    def test_values_may_be_known_later(self, stack):
        name = TerraformVariable(stack, "name", type="string").string_value
        public(stack, repository_name=name, description=name, push_account_ids=[name])
        assert only(stack, KIND) == {"repository_name": "${var.name}", "catalog_data": {"description": "${var.name}"}}
        assert "arn:aws:iam::${var.name}:root" in only(stack, POLICY)["policy"]

    def test_what_the_gallery_does_not_find_is_warned_of(self, stack):
        made = public(stack, architectures=["arm64"], operating_systems=["Linux"])
        (warning,) = warnings(made)
        assert "architectures arm64" in warning
        assert "ARM 64" in warning


class TestWhere:
    @pytest.mark.parametrize("region", ["us-east-1", None])
    def test_in_us_east_1_or_where_the_region_is_not_known(self, make_stack, region):
        stack = make_stack(region=region)
        public(stack)
        assert "tool" in every(stack, KIND)

    def test_nowhere_else(self, make_stack):
        with pytest.raises(InvalidInput, match="got 'eu-west-1'") as caught:
            public(make_stack(region="eu-west-1"))
        assert codes(caught) == [("provider", "public-region")]

    def test_from_a_stack_elsewhere_with_a_provider_of_us_east_1(self, make_stack):
        stack = make_stack(region="eu-west-1")
        there = AwsProvider(stack, "Public", region="us-east-1", alias="public")
        public(stack, provider=there, push_account_ids=[OTHER])
        assert only(stack, KIND)["provider"] == only(stack, POLICY)["provider"] == "aws.public"

    def test_nor_with_a_provider_of_another_region(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there")
        with pytest.raises(InvalidInput) as caught:
            public(stack, provider=there)
        assert codes(caught) == [("provider", "public-region")]

    def test_a_private_repository_may_have_the_same_name(self, stack):
        Repository(stack, "Private", repository_name="tool")
        public(stack)
        assert only(stack, "aws_ecr_repository")["name"] == only(stack, KIND)["repository_name"]

    def test_a_second_public_one_may_not(self, stack):
        public(Construct(stack, "Team"))
        with pytest.raises(InvalidInput, match="dev/Team/Tool has one already") as caught:
            public(stack, "Second", logical_id=None)
        assert codes(caught) == [("", "one-per-registry")]


class TestPolicy:
    def test_other_accounts_may_push(self, stack):
        public(stack, push_account_ids=[THIRD, OTHER])
        assert only(stack, POLICY)["repository_name"] == f"${{{KIND}.tool.id}}"
        (statement,) = json.loads(only(stack, POLICY)["policy"])["Statement"]
        assert statement == {
            "Sid": "AllowPush",
            "Effect": "Allow",
            "Principal": {"AWS": [f"arn:aws:iam::{OTHER}:root", f"arn:aws:iam::{THIRD}:root"]},
            "Action": list(PUBLIC_PUSH_ACTIONS),
        }

    def test_further_statements_come_beside(self, stack):
        role = f"arn:aws:iam::{OWN}:role/ci"
        statement = PolicyStatement(sid="Tag", actions=("ecr-public:TagResource",), principals=(role,))
        public(stack, push_account_ids=[OTHER], policy_statements=[statement])
        found = json.loads(only(stack, POLICY)["policy"])["Statement"]
        assert [each["Sid"] for each in found] == ["AllowPush", "Tag"]

    def test_parliament_finds_nothing(self, stack):
        public(stack, push_account_ids=[OTHER])
        policy = json.loads(only(stack, POLICY)["policy"])
        # The policy applies to its repository and names no resource; parliament wants one.
        policy["Statement"][0]["Resource"] = f"arn:aws:ecr-public::{OWN}:repository/tool"
        assert [str(each) for each in parliament.analyze_policy_string(json.dumps(policy)).findings] == []
        wrong = json.dumps(policy).replace("PutImage", "PushImage")
        assert parliament.analyze_policy_string(wrong).findings


class TestRefusals:
    def test_everything_wrong_is_reported_at_once(self, make_stack, tmp_path):
        with pytest.raises(InvalidInput) as caught:
            public(
                make_stack(region="eu-west-1"),
                repository_name="Tool",
                description="x" * 1025,
                logo_image_blob=tmp_path / "none.png",
                push_account_ids=["12"],
                policy_statements=[PolicyStatement(sid="Pull", actions=("ecr:BatchGetImage",), principals=("*",))],
                tags={"aws:x": "y"},
            )
        assert codes(caught) == [
            ("logo_image_blob", "public-logo"),
            ("repository_name", "public-repository-name"),
            ("provider", "public-region"),
            ("description", "public-catalog"),
            ("push_account_ids[0]", "account-id"),
            ("tags.aws:x", "tags"),
            ("policy.Pull", "policy-actions"),
            ("policy.Pull", "policy-public"),
        ]

    def test_a_list_that_is_known_later_cannot_be_written_into_a_policy(self, stack):
        accounts = TerraformVariable(stack, "accounts", type="list(string)").list_value
        with pytest.raises(InvalidInput) as caught:
            public(stack, push_account_ids=accounts)
        assert ("policy.AllowPush", "token-list") in codes(caught)
