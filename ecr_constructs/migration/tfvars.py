"""The repositories of a tfvars file, as an environment file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from ecr_constructs.config.model.file import EnvironmentSettings
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.errors import KeyPath, Problem, show
from ecr_constructs.migration.hcl import JsonText, Variables
from ecr_constructs.migration.render import Part
from ecr_constructs.migration.texts import account_text
from ecr_constructs.migration.versions import CURRENT

__all__ = ["convert_tfvars", "placeholders_of"]

_REPOSITORIES = "ecr_repositories"
_IDENTITY = {
    "project": ("project", "project_name"),
    "env": ("env", "environment"),
    "region": ("region", "aws_region"),
    "account_id": ("account_id", "aws_account_id"),
}
_OPTIONAL = ("account_id",)
_TAGS = ("tags", "common_tags")
_SETTINGS = ("ecr_encryption_type", "ecr_enable_scan_findings_logging", "ecr_log_retention_days")
_PLACEHOLDER = re.compile(r"<.+>|(YOUR|MY|REPLACE|INSERT|CHANGE|ENTER)([_-].+|ME)|TODO|X{3,}", re.IGNORECASE)


def convert_tfvars(
    variables: Variables, name: str, *, said: Mapping[str, str]
) -> tuple[list[Part], list[str], list[Problem]]:
    """Return the parts of an environment file, notes on what is left out, and what is wrong.

    Args:
        variables: What the tfvars file says.
        name: How messages call it.
        said: What the file leaves out: `project`, `env`, `region`.
    """
    used = {_REPOSITORIES, *(_name_of(variables, key) for key in _IDENTITY)}
    read = {key: _identity(variables, key, said.get(key)) for key in _IDENTITY}
    identity = {key: value for key, (value, _) in read.items() if value is not None}
    problems = [problem for _, found in read.values() for problem in found]
    tags = next((each for each in _TAGS if isinstance(variables.get(each), Mapping)), None)
    settings = {key: variables[key] for key in _SETTINGS if _is_passed_on(key, variables)}
    used |= {tags or "", *settings} | {key for key in variables if variables[key] is None}
    notes: list[str] = []
    repositories, found = _repositories(variables, notes)
    problems += found
    if others := sorted(variables.keys() - used):
        notes.append(f"left out, because an environment file has no such key: {', '.join(others)}")
    return (
        [
            ([f"Made from {PurePath(name).name}."], {"schema_version": CURRENT, **identity}),
            ([], {"tags": variables[tags]} if tags else {}),
            ([], settings),
            ([], {_REPOSITORIES: repositories}),
        ],
        notes,
        [_located(problem, variables, name) for problem in problems],
    )


def placeholders_of(variables: Variables, name: str) -> list[Problem]:
    """Return what stands in for a value that someone has still to write, such as `YOUR_ACCOUNT_ID`."""
    rule, fix = "must be a value, not what stands in for one", "Write the value, or leave an optional key out."
    return [
        _located(Problem(path, "placeholder", rule, show(value), fix), variables, name)
        for path, value in _texts(dict(variables), ())
        if _PLACEHOLDER.fullmatch(value)
    ]


def _located(problem: Problem, variables: Variables, name: str) -> Problem:
    line = variables.lines.get(problem.path)
    return problem.at(f"{name}:{line}" if line else name)


def _texts(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts(each, (*path, index))


def _name_of(variables: Variables, key: str) -> str | None:
    """Return the name by which the file says a key, of those that it goes by."""
    return next((each for each in _IDENTITY[key] if variables.get(each) not in (None, "")), None)


def _identity(variables: Variables, key: str, said: str | None) -> tuple[object, list[Problem]]:
    """Return what the file says under one of the names that a key goes by, else what was said beside it."""
    found = _name_of(variables, key)
    if found is None:
        missing = said is None and key not in _OPTIONAL
        fix = f"Add it, or say --{key}."
        return said, [Problem((key,), "required", "must be given", "", fix)] if missing else []
    value = variables[found]
    problems = []
    if said is not None and said != value:
        rule = f"must be what --{key} says, {show(said)}"
        problems.append(Problem((found,), "option", rule, show(value), "Leave one of the two out."))
    return account_text(value) if key == "account_id" else value, problems


def _is_passed_on(key: str, variables: Variables) -> bool:
    return key in EnvironmentSettings.model_fields and variables.get(key) is not None


def _repositories(variables: Variables, notes: list[str]) -> tuple[dict[str, object], list[Problem]]:
    said = variables.get(_REPOSITORIES)
    if _REPOSITORIES not in variables:
        return {}, [Problem((_REPOSITORIES,), "required", "must be given", "", "Name the file that has it.")]
    if not isinstance(said, Mapping):
        fix = "Write one entry per repository, with its options in braces."
        return {}, [Problem((_REPOSITORIES,), "type", "must be a mapping", show(said), fix)]
    repositories: dict[str, object] = {}
    problems: list[Problem] = []
    for name, options in said.items():
        if isinstance(options, Mapping):
            repositories[name] = _options(options, name, notes)
        else:
            fix = "Write its options in braces, or {} for none."
            problems.append(Problem((_REPOSITORIES, name), "type", "must be a mapping", show(options), fix))
    return repositories, problems


def _options(options: Mapping[str, object], name: str, notes: list[str]) -> dict[str, object]:
    """Return a repository's options, without those that say nothing: to Terraform null is the default."""
    kept = {key: _value(key, value) for key, value in options.items() if value is not None}
    unknown = [key for key in kept if key not in RepositoryOptions.model_fields]
    notes += [f"{_REPOSITORIES}.{name}.{key} is left out: no repository has such an option" for key in unknown]
    if "lifecycle_policy" in kept and "max_image_count" in kept:
        unknown.append("max_image_count")
        notes.append(f"{_REPOSITORIES}.{name}.max_image_count is left out: its lifecycle_policy is the whole of it")
    return {key: value for key, value in kept.items() if key not in unknown}


def _value(key: str, value: object) -> object:
    if isinstance(value, JsonText):
        return dict(value)
    if key == "allowed_account_ids" and isinstance(value, list):
        return [account_text(each) for each in value]
    if key == "replication_destinations" and isinstance(value, list):
        return [_destination(each) if isinstance(each, Mapping) else each for each in value]
    return value


def _destination(destination: Mapping[str, object]) -> dict[str, object]:
    return {key: account_text(value) for key, value in destination.items() if value is not None}
