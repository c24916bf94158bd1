"""The directory of published repositories, for programs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar, overload

from ecr_constructs.core.ssm import DEFAULT_PREFIX, PARAMETERS, check_parameter_path, parameter_path, published_path
from ecr_constructs.discovery.cache import Cache
from ecr_constructs.discovery.failures import malformed, not_published
from ecr_constructs.discovery.record import (
    CONFIG,
    SINGLES,
    PublishedRepository,
    StoredParameter,
    Unreadable,
    published_below,
    read_record,
)
from ecr_constructs.discovery.store import ParameterStore
from ecr_constructs.errors import Problem, raise_problems, show

__all__ = ["RepositoryDirectory"]

T = TypeVar("T")

_LOG = logging.getLogger("ecr_constructs.discovery")
_ALL = ""  # the one key of the listing


class _Nothing:
    """Stands for a default that is not given."""


_NOTHING: Final = _Nothing()


class RepositoryDirectory:
    """What is published about repositories in Parameter Store, by the names that they are published by.

    Make one and keep it: outside of a Lambda function's handler, once in a program. It may be used by many threads.
    What it reads it keeps for `ttl` seconds; a name that is not published is looked for again each time.

    It needs `ssm:GetParameter` and `ssm:GetParameters` on the parameters, and `list` `ssm:GetParametersByPath` on the
    prefix itself (https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html);
    `SsmReadPolicy` makes such a policy.

    Example:
        >>> repositories = RepositoryDirectory()
        >>> repositories.get("team/api").name
        'shop-dev-team/api'
        >>> repositories.url("team/api", tag="v1.2.3")
        '111111111111.dkr.ecr.us-east-1.amazonaws.com/shop-dev-team/api:v1.2.3'

    Attributes:
        prefix: Path below which it looks.
    """

    def __init__(
        self,
        prefix: str = DEFAULT_PREFIX,
        client: Any = None,
        ttl: float = 300,
        *,
        region: str | None = None,
        profile: str | None = None,
        account_id: str | None = None,
        cache_size: int = 1024,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make ready to read; nothing is asked yet, and boto3 is not loaded.

        Args:
            prefix: Path below which repositories are published, `ecr_ssm_prefix` of their environment; default `/ecr`.
            client: A client of boto3 for `ssm`. Default: one is made, which retries in the mode `adaptive`.
            ttl: Seconds for which what was read is kept; 0 keeps nothing. Default 300.
            region: Region of the client that is made; default: what boto3 finds.
            profile: Profile of the AWS configuration of that client; default: what boto3 finds.
            account_id: The account that is asked, for messages alone; default: found out where one is needed, from
                AWS's answers or from STS.
            cache_size: How many repositories are kept, at least 1; default 1,024. A listing is kept as a whole.
            clock: Returns seconds; default `time.monotonic`.

        Raises:
            InvalidInput: Parameter Store has no such paths, or a number is too small.
        """
        self.prefix: str = prefix.rstrip("/")
        problems = check_parameter_path(self.prefix, "prefix")
        if not ttl >= 0:
            fix = "Write the seconds, or 0 to keep nothing."
            problems.append(Problem(("ttl",), "arguments", "must be at least 0", show(ttl), fix))
        if not cache_size >= 1:
            fix = "Leave it out, or use ttl=0 to keep nothing."
            problems.append(Problem(("cache_size",), "arguments", "must be at least 1", show(cache_size), fix))
        raise_problems(problems)
        self._store = ParameterStore(client, region=region, profile=profile, account_id=account_id)
        self._records: Cache[PublishedRepository | Unreadable] = Cache(
            ttl=ttl, size=cache_size, clock=clock, is_kept=lambda each: isinstance(each, PublishedRepository)
        )
        self._listing: Cache[Mapping[str, PublishedRepository]] = Cache(ttl=ttl, size=1, clock=clock)

    @overload
    def get(self, name: str) -> PublishedRepository: ...

    @overload
    def get(self, name: str, default: T) -> PublishedRepository | T: ...

    def get(self, name: str, default: T | _Nothing = _NOTHING) -> PublishedRepository | T:
        """Return a repository: in one call where `config` is published, else in two.

        Args:
            name: The name that it is published by, its logical name: `web`, `team/api`.
            default: What to return where it is not published.

        Raises:
            RepositoryNotPublished: It is not published, and there is no default.
            ParameterAccessDenied: Its parameters may not be read.
            MalformedRecord: Its parameters are not whole, or not what is published.
            InvalidInput: There can be no such name.
        """
        return self.get_many([name])[name] if isinstance(default, _Nothing) else self.get_many([name], default)[name]

    @overload
    def get_many(self, names: Iterable[str]) -> dict[str, PublishedRepository]: ...

    @overload
    def get_many(self, names: Iterable[str], default: T) -> dict[str, PublishedRepository | T]: ...

    def get_many(
        self, names: Iterable[str], default: T | _Nothing = _NOTHING
    ) -> dict[str, PublishedRepository] | dict[str, PublishedRepository | T]:
        """Return repositories by name, in the order of the names: ten in a call where `config` is published.

        Args:
            names: The names that they are published by.
            default: What stands for one that is not published.

        Raises:
            RepositoryNotPublished: Some are not published, and there is no default; it names them all.
            ParameterAccessDenied: Some parameters may not be read.
            MalformedRecord: Parameters are not whole, or not what is published; it names all of them.
            InvalidInput: There can be no such names.
        """
        wanted = self._checked(names)
        answers = self._answers(wanted)
        found = {name: each for name, each in answers.items() if isinstance(each, PublishedRepository)}
        missing = [name for name in wanted if name not in answers]
        if missing and isinstance(default, _Nothing):
            raise not_published(missing, self.prefix, account_id=self._store.account_id(), region=self._store.region)
        broken = {name: each.reason for name, each in answers.items() if isinstance(each, Unreadable)}
        if broken:
            raise malformed(broken, self.prefix, account_id=self._store.account_id(), region=self._store.region)
        if isinstance(default, _Nothing):
            return {name: found[name] for name in wanted}
        return {name: found.get(name, default) for name in wanted}

    @overload
    def url(self, name: str, *, tag: str | None = None, digest: str | None = None) -> str: ...

    @overload
    def url(self, name: str, *, tag: str | None = None, digest: str | None = None, default: T) -> str | T: ...

    def url(
        self,
        name: str,
        *,
        tag: str | None = None,
        digest: str | None = None,
        default: T | _Nothing = _NOTHING,
    ) -> str | T:
        """Return where to push and pull, with a tag or a digest where one is given.

        Args:
            name: The name that it is published by.
            tag: 1 to 128 letters, digits, `_`, `.` and `-`, not starting with `.` or `-`.
            digest: `sha256:` and 64 hexadecimal digits: an image that never changes.
            default: What to return where it is not published.

        Raises:
            RepositoryNotPublished: It is not published, and there is no default.
            ParameterAccessDenied: Its parameters may not be read.
            MalformedRecord: Its parameters are not whole, or not what is published.
            InvalidInput: There can be no such name, tag or digest, or there are both a tag and a digest.
        """
        found = self.get_many([name])[name] if isinstance(default, _Nothing) else self.get_many([name], None)[name]
        if found is not None:
            return found.image(tag=tag, digest=digest)
        assert not isinstance(default, _Nothing)  # noqa: S101
        return default

    def list(self) -> dict[str, PublishedRepository]:
        """Return every repository that is published below the prefix, by name, sorted.

        One whose parameters are not whole or not readable, as while it is being deployed, is left out, and said in a
        warning of the logger `ecr_constructs.discovery`; `ecr-constructs doctor` names it too.

        Raises:
            ParameterAccessDenied: The prefix may not be listed.
        """
        return dict(self._listing.get([_ALL], self._list)[_ALL])

    def refresh(self, *names: str) -> None:
        """Forget what was read, so that it is read again.

        Args:
            names: Of which repositories; default: of all.
        """
        self._listing.forget()
        self._records.forget(*names)

    def _checked(self, names: Iterable[str]) -> Sequence[str]:
        if isinstance(names, str):
            fix = f"Write [{names!r}], or use get."
            raise_problems([Problem(("names",), "arguments", "must be a list of names", show(names), fix)])
        wanted = tuple(dict.fromkeys(names))
        raise_problems(problem for name in wanted for problem in _check_name(name, self.prefix))
        return wanted

    def _answers(self, names: Sequence[str]) -> dict[str, PublishedRepository | Unreadable]:
        """Return what there is by some names: what is known from a listing, what is kept, and what is read now."""
        listed = self._listing.peek(_ALL) or {}
        known = {name: listed[name] for name in names if name in listed}
        return {**known, **self._records.get([name for name in names if name not in known], self._read)}

    def _read(self, names: Sequence[str]) -> dict[str, PublishedRepository | Unreadable]:
        found = self._store.read([parameter_path(self.prefix, name, CONFIG) for name in names])
        others = [name for name in names if parameter_path(self.prefix, name, CONFIG) not in found]
        found |= self._store.read([parameter_path(self.prefix, name, each) for name in others for each in SINGLES])
        by_name = {name: _of(name, self.prefix, found) for name in names}
        return {name: read_record(parameters) for name, parameters in by_name.items() if parameters}

    def _list(self, _keys: Sequence[str]) -> dict[str, Mapping[str, PublishedRepository]]:
        found: dict[str, PublishedRepository] = {}
        for name, parameters in sorted(published_below(self.prefix, self._store.below(self.prefix)).items()):
            record = read_record(parameters)
            if isinstance(record, PublishedRepository):
                found[name] = record
            elif not {CONFIG, "url"}.isdisjoint(parameters):  # nobody's repository otherwise
                _LOG.warning("%s is left out: %s", published_path(self.prefix, name), record.reason)
        return {_ALL: found}


def _check_name(name: str, prefix: str) -> Sequence[Problem]:
    if not name or name != name.strip("/"):
        rule, fix = "must be the name that it is published by", "Write it as in team/api, without the prefix."
        return [Problem(("name",), "ssm-path", rule, show(name), fix)]
    return check_parameter_path(published_path(prefix, name), "name")


def _of(name: str, prefix: str, found: Mapping[str, StoredParameter]) -> dict[str, StoredParameter]:
    paths = {each: parameter_path(prefix, name, each) for each in PARAMETERS}
    return {each: found[path] for each, path in paths.items() if path in found}
