"""A Node that is not supported is mentioned once, in one line, and a normal run prints nothing."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from ecr_constructs._engine.lazy import notice as lazy_notice
from ecr_constructs._engine.lazy import once as lazy_once
from tests.engine.engine_programs import Programs

PROGRAM = """
import ecr_constructs.fast
from cdktf_cdktf_provider_aws.alpha import Alpha
print(Alpha.beta().size)
"""
TESTED = "Synthesis is tested with it all the same; the cdktn command needs 22.19"


@pytest.mark.parametrize(
    ("version", "day", "flaw"),
    [
        ("v16.20.0", date(2026, 1, 1), "reached its end of life long ago"),
        ("v20.20.2", date(2026, 4, 30), None),
        ("v20.20.2", date(2026, 10, 29), f"reached its end of life on 2026-04-30. {TESTED}"),
        (
            "v20.20.2",
            date(2026, 10, 30),
            f"reached its end of life on 2026-04-30, and jsii no longer supports it since 2026-10-30. {TESTED}",
        ),
        ("v21.7.3", date(2026, 5, 1), "reached its end of life on 2024-06-01"),
        ("v22.1.0", date(2026, 5, 1), None),
        ("v24.1.0", date(2026, 5, 1), None),
        ("v26.0.0", date(2026, 5, 1), "is newer than the releases that were tested"),
    ],
)
def test_a_release_has_its_time(version: str, day: date, flaw: str | None) -> None:
    assert lazy_notice.flaw_of(version, day) == flaw


def node_that(folder: Path, answer: str) -> str:
    """A Node that works, and runs this shell command when it is asked for its version."""
    real = os.environ.get("JSII_NODE") or shutil.which("node")
    script = folder / "node"
    script.write_text(f'#!/bin/sh\n[ "$1" = --version ] && {{ {answer}; exit; }}\nexec "{real}" "$@"\n')
    script.chmod(0o755)
    return str(script)


@pytest.fixture
def old_node(tmp_path: Path) -> str:
    return node_that(tmp_path, "echo v18.19.0")


def test_the_notice_comes_once(programs: Programs, mini: Path, old_node: str, tmp_path: Path) -> None:
    """The first run says one line and later runs nothing, whatever Node it is that jsii has a banner for."""
    runs = [
        programs.run(PROGRAM, bindings=mini, JSII_NODE=old_node, XDG_CACHE_HOME=str(tmp_path / "cache"))
        for _ in range(2)
    ]
    assert [run.stdout for run in runs] == ["2\n", "2\n"]
    assert runs[0].stderr == (
        "ecr-constructs: Node v18.19.0 reached its end of life on 2025-04-30. "
        "Install a supported release, or name one in JSII_NODE. (This is said once.)\n"
    )
    assert runs[1].stderr == ""


def test_a_user_who_silenced_jsii_hears_nothing(programs: Programs, mini: Path, old_node: str, tmp_path: Path) -> None:
    """The user's own setting stays as it is, and counts for the notice too."""
    run = programs.run(
        PROGRAM + "import os\nprint(os.environ['JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION'])",
        bindings=mini,
        JSII_NODE=old_node,
        JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION="mine",
        XDG_CACHE_HOME=str(tmp_path / "cache"),
    )
    assert (run.stdout, run.stderr) == ("2\nmine\n", "")


def test_a_cache_that_cannot_be_written_breaks_nothing(programs: Programs, mini: Path, old_node: str) -> None:
    """Without a place to remember it, the notice is left out: it must not come in every run."""
    run = programs.run(PROGRAM, bindings=mini, JSII_NODE=old_node, XDG_CACHE_HOME=os.devnull)
    assert (run.stdout, run.stderr) == ("2\n", "")


@pytest.mark.parametrize("answer", ["exit 1", "echo nonsense"])
def test_a_node_that_does_not_tell_its_version_is_not_judged(
    programs: Programs, mini: Path, tmp_path: Path, answer: str
) -> None:
    node = node_that(tmp_path, answer)
    run = programs.run(PROGRAM, bindings=mini, JSII_NODE=node, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert (run.stdout, run.stderr) == ("2\n", "")


def test_a_first_time_comes_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert [lazy_once.first_time("a"), lazy_once.first_time("b"), lazy_once.first_time("a")] == [True, True, False]
    assert lazy_once.first_time("a", again_after=-1.0)


def test_a_user_without_a_home_has_no_first_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert not lazy_once.first_time("a")
