"""Networks, public repositories, and repositories that go while others use them, as a review tells of them."""

import pytest

from ecr_constructs.review.access.gone import judge_sources
from ecr_constructs.review.access.judge import judge_access
from ecr_constructs.review.access.networks import judge_networks
from ecr_constructs.review.public import judge_public
from tests.unit.reviewed import change_of

OWN, OTHER, THIRD = "111111111111", "222222222222", "333333333333"
WEB = "ecr_repositories: {web: {}}\n"
TWO = "ecr_repositories:\n  api: {}\n  web: {}\n"
TRUSTED = f"ecr_trusted_accounts: [{{account_id: '{OTHER}'}}]\n"


def file_of(text, env="dev", account=OWN):
    return f"project: shop\nenv: {env}\nregion: us-east-1\naccount_id: '{account}'\n{text}"


def told(judge, base, head, beside=None):
    """Return what a judge tells of a change of dev.yaml, beside other files that stay as they are."""
    both = {f"{name}.yaml": file_of(text, name, OTHER) for name, text in (beside or {}).items()}
    one, other = ({} if text is None else {"dev.yaml": file_of(text)} for text in (base, head))
    return [
        (
            each.severity,
            each.code,
            each.environment,
            f"{'-' if each.at_base else ''}{'.'.join(map(str, each.path))}",
            each.repositories,
            each.what,
        )
        for each in judge(change_of({**both, **one}, {**both, **other}))
    ]


def endpoints(options):
    said = "vpc_name: main, subnet_tags: {Tier: private}, route_table_tags: {Tier: private}"
    return f"{WEB}ecr_vpc_endpoints: {{{said}, {options}}}\n"


NETWORKS = {
    "an account": (
        "enable_logs: true",
        f"principal_account_ids: ['{OTHER}']",
        [("attention", "principal_account_ids", f"the VPC endpoints newly let identities of {OTHER} through")],
    ),
    "an organisation": (
        "enable_logs: true",
        "organization_id: o-aaaaaaaaaa",
        [("danger", "organization_id", "the VPC endpoints newly let everyone of o-aaaaaaaaaa through")],
    ),
    "a security group": (
        "security_group_ids: [sg-0123456789abcdef0]",
        "security_group_ids: [sg-0123456789abcdef0, sg-0123456789abcdef1]",
        [
            (
                "attention",
                "security_group_ids",
                "the VPC endpoints newly let in whom sg-0123456789abcdef1 lets in, which is not made here",
            )
        ],
    ),
    "the whole VPC": (
        "security_group_ids: [sg-0123456789abcdef0]",
        "enable_logs: true",
        [("attention", "-security_group_ids", "the VPC endpoints newly let in the whole VPC on 443")],
    ),
    "every bucket": (
        "s3_bucket_arns: ['arn:aws:s3:::one']",
        "s3_policy: open",
        [("attention", "s3_policy", "the endpoint of S3 newly lets every bucket through")],
    ),
    "a bucket": (
        "s3_bucket_arns: ['arn:aws:s3:::one']",
        "s3_bucket_arns: ['arn:aws:s3:::one', 'arn:aws:s3:::two']",
        [("attention", "s3_bucket_arns", "the endpoint of S3 newly lets arn:aws:s3:::two through")],
    ),
    "nothing": ("enable_logs: true", f"principal_account_ids: ['{OWN}']", []),
}


@pytest.mark.parametrize("case", NETWORKS)
def test_whom_and_what_endpoints_newly_let_through(case):
    before, after, expected = NETWORKS[case]
    assert told(judge_networks, endpoints(before), endpoints(after)) == [
        (
            severity,
            "network-opened",
            "dev",
            f"{'-' * where.startswith('-')}ecr_vpc_endpoints.{where.strip('-')}",
            (),
            what,
        )
        for severity, where, what in expected
    ]
    if case != "the whole VPC" and case != "a security group":
        assert told(judge_networks, endpoints(after), endpoints(before)) == []


def test_new_endpoints_let_nobody_in():
    assert told(judge_networks, WEB, endpoints("organization_id: o-aaaaaaaaaa")) == []


def test_a_public_repository_is_a_danger_and_what_was_private_is_made_public():
    public = "ecr_public_repositories: {site: {}}\n"
    ((*first, what),) = told(judge_public, WEB, WEB + public)
    assert first == ["danger", "public-added", "dev", "ecr_public_repositories.site", ("site",)]
    assert what == "is public: everyone can pull it, without an account of AWS"
    ((*_, what),) = told(judge_public, "ecr_repositories: {site: {}}\n", f"ecr_repositories: {{}}\n{public}")
    assert what == "is made public: everyone can pull it, without an account of AWS"
    assert told(judge_public, WEB + public, WEB + public + "tags: {Team: web}\n") == []
    # Everyone who pulls is told of there alone.
    assert told(judge_access, WEB, WEB + public) == []


CONSUMER = {"prod": "ecr_strategy: cross_account\necr_source_env: dev\necr_ecs_execution_role: {}\n"}
GONE = "is no longer there for those who pull or push: "


def test_a_repository_that_goes_names_those_who_use_it_once():
    assert told(judge_access, TRUSTED + TWO, TRUSTED + WEB, CONSUMER) == [
        (
            "danger",
            "readers-gone",
            "dev",
            "-ecr_repositories.api",
            ("api",),
            f"{GONE}{OTHER} (prod), role shop-prod-ecr-ecs-execution (prod)",
        )
    ]


def test_strangers_and_own_roles_have_attention_and_nobody_is_no_finding():
    api = f"ecr_repositories:\n  api: {{pull_principals: ['{THIRD}']}}\n  web: {{}}\n"
    assert told(judge_access, api, WEB) == [
        ("attention", "readers-gone", "dev", "-ecr_repositories.api", ("api",), f"{GONE}{THIRD}")
    ]
    assert told(judge_access, TWO, WEB) == []
    role = "ecr_ecs_execution_role: {}\n"
    assert told(judge_access, TWO + role, WEB + role) == [
        (
            "attention",
            "readers-gone",
            "dev",
            "-ecr_repositories.api",
            ("api",),
            f"{GONE}role shop-dev-ecr-ecs-execution",
        )
    ]


def test_repositories_that_go_from_the_same_are_one_finding():
    ((*_, names, what),) = told(judge_access, TRUSTED + TWO, "ecr_repositories: {}\n")
    assert (names, what) == (("api", "web"), f"{GONE}{OTHER}")


def test_of_an_environment_whose_file_goes_nothing_is_gone():
    assert told(judge_access, TRUSTED + WEB + "ecr_ecs_execution_role: {}\n", None) == []


def test_what_a_consumer_takes_from_its_source_is_missed_there():
    lost = "is no longer made by dev, where its images come from"
    assert told(judge_sources, TRUSTED + TWO, TRUSTED + WEB, CONSUMER) == [
        ("danger", "source-gone", "prod", "ecr_strategy", ("api",), lost)
    ]
    uri = f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/shop-dev-api"
    by_uri = {"prod": f"services: [{{name: site, ecr_config: {{mode: manual_repo, repository_uri: {uri}}}}}]\n"}
    assert told(judge_sources, TRUSTED + TWO, TRUSTED + WEB, by_uri) == [
        ("danger", "source-gone", "prod", "services.0", ("service_site",), lost)
    ]
    assert told(judge_sources, TRUSTED + WEB, TRUSTED + TWO, by_uri) == []
    # Moved, it is where it was.
    head = "ecr_repositories:\n  site: {renamed_from: api, repository_name: shop-dev-api}\n  web: {}\n"
    assert told(judge_sources, TRUSTED + TWO, TRUSTED + head, by_uri) == []
    assert told(judge_sources, TRUSTED + TWO, TRUSTED + head, CONSUMER) == []


def test_what_a_consumer_gives_up_itself_is_not_missed_there():
    uri = f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/shop-dev-api"
    prod = f"services: [{{name: site, ecr_config: {{mode: manual_repo, repository_uri: {uri}}}}}]\n"
    base = {"dev.yaml": file_of(TRUSTED + TWO), "prod.yaml": file_of(prod, "prod", OTHER)}
    head = {"dev.yaml": file_of(TRUSTED + WEB), "prod.yaml": file_of("ecr_repositories: {}\n", "prod", OTHER)}
    assert list(judge_sources(change_of(base, head))) == []
