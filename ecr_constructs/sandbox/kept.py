"""What other commands need to work against a sandbox that is kept up: a file that runs them led to it.

`sh FILE npx cdktf diff dev` runs `cdktf` in the project's folder with the app that adapts what is synthesised, the
state, the provider and the Terraform of the sandbox, and nothing that leads to another AWS; `cdktn` alike, which reads
the same variables. The file lies in the sandbox's temporary folder and goes with it: then there is no such file, and
nothing runs.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from ecr_constructs._engine.which import SWITCH
from ecr_constructs.config.load import DIRECTORY_VARIABLE
from ecr_constructs.sandbox.adapt import ACCESS_KEY, SECRET_KEY
from ecr_constructs.sandbox.aws import AwsClients
from ecr_constructs.sandbox.environment import NO_OTHER_AWS
from ecr_constructs.sandbox.provider import Provider
from ecr_constructs.sandbox.session import SCHEMA
from ecr_constructs.sandbox.terraform import Terraform, install_shim

__all__ = ["how_to_reach", "write_runner"]

_NAME = "run"

# Whatever else the user's shell has for AWS, Terraform and cdktf, such as a profile or TF_WORKSPACE, leads elsewhere;
# another engine would write what the sandbox has not seen.
_PROGRAM = """\
#!/bin/sh
# Runs a command led to the sandbox alone: sh {file} npx {command} diff {stack}
set -eu
for name in $(env | sed -n 's/^\\([A-Za-z0-9_]*\\)=.*/\\1/p'); do
  case $name in
    AWS_* | BOTO_* | CDKTF_* | {switch} | {directory} | ECR_SANDBOX_* | TF_* | TERRAFORM_*) unset "$name" ;;
  esac
done
{exports}
export NO_PROXY="127.0.0.1${{NO_PROXY:+,$NO_PROXY}}" no_proxy="127.0.0.1${{no_proxy:+,$no_proxy}}"
cd {project}
exec "$@"
"""


def write_runner(
    folder: Path,
    *,
    project: Path,
    pattern: str,
    stack: str,
    command: str,
    region: str,
    states: Path,
    aws: AwsClients,
    terraform: Terraform,
    provider: Provider,
) -> Path:
    """Write the file, and return its path.

    Args:
        folder: The sandbox's temporary folder.
        project: The folder with the `cdktf.json`.
        pattern: The stacks that are deployed, as `cdktf` takes them: no others are led to the sandbox.
        stack: The name of one of them.
        command: What deploys it: `cdktf` or `cdktn`.
        region: Where the AWS CLI looks.
        states: Where each stack has a folder with its state.
        aws: The embedded AWS, answering.
        terraform: The Terraform that made the states.
        provider: The provider that made the resources.
    """
    # By its path: what `cdktf` finds by itself in that terminal may be another one.
    program = terraform.command[0] if len(terraform.command) == 1 else str(install_shim(folder / "bin"))
    variables: dict[str, str] = {
        **NO_OTHER_AWS,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_REGION": region,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        # https://developer.hashicorp.com/terraform/cdktf/create-and-deploy/environment-variables; each option of the
        # command is one as well.
        "CDKTF_APP": f"{shlex.quote(sys.executable)} -P -m ecr_constructs.sandbox.app",
        "CDKTF_DISABLE_PLUGIN_CACHE_ENV": "1",
        "CDKTF_OUTPUT": str(folder / "cdktf.out"),
        "CDKTF_SKIP_PROVIDER_LOCK": "true",
        "CHECKPOINT_DISABLE": "1",
        "DISABLE_VERSION_CHECK": "1",
        "ECR_SANDBOX_ACCOUNT": aws.account,
        "ECR_SANDBOX_ENDPOINT": aws.endpoint,
        "ECR_SANDBOX_STACKS": pattern,
        "ECR_SANDBOX_STATE": str(states),
        "TERRAFORM_BINARY_NAME": program,
        **_of_this_terminal(),
        **provider.environment(folder),
    }
    if provider.version is not None:
        variables["ECR_SANDBOX_PROVIDER"] = provider.version
        variables["ECR_SANDBOX_SCHEMA"] = str(states / stack / SCHEMA)
    file = folder / _NAME
    exports = "\n".join(f"export {name}={shlex.quote(value)}" for name, value in sorted(variables.items()))
    file.write_text(
        _PROGRAM.format(
            file=file,
            stack=stack,
            command=command,
            switch=SWITCH,
            directory=DIRECTORY_VARIABLE,
            exports=exports,
            project=shlex.quote(str(project.absolute())),
        ),
        encoding="utf-8",
    )
    return file


def how_to_reach(runner: Path, stack: str, command: str) -> str:
    """Return what the user is told while the sandbox is kept up.

    Args:
        runner: The file.
        stack: The name of a stack.
        command: What deploys it: `cdktf` or `cdktn`.
    """
    commands = (
        f"npx {command} diff {stack}",
        f"npx {command} deploy {stack}",
        f"npx {command} output {stack}",
        "aws ecr describe-repositories",
        "aws ssm get-parameters-by-path --path / --recursive",
    )
    lines = "".join(f"  sh {shlex.quote(str(runner))} {each}\n" for each in commands)
    return f"\nIt stays up until Ctrl-C. Until then, in any terminal, against it alone:\n\n{lines}"


def _of_this_terminal(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return where the environment files are and which engine is wanted, as far as another terminal has to know it."""
    directory, wanted = environment.get(DIRECTORY_VARIABLE), environment.get(SWITCH)
    return {
        **({} if directory is None else {DIRECTORY_VARIABLE: str(Path(directory).absolute())}),
        **({} if wanted is None else {SWITCH: wanted}),
    }
