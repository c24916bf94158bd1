"""AWS's evaluation of a request of which everything is known, written once more: sentence by sentence, on documents.

It shares no code with `ecr_constructs.core.evaluation`, which is compared with it. Sentences in quotes are those of
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html and its pages, and of
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
"""

from __future__ import annotations

import ipaddress
from typing import Any, NamedTuple

__all__ = ["Asked", "is_allowed"]


class Asked(NamedTuple):
    """A request: who, of which account, what, with which resource of which account, and what its context has."""

    principal: str
    account: str
    action: str
    resource: str
    resource_account: str
    context: dict[str, list[str]]


def is_allowed(asked: Asked, resource_policy: Any, identity_policy: Any) -> bool:
    """Tell whether a request is allowed."""
    resource = [each for each in resource_policy if is_meant(each, asked) and applies(each, asked)]
    identity = [each for each in identity_policy if applies(each, asked)]
    # "An explicit deny in any of these policies overrides the allow."
    if any(each["Effect"] == "Deny" for each in resource + identity):
        return False
    granted = any(each["Effect"] == "Allow" for each in identity)
    if asked.principal.endswith(".amazonaws.com"):
        return any(each["Effect"] == "Allow" for each in resource)
    if asked.account != asked.resource_account:
        # "The request is allowed only if both evaluations return a decision of Allow."
        return granted and any(each["Effect"] == "Allow" for each in resource)
    # "If either allows the request and the other doesn't, the request is still allowed"; but the account as a principal
    # "does not limit permissions to only the root user": it lets the account's identity policies decide.
    return granted or any(
        each["Effect"] == "Allow" and (everyone(each) or asked.principal in named(each, "AWS")) for each in resource
    )


def is_meant(statement: Any, asked: Asked) -> bool:
    """Tell whether a resource's policy is about who asks."""
    if everyone(statement):
        return True
    if asked.principal.endswith(".amazonaws.com"):
        return asked.principal in named(statement, "Service")
    whole = {asked.account, f"arn:aws:iam::{asked.account}:root", asked.principal}
    return bool(whole & set(named(statement, "AWS")))


def everyone(statement: Any) -> bool:
    return statement["Principal"] == "*" or "*" in named(statement, "AWS")


def named(statement: Any, kind: str) -> list[str]:
    return [] if statement["Principal"] == "*" else listed(statement["Principal"].get(kind, []))


def applies(statement: Any, asked: Asked) -> bool:
    """Tell whether action, resource and conditions are those of the request."""
    # "Actions are case insensitive."
    action = asked.action.upper()
    if "NotAction" in statement:
        if any(like(each.upper(), action) for each in listed(statement["NotAction"])):
            return False
    elif not any(like(each.upper(), action) for each in listed(statement["Action"])):
        return False
    if "NotResource" in statement and any(like(each, asked.resource) for each in listed(statement["NotResource"])):
        return False
    if "Resource" in statement and not any(like(each, asked.resource) for each in listed(statement["Resource"])):
        return False
    return all(
        condition(operator, asked.context.get(key.lower(), []), listed(values))
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )


def condition(operator: str, got: list[str], said: list[str]) -> bool:
    """Tell whether a condition holds of what a request has under its key: nothing, one value, or several."""
    quantifier, _, name = operator.rpartition(":")
    if name == "Null":
        # "true (the key doesn't exist) or false (the key exists and its value is not null)"
        return ("true" if not got else "false") in said
    if name.endswith("IfExists"):
        # "If the condition key is not present, evaluate the condition element as true."
        if not got:
            return True
        name = name.removesuffix("IfExists")
    negated = "Not" in name
    if not got:
        # "The qualifier also returns true if there are no context keys in the request."
        if quantifier == "ForAllValues":
            return True
        # "If the key is not present, ForAnyValue returns false." Else: "If the policy condition requires that the key
        # is not matched, such as StringNotLike, and the right key is not present, the condition is true."
        return negated and quantifier != "ForAnyValue"
    each = [any(compare(name.replace("Not", ""), one, value) for one in said) for value in got]
    if negated:
        # "Any of the context values in an array evaluates to true if none of the condition values match."
        each = [not one for one in each]
    if quantifier == "ForAnyValue":
        return any(each)
    return all(each) if quantifier == "ForAllValues" or negated else any(each)


def compare(name: str, said: str, got: str) -> bool:
    """Tell whether a value is as a policy says."""
    if name == "StringEquals":
        return said == got
    if name == "StringEqualsIgnoreCase":
        return said.upper() == got.upper()
    if name == "StringLike":
        return like(said, got)
    if name in ("ArnEquals", "ArnLike"):
        # "Each of the six colon-delimited components of the ARN is checked separately."
        here, there = said.split(":", 5), got.split(":", 5)
        return len(here) == len(there) == 6 and all(map(like, here, there))
    if name == "Bool":
        return said.upper() == got.upper()
    if name == "IpAddress":
        return ipaddress.ip_address(got) in ipaddress.ip_network(said)
    if name == "NumericLessThan":
        return int(got) < int(said)
    assert name == "DateGreaterThan"
    return got > said  # both of one form, the moment in UTC


def like(pattern: str, text: str) -> bool:
    """Tell whether a pattern matches, sign by sign."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return like(pattern[1:], text) or bool(text and like(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and like(pattern[1:], text[1:])


def listed(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [value]
