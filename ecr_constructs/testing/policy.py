"""The policy documents of a stack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ecr_constructs.errors import KeyPath, key_of
from ecr_constructs.testing.documents import Document, Synthesised, document_of
from ecr_constructs.testing.readable import decoded, without_notes

__all__ = ["policies"]

_PARTS = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}


def policies(stack: Synthesised, /) -> dict[str, Document]:
    """Return every policy document of a stack, parsed, by the address of its resource.

    That is what a resource or data source has as JSON under a name that ends with `policy`, and whatever else has
    statements: policies of repositories and registries, lifecycle policies, policies and trust policies of IAM, and
    those of keys, buckets and endpoints. A data source `aws_iam_policy_document` is one as well, with its own
    statements in the order in which they were written; those that it takes from elsewhere are not among them.

    Args:
        stack: A stack, or what `synth` returned of one.

    Returns:
        By `aws_ecr_repository_policy.web` what is the argument `policy` of it, and by the address with the argument
        what is another: `aws_iam_role.ci.assume_role_policy`, `aws_iam_role.ci.inline_policy[0].policy`. Data sources
        begin with `data`. Ordered by address.

    Raises:
        OperationError: The stack is not valid.
        TypeError: It is no stack.
    """
    document = document_of(stack)
    found = {}
    for part, prefix in (("resource", ""), ("data", "data.")):
        for kind, bodies in document.get(part, {}).items():
            for name, body in bodies.items():
                if (part, kind) == ("data", "aws_iam_policy_document"):
                    found[f"data.{kind}.{name}"] = _rendered(without_notes(body))
                for path, policy in _policies_in(without_notes(body), ()):
                    argument = "" if path == ("policy",) else f".{key_of(path)}"
                    found[f"{prefix}{kind}.{name}{argument}"] = policy
    return dict(sorted(found.items()))


def _rendered(body: Document) -> Document:
    """Return the document that Terraform makes of a data source.

    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
    """
    policy = {
        "Version": body.get("version", "2012-10-17"),
        "Statement": [_statement(each) for each in _blocks(body, "statement")],
    }
    return {"Id": body["policy_id"], **policy} if "policy_id" in body else policy


def _statement(block: Document) -> Document:
    statement: Document = {"Sid": block["sid"]} if block.get("sid") else {}
    statement["Effect"] = block.get("effect", "Allow")
    for argument, key in _PARTS.items():
        if block.get(argument):
            statement[key] = _one_or_all(block[argument])
    for argument, key in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        named: dict[str, list[Any]] = {}
        for each in _blocks(block, argument):
            named.setdefault(each["type"], []).extend(each["identifiers"])
        if named:
            everyone = named == {"*": ["*"]}
            statement[key] = "*" if everyone else {kind: _one_or_all(who) for kind, who in named.items()}
    conditions: dict[str, dict[str, list[Any]]] = {}
    for each in _blocks(block, "condition"):
        conditions.setdefault(each["test"], {}).setdefault(each["variable"], []).extend(each["values"])
    if conditions:
        statement["Condition"] = {
            test: {key: _one_or_all(values) for key, values in of.items()} for test, of in conditions.items()
        }
    return statement


def _blocks(body: Document, kind: str) -> list[Document]:
    """Return the blocks of a kind; Terraform takes one of them without a list as well."""
    found = body.get(kind, [])
    return found if isinstance(found, list) else [found]


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if isinstance(values, list) and len(values) == 1 else values


def _policies_in(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Document]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _policies_in(each, (*path, key))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _policies_in(each, (*path, at))
    elif isinstance(value, str):
        policy = decoded(value)
        if isinstance(policy, dict) and ("Statement" in policy or str(path[-1]).endswith("policy")):
            yield path, policy
