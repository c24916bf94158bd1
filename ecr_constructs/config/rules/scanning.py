"""Scanning: that one thing says how often, that the filters suffice, and what they match by accident."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import scanning_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import REPOSITORIES
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.config.rules.defaults import place_of
from ecr_constructs.core.registry.scanning import ScanningContribution, ScanningRule, accidental_scans, scanning_rules
from ecr_constructs.errors import KeyPath, Problem

__all__ = ["check_filters", "check_filters_of_registry", "check_frequency", "point_out_accidents", "scanning_paths"]


def check_frequency(environment: Environment) -> Iterator[Problem]:
    """Check that nothing says how often basic scanning scans, unless the file says that scanning is to be basic."""
    for repository in environment.made.values():
        options = repository.options
        if "enable_enhanced_scanning" in options.model_fields_set:
            continue
        if not options.enable_enhanced_scanning and options.scan_frequency != "SCAN_ON_PUSH":
            path = repository.path_of("scan_frequency")
            rule = "must come with enable_enhanced_scanning: true, because scan_on_push alone counts for basic scanning"
            fix = "Set enable_enhanced_scanning: true, or remove the key; scan_on_push: false leaves scanning to you."
            yield Problem(path, "scan-frequency-unused", rule, options.scan_frequency, fix)


def check_filters(environment: Environment) -> Iterator[Problem]:
    """Check that ECR's filters suffice for what is scanned."""
    yield from (problem.moved(REPOSITORIES) for problem in _rules(environment)[2])


def check_filters_of_registry(environments: Environments) -> Iterator[Located]:
    """Check the same where other files have repositories in the registry as well."""
    for file, environment in environments.by_file.items():
        if environment.scanned_beside or environment.names_beside:
            yield from ((file, problem) for problem in check_filters(environment))


def point_out_accidents(environments: Environments) -> Iterator[Located]:
    """Point out what is scanned because a filter for another repository matches it."""
    for file, environment in environments.by_file.items():
        contributions, rules, _ = _rules(environment)
        if not rules:
            continue
        by_name = {each.repository_name: each for each in environment.made.values()}
        known, on_push = _known(environment), _on_push(environment)
        for accident in accidental_scans(contributions, rules, known=known, on_push=on_push):
            repository = by_name.get(accident.name)
            path = next(scanning_paths(environment)) if repository is None else repository.path
            about = "" if repository is None else repository.logical_name
            yield file, dataclasses.replace(accident.notice.moved(*path), about=about)


def scanning_paths(environment: Environment) -> Iterator[KeyPath]:
    """Return where a file asks for enhanced scanning."""
    for repository in environment.made.values():
        if repository.options.enable_enhanced_scanning:
            yield _path_of_switch(repository)
    if environment.settings.ecr_enable_inspector:
        yield ("ecr_enable_inspector",)


def _path_of_switch(repository: DeclaredRepository) -> KeyPath:
    return place_of(repository, "enable_enhanced_scanning")


def _rules(environment: Environment) -> tuple[list[ScanningContribution], list[ScanningRule], list[Problem]]:
    contributions = scanning_of(environment)
    if not contributions:
        return [], [], []
    rules, problems = scanning_rules(contributions, known=_known(environment), on_push=_on_push(environment))
    return contributions, rules, problems


def _known(environment: Environment) -> list[str]:
    return [*(each.repository_name for each in environment.made.values()), *environment.names_beside]


def _on_push(environment: Environment) -> list[str]:
    return [each.repository_name for each in environment.made.values() if each.options.scan_on_push]
