"""Replication of a registry to other regions and accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.one_per_registry import OnePerRegistry
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.constructs.base.synthesis import at_synthesis, warn
from ecr_constructs.core.registry.replicated_deletions import deletion_notices
from ecr_constructs.core.registry.replication import (
    ReplicationContribution,
    ReplicationDestination,
    ReplicationRule,
    check_contribution,
    check_replication_rules,
    merge_contributions,
    replication_notices,
    with_account,
)
from ecr_constructs.errors import raise_problems

__all__ = ["ReplicationConfig"]


@checks_arguments
class ReplicationConfig(OnePerRegistry):
    """The replication of one registry, to which any number of places may contribute.

    AWS keeps one replication configuration per account and region, and a second one would silently overwrite the first:
    so a second `ReplicationConfig` in one stack is an error, and `ReplicationConfig.of` returns the one that is there.

    Policies and settings are not replicated. Nor are images pushed before
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication-backfill.html) and deletions
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication-delete.html), unless ECR is asked for it outside
    of Terraform, which has no setting. In another account the registry's policy must let this account replicate
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html).

    Example:
        >>> ReplicationConfig.of(self).add_repository(web, destinations=[ReplicationDestination(region="us-west-2")])
    """

    _WHAT = "replication configuration"

    def _begin(self) -> None:
        self._contributions: list[ReplicationContribution] = []
        self._resource: aws.EcrReplicationConfiguration | None = None

    def add_rule(
        self, *, destinations: Sequence[ReplicationDestination], repository_filters: Sequence[str] = ()
    ) -> None:
        """Replicate every repository whose name begins with one of the filters.

        Args:
            destinations: Regions, and accounts if others; at most 25 different ones in a registry.
            repository_filters: What names begin with, 2 to 256 characters each; none replicates every repository.

        Raises:
            InvalidInput: The rule, or the configuration with it, is not what ECR takes.
        """
        self._add(ReplicationContribution(destinations=tuple(destinations), prefixes=tuple(repository_filters)))

    def add_repository(self, repository: RepositoryBase, *, destinations: Sequence[ReplicationDestination]) -> None:
        """Replicate one repository; see `add_repositories`."""
        self.add_repositories([repository], destinations=destinations)

    def add_repositories(
        self, repositories: Iterable[RepositoryBase | str], *, destinations: Sequence[ReplicationDestination]
    ) -> None:
        """Replicate repositories.

        ECR matches the beginning of names and nothing else: where the name of another repository of the app begins
        with one of these and it is not meant to be replicated, a warning says so at synthesis.

        Args:
            repositories: The repositories, or the names of those that other stacks make in the same registry.
            destinations: Regions, and accounts if others; at most 25 different ones in a registry.

        Raises:
            InvalidInput: The rule, or the configuration with it, is not what ECR takes.
        """
        names = tuple(each if isinstance(each, str) else each.repository_name for each in repositories)
        self._add(ReplicationContribution(destinations=tuple(destinations), prefixes=names, exact=True))

    def _add(self, contribution: ReplicationContribution) -> None:
        region, account_id = self._registry.known_region, self._registry.known_account_id
        contribution = with_account(contribution, account_id)
        problems = check_contribution(contribution, region=region, registry_id=account_id)
        problems += check_replication_rules(merge_contributions([*self._contributions, contribution]))
        raise_problems(problems, source=self._path)
        self._contributions.append(contribution)
        if self._resource is None:
            self._resource = aws.EcrReplicationConfiguration(self, "Resource", provider=self._registry.provider)
            set_logical_id(self._resource, self._logical_id)
            at_synthesis(self, self._finish)

    def _finish(self) -> None:
        """Write the rules into the resource, once nothing more can be added."""
        if self._resource is None:
            return
        rules = [self._rule(rule) for rule in merge_contributions(self._contributions)]
        self._resource.put_replication_configuration(rule=rules)
        accidents = replication_notices(self._contributions, self._registry.repositories_of_app())
        account_id = self._registry.known_account_id
        for _, notice in (*accidents, *deletion_notices(self._contributions, registry_id=account_id)):
            warn(self, notice)

    def _rule(self, rule: ReplicationRule) -> aws.EcrReplicationConfigurationReplicationConfigurationRule:
        return aws.EcrReplicationConfigurationReplicationConfigurationRule(
            destination=[
                aws.EcrReplicationConfigurationReplicationConfigurationRuleDestination(
                    region=destination.region, registry_id=destination.registry_id or self._registry.account_id
                )
                for destination in rule.destinations
            ],
            repository_filter=[
                aws.EcrReplicationConfigurationReplicationConfigurationRuleRepositoryFilter(
                    filter=prefix, filter_type="PREFIX_MATCH"
                )
                for prefix in rule.prefixes
            ]
            or None,
        )
