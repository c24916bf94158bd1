"""Policies as documents in JSON: one on standard output, or a file for each that IAM takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.deploying.derive import Derived
from ecr_constructs.deploying.statements import LONGEST_MANAGED, document_of, documents_of, length_of
from ecr_constructs.errors import Problem

__all__ = ["as_text", "files_of", "left_behind", "others_of", "size_notice"]

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: how many policies a role has by default
_MOST_POLICIES = 10


def as_text(statements: Sequence[PolicyStatement]) -> str:
    """Return a policy as it is read by people, and taken by IAM, which counts no blanks."""
    return _text(document_of(statements))


def files_of(derived: Derived, name: str) -> dict[str, str]:
    """Return a file for each policy, by its name: `dev-deploy.json`, or `dev-deploy-1.json` and on where they are many.

    What another role needs than the one that makes the resources is in files with the role's account and name, and what
    whoever runs Terraform needs to take roles on in `dev-deploy-caller.json`.

    Args:
        derived: What is needed.
        name: What the files' names begin with: `dev-deploy`.
    """
    files = {}
    for role, statements in derived.statements.items():
        stem = name if role == derived.role else f"{name}-{_label(role)}"
        documents = documents_of(statements)
        for number, document in enumerate(documents, start=1):
            files[f"{stem}.json" if len(documents) == 1 else f"{stem}-{number}.json"] = as_text(document)
    return files


def left_behind(folder: Path, name: str, files: dict[str, str]) -> list[str]:
    """Return the files of an earlier run that are not written any more, and might still be attached."""
    form = re.compile(rf"{re.escape(name)}(-[0-9]+)?\.json")
    return sorted(each.name for each in folder.iterdir() if form.fullmatch(each.name) and each.name not in files)


def size_notice(derived: Derived, source: str) -> Iterator[Problem]:
    """Return that a policy is longer than IAM takes one.

    Args:
        derived: What is needed.
        source: What it is called.
    """
    statements = derived.statements.get(derived.role, ())
    length, count = length_of(statements), len(documents_of(statements))
    if count > 1:
        rule = f"has {length:,} characters, and IAM takes {LONGEST_MANAGED:,} in a policy"
        fix = f"--output DIR writes it as {count} policies."
        if count > _MOST_POLICIES:
            fix += f" A role has at most {_MOST_POLICIES} by default: raise that quota, or deploy in shards."
        yield Problem(("policy",), "deploy-policy-size", rule, "", fix, source, "notice")


def others_of(derived: Derived, source: str) -> Iterator[Problem]:
    """Return that the policy of one role is not all.

    Args:
        derived: What is needed.
        source: What it is called.
    """
    for role, statements in derived.statements.items():
        if role != derived.role:
            actions = sorted({action for each in statements for action in each.actions})
            who = role or "whoever runs Terraform"
            rule = f"is of {derived.role or 'whoever runs Terraform'}, and {who} needs besides: {', '.join(actions)}"
            fix = "--output DIR writes the policies of all."
            yield Problem(("policy",), "deploy-policy-roles", rule, "", fix, source, "notice")


def _label(role: str) -> str:
    if not role:
        return "caller"
    # With the account: roles of several are often called the same. One that the apply alone knows is an expression.
    name = f"{role.split(':')[4]}-{role.rpartition('/')[2]}" if role.startswith("arn:") else f"role-{role.strip('${}')}"
    return "-".join(re.findall(r"[\w+=,.@-]+", name))


def _text(document: dict[str, Any]) -> str:
    return f"{json.dumps(document, indent=2, ensure_ascii=False)}\n"
