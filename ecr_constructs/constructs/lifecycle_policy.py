"""Lifecycle rules of a repository: shortcuts, typed rules, or AWS's own JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecr_constructs._engine.door import Construct, IResolvable
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.constructs.base.tokens import number_as_text
from ecr_constructs.core.lifecycle import BeyondKept, LifecycleRule, Retention, RetentionPreset
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
        keep_tagged_count: float | str | IResolvable | None = None,
        keep_tagged_per_pattern: Mapping[str, int] | None = None,
        beyond_kept: BeyondKept | None = None,
        archive_after_days_without_pull: float | str | IResolvable | None = None,
        delete_archived_after_days: float | str | IResolvable | None = None,
        max_untagged_count: float | str | IResolvable | None = None,
        retention: RetentionPreset | None = None,
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
            keep_tagged_count: Images with a tag to keep, the newest, however old; the others expire, however young.
                Images of `keep_tagged_per_pattern` count, and are left alone. Not together with
                `expire_tagged_after_days` or `archive_after_days_without_pull`: ECR has no rule of a number and an age.
            keep_tagged_per_pattern: Tag patterns, 5 at most, each with how many of its newest images are kept, however
                old; its others expire, however young. An image stays while it is among the newest of any pattern.
            beyond_kept: What becomes of tagged images beyond those two numbers: `expire` (default), or `archive`, from
                where `delete_archived_after_days` deletes them: so images go by a number and an age.
            archive_after_days_without_pull: Days after its last pull, or its push, at which an image with a tag moves
                to the archive, where it cannot be pulled until it is restored.
            delete_archived_after_days: Days in the archive after which an image expires, 90 or more.
            max_untagged_count: Images without a tag to keep; not together with `expire_untagged_after_days`, because
                ECR takes one rule for untagged images.
            retention: What is kept, by one word in place of the numbers: `development`, `production`, `compliance` or
                `releases`; only `protected_tags` and `lifecycle_rules` go with it.
            protected_tags: Tag patterns with up to four `*`; an image that carries a matching tag is never expired or
                archived by the shortcuts, nor by a rule that is numbered by itself.
            lifecycle_rules: Further rules; those without a priority are numbered in order.
            lifecycle_policy: The whole policy in AWS's JSON, as text or parsed, instead of all of the above.

        Raises:
            InvalidInput: The rules are not what ECR takes; it names all that is wrong.
        """
        super().__init__(scope, id)
        said = Retention(
            max_image_count=number_as_text(max_image_count),
            expire_untagged_after_days=number_as_text(expire_untagged_after_days),
            expire_tagged_after_days=number_as_text(expire_tagged_after_days),
            keep_tagged_count=number_as_text(keep_tagged_count),
            keep_tagged_per_pattern=keep_tagged_per_pattern or {},
            beyond_kept=beyond_kept,
            archive_after_days_without_pull=number_as_text(archive_after_days_without_pull),
            delete_archived_after_days=number_as_text(delete_archived_after_days),
            max_untagged_count=number_as_text(max_untagged_count),
            retention=retention,
            protected_tags=protected_tags,
            lifecycle_rules=tuple(lifecycle_rules),
            lifecycle_policy=lifecycle_policy,
        )
        if said.is_empty:
            fix = "Give a shortcut, lifecycle_rules or lifecycle_policy; ECR takes no empty policy."
            problem = Problem((), "lifecycle-empty", "must have at least one rule", "none", fix)
            raise_problems([problem], source=self._path)
        repository._contribute_retention(said, self)
