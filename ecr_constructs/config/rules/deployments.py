"""What deploys workloads: the repositories that are meant, keys that do nothing, and what others have to do for it."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import deployed_names, deployments_of, forward_of, pushed_elsewhere
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.config.rules.defaults import count_of
from ecr_constructs.config.rules.names import misnamed
from ecr_constructs.core.events.deployments import Deployment, check_trigger_keys
from ecr_constructs.core.events.patterns import render_pattern
from ecr_constructs.core.places import KnownPlace
from ecr_constructs.errors import Problem, show

__all__ = ["check_deployment_keys", "check_deployments", "point_out_deployments"]

_KEY = "ecr_deployments"


def check_deployment_keys(environment: Environment) -> Iterator[Problem]:
    """Check that nothing is said that the other trigger would need."""
    options = environment.settings.ecr_deployments
    if options is not None:
        yield from (each.under(_KEY) for each in check_trigger_keys(options.trigger, options.model_fields_set))


def check_deployments(environments: Environments) -> Iterator[Located]:
    """Check which workloads are deployed, and that pushes arrive, now that it is known where repositories are."""
    for file, environment in environments.by_file.items():
        if environment.settings.ecr_deployments is not None:
            yield from ((file, problem) for problem in _check_repositories(environment))
            yield from ((file, problem) for problem in _check_account(environment))
            if (forward := forward_of(environment)) is not None:
                of = KnownPlace(forward.region, forward.account_id)
                yield from ((file, problem.moved(_KEY, "tags")) for problem in forward.problems(of))
            if environment.source is not None:  # of others it is said with their file
                for wanted in deployments_of(environment):
                    if isinstance(wanted.value, Deployment):
                        yield from ((file, problem) for problem in wanted.problems(environment.place))


def point_out_deployments(environments: Environments) -> Iterator[Located]:
    """Point out what has to be done elsewhere, so that events arrive and are not lost."""
    for file, environment in environments.by_file.items():
        yield from ((file, notice) for notice in _tags_that_come_once(environment))
        for wanted in deployments_of(environment):
            if isinstance(wanted.value, Deployment):
                yield from ((file, wanted.said(notice)) for notice in wanted.value.notices())
        forward, source = forward_of(environment), environment.source
        if forward is not None and source is not None and source.environment is None:
            rule = "no push arrives unless the account of the repositories hands it on"
            fix = (
                f"Make a rule there, in {forward.region} of account {forward.account_id}, with the pattern "
                f"{render_pattern(forward.rule.event_pattern)} and the target {forward.rule.target.arn}, which it "
                "reaches by a role that may do events:PutEvents."
            )
            yield file, Problem((_KEY, "trigger"), "deployment-source", rule, fix=fix, severity="warning")


def _check_repositories(environment: Environment) -> Iterator[Problem]:
    options = environment.settings.ecr_deployments
    if options is None or (environment.settings.ecr_strategy == "cross_account" and environment.source is None):
        return
    said = options.repositories
    for index, name in enumerate(said):
        path, code = (_KEY, "repositories"), "deployment-repositories"
        if (problem := misnamed(said, index, path, environment, code)) is not None:
            yield problem
        elif options.trigger == "push" and pushed_elsewhere(environment, name):
            rule, fix = "must be a repository whose pushes arrive here, and no URI", "Remove it, or set trigger: event."
            yield Problem((*path, index), code, rule, show(name), fix)
    if not said and not deployed_names(environment):
        fix = "Declare some, or remove the key."
        yield Problem((_KEY,), "deployment-repositories", "must come with repositories", "none", fix)


def _check_account(environment: Environment) -> Iterator[Problem]:
    options, source = environment.settings.ecr_deployments, environment.source
    if options is None or source is None or options.trigger != "push" or environment.settings.account_id is not None:
        return
    rule = "must come with account_id, for pushes to be handed on to the event bus of that account"
    yield Problem((_KEY, "trigger"), "deployment-account", rule, "", "Say account_id.")


def _tags_that_come_once(environment: Environment) -> Iterator[Problem]:
    """Point out repositories that take each tag that deploys once: what is pushed after that deploys nothing."""
    options = environment.settings.ecr_deployments
    if options is None or options.trigger != "push":
        return
    found = [
        repository
        for repository in map(environment.repositories.__getitem__, deployed_names(environment))
        if not any(_may_come_again(tag, environment.declared_at_source(repository)) for tag in options.tags)
    ]
    if found:
        tags = ", ".join(options.tags)
        rule = f"{count_of(found)} can be pushed once with {tags}, being immutable: nothing after that is deployed"
        fix = "Let that move, by IMMUTABLE_WITH_EXCLUSION, or name tags by a pattern such as v*."
        key = "tags" if "tags" in options.model_fields_set else "trigger"
        yield Problem((_KEY, key), "deployment-immutable", rule, fix=fix, severity="warning")


def _may_come_again(tag: str, repository: DeclaredRepository) -> bool:
    """Whether several pushes to a repository may have a tag, or tags of a pattern."""
    if "*" in tag:
        return True
    options = repository.options
    excluded = any(fnmatch.fnmatchcase(tag, each) for each in options.image_tag_mutability_exclusion_filters or ())
    return options.image_tag_mutability.startswith("MUTABLE") != excluded
