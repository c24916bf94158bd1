"""The role by which ECS starts tasks: it pulls the image, writes the logs and reads the secrets.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html and, for the condition
of its trust policy, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html.
"""

from __future__ import annotations

import dataclasses
import re

from ecr_constructs.core.access.levels import PULL_ACTIONS
from ecr_constructs.core.aws import KEY_ARN
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.identities.arguments import check_arns, check_boundary, check_repositories
from ecr_constructs.core.identities.identity import Identity, check_identity, check_role_name
from ecr_constructs.core.identities.permissions import on_repositories, token_statement
from ecr_constructs.core.kms import check_parameter_name
from ecr_constructs.core.places import Place
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["LOG_GROUP_NAME", "SECRET_ARN", "EcsExecution"]

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
LOG_GROUP_NAME = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html: it ends in a hyphen and
# six characters that AWS chooses, or in `-??????` for whichever those are.
SECRET_ARN = re.compile(
    r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-([A-Za-z0-9]{6}|\?{6})"
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class EcsExecution:
    """A task execution role; see `EcsExecutionRole` for what each argument means.

    Attributes:
        role_name: Its name.
        repositories: ARNs of the repositories.
        log_group_names: Log groups of the role's account and region.
        secret_arns: Secrets of Secrets Manager that are given to containers.
        parameter_names: Parameters of Parameter Store that are given to containers.
        kms_key_arns: Keys that secrets and parameters are encrypted with.
        permissions_boundary: ARN of the policy that bounds the role.
    """

    role_name: str
    repositories: tuple[str, ...] = ()
    log_group_names: tuple[str, ...] = ()
    secret_arns: tuple[str, ...] = ()
    parameter_names: tuple[str, ...] = ()
    kms_key_arns: tuple[str, ...] = ()
    permissions_boundary: str | None = None

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that the role breaks."""
        secret = "arn:aws:secretsmanager:us-east-1:111111111111:secret:db-AbCdEf"  # noqa: S105 - an ARN
        key = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        problems = [
            *check_role_name(self.role_name, "role_name"),
            *check_repositories(self.repositories, place, "repositories"),
            *_check_log_groups(self.log_group_names),
            *check_arns(self.secret_arns, SECRET_ARN, "secret_arns", what="a secret", example=secret),
            *(
                problem
                for index, name in enumerate(self.parameter_names)
                for problem in check_parameter_name(name, "parameter_names", index)
            ),
            *check_arns(self.kms_key_arns, KEY_ARN, "kms_key_arns", what="a KMS key", example=key),
            *check_boundary(self.permissions_boundary, place, "permissions_boundary"),
        ]
        if problems:
            return problems
        (identity,) = self.identities(place)
        return check_identity(identity, "repositories")

    def identities(self, place: Place) -> list[Identity]:
        """Return the role."""
        here = f"{place.region}:{place.account_id}"
        trust = PolicyStatement(
            sid="Tasks",
            actions=("sts:AssumeRole",),
            service_principals=("ecs-tasks.amazonaws.com",),
            conditions={
                "StringEquals": {"aws:SourceAccount": place.account_id},
                "ArnLike": {"aws:SourceArn": f"arn:{place.partition}:ecs:{here}:*"},
            },
        )
        statements = [token_statement(), *on_repositories("PullImages", PULL_ACTIONS, self.repositories)]
        logs, parameters = f"arn:{place.partition}:logs:{here}", f"arn:{place.partition}:ssm:{here}"
        for sid, actions, resources in (
            (
                "WriteLogs",
                ("logs:CreateLogStream", "logs:PutLogEvents"),
                [f"{logs}:log-group:{name}:*" for name in self.log_group_names],
            ),
            ("ReadSecrets", ("secretsmanager:GetSecretValue",), self.secret_arns),
            (
                "ReadParameters",
                ("ssm:GetParameters",),
                [f"{parameters}:parameter/{name.removeprefix('/')}" for name in self.parameter_names],
            ),
            ("Decrypt", ("kms:Decrypt",), self.kms_key_arns),
        ):
            if resources:
                statements.append(PolicyStatement(sid=sid, actions=actions, resources=tuple(resources)))
        return [Identity(name=self.role_name, trust=(trust,), statements=tuple(statements))]


def _check_log_groups(names: tuple[str, ...]) -> list[Problem]:
    return [
        Problem(
            ("log_group_names", index),
            "identity-log-group",
            "must be the name of a log group",
            show(name),
            "Write it as in /ecs/web: letters, digits, '.', '-', '_', '/' and '#'.",
        )
        for index, name in enumerate(names)
        if not is_unresolved(name) and not LOG_GROUP_NAME.fullmatch(name)
    ]
