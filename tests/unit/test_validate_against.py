"""`ecr-constructs validate --against ENV=FILE`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecr_constructs.changes.states import read_stored
from ecr_constructs.cli.app import run
from ecr_constructs.core.shards import shard_of
from tests.unit.validated import Validation

ROOT = Path(__file__).parents[2]
SNAPSHOTS = ROOT / "tests" / "stacks" / "__snapshots__" / "test_snapshots"


@pytest.fixture
def validation(tmp_path, monkeypatch, capsys):
    return Validation(tmp_path, monkeypatch, capsys)


def write_state(name, **repositories):
    """Write a state with these repositories by address and name in ECR."""
    resources = [
        {"mode": "managed", "type": "aws_ecr_repository", "name": key, "instances": [{"attributes": {"name": value}}]}
        for key, value in repositories.items()
    ]
    Path(name).write_text(json.dumps({"version": 4, "resources": resources}), encoding="utf-8")


def test_a_replacement_is_refused_with_file_and_line_and_no_table(validation):
    validation.write(dev="ecr_repositories:\n  api:\n  web:\n")
    write_state("dev.tfstate", web="shop-web", api="shop-dev-api", old="shop-old")
    status, out, err = validation.run("--against", "dev=dev.tfstate")
    message = "must not change the name in ECR from shop-web to shop-dev-web"
    assert (status, out) == (2, "")
    assert err.startswith(f"environments/dev.yaml:6: ecr_repositories.web: {message}")
    assert err.splitlines()[1:] == ["", "1 error in 1 file."]


def test_a_replacement_is_refused_whichever_environment_is_shown(validation):
    validation.write(dev="ecr_repositories: {web: }\n", prod="")
    write_state("dev.tfstate", web="shop-web")
    assert validation.run("prod", "--against", "dev=dev.tfstate").status == 2


def test_what_will_be_destroyed_is_shown_and_is_no_error(validation):
    validation.write(dev="ecr_repositories: {web: }\n")
    write_state("dev.tfstate", old="shop-old")
    result = validation.run("--against", "dev=dev.tfstate")
    assert result.status == 0
    assert (
        "environments/dev.yaml:1: warning: aws_ecr_repository.old of dev.tfstate, shop-old, is declared no more"
        in result.out
    )
    github = validation.run("--against", "dev=dev.tfstate", "--format", "github")
    assert github.out.startswith("::warning file=environments/dev.yaml,line=1,")


def test_several_files_are_compared_each_with_its_own_stack(validation):
    names = {shard: next(name for name in "abcdef" if shard_of(name, 2) == shard) for shard in (1, 2)}
    validation.write(dev=f"ecr_shards: 2\necr_repositories: {{{names[1]}: , {names[2]}: }}\n", prod="backend: true\n")
    write_state("one", **{names[1]: "wrong-1"})
    write_state("two", **{names[2]: "wrong-2"})
    write_state("prod", backend="wrong-3")
    arguments = [word for each in ("dev=one", "dev-2=two", "prod=prod") for word in ("--against", each)]
    *err, _, count = validation.run(*arguments).err.splitlines()
    assert count == "3 errors in 2 files."
    assert [line.split(" from ")[1].split(" to ")[0] for line in err] == ["wrong-1", "wrong-2", "wrong-3"]


def test_the_stack_of_a_shard_that_is_no_more_can_be_named(validation):
    validation.write(dev="ecr_repositories: {web: }\n")
    write_state("two", web="shop-dev-web")
    result = validation.run("--against", "dev-2=two")
    assert result.status == 2
    assert "must not move from dev-2 to dev, which destroys aws_ecr_repository.web of two" in result.err


STACK = "--against: must name an environment or one of its stacks: dev"


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("dev", "--against: must be ENV=FILE, got 'dev'."),
        ("dev=", "--against: must be ENV=FILE, got 'dev='."),
        ("=x", "--against: must be ENV=FILE, got '=x'."),
        ("deb=x", f"{STACK}, got 'deb'. Did you mean 'dev'?"),
        ("dev-0=x", f"{STACK}, got 'dev-0'. Did you mean 'dev'?"),
        ("dev-1=x", f"{STACK}, got 'dev-1'. Did you mean 'dev'?"),
        ("dev-02=x", f"{STACK}, got 'dev-02'. Did you mean 'dev'?"),
        ("other-2=x", f"{STACK}, got 'other-2'."),
        ("dev=missing", "missing: must be a file that can be read, got No such file or directory."),
        ("dev=environments", "environments: must be a file that can be read, got Is a directory."),
    ],
)
def test_what_cannot_be_compared_is_an_error(validation, argument, message):
    validation.write(dev="")
    status, out, err = validation.run("--against", argument)
    assert (status, out) == (2, "")
    assert err.startswith(message)


def test_a_file_that_cannot_be_read_is_a_problem_in_json(validation):
    validation.write(dev="")
    result = validation.run("--format", "json", "--against", "dev=missing")
    (problem,) = json.loads(result.out)["problems"]
    assert (result.status, result.err) == (2, "")
    assert (problem["file"], problem["line"], problem["code"]) == ("missing", None, "against-file")


@pytest.mark.parametrize("env", ["dev", "prod", "staging"])
def test_the_committed_snapshots_are_of_the_shipped_environments(capsys, monkeypatch, env):
    """What is synthesised is what the comparison knows the addresses, names and encryption of."""
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("ECR_ENVIRONMENTS_DIR", raising=False)
    file = SNAPSHOTS / f"test_environment[{env}][{env}].json"
    assert len(read_stored(file)[0]) == 5
    assert run(["validate", "--against", f"{env}={file}"]) == 0
    assert "repository-" not in capsys.readouterr().out
