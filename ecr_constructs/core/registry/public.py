"""Repositories of ECR Public: names, catalogue data, and policies, which say who may push.

Sources: https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_CreateRepository.html and
https://docs.aws.amazon.com/AmazonECR/latest/public/public-repository-policy-examples.html.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import re
from collections.abc import Mapping, Sequence

from ecr_constructs.core.access.statements import grant_accounts
from ecr_constructs.core.actions import ECR_PUBLIC
from ecr_constructs.core.aws import check_account_id
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.places import Place
from ecr_constructs.core.policies import check_repository_policy
from ecr_constructs.core.tags import check_tags
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.core.wording import check_wording
from ecr_constructs.errors import Problem, show

__all__ = [
    "LONGEST_ENTRY",
    "LONGEST_TEXTS",
    "MOST_ENTRIES",
    "PUBLIC_NAME",
    "PUBLIC_NAME_LENGTH",
    "PUBLIC_PUSH_ACTIONS",
    "PUBLIC_REGION",
    "CatalogData",
    "PublicSettings",
    "check_catalog_data",
    "check_public_policy",
    "check_public_region",
    "check_public_repository_name",
    "gallery_notices",
    "undiscoverable",
]

PUBLIC_REGION = "us-east-1"
"""Where alone repositories of ECR Public can be made, for pulls from anywhere."""

PUBLIC_PUSH_ACTIONS = (
    "ecr-public:BatchCheckLayerAvailability",
    "ecr-public:CompleteLayerUpload",
    "ecr-public:InitiateLayerUpload",
    "ecr-public:PutImage",
    "ecr-public:UploadLayerPart",
)

PUBLIC_NAME = re.compile(r"(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*")
PUBLIC_NAME_LENGTH = range(2, 206)

# https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_RepositoryCatalogDataInput.html
LONGEST_TEXTS = {"about_text": 25_600, "description": 1_024, "usage_text": 25_600}
MOST_ENTRIES = 50
LONGEST_ENTRY = 50
_LARGEST_LOGO = 512_000
_DISCOVERABLE = {
    "architectures": ("ARM", "ARM 64", "x86", "x86-64"),
    "operating_systems": ("Linux", "Windows"),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CatalogData:
    """What the public gallery shows of a repository.

    Attributes:
        about_text: What is in it, in Markdown; at most 25,600 characters.
        architectures: Such as `x86-64` and `ARM 64`; at most 50 of up to 50 characters.
        description: One or two sentences, for lists too; at most 1,024 characters.
        logo_image_blob: The logo in base64, at most 512,000 bytes before that; shown for verified accounts alone.
        operating_systems: Such as `Linux`; at most 50 of up to 50 characters.
        usage_text: How it is used, in Markdown; at most 25,600 characters.
    """

    about_text: str | None = None
    architectures: tuple[str, ...] = ()
    description: str | None = None
    logo_image_blob: str | None = None
    operating_systems: tuple[str, ...] = ()
    usage_text: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PublicSettings(CatalogData):
    """What a public repository is to be; see `PublicRepository` for each argument."""

    repository_name: str
    push_account_ids: tuple[str, ...] = ()
    policy_statements: tuple[PolicyStatement, ...] = ()
    force_destroy: object = False
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def statements(self) -> list[PolicyStatement]:
        """The statements of its policy; ECR Public is in the partition `aws` alone."""
        pushing = grant_accounts(self.push_account_ids, PUBLIC_PUSH_ACTIONS, partition="aws", sid="AllowPush")
        return [*self.policy_statements, *pushing]

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule of ECR Public that the arguments break.

        Args:
            place: Where the provider is that makes it.
        """
        accounts = [
            problem
            for index, account_id in enumerate(self.push_account_ids)
            for problem in check_account_id(account_id, "push_account_ids", index)
        ]
        return [
            *check_public_repository_name(self.repository_name, "repository_name"),
            *check_public_region(place.known_region, "provider"),
            *check_catalog_data(self),
            *accounts,
            *check_tags(self.tags, "tags"),
            *check_public_policy(self.policy_statements if accounts else self.statements),
        ]


def gallery_notices(data: CatalogData) -> list[Problem]:
    """Return what the public gallery neither shows nor finds."""
    return [
        Problem(
            (field, index),
            "public-undiscoverable",
            f"The public gallery does not show or find {field} {entry}: it knows {', '.join(known)}",
            severity="warning",
        )
        for field, index, entry, known in undiscoverable(data)
    ]


def check_public_repository_name(value: str, *path: str | int) -> list[Problem]:
    """Check the name of a public repository: 2 to 205 characters, with fewer forms than a private one may have."""
    if is_unresolved(value) or (len(value) in PUBLIC_NAME_LENGTH and PUBLIC_NAME.fullmatch(value)):
        return []
    fix = (
        "Use lowercase letters and digits, joined by single '.', '_' or '-', in parts divided by '/', "
        "2 to 205 characters in all."
    )
    return [Problem(path, "public-repository-name", "must be a name that ECR Public takes", show(value), fix)]


def check_public_region(region: str | None, *path: str | int) -> list[Problem]:
    """Check the region of the provider, where it is known (https://docs.aws.amazon.com/general/latest/gr/ecr-public.html)."""
    if region is None or region == PUBLIC_REGION:
        return []
    rule = f"must be a provider of {PUBLIC_REGION}, where alone public repositories can be made"
    fix = f'Give one: provider=AwsProvider(stack, "Public", region="{PUBLIC_REGION}", alias="public").'
    return [Problem(path, "public-region", rule, show(region), fix)]


def check_catalog_data(data: CatalogData) -> list[Problem]:
    """Return every limit that the catalogue data breaks, as far as its values are known."""
    problems = []
    for name, longest in LONGEST_TEXTS.items():
        text = getattr(data, name)
        if text is not None and not is_unresolved(text) and len(text) > longest:
            rule = f"must be at most {longest:,} characters"
            problems.append(Problem((name,), "public-catalog", rule, f"{len(text):,}", "Shorten it."))
        problems += check_wording(text, name, code="public-catalog")
    for name in _DISCOVERABLE:
        entries = getattr(data, name)
        if is_unresolved(entries):
            continue
        if len(entries) > MOST_ENTRIES:
            rule = f"must have at most {MOST_ENTRIES} entries"
            problems.append(Problem((name,), "public-catalog", rule, f"{len(entries)}", "Remove some."))
        problems += [
            Problem(
                (name, index),
                "public-catalog",
                f"must be 1 to {LONGEST_ENTRY} characters",
                show(entry),
                "Write it as in " + " or ".join(_DISCOVERABLE[name]) + ".",
            )
            for index, entry in enumerate(entries)
            if not is_unresolved(entry) and not 1 <= len(entry) <= LONGEST_ENTRY
        ]
        for index, entry in enumerate(entries):
            problems += check_wording(entry, name, index, code="public-catalog")
    return problems + _check_logo(data.logo_image_blob)


def undiscoverable(data: CatalogData) -> list[tuple[str, int, str, tuple[str, ...]]]:
    """Return (field, index, entry, what it knows) for each entry that the public gallery neither shows nor finds."""
    return [
        (name, index, entry, known)
        for name, known in _DISCOVERABLE.items()
        if not is_unresolved(getattr(data, name))
        for index, entry in enumerate(getattr(data, name))
        if entry not in known and not is_unresolved(entry)
    ]


def check_public_policy(statements: Sequence[PolicyStatement]) -> list[Problem]:
    """Return every rule that the policy of a public repository breaks.

    Everyone may pull from it, whatever its policy says, so that a policy is about pushing and administration alone.
    """
    found = check_repository_policy(statements, service=ECR_PUBLIC, partition="aws")
    fewer = "Grant to fewer principals."  # the gallery knows no organisations
    return [dataclasses.replace(each, fix=fewer) if each.code == "policy-size" else each for each in found]


def _check_logo(blob: str | None) -> list[Problem]:
    if blob is None or is_unresolved(blob):
        return []
    try:
        size = len(base64.b64decode(blob, validate=True))
    except (binascii.Error, ValueError):
        rule, fix = "must be an image in base64", "Give the image's bytes or a Path to have it encoded."
        return [Problem(("logo_image_blob",), "public-logo", rule, show(blob), fix)]
    if size > _LARGEST_LOGO:
        rule, fix = f"must be an image of at most {_LARGEST_LOGO:,} bytes", "Use a smaller image."
        return [Problem(("logo_image_blob",), "public-logo", rule, f"{size:,}", fix)]
    return []
