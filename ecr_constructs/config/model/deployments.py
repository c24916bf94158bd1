"""The keys of an environment file about what a new image sets going."""

from __future__ import annotations

from ecr_constructs.config.model.fields import Model

__all__ = ["DeploymentSettings"]


class DeploymentSettings(Model, title="deployments"):
    """The keys of an environment file about what a new image sets going."""
