"""VPC endpoints that images are pulled through, and where they are.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, get_args

from ecr_constructs.core.aws import check_account_id, check_organization_id
from ecr_constructs.core.endpoint_policies import S3EndpointPolicy, interface_policy, s3_policy
from ecr_constructs.core.iam import PolicyStatement, render_policy
from ecr_constructs.core.places import Place, check_arn_place
from ecr_constructs.core.tags import check_tag_value, check_tags
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["BUCKET_ARN", "IDS", "S3_POLICIES", "VpcEndpoints"]

# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html: 17 digits, or 8 of what is older.
_ID_END = "-[0-9a-f]{8}(?:[0-9a-f]{9})?"
IDS = {
    "vpc_id": re.compile(f"vpc{_ID_END}"),
    "subnet_ids": re.compile(f"subnet{_ID_END}"),
    "route_table_ids": re.compile(f"rtb{_ID_END}"),
    "security_group_ids": re.compile(f"sg{_ID_END}"),
}
"""The ids of each argument that takes any."""

_NOUNS = {
    "vpc_id": "a VPC",
    "subnet_ids": "a subnet",
    "route_table_ids": "a route table",
    "security_group_ids": "a security group",
}

S3_POLICIES: Final[tuple[S3EndpointPolicy, ...]] = get_args(S3EndpointPolicy)

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BUCKET_ARN = re.compile(r"arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
_LONGEST_POLICY = 20_480


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class VpcEndpoints:
    """Endpoints for one VPC; see `EcrVpcEndpoints` for what each argument means."""

    vpc_id: str | None = None
    vpc_name: str | None = None
    vpc_tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
    subnet_ids: tuple[str, ...] = ()
    subnet_tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
    route_table_ids: tuple[str, ...] = ()
    route_table_tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
    security_group_ids: tuple[str, ...] = ()
    enable_logs: bool = True
    enable_s3: bool = True
    s3_policy: S3EndpointPolicy = "layers"
    s3_bucket_arns: tuple[str, ...] = ()
    principal_account_ids: tuple[str, ...] = ()
    organization_id: str | None = None

    @property
    def interfaces(self) -> tuple[str, ...]:
        """The services that have interface endpoints, by the ends of their names."""
        return ("ecr.api", "ecr.dkr", *(("logs",) if self.enable_logs else ()))

    @property
    def all_vpc_tags(self) -> dict[str, str]:
        """The tags that the VPC is looked up by, its name among them."""
        return {**self.vpc_tags, **({} if self.vpc_name is None else {"Name": self.vpc_name})}

    @property
    def vpc(self) -> str:
        """The VPC as the arguments name it: its id, or the tags that it is looked up by."""
        return self.vpc_id or ", ".join(f"{key}={value}" for key, value in sorted(self.all_vpc_tags.items()))

    def interface_policy(self, service: str, place: Place) -> list[PolicyStatement]:
        """Return what an interface endpoint lets through."""
        return interface_policy(
            service, place, account_ids=self.principal_account_ids, organization_id=self.organization_id
        )

    def gateway_policy(self, place: Place) -> list[PolicyStatement]:
        """Return what the endpoint of S3 lets through."""
        return s3_policy(place, policy=self.s3_policy, bucket_arns=self.s3_bucket_arns)

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that the arguments break, as far as their values are known."""
        return [
            *_check_region(place),
            *_check_ids(self),
            *_check_vpc(self),
            *_check_lookup(self, "subnet_ids", "subnet_tags", "subnets"),
            *_check_route_tables(self),
            *(problem for name in _TAGS for problem in check_tags(getattr(self, name), name)),
            *(() if self.vpc_name is None else check_tag_value(self.vpc_name, "vpc_name")),
            *_check_s3(self, place),
            *_check_principals(self),
            *_check_length(self, place),
        ]

    def notices(self) -> list[Problem]:
        """Return what is right and has to be seen: that other buckets cannot be reached any more."""
        if not self.enable_s3 or self.s3_policy != "layers" or self.s3_bucket_arns:
            return []
        path = ("route_table_ids" if self.route_table_ids else "route_table_tags",)
        rule = (
            "whatever uses these route tables reaches nothing in S3 but the image layers of ECR: all of its requests "
            "to S3 in the region go through the endpoint, and its policy refuses the other buckets"
        )
        fix = "Name the buckets that are in use in s3_bucket_arns, or set s3_policy to open."
        return [Problem(path, "endpoints-s3-closed", rule, fix=fix, severity="warning")]


_TAGS = ("vpc_tags", "subnet_tags", "route_table_tags")


def _check_region(place: Place) -> Iterator[Problem]:
    if place.known_region is None:
        rule = "must be known at synthesis: what an endpoint's service is called begins otherwise in some partitions"
        fix = "Give the provider its region as text."
        yield Problem(("provider",), "known-at-synthesis", rule, "a region that is known at apply alone", fix)


def _check_ids(endpoints: VpcEndpoints) -> Iterator[Problem]:
    for name, pattern in IDS.items():
        said = getattr(endpoints, name)
        values: Sequence[str] = (said,) if isinstance(said, str) else said or ()
        if is_unresolved(values):
            continue
        for index, value in enumerate(values):
            path = (name,) if isinstance(said, str) else (name, index)
            if not is_unresolved(value) and not pattern.fullmatch(value):
                fix = f"Write it as in {pattern.pattern.partition('-')[0]}-0123456789abcdef0."
                yield Problem(path, "endpoints-id", f"must be the id of {_NOUNS[name]}", show(value), fix)
            elif value in values[:index]:
                yield Problem(path, "endpoints-id", "must be named once", show(value), "Remove it.")


def _check_vpc(endpoints: VpcEndpoints) -> Iterator[Problem]:
    if endpoints.vpc_name is not None and endpoints.vpc_tags.get("Name", endpoints.vpc_name) != endpoints.vpc_name:
        fix = "Say it once."
        yield Problem(("vpc_name",), "endpoints-lookup", "must be the Name of vpc_tags", show(endpoints.vpc_name), fix)
    if endpoints.vpc_id is None and not endpoints.all_vpc_tags:
        fix = "Say vpc_id, or vpc_name or vpc_tags to look it up by."
        yield Problem((), "endpoints-lookup", "must say which VPC it is", "", fix)
    elif endpoints.vpc_id is not None:
        for name in ("vpc_name", "vpc_tags"):
            if getattr(endpoints, name):
                rule = "must be left out with vpc_id, which says which VPC it is"
                yield Problem((name,), "endpoints-lookup", rule, show(getattr(endpoints, name)), "Say one of them.")


def _check_lookup(endpoints: VpcEndpoints, ids: str, tags: str, what: str) -> Iterator[Problem]:
    by_id, by_tag = getattr(endpoints, ids), getattr(endpoints, tags)
    if not by_id and not by_tag:
        fix = f"Say {ids}, or {tags} to look them up by."
        yield Problem((), "endpoints-lookup", f"must say which {what} they are", "", fix)
    elif by_id and by_tag:
        rule = f"must be left out with {ids}, which say which {what} they are"
        yield Problem((tags,), "endpoints-lookup", rule, show(by_tag), "Say one of them.")


def _check_route_tables(endpoints: VpcEndpoints) -> Iterator[Problem]:
    if endpoints.enable_s3:
        yield from _check_lookup(endpoints, "route_table_ids", "route_table_tags", "route tables")
        return
    for name in ("route_table_ids", "route_table_tags", "s3_bucket_arns"):
        if getattr(endpoints, name):
            rule, fix = "must come with enable_s3: nothing else uses it", "Set enable_s3, or remove it."
            yield Problem((name,), "endpoints-s3", rule, show(getattr(endpoints, name)), fix)


def _check_s3(endpoints: VpcEndpoints, place: Place) -> Iterator[Problem]:
    if endpoints.s3_policy not in S3_POLICIES:
        rule = f"must be {' or '.join(S3_POLICIES)}"
        yield Problem(("s3_policy",), "endpoints-s3", rule, show(endpoints.s3_policy), "Use one of these.")
    if endpoints.s3_policy == "open" and endpoints.s3_bucket_arns:
        fix = "Leave out one of the two."
        rule = "must be left out with s3_policy open, which lets every bucket through"
        yield Problem(("s3_bucket_arns",), "endpoints-s3", rule, show(endpoints.s3_bucket_arns), fix)
    for index, arn in enumerate(endpoints.s3_bucket_arns):
        path = ("s3_bucket_arns", index)
        if not is_unresolved(arn) and not BUCKET_ARN.fullmatch(arn):
            fix = "Write it as in arn:aws:s3:::my-bucket, without the objects."
            yield Problem(path, "endpoints-s3", "must be the ARN of a bucket", show(arn), fix)
        else:
            yield from check_arn_place(arn, place, *path, code="endpoints-s3", what="a bucket")


def _check_principals(endpoints: VpcEndpoints) -> Iterator[Problem]:
    for index, account_id in enumerate(endpoints.principal_account_ids):
        yield from check_account_id(account_id, "principal_account_ids", index)
    if endpoints.organization_id is not None:
        yield from check_organization_id(endpoints.organization_id, "organization_id")


def _check_length(endpoints: VpcEndpoints, place: Place) -> Iterator[Problem]:
    for name, statements in (
        ("s3_bucket_arns", endpoints.gateway_policy(place)),
        ("principal_account_ids", endpoints.interface_policy("ecr.api", place)),
    ):
        length = len(render_policy(statements))
        if length > _LONGEST_POLICY:
            rule = f"must make a policy of at most {_LONGEST_POLICY:,} characters"
            fix = "Set s3_policy to open, or name fewer." if name == "s3_bucket_arns" else "Name the organisation."
            yield Problem((name,), "endpoints-policy-size", rule, f"{length:,}", fix)
