"""jsii without a folder for its cache: a program ends as it does with one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ecr_constructs._engine.lazy import package_cache
from tests.engine.engine_programs import Programs


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, where nobody has said anything about the cache."""
    for name in ("JSII_RUNTIME_PACKAGE_CACHE", "JSII_RUNTIME_PACKAGE_CACHE_ROOT"):
        # Set first, so that what is done about it is taken back after the test.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    return tmp_path / "home"


def test_a_folder_that_can_be_made_is_made_for_the_user_alone(home: Path) -> None:
    """jsii refuses one that others may write to, whatever the umask is."""
    before = os.umask(0)
    try:
        package_cache.see_to_it()
    finally:
        os.umask(before)
    made = package_cache.package_cache()
    assert made.is_relative_to(home)
    for folder in (made, *made.parents[: len(made.relative_to(home).parts)]):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert "JSII_RUNTIME_PACKAGE_CACHE" not in os.environ


@pytest.mark.parametrize("where", ["/proc/nonexistent", "a file"])
def test_where_it_cannot_be_made_jsii_does_without(home: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    home.touch()
    monkeypatch.setattr(Path, "home", lambda: home if where == "a file" else Path(where))
    package_cache.see_to_it()
    assert os.environ["JSII_RUNTIME_PACKAGE_CACHE"] == "disabled"


@pytest.mark.parametrize(
    ("name", "value"), [("JSII_RUNTIME_PACKAGE_CACHE", ""), ("JSII_RUNTIME_PACKAGE_CACHE_ROOT", "/elsewhere")]
)
def test_what_the_user_said_counts(home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    home.touch()
    monkeypatch.setenv(name, value)
    package_cache.see_to_it()
    assert {each: os.environ[each] for each in os.environ if each.startswith("JSII_RUNTIME_PACKAGE_")} == {name: value}


def test_without_any_home_it_is_left_to_jsii(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", nowhere)
    package_cache.see_to_it()
    assert "JSII_RUNTIME_PACKAGE_CACHE" not in os.environ
    assert not home.exists()


@pytest.mark.parametrize("first", ["", "from ecr_constructs import fast; fast.start_kernel()"])
def test_a_program_without_a_home_synthesises(programs: Programs, first: str) -> None:
    """Node alone would try for ever to make a folder below /proc."""
    program = f"""
{first}
import ecr_constructs.fast
import json
from cdktf import App, TerraformStack
TerraformStack(App(), "dev")
print(json.dumps("done"))
"""
    variables = {"HOME": "/proc/nonexistent", "JSII_RUNTIME_PACKAGE_CACHE_ROOT": ""}
    assert programs.answer(program.strip(), **variables) == "done"
