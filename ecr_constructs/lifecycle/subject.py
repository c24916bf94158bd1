"""The policy that is previewed: of a repository of an environment, or a document by itself."""

from __future__ import annotations

import dataclasses

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.load import Project, environments_directory, load_project
from ecr_constructs.config.named import named_environment, unknown_environment
from ecr_constructs.core.lifecycle import Origin, WrittenRule
from ecr_constructs.errors import InvalidInput, KeyPath, Problem, key_of
from ecr_constructs.lifecycle.policies import policy_of, read_policy, repository_named
from ecr_constructs.lifecycle.request import Request
from ecr_constructs.lifecycle.texts import name_of, text_of

__all__ = ["Subject", "subject_of"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The policy that is previewed.

    Attributes:
        rules: Its rules.
        title: Whose it is.
        policy_file: Its file, where it is a document.
        project: The environments, where one was named.
        environment: The one that was named.
        repository: Its repository.
    """

    rules: tuple[WrittenRule, ...] = ()
    title: str = ""
    policy_file: str | None = None
    project: Project | None = None
    environment: Environment | None = None
    repository: DeclaredRepository | None = None

    def label(self, origin: Origin) -> str:
        """Return how a rule is called in a table: its place within what is said of the repository."""
        path = origin.path
        head = () if self.repository is None else self.repository.path
        within = path[len(head) :] if self.policy_file is None and path[: len(head)] == head else path
        return key_of(within)

    def place(self, origin: Origin) -> str:
        """Return where a rule's number is written, with file, line and key."""
        return self.place_of(origin.at("count_number"))

    def place_of(self, path: KeyPath) -> str:
        """Return a path with the file that it is of, and the line."""
        if self.policy_file is not None or self.project is None or self.environment is None:
            return f"{self.policy_file or ''}: {key_of(path)}"
        return f"{self.project.where(self.environment.name, path)}: {key_of(path)}"


def subject_of(request: Request) -> tuple[Subject, list[Problem]]:
    """Return the policy that is previewed, and every problem of what names it."""
    subject, problems = (Subject(), []) if request.env is None else _of_environment(request)
    if request.policy is not None:
        text, found = text_of(request.policy, "--policy")
        rules, wrong = ([], []) if found else read_policy(text)
        name = name_of(request.policy)
        title = f"{name} for {subject.title}" if subject.title else name
        subject = dataclasses.replace(subject, rules=tuple(rules), title=title, policy_file=name)
        problems += [*found, *(each.at(name) for each in wrong)]
    elif subject.repository is not None and subject.environment is not None and subject.project is not None:
        rules, found = policy_of(subject.repository)
        env, project = subject.environment.name, subject.project
        problems += [each.at(project.where(env, each.path)) for each in found]
        subject = dataclasses.replace(subject, rules=tuple(rules))
    return subject, problems


def _of_environment(request: Request) -> tuple[Subject, list[Problem]]:
    name, problems = named_environment(request.env or "", environments_directory())
    try:
        project = load_project()
    except InvalidInput as error:
        return Subject(), [*problems, *error.problems]
    environments = {each.name: each for each in project.environments}
    if problems or name not in environments:
        return Subject(), problems or [unknown_environment(name, environments)]
    environment = environments[name]
    subject = Subject(project=project, environment=environment)
    if request.repository is None:
        return subject, []
    repository, problems = repository_named(environment, request.repository)
    if repository is None:
        return subject, problems
    title = f"{repository.logical_name} of {environment.name}"
    return dataclasses.replace(subject, repository=repository, title=title), []
