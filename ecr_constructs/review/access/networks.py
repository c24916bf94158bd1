"""The network that images are pulled through: whom the VPC endpoints newly let in, and what they let through.

Whoever their policies newly let through has attention, an organisation is a danger. A security group has attention, as
it is not known here whom it lets in. Endpoints that are new let nobody in who could not come by the internet before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ecr_constructs.core.endpoints import VpcEndpoints
from ecr_constructs.review.change import Change, EnvironmentPair
from ecr_constructs.review.finding import Finding, Severity
from ecr_constructs.review.said import Said, at
from ecr_constructs.review.wanted import vpc_endpoints_of

__all__ = ["judge_networks"]

_KEY = "ecr_vpc_endpoints"
_OWN_GROUP = "the whole VPC on 443"


class _Told(NamedTuple):
    """What is told of an argument.

    Attributes:
        key: The argument, where the file says it.
        what: What it means.
        severity: How grave it is.
        fix: What to do instead.
    """

    key: str
    what: str
    severity: Severity = "attention"
    fix: str = ""


def judge_networks(change: Change) -> Iterator[Finding]:
    """Yield what the VPC endpoints newly let in and through."""
    for pair in change.changed:
        if pair.before is None or pair.after is None:
            continue
        before, after = vpc_endpoints_of(pair.before), vpc_endpoints_of(pair.after)
        if before is None or after is None or before == after:
            continue
        for told in _more(before, after, account_id=pair.after.settings.account_id):
            yield Finding(
                code="network-opened",
                severity=told.severity,
                consequence="opens",
                environment=pair.name,
                what=told.what,
                fix=told.fix,
                **_place(pair, told.key),
            )


def _more(before: VpcEndpoints, after: VpcEndpoints, *, account_id: str | None) -> Iterator[_Told]:
    """Yield whom and what endpoints let in and through after, and not before."""
    known = {*before.principal_account_ids, account_id}
    for each in sorted({*after.principal_account_ids} - known):
        what = f"the VPC endpoints newly let identities of {each} through"
        yield _Told("principal_account_ids", what, fix="Remove it, if it is not to get in.")
    if after.organization_id not in (None, before.organization_id):
        what = f"the VPC endpoints newly let everyone of {after.organization_id} through"
        yield _Told("organization_id", what, "danger", "Name the accounts that need them, one by one.")
    groups = sorted({*after.security_group_ids} - {*before.security_group_ids})
    if not after.security_group_ids and before.security_group_ids:
        groups = [_OWN_GROUP]
    if groups:
        own = groups == [_OWN_GROUP]
        whom = _OWN_GROUP if own else f"whom {', '.join(groups)} lets in, which is not made here"
        yield _Told("security_group_ids", f"the VPC endpoints newly let in {whom}", fix="See whom that is.")
    if after.enable_s3 and before.enable_s3:
        if after.s3_policy == "open" != before.s3_policy:
            what = "the endpoint of S3 newly lets every bucket through"
            yield _Told("s3_policy", what, fix="Name the buckets that are in use in s3_bucket_arns.")
        elif after.s3_policy == before.s3_policy:
            for each in sorted({*after.s3_bucket_arns} - {*before.s3_bucket_arns}):
                yield _Told("s3_bucket_arns", f"the endpoint of S3 newly lets {each} through")


def _place(pair: EnvironmentPair, key: str) -> Said:
    for environment, at_base in ((pair.after, False), (pair.before, True)):
        options = None if environment is None else environment.settings.ecr_vpc_endpoints
        if options is not None and key in options.model_fields_set:
            return at(_KEY, key, at_base=at_base)
    return at(_KEY)
