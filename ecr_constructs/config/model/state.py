"""Where a state of Terraform is kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ecr_constructs.config.model.forms import matching

__all__ = ["STATE_KEY", "BucketName", "StateKey"]

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BucketName = Annotated[
    str,
    matching(
        r"(?![0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]",
        "bucket-name",
        "must be the name of an S3 bucket",
        "Use 3 to 63 lowercase letters, digits, dots and hyphens.",
    ),
    matching(
        r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*(-s3alias|--ol-s3|--x-s3|--table-s3|\.mrap)$).*",
        "bucket-name",
        "must not begin or end as names that S3 keeps for itself",
        "Leave out xn--, sthree- or amzn-s3-demo- in front, or -s3alias, --ol-s3, --x-s3, --table-s3 or .mrap behind.",
    ),
]

# Terraform's S3 backend refuses a slash at either end; braces would look like the template of repository names.
STATE_KEY = matching(
    r"[^/{}]([^{}]*[^/{}])?",
    "state-key",
    "must be a key that neither begins nor ends with '/' and holds no braces",
    "Write it as in layers/compute/dev/terraform.tfstate.",
)
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html: what many tools read as another path, or
# cannot write at all.
_STATE_LEVELS = matching(
    r"(?!(.*/)?\s*\.{0,2}\s*(/|$))[^\x00-\x1f\x7f]+",
    "state-key",
    "must have levels of more than dots and blanks, and no control characters",
    "Write it as in layers/compute/dev/terraform.tfstate.",
)
StateKey = Annotated[str, Field(min_length=1, max_length=1024), STATE_KEY, _STATE_LEVELS]
