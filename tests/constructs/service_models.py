"""What a service's own model says of a request."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape

__all__ = ["model", "refused"]


@functools.cache
def model(service: str) -> ServiceModel:
    session = botocore.session.get_session()
    return ServiceModel(session.get_component("data_loader").load_service_model(service, "service-2"), service)


def complaints(value: Any, shape: Shape, path: str = "") -> Iterator[str]:
    """Yield what a model does not allow: unknown and missing members, lengths, ranges, patterns, other words."""
    limits = shape.metadata
    if isinstance(shape, StructureShape):
        yield from (f"{path}.{name} is unknown" for name in value if name not in shape.members)
        yield from (f"{path}.{name} is missing" for name in shape.required_members if name not in value)
        for name in value.keys() & shape.members.keys():
            yield from complaints(value[name], shape.members[name], f"{path}.{name}")
        return
    if isinstance(shape, ListShape):
        for each in value:
            yield from complaints(each, shape.member, f"{path}[]")
    elif isinstance(shape, MapShape):
        for key, each in value.items():
            yield from complaints(key, shape.key, f"{path}.{key}")
            yield from complaints(each, shape.value, f"{path}.{key}")
    elif isinstance(shape, StringShape):
        if shape.enum and value not in shape.enum:
            yield f"{path} is {value!r}, none of {shape.enum}"
        if "pattern" in limits and not re.search(f"^(?:{limits['pattern']})$", value):
            yield f"{path} is {value!r}, unlike {limits['pattern']}"
    size = value if isinstance(value, int) else len(value)
    if not limits.get("min", size) <= size <= limits.get("max", size):
        yield f"{path} is {size}, beyond {limits}"


def refused(service: str, operation: str, **request: Any) -> list[str]:
    """Return what a service's model has against a request."""
    shape = model(service).operation_model(operation).input_shape
    assert shape is not None
    return list(complaints(request, shape, operation))
