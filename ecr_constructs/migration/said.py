"""The variables of a Terraform module, read by their types, with what is wrong with them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from ecr_constructs.core.principals import PrincipalKind, kind_of
from ecr_constructs.errors import KeyPath, Problem, show
from ecr_constructs.migration.carried import refused

__all__ = ["Said"]

# The two forms of one that mean a whole account:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
_ROOT = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):root|(\d{12})")
_WORDS = {"true": True, "false": False}
_PRINCIPAL_FIX = (
    "Name whole accounts (arn:aws:iam::ACCOUNT:root), roles and users by their ARNs, and nobody by wildcards, in a copy"
    " of this file."
)
_IDENTITIES = frozenset(PrincipalKind) - {
    PrincipalKind.EVERYONE,
    PrincipalKind.ORGANIZATION,
    PrincipalKind.ORGANIZATION_PATH,
    PrincipalKind.SERVICE,
}


class Said:
    """The variables of one module.

    Attributes:
        used: Those that were asked for.
        problems: What is wrong with them, or cannot be carried over.
    """

    def __init__(self, variables: Mapping[str, object], account_id: object = None) -> None:
        """Take the variables.

        Args:
            variables: What the tfvars file says.
            account_id: The environment's own account, where it is known.
        """
        self.used: set[str] = set()
        self.problems: list[Problem] = []
        self._variables = variables
        self._account_id = account_id

    def value(self, name: str, default: object = None) -> object:
        """Return what a variable is, whatever its type."""
        self.used.add(name)
        return self._variables.get(name, default)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a variable that is true or false, which Terraform takes as text as well."""
        value = self.value(name, default)
        if isinstance(value, str):
            value = _WORDS.get(value, value)
        if isinstance(value, bool):
            return value
        self._type((name,), "must be true or false", value)
        return default

    def text(self, name: str, default: str | None = None) -> str | None:
        """Return a variable that is text; empty text and null are the default."""
        value = self.value(name)
        if value is None or value == "":
            return default
        if isinstance(value, str):
            return value
        self._type((name,), "must be text", value)
        return default

    def count(self, name: str, default: int) -> int:
        """Return a variable that is a whole number, which Terraform takes as text as well."""
        value = self.value(name, default)
        if isinstance(value, str) and value.isdecimal():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._type((name,), "must be a whole number", value)
        return default

    def texts(self, name: str) -> list[str]:
        """Return a variable that is a list of texts."""
        items = self._items(name)
        for index, each in enumerate(items):
            if not isinstance(each, str):
                self._type((name, index), "must be text", each)
        return [each for each in items if isinstance(each, str)]

    def mappings(self, name: str) -> list[Mapping[str, object]]:
        """Return a variable that is a list of mappings."""
        items = self._items(name)
        for index, each in enumerate(items):
            if not isinstance(each, Mapping):
                self._type((name, index), "must be a mapping", each)
        return [each for each in items if isinstance(each, Mapping)]

    def mapping(self, name: str) -> Mapping[str, object]:
        """Return a variable that is a mapping; null is an empty one."""
        value = self.value(name)
        if value is None or isinstance(value, Mapping):
            return value or {}
        self._type((name,), "must be a mapping", value)
        return {}

    def refuse(self, name: str, fix: str) -> None:
        """Refuse a variable that says something."""
        value = self.value(name)
        if value not in (None, False, "", [], {}):
            self.problems.append(refused((name,), value, fix))

    def mutability(self, name: str, filters: str) -> dict[str, object]:
        """Return whether tags can be pushed again; both modules have them IMMUTABLE where nothing is said.

        A null that is said is passed on, and means MUTABLE to the provider, which is not what the modules promise.
        """
        if name in self._variables and self._variables[name] is None:
            fix = "Say MUTABLE or IMMUTABLE, whichever the repository has now."
            self.problems.append(Problem((name,), "required", "must be said", "None", fix))
        options: dict[str, object] = {"image_tag_mutability": self.text(name, "IMMUTABLE")}
        found = self.mappings(filters)
        for index, each in enumerate(found):
            if each.get("filter_type", "WILDCARD") != "WILDCARD":
                self._type((filters, index, "filter_type"), "must be WILDCARD", each["filter_type"])
        if found:
            options["image_tag_mutability_exclusion_filters"] = [each.get("filter") for each in found]
        return options

    @staticmethod
    def encryption(kind: object, key: object) -> dict[str, object]:
        """Return the options about encryption; KMS without a key is AWS's own here as there."""
        if kind != "KMS":
            return {"encryption_type": "AES256" if kind is None or kind == "" else kind}
        if key is None or key == "":
            return {"encryption_type": "KMS"}
        is_alias = isinstance(key, str) and key.startswith("alias/")
        return {"encryption_type": "KMS", "kms_key": {"alias": key} if is_alias else key}

    def accounts(self, name: str) -> list[str]:
        """Return the accounts that a list of principals names as a whole, less the environment's own."""
        found = map(_ROOT.fullmatch, self.identities(name))
        accounts = dict.fromkeys(each[1] or each[2] for each in found if each is not None)
        return [each for each in accounts if each != self._account_id]

    def identities(self, name: str) -> list[str]:
        """Return the principals of a list: account ids, and ARNs of account roots, roles and users."""
        names = []
        for index, each in enumerate(self.texts(name)):
            if kind_of(each) in _IDENTITIES:
                names.append(each)
            else:
                self._refuse_once(refused((name, index), each, _PRINCIPAL_FIX))
        return list(dict.fromkeys(names))

    def others(self, name: str) -> list[str]:
        """Return those of them that are no whole accounts: roles and users."""
        return [each for each in self.identities(name) if _ROOT.fullmatch(each) is None]

    def policy(self, name: str) -> object:
        """Return a lifecycle policy, whose JSON is written as YAML where it is a mapping; None where there is none."""
        value = self.value(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                parsed = json.loads(value)
            except ValueError:
                parsed = None
            if isinstance(parsed, dict):
                return parsed
            fix = "Write the policy as JSON text, or as jsonencode({...})."
            self.problems.append(Problem((name,), "type", "must be a lifecycle policy in JSON", show(value), fix))
            return None
        if isinstance(value, Mapping):
            return dict(value)
        self._type((name,), "must be a lifecycle policy in JSON", value)
        return None

    def _items(self, name: str) -> list[object]:
        value = self.value(name)
        if value is None or isinstance(value, list):
            return value or []
        self._type((name,), "must be a list", value)
        return []

    def _refuse_once(self, problem: Problem) -> None:
        if problem not in self.problems:
            self.problems.append(problem)

    def _type(self, path: KeyPath, rule: str, value: object) -> None:
        fix = "Write it as the module's own documentation has it."
        self.problems.append(Problem(path, "type", rule, show(value), fix))
