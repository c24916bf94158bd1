"""The stack of one environment: what its file declares, with backend, provider and outputs."""

from __future__ import annotations

from ecr_constructs import EnvironmentRepositories
from ecr_constructs._engine.door import App, TerraformOutput, TerraformStack
from ecr_constructs.config.environment import Environment
from ecr_constructs.constructs.base.registry import registry_of
from stacks.backend import configure_backend
from stacks.provider import configure_provider

__all__ = ["ComputeStack"]


class ComputeStack(TerraformStack):
    """The container repositories of an environment, or of one of its shards.

    Outputs: `ecr_repository_urls`, `ecr_repository_arns` and `ecr_repository_names`, maps by logical name;
    `ecr_registry_id`; and, where there are any, `ecr_public_repository_urls` and the ARNs of identities and of rules of
    events.

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
        configure_backend(self, environment, shard)
        configure_provider(self, environment)
        ecr = EnvironmentRepositories(self, "Repositories", environment, shard=shard)
        self.repositories = ecr.repositories
        source = environment.source
        account = registry_of(self).account_id if source is None else source.account_id
        outputs: list[tuple[str, object, str]] = [
            ("ecr_repository_urls", ecr.urls, "Where to push and pull, by logical name"),
            ("ecr_repository_arns", ecr.arns, "ARNs of the repositories, by logical name"),
            ("ecr_repository_names", ecr.names, "Names in ECR, by logical name"),
            ("ecr_registry_id", account, "AWS account of the repositories"),
        ]
        if ecr.public_urls:
            outputs.append(("ecr_public_repository_urls", ecr.public_urls, "Where everyone can pull, by logical name"))
        outputs += [(name, *shown) for name, shown in sorted(ecr.outputs.items())]
        for name, value, description in outputs:
            TerraformOutput(self, name, value=value, description=description)
