"""A role or user whose pulls ECR does not record."""

from __future__ import annotations

import dataclasses
import weakref

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.provider_floor import point_out_older_provider
from ecr_constructs.constructs.base.registry import Registry, claim_logical_id, registry_of
from ecr_constructs.constructs.base.synthesis import at_synthesis, warn
from ecr_constructs.constructs.ecs_execution_role import EcsExecutionRole
from ecr_constructs.constructs.node_pull_policy import NodePullPolicy
from ecr_constructs.core.registry.pull_times import (
    PullTimeExclusion,
    check_number_of_exclusions,
    exclusion_notices,
    running_notice,
    running_notices,
)
from ecr_constructs.errors import raise_problems

__all__ = ["PullTimeUpdateExclusion"]

_made: weakref.WeakKeyDictionary[Registry, int] = weakref.WeakKeyDictionary()


@checks_arguments
class PullTimeUpdateExclusion(PlacedConstruct):
    """A role or user whose pulls do not count as the last pull of an image.

    A scanner pulls every image, and so keeps each of them from looking unused: with an exclusion, rules by the last
    pull (`archive_after_days_without_pull`) see what the pulls of others leave. Amazon Inspector's own pulls are never
    recorded (https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-time-update-exclusions.html). It needs release
    6.28 of the provider.

    Example:
        >>> PullTimeUpdateExclusion(self, "Scanner", principal_arn="arn:aws:iam::111111111111:role/scanner")

    Attributes:
        resource: The `aws_ecr_pull_time_update_exclusion` itself.
        principal_arn: Whose pulls are not recorded, as it was given.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        principal_arn: str,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Exclude a principal in an account and region, which has at most 100 exclusions.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            principal_arn: ARN of a role or user, at most 200 characters
                (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RegisterPullTimeUpdateExclusion.html);
                never that of what runs the images, which would look unused: one that a `NodePullPolicy` or an
                `EcsExecutionRole` of the app names is a warning, and so is one of another account.
            logical_id: Terraform name of the resource; default: CDKTF's, made from the path of the construct.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: The ARN is none of a role or user, is excluded already (both constructs are named), or there
                are too many exclusions.
        """
        super().__init__(scope, id)
        registry = registry_of(self, provider)
        exclusion = PullTimeExclusion(principal_arn=principal_arn)
        self._registry = registry
        self._exclusion = exclusion
        problems = exclusion.problems(registry)
        for problem in registry.claim(f"exclusion of the pulls of {principal_arn}", self):
            fix = "Remove one of the two: ECR refuses the second."
            problems.append(dataclasses.replace(problem.under("principal_arn"), fix=fix))
        problems += claim_logical_id(logical_id, "pull time update exclusion", self)
        problems += check_number_of_exclusions(_made.get(registry, 0) + 1, "principal_arn")
        raise_problems(problems, source=self._path)
        _made[registry] = _made.get(registry, 0) + 1
        self.principal_arn = principal_arn
        self.resource: aws.EcrPullTimeUpdateExclusion = aws.EcrPullTimeUpdateExclusion(
            self, "Resource", principal_arn=principal_arn, provider=registry.provider
        )
        set_logical_id(self.resource, logical_id)
        point_out_older_provider(self, exclusion)
        for notice in exclusion_notices(exclusion, registry):
            warn(self, notice)
        at_synthesis(self, self._warn_of_running)

    def _warn_of_running(self) -> None:
        for owner in self._registry.owners_of_app():
            if isinstance(owner, EcsExecutionRole) and owner.role_arn == self.principal_arn:
                warn(self, running_notice(owner._role_names[0], owner._path))
            elif isinstance(owner, EcsExecutionRole | NodePullPolicy):
                account_id = owner._registry.known_account_id
                for notice in running_notices(self._exclusion, owner._role_names, account_id, by=owner._path):
                    warn(self, notice)
