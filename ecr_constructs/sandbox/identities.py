"""Identities in the embedded AWS: stand-ins for roles that a document attaches policies to, and what came to be."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from ecr_constructs.sandbox.adapt import region_of
from ecr_constructs.sandbox.aws import AwsClients
from ecr_constructs.sandbox.fit import Document
from ecr_constructs.sandbox.readback import listed

__all__ = ["STAND_IN_PATH", "IdentityRow", "make_roles", "may_do", "read_identities", "trusted_by"]

STAND_IN_PATH = "/stand-in/"
"""What tells a stand-in from what the document makes; an attachment names a role without its path."""

_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)
_MOST_NAMED = 3


@dataclasses.dataclass(frozen=True, slots=True)
class IdentityRow:
    """A role or a managed policy as it is.

    Attributes:
        name: Its name.
        kind: `role` or `policy`.
        who: Who may take the role on, or which roles have the policy.
        may: What it may do.
    """

    name: str
    kind: str
    who: str
    may: str


def make_roles(document: Document, aws: AwsClients) -> tuple[str, ...]:
    """Make the roles that a document attaches policies to by name, and return a line about each for the user.

    Args:
        document: The synthesised document.
        aws: The embedded AWS, answering.
    """
    resources = document.get("resource", {})
    made = {body.get("name") for body in resources.get("aws_iam_role", {}).values()}
    attached = resources.get("aws_iam_role_policy_attachment", {})
    names = sorted({str(body.get("role", "${")) for body in attached.values()} - made)
    client = aws.client("iam", region_of(document))
    lines = []
    for name in names:
        # An expression stands for a role of the document.
        if "${" not in name:
            with contextlib.suppress(client.exceptions.EntityAlreadyExistsException):
                client.create_role(RoleName=name, Path=STAND_IN_PATH, AssumeRolePolicyDocument=_TRUST)
            lines.append(f"role {name}")
    return tuple(lines)


def read_identities(aws: AwsClients, region: str) -> tuple[IdentityRow, ...]:
    """Return the roles and the managed policies of the embedded AWS, by name, without stand-ins.

    Args:
        aws: The embedded AWS.
        region: A region to ask; identities are of all of them.
    """
    iam = aws.client("iam", region)
    rows = []
    for page in iam.get_paginator("list_roles").paginate():
        for role in page["Roles"]:
            if role["Path"] != STAND_IN_PATH:
                trust = _document(role["AssumeRolePolicyDocument"])
                who, may = ", ".join(trusted_by(trust)), "; ".join(may_do(_inline(iam, role["RoleName"])))
                rows.append(IdentityRow(role["RoleName"], "role", who, may))
    for page in iam.get_paginator("list_policies").paginate(Scope="Local"):
        for policy in page["Policies"]:
            arn, version = policy["Arn"], policy["DefaultVersionId"]
            document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
            having = iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"]
            who = ", ".join(sorted(role["RoleName"] for role in having)) or "no role"
            rows.append(IdentityRow(policy["PolicyName"], "policy", who, "; ".join(may_do([_document(document)]))))
    return tuple(sorted(rows, key=lambda row: (row.kind, row.name)))


def trusted_by(trust: Mapping[str, Any]) -> list[str]:
    """Return who may take a role on, by its trust policy: services, issuers and ARNs, each with what it is for.

    Args:
        trust: The trust policy.
    """
    found = []
    for statement in listed(trust["Statement"]):
        conditions = {
            key.rpartition(":")[2].rpartition("/")[2]: listed(value)
            for keys in statement.get("Condition", {}).values()
            for key, value in keys.items()
        }
        purpose = [
            *conditions.get("sub", ()),
            *(
                "/".join(conditions[key][0] for key in ("kubernetes-namespace", "kubernetes-service-account"))
                for _ in conditions.get("kubernetes-service-account", ())
            ),
        ]
        for kind, names in sorted(statement.get("Principal", {}).items()):
            for name in listed(names):
                short = name.partition("oidc-provider/")[2] if kind == "Federated" else name.split(".")[0]
                found.append(f"{short or name} for {' or '.join(purpose)}" if purpose else short or name)
    return found


def may_do(documents: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what policies allow, in short: `log in`, `pull from shop/web`, `push to 12 repositories`.

    Args:
        documents: The policies.
    """
    found: dict[str, None] = {}
    for document in documents:
        for statement in listed(document["Statement"]):
            if statement["Effect"] == "Allow":
                found[_in_short(listed(statement["Action"]), listed(statement.get("Resource")))] = None
    return list(found)


def _in_short(actions: list[str], resources: list[str]) -> str:
    if actions == ["ecr:GetAuthorizationToken"]:
        return "log in"
    services = sorted({action.partition(":")[0] for action in actions})
    if services == ["ecr"]:
        verb = "push to" if "ecr:PutImage" in actions else "pull from" if "ecr:BatchGetImage" in actions else "read"
        return f"{verb} {_named([each.partition(':repository/')[2] for each in resources])}"
    if services == ["ssm"]:
        listing = "list" if actions == ["ssm:GetParametersByPath"] else "read"
        return f"{listing} {_named([each.partition(':parameter')[2] for each in resources], 'parameters')}"
    return ", ".join(actions)


def _named(names: list[str], what: str = "repositories") -> str:
    return ", ".join(names) if len(names) <= _MOST_NAMED else f"{len(names)} {what}"


def _inline(iam: Any, role: str) -> Iterator[dict[str, Any]]:
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        yield _document(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])


def _document(said: Any) -> dict[str, Any]:
    """Return a policy; boto3 has parsed most of them."""
    return dict(json.loads(unquote(said))) if isinstance(said, str) else dict(said)
