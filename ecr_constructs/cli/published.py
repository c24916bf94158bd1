"""What the commands that read published repositories have in common: where they look, and how they ask."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from ecr_constructs.cli.extras import require_extra
from ecr_constructs.core.ssm import DEFAULT_PREFIX

if TYPE_CHECKING:
    from ecr_constructs.discovery import RepositoryDirectory

__all__ = ["DEFAULT_PREFIX", "Prefix", "Profile", "Region", "asking"]

Prefix: TypeAlias = Annotated[str, typer.Option(help="Path below which they are published: ecr_ssm_prefix.")]
Region: TypeAlias = Annotated[
    str | None, typer.Option(help="The AWS region; default: AWS_DEFAULT_REGION, or the profile's.", show_default=False)
]
Profile: TypeAlias = Annotated[
    str | None, typer.Option(help="A profile of the AWS configuration; default: AWS_PROFILE.", show_default=False)
]


@contextlib.contextmanager
def asking(prefix: str, region: str | None, profile: str | None) -> Iterator[RepositoryDirectory]:
    """Lend a directory; whatever fails within the block is said in a sentence.

    Args:
        prefix: Path below which it looks.
        region: The region; default: what boto3 finds.
        profile: The profile; default: what boto3 finds.

    Raises:
        MissingExtra: boto3 is not installed.
        InvalidInput: There can be no such prefix.
        OperationError: AWS cannot be asked or refuses, or what was asked for is not published.
    """
    require_extra("discovery", "boto3")
    from ecr_constructs.adoption.failures import said_plainly
    from ecr_constructs.discovery import RepositoryDirectory

    with said_plainly():
        yield RepositoryDirectory(prefix, region=region, profile=profile)
