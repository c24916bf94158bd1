"""Replication: contributions merged into rules, and the limits of ECR, held to botocore's model where it has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.registry.replication import (
    ReplicationContribution,
    ReplicationDestination,
    ReplicationRule,
    accidental_matches,
    check_contribution,
    check_replication_rules,
    merge_contributions,
)
from ecr_constructs.core.tokens import is_unresolved
from tests.unit.aws_models import limits, near, takes

OWN, OTHER = "111111111111", "222222222222"


def to(*regions: str, account: str | None = None) -> tuple[ReplicationDestination, ...]:
    return tuple(ReplicationDestination(region=region, registry_id=account) for region in regions)


def replicate(*prefixes: str, to: tuple[ReplicationDestination, ...] = to("us-west-2"), **more: bool):
    return ReplicationContribution(destinations=to, prefixes=prefixes, **more)


def check(contribution: ReplicationContribution, region: str | None = "us-east-1", account: str | None = OWN):
    return check_contribution(contribution, region=region, registry_id=account)


@given(near(st.text("az09./_-", max_size=8)).filter(lambda text: not is_unresolved(text)))
def test_a_filter_is_right_where_ecr_takes_it(text):
    assert (check(replicate(text)) == []) == takes("ecr", "RepositoryFilterValue", text)


@pytest.mark.parametrize("length", [0, 1, 2, 256, 257])
def test_a_filter_is_as_long_as_ecr_takes_it(length):
    found = limits("ecr", "RepositoryFilterValue")
    assert (check(replicate("a" * length)) == []) == (found["min"] <= length <= found["max"])


@pytest.mark.parametrize(
    ("contribution", "place", "key", "code"),
    [
        (replicate(to=()), {}, "replication_destinations", "replication-destination"),
        (replicate(to=to("us-east-1")), {}, "replication_destinations[0].region", "replication-destination"),
        (
            replicate(to=to("us-east-1", account=OWN)),
            {},
            "replication_destinations[0].region",
            "replication-destination",
        ),
        (replicate(to=to("us-west-2", "us-west-2")), {}, "replication_destinations[1]", "replication-destination"),
        (
            replicate(to=to("us-west-2") + to("us-west-2", account=OWN)),
            {},
            "replication_destinations[1]",
            "replication-destination",
        ),
        (replicate(to=to("cn-north-1")), {}, "replication_destinations[0].region", "replication-partition"),
        (
            replicate(to=to("us-east-1")),
            {"region": "cn-north-1"},
            "replication_destinations[0].region",
            "replication-partition",
        ),
        (replicate(to=to("oregon")), {"region": "cn-north-1"}, "replication_destinations[0].region", "region"),
        (
            replicate(to=to("us-west-2", account="me")),
            {},
            "replication_destinations[0].registry_id",
            "account-id",
        ),
        (replicate("web", "w"), {}, "repository_filters[1]", "replication-filter"),
        (replicate("web*"), {}, "repository_filters[0]", "replication-filter"),
    ],
)
def test_what_ecr_refuses_is_one_problem(contribution, place, key, code):
    (problem,) = check(contribution, **place)
    assert (problem.key, problem.code) == (key, code)


@pytest.mark.parametrize(
    ("contribution", "place"),
    [
        (replicate("web", to=to("us-west-2", "eu-west-1")), {}),
        (replicate(), {}),
        (replicate(to=to("us-east-1", account=OTHER)), {}),
        (replicate(to=to("us-west-2", account=OWN)), {}),
        (replicate(to=to("us-west-2") + to("us-west-2", account=OTHER)), {}),
        (replicate(to=to("us-east-1")), {"region": None}),
        (replicate(to=to("us-east-1")), {"region": "${var.region}"}),
        (replicate(to=to("${var.region}", account="${var.account}")), {}),
        (replicate(to=to("${var.region}")), {"region": "cn-north-1"}),
        (replicate("${var.prefix}"), {}),
        (replicate(to=to("cn-northwest-1")), {"region": "cn-north-1"}),
    ],
)
def test_what_ecr_may_take_has_no_problem(contribution, place):
    assert check(contribution, **place) == []


def test_contributions_to_the_same_destinations_share_a_rule_whatever_their_order():
    there, back = to("us-west-2", "eu-west-1"), to("eu-west-1", "us-west-2")
    rules = merge_contributions([replicate("web", to=there), replicate("api", to=back), replicate("db")])

    assert rules == [
        ReplicationRule(destinations=to("eu-west-1", "us-west-2"), prefixes=("api", "web")),
        ReplicationRule(destinations=to("us-west-2"), prefixes=("db",)),
    ]


def test_a_prefix_that_another_one_covers_is_left_out():
    (rule,) = merge_contributions([replicate("web-admin", "web", "web/x", "we", "api")])
    assert rule.prefixes == ("api", "we")


def test_whatever_replicates_everything_makes_the_prefixes_of_its_destinations_needless():
    rules = merge_contributions([replicate("web"), replicate(), replicate("web", to=to("eu-west-1"))])

    assert [rule.prefixes for rule in rules] == [("web",), ()]


def test_a_destination_of_the_own_account_comes_before_those_of_others():
    (rule,) = merge_contributions([replicate(to=to("us-west-2", account=OTHER) + to("us-west-2"))])
    assert [each.registry_id for each in rule.destinations] == [None, OTHER]


def test_more_prefixes_than_a_rule_takes_make_several_rules():
    most = limits("ecr", "RepositoryFilterList")["max"]
    rules = merge_contributions([replicate(*(f"team{number:03}-" for number in range(most + 1)))])

    assert [len(rule.prefixes) for rule in rules] == [most, 1]
    assert len({rule.destinations for rule in rules}) == 1


@pytest.mark.parametrize(("number", "codes"), [(10, []), (11, ["replication-rules"])])
def test_a_registry_has_at_most_the_ten_rules_that_the_provider_takes(number, codes):
    rules = merge_contributions([replicate("web", to=to(f"us-west-{index}")) for index in range(number)])
    problems = check_replication_rules(rules)
    assert [problem.code for problem in problems] == codes
    most = limits("ecr", "ReplicationRuleList")["max"]
    assert all(problem.rule.endswith(f"ECR itself takes {most}") for problem in problems)


def test_a_rule_of_ecr_has_room_for_every_destination_of_a_registry():
    assert limits("ecr", "ReplicationDestinationList")["max"] >= 25


def test_whether_deletions_are_replicated_makes_no_other_destination():
    """Terraform has no such setting: repositories that say it share a rule with those that do not."""
    said = (ReplicationDestination(region="us-west-2", deletions_replicated=True),)
    (rule,) = merge_contributions([replicate("web"), replicate("api", to=said)])
    assert (rule.prefixes, len(rule.destinations)) == (("api", "web"), 1)
    (problem,) = check(replicate(to=to("us-west-2") + said))
    assert (problem.key, problem.code) == ("replication_destinations[1]", "replication-destination")


@pytest.mark.parametrize(("number", "codes"), [(25, []), (26, ["replication-destinations"])])
def test_a_registry_has_at_most_25_destinations(number, codes):
    regions = [f"us-west-{index}" for index in range(number)]
    rules = merge_contributions([replicate("web", to=to(*regions)), replicate("api", to=to(*regions[:3]))])
    assert [problem.code for problem in check_replication_rules(rules)] == codes


@pytest.mark.parametrize(
    ("contributions", "found"),
    [
        ([replicate("web", exact=True)], [("web", "web-admin"), ("web", "web/x")]),
        ([replicate("web", exact=True), replicate("web-admin", exact=True)], [("web", "web/x")]),
        ([replicate("web", exact=True), replicate("web-")], [("web", "web/x")]),
        ([replicate("web", exact=True), replicate()], []),
        ([replicate("web")], []),
        ([replicate("web-admin", exact=True), replicate("api", exact=True)], []),
        (
            [replicate("web", exact=True), replicate("web", to=to("eu-west-1"))],
            [("web", "web-admin"), ("web", "web/x")],
        ),
        ([replicate("${var.name}", exact=True)], []),
    ],
)
def test_a_repository_whose_name_begins_with_that_of_a_replicated_one_is_found(contributions, found):
    names = ["web", "web-admin", "web/x", "api", "${var.name}-x"]
    assert accidental_matches(contributions, names) == found


CONTRIBUTIONS = st.lists(
    st.builds(
        ReplicationContribution,
        destinations=st.lists(st.sampled_from(to("us-west-1", "us-west-2", "eu-west-1")), min_size=1, max_size=3).map(
            tuple
        ),
        prefixes=st.lists(st.text("ab", min_size=2, max_size=4), max_size=4).map(tuple),
    ),
    max_size=6,
)


def replicated(name: str, rules) -> set[ReplicationDestination]:
    """Return where the images of a repository go."""
    return {
        destination
        for rule in rules
        if not rule.prefixes or name.startswith(tuple(rule.prefixes))
        for destination in rule.destinations
    }


@given(CONTRIBUTIONS, st.text("ab", min_size=2, max_size=5))
def test_merging_changes_nothing_of_what_is_replicated_where(contributions, name):
    assert replicated(name, merge_contributions(contributions)) == replicated(name, contributions)


@given(CONTRIBUTIONS, st.randoms(use_true_random=False))
def test_the_order_of_contributions_does_not_matter(contributions, random):
    shuffled = random.sample(contributions, len(contributions))
    assert merge_contributions(shuffled) == merge_contributions(contributions)


@given(CONTRIBUTIONS)
def test_there_is_one_rule_for_each_set_of_destinations(contributions):
    found = [rule.destinations for rule in merge_contributions(contributions)]
    assert sorted(found) == sorted(
        {tuple(sorted(set(each.destinations), key=lambda to: to.region)) for each in contributions}
    )
