"""Jobs of GitHub Actions and GitLab CI: whose jobs get a role, and which repositories that is about."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import SERVICES, oidc_of, repositories_are_known, source_of
from ecr_constructs.config.desired.oidc import CodeOptions, pulled_by, pushed_by
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.config.rules.names import misnamed
from ecr_constructs.core.identities.arguments import check_boundary
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = [
    "check_oidc_keys",
    "check_oidc_of_consumers",
    "check_oidc_repositories",
    "check_oidc_sources",
    "point_out_trust",
]

# What the core calls otherwise than a file.
_WORDS = {"repository": "repo", "repository_id": "id"}
# Keys about a role, of which there is none for each where there is one for all.
_OF_A_ROLE = ("role_name", "max_session_duration")


def check_oidc_sources(environment: Environment) -> Iterator[Problem]:
    """Check whose jobs are trusted: each named once, with both ids or none."""
    for path, options in _said(environment):
        for problem in source_of(options).problems():
            yield _in_words(problem, path)
    for service in SERVICES:
        first: dict[str, int] = {}
        for index, options in enumerate(service.said(environment)):
            name = source_of(options).name
            # Neither service tells two names apart by case.
            if first.setdefault(name.casefold(), index) != index:
                fix = "Say all of it in one entry."
                yield Problem((service.key, index), "oidc-source-twice", "must be named once", show(name), fix)


def check_oidc_keys(environment: Environment) -> Iterator[Problem]:
    """Check the keys about all roles: that there are roles, and that none speaks of its own role where there is one."""
    settings, code = environment.settings, "oidc-unused"
    said = settings.model_fields_set
    for service in SERVICES:
        entries = service.said(environment)
        for key in sorted(each for each in said if each.startswith(f"{service.word}_") and each != service.key):
            if not entries:
                yield Problem((key,), code, f"must come with {service.key}", "", f"Name them, or remove {key}.")
        for index, options in enumerate(entries if service.makes_one(environment) else ()):
            for key in _OF_A_ROLE:
                if key in options.model_fields_set:
                    rule, fix = f"must be left out with {service.word}_roles: one", "Remove one of the two."
                    yield Problem((service.key, index, key), code, rule, "", fix)
    path, boundary = ("ci_permissions_boundary",), settings.ci_permissions_boundary
    if boundary is not None and not any(service.said(environment) for service in SERVICES):
        keys = " or ".join(service.key for service in SERVICES)
        yield Problem(path, code, f"must come with {keys}", "", f"Name them, or remove {path[0]}.")
    yield from check_boundary(boundary, environment.place, *path)


def check_oidc_repositories(environment: Environment) -> Iterator[Problem]:
    """Check the repositories that jobs push to and pull from: each declared, and named once."""
    if not repositories_are_known(environment):
        return
    for path, options in _said(environment):
        for key in ("push", "pull"):
            names: tuple[str, ...] = getattr(options, key) or ()
            for index in range(len(names)):
                problem = misnamed(names, index, (*path, key), environment, "identity-repository")
                if problem is not None:
                    yield problem


def check_oidc_of_consumers(environments: Environments) -> Iterator[Located]:
    """Check the roles of an environment whose repositories are those of a source, now that these are known."""
    for file, environment in environments.by_file.items():
        if environment.source is not None:
            for wanted in oidc_of(environment):
                yield from ((file, problem) for problem in wanted.problems(environment.place))
            yield from ((file, problem) for problem in check_oidc_repositories(environment))


def point_out_trust(environment: Environment) -> Iterator[Problem]:
    """Point out jobs that are trusted by a name alone or whoever wrote them, and what one role for all lets each do."""
    for path, options in _said(environment):
        for notice in source_of(options).notices():
            yield _in_words(notice, path)
        if options.deploy and not _deploys_by_event(environment):
            rule, fix = "puts an event that nothing here waits for", "Write ecr_deployments with trigger: event."
            yield Problem((*path, "deploy"), "oidc-deploys-nothing", rule, fix=fix, severity="warning")
    for service in SERVICES:
        said = service.said(environment)
        allowed = {
            (frozenset(pushed_by(environment, each)), frozenset(pulled_by(environment, each)), each.deploy)
            for each in said
        }
        if service.makes_one(environment) and len(allowed) > 1:
            rule = f"lets the jobs of each of {service.key} do what any of them may: there is one role"
            fix = f"Write {service.word}_roles: per_repository."
            yield Problem((f"{service.word}_roles",), "oidc-one-role", rule, fix=fix, severity="warning")


def _deploys_by_event(environment: Environment) -> bool:
    deployments = environment.settings.ecr_deployments
    return deployments is not None and deployments.trigger == "event"


def _said(environment: Environment) -> Iterator[tuple[KeyPath, CodeOptions]]:
    for service in SERVICES:
        for index, options in enumerate(service.said(environment)):
            yield (service.key, index), options


def _in_words(problem: Problem, path: KeyPath) -> Problem:
    head = [_WORDS.get(str(each), each) for each in problem.path[:1]]
    return problem.moved(*path, *head, *problem.path[1:])
