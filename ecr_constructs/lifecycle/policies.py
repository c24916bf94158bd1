"""Which policy is looked at: that of a repository of an environment, or a document by itself."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence

from ecr_constructs.config.declared import DeclaredRepository, nearest_repository
from ecr_constructs.config.desired.repositories import retention_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.lifecycle import LifecycleRule, Origin, WrittenRule, compose_retention, parse_policy
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["known_rules", "policy_of", "read_policy", "repository_named"]

_TEXT_KEY = "lifecyclePolicyText"
# What decides about images; a description may be known later.
_DECIDING = tuple(field.name for field in dataclasses.fields(LifecycleRule) if field.name != "description")


def repository_named(
    environment: Environment, name: str, *, argument: str = "REPOSITORY"
) -> tuple[DeclaredRepository | None, list[Problem]]:
    """Return a repository that an environment makes, by its logical name or its name in ECR.

    Args:
        environment: The environment.
        name: The name.
        argument: What messages call the argument that has it.

    Returns:
        The repository; None where there is none, or it is made elsewhere, where its policy is as well. And why.
    """
    by_ecr_name = {each.repository_name: each for each in environment.made.values()}
    repository = environment.repositories.get(name) or by_ecr_name.get(name)
    if repository is None:
        names = sorted(environment.repositories)
        fix = nearest_repository(name, names) or (f"It has {_some(names)}." if names else "It has none.")
        rule = f"must be a repository of {environment.name}"
        return None, [Problem((argument,), "repository-known", rule, show(name), fix)]
    if not repository.is_made:
        rule = f"must be made by {environment.name}: the policy of a repository is said where that is made"
        source = environment.source
        made_by = None if source is None or source.environment is None else source.environment.name
        fix = f"Name the environment {made_by}." if made_by else "Name the environment that makes it, or --policy FILE."
        return None, [Problem((argument,), "repository-made", rule, show(name), fix)]
    return repository, []


def policy_of(repository: DeclaredRepository) -> tuple[list[WrittenRule], list[Problem]]:
    """Return the rules of a repository's policy and where its file says them; none where it has no policy.

    Args:
        repository: A repository of an environment that was checked.

    Returns:
        The rules, and a problem for each value that Terraform knows alone.
    """
    rules, problems = compose_retention(retention_of(repository))
    written = []
    for rule, origin in rules:
        path = origin.path
        # The default of the package is said nowhere, and would be said by the repository.
        home = repository.path_of(str(path[0])) if repository.is_said(path) else (*repository.path, path[0])
        written.append(WrittenRule(rule, Origin((*home, *path[1:]), origin.form)))
    return known_rules([*written], problems)


def read_policy(text: str) -> tuple[list[WrittenRule], list[Problem]]:
    """Read a policy in AWS's form.

    Args:
        text: The document, or what `aws ecr get-lifecycle-policy` or a preview prints, which has it as text.

    Returns:
        The rules, and everything that AWS would refuse or that is not known before apply.
    """
    rules, problems = parse_policy(_unwrapped(text))
    return known_rules(
        [WrittenRule(rule, Origin(("rules", index), "json")) for index, rule in enumerate(rules)], problems
    )


def _unwrapped(text: str) -> str:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return text  # what is wrong with it is said where it is read
    within = answer.get(_TEXT_KEY) if isinstance(answer, Mapping) else None
    return within if isinstance(within, str) else text


def known_rules(written: Sequence[WrittenRule], problems: Sequence[Problem]) -> tuple[list[WrittenRule], list[Problem]]:
    """Return rules without the descriptions that are not known yet, and what else is not.

    Args:
        written: Rules, and where they were written.
        problems: What is wrong already.

    Returns:
        The rules, none where there is a problem, and a problem for each value that Terraform knows alone.
    """
    found = [*problems, *(problem for each in written for problem in _unknown(each))]
    return ([] if found else [_without_open_text(each) for each in written]), found


def _unknown(written: WrittenRule) -> Iterator[Problem]:
    for field in _DECIDING:
        value = getattr(written.rule, field)
        if any(is_unresolved(each) for each in (value if isinstance(value, tuple) else (value,))):
            fix = "Preview the policy with the value in its place."
            path = written.origin.at(field)
            yield Problem(path, "lifecycle-token", "must be known before apply to be previewed", show(value), fix)


def _without_open_text(written: WrittenRule) -> WrittenRule:
    if not is_unresolved(written.rule.description):
        return written
    return written._replace(rule=dataclasses.replace(written.rule, description=None))


def _some(names: Sequence[str], most: int = 10) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
