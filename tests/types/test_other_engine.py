"""What a type checker makes of a program of the other engine, `cdktn`, that is installed without CDKTF.

The types of the constructs are CDKTF's. Where that is not there, or not followed, whatever is of an engine passes, and
everything else is checked as ever.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from ecr_constructs._engine.which import CDKTN

PROGRAM = """\
import ecr_constructs.fast
from cdktn import App, TerraformStack, TerraformVariable
from cdktn_provider_aws.iam_role import IamRole
from cdktn_provider_aws.provider import AwsProvider
from constructs import Construct

from ecr_constructs import EnvironmentRepositories, Repository, configure_backend, configure_provider, token
from ecr_constructs.config.load import load_environments


class Images(Construct):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.web = Repository(self, "Web", repository_name="shop/web")


class MyStack(TerraformStack):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        provider = AwsProvider(self, "aws", region="us-east-1")
        role = IamRole(self, "Role", assume_role_policy="{}")
        later = TerraformVariable(self, "later", type="string")
        images = Images(self, "Images")
        images.web.grant_pull(role)
        url: str = images.web.url
        arn: int = images.web.arn  # wrong
        Repository(self, "A", repository_name=later.string_value, provider=provider)
        Repository(self, "B", repository_name="b", image_tag_mutability=token(later.string_value))
        Repository(self, "C", repository_name="c", image_tag_mutability="FROZEN")  # wrong


app = App()
for environment in load_environments():
    stack = MyStack(app, environment.name)
    configure_provider(stack, environment)
    configure_backend(stack, environment)
    EnvironmentRepositories(stack, "Environment", environment=environment)
    EnvironmentRepositories(stack, "Again", environment=stack.node.id)  # wrong
app.synth()
"""


def test_every_mistake_is_an_error_at_its_line_and_nothing_of_the_engine_is(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    # The bindings are large, take a minute to read and say nothing of the constructs.
    config = tmp_path / "mypy.ini"
    config.write_text(f"[mypy]\n[mypy-{CDKTN.bindings}.*]\nfollow_imports = skip\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "mypy.ini", "--cache-dir", "cache"]
    command += ["--python-executable", str(Path(sys.prefix, "cdktn/bin/python")), "program.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False)
    wrong = [number for number, line in enumerate(PROGRAM.splitlines(), 1) if line.endswith("# wrong")]
    found = re.findall(r"^program\.py:(\d+): error", done.stdout, re.MULTILINE)
    assert [int(line) for line in found] == wrong, done.stdout + done.stderr
