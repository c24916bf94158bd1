"""What every program makes of a repository: eleven resources, with every default of ours."""

from __future__ import annotations

ORGANIZATION = "o-a1b2c3d4e5"
PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
MAX_IMAGE_COUNT = 100
PARAMETERS = ("arn", "config", "encryption-type", "name", "registry-id", "scan-on-push", "tag-mutability", "url")

ENVIRONMENT = f"""\
project: shop
env: dev
region: us-east-1
account_id: "111111111111"
ecr_defaults: {{organization_id: {ORGANIZATION}}}
ecr_repositories:
"""


def environment_file(count: int, *, env: str = "dev") -> str:
    """Return an environment file with that many repositories."""
    head = ENVIRONMENT.replace("env: dev", f"env: {env}")
    entries = "".join(f"  repository-{index}: {{}}\n" for index in range(count))
    return head + (entries or "  {}\n")
