"""The variables of terraform-aws-modules/terraform-aws-ecr, whose defaults are not ours.

https://registry.terraform.io/modules/terraform-aws-modules/ecr/aws/latest, read at 3.2.0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ecr_constructs.errors import Problem
from ecr_constructs.migration.carried import READ_ONLY, TAKE_OUT, Converted, entries_of, refused, statement
from ecr_constructs.migration.said import Said

__all__ = ["convert_repository", "is_of_terraform_aws_modules"]

_SIGNS = frozenset(
    """
    attach_repository_policy create_lifecycle_policy create_registry_policy create_registry_replication_configuration
    create_repository create_repository_policy manage_registry_scanning_configuration registry_policy
    registry_pull_through_cache_rules registry_replication_rules registry_scan_rules registry_scan_type
    repository_encryption_type repository_force_delete repository_image_scan_on_push repository_image_tag_mutability
    repository_image_tag_mutability_exclusion_filter repository_kms_key repository_lambda_read_access_arns
    repository_lifecycle_policy repository_name repository_policy repository_policy_statements
    repository_read_access_arns repository_read_write_access_arns repository_type
    """.split()  # noqa: SIM905  # as a list it would fill a page
)
_OFF = "{} is left out: {} is not set, so that the module does not use it"
_OF_REGISTRY = {
    "create_registry_policy": (("registry_policy",), "Write ecr_registry_policy by hand; see docs/environments.md."),
    "manage_registry_scanning_configuration": (
        ("registry_scan_type", "registry_scan_rules"),
        "Say enable_enhanced_scanning and scan_frequency of the repositories by hand.",
    ),
    "create_registry_replication_configuration": (
        ("registry_replication_rules",),
        "Say enable_replication and replication_destinations of the repositories by hand.",
    ),
}
_WRITE = ("ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload")
_FUNCTIONS = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9*-]+:(\d{12}):function:\*")


def is_of_terraform_aws_modules(variables: Mapping[str, object]) -> bool:
    """Return whether a file is for this module."""
    return bool(variables.keys() & _SIGNS)


def convert_repository(variables: Mapping[str, object], identity: Mapping[str, object]) -> Converted:
    """Return what becomes of the one repository of a file.

    Args:
        variables: What the tfvars file says.
        identity: The environment's `project`, `env`, `region` and `account_id`, as far as they are known.
    """
    said = Said(variables, identity.get("account_id"))
    notes: list[str] = []
    _check_made(said)
    name = said.text("repository_name")
    if name is None:
        fix = "Say the name that the repository has in ECR."
        said.problems.append(Problem(("repository_name",), "required", "must be given", "", fix))
    options = (
        said.mutability("repository_image_tag_mutability", "repository_image_tag_mutability_exclusion_filter")
        | {"scan_on_push": said.flag("repository_image_scan_on_push", default=True)}
        | said.encryption(said.value("repository_encryption_type"), said.text("repository_kms_key"))
    )
    if said.value("repository_force_delete") is not None and said.flag("repository_force_delete", default=False):
        options["force_delete"] = True
    options |= _retention(said, notes) | _access(said, identity, notes)
    _check_registry(said, notes)
    parts = [
        (
            [
                "As terraform-aws-modules/terraform-aws-ecr makes it, with its defaults.",
                *(["max_image_count: null keeps every image."] if "max_image_count" in options else []),
            ],
            {"ecr_repositories": {key: {**own, **options} for key, own in entries_of([name or ""], identity).items()}},
        )
    ]
    return Converted(parts, frozenset(said.used), notes, said.problems)


def _check_made(said: Said) -> None:
    for name in ("create", "create_repository"):
        if not said.flag(name, default=True):
            fix = "With it the module makes no repository, so there is none to write."
            said.problems.append(refused((name,), said.value(name), fix))
    if said.text("repository_type", "private") != "private":
        fix = "Write it below ecr_public_repositories by hand; see docs/environments.md."
        said.problems.append(refused(("repository_type",), said.value("repository_type"), fix))
    said.refuse("public_repository_catalog_data", f"Write it below ecr_public_repositories by hand. {TAKE_OUT}")


def _retention(said: Said, notes: list[str]) -> dict[str, object]:
    policy = said.policy("repository_lifecycle_policy")
    if not said.flag("create_lifecycle_policy", default=True):
        if policy is not None:
            notes.append(_OFF.format("repository_lifecycle_policy", "create_lifecycle_policy"))
        return {"max_image_count": None}
    if policy is None:
        notes.append(
            "repository_lifecycle_policy is not said: max_image_count: null is written, which keeps all images"
        )
        return {"max_image_count": None}
    return {"lifecycle_policy": policy}


def _access(said: Said, identity: Mapping[str, object], notes: list[str]) -> dict[str, object]:
    names = ("repository_read_access_arns", "repository_read_write_access_arns", "repository_lambda_read_access_arns")
    attached = said.flag("attach_repository_policy", default=True)
    made = said.flag("create_repository_policy", default=True)
    if not attached:
        return _unused(
            said, (*names, "repository_policy", "repository_policy_statements"), "attach_repository_policy", notes
        )
    said.refuse(
        "repository_policy",
        f"Say who may do what by pull_principals and the like, or by policy_statements, by hand. {TAKE_OUT}",
    )
    if not made:
        return _unused(said, (*names, "repository_policy_statements"), "create_repository_policy", notes)
    fix = f"Write them as policy_statements, or say who may do what by pull_principals and the like. {TAKE_OUT}"
    said.refuse("repository_policy_statements", fix)
    options: dict[str, object] = {}
    if accounts := said.accounts("repository_read_access_arns"):
        options |= {"enable_cross_account_access": True, "allowed_account_ids": accounts}
        notes.append(
            "the accounts of repository_read_access_arns may pull, describe and list here; they may no longer read "
            "findings, policies and tags"
        )
    writing = said.identities("repository_read_write_access_arns")
    reading = [*dict.fromkeys((*said.others("repository_read_access_arns"), *writing))]
    if statements := [*statement("PrivateReadOnly", READ_ONLY, reading), *statement("ReadWrite", _WRITE, writing)]:
        options["policy_statements"] = statements
    if functions := said.texts("repository_lambda_read_access_arns"):
        options["enable_lambda_pull"] = True
        for index, each in enumerate(functions):
            found = _FUNCTIONS.fullmatch(each)
            if found is None or found[1] != identity.get("account_id") or accounts:
                fix = (
                    "enable_lambda_pull is for every function of the environment's own account_id and of the accounts "
                    "that may pull. Add it by hand if that is meant."
                )
                said.problems.append(refused(("repository_lambda_read_access_arns", index), each, f"{fix} {TAKE_OUT}"))
    return options


def _unused(said: Said, names: tuple[str, ...], switch: str, notes: list[str]) -> dict[str, object]:
    notes += [_OFF.format(name, switch) for name in names if said.value(name) not in (None, "", [], {})]
    return {}


def _check_registry(said: Said, notes: list[str]) -> None:
    for switch, (names, fix) in _OF_REGISTRY.items():
        if said.flag(switch, default=False):
            said.problems.append(refused((switch,), said.value(switch), f"{fix} {TAKE_OUT}"))
            said.used.update(names)
        else:
            _unused(said, names, switch, notes)
    said.refuse("registry_pull_through_cache_rules", f"Write ecr_pull_through_caches by hand. {TAKE_OUT}")
