"""Creation templates: what ECR takes in one, held to botocore's model, and the role that it assumes for one."""

import dataclasses
import json

import parliament
import pytest
from hypothesis import given

from ecr_constructs.core.lifecycle import LifecycleRule, Retention, compose_retention
from ecr_constructs.core.places import KnownPlace
from ecr_constructs.core.registry.templates import (
    APPLIED_FOR,
    CreationTemplate,
    check_creation_template,
    check_role_arn,
    needs_role,
    role_policy,
    role_trust_policy,
)
from ecr_constructs.core.repository import RepositorySettings
from ecr_constructs.core.tokens import is_unresolved
from tests.unit.aws_models import SESSION, limits, near, right, takes

OWN, OTHER = "111111111111", "222222222222"
ROLE = f"arn:aws:iam::{OWN}:role/ecr-templates"
KEY = f"arn:aws:kms:us-east-1:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
REPOSITORIES = f"arn:aws:ecr:us-east-1:{OWN}:repository/shop/*"
KEYS = f"arn:aws:kms:us-east-1:{OWN}:key/*"


def template(settings: dict[str, object] | None = None, **changes) -> CreationTemplate:
    values = {"prefix": "shop", "applied_for": ("REPLICATION",), "settings": RepositorySettings(**(settings or {}))}
    return CreationTemplate(**{**values, **changes})


def check(
    template: CreationTemplate, account: str | None = OWN, region: str | None = "us-east-1"
) -> list[tuple[str, str]]:
    return [(each.key, each.code) for each in check_creation_template(template, KnownPlace(region, account))]


class TestPrefix:
    # One character is enough for AWS, but not for the provider; the '/' at the end, which AWS adds, is left out here.
    @given(near(right("ecr", "Prefix")).filter(lambda text: not is_unresolved(text)))
    def test_it_is_right_where_ecr_takes_it(self, prefix):
        expected = takes("ecr", "Prefix", prefix) and len(prefix) > 1 and not prefix.endswith("/")
        assert (check(template(prefix=prefix)) == []) == expected

    @pytest.mark.parametrize("prefix", ["shop", "shop/web", "a--b", "ROOT", "a" * 256, "${var.prefix}"])
    def test_prefixes_that_are_taken(self, prefix):
        assert check(template(prefix=prefix)) == []

    @pytest.mark.parametrize("prefix", ["s", "shop/", "Root", "Shop", "", "/shop", "a" * 257])
    def test_prefixes_that_are_refused(self, prefix):
        assert check(template(prefix=prefix)) == [("prefix", "template-prefix")]

    def test_of_a_slash_at_the_end_it_says_that_ecr_adds_it(self):
        (problem,) = check_creation_template(template(prefix="shop/"), KnownPlace("us-east-1"))
        assert problem.fix.startswith("Leave out the '/'")


class TestValues:
    def test_what_it_is_for_are_words_of_ecr(self):
        assert set(limits("ecr", "RCTAppliedFor")["enum"]) == set(APPLIED_FOR)

    @pytest.mark.parametrize("word", APPLIED_FOR)
    def test_each_of_them_is_taken(self, word):
        assert check(template(applied_for=[word])) == []

    @pytest.mark.parametrize(
        ("words", "key"),
        [
            ([], "applied_for"),
            (["ON_PUSH"], "applied_for[0]"),
            (["REPLICATION", "replication"], "applied_for[1]"),
        ],
    )
    def test_others_are_refused(self, words, key):
        assert check(template(applied_for=words)) == [(key, "template-applied-for")]

    @pytest.mark.parametrize(("length", "right"), [(0, True), (255, True), (256, False)])
    def test_a_description_is_as_long_as_the_provider_takes_it(self, length, right):
        found = check(template(description="d" * length))
        assert found == ([] if right else [("description", "template-description")])
        assert length <= limits("ecr", "RepositoryTemplateDescription")["max"]

    @pytest.mark.parametrize(
        ("settings", "problem"),
        [
            ({"image_tag_mutability": "FROZEN"}, ("image_tag_mutability", "image-tag-mutability")),
            ({"encryption_type": "AES"}, ("encryption_type", "encryption-type")),
            ({"kms_key": KEY}, ("kms_key", "kms-key")),
        ],
    )
    def test_settings_are_those_of_a_repository(self, settings, problem):
        assert check(template(settings)) == [problem]

    def test_tags_are_those_of_a_repository(self):
        assert check(template(resource_tags={"aws:x": "y"}, custom_role_arn=ROLE)) == [("resource_tags.aws:x", "tags")]

    def test_every_mistake_is_reported(self):
        wrong = template({"encryption_type": "KMS"}, prefix="/", applied_for=(), description="d" * 256)
        assert [code for _, code in check(wrong)] == [
            "template-prefix",
            "template-applied-for",
            "template-description",
            "template-role",
        ]


class TestRole:
    tagged = template(resource_tags={"Team": "shop"})
    encrypted = template({"encryption_type": "KMS"})

    @pytest.mark.parametrize("each", [tagged, encrypted, template({"encryption_type": "KMS_DSSE", "kms_key": KEY})])
    def test_tags_and_kms_need_one(self, each):
        assert needs_role(each)
        assert check(each, region=None) == [("custom_role_arn", "template-role")]
        assert check(dataclasses.replace(each, custom_role_arn=ROLE), region=None) == []
        assert check(dataclasses.replace(each, create_role=True), region=None) == []

    @pytest.mark.parametrize(
        "settings", [{}, {"image_tag_mutability": "IMMUTABLE"}, {"encryption_type": "${var.type}"}]
    )
    def test_nothing_else_does(self, settings):
        assert not needs_role(template(settings))
        assert check(template(settings)) == []

    def test_a_role_of_ones_own_and_one_that_is_made_here_are_one_too_many(self):
        assert check(template(custom_role_arn=ROLE, create_role=True)) == [("custom_role_arn", "template-role")]

    @pytest.mark.parametrize(
        ("name", "make", "right"),
        [
            ("ecr-shop", True, True),
            ("n" * 64, True, True),
            ("n" * 65, True, False),
            ("", True, False),
            ("ecr shop", True, False),
            ("${var.name}", True, True),
            ("ecr-shop", False, False),
        ],
    )
    def test_one_that_is_made_may_be_named(self, name, make, right):
        found = check(template(role_name=name, create_role=make))
        assert found == ([] if right else [("role_name", "template-role")])
        iam_takes = takes("iam", "roleNameType", name) or name == "${var.name}"
        assert iam_takes or not right

    @pytest.mark.parametrize(
        ("arn", "account", "right"),
        [
            (ROLE, OWN, True),
            (ROLE, None, True),
            (ROLE, OTHER, False),
            ("${aws_iam_role.ecr.arn}", OTHER, True),
            (f"arn:aws-cn:iam::{OWN}:role/team/ecr", OWN, False),
            (f"arn:aws:iam::{OWN}:role/team/ecr", OWN, True),
            (f"arn:aws:iam::{OWN}:user/me", OWN, False),
            (f"arn:aws:iam::{OWN}:root", OWN, False),
            ("ecr-templates", OWN, False),
        ],
    )
    def test_it_is_a_role_of_the_same_account(self, arn, account, right):
        place = KnownPlace("us-east-1", account)
        assert [problem.code for problem in check_role_arn(arn, place, "role", code="c")] == ([] if right else ["c"])

    def test_ecr_alone_assumes_it(self):
        (statement,) = json.loads(role_trust_policy(OWN))["Statement"]
        assert statement == {
            "Effect": "Allow",
            "Principal": {"Service": "ecr.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEqualsIfExists": {"aws:SourceAccount": OWN}},
        }

    @pytest.mark.parametrize(
        ("each", "repository_actions", "key"),
        [
            (template(applied_for=("PULL_THROUGH_CACHE",)), ["ecr:CreateRepository"], None),
            (template(applied_for=("CREATE_ON_PUSH",)), ["ecr:CreateRepository"], None),
            (template(), ["ecr:CreateRepository", "ecr:ReplicateImage"], None),
            (tagged, ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"], None),
            (encrypted, ["ecr:CreateRepository", "ecr:ReplicateImage"], KEYS),
            (
                template({"encryption_type": "KMS", "kms_key": KEY}, applied_for=("PULL_THROUGH_CACHE",)),
                ["ecr:CreateRepository"],
                KEY,
            ),
        ],
    )
    def test_it_may_do_what_the_template_asks_for(self, each, repository_actions, key):
        text = role_policy(each, repositories=REPOSITORIES, keys=KEYS)
        first, *rest = json.loads(text)["Statement"]
        assert (first["Action"], first["Resource"]) == (repository_actions, REPOSITORIES)
        found = [(statement["Action"], statement["Resource"]) for statement in rest]
        assert found == ([] if key is None else [(["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"], key)])
        assert [str(finding) for finding in parliament.analyze_policy_string(text).findings] == []

    def test_its_actions_are_operations(self):
        text = role_policy(template({"encryption_type": "KMS"}, resource_tags={"a": "b"}), repositories="*", keys="*")
        actions = {action for statement in json.loads(text)["Statement"] for action in statement["Action"]}
        known = {
            f"{name}:{each}" for name in ("ecr", "kms") for each in SESSION.get_service_model(name).operation_names
        }
        assert actions - known == {"ecr:ReplicateImage"}  # a permission that no call of the API has


class TestLifecycle:
    rule = LifecycleRule(tag_status="untagged", count_type="imageCountMoreThan", count_number=1)
    text = json.dumps(
        {
            "rules": [
                {
                    "rulePriority": 1,
                    "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 9},
                    "action": {"type": "expire"},
                }
            ]
        }
    )

    def test_without_anything_there_is_no_policy(self):
        assert compose_retention(Retention()) == ([], [])

    def test_rules_and_shortcuts_become_one_policy(self):
        rules, problems = compose_retention(Retention(lifecycle_rules=(self.rule,), max_image_count=5))
        assert ([rule.count_number for rule, _ in rules], problems) == ([1, 5], [])

    @pytest.mark.parametrize("policy", [text, json.loads(text)])
    def test_so_does_the_json_of_aws(self, policy):
        rules, problems = compose_retention(Retention(lifecycle_policy=policy))
        assert ([rule.count_number for rule, _ in rules], problems) == ([9], [])

    @pytest.mark.parametrize(
        ("rules", "shortcuts", "policy", "code"),
        [
            ([rule], {}, text, "lifecycle-policy-alone"),
            ([], {"max_image_count": 5}, text, "lifecycle-policy-alone"),
            ([], {}, "${file('policy.json')}", "lifecycle-policy-unknown"),
            ([], {}, "{", "lifecycle-json-syntax"),
            ([], {"max_image_count": 0}, None, "lifecycle-count-number"),
        ],
    )
    def test_what_is_wrong_is_reported(self, rules, shortcuts, policy, code):
        retention = Retention(**shortcuts, lifecycle_rules=tuple(rules), lifecycle_policy=policy)
        template = CreationTemplate(prefix="shop", applied_for=["REPLICATION"], retention=retention)
        problems = template.problems(KnownPlace("us-east-1"))
        assert [problem.code for problem in problems] == [code]
