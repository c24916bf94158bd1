"""Who may act: what a principal is in a policy of AWS, and how each kind is written.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html and, for the
characters of names and paths, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html. IAM takes no
wildcard within the ARN of a principal, and a group is no principal. A service is of `amazonaws.com` in any partition,
or of the partition's own domain, such as `c2s.ic.gov`.
"""

from __future__ import annotations

import dataclasses
import re
from enum import StrEnum

from ecr_constructs.core.aws import (
    ORGANIZATION_ID,
    ORGANIZATION_PATH,
    PARTITION_SUFFIXES,
    account_root_arn,
    is_account_id,
)
from ecr_constructs.core.places import Place
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "EVERYONE",
    "IDENTITY_ARN",
    "SERVICE_PRINCIPAL",
    "Principal",
    "PrincipalKind",
    "check_principal",
    "kind_of",
    "parse_principal",
    "principal_arn",
    "service_name",
]

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
    ORGANIZATION_PATH = "organisational unit"
    EVERYONE = "everyone"


@dataclasses.dataclass(frozen=True, slots=True)
class Principal:
    """A principal, taken apart.

    Attributes:
        kind: What it is.
        text: As it is written.
        account_id: Its account; None for a service, an organisation, a unit of one and everyone.
        partition: The partition that its ARN names, or that its domain is of; None where it may be of any.
    """

    kind: PrincipalKind
    text: str
    account_id: str | None = None
    partition: str | None = None


_ANYWHERE = PARTITION_SUFFIXES["aws"]
_PARTITION_OF = {suffix: partition for partition, suffix in PARTITION_SUFFIXES.items() if suffix != _ANYWHERE}
SERVICE_PRINCIPAL = re.compile(rf"([a-z0-9.-]+)\.({'|'.join(map(re.escape, (*_PARTITION_OF, _ANYWHERE)))})")
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
# As both a check and a schema read it: what stands for letters in Python alone is written out.
_ARN_FORMS = (f"{of}::[0-9]{{12}}:{form.pattern}".replace(r"\w", "A-Za-z0-9_") for (of, _), form in _FORMS.items())
IDENTITY_ARN = re.compile(f"arn:aws[a-z-]*:(?:{'|'.join(_ARN_FORMS)})")
"""The ARN of an identity, whichever kind it is."""


def parse_principal(text: str) -> Principal | None:
    """Return what a text names: an account id, an ARN, a service, an organisation or a path in one, or `*`.

    None stands for what is none of these.
    """
    if text == EVERYONE:
        return Principal(PrincipalKind.EVERYONE, text)
    if is_account_id(text):
        return Principal(PrincipalKind.ACCOUNT, text, account_id=text)
    for kind, form in (
        (PrincipalKind.ORGANIZATION, ORGANIZATION_ID),
        (PrincipalKind.ORGANIZATION_PATH, ORGANIZATION_PATH),
    ):
        if form.fullmatch(text):
            return Principal(kind, text)
    service = SERVICE_PRINCIPAL.fullmatch(text)
    if service is not None:
        return Principal(PrincipalKind.SERVICE, text, partition=_PARTITION_OF.get(service[2]))
    match = _ARN.fullmatch(text)
    if match is None:
        return None
    partition, of_arn, account_id, rest = match.groups()
    found = next((kind for (of, kind), form in _FORMS.items() if of == of_arn and form.fullmatch(rest)), None)
    return None if found is None else Principal(found, text, account_id=account_id, partition=partition)


def kind_of(text: str) -> PrincipalKind | None:
    """Return what a text names; None where it is no principal."""
    found = parse_principal(text)
    return None if found is None else found.kind


def service_name(principal: str) -> str:
    """Return a service without its domain: `codebuild` of `codebuild.amazonaws.com`."""
    service = SERVICE_PRINCIPAL.fullmatch(principal)
    return principal if service is None else service[1]


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
        partition: The partition that it has to be of; None where that is not known.
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
    PrincipalKind.ORGANIZATION_PATH: "the path of an organisational unit",
    PrincipalKind.EVERYONE: f"'{EVERYONE}'",
}


def _rule(kinds: frozenset[PrincipalKind]) -> str:
    *words, last = dict.fromkeys(word for kind, word in _WORDS.items() if kind in kinds)
    return f"must be {', '.join(words)} or {last}" if words else f"must be {last}"


def _fix(kinds: frozenset[PrincipalKind]) -> str:
    if PrincipalKind.ACCOUNT in kinds:
        return "Write the 12 digits of an account, in quotes, or arn:aws:iam::..."
    return "Write arn:PARTITION:iam::ACCOUNT:root, :role/NAME or :user/NAME, without '*'."
