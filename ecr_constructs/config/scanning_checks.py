"""Rules about scanning, and about what becomes of the findings."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ecr_constructs.config.environment import Environment
from ecr_constructs.config.key_checks import check_key_region
from ecr_constructs.config.model.file import EnvironmentSettings
from ecr_constructs.core.registry.findings import check_findings_log
from ecr_constructs.core.registry.scanning import ScanningContribution, scanning_rules
from ecr_constructs.errors import Problem, show

__all__ = ["check_findings", "check_scanning"]


def check_scanning(environment: Environment) -> Iterator[Problem]:
    """Check what enhanced scanning is asked to scan, and that nothing else says how often."""
    asked: dict[str, list[str]] = {}
    for repository in environment.made.values():
        options = repository.options
        if options.enable_enhanced_scanning:
            asked.setdefault(options.scan_frequency, []).append(repository.repository_name)
        elif options.scan_frequency != "SCAN_ON_PUSH":
            path = repository.path_of("scan_frequency")
            rule = "must come with enable_enhanced_scanning: true, because scan_on_push alone counts for basic scanning"
            fix = "Set enable_enhanced_scanning: true, or remove the key; scan_on_push: false leaves scanning to you."
            yield Problem(path, "scan-frequency-unused", rule, options.scan_frequency, fix)
    if asked:
        contributions = [
            ScanningContribution(scan_frequency=frequency, names=tuple(names)) for frequency, names in asked.items()
        ]
        names = [each.repository_name for each in environment.made.values()]
        on_push = [each.repository_name for each in environment.made.values() if each.options.scan_on_push]
        for problem in scanning_rules(contributions, known=names, on_push=on_push)[1]:
            yield dataclasses.replace(problem, path=("ecr_repositories",))


_FINDINGS_KEYS = {
    "alert_severity": "ecr_scan_alert_severity",
    "kms_key": "ecr_log_kms_key",
    "retention_in_days": "ecr_log_retention_days",
    "topic_arn": "ecr_scan_alert_topic_arn",
}


def check_findings(environment: Environment) -> Iterator[Problem]:
    """Check how findings are logged and told."""
    settings = environment.settings
    if not settings.ecr_enable_scan_findings_logging:
        for key in sorted(_FINDINGS_KEYS.values()):
            if key in settings.model_fields_set and getattr(settings, key) is not None:
                fix = "Set ecr_enable_scan_findings_logging: true, or remove the key."
                rule = "must come with ecr_enable_scan_findings_logging: true"
                yield Problem((key,), "findings-not-logged", rule, "", fix)
        return
    for problem in check_findings_log(
        log_group_name="/aws/events/ecr/findings",
        retention_in_days=settings.ecr_log_retention_days,
        kms_key=settings.ecr_log_kms_key if isinstance(settings.ecr_log_kms_key, str) else None,
        alert_severity=settings.ecr_scan_alert_severity,
        topic_arn=settings.ecr_scan_alert_topic_arn,
        topic_kms_key=None,
    ):
        words = {"rule": problem.rule, "fix": problem.fix}
        for name, key in _FINDINGS_KEYS.items():
            words = {part: text.replace(name, key) for part, text in words.items()}
        yield dataclasses.replace(problem, path=(_FINDINGS_KEYS[str(problem.path[0])],), **words)
    yield from _check_places(settings)


def _check_places(settings: EnvironmentSettings) -> Iterator[Problem]:
    """Check that the log's key and the topic are of the region where they are used."""
    region, topic = settings.region, settings.ecr_scan_alert_topic_arn
    yield from check_key_region(settings.ecr_log_kms_key, region, ("ecr_log_kms_key",))
    if topic is not None and topic.startswith("arn:") and topic.split(":")[3:4] not in ([region], []):
        fix = "Use a topic of the registry's own region."
        yield Problem(("ecr_scan_alert_topic_arn",), "alert-topic", f"must lie in {region}", show(topic), fix)
