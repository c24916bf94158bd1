"""What a synthesised document would reach besides the embedded AWS: it is refused before anything is started. Pure.

Terraform runs whatever a document says, so what is let through is listed, and everything else is refused: a provider, a
part of the configuration or a state that nobody thought of must not talk to what is real.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_constructs.errors import KeyPath, Problem, show
from ecr_constructs.sandbox.fit import Document

__all__ = ["check_reach", "check_values"]

_AWS = "hashicorp/aws"

# They compute on this machine, write nothing and ask nobody; the last one is Terraform itself.
_HARMLESS = ("hashicorp/null", "hashicorp/random", "hashicorp/time", "terraform.io/builtin/terraform")

# https://developer.hashicorp.com/terraform/language/providers/requirements#source-addresses
_REGISTRIES = ("registry.terraform.io/", "registry.opentofu.org/")
_BUILT_IN = {"terraform": "terraform.io/builtin/terraform"}

# Parts of a document that hold bodies by type and name, by name, or neither.
_BY_TYPE = ("data", "ephemeral", "resource")
_BY_NAME = ("check", "locals", "output", "variable")
_KNOWN = {*_BY_TYPE, *_BY_NAME, "//", "import", "module", "moved", "provider", "removed", "terraform"}

# Data sources of the AWS provider that ask an address of their own.
# https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/ip_ranges
_ASKS_ELSEWHERE = ("aws_ip_ranges",)


def check_reach(document: Document, stack: str) -> list[Problem]:
    """Return what stands against applying a document to the embedded AWS.

    Args:
        document: The synthesised document.
        stack: Its name, for the messages.
    """
    problems = _check_form(document)
    if not problems:
        problems = [
            *_check_providers(document),
            *_check_modules(document),
            *_check_states(document),
            *_check_programs(document),
            *_check_data(document),
        ]
    return [problem.at(stack) for problem in problems]


def check_values(document: Document, stack: str) -> Iterator[Problem]:
    """Yield each variable that has no value in the sandbox, which hands none on: Terraform would stop at it.

    Args:
        document: The synthesised document.
        stack: Its name, for the messages.
    """
    declared = document.get("variable") if isinstance(document, dict) else None
    for name, body in declared.items() if isinstance(declared, dict) else ():
        if isinstance(body, dict) and "default" not in body:
            fix = "Give it one, or plan the stack by ecr_constructs.testing, which takes values."
            path = ("variable", name)
            yield Problem(path, "sandbox-variable", "must have a default, which is its value here", "", fix).at(stack)


def _check_form(document: Document) -> list[Problem]:
    """Check that the parts are known and have the form in which CDKTF writes them, which all else here goes by."""
    if not isinstance(document, dict):
        return [_form((), "must be an object", show(document))]
    problems = [
        _form((part,), "is a part of Terraform's language that the sandbox does not know", "")
        for part in document
        if part not in _KNOWN
    ]
    for part in (*_BY_TYPE, *_BY_NAME, "module", "provider", "terraform"):
        found = document.get(part, {})
        if not isinstance(found, dict):
            problems.append(_form((part,), "must be an object", show(found)))
        elif part in _BY_TYPE:
            problems += _check_bodies(found, part)
        elif part == "check":
            problems += [problem for name, body in found.items() for problem in _check_check(name, body)]
    return problems or _check_meta(document)


def _check_bodies(types: Mapping[str, Any], *path: str) -> list[Problem]:
    problems = []
    for kind, bodies in types.items():
        if not isinstance(bodies, dict):
            problems.append(_form((*path, kind), "must be an object", show(bodies)))
            continue
        problems += [
            _form((*path, kind, name), "must be an object", show(body))
            for name, body in bodies.items()
            if not isinstance(body, dict)
        ]
    return problems


def _check_check(name: str, body: Any) -> list[Problem]:
    if not isinstance(body, dict):
        return [_form(("check", name), "must be an object", show(body))]
    data = body.get("data", {})
    if not isinstance(data, dict):
        return [_form(("check", name, "data"), "must be an object", show(data))]
    return _check_bodies(data, "check", name, "data")


def _check_meta(document: Document) -> list[Problem]:
    """Check the two forms that decide which provider a part asks."""
    required = document.get("terraform", {}).get("required_providers", {})
    if not isinstance(required, dict):
        return [_form(("terraform", "required_providers"), "must be an object", show(required))]
    return [
        _form((*path, "provider"), "must be the name of a provider, as text", show(body["provider"]))
        for path, _, body in _bodies(document)
        if not isinstance(body.get("provider", ""), str)
    ]


def _check_providers(document: Document) -> Iterator[Problem]:
    """Check every provider that is required, configured, named or meant by a type."""
    required = document.get("terraform", {}).get("required_providers", {})
    seen: dict[str, KeyPath] = {name: ("terraform", "required_providers", name) for name in required}
    for name in document.get("provider", {}):
        seen.setdefault(name, ("provider", name))
    for path, kind, body in _bodies(document):
        # https://developer.hashicorp.com/terraform/language/meta-arguments/resource-provider
        named = body.get("provider", "").removeprefix("${").removesuffix("}").partition(".")[0].strip()
        seen.setdefault(named or kind.partition("_")[0], path)
    for name, path in seen.items():
        source = _source(name, required.get(name))
        if source == _AWS and name != "aws":
            rule = "is the AWS provider under a second name, which the sandbox does not lead to the embedded AWS"
            yield Problem(path, "sandbox-provider", rule, show(name), "Use the name aws, with an alias.")
        elif source not in (_AWS, *_HARMLESS) or (name == "aws" and source != _AWS):
            rule = f"needs the provider {source}, which would reach what is real"
            fix = f"Put it in a stack of its own: the sandbox takes {_AWS}, {', '.join(_HARMLESS[:-1])}."
            yield Problem(path, "sandbox-provider", rule, "", fix)


def _source(name: str, required: Any) -> str:
    """Return where a provider comes from, without the host of the public registries."""
    source = required.get("source") if isinstance(required, dict) else None
    if source is None:
        return _BUILT_IN.get(name, f"hashicorp/{name}")
    source = str(source).lower()
    for registry in _REGISTRIES:
        source = source.removeprefix(registry)
    return source if "/" in source else f"hashicorp/{source}"


def _check_modules(document: Document) -> Iterator[Problem]:
    for name, body in document.get("module", {}).items():
        got = show(body["source"]) if isinstance(body, dict) and "source" in body else ""
        rule = "is a module, and what is in it is not known before Terraform has fetched it"
        yield Problem(("module", name), "sandbox-module", rule, got, "Put it in a stack of its own.")


def _check_states(document: Document) -> Iterator[Problem]:
    """Check that each state that is read is an object of S3, for which the sandbox can make a stand-in."""
    for path, kind, body in _bodies(document):
        if kind != "terraform_remote_state" or "data" not in path:
            continue
        config = body.get("config")
        if body.get("backend") != "s3":
            rule, got = "must be a state in S3, which the sandbox makes a stand-in for", show(body.get("backend"))
            yield Problem((*path, "backend"), "sandbox-state", rule, got, "Put what reads it in a stack of its own.")
        elif not isinstance(config, dict):
            rule = "must be an object, for the sandbox to lead it to the embedded AWS"
            yield Problem((*path, "config"), "sandbox-state", rule, show(config), "")
        else:
            yield from (
                Problem((*path, "config", key), "sandbox-state", "must be a text that is known", show(config.get(key)))
                for key in ("bucket", "key")
                if not isinstance(config.get(key), str) or "${" in config[key]
            )


def _check_programs(document: Document) -> Iterator[Problem]:
    """Check that nothing runs programs, on this machine or on another."""
    removed = document.get("removed", [])
    blocks = [(("removed", at), body) for at, body in enumerate(removed if isinstance(removed, list) else [removed])]
    bodies: Sequence[tuple[KeyPath, Any]] = [*((path, body) for path, _, body in _bodies(document)), *blocks]
    for path, body in bodies:
        if isinstance(body, dict) and "provisioner" in body:
            rule = "runs a program for real, and the sandbox cannot know what that does"
            yield Problem((*path, "provisioner"), "sandbox-program", rule, "", "Put it in a stack of its own.")


def _check_data(document: Document) -> Iterator[Problem]:
    for path, kind, _ in _bodies(document):
        if kind in _ASKS_ELSEWHERE:
            rule = "asks an address of its own, which is not the embedded AWS"
            yield Problem(path, "sandbox-elsewhere", rule, "", "Put what reads it in a stack of its own.")


def _bodies(document: Document) -> Iterator[tuple[KeyPath, str, dict[str, Any]]]:
    """Return what a provider makes or reads, each with its place and its type."""
    groups: list[tuple[KeyPath, Mapping[str, Any]]] = [((part,), document.get(part, {})) for part in _BY_TYPE]
    groups += [(("check", name, "data"), body.get("data", {})) for name, body in document.get("check", {}).items()]
    for path, types in groups:
        for kind, bodies in types.items():
            for name, body in bodies.items():
                yield (*path, kind, name), kind, body


def _form(path: KeyPath, rule: str, got: str) -> Problem:
    return Problem(path, "sandbox-form", rule, got, "The sandbox takes what CDKTF writes, as JSON.")
