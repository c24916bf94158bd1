"""Public repositories, and what their pages in the gallery show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from ecr_constructs.config.model.fields import LOGICAL_NAME, AccountId, Items, Model, Tags, Text, form
from ecr_constructs.config.model.forms import pattern_of, sets_one_of
from ecr_constructs.core.registry.public import (
    LONGEST_ENTRY,
    LONGEST_TEXTS,
    MOST_ENTRIES,
    PUBLIC_NAME,
    PUBLIC_NAME_LENGTH,
)
from ecr_constructs.core.wording import WORDING

__all__ = ["PublicRepositories", "PublicRepositoryOptions"]

# What the core's rules judge with more than the value in mind; the patterns are theirs.
_PublicName = Annotated[Text, form(PUBLIC_NAME, minLength=PUBLIC_NAME_LENGTH[0], maxLength=PUBLIC_NAME_LENGTH[-1])]
_Entries = Annotated[Items[Annotated[Text, form(WORDING, maxLength=LONGEST_ENTRY)]], form(maxItems=MOST_ENTRIES)]


class PublicRepositoryOptions(Model, title="public repository"):
    """A public repository, with what its page in the gallery shows."""

    example: ClassVar[Mapping[str, object]] = {"description": "The command line"}

    repository_name: _PublicName | None = Field(
        default=None, description="Name in the public registry. Default: the key."
    )
    description: Annotated[Text, form(WORDING, maxLength=LONGEST_TEXTS["description"])] | None = Field(
        default=None, description="Short description, up to 1,024 characters."
    )
    about_text: Annotated[Text, form(WORDING, maxLength=LONGEST_TEXTS["about_text"])] | None = Field(
        default=None, description="About the images, in Markdown."
    )
    usage_text: Annotated[Text, form(WORDING, maxLength=LONGEST_TEXTS["usage_text"])] | None = Field(
        default=None, description="How to use them, in Markdown."
    )
    architectures: _Entries = Field(default=(), description="Such as x86-64 and ARM 64.")
    operating_systems: _Entries = Field(default=(), description="Such as Linux.")
    push_account_ids: Items[AccountId] = Field(default=(), description="Other accounts that may push.")
    force_destroy: bool = Field(default=False, description="Let it be destroyed with the images in it.")
    tags: Tags = Field(
        default={},
        description="Tags of the repository, besides the environment's; Name is its logical name unless said.",
    )


# A key that no public repository can be called by stands beside the name of one.
_NO_PUBLIC_NAME = rf"^(?!(?=.{{{PUBLIC_NAME_LENGTH[0]},{PUBLIC_NAME_LENGTH[-1]}}}$){pattern_of(PUBLIC_NAME)[1:]})"
PublicRepositories = Annotated[
    Mapping[str, PublicRepositoryOptions | None],
    form(
        propertyNames=LOGICAL_NAME.said,
        allOf=[{"patternProperties": {_NO_PUBLIC_NAME: {"type": "object", **sets_one_of("repository_name")}}}],
    ),
]
"""Public repositories by their logical names."""
