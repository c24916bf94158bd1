"""`ecr-constructs migrate`: older environment files, and those of other layouts, as this package reads them."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecr_constructs.cli.completion import environments
from ecr_constructs.cli.extras import require_extra
from ecr_constructs.cli.process import raise_at_ctrl_c
from ecr_constructs.errors import file_name

if TYPE_CHECKING:
    from ecr_constructs.migration import Migration, Replacement

__all__ = ["migrate"]

_ALL = "all"


def migrate(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            help="Environments, by their names or their files, or `all` for every one of the environments directory.",
            metavar="FILE",
            autocompletion=environments,
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[  # noqa: FBT002  # a flag of the command
        bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option(help="Write a new file, and leave the one that is read as it is.", metavar="FILE")
    ] = None,
    from_tfvars: Annotated[
        Path | None, typer.Option(help="Make an environment file from a tfvars file.", metavar="FILE.tfvars")
    ] = None,
    project: Annotated[str | None, typer.Option(help="With --from-tfvars: the project.")] = None,
    env: Annotated[str | None, typer.Option(help="With --from-tfvars: the environment.")] = None,
    region: Annotated[str | None, typer.Option(help="With --from-tfvars: the AWS region.")] = None,
) -> int:
    """Bring environment files to the current version, or make them from files of another layout.

    Shows the difference, keeps a copy of each file (`FILE.<time>.bak`) and changes nothing but what the version asks
    for. If any file cannot be migrated none is written. The exit status is 0, also if nothing is to do, or 2 with every
    problem, each with file and line.
    """
    said = {key: value for key, value in (("project", project), ("env", env), ("region", region)) if value is not None}
    _check_arguments(files or [], output=output, from_tfvars=from_tfvars, said=said)
    if from_tfvars is not None:
        return _from_tfvars(from_tfvars, output, said=said, dry_run=dry_run)
    return _from_yaml(_named(files or []), output, dry_run=dry_run)


def _check_arguments(
    files: Sequence[str], *, output: Path | None, from_tfvars: Path | None, said: Mapping[str, str]
) -> None:
    from ecr_constructs.errors import Problem, raise_problems

    problems = []
    if bool(files) == (from_tfvars is not None):
        fix = f"Write `migrate FILE...`, `migrate {_ALL}` or `migrate --from-tfvars FILE.tfvars`."
        problems.append(Problem(("FILE",), "arguments", "must be given, or --from-tfvars, and not both", "", fix))
    if len(files) > 1 and _ALL in files:
        fix = f"Name the files, or `{_ALL}` alone; a file of that name is ./{_ALL}."
        problems.append(Problem(("FILE",), "arguments", f"must be `{_ALL}` alone, or files", "both", fix))
    if output is not None and (len(files) > 1 or _ALL in files):
        problems.append(Problem(("--output",), "arguments", "must come with one FILE", "", "Migrate one at a time."))
    if output is not None and (output.exists() or output.is_symlink()):
        rule, fix = "must name a file that is not there yet", "Choose another name, or move that file away."
        problems.append(Problem(("--output",), "arguments", rule, repr(output.as_posix()), fix))
    if said and from_tfvars is None:
        rule = "must come with --from-tfvars"
        problems += [Problem((f"--{key}",), "arguments", rule, "", "Write it into the file instead.") for key in said]
    raise_problems(problems)


def _named(files: Sequence[str]) -> list[Path]:
    """Return the files to migrate, each once."""
    from ecr_constructs.config.load import environment_files, environments_directory
    from ecr_constructs.config.named import named_file
    from ecr_constructs.errors import InvalidInput, Problem, raise_problems

    directory = environments_directory()
    if list(files) != [_ALL]:
        named = [named_file(file, directory) for file in files]
        raise_problems(problem for _, problems in named for problem in problems)
        return list({file.resolve(): file for file, _ in named}.values())
    found, problems = environment_files(directory)
    raise_problems(problem for problem in problems if problem.code == "file-suffix")
    if not found:
        fix = "Set ECR_ENVIRONMENTS_DIR to the directory of the environment files, or name the files."
        rule = "must be a directory with .yaml files"
        raise InvalidInput([Problem((), "directory", rule, "none", fix, file_name(directory))])
    return found


def _from_yaml(files: Sequence[Path], output: Path | None, *, dry_run: bool) -> int:
    from ecr_constructs.errors import Problem, raise_problems
    from ecr_constructs.migration import CURRENT, Replacement, migrate_source, read_source

    name = None if output is None else file_name(output)
    problems: list[Problem] = []
    migrated: list[tuple[Replacement, Migration]] = []
    for file in files:
        source, found = read_source(file)
        problems += found
        if source is not None:
            migration, found = migrate_source(source, name)
            problems += found
            migrated.append((Replacement(file, source.content, migration.content), migration))
    raise_problems(problems)
    changed = [(each, migration) for each, migration in migrated if each.after != each.before]
    for each, _ in migrated:
        if each.after == each.before:
            sys.stdout.write(f"{file_name(each.file)}: version {CURRENT} already, nothing to do\n")
    if not changed:
        return 0
    return _write_one(changed[0][1], output, dry_run=dry_run) if output else _replace(changed, dry_run=dry_run)


def _from_tfvars(file: Path, output: Path | None, *, said: Mapping[str, str], dry_run: bool) -> int:
    from ecr_constructs.errors import raise_problems
    from ecr_constructs.migration import is_json, migrate_tfvars

    if not is_json(file):
        require_extra("migrate", "hcl2")

    migration, problems = migrate_tfvars(file, None if output is None else file_name(output), said=said)
    raise_problems(problems)
    return _write_one(migration, output, dry_run=dry_run)


def _replace(changed: Sequence[tuple[Replacement, Migration]], *, dry_run: bool) -> int:
    """Show the differences, write the files, and say what was done."""
    from ecr_constructs.migration import difference, replace_all

    for replacement, migration in changed:
        sys.stdout.write(difference(replacement))
        sys.stdout.writelines(_report(migration, file_name(replacement.file)))
    if dry_run:
        sys.stdout.write("Nothing was written.\n")
        return 0
    sys.stdout.flush()  # what cannot be shown is not written either
    raise_at_ctrl_c()
    backups = replace_all([each for each, _ in changed], now=datetime.datetime.now(datetime.UTC))
    for (each, _), backup in zip(changed, backups, strict=True):
        sys.stdout.write(f"{file_name(each.file)}: written; what it was is in {file_name(backup)}\n")
    return 0


def _write_one(migration: Migration, output: Path | None, *, dry_run: bool) -> int:
    """Write a new file, or show it where there is none to be written; standard output holds nothing else then."""
    from ecr_constructs.migration import write_new

    if output is None or dry_run:
        sys.stdout.write(migration.content.decode())
        sys.stderr.writelines(_report(migration, "" if output is None else file_name(output)))
        return 0
    raise_at_ctrl_c()
    write_new(output, migration.content)
    sys.stdout.writelines([*_report(migration, file_name(output)), f"{file_name(output)}: written\n"])
    return 0


def _report(migration: Migration, name: str) -> Iterator[str]:
    """Yield the lines that tell what is changed, and what has still to be corrected."""
    where = f"{name}: " if name else ""
    yield from (f"{where}{note}\n" for note in migration.notes)
    if migration.warnings:
        yield f"{where}has still to be corrected by hand:\n"
        yield from (f"  {warning}\n" for warning in migration.warnings)
