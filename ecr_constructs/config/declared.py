"""A repository as an environment declares it, with every default filled in."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection

from ecr_constructs.config.model.file import DEFAULTS, EnvironmentSettings
from ecr_constructs.config.model.kms import Key
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.model.workloads import MADE_HERE, WORKLOADS, EcrConfig
from ecr_constructs.core.aws import RepositoryArn, parse_repository_uri
from ecr_constructs.core.names import expand_template
from ecr_constructs.core.repository import takes_key
from ecr_constructs.core.ssm import published_path
from ecr_constructs.errors import KeyPath, Problem, nearest

__all__ = ["DeclaredRepository", "nearest_repository"]


@dataclasses.dataclass(frozen=True)
class DeclaredRepository:
    """A repository that an environment declares: made there, or referred to.

    Attributes:
        logical_name: Its name in addresses, outputs and parameters.
        options: Its options, with the environment's defaults under them.
        environment: The rest of the environment.
        path: Where in the file it is declared.
        own_keys: Which options it sets itself.
        suffix: What follows the project in the name of a workload's repository; None where it is no workload's.
        plain_name: Its name in ECR, where the file has that alone.
        ecr_config: Where the images of its workload are.
    """

    logical_name: str
    options: RepositoryOptions
    environment: EnvironmentSettings
    path: KeyPath
    own_keys: frozenset[str] = frozenset()
    suffix: str | None = None
    plain_name: str | None = None
    ecr_config: EcrConfig = MADE_HERE

    def path_of(self, key: str) -> KeyPath:
        """Return where in the file an option is said: by the repository, or by the defaults."""
        return (*self.path, key) if key in self.own_keys else (DEFAULTS, key)

    def is_said(self, path: KeyPath) -> bool:
        """Whether the file says the option that a path begins with, for this repository or for all."""
        return bool(path) and path[0] in self.options.model_fields_set

    def place(self, problem: Problem) -> Problem:
        """Return a problem whose path begins with an option at the place where the file says that.

        That is the repository, or the defaults; of what is said nowhere it is the repository itself.
        """
        problem = dataclasses.replace(problem, about=self.logical_name)
        if self.is_said(problem.path) and problem.path[0] not in self.own_keys:
            return problem.under(DEFAULTS)
        return problem.under(*self.path)

    @property
    def is_made(self) -> bool:
        """Whether this environment makes it."""
        return self.environment.ecr_strategy == "local" and self.ecr_config.mode == "create_ecr"

    @property
    def same_as(self) -> str | None:
        """Logical name of the workload whose repository it is; None where it has one of its own."""
        if self.ecr_config.mode != "use_existing" or self.ecr_config.source_service_type is None:
            return None
        return f"{WORKLOADS[self.ecr_config.source_service_type]}_{self.ecr_config.source_service_name}"

    @property
    def uri(self) -> RepositoryArn | None:
        """The repository that the file names by its URI."""
        uri = self.ecr_config.repository_uri
        return None if uri is None else parse_repository_uri(uri)

    @functools.cached_property
    def repository_name(self) -> str:
        """Full name in ECR."""
        settings = self.environment
        if self.options.repository_name is not None:
            return self.options.repository_name
        if self.plain_name is not None:
            return self.plain_name
        if self.suffix is not None:
            return f"{settings.project}_{self.suffix}"
        return self.name_by_template(self.logical_name)

    @property
    def is_named_by_template(self) -> bool:
        """Whether the environment's template makes its name."""
        return self.options.repository_name is None and self.plain_name is None and self.suffix is None

    def name_by_template(self, logical_name: str) -> str:
        """Return what the environment's template makes of a logical name."""
        settings = self.environment
        values = {"project": settings.project, "env": settings.ecr_source_env or settings.env, "name": logical_name}
        return expand_template(settings.ecr_repository_name, values)

    @property
    def encryption_type(self) -> str:
        """`AES256`, `KMS` or `KMS_DSSE`."""
        return self.options.encryption_type or self.environment.ecr_encryption_type

    @property
    def kms_key(self) -> Key | None:
        """The key of its images; None with AES256, and for AWS's own key."""
        if not takes_key(self.encryption_type):
            return None
        return self.options.kms_key or self.environment.ecr_kms_key

    @property
    def prevent_destroy(self) -> bool:
        """Whether Terraform refuses to destroy it."""
        return self.options.prevent_destroy or self.environment.protected

    @property
    def ssm_path(self) -> str | None:
        """Path of its parameters; None where it is not published."""
        if not self.options.publish_to_ssm:
            return None
        return published_path(self.environment.ecr_ssm_prefix, self.logical_name)


def nearest_repository(word: str, known: Collection[str]) -> str:
    """Return `Did you mean 'x'?` for the logical name that was probably meant, or an empty string.

    The name that a workload has in `services` or `tasks` is the end of its repository's.
    """
    workloads = [name for prefix in WORKLOADS.values() if (name := f"{prefix}_{word}") in known]
    return f"Did you mean {workloads[0]!r}?" if workloads else nearest(word, known)
