"""Bringing an environment file to the current version, in its own words."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import PurePath

import yaml

from ecr_constructs.config.model.file import EnvironmentFile
from ecr_constructs.config.reading.hints import key_hint
from ecr_constructs.config.reading.reader import YamlDocument
from ecr_constructs.errors import Problem, show
from ecr_constructs.migration.edit import Value, edit_yaml
from ecr_constructs.migration.result import Migration
from ecr_constructs.migration.texts import BYTE_ORDER_MARK, located, problems_of, read_content
from ecr_constructs.migration.versions import CURRENT, Plan, check_version, plan_migration

__all__ = ["migrate_environment"]

_IDENTITY = ("project", "env", "region", "account_id")
_VERSION = "schema_version"


def migrate_environment(content: bytes, document: YamlDocument) -> tuple[Migration, list[Problem]]:
    """Return an environment file at the current version, and why it cannot be brought there.

    Args:
        content: The file's bytes.
        document: What was read in them.
    """
    data = document.data if isinstance(document.data, Mapping) else {}
    unchanged = Migration(content)
    if document.problems:
        return unchanged, document.problems
    if problems := [*_check_mapping(document), *check_version(data)]:
        return unchanged, [document.locate(problem) for problem in problems]
    plan = plan_migration(data)
    if not plan.changes:
        return unchanged, []
    if problems := _check_keys(data):
        return unchanged, [document.locate(problem) for problem in problems]
    edited, problems = _edit(content, plan.changes)
    if problems:
        return unchanged, [document.locate(problem) for problem in problems]
    result = read_content(edited, document.file)
    if result.problems or not _is_intended(data, plan, result.data):
        return unchanged, [_not_as_intended(document.file)]
    before, after = _problems_before_and_after(data, result)
    if made := [problem for problem in after if problem not in before]:
        return unchanged, [_made_by_migration(problem, plan, document) for problem in made]
    return Migration(edited, plan.notes, located(after, result)), []


def _check_mapping(document: YamlDocument) -> list[Problem]:
    if isinstance(document.data, Mapping) and document.data:
        return []
    fix = "Write `key: value` lines, at least project, env and region."
    return [Problem((), "type", "must be a mapping", show(document.data), fix)]


def _check_keys(data: Mapping[str, object]) -> list[Problem]:
    known = EnvironmentFile.model_fields.keys()
    return [
        Problem((key,), "unknown-key", "must be a known key", show(key), key_hint(key, known) or "Remove it.")
        for key in data
        if key not in known
    ]


def _edit(content: bytes, changes: Mapping[str, Value]) -> tuple[bytes, list[Problem]]:
    text = content.decode("utf-8")
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    try:
        edited, problems = edit_yaml(text.removeprefix(mark), changes, after=_IDENTITY)
    except yaml.YAMLError:  # what one of PyYAML's two parsers takes and the other does not
        fix = "Write schema_version and ecr_strategy by hand."
        return content, [Problem((), "edit-unsafe", "must be YAML that can be edited", "", fix)]
    return f"{mark}{edited}".encode(), problems


def _is_intended(before: Mapping[str, object], plan: Plan, after: object) -> bool:
    """Return whether a file says what it said, with the changes, in the same order."""
    if not isinstance(after, Mapping):
        return False
    removed = {key for key, value in plan.changes.items() if value is None}
    intended = {key: repr(value) for key, value in {**before, **plan.changes}.items() if key not in removed}
    in_order = [key for key in after if key in before] == [key for key in before if key not in removed]
    return in_order and {key: repr(value) for key, value in after.items()} == intended


def _not_as_intended(name: str) -> Problem:
    fix = "Write schema_version and ecr_strategy by hand."
    return Problem((), "edit-unsafe", "must be laid out so that single keys can be changed", "", fix, name)


def _problems_before_and_after(data: Mapping[str, object], result: YamlDocument) -> tuple[list[Problem], list[Problem]]:
    """Return what the loader says of a file, but for its version, and what it will say afterwards."""
    stem = PurePath(result.file).stem
    before = problems_of({**data, _VERSION: CURRENT}, file_stem=stem)
    return before, problems_of(result.data, file_stem=stem)


def _made_by_migration(problem: Problem, plan: Plan, document: YamlDocument) -> Problem:
    """Return a problem with where it comes from: a key that was not there comes from the account of the source."""
    is_there = problem.path[:1] in document.lines
    where = document.locate(problem if is_there else problem.moved("ecr_account_id")).source
    strategy = plan.changes.get("ecr_strategy")
    reason = f"Version {CURRENT} makes this ecr_strategy: {strategy}; if that is not meant, write another one yourself."
    return dataclasses.replace(
        problem, fix=f"{problem.fix} {reason}".strip() if strategy else problem.fix, source=where
    )
