"""The repository."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ecr_constructs._engine.aws import (
    EcrRepository,
    EcrRepositoryEncryptionConfiguration,
    EcrRepositoryImageScanningConfiguration,
    EcrRepositoryImageTagMutabilityExclusionFilter,
)
from ecr_constructs._engine.door import Construct, IResolvable, TerraformProvider, TerraformResourceLifecycle, Token
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.registry import claim_logical_id
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.core.adoption import RepositoryPart, adopted_parts, check_adopt, check_renamed_from
from ecr_constructs.core.names import check_repository_name
from ecr_constructs.core.repository import EncryptionType, ImageTagMutability, RepositorySettings, check_settings
from ecr_constructs.core.ssm import DEFAULT_PREFIX
from ecr_constructs.core.tags import check_tags
from ecr_constructs.core.tokens import TokenString, is_unresolved
from ecr_constructs.errors import Problem, raise_problems

if TYPE_CHECKING:
    from ecr_constructs.constructs.imported_repository import ImportedRepository

__all__ = ["Repository"]


@checks_arguments
class Repository(RepositoryBase):
    """A private repository of Amazon ECR.

    Example:
        >>> repository = Repository(self, "Web", repository_name="shop/web", image_tag_mutability="IMMUTABLE")
        >>> repository.grant_pull("111111111111")
        >>> repository.add_lifecycle_rule(
        ...     LifecycleRule(tag_status="untagged", count_type="sinceImagePushed", count_number=7)
        ... )

    Attributes:
        resource: The `aws_ecr_repository` itself.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        repository_name: str,
        image_tag_mutability: ImageTagMutability | TokenString = "MUTABLE",
        image_tag_mutability_exclusion_filters: Sequence[str] = (),
        scan_on_push: bool | IResolvable = True,
        encryption_type: EncryptionType | TokenString = "AES256",
        kms_key: str | None = None,
        force_delete: bool | IResolvable = False,
        prevent_destroy: bool = False,
        tags: Mapping[str, str] | None = None,
        logical_id: str | None = None,
        adopt: bool | Sequence[RepositoryPart] = False,
        renamed_from: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Make a repository.

        What Terraform knows only later may be given as a token, save for `prevent_destroy`, `logical_id`, `adopt`,
        `renamed_from` and the list of exclusion filters (its entries may be tokens); what is known at synthesis is
        checked.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            repository_name: 2 to 256 characters: parts of lowercase letters and digits joined by `.`, `_`, `__` or
                hyphens, divided by `/`. Changing it replaces the repository and deletes its images.
            image_tag_mutability: `MUTABLE` (default), `IMMUTABLE`, `IMMUTABLE_WITH_EXCLUSION` or
                `MUTABLE_WITH_EXCLUSION`; or a `token`
                (https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html).
            image_tag_mutability_exclusion_filters: For the last two, 1 to 5 tag patterns with at most two `*` each.
            scan_on_push: Whether basic scanning scans each image that is pushed; default True.
            encryption_type: `AES256` (default), `KMS`, or in GovCloud `KMS_DSSE`; or a `token`. Changing it replaces
                the repository and deletes its images
                (https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html).
            kms_key: Full ARN of the key; default with `KMS`: AWS's own key. Changing it replaces the repository.
            force_delete: Whether the repository may be destroyed with images in it; default False. It takes effect at
                the apply before the destroy.
            prevent_destroy: Whether Terraform refuses every plan that destroys or replaces it; default False.
            tags: Tags of the repository.
            logical_id: Terraform name of the resources; default: CDKTF's, made from the path of the construct, which
                changes when the construct moves, and a changed address replaces the repository.
            adopt: What exists already and is to come under the management of this stack, with nothing recreated:
                `repository`, `lifecycle_policy` and `repository_policy` in a list, or True for those of them that are
                made here, known at synthesis; default False. Terraform 1.5 or newer imports each by the repository's
                name, so that the name must be known; it ignores what its state has already, and refuses to plan where
                there is nothing to import, as of a policy that the repository does not have yet. The encryption must be
                the one it has, or Terraform would replace it after all
                (https://developer.hashicorp.com/terraform/language/import).
            renamed_from: The `logical_id` before it was changed to the present one. Terraform then takes the repository
                and its policies from the former address in its state instead of replacing them, and keeps quiet where
                there is nothing at it; it can be removed once every state has been applied
                (https://developer.hashicorp.com/terraform/language/modules/develop/refactoring).
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: Arguments break rules of ECR; it names them all.
        """
        super().__init__(scope, id, identity=repository_name, logical_id=logical_id, provider=provider)
        self.repository_name = repository_name
        self.settings: RepositorySettings = RepositorySettings(
            image_tag_mutability=image_tag_mutability,
            image_tag_mutability_exclusion_filters=tuple(image_tag_mutability_exclusion_filters),
            scan_on_push=scan_on_push if isinstance(scan_on_push, bool) else Token.as_string(scan_on_push),
            encryption_type=encryption_type,
            kms_key=kms_key,
        )
        problems = [
            *check_repository_name(repository_name, "repository_name"),
            *check_settings(self.settings, self._registry),
            *_check_known("image_tag_mutability_exclusion_filters", image_tag_mutability_exclusion_filters),
            *_check_known("prevent_destroy", prevent_destroy),
            *check_tags(tags or {}, "tags"),
            *self._registry.claim_repository(repository_name, self),
            *claim_logical_id(logical_id, "repository", self),
            *check_adopt(adopt, repository_name, renamed_from),
            *(check_renamed_from(renamed_from, logical_id) or _claim_former_id(renamed_from, self)),
        ]
        raise_problems(problems, source=self._path)
        self._adopted, self._renamed_from = adopted_parts(adopt), renamed_from
        filters = self.settings.image_tag_mutability_exclusion_filters
        self.resource: EcrRepository = EcrRepository(
            self,
            "Resource",
            name=repository_name,
            image_tag_mutability=image_tag_mutability,
            image_tag_mutability_exclusion_filter=[
                EcrRepositoryImageTagMutabilityExclusionFilter(filter=text, filter_type="WILDCARD") for text in filters
            ]
            or None,
            image_scanning_configuration=EcrRepositoryImageScanningConfiguration(scan_on_push=scan_on_push),
            encryption_configuration=[
                EcrRepositoryEncryptionConfiguration(encryption_type=encryption_type, kms_key=kms_key)
            ],
            force_delete=None if force_delete is False else force_delete,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if prevent_destroy else None,
            tags=dict(tags) if tags else None,
            provider=provider,
        )
        self._place(self.resource, "repository")
        self.name: str = self.resource.name
        self.arn: str = self.resource.arn
        self.url: str = self.resource.repository_url
        self.registry_id: str = self.resource.registry_id

    @staticmethod
    def from_name(
        scope: Construct,
        id: str,  # noqa: A002
        repository_name: str,
        *,
        registry_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> ImportedRepository:
        """Return a repository that exists already, looked up by its name at plan.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            repository_name: Full name of the repository.
            registry_id: Account that owns it; default: the provider's own.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: ECR takes no such name or account.
        """
        from ecr_constructs.constructs.imported_repository import ImportedRepository

        return ImportedRepository.by_name(scope, id, repository_name, registry_id=registry_id, provider=provider)

    @staticmethod
    def from_arn(
        scope: Construct,
        id: str,  # noqa: A002
        repository_arn: str,
        *,
        settings: RepositorySettings | None = None,
        provider: TerraformProvider | None = None,
    ) -> ImportedRepository:
        """Return a repository that exists already, from its ARN alone: nothing is looked up.

        Its settings are what is said of them here; without them it cannot be published by `SsmPublisher`.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            repository_arn: ARN of the repository, or a token of one.
            settings: What it was made with, where that is known; default None. It is published as it stands here and
                not compared with the repository.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: It is not the ARN of a repository, or ECR takes no such settings.
        """
        from ecr_constructs.constructs.imported_repository import ImportedRepository

        return ImportedRepository.by_arn(scope, id, repository_arn, settings=settings, provider=provider)

    @staticmethod
    def from_ssm(
        scope: Construct,
        id: str,  # noqa: A002
        name: str,
        *,
        prefix: str = DEFAULT_PREFIX,
        provider: TerraformProvider | None = None,
    ) -> ImportedRepository:
        """Return a repository that was published in SSM Parameter Store, read at plan by one parameter.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            name: Logical name under which it was published.
            prefix: Path below which it was published; default `/ecr`.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: Parameter Store takes no such path.
        """
        from ecr_constructs.constructs.imported_repository import ImportedRepository

        return ImportedRepository.by_ssm(scope, id, name, prefix=prefix, provider=provider)


def _claim_former_id(renamed_from: str | None, owner: Repository) -> list[Problem]:
    """Note who had a Terraform name, which then is nobody else's: Terraform moves nothing away that is still there."""
    fix = "Give it to one repository, and the name itself to a new one at a later apply."
    return [
        dataclasses.replace(problem, path=("renamed_from",), code="renamed-from-taken", fix=fix)
        for problem in claim_logical_id(renamed_from, "repository", owner)
    ]


def _check_known(name: str, value: object) -> list[Problem]:
    """Check a value that shapes what is written, so that an expression cannot stand for it."""
    if not is_unresolved(value):
        return []
    fix = "Write it out; the entries of a list may be expressions."
    return [Problem((name,), "known-at-synthesis", "must be known at synthesis", "a token", fix)]
