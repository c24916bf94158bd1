"""Rules about the keys of an environment, and about what protects its images from being destroyed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.kms import KeyAlias, KeyToCreate
from ecr_constructs.core.kms import check_key
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["check_created_key", "check_key_region", "check_protected"]


def check_created_key(environment: Environment) -> Iterator[Problem]:
    """Check that a key is made in one place, and where the stack that makes it is the only one."""
    settings, created = environment.settings, None
    if isinstance(settings.ecr_kms_key, KeyToCreate):
        created = settings.ecr_kms_key.alias_in(settings.project, settings.env)
        days = settings.ecr_kms_key.deletion_window_in_days
        for problem in check_key(alias=created, deletion_window_in_days=days, rotation_period_in_days=None):
            yield problem.under("ecr_kms_key")
    for path, key in _other_keys(environment):
        if isinstance(key, KeyAlias) and key.alias == created:
            fix = "Use another key: the policy of the one that is made here lets ECR alone use it."
            yield Problem(path, "kms-key-create", "must be another key than that of ecr_kms_key", "its alias", fix)
        if isinstance(key, KeyToCreate):
            fix = "Make it by ecr_kms_key, or name one that exists."
            yield Problem(path, "kms-key-create", "must be a key that exists", "create: true", fix)
    if isinstance(settings.ecr_kms_key, KeyToCreate) and settings.ecr_shards > 1:
        rule = "must be a key that exists where the repositories are divided among stacks"
        fix = "Make the key in another stack, and name it by its alias or ARN."
        yield Problem(("ecr_kms_key",), "kms-key-create", rule, "create: true", fix)


def _other_keys(environment: Environment) -> Iterable[tuple[KeyPath, object]]:
    settings = environment.settings
    yield ("ecr_log_kms_key",), settings.ecr_log_kms_key
    for prefix, template in settings.ecr_creation_templates.items():
        yield ("ecr_creation_templates", prefix, "kms_key"), template.kms_key
    for prefix, cache in settings.ecr_pull_through_caches.items():
        if cache.creation_template is not None:
            yield ("ecr_pull_through_caches", prefix, "creation_template", "kms_key"), cache.creation_template.kms_key
    for repository in environment.made.values():
        yield repository.path_of("kms_key"), repository.options.kms_key


def check_protected(environment: Environment) -> Iterator[Problem]:
    """Check that nothing in a protected environment may be destroyed."""
    if not environment.settings.protected:
        return
    if environment.settings.ecr_strategy != "local":
        rule, fix = "must come with ecr_strategy: local", "Set it where the repositories are made."
        yield Problem(("protected",), "strategy-unused", rule, "cross_account", fix)
    for repository in environment.made.values():
        if "prevent_destroy" in repository.options.model_fields_set and not repository.options.prevent_destroy:
            path, rule = repository.path_of("prevent_destroy"), "must not be false with protected: true"
            yield Problem(path, "protected", rule, "false", "Remove it, or protected: true.")


def check_key_region(key: object, region: str, path: KeyPath) -> Iterator[Problem]:
    """Check that a key, where its ARN is known, lies in the region where it is used."""
    # https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html: a key of the same region
    if isinstance(key, str) and key.split(":")[3] != region:
        yield Problem(path, "kms-key-region", f"must lie in {region}", show(key), "Use a key of that region.")
