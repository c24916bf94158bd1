"""Who acts on repositories, as roles and policies that are made for them: a function of the environment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired.wanted import Judged, Output, Wanted
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.fields import Model
from ecr_constructs.core.identities.codebuild import CodeBuild
from ecr_constructs.core.identities.ecs_execution import EcsExecution
from ecr_constructs.core.identities.identity import short_name
from ecr_constructs.core.identities.image_updater import ImageUpdater
from ecr_constructs.core.identities.lambda_pull import LambdaCreators
from ecr_constructs.core.identities.node_pull import NodePull
from ecr_constructs.core.identities.ssm_read import SsmRead
from ecr_constructs.core.keywords import keywords_of
from ecr_constructs.core.names import check_repository_name
from ecr_constructs.core.ssm import check_parameter_path

__all__ = ["IDENTITY_KEYS", "identities_of", "leads_nowhere", "names_for", "repositories_are_known"]

IDENTITY_KEYS = (
    "ecr_image_updater",
    "ecr_node_pull",
    "ecr_ecs_execution_role",
    "ecr_lambda_pull",
    "ecr_codebuild",
    "ecr_ssm_read",
)
"""The keys of a file that each make one role or policy."""

_LONGEST_POLICY_NAME = 128


def identities_of(environment: Environment) -> Iterator[Wanted]:
    """Return the roles and policies that are made for whoever acts on repositories."""
    for find in (_image_updater, _node_pull, _ecs_execution, _lambda_pull, _codebuild, _ssm_read):
        yield from find(environment)


def repositories_are_known(environment: Environment) -> bool:
    """Whether it is known which repositories there are: those of a source come with it, after the file was read."""
    return bool(environment.repositories) or environment.settings.ecr_strategy == "local"


def names_for(environment: Environment, key: str, said: Iterable[str] | None) -> tuple[str, ...] | None:
    """Return the logical names of the repositories that an identity is about, less those that something is wrong with.

    Args:
        environment: The environment.
        key: The key of the identity: what pushes is about what is made here, unless it says otherwise.
        said: What it says itself; None where it leaves that to the environment.

    Returns:
        The names; None where there is nothing to judge, because which they are is not known, or all of them are wrong.
    """
    if not repositories_are_known(environment):
        return None
    if said is None:
        said = environment.made if key == "ecr_codebuild" else environment.repositories
    asked = list(dict.fromkeys(said))
    found = tuple(name for name in asked if _is_right(environment, name))
    return found if found or not asked else None


def _is_right(environment: Environment, name: str) -> bool:
    """Whether a name stands for a repository with an ARN: another rule tells of what leads nowhere, or has no name."""
    repository, source = environment.repositories.get(name), environment.source
    if repository is None or leads_nowhere(repository, environment):
        return False
    owner = environment.owner_of(repository)
    if source is not None and source.environment is not None and owner.uri is None:
        theirs = source.environment.repositories.get(owner.logical_name)
        if theirs is None or leads_nowhere(theirs, source.environment):
            return False
    return not check_repository_name(environment.declared_at_source(repository).repository_name)


def leads_nowhere(repository: DeclaredRepository, environment: Environment) -> bool:
    """Whether a workload's repository is to be that of one which there is not: another rule tells of it."""
    return repository.same_as is not None and repository.same_as not in environment.repositories


def _image_updater(environment: Environment) -> Iterator[Wanted]:
    options, key = environment.settings.ecr_image_updater, "ecr_image_updater"
    names = None if options is None else names_for(environment, key, options.repositories)
    if options is not None and names is not None:
        value = ImageUpdater(
            role_name=options.name or _name(environment, "ecr-image-updater"),
            repositories=_arns(environment, names),
            cluster_name=options.cluster_name,
            oidc_provider=options.oidc_provider,
            namespace=options.namespace,
            service_account=options.service_account,
            permissions_boundary=options.permissions_boundary,
        )
        yield _role(key, value, "ImageUpdaterRole", names, options, "of Argo CD Image Updater")


def _ecs_execution(environment: Environment) -> Iterator[Wanted]:
    options, key = environment.settings.ecr_ecs_execution_role, "ecr_ecs_execution_role"
    names = None if options is None else names_for(environment, key, options.repositories)
    if options is not None and names is not None:
        value = EcsExecution(
            role_name=options.name or _name(environment, "ecr-ecs-execution"),
            repositories=_arns(environment, names),
            log_group_names=options.log_groups,
            secret_arns=options.secret_arns,
            parameter_names=options.parameter_names,
            kms_key_arns=options.kms_key_arns,
            permissions_boundary=options.permissions_boundary,
        )
        yield _role(key, value, "EcsExecutionRole", names, options, "by which ECS starts tasks")


def _node_pull(environment: Environment) -> Iterator[Wanted]:
    options, key = environment.settings.ecr_node_pull, "ecr_node_pull"
    names = None if options is None else names_for(environment, key, options.repositories)
    if options is not None and names is not None:
        value = NodePull(
            policy_name=options.name or _name(environment, "ecr-node-pull", longest=_LONGEST_POLICY_NAME),
            repositories=_arns(environment, names),
            roles=options.roles,
        )
        yield _policy(key, value, "NodePullPolicy", names, options, "by which nodes pull")


def _lambda_pull(environment: Environment) -> Iterator[Wanted]:
    options, key = environment.settings.ecr_lambda_pull, "ecr_lambda_pull"
    names = None if options is None else names_for(environment, key, options.repositories)
    if options is not None and names is not None:
        value = LambdaCreators(
            policy_name=options.name or _name(environment, "ecr-lambda-pull", longest=_LONGEST_POLICY_NAME),
            repositories=_arns(environment, names),
            roles=options.roles,
        )
        yield _policy(key, value, "LambdaPull", names, options, "by which functions are created from images")


def _codebuild(environment: Environment) -> Iterator[Wanted]:
    options, key = environment.settings.ecr_codebuild, "ecr_codebuild"
    names = None if options is None else names_for(environment, key, options.repositories)
    if options is not None and names is not None:
        published = _published(environment)
        value = CodeBuild(
            policy_name=options.name or _name(environment, "ecr-codebuild", longest=_LONGEST_POLICY_NAME),
            repositories=_arns(environment, names),
            published_names=tuple(name for name in names if name in published),
            published_beside=_beside(published, names),
            prefix=environment.settings.ecr_ssm_prefix,
            project_names=options.projects,
            roles=options.roles,
        )
        yield _policy(key, value, "CodeBuildPolicy", names, options, "by which CodeBuild pushes")


def _ssm_read(environment: Environment) -> Iterator[Wanted]:
    options, key = environment.settings.ecr_ssm_read, "ecr_ssm_read"
    if options is None:
        return
    published, names = _published(environment), None
    if options.repositories is not None:
        found = names_for(environment, key, options.repositories)
        names = tuple(name for name in found or () if name in published)
    if not options.repositories or names:
        value = SsmRead(
            policy_name=options.name,
            description=options.description,
            repositories=names,
            published_beside=() if names is None else _beside(published, names),
            prefix=environment.settings.ecr_ssm_prefix,
            roles=options.roles,
        )
        # It is about the names by which they are published.
        yield _policy(key, value, "SsmReadPolicy", None, options, "by which parameters are read")


def _role(key: str, value: Judged, construct: str, names: tuple[str, ...], options: Model, what: str) -> Wanted:
    output = Output(f"{key.removesuffix('_role')}_role_arn", "role_arn", f"ARN of the role {what}")
    return _identity(key, value, construct, "role", names, options, output)


def _policy(
    key: str, value: Judged, construct: str, names: tuple[str, ...] | None, options: Model, what: str
) -> Wanted:
    output = Output(f"{key}_policy_arn", "policy_arn", f"ARN of the policy {what}")
    return _identity(key, value, construct, "policy", names, options, output)


def _identity(
    key: str,
    value: Judged,
    construct: str,
    kind: str,
    names: tuple[str, ...] | None,
    options: Model,
    output: Output,
) -> Wanted:
    tags: dict[str, Any] = getattr(options, "tags", {})
    words = {f"{kind}_name": "name", "log_group_names": "log_groups", "project_names": "projects"}
    return Wanted(
        value=value,
        path=(key,),
        construct=construct,
        id=f"Identity_{key}",
        logical_id=key,
        keywords={
            f"{kind}_name": getattr(value, f"{kind}_name"),
            **keywords_of(value, f"{kind}_name", *(() if names is None else ("repositories",))),
            **({"tags": tags} if tags else {}),
        },
        paths={name: (word,) for name, word in words.items()},
        words={name: word for name, word in words.items() if hasattr(value, name)},
        repositories=names,
        names=((kind, getattr(value, f"{kind}_name"), ("name",)),),
        within="an account",
        outputs=(output,),
    )


def _name(environment: Environment, purpose: str, **limits: int) -> str:
    return short_name(environment.settings.project, environment.name, purpose, **limits)


def _arns(environment: Environment, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(environment.repository_arn(name, environment.place) for name in names)


def _published(environment: Environment) -> tuple[str, ...]:
    return tuple(
        name
        for name, each in environment.repositories.items()
        if each.ssm_path is not None and not check_parameter_path(each.ssm_path)
    )


def _beside(published: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Return what else is published below the path of one of the repositories."""
    said = [*names]
    return tuple(each for each in published if each not in said and any(each.startswith(f"{name}/") for name in said))
