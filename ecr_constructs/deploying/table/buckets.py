"""The bucket of the states, as `ecr-constructs init --state-bucket` has it made.

A bucket is read with all that S3 keeps of it, whatever the stack says. What is in it is nobody's to delete here: S3
refuses to delete a bucket that holds anything, and a `force_destroy` needs a policy of its own.
"""

from __future__ import annotations

from ecr_constructs.deploying.kinds import Kind, destroys, reads, writes

__all__ = ["KINDS"]

_BUCKET = "arn:{partition}:s3:::{bucket}"
_FEATURE = "Buckets of states"
_TAGS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging.html"

KINDS = (
    Kind(
        type="aws_s3_bucket",
        feature=_FEATURE,
        arn=_BUCKET,
        attributes={"id": "{bucket}"},
        needs=(
            reads(
                "s3:GetAccelerateConfiguration",
                "s3:GetBucketAcl",
                "s3:GetBucketCORS",
                "s3:GetBucketLogging",
                "s3:GetBucketObjectLockConfiguration",
                "s3:GetBucketPolicy",
                "s3:GetBucketRequestPayment",
                "s3:GetBucketTagging",
                "s3:GetBucketVersioning",
                "s3:GetBucketWebsite",
                "s3:GetEncryptionConfiguration",
                "s3:GetLifecycleConfiguration",
                "s3:GetReplicationConfiguration",
                "s3:ListBucket",
            ),
            reads("s3:ListTagsForResource", because=_TAGS),
            writes("s3:CreateBucket", "s3:PutBucketTagging"),
            writes("s3:TagResource", "s3:UntagResource", because=_TAGS),
            destroys("s3:DeleteBucket"),
        ),
    ),
    Kind(
        type="aws_s3_bucket_versioning",
        feature=_FEATURE,
        arn=_BUCKET,
        needs=(reads("s3:GetBucketVersioning"), writes("s3:PutBucketVersioning")),
    ),
    Kind(
        type="aws_s3_bucket_server_side_encryption_configuration",
        feature=_FEATURE,
        arn=_BUCKET,
        needs=(reads("s3:GetEncryptionConfiguration"), writes("s3:PutEncryptionConfiguration")),
    ),
    # What puts these two takes them away as well, by AWS's reference.
    Kind(
        type="aws_s3_bucket_ownership_controls",
        feature=_FEATURE,
        arn=_BUCKET,
        needs=(reads("s3:GetBucketOwnershipControls"), writes("s3:PutBucketOwnershipControls")),
    ),
    Kind(
        type="aws_s3_bucket_public_access_block",
        feature=_FEATURE,
        arn=_BUCKET,
        needs=(reads("s3:GetBucketPublicAccessBlock"), writes("s3:PutBucketPublicAccessBlock")),
    ),
    Kind(
        type="aws_s3_bucket_policy",
        feature=_FEATURE,
        arn=_BUCKET,
        needs=(reads("s3:GetBucketPolicy"), writes("s3:DeleteBucketPolicy", "s3:PutBucketPolicy")),
    ),
)
