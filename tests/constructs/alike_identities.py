"""The same roles, policies and deployments as keys of a file and as arguments of constructs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ecr_constructs as ecr
from ecr_constructs._engine.door import TerraformStack
from tests.constructs.alike import Alike, repository
from tests.constructs.synthesised import OTHER, OWN

__all__ = ["DEPLOYMENTS", "IDENTITIES", "JOBS"]

QUEUE = f"arn:aws:sqs:us-east-1:{OWN}:deploy"
MADE: Mapping[str, Any] = {"ecr_repositories": {"web": None}}
OF_A_TARGET = {
    "dead_letter_arn",
    "maximum_event_age_in_seconds",
    "maximum_retry_attempts",
    "message_group_id",
    "role_arn",
}
IDS = {"repository_id": 456789, "owner_id": 123456}


def deployed(trigger: str = "push", target_arn: str = QUEUE, **options: Any) -> Alike:
    """Return what deploys a repository's workload; what is said of the target is its own."""

    def call(stack: TerraformStack) -> None:
        target = {key: value for key, value in options.items() if key in OF_A_TARGET}
        ecr.DeploymentEvents(
            stack,
            "Deploy",
            name="shop-dev-deploy",
            trigger=trigger,
            target=ecr.EventTarget(arn=target_arn, **target),
            repositories=[repository(stack)],
            workloads=["web"],
            **{key: value for key, value in options.items() if key not in OF_A_TARGET},
        )

    return {**MADE, "ecr_deployments": {"trigger": trigger, "target_arn": target_arn, **options}}, call


def nodes(*, name: str = "nodes", roles: Sequence[str] = (), made: bool = True) -> Alike:
    """Return the policy of nodes that pull, of a repository or of none."""

    def call(stack: TerraformStack) -> None:
        repositories = [repository(stack)] if made else []
        ecr.NodePullPolicy(stack, "Nodes", policy_name=name, repositories=repositories, roles=roles)

    return {**(MADE if made else {}), "ecr_node_pull": {"name": name, "roles": [*roles]}}, call


def execution(key: str, value: Any, argument: str | None = None) -> Alike:
    """Return the role by which ECS starts tasks."""

    def call(stack: TerraformStack) -> None:
        arguments = {argument or key: value}
        ecr.EcsExecutionRole(stack, "Role", role_name="execution", repositories=[repository(stack)], **arguments)

    return {**MADE, "ecr_ecs_execution_role": {key: value}}, call


def builds(project: str) -> Alike:
    def call(stack: TerraformStack) -> None:
        repositories = [repository(stack)]
        ecr.CodeBuildPolicy(stack, "Builds", policy_name="builds", repositories=repositories, project_names=[project])

    return {**MADE, "ecr_codebuild": {"projects": [project]}}, call


def readers(description: str) -> Alike:
    return {**MADE, "ecr_ssm_read": {"description": description}}, lambda stack: ecr.SsmReadPolicy(
        stack, "Readers", description=description
    )


def updater() -> Alike:
    """Return the role of an Image Updater of no cluster."""

    def call(stack: TerraformStack) -> None:
        ecr.ImageUpdaterRole(stack, "Updater", role_name="updater", repositories=[repository(stack)])

    return {**MADE, "ecr_image_updater": {"namespace": "cd"}}, call


def two_of_one_name(stack: TerraformStack) -> None:
    web = repository(stack)
    ecr.NodePullPolicy(stack, "Nodes", policy_name="images", repositories=[web])
    ecr.LambdaPull(stack, "Functions", policy_name="Images", repositories=[web])


def github(name: str = "acme/web", *more: str, **options: Any) -> Alike:
    """Return the role of the jobs of repositories on GitHub, of which the first says more than its name."""
    words = {"repository_id": "id"}
    entry = {"repo": name, **{words.get(key, key): value for key, value in options.items()}}

    def call(stack: TerraformStack) -> None:
        sources = [ecr.GithubRepository(repository=name, **options), *more]
        ecr.GithubOidcRole(stack, "Ci", role_name="ci", github_repositories=sources, repositories=[repository(stack)])

    return {**MADE, "github_repos": [entry, *more]}, call


def gitlab(name: str = "acme/web", **arguments: str) -> Alike:
    """Return the role of the jobs of a project on GitLab."""

    def call(stack: TerraformStack) -> None:
        said = {key if key == "gitlab_url" else key.removeprefix("gitlab_"): value for key, value in arguments.items()}
        ecr.GitlabOidcRole(
            stack, "Ci", role_name="ci", gitlab_projects=[name], repositories=[repository(stack)], **said
        )

    return {**MADE, "gitlab_projects": [name], **arguments}, call


DEPLOYMENTS: dict[str, Alike] = {
    "deployment-event": deployed("event", source="aws.ecr"),
    "event-bus": deployed(event_bus_name="shop"),
    "event-dead-letter-queue": deployed(dead_letter_arn=f"{QUEUE}.fifo"),
    "event-dead-letters": deployed(dead_letter_arn=f"{QUEUE}-undelivered"),
    "event-message-group": deployed(target_arn=f"{QUEUE}.fifo"),
    "event-pattern": deployed(tags=[f"{number:03}{'x' * 100}" for number in range(20)]),
    "event-retries": deployed(maximum_retry_attempts=186),
    "event-role": deployed(role_arn=f"arn:aws:iam::{OTHER}:role/deploy"),
    "event-tags": deployed(tags=["v**"]),
    "event-target": deployed(target_arn="deploy"),
}

IDENTITIES: dict[str, Alike] = {
    "identity-arn": execution("secret_arns", ["db"]),
    "identity-boundary": execution("permissions_boundary", f"arn:aws:iam::{OTHER}:policy/developers"),
    "identity-description": readers("d" * 1001),
    "identity-log-group": execution("log_groups", ["a b"], "log_group_names"),
    "identity-name": nodes(name="my nodes"),
    "identity-project": builds("my project"),
    "identity-repositories": nodes(made=False),
    "identity-role": nodes(roles=["nodes", "Nodes"]),
    "identity-size": execution(
        "secret_arns", [f"arn:aws:secretsmanager:us-east-1:{OWN}:secret:{number:04}-AbCdEf" for number in range(200)]
    ),
    "identity-taken": (
        {**MADE, "ecr_node_pull": {"name": "images"}, "ecr_lambda_pull": {"name": "Images"}},
        two_of_one_name,
    ),
    "identity-updater": updater(),
}

JOBS: dict[str, Alike] = {
    "github-by-name": github(),
    "github-ids": github(repository_id=456789),
    "github-pull-requests": github(**IDS, pull_requests=True),
    "github-repository": github("web"),
    "gitlab-project": gitlab("web"),
    "oidc-any-ref": github(**IDS, branches=["*"]),
    "oidc-audience": gitlab(gitlab_audience="sts amazonaws"),
    "oidc-ref": github(**IDS, branches=["refs/heads/main"]),
    "oidc-source-twice": github("acme/web", "Acme/Web"),
    "oidc-url": gitlab(gitlab_url="https://gitlab.example.com/"),
}
