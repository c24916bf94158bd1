"""Whether deletions are replicated, which ECR does for whole rules and is said of each destination."""

import pytest

from ecr_constructs.core.registry.replicated_deletions import deletion_notices, rules_with_deletions
from ecr_constructs.core.registry.replication import (
    ReplicationContribution,
    ReplicationDestination,
    destinations_of_rule,
)

OWN = "111111111111"


def to(region, account=OWN, *, goes=False):
    return ReplicationDestination(region=region, registry_id=account, deletions_replicated=goes)


WEST, GOES, EAST = to("us-west-2"), to("us-west-2", goes=True), to("eu-west-1", "222222222222")


def replicate(*prefixes, to=(WEST,)):
    return ReplicationContribution(destinations=to, prefixes=prefixes)


def told(*contributions):
    return [
        (name, notice.rule.partition("both is said: ")[2])
        for name, notice in deletion_notices(contributions, registry_id=OWN)
    ]


@pytest.mark.parametrize(
    ("contributions", "found"),
    {
        "nobody says it": ([replicate("web"), replicate("api")], []),
        "everybody says it": ([replicate("web", to=(GOES,)), replicate("api", to=(GOES,))], []),
        "rules of their own": ([replicate("web", to=(GOES,)), replicate("api", to=(WEST, EAST))], []),
        "two that share a rule": (
            [replicate("web", to=(GOES,)), replicate("api", "job")],
            [("api", "deletions_replicated is true of web, and not of api and job")],
        ),
        "in another order": (
            [
                replicate("api", to=(EAST, WEST)),
                replicate("web", to=(GOES, to("eu-west-1", "222222222222", goes=True))),
            ],
            [("api", "deletions_replicated is true of web, and not of api")],
        ),
        "destinations of one": (
            [replicate("web", to=(GOES, EAST))],
            [
                (
                    "web",
                    (
                        "deletions_replicated is true of web to us-west-2, and not of web to eu-west-1 of account "
                        "222222222222"
                    ),
                )
            ],
        ),
        "all repositories": (
            [replicate(to=(GOES,)), replicate("web")],
            [("web", "deletions_replicated is true of all repositories, and not of web")],
        ),
        "many repositories": (
            [replicate(*"abcdefgh", to=(GOES,)), replicate("web")],
            [("web", "deletions_replicated is true of a, b, c, d and 4 more, and not of web")],
        ),
    }.values(),
)
def test_a_rule_of_which_both_is_said_is_pointed_out(contributions, found):
    assert told(*contributions) == found


def test_it_says_what_to_look_at_and_what_to_write():
    ((_, notice),) = deletion_notices([replicate("web", to=(GOES,)), replicate("api")], registry_id=OWN)
    assert (notice.code, notice.severity) == ("replication-deletions", "warning")
    assert notice.rule.startswith(
        "ECR replicates the deletions of a replication rule as a whole, and of the one to us-west-2"
    )
    assert notice.fix == (
        "Look at deleteReplication of the rule in aws ecr describe-registry: where it is on, say "
        "deletions_replicated: true of api as well; where it is off, of none."
    )


def test_what_one_says_holds_of_the_rule():
    said = replicate("web", to=(GOES, EAST))
    assert rules_with_deletions([said, replicate("api", to=(WEST,))]) == {destinations_of_rule(said)}
    assert rules_with_deletions([replicate("api")]) == frozenset()
