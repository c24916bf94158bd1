"""The examples of README and the guide to the constructs run as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cdktf_cdktf_provider_aws.iam_role import IamRole
from synthesised import synth

ROOT = Path(__file__).parents[2]


def blocks(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_the_constructs_in_ten_lines(stack):
    (code,) = blocks("README.md")
    assert len([line for line in code.splitlines() if line and not line.startswith((" ", "from", ")"))]) <= 10
    role = IamRole(stack, "Role", assume_role_policy="{}")
    exec(code, {"self": stack, "task_execution_role": role})
    assert {"aws_ecr_repository", "aws_ecr_replication_configuration", "aws_ssm_parameter"} <= set(
        synth(stack)["resource"]
    )


def test_the_guide_runs_from_top_to_bottom(stack):
    """Each example builds on those before it."""

    class Key:
        arn = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"

    names = {"self": stack, "key": Key}
    examples = [
        code for code in blocks("docs/constructs.md") if "ecr_constructs.fast" not in code and "def " not in code
    ]
    assert len(examples) >= 5
    for code in examples:
        exec(code, names)
    assert len(synth(stack)["resource"]["aws_ssm_parameter"]) == 8


@pytest.mark.parametrize("page", ["docs/constructs.md", "README.md"])
def test_what_is_imported_in_the_documentation_exists(page):
    for code in blocks(page):
        for line in re.findall(
            r"^from ecr_constructs import [^(].*$|^from ecr_constructs import \([^)]*\)$", code, re.MULTILINE
        ):
            exec(line, {})
