"""The sandbox's flow: an environment synthesised, applied, shown, planned again and destroyed."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from rich.console import Console

from ecr_constructs.errors import OperationError
from ecr_constructs.sandbox.adapt import (
    ACCESS_KEY,
    SECRET_KEY,
    account_of,
    adapt,
    region_of,
    without_prevent_destroy,
)
from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.changes import listing
from ecr_constructs.sandbox.fit import Document
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.progress import Progress
from ecr_constructs.sandbox.provider import Provider, ProviderChoice, choose_provider
from ecr_constructs.sandbox.readback import read_repositories
from ecr_constructs.sandbox.session import Session
from ecr_constructs.sandbox.standins import make_stand_ins
from ecr_constructs.sandbox.synth import synthesise
from ecr_constructs.sandbox.terraform import find_terraform

__all__ = ["run_sandbox"]


def run_sandbox(
    name: str, *, folder: Path, console: Console, provider: ProviderChoice = "auto", keep: bool = False
) -> None:
    """Try an environment for real, and leave nothing behind.

    Args:
        name: The environment: the name of a stack of the project's app.
        folder: The project's folder, with its `cdktf.json`.
        console: Where progress and the table go.
        provider: Where the AWS provider comes from.
        keep: Wait for Ctrl-C before destroying.

    Raises:
        AppFailed: The app failed, or refused its input (with exit status 2).
        InvalidInput: There is no such environment, or no project.
        OperationError: Something that is needed is missing, Terraform failed, or a second plan is not empty.
        KeyboardInterrupt: Ctrl-C, except the one that `keep` waits for.
        SystemExit: SIGTERM or SIGHUP.
    """
    progress = Progress(console)
    terraform = find_terraform()
    with Processes() as processes, _signals_as_exceptions():
        aws = EmbeddedAws(processes)
        with progress.step(f"Synthesised {name}"):
            stack = synthesise(name, folder, processes)
        for warning in stack.warnings:
            progress.note(f"warning: {warning}")
        account, region = account_of(stack.document), region_of(stack.document)
        with progress.step(f"Started an AWS for account {account} in {region}"):
            aws.open(account)
            stand_ins = make_stand_ins(stack.document, aws)
        for line in stand_ins:
            progress.note(f"stand-in: {line}")
        with progress.step("Installed the AWS provider") as step:
            chosen = choose_provider(provider, terraform)
            session = Session(processes.folder / "work", terraform, chosen, processes)
            document, changes = _prepare(stack.document, session, chosen, aws)
            which = "the newest that is allowed" if chosen.version is None else f"{chosen.version}, the bundled one"
            step.result(f"{which}, by {terraform.name}")
        if provider == "auto" and chosen.version is not None:
            progress.note(
                f"{terraform.registry} does not answer, so it is not the release that the environment asks for"
            )
        for change in changes:
            progress.note(change)
        with progress.step("Applied") as step:
            step.result(_resources(session.apply(step.count)))
        progress.repositories(read_repositories(aws, region))
        with progress.step("Planned again") as step:
            difference = session.plan()
            step.result("nothing would change" if difference is None else "this would change")
        if difference is not None:
            progress.text(difference)
        if keep:
            with progress.until_interrupted(_how_to_talk_to(aws, region)):
                while aws.alive:
                    time.sleep(0.2)
                raise OperationError("The embedded AWS ended by itself.")
        document, protected = without_prevent_destroy(document)
        if protected:
            progress.note(f"took prevent_destroy out, here alone: {listing(protected)}")
            session.write(document)
        with progress.step("Destroyed") as step:
            step.result(_resources(session.destroy(step.count)))
    if difference is not None:
        raise OperationError("The second plan is not empty: every apply would make these changes again.")


def _prepare(
    synthesised: Document, session: Session, provider: Provider, aws: EmbeddedAws
) -> tuple[Document, tuple[str, ...]]:
    """Write the configuration that suits the provider, with that installed; return it and what is different in it."""
    if provider.version is None:
        document, changes = adapt(synthesised, endpoint=aws.endpoint)
        session.write(document)
        session.init()
    else:
        # Only the installed provider tells what it knows, so it is installed for a document that says its version.
        needs: Document = {key: synthesised[key] for key in ("module", "terraform") if key in synthesised}
        session.write(adapt(needs, endpoint=aws.endpoint, version=provider.version)[0])
        session.init()
        document, changes = adapt(synthesised, endpoint=aws.endpoint, version=provider.version, schema=session.schema())
        session.write(document)
    return document, tuple(str(change) for change in changes)


def _resources(number: int) -> str:
    return "1 resource" if number == 1 else f"{number} resources"


def _how_to_talk_to(aws: EmbeddedAws, region: str) -> str:
    command = f"aws --endpoint-url {aws.endpoint} --region {region}"
    return (
        "\nIt stays up until Ctrl-C. To look around:\n\n"
        f"  export AWS_ACCESS_KEY_ID={ACCESS_KEY} AWS_SECRET_ACCESS_KEY={SECRET_KEY}\n"
        f"  {command} ecr describe-repositories\n"
        f"  {command} ssm get-parameters-by-path --path / --recursive\n"
    )


@contextlib.contextmanager
def _signals_as_exceptions() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the block as exceptions do, with its clean-up."""

    def stop(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
