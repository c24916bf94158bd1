"""KMS keys: which one it is, that it is of the right region, used, and made in one place."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import created_key_of, templates_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.kms import SECURITY_LAYER, Key, KeyAlias, KeyInState, KeyOfSecurityLayer, KeyToCreate
from ecr_constructs.core.repository import RepositorySettings, check_key_place, check_settings, takes_key
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = [
    "check_created_key",
    "check_key_of_all",
    "check_key_of_one",
    "check_key_regions",
    "check_key_states",
    "check_key_used",
    "check_keys_of_templates",
]


def check_key_of_all(environment: Environment) -> Iterator[Problem]:
    """Check how all repositories are encrypted, and point out where that is with AWS's own key."""
    settings = environment.settings
    everything = RepositorySettings(encryption_type=settings.ecr_encryption_type)
    for problem in check_settings(everything, environment.place):
        yield problem.moved("ecr_encryption_type")
    if settings.ecr_strategy == "local" and takes_key(settings.ecr_encryption_type) and settings.ecr_kms_key is None:
        yield _without_key(("ecr_encryption_type",), "ecr_kms_key")


def check_key_of_one(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    """Check that the key of a repository lies in its region, and point out that it has AWS's own."""
    settings = environment.settings
    if repository.is_made and takes_key(repository.encryption_type):
        if repository.kms_key is None and not takes_key(settings.ecr_encryption_type):
            yield _without_key(("encryption_type",), "kms_key, or ecr_kms_key for all repositories")
        yield from check_key_place(repository.options.kms_key, environment.place, "kms_key")


def check_key_regions(environment: Environment) -> Iterator[Problem]:
    """Check that the key of the environment, as far as its ARN is known, lies in its region."""
    yield from check_key_place(environment.settings.ecr_kms_key, environment.place, "ecr_kms_key")


def check_keys_of_templates(environment: Environment) -> Iterator[Problem]:
    """Check that the keys of templates are used."""
    for wanted in templates_of(environment):
        path = (*wanted.path, "kms_key")
        # Of a key by its ARN the core says so.
        by_reference = wanted.kms_key is not None and not isinstance(wanted.kms_key, str)
        if by_reference and not takes_key(str(wanted.keywords.get("encryption_type"))):
            fix = "Set encryption_type: KMS, or remove the key."
            rule = "must come with encryption_type: KMS, or images are not encrypted with it"
            yield Problem(path, "kms-key-unused", rule, "", fix)


def check_key_used(environment: Environment) -> Iterator[Problem]:
    """Check that a key is there to be used: an unused one means images that are not encrypted as meant."""
    settings, repositories = environment.settings, environment.made.values()
    if settings.ecr_kms_key is None or any(
        takes_key(each.encryption_type) and each.options.kms_key is None for each in repositories
    ):
        return
    # One that exists may wait for the first repository; one that is to be made would not be made.
    if isinstance(settings.ecr_kms_key, KeyToCreate) or (repositories and not takes_key(settings.ecr_encryption_type)):
        rule = "must be used, and no repository is encrypted with it"
        fix = "Set ecr_encryption_type: KMS before the repositories are made, or remove the key."
        yield Problem(("ecr_kms_key",), "kms-key-unused", rule, "", fix)


def check_created_key(environment: Environment) -> Iterator[Problem]:
    """Check that a key is made in one place, and where the stack that makes it is the only one."""
    settings, created = environment.settings, None
    for wanted in created_key_of(environment):
        created = wanted.keywords["alias"]
        yield from wanted.problems(environment.place)
    for path, key in _other_keys(environment):
        if isinstance(key, KeyAlias) and key.alias == created:
            fix = "Use another key: the policy of the one that is made here lets ECR alone use it."
            yield Problem(path, "kms-key-create", "must be another key than that of ecr_kms_key", "its alias", fix)
    if created is not None and settings.ecr_shards > 1:
        rule = "must be a key that exists where the repositories are divided among stacks"
        fix = "Make the key in another stack, and name it by its alias or ARN."
        yield Problem(("ecr_kms_key",), "kms-key-create", rule, "create: true", fix)


def check_key_states(environment: Environment) -> Iterator[Problem]:
    """Check that the state that a key is an output of is known, and another than the environment's own."""
    settings = environment.settings
    own = {environment.state_key(shard) for shard in range(1, settings.ecr_shards + 1)}
    keys = {path: key for path, key in _other_keys(environment) if key is not None}
    for path, key in [(("ecr_kms_key",), settings.ecr_kms_key), *keys.items()]:
        state = environment.security_layer if isinstance(key, KeyOfSecurityLayer) else key
        if isinstance(key, KeyOfSecurityLayer) and state is None:
            rule = "must come with bucket: the security layer's state is in it"
            fix = "Add bucket:, or name the key in another way."
            yield Problem(path, "kms-key-state", rule, SECURITY_LAYER, fix)
        elif isinstance(state, KeyInState):
            said = state.remote_state
            if said.bucket == settings.bucket and said.key in own:
                rule = "must be an output of another state than the environment's own"
                fix = "Give the environment another state_key, or name the key in another way."
                yield Problem(path, "kms-key-state", rule, show(said.key), fix)


def _other_keys(environment: Environment) -> Iterator[tuple[KeyPath, Key | None]]:
    yield ("ecr_log_kms_key",), environment.settings.ecr_log_kms_key
    for wanted in templates_of(environment):
        yield (*wanted.path, "kms_key"), wanted.kms_key
    for repository in environment.made.values():
        yield repository.path_of("kms_key"), repository.options.kms_key


def _without_key(path: KeyPath, name: str) -> Problem:
    rule = "images are encrypted with aws/ecr, AWS's own key of the account, because no other one is said"
    fix = f"Say another one before the repositories are made, by {name}: a change replaces them with their images."
    return Problem(path, "kms-without-key", rule, fix=fix, severity="warning")
