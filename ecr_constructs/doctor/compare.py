"""What is published compared with what should be, of what was read from AWS."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping

from ecr_constructs.adoption.fixed import published_of
from ecr_constructs.adoption.read import FoundRepository
from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.aws import RepositoryArn
from ecr_constructs.core.names import expand_template
from ecr_constructs.core.ssm import PARAMETERS, PublishedRecord, published_path
from ecr_constructs.discovery.record import StoredParameter, published_below
from ecr_constructs.doctor.findings import Finding
from ecr_constructs.doctor.records import expected_record, json_object, subject_of
from ecr_constructs.errors import show

__all__ = ["Read", "compare"]

_NO_TYPE = "must be of type String, and is a"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was read from AWS, and what else publishes there.

    Attributes:
        account_id: The account.
        repositories: Its repositories in the environment's region, by name.
        parameters: Its parameters below the environment's prefix, by full name.
        paths_of_others: Paths that other environments publish their repositories at.
    """

    account_id: str
    repositories: Mapping[str, FoundRepository]
    parameters: Mapping[str, StoredParameter]
    paths_of_others: Collection[str] = ()


def compare(environment: Environment, read: Read) -> tuple[Finding, ...]:
    """Return every difference between what is published and what should be, sorted by parameter.

    Args:
        environment: The environment.
        read: What was read.
    """
    prefix = environment.settings.ecr_ssm_prefix.rstrip("/")
    stored = published_below(prefix, read.parameters)
    declared = {name: each for name, each in environment.repositories.items() if each.ssm_path is not None}
    findings = [
        finding
        for each in declared.values()
        for finding in _of_one(each, environment, read, stored.get(each.logical_name, {}))
    ]
    for name, parameters in stored.items():
        if name not in declared and published_path(prefix, name) not in read.paths_of_others:
            findings.append(_left_over(name, published_path(prefix, name), parameters, environment, read))
    known = {f"{published_path(prefix, name)}/{last}" for name, found in stored.items() for last in found}
    findings += [
        Finding("foreign", path, "", "is called as no parameter of a repository")
        for path in read.parameters
        if path not in known
    ]
    return tuple(sorted(findings, key=lambda each: each.parameter))


def _of_one(
    repository: DeclaredRepository, environment: Environment, read: Read, stored: Mapping[str, StoredParameter]
) -> Iterator[Finding]:
    """Return what is wrong with the parameters of a repository that the file publishes."""
    name, path = repository.logical_name, str(repository.ssm_path)
    wanted = published_of(repository)
    expected = expected_record(repository, environment, read.repositories)
    if expected is None:
        real = environment.owner_of(repository).repository_name
        if stored:
            yield Finding("stale", path, name, f"is published, and ECR has no repository {real}")
        else:
            yield Finding("missing", path, name, f"is not published, and ECR has no repository {real}")
        return
    if not stored:
        yield Finding("missing", path, name, f"nothing is published of {expected.name}")
        return
    subject = subject_of(stored)
    if subject is not None and str(subject) != expected.arn:
        gone = _in_this_registry(subject, environment, read) and subject.repository_name not in read.repositories
        what = f"is about {subject}{', which is not there,' if gone else ''} and not about {expected.arn}"
        yield Finding("stale" if gone else "foreign", path, name, what)
        return
    for last, full in wanted.items():
        if last not in stored:
            yield Finding("missing", full, name, f"is not there, and should be {_shown(last, expected)}")
        elif difference := _difference(last, stored[last], expected):
            yield Finding("stale", full, name, difference)
    for last in stored:
        if last not in wanted:
            layout = environment.settings.ecr_ssm_layout
            yield Finding("undescribed", f"{path}/{last}", name, f"is none of those of ecr_ssm_layout: {layout}")


def _left_over(
    name: str, path: str, parameters: Mapping[str, StoredParameter], environment: Environment, read: Read
) -> Finding:
    """Return what is wrong with parameters of a name that no file publishes."""
    subject = subject_of(parameters)
    if name in environment.repositories:
        return Finding("undescribed", path, name, "is published, and the file says publish_to_ssm: false")
    if subject is None:
        held = ", ".join(each for each in PARAMETERS if each in parameters)
        return Finding("foreign", path, name, f"no file declares {name}, and {held} there names no repository")
    here = _in_this_registry(subject, environment, read)
    gone = here and subject.repository_name not in read.repositories
    own = here and subject.repository_name == _name_by_template(name, environment)
    said = f"no file declares {name}, and it is about {subject}{', which is not there' if gone else ''}"
    return Finding("undescribed" if gone or own else "foreign", path, name, said)


def _difference(last: str, stored: StoredParameter, expected: PublishedRecord) -> str:
    """Return how a parameter differs from what it should be, as a clause; empty where it does not."""
    if stored.type != "String":
        return f"{_NO_TYPE} {stored.type}"
    values = expected.values
    if last != "config":
        wanted, value = values[last], stored.value
        return "" if value == wanted else f"is {show(value, limit=200)}, and should be {show(wanted, limit=200)}"
    found, wanted_keys = json_object(stored.value), json_object(values[last]) or {}
    if found is None:
        return "is no JSON object"
    wrong = [key for key in wanted_keys if found.get(key) != wanted_keys[key]]
    return "; ".join(f"{key} is {show(found.get(key))}, and should be {show(wanted_keys[key])}" for key in wrong)


def _shown(last: str, expected: PublishedRecord) -> str:
    return "all of it as JSON" if last == "config" else show(expected.values[last], limit=200)


def _in_this_registry(arn: RepositoryArn, environment: Environment, read: Read) -> bool:
    return (arn.account_id, arn.region) == (read.account_id, environment.settings.region)


def _name_by_template(name: str, environment: Environment) -> str:
    settings = environment.settings
    values = {"project": settings.project, "env": settings.ecr_source_env or settings.env, "name": name}
    return expand_template(settings.ecr_repository_name, values)
