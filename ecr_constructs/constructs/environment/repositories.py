"""The repositories of an environment file, with everything that the file says of them and of their registry."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from ecr_constructs._engine.door import Construct, TerraformOutput, TerraformProvider, TerraformStack
from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import access_of, reference_of, retention_of, settings_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.rules.provider import RAISED
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.organization import own_organization_id
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.registry import registry_of
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.constructs.base.synthesis import mark_said, point_out
from ecr_constructs.constructs.base.tagging import default_tags_of, tag_all
from ecr_constructs.constructs.cross_account_policy import CrossAccountPolicy
from ecr_constructs.constructs.environment.keys import KmsKeys
from ecr_constructs.constructs.lifecycle_policy import LifecyclePolicy
from ecr_constructs.constructs.repository import Repository
from ecr_constructs.constructs.ssm_publisher import SsmPublisher
from ecr_constructs.core.access.grants import AccessGrants
from ecr_constructs.core.access.statements import ANY_ORGANIZATION_ID
from ecr_constructs.core.adoption import adopted_parameters, adopted_parts
from ecr_constructs.core.keywords import keywords_of
from ecr_constructs.core.names import terraform_address
from ecr_constructs.errors import InvalidInput, Problem, nearest, raise_problems, show

__all__ = ["EnvironmentRepositories"]


@checks_arguments
class EnvironmentRepositories(PlacedConstruct):
    """All that an environment file declares: repositories with their policies and parameters, and their registry.

    Every resource has a Terraform address made from the repository's logical name alone, so that moving code about
    never replaces a repository. The stack brings its provider, of the account and region that the file says; the keys
    of the file about the stack itself (`bucket`, `state_key`, `aws_provider_version`, the credentials) are the stack's
    matter: `configure_backend` and `configure_provider` do what they say.

    Example:
        >>> ecr = EnvironmentRepositories.from_file(self, "Ecr", "environments/dev.yaml")
        >>> ecr.repositories["web"].grant_pull(task_execution_role)

    Attributes:
        environment: The environment.
        repositories: The repositories by logical name, those that are made here and those that are referred to.
        public_urls: Where everyone can pull the public repositories, by logical name.
        outputs: What is worth an output of the stack besides: the value, or a map of values, and its description.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        environment: Environment,
        *,
        shard: int | None = None,
        public_provider: TerraformProvider | None = None,
    ) -> None:
        """Make what an environment declares.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            environment: The environment, as `ecr_constructs.config.load` reads it.
            shard: Which of its shards (`ecr_shards`), counted from 1; the first one has what the registry has once.
                Default: all of it.
            public_provider: Provider of us-east-1 for public repositories, where the stack's own is of another region.
                Default: that of the stack whose alias is us-east-1; where there is none, one is made, with the
                environment's account and tags.

        Raises:
            InvalidInput: The stack's provider is of another account or region, or something else of the stack has a
                name that the environment needs.
        """
        super().__init__(scope, id)
        self.environment = environment
        raise_problems(self._check_place(), source=self._path)
        self._keys = KmsKeys(self, environment)
        self._default_tags = default_tags_of(registry_of(self))
        mark_said(self, environment.said)
        first = shard in (None, 1)
        if first:
            # What the stack's provider takes, `configure_provider` says, or nobody.
            point_out(self, [each for each in environment.notices if each.code != RAISED])
        declared = environment.repositories if shard is None else environment.repositories_of(shard)
        self.repositories: dict[str, RepositoryBase] = {}
        # Those that are another's come after it.
        for name, each in sorted(declared.items(), key=lambda item: item[1].same_as is not None):
            self.repositories[name] = repository = self._repository(each)
            self._publish(repository, each)
        self.public_urls: Mapping[str, str] = {}
        self.outputs: Mapping[str, tuple[object, str]] = {}
        if first:
            self._configure_registry(public_provider)
        tag_all(self, environment.tags)

    @classmethod
    def from_file(
        cls,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        file: str | Path,
        *,
        alone: bool = False,
        public_provider: TerraformProvider | None = None,
    ) -> Self:
        """Read an environment file, and make what it declares.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            file: The file, such as `environments/dev.yaml`.
            alone: Whether the other files of its directory are left unread. They say what is replicated here, and where
                the repositories of a `cross_account` environment are; default False: all of them are read and checked,
                as the `cdktf` command does.
            public_provider: As above.

        Raises:
            InvalidInput: A file breaks any rule; it names them all, with file and line.
        """
        from ecr_constructs.config.load import load_environments, load_file

        path = Path(file)
        if alone:
            return cls(scope, id, load_file(path), public_provider=public_provider)
        files = {Path(each.file).name: each for each in load_environments(path.parent)}
        if path.name in files:
            return cls(scope, id, files[path.name], public_provider=public_provider)
        rule = f"must be one of the environment files: {', '.join(sorted(files))}"
        fix, where = nearest(path.name, files) or "Name one of these.", path.parent.as_posix()
        raise InvalidInput([Problem(("file",), "environment-known", rule, show(path.name), fix, where)])

    @property
    def urls(self) -> dict[str, str]:
        """Where to push and pull, by logical name."""
        return {name: each.url for name, each in self.repositories.items()}

    @property
    def arns(self) -> dict[str, str]:
        """ARNs of the repositories, by logical name."""
        return {name: each.arn for name, each in self.repositories.items()}

    @property
    def names(self) -> dict[str, str]:
        """Names in ECR, by logical name."""
        return {name: each.name for name, each in self.repositories.items()}

    def add_outputs(self) -> None:
        """Give the stack the outputs of an environment, which it may not have by these names already.

        `ecr_repository_urls`, `ecr_repository_arns` and `ecr_repository_names`, maps by logical name;
        `ecr_registry_id`; and, where there are any, `ecr_public_repository_urls` and `outputs`.
        """
        source = self.environment.source
        account = registry_of(self).account_id if source is None else source.account_id
        outputs: dict[str, tuple[object, str]] = {
            "ecr_repository_urls": (self.urls, "Where to push and pull, by logical name"),
            "ecr_repository_arns": (self.arns, "ARNs of the repositories, by logical name"),
            "ecr_repository_names": (self.names, "Names in ECR, by logical name"),
            "ecr_registry_id": (account, "AWS account of the repositories"),
        }
        if self.public_urls:
            outputs["ecr_public_repository_urls"] = self.public_urls, "Where everyone can pull, by logical name"
        outputs |= sorted(self.outputs.items())
        stack = TerraformStack.of(self)
        for name, (value, description) in outputs.items():
            TerraformOutput(stack, name, value=value, description=description)

    def _check_place(self) -> list[Problem]:
        settings, registry = self.environment.settings, registry_of(self)
        fix = "Give the stack a provider of the environment's own account and region."
        account_id, region = settings.account_id, registry.known_region
        others = "" if account_id is None else registry.refuses_account(account_id)
        return [
            Problem((key,), "environment-place", f"must be that of the stack's provider, {there}", show(said), fix)
            for key, said, there in (
                ("account_id", account_id, others),
                ("region", settings.region, "" if region in (None, settings.region) else region),
            )
            if there
        ]

    def _repository(self, declared: DeclaredRepository) -> RepositoryBase:
        # A construct's id takes no '/', and the Terraform address is as unique as the name.
        address = terraform_address(declared.logical_name)
        reference = reference_of(declared, self.environment)
        if reference is not None:
            arn, settings = reference
            return Repository.from_arn(self, address, str(arn), settings=settings)
        if declared.same_as is not None:
            return self.repositories[declared.same_as]
        return self._make(declared, address)

    def _make(self, declared: DeclaredRepository, address: str) -> Repository:
        options = declared.options
        repository = Repository(
            self,
            address,
            repository_name=declared.repository_name,
            **keywords_of(settings_of(declared)),
            kms_key=self._keys.arn(declared.kms_key),
            force_delete=options.force_delete,
            prevent_destroy=declared.prevent_destroy,
            tags=self._own_tags(self.environment.tags_of(declared.logical_name, options.tags)),
            logical_id=address,
            adopt=sorted(adopted_parts(options.adopt)),
            renamed_from=None if options.renamed_from is None else terraform_address(options.renamed_from),
        )
        retention, access = retention_of(declared), access_of(declared)
        if not retention.is_empty:
            LifecyclePolicy(repository, "Retention", repository=repository, **keywords_of(retention))
        if access != AccessGrants():
            if access.organization_id == ANY_ORGANIZATION_ID:
                access = dataclasses.replace(access, organization_id=own_organization_id(registry_of(self)))
            CrossAccountPolicy(repository, "Access", repository=repository, **keywords_of(access))
        return repository

    def _publish(self, repository: RepositoryBase, declared: DeclaredRepository) -> None:
        if declared.ssm_path is not None:
            settings, address = self.environment.settings, terraform_address(declared.logical_name)
            SsmPublisher(
                repository,
                "Ssm" if declared.same_as is None else f"Ssm_{address}",
                repository=repository,
                name=declared.logical_name,
                prefix=settings.ecr_ssm_prefix,
                layout=settings.ecr_ssm_layout,
                logical_id=address,
                adopt=adopted_parameters(declared.options.adopt, settings.ecr_ssm_layout),
            )

    def _configure_registry(self, public_provider: TerraformProvider | None) -> None:
        # Imported here: its constructs take their time, and most environments say nothing of the registry.
        from ecr_constructs.constructs.environment.registry import make_registry, outputs_of, replicate

        replicate(self, self.environment)
        if self.environment.configures_registry:
            made = make_registry(self, self.environment, self._keys, public_provider)
            self.public_urls = {
                name: made[f"Public_{terraform_address(name)}"].url
                for name in sorted(self.environment.settings.ecr_public_repositories)
            }
            self.outputs = outputs_of(self.environment, made)

    def _own_tags(self, tags: dict[str, str]) -> dict[str, str]:
        """Return the tags that neither the provider's default tags set already, nor the environment's otherwise."""
        given, of_all = self._default_tags, self.environment.tags
        return {key: value for key, value in tags.items() if given.get(key) != value or of_all.get(key, value) != value}
