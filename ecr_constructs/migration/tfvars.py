"""The repositories of a tfvars file, as an environment file.

A module's defaults are not ours, and what a file leaves out is not known: whatever of ours then has effects is written
out, `max_image_count: null` first of all, and what an environment file cannot say is refused where images, their names
or access to them depend on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePath

from ecr_constructs.config.model.file import DEFAULTS, NAMES, REPOSITORIES, EnvironmentSettings
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.core.names import expand_template
from ecr_constructs.errors import KeyPath, Problem, nearest, show
from ecr_constructs.migration.carried import SAID_FOR_ALL, Converted, has_weight, is_weighty_option, refused
from ecr_constructs.migration.cloud_posse import convert_images, is_of_cloud_posse
from ecr_constructs.migration.github import GITHUB, convert_github
from ecr_constructs.migration.hcl import JsonText, Variables
from ecr_constructs.migration.render import SCHEMA_COMMENT, Part, render
from ecr_constructs.migration.terraform_aws_modules import convert_repository, is_of_terraform_aws_modules
from ecr_constructs.migration.texts import account_text
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
_ENCRYPTION = "ecr_encryption_type"
_SETTINGS = (_ENCRYPTION, "ecr_enable_scan_findings_logging", "ecr_log_retention_days")
_UNSAID = {"image_tag_mutability": "MUTABLE", "scan_on_push": True, "max_image_count": None}
"""What an environment file means where it says nothing, but for the last: that would let images expire."""

_HERE = "If no repository depends on it, take it out of a copy of this file, and convert that."
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
        converted = _convert_ours(variables, identity)
    tags = next((each for each in _TAGS if isinstance(variables.get(each), Mapping)), None)
    state = _state(variables, identity)
    used = {tags, "bucket" if state else None, *converted.used}
    used |= {_name_of(variables, each) for each in names.values()}
    others = sorted(key for key in variables.keys() - used if variables[key] is not None)
    weighty = [key for key in others if has_weight(key) and variables[key] not in ("", [], {})]
    problems += [*converted.problems, *(refused((key,), variables[key], _HERE) for key in weighty)]
    notes = list(converted.notes)
    if left_out := [key for key in others if key not in weighty]:
        notes.append(f"left out, because an environment file has no such key: {', '.join(left_out)}")
    return (
        [
            ([SCHEMA_COMMENT, "", f"Made from {PurePath(name).name}."], {"schema_version": CURRENT, **identity}),
            (["A state of its own, beside what the bucket has already."], state),
            ([], {"tags": _as_texts(variables[tags])} if tags else {}),
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


def _convert_ours(variables: Variables, identity: Mapping[str, object]) -> Converted:
    """Return what becomes of `ecr_repositories` and `repository_names`."""
    if not variables.keys() & {REPOSITORIES, NAMES}:
        fix = (
            f"Name the file that has it, or {NAMES}, or the variables of terraform-aws-modules' ECR module "
            "(repository_name) or of Cloud Posse's (image_names)."
        )
        return Converted(problems=[Problem((REPOSITORIES,), "required", "must be given", "", fix)])
    notes: list[str] = []
    repositories, problems = _repositories(variables, notes)
    names, found = _plain_names(variables)
    problems += found
    for_all = {key: _value(key, variables[key]) for key in SAID_FOR_ALL if _is_said(key, variables.get(key), variables)}
    if "lifecycle_policy" in for_all and for_all.pop("max_image_count", None) is not None:
        notes.append("max_image_count is left out: lifecycle_policy is the whole of it")
    notes += [f"{key} holds for every repository" for key in for_all]
    github, github_notes, found = convert_github(variables)
    problems += found
    defaults = _unsaid(repositories, names, for_all, notes) | for_all
    settings = {key: variables[key] for key in _SETTINGS if _is_passed_on(key, variables)}
    if (repositories or names) and _ENCRYPTION not in settings:
        settings = {_ENCRYPTION: "AES256", **settings}
        notes.append(f"{_ENCRYPTION}: AES256 is written, because the file does not say it")
    if repositories:
        notes += _template_notes(repositories, identity)
    comment = ["What the file leaves out, as it holds here."]
    if defaults.get("max_image_count", 0) is None:
        comment.append("max_image_count: null keeps every image.")
    parts: list[Part] = [
        ([], settings),
        (comment if defaults.keys() - for_all.keys() else [], {DEFAULTS: defaults} if defaults else {}),
        ([], {REPOSITORIES: repositories} if REPOSITORIES in variables else {}),
        ([], {NAMES: names} if NAMES in variables else {}),
        (["Jobs of GitHub Actions that push images."], github),
    ]
    notes += github_notes
    whole = "max_image_count" if "lifecycle_policy" in for_all else NAMES
    used = {REPOSITORIES, NAMES, GITHUB, *for_all, *settings, whole}
    return Converted(parts, frozenset(used), notes, problems)


def _is_passed_on(key: str, variables: Variables) -> bool:
    return key in EnvironmentSettings.model_fields and variables.get(key) is not None


def _is_said(key: str, value: object, among: Mapping[str, object]) -> bool:
    """Return whether an option says something: null is some default, but that of this one must not be a number."""
    return value not in (None, "") or (key == "max_image_count" and key in among)


def _template_notes(repositories: Mapping[str, Mapping[str, object]], identity: Mapping[str, object]) -> Iterator[str]:
    """Yield what the repositories are called in ECR, which the file does not say."""
    template = str(EnvironmentSettings.model_fields["ecr_repository_name"].default)
    values = {"project": f"{identity.get('project')}", "env": f"{identity.get('env')}"}
    if names := [
        expand_template(template, {**values, "name": each})
        for each, own in repositories.items()
        if "repository_name" not in own
    ]:
        yield (
            f"names in ECR, to be compared with what is there: {', '.join(names)}. Where one differs, add "
            "repository_name to its entry before the first plan"
        )


def _unsaid(
    repositories: Mapping[str, Mapping[str, object]],
    names: Sequence[str],
    for_all: Mapping[str, object],
    notes: list[str],
) -> dict[str, object]:
    """Return the defaults that hold for a repository which does not say them."""
    defaults: dict[str, object] = {}
    for key, default in _UNSAID.items():
        instead = "lifecycle_policy" if key == "max_image_count" else key
        if {key, instead} & for_all.keys():
            continue
        quiet = [each for each, own in repositories.items() if not {key, instead} & own.keys()] + list(names)
        if quiet:
            defaults[key] = default
            written = render([([], {key: default})]).strip()
            notes.append(f"{written} is written, because the file does not say it of {', '.join(quiet)}")
    return defaults


def _plain_names(variables: Variables) -> tuple[list[str], list[Problem]]:
    said = variables.get(NAMES)
    if said is None:
        return [], []
    if not isinstance(said, list):
        fix = "Write the names of the repositories in brackets."
        return [], [Problem((NAMES,), "type", "must be a list", show(said), fix)]
    problems = [
        Problem((NAMES, index), "type", "must be text", show(each), "Write the name of a repository in quotes.")
        for index, each in enumerate(said)
        if not isinstance(each, str)
    ]
    return [each for each in said if isinstance(each, str)], problems


def _repositories(variables: Variables, notes: list[str]) -> tuple[dict[str, dict[str, object]], list[Problem]]:
    said = variables.get(REPOSITORIES)
    if REPOSITORIES not in variables:
        return {}, []
    if not isinstance(said, Mapping):
        fix = "Write one entry per repository, with its options in braces."
        return {}, [Problem((REPOSITORIES,), "type", "must be a mapping", show(said), fix)]
    repositories: dict[str, dict[str, object]] = {}
    problems: list[Problem] = []
    for name, options in said.items():
        if isinstance(options, Mapping):
            repositories[name], found = _options(options, name, notes)
            problems += found
        else:
            fix = "Write its options in braces, or {} for none."
            problems.append(Problem((REPOSITORIES, name), "type", "must be a mapping", show(options), fix))
    return repositories, problems


def _options(options: Mapping[str, object], name: str, notes: list[str]) -> tuple[dict[str, object], list[Problem]]:
    """Return a repository's options, without those that say nothing, and what of them cannot be carried over."""
    kept = {key: _value(key, value) for key, value in options.items() if _is_said(key, value, options)}
    if "name" in kept and "repository_name" not in kept:
        kept = {"repository_name" if key == "name" else key: value for key, value in kept.items()}
    unknown = [key for key in kept if key not in RepositoryOptions.model_fields]
    weighty = [key for key in unknown if is_weighty_option(key) and kept[key] not in ("", [], {})]
    problems = []
    for key in weighty:
        guess = nearest(key, RepositoryOptions.model_fields)
        fix = f"{guess} {_HERE}" if guess else f"Say it as an option of docs/environments.md. {_HERE}"
        problems.append(refused((REPOSITORIES, name, key), kept[key], fix))
    notes += [
        f"{REPOSITORIES}.{name}.{key} is left out: no repository has such an option"
        for key in unknown
        if key not in weighty
    ]
    if "lifecycle_policy" in kept and "max_image_count" in kept:
        unknown.append("max_image_count")
        notes.append(f"{REPOSITORIES}.{name}.max_image_count is left out: its lifecycle_policy is the whole of it")
    return {key: value for key, value in kept.items() if key not in unknown}, problems


def _value(key: str, value: object) -> object:
    if isinstance(value, JsonText):
        return dict(value)
    if key == "tags":
        return _as_texts(value)
    if key == "allowed_account_ids" and isinstance(value, list):
        return [account_text(each) for each in value]
    if key == "replication_destinations" and isinstance(value, list):
        return [_destination(each) if isinstance(each, Mapping) else each for each in value]
    return value


def _destination(destination: Mapping[str, object]) -> dict[str, object]:
    return {key: account_text(value) for key, value in destination.items() if value is not None}


def _as_texts(value: object) -> object:
    """Return a map(string) with its numbers and truths as Terraform makes text of them."""
    if not isinstance(value, Mapping):
        return value
    return {key: _as_text(each) for key, each in value.items() if each is not None}


def _as_text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value}"
    if isinstance(value, float):
        return f"{int(value)}" if value.is_integer() else f"{value}"
    return value
