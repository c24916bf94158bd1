"""What exists once in a registry, or once for a repository, has one owner; a second one is an error that names both."""

from __future__ import annotations

import pytest

from ecr_constructs import (
    CrossAccountPolicy,
    InvalidInput,
    LifecyclePolicy,
    RegistryPolicy,
    RegistryScanning,
    ReplicationConfig,
    Repository,
)
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import Construct, TerraformStack
from tests.constructs.synthesised import OTHER, OWN, codes, every, only, synth

ARN = f"arn:aws:ecr:us-east-1:{OWN}:repository/shop/web"


def made(scope, construct="Made", **arguments):
    return Repository(scope, construct, repository_name="shop/web", **arguments)


def named(scope, construct="Named", **arguments):
    return Repository.from_name(scope, construct, "shop/web", **arguments)


def found(scope, construct="Found", **arguments):
    return Repository.from_arn(scope, construct, ARN, **arguments)


def grant(repository):
    repository.grant_pull(OTHER)


def share(repository):
    CrossAccountPolicy(repository, "Access", repository=repository, allowed_account_ids=[OTHER])


def retain(repository):
    LifecyclePolicy(repository, "Retention", repository=repository, max_image_count=5)


both_ways = pytest.mark.parametrize(
    ("manage", "what"), [(grant, "policy"), (share, "policy"), (retain, "lifecycle policy")]
)


class TestOneRepositorySeenTwice:
    """Two policies of one repository would overwrite each other at every apply."""

    @both_ways
    @pytest.mark.parametrize(("first", "second"), [(made, named), (named, made), (named, found), (found, made)])
    def test_its_policy_is_managed_in_one_place(self, stack, first, second, manage, what):
        one, other = first(stack), second(stack)
        manage(one)
        with pytest.raises(InvalidInput) as caught:
            manage(other)
        (problem,) = caught.value.problems
        assert (problem.code, problem.source) == ("one-per-registry", other.node.path)
        assert problem.rule == f"must be the only {what} of the repository shop/web; {one.node.path} has one already"

    @both_ways
    def test_two_imports_of_one_name_are_one_repository(self, stack, manage, what):
        manage(named(stack, "One"))
        with pytest.raises(InvalidInput, match=rf"^dev/Other: must be the only {what} of .* dev/One has one already"):
            manage(named(stack, "Other"))

    def test_one_place_may_grant_and_the_other_retain(self, stack):
        """They are two resources, each with one owner."""
        grant(made(stack))
        retain(named(stack))
        assert (len(every(stack, "aws_ecr_repository_policy")), len(every(stack, "aws_ecr_lifecycle_policy"))) == (1, 1)

    def test_an_import_that_manages_nothing_is_in_nobodys_way(self, stack):
        named(stack)
        grant(made(stack))
        assert len(every(stack, "aws_ecr_repository_policy")) == 1

    @both_ways
    def test_other_repositories_are_others(self, stack, manage, what):
        manage(made(stack))
        manage(Repository.from_name(stack, "Admin", "shop/admin"))

    @both_ways
    def test_the_same_name_in_another_region_is_another_repository(self, stack, manage, what):
        manage(made(stack))
        manage(named(stack, provider=AwsProvider(stack, "West", region="us-west-2", alias="west")))

    @both_ways
    def test_the_same_name_in_another_stack_is_another_repository(self, stack, make_stack, manage, what):
        manage(made(stack))
        manage(made(make_stack("prod")))


@pytest.mark.parametrize("kind", [RegistryPolicy, RegistryScanning, ReplicationConfig])
class TestOneOfAKind:
    def test_of_returns_the_same_wherever_it_is_asked(self, stack, kind):
        one = kind.of(stack)
        assert kind.of(Construct(stack, "Team")) is one
        assert kind.of(made(stack)) is one

    def test_of_returns_the_one_that_was_made_by_hand(self, stack, kind):
        one = kind(Construct(stack, "Team"), "One")
        assert kind.of(stack) is one

    def test_a_second_one_is_refused_and_both_are_named(self, stack, kind):
        one = kind(Construct(stack, "Team"), "One")
        with pytest.raises(InvalidInput, match=r"^dev/Two: .* dev/Team/One has one already") as caught:
            kind(stack, "Two")
        assert codes(caught) == [("", "one-per-registry")]
        assert kind.of(stack) is one

    def test_so_is_one_beside_the_one_that_was_made_on_demand(self, stack, kind):
        kind.of(stack)
        with pytest.raises(InvalidInput, match=f"dev/{kind.__name__} has one already"):
            kind(Construct(stack, "Team"), "Two")

    def test_each_stack_has_its_own(self, make_stack, kind):
        assert kind.of(make_stack("dev")) is not kind.of(make_stack("prod"))

    def test_each_provider_has_its_own(self, stack, kind):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there")
        assert kind.of(stack, provider=there) is not kind.of(stack)
        assert kind.of(stack, provider=there) is kind.of(Construct(stack, "Team"), provider=there)

    def test_the_default_provider_given_by_hand_is_the_default(self, app, kind):
        stack = TerraformStack(app, "dev")
        provider = AwsProvider(stack, "Aws", region="us-east-1")
        assert kind.of(stack, provider=provider) is kind.of(stack)

    def test_a_logical_id_that_is_taken_is_refused(self, stack, kind):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there")
        kind.of(stack, logical_id="registry")
        with pytest.raises(InvalidInput) as caught:
            kind.of(stack, logical_id="registry", provider=there)
        assert codes(caught) == [("logical_id", "logical-id-taken")]


class TestOneRegistrySeenFromAnywhere:
    def test_its_place_is_looked_up_once(self, make_stack):
        stack = make_stack(region=None)
        for name in ("a1", "b2", "c3"):
            Repository(Construct(stack, name), "Web", repository_name=name).grant_pull(OTHER, "ecs.amazonaws.com")
        data = synth(stack)["data"]
        assert {kind: list(names) for kind, names in data.items()} == {
            "aws_caller_identity": ["EcrCallerIdentity"],
            "aws_partition": ["EcrPartition"],
        }

    def test_each_provider_looks_its_own_up(self, make_stack):
        stack = make_stack(region="${var.region}")
        grant(made(stack))
        grant(named(stack, provider=AwsProvider(stack, "West", region="${var.west}", alias="west")))
        data = synth(stack)["data"]["aws_partition"]
        assert data == {"EcrPartition": {}, "EcrPartition-West": {"provider": "aws.west"}}

    def test_a_provider_that_comes_later_still_says_where_it_is(self, app, make_stack):
        stack = make_stack(region=None)
        web = made(stack)
        AwsProvider(stack, "Aws", region="cn-north-1")
        grant(web)
        assert f"arn:aws-cn:iam::{OTHER}:root" in only(stack, "aws_ecr_repository_policy")["policy"]

    def test_of_several_providers_the_one_without_an_alias_counts(self, stack):
        AwsProvider(stack, "West", region="cn-north-1", alias="west")
        grant(made(stack))
        assert f"arn:aws:iam::{OTHER}:root" in only(stack, "aws_ecr_repository_policy")["policy"]
