"""What Terraform would do with a stack, told by Terraform and the real AWS provider against an embedded AWS."""

from __future__ import annotations

import dataclasses
import importlib.util
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecr_constructs.errors import OperationError, raise_problems
from ecr_constructs.testing.documents import Document, Synthesised, document_of, name_of

if TYPE_CHECKING:
    from ecr_constructs.sandbox.processes import Processes
    from ecr_constructs.sandbox.provider import ProviderChoice

__all__ = ["Plan", "plan"]

# What comes with the extra `sandbox`.
_NEEDED = ("boto3", "flask", "flask_cors", "moto", "rich")


@dataclasses.dataclass(frozen=True)
class Plan:
    """What an apply would do, each resource by its address: `aws_ecr_repository.web`.

    Attributes:
        created: What would be made, with its values as far as they are known before.
        changed: What would be changed in place, with its values after that.
        replaced: What would be destroyed and made again, with its values after that: of a repository, all its images
            would be gone.
        destroyed: What would be destroyed, with its values before that.
        left_out: What the sandbox left out or changed, as the embedded AWS or the provider has no such thing.
    """

    created: Mapping[str, Document]
    changed: Mapping[str, Document]
    replaced: Mapping[str, Document]
    destroyed: Mapping[str, Document]
    left_out: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether an apply would do nothing."""
        return not (self.created or self.changed or self.replaced or self.destroyed)

    def __str__(self) -> str:
        told = (("+", self.created), ("~", self.changed), ("-/+", self.replaced), ("-", self.destroyed))
        lines = [f"{sign} {address}" for sign, found in told for address in found]
        return "\n".join(lines) or "nothing would change"


def plan(
    stack: Synthesised,
    /,
    *,
    variables: Mapping[str, Any] | None = None,
    deployed: Synthesised | None = None,
    deployed_variables: Mapping[str, Any] | None = None,
    provider: ProviderChoice = "auto",
) -> Plan:
    """Return what Terraform would do with a stack, planned for real against an AWS on this machine.

    It takes seconds, no account and no credentials, and nothing stays behind. What the stack reads from elsewhere, such
    as the state of another layer, gets a stand-in.

    Args:
        stack: A stack, or what `synth` returned of one.
        variables: Values of its variables (`TerraformVariable`), by their names. Default: those that have a default.
        deployed: What is deployed before: an older form of the stack, or itself. Default: nothing is.
        deployed_variables: Values of the variables of that. Default: `variables`.
        provider: Where the AWS provider comes from: `registry`, `bundled` (3.39.0, with the extra), or `auto`: the
            registry where it answers, else the bundled one.

    Raises:
        InvalidInput: The stack would reach more than the embedded AWS.
        OperationError: The extra `sandbox` or Terraform is missing, Terraform failed, or the stack is not valid.
        TypeError: It is no stack.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise OperationError(
            f"plan needs {', '.join(missing)}, not installed here: pip install 'ecr-constructs[sandbox]'"
        )
    from ecr_constructs.sandbox.processes import Processes
    from ecr_constructs.sandbox.reach import check_reach

    document = document_of(stack)
    before = None if deployed is None else document_of(deployed)
    raise_problems(
        problem
        for each, title in ((before, "deployed"), (document, name_of(stack)))
        if each is not None
        for problem in check_reach(each, title)
    )
    values = dict(variables or {})
    values_before = values if deployed_variables is None else dict(deployed_variables)
    with Processes() as processes:
        return _planned(document, values, before, values_before, provider, processes)


def _planned(
    document: Document,
    values: Document,
    before: Document | None,
    values_before: Document,
    choice: ProviderChoice,
    processes: Processes,
) -> Plan:
    from ecr_constructs.sandbox.adapt import account_of
    from ecr_constructs.sandbox.aws import EmbeddedAws
    from ecr_constructs.sandbox.provider import choose_provider
    from ecr_constructs.sandbox.run import prepare
    from ecr_constructs.sandbox.session import Session
    from ecr_constructs.sandbox.standins import make_stand_ins
    from ecr_constructs.sandbox.terraform import find_terraform

    terraform = find_terraform()
    aws = EmbeddedAws(processes)
    aws.open(account_of(document))
    chosen = choose_provider(choice, terraform, processes.folder)
    session = Session(processes.folder / "work", terraform, chosen, processes, aws.endpoint)
    if before is not None:
        make_stand_ins(before, aws)
        session.set_variables(values_before)
        prepare(before, session, chosen, aws)
        session.apply(lambda _: None)
    make_stand_ins(document, aws)
    session.set_variables(values)
    _, left_out = prepare(document, session, chosen, aws)
    found: dict[str, dict[str, Document]] = {"created": {}, "changed": {}, "replaced": {}, "destroyed": {}}
    for each in session.planned().get("resource_changes", ()):
        kind = _kind(each["change"]["actions"])
        if kind is not None and each["mode"] == "managed":
            found[kind][each["address"]] = _values(each["change"]["after"] or each["change"]["before"])
    return Plan(**found, left_out=left_out)


def _kind(actions: list[str]) -> str | None:
    """Return what a list of actions is; `no-op` and `read` are nothing."""
    # https://developer.hashicorp.com/terraform/internals/json-format#change-representation
    kinds = {"create": "created", "update": "changed", "delete": "destroyed"}
    return "replaced" if len(actions) == 2 else kinds.get(actions[0])


def _values(values: Any) -> Document:
    """Return the values of a resource without those that are not set."""
    return {key: value for key, value in (values or {}).items() if value is not None}
