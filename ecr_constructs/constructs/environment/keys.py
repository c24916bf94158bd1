"""The KMS keys of an environment: the full ARN that each way of naming one leads to."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ecr_constructs._engine import aws
from ecr_constructs._engine.door import DataTerraformRemoteStateS3
from ecr_constructs.config.desired import created_key_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.kms import (
    Key,
    KeyAlias,
    KeyInParameter,
    KeyInState,
    KeyOfSecurityLayer,
    KeyToCreate,
    RemoteStateOutput,
)
from ecr_constructs.constructs.base.placed import PlacedConstruct, free_id, stack_of

if TYPE_CHECKING:
    from ecr_constructs.constructs.repository_key import RepositoryKey

__all__ = ["KmsKeys"]


class KmsKeys:
    """The keys of an environment, each looked up or made once.

    What is looked up belongs to the stack itself, so that its address says nothing of the construct tree.
    """

    def __init__(self, scope: PlacedConstruct, environment: Environment) -> None:
        """Look keys up in the stack of a construct, or make the environment's in the construct."""
        self._scope, self._stack, self._environment = scope, stack_of(scope), environment
        self._aliases: dict[str, aws.DataAwsKmsAlias] = {}
        self._parameters: dict[str, aws.DataAwsSsmParameter] = {}
        self._states: dict[tuple[str, str, str], DataTerraformRemoteStateS3] = {}

    def arn(self, key: Key | None) -> str | None:
        """Return the full ARN of a key, which is all that ECR takes without replacing the repository at every plan."""
        if isinstance(key, KeyOfSecurityLayer):
            key = self._environment.security_layer
        if isinstance(key, KeyAlias):
            return self._alias(key)
        if isinstance(key, KeyInParameter):
            return self._parameter(key)
        if isinstance(key, KeyInState):
            return self._state(key.remote_state).get_string(key.remote_state.output)
        if isinstance(key, KeyToCreate):
            return self._made.arn
        return key

    @cached_property
    def _made(self) -> RepositoryKey:
        # Imported here: few environments make a key, and its bindings take as long as all that is made otherwise.
        from ecr_constructs.constructs.repository_key import RepositoryKey

        (wanted,) = created_key_of(self._environment)
        return RepositoryKey(self._scope, wanted.id, **wanted.keywords, logical_id=wanted.logical_id)

    def _alias(self, key: KeyAlias) -> str:
        if key.alias not in self._aliases:
            id_ = free_id(self._stack, "ecr_kms_alias")
            self._aliases[key.alias] = aws.DataAwsKmsAlias(self._stack, id_, name=key.alias)
        return self._aliases[key.alias].target_key_arn

    def _parameter(self, key: KeyInParameter) -> str:
        name = key.ssm_parameter
        if name not in self._parameters:
            id_ = free_id(self._stack, "ecr_kms_parameter")
            self._parameters[name] = aws.DataAwsSsmParameter(self._stack, id_, name=name)
        # insecure_value: an ARN is no secret, and a plan should show it.
        return self._parameters[name].insecure_value

    def _state(self, output: RemoteStateOutput) -> DataTerraformRemoteStateS3:
        place = (output.bucket, output.key, output.region)
        if place not in self._states:
            id_ = free_id(self._stack, "ecr_kms_state")
            # Read with the environment's own credentials, as its own state is.
            credentials = self._environment.credentials
            self._states[place] = state = DataTerraformRemoteStateS3(
                self._stack,
                id_,
                bucket=output.bucket,
                key=output.key,
                region=output.region,
                profile=credentials.profile,
            )
            if credentials.assume_role:
                state.add_override("config.assume_role", credentials.assume_role)
        return self._states[place]
