"""A tfvars file as an environment file.

A module's defaults are not ours, and what a file leaves out is not known: whatever of ours then has effects is written
out, `max_image_count: null` first of all, and what an environment file cannot say is refused where images, their names
or access to them depend on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePath

from ecr_constructs.config.model.file import NAMES, REPOSITORIES
from ecr_constructs.errors import KeyPath, Problem, show
from ecr_constructs.migration.carried import UNLESS_NEEDED, has_weight, refused
from ecr_constructs.migration.cloud_posse import convert_images, is_of_cloud_posse
from ecr_constructs.migration.hcl import Variables
from ecr_constructs.migration.render import SCHEMA_COMMENT, Part
from ecr_constructs.migration.repositories import convert_repositories
from ecr_constructs.migration.terraform_aws_modules import convert_repository, is_of_terraform_aws_modules
from ecr_constructs.migration.texts import account_text, as_texts
from ecr_constructs.migration.versions import CURRENT

__all__ = ["convert_tfvars", "placeholders_of"]

_IDENTITY = {
    "project": ("project", "project_name"),
    "env": ("env", "environment"),
    "region": ("region", "aws_region"),
    "account_id": ("account_id", "aws_account_id"),
}
_LABELS = {"project": ("project", "namespace"), "env": ("env", "stage", "environment")}
"""What Cloud Posse's labels say of it, which are parts of names besides: `environment` is mostly a region there."""

_OPTIONAL = ("account_id",)
_TAGS = ("tags", "common_tags")
# Names of repositories are lowercase: `my-web-app` and `change-log` are some.
_PLACEHOLDER = re.compile(
    r"<.+>|(?i:YOUR[_-].+|X{3,}|(REPLACE|CHANGE|INSERT|ENTER)[_-]?(ME|THIS|HERE|.+[_-]HERE))"
    r"|(MY|REPLACE|INSERT|CHANGE|ENTER)([_-][A-Z0-9]+)+|TODO"
)


def convert_tfvars(
    variables: Variables, name: str, *, said: Mapping[str, str]
) -> tuple[list[Part], list[str], list[Problem]]:
    """Return the parts of an environment file, notes on what is left out, and what is wrong.

    Args:
        variables: What the tfvars file says.
        name: How messages call it.
        said: What the file leaves out: `project`, `env`, `region`.
    """
    ours = bool(variables.keys() & {REPOSITORIES, NAMES})
    labels = not ours and is_of_cloud_posse(variables)
    names = {key: _LABELS.get(key, each) if labels else each for key, each in _IDENTITY.items()}
    read = {key: _identity(variables, names[key], key, said.get(key), labels=labels) for key in names}
    identity = {key: value for key, (value, _) in read.items() if value is not None}
    problems = [problem for _, found in read.values() for problem in found]
    if labels:
        converted = convert_images(variables, identity)
    elif not ours and is_of_terraform_aws_modules(variables):
        converted = convert_repository(variables, identity)
    else:
        converted = convert_repositories(variables, identity)
    tags = next((each for each in _TAGS if isinstance(variables.get(each), Mapping)), None)
    state = _state(variables, identity)
    used = {tags, "bucket" if state else None, *converted.used}
    used |= {_name_of(variables, each) for each in names.values()}
    others = sorted(key for key in variables.keys() - used if variables[key] is not None)
    weighty = [key for key in others if has_weight(key) and variables[key] not in ("", [], {})]
    problems += [*converted.problems, *(refused((key,), variables[key], UNLESS_NEEDED) for key in weighty)]
    notes = list(converted.notes)
    if left_out := [key for key in others if key not in weighty]:
        notes.append(f"left out, because an environment file has no such key: {', '.join(left_out)}")
    return (
        [
            ([SCHEMA_COMMENT, "", f"Made from {PurePath(name).name}."], {"schema_version": CURRENT, **identity}),
            (["A state of its own, beside what the bucket has already."], state),
            ([], {"tags": as_texts(variables[tags])} if tags else {}),
            *converted.parts,
        ],
        notes,
        [_located(problem, variables, name) for problem in sorted(dict.fromkeys(problems), key=_in_order(variables))],
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
    line = _line(problem, variables)
    return problem.at(f"{name}:{line}" if line else name)


def _line(problem: Problem, variables: Variables) -> int | None:
    """Return the line of a problem's value, or of what that is part of."""
    paths = (problem.path[:length] for length in range(len(problem.path), 0, -1))
    return next((variables.lines[path] for path in paths if path in variables.lines), None)


def _in_order(variables: Variables) -> Callable[[Problem], int]:
    return lambda problem: _line(problem, variables) or 0


def _texts(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts(each, (*path, index))


def _name_of(variables: Variables, names: Sequence[str]) -> str | None:
    """Return the name by which the file says a key, of those that it goes by."""
    return next((each for each in names if variables.get(each) not in (None, "")), None)


def _identity(
    variables: Variables, names: Sequence[str], key: str, said: str | None, *, labels: bool
) -> tuple[object, list[Problem]]:
    """Return what the file says under one of the names that a key goes by, else what was said beside it."""
    found = _name_of(variables, names)
    if found is None:
        missing = said is None and key not in _OPTIONAL
        fix = f"Add it, or say --{key}."
        return said, [Problem((key,), "required", "must be given", "", fix)] if missing else []
    value = variables[found]
    if said is not None and labels and found in ("namespace", "stage", "environment"):
        return said, []
    problems = []
    if said is not None and said != value:
        rule = f"must be what --{key} says, {show(said)}"
        problems.append(Problem((found,), "option", rule, show(value), "Leave one of the two out."))
    return account_text(value) if key == "account_id" else value, problems


def _state(variables: Variables, identity: Mapping[str, object]) -> dict[str, object]:
    """Return where the state goes: never to where there may be one already, all of which a plan would destroy."""
    bucket = variables.get("bucket")
    if bucket is None or bucket == "":
        return {}
    return {"bucket": bucket, "state_key": f"repositories/{identity.get('env')}/terraform.tfstate"}
