"""From what one file says to the environment that it declares, with every problem on the way.

What is wrong is left out and the rest is checked all the same, so that one mistake hides no other. A problem that would
be reported only because something was left out is not reported.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.defaults import merge_options
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.fields import Model
from ecr_constructs.config.model.file import DECLARING, DEFAULTS, EnvironmentSettings
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.model.workloads import MADE_HERE, BackendOptions
from ecr_constructs.config.reading.declarations import declarations_of
from ecr_constructs.config.reading.hints import FAR_REACHING_KEYS
from ecr_constructs.config.reading.placing import placed
from ecr_constructs.config.reading.translate import validate_model
from ecr_constructs.config.rules import OF_A_REPOSITORY, OF_AN_ENVIRONMENT
from ecr_constructs.config.rules.catalogue import catalogue
from ecr_constructs.core.names import check_logical_name
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["parse_environment"]

_M = TypeVar("_M", bound=Model)
_MADE_OF_NAMES = {"repository_name", "publish_to_ssm"}
_STAND_INS = {"project": "project", "env": "env", "region": "us-east-1"}
# Most repositories say nothing; nothing changes a model's values in place.
_NOTHING_SAID = RepositoryOptions()
_BELONGS_ABOVE = {
    **dict.fromkeys(EnvironmentSettings.model_fields, "It belongs at the top of the file."),
    **dict.fromkeys(
        FAR_REACHING_KEYS & EnvironmentSettings.model_fields.keys(),
        "It is known at the top of the file alone, where it is about the whole environment.",
    ),
}
_BELONGS_BELOW = dict.fromkeys(BackendOptions.model_fields, "It belongs in ecr_defaults, or below a repository.")


def parse_environment(
    data: object, *, file: str, unread: Collection[KeyPath] = (), judged: bool = True
) -> tuple[Environment | None, list[Problem]]:
    """Check what a file says.

    Args:
        data: The file's content.
        file: Name of the file; without its suffix it must equal the environment's.
        unread: Paths of values that could not be read, which are None in the data and need no further problem.
        judged: Whether the rules are applied, or only the types of values; what was judged once need not be again.

    Returns:
        The environment, with what is to be seen of it, and the problems; all paths start at the top of the file. Where
        there are problems, the environment is what is left of it; None if the file is no mapping.
    """
    if not isinstance(data, Mapping):
        fix = "Write `key: value` lines such as `project: shop`, at least project, env and region."
        return None, [Problem((), "type", "must be a mapping", show(data), fix)]
    given = {key: value for key, value in data.items() if key not in (DEFAULTS, *DECLARING)}
    settings, wrong, problems = _model(
        EnvironmentSettings, given, unread, stand_ins=_STAND_INS, elsewhere=_BELONGS_BELOW
    )
    defaults, wrong_defaults, found = _options(RepositoryOptions, data.get(DEFAULTS, {}), unread, DEFAULTS)
    problems += found
    wrong |= set(RepositoryOptions.model_fields) if DEFAULTS in wrong else wrong_defaults
    repositories: dict[str, DeclaredRepository] = {}
    wrong_options: dict[str, set[str]] = {}
    declared_here, found = declarations_of(data, unread=unread)
    problems += found
    wrong |= {str(problem.path[0]) for problem in problems if len(problem.path) == 1}
    for name, declared in sorted(declared_here.items()):
        options, wrong_options[name], found = _options(declared.model, declared.said, unread, *declared.path)
        problems += found
        repositories[name] = DeclaredRepository(
            logical_name=name,
            options=merge_options(defaults, options),
            environment=settings,
            path=declared.path,
            own_keys=frozenset(options.model_fields_set & RepositoryOptions.model_fields.keys()),
            suffix=declared.suffix,
            plain_name=declared.plain_name,
            ecr_config=options.ecr_config if isinstance(options, BackendOptions) else MADE_HERE,
        )
    environment = Environment(settings, repositories, defaults, file=file)
    of_repositories = []
    for name, repository in repositories.items():
        left_out = wrong | wrong_options[name] | (_MADE_OF_NAMES if check_logical_name(name) else set())
        of_repositories += [
            (repository, problem)
            for of_one in (OF_A_REPOSITORY if judged else ())
            for problem in of_one(repository, environment)
            if not _follows(problem, left_out)
        ]
    problems += placed(of_repositories, repositories.values())
    everything = wrong.union(*wrong_options.values())
    for of_all in OF_AN_ENVIRONMENT if judged else ():
        problems += (problem for problem in of_all(environment) if not _follows(problem, everything))
    found = [problem for problem in problems if problem.path not in unread]
    notices = tuple(each for each in found if each.severity != "error")
    return dataclasses.replace(environment, notices=notices), [each for each in found if each.severity == "error"]


def _follows(problem: Problem, wrong: Collection[str]) -> bool:
    """Tell whether a problem might not be there if the wrong keys were right."""
    return bool(wrong) and not catalogue()[problem.code].needs.isdisjoint(wrong)


def _model(
    model: type[_M],
    data: object,
    unread: Collection[KeyPath],
    *path: str | int,
    stand_ins: Mapping[str, object] | None = None,
    elsewhere: Mapping[str, str],
) -> tuple[_M, set[str], list[Problem]]:
    """Return a model without what is wrong, which keys those are, and the problems.

    What is required and missing or wrong is replaced by the stand-ins.
    """
    also_known = () if path else (DEFAULTS, *DECLARING)
    found, (problems, wrong) = validate_model(model, data, also_known=also_known, elsewhere=elsewhere)
    if found is None:
        given: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        kept = {key: value for key, value in given.items() if key not in wrong}
        found = model.model_validate({**(stand_ins or {}), **kept})
    depth = len(path)
    wrong |= {str(each[depth]) for each in unread if each[:depth] == path and len(each) > depth}
    if not isinstance(data, Mapping):
        wrong = set(model.model_fields)
    return found, wrong, [problem.under(*path) for problem in problems]


def _options(
    model: type[RepositoryOptions], data: object, unread: Collection[KeyPath], *path: str | int
) -> tuple[RepositoryOptions, set[str], list[Problem]]:
    if data == {} and model is RepositoryOptions:
        return _NOTHING_SAID, set(), []
    stand_ins = {"name": "unnamed"} if "name" in model.model_fields else {}
    return _model(model, data, unread, *path, stand_ins=stand_ins, elsewhere=_BELONGS_ABOVE)
