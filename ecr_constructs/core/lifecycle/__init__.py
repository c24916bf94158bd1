"""Lifecycle policies of ECR: from single values, written-out rules or AWS's JSON to the text that AWS takes.

    rules, problems = compose([LifecycleRule(...)], Shortcuts(max_image_count=100), prefix=("web",))
    rules, problems = parse_policy('{"rules": [...]}')
    raise_problems(problems)
    text = render_lifecycle_policy(rules)
    notices = [*inert_notices(rules), *tag_list_notices(rules)]

The limits are those of the ECR user guide; each check names its page.

- `rule`: one rule, in the words of AWS's document.
- `shortcuts`: retention in single values, put in order with rules that are written out.
- `retention`: everything that is said of a repository's retention, and its policy.
- `parse`: rules read from AWS's document.
- `render`: rules written as that.
- `numbering`: priorities for the rules that have none.
- `origin`: where a rule was written.
- `checks`: what AWS refuses in a policy.
- `field_checks`: what AWS refuses in one rule.
- `image_tags`: which patterns can match a tag at all.
- `notices`: what AWS takes and hardly anyone means.
- `image`: an image as a policy looks at it.
- `tag_index`: which images carry a tag that a pattern matches.
- `ranked`: the images of a storage class, in their order, and which of them a rule selects.
- `evaluate`: what a policy does to images.
"""

from ecr_constructs.core.lifecycle.checks import check_rules
from ecr_constructs.core.lifecycle.notices import inert_notices, policy_notices, tag_list_notices
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.origin import Origin, WrittenRule
from ecr_constructs.core.lifecycle.parse import parse_policy
from ecr_constructs.core.lifecycle.render import render_lifecycle_policy
from ecr_constructs.core.lifecycle.retention import Retention, compose_retention
from ecr_constructs.core.lifecycle.rule import (
    CountType,
    CountUnit,
    LifecycleAction,
    LifecycleRule,
    StorageClass,
    TagStatus,
    TargetStorageClass,
)
from ecr_constructs.core.lifecycle.shortcuts import Shortcuts, compose, compose_written, shortcut_rules

__all__ = [
    "CountType",
    "CountUnit",
    "LifecycleAction",
    "LifecycleRule",
    "Origin",
    "Retention",
    "Shortcuts",
    "StorageClass",
    "TagStatus",
    "TargetStorageClass",
    "WrittenRule",
    "assign_priorities",
    "check_rules",
    "compose",
    "compose_retention",
    "compose_written",
    "inert_notices",
    "parse_policy",
    "policy_notices",
    "render_lifecycle_policy",
    "shortcut_rules",
    "tag_list_notices",
]
