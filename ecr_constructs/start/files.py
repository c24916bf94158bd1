"""Every file of a new project, by its path."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.resources
import json
import re
import shlex
from collections.abc import Mapping
from pathlib import PurePosixPath

from ecr_constructs.config.model.schema import render_schema
from ecr_constructs.start.environment_file import environment_text
from ecr_constructs.start.wanted import BOOTSTRAP, NewProject

__all__ = ["files_of", "paths_of"]

_PACKAGE = "ecr-constructs"
_SCHEMA = "environments/environment.schema.json"
_MARK = re.compile(r"@([a-z_]+)@")


def files_of(wanted: NewProject, *, below: PurePosixPath | None = None) -> dict[str, str]:
    """Return the text of each file, by its path in the project's folder.

    Args:
        wanted: What is asked for, and right.
        below: Where the folder is in its Git repository; None or `.` where it is the root, or in none.
    """
    folder = "" if below is None or below == PurePosixPath() else f"{below}/"
    with_bucket = wanted.bucket is not None
    marks = {
        "project": wanted.project,
        "env": wanted.env,
        "other": "staging" if wanted.env == "prod" else "prod",
        "package": _PACKAGE,
        "version": _compatible(importlib.metadata.version(_PACKAGE)),
        "validate": json.dumps(_validate(folder)),
        "files": json.dumps(rf"^{re.escape(folder)}environments/.*\.ya?ml$"),
        "defaults": f"defaults:\n  run:\n    working-directory: {json.dumps(folder)}\n" if folder else "",
        "change_folder": f"    - {json.dumps(f'cd {shlex.quote(folder)}')}\n" if folder else "",
        "return": f"    - {json.dumps(_return(folder))}\n" if folder else "",
        "tag": f"v{_released(importlib.metadata.version(_PACKAGE))}",
        "directory": f"          directory: {json.dumps(f'{folder}environments')}\n" if folder else "",
        "terraform": "1.10" if with_bucket else "1.5",
        "import_bootstrap": "\nfrom bootstrap import StateBucket\n" if with_bucket else "",
        "build_stacks": _STACKS_WITH_BUCKET.replace("@env@", json.dumps(wanted.env)) if with_bucket else _STACKS,
        "state": _STATE_IN_BUCKET if with_bucket else _STATE_IN_FILES,
        "bucket": wanted.bucket or "",
        "bootstrap": BOOTSTRAP,
    }
    return {
        **{path: _filled(_template(name), marks) for path, name in _templates(wanted).items()},
        _environment(wanted): environment_text(wanted),
        _SCHEMA: render_schema(),
    }


def paths_of(wanted: NewProject, *, with_environment: bool = True) -> list[str]:
    """Return the paths of the files, sorted.

    Args:
        wanted: What is asked for, which may be wrong.
        with_environment: Whether that of the environment is among them.
    """
    return sorted([*_templates(wanted), _SCHEMA, *([_environment(wanted)] if with_environment else [])])


def _environment(wanted: NewProject) -> str:
    return f"environments/{wanted.env}.yaml"


def _templates(wanted: NewProject) -> dict[str, str]:
    """Return the template of each file that has one, by the file's path."""
    return {
        ".gitignore": "gitignore.txt",
        ".pre-commit-config.yaml": "pre-commit-config.yaml",
        "README.md": "README.md.txt",
        "app.py": "app.py.txt",
        "cdktf.json": "cdktf.json",
        "package.json": "package.json",
        "pyproject.toml": "pyproject.toml.txt",
        "requirements.txt": "requirements.txt",
        "tests/test_stacks.py": "test_stacks.py.txt",
        **({} if wanted.bucket is None else {"bootstrap.py": "bootstrap.py.txt"}),
        **({} if wanted.github is None else {".github/workflows/check.yml": "github.yml"}),
        **({} if wanted.gitlab is None else {".gitlab-ci.yml": "gitlab.yml"}),
    }


_STACKS = """\
    for environment in load_environments():
        for shard in range(1, environment.settings.ecr_shards + 1):
            Images(app, environment, shard=shard)
"""

_STACKS_WITH_BUCKET = """\
    environments = {each.name: each for each in load_environments()}
    StateBucket(app, environments[@env@])  # the file whose bucket it makes
    for environment in environments.values():
        for shard in range(1, environment.settings.ecr_shards + 1):
            Images(app, environment, shard=shard)
"""

_STATE_IN_FILES = """\

Terraform's state is a file here for each environment, such as `terraform.@env@.tfstate`, which Git leaves out: keep it.
To deploy from more than one place, say a `bucket` in the environment's file, and run
`npx cdktf deploy @env@ --migrate-state`."""

_STATE_IN_BUCKET = """\

Terraform's states are in the bucket `@bucket@`, which the stack `@bootstrap@` makes. It is deployed once, before all
others, with a state that is a file here; then its own state is moved into the bucket:

```console
$ npx cdktf deploy @bootstrap@
$ sed -i.before 's/^STATE_IN_BUCKET = False/STATE_IN_BUCKET = True/' bootstrap.py && rm bootstrap.py.before
$ npx cdktf deploy @bootstrap@ --migrate-state
$ pytest --snapshot-update
```"""


def _validate(folder: str) -> str:
    # A hook runs in the root of the Git repository.
    directory = f"env ECR_ENVIRONMENTS_DIR={shlex.quote(f'{folder}environments')} " if folder else ""
    return f"{directory}{_PACKAGE} validate"


def _return(folder: str) -> str:
    # Places of findings are those of the Git repository.
    return f'cd "$CI_PROJECT_DIR" && export ECR_ENVIRONMENTS_DIR={shlex.quote(f"{folder}environments")}'


def _compatible(version: str) -> str:
    """Return which versions go with what is written: this one and newer ones, up to the next that may break it."""
    released = _released(version)
    numbers = re.findall(r"\d+", released)[:2]
    upper = f"0.{int(numbers[1]) + 1}" if numbers[0] == "0" else f"{int(numbers[0]) + 1}"
    return f">={released},<{upper}"


def _released(version: str) -> str:
    return version.partition("+")[0]


def _filled(text: str, marks: Mapping[str, str]) -> str:
    # Twice: what is put in may hold marks itself.
    for _ in range(2):
        text = _MARK.sub(lambda mark: marks.get(mark[1], mark[0]), text)
    return text


@functools.cache
def _template(name: str) -> str:
    return (importlib.resources.files(__package__) / "templates" / name).read_text(encoding="utf-8")
