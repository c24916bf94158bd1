"""What a tfvars file comes to, and what of it may not be left out: it decides about images, or who gets at them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ecr_constructs.config.model.file import EnvironmentSettings
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.core.names import expand_template
from ecr_constructs.errors import KeyPath, Problem, show
from ecr_constructs.migration.render import Part

__all__ = [
    "READ_ONLY",
    "SAID_FOR_ALL",
    "TAKE_OUT",
    "UNLESS_NEEDED",
    "Converted",
    "entries_of",
    "has_weight",
    "is_weighty_option",
    "refused",
    "statement",
]

TAKE_OUT: Final = "Take it out of a copy of this file, and convert that."
"""What to do about what no environment file can say."""

UNLESS_NEEDED: Final = "If no repository depends on it, take it out of a copy of this file, and convert that."
"""The same of what a file may say of something else."""

READ_ONLY: Final = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:DescribeImageScanFindings",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
    "ecr:GetDownloadUrlForLayer",
    "ecr:GetLifecyclePolicy",
    "ecr:GetLifecyclePolicyPreview",
    "ecr:GetRepositoryPolicy",
    "ecr:ListImages",
    "ecr:ListTagsForResource",
)
"""What both modules mean by reading; the token that they name besides is nothing that a repository policy can grant."""

SAID_FOR_ALL: Final = (
    "image_tag_mutability",
    "image_tag_mutability_exclusion_filters",
    "scan_on_push",
    "max_image_count",
    "expire_untagged_after_days",
    "expire_tagged_after_days",
    "max_untagged_count",
    "protected_tags",
    "lifecycle_policy",
    "force_delete",
    "prevent_destroy",
)
"""Options that a variable of the same name says for every repository; one that opens something is never among them."""

_OF_MODULES: Final = frozenset(
    """
    attach_repository_policy create_lifecycle_policy create_registry_policy create_registry_replication_configuration
    create_repository create_repository_policy custom_lifecycle_rules default_lifecycle_rules_settings
    enable_lifecycle_policy encryption_configuration image_names image_tag_mutability_exclusion_filter
    organizations_full_access organizations_push_access organizations_readonly_access
    prefixes_pull_through_repositories principals_full_access principals_lambda principals_pull_though_access
    principals_push_access principals_readonly_access protected_tags_keep_count
    replication_configurations time_based_rotation
    """.split()  # noqa: SIM905  # as a list it would fill a page
)
_NO_WEIGHT: Final = frozenset(
    {"acknowledge", "adopt", "enable_enhanced_scanning", "publish_to_ssm", "scan_frequency", "scan_on_push", "tags"}
)
_ABOUT_IMAGES: Final = re.compile(r"(?:^|_)(ecr|repositor(y|ies)|registr(y|ies)|images?)(?=_|$)")
_BY_ITSELF: Final = re.compile(r"untagged|mutab|lifecycle|retention|kms|encrypt|cross_account|keep_(last|count)")
_ELSEWHERE: Final = re.compile(
    r"(^|_)(github|gitlab|bitbucket|git|logs?|backups?|snapshots?|db|rds|database|redis|s3|bucket|ebs|efs|volumes?"
    r"|storage|eks|ecs|clusters?|nodes?|vpc|flow|sns|sqs|secrets?|cloudwatch|cloudtrail|dynamodb)(_|$)"
)
_HOSTS: Final = ("github_", "gitlab_", "bitbucket_", "git_")
_WEIGHTY: Final = re.compile(
    r"name|prefix|lifecycle|retention|retain|expir|keep|kept|max|min|count|number|limit|rotat|clean|days|(^|_)age(s|d)?(_|$)"
    r"|untagged|protect|mutab|encrypt|kms|key|cmk|polic|rule|principal|access|arn|account|organi[sz]ation|org_|permission"
    r"|lambda|pull|push|read|write|share|grant|trust|delet|destroy|replic|public|user|role|allow|strategy|enabled$|^create"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Converted:
    """What becomes of the repositories of a tfvars file.

    Attributes:
        parts: The parts of the environment file that are about them.
        used: Variables that were read.
        notes: What is left out or worth knowing, a line each.
        problems: What cannot be carried over.
    """

    parts: Sequence[Part] = ()
    used: frozenset[str] = frozenset()
    notes: Sequence[str] = ()
    problems: Sequence[Problem] = ()


def refused(path: KeyPath, value: object, fix: str) -> Problem:
    """Return that something cannot be carried over."""
    rule = "must not be left out, and an environment file cannot say it"
    return Problem(path, "option", rule, show(value), fix)


def statement(
    sid: str, actions: Sequence[str], principals: Sequence[str], *, organizations: Sequence[str] = ()
) -> list[dict[str, object]]:
    """Return the statement of `policy_statements` that lets principals, or organisations, do what a module lets them.

    Args:
        sid: Its name in the module.
        actions: The module's actions.
        principals: Account ids and ARNs; without them and organisations there is no statement.
        organizations: Ids of organisations instead.
    """
    if organizations:
        who: dict[str, object] = {
            "principals": ["*"],
            "conditions": {"StringEquals": {"aws:PrincipalOrgID": list(organizations)}},
        }
    else:
        who = {"principals": list(principals)}
    return [{"sid": sid, "actions": list(actions), **who}] if principals or organizations else []


def has_weight(name: str) -> bool:
    """Return whether a variable decides about retention, access, tags, encryption or names of repositories."""
    if name in _OF_MODULES or (name in RepositoryOptions.model_fields and name not in _NO_WEIGHT):
        return True
    rest = _ABOUT_IMAGES.sub("", name)
    if rest != name and not name.startswith(_HOSTS):
        return is_weighty_option(rest)
    return _BY_ITSELF.search(name) is not None and _ELSEWHERE.search(name) is None


def is_weighty_option(name: str) -> bool:
    """Return whether an option of one repository decides about such a thing."""
    return _WEIGHTY.search(name) is not None


def entries_of(names: Iterable[str], identity: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Return an entry for each repository, by a logical name, which is called in ECR as it is there.

    Args:
        names: Names in ECR.
        identity: The environment's `project` and `env`.
    """
    names = list(dict.fromkeys(names))
    template = str(EnvironmentSettings.model_fields["ecr_repository_name"].default)
    before = expand_template(template, {"project": "", "env": "", **_texts(identity), "name": ""})
    entries: dict[str, dict[str, object]] = {}
    for name in names:
        short = name.removeprefix(before)
        if short and name != short and short not in names:
            entries[short] = {}
        else:
            entries[name] = {"repository_name": name}
    return entries


def _texts(identity: Mapping[str, object]) -> dict[str, str]:
    return {key: f"{value}" for key, value in identity.items()}
