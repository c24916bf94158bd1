"""A repository of ECR Public."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import Construct, IResolvable, TerraformProvider, TerraformResourceLifecycle
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.registry import claim_logical_id, registry_of
from ecr_constructs.constructs.base.synthesis import warn
from ecr_constructs.constructs.base.tokens import check_list_tokens
from ecr_constructs.core.iam import PolicyStatement, render_policy
from ecr_constructs.core.registry.public import CatalogData, PublicSettings, gallery_notices
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.core.wording import line_notices
from ecr_constructs.errors import Problem, raise_problems, show

__all__ = ["PublicRepository"]


@checks_arguments
class PublicRepository(PlacedConstruct):
    """A repository in the public gallery, from which everyone can pull.

    ECR Public is in us-east-1 alone: a stack of another region needs a provider for it.

    Example:
        >>> provider = AwsProvider(self, "Public", region="us-east-1", alias="public")
        >>> PublicRepository(self, "Tool", repository_name="tool", description="A tool.", provider=provider)

    Attributes:
        repository_name: The name as it was given.
        name: The same, as an attribute that Terraform can depend on.
        arn: ARN of the repository.
        url: Where to push and pull, without a tag: `public.ecr.aws/{registry alias}/{name}`.
        registry_id: Account that owns it.
        resource: The `aws_ecrpublic_repository` itself.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        repository_name: str,
        about_text: str | None = None,
        architectures: Sequence[str] = (),
        description: str | None = None,
        logo_image_blob: bytes | Path | str | None = None,
        operating_systems: Sequence[str] = (),
        usage_text: str | None = None,
        push_account_ids: Sequence[str] = (),
        policy_statements: Sequence[PolicyStatement] = (),
        force_destroy: bool | IResolvable = False,
        prevent_destroy: bool = False,
        tags: Mapping[str, str] | None = None,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Make a public repository.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            repository_name: 2 to 205 characters: parts of lowercase letters and digits joined by single `.`, `_` or
                `-`, divided by `/`. Changing it replaces the repository and deletes its images.
            about_text: What is in it, in Markdown; at most 25,600 characters.
            architectures: What the images run on; the gallery shows and finds `ARM`, `ARM 64`, `x86` and `x86-64`
                (https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_RepositoryCatalogDataInput.html).
            description: One or two sentences, at most 1,024 characters.
            logo_image_blob: The logo, at most 512,000 bytes: its content, a `Path` that is read now, or text in base64.
                The gallery shows it for verified accounts alone.
            operating_systems: What the images are for; the gallery shows and finds `Linux` and `Windows`.
            usage_text: How it is used, in Markdown; at most 25,600 characters.
            push_account_ids: Other accounts that may push.
            policy_statements: Further statements of the repository's policy, with `ecr-public:` actions. None can take
                pulling away from anyone.
            force_destroy: Whether the repository may be destroyed with images in it; default False.
            prevent_destroy: Whether Terraform refuses every plan that destroys or replaces it; default False.
            tags: Tags of the repository.
            logical_id: Terraform name of the resources; default: CDKTF's.
            provider: Provider to use instead of the stack's, of us-east-1.

        Raises:
            InvalidInput: Arguments break rules of ECR Public; it names them all.
        """
        super().__init__(scope, id)
        registry = registry_of(self, provider)
        logo, problems = _encoded(logo_image_blob)
        wanted = PublicSettings(
            repository_name=repository_name,
            about_text=about_text,
            architectures=tuple(architectures),
            description=description,
            logo_image_blob=logo,
            operating_systems=tuple(operating_systems),
            usage_text=usage_text,
            push_account_ids=tuple(push_account_ids),
            policy_statements=tuple(policy_statements),
            force_destroy=force_destroy,
            tags=tags or {},
        )
        statements = wanted.statements
        problems += check_list_tokens(statements) or wanted.problems(registry)
        problems += claim_logical_id(logical_id, "public repository", self)
        if not is_unresolved(repository_name):
            problems += registry.claim(f"public repository {repository_name}", self)
        raise_problems(problems, source=self._path)
        for notice in (*gallery_notices(wanted), *line_notices(description, "description")):
            warn(self, notice)
        self.repository_name = repository_name
        self.resource: aws.EcrpublicRepository = aws.EcrpublicRepository(
            self,
            "Resource",
            repository_name=repository_name,
            catalog_data=_catalog_data(wanted),
            force_destroy=None if force_destroy is False else force_destroy,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if prevent_destroy else None,
            tags=dict(tags) if tags else None,
            provider=provider,
        )
        set_logical_id(self.resource, logical_id)
        self.name: str = self.resource.id
        self.arn: str = self.resource.arn
        self.url: str = self.resource.repository_uri
        self.registry_id: str = self.resource.registry_id
        if statements:
            policy = aws.EcrpublicRepositoryPolicy(
                self, "Policy", repository_name=self.name, policy=render_policy(statements), provider=provider
            )
            set_logical_id(policy, logical_id)


def _catalog_data(data: CatalogData) -> aws.EcrpublicRepositoryCatalogData | None:
    if all(getattr(data, field.name) == field.default for field in dataclasses.fields(CatalogData)):
        return None
    return aws.EcrpublicRepositoryCatalogData(
        about_text=data.about_text,
        architectures=list(data.architectures) or None,
        description=data.description,
        logo_image_blob=data.logo_image_blob,
        operating_systems=list(data.operating_systems) or None,
        usage_text=data.usage_text,
    )


def _encoded(logo: bytes | Path | str | None) -> tuple[str | None, list[Problem]]:
    if logo is None or isinstance(logo, str):
        return logo, []
    try:
        content = logo if isinstance(logo, bytes) else logo.read_bytes()
    except OSError as error:
        rule = f"must be a file that can be read ({error.strerror})"
        fix = "Give the path of an image, from where the app runs."
        return None, [Problem(("logo_image_blob",), "public-logo", rule, show(str(logo)), fix)]
    return base64.b64encode(content).decode(), []
