"""Who of other accounts may do what in a registry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.constructs.account_settings import setting_of
from ecr_constructs.constructs.base.one_per_registry import OnePerRegistry
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.repository import Principal
from ecr_constructs.constructs.base.synthesis import at_synthesis, warn
from ecr_constructs.constructs.base.tokens import check_list_tokens
from ecr_constructs.core.aws import RepositoryArn, account_root_arn, check_account_id
from ecr_constructs.core.iam import PolicyStatement, render_policy
from ecr_constructs.core.registry.caches import check_cache_prefix
from ecr_constructs.core.registry.policy import (
    actions_beyond_first_scope,
    check_registry_policy,
    check_replicated_prefixes,
    grant_pull_through,
    grant_replication,
)
from ecr_constructs.errors import Problem, raise_problems, show

__all__ = ["RegistryPolicy"]

_ACCOUNT_ID = re.compile(r"[0-9]{12}")


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

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Own the policy of the stack's registry; as long as nothing is granted, there is no resource.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            logical_id: Terraform name of the resource; default: CDKTF's, made from the path of the construct.
            provider: Provider to use instead of the stack's; a stack may have one policy for each.

        Raises:
            InvalidInput: The registry has one already; it names both.
        """
        super().__init__(scope, id, logical_id=logical_id, provider=provider)
        raise_problems(self._claim(), source=self._path)
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
        problems = [
            problem
            for index, each in enumerate(account_ids)
            for problem in check_account_id(each, "account_ids", index)
        ]
        if not account_ids:
            fix = "Name an account, or do not grant."
            problems.append(Problem(("account_ids",), "registry-policy-empty", "must name an account", "none", fix))
        problems += check_replicated_prefixes(repository_prefixes, "repository_prefixes")
        raise_problems(problems, source=self._path)
        statement = grant_replication(
            account_ids,
            create_repository=create_repository,
            repository_prefixes=repository_prefixes,
            partition=self._registry.partition,
            arn_of=self.repositories_arn,
        )
        self._contribute([statement], self)

    def grant_pull_through(self, principals: Sequence[Principal], *, ecr_repository_prefixes: Sequence[str]) -> None:
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
        registry = self._registry
        return str(
            RepositoryArn(
                partition=registry.partition,
                region=registry.region,
                account_id=registry.account_id,
                repository_name=pattern,
            )
        )

    def _contribute_pull_through(
        self, principals: Sequence[Principal], prefixes: Sequence[str], contributor: PlacedConstruct
    ) -> None:
        arns, problems = self._arns(principals)
        for index, prefix in enumerate(prefixes):
            problems += check_cache_prefix(prefix, "ecr_repository_prefixes", index)
        for name, values in (("principals", principals), ("ecr_repository_prefixes", prefixes)):
            if not values:
                rule, fix = "must not be empty", "Name one, or do not grant."
                problems.append(Problem((name,), "registry-policy-empty", rule, "none", fix))
        raise_problems(problems, source=contributor._path)
        statement = grant_pull_through(arns, prefixes=prefixes, arn_of=self.repositories_arn)
        self._contribute([statement], contributor)

    def _arns(self, principals: Sequence[Principal]) -> tuple[list[str], list[Problem]]:
        arns, problems = [], []
        rule, fix = "must be an account id, an ARN or an object that has one", "Write an account id in quotes."
        for index, principal in enumerate(principals):
            name = principal if isinstance(principal, str) else getattr(principal, "arn", None)
            if isinstance(name, str):
                is_account = _ACCOUNT_ID.fullmatch(name) is not None
                arns.append(account_root_arn(name, self._registry.partition) if is_account else name)
            else:
                problems.append(Problem(("principals", index), "grant-principal", rule, show(principal), fix))
        return arns, problems

    def _contribute(self, statements: Iterable[PolicyStatement], contributor: PlacedConstruct) -> None:
        added = tuple(statements)
        if not added:
            return
        together = [*self._statements, *added]
        region, account_id = self._registry.known_region, self._registry.known_account_id
        problems = check_registry_policy(together, region=region, account_id=account_id)
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
        actions = actions_beyond_first_scope(self._statements)
        if actions and setting_of(self._registry, "registry_policy_scope") is None:
            text = (
                f"A registry whose policy still has the scope V1 ignores {', '.join(actions)} in it. "
                "AccountSettings(..., registry_policy_scope='V2') makes sure that it does not."
            )
            warn(self, text)
