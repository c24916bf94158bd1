"""The roles of jobs of GitHub Actions and GitLab CI: a function of the environment."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

from ecr_constructs.config.desired.identities import leads_nowhere, repositories_are_known
from ecr_constructs.config.desired.wanted import Output, Wanted
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.oidc import GithubRepoOptions, GitlabProjectOptions
from ecr_constructs.core.events.deployments import DEFAULT_DETAIL_TYPE, DEFAULT_SOURCE, put_deployment_event_statements
from ecr_constructs.core.events.rules import DEFAULT_BUS
from ecr_constructs.core.identities.github import GithubRepository, github_provider
from ecr_constructs.core.identities.gitlab import GITLAB_URL, GitlabProject, gitlab_provider
from ecr_constructs.core.identities.identity import short_name
from ecr_constructs.core.identities.oidc import OidcProvider
from ecr_constructs.core.identities.oidc_role import DEFAULT_SESSION, OidcRole, TrustedSource
from ecr_constructs.core.names import terraform_address
from ecr_constructs.errors import KeyPath

__all__ = ["SERVICES", "CodeOptions", "Service", "oidc_of", "pulled_by", "pushed_by", "source_of"]

CodeOptions = GithubRepoOptions | GitlabProjectOptions
"""What a file says of a repository of code."""


@dataclasses.dataclass(frozen=True, slots=True)
class Service:
    """A CI service, as files and constructs have it.

    Attributes:
        name: Its name.
        key: The key of its repositories of code.
        construct: Public name of the construct of a role.
        sources: That construct's argument for them.
    """

    name: str
    key: str
    construct: str
    sources: str

    @property
    def word(self) -> str:
        """What names and addresses call it."""
        return self.name.lower()

    def said(self, environment: Environment) -> tuple[CodeOptions, ...]:
        """Return what a file says of its repositories of code."""
        found: tuple[CodeOptions, ...] = getattr(environment.settings, self.key)
        return found

    def makes_one(self, environment: Environment) -> bool:
        """Whether one role is for all of them."""
        return bool(getattr(environment.settings, f"{self.word}_roles") == "one")

    def is_made(self, environment: Environment) -> bool:
        """Whether its identity provider is made here."""
        return bool(getattr(environment.settings, f"{self.word}_oidc_provider") == "made")


SERVICES = (
    Service("GitHub", "github_repos", "GithubOidcRole", "github_repositories"),
    Service("GitLab", "gitlab_projects", "GitlabOidcRole", "gitlab_projects"),
)


def oidc_of(environment: Environment) -> Iterator[Wanted]:
    """Return the roles of jobs: one for each repository of code, or one for all of a service.

    A role about names alone that stand for no repository is left out: another rule tells of these.
    """
    if not repositories_are_known(environment):
        return
    for service in SERVICES:
        # Neither service tells two names apart by case; what is named twice is told so.
        by_name: dict[str, tuple[int, CodeOptions]] = {}
        for index, options in enumerate(service.said(environment)):
            by_name.setdefault(_name_of(options).casefold(), (index, options))
        # Sorted: which of them makes the identity provider must not depend on the order of the file.
        said = sorted(by_name.items())
        if service.makes_one(environment):
            of_all = [options for _, (_, options) in said]
            if of_all and not _is_about_nothing_known(environment, of_all):
                yield _role(environment, service, (service.key,), of_all, "all")
            continue
        for number, (name, (index, options)) in enumerate(said):
            if _is_about_nothing_known(environment, [options]):
                continue
            wanted = _role(environment, service, (service.key, index), [options], terraform_address(name))
            yield wanted if number == 0 else dataclasses.replace(wanted, names=wanted.names[:1])


def source_of(options: CodeOptions) -> TrustedSource:
    """Return which jobs are trusted, as the core has it."""
    refs: dict[str, Any] = {"branches": options.branches, "tags": options.tags}
    if isinstance(options, GitlabProjectOptions):
        return GitlabProject(project=options.project, **refs)
    return GithubRepository(
        repository=options.repo,
        repository_id=options.id,
        owner_id=options.owner_id,
        environments=options.environments,
        pull_requests=options.pull_requests,
        **refs,
    )


def pushed_by(environment: Environment, options: CodeOptions) -> tuple[str, ...]:
    """Return the logical names of the repositories that jobs push to, less those that there are not."""
    return _known(environment, _push_asked(environment, options))


def pulled_by(environment: Environment, options: CodeOptions) -> tuple[str, ...]:
    """Return the logical names of those that jobs pull from alone: by default what a consumer consumes."""
    return _known(environment, _pull_asked(environment, options))


def _push_asked(environment: Environment, options: CodeOptions) -> Iterable[str]:
    return environment.made if options.push is None else options.push


def _pull_asked(environment: Environment, options: CodeOptions) -> Iterable[str]:
    consumed = environment.settings.ecr_strategy == "cross_account" and options.push is None
    elsewhere = [name for name in environment.repositories if name not in environment.made] if consumed else []
    return elsewhere if options.pull is None else options.pull


def _is_about_nothing_known(environment: Environment, said: Iterable[CodeOptions]) -> bool:
    asked = [name for each in said for of in (_push_asked, _pull_asked) for name in of(environment, each)]
    return bool(asked) and not _known(environment, asked)


def _known(environment: Environment, names: Iterable[str]) -> tuple[str, ...]:
    declared = environment.repositories
    return tuple(
        name for name in dict.fromkeys(names) if name in declared and not leads_nowhere(declared[name], environment)
    )


def _role(environment: Environment, service: Service, path: KeyPath, said: list[CodeOptions], address: str) -> Wanted:
    settings, place = environment.settings, environment.place
    pushed = tuple(sorted({name for each in said for name in pushed_by(environment, each)}))
    pulled = tuple(sorted({name for each in said for name in pulled_by(environment, each)} - {*pushed}))
    of_one = said[0] if len(path) > 1 else None
    purpose = (service.word,) if of_one is None else (service.word, *_name_of(of_one).split("/"))
    published = {name for name, each in environment.repositories.items() if each.ssm_path is not None}
    read = sorted(published & {*pushed, *pulled})
    reading: dict[str, Any] = {
        "published_names": tuple(read),
        "published_beside": tuple(
            sorted(each for each in published.difference(read) if any(each.startswith(f"{name}/") for name in read))
        ),
        "prefix": settings.ecr_ssm_prefix,
    }
    event = _event(environment) if any(each.deploy for each in said) else None
    sources = tuple(map(source_of, said))
    value = OidcRole(
        role_name=(of_one and of_one.role_name) or short_name(settings.project, environment.name, *purpose),
        provider=_provider(environment, service),
        sources=sources,
        sources_name=service.sources,
        repositories=tuple(environment.repository_arn(name, place) for name in pushed),
        pull_repositories=tuple(environment.repository_arn(name, place) for name in pulled),
        **reading,
        more_statements=() if event is None else tuple(put_deployment_event_statements(place, **event)),
        max_session_duration=of_one.max_session_duration if of_one else DEFAULT_SESSION,
        permissions_boundary=settings.ci_permissions_boundary,
    )
    keywords: dict[str, Any] = {
        "role_name": value.role_name,
        service.sources: sources,
        "max_session_duration": value.max_session_duration,
        **reading,
    }
    if settings.ci_permissions_boundary is not None:
        keywords["permissions_boundary"] = settings.ci_permissions_boundary
    if event is not None:
        keywords["put_deployment_events"] = True
        keywords |= {key if key == "event_bus_name" else f"event_{key}": each for key, each in event.items()}
    if not service.is_made(environment):
        keywords["find_oidc_provider"] = True
    if service.word == "gitlab":
        said_of_gitlab = {"gitlab_url": settings.gitlab_url, "audience": settings.gitlab_audience}
        keywords |= {key: each for key, each in said_of_gitlab.items() if each not in (None, GITLAB_URL)}
    kind, issuer = f"identity provider of {service.name}", f"the identity provider of {value.provider.host}"
    # Of the resources of an environment, these alone begin with a capital: no other name can be one of theirs.
    id_ = f"{service.word.capitalize()}_{address}"
    return Wanted(
        value=value,
        path=path,
        construct=service.construct,
        id=id_,
        logical_id=id_,
        keywords=keywords,
        paths={"repositories": () if of_one is None or of_one.push is None else ("push",)},
        judged_elsewhere=frozenset({service.sources, "permissions_boundary"}),
        repositories=pushed,
        pull_repositories=pulled,
        names=(
            ("role", value.role_name, ("role_name",) if of_one else ()),
            *([(kind, issuer, ())] if service.is_made(environment) else []),
        ),
        within="an account",
        outputs=tuple(
            Output(
                f"{service.word}_role_arns",
                "role_arn",
                f"ARNs of the roles of jobs on {service.name}, by the repository of their code",
                key=each.name,
            )
            for each in sources
        ),
    )


def _name_of(options: CodeOptions) -> str:
    return options.project if isinstance(options, GitlabProjectOptions) else options.repo


def _provider(environment: Environment, service: Service) -> OidcProvider:
    settings = environment.settings
    if service.word == "gitlab":
        return gitlab_provider(settings.gitlab_url, settings.gitlab_audience)
    return github_provider(environment.place)


def _event(environment: Environment) -> dict[str, str]:
    """Return the event that deploys here, as the file describes it."""
    options = environment.settings.ecr_deployments
    if options is None:
        return {}
    said = {
        "event_bus_name": (options.event_bus_name, DEFAULT_BUS),
        "source": (options.source, DEFAULT_SOURCE),
        "detail_type": (options.detail_type, DEFAULT_DETAIL_TYPE),
    }
    return {key: value for key, (value, default) in said.items() if value != default}
