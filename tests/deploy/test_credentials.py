"""The credentials of an environment for real: whom Terraform asks for them, and by whose keys."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.synth import synthesise
from ecr_constructs.sandbox.terraform import find_terraform
from tests.deploy.surroundings import clean_environment

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds for any one command; the slowest takes about 5
OWN, REGION = "210987654321", "eu-west-1"
ROLE, EXTERNAL_ID = f"arn:aws:iam::{OWN}:role/deploy", "shop-1234"
KEY = f"arn:aws:kms:{REGION}:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ENVIRONMENT = f"""\
project: shop
env: dev
region: {REGION}
account_id: "{OWN}"
bucket: states
aws_profile: shop-dev
assume_role_arn: {ROLE}
assume_role_external_id: {EXTERNAL_ID}
ecr_encryption_type: KMS
ecr_kms_key: security_layer
repository_names: [shop/web]
"""
PROFILE = "[profile shop-dev]\naws_access_key_id = THEIRS\naws_secret_access_key = secret\n"
# What leads the two to the embedded S3; nobody says such a thing of the real one.
REACHED = {
    "skip_credentials_validation": True,
    "skip_metadata_api_check": True,
    "skip_region_validation": True,
    "skip_requesting_account_id": True,
    "use_path_style": True,
}
ANSWER = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><Arn>arn:aws:sts::210987654321:assumed-role/deploy/s</Arn><AssumedRoleId>A:s</AssumedRoleId>
</AssumedRoleUser><Credentials><AccessKeyId>TAKENON</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
<SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>
<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleResponse>"""


@pytest.fixture
def sts() -> Iterator[tuple[str, list[tuple[str, dict[str, list[str]]]]]]:
    """A service that lets everybody take every role on, and what it was asked: who signed, and the request."""
    asked: list[tuple[str, dict[str, list[str]]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked.append((self.headers["Authorization"], parse_qs(body)))
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER.encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()


def test_terraform_takes_the_role_on_with_the_profile_for_its_state_and_for_what_it_reads(
    aws: EmbeddedAws, sts: tuple[str, list[Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, asked = sts
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "dev.yaml").write_text(ENVIRONMENT, encoding="utf-8")
    (tmp_path / "config").write_text(PROFILE, encoding="utf-8")
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(tmp_path / "environments"))
    with Processes() as processes:
        synthesised = synthesise("dev", ROOT, processes)["dev"].document
    backend = synthesised["terraform"]["backend"]["s3"]
    ((name, read),) = synthesised["data"]["terraform_remote_state"].items()
    document = {
        "terraform": {"backend": {"s3": {**backend, **REACHED}}},
        "data": {"terraform_remote_state": {name: {**read, "config": {**read["config"], **REACHED}}}},
        "output": {"key": {"value": f"${{data.terraform_remote_state.{name}.outputs.ecr_kms_key_arn}}"}},
    }
    work = tmp_path / "work"
    work.mkdir()
    (work / "cdk.tf.json").write_text(json.dumps(document), encoding="utf-8")
    s3 = aws.client("s3", "us-east-1")
    s3.create_bucket(Bucket="states")
    outputs = {"ecr_kms_key_arn": {"value": KEY, "type": "string"}}
    state = {
        "version": 4,
        "terraform_version": "1.6.0",
        "serial": 1,
        "lineage": "a",
        "outputs": outputs,
        "resources": [],
    }
    s3.put_object(Bucket="states", Key=read["config"]["key"], Body=json.dumps(state).encode())
    variables = clean_environment(
        AWS_CONFIG_FILE=str(tmp_path / "config"),
        AWS_SHARED_CREDENTIALS_FILE=str(tmp_path / "none"),
        AWS_ACCESS_KEY_ID="SOMEBODY",
        AWS_SECRET_ACCESS_KEY="else",
        AWS_ENDPOINT_URL_S3=aws.endpoint,
        AWS_ENDPOINT_URL_STS=endpoint,
        AWS_EC2_METADATA_DISABLED="true",
        CHECKPOINT_DISABLE="1",
    )
    for arguments in (["init", "-input=false"], ["apply", "-auto-approve", "-input=false"]):
        done = subprocess.run(
            [*find_terraform().command, *arguments, "-no-color"],
            cwd=work,
            env=variables,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    written = json.loads(s3.get_object(Bucket="states", Key="layers/compute/dev/terraform.tfstate")["Body"].read())
    assert written["outputs"]["key"]["value"] == KEY
    assert len(asked) >= 2
    for signature, request in asked:
        # The profile wins over the variables.
        assert "Credential=THEIRS/" in signature
        assert (request["Action"], request["RoleArn"]) == (["AssumeRole"], [ROLE])
        assert request["ExternalId"] == [EXTERNAL_ID]
