"""`ecr-constructs sandbox ENV --keep`: the real `cdktf` command against it, and never past it."""

from __future__ import annotations

import dataclasses
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.kept_up import kept_up

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds for any one command; the slowest takes about 15

# A state in S3, a profile and an account: what would be reached without the sandbox. The other environment is of
# another account, and nothing of it may be led to the sandbox.
HEAD = "project: shop\nregion: eu-west-1\nbucket: real-states\naws_profile: production\n"
DEV = HEAD + 'env: dev\naccount_id: "210987654321"\necr_encryption_type: KMS\necr_kms_key: security_layer\n'
PROD = HEAD + 'env: prod\naccount_id: "333333333333"\necr_repositories: {web: }\n'
WEB = "ecr_repositories: {web: {max_image_count: 7}}\n"
EDITED = "ecr_repositories: {web: {max_image_count: 9}, worker: }\necr_lambda_pull: {roles: [deploy]}\n"

# What another terminal may have, all of which would lead elsewhere or stop everything.
ANOTHER_TERMINAL = {
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_PROFILE": "production",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "CDKTF_OUTPUT": "/nonexistent",
    "ECR_ENVIRONMENTS_DIR": "/nonexistent",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "TERRAFORM_BINARY_NAME": "nonexistent",
    "TF_CLI_ARGS": "-nonexistent",
    "TF_WORKSPACE": "elsewhere",
}
ASKS = """
import boto3
print([each["repositoryName"] for each in boto3.client("ecr").describe_repositories()["repositories"]])
"""


@dataclasses.dataclass(frozen=True)
class Kept:
    """A sandbox that stays up, what it printed until then, and the commands that it printed."""

    child: subprocess.Popen[str]
    text: str
    files: Path
    commands: dict[str, list[str]]

    @property
    def runner(self) -> Path:
        """The file that runs commands led to the sandbox."""
        return Path(self.commands["diff"][1])

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command as in another terminal, in another folder."""
        return subprocess.run(
            command,
            cwd="/",
            env={**os.environ, **ANOTHER_TERMINAL},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    files = tmp_path_factory.mktemp("environments")
    (files / "dev.yaml").write_text(DEV + WEB, encoding="utf-8")
    (files / "prod.yaml").write_text(PROD, encoding="utf-8")
    with kept_up(ROOT, seconds=3 * PATIENCE, ECR_ENVIRONMENTS_DIR=str(files)) as (child, text):
        found = re.findall(r"^  (sh \S+ npx cdktf (\w+) dev)$", text, re.MULTILINE)
        assert [name for _, name in found] == ["diff", "deploy", "output"], text
        yield Kept(child, text, files, {name: shlex.split(command) for command, name in found})


def outputs_of(text: str) -> set[str]:
    """Return the values of what `cdktf output` or the table of outputs shows, wherever lines are broken."""
    return {*re.findall(r"(?:\d{12}\.dkr\.ecr|arn:aws:ecr)\S+?/[\w/-]+", text)}


def test_the_outputs_are_shown(kept: Kept) -> None:
    _, _, table = kept.text.partition("\nOutputs\n")
    rows = dict(re.findall(r'^ *(ecr_repository_(?:url|arn|name)s\["web"\]) +(\S+)$', table, re.MULTILINE))
    assert rows == {
        'ecr_repository_arns["web"]': "arn:aws:ecr:eu-west-1:210987654321:repository/shop-dev-web",
        'ecr_repository_names["web"]': "shop-dev-web",
        'ecr_repository_urls["web"]': "210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop-dev-web",
    }


def test_cdktf_diff_finds_nothing_to_change(kept: Kept) -> None:
    done = kept.run(*kept.commands["diff"])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No changes." in done.stdout


def test_cdktf_output_shows_the_same_outputs(kept: Kept) -> None:
    done = kept.run(*kept.commands["output"])
    assert done.returncode == 0, done.stdout + done.stderr
    assert outputs_of(done.stdout) == outputs_of(kept.text.partition("\nOutputs\n")[2])
    assert len(outputs_of(done.stdout)) == 2


def test_cdktf_deploy_applies_an_edited_file(kept: Kept) -> None:
    """What that refers to gets its stand-in, and the key that the first apply had stays."""
    (kept.files / "dev.yaml").write_text(DEV + EDITED, encoding="utf-8")
    done = kept.run(*kept.commands["deploy"], "--auto-approve")
    assert done.returncode == 0, done.stdout + done.stderr
    plan = re.search(r"(\d+) to add, (\d+) to change, (\d+)\s+to\s+destroy", done.stdout)
    assert plan is not None, done.stdout
    # A lifecycle policy is replaced when it changes.
    assert int(plan[1]) > 10
    assert plan.groups()[1:] == ("0", "1")
    assert re.findall(r"(aws_[\w.]+): Destroying", done.stdout) == ["aws_ecr_lifecycle_policy.web"]
    asked = kept.run("sh", str(kept.runner), sys.executable, "-c", ASKS)
    assert asked.stdout == "['shop-dev-web', 'shop-dev-worker']\n", asked.stderr


def test_no_other_environment_is_led_there(kept: Kept) -> None:
    done = kept.run("sh", str(kept.runner), "npx", "cdktf", "deploy", "prod", "--auto-approve")
    assert done.returncode != 0
    assert "prod" in done.stdout + done.stderr
    assert "Initializing" not in done.stdout


def test_it_ends_with_all_that_was_deployed_and_nothing_runs_after_that(kept: Kept) -> None:
    """Neither the printed command, nor a shell that was opened by it, reaches anything."""
    inherited = kept.run("sh", str(kept.runner), "env", "-0").stdout
    variables = dict(each.split("=", 1) for each in inherited.split("\0") if "=" in each)
    kept.child.send_signal(signal.SIGINT)
    rest, errors = kept.child.communicate(timeout=PATIENCE)
    assert kept.child.returncode == 0, errors
    (destroyed,) = re.findall(r"Destroyed: (\d+) resources", rest)
    assert int(destroyed) > 20
    assert not kept.runner.parent.exists()

    done = kept.run(*kept.commands["deploy"], "--auto-approve")
    assert done.returncode != 0
    assert str(kept.runner) in done.stderr
    left = subprocess.run(
        ["npx", "cdktf", "deploy", "dev", "--auto-approve"],
        cwd=ROOT,
        env={**variables, "CDKTF_OUTPUT": str(kept.files / "out"), "CDKTF_LOG_FILE_DIRECTORY": str(kept.files)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert left.returncode != 0
    assert "has ended: nothing was synthesised." in left.stdout + left.stderr
    assert "Initializing" not in left.stdout
