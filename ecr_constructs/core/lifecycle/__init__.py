"""Lifecycle policies of ECR: from single values, written-out rules or AWS's JSON to the text that AWS takes.

    rules, problems = compose([LifecycleRule(...)], Shortcuts(max_image_count=100), prefix=("web",))
    rules, problems = parse_policy('{"rules": [...]}')
    raise_problems(problems)
    text = render_policy(rules)
    warnings = [*inert_warnings(rules), *tag_list_warnings(rules)]

The limits are those of the ECR user guide; each check names its page.
"""

from ecr_constructs.core.lifecycle.checks import check_rules
from ecr_constructs.core.lifecycle.notices import Notice, inert_warnings, tag_list_warnings
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.origin import Origin
from ecr_constructs.core.lifecycle.parse import parse_policy
from ecr_constructs.core.lifecycle.render import render_policy
from ecr_constructs.core.lifecycle.rule import LifecycleRule
from ecr_constructs.core.lifecycle.shortcuts import Shortcuts, compose, shortcut_rules

__all__ = [
    "LifecycleRule",
    "Notice",
    "Origin",
    "Shortcuts",
    "assign_priorities",
    "check_rules",
    "compose",
    "inert_warnings",
    "parse_policy",
    "render_policy",
    "shortcut_rules",
    "tag_list_warnings",
]
