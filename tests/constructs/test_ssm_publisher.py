"""What is published about a repository, and under which paths."""

from __future__ import annotations

import json
import re

import pytest

from ecr_constructs import InvalidInput, Repository, SsmPublisher
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import Construct, TerraformVariable
from tests.constructs.synthesised import OTHER, codes, every, synth

KIND = "aws_ssm_parameter"
KEY = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def repository(scope, name="web", **arguments):
    return Repository(scope, f"Repository-{name}", repository_name=f"shop/{name}", **arguments)


def publish(scope, name="web", construct="Ssm", **arguments):
    given = {"repository": None, **arguments}
    given["repository"] = given["repository"] or repository(scope, re.sub("[^a-z0-9]", "-", name))
    return SsmPublisher(scope, construct, name=name, **given)


def values(stack):
    return {each["name"]: each["insecure_value"] for each in every(stack, KIND).values()}


def as_terraform_reads(text):
    """Return published JSON with each expression replaced: bare ones by true, those within quotes by their text."""
    return json.loads(re.sub(r'(?<!")\$\{[^}]*\}(?!")', "true", text))


class TestParameters:
    def test_there_are_eight_with_the_repositorys_values(self, stack):
        web = repository(stack, logical_id="web", image_tag_mutability="IMMUTABLE", encryption_type="KMS", kms_key=KEY)
        publish(stack, repository=web)
        found = values(stack)
        config = as_terraform_reads(found.pop("/ecr/web/config"))
        assert found == {
            "/ecr/web/url": "${aws_ecr_repository.web.repository_url}",
            "/ecr/web/arn": "${aws_ecr_repository.web.arn}",
            "/ecr/web/name": "${aws_ecr_repository.web.name}",
            "/ecr/web/registry-id": "${aws_ecr_repository.web.registry_id}",
            "/ecr/web/scan-on-push": "true",
            "/ecr/web/encryption-type": "KMS",
            "/ecr/web/tag-mutability": "IMMUTABLE",
        }
        assert config == {
            **{path.removeprefix("/ecr/web/"): each for path, each in found.items()},
            "scan-on-push": True,
        }

    def test_each_is_readable_text_with_a_description_of_its_own(self, stack):
        publish(stack)
        parameters = every(stack, KIND).values()
        assert {(each["type"], each.get("value")) for each in parameters} == {("String", None)}
        descriptions = {each["description"] for each in parameters}
        assert len(descriptions) == 8
        assert all("web" in each for each in descriptions)

    def test_scan_on_push_is_a_truth_value_in_the_object_and_text_beside_it(self, stack):
        publish(stack, repository=repository(stack, scan_on_push=False))
        assert values(stack)["/ecr/web/scan-on-push"] == "false"
        assert as_terraform_reads(values(stack)["/ecr/web/config"])["scan-on-push"] is False

    def test_settings_may_be_known_later(self, stack):
        later = TerraformVariable(stack, "later")
        web = repository(
            stack,
            scan_on_push=later.boolean_value,
            image_tag_mutability=later.string_value,
            encryption_type=later.string_value,
        )
        publish(stack, repository=web)
        found = values(stack)
        for name in ("scan-on-push", "tag-mutability", "encryption-type"):
            assert found[f"/ecr/web/{name}"] == "${var.later}"
        assert '"scan-on-push":${var.later}' in found["/ecr/web/config"]
        config = as_terraform_reads(found["/ecr/web/config"])
        assert (config["scan-on-push"], config["tag-mutability"]) == (True, "${var.later}")

    @pytest.mark.parametrize("prefix", ["/platform/ecr", "/platform/ecr/"])
    def test_the_prefix_and_a_name_of_several_levels(self, stack, prefix):
        publish(stack, "team/web", prefix=prefix)
        assert {path.rsplit("/", 1)[0] for path in values(stack)} == {"/platform/ecr/team/web"}

    def test_a_path_may_be_known_later(self, stack):
        later = TerraformVariable(stack, "later", type="string").string_value
        SsmPublisher(stack, "Ssm", repository=repository(stack), name=later)
        assert "/ecr/${var.later}/url" in values(stack)

    def test_a_logical_id_gives_the_terraform_names(self, stack):
        publish(Construct(stack, "Platform"), logical_id="web")
        assert sorted(every(stack, KIND)) == [
            "web_arn",
            "web_config",
            "web_encryption-type",
            "web_name",
            "web_registry-id",
            "web_scan-on-push",
            "web_tag-mutability",
            "web_url",
        ]

    def test_a_provider_is_that_of_the_parameters_alone(self, stack):
        west = AwsProvider(stack, "West", region="us-west-2", alias="west")
        publish(stack, provider=west)
        resources = synth(stack)["resource"]
        assert {each["provider"] for each in resources[KIND].values()} == {"aws.west"}
        assert [each.get("provider") for each in resources["aws_ecr_repository"].values()] == [None]


class TestRepositories:
    def test_one_that_is_imported_by_name_is_published_as_it_is_found(self, stack):
        publish(stack, repository=Repository.from_name(stack, "Imported", "shop/web"))
        found = values(stack)
        (source,) = synth(stack)["data"]["aws_ecr_repository"]
        assert found["/ecr/web/tag-mutability"] == f"${{data.aws_ecr_repository.{source}.image_tag_mutability}}"
        assert found["/ecr/web/encryption-type"] == (
            f"${{data.aws_ecr_repository.{source}.encryption_configuration[0].encryption_type}}"
        )
        assert found["/ecr/web/scan-on-push"] == (
            f"${{data.aws_ecr_repository.{source}.image_scanning_configuration[0].scan_on_push}}"
        )
        assert set(as_terraform_reads(found["/ecr/web/config"])) == {
            path.removeprefix("/ecr/web/") for path in found if path != "/ecr/web/config"
        }

    def test_one_that_is_imported_by_arn_is_not_known_well_enough(self, stack):
        imported = Repository.from_arn(stack, "Imported", f"arn:aws:ecr:us-east-1:{OTHER}:repository/web")
        with pytest.raises(InvalidInput, match=r"Give from_arn its settings") as caught:
            publish(stack, repository=imported)
        assert codes(caught) == [("repository", "ssm-settings")]


class TestPaths:
    @pytest.mark.parametrize(
        ("name", "prefix", "code"),
        [
            ("we b", "/ecr", "ssm-path"),
            ("", "/ecr", "ssm-path"),
            ("web", "ecr", "ssm-path"),
            ("web", "//ecr", "ssm-path"),
            ("web", "/aws", "ssm-path-reserved"),
            ("web", "/SSM-x", "ssm-path-reserved"),
            ("/".join("abcdefghijklmn"), "/ecr", "ssm-path-levels"),
            ("w" * 1000, "/ecr", "ssm-path-length"),
        ],
    )
    def test_what_parameter_store_does_not_take(self, stack, name, prefix, code):
        with pytest.raises(InvalidInput) as caught:
            SsmPublisher(stack, "Ssm", repository=repository(stack), name=name, prefix=prefix)
        assert (codes(caught), caught.value.problems[0].source) == ([("name", code)], "dev/Ssm")

    def test_all_that_is_wrong_is_named_at_once(self, stack):
        publish(stack, logical_id="web")
        imported = Repository.from_arn(stack, "Imported", f"arn:aws:ecr:us-east-1:{OTHER}:repository/web")
        with pytest.raises(InvalidInput) as caught:
            SsmPublisher(stack, "Bad", repository=imported, name="web", prefix="/aws", logical_id="web")
        assert codes(caught) == [
            ("name", "ssm-path-reserved"),
            ("logical_id", "logical-id-taken"),
            ("repository", "ssm-settings"),
        ]


class TestCollisions:
    @pytest.mark.parametrize(
        ("first", "second"),
        [("web", "web"), ("web", "web/url"), ("web/url", "web"), ("web", "web/config/x"), ("web/config/x", "web")],
    )
    def test_paths_that_are_in_each_others_way(self, stack, first, second):
        """Below a parameter there must be no other, or a listing by path could not tell them apart."""
        publish(stack, first, construct="First")
        with pytest.raises(InvalidInput, match=r"^dev/Second: name: .* dev/First, got") as caught:
            publish(stack, second, construct="Second", repository=repository(stack, "other"))
        assert codes(caught) == [("name", "ssm-collision")]

    @pytest.mark.parametrize(("first", "second"), [("web", "web-admin"), ("web", "web/admin"), ("web/admin", "web")])
    def test_paths_that_are_not(self, stack, first, second):
        publish(stack, first, construct="First")
        publish(stack, second, construct="Second", repository=repository(stack, "other"))
        assert len(values(stack)) == 16

    def test_other_prefixes_providers_and_stacks_are_not_in_the_way(self, stack, make_stack):
        web = repository(stack)
        west = AwsProvider(stack, "West", region="us-west-2", alias="west")
        publish(stack, construct="First", repository=web)
        publish(stack, construct="Second", repository=web, prefix="/images")
        publish(stack, construct="Third", repository=web, provider=west)
        publish(make_stack("prod"))
        assert len(every(stack, KIND)) == 24


class TestLimit:
    """10,000 Standard parameters in one account and region, less here so that the test is short."""

    def test_one_more_is_refused(self, stack, monkeypatch):
        monkeypatch.setattr("ecr_constructs.constructs.ssm_publisher.MOST_STANDARD_PARAMETERS", 16)
        publish(stack, "a1", construct="First")
        publish(stack, "b2", construct="Second")
        with pytest.raises(InvalidInput, match="must leave the account and region with at most 16 Standard") as caught:
            publish(stack, "c3", construct="Third")
        assert codes(caught) == [("", "ssm-limit")]
        assert caught.value.problems[0].got == "24"

    def test_other_providers_count_for_themselves(self, stack, monkeypatch):
        monkeypatch.setattr("ecr_constructs.constructs.ssm_publisher.MOST_STANDARD_PARAMETERS", 8)
        publish(stack, "a1", construct="First")
        publish(stack, "b2", construct="Second", provider=AwsProvider(stack, "W", region="us-west-2", alias="w"))
        assert len(values(stack)) == 16


class TestLayout:
    def test_config_publishes_url_and_config_alone(self, stack):
        web = Repository(stack, "Web", repository_name="shop/web")
        SsmPublisher(stack, "Parameters", repository=web, name="web", layout="config")
        names = {each["name"] for each in every(stack, "aws_ssm_parameter").values()}
        assert names == {"/ecr/web/config", "/ecr/web/url"}

    def test_an_unknown_layout_is_an_error_that_suggests_the_nearest(self, stack):
        web = Repository(stack, "Web", repository_name="shop/web")
        with pytest.raises(InvalidInput, match=r"Did you mean 'config'\? \[ssm-layout\]"):
            SsmPublisher(stack, "Parameters", repository=web, name="web", layout="confg")


class TestAdoption:
    @staticmethod
    def imports(stack):
        return {each["to"]: each["id"] for each in synth(stack).get("import", [])}

    def test_all_of_a_layout_are_imported_by_their_names(self, stack):
        publish(stack, layout="config", prefix="/team/ecr", logical_id="web", adopt=True)
        assert self.imports(stack) == {
            "aws_ssm_parameter.web_config": "/team/ecr/web/config",
            "aws_ssm_parameter.web_url": "/team/ecr/web/url",
        }

    def test_a_list_names_those_that_exist(self, stack):
        publish(stack, logical_id="web", adopt=["registry-id"])
        assert self.imports(stack) == {"aws_ssm_parameter.web_registry-id": "/ecr/web/registry-id"}

    @pytest.mark.parametrize("adopt", [False, []])
    def test_otherwise_none_is(self, stack, adopt):
        publish(stack, adopt=adopt)
        assert "import" not in synth(stack)

    def test_what_is_not_made_cannot_be_adopted(self, stack):
        with pytest.raises(InvalidInput) as caught:
            publish(stack, layout="config", adopt=["url", "arn", "parameters"])
        assert codes(caught) == [("adopt[1]", "adopt-parameter"), ("adopt[2]", "adopt-parameter")]

    def test_neither_can_what_is_named_later(self, stack):
        later = TerraformVariable(stack, "later", type="string").string_value
        with pytest.raises(InvalidInput) as caught:
            publish(stack, repository=repository(stack), name=later, adopt=True)
        assert codes(caught) == [("name", "adopt-name")]
