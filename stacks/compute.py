"""The stack of one environment: what its file declares, with backend, provider and outputs."""

from __future__ import annotations

from ecr_constructs import EnvironmentRepositories, configure_backend, configure_provider
from ecr_constructs._engine.door import App, TerraformStack
from ecr_constructs.config.environment import Environment

__all__ = ["ComputeStack"]


class ComputeStack(TerraformStack):
    """The container repositories of an environment, or of one of its shards, with `EnvironmentRepositories`' outputs.

    Attributes:
        repositories: The repositories by logical name, those that are made here and those that are referred to.
    """

    def __init__(self, app: App, environment: Environment, *, shard: int = 1) -> None:
        """Make the stack; its id is the environment's name, and of further shards with their number.

        Args:
            app: The app.
            environment: The environment.
            shard: Which of its shards. The first one has what the registry has once, for all of them.
        """
        super().__init__(app, environment.stack_id(shard))
        configure_backend(self, environment, shard=shard)
        configure_provider(self, environment)
        ecr = EnvironmentRepositories(self, "Repositories", environment, shard=shard)
        ecr.add_outputs()
        self.repositories = ecr.repositories
