"""The embedded AWS: moto's server in a process of its own, as one account, on this machine alone."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ecr_constructs.errors import OperationError
from ecr_constructs.sandbox.adapt import ACCESS_KEY, SECRET_KEY
from ecr_constructs.sandbox.environment import of_embedded_aws
from ecr_constructs.sandbox.processes import Processes

__all__ = ["AwsClients", "EmbeddedAws", "embedded_aws"]

_READY_WITHIN = 60.0  # seconds; it takes one or two
_MISSING = "The sandbox needs {name}, which is not installed: pip install 'ecr-constructs[sandbox]'."


class AwsClients:
    """How an embedded AWS that runs already is asked.

    Args:
        account: The account's id.
        endpoint: `http://127.0.0.1:PORT`.

    Attributes:
        account: The account's id.
        endpoint: `http://127.0.0.1:PORT`.
    """

    def __init__(self, account: str, endpoint: str) -> None:
        self.account = account
        self.endpoint = endpoint
        self._session: Any = None
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str) -> Any:
        """Return a boto3 client of it.

        Args:
            service: As for `boto3.client`: `ecr`, `ssm`, ...
            region: The region it asks.
        """
        if (service, region) not in self._clients:
            self._clients[service, region] = self._new_client(service, region)
        return self._clients[service, region]

    def _new_client(self, service: str, region: str) -> Any:
        import boto3  # type: ignore[import-untyped]
        import botocore.session  # type: ignore[import-untyped]
        from botocore.config import Config  # type: ignore[import-untyped]

        # Nothing of the user's own set-up: no profile, no configuration file, no proxy, and none of the variables that
        # a client is made by, of which a wrong one would end it.
        with _without_variables("AWS_", "BOTO"):
            if self._session is None:
                nothing = dict.fromkeys(("profile", "config_file", "credentials_file"), (None, None, None, None))
                bare = botocore.session.Session(session_vars=nothing)
                self._session = boto3.Session(ACCESS_KEY, SECRET_KEY, botocore_session=bare)
            config = Config(proxies={}, retries={"max_attempts": 2}, s3={"addressing_style": "path"})
            return self._session.client(service, region_name=region, endpoint_url=self.endpoint, config=config)


class EmbeddedAws(AwsClients):
    """An AWS that answers on a free loopback port and forgets everything when its process ends.

    Loading takes a second, so it is started first, and told its account when that is known:

        aws = EmbeddedAws(processes)
        ...
        aws.open("123456789012")
        aws.client("ecr", "eu-central-1").describe_repositories()

    Attributes:
        account: The account's id; empty until `open`.
        endpoint: `http://127.0.0.1:PORT`; empty until `open`.

    Raises:
        OperationError: The extra `sandbox` is not installed.
    """

    def __init__(self, processes: Processes) -> None:
        for name in ("boto3", "moto", "flask", "flask_cors"):
            if importlib.util.find_spec(name) is None:
                raise OperationError(_MISSING.format(name="moto[server]" if "flask" in name else name))
        super().__init__(account="", endpoint="")
        self._log = processes.folder / "aws.log"
        with self._log.open("w", encoding="utf-8") as log:
            self._server = processes.start(
                [sys.executable, "-P", str(Path(__file__).with_name("moto_server.py"))],
                environment=of_embedded_aws(processes.folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def open(self, account: str) -> str:
        """Let it answer as an account, and return its endpoint.

        Args:
            account: The account's id of 12 digits.

        Raises:
            OperationError: It did not start.
        """
        server = self._server
        if server.stdin is None or server.stdout is None:
            raise OperationError("The embedded AWS was started without pipes.")
        with contextlib.suppress(BrokenPipeError):
            server.stdin.write(f"{account}\n")
            server.stdin.flush()
        until = time.monotonic() + _READY_WITHIN
        readable: list[Any] = []
        while not readable and time.monotonic() < until:
            readable, _, _ = select.select([server.stdout], [], [], 1.0)
        port = server.stdout.readline().strip() if readable else ""
        if not port.isdecimal():
            log = self._log.read_text(encoding="utf-8")[-2000:]
            raise OperationError(f"The embedded AWS did not start.\n{log}".rstrip())
        self.account = account
        self.endpoint: str = f"http://127.0.0.1:{port}"
        return self.endpoint

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self._server.poll() is None


@contextlib.contextmanager
def embedded_aws(account: str = "123456789012") -> Iterator[EmbeddedAws]:
    """Run an embedded AWS by itself, for tests and for trying things out.

    Args:
        account: The account that it is.
    """
    with Processes() as processes:
        aws = EmbeddedAws(processes)
        aws.open(account)
        yield aws


@contextlib.contextmanager
def _without_variables(*prefixes: str) -> Iterator[None]:
    """Take the environment variables that begin so out of this process for the block."""
    taken = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(prefixes)}
    try:
        yield
    finally:
        os.environ.update(taken)
