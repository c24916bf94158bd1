"""What the guide to parameters shows is what happens."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs.core.names import terraform_address
from ecr_constructs.core.ssm import PARAMETERS, PublishedRecord, parameter_path
from ecr_constructs.sandbox.aws import EmbeddedAws
from tests.examples.conftest import EXAMPLES
from tests.unit.aws_events import matches

ROOT = EXAMPLES.parent
PAGE = (ROOT / "docs/parameters.md").read_text(encoding="utf-8")
ACCOUNT, REGION = "111111111111", "us-east-1"
NAMES = ["team/api", "url-shortener", "web-app"]
# What changes an account, or asks what the embedded AWS does not know; held to botocore's models as every command is.
NOT_RUN = {"lambda update-function-code", "ssm update-service-setting", "iam simulate-principal-policy"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def commands() -> Iterator[tuple[str, list[str]]]:
    """Return the commands of the AWS CLI, each with the lines that are shown as its answer."""
    for block in blocks("console"):
        for text in re.split(r"^\$ ", block.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
            command, *shown = text.splitlines()
            if command.startswith("aws "):
                yield command, shown


COMMANDS = [each for each in commands() if " ".join(each[0].split()[1:3]) not in NOT_RUN]


def published(name: str, **changes: Any) -> dict[str, str]:
    """Return the values of a repository's parameters as the guide shows them."""
    real = f"myproject-dev-{name}"
    values = {
        "url": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{real}",
        "arn": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{real}",
        "name": real,
        "registry_id": ACCOUNT,
        "scan_on_push": True,
        "encryption_type": "AES256",
        "tag_mutability": "IMMUTABLE",
    }
    return PublishedRecord(**{**values, **changes}).values


@pytest.fixture(scope="module", autouse=True)
def there(published_aws: EmbeddedAws) -> None:
    """What the guide reads, of which one setting was another one before."""
    ssm = published_aws.client("ssm", REGION)
    before = {"Name": "/ecr/web-app/tag-mutability", "Value": "MUTABLE", "Type": "String"}
    ssm.put_parameter(**before)
    for name in NAMES:
        for last, value in published(name).items():
            ssm.put_parameter(Name=parameter_path("/ecr", name, last), Value=value, Type="String", Overwrite=True)


def test_every_other_command_is_run():
    assert {" ".join(command.split()[1:3]) for command, _ in commands()} - NOT_RUN == {
        "ssm describe-parameters",
        "ssm get-parameter",
        "ssm get-parameter-history",
        "ssm get-parameters",
        "ssm get-parameters-by-path",
        "sts get-caller-identity",
    }
    assert sum(bool(shown) for _, shown in COMMANDS) >= 8


@pytest.mark.parametrize(("command", "shown"), COMMANDS, ids=lambda each: each[:60] if isinstance(each, str) else "")
def test_a_command_answers_what_is_shown(command, shown, asking):
    asking = {**asking, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
    done = subprocess.run(shlex.split(command), env=asking, text=True, capture_output=True, check=False, timeout=900)
    assert (done.returncode, done.stderr) == (0, "")
    if shown:
        # Shown in columns, and the longest of them cut.
        said = [line.split("\t") for line in sorted(done.stdout.splitlines())]
        wanted = [re.split(r" {2,}", line) for line in sorted(shown)]
        cut = {row[-1].removesuffix(",...}") for row in wanted if row[-1].endswith(",...}")}
        for row in said:
            row[-1] = next((f"{start},...}}" for start in cut if row[-1].startswith(f"{start},")), row[-1])
        assert said == wanted
    else:
        assert done.stdout


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_who_has_read_a_parameter_is_found_in_the_records(tmp_path):
    """In the form in which CloudTrail has them: of a call that was refused there is no request."""
    (program,) = re.findall(r"^jq -r '(.*?)' events\.json$", PAGE, re.DOTALL | re.MULTILINE)
    requests: list[Any] = [
        {"name": "/ecr/web-app/url", "withDecryption": False},
        {"names": ["/ecr/web-app/name", "/ecr/web-app/url"]},
        {"name": "/ecr/web-app/arn"},
        {"path": "/ecr", "recursive": True},
        None,
    ]
    records = [
        {"eventTime": f"{number}", "userIdentity": {"arn": "role"}, "sourceIPAddress": "::1", "requestParameters": each}
        for number, each in enumerate(requests)
    ]
    (tmp_path / "events.json").write_text(json.dumps([json.dumps(each) for each in records]))
    done = subprocess.run(
        ["jq", "-r", program, "events.json"], cwd=tmp_path, text=True, capture_output=True, check=False, timeout=900
    )
    assert (done.stdout, done.stderr) == ("0\trole\t::1\n1\trole\t::1\n", "")


def test_the_pattern_is_that_of_a_change():
    """See https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-eventbridge-events.html."""
    (pattern,) = (json.loads(text) for text in blocks("json") if "detail-type" in text)
    for name, found in (("/ecr/web-app/url", True), ("/ecr-of-another/url", False)):
        detail = {"operation": "Update", "name": name, "type": "String", "description": "Where to push and pull"}
        event = {"source": "aws.ssm", "detail-type": "Parameter Store Change", "detail": detail}
        assert matches(pattern, event) is found


def test_the_addresses_are_those_of_the_stack():
    (file,) = (ROOT / "tests/stacks/__snapshots__/test_snapshots").glob("*?dev*.json")
    made = json.loads(file.read_text(encoding="utf-8"))["resource"]["aws_ssm_parameter"]
    addresses = re.findall(
        r"aws_ssm_parameter\.([\w-]+)\b(?!\.)", re.sub(r"^data .*|.*jsondecode.*", "", PAGE, flags=re.M)
    )
    assert {*addresses} == {
        f"{terraform_address(name)}_{last}"
        for name, last in (("web-app", "url"), ("web-app", "tag-mutability"), ("team/api", "url"))
    }
    assert {*addresses} <= {*made}


def test_the_numbers_of_a_listing_are_right():
    (many, few) = re.findall(r"hundred\s+repositories are (\d+) pages .*? and (\d+) with", PAGE, re.DOTALL)[0]
    assert (int(many), int(few)) == (100 * len(PARAMETERS) / 10, 100 * 2 / 10)


def test_every_folder_of_a_reader_is_in_the_table():
    linked = {Path(target).parts[2] for target in re.findall(r"\]\((\.\./examples/[^)]+)\)", PAGE)}
    assert {
        "boto3",
        "cloudformation",
        "codebuild",
        "ecs",
        "kubernetes",
        "lambda",
        "node",
        "shell",
        "terraform",
    } <= linked
