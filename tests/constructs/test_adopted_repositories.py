"""Adoption: the `import` blocks by which what exists already comes under management, and what is refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from ecr_constructs import CrossAccountPolicy, InvalidInput, LifecyclePolicy, LifecycleRule, Repository
from ecr_constructs._engine.aws import AwsProvider, EcrLifecyclePolicy, EcrRepository, EcrRepositoryPolicy, IamRole
from ecr_constructs._engine.door import Construct, TerraformVariable, Token
from ecr_constructs.core.adoption import PARTS
from tests.constructs.synthesised import OTHER, codes, every, only, synth
from tests.either_engine import of_this_engine

RESOURCES = {
    "repository": "aws_ecr_repository.web",
    "lifecycle_policy": "aws_ecr_lifecycle_policy.web",
    "repository_policy": "aws_ecr_repository_policy.web",
}


def web(scope, construct="Web", **arguments):
    return Repository(scope, construct, **{"repository_name": "shop/web", "logical_id": "web", **arguments})


def with_policies(repository):
    """Contribute to both policies from other constructs, after the repository was made."""
    elsewhere = Construct(repository.node.scope, "Elsewhere")
    LifecyclePolicy(elsewhere, "Retention", repository=repository, max_image_count=5)
    CrossAccountPolicy(elsewhere, "Access", repository=repository, allowed_account_ids=[OTHER])
    return repository


def imports(stack):
    """Return the import blocks: ids by address."""
    blocks = synth(stack).get("import", [])
    assert all(set(block) == {"to", "id"} for block in blocks)
    found = {block["to"]: block["id"] for block in blocks}
    assert len(found) == len(blocks)
    return found


class TestBlocks:
    def test_a_repository_by_itself_is_imported_by_its_name(self, stack):
        web(stack, adopt=True)
        assert imports(stack) == {"aws_ecr_repository.web": "shop/web"}

    def test_its_policies_are_imported_as_well_wherever_they_come_from(self, stack):
        with_policies(web(stack, adopt=True))
        assert imports(stack) == dict.fromkeys(RESOURCES.values(), "shop/web")

    def test_a_policy_to_which_several_contribute_is_imported_once(self, stack):
        repository = with_policies(web(stack, adopt=True))
        repository.grant_pull("333333333333")
        repository.add_lifecycle_rule(
            LifecycleRule(tag_status="untagged", count_type="sinceImagePushed", count_number=7)
        )
        assert len(imports(stack)) == 3

    @pytest.mark.parametrize(
        "adopt",
        [
            ["repository"],
            ["lifecycle_policy"],
            ["repository_policy"],
            ["repository_policy", "repository"],
            ("repository", "lifecycle_policy", "repository_policy"),
            ["repository", "repository"],
        ],
    )
    def test_a_list_names_what_is_imported(self, stack, adopt):
        with_policies(web(stack, adopt=adopt))
        assert set(imports(stack)) == {RESOURCES[part] for part in adopt}

    @pytest.mark.parametrize("arguments", [{}, {"adopt": False}, {"adopt": []}])
    def test_otherwise_nothing_is_imported_and_nothing_is_added_to_the_stack(self, stack, arguments):
        before = len(stack.node.children)
        web(stack, **arguments)
        assert len(stack.node.children) == before + 1
        assert "import" not in synth(stack)

    def test_what_is_named_and_not_made_is_not_imported(self, stack):
        web(stack, adopt=["lifecycle_policy"])
        assert "import" not in synth(stack)

    def test_synthesis_twice_gives_the_same(self, stack):
        with_policies(web(stack, adopt=True))
        assert synth(stack) == synth(stack)

    def test_the_order_of_the_program_does_not_matter(self, make_stack):
        names = ["web", "api", "job"]
        written = []
        for stack, order in ((make_stack("one"), names), (make_stack("two"), names[::-1])):
            for name in order:
                web(stack, name, repository_name=f"shop/{name}", logical_id=name, adopt=True)
            written.append(synth(stack)["import"])
        assert written[0] == written[1]
        assert [block["id"] for block in written[0]] == ["shop/api", "shop/job", "shop/web"]

    def test_each_stack_imports_its_own(self, make_stack):
        one, two = make_stack("one"), make_stack("two")
        web(one, adopt=True)
        web(two, repository_name="shop/other", logical_id="other", adopt=True)
        assert (imports(one), imports(two)) == (
            {"aws_ecr_repository.web": "shop/web"},
            {"aws_ecr_repository.other": "shop/other"},
        )


class TestAddress:
    def test_without_a_logical_id_it_is_made_from_the_path(self, stack):
        with_policies(web(Construct(stack, "Platform"), logical_id=None, adopt=True))
        declared = {f"{kind}.{name}" for kind in PARTS.values() for name in every(stack, kind)}
        assert set(imports(stack)) == declared
        assert any(address.startswith("aws_ecr_repository.Platform_Web_") for address in declared)

    def test_it_is_the_one_that_was_given_last(self, stack):
        repository = with_policies(web(stack, adopt=["lifecycle_policy"]))
        repository.node.find_child("LifecyclePolicy").override_logical_id("late")
        assert imports(stack) == {"aws_ecr_lifecycle_policy.late": "shop/web"}

    def test_a_repository_of_another_provider_is_imported_by_that_one(self, stack):
        """Terraform imports with the resource's own provider, and refuses a block that names another."""
        web(stack, adopt=True, provider=AwsProvider(stack, "West", region="us-west-2", alias="west"))
        assert imports(stack) == {"aws_ecr_repository.web": "shop/web"}
        assert only(stack, "aws_ecr_repository")["provider"] == "aws.west"


class TestBesideCdktf:
    def test_the_blocks_are_those_that_cdktf_writes(self, stack, make_stack):
        with_policies(web(stack, adopt=True))
        by_hand = make_stack("by-hand")
        for resource in (
            EcrRepository(by_hand, "Repository", name="shop/web"),
            EcrLifecyclePolicy(by_hand, "Lifecycle", repository="shop/web", policy="{}"),
            EcrRepositoryPolicy(by_hand, "Policy", repository="shop/web", policy="{}"),
        ):
            resource.override_logical_id("web")
            resource.import_from("shop/web")
        assert imports(stack) == imports(by_hand)

    def test_imports_that_are_made_with_the_bindings_stay(self, stack):
        IamRole(stack, "Role", assume_role_policy="{}").import_from("ci")
        web(stack, adopt=True)
        assert imports(stack) == {"aws_iam_role.Role": "ci", "aws_ecr_repository.web": "shop/web"}

    def test_they_are_written_as_hcl_too(self, stack):
        web(stack, adopt=True)
        lines = stack.to_hcl_terraform()["hcl"].splitlines()
        start = lines.index("import {")
        assert lines[start : start + 4] == ["import {", "to = aws_ecr_repository.web", 'id = "shop/web"', "}"]

    def test_a_synthesis_needs_no_terraform(self, tmp_path):
        """CDKTF's own `import_from` runs `terraform version`, once a resource."""
        program = of_this_engine(
            "from cdktf import App, TerraformStack\n"
            "from ecr_constructs import Repository\n"
            "from ecr_constructs._engine.aws import AwsProvider\n"
            f"app = App(outdir={str(tmp_path / 'out')!r})\n"
            "stack = TerraformStack(app, 'dev')\n"
            "AwsProvider(stack, 'Aws', region='us-east-1')\n"
            "Repository(stack, 'Web', repository_name='shop/web', logical_id='web', adopt=True)\n"
            "app.synth()\n"
        )
        node = shutil.which("node")
        environment = {**os.environ, "PATH": str(tmp_path), "JSII_NODE": node, "ECR_CONSTRUCTS_NO_INDEX_WAIT": "1"}
        ended = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=900, check=False
        )
        assert ended.returncode == 0, ended.stderr
        assert '"import"' in (tmp_path / "out/stacks/dev/cdk.tf.json").read_text(encoding="utf-8")


class TestRefusals:
    @pytest.mark.parametrize(
        ("adopt", "message"),
        [
            ("repository", "must be True or False or a list, each entry text, got 'repository'"),
            (1, "must be True or False or a list, each entry text, got 1"),
            (None, "must be True or False or a list, each entry text, got None"),
            ({"repository": True}, "must be True or False or a list, each entry text, got {'repository': True}"),
        ],
    )
    def test_what_is_neither_a_truth_value_nor_a_list_is_refused(self, stack, adopt, message):
        with pytest.raises(InvalidInput) as caught:
            web(stack, adopt=adopt)
        assert codes(caught) == [("adopt", "argument-type")]
        assert f"dev/Web: adopt: {message}" in str(caught.value)

    @pytest.mark.parametrize(
        ("token", "code"),
        [("boolean_value", "known-at-synthesis"), ("string_value", "known-at-synthesis"), ("list_value", "adopt")],
    )
    def test_so_is_what_is_known_later(self, stack, token, code):
        with pytest.raises(InvalidInput, match=r"got a token") as caught:
            web(stack, adopt=getattr(TerraformVariable(stack, "later"), token))
        assert codes(caught) == [("adopt", code)]

    def test_every_entry_that_is_no_part_of_a_repository_is_named(self, stack):
        with pytest.raises(InvalidInput) as caught:
            web(stack, adopt=["repository", "lifecycle-policy", "x"])
        assert codes(caught) == [(f"adopt[{index}]", "adopt-part") for index in (1, 2)]
        assert [problem.fix for problem in caught.value.problems] == [
            "Did you mean 'lifecycle_policy'?",
            "Use one of these.",
        ]

    @pytest.mark.parametrize("adopt", [True, ["lifecycle_policy"]])
    def test_a_name_that_is_known_later_cannot_be_imported(self, stack, adopt):
        name = TerraformVariable(stack, "later", type="string").string_value
        with pytest.raises(InvalidInput) as caught:
            web(stack, repository_name=name, adopt=adopt)
        assert codes(caught) == [("repository_name", "adopt-name")]

    @pytest.mark.parametrize("adopt", [False, []])
    def test_it_can_where_nothing_is_adopted(self, stack, adopt):
        name = TerraformVariable(stack, "later", type="string").string_value
        web(stack, repository_name=name, adopt=adopt)
        assert only(stack, "aws_ecr_repository")["name"] == "${var.later}"

    def test_what_was_renamed_here_is_in_the_state_already(self, stack):
        with pytest.raises(InvalidInput) as caught:
            web(stack, adopt=True, renamed_from="old")
        assert codes(caught) == [("adopt", "adopt-renamed")]

    def test_it_comes_with_all_else_that_is_wrong(self, stack):
        with pytest.raises(InvalidInput) as caught:
            web(stack, repository_name="Shop", adopt=["policy"], scan_on_push=Token.as_string({"x": 1}))
        assert codes(caught) == [("repository_name", "repository-name"), ("adopt[0]", "adopt-part")]
