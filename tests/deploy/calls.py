"""Every call that Terraform and its provider make to the embedded AWS, as IAM sees it: an action on resources.

Which resources an action can be allowed on, and what their ARNs are made of, is the Service Authorization Reference's
word, in the data of parliament; what a call asks for is read by the service models of botocore.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import http.client
import json
import re
import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import botocore.session
import parliament

__all__ = ["Call", "definition_of", "recording"]


@dataclasses.dataclass(frozen=True)
class Call:
    """A request to AWS."""

    service: str
    operation: str
    region: str
    parameters: dict[str, Any] = dataclasses.field(hash=False)
    status: int = 0

    def __str__(self) -> str:
        return f"{self.service}:{self.operation} {json.dumps(self.parameters)[:200]}"


@contextlib.contextmanager
def recording(endpoint: str) -> Iterator[tuple[str, list[Call]]]:
    """Stand between Terraform and the embedded AWS: yield an endpoint for it, and what was called so far."""
    behind = urllib.parse.urlsplit(endpoint)
    calls: list[Call] = []

    class Between(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            connection = http.client.HTTPConnection(str(behind.hostname), behind.port, timeout=900)
            headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            connection.request(self.command, self.path, body, headers)
            answered = connection.getresponse()
            content = answered.read()
            connection.close()
            calls.append(_call(self.command, self.path, self.headers, body, answered.status))
            self.send_response_only(answered.status, answered.reason)
            for name, value in answered.getheaders():
                if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_DELETE = do_GET = do_HEAD = do_POST = do_PUT = answer  # noqa: N815

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Between)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", calls
    finally:
        server.shutdown()
        server.server_close()


def _call(method: str, path: str, headers: Any, body: bytes, status: int) -> Call:
    scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", headers.get("Authorization", ""))
    assert scope is not None, f"{method} {path} is not signed"
    region, service = scope.groups()
    target = headers.get("X-Amz-Target")
    if target:
        return Call(service, target.rpartition(".")[2], region, json.loads(body or b"{}"), status)
    form = urllib.parse.parse_qs(body.decode("utf-8", "replace"))
    if "Action" in form:
        return Call(service, form["Action"][0], region, {name: found[0] for name, found in form.items()}, status)
    of_object = service == "s3" and _is_about_objects(path)
    operation, parameters = _of_object(method, path) if of_object else _by_path(service, method, path)
    if service != "s3" and body:
        parameters = {**json.loads(body), **parameters}
    return Call(service, operation, region, parameters, status)


def _is_about_objects(path: str) -> bool:
    split = urllib.parse.urlsplit(path)
    return "/" in split.path.strip("/") or "list-type" in split.query


def _of_object(method: str, path: str) -> tuple[str, dict[str, Any]]:
    """Return the operation of S3 on an object, or on the list of objects, by the path that begins with the bucket."""
    split = urllib.parse.urlsplit(path)
    bucket, _, key = urllib.parse.unquote(split.path).removeprefix("/").partition("/")
    what = {"Bucket": bucket, **({"Key": key} if key else {}), **dict(urllib.parse.parse_qsl(split.query))}
    if key:
        return {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}[method], what
    assert "list-type" in what, f"{method} {path}"
    return "ListObjectsV2", what


def _by_path(service: str, method: str, path: str) -> tuple[str, dict[str, Any]]:
    """Return the operation of a REST service, and what its path says."""
    split = urllib.parse.urlsplit(path)
    query = {name: found[0] for name, found in urllib.parse.parse_qs(split.query, keep_blank_values=True).items()}
    found = []
    for name, form, wanted in _operations(service, method):
        match = form.fullmatch(split.path)
        if match is not None and wanted.items() <= query.items():
            found.append((len(wanted), -len(match.groups()), name, {**query, **match.groupdict()}))
    assert found, f"{service} has no operation for {method} {path}"
    _, _, name, parameters = max(found, key=lambda each: each[:2])
    return name, {key: urllib.parse.unquote(value) for key, value in parameters.items()}


@functools.cache
def _operations(service: str, method: str) -> list[tuple[str, re.Pattern[str], dict[str, str]]]:
    model = botocore.session.get_session().get_service_model(service)
    found = []
    for name in model.operation_names:
        said = model.operation_model(name).http
        if said["method"] == method:
            path, _, query = said["requestUri"].partition("?")
            pattern = re.sub(
                r"\\\{(\w+)(\\\+)?\\\}", lambda m: f"(?P<{m[1]}>{'.+' if m[2] else '[^/]+'})", re.escape(path)
            )
            found.append(
                (name, re.compile(f"{pattern}/?"), dict(urllib.parse.parse_qsl(query, keep_blank_values=True)))
            )
    return found


@functools.cache
def definition_of(service: str) -> dict[str, Any]:
    """Return what the Service Authorization Reference says of a service's actions and resources."""
    file = Path(parliament.__file__).with_name("iam_definition.json")
    found = [each for each in json.loads(file.read_text(encoding="utf-8")) if each["prefix"] == service]
    return {
        "actions": {each["privilege"]: each for part in found for each in part["privileges"]},
        "resources": {each["resource"]: each["arn"] for part in found for each in part["resources"]},
    }
