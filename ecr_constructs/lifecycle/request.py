"""What is asked of a preview, and what of it does not go together."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ecr_constructs.core.lifecycle.evaluate import Assumptions
from ecr_constructs.core.prices import PRICE_PER_GB
from ecr_constructs.errors import Problem, show
from ecr_constructs.lifecycle.texts import STANDARD_INPUT
from ecr_constructs.lifecycle.timeline import LONGEST, WINDOW

__all__ = ["Request", "wrong_options"]

_OPTIONS = "preview-options"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of a preview: the options of the command by their names.

    Attributes:
        env: The environment, by its name or its file.
        repository: Its repository, by its logical name or its name in ECR.
        policy: A file with a policy, in the place of the repository's.
        images: A file with images.
        from_aws: Whether the images are read from the environment's account.
        at: When the policy acts; default now.
        days: How many days to look ahead; default none.
        window: Days of which the pushes are repeated.
        svg: A file for a picture of these days.
        compare: What the policy is compared with.
        in_use: A file with references to images.
        in_use_from_aws: Whether the environment's account is asked what is deployed.
        price: What a GB costs a month.
        assumptions: How to take what AWS does not document.
    """

    env: str | None = None
    repository: str | None = None
    policy: str | None = None
    images: str | None = None
    from_aws: bool = False
    at: str | None = None
    days: int | None = None
    window: int = WINDOW
    svg: str | None = None
    compare: str | None = None
    in_use: str | None = None
    in_use_from_aws: bool = False
    price: float = PRICE_PER_GB
    assumptions: Assumptions = dataclasses.field(default_factory=Assumptions)


def wrong_options(request: Request) -> Iterator[Problem]:
    """Yield everything that does not go together, or is no number that can be meant."""
    if (request.env is None or request.repository is None) and (request.policy is None or request.env is not None):
        got = "no environment" if request.env is None else "no repository"
        yield Problem((), _OPTIONS, "must name ENV and REPOSITORY, or --policy FILE", got, "Name what is previewed.")
    if (request.images is None) is not request.from_aws:
        got = "both" if request.from_aws else "neither"
        fix = "Give what `aws ecr describe-images` prints, or have the environment's account asked."
        yield Problem((), _OPTIONS, "must have one of --images and --from-aws", got, fix)
    for option, said in (("--from-aws", request.from_aws), ("--in-use-from-aws", request.in_use_from_aws)):
        if said and request.env is None:
            rule = "must come with ENV and REPOSITORY, whose account is asked"
            yield Problem((option,), _OPTIONS, rule, fix="Name them, or give a file.")
    piped = [request.policy, request.images, request.in_use].count(STANDARD_INPUT)
    if piped > 1:
        yield Problem((), _OPTIONS, "must read one thing from standard input", str(piped), "Name files for the others.")
    if request.days is not None and not 1 <= request.days <= LONGEST:
        yield Problem(("--timeline",), _OPTIONS, f"must be 1 to {LONGEST} days", str(request.days))
    if not 1 <= request.window <= LONGEST:
        yield Problem(("--pushes-of",), _OPTIONS, f"must be 1 to {LONGEST} days", str(request.window))
    if request.svg is not None and request.days is None:
        yield Problem(("--svg",), _OPTIONS, "must come with --timeline, which it shows", fix="Add --timeline DAYS.")
    if not 0 <= request.price < float("inf"):
        yield Problem(("--price",), _OPTIONS, "must be a number from 0 on", show(request.price))
