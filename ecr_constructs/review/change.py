"""Two sides of a change: their environments, and the repositories of both, one beside the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cached_property

from ecr_constructs.access.matrix import Matrix
from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.reading.reader import YamlDocument
from ecr_constructs.core.names import terraform_address

__all__ = ["Change", "EnvironmentPair", "RepositoryPair", "Side"]


@dataclasses.dataclass(frozen=True, eq=False)
class Side:
    """One side of a change.

    Attributes:
        name: What it is called: a revision, a directory, or the working tree.
        environments: Its environments by name.
        documents: Their files as they were read, by the environment's name.
        revision: The revision that they are of; empty for a directory and the working tree.
    """

    name: str
    environments: Mapping[str, Environment]
    documents: Mapping[str, YamlDocument]
    revision: str = ""

    @cached_property
    def matrix(self) -> Matrix:
        """Who may do what in its environments."""
        return Matrix(self.environments.values())

    @cached_property
    def _made(self) -> Mapping[tuple[str, str], list[DeclaredRepository]]:
        found: dict[tuple[str, str], list[DeclaredRepository]] = {}
        for environment in self.environments.values():
            for each in environment.made.values():
                found.setdefault((environment.settings.region, each.repository_name), []).append(each)
        return found

    def made_as(self, repository: DeclaredRepository) -> DeclaredRepository | None:
        """Return which of its environments makes the repository of ECR that another one is; None where none does."""
        owner = repository.environment
        for each in self._made.get((owner.region, repository.repository_name), ()):
            accounts = {owner.account_id, each.environment.account_id} - {None}
            if len(accounts) < 2:
                return each
        return None


@dataclasses.dataclass(frozen=True, eq=False)
class RepositoryPair:
    """A repository as it was and as it is to be.

    Attributes:
        before: As it was; None for one that is new.
        after: As it is to be; None for one that goes.
        is_renamed: Whether it has another logical name, and `renamed_from` moves it.
    """

    before: DeclaredRepository | None
    after: DeclaredRepository | None
    is_renamed: bool = False

    @property
    def logical_name(self) -> str:
        """Its logical name: the new one, if there is one."""
        either = self.after or self.before
        return "" if either is None else either.logical_name


@dataclasses.dataclass(frozen=True, eq=False)
class EnvironmentPair:
    """An environment as it was and as it is to be.

    Attributes:
        name: Its name.
        before: As it was; None for one that is new.
        after: As it is to be; None for one whose file goes.
    """

    name: str
    before: Environment | None
    after: Environment | None

    @cached_property
    def repositories(self) -> tuple[RepositoryPair, ...]:
        """The repositories that either declares, made here or referred to, sorted by name.

        Two are one where they have the same address of Terraform, or where the later one says `renamed_from`.
        """
        return tuple(sorted(self._pairs(), key=lambda each: each.logical_name))

    @property
    def made(self) -> Iterator[RepositoryPair]:
        """The repositories that either side makes, each as it is made: None where it is not, or is not made."""
        for each in self.repositories:
            before = each.before if each.before is not None and each.before.is_made else None
            after = each.after if each.after is not None and each.after.is_made else None
            if before is not None or after is not None:
                yield RepositoryPair(before, after, each.is_renamed)

    def _pairs(self) -> Iterator[RepositoryPair]:
        before = {} if self.before is None else dict(self.before.repositories)
        after = {} if self.after is None else self.after.repositories
        addresses = {terraform_address(name): name for name in before}
        for name, each in after.items():
            former = each.options.renamed_from
            if name in before:
                yield RepositoryPair(before.pop(name), each)
            elif former is not None and (known := addresses.get(terraform_address(former))) in before and known:
                yield RepositoryPair(before.pop(known), each, is_renamed=True)
            else:
                yield RepositoryPair(None, each)
        for each in before.values():
            yield RepositoryPair(each, None)


@dataclasses.dataclass(frozen=True, eq=False)
class Change:
    """What a change is about.

    Attributes:
        base: What there was.
        head: What there is to be.
        same: Environments that are the same on both sides, with all that they know of others.
        uncompared: Environments of which nothing can be said, because their file of the base is wrong.
    """

    base: Side
    head: Side
    same: frozenset[str] = frozenset()
    uncompared: frozenset[str] = frozenset()

    @cached_property
    def environments(self) -> tuple[EnvironmentPair, ...]:
        """The environments of either side that can be compared, sorted by name."""
        base, head = self.base.environments, self.head.environments
        names = sorted({*base, *head} - self.uncompared)
        return tuple(EnvironmentPair(name, base.get(name), head.get(name)) for name in names)

    @cached_property
    def changed(self) -> tuple[EnvironmentPair, ...]:
        """Those of which anything may be another on both sides: their files, or what they know of others."""
        return tuple(each for each in self.environments if each.name not in self.same)
