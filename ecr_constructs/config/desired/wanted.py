"""What becomes one construct, and where the file says it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from ecr_constructs.config.model.kms import Key
from ecr_constructs.core.places import KnownPlace, Place
from ecr_constructs.errors import KeyPath, Problem

__all__ = ["Judged", "Output", "Wanted"]


class Judged(Protocol):
    """A value object of the core that knows its own rules."""

    def problems(self, place: Place, /) -> list[Problem]:
        """Return every rule that it breaks at a place."""


@dataclasses.dataclass(frozen=True, slots=True)
class Output:
    """An output of the environment's stack that tells what became of something.

    Attributes:
        name: Its name.
        attribute: The attribute of the construct that it shows.
        description: What it is.
        key: Its entry, where several constructs share an output, which is a map then.
    """

    name: str
    attribute: str
    description: str
    key: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wanted:
    """What becomes one construct.

    Attributes:
        value: What it is to be.
        path: Where the file says it.
        construct: Public name of the construct that makes it.
        id: The construct's id.
        logical_id: Terraform name of its resources.
        keywords: The construct's arguments; those that the file names by a reference to a key apart.
        kms_key: The key as the file names it, where that is to be looked up.
        paths: Where the file says an argument that is no key below the path, by the argument's name.
        words: What the file calls arguments in other words, by their names.
        judged_elsewhere: Arguments that are something else's as well, whose problems are said of that.
        region: Region of the provider that makes it, where that is not the environment's.
        once: What there is one of in a registry, with the code of the problem that there are two.
        names: Names that nothing else may have in `within`, each with the part of the path that says it.
        within: `an account and region`, or `an account`.
        repositories: Logical names of the repositories whose ARNs the construct takes as `repositories`; None for one
            that takes none.
        pull_repositories: Those that it takes as `pull_repositories`, alike.
        outputs: What the environment's stack shows of it.
    """

    value: Judged
    path: KeyPath
    construct: str
    id: str
    logical_id: str
    keywords: Mapping[str, Any]
    kms_key: Key | None = None
    paths: Mapping[str, KeyPath] = dataclasses.field(default_factory=dict)
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    judged_elsewhere: frozenset[str] = frozenset()
    region: str | None = None
    once: tuple[str, str] | None = None
    names: tuple[tuple[str, str, KeyPath], ...] = ()
    within: str = "an account and region"
    repositories: tuple[str, ...] | None = None
    pull_repositories: tuple[str, ...] | None = None
    outputs: tuple[Output, ...] = ()

    def problems(self, place: KnownPlace) -> Iterator[Problem]:
        """Return every rule that it breaks, in the words of the file and at its places."""
        where = place if self.region is None else dataclasses.replace(place, region=self.region)
        for problem in self.value.problems(where):
            if self.judged_elsewhere.isdisjoint(problem.path[:1]):
                yield self.said(problem)

    def said(self, problem: Problem) -> Problem:
        """Return a problem of its arguments at the place of the file, and in its words."""
        texts = {"rule": problem.rule, "fix": problem.fix.replace("leave the construct out", "remove the key")}
        for name, word in self.words.items():
            texts = {part: text.replace(name, word) for part, text in texts.items()}
        problem = dataclasses.replace(problem, rule=texts["rule"], fix=texts["fix"])
        return problem.moved(*self.place_of(problem.path))

    def place_of(self, path: KeyPath) -> KeyPath:
        """Return where the file says an argument, or a part of one."""
        head, rest = path[:1], path[1:]
        if head and head[0] in self.paths:
            return (*self.path, *self.paths[str(head[0])], *rest)
        return (*self.path, *path)
