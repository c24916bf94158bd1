"""Repository creation templates: what repositories get that ECR makes by itself.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html and
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepositoryCreationTemplate.html.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias, get_args

from ecr_constructs.core.aws import ROLE_ARN
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.keywords import keywords_of
from ecr_constructs.core.lifecycle import Retention, compose_retention
from ecr_constructs.core.names import check_repository_name
from ecr_constructs.core.places import Place, check_arn_place, known_partition
from ecr_constructs.core.policies import check_repository_policy
from ecr_constructs.core.repository import RepositorySettings, check_settings
from ecr_constructs.core.tags import check_tags
from ecr_constructs.core.tokens import TokenString, is_unresolved
from ecr_constructs.core.wording import check_wording
from ecr_constructs.errors import Problem, nearest, show

__all__ = [
    "APPLIED_FOR",
    "LONGEST_DESCRIPTION",
    "ROOT",
    "CreationTemplate",
    "TemplateAppliedFor",
    "check_creation_template",
    "check_role_arn",
    "needs_role",
    "role_policy",
    "role_trust_policy",
]

ROOT = "ROOT"
"""The prefix of what has no prefix of its own."""

TemplateAppliedFor: TypeAlias = Literal["CREATE_ON_PUSH", "PULL_THROUGH_CACHE", "REPLICATION"]
APPLIED_FOR: Final[tuple[TemplateAppliedFor, ...]] = get_args(TemplateAppliedFor)

LONGEST_DESCRIPTION = 255  # the provider's limit; AWS's is one character more
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
_ROLE_NAME = re.compile(r"[a-zA-Z0-9_+=,.@-]{1,64}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CreationTemplate:
    """A template; see `RepositoryCreationTemplate` for what each argument means.

    Attributes:
        prefix: What names begin with, or `ROOT`.
        applied_for: What the repositories are made for.
        settings: What they are created with.
        retention: Their lifecycle policy.
        repository_policy: Statements of their policy.
        description: What it is for.
        resource_tags: Their tags.
        custom_role_arn: Role that ECR assumes.
        create_role: Whether that role is made.
        role_name: Its name.
    """

    prefix: str
    applied_for: Sequence[TemplateAppliedFor | TokenString]
    settings: RepositorySettings = dataclasses.field(default_factory=RepositorySettings)
    retention: Retention = dataclasses.field(default_factory=Retention)
    repository_policy: tuple[PolicyStatement, ...] = ()
    description: str | None = None
    resource_tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
    custom_role_arn: str | None = None
    create_role: bool = False
    role_name: str | None = None

    @property
    def keywords(self) -> dict[str, object]:
        """The arguments of the construct that makes it."""
        parts = (keywords_of(self.settings), keywords_of(self.retention), keywords_of(self, "settings", "retention"))
        return {name: value for part in parts for name, value in part.items()}

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that the template breaks.

        Args:
            place: Where the registry is.
        """
        policy: list[Problem] = []
        if self.repository_policy:
            policy = check_repository_policy(self.repository_policy, partition=known_partition(place))
        return [
            *check_creation_template(self, place),
            *compose_retention(self.retention)[1],
            *policy,
        ]


def needs_role(template: CreationTemplate) -> bool:
    """Tell whether ECR needs a role for the template: without one, tags and KMS make the creation fail.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create.html.
    """
    encryption = template.settings.encryption_type
    return bool(template.resource_tags) or (not is_unresolved(encryption) and encryption.startswith("KMS"))


def check_creation_template(template: CreationTemplate, place: Place) -> list[Problem]:
    """Return every rule that a template breaks, save for those of its two policies.

    Args:
        template: The template.
        place: Where the registry is.
    """
    return [
        *_check_prefix(template.prefix),
        *_check_applied_for(template.applied_for),
        *_check_description(template.description),
        *check_settings(template.settings, place),
        *check_tags(template.resource_tags, "resource_tags"),
        *_check_role(template, place),
        *_check_role_name(template),
    ]


def check_role_arn(value: str, place: Place, *path: str, code: str) -> list[Problem]:
    """Check the ARN of a role that ECR assumes; it belongs to the account of the registry."""
    if is_unresolved(value):
        return []
    match = ROLE_ARN.fullmatch(value)
    if match is None:
        fix = "Write arn:aws:iam::111111111111:role/NAME."
        return [Problem(path, code, "must be the ARN of a role", show(value), fix)]
    if place.known_account_id not in (None, match[1]):
        rule = f"must be a role of the registry's own account {place.known_account_id}"
        return [Problem(path, code, rule, show(value), "Make the role there.")]
    return check_arn_place(value, place, *path, code=code, what="a role")


def role_trust_policy(account_id: str) -> str:
    """Return who may assume the role: ECR, for the registry's account alone.

    No page says whether ECR names the account for which it acts; where it does not, the condition holds.
    """
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ecr.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEqualsIfExists": {"aws:SourceAccount": account_id}},
    }
    return _document([statement])


def role_policy(template: CreationTemplate, *, repositories: str, keys: str) -> str:
    """Return what the role may do: what AWS's page has, on the repositories and the key of the template alone.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-custom.html.

    Args:
        template: The template.
        repositories: ARN of the repositories that it is for.
        keys: ARN of the keys among which is that of AWS, which ECR uses if the template names none.
    """
    actions = ["ecr:CreateRepository"]
    if "REPLICATION" in template.applied_for:
        actions.append("ecr:ReplicateImage")
    if template.resource_tags:
        actions.append("ecr:TagResource")
    statements = [{"Sid": "CreateRepositories", "Effect": "Allow", "Action": actions, "Resource": repositories}]
    if template.settings.encryption_type != "AES256":
        key = template.settings.kms_key or keys
        actions = ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"]
        statements.append({"Sid": "UseKey", "Effect": "Allow", "Action": actions, "Resource": key})
    return _document(statements)


def _check_prefix(prefix: str) -> list[Problem]:
    if prefix == ROOT or not check_repository_name(prefix):
        return []
    rule = "must be the beginning of repository names, 2 to 256 characters, or ROOT"
    fix = "Leave out the '/' at the end: ECR adds it." if prefix.endswith("/") else "Use what names can begin with."
    return [Problem(("prefix",), "template-prefix", rule, show(prefix), fix)]


def _check_applied_for(applied_for: Sequence[TemplateAppliedFor | TokenString]) -> list[Problem]:
    if is_unresolved(applied_for):
        return []
    rule = f"must be one of {', '.join(APPLIED_FOR)}"
    problems = [
        Problem(("applied_for", index), "template-applied-for", rule, show(each), nearest(str(each), APPLIED_FOR))
        for index, each in enumerate(applied_for)
        if not is_unresolved(each) and each not in APPLIED_FOR
    ]
    if not applied_for:
        fix = f"Name at least one of {', '.join(APPLIED_FOR)}."
        problems.append(Problem(("applied_for",), "template-applied-for", "must name what it is for", "none", fix))
    return problems


def _check_description(description: str | None) -> list[Problem]:
    path, code = ("description",), "template-description"
    if description is None or is_unresolved(description) or len(description) <= LONGEST_DESCRIPTION:
        return check_wording(description, *path, code=code)
    rule = f"must have at most {LONGEST_DESCRIPTION} characters"
    return [Problem(path, code, rule, f"{len(description)}", "Shorten it.")]


def _check_role(template: CreationTemplate, place: Place) -> list[Problem]:
    path, code = ("custom_role_arn",), "template-role"
    if template.custom_role_arn is None:
        if template.create_role or not needs_role(template):
            return []
        rule = "must be given with resource_tags or KMS, because ECR needs a role for them"
        return [Problem(path, code, rule, "none", "Name a role, or have one made by create_role.")]
    if template.create_role:
        rule = "must be left out where create_role makes a role"
        return [Problem(path, code, rule, show(template.custom_role_arn), "Remove one of the two.")]
    return check_role_arn(template.custom_role_arn, place, *path, code=code)


def _check_role_name(template: CreationTemplate) -> list[Problem]:
    name, path, code = template.role_name, ("role_name",), "template-role"
    if name is None:
        return []
    if not template.create_role:
        return [Problem(path, code, "must come with create_role", show(name), "Remove it, or have the role made.")]
    if is_unresolved(name) or _ROLE_NAME.fullmatch(name):
        return []
    fix = "Use letters, digits and _ + = , . @ - alone."
    return [Problem(path, code, "must be a role's name of 1 to 64 characters", show(name), fix)]


def _document(statements: Sequence[Mapping[str, object]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))
