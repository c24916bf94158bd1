"""Parameter Store, asked for what is there: by name in batches, or below a path in pages."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_constructs.discovery.client import account_of, new_client
from ecr_constructs.discovery.failures import denied
from ecr_constructs.discovery.record import StoredParameter

__all__ = ["MOST_NAMES", "ParameterStore"]

MOST_NAMES = 10
"""How many names a call takes: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html"""

_NOT_THERE = "ParameterNotFound"
_DENIED = frozenset({"AccessDenied", "AccessDeniedException"})
_ARN = re.compile(r"arn:aws[a-z-]*:ssm:[a-z0-9-]+:([0-9]{12}):parameter/")


class ParameterStore:
    """The parameters of an account and region."""

    def __init__(
        self,
        client: Any = None,
        *,
        region: str | None = None,
        profile: str | None = None,
        account_id: str | None = None,
    ) -> None:
        """Make ready to ask; a client is made when it is first needed.

        Args:
            client: A client of boto3 for `ssm`; default: one is made.
            region: Region of that one; default: what boto3 finds.
            profile: Profile of that one; default: what boto3 finds.
            account_id: The account, for messages; default: found out where one is needed.
        """
        self._client = client
        self._made_of = region, profile
        self._account_id = account_id
        self._lock = threading.Lock()

    @property
    def region(self) -> str:
        """The region that is asked; empty where a client does not say it."""
        return str(getattr(getattr(self._asked(), "meta", None), "region_name", None) or "")

    def account_id(self) -> str | None:
        """Return the account that is asked, as far as it can be found out."""
        if self._account_id is None:
            self._account_id = account_of(self._asked())
        return self._account_id

    def read(self, names: Sequence[str]) -> dict[str, StoredParameter]:
        """Return those parameters that there are, by name.

        One is asked for by GetParameter, which the narrowest policies allow; several by GetParameters, ten at a time.

        Args:
            names: Their full names, each once.

        Raises:
            ParameterAccessDenied: At least one of them may not be read.
        """
        found: dict[str, StoredParameter] = {}
        client = self._asked()
        if len(names) == 1:
            with self._said("ssm:GetParameter", names):
                return self._taken([each] if (each := _one(client, names[0])) is not None else [])
        for at in range(0, len(names), MOST_NAMES):
            batch = list(names[at : at + MOST_NAMES])
            with self._said("ssm:GetParameters", batch):
                found |= self._taken(client.get_parameters(Names=batch)["Parameters"])
        return found

    def below(self, path: str) -> dict[str, StoredParameter]:
        """Return every parameter below a path, by name.

        A page holds ten at most, and may be empty and still not the last
        (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html).

        Args:
            path: The path.

        Raises:
            ParameterAccessDenied: The path may not be listed.
        """
        found: dict[str, StoredParameter] = {}
        client = self._asked()
        more: dict[str, str] = {}
        with self._said("ssm:GetParametersByPath", [path]):
            while True:
                page = client.get_parameters_by_path(Path=path, Recursive=True, **more)
                found |= self._taken(page["Parameters"])
                if not page.get("NextToken"):
                    return found
                more = {"NextToken": page["NextToken"]}

    def _asked(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = new_client(*self._made_of)
            return self._client

    def _taken(self, parameters: Sequence[Mapping[str, Any]]) -> dict[str, StoredParameter]:
        for each in parameters if self._account_id is None else ():
            self._learn(each.get("ARN", ""))
        return {each["Name"]: StoredParameter(each["Value"], each.get("Type", "String")) for each in parameters}

    def _learn(self, text: str) -> None:
        """Take the account from a text that names a parameter."""
        if self._account_id is None and (match := _ARN.search(text)) is not None:
            self._account_id = match[1]

    @contextlib.contextmanager
    def _said(self, action: str, names: Sequence[str]) -> Iterator[None]:
        """Turn the refusal of an action on parameters into an error that says what is missing."""
        from botocore.exceptions import ClientError  # type: ignore[import-untyped]

        try:
            yield
        except ClientError as error:
            answer = error.response.get("Error", {})
            if answer.get("Code") not in _DENIED:
                raise
            said = " ".join(str(answer.get("Message", "")).split()).rstrip(".")
            self._learn(said)
            raise denied(action, names, said, account_id=self.account_id(), region=self.region) from error


def _one(client: Any, name: str) -> Mapping[str, Any] | None:
    from botocore.exceptions import ClientError

    try:
        found: Mapping[str, Any] = client.get_parameter(Name=name)["Parameter"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == _NOT_THERE:
            return None
        raise
    return found
