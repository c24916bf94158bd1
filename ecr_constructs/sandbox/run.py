"""The sandbox's flow: an environment synthesised, applied, shown, planned again and destroyed."""

from __future__ import annotations

import contextlib
import dataclasses
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from rich.console import Console

from ecr_constructs.errors import InvalidInput, OperationError, Problem, raise_problems
from ecr_constructs.sandbox.adapt import account_of, adapt, region_of, without_prevent_destroy
from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.buckets import read_buckets
from ecr_constructs.sandbox.changes import listing
from ecr_constructs.sandbox.events import read_events
from ecr_constructs.sandbox.fit import Document
from ecr_constructs.sandbox.identities import read_identities
from ecr_constructs.sandbox.kept import how_to_reach, write_runner
from ecr_constructs.sandbox.networks import read_endpoints
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.progress import Progress
from ecr_constructs.sandbox.provider import Provider, ProviderChoice, choose_provider
from ecr_constructs.sandbox.reach import check_reach, check_values
from ecr_constructs.sandbox.readback import read_repositories
from ecr_constructs.sandbox.session import Session
from ecr_constructs.sandbox.standins import make_stand_ins
from ecr_constructs.sandbox.synth import Stack, synthesise
from ecr_constructs.sandbox.terraform import find_terraform

__all__ = ["prepare", "run_sandbox"]


@dataclasses.dataclass
class _Deployment:
    """One stack in a Terraform working folder."""

    name: str
    session: Session
    document: Document


def run_sandbox(
    pattern: str, *, folder: Path, console: Console, provider: ProviderChoice = "auto", keep: bool = False
) -> None:
    """Try an environment for real, and leave nothing behind.

    Args:
        pattern: The environment: the name of a stack of the project's app, or a pattern such as `dev*` for several,
            which must be of one account.
        folder: The project's folder, with its `cdktf.json`.
        console: Where progress and the table go.
        provider: Where the AWS provider comes from.
        keep: Wait for Ctrl-C before destroying.

    Raises:
        AppFailed: The app failed, or refused its input (with exit status 2).
        InvalidInput: There is no such environment, or no project, or the stacks are of several accounts, or would reach
            more than the embedded AWS.
        OperationError: Something that is needed is missing, Terraform failed, or a second plan is not empty.
        KeyboardInterrupt: Ctrl-C, except the one that `keep` waits for.
        SystemExit: SIGTERM or SIGHUP.
    """
    progress = Progress(console)
    terraform = find_terraform()
    with Processes() as processes, _signals_as_exceptions():
        aws = EmbeddedAws(processes)
        with progress.step(f"Synthesised {pattern}"):
            stacks = synthesise(pattern, folder, processes)
        for warning in dict.fromkeys(text for stack in stacks.values() for text in stack.warnings):
            progress.note(f"warning: {warning}")
        raise_problems(
            problem
            for name, stack in stacks.items()
            for check in (check_reach, check_values)
            for problem in check(stack.document, name)
        )
        account = _one_account(stacks)
        regions = sorted({region_of(stack.document) for stack in stacks.values()})
        with progress.step(f"Started an AWS for account {account} in {', '.join(regions)}"):
            aws.open(account)
            stand_ins = dict.fromkeys(line for stack in stacks.values() for line in make_stand_ins(stack.document, aws))
        for line in stand_ins:
            progress.note(f"stand-in: {line}")
        deployments: list[_Deployment] = []
        changes: dict[str, None] = {}
        states = processes.folder / "work"
        with progress.step("Installed the AWS provider") as step:
            chosen = choose_provider(provider, terraform, processes.folder)
            for name, stack in stacks.items():
                session = Session(states / name, terraform, chosen, processes, aws.endpoint)
                document, changed = prepare(stack.document, session, chosen, aws)
                deployments.append(_Deployment(name, session, document))
                changes.update(dict.fromkeys(changed))
            which = "the newest that is allowed" if chosen.version is None else f"{chosen.version}, the bundled one"
            step.result(f"{which}, by {terraform.name}")
        if provider == "auto" and chosen.version is not None:
            progress.note(
                f"{terraform.registry} does not answer, so it is not the release that the environment asks for"
            )
        for change in changes:
            progress.note(change)
        for each in deployments:
            with progress.step(_of("Applied", each, deployments)) as step:
                step.result(_resources(each.session.apply(step.count)))
        progress.repositories(tuple(row for region in regions for row in read_repositories(aws, region)))
        progress.identities(read_identities(aws, regions[0]))
        progress.endpoints(tuple(row for region in regions for row in read_endpoints(aws, region)))
        progress.events(tuple(row for region in regions for row in read_events(aws, region)))
        progress.buckets(
            tuple(row for each in deployments for row in read_buckets(aws, each.document, region_of(each.document)))
        )
        for each in deployments:
            progress.outputs(each.name if len(deployments) > 1 else "", each.session.outputs())
        differs = False
        for each in deployments:
            with progress.step(_of("Planned again", each, deployments)) as step:
                difference = each.session.plan()
                step.result("nothing would change" if difference is None else "this would change")
            if difference is not None:
                differs = True
                progress.text(difference)
        if keep:
            first = deployments[0].name
            command = stacks[first].command
            runner = write_runner(
                processes.folder,
                project=folder,
                pattern=pattern,
                stack=first,
                command=command,
                region=regions[0],
                states=states,
                aws=aws,
                terraform=terraform,
                provider=chosen,
            )
            with progress.until_interrupted(how_to_reach(runner, first, command)):
                while aws.alive:
                    time.sleep(0.2)
                raise OperationError("The embedded AWS ended by itself.")
        for each in deployments:
            _destroy(each, progress, _of("Destroyed", each, deployments))
    if differs:
        raise OperationError("The second plan is not empty: every apply would make these changes again.")


def _one_account(stacks: Mapping[str, Stack]) -> str:
    accounts = {name: account_of(stack.document) for name, stack in stacks.items()}
    if len(set(accounts.values())) > 1:
        got = ", ".join(f"{name} in {account}" for name, account in accounts.items())
        fix = "Try them one by one: the sandbox is one account."
        raise InvalidInput([Problem(("ENV",), "one-account", "must name stacks of one account", got, fix)])
    return next(iter(accounts.values()))


def _of(what: str, deployment: _Deployment, deployments: Sequence[_Deployment]) -> str:
    return what if len(deployments) == 1 else f"{what} {deployment.name}"


def _destroy(deployment: _Deployment, progress: Progress, title: str) -> None:
    document, protected = without_prevent_destroy(deployment.document)
    if protected:
        progress.note(f"took prevent_destroy out, here alone: {listing(protected)}")
        deployment.session.write(document)
    with progress.step(title) as step:
        step.result(_resources(deployment.session.destroy(step.count)))


def prepare(
    synthesised: Document, session: Session, provider: Provider, aws: EmbeddedAws
) -> tuple[Document, tuple[str, ...]]:
    """Write the configuration that suits the provider, with that installed; return it and what is different in it.

    Args:
        synthesised: The document, which `check_reach` lets through.
        session: Where it is written.
        provider: The provider.
        aws: The embedded AWS, answering.
    """
    if provider.version is None:
        document, changes = adapt(synthesised, endpoint=aws.endpoint)
        session.write(document)
        session.init()
    else:
        # Only the installed provider tells what it knows, so it is installed for a document that says its version.
        needs: Document = {"terraform": synthesised.get("terraform", {})}
        session.write(adapt(needs, endpoint=aws.endpoint, version=provider.version)[0])
        session.init()
        document, changes = adapt(synthesised, endpoint=aws.endpoint, version=provider.version, schema=session.schema())
        session.write(document)
    return document, tuple(str(change) for change in changes)


def _resources(number: int) -> str:
    return "1 resource" if number == 1 else f"{number} resources"


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
