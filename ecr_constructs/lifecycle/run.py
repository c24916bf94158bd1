"""The whole of a preview: what is asked for, read and judged, with every problem at once."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from pathlib import Path

from ecr_constructs.core.lifecycle import WrittenRule
from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.errors import Problem, raise_problems
from ecr_constructs.lifecycle.account import Progress, registry_of, repository_images
from ecr_constructs.lifecycle.compare import Comparison, compare, earlier_policy
from ecr_constructs.lifecycle.deployed import ask_what_is_deployed
from ecr_constructs.lifecycle.in_use import InUse, merged, read_in_use
from ecr_constructs.lifecycle.listing import Listing, read_listing
from ecr_constructs.lifecycle.notes import host_of, notes_of_listing, notes_of_references, notes_of_replicas
from ecr_constructs.lifecycle.preview import Preview, preview
from ecr_constructs.lifecycle.protect import protecting_tags
from ecr_constructs.lifecycle.request import Request, wrong_options
from ecr_constructs.lifecycle.smallest import Change, smallest_changes
from ecr_constructs.lifecycle.subject import Subject, subject_of
from ecr_constructs.lifecycle.texts import name_of, text_of, time_of
from ecr_constructs.lifecycle.timeline import Timeline, timeline

__all__ = ["Result", "run_preview"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a preview found.

    Attributes:
        request: What was asked.
        subject: The policy.
        preview: What it does.
        repository_name: The name of the repository in ECR, where it is known.
        registry_id: The account of its registry, where it is known.
        changes: What would keep everything that is deployed.
        protected_tags: Tags that would, in place of that, if they were protected; none where they would not.
        missing: What is deployed and not there any more.
        comparison: What an earlier policy would have done otherwise.
        timeline: What remains day by day.
        notes: What is to be known of all that.
    """

    request: Request
    subject: Subject
    preview: Preview
    repository_name: str | None = None
    registry_id: str | None = None
    changes: tuple[Change, ...] = ()
    protected_tags: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    comparison: Comparison | None = None
    timeline: Timeline | None = None
    notes: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """The exit status: 3 where something deployed would go, else 0."""
        return 3 if self.preview.lost else 0


@dataclasses.dataclass(frozen=True, slots=True)
class _Told:
    """What files and options say."""

    subject: Subject
    listing: Listing
    references: str
    earlier: tuple[WrittenRule, ...]
    at: datetime.datetime


def run_preview(request: Request, progress: Progress) -> Result:
    """Return what a policy does to the images of a repository.

    Args:
        request: What is asked.
        progress: Is told how far it has come.

    Raises:
        InvalidInput: Something that was given is wrong, with every problem.
        OperationError: AWS cannot be asked.
    """
    told = _read(request)
    subject, listing = told.subject, told.listing
    registry = None
    if subject.environment is not None and (request.from_aws or request.in_use_from_aws):
        registry = registry_of(subject.environment)
    if registry is not None and subject.repository is not None and request.from_aws:
        listing = repository_images(registry, subject.repository.repository_name, progress)
    registry_id = listing.registry_id or (None if registry is None else registry.account_id)
    name = _repository_name(subject, listing)
    images = [image for image in listing.images if image.pushed_at <= told.at]
    notes = [*_notes(request, told, listing, left_out=len(listing.images) - len(images))]
    in_use, _ = _in_use(told.references, name, host_of(subject.environment, registry_id))
    if registry is not None and name is not None and request.in_use_from_aws:
        asked = ask_what_is_deployed(registry, name, progress, host=host_of(subject.environment, registry_id))
        in_use = merged([in_use, asked.in_use])
        notes += asked.notes
    notes += notes_of_references(in_use)
    found = _previewed(subject.rules, images, told.at, in_use, request)
    comparison = None
    if request.compare is not None:
        earlier = _previewed(told.earlier, images, told.at, in_use, request)
        comparison = compare(found, earlier, request.compare)
    return Result(
        request=request,
        subject=subject,
        preview=found,
        repository_name=name,
        registry_id=registry_id,
        changes=tuple(smallest_changes(found, request.assumptions)) if found.lost else (),
        protected_tags=_protected_tags(found, request, subject),
        missing=tuple(in_use.missing(listing.images)),
        comparison=comparison,
        timeline=_ahead(found, images, request, progress),
        notes=tuple(notes),
    )


def _previewed(
    rules: tuple[WrittenRule, ...], images: list[Image], at: datetime.datetime, in_use: InUse, request: Request
) -> Preview:
    return preview(rules, images, at=at, in_use=in_use.of(images), assumptions=request.assumptions)


def _protected_tags(found: Preview, request: Request, subject: Subject) -> tuple[str, ...]:
    if not found.lost or subject.repository is None or request.policy is not None:
        return ()
    return protecting_tags(found, subject.repository, request.assumptions)


def _ahead(found: Preview, images: list[Image], request: Request, progress: Progress) -> Timeline | None:
    if request.days is None:
        return None
    progress.start("Days", request.days + 1)
    return timeline(
        [each.rule for each in found.written],
        images,
        at=found.at,
        days=request.days,
        window=request.window,
        assumptions=request.assumptions,
        told=lambda _: progress.advance(),
    )


def _read(request: Request) -> _Told:
    """Read whatever is given, and raise every problem of it."""
    problems = [*wrong_options(request)]
    subject, found = subject_of(request)
    problems += found
    at, found = (None, []) if request.at is None else time_of(request.at, "--at")
    problems += found
    listing = Listing()
    if request.images is not None:
        text, found = text_of(request.images, "--images")
        if not found:
            listing, found = read_listing(text)
            found = [each.at(name_of(request.images)) for each in found]
        problems += found
    references = ""
    if request.in_use is not None:
        references, found = text_of(request.in_use, "--in-use")
        problems += found
    earlier: list[WrittenRule] = []
    # Where the policy itself is wrong, what it would be compared with is not known to be a repository's.
    if request.compare is not None and (request.env is None or subject.repository is not None):
        file = None if subject.environment is None else Path(subject.environment.file)
        earlier, found = earlier_policy(
            request.compare, environment=subject.environment, repository=subject.repository, file=file
        )
        problems += found
    name = _repository_name(subject, listing)
    if references and (name is not None or not problems):
        problems += _in_use(references, name, None)[1]
    raise_problems(problems)
    return _Told(subject, listing, references, tuple(earlier), at or datetime.datetime.now(datetime.UTC))


def _repository_name(subject: Subject, listing: Listing) -> str | None:
    return listing.repository_name or (None if subject.repository is None else subject.repository.repository_name)


def _in_use(references: str, name: str | None, host: str | None) -> tuple[InUse, list[Problem]]:
    if not references:
        return InUse(), []
    if name is None:
        fix = "Name ENV and REPOSITORY, or leave repositoryName in what describe-images prints."
        rule = "must be compared with a repository whose name is known"
        return InUse(), [Problem(("--in-use",), "preview-options", rule, fix=fix)]
    found, problems = read_in_use(references, name, host=host)
    return found, [each.under("--in-use") for each in problems]


def _notes(request: Request, told: _Told, listing: Listing, *, left_out: int) -> Iterator[str]:
    subject = told.subject
    if not subject.rules:
        yield "There is no policy: every image stays."
    rules = [each.rule for each in subject.rules]
    yield from notes_of_replicas(rules, subject.repository)
    yield from notes_of_listing(
        listing,
        rules,
        repository=subject.repository,
        environment=subject.environment,
        left_out=left_out,
        is_asked=request.from_aws,
    )
