"""The variables of Cloud Posse's terraform-aws-ecr and of its labels, whose defaults are not ours.

https://registry.terraform.io/modules/cloudposse/ecr/aws/latest, read at 1.0.1, and
https://registry.terraform.io/modules/cloudposse/label/null/0.25.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ecr_constructs.errors import Problem, show
from ecr_constructs.migration.carried import READ_ONLY, TAKE_OUT, Converted, entries_of, refused, statement
from ecr_constructs.migration.render import Part
from ecr_constructs.migration.said import Said

__all__ = ["convert_images", "is_of_cloud_posse"]

_SIGNS = frozenset(
    """
    custom_lifecycle_rules default_lifecycle_rules_settings enable_lifecycle_policy encryption_configuration image_names
    image_tag_mutability_exclusion_filter organizations_full_access organizations_push_access
    organizations_readonly_access prefixes_pull_through_repositories principals_full_access principals_lambda
    principals_pull_though_access principals_push_access principals_readonly_access protected_tags_keep_count
    replication_configurations scan_images_on_push time_based_rotation use_fullname
    """.split()  # noqa: SIM905  # as a list it would fill a page
)
# Names that our options have as well: with labels beside them they are of this module.
_SHARED = frozenset({"force_delete", "image_tag_mutability", "max_image_count", "protected_tags"})
_LABELS = ("namespace", "tenant", "environment", "stage", "name")
_ORDER = ("namespace", "environment", "stage", "name", "attributes")
_NOT_OF_NAMES = ("additional_tag_map", "descriptor_formats", "label_key_case", "labels_as_tags")
_NOT_IN_IDS = re.compile(r"[^a-zA-Z0-9-]")
_NAMED = "Say image_names, with the names that the repositories have in ECR."
_PUSH = (
    "ecr:CompleteLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:InitiateLayerUpload",
    "ecr:BatchCheckLayerAvailability",
    "ecr:PutImage",
)
_ALL = ("ecr:*",)
_REFUSED = {
    "principals_pull_though_access": "Write ecr_pull_through_caches with its principals by hand.",
    "replication_configurations": "Say enable_replication and replication_destinations of the repositories by hand.",
}


def is_of_cloud_posse(variables: Mapping[str, object]) -> bool:
    """Return whether a file is for this module."""
    names = variables.keys()
    labelled = "name" in names and bool(names & {"namespace", "stage"})
    return bool(names & _SIGNS) or (labelled and bool(names & _SHARED))


def convert_images(variables: Mapping[str, object], identity: Mapping[str, object]) -> Converted:
    """Return what becomes of the repositories of a file.

    Args:
        variables: What the tfvars file says.
        identity: The environment's `project`, `env`, `region` and `account_id`, as far as they are known.
    """
    said = Said(variables, identity.get("account_id"))
    notes: list[str] = []
    # Null is the label's own default, of this and of every label.
    if said.value("enabled") is not None and not said.flag("enabled", default=True):
        fix = "With it the module makes no repository, so there is none to write."
        said.problems.append(refused(("enabled",), said.value("enabled"), fix))
    names = _names(said)
    encryption = said.mapping("encryption_configuration")
    options = (
        said.mutability("image_tag_mutability", "image_tag_mutability_exclusion_filter")
        | {"scan_on_push": said.flag("scan_images_on_push", default=True)}
        | said.encryption(encryption.get("encryption_type"), encryption.get("kms_key"))
    )
    if said.flag("force_delete", default=False):
        options["force_delete"] = True
    options |= _retention(said) | _access(said, notes)
    said.used.update(("prefixes_pull_through_repositories", *_NOT_OF_NAMES))
    if said.value("labels_as_tags") != []:
        notes.append(
            "the tags that Cloud Posse's labels make (Name, Namespace, Stage, ...) are left out: add them to tags"
        )
    parts: list[Part] = [
        (["As Cloud Posse's terraform-aws-ecr makes them, with its defaults."], {"ecr_defaults": options}),
        ([], {"ecr_repositories": entries_of(names, identity)}),
    ]
    return Converted(parts, frozenset(said.used), notes, said.problems)


def _names(said: Said) -> list[str]:
    """Return the names in ECR: those of the images as they are, else the one that the labels make."""
    said.used.update((*_LABELS, "attributes", "delimiter", "label_order", "use_fullname"))
    if names := said.texts("image_names"):
        said.used.update(("context", "id_length_limit", "label_value_case", "regex_replace_chars"))
        return names
    said.refuse("context", _NAMED)
    said.refuse("regex_replace_chars", _NAMED)
    case = said.text("label_value_case", "lower")
    if case not in ("lower", "none"):
        said.problems.append(refused(("label_value_case",), case, "ECR takes lowercase alone. " + _NAMED))
    labels = {key: _label(said.text(key, ""), case) for key in _LABELS}
    name = labels["name"]
    if said.flag("use_fullname", default=True):
        delimiter = said.value("delimiter")
        joint = delimiter if isinstance(delimiter, str) else "-"
        attributes = dict.fromkeys(_label(each, case) for each in said.texts("attributes"))
        labels["attributes"] = joint.join(each for each in attributes if each)
        order = said.texts("label_order") or _ORDER
        name = joint.join(labels[key] for key in order if labels.get(key))
        limit = said.value("id_length_limit")
        if isinstance(limit, int) and 0 < limit < len(name):
            said.problems.append(refused(("id_length_limit",), limit, "It cuts the name. " + _NAMED))
    said.used.add("id_length_limit")
    if not name:
        rule = "must be given: without it, or the labels, no name in ECR is known"
        said.problems.append(Problem(("image_names",), "required", rule, "", _NAMED))
    return [name]


def _label(value: str | None, case: str | None) -> str:
    text = _NOT_IN_IDS.sub("", value or "")
    return text if case == "none" else text.lower()


def _retention(said: Said) -> dict[str, object]:
    if not said.flag("enable_lifecycle_policy", default=True):
        said.used.update(
            (
                *("custom_lifecycle_rules", "default_lifecycle_rules_settings", "max_image_count", "protected_tags"),
                *("protected_tags_keep_count", "time_based_rotation"),
            )
        )
        return {"max_image_count": None}
    rules = list(_rules(said))
    # Those for every image come last, as the module has them.
    rules.sort(key=lambda rule: _selection(rule).get("tagStatus") == "any")
    if not rules:
        return {"max_image_count": None}
    return {"lifecycle_policy": {"rules": [{"rulePriority": index, **rule} for index, rule in enumerate(rules, 1)]}}


def _rules(said: Said) -> Iterator[dict[str, object]]:
    """Yield the rules that the module makes, in its order."""
    keep = said.count("protected_tags_keep_count", 999999)
    for tag in sorted(set(said.texts("protected_tags"))):
        kind, key = ("wildcard", "tagPatternList") if "*" in tag else ("prefix", "tagPrefixList")
        selection: dict[str, object] = {
            "tagStatus": "tagged",
            key: [tag],
            "countType": "imageCountMoreThan",
            "countNumber": keep,
        }
        yield _expire(f"Protects images tagged with {kind} {tag}", selection)
    custom = [_without_nulls(rule) for rule in said.mappings("custom_lifecycle_rules")]
    own = any(_selection(rule).get("tagStatus") == "untagged" for rule in custom)
    if _is_on(said, "untagged_image_rule") and not own:
        selection = {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 1}
        yield _expire("Remove untagged images", selection)
    count, days = said.count("max_image_count", 500), said.flag("time_based_rotation", default=False)
    if _is_on(said, "remove_old_image_rule"):
        text = f"older than {count} days old" if days else f"when reach {count} images stored"
        counted = (
            {"countType": "sinceImagePushed", "countUnit": "days"} if days else {"countType": "imageCountMoreThan"}
        )
        yield _expire(f"Rotate images {text}", {"tagStatus": "any", **counted, "countNumber": count})
    yield from custom


def _is_on(said: Said, rule: str) -> bool:
    settings = said.mapping("default_lifecycle_rules_settings").get(rule)
    enabled = settings.get("enabled") if isinstance(settings, Mapping) else None
    if enabled is None or isinstance(enabled, bool):
        return enabled is not False
    path = ("default_lifecycle_rules_settings", rule, "enabled")
    said.problems.append(Problem(path, "type", "must be true or false", show(enabled), "Write it without quotes."))
    return True


def _expire(description: str, selection: Mapping[str, object]) -> dict[str, object]:
    return {"description": description, "selection": dict(selection), "action": {"type": "expire"}}


def _selection(rule: Mapping[str, object]) -> Mapping[str, object]:
    selection = rule.get("selection")
    return selection if isinstance(selection, Mapping) else {}


def _without_nulls(rule: Mapping[str, object]) -> dict[str, object]:
    """Return a rule without what says nothing, and without lists of nothing, which ECR does not take."""
    return {
        key: _without_nulls(value) if isinstance(value, Mapping) else value
        for key, value in rule.items()
        if value is not None and value != []
    }


def _access(said: Said, notes: list[str]) -> dict[str, object]:
    for name, fix in _REFUSED.items():
        said.refuse(name, f"{fix} {TAKE_OUT}")
    options: dict[str, object] = {}
    accounts = said.accounts("principals_readonly_access")
    if accounts:
        options |= {"enable_cross_account_access": True, "allowed_account_ids": accounts}
    organizations = said.texts("organizations_readonly_access")
    if len(organizations) == 1:
        options["organization_id"] = organizations[0]
    if accounts or len(organizations) == 1:
        notes.append(
            "whoever had read-only access may pull, describe and list here; they may no longer read findings, policies "
            "and tags"
        )
    statements = [
        *statement("ReadonlyAccess", READ_ONLY, said.others("principals_readonly_access")),
        *statement("PushAccess", _PUSH, said.identities("principals_push_access")),
        *statement("FullAccess", _ALL, said.identities("principals_full_access")),
    ]
    for sid, actions, name in (
        ("OrganizationsReadonlyAccess", READ_ONLY, "organizations_readonly_access"),
        ("OrganizationsPushAccess", _PUSH, "organizations_push_access"),
        ("OrganizationsFullAccess", _ALL, "organizations_full_access"),
    ):
        found = said.texts(name)
        if actions is not READ_ONLY or len(found) > 1:
            statements += statement(sid, actions, (), organizations=found)
    if statements:
        options["policy_statements"] = statements
    if any(each["actions"] == [*_ALL] for each in statements):
        notes.append(
            "full access is ecr:* in policy_statements, with the deletion of repositories; see admin_principals"
        )
    lambdas = said.accounts("principals_lambda")
    if said.value("principals_lambda"):
        options["enable_lambda_pull"] = True
        if set(lambdas) != set(accounts):
            fix = (
                "enable_lambda_pull is for the functions of this account and of every account that may pull, and for "
                "no other. Name the same accounts in principals_readonly_access, or add it by hand."
            )
            said.problems.append(refused(("principals_lambda",), said.value("principals_lambda"), fix))
    return options
