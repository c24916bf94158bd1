"""The settings of a repository that are fixed by ECR's API: tag mutability, scanning, encryption."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias, get_args

from ecr_constructs.core.aws import check_key_arn
from ecr_constructs.core.places import Place, check_arn_place, known_partition
from ecr_constructs.core.tokens import TokenString, is_unresolved
from ecr_constructs.errors import Problem, nearest, show

__all__ = [
    "ENCRYPTION_TYPES",
    "EXCLUSION_FILTER",
    "IMAGE_TAG_MUTABILITIES",
    "MOST_EXCLUSION_FILTERS",
    "EncryptionType",
    "ImageTagMutability",
    "RepositorySettings",
    "check_key_place",
    "check_settings",
    "takes_key",
]

# https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
ImageTagMutability: TypeAlias = Literal["MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"]
IMAGE_TAG_MUTABILITIES: Final[tuple[ImageTagMutability, ...]] = get_args(ImageTagMutability)
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html; KMS_DSSE in GovCloud alone
EncryptionType: TypeAlias = Literal["AES256", "KMS", "KMS_DSSE"]
ENCRYPTION_TYPES: Final[tuple[EncryptionType, ...]] = get_args(EncryptionType)

# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html
_EXCLUSION_FILTER = re.compile(r"[0-9a-zA-Z._*-]{1,128}")
MOST_EXCLUSION_FILTERS = 5
_MOST_WILDCARDS = 2
EXCLUSION_FILTER = re.compile(rf"(?!([^*]*\*){{{_MOST_WILDCARDS + 1}}}){_EXCLUSION_FILTER.pattern}")
"""All of that in one pattern."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RepositorySettings:
    """What a repository is created with, and what is published about it.

    Attributes:
        image_tag_mutability: `MUTABLE`, `IMMUTABLE`, or one of the two `..._WITH_EXCLUSION`; or a `token`.
        image_tag_mutability_exclusion_filters: 1 to 5 tag patterns with at most two `*` each, for those two.
        scan_on_push: Whether basic scanning scans each image that is pushed; text only where it is a token.
        encryption_type: `AES256`, `KMS` or, in GovCloud, `KMS_DSSE`; or a `token`. A change replaces the repository.
        kms_key: Full ARN of the key. None with `KMS` means AWS's own key `aws/ecr`.
    """

    image_tag_mutability: ImageTagMutability | TokenString = "MUTABLE"
    image_tag_mutability_exclusion_filters: Sequence[str] = ()
    scan_on_push: bool | str = True
    encryption_type: EncryptionType | TokenString = "AES256"
    kms_key: str | None = None

    def __post_init__(self) -> None:
        filters = self.image_tag_mutability_exclusion_filters
        if isinstance(filters, Sequence) and not isinstance(filters, str):  # what is none is refused where it goes
            object.__setattr__(self, "image_tag_mutability_exclusion_filters", tuple(filters))


def takes_key(encryption_type: str) -> bool:
    """Tell whether images of an encryption are encrypted with a key of KMS."""
    return encryption_type in ("KMS", "KMS_DSSE")


def check_settings(settings: RepositorySettings, place: Place | None = None) -> list[Problem]:
    """Return every rule that the settings break, as far as their values are known.

    Args:
        settings: The settings.
        place: Where the repository is made; None for one that was made elsewhere.
    """
    problems = [
        *_check_choice(settings.image_tag_mutability, IMAGE_TAG_MUTABILITIES, "image_tag_mutability"),
        *_check_exclusion_filters(settings),
        *_check_choice(settings.encryption_type, ENCRYPTION_TYPES, "encryption_type"),
        *_check_kms_key(settings),
    ]
    return problems if place is None else [*problems, *_check_encryption_place(settings, place)]


def check_key_place(kms_key: object, place: Place, *path: str | int) -> list[Problem]:
    """Check that a key lies in the registry's own region, as ECR's keys have to."""
    return check_arn_place(kms_key, place, *path, code="kms-key-region", what="a key")


def _check_encryption_place(settings: RepositorySettings, place: Place) -> list[Problem]:
    problems = check_key_place(settings.kms_key, place, "kms_key")
    if settings.encryption_type == "KMS_DSSE" and known_partition(place) not in (None, "aws-us-gov"):
        rule, fix = "must be AES256 or KMS outside of GovCloud", "Use KMS."
        problems.append(Problem(("encryption_type",), "encryption-type", rule, show(settings.encryption_type), fix))
    return problems


def _check_choice(value: str, allowed: Sequence[str], name: str) -> list[Problem]:
    if is_unresolved(value) or value in allowed:
        return []
    rule = f"must be one of {', '.join(allowed)}"
    code = name.replace("_", "-")
    return [Problem((name,), code, rule, show(value), nearest(str(value).upper(), allowed) or "Use one of these.")]


def _check_exclusion_filters(settings: RepositorySettings) -> list[Problem]:
    name, code = "image_tag_mutability_exclusion_filters", "tag-exclusion-filters"
    filters, mutability = settings.image_tag_mutability_exclusion_filters, settings.image_tag_mutability
    if mutability not in IMAGE_TAG_MUTABILITIES or is_unresolved(filters):
        return []  # not known yet, or a problem of its own
    if not mutability.endswith("_WITH_EXCLUSION"):
        if not filters:
            return []
        fix = f"Set image_tag_mutability: {mutability}_WITH_EXCLUSION, or remove the filters."
        return [Problem((name,), code, f"must be empty with {mutability}", show(list(filters)), fix)]
    problems = []
    if not 1 <= len(filters) <= MOST_EXCLUSION_FILTERS:
        rule = f"must have 1 to {MOST_EXCLUSION_FILTERS} entries with {mutability}"
        fix = "List the tag patterns that are excluded, such as latest or dev-*."
        problems.append(Problem((name,), code, rule, f"{len(filters)} of them", fix))
    for index, text in enumerate(filters):
        if is_unresolved(text):
            continue
        if not _EXCLUSION_FILTER.fullmatch(text):
            rule = "must be 1 to 128 letters, digits, '.', '_', '-' or '*'"
            problems.append(Problem((name, index), code, rule, show(text), "Remove the other characters."))
        elif text.count("*") > _MOST_WILDCARDS:
            fix = "Split it into several filters, or widen it."
            problems.append(Problem((name, index), code, "must have at most two '*'", show(text), fix))
        elif text in filters[:index]:
            problems.append(Problem((name, index), code, "must be unique", show(text), "Remove the second one."))
    return problems


def _check_kms_key(settings: RepositorySettings) -> list[Problem]:
    if settings.kms_key is None or is_unresolved(settings.encryption_type):
        return []
    if settings.encryption_type == "AES256":
        fix = "Set encryption_type: KMS, or remove the key."
        return [Problem(("kms_key",), "kms-key", "must be left out with AES256", show(settings.kms_key), fix)]
    return check_key_arn(settings.kms_key, "kms_key")
