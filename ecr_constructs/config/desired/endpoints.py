"""The VPC endpoints that an environment wants."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired.fields import same_fields
from ecr_constructs.config.desired.wanted import Output, Wanted
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.endpoints import VpcEndpoints
from ecr_constructs.core.keywords import keywords_of

__all__ = ["endpoints_of"]

_IDS = Output("ecr_vpc_endpoint_ids", "endpoint_ids", "Ids of the VPC endpoints, by their services")


def endpoints_of(environment: Environment) -> Iterator[Wanted]:
    """Return the endpoints of the VPC that the file names, whose private DNS no other environment can have as well."""
    options = environment.settings.ecr_vpc_endpoints
    if options is not None:
        value = VpcEndpoints(**same_fields(VpcEndpoints, options))
        yield Wanted(
            value=value,
            path=("ecr_vpc_endpoints",),
            construct="EcrVpcEndpoints",
            id="VpcEndpoints",
            logical_id="ecr_endpoints",
            keywords=keywords_of(value),
            # An id is one whatever the account, which the files may not say: `rules.endpoints` compares those.
            names=(("endpoints of ECR", value.vpc, ()),) if value.vpc and value.vpc_id is None else (),
            outputs=(_IDS,),
        )
