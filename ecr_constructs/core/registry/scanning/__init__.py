"""Scanning of a registry: from the repositories that are meant to the rules and filters that match them and no others.

    contributions = [ScanningContribution(scan_frequency="CONTINUOUS_SCAN", names=("shop/web",))]
    raise_problems(check_contributions(contributions, scan_type="ENHANCED"))
    rules, problems = scanning_rules(contributions, known=names, on_push=names_that_scan_on_push)
    accidents = accidental_scans(contributions, rules, known=names, on_push=names_that_scan_on_push)

How ECR matches filters is on https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html.

- `rules`: the rules, at most one a frequency, and what they scan by accident.
- `filters`: filters of names as ECR reads them.
- `folding`: fewer filters for the same repositories.
- `inspector`: Amazon Inspector, which does the enhanced scanning.
"""

from ecr_constructs.core.registry.scanning.filters import (
    MOST_FILTERS,
    Names,
    check_filter,
    exact_filter,
    filter_matches,
)
from ecr_constructs.core.registry.scanning.folding import fold
from ecr_constructs.core.registry.scanning.inspector import (
    INSPECTOR_RESOURCE_TYPES,
    InspectorResourceType,
    check_inspector,
)
from ecr_constructs.core.registry.scanning.rules import (
    SCAN_FREQUENCIES,
    SCAN_TYPES,
    AccidentalScan,
    ScanFrequency,
    ScanningContribution,
    ScanningRule,
    ScanType,
    accidental_scans,
    check_contributions,
    scanning_rules,
)

__all__ = [
    "INSPECTOR_RESOURCE_TYPES",
    "MOST_FILTERS",
    "SCAN_FREQUENCIES",
    "SCAN_TYPES",
    "AccidentalScan",
    "InspectorResourceType",
    "Names",
    "ScanFrequency",
    "ScanType",
    "ScanningContribution",
    "ScanningRule",
    "accidental_scans",
    "check_contributions",
    "check_filter",
    "check_inspector",
    "exact_filter",
    "filter_matches",
    "fold",
    "scanning_rules",
]
