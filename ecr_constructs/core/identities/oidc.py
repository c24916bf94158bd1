"""The identity provider of IAM that vouches for jobs of a CI service, and the trust in them.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html (a trust policy must say
whose tokens it takes) and https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable

from ecr_constructs.core.conditions import Conditions
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.names import terraform_address
from ecr_constructs.core.places import Place, check_arn_place
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "AUDIENCE",
    "LONGEST_URL",
    "PROVIDER_URL",
    "OidcProvider",
    "check_audience",
    "check_provider_url",
    "provider_address",
    "trust_of",
]

PROVIDER_URL = re.compile(r"https://[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(/[a-z0-9._-]+)*")
"""The issuer of tokens: a host and, where it has one, a path; IAM takes no port and no query."""

# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
AUDIENCE = re.compile(r"[!-~]{1,255}")
LONGEST_URL = 255
_PROVIDER_ARN = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):oidc-provider/(.+)")
_ASSUME = "sts:AssumeRoleWithWebIdentity"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OidcProvider:
    """An identity provider of IAM that vouches for the jobs of a service.

    Attributes:
        service: Whose jobs: `GitHub` or `GitLab`.
        url: The issuer of its tokens.
        audience: Whom the tokens are for.
        arn: Its ARN, where it is not made or looked up; default: what the account makes of the URL.
    """

    service: str
    url: str
    audience: str
    arn: str | None = None

    @property
    def host(self) -> str:
        """What its ARN and its condition keys are called after: the URL without `https://`."""
        return self.url.removeprefix("https://")

    def arn_at(self, place: Place) -> str:
        """Return its ARN in an account."""
        return self.arn or f"arn:{place.partition}:iam::{place.account_id}:oidc-provider/{self.host}"

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that it breaks."""
        problems = [*check_provider_url(self.url, "url"), *check_audience(self.audience, "audience")]
        return problems + _check_provider_arn(self, place)


def provider_address(provider: OidcProvider) -> str:
    """Return the Terraform name of an identity provider, which is made of its issuer alone."""
    return "github" if provider.service == "GitHub" else terraform_address(provider.host)


def trust_of(provider: OidcProvider, provider_arn: str, subjects: Iterable[str]) -> tuple[PolicyStatement, ...]:
    """Return who may take a role on: jobs with exactly these subjects, and those that a pattern among them matches.

    Exact subjects and patterns stand in statements of their own: within one, both would have to hold.

    Args:
        provider: Who vouches for the jobs.
        provider_arn: Its ARN.
        subjects: The subjects; `*` stands for any characters.
    """
    wanted = sorted(set(subjects))
    exact = [each for each in wanted if "*" not in each]
    patterns = [each for each in wanted if "*" in each]
    audience, subject = {f"{provider.host}:aud": provider.audience}, f"{provider.host}:sub"
    by_sid: dict[str, tuple[list[str], Conditions]] = {
        "Exactly": (exact, {"StringEquals": {**audience, subject: tuple(exact)}}),
        "Patterns": (patterns, {"StringEquals": audience, "StringLike": {subject: tuple(patterns)}}),
    }
    return tuple(
        PolicyStatement(sid=sid, actions=(_ASSUME,), federated_principals=(provider_arn,), conditions=conditions)
        for sid, (values, conditions) in by_sid.items()
        if values
    )


def check_provider_url(url: str, *path: str | int) -> list[Problem]:
    """Check the URL of an identity provider: `https://`, a host in lower case and perhaps a path, without a port.

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
    """
    if PROVIDER_URL.fullmatch(url) and len(url) <= LONGEST_URL:
        return []
    rule, fix = "must be the URL of an issuer", "Write it as in https://gitlab.example.com, without a '/' at the end."
    return [Problem(path, "oidc-url", rule, show(url), fix)]


def check_audience(audience: str, *path: str | int) -> list[Problem]:
    """Check whom tokens are for: 1 to 255 visible characters of ASCII.

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
    """
    if is_unresolved(audience) or AUDIENCE.fullmatch(audience):
        return []
    rule, fix = "must be 1 to 255 visible characters of ASCII", "Write what the job asks for: sts.amazonaws.com."
    return [Problem(path, "oidc-audience", rule, show(audience), fix)]


def _check_provider_arn(provider: OidcProvider, place: Place) -> list[Problem]:
    arn, path, code = provider.arn, ("arn",), "oidc-provider"
    if arn is None or is_unresolved(arn):
        return []
    match = _PROVIDER_ARN.fullmatch(arn)
    if match is None or match[2] != provider.host:
        rule = f"must be the ARN of the identity provider of {provider.url}"
        return [Problem(path, code, rule, show(arn), f"It ends in :oidc-provider/{provider.host}.")]
    if place.known_account_id not in (None, match[1]):
        rule = f"must be an identity provider of the role's own account {place.known_account_id}"
        return [Problem(path, code, rule, show(arn), "An account trusts its own identity providers alone.")]
    return check_arn_place(arn, place, *path, code=code, what="an identity provider")
