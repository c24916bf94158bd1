"""What an assertion about a resource takes, and what its failure says."""

from __future__ import annotations

from unittest.mock import ANY

import pytest
from constructs import IValidation

from ecr_constructs import Repository
from ecr_constructs._engine.aws import AwsProvider, KmsKey
from ecr_constructs._engine.door import Annotations, App, TerraformStack, TerraformVariable, implements
from ecr_constructs.errors import OperationError
from ecr_constructs.testing import assert_resource, resources

DOCUMENT = {
    "//": {"metadata": {"stackName": "shop"}},
    "resource": {
        "aws_ecr_repository": {
            "web": {
                "//": {"metadata": {"path": "shop/Web/Resource", "uniqueId": "web"}},
                "name": "shop/web",
                "image_tag_mutability": "MUTABLE",
                "image_scanning_configuration": {"scan_on_push": True},
                "encryption_configuration": [{"encryption_type": "AES256"}],
                "tags": {"Name": "web", "//": "a tag"},
            },
            "api": {
                "//": {"metadata": {"path": "shop/Backend/Api/Resource", "uniqueId": "api"}},
                "name": "shop/api",
                "image_tag_mutability": "IMMUTABLE",
            },
        },
        "aws_ecr_lifecycle_policy": {"web": {"policy": '{"rules":[{"rulePriority":1},{"rulePriority":2}]}'}},
    },
}


def failure(*arguments, **attributes):
    """Return what the failure of an assertion says."""
    with pytest.raises(AssertionError) as error:
        assert_resource(*arguments, **attributes)
    return str(error.value)


def test_resources_are_as_terraform_reads_them():
    assert resources(DOCUMENT, "aws_ecr_lifecycle_policy") == DOCUMENT["resource"]["aws_ecr_lifecycle_policy"]
    found = resources(DOCUMENT, "aws_ecr_repository")
    assert list(found) == ["web", "api"]
    # Without what CDKTF notes, and with everything else that is called so.
    assert found["web"].keys() == {*DOCUMENT["resource"]["aws_ecr_repository"]["web"]} - {"//"}
    assert found["web"]["tags"] == {"Name": "web", "//": "a tag"}
    assert resources(DOCUMENT, "aws_sqs_queue") == {}
    assert resources({}, "aws_sqs_queue") == {}


@pytest.mark.parametrize(
    ("type_", "name", "attributes"),
    [
        ("aws_ecr_repository", "web", {"image_tag_mutability": "MUTABLE", "name": "shop/web"}),
        ("aws_ecr_repository", "Web", {"name": "shop/web"}),
        ("aws_ecr_repository", "Web/Resource", {"name": "shop/web"}),
        ("aws_ecr_repository", "Backend", {"name": "shop/api"}),
        ("aws_ecr_repository", None, {"name": "shop/api"}),
        ("aws_ecr_repository", "web", {"encryption_configuration": {"encryption_type": "AES256"}}),
        ("aws_ecr_repository", "web", {"encryption_configuration": [{"encryption_type": "AES256"}]}),
        ("aws_ecr_repository", "web", {"image_scanning_configuration": {"scan_on_push": True}}),
        ("aws_ecr_repository", "web", {"tags": ANY, "force_delete": None}),
        ("aws_ecr_repository", "web", {"tags": {"Name": ANY, "//": "a tag"}}),
        ("aws_ecr_lifecycle_policy", "web", {"policy": {"rules": [{"rulePriority": 1}, {"rulePriority": 2}]}}),
        ("aws_ecr_lifecycle_policy", "web", {"policy": '{"rules":[{"rulePriority":1},{"rulePriority":2}]}'}),
    ],
)
def test_what_is_so_passes_and_is_returned(type_, name, attributes):
    assert assert_resource(DOCUMENT, type_, name, **attributes) in resources(DOCUMENT, type_).values()


def test_each_attribute_that_differs_is_a_line():
    said = failure(
        DOCUMENT,
        "aws_ecr_repository",
        "web",
        image_tag_mutability="IMMUTABLE",
        image_scanning_configuration={"scan_on_push": 1, "more": 2},
        name="shop/web",
        tags=None,
        encryption_configuraton="KMS",
    )
    assert said.splitlines() == [
        "aws_ecr_repository.web (Web/Resource) of shop differs:",
        '  image_tag_mutability: expected "IMMUTABLE", got "MUTABLE"',
        "  image_scanning_configuration.more: expected 2, got nothing",
        "  image_scanning_configuration.scan_on_push: expected 1, got true",
        '  tags: expected nothing, got {"Name": "web", "//": "a tag"}',
        "  encryption_configuraton: expected \"KMS\", got nothing. Did you mean 'encryption_configuration'?",
    ]


def test_an_entry_more_or_less_is_one_difference():
    rules = [{"rulePriority": 2}]
    said = failure(DOCUMENT, "aws_ecr_lifecycle_policy", "web", policy={"rules": rules})
    assert said.splitlines()[1:] == ['  policy.rules[0]: expected nothing, got {"rulePriority": 1}']
    rules = [{"rulePriority": 1}, {"rulePriority": 7}, {"rulePriority": 2}]
    said = failure(DOCUMENT, "aws_ecr_lifecycle_policy", "web", policy={"rules": rules})
    assert said.splitlines()[1:] == ['  policy.rules[1]: expected {"rulePriority": 7}, got nothing']


def test_the_nearest_type_is_named():
    assert failure(DOCUMENT, "aws_ecr_repositry", "web") == (
        "shop has no aws_ecr_repositry. Did you mean 'aws_ecr_repository'? "
        "It has aws_ecr_lifecycle_policy (1), aws_ecr_repository (2)."
    )
    assert failure({}, "aws_ecr_repository") == ("the document has no aws_ecr_repository: it has no resource at all.")


def test_the_nearest_name_is_named_with_what_differs():
    said = failure(DOCUMENT, "aws_ecr_repository", "webb", image_tag_mutability="IMMUTABLE", name="shop/web")
    assert said.splitlines() == [
        "shop has no aws_ecr_repository 'webb'. The nearest is web (Web/Resource), which differs:",
        '  image_tag_mutability: expected "IMMUTABLE", got "MUTABLE"',
        "There are also api (Backend/Api/Resource).",
    ]
    # By what it is, where no name is like it.
    said = failure(DOCUMENT, "aws_ecr_repository", "zzzzzz", image_tag_mutability="IMMUTABLE")
    assert said.splitlines()[0] == (
        "shop has no aws_ecr_repository 'zzzzzz'. The nearest is api (Backend/Api/Resource), "
        'which has image_tag_mutability "IMMUTABLE".'
    )


def test_without_a_name_the_one_with_the_fewest_differences_is_shown():
    said = failure(DOCUMENT, "aws_ecr_repository", name="shop/api", image_tag_mutability="MUTABLE", force_delete=None)
    assert said.splitlines()[0] == "aws_ecr_repository.web (Web/Resource) of shop is the nearest of 2, and differs:"
    said = failure(DOCUMENT, "aws_ecr_repository", name="shop/api", image_tag_mutability="X", force_delete=None)
    assert said.splitlines()[0].startswith("aws_ecr_repository.api (")


def test_what_makes_several_is_not_one():
    document = {"resource": {"aws_x": {}}}
    for name in ("a", "b"):
        document["resource"]["aws_x"][name] = {"//": {"metadata": {"path": f"shop/Both/{name.upper()}"}}}
    assert (
        failure(document, "aws_x", "Both")
        == "the document has 2 aws_x within 'Both': a (Both/A), b (Both/B). Name one."
    )
    assert assert_resource(document, "aws_x", "Both/A") == {}


def test_a_long_message_ends():
    said = failure(DOCUMENT, "aws_ecr_repository", "web", **{f"attribute_{at}": "x" * 500 for at in range(100)})
    assert len(said.splitlines()) == 42
    assert said.splitlines()[-1] == "  and 60 more"
    assert max(map(len, said.splitlines())) < 230


def test_a_failure_points_at_the_line_of_the_test():
    with pytest.raises(AssertionError) as error:
        assert_resource(DOCUMENT, "aws_ecr_repository", "nope")
    shown = [each for each in error.traceback if not each.ishidden(error)]
    assert [each.name for each in shown] == ["test_a_failure_points_at_the_line_of_the_test"]


@implements(IValidation)
class Never:
    def validate(self):
        return ["never right"]


class TestOfStacks:
    """Stacks as they are made, with what Terraform knows only later."""

    def test_tokens_are_what_terraform_reads_in_their_place(self, stack):
        number = TerraformVariable(stack, "days", type="number", default=7).number_value
        key = KmsKey(stack, "Key", deletion_window_in_days=number)
        Repository(stack, "Web", repository_name="shop/web", encryption_type="KMS", kms_key=key.arn)
        assert_resource(stack, "aws_kms_key", "Key", deletion_window_in_days=number)
        encryption = {"encryption_type": "KMS", "kms_key": key.arn}
        assert_resource(stack, "aws_ecr_repository", "Web", encryption_configuration=encryption)
        said = failure(stack, "aws_ecr_repository", "Web", name=f"x-{key.arn}")
        assert said.splitlines()[1] == '  name: expected "x-${aws_kms_key.Key.arn}", got "shop/web"'
        # What is written out is what Terraform reads.
        assert_resource(stack, "aws_kms_key", deletion_window_in_days="${var.days}")

    def test_a_token_needs_the_stack(self, stack, synth):
        key = KmsKey(stack, "Key")
        document = synth(stack)
        for value in (key.arn, [key.arn], {"a": key.arn}):
            with pytest.raises(TypeError, match=r"^description: has a token, which is known where the stack is given"):
                assert_resource(document, "aws_kms_key", description=value)

    def test_a_reference_to_another_stack_is_made_first(self, stack):
        other = TerraformStack(stack.node.root, "other")
        AwsProvider(other, "Aws", region="us-east-1")
        key = KmsKey(stack, "Key")
        KmsKey(other, "Theirs", description=key.arn)
        reads = (
            "${data.terraform_remote_state.cross-stack-reference-input-dev."
            "outputs.cross-stack-output-aws_kms_keyKeyarn}"
        )
        assert_resource(other, "aws_kms_key", "Theirs", description=reads)
        assert_resource(other, "aws_kms_key", "Theirs", description=key.arn)

    def test_an_app_is_no_stack(self, stack):
        with pytest.raises(TypeError, match=r"^must be one stack, got an app of 1: dev$"):
            resources(stack.node.root, "aws_kms_key")
        with pytest.raises(
            TypeError, match=r"^must be a stack or an app of CDKTF, or what synth returned of one, got "
        ):
            resources(KmsKey(stack, "Key"), "aws_kms_key")

    def test_what_the_app_says_of_itself_stops_it(self, tmp_path):
        stack = TerraformStack(App(outdir=str(tmp_path)), "dev")
        stack.node.root.node.add_validation(Never())
        with pytest.raises(OperationError, match=r"^The app is not valid:\n  never right$"):
            resources(stack, "aws_kms_key")

    def test_what_stops_a_synthesis_stops_it_here(self, stack, tmp_path):
        stack.node.add_validation(Never())
        with pytest.raises(RuntimeError, match="never right"):
            resources(stack, "aws_kms_key")
        other = TerraformStack(App(outdir=str(tmp_path / "other")), "dev")
        Annotations.of(other).add_error("as it is said")
        with pytest.raises(RuntimeError, match="as it is said"):
            resources(other, "aws_kms_key")

    def test_an_app_that_writes_terraform_s_own_language_is_read_all_the_same(self, tmp_path):
        stack = TerraformStack(App(outdir=str(tmp_path), hcl_output=True), "dev")
        assert resources(stack, "aws_kms_key") == {}

    def test_validations_that_the_app_leaves_out_are_left_out(self, tmp_path):
        stack = TerraformStack(App(outdir=str(tmp_path), skip_validation=True), "dev")
        stack.node.add_validation(Never())
        stack.node.root.node.add_validation(Never())
        assert resources(stack, "aws_kms_key") == {}
        # And nothing is written into its folder.
        assert [each for each in tmp_path.rglob("*") if each.is_file()] == []
