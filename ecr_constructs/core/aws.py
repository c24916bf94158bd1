"""Accounts, regions, partitions, organisations and the ARNs made of them."""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import NamedTuple

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "ACCOUNT_ID",
    "DUAL_STACK_SUFFIXES",
    "KEY_ARN",
    "ORGANIZATION_ID",
    "ORGANIZATION_PATH",
    "PARTITION_SUFFIXES",
    "REGION",
    "REGISTRY_HOST",
    "REPOSITORY_URI",
    "ROLE_ARN",
    "Registry",
    "RepositoryArn",
    "account_root_arn",
    "check_account_id",
    "check_key_arn",
    "check_organization_id",
    "check_organization_path",
    "check_region",
    "dns_suffix",
    "is_account_id",
    "lambda_functions_arn",
    "parse_registry_host",
    "parse_repository_arn",
    "parse_repository_uri",
    "partition_of",
    "registry_host",
]

# https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html
ACCOUNT_ID = re.compile(r"[0-9]{12}")
# https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}")
# https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
ORGANIZATION_ID = re.compile(r"o-[a-z0-9]{10,32}")
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
# A request's path ends in a slash: without one nobody has it, and `*` after an id takes in ids that begin with that.
ORGANIZATION_PATH = re.compile(r"o-[a-z0-9]{10,32}/r-[a-z0-9]{4,32}/(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}/)*\*?")
# https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-ARN
KEY_ARN = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+")
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):role/[\x21-\x7e]{1,576}")
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html: one registry has a host for IPv4 and one for
# both IPv4 and IPv6; and, each of them also with FIPS, https://docs.aws.amazon.com/general/latest/gr/ecr.html
REGISTRY_HOST = re.compile(r"([0-9]{12})\.dkr([.-])ecr(?:-fips)?\.([a-z0-9-]+)\.([a-z0-9.-]+)")
# Names of hosts know no case, as a schema has to be told.
REPOSITORY_URI = re.compile(
    r"[0-9]{12}\.[dD][kK][rR][.-][eE][cC][rR](?:-[fF][iI][pP][sS])?\.[A-Za-z0-9-]+\.[A-Za-z0-9.-]+/[^:@]+"
)
_REPOSITORY_ARN = re.compile(r"arn:(aws[a-z-]*):ecr:([a-z0-9-]+):([0-9]{12}):repository/(.+)")

# https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html; the endpoints' suffixes
# are those of botocore's endpoints.json. The longest prefix counts.
_PARTITIONS = {
    "cn-": ("aws-cn", "amazonaws.com.cn"),
    "eu-isoe-": ("aws-iso-e", "cloud.adc-e.uk"),
    "eusc-": ("aws-eusc", "amazonaws.eu"),
    "us-gov-": ("aws-us-gov", "amazonaws.com"),
    "us-iso-": ("aws-iso", "c2s.ic.gov"),
    "us-isob-": ("aws-iso-b", "sc2s.sgov.gov"),
    "us-isof-": ("aws-iso-f", "csp.hci.ic.gov"),
}


PARTITION_SUFFIXES = {"aws": "amazonaws.com", **dict(_PARTITIONS.values())}
"""The domain of each partition."""

# For clients of Docker and OCI: `on.` where the endpoints of the API have `api.`, which are `dualStackDnsSuffix` in
# botocore's partitions.json.
DUAL_STACK_SUFFIXES = {
    "aws": "on.aws",
    "aws-cn": "on.amazonwebservices.com.cn",
    "aws-eusc": "on.amazonwebservices.eu",
    "aws-iso": "on.aws.ic.gov",
    "aws-iso-b": "on.aws.scloud",
    "aws-iso-e": "on.cloud-aws.adc-e.uk",
    "aws-iso-f": "on.aws.hci.ic.gov",
    "aws-us-gov": "on.aws",
}
"""The domain of the registries' hosts for IPv4 and IPv6 in each partition."""


class Registry(NamedTuple):
    """Whose registry it is, and where."""

    account_id: str
    region: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryArn:
    """The parts of a repository's ARN; `str()` puts them together."""

    partition: str
    region: str
    account_id: str
    repository_name: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:ecr:{self.region}:{self.account_id}:repository/{self.repository_name}"


def partition_of(region: str) -> str:
    """Return the partition of a region: `aws`, `aws-cn`, `aws-us-gov` or one of the isolated ones."""
    return _partition_and_suffix(region)[0]


def dns_suffix(region: str) -> str:
    """Return the domain under which a region's registries live: `amazonaws.com`, in China `amazonaws.com.cn`."""
    return _partition_and_suffix(region)[1]


def registry_host(account_id: str, region: str, suffix: str | None = None) -> str:
    """Return the host of a registry, as in `docker login`: the one that ECR's API and Terraform know it by.

    Args:
        account_id: Its account.
        region: Its region.
        suffix: The domain of its partition, where the region does not tell it yet.
    """
    return f"{account_id}.dkr.ecr.{region}.{dns_suffix(region) if suffix is None else suffix}"


def parse_registry_host(host: str) -> Registry | None:
    """Return the registry of a host, in letters of either case, or None if it is none of ECR.

    A registry has one host for IPv4 and one for both, `ID.dkr-ecr.REGION.on.aws`, and each of the two also with FIPS.
    """
    match = REGISTRY_HOST.fullmatch(host.lower())
    if match is None:
        return None
    account_id, sign, region, suffix = match.groups()
    known = dns_suffix(region) if sign == "." else DUAL_STACK_SUFFIXES[partition_of(region)]
    return Registry(account_id, region) if suffix == known else None


def account_root_arn(account_id: str, partition: str) -> str:
    """Return the principal that stands for a whole account.

    AWS rewrites a bare account id to this form, which would show as a difference at every plan.
    """
    return f"arn:{partition}:iam::{account_id}:root"


def lambda_functions_arn(account_id: str, region: str, partition: str) -> str:
    """Return the pattern that matches every Lambda function of an account in a region."""
    return f"arn:{partition}:lambda:{region}:{account_id}:function:*"


def parse_repository_arn(arn: str) -> RepositoryArn | None:
    """Return the parts of a repository's ARN, or None if the text is not one."""
    match = _REPOSITORY_ARN.fullmatch(arn)
    if match is None:
        return None
    partition, region, account_id, name = match.groups()
    return RepositoryArn(partition=partition, region=region, account_id=account_id, repository_name=name)


def parse_repository_uri(uri: str) -> RepositoryArn | None:
    """Return the repository of a URI as `docker pull` takes it, without a tag, or None if the text is not one.

    The host is any of its registry's; see `parse_registry_host`.
    """
    host, _, name = uri.partition("/")
    registry = parse_registry_host(host)
    if registry is None or REPOSITORY_URI.fullmatch(uri) is None:
        return None
    account_id, region = registry
    return RepositoryArn(partition=partition_of(region), region=region, account_id=account_id, repository_name=name)


def is_account_id(text: str) -> bool:
    """Tell whether a text is the id of an account."""
    return ACCOUNT_ID.fullmatch(text) is not None


def check_account_id(value: object, *path: str | int) -> list[Problem]:
    """Check an AWS account id: 12 digits, as text because a leading zero counts."""
    rule = "must be an AWS account id of 12 digits"
    fix = "Write the 12 digits alone, in quotes."
    return _check_text(value, ACCOUNT_ID, Problem(path, "account-id", rule, show(value), fix))


def check_region(value: object, *path: str | int) -> list[Problem]:
    """Check that a text has the form of a region's name."""
    rule = "must be the name of an AWS region"
    return _check_text(value, REGION, Problem(path, "region", rule, show(value), "Write it as in us-east-1."))


def check_organization_id(value: object, *path: str | int) -> list[Problem]:
    """Check the id of an organisation: `o-` and 10 to 32 lowercase letters or digits."""
    rule = "must be the id of an AWS organisation"
    fix = "Write it as `aws organizations describe-organization` shows it: o- and 10 to 32 letters or digits."
    return _check_text(value, ORGANIZATION_ID, Problem(path, "organization-id", rule, show(value), fix))


def check_organization_path(value: object, *path: str | int) -> list[Problem]:
    """Check the path of an organisational unit as `aws:PrincipalOrgPaths` compares it."""
    rule = "must be the path of an organisational unit, which ends in '/' or '/*'"
    fix = "Write it as in o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*."
    return _check_text(value, ORGANIZATION_PATH, Problem(path, "organization-path", rule, show(value), fix))


def check_key_arn(value: object, *path: str | int) -> list[Problem]:
    """Check the full ARN of a KMS key.

    ECR stores the full ARN: a key id or an alias differs from it at every plan, and that difference replaces the
    repository with its images.
    """
    rule = "must be the full ARN of a KMS key"
    fix = "Write arn:aws:kms:REGION:ACCOUNT:key/ID; a key id or an alias would replace the repository at every plan."
    return _check_text(value, KEY_ARN, Problem(path, "kms-key", rule, show(value), fix))


def _check_text(value: object, pattern: re.Pattern[str], problem: Problem) -> list[Problem]:
    if is_unresolved(value) or (isinstance(value, str) and pattern.fullmatch(value)):
        return []
    return [problem]


@functools.cache
def _partition_and_suffix(region: str) -> tuple[str, str]:
    matches = [prefix for prefix in _PARTITIONS if region.startswith(prefix)]
    return _PARTITIONS[max(matches, key=len)] if matches else ("aws", PARTITION_SUFFIXES["aws"])
