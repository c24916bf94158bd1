"""Renames: the `moved` blocks by which a changed logical id replaces nothing, and what is refused."""

from __future__ import annotations

import pytest

from ecr_constructs import CrossAccountPolicy, InvalidInput, LifecyclePolicy, Repository
from ecr_constructs._engine.aws import EcrLifecyclePolicy, EcrRepository, EcrRepositoryPolicy, IamRole
from ecr_constructs._engine.door import Construct, TerraformVariable
from ecr_constructs.core.adoption import PARTS
from tests.constructs.synthesised import OTHER, codes, synth


def site(scope, construct="Site", **arguments):
    """Make a repository whose logical id was `web` and is `site`."""
    return Repository(
        scope, construct, **{"repository_name": "shop/web", "logical_id": "site", "renamed_from": "web", **arguments}
    )


def with_policies(repository):
    """Contribute to both policies from other constructs, after the repository was made."""
    elsewhere = Construct(repository.node.scope, "Elsewhere")
    LifecyclePolicy(elsewhere, "Retention", repository=repository, max_image_count=5)
    CrossAccountPolicy(elsewhere, "Access", repository=repository, allowed_account_ids=[OTHER])
    return repository


def moves(stack):
    """Return the moved blocks: addresses by former address."""
    blocks = synth(stack).get("moved", [])
    assert all(set(block) == {"from", "to"} for block in blocks)
    found = {block["from"]: block["to"] for block in blocks}
    assert len(found) == len(blocks)
    return found


class TestBlocks:
    def test_a_repository_by_itself_is_moved(self, stack):
        site(stack)
        assert moves(stack) == {"aws_ecr_repository.web": "aws_ecr_repository.site"}

    def test_its_policies_are_moved_as_well_wherever_they_come_from(self, stack):
        with_policies(site(stack))
        assert moves(stack) == {f"{kind}.web": f"{kind}.site" for kind in PARTS.values()}

    def test_what_is_moved_to_is_declared_and_what_is_moved_from_is_not(self, stack):
        with_policies(site(stack))
        Repository(stack, "Api", repository_name="shop/api", logical_id="api")
        declared = {f"{kind}.{name}" for kind, names in synth(stack)["resource"].items() for name in names}
        found = moves(stack)
        assert set(found.values()) <= declared
        assert not found.keys() & declared

    def test_without_a_former_name_nothing_is_moved(self, stack):
        before = len(stack.node.children)
        with_policies(site(stack, renamed_from=None))
        assert len(stack.node.children) == before + 2
        assert "moved" not in synth(stack)

    def test_a_former_name_may_be_one_that_cdktf_made(self, stack):
        site(stack, renamed_from="Platform_Web_F70053CD")
        assert moves(stack) == {"aws_ecr_repository.Platform_Web_F70053CD": "aws_ecr_repository.site"}

    def test_the_order_of_the_program_does_not_matter(self, make_stack):
        written = []
        for stack, order in ((make_stack("one"), "abc"), (make_stack("two"), "cba")):
            for name in order:
                site(stack, name, repository_name=f"shop/{name}", logical_id=name, renamed_from=f"old-{name}")
            written.append(synth(stack)["moved"])
        assert written[0] == written[1]
        assert [block["from"] for block in written[0]] == [f"aws_ecr_repository.old-{name}" for name in "abc"]

    def test_others_may_be_adopted_in_the_same_stack(self, stack):
        site(stack)
        Repository(stack, "Api", repository_name="shop/api", logical_id="api", adopt=True)
        assert (len(moves(stack)), synth(stack)["import"]) == (1, [{"to": "aws_ecr_repository.api", "id": "shop/api"}])


class TestBesideCdktf:
    def test_the_blocks_are_those_that_cdktf_writes(self, stack, make_stack):
        with_policies(site(stack))
        by_hand = make_stack("by-hand")
        for kind, resource in (
            ("aws_ecr_repository", EcrRepository(by_hand, "Repository", name="shop/web")),
            ("aws_ecr_lifecycle_policy", EcrLifecyclePolicy(by_hand, "Lifecycle", repository="web", policy="{}")),
            ("aws_ecr_repository_policy", EcrRepositoryPolicy(by_hand, "Policy", repository="web", policy="{}")),
        ):
            resource.override_logical_id("site")
            resource.move_from_id(f"{kind}.web")
        assert moves(stack) == moves(by_hand)

    def test_moves_that_are_made_with_the_bindings_stay(self, stack):
        IamRole(stack, "Role", assume_role_policy="{}").move_from_id("aws_iam_role.Former")
        site(stack)
        assert moves(stack) == {
            "aws_iam_role.Former": "aws_iam_role.Role",
            "aws_ecr_repository.web": "aws_ecr_repository.site",
        }

    def test_they_are_written_as_hcl_too(self, stack):
        site(stack)
        lines = stack.to_hcl_terraform()["hcl"].splitlines()
        start = lines.index("moved {")
        block = ["moved {", "from = aws_ecr_repository.web", "to = aws_ecr_repository.site", "}"]
        assert lines[start : start + 4] == block


class TestRefusals:
    @pytest.mark.parametrize("name", ["", "1web", "-web", "we b", "web/api", "wéb", "aws_ecr_repository.web"])
    def test_what_is_no_terraform_name_is_refused(self, stack, name):
        with pytest.raises(InvalidInput, match=r"^dev/Site: renamed_from: must be a Terraform name, got ") as caught:
            site(stack, renamed_from=name)
        assert codes(caught) == [("renamed_from", "renamed-from")]

    def test_so_is_one_that_is_known_later(self, stack):
        with pytest.raises(InvalidInput) as caught:
            site(stack, renamed_from=TerraformVariable(stack, "later").string_value)
        assert codes(caught) == [("renamed_from", "renamed-from")]

    def test_it_needs_a_name_to_move_to(self, stack):
        with pytest.raises(InvalidInput) as caught:
            site(stack, logical_id=None)
        assert codes(caught) == [("renamed_from", "renamed-from-alone")]

    def test_which_is_another_one(self, stack):
        with pytest.raises(InvalidInput) as caught:
            site(stack, logical_id="web")
        assert codes(caught) == [("renamed_from", "renamed-from-same")]

    def test_two_cannot_come_from_one(self, stack):
        site(stack)
        with pytest.raises(InvalidInput, match=r"^dev/Copy: renamed_from: .* dev/Site has it already") as caught:
            site(stack, "Copy", repository_name="shop/copy", logical_id="copy")
        assert codes(caught) == [("renamed_from", "renamed-from-taken")]

    def test_nothing_comes_from_one_that_is_still_there(self, stack):
        """Terraform calls it an error: it would have to move the other one away first."""
        Repository(stack, "Web", repository_name="shop/other", logical_id="web")
        with pytest.raises(InvalidInput, match=r"dev/Web has it already") as caught:
            site(stack)
        assert codes(caught) == [("renamed_from", "renamed-from-taken")]

    def test_nor_can_another_take_the_former_name_at_once(self, stack):
        site(stack)
        with pytest.raises(InvalidInput, match=r"^dev/Web: logical_id: .* dev/Site has it already") as caught:
            Repository(stack, "Web", repository_name="shop/other", logical_id="web")
        assert codes(caught) == [("logical_id", "logical-id-taken")]

    def test_another_stack_may_rename_from_it_too(self, make_stack):
        for stack in (make_stack("dev"), make_stack("prod")):
            site(stack)
            assert len(moves(stack)) == 1

    def test_it_comes_with_all_else_that_is_wrong(self, stack):
        with pytest.raises(InvalidInput) as caught:
            site(stack, repository_name="Shop", renamed_from="1")
        assert codes(caught) == [("repository_name", "repository-name"), ("renamed_from", "renamed-from")]
