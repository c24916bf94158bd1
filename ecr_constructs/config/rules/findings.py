"""What becomes of the findings of scans."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import FINDINGS_KEYS
from ecr_constructs.config.environment import Environment
from ecr_constructs.errors import Problem

__all__ = ["check_findings_logged"]


def check_findings_logged(environment: Environment) -> Iterator[Problem]:
    """Check that nothing is said of a log that there is not, unless the file says that there is to be none."""
    settings = environment.settings
    if "ecr_enable_scan_findings_logging" in settings.model_fields_set:
        return
    for key in sorted(FINDINGS_KEYS.values()):
        if key in settings.model_fields_set and getattr(settings, key) is not None:
            fix = "Set ecr_enable_scan_findings_logging: true, or remove the key."
            rule = "must come with ecr_enable_scan_findings_logging: true"
            yield Problem((key,), "findings-not-logged", rule, "", fix)
