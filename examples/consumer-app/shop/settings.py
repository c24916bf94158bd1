"""What differs between the environments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["ENVIRONMENTS", "Settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where an environment is, and how large it is.

    Attributes:
        account_id: The account, whose Parameter Store says where the images are.
        region: The region.
        vpc_name: The tag Name of the VPC.
        subnet_tags: Tags of the subnets in it that tasks run in. They need a way to ECR and S3: by a NAT gateway, or
            by VPC endpoints.
        bucket: The S3 bucket of Terraform's state.
        tasks: How many tasks of the service run.
        log_retention_days: How long logs are kept: a number that CloudWatch Logs knows.
    """

    account_id: str
    region: str
    vpc_name: str
    bucket: str
    subnet_tags: Mapping[str, str] = field(default_factory=lambda: {"Tier": "private"})
    tasks: int = 1
    log_retention_days: int = 30


ENVIRONMENTS = {
    "dev": Settings(
        account_id="123456789012",
        region="us-east-1",
        vpc_name="myproject-dev",
        bucket="myproject-terraform-state-dev",
    ),
    "prod": Settings(
        account_id="333333333333",
        region="us-east-1",
        vpc_name="myproject-prod",
        bucket="myproject-terraform-state-prod",
        tasks=3,
        log_retention_days=365,
    ),
}
"""The environments by name; each is a stack of that name."""
