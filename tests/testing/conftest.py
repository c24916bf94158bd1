"""Stacks that are tested, and the projects that test them."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import App, TerraformStack

# pytester gives its runs a home that is empty, where the engine would have to be unpacked again.
HOME = Path.home()

# A CDKTF program of few lines, whose stacks become what variables say.
MAIN = """\
import ecr_constructs.fast
# isort: split
import os

from cdktf import App, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue

from ecr_constructs import CrossAccountPolicy, Repository


class MyStack(TerraformStack):
    def __init__(self, scope, id, other=None):
        super().__init__(scope, id)
        AwsProvider(self, "aws", region="eu-west-1", allowed_account_ids=["111111111111"])
        if other is not None:
            TerraformOutput(self, "theirs", value=other.web.url)
            return
        self.web = Repository(
            self, "Web", logical_id="web", repository_name="shop/web", image_tag_mutability=os.environ["MUTABILITY"]
        )
        CrossAccountPolicy(self, "Access", repository=self.web, allowed_account_ids=["222222222222"])
        SqsQueue(self, "Jobs", name="jobs")
"""


@pytest.fixture
def stack(tmp_path: Path) -> TerraformStack:
    """A stack in us-east-1 whose account is known."""
    stack = TerraformStack(App(outdir=str(tmp_path / "out")), "dev")
    AwsProvider(stack, "Aws", region="us-east-1", allowed_account_ids=["111111111111"])
    return stack


@pytest.fixture
def run_pytest(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pytest.RunResult]:
    """Run pytest in a folder with the program above and a test of it, in a process of its own."""
    monkeypatch.setenv("HOME", str(HOME))
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        monkeypatch.delenv(name, raising=False)
    for name in list(os.environ):
        if name.startswith("PYTEST_XDIST"):
            monkeypatch.delenv(name)
    pytester.makepyfile(main=MAIN)

    def run_pytest(test: str, *arguments: str, **variables: str) -> pytest.RunResult:
        pytester.makepyfile(test_stack=textwrap.dedent(test))
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {"MUTABILITY": "IMMUTABLE", **variables}.items():
                patch.setenv(name, value)
            return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)

    return run_pytest
