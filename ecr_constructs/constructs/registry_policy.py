"""Who of other accounts may do what in a registry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs.constructs.account_settings import setting_of
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.grantees import Grantee, names_of
from ecr_constructs.constructs.base.one_per_registry import OnePerRegistry
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.synthesis import at_synthesis, warn
from ecr_constructs.constructs.base.tokens import check_list_tokens
from ecr_constructs.core.iam import PolicyStatement, render_policy
from ecr_constructs.core.registry.policy import (
    PullThroughGrant,
    RegistryGrant,
    ReplicationGrant,
    check_grant,
    check_registry_policy,
    registry_statement,
    repositories_arn,
    scope_notices,
)
from ecr_constructs.errors import raise_problems

__all__ = ["RegistryPolicy"]


@checks_arguments
class RegistryPolicy(OnePerRegistry):
    """The policy of one registry, to which any number of places may contribute.

    AWS keeps one policy per account and region, and a second one would silently overwrite the first: so a second
    `RegistryPolicy` in one stack is an error, and `RegistryPolicy.of` returns the one that is there.

    It is what the destination of a replication between accounts needs, and a way to let principals fill a pull-through
    cache (https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html).

    Example:
        >>> RegistryPolicy.of(self).grant_replication(["111111111111"], create_repository=True)
    """

    _WHAT = "registry policy"

    def _begin(self) -> None:
        self._statements: list[PolicyStatement] = []
        self._resource: aws.EcrRegistryPolicy | None = None

    def grant_replication(
        self,
        account_ids: Sequence[str],
        *,
        create_repository: bool = False,
        repository_prefixes: Sequence[str] = ("*",),
    ) -> None:
        """Let other accounts replicate their images into this registry.

        Args:
            account_ids: The accounts that replicate, 12 digits each.
            create_repository: Whether ECR may make the repositories that do not exist yet; default False. What they
                are like is up to a `RepositoryCreationTemplate`.
            repository_prefixes: What the names of the repositories begin with; default: all.

        Raises:
            InvalidInput: Ids or prefixes are malformed, or the policy breaks one of ECR's rules.
        """
        grant = ReplicationGrant(
            account_ids=tuple(account_ids),
            create_repository=create_repository,
            repository_prefixes=tuple(repository_prefixes),
        )
        self._grant(grant, self)

    def grant_pull_through(self, principals: Sequence[Grantee], *, ecr_repository_prefixes: Sequence[str]) -> None:
        """Let principals have images cached that are not cached yet, and their repositories made.

        They need to be able to pull as well; a principal of the registry's own account may have all of this by an
        identity policy instead.

        Args:
            principals: Account ids, ARNs or objects that have one. A token is taken for an ARN.
            ecr_repository_prefixes: Prefixes of pull-through cache rules; `ROOT` means every repository.

        Raises:
            InvalidInput: A principal is none of these, or the policy breaks one of ECR's rules.
        """
        self._contribute_pull_through(principals, ecr_repository_prefixes, self)

    def add_to_policy(self, *statements: PolicyStatement) -> None:
        """Add statements; each names its `resources`, for which `repositories_arn` is there.

        Raises:
            InvalidInput: The policy would break one of ECR's rules, or open the registry to everyone.
        """
        self._contribute(statements, self)

    def repositories_arn(self, pattern: str = "*") -> str:
        """Return the ARN of the registry's repositories whose names match a pattern, such as `team/*`."""
        return repositories_arn(self._registry, pattern)

    def _contribute_pull_through(
        self, principals: Sequence[Grantee], prefixes: Sequence[str], contributor: PlacedConstruct
    ) -> None:
        rule = "must be an account id, an ARN or an object that has one"
        names, problems = names_of(principals, rule)
        raise_problems(problems, source=contributor._path)
        self._grant(PullThroughGrant(principals=tuple(names), ecr_repository_prefixes=tuple(prefixes)), contributor)

    def _grant(self, grant: RegistryGrant, contributor: PlacedConstruct) -> None:
        raise_problems(check_grant(grant, self._registry), source=contributor._path)
        self._contribute([registry_statement(grant, self._registry)], contributor)

    def _contribute(self, statements: Iterable[PolicyStatement], contributor: PlacedConstruct) -> None:
        added = tuple(statements)
        if not added:
            return
        together = [*self._statements, *added]
        problems = check_registry_policy(together, self._registry)
        problems += check_list_tokens(together)
        raise_problems(problems, source=contributor._path)
        self._statements = together
        text = render_policy(together)
        if self._resource is None:
            self._resource = aws.EcrRegistryPolicy(self, "Resource", policy=text, provider=self._registry.provider)
            set_logical_id(self._resource, self._logical_id)
            at_synthesis(self, self._warn_of_scope)
        else:
            self._resource.policy = text

    def _warn_of_scope(self) -> None:
        scope = setting_of(self._registry, "registry_policy_scope")
        for notice in scope_notices(self._statements, scope=scope):
            warn(self, notice)
