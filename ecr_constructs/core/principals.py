"""Who may act: what a principal is in a policy of AWS, and how each kind is written.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html and, for the
characters of names and paths, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html. IAM takes no
wildcard within the ARN of a principal, and a group is no principal.
"""

from __future__ import annotations

import dataclasses
import re
from enum import StrEnum

from ecr_constructs.core.aws import account_root_arn, is_account_id
from ecr_constructs.core.places import Place
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["EVERYONE", "Principal", "PrincipalKind", "check_principal", "kind_of", "parse_principal", "principal_arn"]

EVERYONE = "*"
"""The principal that stands for everyone, known to AWS or not."""


class PrincipalKind(StrEnum):
    """What a principal is."""

    ACCOUNT = "account"
    ROOT = "root"
    ROLE = "role"
    USER = "user"
    ASSUMED_ROLE = "assumed role"
    FEDERATED_USER = "federated user"
    SERVICE = "service"
    ORGANIZATION = "organisation"
    EVERYONE = "everyone"


@dataclasses.dataclass(frozen=True, slots=True)
class Principal:
    """A principal, taken apart.

    Attributes:
        kind: What it is.
        text: As it is written.
        account_id: Its account; None for a service, an organisation and everyone.
        partition: The partition that its ARN names; None where it has none.
    """

    kind: PrincipalKind
    text: str
    account_id: str | None = None
    partition: str | None = None


_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")
_ARN = re.compile(r"arn:(aws[a-z-]*):(iam|sts)::([0-9]{12}):(.+)")
# A path is any printable ASCII between slashes; without the wildcards, which are no part of a principal.
_PATH = r"(?:[!-)+-.0->@-~]+/)*"
_FORMS = {
    ("iam", PrincipalKind.ROOT): re.compile(r"root"),
    ("iam", PrincipalKind.ROLE): re.compile(rf"role/{_PATH}[\w+=,.@-]{{1,64}}", re.ASCII),
    ("iam", PrincipalKind.USER): re.compile(rf"user/{_PATH}[\w+=,.@-]{{1,64}}", re.ASCII),
    ("sts", PrincipalKind.ASSUMED_ROLE): re.compile(r"assumed-role/[\w+=,.@-]{1,64}/[\w+=,.@-]{2,64}", re.ASCII),
    ("sts", PrincipalKind.FEDERATED_USER): re.compile(r"federated-user/[\w+=,.@-]{2,32}", re.ASCII),
}


def parse_principal(text: str) -> Principal | None:
    """Return what a text names: an account id, an ARN, a service, an organisation or `*`; None where it is none."""
    if text == EVERYONE:
        return Principal(PrincipalKind.EVERYONE, text)
    if is_account_id(text):
        return Principal(PrincipalKind.ACCOUNT, text, account_id=text)
    if _ORGANIZATION.fullmatch(text):
        return Principal(PrincipalKind.ORGANIZATION, text)
    if _SERVICE.fullmatch(text):
        return Principal(PrincipalKind.SERVICE, text)
    match = _ARN.fullmatch(text)
    if match is None:
        return None
    partition, service, account_id, rest = match.groups()
    kind = next((kind for (of, kind), form in _FORMS.items() if of == service and form.fullmatch(rest)), None)
    return None if kind is None else Principal(kind, text, account_id=account_id, partition=partition)


def kind_of(text: str) -> PrincipalKind | None:
    """Return what a text names; None where it is no principal."""
    found = parse_principal(text)
    return None if found is None else found.kind


def principal_arn(text: str, place: Place) -> str:
    """Return a principal as a policy has it: an account id as the ARN of its root, anything else as it is."""
    return account_root_arn(text, place.partition) if is_account_id(text) else text


def check_principal(
    text: object, *path: str | int, kinds: frozenset[PrincipalKind], partition: str | None, code: str
) -> list[Problem]:
    """Check that a text names a principal of one of some kinds, in a partition where that is known.

    Args:
        text: The text.
        *path: Where it is said.
        kinds: What it may be.
        partition: The partition that its ARN has to be of; None where that is not known.
        code: Code of the problem.
    """
    if is_unresolved(text):
        return []
    found = parse_principal(text) if isinstance(text, str) else None
    if found is None or found.kind not in kinds:
        return [Problem(path, code, _rule(kinds), show(text), _fix(kinds))]
    if None not in (found.partition, partition) and found.partition != partition:
        rule = f"must be a principal of the partition {partition}"
        return [Problem(path, code, rule, show(text), "Identities of one partition are not known in another.")]
    return []


_WORDS = {
    PrincipalKind.ACCOUNT: "an account id",
    **{kind: "an ARN" for _, kind in _FORMS},
    PrincipalKind.SERVICE: "a service",
    PrincipalKind.ORGANIZATION: "an organisation",
    PrincipalKind.EVERYONE: f"'{EVERYONE}'",
}


def _rule(kinds: frozenset[PrincipalKind]) -> str:
    *words, last = dict.fromkeys(word for kind, word in _WORDS.items() if kind in kinds)
    return f"must be {', '.join(words)} or {last}" if words else f"must be {last}"


def _fix(kinds: frozenset[PrincipalKind]) -> str:
    if PrincipalKind.ACCOUNT in kinds:
        return "Write the 12 digits of an account, in quotes, or arn:aws:iam::..."
    return "Write arn:PARTITION:iam::ACCOUNT:root, :role/NAME or :user/NAME, without '*'."
