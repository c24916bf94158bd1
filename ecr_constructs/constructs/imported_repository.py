"""A repository that exists already."""

from __future__ import annotations

from typing import Self

from ecr_constructs._engine import aws
from ecr_constructs._engine.door import Construct, Fn, TerraformProvider, Token
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.core.aws import check_account_id, parse_repository_arn, registry_host
from ecr_constructs.core.names import check_repository_name
from ecr_constructs.core.repository import RepositorySettings, check_settings
from ecr_constructs.core.ssm import (
    DEFAULT_PREFIX,
    PublishedRecord,
    check_parameter_path,
    parameter_path,
    published_path,
)
from ecr_constructs.core.tokens import is_unresolved, token
from ecr_constructs.errors import Problem, raise_problems, show

__all__ = ["ImportedRepository"]


@checks_arguments
class ImportedRepository(RepositoryBase):
    """A repository that exists already, made by `Repository.from_name`, `from_arn` or `from_ssm`.

    Granting access or adding lifecycle rules puts the whole policy under the management of this stack: leave that to
    the stack that makes the repository, where there is one, or each would overwrite the other's.
    """

    settings: RepositorySettings | None = None
    _account_id: str | None = None
    _region: str | None = None

    @classmethod
    def by_name(
        cls,
        scope: Construct,
        id: str,  # noqa: A002
        repository_name: str,
        *,
        registry_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> Self:
        """Look a repository up by its name; see `Repository.from_name`."""
        self = cls(scope, id, identity=repository_name, provider=provider)
        problems = check_repository_name(repository_name, "repository_name")
        if registry_id is not None:
            problems += check_account_id(registry_id, "registry_id")
        raise_problems(problems, source=self._path)
        self.repository_name, self._account_id = repository_name, registry_id
        data = aws.DataAwsEcrRepository(
            self, "Resource", name=repository_name, registry_id=registry_id, provider=provider
        )
        encryption = data.encryption_configuration.get(0)
        self.settings = RepositorySettings(
            image_tag_mutability=token(data.image_tag_mutability),
            scan_on_push=Token.as_string(data.image_scanning_configuration.get(0).scan_on_push),
            encryption_type=token(encryption.encryption_type),
            kms_key=encryption.kms_key,
        )
        self.name, self.arn, self.url = data.name, data.arn, data.repository_url
        self.registry_id = data.registry_id
        return self

    @classmethod
    def by_arn(
        cls,
        scope: Construct,
        id: str,  # noqa: A002
        repository_arn: str,
        *,
        settings: RepositorySettings | None = None,
        provider: TerraformProvider | None = None,
    ) -> Self:
        """Take a repository apart from its ARN; see `Repository.from_arn`."""
        self = cls(scope, id, identity=repository_arn.rsplit(":repository/", 1)[-1], provider=provider)
        problems = _check_arn(repository_arn)
        if settings is not None:
            problems += [each.under("settings") for each in check_settings(settings)]
        raise_problems(problems, source=self._path)
        self.arn, self.settings = repository_arn, settings
        if (arn := parse_repository_arn(repository_arn)) is not None:
            self.name = self.repository_name = arn.repository_name
            self.registry_id = self._account_id = arn.account_id
            self._region = arn.region
            self.url = f"{registry_host(arn.account_id, arn.region)}/{arn.repository_name}"
        else:
            parts = Fn.split(":", repository_arn)
            region, self.registry_id = Fn.element(parts, 3), Fn.element(parts, 4)
            self._region, self._account_id = region, self.registry_id
            self.name = self.repository_name = Fn.trimprefix(Fn.element(parts, 5), "repository/")
            self.url = f"{registry_host(self.registry_id, region, self._registry.dns_suffix)}/{self.name}"
        return self

    @classmethod
    def by_ssm(
        cls,
        scope: Construct,
        id: str,  # noqa: A002
        name: str,
        *,
        prefix: str = DEFAULT_PREFIX,
        provider: TerraformProvider | None = None,
    ) -> Self:
        """Read what was published about a repository; see `Repository.from_ssm`."""
        path = published_path(prefix, name)
        self = cls(scope, id, identity=path, provider=provider)
        raise_problems(check_parameter_path(path, "name"), source=self._path)
        # insecure_value: what is read is no secret, and a plan should show it.
        parameter = aws.DataAwsSsmParameter(
            self, "Config", name=parameter_path(prefix, name, "config"), provider=provider
        )
        published = Fn.jsondecode(parameter.insecure_value)

        record = PublishedRecord.read(lambda parameter: Token.as_string(Fn.lookup(published, parameter)))
        self.settings = RepositorySettings(
            image_tag_mutability=token(record.tag_mutability),
            scan_on_push=record.scan_on_push,
            encryption_type=token(record.encryption_type),
        )
        self.name, self.arn, self.url = record.name, record.arn, record.url
        self.registry_id, self.repository_name = record.registry_id, self.name
        return self

    @property
    def _owner_account_id(self) -> str | None:
        """The account that the repository belongs to, where it is known."""
        return self._account_id or super()._owner_account_id

    def _claim(self, what: str) -> list[Problem]:
        """Note that a policy is managed here, which Terraform can do in the provider's own account and region alone."""
        problems = super()._claim(what)
        for place, its, own in (
            ("account", self._account_id, self._registry.known_account_id),
            ("region", self._region, self._registry.known_region),
        ):
            if its is not None and own is not None and not is_unresolved(its) and its != own:
                rule = f"must lie in the provider's {place} {own} for its {what} to be managed here"
                fix = "Import it with a provider of its own place, or do this where the repository is made."
                problems.append(Problem((), "repository-elsewhere", rule, show(its), fix, self._path))
        return problems


def _check_arn(repository_arn: str) -> list[Problem]:
    if is_unresolved(repository_arn):
        return []
    arn = parse_repository_arn(repository_arn)
    if arn is not None:
        return check_repository_name(arn.repository_name, "repository_arn")
    rule = "must be the ARN of an ECR repository"
    fix = "Write it as in arn:aws:ecr:us-east-1:111111111111:repository/shop/web."
    return [Problem(("repository_arn",), "repository-arn", rule, show(repository_arn), fix)]
