"""The KMS keys of a stack: the full ARN that each way of naming one leads to."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ecr_constructs._engine import aws
from ecr_constructs._engine.door import DataTerraformRemoteStateS3, TerraformStack
from ecr_constructs.config.declared import Key
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.kms import KeyAlias, KeyInParameter, KeyInState, KeyToCreate, RemoteStateOutput

if TYPE_CHECKING:
    from ecr_constructs import RepositoryKey

__all__ = ["KmsKeys"]


class KmsKeys:
    """The keys of a stack, each looked up or made once."""

    def __init__(self, stack: TerraformStack, environment: Environment) -> None:
        """Look keys up in a stack, or make the environment's there."""
        self._stack, self._environment = stack, environment
        self._aliases: dict[str, aws.DataAwsKmsAlias] = {}
        self._parameters: dict[str, aws.DataAwsSsmParameter] = {}
        self._states: dict[tuple[str, str, str], DataTerraformRemoteStateS3] = {}

    def arn(self, key: Key | None) -> str | None:
        """Return the full ARN of a key, which is all that ECR takes without replacing the repository at every plan."""
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
        settings = self._environment.settings
        key = settings.ecr_kms_key
        if not isinstance(key, KeyToCreate):
            raise TypeError("a key is made by ecr_kms_key alone")
        # Imported here: few environments make a key, and its bindings take as long as all that is made otherwise.
        from ecr_constructs import RepositoryKey

        return RepositoryKey(
            self._stack,
            "EcrKey",
            alias=key.alias_in(settings.project, settings.env),
            deletion_window_in_days=key.deletion_window_in_days,
            multi_region=key.multi_region,
            prevent_destroy=settings.protected,
            logical_id="ecr",
        )

    def _alias(self, key: KeyAlias) -> str:
        if key.alias not in self._aliases:
            number = len(self._aliases) + 1
            self._aliases[key.alias] = aws.DataAwsKmsAlias(self._stack, f"ecr_kms_alias_{number}", name=key.alias)
        return self._aliases[key.alias].target_key_arn

    def _parameter(self, key: KeyInParameter) -> str:
        name = key.ssm_parameter
        if name not in self._parameters:
            number = len(self._parameters) + 1
            self._parameters[name] = aws.DataAwsSsmParameter(self._stack, f"ecr_kms_parameter_{number}", name=name)
        # insecure_value: an ARN is no secret, and a plan should show it.
        return self._parameters[name].insecure_value

    def _state(self, output: RemoteStateOutput) -> DataTerraformRemoteStateS3:
        place = (output.bucket, output.key, output.region)
        if place not in self._states:
            self._states[place] = DataTerraformRemoteStateS3(
                self._stack,
                f"ecr_kms_state_{len(self._states) + 1}",
                bucket=output.bucket,
                key=output.key,
                region=output.region,
            )
        return self._states[place]
