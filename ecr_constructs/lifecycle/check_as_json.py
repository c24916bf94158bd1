"""What was found in lifecycle policies, as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ecr_constructs.core.lifecycle.evaluate import Outcome
from ecr_constructs.lifecycle.check import Checked, Finding
from ecr_constructs.lifecycle.shown_by import Shown, age_of, first_rule
from ecr_constructs.terminal.findings import file_and_line
from ecr_constructs.terminal.screen import Screen

__all__ = ["check_as_json"]


def check_as_json(checked: Sequence[Checked], _screen: Screen) -> Iterator[str]:
    """Yield one object with every finding, and what becomes of the images that show it.

    Args:
        checked: What was found in each environment.
        _screen: Where it is read, which changes nothing.
    """
    yield json.dumps({"environments": [_environment(each) for each in checked]}, indent=2)


def _environment(checked: Checked) -> dict[str, object]:
    return {
        "name": checked.name,
        "file": checked.file,
        "policies": checked.policies,
        "findings": [_finding(each) for each in checked.findings],
        "acknowledged": checked.acknowledged,
    }


def _finding(finding: Finding) -> dict[str, object]:
    notice = finding.notice
    file, line = file_and_line(notice)
    shown = finding.shown
    return {
        "code": notice.code,
        "severity": notice.severity,
        "file": file,
        "line": line,
        "key": notice.key,
        "message": notice.sentence,
        "repositories": list(finding.repositories),
        "images": [] if shown is None else [_image(each, shown) for each in shown.outcomes],
    }


def _image(outcome: Outcome, shown: Shown) -> dict[str, object]:
    image, acts = outcome.image, outcome.action != "keep"
    shielding = outcome.shielded_by
    first = outcome.rule if acts else shielding or first_rule(shown, image)
    return {
        "imageTags": list(image.tags),
        "storageClass": image.storage_class.upper(),
        "ageInDays": age_of(shown, image),
        "action": outcome.action.upper() if acts else None,
        "rulePriority": None if first is None else first.rule_priority,
        "shieldedFromRulePriority": outcome.rule.rule_priority if outcome.rule and shielding else None,
    }
