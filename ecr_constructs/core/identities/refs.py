"""Branches, tags and environments of code, as roles trust them: names, in which `*` stands for any characters.

Sources: https://git-scm.com/docs/git-check-ref-format for the names of branches and tags, and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html, by which `$` is not only itself in a
policy and `?` stands for any character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "DEFAULT_BRANCHES",
    "ENVIRONMENT",
    "REF",
    "any_notices",
    "check_environment",
    "check_names",
    "check_ref",
]

DEFAULT_BRANCHES = ("main",)
"""The branches that are trusted where neither branches nor anything else is named."""

# Visible ASCII without `$` and what git takes in no name (`~^:?[` and the backslash); it neither begins nor ends in a
# slash, and does not end in a dot.
_FIRST, _INNER, _LAST = (rf"[!-#%-{each}0-9;->@-Z\]_-}}]" for each in (r".", r"/", r"\-"))
REF = re.compile(rf"(?!refs/|.*(\.\.|//|@\{{))(?={_FIRST}){_INNER}{{0,254}}{_LAST}")
"""The name of a branch or a tag, without `refs/heads/` or `refs/tags/`."""

ENVIRONMENT = re.compile(r"[!-#%->@-~]([ -#%->@-~]{0,253}[!-#%->@-~])?")
"""The name of an environment."""


def check_ref(name: str, *path: str | int) -> list[Problem]:
    """Check the name of a branch or a tag, in which `*` stands for any characters."""
    if is_unresolved(name) or REF.fullmatch(name):
        return []
    rule = "must be the name of a branch or a tag in visible ASCII, without '$', '?' and what git does not take"
    fix = "Write it as in main, release/* or v*."
    if name.startswith("refs/"):
        rule, fix = "must be a name without refs/", "Leave refs/heads/ or refs/tags/ out."
    return [Problem(path, "oidc-ref", rule, show(name), fix)]


def check_environment(name: str, *path: str | int) -> list[Problem]:
    """Check the name of an environment, in which `*` stands for any characters."""
    if is_unresolved(name) or ENVIRONMENT.fullmatch(name):
        return []
    rule, fix = "must be the name of an environment in ASCII, without '$' and '?'", "Write it as in production."
    return [Problem(path, "oidc-ref", rule, show(name), fix)]


def check_names(branches: Sequence[str], tags: Sequence[str], environments: Sequence[str] = ()) -> Iterator[Problem]:
    """Check the names of branches, tags and environments."""
    for key, names in (("branches", branches), ("tags", tags)):
        for index, name in enumerate(names):
            yield from check_ref(name, key, index)
    for index, name in enumerate(environments):
        yield from check_environment(name, "environments", index)


def any_notices(name: str, **patterns: Sequence[str]) -> Iterator[Problem]:
    """Return a notice for each pattern that every branch, tag or environment matches.

    Args:
        name: What the service calls the repository of code.
        **patterns: Patterns by what they are for: `branches`, `tags` or `environments`.
    """
    singular = {"branches": "branch", "tags": "tag", "environments": "environment"}
    who = {
        "branches": "push a branch",
        "tags": "push a tag",
        "environments": "push a workflow that names one",
    }
    for key, values in patterns.items():
        for index, value in enumerate(values):
            if set(value) == {"*"}:
                rule = f"trusts every {singular[key]} of {name}: whoever may {who[key]} gets the role"
                fix = "Name those that are protected."
                yield Problem((key, index), "oidc-any-ref", rule, fix=fix, severity="warning")
