"""Roles and users whose pulls are not recorded."""

from __future__ import annotations

import pytest

from ecr_constructs import EcsExecutionRole, InvalidInput, NodePullPolicy, PullTimeUpdateExclusion
from ecr_constructs._engine.aws import AwsProvider, IamRole
from tests.constructs.synthesised import OTHER, codes, every, resolved, synth, warnings

KIND = "aws_ecr_pull_time_update_exclusion"
SCANNER = "arn:aws:iam::111111111111:role/scanner"
WEB = "arn:aws:ecr:us-east-1:111111111111:repository/web"


def excluded(stack):
    return {name: each["principal_arn"] for name, each in every(stack, KIND).items()}


def test_a_principal_becomes_one_resource(stack):
    made = PullTimeUpdateExclusion(stack, "Scanner", principal_arn=SCANNER, logical_id="scanner")
    assert excluded(stack) == {"scanner": SCANNER}
    assert made.principal_arn == SCANNER


def test_without_a_logical_id_it_has_a_name_of_the_engine(stack):
    PullTimeUpdateExclusion(stack, "Scanner", principal_arn=SCANNER)
    (name,) = excluded(stack)
    assert name.startswith("Scanner_")


def test_a_role_of_the_app_is_referred_to(stack):
    role = IamRole(stack, "Role", assume_role_policy="{}")
    role.override_logical_id("scanner")
    PullTimeUpdateExclusion(stack, "Scanner", principal_arn=role.arn, logical_id="scanner")
    assert excluded(stack) == {"scanner": "${aws_iam_role.scanner.arn}"}


def test_its_arn_can_be_referred_to(stack):
    made = PullTimeUpdateExclusion(stack, "Scanner", principal_arn=SCANNER, logical_id="scanner")
    assert resolved(stack, made.resource.principal_arn) == f"${{{KIND}.scanner.principal_arn}}"


@pytest.mark.parametrize("arn", ["scanner", "*", "arn:aws:iam::111111111111:group/x", f"{SCANNER}*"])
def test_what_is_no_role_or_user_is_refused(stack, arn):
    with pytest.raises(InvalidInput, match="must be the ARN of a role or user") as caught:
        PullTimeUpdateExclusion(stack, "Scanner", principal_arn=arn)
    assert codes(caught) == [("principal_arn", "pull-exclusion")]
    assert every(stack, KIND) == {}


def test_a_principal_twice_is_refused_and_both_are_named(stack):
    PullTimeUpdateExclusion(stack, "One", principal_arn=SCANNER)
    with pytest.raises(InvalidInput, match=r"^dev/Two: .* dev/One has one already.* ECR refuses the second") as caught:
        PullTimeUpdateExclusion(stack, "Two", principal_arn=SCANNER)
    assert codes(caught) == [("principal_arn", "one-per-registry")]


def test_each_registry_has_its_own(stack):
    there = AwsProvider(stack, "There", region="eu-west-1", alias="there")
    PullTimeUpdateExclusion(stack, "One", principal_arn=SCANNER)
    PullTimeUpdateExclusion(stack, "Two", principal_arn=SCANNER, provider=there)
    assert sorted(str(each.get("provider")) for each in every(stack, KIND).values()) == ["None", "aws.there"]


def test_a_registry_has_a_hundred_at_most(stack):
    for number in range(100):
        PullTimeUpdateExclusion(stack, f"Scanner{number}", principal_arn=f"{SCANNER}{number}")
    with pytest.raises(InvalidInput, match="at most 100 exclusions") as caught:
        PullTimeUpdateExclusion(stack, "More", principal_arn=SCANNER)
    assert codes(caught) == [("principal_arn", "pull-exclusions")]
    assert len(every(stack, KIND)) == 100


def test_a_logical_id_that_is_taken_is_refused(stack):
    PullTimeUpdateExclusion(stack, "One", principal_arn=SCANNER, logical_id="scanner")
    with pytest.raises(InvalidInput) as caught:
        PullTimeUpdateExclusion(stack, "Two", principal_arn=f"{SCANNER}2", logical_id="scanner")
    assert codes(caught) == [("logical_id", "logical-id-taken")]


def nodes(stack, *roles, **arguments):
    return NodePullPolicy(stack, "Nodes", policy_name="nodes", repositories=[WEB], roles=roles, **arguments)


def execution(stack, name, **arguments):
    return EcsExecutionRole(stack, "Execution", role_name=name, repositories=[WEB], **arguments)


def running(by):
    said = "images that the role scanner pulls would look unused, and it pulls those that run. Remove it: exclude who "
    return [f"{said}looks at images, not who needs them, as the role does by {by}. [pull-exclusion-runs]"]


def pointed_out(construct):
    return [each for each in warnings(construct) if each.endswith("[pull-exclusion-runs]")]


def test_a_role_by_which_the_app_runs_images_is_pointed_out_whichever_was_made_first(stack):
    nodes(stack, "eks", "scanner")
    made = PullTimeUpdateExclusion(stack, "Scanner", principal_arn="arn:aws:iam::111111111111:role/eks/scanner")
    user = PullTimeUpdateExclusion(stack, "User", principal_arn="arn:aws:iam::111111111111:user/scanner")
    other = PullTimeUpdateExclusion(stack, "Other", principal_arn="arn:aws:iam::111111111111:role/other")
    role = PullTimeUpdateExclusion(stack, "Task", principal_arn="arn:aws:iam::111111111111:role/task")
    execution(stack, "task")
    synth(stack)
    synth(stack)
    assert pointed_out(made) == running("dev/Nodes")
    assert pointed_out(role) == [running("dev/Execution")[0].replace("role scanner", "role task")]
    assert pointed_out(user) == pointed_out(other) == []


def test_a_role_of_the_app_that_runs_images_is_pointed_out(stack):
    made = PullTimeUpdateExclusion(stack, "Scanner", principal_arn=execution(stack, "scanner").role_arn)
    synth(stack)
    assert pointed_out(made) == running("dev/Execution")


def test_a_role_of_that_name_in_another_account_runs_nothing_here(make_stack):
    here, there = make_stack(), make_stack("there", account_ids=[OTHER])
    made = PullTimeUpdateExclusion(here, "Scanner", principal_arn=SCANNER)
    nodes(there, "scanner")
    synth(here)
    assert pointed_out(made) == []


def test_a_role_that_runs_images_by_another_stack_of_the_registry_is_pointed_out(make_stack):
    here, there = make_stack(), make_stack("there")
    made = PullTimeUpdateExclusion(here, "Scanner", principal_arn=SCANNER)
    nodes(there, "scanner")
    synth(here)
    assert pointed_out(made) == running("there/Nodes")
