"""What a change costs: which findings there are of it, where, and that whatever costs no more is none."""

from __future__ import annotations

import itertools

import pytest

from ecr_constructs.config.rules.catalogue import catalogue
from ecr_constructs.core import prices
from ecr_constructs.review.costs import judge_costs
from tests.unit.reviewed import change_of, review_of

HEAD = 'project: shop\nenv: {env}\nregion: us-east-1\naccount_id: "111111111111"\n'
OTHER = "222222222222"
REPOSITORIES = "ecr_repositories: {api: , web: }\n"


def many(number, options=""):
    return "ecr_repositories:\n" + "".join(f"  r{index:03}: {options}\n" for index in range(number))


def found(before, after):
    """Return the findings of a change of dev.yaml; None stands for no such file."""
    sides = [{} if text is None else {"dev.yaml": HEAD.format(env="dev") + text} for text in (before, after)]
    return list(judge_costs(change_of(*sides)))


def told(before, after):
    return [
        f"{each.severity} {each.code} {'.'.join(map(str, each.path))} ({', '.join(each.repositories)}) {each.what}"
        for each in found(before, after)
    ]


ENDPOINTS = "ecr_vpc_endpoints: {{vpc_id: vpc-12345678, route_table_ids: [rtb-12345678], {}}}\n"
KMS = f"ecr_encryption_type: KMS\n{REPOSITORIES}"
TO_WEST = "enable_replication: true, replication_destinations: [{region: us-west-2}]"
WEST = (
    "is replicated to us-west-2: what is pushed is stored there as well, at 0.10 USD for each GB and month, and its "
    "transfer from us-east-1 is paid for by the GB"
)
PUSHED = "is scanned by Amazon Inspector: 0.09 USD for each image pushed"
CONTINUOUS = (
    "is scanned by Amazon Inspector continuously: 0.09 USD for each image pushed, and 0.01 USD for each rescan of an "
    "image"
)
AS_WELL = (
    "is scanned by Amazon Inspector as well, because a registry has one type of scanning: 0.09 USD for each image "
    "pushed, where basic scanning is free"
)
GB = "0.10 USD for each GB and month"

# What the file says before and after, and what is told of it: severity, code, path, repositories, and what it means.
COSTS = {
    "parameters of a new environment": (
        None,
        many(100),
        [
            (
                "note cost-parameters ecr_repositories () 800 parameters of Parameter Store are written: the next "
                "apply "
                "takes at least 4.4 minutes longer, and each plan after it 4.4 minutes longer"
            )
        ],
    ),
    "so many parameters that an apply has to be planned for": (
        many(1),
        many(226),
        [
            (
                "attention cost-parameters ecr_repositories () 1,800 parameters of Parameter Store are written: the "
                "next "
                "apply takes at least 10 minutes longer, and each plan after it 10 minutes longer"
            )
        ],
    ),
    "parameters by other names": (
        many(100),
        "ecr_ssm_prefix: /shop\n" + many(100),
        [
            (
                "note cost-parameters ecr_ssm_prefix () 800 parameters of Parameter Store are written: the next apply "
                "takes at least 4.4 minutes longer"
            )
        ],
    ),
    "all parameters instead of two": (
        "ecr_ssm_layout: config\n" + many(40),
        "ecr_ssm_layout: parameters\n" + many(40),
        [
            (
                "note cost-parameters ecr_ssm_layout () 240 parameters of Parameter Store are written: the next apply "
                "takes at least 1.3 minutes longer, and each plan after it 1.3 minutes longer"
            )
        ],
    ),
    "replication of one": (
        REPOSITORIES,
        f"ecr_repositories: {{api: , web: {{{TO_WEST}}}}}\n",
        [f"note cost-replication ecr_repositories.web.enable_replication (web) {WEST}"],
    ),
    "replication of all": (
        REPOSITORIES,
        f"ecr_defaults: {{{TO_WEST}}}\n{REPOSITORIES}",
        [f"note cost-replication ecr_defaults.enable_replication (api, web) {WEST}"],
    ),
    "a further destination, in another account": (
        f"ecr_defaults: {{{TO_WEST}}}\n{REPOSITORIES}",
        (
            "ecr_defaults: {enable_replication: true, replication_destinations: [{region: us-west-2}, "
            f"{{region: us-east-1, registry_id: '{OTHER}'}}]}}\n{REPOSITORIES}"
        ),
        [
            (
                "note cost-replication ecr_defaults.replication_destinations (api, web) is replicated to us-east-1 "
                "of the "
                f"account {OTHER}: what is pushed is stored there as well, at {GB}"
            )
        ],
    ),
    "enhanced scanning of all": (
        REPOSITORIES,
        f"ecr_defaults: {{enable_enhanced_scanning: true}}\n{REPOSITORIES}",
        [f"note cost-scanning ecr_defaults.enable_enhanced_scanning (api, web) {PUSHED}"],
    ),
    "enhanced scanning of one, which is that of the registry": (
        REPOSITORIES,
        "ecr_repositories: {api: , web: {enable_enhanced_scanning: true, scan_frequency: CONTINUOUS_SCAN}}\n",
        [
            f"note cost-scanning ecr_repositories.web.enable_enhanced_scanning (web) {CONTINUOUS}",
            f"note cost-scanning ecr_repositories.web.enable_enhanced_scanning (api) {AS_WELL}",
        ],
    ),
    "Inspector for what is scanned on push": (
        REPOSITORIES,
        f"ecr_enable_inspector: true\n{REPOSITORIES}",
        [f"note cost-scanning ecr_enable_inspector (api, web) {AS_WELL}"],
    ),
    "enhanced scanning of one more": (
        "ecr_repositories: {api: {scan_on_push: false}, web: {enable_enhanced_scanning: true}}\n",
        "ecr_defaults: {enable_enhanced_scanning: true}\necr_repositories: {api: {scan_on_push: false}, web: }\n",
        [f"note cost-scanning ecr_defaults.enable_enhanced_scanning (api) {PUSHED}"],
    ),
    "continuously instead of on push": (
        f"ecr_defaults: {{enable_enhanced_scanning: true}}\n{REPOSITORIES}",
        "ecr_defaults: {enable_enhanced_scanning: true, scan_frequency: CONTINUOUS_SCAN}\n" + REPOSITORIES,
        [
            (
                "note cost-scanning ecr_defaults.scan_frequency (api, web) is scanned continuously instead of on push: "
                "0.01 USD for each rescan of an image, whenever there are new vulnerabilities"
            )
        ],
    ),
    "a key": (
        KMS,
        f"ecr_kms_key: {{create: true}}\n{KMS}",
        [
            (
                "note cost-key ecr_kms_key () a KMS key is made: 1.00 USD a month, and as much again after each of its "
                "first two rotations"
            )
        ],
    ),
    "KMS": (
        REPOSITORIES,
        KMS,
        [
            (
                "note cost-encryption ecr_encryption_type () images are encrypted with KMS, which ECR asks when they "
                "are "
                "pushed and pulled: 0.03 USD for 10,000 requests"
            )
        ],
    ),
    "KMS for one": (
        REPOSITORIES,
        "ecr_repositories: {api: , web: {encryption_type: KMS}}\n",
        [
            (
                "note cost-encryption ecr_repositories.web.encryption_type () images are encrypted with KMS, which ECR "
                "asks when they are pushed and pulled: 0.03 USD for 10,000 requests"
            )
        ],
    ),
    "endpoints": (
        REPOSITORIES,
        REPOSITORIES + ENDPOINTS.format("subnet_ids: [subnet-12345678, subnet-12345679]"),
        [
            (
                "note cost-endpoints ecr_vpc_endpoints () 3 interface endpoints are made in 2 availability zones: "
                "43.80 "
                "USD a month, and 0.01 USD for each GB through them"
            )
        ],
    ),
    "endpoints in subnets that are looked up": (
        REPOSITORIES,
        REPOSITORIES + ENDPOINTS.format("subnet_tags: {Tier: private}, enable_logs: false"),
        [
            (
                "note cost-endpoints ecr_vpc_endpoints () 2 interface endpoints are made: 14.60 USD a month for each "
                "availability zone, and 0.01 USD for each GB through them"
            )
        ],
    ),
    "endpoints in another zone": (
        REPOSITORIES + ENDPOINTS.format("subnet_ids: [subnet-12345678]"),
        REPOSITORIES + ENDPOINTS.format("subnet_ids: [subnet-12345678, subnet-12345679]"),
        [
            (
                "note cost-endpoints ecr_vpc_endpoints.subnet_ids () there are more interface endpoints, 3 in 2 "
                "availability zones: 21.90 USD a month more, and 0.01 USD for each GB through them"
            )
        ],
    ),
    "an endpoint more": (
        REPOSITORIES + ENDPOINTS.format("subnet_tags: {Tier: private}, enable_logs: false"),
        REPOSITORIES + ENDPOINTS.format("subnet_tags: {Tier: private}, enable_logs: true"),
        [
            (
                "note cost-endpoints ecr_vpc_endpoints.enable_logs () there are more interface endpoints, 3: 7.30 "
                "USD a "
                "month more for each availability zone, and 0.01 USD for each GB through them"
            )
        ],
    ),
    "endpoints for much money": (
        REPOSITORIES,
        REPOSITORIES + ENDPOINTS.format(f"subnet_ids: [{', '.join(f'subnet-1234567{index}' for index in range(5))}]"),
        [
            (
                "attention cost-endpoints ecr_vpc_endpoints () 3 interface endpoints are made in 5 availability zones: "
                "109.50 USD a month, and 0.01 USD for each GB through them"
            )
        ],
    ),
    "the findings log": (
        REPOSITORIES,
        f"ecr_enable_scan_findings_logging: true\n{REPOSITORIES}",
        [
            (
                "note cost-findings-log ecr_enable_scan_findings_logging () what scans find is written to CloudWatch "
                "Logs: 0.50 USD for each GB, and 0.03 USD for each GB and month that it is kept"
            )
        ],
    ),
    "caches": (
        REPOSITORIES,
        f"{REPOSITORIES}ecr_pull_through_caches: {{hub: {{upstream: docker-hub, create_secret: true}}, quay: quay}}\n",
        [
            (
                "note cost-cache ecr_pull_through_caches.hub () what is pulled through the cache hub is stored here: "
                f"{GB}, and a secret with its credentials, 0.40 USD a month"
            ),
            (
                "note cost-cache ecr_pull_through_caches.quay () what is pulled through the cache quay is stored "
                f"here: {GB}"
            ),
        ],
    ),
    "the secret of a cache": (
        (
            f"{REPOSITORIES}ecr_pull_through_caches: {{hub: {{upstream: docker-hub, "
            "secret_name: ecr-pullthroughcache/hub}}\n"
        ),
        f"{REPOSITORIES}ecr_pull_through_caches: {{hub: {{upstream: docker-hub, create_secret: true}}}}\n",
        [
            (
                "note cost-secret ecr_pull_through_caches.hub.create_secret () a secret is made for the cache hub: "
                "0.40 "
                "USD a month"
            )
        ],
    ),
    "layers that pushes refer to no more": (
        f"{REPOSITORIES}ecr_account_settings: {{blob_mounting: ENABLED}}\n",
        f"{REPOSITORIES}ecr_account_settings: {{blob_mounting: DISABLED}}\n",
        [
            (
                "note cost-mounting ecr_account_settings.blob_mounting () layers that another repository of the "
                f"registry has are uploaded again by each push and stored again, at {GB}"
            )
        ],
    ),
    "more images": (
        REPOSITORIES,
        f"ecr_defaults: {{max_image_count: 200}}\n{REPOSITORIES}",
        [
            (
                "note cost-retention ecr_defaults.max_image_count (api, web) keeps more images: the newest 200 "
                "instead of "
                f"the newest 100, at {GB}"
            )
        ],
    ),
    "all images": (
        REPOSITORIES,
        "ecr_repositories: {api: , web: {max_image_count: null}}\n",
        [
            (
                "note cost-retention ecr_repositories.web.max_image_count (web) keeps more images: for ever instead of "
                f"the newest 100, at {GB}"
            )
        ],
    ),
    "untagged images": (
        "ecr_repositories: {api: , web: {expire_untagged_after_days: 7}}\n",
        "ecr_repositories: {api: , web: {expire_untagged_after_days: 30}}\n",
        [
            (
                "note cost-retention ecr_repositories.web.expire_untagged_after_days (web) keeps more untagged "
                "images: 30 "
                f"days instead of 7 days, at {GB}"
            )
        ],
    ),
    "the archive": (
        "ecr_repositories: {api: , web: {keep_tagged_count: 10}}\n",
        "ecr_repositories: {api: , web: {keep_tagged_count: 10, beyond_kept: archive}}\n",
        [
            (
                "note cost-retention ecr_repositories.web.keep_tagged_count (web) keeps more tagged images: the newest "
                f"10, then in the archive for ever, instead of the newest 10, at {GB}"
            ),
            (
                "note cost-archive ecr_repositories.web.keep_tagged_count (web) moves images to the archive, where "
                "they "
                f"are no cheaper before there are 150 TB: {GB}, for 90 days at least, and to restore one is paid for "
                "by "
                "the GB"
            ),
        ],
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), COSTS.values(), ids=COSTS)
def test_what_costs_more_is_told(before, after, expected):
    assert told(before, after) == expected


@pytest.mark.parametrize(("before", "after", "_expected"), COSTS.values(), ids=COSTS)
def test_what_costs_less_is_not(before, after, _expected):
    if before is None:
        return
    backwards = found(after, before)
    # By other names parameters are written again, whichever way.
    assert [each.code for each in backwards if each.code != "cost-parameters"] == []


# What the file says before and after, and costs no more for.
NOTHING = {
    "one repository more": (REPOSITORIES, "ecr_repositories: {api: , web: , worker: }\n"),
    "one more where all are replicated and scanned": (
        f"ecr_defaults: {{enable_enhanced_scanning: true, {TO_WEST}}}\n{REPOSITORIES}",
        f"ecr_defaults: {{enable_enhanced_scanning: true, {TO_WEST}}}\necr_repositories: {{api: , web: , worker: }}\n",
    ),
    "one more that archives as the others do": (
        f"ecr_defaults: {{archive_after_days_without_pull: 30}}\n{REPOSITORIES}",
        "ecr_defaults: {archive_after_days_without_pull: 30}\necr_repositories: {api: , web: , worker: }\n",
    ),
    "22 repositories more, whose parameters take less than a minute": (many(1), many(23)),
    "a setting of the account that stays as it is": (
        f"{REPOSITORIES}ecr_account_settings: {{blob_mounting: ENABLED}}\n",
        REPOSITORIES,
    ),
    "layers that were not known to be referred to": (
        REPOSITORIES,
        f"{REPOSITORIES}ecr_account_settings: {{blob_mounting: DISABLED}}\n",
    ),
    "another order": (REPOSITORIES, "ecr_repositories: {web: , api: }\n"),
    "comments": (REPOSITORIES, f"# All of them.\n{REPOSITORIES}"),
    "defaults written out": (
        REPOSITORIES,
        (
            "ecr_ssm_layout: parameters\necr_defaults: {max_image_count: 100, enable_replication: false}\n"
            "ecr_repositories: {api: {scan_on_push: true}, web: }\n"
        ),
    ),
    "from the defaults to each repository": (
        f"ecr_defaults: {{max_image_count: 30, {TO_WEST}}}\n{REPOSITORIES}",
        f"ecr_repositories: {{api: {{max_image_count: 30, {TO_WEST}}}, web: {{max_image_count: 30, {TO_WEST}}}}}\n",
    ),
    "the own account by its number": (
        f"ecr_defaults: {{{TO_WEST}}}\n{REPOSITORIES}",
        (
            "ecr_defaults: {enable_replication: true, replication_destinations: [{region: us-west-2, registry_id: "
            f"'111111111111'}}]}}\n{REPOSITORIES}"
        ),
    ),
    "another name": (
        f"ecr_defaults: {{{TO_WEST}}}\necr_repositories: {{web: {{max_image_count: 500}}}}\n",
        (
            f"ecr_defaults: {{{TO_WEST}}}\necr_repositories: {{www: {{max_image_count: 500, "
            "repository_name: shop-dev-web, renamed_from: web}}\n"
        ),
    ),
    "a key that nothing is encrypted with": (
        f"ecr_kms_key: {{create: true}}\n{KMS}",
        f"ecr_kms_key: {{create: true, alias: alias/shop}}\n{KMS}",
    ),
    "another subnet": (
        REPOSITORIES + ENDPOINTS.format("subnet_ids: [subnet-12345678]"),
        REPOSITORIES + ENDPOINTS.format("subnet_ids: [subnet-12345679]"),
    ),
    "subnets looked up instead of named": (
        REPOSITORIES + ENDPOINTS.format("subnet_ids: [subnet-12345678]"),
        REPOSITORIES + ENDPOINTS.format("subnet_tags: {Tier: private}"),
    ),
    "alerts of findings that are logged already": (
        f"ecr_enable_scan_findings_logging: true\n{REPOSITORIES}",
        f"ecr_enable_scan_findings_logging: true\necr_scan_alert_severity: HIGH\n{REPOSITORIES}",
    ),
    "a protected tag that one image has at a time": (
        REPOSITORIES,
        f"ecr_defaults: {{protected_tags: [latest]}}\n{REPOSITORIES}",
    ),
    "a policy in other words": (
        "ecr_repositories: {web: {max_image_count: 30}}\n",
        (
            "ecr_repositories: {web: {lifecycle_rules: [{tag_status: any, count_type: imageCountMoreThan, "
            "count_number: 30}]}}\n"
        ),
    ),
    "an environment that is gone": (f"ecr_enable_inspector: true\n{REPOSITORIES}", None),
}


@pytest.mark.parametrize(("before", "after"), NOTHING.values(), ids=NOTHING)
def test_what_costs_no_more_is_no_finding(before, after):
    assert told(before, after) == []


def test_what_to_do_instead_is_told_where_there_is_something():
    (parameters,) = found(None, many(100))
    assert parameters.fix == (
        "Set ecr_ssm_layout: config, which publishes two of 8, or raise the throughput of Parameter Store in the "
        "account, which costs 0.05 USD for 10,000 calls."
    )
    assert parameters.details == ("0 parameters before, 800 parameters after.",)
    (parameters,) = found(None, "ecr_ssm_layout: config\n" + many(100))
    assert parameters.fix.startswith("Raise the throughput")
    (cache,) = found(REPOSITORIES, f"{REPOSITORIES}ecr_pull_through_caches: {{quay: quay}}\n")
    assert cache.fix == "Say what is kept of it in a creation_template."
    kept = "{quay: {upstream: quay, creation_template: {max_image_count: 5}}}"
    (cache,) = found(REPOSITORIES, f"{REPOSITORIES}ecr_pull_through_caches: {kept}\n")
    assert cache.fix == ""
    for_ever = "ecr_enable_scan_findings_logging: true\necr_log_retention_days: 0\n"
    (log,) = found(REPOSITORIES, for_ever + REPOSITORIES)
    assert log.fix == "With ecr_log_retention_days it is not kept for ever."


def test_what_expires_of_replicas_is_told_by_whether_deletions_are_replicated():
    going = TO_WEST.replace("us-west-2", "us-west-2, deletions_replicated: true")
    (stays,) = found(REPOSITORIES, f"ecr_repositories: {{api: , web: {{{TO_WEST}}}}}\n")
    assert stays.fix == "Replicas expire by a lifecycle policy of their own: say it in a creation template there."
    (goes,) = found(REPOSITORIES, f"ecr_repositories: {{api: , web: {{{going}}}}}\n")
    assert goes.what == stays.what
    assert goes.fix.startswith("Replicas go with their source as long as deletions are replicated there;")
    # ECR replicates the deletions of a whole rule.
    (both,) = found(REPOSITORIES, f"ecr_repositories: {{api: {{{TO_WEST}}}, web: {{{going}}}}}\n")
    assert (both.repositories, both.fix) == (("api", "web"), goes.fix)


def test_inspector_scans_what_other_environments_have_in_the_registry():
    dev, staging = (
        {f"{env}.yaml": HEAD.format(env=env) + text}
        for env, text in (
            ("dev", "ecr_repositories: {web: {scan_on_push: false, %s}}\n"),
            ("staging", "ecr_ssm_prefix: /staging\necr_repositories: {one: , two: }\n"),
        )
    )
    before = {name: text % "force_delete: true" for name, text in dev.items()}
    after = {name: text % "enable_enhanced_scanning: true" for name, text in dev.items()}
    (finding,) = judge_costs(change_of({**before, **staging}, {**after, **staging}))
    assert (finding.environment, finding.code, finding.repositories) == ("dev", "cost-scanning", ("web",))
    assert finding.details == ("So are 2 repositories of other environments of the registry.",)


def test_each_finding_is_a_cost_and_has_its_code_in_the_catalogue():
    severities = {"note": "notice", "attention": "warning"}
    findings = [each for before, after, _ in COSTS.values() for each in found(before, after)]
    assert {each.consequence for each in findings} == {"costs"}
    assert {each.environment for each in findings} == {"dev"}
    known = {code: entry.severity for code, entry in catalogue().items() if code.startswith("cost-")}
    gravest: dict[str, str] = {}
    for each in sorted(findings, key=lambda each: each.severity, reverse=True):
        gravest[each.code] = severities[each.severity]
    assert gravest == known


def test_the_order_of_the_file_makes_no_difference():
    after = f"ecr_defaults: {{{TO_WEST}, enable_enhanced_scanning: true, max_image_count: 500}}\n"
    orders = itertools.permutations(["  web:\n", "  api:\n", "  worker: {scan_frequency: CONTINUOUS_SCAN}\n"])
    seen = {tuple(told(None, f"{after}ecr_repositories:\n{''.join(order)}")) for order in orders}
    assert len(seen) == 1


def test_they_are_told_among_the_other_consequences():
    dev = HEAD.format(env="dev")
    findings = review_of(
        {"dev.yaml": dev + REPOSITORIES}, {"dev.yaml": f"{dev}ecr_enable_inspector: true\n{REPOSITORIES}"}
    )
    (cost,) = (each for each in findings if each.consequence == "costs")
    assert (cost.code, cost.source) == ("cost-scanning", "environments/dev.yaml:5")


def test_prices_are_those_of_the_table():
    texts = " ".join(text for _, _, expected in COSTS.values() for text in expected)
    used = (
        prices.STORAGE,
        prices.FIRST_SCAN,
        prices.RESCAN,
        prices.KEY_REQUESTS,
        prices.LOG_WRITTEN,
        prices.LOG_STORAGE,
    )
    assert [str(each) for each in used if str(each) not in texts] == []
