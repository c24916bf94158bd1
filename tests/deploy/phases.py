"""A stack's life with real Terraform, and what was asked of the embedded AWS in each part of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ecr_constructs.sandbox.adapt import without_prevent_destroy
from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.provider import choose_provider
from ecr_constructs.sandbox.run import prepare
from ecr_constructs.sandbox.session import Session
from ecr_constructs.sandbox.terraform import find_terraform
from tests.deploy.authorized import Asked, asked_of
from tests.deploy.calls import recording

__all__ = ["asked_in_phases"]


def asked_in_phases(
    document: dict[str, Any],
    aws: EmbeddedAws,
    processes: Processes,
    changed: Callable[[dict[str, Any]], dict[str, Any]],
) -> dict[str, list[Asked]]:
    """Apply a document, plan it again, change it in place and destroy it: `apply`, `plan`, `change`, `destroy`.

    Args:
        document: What an app synthesised.
        aws: The embedded AWS, with what the document refers to.
        processes: Where Terraform runs.
        changed: Gives the document with other values.
    """
    terraform = find_terraform()
    provider = choose_provider("bundled", terraform, processes.folder)
    session = Session(processes.folder / "work", terraform, provider, processes)
    phases: dict[str, list[Asked]] = {}
    real = aws.endpoint
    with recording(real) as (between, calls):

        def take(phase: str) -> None:
            phases[phase] = [asked_of(call, aws) for call in calls]
            calls.clear()

        aws.endpoint = between
        adapted, _ = prepare(document, session, provider, aws)
        aws.endpoint = real
        session.apply(lambda _: None)
        take("apply")
        assert session.plan() is None
        take("plan")
        session.write(changed(adapted))
        session.apply(lambda _: None)
        take("change")
        session.write(without_prevent_destroy(adapted)[0])
        session.destroy(lambda _: None)
        take("destroy")
    return phases
