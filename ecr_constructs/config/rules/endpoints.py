"""VPC endpoints: what they close, and what does not go through them."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import endpoints_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.core.endpoints import VpcEndpoints
from ecr_constructs.errors import Problem, show

__all__ = ["check_vpcs", "point_out_closed_s3", "point_out_regions_elsewhere"]


def point_out_closed_s3(environment: Environment) -> Iterator[Problem]:
    """Point out that the subnets reach no bucket any more."""
    for wanted in endpoints_of(environment):
        if isinstance(wanted.value, VpcEndpoints):
            yield from map(wanted.said, wanted.value.notices())


def check_vpcs(environments: Environments) -> Iterator[Located]:
    """Check that one environment has the endpoints of a VPC, which takes one of each service with private DNS."""
    first: dict[str, str] = {}
    for file, environment in environments.by_file.items():
        for wanted in endpoints_of(environment):
            vpc_id = wanted.keywords.get("vpc_id")
            owner = file if vpc_id is None else first.setdefault(vpc_id, file)
            if owner != file:
                path = (*wanted.path, "vpc_id")
                rule = f"must be a VPC that {environments.where(owner, path)} has no endpoints in: it takes them once"
                yield file, Problem(path, "endpoints-shared", rule, show(vpc_id), "Say them in one of the two files.")


def point_out_regions_elsewhere(environments: Environments) -> Iterator[Located]:
    """Point out repositories of another region, which the endpoints do not lead to."""
    for file, environment in environments.by_file.items():
        own = environment.settings.region
        arns = [environment.arn_of(each) for each in environment.repositories.values()]
        regions = sorted({arn.region for arn in arns if arn is not None and arn.region != own})
        if regions and environment.settings.ecr_vpc_endpoints is not None:
            rule = f"images in {', '.join(regions)} are not pulled through these endpoints, which lead to {own} alone"
            fix = f"Replicate them to {own}, or leave the subnets another way there."
            yield file, Problem(("ecr_vpc_endpoints",), "endpoints-region", rule, fix=fix, severity="warning")
