"""Changes of environment files, each with a name, that nothing comes of: what they say is said otherwise."""

from __future__ import annotations

from random import Random
from typing import Any

import yaml

from tests.unit.changes_of_files import renaming
from tests.unit.drafts import Draft, Mutation

__all__ = ["NEUTRAL"]


def _reordered(value: Any, random: Random) -> Any:
    if not isinstance(value, dict):
        return value
    keys = list(value)
    random.shuffle(keys)
    return {key: _reordered(value[key], random) for key in keys}


def _reorder(draft: Draft, random: Random) -> bool:
    draft.data = {name: _reordered(each, random) for name, each in reversed(draft.data.items())}
    return True


def _say_defaults(draft: Draft, random: Random) -> bool:
    environment = draft.environment(random)
    defaults = environment.get("ecr_defaults", {})
    said = {"scan_on_push": True, "force_delete": False, "prevent_destroy": False, "publish_to_ssm": True}
    for name, options in environment["ecr_repositories"].items():
        environment["ecr_repositories"][name] = {
            **{key: value for key, value in said.items() if key not in defaults},
            **(options or {}),
        }
    for key, value in {
        "schema_version": 7,
        "ecr_strategy": "local",
        "ecr_shards": 1,
        "ecr_ssm_prefix": "/ecr",
        "ecr_ssm_layout": "parameters",
        "ecr_repository_name": "{project}-{env}-{name}",
        "ecr_encryption_type": "AES256",
        "ecr_trusted_accounts": [],
        "organization": False,
    }.items():
        environment.setdefault(key, value)
    return True


# What the defaults do not say of all of them, and what they say of repositories that are yet to come as well.
_OF_ONE = ("repository_name", "renamed_from", "tags", "acknowledge", "encryption_type", "kms_key")


def _spread_defaults(draft: Draft, random: Random) -> bool:
    """Say what the defaults say at each repository, where all repositories are said by name."""
    environment = draft.environment(random)
    others = ("services", "tasks", "backend", "repository_names")
    if "ecr_defaults" not in environment or any(key in environment for key in others):
        return False
    defaults = environment.pop("ecr_defaults")
    for name, options in environment["ecr_repositories"].items():
        own = options or {}
        both = {"tags": {**defaults["tags"], **own.get("tags", {})}} if "tags" in defaults else {}
        environment["ecr_repositories"][name] = {**defaults, **own, **both}
    return True


def _gather_defaults(draft: Draft, random: Random) -> bool:
    """Say in the defaults what every repository says alike."""
    environment = draft.environment(random)
    others = ("services", "tasks", "backend", "repository_names", "ecr_defaults")
    if any(key in environment for key in others) or not environment["ecr_repositories"]:
        return False
    every = [options or {} for options in environment["ecr_repositories"].values()]
    alike = {
        key: value
        for key, value in every[0].items()
        if key not in _OF_ONE and all(key in options and options[key] == value for options in every)
    }
    if not alike:
        return False
    environment["ecr_defaults"] = alike
    for name, options in environment["ecr_repositories"].items():
        environment["ecr_repositories"][name] = {key: each for key, each in options.items() if key not in alike} or None
    return True


def _comment(files: dict[str, str], random: Random) -> dict[str, str]:
    def commented(text: str) -> str:
        lines = []
        for line in text.splitlines():
            if random.random() < 0.2:
                lines.append("# Here something is said.")
            lines.append(f"{line}  # and here" if random.random() < 0.2 else line)
        return "\n".join([*lines, "", "# The end.", ""])

    return {name: commented(text) for name, text in files.items()}


class _Quoting(yaml.SafeDumper):
    """Writes every text in double quotes."""


_Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def _quote(files: dict[str, str], _: Random) -> dict[str, str]:
    return {
        name: yaml.dump(yaml.safe_load(text), Dumper=_Quoting, sort_keys=False, width=10_000)
        for name, text in files.items()
    }


def _flow(files: dict[str, str], _: Random) -> dict[str, str]:
    return {
        name: yaml.safe_dump(yaml.safe_load(text), default_flow_style=True, sort_keys=False, width=10_000)
        for name, text in reversed(files.items())
    }


NEUTRAL = (
    Mutation("reorder", _reorder),
    Mutation("defaults said", _say_defaults),
    Mutation("defaults spread", _spread_defaults),
    Mutation("defaults gathered", _gather_defaults),
    Mutation("rename moved, not published", renaming(moved=True, keep_name=True, unpublished=True)),
    Mutation("flow", rewrite=_flow),
    Mutation("quote", rewrite=_quote),
    Mutation("comment", rewrite=_comment),
)
"""Changes that nothing comes of."""
