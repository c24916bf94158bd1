"""What is made beside the repositories and paid for: keys, endpoints, the findings log, caches and settings."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import caches_of, templates_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.prices import (
    ENDPOINT,
    ENDPOINT_DATA,
    HOURS_A_MONTH,
    KEY,
    KEY_REQUESTS,
    LOG_STORAGE,
    LOG_WRITTEN,
    SECRET,
    STORAGE,
    usd,
)
from ecr_constructs.core.registry.caches import PullThroughRule
from ecr_constructs.core.registry.templates import ROOT, CreationTemplate
from ecr_constructs.core.repository import takes_key
from ecr_constructs.review.change import EnvironmentPair
from ecr_constructs.review.costs.places import shared_path
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.wanted import key_made_by, vpc_endpoints_of
from ecr_constructs.terminal.counting import number_of

__all__ = ["cache_costs", "endpoint_costs", "key_costs", "log_costs", "mounting_costs"]

# So many US dollars a month are worth a look before they are spent.
_MUCH = 100
_WITHOUT_LOGS = "Set enable_logs: false where no task writes its logs by awslogs: that is one endpoint less."


def key_costs(pair: EnvironmentPair) -> Iterator[Finding]:
    """Yield that a key is made, or that repositories are encrypted with KMS for the first time."""
    if pair.after is None:
        return
    if key_made_by(pair.after) and not key_made_by(pair.before):
        yield Finding(
            code="cost-key",
            severity="note",
            consequence="costs",
            environment=pair.name,
            path=("ecr_kms_key",),
            what=f"a KMS key is made: {usd(KEY.usd)} a month, and as much again after each of its first two rotations",
            details=(f"Requests of ECR to it: {KEY_REQUESTS}. {KEY_REQUESTS.note}",),
        )
    elif (encrypted := _encrypts(pair.after)) and not _encrypts(pair.before):
        by_all = all(each.options.encryption_type is None for each in encrypted)
        yield Finding(
            code="cost-encryption",
            severity="note",
            consequence="costs",
            environment=pair.name,
            path=("ecr_encryption_type",)
            if by_all
            else shared_path(each.path_of("encryption_type") for each in encrypted),
            what=f"images are encrypted with KMS, which ECR asks when they are pushed and pulled: {KEY_REQUESTS}",
            details=(KEY_REQUESTS.note,),
        )


def endpoint_costs(pair: EnvironmentPair) -> Iterator[Finding]:
    """Yield that there are more interface endpoints, or that they are in more availability zones."""
    before, after = vpc_endpoints_of(pair.before), vpc_endpoints_of(pair.after)
    if after is None:
        return
    zones, former = len(after.subnet_ids), 0 if before is None else len(before.subnet_ids)
    interfaces, had = len(after.interfaces), 0 if before is None else len(before.interfaces)
    is_known = zones > 0 and (before is None or former > 0)
    more = interfaces * zones - had * former if is_known else interfaces - had
    if more <= 0:
        return
    monthly = more * ENDPOINT.usd * HOURS_A_MONTH
    where = f" in {number_of(zones, 'availability zone')}" if zones else ""
    each_zone = "" if is_known else " for each availability zone"
    if before is None:
        what = f"{number_of(interfaces, 'interface endpoint')} are made{where}: {usd(monthly)} a month{each_zone}"
    else:
        what = f"there are more interface endpoints, {interfaces}{where}: {usd(monthly)} a month more{each_zone}"
    grows = "enable_logs" if interfaces > had else "subnet_ids"
    yield Finding(
        code="cost-endpoints",
        severity="attention" if monthly >= _MUCH else "note",
        consequence="costs",
        environment=pair.name,
        path=("ecr_vpc_endpoints",) if before is None else ("ecr_vpc_endpoints", grows),
        what=f"{what}, and {ENDPOINT_DATA} through them",
        fix=_WITHOUT_LOGS if after.enable_logs and interfaces > had else "",
        details=("The gateway endpoint of S3, by which layers come, is free.",) if after.enable_s3 else (),
    )


def log_costs(pair: EnvironmentPair) -> Iterator[Finding]:
    """Yield that what scans find is newly kept."""
    if pair.after is None or _keeps_findings(pair.before) or not _keeps_findings(pair.after):
        return
    for_ever = pair.after.settings.ecr_log_retention_days == 0
    yield Finding(
        code="cost-findings-log",
        severity="note",
        consequence="costs",
        environment=pair.name,
        path=("ecr_enable_scan_findings_logging",),
        what=f"what scans find is written to CloudWatch Logs: {LOG_WRITTEN}, and {LOG_STORAGE} that it is kept",
        fix="With ecr_log_retention_days it is not kept for ever." if for_ever else "",
    )


def cache_costs(pair: EnvironmentPair) -> Iterator[Finding]:
    """Yield the caches that are new, and the secrets that are made for them."""
    if pair.after is None:
        return
    before, after = _caches(pair.before), _caches(pair.after)
    for prefix, rule in after.items():
        path = ("ecr_pull_through_caches", prefix)
        secret = rule.made_secret is not None and (prefix not in before or before[prefix].made_secret is None)
        monthly = f"{usd(SECRET.usd)} a month"
        if prefix not in before:
            credentials = f", and a secret with its credentials, {monthly}" if secret else ""
            yield Finding(
                code="cost-cache",
                severity="note",
                consequence="costs",
                environment=pair.name,
                path=path,
                what=f"what is pulled through the cache {prefix} is stored here: {STORAGE}{credentials}",
                fix="" if _expires(pair.after, prefix) else "Say what is kept of it in a creation_template.",
            )
        elif secret:
            yield Finding(
                code="cost-secret",
                severity="note",
                consequence="costs",
                environment=pair.name,
                path=(*path, "create_secret"),
                what=f"a secret is made for the cache {prefix}: {monthly}",
            )


def mounting_costs(pair: EnvironmentPair) -> Iterator[Finding]:
    """Yield that pushes refer no more to layers that another repository has.

    A setting that the file says no more stays as it is.
    """
    if _mounting(pair.before) == "ENABLED" and _mounting(pair.after) == "DISABLED":
        yield Finding(
            code="cost-mounting",
            severity="note",
            consequence="costs",
            environment=pair.name,
            path=("ecr_account_settings", "blob_mounting"),
            what="layers that another repository of the registry has are uploaded again by each push and stored again, "
            f"at {STORAGE}",
            fix="With blob_mounting: ENABLED pushes refer to them.",
        )


def _mounting(environment: Environment | None) -> str | None:
    settings = None if environment is None else environment.settings.ecr_account_settings
    return None if settings is None else settings.blob_mounting


def _encrypts(environment: Environment | None) -> list[DeclaredRepository]:
    """Return the repositories that are encrypted with KMS."""
    made = () if environment is None else environment.made.values()
    return [each for each in made if takes_key(each.encryption_type)]


def _keeps_findings(environment: Environment | None) -> bool:
    return environment is not None and environment.settings.ecr_enable_scan_findings_logging


def _caches(environment: Environment | None) -> dict[str, PullThroughRule]:
    wanted = () if environment is None else caches_of(environment)
    rules = (each.value for each in wanted)
    return {rule.ecr_repository_prefix: rule for rule in rules if isinstance(rule, PullThroughRule)}


def _expires(environment: Environment, prefix: str) -> bool:
    """Tell whether a creation template gives the repositories of a cache a lifecycle policy."""
    templates = (each.value for each in templates_of(environment))
    return any(
        not each.retention.is_empty
        for each in templates
        if isinstance(each, CreationTemplate)
        and each.prefix in (prefix, ROOT)
        and "PULL_THROUGH_CACHE" in each.applied_for
    )
