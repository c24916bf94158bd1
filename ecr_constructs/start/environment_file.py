"""The first environment of a new project, as a file that teaches."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import yaml

from ecr_constructs.config.reading.scalars import is_plain_text
from ecr_constructs.start.wanted import FIRST_REPOSITORY, NewProject

__all__ = ["environment_text", "scalar"]

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")


def environment_text(wanted: NewProject) -> str:
    """Return the text of the environment's file, which says what `wanted.declared()` has.

    Args:
        wanted: What is asked for, and right.
    """
    return "\n".join([*_lines(wanted), ""])


def scalar(text: str) -> str:
    """Return a text as YAML has it, in quotes where it would be something else without them, by YAML 1.1 or 1.2."""
    plain = _PLAIN.fullmatch(text) and is_plain_text(text) and yaml.safe_load(text) == text
    return text if plain else json.dumps(text)


def _lines(wanted: NewProject) -> Iterator[str]:
    yield "# yaml-language-server: $schema=environment.schema.json"
    yield "#"
    yield f"# The container repositories of {wanted.env}. The line above gives an editor every key and its meaning."
    yield "schema_version: 7"
    yield f"project: {scalar(wanted.project)}"
    yield f"env: {scalar(wanted.env)}"
    yield f"region: {scalar(wanted.region or '')}"
    if wanted.account_id is None:
        yield "# Terraform refuses every other account than this one:"
        yield '# account_id: "111111111111"'
    else:
        # No number: a zero in front counts.
        yield f'account_id: "{wanted.account_id}"'
    yield ""
    if wanted.bucket is None:
        yield "# Terraform's state is a file beside cdktf.json. In S3, where others can deploy as well:"
        yield "# bucket: NAME"
    else:
        yield "# Where Terraform keeps its state; the stack bootstrap makes it."
        yield f"bucket: {scalar(wanted.bucket)}"
    yield ""
    yield "# What every repository has that does not say otherwise."
    yield "ecr_defaults:"
    yield "  # A tag is pushed once, so that what was tested is what runs."
    yield "  image_tag_mutability: IMMUTABLE"
    yield "  # The newest images are kept; one without a tag goes after two weeks."
    yield "  max_image_count: 100"
    yield "  expire_untagged_after_days: 14"
    yield "  # Terraform then destroys no repository:"
    yield "  # prevent_destroy: true"
    yield ""
    name = FIRST_REPOSITORY
    in_ecr = f"{wanted.project}-{wanted.env}-{name}"
    yield f"# Each by its logical name. {name} is called {in_ecr} in ECR,"
    yield f"# and /ecr/{name}/url in Parameter Store has its address. Another name is another repository."
    yield "ecr_repositories:"
    yield f"  {FIRST_REPOSITORY}: {{}}"
    yield from _github(wanted.github)
    yield from _gitlab(wanted.gitlab)


def _github(repository: str | None) -> Iterator[str]:
    if repository is None:
        return
    yield ""
    yield "# Jobs of its branch main may push to these repositories, by the role in the output github_role_arns."
    yield "# An account has the identity provider of GitHub once: where it is there, add github_oidc_provider: existing"
    yield "github_repos:"
    yield f"  - repo: {scalar(repository)}"
    yield "    # With its ids, the role trusts no other repository that is given the name later. They are shown by"
    yield f"    # gh api repos/{repository} --jq '.owner.id, .id'"
    yield "    # owner_id: 123456"
    yield "    # id: 456789"
    yield "# Until they are there; then take this out."
    yield "acknowledge: [github-by-name]"


def _gitlab(project: str | None) -> Iterator[str]:
    if project is None:
        return
    yield ""
    yield "# Jobs of its branch main may push to these repositories, by the role in the output gitlab_role_arns."
    yield "# An account has the identity provider of GitLab once: where it is there, add gitlab_oidc_provider: existing"
    yield "gitlab_projects:"
    yield f"  - project: {scalar(project)}"
