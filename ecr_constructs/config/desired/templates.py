"""What is wanted of repositories that ECR makes by itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from ecr_constructs.config.desired.fields import same_fields
from ecr_constructs.config.desired.repositories import retention_said
from ecr_constructs.config.desired.wanted import Wanted
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.templates import TemplateOptions
from ecr_constructs.core.access.grants import AccessGrants, statements_of
from ecr_constructs.core.names import terraform_address
from ecr_constructs.core.registry.templates import CreationTemplate, TemplateAppliedFor
from ecr_constructs.core.repository import RepositorySettings
from ecr_constructs.errors import KeyPath

__all__ = ["templates_of"]


def templates_of(environment: Environment) -> Iterator[Wanted]:
    """Return the creation templates, those of the caches among them."""
    settings = environment.settings
    for prefix, options in sorted(settings.ecr_creation_templates.items()):
        yield _template(prefix, options.applied_for, options, ("ecr_creation_templates", prefix), environment)
    for prefix, cache in sorted(settings.ecr_pull_through_caches.items()):
        if cache.creation_template is not None:
            path = ("ecr_pull_through_caches", prefix, "creation_template")
            wanted = _template(prefix, ("PULL_THROUGH_CACHE",), cache.creation_template, path, environment)
            yield dataclasses.replace(wanted, judged_elsewhere=frozenset({"prefix"}))


def _template(
    prefix: str,
    applied_for: Sequence[TemplateAppliedFor],
    options: TemplateOptions,
    path: KeyPath,
    environment: Environment,
) -> Wanted:
    key = options.kms_key
    access = AccessGrants(allowed_account_ids=options.allowed_account_ids, organization_id=options.organization_id)
    template = CreationTemplate(
        prefix=prefix,
        applied_for=applied_for,
        settings=RepositorySettings(
            image_tag_mutability=options.image_tag_mutability,
            image_tag_mutability_exclusion_filters=options.image_tag_mutability_exclusion_filters,
            encryption_type=options.encryption_type,
            kms_key=key if isinstance(key, str) else None,
        ),
        retention=dataclasses.replace(retention_said(options), lifecycle_policy=options.lifecycle_policy),
        repository_policy=tuple(statements_of(access, environment.place)),
        **same_fields(CreationTemplate, options, "applied_for", "retention"),
    )
    address = terraform_address(prefix)
    return Wanted(
        value=template,
        path=path,
        construct="RepositoryCreationTemplate",
        id=f"Template_{address}",
        logical_id=address,
        keywords={name: value for name, value in template.keywords.items() if name != "kms_key"},
        kms_key=key,
        # The prefix is a key of the file, and the policy is made of the accounts.
        paths={"prefix": (), "policy": ("allowed_account_ids",)},
        names=(("template", prefix, ()),),
    )
