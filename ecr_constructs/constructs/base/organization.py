"""The organisation of a registry's account, whose id is read at plan."""

from __future__ import annotations

from ecr_constructs._engine import aws
from ecr_constructs.constructs.base.registry import Registry

__all__ = ["own_organization_id"]

_ID = "ecr_organization"


def own_organization_id(registry: Registry) -> str:
    """Return the id of the account's own organisation, which is looked up once in a stack."""
    id_ = _ID if registry.provider is None else f"{_ID}-{registry.provider.node.id}"
    found = registry.stack.node.try_find_child(id_)
    if not isinstance(found, aws.DataAwsOrganizationsOrganization):
        found = aws.DataAwsOrganizationsOrganization(registry.stack, id_, provider=registry.provider)
    return found.id
