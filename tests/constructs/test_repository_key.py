"""The key of repositories: made here, or looked up by alias or parameter."""

from __future__ import annotations

import json

import pytest

from ecr_constructs import InvalidInput, Repository, RepositoryKey
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import Construct, TerraformVariable
from tests.constructs.synthesised import OWN, codes, every, only, resolved, synth

KIND = "aws_kms_key"


def key(scope, construct="Key", **arguments):
    return RepositoryKey(scope, construct, **{"alias": "alias/shop/ecr", "logical_id": "ecr", **arguments})


def statements(stack):
    return {each["Sid"]: each for each in json.loads(only(stack, KIND)["policy"])["Statement"]}


class TestKey:
    def test_it_is_rotated_and_has_a_month_to_change_ones_mind(self, stack):
        key(stack)
        made = only(stack, KIND)
        del made["policy"]
        assert made == {
            "description": "Images in Amazon ECR",
            "deletion_window_in_days": 30,
            "enable_key_rotation": True,
        }

    def test_it_has_an_alias(self, stack):
        key(stack)
        assert every(stack, "aws_kms_alias") == {
            "ecr": {"name": "alias/shop/ecr", "target_key_id": "${aws_kms_key.ecr.key_id}"}
        }

    def test_a_repository_takes_its_full_arn(self, stack):
        made = key(stack)
        Repository(stack, "Web", repository_name="web", encryption_type="KMS", kms_key=made.arn)
        (encryption,) = only(stack, "aws_ecr_repository")["encryption_configuration"]
        assert encryption["kms_key"] == "${aws_kms_key.ecr.arn}"

    def test_the_account_administers_it_and_ecr_alone_uses_it(self, stack):
        key(stack)
        found = statements(stack)
        assert set(found) == {"AdministerByIamPolicies", "EncryptRepositoriesThroughEcr"}
        assert all(each["Principal"] == {"AWS": f"arn:aws:iam::{OWN}:root"} for each in found.values())
        condition = {"StringEquals": {"kms:ViaService": "ecr.us-east-1.amazonaws.com"}}
        assert found["EncryptRepositoriesThroughEcr"]["Condition"] == condition

    def test_where_account_and_region_are_not_known_they_are_looked_up(self, make_stack):
        stack = make_stack(region=None)
        key(stack)
        assert set(synth(stack)["data"]) == {"aws_caller_identity", "aws_partition", "aws_region"}
        found = statements(stack)["EncryptRepositoriesThroughEcr"]
        partition, account = "${data.aws_partition.EcrPartition.partition}", "${data.aws_caller_identity."
        assert found["Principal"]["AWS"].startswith(f"arn:{partition}:iam::{account}")
        via = "ecr.${data.aws_region.EcrRegion.region}.${data.aws_partition.EcrPartition.dns_suffix}"
        assert found["Condition"]["StringEquals"]["kms:ViaService"] == via

    def test_in_china(self, make_stack):
        stack = make_stack(region="cn-north-1")
        key(stack)
        found = statements(stack)["EncryptRepositoriesThroughEcr"]
        assert found["Principal"]["AWS"] == f"arn:aws-cn:iam::{OWN}:root"
        assert found["Condition"]["StringEquals"]["kms:ViaService"] == "ecr.cn-north-1.amazonaws.com.cn"

    def test_all_settings(self, stack):
        key(
            stack,
            description="Shop",
            deletion_window_in_days=7,
            rotation_period_in_days=90,
            multi_region=True,
            prevent_destroy=True,
            tags={"Team": "shop"},
        )
        made = only(stack, KIND)
        del made["policy"]
        assert made == {
            "description": "Shop",
            "deletion_window_in_days": 7,
            "enable_key_rotation": True,
            "rotation_period_in_days": 90,
            "multi_region": True,
            "lifecycle": {"prevent_destroy": True},
            "tags": {"Team": "shop"},
        }

    def test_values_may_be_known_later(self, stack):
        name = TerraformVariable(stack, "name", type="string").string_value
        days = TerraformVariable(stack, "days", type="number").number_value
        key(stack, alias=name, deletion_window_in_days=days)
        assert only(stack, "aws_kms_alias")["name"] == "${var.name}"
        assert only(stack, KIND)["deletion_window_in_days"] == "${var.days}"

    def test_with_a_provider_of_its_own(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there", allowed_account_ids=[OWN])
        key(stack, provider=there)
        assert only(stack, KIND)["provider"] == only(stack, "aws_kms_alias")["provider"] == "aws.there"
        condition = statements(stack)["EncryptRepositoriesThroughEcr"]["Condition"]
        assert condition["StringEquals"]["kms:ViaService"] == "ecr.eu-west-1.amazonaws.com"

    def test_logs_and_alerts_are_let_in_when_asked(self, stack):
        made = key(stack)
        made.allow_log_group("/aws/events/b")
        made.allow_log_group("/aws/events/a")
        made.allow_alerts()
        found = statements(stack)
        assert set(found) == {
            "AdministerByIamPolicies",
            "EncryptLogGroups",
            "EncryptRepositoriesThroughEcr",
            "PublishToEncryptedTopics",
        }
        assert found["EncryptLogGroups"]["Condition"]["StringEquals"]["kms:EncryptionContext:aws:logs:arn"] == [
            f"arn:aws:logs:us-east-1:{OWN}:log-group:/aws/events/a",
            f"arn:aws:logs:us-east-1:{OWN}:log-group:/aws/events/b",
        ]

    def test_what_is_let_in_after_a_synthesis_is_not_lost(self, stack):
        made = key(stack)
        assert len(statements(stack)) == 2
        made.allow_alerts()
        assert len(statements(stack)) == 3


class TestRefusals:
    def test_everything_wrong_is_reported_at_once(self, stack):
        with pytest.raises(InvalidInput) as caught:
            key(stack, alias="ecr", deletion_window_in_days=1, rotation_period_in_days=1, tags={"": "x"})
        assert codes(caught) == [
            ("alias", "kms-alias"),
            ("deletion_window_in_days", "kms-days"),
            ("rotation_period_in_days", "kms-days"),
            ("tags.''", "tags"),
        ]
        assert {problem.source for problem in caught.value.problems} == {"dev/Key"}

    def test_an_alias_that_another_construct_makes(self, stack):
        key(Construct(stack, "Team"))
        with pytest.raises(InvalidInput, match="dev/Team/Key has one already") as caught:
            key(stack, "Second", logical_id=None)
        assert codes(caught) == [("", "one-per-registry")]


class TestKeysThatExist:
    def test_by_alias_the_full_arn_of_the_key_is_looked_up(self, stack):
        found = RepositoryKey.from_alias(stack, "Key", "alias/security/ecr")
        ((name, data),) = synth(stack)["data"]["aws_kms_alias"].items()
        assert data == {"name": "alias/security/ecr"}
        assert resolved(stack, found.arn) == f"${{data.aws_kms_alias.{name}.target_key_arn}}"

    def test_by_parameter_it_is_read_as_no_secret(self, stack):
        found = RepositoryKey.from_ssm(stack, "Key", "/security/ecr-key-arn")
        ((name, data),) = synth(stack)["data"]["aws_ssm_parameter"].items()
        assert data == {"name": "/security/ecr-key-arn"}
        assert resolved(stack, found.arn) == f"${{data.aws_ssm_parameter.{name}.insecure_value}}"

    @pytest.mark.parametrize("make", [RepositoryKey.from_alias, RepositoryKey.from_ssm])
    def test_repositories_take_either(self, stack, make):
        found = make(stack, "Key", "alias/ecr")
        Repository(stack, "Web", repository_name="web", encryption_type="KMS", kms_key=found.arn)
        (encryption,) = only(stack, "aws_ecr_repository")["encryption_configuration"]
        assert encryption["kms_key"] == resolved(stack, found.arn)

    @pytest.mark.parametrize("make", [RepositoryKey.from_alias, RepositoryKey.from_ssm])
    def test_with_a_provider(self, stack, make):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there")
        make(stack, "Key", "alias/ecr", provider=there)
        ((data,),) = (found.values() for found in synth(stack)["data"].values())
        assert data["provider"] == "aws.there"

    def test_names_that_cannot_be(self, stack):
        for make, name, problem in (
            (RepositoryKey.from_alias, "ecr", ("alias", "kms-alias")),
            (RepositoryKey.from_ssm, "/a b", ("parameter_name", "ssm-parameter")),
        ):
            with pytest.raises(InvalidInput) as caught:
                make(stack, make.__name__, name)
            assert codes(caught) == [problem]

    def test_aws_own_key_has_an_alias_that_can_be_looked_up(self, stack):
        RepositoryKey.from_alias(stack, "Key", "alias/aws/ecr")
        assert "aws_kms_alias" in synth(stack)["data"]
