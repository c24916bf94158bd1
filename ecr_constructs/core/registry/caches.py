"""Pull-through caches: the rules of ECR, credentials, and where cached images are.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html and
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html.
"""

from __future__ import annotations

import dataclasses
import re

from ecr_constructs.core.aws import parse_registry_host, partition_of
from ecr_constructs.core.images import DIGEST, TAG
from ecr_constructs.core.names import check_repository_name
from ecr_constructs.core.places import Place
from ecr_constructs.core.registry.templates import ROOT, check_role_arn
from ecr_constructs.core.registry.upstreams import DOCKER_HOSTS, NEED_SECRET, Upstream
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "CACHE_PREFIX_OR_ROOT",
    "RECOVERY_DAYS",
    "SECRET_ARN",
    "SECRET_NAME",
    "SECRET_PREFIX",
    "PullThroughRule",
    "cached_image",
    "check_cache_prefix",
    "check_pull_through_rule",
]

SECRET_PREFIX = "ecr-pullthroughcache/"  # noqa: S105 - what the names of secrets begin with

# What both ECR and the AWS provider take: the provider knows no doubled `_` and `-`.
_PREFIX = re.compile(r"(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*")
_PREFIX_LENGTH = range(2, 31)
CACHE_PREFIX_OR_ROOT = re.compile(rf"{ROOT}|(?=.{{2,30}}$){_PREFIX.pattern}")
"""All of that in one pattern."""
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html: 1 to 512 characters
SECRET_NAME = re.compile(r"ecr-pullthroughcache/[a-zA-Z0-9/_+=.@-]{1,491}")
SECRET_ARN = re.compile(
    r"arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):([0-9]{12}):secret:ecr-pullthroughcache/[a-zA-Z0-9/_+=.@-]{1,498}"
)
RECOVERY_DAYS = range(7, 31)
_IMAGE = re.compile(rf"([^:@]+)((?::{TAG.pattern})?(?:@{DIGEST.pattern})?)")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PullThroughRule:
    """A rule as far as it is checked here; see `PullThroughCache` for what each argument means."""

    ecr_repository_prefix: str
    upstream: Upstream | None
    upstream_repository_prefix: str | None = None
    credential_arn: str | None = None
    secret_name: str | None = None
    create_secret: bool = False
    recovery_window_in_days: float | None = None
    custom_role_arn: str | None = None

    def problems(self, place: Place) -> list[Problem]:
        """Return what is wrong with the rule, as far as its values are known.

        Args:
            place: Where the cache is.
        """
        return check_pull_through_rule(self, place)

    @property
    def made_secret(self) -> str | None:
        """Name of the secret that is made for it."""
        return self.secret_name or f"{SECRET_PREFIX}{self.ecr_repository_prefix}" if self.create_secret else None


def check_cache_prefix(prefix: str, *path: str | int) -> list[Problem]:
    """Check the prefix of cached repositories: `ROOT`, or 2 to 30 characters, and a `/` that ECR adds."""
    if prefix == ROOT or is_unresolved(prefix) or (len(prefix) in _PREFIX_LENGTH and _PREFIX.fullmatch(prefix)):
        return []
    rule = "must be ROOT or 2 to 30 lowercase letters and digits, joined by single '.', '_', '-' or '/'"
    fix = "Leave out the '/' at the end: ECR adds it." if prefix.endswith("/") else "Use a name such as docker-hub."
    return [Problem(path, "pull-through-prefix", rule, show(prefix), fix)]


def check_pull_through_rule(rule: PullThroughRule, place: Place) -> list[Problem]:
    """Return what is wrong with a rule, as far as its values are known.

    Args:
        rule: The rule.
        place: Where the cache is.
    """
    region, account_id = place.known_region, place.known_account_id
    return [
        *check_cache_prefix(rule.ecr_repository_prefix, "ecr_repository_prefix"),
        *_check_upstream_prefix(rule),
        *_check_place(rule.upstream, region, account_id),
        *_check_credentials(rule),
        *_check_secret(rule, region, account_id),
        *_check_recovery(rule),
        *_check_role(rule, place),
    ]


def cached_image(rule: PullThroughRule, image: str) -> tuple[str, list[Problem]]:
    """Return where a registry has the image of its upstream, below its host.

    Args:
        rule: The rule, which has no problems.
        image: The image as its upstream has it, with or without the upstream's host, a tag and a digest.
    """
    upstream, below = rule.upstream, rule.upstream_repository_prefix or ROOT
    at_docker = upstream is not None and upstream.name == "docker-hub"
    hosts = (*(() if upstream is None else (upstream.url,)), *(DOCKER_HOSTS if at_docker else ()))
    path = next((image.removeprefix(f"{host}/") for host in hosts if image.startswith(f"{host}/")), image)
    host, _, below_host = image.partition("/")
    registry = parse_registry_host(host)
    if upstream is not None and registry == (upstream.account_id, upstream.region):
        path = below_host
    if at_docker and "/" not in path and not is_unresolved(path):
        path = f"library/{path}"
    if below != ROOT and not is_unresolved(path) and not is_unresolved(below):
        if not path.startswith(f"{below}/"):
            message = f"must lie below {below}/, which alone is cached"
            fix = "Write the image as the upstream registry has it."
            return "", [Problem(("image",), "pull-through-image", message, show(image), fix)]
        path = path.removeprefix(f"{below}/")
    cached = path if rule.ecr_repository_prefix == ROOT else f"{rule.ecr_repository_prefix}/{path}"
    match = _IMAGE.fullmatch(cached)
    if not is_unresolved(cached) and (match is None or check_repository_name(match[1])):
        fix = "Write it as for docker pull: NAME, NAME:TAG or NAME@sha256:DIGEST."
        return "", [Problem(("image",), "pull-through-image", "must be an image that ECR can cache", show(image), fix)]
    return cached, []


def _check_upstream_prefix(rule: PullThroughRule) -> list[Problem]:
    """Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-private-wildcards.html."""
    prefix, path = rule.upstream_repository_prefix, ("upstream_repository_prefix",)
    if prefix is None:
        return []
    if rule.ecr_repository_prefix == ROOT and prefix != ROOT and not is_unresolved(prefix):
        message = "must be left out where ecr_repository_prefix is ROOT"
        fix = "Give the cache a prefix, or cache all of the upstream registry."
        return [Problem(path, "pull-through-prefix", message, show(prefix), fix)]
    return check_cache_prefix(prefix, *path)


def _check_place(upstream: Upstream | None, region: str | None, account_id: str | None) -> list[Problem]:
    if upstream is None or upstream.region is None or region is None or is_unresolved(upstream.region):
        return []
    if partition_of(upstream.region) != partition_of(region):
        rule = f"must lie in the partition of {region} ({partition_of(region)})"
        fix = "Images cannot be cached from another partition."
        return [Problem(("upstream",), "pull-through-upstream", rule, show(upstream.url), fix)]
    if upstream.region == region and upstream.account_id is not None and upstream.account_id == account_id:
        fix = "Name another region or account."
        rule = "must differ from the registry itself"
        return [Problem(("upstream",), "pull-through-upstream", rule, show(upstream.url), fix)]
    return []


def _check_credentials(rule: PullThroughRule) -> list[Problem]:
    code, by_name = "pull-through-credentials", rule.secret_name is not None or rule.create_secret
    if rule.credential_arn is not None and by_name:
        fix = "Keep credential_arn, or secret_name with or without create_secret."
        return [Problem(("credential_arn",), code, "must be the only way to the credentials", "two ways", fix)]
    given = rule.credential_arn is not None or by_name
    name = None if rule.upstream is None else rule.upstream.name
    if name in NEED_SECRET and not given:
        message = f"must be given, because {name} takes no anonymous pulls from ECR"
        fix = "Give credential_arn, secret_name or create_secret."
        return [Problem(("credential_arn",), code, message, "no credentials", fix)]
    if name is not None and name not in NEED_SECRET and given:
        path = "credential_arn" if rule.credential_arn is not None else "secret_name"
        path = path if rule.secret_name or rule.credential_arn else "create_secret"
        message = f"must be left out, because {name} takes no credentials from a secret"
        return [Problem((path,), code, message, "", "Remove it.")]
    return []


def _check_secret(rule: PullThroughRule, region: str | None, account_id: str | None) -> list[Problem]:
    """Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html."""
    code, name, arn = "pull-through-secret", rule.secret_name, rule.credential_arn
    problems = []
    if name is not None and not is_unresolved(name) and not SECRET_NAME.fullmatch(name):
        message = f"must be the name of a secret that begins with {SECRET_PREFIX}"
        fix = "Name it so: ECR reads no other secret."
        problems.append(Problem(("secret_name",), code, message, show(name), fix))
    if arn is None or is_unresolved(arn):
        return problems
    match = SECRET_ARN.fullmatch(arn)
    if match is None:
        message = f"must be the ARN of a secret whose name begins with {SECRET_PREFIX}"
        fix = f"Write arn:aws:secretsmanager:REGION:ACCOUNT:secret:{SECRET_PREFIX}NAME-a1b2c3."
        return [*problems, Problem(("credential_arn",), code, message, show(arn), fix)]
    for what, theirs, ours in (("region", match[1], region), ("account", match[2], account_id)):
        if ours is not None and theirs != ours:
            message = f"must lie in the {what} of the registry, {ours}"
            problems.append(Problem(("credential_arn",), code, message, show(theirs), "Make the secret there."))
    return problems


def _check_recovery(rule: PullThroughRule) -> list[Problem]:
    """Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html."""
    days, path, code = rule.recovery_window_in_days, ("recovery_window_in_days",), "pull-through-secret-recovery"
    if days is None or is_unresolved(days):
        return []
    if not rule.create_secret:
        return [Problem(path, code, "must come with create_secret", show(days), "Remove it.")]
    if isinstance(days, bool) or (days != 0 and days not in RECOVERY_DAYS):
        fix = "Use 7 to 30, or 0 to delete the secret at once."
        return [Problem(path, code, "must be 0 or 7 to 30 days", show(days), fix)]
    return []


def _check_role(rule: PullThroughRule, place: Place) -> list[Problem]:
    """Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-private.html."""
    upstream, arn, path, code = rule.upstream, rule.custom_role_arn, ("custom_role_arn",), "pull-through-role"
    if upstream is None or upstream.name is None:
        return [] if arn is None else check_role_arn(arn, place, *path, code=code)
    if arn is not None and upstream.name != "ecr":
        message = f"must be left out, because {upstream.name} knows no roles of AWS"
        return [Problem(path, code, message, show(arn), "Remove it.")]
    if arn is not None:
        return check_role_arn(arn, place, *path, code=code)
    other, account_id = upstream.account_id, place.known_account_id
    if other is None or account_id is None or is_unresolved(other) or other == account_id:
        return []
    message = f"must be given, because the upstream registry belongs to another account, {other}"
    return [Problem(path, code, message, "none", "Name the role that ECR assumes to pull from there.")]
