"""The decision about pulling, pushing, reading, deleting and administering: each is a few actions.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html and, for what each action does,
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from ecr_constructs.core.access.levels import READ_ACTIONS
from ecr_constructs.core.evaluation.evaluate import Decision
from ecr_constructs.core.evaluation.truth import all_of, any_of

__all__ = ["ABILITIES", "PUBLIC_ABILITIES", "Ability", "Needed", "decide_ability"]


class Ability(StrEnum):
    """What somebody may be able to do with a repository."""

    PULL = "pull"
    """Fetch an image: `BatchGetImage` and `GetDownloadUrlForLayer`, with which alone Lambda does it."""

    PUSH = "push"
    """Put an image: `InitiateLayerUpload`, `UploadLayerPart`, `CompleteLayerUpload` and `PutImage`."""

    READ = "read"
    """See what there is: any of the actions of the level `read`."""

    DELETE = "delete"
    """Remove images: `BatchDeleteImage`, or `DeleteRepository`, which takes them all."""

    ADMIN = "admin"
    """Change who may do what, what is kept or what can be pulled: any action on policies, tags, scanning or storage.

    An image in the archive cannot be pulled; `TagResource` and `StartImageScan` alone change none of that.
    """


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What somebody needs for an ability.

    Attributes:
        all_of: Actions that it takes together.
        any_of: Actions each of which suffices.
        in_part: Actions that do some of it without the others, with what they do.
    """

    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    in_part: Mapping[str, str] = dataclasses.field(default_factory=dict)


_ADMINISTERING = (
    "SetRepositoryPolicy",
    "DeleteRepositoryPolicy",
    "PutLifecyclePolicy",
    "DeleteLifecyclePolicy",
    "PutImageTagMutability",
    "PutImageScanningConfiguration",
    "UpdateImageStorageClass",
)
_PUSHING = ("InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage")
_DELETING = ("BatchDeleteImage", "DeleteRepository")


def _of(service: str, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{service}:{name}" for name in names)


ABILITIES: Mapping[Ability, Needed] = MappingProxyType(
    {
        Ability.PULL: Needed(all_of=_of("ecr", ("BatchGetImage", "GetDownloadUrlForLayer"))),
        Ability.PUSH: Needed(
            all_of=_of("ecr", _PUSHING),
            in_part={
                "ecr:PutImage": "images of layers that are there already, and tags",
                "ecr:ReplicateImage": "images that another registry replicates",
                "ecr:BatchImportUpstreamImage": "images that a cache fetches from its upstream",
            },
        ),
        Ability.READ: Needed(any_of=READ_ACTIONS),
        Ability.DELETE: Needed(any_of=_of("ecr", _DELETING)),
        Ability.ADMIN: Needed(any_of=_of("ecr", _ADMINISTERING)),
    }
)
"""What each ability needs of a private repository."""

PUBLIC_ABILITIES: Mapping[Ability, Needed] = MappingProxyType(
    {
        Ability.PUSH: Needed(
            all_of=_of("ecr-public", _PUSHING),
            in_part={"ecr-public:PutImage": "images of layers that are there already, and tags"},
        ),
        Ability.READ: Needed(any_of=_of("ecr-public", ("DescribeImages", "DescribeImageTags", "DescribeRepositories"))),
        Ability.DELETE: Needed(any_of=_of("ecr-public", _DELETING)),
        Ability.ADMIN: Needed(
            any_of=_of("ecr-public", ("SetRepositoryPolicy", "DeleteRepositoryPolicy", "PutRepositoryCatalogData"))
        ),
    }
)
"""What each ability needs of a public repository; everyone pulls from that, whatever policies say."""


def decide_ability(needed: Needed, decide: Callable[[str], Decision]) -> Decision:
    """Return whether somebody is able to do something.

    Args:
        needed: What it takes.
        decide: Returns the decision about an action.
    """
    parts = [decide(action) for action in needed.all_of or needed.any_of]
    truth = (all_of if needed.all_of else any_of)(each.truth for each in parts)
    if truth is False:
        return _in_part(needed, decide) or Decision(
            truth=False,
            because=tuple(dict.fromkeys(clause for each in parts for clause in each.because if _denies(each))),
        )
    deciding = [each for each in parts if each.truth is truth or (needed.all_of and each.truth is True)]
    return Decision(
        truth=truth,
        because=tuple(dict.fromkeys(clause for each in deciding for clause in each.because)),
        conditions=tuple(dict.fromkeys(text for each in deciding for text in each.conditions)),
    )


def _in_part(needed: Needed, decide: Callable[[str], Decision]) -> Decision | None:
    """Return that somebody is able to do some of it, where that is so."""
    found = {
        what: decision for action, what in needed.in_part.items() if (decision := decide(action)).truth is not False
    }
    if not found:
        return None
    conditions = [f"it is about {what} alone" for what in found] + [
        text for each in found.values() for text in each.conditions
    ]
    because = (clause for each in found.values() for clause in each.because)
    return Decision(
        truth=None,
        because=tuple(dict.fromkeys(because)),
        conditions=tuple(dict.fromkeys(conditions)),
        is_partly=any(each.truth is True for each in found.values()),
    )


def _denies(decision: Decision) -> bool:
    return decision.truth is False and bool(decision.because)
