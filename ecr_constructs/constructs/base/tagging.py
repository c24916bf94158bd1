"""Tags of every resource of a construct, where the provider does not give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecr_constructs._engine.door import (
    Aspects,
    Construct,
    IAspect,
    IConstruct,
    TerraformProvider,
    TerraformResource,
    implements,
)
from ecr_constructs._engine.made import set_as_it_is
from ecr_constructs.constructs.base.registry import Registry, registry_of
from ecr_constructs.core.texts import as_template
from ecr_constructs.core.tokens import is_unresolved

__all__ = ["default_tags_of", "tag_all"]


def default_tags_of(registry: Registry) -> Mapping[str, str]:
    """Return the default tags of a registry's provider, as far as they are known."""
    provider = registry.aws_provider
    blocks = None if provider is None else provider.default_tags_input
    if not isinstance(blocks, list):
        return {}
    tags = {key: value for block in blocks for key, value in (block.tags or {}).items()}
    return {key: value for key, value in tags.items() if not is_unresolved(value)}


def tag_all(construct: Construct, tags: Mapping[str, str], provider: TerraformProvider | None = None) -> None:
    """Give tags to all that is in a construct and can have any, less what its provider gives; a resource's own win.

    Args:
        construct: The construct.
        tags: The tags.
        provider: The provider of what is in it; default: the stack's.
    """
    tags = as_template(dict(tags))  # as the provider has its own
    if not tags.items() <= default_tags_of(registry_of(construct, provider)).items():
        Aspects.of(construct).add(_Tags(tags))


@implements(IAspect)
class _Tags:
    def __init__(self, tags: Mapping[str, str]) -> None:
        self._tags = dict(tags)

    def visit(self, node: IConstruct) -> None:
        # A data source may have tags as well: those that it finds.
        if not isinstance(node, TerraformResource) or not hasattr(node, "tags_input"):
            return
        given = default_tags_of(registry_of(node, node.provider))
        missing = {key: value for key, value in self._tags.items() if given.get(key) != value}
        if missing:
            resource: Any = node
            set_as_it_is(resource, "tags", {**missing, **(resource.tags_input or {})})
