"""The images that there are of repositories whose retention changes, and which of them are deployed."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path

from ecr_constructs.adoption.read import AwsRegistry
from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.errors import Problem, raise_problems
from ecr_constructs.lifecycle.account import NoSuchRepository, Progress, registry_of, repository_images
from ecr_constructs.lifecycle.deployed import Deployments
from ecr_constructs.lifecycle.in_use import InUse, References, merged, read_references
from ecr_constructs.lifecycle.listing import Listing
from ecr_constructs.lifecycle.notes import host_of, notes_of_listing, notes_of_references
from ecr_constructs.lifecycle.texts import text_of
from ecr_constructs.review.change import Change
from ecr_constructs.review.retention.image_files import Repository, image_files, read_image_file
from ecr_constructs.review.retention.policies import PolicyChange, policy_changes

__all__ = ["RealImages", "RealRepository", "real_images"]

_OPTIONS = "review-options"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RealRepository:
    """The images of a repository.

    Attributes:
        images: The images.
        in_use: Digests of those that are deployed, with by what; None where nobody was asked.
        notes: What is to be known of both.
        asked: What was asked of the account, and what could not be.
    """

    images: tuple[Image, ...] = ()
    in_use: Mapping[str, str] | None = None
    notes: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RealImages:
    """The images of the repositories of a change, as far as they are known.

    Attributes:
        at: When the policies act.
        repositories: The repositories.
    """

    at: datetime.datetime
    repositories: Mapping[Repository, RealRepository] = dataclasses.field(default_factory=dict)

    def of(self, environment: str, logical_name: str) -> RealRepository | None:
        """Return the images of a repository; None where nothing is known of them."""
        return self.repositories.get(Repository(environment, logical_name))


def real_images(
    change: Change,
    *,
    images_dir: Path | str | None = None,
    from_aws: bool = False,
    in_use: str | None = None,
    in_use_from_aws: bool = False,
    at: datetime.datetime | None = None,
    progress: Progress,
) -> RealImages:
    """Return the images of the repositories whose retention lets something newly go; others are not looked at.

    Args:
        change: The change.
        images_dir: A directory with `ENV/REPOSITORY.json` or `REPOSITORY.json`, as `aws ecr describe-images` prints.
        from_aws: Whether the account of each environment is asked for its images.
        in_use: A file with references to images that are deployed; `-` for standard input.
        in_use_from_aws: Whether the accounts are asked what is deployed.
        at: When the policies act; default now.
        progress: Is told how far it has come.

    Raises:
        InvalidInput: Options that do not go together, a file of no repository, or what is no list of images or
            references, with every problem.
        OperationError: AWS cannot be asked.
    """
    problems = [*_wrong_options(images_dir, in_use, from_aws=from_aws, in_use_from_aws=in_use_from_aws)]
    files, found = ({}, []) if images_dir is None else image_files(change, Path(images_dir))
    problems += found
    references: References | None = None
    if in_use is not None:
        text, found = text_of(in_use, "--in-use")
        references, more = read_references(text)
        problems += [*found, *(each.under("--in-use") for each in more)]
    changes = [each for each in policy_changes(change) if each.repository is not None]
    listed: dict[Repository, Listing] = {}
    for each in changes:
        owner = _key(each)
        if owner in files:
            listed[owner], found = read_image_file(files[owner])
            problems += found
    raise_problems(problems)
    reader = _Reader(at or datetime.datetime.now(datetime.UTC), references, progress)
    repositories: dict[Repository, RealRepository] = {}
    for each in changes:
        owner = _key(each)
        if from_aws or owner in listed:
            repositories[owner] = reader.read(each, listed.get(owner), in_use_from_aws=in_use_from_aws)
    return RealImages(at=reader.at, repositories=repositories)


def _key(change: PolicyChange) -> Repository:
    assert change.repository is not None  # noqa: S101
    return Repository(change.environment.name, change.repository.logical_name)


def _wrong_options(
    images_dir: Path | str | None, in_use: str | None, *, from_aws: bool, in_use_from_aws: bool
) -> Iterator[Problem]:
    if images_dir is not None and from_aws:
        rule, fix = "must have one of --images and --from-aws", "Give a directory, or have the accounts asked."
        yield Problem((), _OPTIONS, rule, "both", fix)
    if images_dir is None and not from_aws:
        for option, is_said in (("--in-use", in_use is not None), ("--in-use-from-aws", in_use_from_aws)):
            if is_said:
                rule = "must come with the images, of which it says what is deployed"
                yield Problem((option,), _OPTIONS, rule, fix="Add --images DIR or --from-aws.")


class _Reader:
    """What reads images and deployments; an account is asked once for what it deploys."""

    def __init__(self, at: datetime.datetime, references: References | None, progress: Progress) -> None:
        self.at = at
        self._references, self._progress = references, progress
        self._registries: dict[str, AwsRegistry] = {}
        self._deployments: dict[str, Deployments] = {}

    def read(self, change: PolicyChange, listing: Listing | None, *, in_use_from_aws: bool) -> RealRepository:
        """Return the images of a repository, by what a file lists or else by its account."""
        repository, environment = change.repository, change.environment.after
        assert repository is not None  # noqa: S101
        assert environment is not None  # noqa: S101
        is_asked = listing is None
        try:
            known = listing or repository_images(
                self._registry(environment), repository.repository_name, self._progress
            )
        except NoSuchRepository as error:
            return RealRepository(notes=(str(error),))
        images = tuple(image for image in known.images if image.pushed_at <= self.at)
        rules = [each.rule for each in change.verdict.after]
        notes = notes_of_listing(
            known,
            rules,
            repository=repository,
            environment=environment,
            left_out=len(known.images) - len(images),
            is_asked=is_asked,
        )
        if self._references is None and not in_use_from_aws:
            return RealRepository(images=images, notes=tuple(notes))
        in_use, asked = self._in_use(environment, repository, known, is_asked=in_use_from_aws)
        return RealRepository(
            images=images, in_use=in_use.of(images), notes=(*notes, *notes_of_references(in_use)), asked=asked
        )

    def _in_use(
        self, environment: Environment, repository: DeclaredRepository, listing: Listing, *, is_asked: bool
    ) -> tuple[InUse, tuple[str, ...]]:
        """Return what is deployed of a repository, and what was asked for that."""
        registry_id = listing.registry_id or (self._registry(environment).account_id if is_asked else None)
        host, name = host_of(environment, registry_id), listing.repository_name or repository.repository_name
        found = InUse() if self._references is None else self._references.of(name, host=host)
        asked: tuple[str, ...] = ()
        if is_asked:
            if environment.name not in self._deployments:
                self._deployments[environment.name] = Deployments(self._registry(environment), self._progress)
            answer = self._deployments[environment.name].of(name, host=host)
            found, asked = merged([found, answer.in_use]), answer.notes
        # That there are references to other repositories as well is what one asks about many of them for.
        return dataclasses.replace(found, elsewhere=0), asked

    def _registry(self, environment: Environment) -> AwsRegistry:
        if environment.name not in self._registries:
            self._registries[environment.name] = registry_of(environment)
        return self._registries[environment.name]
