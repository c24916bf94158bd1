"""Repositories that exist already: what is known of them, and that they can be used like those made here."""

from __future__ import annotations

import json
import re

import pytest

from ecr_constructs import (
    CrossAccountPolicy,
    InvalidInput,
    LifecyclePolicy,
    LifecycleRule,
    ReplicationConfig,
    ReplicationDestination,
    Repository,
    RepositorySettings,
    SsmPublisher,
)
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import TerraformVariable
from tests.constructs.synthesised import OTHER, OWN, codes, every, only, resolved, rules, statements, synth

ARN = f"arn:aws:ecr:us-east-1:{OWN}:repository/shop/web"
ATTRIBUTES = ("name", "arn", "url", "registry_id")


def attributes(stack, repository):
    return resolved(stack, {name: getattr(repository, name) for name in ATTRIBUTES})


def by_name(stack):
    return Repository.from_name(stack, "Web", "shop/web")


def by_arn(stack):
    return Repository.from_arn(stack, "Web", ARN)


def by_arn_known_later(stack):
    return Repository.from_arn(stack, "Web", TerraformVariable(stack, "web_arn", type="string").string_value)


def by_ssm(stack):
    return Repository.from_ssm(stack, "Web", "web")


SETTINGS = RepositorySettings(
    image_tag_mutability="IMMUTABLE",
    scan_on_push=False,
    encryption_type="KMS",
    kms_key=f"arn:aws:kms:us-east-1:{OWN}:key/1",
)


def by_arn_with_settings(stack):
    return Repository.from_arn(stack, "Web", ARN, settings=SETTINGS)


def by_arn_known_later_with_settings(stack):
    arn = TerraformVariable(stack, "web_arn", type="string").string_value
    return Repository.from_arn(stack, "Web", arn, settings=SETTINGS)


every_import = pytest.mark.parametrize("imported", [by_name, by_arn, by_arn_known_later, by_ssm])


class TestFromName:
    def test_it_is_looked_up(self, stack):
        by_name(stack)
        (data,) = synth(stack)["data"]["aws_ecr_repository"].values()
        assert data == {"name": "shop/web"}

    def test_its_attributes_are_those_of_the_data_source(self, stack):
        found = attributes(stack, by_name(stack))
        (name,) = synth(stack)["data"]["aws_ecr_repository"]
        assert found == {
            "name": f"${{data.aws_ecr_repository.{name}.name}}",
            "arn": f"${{data.aws_ecr_repository.{name}.arn}}",
            "url": f"${{data.aws_ecr_repository.{name}.repository_url}}",
            "registry_id": f"${{data.aws_ecr_repository.{name}.registry_id}}",
        }

    def test_it_may_belong_to_another_account_and_provider(self, stack):
        west = AwsProvider(stack, "West", region="us-west-2", alias="west")
        Repository.from_name(stack, "Web", "shop/web", registry_id=OTHER, provider=west)
        (data,) = synth(stack)["data"]["aws_ecr_repository"].values()
        assert data == {"name": "shop/web", "registry_id": OTHER, "provider": "aws.west"}

    def test_the_name_and_the_account_may_be_known_later(self, stack):
        name, account = (TerraformVariable(stack, each, type="string").string_value for each in ("web", "account"))
        Repository.from_name(stack, "Web", name, registry_id=account).grant_pull(OTHER)
        (data,) = synth(stack)["data"]["aws_ecr_repository"].values()
        assert data == {"name": "${var.web}", "registry_id": "${var.account}"}

    def test_all_that_is_wrong_is_named(self, stack):
        with pytest.raises(InvalidInput) as caught:
            Repository.from_name(stack, "Web", "Shop", registry_id="1")
        assert codes(caught) == [("repository_name", "repository-name"), ("registry_id", "account-id")]
        assert caught.value.problems[0].source == "dev/Web"


class TestFromArn:
    def test_its_parts_are_read_from_the_arn(self, stack):
        assert attributes(stack, by_arn(stack)) == {
            "name": "shop/web",
            "arn": ARN,
            "url": f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/shop/web",
            "registry_id": OWN,
        }

    def test_nothing_is_looked_up(self, stack):
        by_arn(stack)
        assert "data" not in synth(stack)

    @pytest.mark.parametrize(
        ("partition", "region", "host"),
        [
            ("aws-cn", "cn-north-1", f"{OTHER}.dkr.ecr.cn-north-1.amazonaws.com.cn"),
            ("aws-us-gov", "us-gov-west-1", f"{OTHER}.dkr.ecr.us-gov-west-1.amazonaws.com"),
        ],
    )
    def test_the_host_is_that_of_its_own_partition(self, stack, partition, region, host):
        arn = f"arn:{partition}:ecr:{region}:{OTHER}:repository/web"
        assert Repository.from_arn(stack, "Web", arn).url == f"{host}/web"

    def test_an_arn_that_is_known_later_is_taken_apart_by_terraform(self, stack):
        parts = 'split(":", var.web_arn)'
        assert attributes(stack, by_arn_known_later(stack)) == {
            "name": f'${{trimprefix(element({parts}, 5), "repository/")}}',
            "arn": "${var.web_arn}",
            "url": f"${{element({parts}, 4)}}.dkr.ecr.${{element({parts}, 3)}}.amazonaws.com/"
            f'${{trimprefix(element({parts}, 5), "repository/")}}',
            "registry_id": f"${{element({parts}, 4)}}",
        }

    def test_of_one_that_is_known_but_for_its_name_the_rest_is_text(self, stack):
        name = TerraformVariable(stack, "web", type="string").string_value
        found = attributes(stack, Repository.from_arn(stack, "Web", f"arn:aws:ecr:us-east-1:{OWN}:repository/{name}"))
        assert found == {
            "name": "${var.web}",
            "arn": f"arn:aws:ecr:us-east-1:{OWN}:repository/${{var.web}}",
            "url": f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/${{var.web}}",
            "registry_id": OWN,
        }

    @pytest.mark.parametrize(
        ("region", "domain"),
        [("cn-north-1", "amazonaws.com.cn"), (None, "${data.aws_partition.EcrPartition.dns_suffix}")],
    )
    def test_its_host_ends_with_the_domain_of_the_provider(self, make_stack, region, domain):
        stack = make_stack(region=region)
        host = attributes(stack, by_arn_known_later(stack))["url"].split("/${")[0]
        assert host.endswith(f".{domain}")

    @pytest.mark.parametrize(
        "arn",
        [
            "",
            "shop/web",
            "arn:aws:s3:::shop",
            "arn:aws:ecr:us-east-1:1:repository/shop",
            "arn:aws:ecr:us-east-1:111111111111:repository/",
        ],
    )
    def test_what_is_no_arn_of_a_repository_is_refused(self, stack, arn):
        with pytest.raises(InvalidInput) as caught:
            Repository.from_arn(stack, "Web", arn)
        assert codes(caught) == [("repository_arn", "repository-arn")]

    def test_a_name_that_ecr_does_not_take_is_refused(self, stack):
        with pytest.raises(InvalidInput) as caught:
            Repository.from_arn(stack, "Web", f"arn:aws:ecr:us-east-1:{OWN}:repository/Shop")
        assert codes(caught) == [("repository_arn", "repository-name")]


class TestFromArnWithSettings:
    def test_they_are_what_is_published_and_nothing_is_looked_up(self, stack):
        SsmPublisher(stack, "Ssm", repository=by_arn_with_settings(stack), name="web")
        values = {each["name"]: each["insecure_value"] for each in every(stack, "aws_ssm_parameter").values()}
        config = json.loads(values.pop("/ecr/web/config"))
        assert values == {
            "/ecr/web/url": f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/shop/web",
            "/ecr/web/arn": ARN,
            "/ecr/web/name": "shop/web",
            "/ecr/web/registry-id": OWN,
            "/ecr/web/scan-on-push": "false",
            "/ecr/web/encryption-type": "KMS",
            "/ecr/web/tag-mutability": "IMMUTABLE",
        }
        assert config.pop("scan-on-push") is False
        assert {f"/ecr/web/{key}": value for key, value in config.items()}.items() <= values.items()
        assert "data" not in synth(stack)

    def test_they_may_be_known_later(self, stack):
        variable = TerraformVariable(stack, "later", type="string").string_value
        settings = RepositorySettings(image_tag_mutability=variable, scan_on_push=variable, encryption_type=variable)
        SsmPublisher(stack, "Ssm", repository=Repository.from_arn(stack, "Web", ARN, settings=settings), name="web")
        values = {each["name"]: each["insecure_value"] for each in every(stack, "aws_ssm_parameter").values()}
        later = [values[f"/ecr/web/{name}"] for name in ("tag-mutability", "scan-on-push", "encryption-type")]
        assert later == ["${var.later}"] * 3

    def test_without_them_they_are_not_known(self, stack):
        assert Repository.from_arn(stack, "Web", ARN).settings is None
        assert Repository.from_arn(stack, "Api", "${var.api_arn}").settings is None

    @pytest.mark.parametrize("arn", [ARN, "${var.web_arn}"])
    def test_what_ecr_does_not_take_is_refused(self, stack, arn):
        settings = RepositorySettings(image_tag_mutability="FROZEN", encryption_type="AES")
        with pytest.raises(InvalidInput, match=r"^dev/Web: settings\.image_tag_mutability: must be one of") as caught:
            Repository.from_arn(stack, "Web", arn, settings=settings)
        assert codes(caught) == [
            ("settings.image_tag_mutability", "image-tag-mutability"),
            ("settings.encryption_type", "encryption-type"),
        ]

    def test_it_comes_with_what_is_wrong_with_the_arn(self, stack):
        with pytest.raises(InvalidInput) as caught:
            Repository.from_arn(stack, "Web", "web", settings=RepositorySettings(encryption_type="AES"))
        assert codes(caught) == [("repository_arn", "repository-arn"), ("settings.encryption_type", "encryption-type")]


class TestFromSsm:
    def test_one_parameter_is_read(self, stack):
        by_ssm(stack)
        (data,) = synth(stack)["data"]["aws_ssm_parameter"].values()
        assert data == {"name": "/ecr/web/config"}

    def test_the_prefix_and_the_provider_may_be_others(self, stack):
        west = AwsProvider(stack, "West", region="us-west-2", alias="west")
        Repository.from_ssm(stack, "Web", "team/web", prefix="/platform/ecr/", provider=west)
        (data,) = synth(stack)["data"]["aws_ssm_parameter"].values()
        assert data == {"name": "/platform/ecr/team/web/config", "provider": "aws.west"}

    def test_its_attributes_are_the_published_ones(self, stack):
        found = attributes(stack, by_ssm(stack))
        (name,) = synth(stack)["data"]["aws_ssm_parameter"]
        published = f"jsondecode(data.aws_ssm_parameter.{name}.insecure_value)"
        assert found == {
            "name": f"${{{published}.name}}",
            "arn": f"${{{published}.arn}}",
            "url": f"${{{published}.url}}",
            "registry_id": f'${{{published}["registry-id"]}}',
        }

    def test_what_it_reads_is_what_the_publisher_writes(self, stack, make_stack):
        reading = make_stack("reading")
        repository = by_ssm(reading)
        settings = repository.settings
        values = [settings.image_tag_mutability, settings.scan_on_push, settings.encryption_type]
        values += [getattr(repository, name) for name in ATTRIBUTES]
        keys = {re.search(r'\.insecure_value\)[."\[]+([a-z-]+)', value)[1] for value in resolved(reading, values)}

        SsmPublisher(stack, "Ssm", repository=Repository(stack, "Web", repository_name="shop/web"), name="web")
        written = {each["name"]: each["insecure_value"] for each in every(stack, "aws_ssm_parameter").values()}
        assert keys == set(json.loads(written["/ecr/web/config"]))

    @pytest.mark.parametrize(
        ("name", "prefix", "code"),
        [("we b", "/ecr", "ssm-path"), ("web", "ecr", "ssm-path"), ("web", "/aws", "ssm-path-reserved")],
    )
    def test_a_path_that_parameter_store_does_not_take_is_refused(self, stack, name, prefix, code):
        with pytest.raises(InvalidInput) as caught:
            Repository.from_ssm(stack, "Web", name, prefix=prefix)
        assert codes(caught) == [("name", code)]


class TestUse:
    @every_import
    def test_access_can_be_granted(self, stack, imported):
        repository = imported(stack)
        repository.grant_pull(OTHER)
        CrossAccountPolicy(stack, "Access", repository=repository, push_account_ids=[OTHER])
        assert [each["Sid"] for each in statements(stack)] == ["GrantPull", "PushFromAccounts"]
        name = only(stack, "aws_ecr_repository_policy")["repository"]
        assert name == resolved(stack, repository.name)

    @every_import
    def test_lifecycle_rules_can_be_added(self, stack, imported):
        repository = imported(stack)
        LifecyclePolicy(stack, "Retention", repository=repository, max_image_count=5)
        repository.add_lifecycle_rule(
            LifecycleRule(tag_status="untagged", count_type="sinceImagePushed", count_number=7)
        )
        assert [each["selection"]["tagStatus"] for each in rules(stack)] == ["untagged", "any"]
        name = only(stack, "aws_ecr_lifecycle_policy")["repository"]
        assert name == resolved(stack, repository.name)

    @every_import
    def test_images_have_urls(self, stack, imported):
        repository = imported(stack)
        found = resolved(stack, {"url": repository.url, "image": repository.url_for_tag("v1")})
        assert found["image"] == f"{found['url']}:v1"

    @pytest.mark.parametrize("imported", [by_name, by_arn_with_settings, by_arn_known_later_with_settings, by_ssm])
    def test_it_can_be_published(self, stack, imported):
        repository = imported(stack)
        SsmPublisher(stack, "Ssm", repository=repository, name="again")
        values = {each["name"]: each["insecure_value"] for each in every(stack, "aws_ssm_parameter").values()}
        assert len(values) == 8
        assert values["/ecr/again/arn"] == resolved(stack, repository.arn)

    @pytest.mark.parametrize("imported", [by_name, by_arn])
    def test_it_can_be_replicated(self, stack, imported):
        destinations = [ReplicationDestination(region="us-west-2")]
        ReplicationConfig.of(stack).add_repository(imported(stack), destinations=destinations)
        (rule,) = only(stack, "aws_ecr_replication_configuration")["replication_configuration"]["rule"]
        assert [each["filter"] for each in rule["repository_filter"]] == ["shop/web"]

    @pytest.mark.parametrize("imported", [by_arn_known_later, by_ssm])
    def test_it_can_be_replicated_under_a_name_that_is_known_later(self, stack, imported):
        repository = imported(stack)
        ReplicationConfig.of(stack).add_repository(
            repository, destinations=[ReplicationDestination(region="us-west-2")]
        )
        (rule,) = only(stack, "aws_ecr_replication_configuration")["replication_configuration"]["rule"]
        assert [each["filter"] for each in rule["repository_filter"]] == [resolved(stack, repository.name)]


class TestElsewhere:
    """Terraform manages a policy in the provider's own account and region: anywhere else it would hit a namesake."""

    @pytest.mark.parametrize(
        ("arn", "place"),
        [
            (f"arn:aws:ecr:us-east-1:{OTHER}:repository/web", f"account {OWN}"),
            (f"arn:aws:ecr:eu-west-1:{OWN}:repository/web", "region us-east-1"),
        ],
    )
    @pytest.mark.parametrize(
        "manage",
        [
            lambda repository: repository.grant_pull(OTHER),
            lambda repository: LifecyclePolicy(repository, "Retention", repository=repository, max_image_count=5),
        ],
    )
    def test_no_policy_can_be_managed(self, stack, arn, place, manage):
        with pytest.raises(InvalidInput, match=f"^dev/Web: must lie in the provider's {place}") as caught:
            manage(Repository.from_arn(stack, "Web", arn))
        assert codes(caught) == [("", "repository-elsewhere")]

    def test_nor_by_name_in_another_account(self, stack):
        with pytest.raises(InvalidInput) as caught:
            Repository.from_name(stack, "Web", "web", registry_id=OTHER).grant_pull(OTHER)
        assert codes(caught) == [("", "repository-elsewhere")]

    def test_a_provider_of_its_place_can(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there", allowed_account_ids=[OTHER])
        arn = f"arn:aws:ecr:eu-west-1:{OTHER}:repository/web"
        Repository.from_arn(stack, "Web", arn, provider=there).grant_pull(OWN)
        assert only(stack, "aws_ecr_repository_policy")["provider"] == "aws.there"

    def test_where_the_account_is_not_known_nothing_is_refused(self, make_stack):
        stack = make_stack(account_ids=None)
        Repository.from_name(stack, "Web", "web", registry_id=OTHER).grant_pull(OWN)
        assert len(statements(stack)) == 1
