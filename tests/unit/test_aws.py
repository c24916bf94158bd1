"""Regions, accounts, organisations and ARNs, held to what botocore knows of them."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.aws import (
    DUAL_STACK_SUFFIXES,
    Registry,
    account_root_arn,
    check_account_id,
    check_key_arn,
    check_organization_id,
    check_organization_path,
    check_region,
    dns_suffix,
    lambda_functions_arn,
    parse_registry_host,
    parse_repository_arn,
    parse_repository_uri,
    partition_of,
    registry_host,
)
from tests.unit.aws_models import SESSION, near, right, takes

PARTITIONS = {each["id"]: each for each in SESSION.get_data("partitions")["partitions"]}
# botocore has a pseudo-region in each partition for what is global.
REGIONS = {
    region: partition
    for partition, each in PARTITIONS.items()
    for region in each["regions"]
    if not region.endswith("-global")
}


def test_botocore_has_regions_of_every_partition():
    assert len(REGIONS) > 40
    assert {*REGIONS.values()} == {*SESSION.get_available_partitions()}


@pytest.mark.parametrize(("region", "partition"), REGIONS.items(), ids=REGIONS.keys())
def test_a_region_lies_in_its_partition_and_its_registries_in_the_partitions_domain(region, partition):
    assert check_region(region) == []
    assert partition_of(region) == partition
    assert dns_suffix(region) == PARTITIONS[partition]["outputs"]["dnsSuffix"]
    assert registry_host("111111111111", region) == f"111111111111.dkr.ecr.{region}.{dns_suffix(region)}"


@pytest.mark.parametrize("partition", PARTITIONS)
def test_the_hosts_for_both_protocols_lie_beside_the_endpoints_of_the_api(partition):
    endpoints = PARTITIONS[partition]["outputs"]["dualStackDnsSuffix"]
    assert DUAL_STACK_SUFFIXES[partition] == endpoints.replace("api.", "on.", 1)


def hosts_of(account_id, region):
    """Return the four hosts of a registry: for IPv4 and for both, each also with FIPS."""
    dual_stack = DUAL_STACK_SUFFIXES[partition_of(region)]
    for fips in ("", "-fips"):
        yield f"{account_id}.dkr.ecr{fips}.{region}.{dns_suffix(region)}"
        yield f"{account_id}.dkr-ecr{fips}.{region}.{dual_stack}"


@given(st.from_regex("[0-9]{12}", fullmatch=True), st.sampled_from(sorted(REGIONS)), st.integers(0, 3))
def test_whichever_host_a_registry_is_named_by_it_is_the_same_registry(account_id, region, which):
    host = [*hosts_of(account_id, region)][which]
    for written in (host, host.upper(), host.title()):
        assert parse_registry_host(written) == Registry(account_id, region)
        assert str(parse_repository_uri(f"{written}/team/web")) == (
            f"arn:{partition_of(region)}:ecr:{region}:{account_id}:repository/team/web"
        )


@given(st.sampled_from(sorted(REGIONS)), st.sampled_from(sorted(REGIONS)), st.integers(0, 3))
def test_a_host_in_the_domain_of_another_partition_or_of_the_other_protocol_is_none(region, other, which):
    """So that nobody is sent to a host that only begins like one of AWS."""
    host = [*hosts_of("111111111111", region)][which]
    domain = host.partition(f".{region}.")[2]
    for suffix in (dns_suffix(other), DUAL_STACK_SUFFIXES[partition_of(other)]):
        changed = host.removesuffix(domain) + suffix
        assert (parse_registry_host(changed) is None) == (suffix != domain)
        assert (parse_repository_uri(f"{changed}/web") is None) == (suffix != domain)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "111111111111",
        "1111.dkr.ecr.us-east-1.amazonaws.com",
        "111111111111.ecr-dkr.us-east-1.on.aws",
        "111111111111.dkr.ecr.us-east-1.on.aws",
        "111111111111.dkr-ecr.us-east-1.amazonaws.com",
        "111111111111.dkr.ecr.us-east-1.amazonaws.com:443",
        "111111111111.dkr.ecr.us-east-1.amazonaws.com.example.com",
        "public.ecr.aws",
        "dkr.ecr.us-east-1.amazonaws.com",
    ],
)
def test_what_is_no_host_of_a_registry_is_none(host):
    assert parse_registry_host(host) is None


@pytest.mark.parametrize(
    "uri",
    [
        "111111111111.dkr-ecr.us-east-1.on.aws",
        "111111111111.dkr-ecr.us-east-1.on.aws/",
        "111111111111.dkr-ecr.us-east-1.on.aws/web:v1",
        "111111111111.dkr-ecr.us-east-1.on.aws/web@sha256:0",
        "web",
    ],
)
def test_what_is_no_uri_of_a_repository_is_none(uri):
    assert parse_repository_uri(uri) is None


def regions_to_come():
    """Return names that the pattern of a partition allows, and that no region has yet."""
    for partition, each in PARTITIONS.items():
        # Such as ^(us|eu)\-\w+\-\d+$
        parts = each["regionRegex"].strip("^$").replace(r"\w+", "(middle|newwest)").replace(r"\d+", "(7|12)")
        choices = [part.strip("()").split("|") for part in re.split(r"\\-", parts)]
        for words in itertools.product(*choices):
            yield "-".join(words), partition


@pytest.mark.parametrize(("region", "partition"), [*regions_to_come()])
def test_a_region_to_come_lies_in_its_partition(region, partition):
    assert re.match(PARTITIONS[partition]["regionRegex"], region)
    assert check_region(region) == []
    assert partition_of(region) == partition


@given(near(right("ecr", "RegistryId")))
def test_an_account_id_is_right_where_ecr_and_organizations_take_it(text):
    is_right = check_account_id(text) == []
    assert is_right == takes("ecr", "RegistryId", text) == takes("organizations", "AccountId", text)


@given(near(right("organizations", "OrganizationId")))
def test_the_id_of_an_organisation_is_right_where_organizations_takes_it(text):
    assert (check_organization_id(text) == []) == takes("organizations", "OrganizationId", text)


@given(near(right("organizations", "RootId")), near(right("organizations", "OrganizationalUnitId")))
def test_the_path_of_a_unit_is_right_where_organizations_takes_its_parts(root, unit):
    parts_are_right = takes("organizations", "RootId", root) and takes("organizations", "OrganizationalUnitId", unit)
    for end in ("", "*"):
        assert (check_organization_path(f"o-a1b2c3d4e5/{root}/{unit}/{end}") == []) == parts_are_right


@pytest.mark.parametrize(
    "path",
    [
        "o-a1b2c3d4e5/r-ab12/",
        "o-a1b2c3d4e5/r-ab12/*",
        "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/",
        "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/*",
    ],
)
def test_the_paths_of_the_iam_user_guide_are_right(path):
    assert check_organization_path(path) == []


@pytest.mark.parametrize(
    "path",
    [
        "o-a1b2c3d4e5",
        "ou-ab12-11111111",
        "o-a1b2c3d4e5/*",
        "r-ab12/",
        # Nobody has a path without the last slash, and another unit's id may begin with this one.
        "o-a1b2c3d4e5/r-ab12",
        "o-a1b2c3d4e5/r-ab12*",
        "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111",
        "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111*",
        "*",
        "",
        5,
    ],
)
def test_what_is_no_path_of_a_unit_is_refused(path):
    (problem,) = check_organization_path(path, "paths", 0)
    assert (problem.key, problem.code) == ("paths[0]", "organization-path")


@pytest.mark.parametrize(
    "region", ["us-east", "us-east-1a", "US-EAST-1", "useast1", "us_east_1", "aws-global", "", None]
)
def test_what_is_no_region_is_refused(region):
    (problem,) = check_region(region, "region")
    assert (problem.key, problem.code) == ("region", "region")


@pytest.mark.parametrize("region", REGIONS)
def test_a_key_of_any_region_is_given_by_its_full_arn(region):
    for key in ("1234abcd-12ab-34cd-56ef-1234567890ab", "mrk-1234abcd12ab34cd56ef1234567890ab"):
        assert check_key_arn(f"arn:{partition_of(region)}:kms:{region}:111111111111:key/{key}") == []


@pytest.mark.parametrize(
    "key",
    [
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        "alias/ecr",
        "arn:aws:kms:us-east-1:111111111111:alias/ecr",
        "arn:aws:kms:us-east-1:1111:key/1234abcd",
        "arn:aws:kms:us-east-1:111111111111:key/",
        "arn:aws:s3:us-east-1:111111111111:key/1234abcd",
        None,
    ],
)
def test_a_key_by_anything_but_its_full_arn_is_refused_because_ecr_would_replace_the_repository(key):
    (problem,) = check_key_arn(key, "kms_key")
    assert (problem.key, problem.code) == ("kms_key", "kms-key")
    assert "replace the repository" in problem.fix


@pytest.mark.parametrize(
    "check", [check_account_id, check_key_arn, check_organization_id, check_organization_path, check_region]
)
@pytest.mark.parametrize("token", ["${TfToken[TOKEN.0]}", "${var.value}"])
def test_what_terraform_knows_later_passes_every_check(check, token):
    assert check(token) == []


@pytest.mark.parametrize("region", REGIONS)
def test_the_arn_of_a_repository_is_read_back_in_every_partition(region):
    arn = parse_repository_arn(f"arn:{partition_of(region)}:ecr:{region}:111111111111:repository/team/web")

    assert (arn.partition, arn.region) == (partition_of(region), region)
    assert (arn.account_id, arn.repository_name) == ("111111111111", "team/web")


@pytest.mark.parametrize(
    "arn",
    [
        "team/web",
        "arn:aws:ecr:us-east-1:111111111111:repository/",
        "arn:aws:ecr:us-east-1:1111:repository/web",
        "arn:aws:ecs:us-east-1:111111111111:repository/web",
        "111111111111.dkr.ecr.us-east-1.amazonaws.com/web",
    ],
)
def test_what_is_no_arn_of_a_repository_is_none(arn):
    assert parse_repository_arn(arn) is None


def test_arns_carry_the_partition():
    assert account_root_arn("111111111111", "aws-cn") == "arn:aws-cn:iam::111111111111:root"
    functions = lambda_functions_arn("111111111111", "us-gov-west-1", "aws-us-gov")
    assert functions == "arn:aws-us-gov:lambda:us-gov-west-1:111111111111:function:*"
