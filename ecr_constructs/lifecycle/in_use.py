"""Which images are deployed, told from references as `kubectl`, `aws ecs` and `docker ps` print them.

    HOST/REPOSITORY:TAG    HOST/REPOSITORY@DIGEST    HOST/REPOSITORY:TAG@DIGEST    REPOSITORY:TAG    DIGEST

The form is that of Docker (https://docs.docker.com/reference/cli/docker/image/tag/): the first part is a host if it
holds a dot or a colon, and a reference without a tag is to `latest`. Kubernetes writes
`docker-pullable://` before some.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence

from ecr_constructs.core.aws import parse_registry_host
from ecr_constructs.core.images import DIGEST, TAG
from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.errors import Problem, show

__all__ = ["InUse", "References", "in_use_by", "merged", "read_in_use", "read_references"]

_SCHEME = re.compile(r"[a-z-]+://")
_REFERENCE = re.compile(
    rf"(?:(?P<host>[^/@\s]*[.:][^/@\s]*|localhost)/)?(?P<name>[a-z0-9][a-z0-9._/-]*)"
    rf"(?::(?P<tag>{TAG.pattern}))?(?:@(?P<digest>{DIGEST.pattern}))?"
)
# What `docker ps` prints of a container whose image has lost its tag here: no name in any registry.
_DOCKER_ID = re.compile(r"[0-9a-f]{12}")
# The AWS CLI prints lists in brackets, with commas.
_BETWEEN = str.maketrans("[],", "   ")
_FORM = "As in 111111111111.dkr.ecr.us-east-1.amazonaws.com/web:v1, or with @sha256:... instead of a tag."


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """What is deployed of one repository.

    Attributes:
        tags: Tags by which it is referred to.
        digests: Digests by which it is referred to.
        elsewhere: How many references are to other repositories.
        doubtful: Those of them that may be to this one all the same: to a repository of its name in another registry,
            which may hold its replicas, and ids that Docker gave.
        users: Who refers to a tag or a digest, where that is known.
    """

    tags: frozenset[str] = frozenset()
    digests: frozenset[str] = frozenset()
    elsewhere: int = 0
    doubtful: frozenset[str] = frozenset()
    users: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def of(self, images: Sequence[Image]) -> dict[str, str]:
        """Return the digests of the images that are deployed, and by what each is referred to.

        An index is deployed where an image is that it refers to: without the index, that one goes in the next run. So
        is the subject of a signature that somebody refers to.

        Args:
            images: The images of the repository.
        """
        found: dict[str, str] = {}
        for image in images:
            by_tag = sorted(self.tags.intersection(image.tags))
            if by_tag or image.digest in self.digests:
                found[image.digest] = self._said(by_tag[0] if by_tag else image.digest)
        by_digest = {image.digest: image for image in images}
        parents: dict[str, list[str]] = {}
        for image in images:
            for child in image.children:
                parents.setdefault(child, []).append(image.digest)
        # From the inside out, so that an index of indexes is found as well.
        waiting = list(found)
        while waiting:
            digest = waiting.pop()
            subject = by_digest[digest].subject
            for holder in (*parents.get(digest, ()), *([subject] if subject in by_digest else [])):
                if holder is not None and holder not in found:
                    found[holder] = found[digest]
                    waiting.append(holder)
        return found

    def _said(self, reference: str) -> str:
        user = self.users.get(reference)
        return reference if user is None else f"{reference} ({user})"

    def missing(self, images: Sequence[Image]) -> list[str]:
        """Return what is referred to and not among the images: it cannot be pulled any more."""
        tags = {tag for image in images for tag in image.tags}
        return [*sorted(self.tags - tags), *sorted(self.digests - {image.digest for image in images})]


class References:
    """References to images of any repositories, told apart once by the names of these."""

    def __init__(self, references: Iterable[str]) -> None:
        """Sort references.

        Args:
            references: References, none of them in another form.
        """
        self._named: dict[str, list[str]] = {}
        self._digests: list[str] = []
        self._number = 0
        for each in map(_bare, references):
            match = None if DIGEST.fullmatch(each) else _REFERENCE.fullmatch(each)
            if match is None:
                self._digests.append(each)
            else:
                self._named.setdefault(match["name"], []).append(each)
                self._number += 1
        self._ids = frozenset(name for name in self._named if _DOCKER_ID.fullmatch(name))

    def of(self, repository: str, *, host: str | None = None) -> InUse:
        """Return what is deployed of a repository.

        Args:
            repository: The name of the repository in ECR.
            host: The host of its registry, where that is known: references to others are elsewhere.
        """
        named = self._named.get(repository, ())
        found = (in_use_by(each, repository, host=host) for each in (*named, *self._digests))
        doubtful = frozenset(each for name in self._ids - {repository} for each in self._named[name])
        others = InUse(elsewhere=self._number - len(named), doubtful=doubtful)
        return merged([*(each for each in found if each is not None), others])


def read_in_use(text: str, repository: str, *, host: str | None = None) -> tuple[InUse, list[Problem]]:
    """Read references, as `read_references` does, and return what is deployed of one repository by them.

    Args:
        text: The references.
        repository: The name of the repository in ECR.
        host: The host of its registry, where that is known: references to others are elsewhere.

    Returns:
        What is deployed of the repository, and a problem for each word that is no reference, by its line.
    """
    references, problems = read_references(text)
    return references.of(repository, host=host), problems


def read_references(text: str) -> tuple[References, list[Problem]]:
    """Read references, separated by blanks or line breaks, or as lists of JSON; what follows `#` in a line is left out.

    Args:
        text: The references.

    Returns:
        The references, and a problem for each word that is none, by its line.
    """
    found, problems = [], []
    for number, line in enumerate(text.splitlines(), 1):
        for word in line.partition("#")[0].translate(_BETWEEN).split():
            reference = word.strip("\"'")
            if not reference:  # kubectl prints "" of what has not started
                continue
            if _is_reference(reference):
                found.append(reference)
            else:
                rule = "must be a reference to an image"
                problems.append(Problem(("line", number), "image-reference", rule, show(word), _FORM))
    return References(found), problems


def in_use_by(reference: str, repository: str, *, host: str | None = None, user: str | None = None) -> InUse | None:
    """Return what is deployed by one reference; None where it is none.

    Args:
        reference: The reference.
        repository: The name of the repository in ECR.
        host: The host of its registry, where that is known.
        user: Who refers so.
    """
    reference = _bare(reference)
    if DIGEST.fullmatch(reference):
        return InUse(digests=frozenset([reference]), users={} if user is None else {reference: user})
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    if match["name"] != repository:
        return InUse(elsewhere=1, doubtful=frozenset([reference] if _DOCKER_ID.fullmatch(reference) else []))
    if None not in (host, match["host"]) and not _same(match["host"], host):
        return InUse(elsewhere=1, doubtful=frozenset([reference]))
    named = match["digest"] or match["tag"] or "latest"
    users = {} if user is None else {named: user}
    kind = "digests" if match["digest"] else "tags"
    return InUse(**{kind: frozenset([named])}, users=users)  # type: ignore[arg-type]  # of either name


def _bare(reference: str) -> str:
    return _SCHEME.sub("", reference, count=1)


def _is_reference(text: str) -> bool:
    return any(form.fullmatch(_bare(text)) for form in (DIGEST, _REFERENCE))


def _same(one: str, other: str | None) -> bool:
    """Tell whether two hosts are those of one registry, which has several."""
    first, second = parse_registry_host(one), parse_registry_host(other or "")
    return one == other if first is None or second is None else first == second


def merged(found: Iterable[InUse]) -> InUse:
    """Return what is deployed by several accounts of it."""
    tags: set[str] = set()
    digests: set[str] = set()
    users: dict[str, str] = {}
    doubtful: set[str] = set()
    elsewhere = 0
    for each in found:
        tags |= each.tags
        digests |= each.digests
        elsewhere += each.elsewhere
        doubtful |= each.doubtful
        for reference, user in each.users.items():
            users.setdefault(reference, user)
    return InUse(
        tags=frozenset(tags),
        digests=frozenset(digests),
        elsewhere=elsewhere,
        doubtful=frozenset(doubtful),
        users=users,
    )
