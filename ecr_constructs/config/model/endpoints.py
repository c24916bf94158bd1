"""The keys of an environment file about the network that images are pulled through."""

from __future__ import annotations

from ecr_constructs.config.model.fields import Model

__all__ = ["EndpointSettings"]


class EndpointSettings(Model, title="endpoints"):
    """The keys of an environment file about the network that images are pulled through."""
