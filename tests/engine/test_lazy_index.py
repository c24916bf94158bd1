"""jsii's index is waited for once, for a limited time, and not where the user said so."""

from __future__ import annotations

import atexit
import dataclasses
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs._engine.lazy import index as lazy_index

NAME, VERSION = "@cdktf/provider-aws", "1.0.0"


@pytest.fixture
def entry_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], Path]:
    """Makes an entry of jsii's cache that was used at a time."""
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(tmp_path / "jsii"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    monkeypatch.delenv("ECR_CONSTRUCTS_NO_INDEX_WAIT", raising=False)

    def make(digest: str, used: int) -> Path:
        entry = tmp_path / "jsii" / NAME / VERSION / digest
        entry.mkdir(parents=True)
        marker = entry / ".jsii-runtime-package-cache"
        marker.touch()
        os.utime(marker, (used, used))
        return entry

    return make


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(atexit, "register", lambda *call: calls.append(call))
    return calls


def test_the_entry_is_the_one_that_was_used_last(entry_of: Callable[[str, int], Path]) -> None:
    entry_of("aa", 100)
    last = entry_of("bb", 300)
    entry_of("cc", 200)
    assert lazy_index.cache_entry(NAME, VERSION) == last
    assert lazy_index.cache_entry(NAME, "2.0.0") is None


def test_a_program_waits_at_its_end(entry_of: Callable[[str, int], Path], registered: list[tuple[Any, ...]]) -> None:
    """While there is no index, the end of the program waits for it."""
    entry = entry_of("aa", 100)
    lazy_index.wait_at_exit(NAME, VERSION)
    assert registered == [(lazy_index.wait, entry)]


@pytest.mark.parametrize("reason", ["switch", "index", "no entry", "a jsii that writes none"])
def test_a_program_does_not_wait_without_reason(
    reason: str,
    entry_of: Callable[[str, int], Path],
    registered: list[tuple[Any, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if reason != "no entry":
        entry = entry_of("aa", 100)
    if reason == "switch":
        monkeypatch.setenv("ECR_CONSTRUCTS_NO_INDEX_WAIT", "1")
    if reason == "index":
        (entry / ".jsii.runtime.v1.json").touch()
    if reason == "a jsii that writes none":
        monkeypatch.setattr("jsii._embedded.jsii.EMBEDDED_FILES", {"lib__program.js": "lib/program.js"})
    lazy_index.wait_at_exit(NAME, VERSION)
    assert registered == []


@dataclasses.dataclass
class Clock:
    """A clock that goes on while a program pauses, and not otherwise."""

    now: float = 0.0
    pauses: int = 0
    at_pause: dict[int, Callable[[], None]] = dataclasses.field(default_factory=dict)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.pauses += 1
        self.at_pause.get(self.pauses, lambda: None)()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(lazy_index, "time", clock)
    return clock


def test_waiting_ends_with_the_index(entry_of: Callable[[str, int], Path], clock: Clock) -> None:
    entry = entry_of("aa", 100)
    clock.at_pause[3] = (entry / ".jsii.runtime.v1.json").touch
    lazy_index.wait(entry)
    assert clock.pauses == 3


def test_waiting_is_limited(entry_of: Callable[[str, int], Path], clock: Clock) -> None:
    lazy_index.wait(entry_of("aa", 100), limit=7)
    assert clock.now == pytest.approx(7, abs=0.1)


def test_a_second_process_does_not_wait(
    entry_of: Callable[[str, int], Path], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index that does not come is waited for once, not in every run; after an hour it may have another try."""
    entry = entry_of("aa", 100)
    lazy_index.wait(entry)
    first = clock.pauses
    assert first
    lazy_index.wait(entry)
    assert clock.pauses == first
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3601)
    lazy_index.wait(entry)
    assert clock.pauses > first


def test_an_interrupt_ends_the_wait_quietly(
    entry_of: Callable[[str, int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupt)
    try:
        lazy_index.wait(entry_of("aa", 100), limit=60)
    except KeyboardInterrupt:
        pytest.fail("the program would end with a traceback")


@pytest.mark.parametrize(
    ("platform", "folders"),
    [
        ("linux", ".cache/aws/jsii/package-cache"),
        ("darwin", "Library/Caches/com.amazonaws.jsii/package-cache"),
        ("win32", "AppData/Local/AWS/jsii/package-cache"),
    ],
)
def test_the_cache_is_where_jsii_has_it(
    platform: str, folders: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.delenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    entry = tmp_path / folders / NAME / VERSION / "aa"
    entry.mkdir(parents=True)
    (entry / ".jsii-runtime-package-cache").touch()
    assert lazy_index.cache_entry(NAME, VERSION) == entry
