"""The guide's examples run as they stand there, all in one project."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

GUIDE = (Path(__file__).parents[2] / "docs/testing.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
CONFTEST = [each for each in EXAMPLES if "def " not in each]

MAIN = """\
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider

from ecr_constructs import LifecyclePolicy, Repository


class MyStack(TerraformStack):
    def __init__(self, scope, id, count=5):
        super().__init__(scope, id)
        AwsProvider(self, "aws", region="eu-west-1", allowed_account_ids=["210987654321"])
        web = Repository(
            self, "Web", logical_id="web", repository_name="shop/web", image_tag_mutability="IMMUTABLE"
        )
        LifecyclePolicy(self, "Retention", repository=web, max_image_count=count)
"""


@pytest.mark.deploy
def test_the_examples_run_from_top_to_bottom(run_pytest, pytester):
    pytester.makepyfile(main=MAIN, conftest=CONFTEST[0])
    test = "\n\n".join(each for each in EXAMPLES if each not in CONFTEST)
    count = len(re.findall(r"^def test_", test, re.MULTILINE))
    run_pytest(test, "--snapshot-update").assert_outcomes(passed=count)
    run_pytest(test, "-k", "not replace").assert_outcomes(passed=count - 1, deselected=1)
    assert len(CONFTEST) == 1
    assert count == 8
