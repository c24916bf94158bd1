"""The keys of an environment file about identities: who acts, as roles and policies that are made for them."""

from __future__ import annotations

from ecr_constructs.config.model.fields import Model

__all__ = ["IdentitySettings"]


class IdentitySettings(Model, title="identities"):
    """The keys of an environment file about identities: who acts, as roles and policies that are made for them."""
