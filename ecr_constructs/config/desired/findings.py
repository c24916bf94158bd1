"""What is wanted of the findings of scans."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired.wanted import Wanted
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.keywords import keywords_of
from ecr_constructs.core.registry.findings import FindingsLog

__all__ = ["FINDINGS_KEYS", "findings_of"]

FINDINGS_KEYS = {
    "alert_severity": "ecr_scan_alert_severity",
    "kms_key": "ecr_log_kms_key",
    "retention_in_days": "ecr_log_retention_days",
    "topic_arn": "ecr_scan_alert_topic_arn",
}
"""What the arguments of a findings log are called in a file."""


def findings_of(environment: Environment) -> Iterator[Wanted]:
    """Return the findings log, where one is asked for."""
    settings = environment.settings
    if not settings.ecr_enable_scan_findings_logging:
        return
    key = settings.ecr_log_kms_key
    log = FindingsLog(
        retention_in_days=settings.ecr_log_retention_days,
        kms_key=key if isinstance(key, str) else None,
        alert_severity=settings.ecr_scan_alert_severity,
        topic_arn=settings.ecr_scan_alert_topic_arn,
    )
    yield Wanted(
        value=log,
        path=(),
        construct="ScanFindingsLog",
        id="Findings",
        logical_id="ecr_findings",
        keywords=keywords_of(log, "kms_key"),
        kms_key=key,
        paths={name: (key,) for name, key in FINDINGS_KEYS.items()},
        words=FINDINGS_KEYS,
        once=("the findings log", "findings-shared"),
    )
