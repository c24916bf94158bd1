"""What type checkers and editors make of the public API: the wrong word is an error, whatever is right is none."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.typed_choices import CHOICES, IMPORTS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "ecr_constructs"
PYRIGHT = ROOT / "tests/node/node_modules/pyright/index.js"


def program() -> list[tuple[str, bool]]:
    """Return the lines of a program, each with whether it is right."""
    lines = [
        "def made(stack: TerraformStack, variable: TerraformVariable) -> None:",
        'repository = Repository(stack, "R", repository_name="shop/web")',
        # What else may hold a word: what a function returns that says which words these are.
        'def chosen(production: bool) -> ImageTagMutability: return "IMMUTABLE" if production else "MUTABLE"',
        'Repository(stack, "A", repository_name="a", image_tag_mutability=chosen(True))',
        'RepositoryCreationTemplate(stack, "B", prefix="b", applied_for=token(variable.list_value))',
        'RegistryScanning(stack, "C").enable_inspector(resource_types=token(variable.list_value))',
        'Repository(stack, "D", repository_name=variable.string_value, scan_on_push=variable.boolean_value)',
    ]
    written = [(line, True) for line in lines]
    for choice in CHOICES:
        later = "token(variable.string_value)"
        written += [(choice.line.format(f'"{word}"'), True) for word in choice.words]
        written.append((choice.line.format(f'"{choice.wrong}"'), False))
        written.append((choice.line.format(later), choice.takes_token))
        written.append((choice.line.format("variable.string_value"), False))
    first, *body = written
    return [*((line, True) for line in IMPORTS), first, *((f"    {line}", right) for line, right in body)]


PROGRAM = program()
WRONG = {number for number, (_, right) in enumerate(PROGRAM, 1) if not right}


GUIDES = ("README.md", "docs/constructs.md", "docs/registry.md", "docs/coming-from.md")


def guides() -> list[str]:
    """Return the examples of the guides as a program, each page as a function of what it does not make itself."""
    lines = ["from typing import Any", "from cdktf import TerraformStack"]
    for number, page in enumerate(GUIDES):
        blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)
        assert blocks, page
        names = ("key", "ci_role", "task_execution_role", "web", "variable")
        lines.append(f"def page_{number}(self: TerraformStack, {', '.join(f'{name}: Any' for name in names)}) -> None:")
        lines += [f"    {line}" for block in blocks for line in block.splitlines()]
    return lines


Found = Mapping[str, set[tuple[int, str]]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typed")
    for name, lines in (("program", [line for line, _ in PROGRAM]), ("guides", guides())):
        (folder / f"{name}.py").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=["mypy", "pyright"])
def found(request: pytest.FixtureRequest, folder: Path) -> Found:
    """Return the errors of a checker, by file: one process for all."""
    errors: dict[str, set[tuple[int, str]]] = {"program": set(), "guides": set()}
    if request.param == "mypy":
        # The bindings are large, take a minute to read and say nothing of these words.
        config = folder / "mypy.ini"
        config.write_text("[mypy]\n[mypy-cdktf_cdktf_provider_aws.*]\nfollow_imports = skip\n", encoding="utf-8")
        command = (sys.executable, "-m", "mypy", "--strict", "--config-file", config, "--cache-dir", folder / "cache")
        output = run(*command, "program.py", "guides.py", cwd=folder)
        for file, line, text in re.findall(r"^(\w+)\.py:(\d+): error: (.*)", output, re.MULTILINE):
            errors[file].add((int(line), text))
    else:
        command = ("node", PYRIGHT, "--pythonpath", sys.executable, "--outputjson")
        output = run(*command, "program.py", "guides.py", cwd=folder)
        for each in json.loads(output)["generalDiagnostics"]:
            if each["severity"] == "error":
                errors[Path(each["file"]).stem].add((each["range"]["start"]["line"] + 1, each["message"]))
    return errors


def run(*command: str | Path, cwd: Path, **more: str) -> str:
    done = subprocess.run(
        [str(each) for each in command],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", **more},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def test_every_wrong_word_is_an_error_at_its_line_and_nothing_else_is(found):
    lines = {line for line, _ in found["program"]}

    assert told(WRONG - lines) == []
    assert told(lines - WRONG) == []


def told(lines: set[int]) -> list[str]:
    return [PROGRAM[number - 1][0] for number in sorted(lines)]


def test_the_examples_of_the_guides_are_right(found):
    written = guides()
    assert [f"{written[line - 1].strip()}: {text}" for line, text in sorted(found["guides"])] == []


def test_every_public_symbol_has_a_type_that_is_known(tmp_path):
    """As installed: with `py.typed`, and away from this folder. What other packages leave open is not asked."""
    site = tmp_path / "site"
    shutil.copytree(PACKAGE, site / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    command = ("node", PYRIGHT, "--verifytypes", PACKAGE.name, "--ignoreexternal", "--outputjson")

    found = json.loads(run(*command, cwd=tmp_path, PATH=path, PYTHONPATH=str(site)))["typeCompleteness"]

    assert Path(found["pyTypedPath"]) == site / PACKAGE.name / "py.typed"
    assert found["exportedSymbolCounts"]["withKnownType"] > 3000
    unknown = [
        f"{each['file']}:{each['range']['start']['line'] + 1}: {each['message']}"
        for symbol in found["symbols"]
        if symbol["isExported"]
        for each in symbol["diagnostics"]
        if each["severity"] == "error" and "partially unknown" not in each["message"]  # what follows from another
    ]
    assert unknown == []
    assert found["completenessScore"] == 1
