"""The reader against an AWS on this machine, and against botocore's own models."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import botocore.endpoint
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from ecr_constructs.core.ssm import PARAMETERS
from ecr_constructs.discovery import ParameterAccessDenied, RepositoryDirectory, RepositoryNotPublished
from ecr_constructs.discovery.client import _endpoint_beside, account_of, new_client
from ecr_constructs.sandbox.aws import EmbeddedAws, embedded_aws
from tests.discovery.parameters import ACCOUNT, REGION, parameters_of, published

NAMES = ["url-shortener", "team/lambda-processor", *(f"app-{number}" for number in range(12))]


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with embedded_aws(ACCOUNT) as made:
        ssm = made.client("ssm", REGION)
        both = {**parameters_of(NAMES), **parameters_of(["web"], layout="config"), "/other/x/url": "x"}
        for name, value in both.items():
            ssm.put_parameter(Name=name, Value=value, Type="String")
        yield made


@pytest.fixture
def endpoint(aws, monkeypatch) -> None:
    """Everything that this process asks of AWS goes there."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)


@pytest.mark.usefixtures("endpoint")
def test_everything_is_found_with_a_client_that_it_makes():
    directory = RepositoryDirectory()
    there = {name: published(name) for name in sorted([*NAMES, "web"])}
    assert directory.list() == there
    assert RepositoryDirectory().get_many(there) == there
    assert directory.get("team/lambda-processor").name == "shop-dev-team/lambda-processor"


def test_the_account_of_what_is_missing_is_found_out(aws):
    """From the answers where there were any, else from the credentials: those of the client that was given."""
    for ask in (lambda d: d.get("none"), lambda d: d.get_many(["web", "none"])):
        with pytest.raises(RepositoryNotPublished) as raised:
            ask(RepositoryDirectory(client=aws.client("ssm", REGION)))
        assert (raised.value.account_id, raised.value.region) == (ACCOUNT, REGION)


def test_an_account_that_cannot_be_found_out_is_left_open():
    config = Config(connect_timeout=1, retries={"total_max_attempts": 1})
    client = boto3.client("ssm", REGION, endpoint_url="http://127.0.0.1:9", config=config)
    assert account_of(client) is None
    assert account_of(object()) is None


def test_sts_is_asked_beside_an_endpoint_that_is_no_address_of_parameter_store():
    assert _endpoint_beside("https://ssm.eu-west-1.amazonaws.com") is None
    assert _endpoint_beside("https://ssm-fips.us-east-1.amazonaws.com") is None
    assert _endpoint_beside("http://127.0.0.1:4566") == "http://127.0.0.1:4566"


def test_the_client_slows_down_where_aws_throttles(monkeypatch):
    assert new_client(REGION).meta.config.retries == {"mode": "adaptive", "total_max_attempts": 10}
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "4")
    assert new_client(REGION).meta.config.retries == {"mode": "adaptive", "total_max_attempts": 4}


class Throttled(BaseHTTPRequestHandler):
    """Answers with the parameters of `web`, but refuses the first request of all."""

    refusals = 1
    asked = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        type(self).asked += 1
        refused = type(self).asked <= self.refusals
        parameter = {"Name": "/ecr/web/config", "Type": "String", "Value": parameters_of(["web"])["/ecr/web/config"]}
        body = json.dumps({"__type": "ThrottlingException"} if refused else {"Parameter": parameter}).encode()
        self.send_response(400 if refused else 200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def test_what_is_throttled_is_asked_again(monkeypatch):
    monkeypatch.setattr(botocore.endpoint.time, "sleep", lambda _: None)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Throttled)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        assert RepositoryDirectory(region=REGION).get("web") == published("web")
        assert Throttled.asked == 2
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def stubbed() -> Iterator[tuple[RepositoryDirectory, Stubber]]:
    """A directory, and what answers for it: botocore checks each call and each answer against its model."""
    client = boto3.client("ssm", REGION)
    with Stubber(client) as stubber:
        yield RepositoryDirectory(client=client, account_id=ACCOUNT), stubber
        stubber.assert_no_pending_responses()


def parameter(name: str, value: str) -> dict[str, str]:
    return {"Name": name, "Value": value, "Type": "String"}


def test_pages_are_followed_also_empty_ones_with_more_to_come(stubbed):
    directory, stubber = stubbed
    found = [parameter(*item) for item in parameters_of(["web"]).items()]
    asked = {"Path": "/ecr", "Recursive": True}
    operation = "get_parameters_by_path"
    stubber.add_response(operation, {"Parameters": [], "NextToken": "a"}, asked)
    stubber.add_response(operation, {"Parameters": found[:3], "NextToken": "b"}, {**asked, "NextToken": "a"})
    stubber.add_response(operation, {"Parameters": [], "NextToken": "c"}, {**asked, "NextToken": "b"})
    stubber.add_response(operation, {"Parameters": found[3:]}, {**asked, "NextToken": "c"})
    assert directory.list() == {"web": published("web")}


def test_batches_are_what_the_api_takes(stubbed):
    directory, stubber = stubbed
    names = [f"/ecr/a{number}/config" for number in range(11)]
    values = parameters_of([f"a{number}" for number in range(11)])
    stubber.add_response(
        "get_parameters", {"Parameters": [parameter(name, values[name]) for name in names[:10]]}, {"Names": names[:10]}
    )
    # One that is left over is asked for like the others.
    stubber.add_response(
        "get_parameters", {"Parameters": [parameter(names[10], values[names[10]])]}, {"Names": names[10:]}
    )
    assert len(directory.get_many([f"a{number}" for number in range(11)])) == 11


def test_what_was_refused_or_throttled_for_good_is_raised(stubbed):
    directory, stubber = stubbed
    stubber.add_client_error("get_parameter", "AccessDeniedException", "No.")
    stubber.add_client_error("get_parameter", "ThrottlingException", "Rate exceeded")
    stubber.add_client_error("get_parameters_by_path", "AccessDeniedException", "No.")
    with pytest.raises(ParameterAccessDenied, match=r"is not allowed: No\. Add to a policy"):
        directory.get("web")
    with pytest.raises(ClientError, match="Rate exceeded"):
        directory.get("web", default=None)
    with pytest.raises(ParameterAccessDenied, match="parameter/ecr/\\* does not match"):
        directory.list()


def test_what_is_read_are_the_parameters_that_are_published():
    from ecr_constructs.discovery.record import SINGLES

    assert {*SINGLES, "config"} == {*PARAMETERS}
