"""What becomes of each kind of file: one of ours, one of the meroku layout, a tfvars file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from ecr_constructs.errors import Problem, file_name
from ecr_constructs.migration.files import SourceFile
from ecr_constructs.migration.hcl import read_tfvars
from ecr_constructs.migration.in_place import migrate_environment
from ecr_constructs.migration.meroku import concerns_repositories, convert_meroku, is_meroku
from ecr_constructs.migration.render import Part, render
from ecr_constructs.migration.result import Migration
from ecr_constructs.migration.texts import located, problems_of, read_content
from ecr_constructs.migration.tfvars import convert_tfvars, placeholders_of
from ecr_constructs.migration.tfvars_json import read_tfvars_json

__all__ = ["is_json", "migrate_source", "migrate_tfvars"]


def migrate_source(source: SourceFile, output: str | None) -> tuple[Migration, list[Problem]]:
    """Return what becomes of a YAML file, and why it cannot be migrated.

    Args:
        source: The file.
        output: How messages call the file that is to be written instead of this one; None if this one is.
    """
    data = source.document.data
    if not isinstance(data, Mapping) or not is_meroku(data):
        return migrate_environment(source.content, source.document)
    if output is None:
        rule = "must be turned into a file of its own: it is of the meroku layout"
        fix = "Say --output FILE; meroku goes on using this one."
        return Migration(), [source.document.locate(Problem((), "layout", rule, "", fix))]
    if unread := [problem for problem in source.document.problems if concerns_repositories(problem.path)]:
        return Migration(), unread
    parts, notes, problems = convert_meroku(data, source.file.name)
    if problems:
        return Migration(), [source.document.locate(problem) for problem in problems]
    return _made(parts, notes, output)


def is_json(file: Path) -> bool:
    """Return whether Terraform reads a file of variables as JSON, which its name says."""
    return file.name.lower().endswith(".json")


def migrate_tfvars(file: Path, name: str | None, *, said: Mapping[str, str]) -> tuple[Migration, list[Problem]]:
    """Return the environment file of a tfvars file, and why there can be none.

    Args:
        file: The tfvars file.
        name: How messages call the new file; default the environment's name.
        said: What the file leaves out: `project`, `env`, `region`.
    """
    where = file_name(file)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        fix = "Check what it is, and who may read it."
        got = error.strerror or f"{error}"
        return Migration(), [Problem((), "file", "must be a file that can be read", got, fix, where)]
    except UnicodeDecodeError:
        return Migration(), [Problem((), "tfvars-encoding", "must be text in UTF-8", "", "Save it as UTF-8.", where)]
    variables, problems = (read_tfvars_json if is_json(file) else read_tfvars)(text, where)
    if problems:
        return Migration(), problems
    parts, notes, problems = convert_tfvars(variables, where, said=said)
    if problems:
        return Migration(), problems
    made, problems = _made(parts, notes, name or f"{parts[0][1]['env']}.yaml")
    placeholders = placeholders_of(variables, where)
    known = {problem.path for problem in placeholders}
    others = [problem for problem in made.warnings if problem.path not in known]
    return dataclasses.replace(made, warnings=[*placeholders, *others]), problems


def _made(parts: Sequence[Part], notes: Sequence[str], name: str) -> tuple[Migration, list[Problem]]:
    content = render(parts).encode()
    document = read_content(content, name)
    if document.problems:
        return Migration(), document.problems
    intended = {key: value for _, data in parts for key, value in data.items()}
    if repr(document.data) != repr(intended):
        rule, fix = "must hold values that YAML can write", "Write plain text, numbers, lists and mappings alone."
        return Migration(), [Problem((), "conversion", rule, "", fix, name)]
    problems = problems_of(document.data, file_stem=PurePath(name).stem)
    return Migration(content, notes, located(problems, document)), []
