"""examples/ci/scan-gate.sh against a registry whose answers are in the test's own hands."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import parliament
import pytest

from tests.examples.conftest import AWS_CLI

CI = Path(__file__).parents[2] / "examples/ci"
SCRIPT = CI / "scan-gate.sh"
HOST = "111111111111.dkr.ecr.eu-west-1.amazonaws.com"
URL = f"{HOST}/shop-dev-team/web"
IMAGE, ARM, X86 = (f"sha256:{each * 32}" for each in ("7f", "a1", "b2"))
MANIFEST = {"schemaVersion": 2, "config": {}, "layers": []}

pytestmark = pytest.mark.skipif(
    not shutil.which("bash") or not shutil.which("jq"), reason="the script needs bash and jq"
)


@dataclasses.dataclass
class Registry:
    """What ECR says: of each image the answers one after the other, of which the last one stays."""

    port: int = 0
    manifests: dict[str, Any] = dataclasses.field(default_factory=lambda: {IMAGE: MANIFEST})
    scans: dict[str, list[Any]] = dataclasses.field(default_factory=dict)
    asked: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    def answer(self, operation: str, call: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.asked.append(call)
        if operation == "BatchGetImage":
            (image,) = call["imageIds"]
            found = self.manifests.get(image["imageDigest"])
            return 200, {"images": [] if found is None else [{"imageManifest": json.dumps(found)}]}
        assert operation == "DescribeImageScanFindings"
        answers = self.scans[call["imageId"]["imageDigest"]]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return (400, {"__type": answer, "message": "No."}) if isinstance(answer, str) else (200, answer)


@pytest.fixture
def registry() -> Iterator[Registry]:
    made = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = made.answer(self.headers["X-Amz-Target"].rpartition(".")[2], call)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def gate(registry: Registry, tmp_path: Path) -> Any:
    """Run the script with the AWS CLI, which asks the registry."""

    def run(*arguments: str, **variables: str) -> tuple[int, str, str]:
        environment = {
            "PATH": f"{AWS_CLI.parent}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "TMPDIR": str(tmp_path),
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{registry.port}",
            "SCAN_INTERVAL": "0",
            **variables,
        }
        done = subprocess.run(
            ["bash", str(SCRIPT), *arguments], env=environment, capture_output=True, text=True, check=False
        )
        assert not list(tmp_path.iterdir())  # nothing stays behind
        return done.returncode, done.stdout, done.stderr

    return run


def basic(*findings: tuple[str, str], status: str = "COMPLETE", **more: Any) -> dict[str, Any]:
    """Return an answer of basic scanning: severities with names."""
    attributes = [{"key": "package_name", "value": "openssl"}, {"key": "package_version", "value": "3.0.1"}]
    listed = [{"name": name, "severity": severity, "attributes": attributes} for severity, name in findings]
    return {"imageScanStatus": {"status": status}, "imageScanFindings": {"findings": listed}, **more}


def enhanced(*findings: tuple[str, str], status: str = "ACTIVE", of: str = "ACTIVE") -> dict[str, Any]:
    """Return an answer of enhanced scanning."""
    listed = [
        {
            "severity": severity,
            "status": of,
            "packageVulnerabilityDetails": {
                "vulnerabilityId": name,
                "vulnerablePackages": [{"name": "requests", "version": "2.1", "fixedInVersion": "2.32"}],
            },
        }
        for severity, name in findings
    ]
    return {"imageScanStatus": {"status": status}, "imageScanFindings": {"enhancedFindings": listed}}


FOUND = (("LOW", "CVE-1"), ("CRITICAL", "CVE-3"), ("HIGH", "CVE-2"), ("UNDEFINED", "CVE-4"))


@pytest.mark.parametrize(
    ("least", "failing", "answer"),
    [
        ("CRITICAL", 1, basic(*FOUND)),
        (None, 2, enhanced(*FOUND)),
        ("MEDIUM", 2, basic(*FOUND)),
        ("LOW", 3, basic(*FOUND)),
    ],
    ids=["critical", "default", "medium", "low"],
)
def test_it_fails_on_what_is_as_serious_as_was_said_and_names_it(registry, gate, least, failing, answer):
    registry.scans[IMAGE] = [answer]
    code, said, why = gate(URL, IMAGE, *([least] if least else []))
    assert code == 1
    assert why == f"scan-gate: {failing} of {least or 'HIGH'} and above in shop-dev-team/web@{IMAGE}\n"
    order = [["CRITICAL", "CVE-3"], ["HIGH", "CVE-2"], ["LOW", "CVE-1"], ["UNDEFINED", "CVE-4"]]
    assert [line.lstrip("! ").split()[:2] for line in said.splitlines()] == order
    assert [line.startswith("! ") for line in said.splitlines()] == [number < failing for number in range(4)]


@pytest.mark.parametrize("answer", [basic(("MEDIUM", "CVE-1")), enhanced(("MEDIUM", "CVE-1"))])
def test_what_is_less_serious_lets_the_image_through(registry, gate, answer):
    registry.scans[IMAGE] = [answer]
    code, said, why = gate(URL, IMAGE)
    assert (code, why) == (0, "")
    assert said.splitlines()[-1] == f"scan-gate: nothing of HIGH and above in shop-dev-team/web@{IMAGE}"


def test_it_says_what_would_fix_it(registry, gate):
    registry.scans[IMAGE] = [enhanced(("HIGH", "CVE-1"))]
    assert gate(URL, IMAGE)[1] == "! HIGH          CVE-1                requests 2.1, fixed in: 2.32\n"
    registry.scans[IMAGE] = [basic(("HIGH", "CVE-1"))]
    assert gate(URL, IMAGE)[1] == "! HIGH          CVE-1                openssl 3.0.1, fixed in: -\n"


def test_what_it_writes_is_what_its_page_shows(registry, gate):
    (shown,) = re.findall(
        r"^\$ \./scan-gate\.sh [^\n]*\n(.*?)^```", (CI / "README.md").read_text("utf-8"), re.DOTALL | re.M
    )
    *found, end = shown.splitlines()
    answer = enhanced(*((line[2:].split()[0], line[2:].split()[1]) for line in found))
    for line, finding in zip(found, answer["imageScanFindings"]["enhancedFindings"], strict=True):
        name, version, _, _, fixed = line[2:].split()[2:]
        package = {"name": name, "version": version.rstrip(","), "fixedInVersion": fixed}
        finding["packageVulnerabilityDetails"]["vulnerablePackages"] = [package]
    registry.scans[IMAGE] = [answer]
    _, said, why = gate(URL, IMAGE)
    assert said.splitlines() == found
    assert why.split(" in ")[0] == end.split(" in ")[0]


def test_what_somebody_has_looked_at_and_suppressed_does_not_count(registry, gate):
    registry.scans[IMAGE] = [enhanced(("CRITICAL", "CVE-1"), of="SUPPRESSED")]
    code, said, _ = gate(URL, IMAGE)
    assert (code, "CVE-1" in said) == (0, False)


@pytest.mark.parametrize(
    "before",
    [["ScanNotFoundException", basic(status="IN_PROGRESS")], [enhanced(status="PENDING")]],
    ids=["basic", "enhanced"],
)
def test_it_waits_until_the_scan_is_over(registry, gate, before):
    registry.scans[IMAGE] = [*before, basic(("HIGH", "CVE-1"))]
    assert gate(URL, IMAGE)[0] == 1
    # The registry, also of another account, and the repository with every part of its name are those of the URL.
    assert {(call["registryId"], call["repositoryName"]) for call in registry.asked} == {
        ("111111111111", "shop-dev-team/web")
    }


def test_every_page_counts(registry, gate):
    registry.scans[IMAGE] = [basic(("LOW", "CVE-1"), nextToken="more"), basic(("HIGH", "CVE-2"))]
    assert gate(URL, IMAGE)[0] == 1


def test_a_scan_that_never_begins_is_no_success(registry, gate):
    registry.scans[IMAGE] = ["ScanNotFoundException"]
    code, _, why = gate(URL, IMAGE, SCAN_TIMEOUT="0")
    assert code == 2
    assert why == f"scan-gate: {IMAGE}: still NOT_BEGUN. Is this repository scanned on push?\n"


@pytest.mark.parametrize("status", ["UNSUPPORTED_IMAGE", "SOMETHING_NEW"])
def test_an_image_that_was_not_scanned_is_no_success(registry, gate, status):
    answer = {"imageScanStatus": {"status": status, "description": "Too old."}}
    registry.scans[IMAGE] = [answer]
    assert gate(URL, IMAGE) == (2, "", f"scan-gate: {IMAGE}: {status}: Too old.\n")


def test_who_may_not_ask_gets_told(registry, gate):
    registry.scans[IMAGE] = ["AccessDeniedException"]
    code, _, why = gate(URL, IMAGE)
    assert code == 2
    assert "AccessDeniedException" in why


def test_of_an_index_every_image_is_waited_for_and_no_attestation(registry, gate):
    platforms = [(ARM, "linux"), (X86, "linux"), (f"sha256:{'c3' * 32}", "unknown")]
    registry.manifests[IMAGE] = {"manifests": [{"digest": each, "platform": {"os": os}} for each, os in platforms]}
    registry.scans = {ARM: [basic()], X86: [basic(("CRITICAL", "CVE-1"))]}
    assert gate(URL, IMAGE)[0] == 1
    registry.scans[X86] = [basic()]
    assert gate(URL, IMAGE)[0] == 0


@pytest.mark.parametrize("platform", [None, {"os": "unknown"}])
def test_an_index_of_no_image_is_no_success(registry, gate, platform):
    """Else an index of attestations alone would pass, without anything that was scanned."""
    registry.manifests[IMAGE] = {"manifests": [] if platform is None else [{"digest": ARM, "platform": platform}]}
    assert gate(URL, IMAGE) == (2, "", f"scan-gate: {IMAGE} is an index without an image to be scanned\n")
    assert len(registry.asked) == 1


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "usage: scan-gate.sh REPOSITORY_URL DIGEST [SEVERITY]"),
        ((URL, IMAGE, "HIGH", "x"), "usage: scan-gate.sh REPOSITORY_URL DIGEST [SEVERITY]"),
        (("docker.io/web", IMAGE), "docker.io/web is no URL of a repository"),
        ((URL, "latest"), "latest is no digest"),
        ((URL, IMAGE, "high"), "high is no severity"),
        ((URL, ARM), f"shop-dev-team/web has no {ARM}"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(gate, arguments, why):
    assert gate(*arguments) == (2, "", f"scan-gate: {why}\n")


def test_its_shell_is_sound_and_it_can_be_run():
    shellcheck = Path(sys.executable).with_name("shellcheck")
    options = ["--severity=style", "--enable=all", "--exclude=SC2154,SC2250,SC2312,SC2310"]
    done = subprocess.run([shellcheck, *options, SCRIPT], text=True, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert os.access(SCRIPT, os.X_OK)


def test_parliament_finds_nothing_in_its_policy_and_it_has_what_the_script_asks():
    text = (CI / "scan-gate-policy.json").read_text("utf-8")
    assert [str(each) for each in parliament.analyze_policy_string(text).findings] == []
    allowed = {action for each in json.loads(text)["Statement"] for action in each["Action"]}
    assert {"ecr:BatchGetImage", "ecr:DescribeImageScanFindings"} <= allowed
