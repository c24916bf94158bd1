"""What is in the embedded AWS after an apply, asked from it rather than taken from the configuration."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from typing import Any

from ecr_constructs.sandbox.aws import EmbeddedAws

__all__ = ["RepositoryRow", "listed", "pullers", "read_repositories", "retention"]

_OWN = "this account"
_ELSEWHERE = "made elsewhere"

# What the protecting rules of this package keep: more images than a repository holds.
_ALL = 999_999


@dataclasses.dataclass(frozen=True, slots=True)
class RepositoryRow:
    """One repository as it is.

    Attributes:
        name: Its name.
        url: What to push to and pull from.
        mutability: Whether tags can move; of a repository that is only published here, that it is made elsewhere.
        scanning: `on push`, or `off` where only the registry's own settings count.
        retention: Its lifecycle policy in short.
        pullers: Who may pull.
        parameters: How many SSM parameters tell about it.
    """

    name: str
    url: str
    mutability: str
    scanning: str
    retention: str
    pullers: str
    parameters: int


def read_repositories(aws: EmbeddedAws, region: str) -> tuple[RepositoryRow, ...]:
    """Return every repository of a region of the embedded AWS, and every other one that is published there, by name.

    Args:
        aws: The embedded AWS.
        region: The region.
    """
    ecr = aws.client("ecr", region)
    published = _parameters(aws, region)
    rows = []
    for page in ecr.get_paginator("describe_repositories").paginate():
        for found in page["repositories"]:
            name, url = found["repositoryName"], found["repositoryUri"]
            rows.append(
                RepositoryRow(
                    name=name,
                    url=url,
                    mutability=found["imageTagMutability"],
                    scanning="on push" if found["imageScanningConfiguration"]["scanOnPush"] else "off",
                    retention=retention(_lifecycle_policy(ecr, name)),
                    pullers=", ".join(pullers(_policy(ecr, name), aws.account)),
                    parameters=_published(url, published),
                )
            )
    own = {row.url for row in rows}
    referred_to = {url for values in published.values() if (url := values.get("url")) is not None and url not in own}
    rows += [_reference(url, published) for url in referred_to]
    return tuple(sorted(rows, key=lambda row: (row.name, row.url)))


def _reference(url: str, published: Mapping[str, Mapping[str, str]]) -> RepositoryRow:
    """Return a repository of another account or region, of which only the parameters are here."""
    return RepositoryRow(
        name=url.partition("/")[2],
        url=url,
        mutability=_ELSEWHERE,
        scanning="",
        retention="",
        pullers="",
        parameters=_published(url, published),
    )


def _published(url: str, published: Mapping[str, Mapping[str, str]]) -> int:
    return sum(len(values) for values in published.values() if url in values.values())


def retention(policy: str | None) -> str:
    """Return a lifecycle policy in short, in the order of its rules: `v*: all; untagged: 7 days; any: last 50`.

    Args:
        policy: Its text, or None where the repository has none.
    """
    if policy is None:
        return "everything"
    rules = sorted(json.loads(policy)["rules"], key=lambda rule: rule["rulePriority"])
    return "; ".join(_rule(rule["selection"], rule["action"]["type"]) for rule in rules)


def pullers(policy: str | None, account: str) -> tuple[str, ...]:
    """Return who a repository policy lets pull, the own account first.

    The own account's identities need no repository policy. Conditions that say which organisation or which Lambda
    functions are named; any other condition is only marked with `if ...`.

    Args:
        policy: Its text, or None where the repository has none.
        account: The repository's own account.
    """
    found = {_OWN: None}
    for statement in json.loads(policy)["Statement"] if policy else ():
        actions = {action.lower() for action in listed(statement.get("Action"))}
        pulls = "ecr:*" in actions or "*" in actions or {"ecr:batchgetimage", "ecr:getdownloadurlforlayer"} <= actions
        if statement["Effect"] == "Allow" and pulls:
            for who in _principals(statement, account):
                found[who] = None
    return tuple(found)


def _rule(selection: Mapping[str, Any], action: str) -> str:
    tags = " and ".join(
        [*selection.get("tagPatternList", ()), *(f"{prefix}*" for prefix in selection.get("tagPrefixList", ()))]
    )
    which = tags or selection["tagStatus"]
    number = selection["countNumber"]
    if selection["countType"] == "imageCountMoreThan":
        text = f"{which}: {'all' if number >= _ALL else f'last {number}'}"
    else:
        since = {"sinceImagePulled": " unpulled", "sinceImageTransitioned": " archived"}
        days = "1 day" if number == 1 else f"{number} days"
        text = f"{which}: {days}{since.get(selection['countType'], '')}"
    return text if action == "expire" else f"{text}, then archived"


def _principals(statement: Mapping[str, Any], account: str) -> Iterable[str]:
    principal = statement.get("Principal")
    conditions = {
        key.lower(): listed(value)
        for operator in statement.get("Condition", {}).values()
        for key, value in operator.items()
    }
    organisation = [*conditions.pop("aws:principalorgid", []), *conditions.pop("aws:principalorgpaths", [])]
    sources = [*conditions.pop("aws:sourcearn", []), *conditions.pop("aws:sourceaccount", [])]
    suffix = f" if {', '.join(sorted(conditions))}" if conditions else ""
    if principal == "*" or (isinstance(principal, dict) and "*" in listed(principal.get("AWS"))):
        for name in organisation or ["everyone"]:
            yield f"{name}{suffix}"
        return
    for arn in listed(principal.get("AWS") if isinstance(principal, dict) else None):
        parts = arn.split(":")
        who = parts[4] if arn.endswith(":root") else ":".join(parts[4:]) if len(parts) > 5 else arn
        yield f"{_OWN if who == account else who}{suffix}"
    for service in listed(principal.get("Service") if isinstance(principal, dict) else None):
        owners = sorted({source.split(":")[4] if source.count(":") >= 5 else source for source in sources} - {account})
        for of in [f" of {owner}" for owner in owners] or [""]:
            yield f"{service.split('.')[0]}{of}{suffix}"


def _parameters(aws: EmbeddedAws, region: str) -> dict[str, dict[str, str]]:
    """Return the values of all SSM parameters by their names, by the folder that they are in."""
    found: dict[str, dict[str, str]] = {}
    pages = aws.client("ssm", region).get_paginator("get_parameters_by_path")
    for page in pages.paginate(Path="/", Recursive=True):
        for parameter in page["Parameters"]:
            folder, _, name = parameter["Name"].rpartition("/")
            found.setdefault(folder, {})[name] = parameter["Value"]
    return found


def _lifecycle_policy(ecr: Any, name: str) -> str | None:
    try:
        return str(ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"])
    except ecr.exceptions.LifecyclePolicyNotFoundException:
        return None


def _policy(ecr: Any, name: str) -> str | None:
    try:
        return str(ecr.get_repository_policy(repositoryName=name)["policyText"])
    except ecr.exceptions.RepositoryPolicyNotFoundException:
        return None


def listed(value: Any) -> list[Any]:
    """Return what a policy says once or in a list; nothing where it does not say it."""
    return value if isinstance(value, list) else [] if value is None else [value]
