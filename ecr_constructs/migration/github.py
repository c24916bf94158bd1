"""Repositories on GitHub in a tfvars file, whose jobs get roles."""

from __future__ import annotations

from ecr_constructs.errors import Problem, show
from ecr_constructs.migration.hcl import Variables

__all__ = ["GITHUB", "convert_github"]

GITHUB = "github_repos"


def convert_github(variables: Variables) -> tuple[dict[str, object], list[str], list[Problem]]:
    """Return the keys about repositories on GitHub, notes on them, and what is wrong.

    Layouts that have them make GitHub's identity provider in a folder of its own, and an account takes one: so it is
    looked up, which fails at plan where there is none, while a second one would fail amid an apply.
    """
    said = variables.get(GITHUB)
    if said in (None, []):
        return {}, [], []
    if not isinstance(said, list):
        fix = "Write the names of the repositories in brackets, each with its owner."
        return {}, [], [Problem((GITHUB,), "type", "must be a list", show(said), fix)]
    problems = [
        Problem((GITHUB, index), "type", "must be text", show(each), "Write the name of a repository in quotes.")
        for index, each in enumerate(said)
        if not isinstance(each, str)
    ]
    whose = (
        f"{GITHUB}: jobs of the branch main push to every repository here; add branches, tags, environments, push and "
    )
    where = "github_oidc_provider: existing is written, because such a layout makes the identity provider elsewhere; "
    notes = [f"{whose}pull to an entry for others", f"{where}where the account has none, remove it"]
    return {GITHUB: list(dict.fromkeys(map(str, said))), "github_oidc_provider": "existing"}, notes, problems
