"""VPC endpoints that a change takes away."""

import pytest

from ecr_constructs.review.endpoints import judge_endpoints
from tests.unit.reviewed import change_of

DEV = "project: shop\nenv: dev\nregion: eu-west-1\naccount_id: '111111111111'\n"
VPC, OTHER = "vpc-0123456789abcdef0", "vpc-0123456789abcdef1"
ONE, TWO = "subnet-0123456789abcdef0", "subnet-0123456789abcdef1"
TABLES = "route_table_ids: [rtb-0123456789abcdef0]"
SUBNETS = f"subnet_ids: [{ONE}], {TABLES}"
OPEN = "s3_policy: open"


def endpoints(said, vpc=VPC, places=SUBNETS):
    return f"ecr_vpc_endpoints: {{vpc_id: {vpc}, {places}, {said}}}\n"


def found(base, head):
    acknowledged = "acknowledge: [endpoints-s3-closed]\n"
    return [
        *judge_endpoints(change_of({"dev.yaml": DEV + acknowledged + base}, {"dev.yaml": DEV + acknowledged + head}))
    ]


def told(base, head):
    return [(each.code, ".".join(map(str, each.path)), each.at_base, each.what) for each in found(base, head)]


ORG, REFUSED = "o-a1b2c3d4e5", "are refused by the endpoints"
GROUP = "sg-0123456789abcdef0"
UNLESS = "no more, unless another of their security groups lets it in"
KEY = "ecr_vpc_endpoints"
CASES = {
    "no endpoints": (
        endpoints(OPEN),
        "",
        [("endpoints-removed", KEY, True, f"the VPC {VPC} has no endpoints of ecr.api, ecr.dkr, logs, s3 any more")],
    ),
    "another VPC": (
        endpoints(OPEN),
        endpoints(OPEN, vpc=OTHER),
        [("endpoints-removed", f"{KEY}.vpc_id", False, f"endpoints are made in the VPC {OTHER} instead of {VPC}")],
    ),
    "no logs": (
        endpoints(OPEN),
        endpoints(f"{OPEN}, enable_logs: false"),
        [("endpoints-removed", f"{KEY}.enable_logs", False, f"the VPC {VPC} has no endpoint of logs any more")],
    ),
    "no S3": (
        endpoints(OPEN),
        endpoints("enable_s3: false", places=f"subnet_ids: [{ONE}]"),
        [("endpoints-removed", f"{KEY}.enable_s3", False, f"the VPC {VPC} has no endpoint of s3 any more")],
    ),
    "fewer subnets": (
        endpoints(OPEN, places=f"subnet_ids: [{ONE}, {TWO}], {TABLES}"),
        endpoints(OPEN),
        [("endpoints-removed", f"{KEY}.subnet_ids", False, f"the subnets {TWO} have no endpoints any more")],
    ),
    "fewer accounts": (
        endpoints(f"{OPEN}, principal_account_ids: ['222222222222']"),
        endpoints(OPEN),
        [("endpoints-narrowed", KEY, False, f"identities of account 222222222222 {REFUSED}")],
    ),
    "no organisation": (
        endpoints(f"{OPEN}, organization_id: {ORG}"),
        endpoints(OPEN),
        [
            (
                "endpoints-narrowed",
                KEY,
                False,
                "identities of the organisation o-a1b2c3d4e5 are refused by the endpoints",
            )
        ],
    ),
    "a security group": (
        endpoints(f"{OPEN}, security_group_ids: [{GROUP}, {GROUP[:-1]}1]"),
        endpoints(f"{OPEN}, security_group_ids: [{GROUP}]"),
        [
            (
                "endpoints-narrowed",
                f"{KEY}.security_group_ids",
                False,
                f"the endpoints are reached by whom {GROUP[:-1]}1 lets in {UNLESS}",
            )
        ],
    ),
    "security groups of one's own": (
        endpoints(OPEN),
        endpoints(f"{OPEN}, security_group_ids: [{GROUP}]"),
        [
            (
                "endpoints-narrowed",
                f"{KEY}.security_group_ids",
                False,
                f"the endpoints are reached by the whole VPC {UNLESS}",
            )
        ],
    ),
    "less of S3": (
        endpoints(OPEN),
        endpoints("s3_bucket_arns: ['arn:aws:s3:::assets']"),
        [
            (
                "endpoints-narrowed",
                KEY,
                False,
                "nothing in S3 is reached any more but the layers of images, and the buckets that are named",
            )
        ],
    ),
    "fewer buckets": (
        endpoints("s3_bucket_arns: ['arn:aws:s3:::assets', 'arn:aws:s3:::more']"),
        endpoints("s3_bucket_arns: ['arn:aws:s3:::assets']"),
        [
            (
                "endpoints-narrowed",
                f"{KEY}.s3_bucket_arns",
                False,
                "the buckets arn:aws:s3:::more are refused by the endpoint of S3",
            )
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_has_an_endpoint_no_more_is_told(case):
    base, head, expected = CASES[case]
    assert told(base, head) == expected
    assert {(each.severity, each.consequence) for each in found(base, head)} == {("attention", "breaks")}


@pytest.mark.parametrize("case", sorted(CASES.keys() - {"another VPC"}))
def test_what_has_one_from_now_on_is_not_told(case):
    base, head, _ = CASES[case]
    assert told(head, base) == []


KEPT = {
    "a comment": (endpoints(OPEN), f"# private\n{endpoints(OPEN)}"),
    "defaults written out": (endpoints(OPEN), endpoints(f"{OPEN}, enable_logs: true, enable_s3: true")),
    "subnets in another order": (
        endpoints(OPEN, places=f"subnet_ids: [{ONE}, {TWO}], {TABLES}"),
        endpoints(OPEN, places=f"subnet_ids: [{TWO}, {ONE}], {TABLES}"),
    ),
    "what was never there": (
        endpoints(f"{OPEN}, enable_logs: false, organization_id: {ORG}"),
        endpoints(f"{OPEN}, enable_logs: false, organization_id: {ORG}, principal_account_ids: ['222222222222']"),
    ),
    "the own account": (endpoints(f"{OPEN}, principal_account_ids: ['111111111111']"), endpoints(OPEN)),
    "an organisation in place of an account": (
        endpoints(f"{OPEN}, principal_account_ids: ['222222222222']"),
        endpoints(f"{OPEN}, organization_id: {ORG}"),
    ),
    "subnets by fewer tags": (
        endpoints(OPEN, places=f"subnet_tags: {{Tier: private, Team: web}}, {TABLES}"),
        endpoints(OPEN, places=f"subnet_tags: {{Tier: private}}, {TABLES}"),
    ),
}


@pytest.mark.parametrize("case", KEPT)
def test_what_stays_is_not_told(case):
    assert told(*KEPT[case]) == []


ROUTES = "route_table_tags: {Tier: private}"
NONE = "whatever is not among them has none any more"


@pytest.mark.parametrize(
    ("places", "key", "what"),
    [
        (
            f"subnet_tags: {{Tier: private}}, {TABLES}",
            "subnet_tags",
            f"the subnets with endpoints are those with the tags Tier=private instead of {ONE}: {NONE}",
        ),
        (
            f"subnet_ids: [{ONE}], {ROUTES}",
            "route_table_tags",
            (
                "the route tables with endpoints are those with the tags Tier=private instead of "
                f"rtb-0123456789abcdef0: {NONE}"
            ),
        ),
    ],
)
def test_places_that_are_looked_up_may_be_others_both_ways(places, key, what):
    ids, tags = endpoints(OPEN), endpoints(OPEN, places=places)
    assert told(ids, tags) == [("endpoints-removed", f"{KEY}.{key}", False, what)]
    ((code, path, *_),) = told(tags, ids)
    assert (code, path) == ("endpoints-removed", f"{KEY}.{key.replace('_tags', '_ids')}")


def test_places_by_other_tags_are_others():
    one, other, both = (
        endpoints(OPEN, places=f"subnet_tags: {{{each}}}, {TABLES}") for each in ("a: x", "b: y", "a: x, b: y")
    )
    for before, after in ((one, other), (one, both)):
        assert [each[:2] for each in told(before, after)] == [("endpoints-removed", f"{KEY}.subnet_tags")]
    assert told(both, one) == []
