"""Creation templates: what ECR gives the repositories that it makes by itself."""

from __future__ import annotations

import json

import parliament
import pytest

from ecr_constructs import InvalidInput, LifecycleRule, PolicyStatement, RepositoryCreationTemplate
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import Construct, TerraformVariable
from tests.constructs.service_models import refused
from tests.constructs.synthesised import OTHER, OWN, codes, every, only, synth, warnings

KIND = "aws_ecr_repository_creation_template"
KEY = f"arn:aws:kms:us-east-1:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = f"arn:aws:iam::{OWN}:role/ecr-templates"
PULL = PolicyStatement(
    sid="Pull",
    actions=("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
    principals=f"arn:aws:iam::{OTHER}:root",
)


def template(scope, construct="Template", **arguments):
    return RepositoryCreationTemplate(
        scope, construct, **{"prefix": "shop", "applied_for": ["REPLICATION"], **arguments}
    )


def request(resource):
    """Return the request that the provider makes of a resource."""
    names = {
        "prefix": "prefix",
        "applied_for": "appliedFor",
        "description": "description",
        "image_tag_mutability": "imageTagMutability",
        "lifecycle_policy": "lifecyclePolicy",
        "repository_policy": "repositoryPolicy",
        "custom_role_arn": "customRoleArn",
    }
    (encryption,) = resource["encryption_configuration"]
    found = {aws: resource[name] for name, aws in names.items() if name in resource}
    found["encryptionConfiguration"] = {
        {"encryption_type": "encryptionType", "kms_key": "kmsKey"}[name]: value for name, value in encryption.items()
    }
    if "resource_tags" in resource:
        found["resourceTags"] = [{"Key": key, "Value": value} for key, value in resource["resource_tags"].items()]
    if "image_tag_mutability_exclusion_filter" in resource:
        found["imageTagMutabilityExclusionFilters"] = [
            {"filter": each["filter"], "filterType": each["filter_type"]}
            for each in resource["image_tag_mutability_exclusion_filter"]
        ]
    return found


class TestSettings:
    def test_little_is_needed(self, stack):
        template(stack)
        assert only(stack, KIND) == {
            "prefix": "shop",
            "applied_for": ["REPLICATION"],
            "image_tag_mutability": "MUTABLE",
            "encryption_configuration": [{"encryption_type": "AES256"}],
        }
        assert refused("ecr", "CreateRepositoryCreationTemplate", **request(only(stack, KIND))) == []

    def test_everything_may_be_given(self, stack):
        template(
            stack,
            prefix="ROOT",
            applied_for=["REPLICATION", "PULL_THROUGH_CACHE", "REPLICATION"],
            description="What comes from elsewhere",
            image_tag_mutability="IMMUTABLE_WITH_EXCLUSION",
            image_tag_mutability_exclusion_filters=["latest", "dev-*"],
            encryption_type="KMS",
            kms_key=KEY,
            max_image_count=50,
            protected_tags=["v*"],
            repository_policy=[PULL],
            resource_tags={"Team": "shop"},
            custom_role_arn=ROLE,
        )
        resource = only(stack, KIND)
        assert refused("ecr", "CreateRepositoryCreationTemplate", **request(resource)) == []
        assert resource["applied_for"] == ["PULL_THROUGH_CACHE", "REPLICATION"]
        assert [each["filter"] for each in resource["image_tag_mutability_exclusion_filter"]] == ["latest", "dev-*"]
        assert resource["encryption_configuration"] == [{"encryption_type": "KMS", "kms_key": KEY}]
        assert resource["resource_tags"] == {"Team": "shop"}
        assert resource["custom_role_arn"] == ROLE
        assert len(json.loads(resource["lifecycle_policy"])["rules"]) == 2
        (statement,) = json.loads(resource["repository_policy"])["Statement"]
        assert statement == PULL.to_document()

    def test_values_may_be_known_later(self, stack):
        name, count = (TerraformVariable(stack, each, type="string") for each in ("prefix", "count"))
        template(
            stack,
            prefix=name.string_value,
            encryption_type="KMS",
            kms_key="${var.key}",
            max_image_count=count.number_value,
            custom_role_arn="${var.role}",
        )
        resource = only(stack, KIND)
        assert resource["prefix"] == "${var.prefix}"
        assert '"countNumber":${var.count}' in resource["lifecycle_policy"]

    def test_it_would_be_judged(self, stack):
        template(stack)
        wrong = {**request(only(stack, KIND)), "prefix": "Shop", "appliedFor": ["PUSH"]}
        assert len(refused("ecr", "CreateRepositoryCreationTemplate", **wrong)) == 2


class TestLifecycle:
    rule = LifecycleRule(tag_status="untagged", count_type="sinceImagePushed", count_number=7)

    def rules(self, stack):
        return [
            (each["selection"]["tagStatus"], each["selection"]["countNumber"])
            for each in json.loads(only(stack, KIND)["lifecycle_policy"])["rules"]
        ]

    def test_rules_and_shortcuts_make_one_policy(self, stack):
        template(stack, lifecycle_rules=[self.rule], max_image_count=50)
        assert self.rules(stack) == [("untagged", 7), ("any", 50)]

    def test_protected_tags_are_tags_that_images_can_have(self, stack):
        with pytest.raises(InvalidInput, match="no tag holds '/'"):
            template(stack, max_image_count=50, protected_tags=["release/*"])

    def test_the_json_of_aws_is_taken(self, stack):
        selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 9}
        policy = {"rules": [{"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}]}
        template(stack, lifecycle_policy=policy)
        assert self.rules(stack) == [("any", 9)]

    def test_a_rule_that_never_acts_is_warned_of(self, stack):
        every_tag = LifecycleRule(
            tag_status="tagged", tag_pattern_list=["*"], count_type="imageCountMoreThan", count_number=1
        )
        some = LifecycleRule(
            tag_status="tagged", tag_pattern_list=["v*"], count_type="imageCountMoreThan", count_number=1
        )
        assert len(warnings(template(stack, lifecycle_rules=[every_tag, some]))) == 1

    def test_what_is_usual_is_not(self, stack):
        assert warnings(template(stack, lifecycle_rules=[self.rule], max_image_count=5)) == []


class TestRole:
    arguments = {"resource_tags": {"Team": "shop"}, "encryption_type": "KMS", "kms_key": KEY, "create_role": True}  # noqa: RUF012

    def test_it_may_be_made_here(self, stack):
        made = template(stack, **self.arguments, role_name="ecr-shop", logical_id="shop")
        assert list(every(stack, KIND)) == ["shop"]
        assert only(stack, KIND)["custom_role_arn"] == "${aws_iam_role.shop.arn}"
        role, policy = only(stack, "aws_iam_role"), only(stack, "aws_iam_role_policy")
        assert role["name"] == "ecr-shop"
        assert policy["role"] == "${aws_iam_role.shop.name}"
        (trust,) = json.loads(role["assume_role_policy"])["Statement"]
        assert (trust["Principal"], trust["Action"]) == ({"Service": "ecr.amazonaws.com"}, "sts:AssumeRole")
        assert trust["Condition"] == {"StringEqualsIfExists": {"aws:SourceAccount": OWN}}
        granted = [(each["Action"], each["Resource"]) for each in json.loads(policy["policy"])["Statement"]]
        assert granted == [
            (
                ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
                f"arn:aws:ecr:us-east-1:{OWN}:repository/shop/*",
            ),
            (["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"], KEY),
        ]
        assert parliament.analyze_policy_string(policy["policy"]).findings == []
        assert made.role is not None

    def test_for_everything_it_is_for_every_repository(self, stack):
        template(stack, **self.arguments, prefix="ROOT")
        statement = json.loads(only(stack, "aws_iam_role_policy")["policy"])["Statement"][0]
        assert statement["Resource"] == f"arn:aws:ecr:us-east-1:{OWN}:repository/*"

    def test_for_awss_own_key_it_is_for_the_keys_of_the_registrys_place(self, stack):
        template(stack, **{**self.arguments, "kms_key": None})
        statement = json.loads(only(stack, "aws_iam_role_policy")["policy"])["Statement"][1]
        assert statement["Resource"] == f"arn:aws:kms:us-east-1:{OWN}:key/*"

    def test_of_an_account_that_is_not_known_it_is_looked_up(self, make_stack):
        stack = make_stack(account_ids=None)
        template(stack, **self.arguments)
        account = "${data.aws_caller_identity.EcrCallerIdentity.account_id}"
        assert f'{{"aws:SourceAccount":"{account}"}}' in only(stack, "aws_iam_role")["assume_role_policy"]

    def test_none_is_made_unless_asked(self, stack):
        assert template(stack).role is None
        assert set(synth(stack)["resource"]) == {KIND}


class TestRefusals:
    @pytest.mark.parametrize(
        ("arguments", "problem"),
        [
            ({"prefix": "shop/"}, ("prefix", "template-prefix")),
            ({"applied_for": []}, ("applied_for", "template-applied-for")),
            ({"applied_for": ["PUSH"]}, ("applied_for[0]", "template-applied-for")),
            ({"description": "d" * 256}, ("description", "template-description")),
            ({"image_tag_mutability": "FROZEN"}, ("image_tag_mutability", "image-tag-mutability")),
            (
                {"image_tag_mutability_exclusion_filters": ["v*"]},
                ("image_tag_mutability_exclusion_filters", "tag-exclusion-filters"),
            ),
            ({"kms_key": KEY}, ("kms_key", "kms-key")),
            ({"encryption_type": "KMS"}, ("custom_role_arn", "template-role")),
            ({"resource_tags": {"a": "b"}}, ("custom_role_arn", "template-role")),
            ({"custom_role_arn": ROLE.replace(OWN, OTHER)}, ("custom_role_arn", "template-role")),
            ({"custom_role_arn": ROLE, "create_role": True}, ("custom_role_arn", "template-role")),
            ({"max_image_count": 0}, ("max_image_count", "lifecycle-count-number")),
            (
                {"repository_policy": [PolicyStatement(actions="ecr:PutImage", principals="*")]},
                ("policy.statement", "policy-public"),
            ),
            (
                {"repository_policy": [PolicyStatement(actions="ecr:PutImage", principals=ROLE, resources="*")]},
                ("policy.statement", "policy-resources"),
            ),
        ],
    )
    def test_what_ecr_does_not_take(self, stack, arguments, problem):
        with pytest.raises(InvalidInput) as caught:
            template(stack, **arguments)
        assert codes(caught) == [problem]
        assert caught.value.problems[0].source == "dev/Template"
        assert every(stack, KIND) == {}

    def test_everything_at_once(self, stack):
        with pytest.raises(InvalidInput) as caught:
            template(stack, prefix="/", encryption_type="AES", max_image_count=0, lifecycle_rules=[])
        assert [code for _, code in codes(caught)] == ["template-prefix", "encryption-type", "lifecycle-count-number"]


class TestOnePerPrefix:
    def test_a_second_one_is_refused_and_both_are_named(self, stack):
        template(Construct(stack, "Team"))
        message = (
            r"^dev/Second: must be the only creation template of the prefix shop; dev/Team/Template has one already"
        )
        with pytest.raises(InvalidInput, match=message) as caught:
            template(stack, "Second", applied_for=["PULL_THROUGH_CACHE"])
        assert codes(caught) == [("", "one-per-registry")]

    def test_prefixes_may_overlap(self, stack):
        for index, prefix in enumerate(("shop", "shop/web", "ROOT")):
            template(stack, f"Template{index}", prefix=prefix)
        assert len(every(stack, KIND)) == 3

    def test_each_registry_has_its_own(self, stack):
        template(stack)
        template(stack, "There", provider=AwsProvider(stack, "West", region="us-west-2", alias="west"))
        assert sorted(str(each.get("provider")) for each in every(stack, KIND).values()) == ["None", "aws.west"]

    def test_a_logical_id_that_is_taken_is_refused(self, stack):
        template(stack, logical_id="shop")
        with pytest.raises(InvalidInput) as caught:
            template(stack, "Second", prefix="other", logical_id="shop")
        assert codes(caught) == [("logical_id", "logical-id-taken")]
