"""VPC endpoints that a change takes away, by which private subnets pull images."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.environment import Environment
from ecr_constructs.core.endpoints import VpcEndpoints
from ecr_constructs.review.change import Change
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import Said, at, breaks
from ecr_constructs.review.wanted import vpc_endpoints_of

__all__ = ["judge_endpoints"]

_KEY = "ecr_vpc_endpoints"


def judge_endpoints(change: Change) -> Iterator[Finding]:
    """Yield which subnets, and which identities, have an endpoint no more."""
    for pair in change.changed:
        if pair.before is not None and pair.after is not None:
            yield from _of_environment(pair.before, pair.after)


def _of_environment(before: Environment, after: Environment) -> Iterator[Finding]:
    old, new = vpc_endpoints_of(before), vpc_endpoints_of(after)
    if old is None or old == new:
        return
    fix = "Have the subnets reach ECR otherwise before, as by a NAT gateway."
    if new is None:
        what = f"the VPC {old.vpc} has no endpoints of {', '.join(_services(old))} any more"
        yield breaks("endpoints-removed", after, at(_KEY, at_base=True), what, fix)
        return
    if old.vpc != new.vpc:
        what = f"endpoints are made in the VPC {new.vpc} instead of {old.vpc}"
        key = next(key for key in ("vpc_id", "vpc_name", "vpc_tags") if getattr(old, key) != getattr(new, key))
        yield breaks("endpoints-removed", after, _said(after, key), what, fix)
        return
    for key, services in (("enable_logs", "logs"), ("enable_s3", "s3")):
        if getattr(old, key) and not getattr(new, key):
            what = f"the VPC {old.vpc} has no endpoint of {services} any more"
            yield breaks("endpoints-removed", after, _said(after, key), what, fix)
    yield from _narrowed(after, old, new, fix)


def _narrowed(after: Environment, old: VpcEndpoints, new: VpcEndpoints, fix: str) -> Iterator[Finding]:
    """Yield what the endpoints that stay are no more for."""
    for key, words in (("subnet", "the subnets"), ("route_table", "the route tables")):
        yield from _places(after, old, new, key, words, fix)
    groups = [each for each in old.security_group_ids if each not in new.security_group_ids]
    if new.security_group_ids and (groups or not old.security_group_ids):
        whom = f"whom {', '.join(groups)} lets in" if groups else "the whole VPC"
        what = f"the endpoints are reached by {whom} no more, unless another of their security groups lets it in"
        fix = "Have the groups that stay let in whatever pulls there."
        yield breaks("endpoints-narrowed", after, _said(after, "security_group_ids"), what, fix)
    kept = {*new.principal_account_ids, after.settings.account_id}
    accounts = [each for each in old.principal_account_ids if each not in kept]
    if accounts and old.organization_id == new.organization_id:
        what = f"identities of account {', '.join(accounts)} are refused by the endpoints"
        fix = "Keep them in principal_account_ids until none of them pulls there."
        yield breaks("endpoints-narrowed", after, _said(after, "principal_account_ids"), what, fix)
    if old.organization_id is not None and old.organization_id != new.organization_id:
        what = f"identities of the organisation {old.organization_id} are refused by the endpoints"
        fix = "Name those accounts in principal_account_ids that pull there."
        yield breaks("endpoints-narrowed", after, _said(after, "organization_id"), what, fix)
    if new.enable_s3 and new.s3_policy != "open":
        buckets = [each for each in old.s3_bucket_arns if each not in new.s3_bucket_arns]
        if old.s3_policy == "open":
            what = "nothing in S3 is reached any more but the layers of images, and the buckets that are named"
            fix = "Name the buckets that are in use in s3_bucket_arns."
            yield breaks("endpoints-narrowed", after, _said(after, "s3_policy"), what, fix)
        elif buckets:
            what = f"the buckets {', '.join(buckets)} are refused by the endpoint of S3"
            fix = "Keep them in s3_bucket_arns until nobody uses them there."
            yield breaks("endpoints-narrowed", after, _said(after, "s3_bucket_arns"), what, fix)


def _places(
    after: Environment, old: VpcEndpoints, new: VpcEndpoints, key: str, words: str, fix: str
) -> Iterator[Finding]:
    """Yield which subnets or route tables have endpoints no more; by tags, nobody knows here which those are."""
    (ids, tags), (later_ids, later_tags) = ((getattr(each, f"{key}_ids"), _tags(each, key)) for each in (old, new))
    if ids and later_ids:
        lost = [each for each in ids if each not in later_ids]
        if lost:
            what = f"{words} {', '.join(lost)} have no endpoints any more"
            yield breaks("endpoints-removed", after, _said(after, f"{key}_ids"), what, fix)
    elif (ids or tags) and (later_ids or later_tags) and (ids or later_ids or not {*later_tags} <= {*tags}):
        former, listed = (
            ", ".join(each_ids) if each_ids else f"those with the tags {', '.join(each_tags)}"
            for each_ids, each_tags in ((ids, tags), (later_ids, later_tags))
        )
        what = f"{words} with endpoints are {listed} instead of {former}: whatever is not among them has none any more"
        said = _said(after, f"{key}_ids" if later_ids else f"{key}_tags")
        yield breaks("endpoints-removed", after, said, what, fix)


def _tags(endpoints: VpcEndpoints, key: str) -> tuple[str, ...]:
    return tuple(f"{name}={value}" for name, value in sorted(getattr(endpoints, f"{key}_tags").items()))


def _services(endpoints: VpcEndpoints) -> list[str]:
    return [*endpoints.interfaces, *(["s3"] if endpoints.enable_s3 else [])]


def _said(environment: Environment, key: str) -> Said:
    options = environment.settings.ecr_vpc_endpoints
    said = () if options is None else options.model_fields_set
    return at(_KEY, key) if key in said else at(_KEY)
