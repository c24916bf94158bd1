"""Replication: many contributors, one configuration per registry."""

from __future__ import annotations

import itertools
import json

import pytest

from ecr_constructs import InvalidInput, ReplicationConfig, ReplicationDestination, Repository
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import App, TerraformStack, TerraformVariable
from tests.constructs.synthesised import OTHER, OWN, THIRD, codes, every, only, synth, warnings

KIND = "aws_ecr_replication_configuration"


def to(*places):
    """Return destinations: regions, or (region, account) pairs."""
    pairs = [(place, None) if isinstance(place, str) else place for place in places]
    return [ReplicationDestination(region=region, registry_id=account) for region, account in pairs]


def repository(scope, name, **arguments):
    return Repository(scope, f"Repository-{name.replace('/', '-')}", repository_name=name, **arguments)


def replication(stack):
    """Return each rule as (what names begin with, where to)."""
    found = only(stack, KIND)["replication_configuration"]["rule"]
    assert all(each["filter_type"] == "PREFIX_MATCH" for rule in found for each in rule.get("repository_filter", []))
    return [
        (
            [each["filter"] for each in rule.get("repository_filter", [])],
            [(each["region"], each["registry_id"]) for each in rule["destination"]],
        )
        for rule in found
    ]


class TestRules:
    def test_a_repository_is_replicated_by_its_name_to_the_own_account(self, stack):
        ReplicationConfig.of(stack).add_repository(repository(stack, "shop/web"), destinations=to("us-west-2"))
        assert replication(stack) == [(["shop/web"], [("us-west-2", OWN)])]

    def test_another_account_is_named(self, stack):
        ReplicationConfig.of(stack).add_rule(
            destinations=to(("us-east-1", OTHER), "eu-west-1"), repository_filters=["shop/"]
        )
        assert replication(stack) == [(["shop/"], [("eu-west-1", OWN), ("us-east-1", OTHER)])]

    def test_without_filters_everything_is_replicated(self, stack):
        ReplicationConfig.of(stack).add_rule(destinations=to("us-west-2"))
        assert replication(stack) == [([], [("us-west-2", OWN)])]
        assert "repository_filter" not in json.dumps(only(stack, KIND))

    def test_where_the_own_account_is_not_known_it_is_looked_up(self, make_stack):
        stack = make_stack(account_ids=None)
        ReplicationConfig.of(stack).add_rule(destinations=to("us-west-2"))
        account = "${data.aws_caller_identity.EcrCallerIdentity.account_id}"
        assert replication(stack) == [([], [("us-west-2", account)])]
        assert synth(stack)["data"] == {"aws_caller_identity": {"EcrCallerIdentity": {}}}

    def test_what_goes_to_the_same_places_is_one_rule(self, stack):
        config = ReplicationConfig.of(stack)
        config.add_repository(repository(stack, "web"), destinations=to("us-west-2", "eu-west-1"))
        config.add_repository(repository(stack, "api"), destinations=to("eu-west-1", ("us-west-2", OWN)))
        config.add_repository(repository(stack, "job"), destinations=to("us-west-2"))
        assert replication(stack) == [
            (["api", "web"], [("eu-west-1", OWN), ("us-west-2", OWN)]),
            (["job"], [("us-west-2", OWN)]),
        ]

    def test_a_filter_that_another_one_covers_is_left_out(self, stack):
        config = ReplicationConfig.of(stack)
        config.add_rule(destinations=to("us-west-2"), repository_filters=["shop/"])
        config.add_repository(repository(stack, "shop/web"), destinations=to("us-west-2"))
        assert replication(stack) == [(["shop/"], [("us-west-2", OWN)])]

    def test_without_contributions_there_is_no_resource(self, stack):
        ReplicationConfig.of(stack)
        assert "resource" not in synth(stack)

    def test_a_rule_after_a_synthesis_is_not_lost(self, stack):
        config = ReplicationConfig.of(stack)
        config.add_rule(destinations=to("us-west-2"), repository_filters=["web"])
        synth(stack)
        config.add_rule(destinations=to("us-west-2"), repository_filters=["api"])
        assert replication(stack) == [(["api", "web"], [("us-west-2", OWN)])]

    def test_values_may_be_known_later(self, stack):
        region, account, name = (
            TerraformVariable(stack, each, type="string").string_value for each in ("region", "account", "prefix")
        )
        ReplicationConfig.of(stack).add_rule(destinations=to((region, account)), repository_filters=[name])
        assert replication(stack) == [(["${var.prefix}"], [("${var.region}", "${var.account}")])]

    def test_the_app_writes_the_same(self, app: App, stack, tmp_path):
        ReplicationConfig.of(stack).add_rule(destinations=to("us-west-2"))
        app.synth()
        written = json.loads((tmp_path / "out/stacks/dev/cdk.tf.json").read_text(encoding="utf-8"))
        (resource,) = written["resource"][KIND].values()
        assert resource["replication_configuration"] == only(stack, KIND)["replication_configuration"]


CONTRIBUTIONS = {
    "shop": lambda config: config.add_rule(destinations=to("us-west-2"), repository_filters=["shop/", "base"]),
    "web": lambda config: config.add_repository(
        repository(config, "web"), destinations=to("us-west-2", ("eu-west-1", OTHER))
    ),
    "api": lambda config: config.add_repository(
        repository(config, "api"), destinations=to(("eu-west-1", OTHER), "us-west-2")
    ),
    "all": lambda config: config.add_rule(destinations=to(("us-east-1", THIRD))),
}


@pytest.mark.parametrize("names", list(itertools.permutations(CONTRIBUTIONS)))
def test_the_order_of_contributions_makes_no_difference(app, names):
    texts = []
    for construct, order in (("As", tuple(CONTRIBUTIONS)), ("Other", names)):
        stack = TerraformStack(app, construct)
        AwsProvider(stack, "Aws", region="us-east-1", allowed_account_ids=[OWN])
        config = ReplicationConfig.of(stack)
        for name in order:
            CONTRIBUTIONS[name](config)
        texts.append(json.dumps(only(stack, KIND)))
    assert texts[0] == texts[1]


class TestOnePerRegistry:
    def test_each_provider_has_its_own(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there", allowed_account_ids=[THIRD])
        ReplicationConfig.of(stack).add_rule(destinations=to("eu-west-1"))
        ReplicationConfig.of(stack, provider=there).add_rule(destinations=to("us-east-1"))
        assert ReplicationConfig.of(stack, provider=there) is not ReplicationConfig.of(stack)
        found = {each.get("provider"): each["replication_configuration"] for each in every(stack, KIND).values()}
        assert {key: each["rule"][0]["destination"] for key, each in found.items()} == {
            None: [{"region": "eu-west-1", "registry_id": OWN}],
            "aws.there": [{"region": "us-east-1", "registry_id": THIRD}],
        }

    def test_a_logical_id_is_its_terraform_name(self, stack):
        ReplicationConfig.of(stack, logical_id="registry").add_rule(destinations=to("us-west-2"))
        assert list(every(stack, KIND)) == ["registry"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("places", "problem"),
        [
            ([], ("replication_destinations", "replication-destination")),
            (["us-east-1"], ("replication_destinations[0].region", "replication-destination")),
            ([("us-east-1", OWN)], ("replication_destinations[0].region", "replication-destination")),
            (["us-west-2", "us-west-2"], ("replication_destinations[1]", "replication-destination")),
            (["us-west-2", ("us-west-2", OWN)], ("replication_destinations[1]", "replication-destination")),
            (["cn-north-1"], ("replication_destinations[0].region", "replication-partition")),
            (["us-gov-west-1"], ("replication_destinations[0].region", "replication-partition")),
            (["mars"], ("replication_destinations[0].region", "region")),
            ([("us-west-2", "12")], ("replication_destinations[0].registry_id", "account-id")),
        ],
    )
    def test_destinations_that_ecr_does_not_take(self, stack, places, problem):
        with pytest.raises(InvalidInput) as caught:
            ReplicationConfig.of(stack).add_rule(destinations=to(*places))
        assert codes(caught) == [problem]
        assert caught.value.problems[0].source == "dev/ReplicationConfig"

    def test_another_account_in_the_same_region_is_a_destination(self, stack):
        ReplicationConfig.of(stack).add_rule(destinations=to(("us-east-1", OTHER)))
        assert replication(stack) == [([], [("us-east-1", OTHER)])]

    def test_where_the_region_is_not_known_it_is_not_looked_up_for_the_check(self, make_stack):
        stack = make_stack(region=None)
        ReplicationConfig.of(stack).add_rule(destinations=to(("cn-north-1", OTHER)))
        assert "data" not in synth(stack)

    def test_a_filter_of_one_character(self, stack):
        with pytest.raises(InvalidInput) as caught:
            ReplicationConfig.of(stack).add_rule(destinations=to("us-west-2"), repository_filters=["web", "x"])
        assert codes(caught) == [("repository_filters[1]", "replication-filter")]

    def test_more_rules_than_a_configuration_holds(self, stack):
        config = ReplicationConfig.of(stack)
        for number in range(10):
            config.add_rule(destinations=to(("us-west-2", f"{number:012}")))
        with pytest.raises(InvalidInput) as caught:
            config.add_rule(destinations=to(("us-west-2", OTHER)))
        assert codes(caught) == [("replication", "replication-rules")]

    def test_more_destinations_than_a_configuration_holds(self, stack):
        config = ReplicationConfig.of(stack)
        config.add_rule(destinations=to(*(("us-west-2", f"{number:012}") for number in range(20))))
        with pytest.raises(InvalidInput) as caught:
            config.add_rule(destinations=to(*(("eu-west-1", f"{number:012}") for number in range(6))))
        assert codes(caught) == [("replication", "replication-destinations")]

    def test_what_was_refused_leaves_nothing_behind(self, stack):
        config = ReplicationConfig.of(stack)
        with pytest.raises(InvalidInput):
            config.add_rule(destinations=to("us-east-1"))
        config.add_rule(destinations=to("us-west-2"))
        assert replication(stack) == [([], [("us-west-2", OWN)])]


class TestNamesThatBeginAlike:
    """ECR matches the beginning of names: the filter for `web` replicates `web-admin` too."""

    def warned(self, stack):
        synth(stack)
        return [warning.split(",")[0] for warning in warnings(ReplicationConfig.of(stack))]

    def test_a_repository_that_is_replicated_by_accident_is_warned_of(self, stack):
        repository(stack, "web-admin")
        ReplicationConfig.of(stack).add_repository(repository(stack, "web"), destinations=to("us-west-2"))
        assert self.warned(stack) == ["The replication of web also replicates web-admin"]

    def test_also_when_it_comes_later(self, stack):
        ReplicationConfig.of(stack).add_repository(repository(stack, "web"), destinations=to("us-west-2"))
        repository(stack, "web-admin")
        repository(stack, "website")
        assert self.warned(stack) == [
            "The replication of web also replicates web-admin",
            "The replication of web also replicates website",
        ]

    def test_not_one_that_is_replicated_as_well_even_when_that_comes_later(self, stack):
        config = ReplicationConfig.of(stack)
        admin = repository(stack, "web-admin")
        config.add_repository(repository(stack, "web"), destinations=to("us-west-2"))
        config.add_repository(admin, destinations=to("us-west-2"))
        assert self.warned(stack) == []

    def test_but_one_that_is_replicated_to_other_places(self, stack):
        config = ReplicationConfig.of(stack)
        config.add_repository(repository(stack, "web"), destinations=to("us-west-2"))
        config.add_repository(repository(stack, "web-admin"), destinations=to("eu-west-1"))
        assert self.warned(stack) == ["The replication of web also replicates web-admin"]

    def test_not_what_a_filter_means(self, stack):
        ReplicationConfig.of(stack).add_rule(destinations=to("us-west-2"), repository_filters=["web"])
        repository(stack, "web-admin")
        assert self.warned(stack) == []

    def test_not_what_lies_in_another_registry(self, stack):
        there = AwsProvider(stack, "There", region="eu-west-1", alias="there")
        repository(stack, "web-admin", provider=there)
        ReplicationConfig.of(stack).add_repository(repository(stack, "web"), destinations=to("us-west-2"))
        assert self.warned(stack) == []

    def test_once_however_often_the_stack_is_synthesised(self, stack):
        repository(stack, "web-admin")
        ReplicationConfig.of(stack).add_repository(repository(stack, "web"), destinations=to("us-west-2"))
        synth(stack)
        assert len(self.warned(stack)) == 1

    def test_the_manifest_that_cdktf_shows_has_it(self, app: App, stack, tmp_path):
        repository(stack, "web-admin")
        ReplicationConfig.of(stack).add_repository(repository(stack, "web"), destinations=to("us-west-2"))
        app.synth()
        manifest = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))
        (annotation,) = manifest["stacks"]["dev"]["annotations"]
        assert (annotation["constructPath"], annotation["level"]) == ("dev/ReplicationConfig", "@cdktf/warn")


def test_that_deletions_are_replicated_is_said_and_changes_nothing(make_stack):
    documents = []
    for is_replicated in (False, True):
        stack = make_stack(f"stack{is_replicated}")
        there = ReplicationDestination(region="us-west-2", deletions_replicated=is_replicated)
        ReplicationConfig.of(stack).add_rule(destinations=[there], repository_filters=["shop/"])
        documents.append(only(stack, "aws_ecr_replication_configuration"))
    assert documents[0] == documents[1]


def test_a_rule_of_which_both_is_said_is_warned_of(stack):
    config = ReplicationConfig.of(stack)
    for name, is_replicated in (("web", True), ("api", False)):
        there = ReplicationDestination(region="us-west-2", deletions_replicated=is_replicated)
        config.add_repository(repository(stack, name), destinations=[there])
    synth(stack)
    (warning,) = warnings(config)
    assert "deletions_replicated is true of web, and not of api" in warning
    assert warning.endswith("[replication-deletions]")
    (rule,) = only(stack, "aws_ecr_replication_configuration")["replication_configuration"]["rule"]
    assert [each["filter"] for each in rule["repository_filter"]] == ["api", "web"]


class TestRepositoriesOfOtherStacks:
    """Several stacks may make the repositories of one registry, whose replication is in one of them."""

    DESTINATIONS = (ReplicationDestination(region="us-west-2"),)

    def test_they_are_replicated_by_name(self, stack):
        ReplicationConfig.of(stack).add_repositories(["shop/web", "shop/api"], destinations=self.DESTINATIONS)
        (rule,) = only(stack, "aws_ecr_replication_configuration")["replication_configuration"]["rule"]
        assert [each["filter"] for each in rule["repository_filter"]] == ["shop/api", "shop/web"]

    def accident(self, make_stack, **other):
        """Return the warnings where another stack makes a repository that the filter matches too."""
        stack = make_stack("first")
        config = ReplicationConfig.of(stack)
        config.add_repositories(["shop/web"], destinations=self.DESTINATIONS)
        Repository(make_stack("second", **other), "Admin", repository_name="shop/web-admin")
        synth(stack)
        return warnings(config)

    def test_one_that_is_replicated_by_accident_is_pointed_out(self, make_stack):
        (warning,) = self.accident(make_stack)
        assert "shop/web-admin" in warning

    def test_one_that_may_be_in_the_same_account_is_pointed_out(self, make_stack):
        assert self.accident(make_stack, account_ids=None)

    @pytest.mark.parametrize("other", [{"region": "eu-west-1"}, {"account_ids": [OTHER]}])
    def test_one_in_another_registry_is_not(self, make_stack, other):
        assert self.accident(make_stack, **other) == []
