"""KMS keys that exist elsewhere: the full ARN that each way of naming one leads to."""

from __future__ import annotations

from ecr_constructs._engine import DataTerraformRemoteStateS3, TerraformStack, aws
from ecr_constructs.config.kms import KeyAlias, KeyInState, RemoteStateOutput

__all__ = ["KmsKeys"]


class KmsKeys:
    """The keys of a stack, each looked up once."""

    def __init__(self, stack: TerraformStack) -> None:
        """Look keys up in a stack."""
        self._stack = stack
        self._aliases: dict[str, aws.DataAwsKmsAlias] = {}
        self._states: dict[tuple[str, str, str], DataTerraformRemoteStateS3] = {}

    def arn(self, key: str | KeyAlias | KeyInState | None) -> str | None:
        """Return the full ARN of a key, which is all that ECR takes without replacing the repository at every plan."""
        if isinstance(key, KeyAlias):
            return self._by_alias(key.alias).target_key_arn
        if isinstance(key, KeyInState):
            return self._state(key.remote_state).get_string(key.remote_state.output)
        return key

    def _by_alias(self, alias: str) -> aws.DataAwsKmsAlias:
        if alias not in self._aliases:
            number = len(self._aliases) + 1
            self._aliases[alias] = aws.DataAwsKmsAlias(self._stack, f"ecr_kms_alias_{number}", name=alias)
        return self._aliases[alias]

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
