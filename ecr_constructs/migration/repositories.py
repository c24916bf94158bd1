"""What becomes of `ecr_repositories` and `repository_names` of a tfvars file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecr_constructs.config.model.file import DEFAULTS, NAMES, REPOSITORIES, EnvironmentSettings
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.core.names import expand_template
from ecr_constructs.errors import Problem, nearest, show
from ecr_constructs.migration.carried import SAID_FOR_ALL, UNLESS_NEEDED, Converted, is_weighty_option, refused
from ecr_constructs.migration.github import GITHUB, convert_github
from ecr_constructs.migration.hcl import JsonText, Variables
from ecr_constructs.migration.render import Part, render
from ecr_constructs.migration.texts import account_text, as_texts

__all__ = ["convert_repositories"]

_ENCRYPTION = "ecr_encryption_type"
_SETTINGS = (_ENCRYPTION, "ecr_enable_scan_findings_logging", "ecr_log_retention_days")
_UNSAID = {"image_tag_mutability": "MUTABLE", "scan_on_push": True, "max_image_count": None}
"""What an environment file means where it says nothing, but for the last: that would let images expire."""


def convert_repositories(variables: Variables, identity: Mapping[str, object]) -> Converted:
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
        fix = f"{guess} {UNLESS_NEEDED}" if guess else f"Say it as an option of docs/environments.md. {UNLESS_NEEDED}"
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
        return as_texts(value)
    if key == "allowed_account_ids" and isinstance(value, list):
        return [account_text(each) for each in value]
    if key == "replication_destinations" and isinstance(value, list):
        return [_destination(each) if isinstance(each, Mapping) else each for each in value]
    return value


def _destination(destination: Mapping[str, object]) -> dict[str, object]:
    return {key: account_text(value) for key, value in destination.items() if value is not None}
