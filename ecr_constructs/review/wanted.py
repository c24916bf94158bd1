"""What an environment wants of which there is one at most, found among all that it wants."""

from __future__ import annotations

from ecr_constructs.config.desired import deployments_of, endpoints_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.kms import KeyToCreate
from ecr_constructs.core.endpoints import VpcEndpoints
from ecr_constructs.core.events.deployments import Deployment

__all__ = ["deployment_of", "key_made_by", "vpc_endpoints_of"]


def deployment_of(environment: Environment | None) -> Deployment | None:
    """Return what a push deploys; None where nothing is said of that."""
    if environment is None or environment.settings.ecr_deployments is None:
        return None
    return next((each.value for each in deployments_of(environment) if isinstance(each.value, Deployment)), None)


def key_made_by(environment: Environment | None) -> KeyToCreate | None:
    """Return the key that is made, which it is where something is encrypted with it."""
    if environment is None:
        return None
    key = environment.settings.ecr_kms_key
    used = any(isinstance(each.kms_key, KeyToCreate) for each in environment.made.values())
    return key if isinstance(key, KeyToCreate) and used else None


def vpc_endpoints_of(environment: Environment | None) -> VpcEndpoints | None:
    """Return the endpoints of the network; None where there are none."""
    wanted = () if environment is None else endpoints_of(environment)
    return next((each.value for each in wanted if isinstance(each.value, VpcEndpoints)), None)
