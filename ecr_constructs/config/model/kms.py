"""Ways of naming a KMS key: its full ARN, an alias, an output of another state, a parameter, or one to be made.

The security layer's key is an output of another state as well, whose place the environment knows.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from ecr_constructs.config.model.fields import WHOLE, Model, Region, checked, matching
from ecr_constructs.config.model.state import STATE_KEY, BucketName
from ecr_constructs.core.aws import KEY_ARN, check_key_arn
from ecr_constructs.core.kms import ALIAS, DELETION_WINDOW, PARAMETER, check_alias, check_parameter_name
from ecr_constructs.errors import Problem

__all__ = [
    "READ_AT_PLAN",
    "SECURITY_LAYER",
    "SECURITY_LAYER_OUTPUT",
    "ExistingKey",
    "Key",
    "KeyAlias",
    "KeyInParameter",
    "KeyInState",
    "KeyOfSecurityLayer",
    "KeyReference",
    "KeyToCreate",
    "RemoteStateOutput",
]

SECURITY_LAYER = "security_layer"
"""What a file says for the key of the security layer."""

SECURITY_LAYER_OUTPUT = "ecr_kms_key_arn"
"""The output of the security layer's state that holds the full ARN of its key."""

# https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers
OutputName = Annotated[
    str,
    Field(min_length=1),
    matching(
        r"[a-zA-Z_][a-zA-Z0-9_-]*",
        "output-name",
        "must be the name of an output",
        "Use letters, digits, '_' and '-', a letter first.",
    ),
]


class RemoteStateOutput(Model, title="output of a state"):
    """An output of another Terraform state in S3."""

    example: ClassVar[Mapping[str, object]] = {
        "bucket": "states",
        "key": "security.tfstate",
        "region": "us-east-1",
        "output": "ecr_kms_key_arn",
    }

    bucket: BucketName = Field(description="S3 bucket of the state.")
    key: Annotated[str, Field(min_length=1), STATE_KEY] = Field(description="Key of the state in its bucket.")
    region: Region = Field(description="Region of the bucket.")
    output: OutputName = Field(description="Name of the output that holds the full ARN of the key.")


class KeyAlias(Model, title="key by its alias"):
    """A KMS key by its alias, looked up at plan and used by its full ARN."""

    alias: Annotated[
        str,
        matching(r"alias/[a-zA-Z0-9/_-]{1,250}", "kms-alias", "must be a key's alias", "Write it as in alias/ecr."),
    ] = Field(description="Alias of a key in the same account and region, with alias/ in front.")


class KeyInState(Model, title="key in a state"):
    """A KMS key whose full ARN is an output of another Terraform state, such as the security layer's."""

    remote_state: RemoteStateOutput = Field(description="Where the key's ARN is.")


class KeyOfSecurityLayer(Model, title="key of the security layer"):
    """The security layer's KMS key; its state lies in the environment's own bucket (`Environment.security_layer`)."""


class KeyInParameter(Model, title="key in a parameter"):
    """A KMS key whose full ARN is in SSM Parameter Store."""

    ssm_parameter: Annotated[str, checked(check_parameter_name, PARAMETER)] = Field(
        description="Name of a String parameter with the full ARN of the key."
    )


def _check_true(value: bool) -> list[Problem]:  # noqa: FBT001 - what the file says
    fix = "Write create: true, or name a key that exists."
    return [] if value else [Problem((), "kms-key-create", "must be true", "false", fix)]


class KeyToCreate(Model, title="key to be made"):
    """A KMS key that is made with the repositories, rotated every year, and for ECR alone."""

    create: Annotated[bool, checked(_check_true), WithJsonSchema({"const": True})] = Field(description="Make the key.")
    alias: Annotated[str, checked(check_alias, ALIAS, r"(?!alias/aws/)[\s\S]*")] | None = Field(
        default=None, description="Its alias. Default: alias/{project}-{env}-ecr."
    )
    deletion_window_in_days: Annotated[int, Field(ge=DELETION_WINDOW[0], le=DELETION_WINDOW[-1]), WHOLE] = Field(
        default=30, description="Days in which its deletion can be cancelled; without it images are lost."
    )
    multi_region: bool = Field(default=False, description="Make a key that can have replicas in other regions.")

    def alias_in(self, project: str, env: str) -> str:
        """Return its alias in an environment; what a project's name may hold and an alias may not becomes a hyphen."""
        return self.alias or f"alias/{project}-{env}-ecr".replace(".", "-")


def _kind_of_key(value: object) -> str | None:
    if isinstance(value, KeyOfSecurityLayer) or value == SECURITY_LAYER:
        return f"<{SECURITY_LAYER}>"
    if isinstance(value, str):
        return "<arn>"
    if isinstance(value, Mapping | Model):
        keys = value if isinstance(value, Mapping) else type(value).model_fields
        return next((f"<{key}>" for key in ("create", "alias", "remote_state", "ssm_parameter") if key in keys), None)
    return None


def _check_key_text(value: str) -> list[Problem]:
    named = value if value.startswith("alias/") else "alias/NAME"
    fix = f"Write arn:aws:kms:REGION:ACCOUNT:key/ID, or {{alias: {named}}} to have it looked up."
    if re.sub(r"[\W_]", "", value).casefold() == SECURITY_LAYER.replace("_", ""):
        fix = f"Write {SECURITY_LAYER}."
    return [dataclasses.replace(problem, fix=fix) for problem in check_key_arn(value)]


KmsKey = Annotated[str, checked(_check_key_text, KEY_ARN)]
KeyReference = Annotated[
    Annotated[KmsKey, Tag("<arn>")]
    | Annotated[
        KeyOfSecurityLayer,
        BeforeValidator(lambda _: KeyOfSecurityLayer()),
        WithJsonSchema({"const": SECURITY_LAYER}),
        Tag(f"<{SECURITY_LAYER}>"),
    ]
    | Annotated[KeyAlias, Tag("<alias>")]
    | Annotated[KeyInState, Tag("<remote_state>")]
    | Annotated[KeyInParameter, Tag("<ssm_parameter>")]
    | Annotated[KeyToCreate, Tag("<create>")],
    Discriminator(
        _kind_of_key,
        custom_error_type="kms_key_reference",
        custom_error_message="must be a key",
    ),
]
"""A KMS key: its full ARN, `security_layer`, or a mapping with `alias`, `remote_state`, `ssm_parameter` or `create`."""


def _check_exists(key: object) -> list[Problem]:
    fix = "Make it by ecr_kms_key, or name one that exists."
    wrong = Problem((), "kms-key-create", "must be a key that exists", "create: true", fix)
    return [wrong] if isinstance(key, KeyToCreate) else []


ExistingKey = Annotated[KeyReference, checked(_check_exists, **{"not": {"type": "object", "required": ["create"]}})]
"""The same without `create`: one key is made, that of the environment."""

Key = str | KeyAlias | KeyInState | KeyInParameter | KeyOfSecurityLayer | KeyToCreate
"""What such a reference is, once it was read."""

READ_AT_PLAN = (KeyInParameter, KeyInState, KeyOfSecurityLayer)
"""The references of which nobody knows before a plan which key they are."""
