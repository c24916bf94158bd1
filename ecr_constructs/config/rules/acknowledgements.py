"""Notices that someone has seen and does not want to see again: by the environment, or by one repository."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import DEFAULTS
from ecr_constructs.config.rules.catalogue import catalogue
from ecr_constructs.errors import KeyPath, Problem, nearest, show

__all__ = ["check_acknowledged", "check_acknowledged_by_all", "divide_acknowledged", "said_codes"]

_KEY = "acknowledge"


def check_acknowledged_by_all(environment: Environment) -> Iterator[Problem]:
    """Check the codes that an environment acknowledges, and that the defaults leave that to it."""
    yield from _check_codes(environment.settings.acknowledge)
    if environment.defaults.acknowledge:
        rule, fix = "must not be a default", "Say it at the top of the file, or of one repository."
        yield Problem((DEFAULTS, _KEY), "acknowledge-default", rule, show(environment.defaults.acknowledge), fix)


def check_acknowledged(repository: DeclaredRepository, _environment: Environment) -> Iterator[Problem]:
    """Check the codes that a repository acknowledges."""
    if _KEY in repository.own_keys:
        yield from _check_codes(repository.options.acknowledge)


def divide_acknowledged(environment: Environment, notices: Iterable[Problem]) -> tuple[list[Problem], list[Problem]]:
    """Return the notices that are to be shown, and those that are acknowledged.

    An acknowledgement that silences nothing is a notice as well.

    Args:
        environment: The environment.
        notices: All that is to be seen of it, with paths from the top of its file.
    """
    silenced: set[KeyPath] = set()
    shown: list[Problem] = []
    acknowledged: list[Problem] = []
    said = dict(said_codes(environment))
    for notice in notices:
        by = [path for path, (about, code) in said.items() if code == notice.code and about in (None, notice.about)]
        silenced.update(by)
        (acknowledged if by else shown).append(notice)
    for path, (_, code) in said.items():
        if path not in silenced and catalogue()[code].by not in ("comparison", "review"):
            rule, fix = f"there is nothing to acknowledge of {code}", "Remove it."
            shown.append(Problem(path, "acknowledge-unused", rule, fix=fix, severity="notice"))
    return shown, acknowledged


def said_codes(environment: Environment) -> Iterator[tuple[KeyPath, tuple[str | None, str]]]:
    """Return where which code is acknowledged, for which repository; None stands for all of the environment."""
    for index, code in enumerate(environment.settings.acknowledge):
        yield (_KEY, index), (None, code)
    for name, repository in environment.repositories.items():
        if _KEY in repository.own_keys:
            for index, code in enumerate(repository.options.acknowledge):
                yield (*repository.path, _KEY, index), (name, code)


def _check_codes(codes: Sequence[str]) -> Iterator[Problem]:
    if not codes:
        return
    known = catalogue()
    notices = [code for code, entry in known.items() if entry.severity != "error"]
    for index, code in enumerate(codes):
        if code in codes[:index]:
            rule, fix = "must be listed once", "Remove the second one."
            yield Problem((_KEY, index), "acknowledge-code", rule, show(code), fix)
        elif code in known and code not in notices:
            rule, fix = "must be the code of a notice: an error cannot be acknowledged", "Mend what it is about."
            yield Problem((_KEY, index), "acknowledge-code", rule, show(code), fix)
        elif code not in known:
            rule = "must be the code of a notice, as it stands in brackets at its end"
            fix = nearest(code, notices) or f"Known are {', '.join(sorted(notices))}."
            yield Problem((_KEY, index), "acknowledge-code", rule, show(code), fix)
