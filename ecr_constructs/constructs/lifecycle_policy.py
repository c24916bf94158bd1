"""Lifecycle rules of a repository: shortcuts, typed rules, or AWS's own JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecr_constructs._engine.door import Construct, IResolvable
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.constructs.base.tokens import number_as_text
from ecr_constructs.core.lifecycle import LifecycleRule, Retention
from ecr_constructs.errors import Problem, raise_problems

__all__ = ["LifecyclePolicy"]


@checks_arguments
class LifecyclePolicy(PlacedConstruct):
    """What expires in a repository, and when.

    The rules join those that come from elsewhere: a repository has one policy. Shortcuts come after the typed rules,
    and a rule that selects every image comes last, as ECR demands
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html).

    An image that one rule selects is out of reach of every later rule, even when the first one leaves it alone. So
    `protected_tags` protects, and `expire_tagged_after_days` takes tagged images out of the reach of `max_image_count`.

    Example:
        >>> LifecyclePolicy(self, "Retention", repository=web, max_image_count=50, protected_tags=["v*"])
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        repository: RepositoryBase,
        max_image_count: float | str | IResolvable | None = None,
        expire_untagged_after_days: float | str | IResolvable | None = None,
        expire_tagged_after_days: float | str | IResolvable | None = None,
        max_untagged_count: float | str | IResolvable | None = None,
        protected_tags: Sequence[str] = (),
        lifecycle_rules: Sequence[LifecycleRule] = (),
        lifecycle_policy: str | Mapping[str, object] | None = None,
    ) -> None:
        """Add lifecycle rules to a repository.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            repository: The repository.
            max_image_count: Images to keep, of all; older ones expire. Protected images count as well.
            expire_untagged_after_days: Days after its push at which an image without a tag expires.
            expire_tagged_after_days: Days after its push at which an image with a tag expires, even when it is
                deployed: pulling an image does not protect it.
            max_untagged_count: Images without a tag to keep; not together with `expire_untagged_after_days`, because
                ECR takes one rule for untagged images.
            protected_tags: Tag patterns with up to four `*`; an image that carries a matching tag is never expired by
                the shortcuts, nor by a rule that is numbered by itself.
            lifecycle_rules: Further rules; those without a priority are numbered in order.
            lifecycle_policy: The whole policy in AWS's JSON, as text or parsed, instead of all of the above.

        Raises:
            InvalidInput: The rules are not what ECR takes; it names all that is wrong.
        """
        super().__init__(scope, id)
        retention = Retention(
            max_image_count=number_as_text(max_image_count),
            expire_untagged_after_days=number_as_text(expire_untagged_after_days),
            expire_tagged_after_days=number_as_text(expire_tagged_after_days),
            max_untagged_count=number_as_text(max_untagged_count),
            protected_tags=protected_tags,
            lifecycle_rules=tuple(lifecycle_rules),
            lifecycle_policy=lifecycle_policy,
        )
        if retention.is_empty:
            fix = "Give a shortcut, lifecycle_rules or lifecycle_policy; ECR takes no empty policy."
            problem = Problem((), "lifecycle-empty", "must have at least one rule", "none", fix)
            raise_problems([problem], source=self._path)
        repository._contribute_retention(retention, self)
