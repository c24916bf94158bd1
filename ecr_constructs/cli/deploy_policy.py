"""`ecr-constructs deploy-policy ENV`: what the role may do that deploys an environment, and nothing more."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecr_constructs.cli.arguments import Stacks
from ecr_constructs.cli.extras import require_extra
from ecr_constructs.cli.process import raise_at_ctrl_c

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecr_constructs.deploying.subjects import Document
    from ecr_constructs.errors import Problem

__all__ = ["deploy_policy"]


def deploy_policy(
    env: Stacks,
    plan_only: Annotated[  # noqa: FBT002
        bool, typer.Option("--plan-only", help="Only what `cdktf diff` needs, as in a pull request.")
    ] = False,
    allow_delete: Annotated[  # noqa: FBT002
        bool,
        typer.Option("--allow-delete", help="Also to delete what is lost then: repositories, keys, secrets, logs."),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the policies, in as many files as IAM needs. Default: one, on standard output.",
            metavar="DIR",
            show_default=False,
        ),
    ] = None,
    account: Annotated[
        str | None,
        typer.Option(
            help="The account, where the environment does not say it.", metavar="ACCOUNT_ID", show_default=False
        ),
    ] = None,
    deployed: Annotated[
        list[Path] | None,
        typer.Option(
            help="A stack as it is deployed now (cdk.tf.json): what it has and ENV has not may be taken away.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            help="A type of Terraform resource to leave out, which a policy of your own allows.",
            metavar="TYPE",
            show_default=False,
        ),
    ] = None,
) -> int:
    """Write the least-privilege IAM policy for the role that runs `cdktf deploy ENV`.

    Synthesises the environment with the app of cdktf.json, and tells from its resources, data sources and state which
    actions Terraform and AWS need on what. What has to be seen is on standard error. The exit status is 0, 1 where the
    app fails or DIR cannot be written, and 2 where the files are wrong or a resource is of a type that is not known.
    """
    require_extra("cli", "rich")
    from ecr_constructs.config.load import environments_directory
    from ecr_constructs.config.named import named_environment
    from ecr_constructs.core.aws import check_account_id
    from ecr_constructs.deploying.derive import derive
    from ecr_constructs.errors import Problem, raise_problems
    from ecr_constructs.sandbox.processes import Processes
    from ecr_constructs.sandbox.synth import AppFailed, synthesise

    pattern, problems = named_environment(env, environments_directory())
    if account is not None:
        # Quotes are for files.
        fix = "Give the 12 digits alone."
        problems += [dataclasses.replace(each, fix=fix) for each in check_account_id(account, "--account")]
    if plan_only and allow_delete:
        rule = "must not come with --plan-only: a plan deletes nothing"
        problems.append(Problem(("--allow-delete",), "arguments", rule, "", "Write two policies, for two roles."))
    before, unread = _read(deployed or ())
    raise_problems([*problems, *unread])
    raise_at_ctrl_c()
    try:
        with Processes() as processes:
            stacks = synthesise(pattern, Path.cwd(), processes)
    except AppFailed as error:
        sys.stderr.write(f"{error}\n")
        return 2 if error.code == 2 else 1
    derived = derive(
        {name: stack.document for name, stack in stacks.items()},
        account=account,
        plan_only=plan_only,
        allow_delete=allow_delete,
        without=without or (),
        deployed=before,
    )
    name = f"{_file_stem(pattern)}-{'plan' if plan_only else 'deploy'}"
    notices = list(derived.notices)
    if output is None:
        from ecr_constructs.deploying.files import as_text, others_of, size_notice

        notices += [*size_notice(derived, pattern), *others_of(derived, pattern)]
        sys.stdout.write(as_text(derived.statements.get(derived.role, ())))
    else:
        from ecr_constructs.deploying.files import files_of

        _write(output, name, files_of(derived, name))
    _say(notices)
    return 0


def _read(files: Iterable[Path]) -> tuple[dict[str, Document], list[Problem]]:
    """Return stacks as an app wrote them, by the paths of their files, and which files hold none."""
    from ecr_constructs.errors import Problem, file_name

    found, problems = {}, []
    for file in files:
        try:
            document = json.loads(file.read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            document = None
            why = (error.strerror or f"{error}") if isinstance(error, OSError) else "no JSON"
        else:
            why = "no stack"
        if isinstance(document, dict) and "terraform" in document:
            found[file_name(file)] = document
        else:
            rule = f"must be a stack as synthesis writes it, {file_name(file)}: {why}"
            fix = "Name cdktf.out/stacks/STACK/cdk.tf.json of what is deployed."
            problems.append(Problem(("--deployed",), "deploy-policy-file", rule, "", fix))
    return found, problems


def _file_stem(pattern: str) -> str:
    """Return a pattern as the beginning of a file's name."""
    return pattern.rstrip("*?-") or "all"


def _write(folder: Path, name: str, files: dict[str, str]) -> None:
    from ecr_constructs.deploying.files import left_behind
    from ecr_constructs.errors import OperationError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8")
            sys.stdout.write(f"{(folder / file).as_posix()}\n")
    except OSError as error:
        raise OperationError(f"{folder.as_posix()}: {error.strerror or error}.") from error
    for old in left_behind(folder, name, files):
        sys.stderr.write(f"{(folder / old).as_posix()} is of an earlier run: detach its policy and remove it.\n")


def _say(notices: list[Problem]) -> None:
    from ecr_constructs.terminal.findings import lines_of
    from ecr_constructs.terminal.screen import screen_of

    for line in lines_of(notices, screen_of(sys.stderr)):
        sys.stderr.write(f"{line}\n")
