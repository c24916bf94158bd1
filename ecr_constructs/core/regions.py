"""The regions that have ECR, and what looks like a slip of one.

A region that came later than this list is pointed out and not refused. The list is botocore's, which a test holds it
to; AWS's own is https://docs.aws.amazon.com/general/latest/gr/ecr.html.
"""

from __future__ import annotations

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, nearest

__all__ = ["REGIONS", "region_notices"]

# fmt: off
REGIONS = (
    "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
    "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
    "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "cn-north-1", "cn-northwest-1",
    "eu-central-1", "eu-central-2", "eu-isoe-west-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1",
    "eu-west-2", "eu-west-3", "eusc-de-east-1", "il-central-1", "me-central-1", "me-south-1", "mx-central-1",
    "sa-east-1", "us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-iso-east-1", "us-iso-west-1",
    "us-isob-east-1", "us-isob-west-1", "us-isof-east-1", "us-isof-south-1", "us-west-1", "us-west-2",
)
# fmt: on


def region_notices(region: str | None, *path: str | int) -> list[Problem]:
    """Point out a region that is not known; what it may have been meant to be, where something is near.

    Args:
        region: The region, of a region's form; None says nothing.
        *path: Where it is said.
    """
    if region is None or is_unresolved(region) or region in REGIONS:
        return []
    # Two letters changed about are the commonest slip, and us-esat-1 is as near to us-west-1.
    alike = [each for each in REGIONS if sorted(each) == sorted(region)]
    fix = nearest(region, alike or REGIONS) or "Look it up; if it is new, all is well."
    return [Problem(path, "region-unknown", f"no region {region} is known to have ECR", fix=fix, severity="warning")]
