"""What is loaded with what: the package and its configuration leave the engine, boto3 and the commands' tools alone."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def loaded_by(program: str) -> set[str]:
    """Return the packages that are loaded in a process of its own after a program."""
    source = (
        f"{program}\nimport json, sys\nprint(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, timeout=900, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


ENGINE = {"cdktf", "cdktf_cdktf_provider_aws", "constructs", "jsii"}


def test_importing_the_package_loads_neither_the_engine_nor_a_library():
    loaded = loaded_by("import ecr_constructs")

    assert "ecr_constructs" in loaded
    assert not loaded & {*ENGINE, "boto3", "botocore", "pydantic", "yaml", "typer", "rich", "moto"}


def test_its_errors_and_value_objects_load_no_library_either():
    names = "EcrConstructsError, InvalidInput, LifecycleRule, PolicyStatement, Problem, ReplicationDestination"
    assert not loaded_by(f"from ecr_constructs import {names}") & {*ENGINE, "boto3", "botocore", "pydantic", "yaml"}


def test_the_configuration_loads_neither_the_engine_nor_boto3_nor_the_commands_tools():
    loaded = loaded_by("from ecr_constructs.config.load import load_environments; load_environments()")

    assert loaded >= {"pydantic", "yaml"}
    assert not loaded & {*ENGINE, "boto3", "botocore", "typer", "rich", "moto"}


def test_every_public_name_is_there_and_listed_and_no_other():
    program = """
import ecr_constructs
for name in ecr_constructs.__all__:
    assert getattr(ecr_constructs, name).__name__ in (name, "Literal")  # a choice of words has no name of its own
    assert name in dir(ecr_constructs)
assert list(ecr_constructs.__all__) == sorted(set(ecr_constructs.__all__))
try:
    ecr_constructs.Repositroy
except AttributeError as error:
    assert "Repositroy" in str(error)
else:
    raise AssertionError
from ecr_constructs import *
assert Repository is ecr_constructs.Repository
"""
    assert loaded_by(program) >= ENGINE
