"""`--against ENV=FILE` of `ecr-constructs validate`: which stack a file is compared with, and what comes of it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from pathlib import Path

from ecr_constructs.changes.compare import compare
from ecr_constructs.changes.states import read_stored
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.load import Project, environments_directory
from ecr_constructs.config.named import named_environment, unknown_environment
from ecr_constructs.errors import Problem, show

__all__ = ["Target", "compare_all", "parse_against"]

_OPTION = "--against"
_FURTHER_STACK = re.compile(r"(.+)-([1-9][0-9]{0,3})")


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """A file, and the stack that it is about."""

    environment: Environment
    shard: int
    file: Path


def parse_against(texts: Iterable[str], project: Project) -> tuple[list[Target], list[Problem]]:
    """Return what `ENV=FILE` names, and what is wrong with how it is written.

    An environment's name is the id of its first stack as well, and stands for that. The id of a stack that an
    environment had when it had more shards will do too, and so will the environment's file.
    """
    stacks = {
        stack_id: (environment, shard)
        for environment in project.environments
        for shard, stack_id in enumerate(environment.stack_ids, start=1)
    }
    targets, problems = [], []
    for text in texts:
        written, equals, file = text.partition("=")
        name, wrong = named_environment(written, environments_directory())
        place = stacks.get(name) or _former_stack(name, project)
        if not (name and equals and file):
            fix = "Name the environment, or one of its stacks, and its state."
            problems.append(Problem((_OPTION,), "against-form", "must be ENV=FILE", show(text), fix))
        elif wrong:
            problems += [each.moved(_OPTION) for each in wrong]
        elif place is None:
            rule = "must name an environment or one of its stacks"
            problems.append(unknown_environment(name, stacks, argument=_OPTION, rule=rule))
        else:
            targets.append(Target(*place, Path(file)))
    return targets, problems


def compare_all(targets: Iterable[Target], project: Project) -> tuple[list[Problem], dict[str, list[Problem]]]:
    """Return what is refused, and what is to be seen of each environment, with file and line."""
    problems: list[Problem] = []
    notices: dict[str, list[Problem]] = {}
    for target in targets:
        environment = target.environment
        stored, unreadable = read_stored(target.file)
        problems += unreadable
        found = list(compare(environment, stored, shard=target.shard, file=target.file.as_posix()))
        problems += [each.at(project.where(environment.name, each.path)) for each in found if each.severity == "error"]
        seen = notices.setdefault(environment.name, [])
        for each in found:
            if each.severity != "error" and each.code not in environment.settings.acknowledge:
                seen.append(each.at(project.where(environment.name, each.path)))
    return problems, notices


def _former_stack(name: str, project: Project) -> tuple[Environment, int] | None:
    match = _FURTHER_STACK.fullmatch(name)
    known = {environment.name: environment for environment in project.environments}
    return (known[match[1]], int(match[2])) if match and match[1] in known and int(match[2]) > 1 else None
