"""Lifecycle policies of ECR: from single values, written-out rules or AWS's JSON to the text that AWS takes.

    rules, problems = compose([LifecycleRule(...)], Shortcuts(max_image_count=100), prefix=("web",))
    rules, problems = parse_policy('{"rules": [...]}')
    raise_problems(problems)
    text = render_lifecycle_policy(rules)
    notices = [*inert_notices(rules), *tag_list_notices(rules)]

The limits are those of the ECR user guide; each check names its page.

- `rule`: one rule, in the words of AWS's document.
- `shortcuts`: retention in single values.
- `presets`: retention by one word, which stands for shortcuts.
- `kept`: how many tagged images of each pattern are kept.
- `shortcut_checks`: what is wrong with shortcuts.
- `shortcut_rules`: the rules that shortcuts stand for.
- `compose`: shortcuts put in order with rules that are written out.
- `retention`: everything that is said of a repository's retention, and its policy.
- `parse`: rules read from AWS's document.
- `render`: rules written as that.
- `numbering`: priorities for the rules that have none.
- `origin`: where a rule was written.
- `checks`: what AWS refuses in a policy.
- `field_checks`: what AWS refuses in one rule.
- `image_tags`: which patterns can match a tag at all.
- `notices`: what AWS takes and hardly anyone means, of a whole policy.
- `trap`: one such thing.
- `tag_lists`: tag lists that read like something else.
- `descriptions`: descriptions that say another number than their rule.
- `shielding`: rules that never act, and rules that reach what is protected.
- `growth`: images that never go, and tagged ones that go by their age alone.
- `repository_traps`: what comes of a policy for the repository that has it, and for those that a template makes.
- `reach`: which kinds of images a rule is the first to identify, exactly.
- `tag_languages`: whether there is a tag that one pattern matches and others do not.
- `tag_machine`: a pattern that reads a tag letter by letter.
- `image`: an image as a policy looks at it.
- `tag_index`: which images carry a tag that a pattern matches.
- `ranked`: the images of a storage class, in their order, and which of them a rule selects.
- `evaluate`: what a policy does to images.
- `newly_due`: by which ages and numbers one rule finds an image due and another does not.
- `newly`: what a policy does to images that an earlier one leaves alone.
"""

from ecr_constructs.core.lifecycle.checks import check_rules
from ecr_constructs.core.lifecycle.compose import compose, compose_written
from ecr_constructs.core.lifecycle.kept import BeyondKept
from ecr_constructs.core.lifecycle.notices import inert_notices, policy_notices, policy_traps, tag_list_notices
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.origin import Origin, WrittenRule
from ecr_constructs.core.lifecycle.parse import parse_policy
from ecr_constructs.core.lifecycle.presets import RetentionPreset, mutability_notices
from ecr_constructs.core.lifecycle.render import render_lifecycle_policy
from ecr_constructs.core.lifecycle.repository_traps import repository_traps, template_traps
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
from ecr_constructs.core.lifecycle.shortcut_rules import shortcut_rules
from ecr_constructs.core.lifecycle.shortcuts import Shortcuts
from ecr_constructs.core.lifecycle.trap import Trap

__all__ = [
    "BeyondKept",
    "CountType",
    "CountUnit",
    "LifecycleAction",
    "LifecycleRule",
    "Origin",
    "Retention",
    "RetentionPreset",
    "Shortcuts",
    "StorageClass",
    "TagStatus",
    "TargetStorageClass",
    "Trap",
    "WrittenRule",
    "assign_priorities",
    "check_rules",
    "compose",
    "compose_retention",
    "compose_written",
    "inert_notices",
    "mutability_notices",
    "parse_policy",
    "policy_notices",
    "policy_traps",
    "render_lifecycle_policy",
    "repository_traps",
    "shortcut_rules",
    "tag_list_notices",
    "template_traps",
]
