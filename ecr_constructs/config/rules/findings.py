"""What becomes of the findings of scans."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import FINDINGS_KEYS
from ecr_constructs.config.environment import Environment
from ecr_constructs.errors import Problem, show

__all__ = ["check_findings_logged", "check_topic_region"]


def check_findings_logged(environment: Environment) -> Iterator[Problem]:
    """Check that nothing is said of a log that there is not."""
    settings = environment.settings
    if settings.ecr_enable_scan_findings_logging:
        return
    for key in sorted(FINDINGS_KEYS.values()):
        if key in settings.model_fields_set and getattr(settings, key) is not None:
            fix = "Set ecr_enable_scan_findings_logging: true, or remove the key."
            rule = "must come with ecr_enable_scan_findings_logging: true"
            yield Problem((key,), "findings-not-logged", rule, "", fix)


def check_topic_region(environment: Environment) -> Iterator[Problem]:
    """Check that the topic is of the region where it is used."""
    settings = environment.settings
    region, topic = settings.region, settings.ecr_scan_alert_topic_arn
    if not settings.ecr_enable_scan_findings_logging or topic is None or not topic.startswith("arn:"):
        return
    if topic.split(":")[3:4] not in ([region], []):
        fix = "Use a topic of the registry's own region."
        yield Problem(("ecr_scan_alert_topic_arn",), "alert-topic", f"must lie in {region}", show(topic), fix)
