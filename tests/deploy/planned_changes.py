"""What Terraform makes of a change of environment files: the base applied to an embedded AWS, and the head planned."""

from __future__ import annotations

import dataclasses
import functools
import json
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ecr_constructs.config.load import Project
from ecr_constructs.sandbox.adapt import account_of, adapt, without_prevent_destroy
from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.fit import Document, Schema
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.provider import choose_provider
from ecr_constructs.sandbox.session import STATE, Session
from ecr_constructs.sandbox.standins import make_stand_ins
from ecr_constructs.sandbox.terraform import find_terraform
from stacks.app import build_app

__all__ = ["Planned", "Planner", "documents_of"]

_NOTHING = frozenset({"no-op", "read"})


@dataclasses.dataclass(frozen=True)
class Planned:
    """What the plans of an environment's stacks would do, all of them together.

    Attributes:
        actions: The address of each resource to which something is done, and what that is.
        stacks: Each stack as it was and as it is to be, as it was synthesised: None where there is none.
    """

    actions: tuple[tuple[str, str], ...]
    stacks: tuple[tuple[Document | None, Document | None], ...]

    def all_of(self, kind: str, action: str) -> set[str]:
        """Return the addresses of a type to which just that is done: `create`, `update`, `delete create`, ..."""
        return {address for address, done in self.actions if done == action and address.startswith(f"{kind}.")}

    def gone(self, kind: str) -> set[str]:
        """Return the addresses of a type that are destroyed, whether or not they are made again."""
        return {
            address
            for address, actions in self.actions
            if "delete" in actions.split() and address.startswith(f"{kind}.")
        }


@dataclasses.dataclass
class _Account:
    aws: EmbeddedAws
    session: Session
    schema: Schema
    folder: Path


class Planner:
    """Terraform, and an embedded AWS for each account, used for one change after the other."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._terraform = find_terraform()
        self._provider = choose_provider("bundled", self._terraform, processes.folder)
        self._unprotected = True
        self._of_account = functools.cache(self._started)

    def plans(self, base: Project, head: Project, *, unprotected: bool = True) -> dict[str, Planned]:
        """Return what becomes of each environment that the head has, by its name.

        A stack less of an environment that stays, with fewer shards, is planned as one that is empty: its repositories
        have to leave it before the next stack can have them. Of an environment whose file goes nothing is planned any
        more, and what it has made stays as it is.

        Args:
            base: What is applied.
            head: What is planned.
            unprotected: Whether `prevent_destroy` is taken out, as of a plan that is refused nothing is told.
        """
        before, after = documents_of(base), documents_of(head)
        stacks = {each.name: dict.fromkeys(each.stack_ids) for each in head.environments}
        for each in base.environments:
            if each.name in stacks:
                stacks[each.name].update(dict.fromkeys(each.stack_ids))
        found = {}
        self._unprotected = unprotected
        for name, ids in stacks.items():
            pairs = [(before.get(id_), after.get(id_)) for id_ in ids]
            actions = tuple(action for pair in pairs if pair[0] != pair[1] for action in self._actions(*pair))
            found[name] = Planned(actions, tuple(pairs))
        return found

    def _started(self, account: str) -> _Account:
        aws = EmbeddedAws(self._processes)
        aws.open(account)
        folder = self._processes.folder / account
        session = Session(folder, self._terraform, self._provider, self._processes, aws.endpoint)
        needs = {"terraform": {"required_providers": {"aws": {"source": "aws"}}}}
        session.write(adapt(needs, endpoint=aws.endpoint, version=self._provider.version)[0])
        session.init()
        return _Account(aws, session, session.schema(), folder)

    def _actions(self, before: Document | None, after: Document | None) -> Iterator[tuple[str, str]]:
        state = ""
        if before is not None:
            there = self._at(before)
            self._write(there, before)
            there.session.apply(lambda _: None)
            state = (there.folder / STATE).read_text()
        planned = {key: (before or {})[key] for key in ("terraform", "provider")} if after is None else after
        there = self._of_account(account_of(planned))
        if before is None or account_of(planned) != account_of(before):
            there = self._at(planned)
        (there.folder / STATE).write_text(state) if state else None
        self._write(there, planned)
        for each in there.session.planned().get("resource_changes", ()):
            actions = each["change"]["actions"]
            if each["mode"] == "managed" and not {*actions} <= _NOTHING:
                yield each["address"], " ".join(actions)

    def _at(self, document: Document) -> _Account:
        """Return the account of a document, with nothing in it."""
        there = self._of_account(account_of(document))
        request = urllib.request.Request(f"{there.aws.endpoint}/moto-api/reset", method="POST")
        urllib.request.urlopen(request).close()
        for file in there.folder.glob(f"{STATE}*"):
            file.unlink()
        return there

    def _write(self, there: _Account, document: Document) -> None:
        make_stand_ins(document, there.aws)
        version = self._provider.version
        adapted, _ = adapt(document, endpoint=there.aws.endpoint, version=version, schema=there.schema)
        there.session.write(without_prevent_destroy(adapted)[0] if self._unprotected else adapted)


def documents_of(project: Project) -> dict[str, Document]:
    """Return the stacks of a project's environments by their ids, without what is said of them alone."""
    with tempfile.TemporaryDirectory() as folder:
        build_app(project.environments, outdir=folder).synth()
        found = {
            file.parent.name: json.loads(file.read_text(encoding="utf-8"))
            for file in Path(folder).glob("stacks/*/cdk.tf.json")
        }
    return {name: _without_comments(document) for name, document in found.items()}


def _without_comments(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_comments(each) for key, each in value.items() if key != "//"}
    return [_without_comments(each) for each in value] if isinstance(value, list) else value
