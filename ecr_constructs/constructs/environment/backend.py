"""Where Terraform keeps the state of an environment's stack."""

from __future__ import annotations

from ecr_constructs._engine.door import LocalBackend, S3Backend, TerraformStack
from ecr_constructs._engine.which import refuse_others
from ecr_constructs.config.environment import Environment

__all__ = ["configure_backend"]


def configure_backend(
    stack: TerraformStack, environment: Environment, *, shard: int = 1, key: str | None = None
) -> None:
    """Keep a stack's state in the environment's `bucket`, encrypted and locked; without a bucket, in a local file.

    The lock file needs Terraform 1.10 or newer
    (https://developer.hashicorp.com/terraform/language/backend/s3#state-locking). The document does not demand that
    version: checkov cannot read a document that does.

    It is reached with the environment's credentials: in another account, its role must be let in there.

    The local file is `terraform.STACK.tfstate`, beside the output directory (`cdktf.out`); its path is relative, so
    that no path of a machine gets into what is synthesised.

    Args:
        stack: The stack.
        environment: Its environment, as `ecr_constructs.config.load` reads it.
        shard: Which of its shards (`ecr_shards`), counted from 1; default 1.
        key: Key of the state in the bucket, for a stack that is not the environment's own; default: the one that the
            environment says (`state_key`), or `layers/compute/{env}/terraform.tfstate`.
    """
    refuse_others(stack)
    settings = environment.settings
    if settings.bucket is None:
        LocalBackend(stack, path=f"../../../terraform.{stack.node.id}.tfstate")
        return
    credentials = environment.credentials
    S3Backend(
        stack,
        bucket=settings.bucket,
        key=key or environment.state_key(shard),
        region=settings.region,
        encrypt=True,
        profile=credentials.profile,
    )
    # What CDKTF 0.21 has no keyword for; its own for a role are those that Terraform has given up.
    stack.add_override("terraform.backend.s3.use_lockfile", True)  # noqa: FBT003
    if credentials.assume_role:
        stack.add_override("terraform.backend.s3.assume_role", credentials.assume_role)
