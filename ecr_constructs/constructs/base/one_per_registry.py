"""What a registry has once, and any number of places contribute to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.placed import PlacedConstruct, stack_of
from ecr_constructs.constructs.base.registry import claim_logical_id, registry_of
from ecr_constructs.errors import Problem, raise_problems

__all__ = ["OnePerRegistry"]


@checks_arguments
class OnePerRegistry(PlacedConstruct):
    """Base of the constructs of which AWS keeps one per account and region; a second one would overwrite the first."""

    _WHAT: ClassVar[str]

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
        _problems: Sequence[Problem] = (),
    ) -> None:
        """Own the one of the stack's registry; as long as nothing is added, there is no resource.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            logical_id: Terraform name of its resources; default: CDKTF's, made from the path of the construct.
            provider: Provider to use instead of the stack's; a stack may have one for each.

        Raises:
            InvalidInput: The registry has one already; it names both.
        """
        super().__init__(scope, id)
        self._registry = registry_of(self, provider)
        self._logical_id = logical_id
        claimed = self._registry.claim(self._WHAT, self) + claim_logical_id(logical_id, self._WHAT, self)
        raise_problems([*claimed, *_problems], source=self._path)
        self._begin()

    def _begin(self) -> None:
        """Set what the children keep, before anything is added."""

    @classmethod
    def of(cls, scope: Construct, *, logical_id: str | None = None, provider: TerraformProvider | None = None) -> Self:
        """Return the one of a stack's registry, and make it if there is none.

        Args:
            scope: Any construct of the stack.
            logical_id: Terraform name of its resources, if it is made now; default: CDKTF's.
            provider: Provider of the registry; default: the stack's.
        """
        registry = registry_of(scope, provider)
        owner = registry.owner_of(cls._WHAT)
        if isinstance(owner, cls):
            return owner
        name = cls.__name__ if registry.provider is None else f"{cls.__name__}-{registry.provider.node.id}"
        return cls(stack_of(scope), name, logical_id=logical_id, provider=registry.provider)
