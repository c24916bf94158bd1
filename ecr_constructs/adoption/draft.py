"""An entry in the making: what it declares under the defaults of its environment, and which options it needs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping

from ecr_constructs.adoption.access import declared_repository_policy
from ecr_constructs.adoption.granted import Access
from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.defaults import merge_options
from ecr_constructs.config.desired import access_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.access import PolicyStatementOptions
from ecr_constructs.config.model.file import REPOSITORIES
from ecr_constructs.config.model.kms import KeyAlias
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.core.access.checks import check_access
from ecr_constructs.core.access.levels import Level
from ecr_constructs.core.places import KnownPlace

__all__ = ["Account", "Draft"]

_UNORDERED = (
    "allowed_account_ids",
    "image_tag_mutability_exclusion_filters",
    "organization_paths",
    *(f"{level}_principals" for level in Level),
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is known of the account beside its repositories.

    Attributes:
        account_id: Its id.
        organization_id: Its organisation, where it has one and the environment asks for it.
        keys: Full ARNs of keys by their aliases, as far as the environment names any.
    """

    account_id: str
    organization_id: str | None = None
    keys: Mapping[str, str] = dataclasses.field(default_factory=dict)


class Draft:
    """An entry in the making, under the defaults of its environment."""

    def __init__(
        self, logical_name: str, environment: Environment, defaults: RepositoryOptions, account: Account
    ) -> None:
        self.environment: Environment = environment
        self.account: Account = account
        self._logical_name, self._defaults = logical_name, defaults

    def declared(self, options: Mapping[str, object]) -> DeclaredRepository:
        """Return the repository that an entry with these options declares."""
        own = RepositoryOptions.model_validate(dict(options))
        return DeclaredRepository(
            logical_name=self._logical_name,
            options=merge_options(self._defaults, own),
            environment=self.environment.settings,
            path=(REPOSITORIES, self._logical_name),
            own_keys=frozenset(own.model_fields_set),
        )

    def policy(self, access: Access) -> str | None:
        """Return the repository policy that an entry with this access makes."""
        account = self.account
        return declared_repository_policy(
            self.declared(access.options), account_id=account.account_id, organization_id=account.organization_id
        )

    def refuses(self, access: Access) -> bool:
        """Tell whether a file may not say this access, such as to let everyone in."""
        place = KnownPlace(self.environment.settings.region, self.account.account_id)
        return bool(check_access(access_of(self.declared(access.options)), place))

    def needed(self, wanted: Mapping[str, object]) -> dict[str, object]:
        """Return those of the options that must be said for all of them to hold."""
        said: dict[str, object] = {}
        # Saying one may set a default of another aside, or bring the model's own back.
        for _ in range(len(wanted)):
            options = self._effective(said)
            missing = next((name for name in wanted if options[name] != _plain(name, wanted[name])), None)
            if missing is None:
                break
            said[missing] = wanted[missing]
        return {name: said[name] for name in wanted if name in said}

    def _effective(self, said: Mapping[str, object]) -> dict[str, object]:
        declared = self.declared(said)
        key = declared.kms_key
        effective = {name: getattr(declared.options, name) for name in RepositoryOptions.model_fields}
        effective["encryption_type"] = declared.encryption_type
        effective["kms_key"] = self.account.keys.get(key.alias) if isinstance(key, KeyAlias) else key
        return {name: _plain(name, value) for name, value in effective.items()}


def _plain(name: str, value: object) -> object:
    """Return a value in the one form in which two that say the same are equal."""
    if name == "lifecycle_policy" and isinstance(value, str):
        return json.loads(value)
    if name == "policy_statements" and isinstance(value, list | tuple):
        return [PolicyStatementOptions.model_validate(each).model_dump() for each in value]
    if name in _UNORDERED and isinstance(value, list | tuple):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value
