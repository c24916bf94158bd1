"""What exists once in a registry, or must be known of all of it, kept per app.

A registry is an account and region; in an app it is a stack and, where given, one of its providers.
"""

from __future__ import annotations

import dataclasses
import weakref
from collections.abc import Iterator

from ecr_constructs._engine import aws
from ecr_constructs._engine.door import Construct, TerraformProvider, TerraformStack
from ecr_constructs.constructs.base.placed import stack_of
from ecr_constructs.core.aws import dns_suffix, partition_of
from ecr_constructs.core.names import is_terraform_name
from ecr_constructs.core.ssm import PublishedPaths
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["Registry", "claim_logical_id", "registry_of"]

_logical_ids: weakref.WeakKeyDictionary[Construct, dict[tuple[str, str], Construct]] = weakref.WeakKeyDictionary()
_registries: weakref.WeakKeyDictionary[Construct, dict[TerraformProvider | None, Registry]] = (
    weakref.WeakKeyDictionary()
)


@dataclasses.dataclass(eq=False)
class Registry:
    """One account and region as an app sees it.

    Attributes:
        stack: The stack that it belongs to.
        provider: The provider that was asked for, or None for the stack's default one.
        repositories: The repositories made here, by name.
        published: Paths of the parameters made here.
    """

    stack: TerraformStack
    provider: TerraformProvider | None
    repositories: dict[str, Construct] = dataclasses.field(default_factory=dict)
    published: PublishedPaths = dataclasses.field(default_factory=PublishedPaths)
    _owners: dict[str, Construct] = dataclasses.field(default_factory=dict)
    _default_provider: aws.AwsProvider | None = None
    _known_account_id: str | None = None
    _known_region: str | None = None
    _region: str | None = None
    _account_id: str | None = None
    _partition_and_suffix: tuple[str, str] | None = None

    def claim(self, what: str, owner: Construct) -> list[Problem]:
        """Note who owns something that exists once.

        Returns:
            A problem that names both, where something else owns it already.
        """
        first = self._owners.setdefault(what, owner)
        if first is owner:
            return []
        path = first.node.path
        fix = f"Use the one of {path}, or remove it: AWS keeps one, and the second would overwrite the first."
        return [Problem((), "one-per-registry", f"must be the only {what}; {path} has one already", "", fix)]

    def owner_of(self, what: str) -> Construct | None:
        """Return what owns something that exists once; None where nothing does."""
        return self._owners.get(what)

    def repositories_of_app(self) -> set[str]:
        """Return the names of all repositories of the app, less those that are known to be in another registry."""
        return {name for other in self._alike() for name in other.repositories}

    def owners_of_app(self) -> list[Construct]:
        """Return what owns anything that exists once, in this registry and in any that may be the same."""
        return [owner for other in self._alike() for owner in other._owners.values()]

    def _alike(self) -> Iterator[Registry]:
        """Return the registries of the app that are not known to be another one than this."""
        app = self.stack.node.root
        for stack, registries in _registries.items():
            if stack.node.root is app:
                for other in registries.values():
                    if not _differ(self.known_region, other.known_region) and not _differ(
                        self.known_account_id, other.known_account_id
                    ):
                        yield other

    def claim_repository(self, name: str, owner: Construct) -> list[Problem]:
        """Note who makes a repository.

        Returns:
            A problem that names both, where another construct makes one of that name.
        """
        first = self.repositories.setdefault(name, owner)
        if first is owner or is_unresolved(name):
            return []
        rule = f"must be unique in a registry; {first.node.path} has it already"
        fix = "Give one of the two another name."
        return [Problem(("repository_name",), "repository-name-taken", rule, show(name), fix)]

    @property
    def region(self) -> str:
        """Region of the registry: as text where the provider says it, else read by a data source."""
        if self._region is None:
            known = self.known_region
            self._region = known or aws.DataAwsRegion(self.stack, self._id("EcrRegion"), provider=self.provider).region
        return self._region

    @property
    def known_region(self) -> str | None:
        """Region of the registry, where the provider says it as text."""
        if self._known_region is None and (provider := self.aws_provider) is not None:
            self._known_region = _as_text(provider.region)
        return self._known_region

    @property
    def known_account_id(self) -> str | None:
        """Account of the registry, where the provider allows one alone and says it as text."""
        if self._known_account_id is None and (provider := self.aws_provider) is not None:
            allowed = provider.allowed_account_ids_input or []
            self._known_account_id = _as_text(allowed[0]) if len(allowed) == 1 else None
        return self._known_account_id

    def refuses_account(self, account_id: str) -> str:
        """Return which accounts the provider takes, in words, where it is known not to take this one; else nothing."""
        provider = self.aws_provider
        allowed = [] if provider is None else provider.allowed_account_ids_input or []
        forbidden = [] if provider is None else provider.forbidden_account_ids_input or []
        if is_unresolved(allowed) or any(map(is_unresolved, allowed)):
            allowed = []
        if allowed and account_id not in allowed:
            return f"{', '.join(allowed[:-1])} or {allowed[-1]}" if len(allowed) > 1 else allowed[0]
        if not is_unresolved(forbidden) and account_id in forbidden:
            return f"any but {', '.join(each for each in forbidden if not is_unresolved(each))}"
        return ""

    @property
    def account_id(self) -> str:
        """Account of the registry: as text where it is known, else read by a data source."""
        if self._account_id is None:
            identity = self.known_account_id
            self._account_id = (
                identity
                or aws.DataAwsCallerIdentity(
                    self.stack, self._id("EcrCallerIdentity"), provider=self.provider
                ).account_id
            )
        return self._account_id

    @property
    def partition(self) -> str:
        """Partition of the region, such as `aws`."""
        return self._partition()[0]

    @property
    def dns_suffix(self) -> str:
        """Domain of the partition, such as `amazonaws.com`."""
        return self._partition()[1]

    def _partition(self) -> tuple[str, str]:
        if self._partition_and_suffix is None:
            region = self.known_region
            if region is None:
                data = aws.DataAwsPartition(self.stack, self._id("EcrPartition"), provider=self.provider)
                self._partition_and_suffix = data.partition, data.dns_suffix
            else:
                self._partition_and_suffix = partition_of(region), dns_suffix(region)
        return self._partition_and_suffix

    @property
    def aws_provider(self) -> aws.AwsProvider | None:
        """The provider of the registry: the one that was asked for, or the stack's default one."""
        if self.provider is not None:
            return self.provider if isinstance(self.provider, aws.AwsProvider) else None
        if self._default_provider is None:
            defaults = [
                child
                for child in self.stack.node.children
                if isinstance(child, aws.AwsProvider) and child.alias is None
            ]
            # A stack may get its provider later: only what is found is kept.
            self._default_provider = defaults[0] if len(defaults) == 1 else None
        return self._default_provider

    def _id(self, name: str) -> str:
        return name if self.provider is None else f"{name}-{self.provider.node.id}"


def registry_of(scope: Construct, provider: TerraformProvider | None = None) -> Registry:
    """Return the registry that a construct's resources go to."""
    stack = stack_of(scope)
    registries = _registries.setdefault(stack, {})
    if provider is not None and provider not in registries and provider.alias is None:
        provider = None
    if provider not in registries:
        registries[provider] = Registry(stack, provider)
    return registries[provider]


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _as_text(value: str | None) -> str | None:
    return None if is_unresolved(value) else value


def claim_logical_id(logical_id: str | None, kind: str, owner: Construct) -> list[Problem]:
    """Note whose resources have a Terraform name that was chosen.

    CDKTF would make one resource of two that have the same type and name, and say nothing.

    Args:
        logical_id: The name; None, which CDKTF replaces by a name made from the path, is never taken.
        kind: What has it; resources of different types may have the same name.
        owner: The construct of the resources.

    Returns:
        A problem where Terraform takes no such name, and one that names both where another construct's resources have
        it (https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers).
    """
    if logical_id is None:
        return []
    if not is_terraform_name(logical_id):
        fix = "Use letters, digits, '_' and '-', not starting with a digit or '-'."
        return [Problem(("logical_id",), "logical-id", "must be a Terraform name", show(logical_id), fix)]
    first = _logical_ids.setdefault(stack_of(owner), {}).setdefault((kind, logical_id), owner)
    if first is owner:
        return []
    rule = f"must be unique in a stack; {first.node.path} has it already"
    fix = "Give one of the two another name."
    return [Problem(("logical_id",), "logical-id-taken", rule, show(logical_id), fix)]
