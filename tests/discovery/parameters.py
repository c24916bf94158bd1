"""Parameters as the constructs publish them, and a Parameter Store that is in the test's own hands."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from ecr_constructs.core.ssm import LAYOUTS, PublishedRecord
from ecr_constructs.discovery import PublishedRepository

ACCOUNT, REGION = "111111111111", "eu-west-1"
HOST = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"

__all__ = ["ACCOUNT", "HOST", "REGION", "FakeStore", "parameters_of", "published"]


def published(name: str, **changes: Any) -> PublishedRepository:
    """Return what is published of a repository that is called `shop-dev-{name}` in ECR."""
    real = f"shop-dev-{name}"
    values: dict[str, Any] = {
        "url": f"{HOST}/{real}",
        "arn": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{real}",
        "name": real,
        "registry_id": ACCOUNT,
        "scan_on_push": True,
        "encryption_type": "AES256",
        "tag_mutability": "IMMUTABLE",
    }
    return PublishedRepository(**{**values, **changes})


def parameters_of(
    names: Iterable[str], *, layout: str = "parameters", prefix: str = "/ecr", **changes: Any
) -> dict[str, str]:
    """Return the parameters of repositories by their full names, written as the publisher writes them."""
    found = {}
    for name in names:
        record = published(name, **changes)
        values = PublishedRecord(**{key: getattr(record, key) for key in record.__slots__}).values
        found.update({f"{prefix}/{name}/{last}": values[last] for last in LAYOUTS[layout]})
    return found


class FakeStore:
    """A client of Parameter Store that holds what it is given, and notes what it is asked.

    Attributes:
        parameters: Values by full name.
        calls: What was asked: the operation and its names, or the path.
        denied: Paths and names that may not be read.
        page: How a listing is cut into pages: names in, lists of names out.
        before: Called with the operation before it answers.
    """

    def __init__(self, parameters: Mapping[str, str] | None = None) -> None:
        self.parameters = dict(parameters or {})
        self.calls: list[tuple[str, Any]] = []
        self.denied: set[str] = set()
        self.page: Callable[[Sequence[str]], list[list[str]]] = _tens
        self.before: Callable[[str], None] = lambda _: None
        self.meta = SimpleNamespace(region_name=REGION)
        self._lock = threading.Lock()

    def get_parameter(self, *, Name: str) -> dict[str, Any]:  # noqa: N803 - boto3's words
        self._asked("GetParameter", [Name])
        if Name not in self.parameters:
            raise ClientError({"Error": {"Code": "ParameterNotFound", "Message": ""}}, "GetParameter")
        return {"Parameter": self._parameter(Name)}

    def get_parameters(self, *, Names: list[str]) -> dict[str, Any]:  # noqa: N803
        assert 1 <= len(Names) <= 10
        assert len({*Names}) == len(Names)
        self._asked("GetParameters", Names)
        there = [name for name in Names if name in self.parameters]
        return {
            "Parameters": [self._parameter(name) for name in reversed(there)],
            "InvalidParameters": [name for name in Names if name not in there],
        }

    def get_parameters_by_path(
        self,
        *,
        Path: str,  # noqa: N803
        Recursive: bool,  # noqa: N803
        NextToken: str = "0",  # noqa: N803
    ) -> dict[str, Any]:
        assert Recursive
        self._asked("GetParametersByPath", [Path])
        pages = self.page([name for name in self.parameters if name.startswith(f"{Path}/")])
        number = int(NextToken)
        more = {"NextToken": str(number + 1)} if number + 1 < len(pages) else {}
        return {"Parameters": [self._parameter(name) for name in pages[number]] if pages else [], **more}

    def _asked(self, operation: str, names: Sequence[str]) -> None:
        with self._lock:
            self.calls.append((operation, list(names)))
        self.before(operation)
        for name in names:
            if name in self.denied:
                arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{name}"
                said = (
                    f"User: arn:aws:sts::{ACCOUNT}:assumed-role/reader/x is not authorized to perform: ssm:{operation}"
                )
                said += f" on resource: {arn} because no identity-based policy allows the ssm:{operation} action"
                raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": said}}, operation)

    def _parameter(self, name: str) -> dict[str, str]:
        return {
            "Name": name,
            "Value": self.parameters[name],
            "Type": "String",
            "ARN": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{name}",
        }


def _tens(names: Sequence[str]) -> list[list[str]]:
    return [list(names[at : at + 10]) for at in range(0, len(names), 10)]
