"""Who may do what with a repository: those who are named, and statements of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from ecr_constructs.config.model.fields import Items, Model, Text, checked, form
from ecr_constructs.core.access.statements import OWN_ORGANIZATION
from ecr_constructs.core.aws import ACCOUNT_ID, ORGANIZATION_ID, ORGANIZATION_PATH, check_organization_path
from ecr_constructs.core.conditions import CONDITION_KEY, CONDITION_OPERATOR
from ecr_constructs.core.iam import SID, PolicyEffect
from ecr_constructs.core.principals import IDENTITY_ARN, SERVICE_PRINCIPAL

__all__ = ["GrantedPrincipal", "OrganizationPath", "PolicyStatementOptions"]

_PATH_EXAMPLE = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"

OrganizationPath = Annotated[str, checked(check_organization_path, ORGANIZATION_PATH, examples=[_PATH_EXAMPLE])]
GrantedPrincipal = Annotated[
    Text,
    form(
        "|".join(
            (
                OWN_ORGANIZATION,
                ACCOUNT_ID.pattern,
                ORGANIZATION_ID.pattern,
                ORGANIZATION_PATH.pattern,
                SERVICE_PRINCIPAL.pattern,
                IDENTITY_ARN.pattern,
            )
        ),
        examples=["arn:aws:iam::111111111111:role/ci"],
    ),
]
"""Who may be granted something; the core's rules know its grammar."""


def _listed(value: object) -> object:
    """Take one value for a list of it, as IAM does."""
    return value if isinstance(value, list | tuple) else [value]


_Action = Annotated[Text, form(r"[eE][cC][rR]:[A-Za-z*?]+")]
_Identity = Annotated[Text, form("|".join((r"\*", ACCOUNT_ID.pattern, IDENTITY_ARN.pattern)))]
_Some = Annotated[Items[Text], form(minItems=1)]
_Values = Annotated[_Some, BeforeValidator(_listed, json_schema_input_type=Text | _Some)]
_Keys = Annotated[Mapping[str, _Values], form(minProperties=1, propertyNames=form(CONDITION_KEY).said)]


class PolicyStatementOptions(Model, title="policy statement"):
    """A statement of the repository's policy."""

    example: ClassVar[Mapping[str, object]] = {"actions": ["ecr:BatchGetImage"], "principals": ["222222222222"]}

    sid: Annotated[Text, form(SID)] | None = Field(
        default=None, description="Its name, unique in the policy: letters, digits, blanks, hyphens and underscores."
    )
    effect: PolicyEffect = Field(default="Allow", description="Whether it allows or denies.")
    actions: Annotated[Items[_Action], form(minItems=1)] = Field(
        description="Actions on a repository, such as ecr:BatchGetImage; * and ? stand for others."
    )
    principals: Items[_Identity] = Field(
        default=(),
        description="Account ids and ARNs of roles, users and account roots; * with a condition on who asks.",
    )
    service_principals: Items[Annotated[Text, form(SERVICE_PRINCIPAL)]] = Field(
        default=(), description="AWS services, such as codebuild.amazonaws.com; they need a condition of their own."
    )
    conditions: Annotated[Mapping[str, _Keys], form(propertyNames=form(CONDITION_OPERATOR).said)] = Field(
        default={}, description="Operator, key and value or values, as IAM has them."
    )
