"""The repository: the resource that its arguments make, its attributes, and what it refuses."""

from __future__ import annotations

import json

import pytest

from ecr_constructs import (
    CrossAccountPolicy,
    InvalidInput,
    LifecyclePolicy,
    ReplicationConfig,
    Repository,
    SsmPublisher,
)
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import App, Construct, TerraformStack, TerraformVariable, Token
from tests.constructs.synthesised import codes, every, only, resolved, synth
from tests.either_engine import bindings_of

LambdaFunction = bindings_of("lambda_function").LambdaFunction

KEY = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
DIGEST = f"sha256:{'0' * 64}"
REPOSITORY = "aws_ecr_repository"


def web(scope, construct="Web", **arguments):
    return Repository(scope, construct, **{"repository_name": "shop/web", **arguments})


class TestResource:
    def test_a_name_alone_makes_a_safe_repository(self, stack):
        """It is encrypted, images are scanned, and it cannot be destroyed with images in it."""
        web(stack)
        assert list(synth(stack)["resource"]) == [REPOSITORY]
        assert only(stack, REPOSITORY) == {
            "name": "shop/web",
            "image_tag_mutability": "MUTABLE",
            "image_scanning_configuration": {"scan_on_push": True},
            "encryption_configuration": [{"encryption_type": "AES256"}],
        }

    @pytest.mark.parametrize(
        ("arguments", "attribute", "value"),
        [
            ({"image_tag_mutability": "IMMUTABLE"}, "image_tag_mutability", "IMMUTABLE"),
            (
                {
                    "image_tag_mutability": "MUTABLE_WITH_EXCLUSION",
                    "image_tag_mutability_exclusion_filters": ["v*", "release"],
                },
                "image_tag_mutability_exclusion_filter",
                [{"filter": "v*", "filter_type": "WILDCARD"}, {"filter": "release", "filter_type": "WILDCARD"}],
            ),
            ({"scan_on_push": False}, "image_scanning_configuration", {"scan_on_push": False}),
            ({"encryption_type": "KMS"}, "encryption_configuration", [{"encryption_type": "KMS"}]),
            (
                {"encryption_type": "KMS", "kms_key": KEY},
                "encryption_configuration",
                [{"encryption_type": "KMS", "kms_key": KEY}],
            ),
            ({"force_delete": True}, "force_delete", True),
            ({"force_delete": False}, "force_delete", None),
            ({"prevent_destroy": True}, "lifecycle", {"prevent_destroy": True}),
            ({"prevent_destroy": False}, "lifecycle", None),
            ({"tags": {"Team": "shop"}}, "tags", {"Team": "shop"}),
            ({"tags": {}}, "tags", None),
        ],
    )
    def test_every_argument_reaches_its_attribute(self, stack, arguments, attribute, value):
        web(stack, **arguments)
        assert only(stack, REPOSITORY).get(attribute) == value

    def test_a_provider_is_that_of_all_its_resources(self, stack):
        west = AwsProvider(stack, "West", region="us-west-2", alias="west")
        repository = web(stack, provider=west)
        repository.grant_pull("222222222222")
        LifecyclePolicy(stack, "Retention", repository=repository, max_image_count=5)
        resources = synth(stack)["resource"]
        providers = {resource["provider"] for by_name in resources.values() for resource in by_name.values()}
        assert (len(resources), providers) == (3, {"aws.west"})

    def test_it_can_be_used_below_any_construct(self, stack):
        web(Construct(stack, "Platform"))
        assert only(stack, REPOSITORY)["name"] == "shop/web"

    def test_synthesis_twice_gives_the_same(self, stack):
        web(stack).grant_pull("222222222222", "codebuild.amazonaws.com")
        assert synth(stack) == synth(stack)


class TestLogicalId:
    def test_without_one_the_name_is_made_from_the_path(self, stack):
        web(Construct(stack, "Platform"))
        (name,) = every(stack, REPOSITORY)
        assert name.startswith("Platform_Web_")

    def test_it_is_the_terraform_name_of_all_its_resources(self, stack):
        """So the address stays when the construct moves, and no repository is replaced."""
        repository = web(Construct(stack, "Platform"), logical_id="web")
        repository.grant_pull("222222222222")
        LifecyclePolicy(stack, "Retention", repository=repository, max_image_count=5)
        assert {(kind, *names) for kind, names in synth(stack)["resource"].items()} == {
            ("aws_ecr_repository", "web"),
            ("aws_ecr_repository_policy", "web"),
            ("aws_ecr_lifecycle_policy", "web"),
        }

    def test_the_policies_refer_to_it(self, stack):
        web(stack, logical_id="web").grant_pull("222222222222")
        assert only(stack, "aws_ecr_repository_policy")["repository"] == "${aws_ecr_repository.web.name}"

    def test_one_that_is_taken_is_refused_and_both_are_named(self, stack):
        """CDKTF would make one resource of the two, and one repository would be lost."""
        web(stack, logical_id="web")
        with pytest.raises(InvalidInput, match=r"^dev/Admin: logical_id: .* dev/Web has it already") as caught:
            web(stack, "Admin", repository_name="shop/admin", logical_id="web")
        assert codes(caught) == [("logical_id", "logical-id-taken")]

    def test_resources_of_other_types_may_have_it_too(self, stack):
        repository = web(stack, logical_id="web")
        SsmPublisher(stack, "Ssm", repository=repository, name="web", logical_id="web")
        ReplicationConfig.of(stack, logical_id="web")

    def test_another_stack_may_use_it_again(self, make_stack):
        web(make_stack("dev"), logical_id="web")
        web(make_stack("prod"), logical_id="web")


class TestAttributes:
    def test_they_refer_to_the_resource(self, stack):
        repository = web(stack, logical_id="web")
        names = ("name", "arn", "url", "registry_id")
        assert resolved(stack, {name: getattr(repository, name) for name in names}) == {
            "name": "${aws_ecr_repository.web.name}",
            "arn": "${aws_ecr_repository.web.arn}",
            "url": "${aws_ecr_repository.web.repository_url}",
            "registry_id": "${aws_ecr_repository.web.registry_id}",
        }

    def test_the_name_and_the_settings_are_there_as_they_were_given(self, stack):
        repository = web(stack, image_tag_mutability="IMMUTABLE", encryption_type="KMS", kms_key=KEY)
        assert repository.repository_name == "shop/web"
        assert (repository.settings.image_tag_mutability, repository.settings.kms_key) == ("IMMUTABLE", KEY)

    @pytest.mark.parametrize(
        ("image", "expected"),
        [
            (lambda repository: repository.url_for_tag(), ":latest"),
            (lambda repository: repository.url_for_tag("v1.2_3-rc"), ":v1.2_3-rc"),
            (lambda repository: repository.url_for_tag("${var.tag}"), ":${var.tag}"),
            (lambda repository: repository.url_for_digest(DIGEST), f"@{DIGEST}"),
            (lambda repository: repository.url_for_digest("${var.digest}"), "@${var.digest}"),
        ],
    )
    def test_an_image_is_the_url_with_its_tag_or_digest(self, stack, image, expected):
        found = resolved(stack, image(web(stack, logical_id="web")))
        assert found == f"${{aws_ecr_repository.web.repository_url}}{expected}"

    @pytest.mark.parametrize("tag", ["", "-x", ".x", "a b", "v1:2", "x" * 129, "é"])
    def test_what_is_no_tag_is_refused(self, stack, tag):
        with pytest.raises(InvalidInput, match=r"^dev/Web: tag: must be an image tag"):
            web(stack).url_for_tag(tag)

    @pytest.mark.parametrize("digest", ["", "latest", "0" * 64, f"sha256:{'0' * 63}", f"sha256:{'F' * 64}"])
    def test_what_is_no_digest_is_refused(self, stack, digest):
        with pytest.raises(InvalidInput, match=r"^dev/Web: digest: must be an image digest"):
            web(stack).url_for_digest(digest)


class TestTokens:
    @pytest.mark.parametrize(
        ("argument", "others", "attribute"),
        [
            ("repository_name", {}, "name"),
            ("image_tag_mutability", {}, "image_tag_mutability"),
            ("encryption_type", {"kms_key": KEY}, "encryption_type"),
            ("kms_key", {"encryption_type": "KMS"}, "kms_key"),
        ],
    )
    def test_text_may_be_known_later(self, stack, argument, others, attribute):
        variable = TerraformVariable(stack, "later", type="string")
        web(stack, **{argument: variable.string_value, **others})
        resource = only(stack, REPOSITORY)
        assert {**resource, **resource["encryption_configuration"][0]}[attribute] == "${var.later}"

    def test_filters_may_be_known_later(self, stack):
        variable = TerraformVariable(stack, "later", type="string")
        filters = [variable.string_value, "dev-*"]
        web(stack, image_tag_mutability="IMMUTABLE_WITH_EXCLUSION", image_tag_mutability_exclusion_filters=filters)
        found = only(stack, REPOSITORY)["image_tag_mutability_exclusion_filter"]
        assert [each["filter"] for each in found] == ["${var.later}", "dev-*"]

    @pytest.mark.parametrize("argument", ["scan_on_push", "force_delete"])
    def test_a_truth_value_may_be_known_later(self, stack, argument):
        web(stack, **{argument: TerraformVariable(stack, "later", type="bool").boolean_value})
        resource = only(stack, REPOSITORY)
        assert {**resource, **resource["image_scanning_configuration"]}[argument] == "${var.later}"

    def test_tags_may_be_known_later(self, stack):
        variable = TerraformVariable(stack, "later", type="map(string)")
        web(stack, tags=Token.as_string_map(variable.value))
        assert only(stack, REPOSITORY)["tags"] == "${var.later}"

    def test_the_value_of_a_tag_may_be_known_later(self, stack):
        variable = TerraformVariable(stack, "later", type="string")
        web(stack, tags={"Team": variable.string_value})
        assert only(stack, REPOSITORY)["tags"] == {"Team": "${var.later}"}

    @pytest.mark.parametrize(
        ("argument", "token"),
        [("prevent_destroy", "boolean_value"), ("image_tag_mutability_exclusion_filters", "list_value")],
    )
    def test_what_shapes_the_document_must_be_known(self, stack, argument, token):
        """Terraform takes no expression for prevent_destroy, and makes a block of each filter."""
        variable = TerraformVariable(stack, "later")
        arguments = {"image_tag_mutability": "MUTABLE_WITH_EXCLUSION", "image_tag_mutability_exclusion_filters": ["v*"]}
        with pytest.raises(InvalidInput) as caught:
            web(stack, **{**arguments, argument: getattr(variable, token)})
        assert codes(caught) == [(argument, "known-at-synthesis")]


class TestRefusals:
    def test_every_problem_is_named_at_once_with_the_path_of_the_construct(self, stack):
        web(stack, logical_id="web")
        with pytest.raises(InvalidInput) as caught:
            Repository(
                Construct(stack, "Platform"),
                "Bad",
                repository_name="Shop/Web",
                image_tag_mutability="FROZEN",
                encryption_type="AES256",
                kms_key=KEY,
                tags={"aws:team": "x", "Team": "y" * 257},
                logical_id="web",
            )
        assert {problem.source for problem in caught.value.problems} == {"dev/Platform/Bad"}
        assert codes(caught) == [
            ("repository_name", "repository-name"),
            ("image_tag_mutability", "image-tag-mutability"),
            ("kms_key", "kms-key"),
            ("tags.aws:team", "tags"),
            ("tags.Team", "tags"),
            ("logical_id", "logical-id-taken"),
        ]

    @pytest.mark.parametrize(
        ("arguments", "problem"),
        [
            ({"repository_name": "a"}, ("repository_name", "repository-name")),
            ({"image_tag_mutability": "immutable"}, ("image_tag_mutability", "image-tag-mutability")),
            (
                {"image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION"},
                ("image_tag_mutability_exclusion_filters", "tag-exclusion-filters"),
            ),
            (
                {"image_tag_mutability_exclusion_filters": ["v*"]},
                ("image_tag_mutability_exclusion_filters", "tag-exclusion-filters"),
            ),
            ({"encryption_type": "aes"}, ("encryption_type", "encryption-type")),
            ({"encryption_type": "KMS", "kms_key": "alias/ecr"}, ("kms_key", "kms-key")),
        ],
    )
    def test_what_ecr_does_not_take_is_refused(self, stack, arguments, problem):
        with pytest.raises(InvalidInput) as caught:
            web(stack, **arguments)
        assert codes(caught) == [problem]

    def test_a_name_that_is_taken_is_refused_and_both_are_named(self, stack):
        web(stack)
        with pytest.raises(
            InvalidInput, match=r"^dev/Copy: repository_name: .* dev/Web has it already, got 'shop/web'"
        ):
            web(stack, "Copy")

    def test_another_stack_may_have_the_same_name(self, make_stack):
        web(make_stack("dev"))
        web(make_stack("prod"))

    def test_another_provider_of_the_stack_may_have_the_same_name(self, stack):
        web(stack)
        web(stack, "Copy", provider=AwsProvider(stack, "West", region="us-west-2", alias="west"))

    def test_a_name_that_is_known_later_is_never_taken(self, stack):
        name = TerraformVariable(stack, "later", type="string").string_value
        web(stack, repository_name=name)
        web(stack, "Copy", repository_name=name)


def test_the_app_writes_what_the_tests_read(app: App, stack: TerraformStack, tmp_path):
    """`app.synth` gives the same JSON as the helper of the tests, but for CDKTF's own remarks."""
    repository = web(stack)
    repository.grant_pull("222222222222")
    LifecyclePolicy(stack, "Retention", repository=repository, max_image_count=5)
    expected = synth(stack)["resource"]
    app.synth()
    written = json.loads((tmp_path / "out/stacks/dev/cdk.tf.json").read_text(encoding="utf-8"))["resource"]
    for by_name in written.values():
        for resource in by_name.values():
            del resource["//"]
    assert written == expected


class TestPolicies:
    def test_what_uses_its_images_can_wait_for_what_lets_it_in(self, stack):
        repository = web(stack, logical_id="web")
        assert repository.policies == []
        LifecyclePolicy(stack, "Retention", repository=repository, max_image_count=5)
        CrossAccountPolicy(stack, "Access", repository=repository, enable_lambda_pull=True)
        LambdaFunction(
            stack,
            "Function",
            function_name="f",
            role="arn:aws:iam::111111111111:role/f",
            package_type="Image",
            image_uri=repository.url_for_digest(DIGEST),
            depends_on=repository.policies,
        )
        function = only(stack, "aws_lambda_function")
        assert function["depends_on"] == ["aws_ecr_repository_policy.web", "aws_ecr_lifecycle_policy.web"]
        assert function["image_uri"] == f"${{aws_ecr_repository.web.repository_url}}@{DIGEST}"

    def test_of_a_repository_that_exists_they_are_those_that_are_made_here(self, stack):
        existing = Repository.from_name(stack, "Existing", "shop/web")
        assert existing.policies == []
        existing.grant_pull("222222222222")
        (policy,) = existing.policies
        assert [policy.friendly_unique_id] == list(every(stack, "aws_ecr_repository_policy"))
