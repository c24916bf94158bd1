"""The registries that ECR can cache: their names, their hosts, and which of them need credentials.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html and
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html.
"""

from __future__ import annotations

import dataclasses
import re

from ecr_constructs.core.aws import check_account_id, check_region, dns_suffix, parse_registry_host, registry_host
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, nearest, show

__all__ = [
    "DOCKER_HOSTS",
    "NEED_SECRET",
    "UPSTREAM",
    "UPSTREAM_HOSTS",
    "EcrUpstream",
    "Upstream",
    "check_ecr_upstream",
    "ecr_upstream",
    "find_upstream",
]

UPSTREAM_HOSTS = {
    "chainguard": "cgr.dev",
    "docker-hub": "registry-1.docker.io",
    "ecr-public": "public.ecr.aws",
    "github-container-registry": "ghcr.io",
    "gitlab-container-registry": "registry.gitlab.com",
    "k8s": "registry.k8s.io",
    "quay": "quay.io",
}
"""The registries that have one host, by the names that AWS gives them."""

DOCKER_HOSTS = ("docker.io", "index.docker.io")
"""Docker's own names for Docker Hub, as they stand in front of images and in its clients' settings."""

NEED_SECRET = {
    "azure-container-registry",
    "chainguard",
    "docker-hub",
    "github-container-registry",
    "gitlab-container-registry",
}
"""The registries that take no anonymous pulls from ECR."""

_SHORT_NAMES = {
    "azure": "azure-container-registry",
    "ghcr": "github-container-registry",
    "gitlab": "gitlab-container-registry",
}
# The sites of registries, from which nothing can be pulled.
_PAGES = {"gallery.ecr.aws": "ecr-public", "hub.docker.com": "docker-hub"}
# https://learn.microsoft.com/en-us/azure/container-registry/container-registry-get-started-portal: 5 to 50 characters
_SCHEME = re.compile(r"https://", re.IGNORECASE)
_AZURE = re.compile(r"[a-zA-Z0-9-]{5,}\.azurecr\.io")


def _in_any_case(text: str) -> str:
    """Return a pattern of a text in capitals and small letters, which patterns of all languages can say."""
    return "".join(f"[{sign}{sign.upper()}]" if sign.isalpha() else sign.replace(".", r"\.") for sign in text)


_NAMES = "|".join((*UPSTREAM_HOSTS, *(short for short, name in _SHORT_NAMES.items() if name in UPSTREAM_HOSTS)))
_HOSTS = "|".join(map(_in_any_case, (*UPSTREAM_HOSTS.values(), *DOCKER_HOSTS)))
_DKR_ECR = f"{_in_any_case('.dkr')}[.-]{_in_any_case('ecr')}({_in_any_case('-fips')})?"
_ECR_HOST = rf"[0-9]{{12}}{_DKR_ECR}\.[a-zA-Z0-9-]+\.[a-zA-Z.-]+"
UPSTREAM = re.compile(rf"{_NAMES}|({_in_any_case('https://')})?({_HOSTS}|{_AZURE.pattern}|{_ECR_HOST})/?")
"""What `find_upstream` takes, save that the domain of a registry of ECR is that of its partition."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class EcrUpstream:
    """Another registry of ECR, to be cached.

    Attributes:
        region: Region of the registry.
        account_id: Account of the registry, 12 digits. None means the account of the cache.
    """

    region: str
    account_id: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """A registry that is cached.

    Attributes:
        url: Host of the registry.
        name: AWS's name for it (`UpstreamRegistry`); None where it is not known.
        region: Region of a registry of ECR.
        account_id: Account of a registry of ECR.
    """

    url: str
    name: str | None = None
    region: str | None = None
    account_id: str | None = None


def check_ecr_upstream(upstream: EcrUpstream) -> list[Problem]:
    """Check the place of another registry of ECR."""
    problems = check_region(upstream.region, "upstream", "region")
    if upstream.account_id is not None:
        problems += check_account_id(upstream.account_id, "upstream", "account_id")
    return problems


def ecr_upstream(region: str, account_id: str, suffix: str) -> Upstream:
    """Return another registry of ECR; `suffix` is the domain of its partition."""
    url = registry_host(account_id, region, suffix)
    return Upstream(url=url, name="ecr", region=region, account_id=account_id)


def find_upstream(upstream: str) -> tuple[Upstream | None, list[Problem]]:
    """Return the registry that is meant by a name, a host or a URL, and none with the problem where ECR knows no such.

    A URL is `https://` and the host, with or without a `/` behind it; Docker's own names for its registry are known,
    and so is every host of a registry of ECR.
    """
    if is_unresolved(upstream):
        return Upstream(url=upstream), []
    found = _named(upstream)
    if found is not None:
        return found, []
    rule = "must be a registry that ECR can cache"
    return None, [Problem(("upstream",), "pull-through-upstream", rule, show(upstream), _upstream_fix(upstream))]


def _named(upstream: str) -> Upstream | None:
    name = _SHORT_NAMES.get(upstream, upstream)
    if name in UPSTREAM_HOSTS:
        return Upstream(url=UPSTREAM_HOSTS[name], name=name)
    host = _SCHEME.sub("", upstream, count=1).removesuffix("/")
    for known, its_host in UPSTREAM_HOSTS.items():
        if host.lower() == its_host or (known == "docker-hub" and host.lower() in DOCKER_HOSTS):
            return Upstream(url=its_host, name=known)
    if _AZURE.fullmatch(host):
        return Upstream(url=host, name="azure-container-registry")
    # Whichever host of a registry is written, ECR is told the one that its guide to caches has.
    found = parse_registry_host(host)
    return None if found is None else ecr_upstream(found.region, found.account_id, dns_suffix(found.region))


def _upstream_fix(upstream: str) -> str:
    if upstream in ("azure", "azure-container-registry"):
        return "Write the host of the registry: NAME.azurecr.io."
    if upstream == "ecr":
        return "Write EcrUpstream(region=..., account_id=...), or the host of the registry."
    scheme, _, rest = upstream.rpartition("://")
    host, _, path = rest.partition("/")
    if host in _PAGES:
        return f"Write {_PAGES[host]}."
    if (scheme or path) and _named(host) is not None:
        below = "" if path in ("", "v1/", "v2/") else f", and upstream_repository_prefix: {path.strip('/')}"
        return f"Write {host}{below}."
    known = sorted({*UPSTREAM_HOSTS, *UPSTREAM_HOSTS.values(), *_SHORT_NAMES})
    return nearest(host, known) or f"Use one of {', '.join(UPSTREAM_HOSTS)}, NAME.azurecr.io or another ECR."
