"""`make dist`: what it builds, that it builds the same twice, and what it refuses."""

from __future__ import annotations

import email
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.release.conftest import EPOCH
from tools import dist

SOURCE = "https://github.com/ecr-constructs/ecr-constructs"


def metadata_of(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return archive.read(name).decode()


def test_nothing_is_wrong_with_what_is_built(built: tuple[Path, Path]) -> None:
    assert dist.check(dist.ROOT, *built, epoch=EPOCH) == []


def test_the_licence_is_in_both(built: tuple[Path, Path]) -> None:
    text = (dist.ROOT / "LICENSE").read_bytes()
    with zipfile.ZipFile(built[0]) as archive:
        assert [archive.read(name) for name in archive.namelist() if name.endswith("LICENSE")] == [text]
    with tarfile.open(built[1]) as sdist:
        (held,) = (sdist.extractfile(each) for each in sdist.getmembers() if each.name.endswith("/LICENSE"))
        assert held is not None
        assert held.read() == text


def test_every_link_of_the_description_is_absolute_and_leads_to_what_is_there(wheel: Path) -> None:
    text = str(email.message_from_string(metadata_of(wheel)).get_payload())
    own = [target for target in dist.links(text) if target.startswith(SOURCE)]
    assert len(own) > 15
    for target in dist.links(text):
        assert target.startswith("https://"), target
    for target in own:
        path = re.sub(rf"^{SOURCE}/(?:blob|raw|tree)/v[\d.]+/", "", target).partition("#")[0]
        assert (dist.ROOT / path).exists(), target


def test_the_readme_of_the_project_leads_to_files_beside_it() -> None:
    """So that it can be read wherever the project is."""
    text = (dist.ROOT / "README.md").read_text(encoding="utf-8")
    assert not [target for target in dist.links(text) if target.startswith(SOURCE)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("[a](docs/start.md)", "[a](S/blob/v1.2.3/docs/start.md)"),
        ("[a](./docs/start.md#first-run)", "[a](S/blob/v1.2.3/docs/start.md#first-run)"),
        ("[a](#install)", "[a](S/blob/v1.2.3/README.md#install)"),
        ("[examples](examples)", "[examples](S/tree/v1.2.3/examples)"),
        ("![chart](docs/performance.svg)", "![chart](S/raw/v1.2.3/docs/performance.svg)"),
        (
            "[![chart](docs/performance.svg)](docs/performance.md)",
            "[![chart](S/raw/v1.2.3/docs/performance.svg)](S/blob/v1.2.3/docs/performance.md)",
        ),
        ('<img alt="x" src="docs/performance.svg">', '<img alt="x" src="S/raw/v1.2.3/docs/performance.svg">'),
        ('<a href="LICENSE">', '<a href="S/blob/v1.2.3/LICENSE">'),
        ("[licence]: LICENSE\n", "[licence]: S/blob/v1.2.3/LICENSE\n"),
        ("[a](https://example.com/x) [b](mailto:a@example.com)", None),
        ("[`adopt` and `migrate`](docs/migration.md)", "[`adopt` and `migrate`](S/blob/v1.2.3/docs/migration.md)"),
        ("[`a[0]`](LICENSE) `b`", "[`a[0]`](S/blob/v1.2.3/LICENSE) `b`"),
        ("`[a](docs/start.md)`", None),
        ("```md\n[a](docs/start.md)\n```\n", None),
    ],
)
def test_links_to_files_become_those_of_the_release(written: str, expected: str | None) -> None:
    text = dist.with_absolute_links(written, dist.ROOT, SOURCE, "1.2.3")
    assert text == (written if expected is None else expected.replace("S/", f"{SOURCE}/"))


def changed(files: dict[str, bytes], **changes: bytes | None) -> dict[str, bytes]:
    """Return files of which some are another text, or gone; a name is the end of one, or of a new one."""
    for end, data in changes.items():
        (name,) = [name for name in files if name.endswith(end)] or [end]
        files.pop(name, None)
        if data is not None:
            files[name] = data
    return files


def broken_wheel(wheel: Path, folder: Path, change: Callable[[dict[str, bytes]], Mapping[str, bytes]]) -> Path:
    with zipfile.ZipFile(wheel) as archive:
        files = change({name: archive.read(name) for name in archive.namelist()})
    made = folder / wheel.name
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made


@pytest.mark.parametrize(
    ("end", "data", "problem"),
    [
        ("ecr_constructs/py.typed", None, "has no ecr_constructs/py.typed"),
        ("ecr_constructs/config/rules/catalogue.yaml", b"", "ecr_constructs/config/rules/catalogue.yaml is another"),
        ("tests/test_x.py", b"", "has tests/test_x.py, which is no part of it"),
        ("licenses/LICENSE", None, "has no licenses/LICENSE"),
        ("entry_points.txt", None, "has no entry_points.txt"),
    ],
)
def test_a_wheel_that_holds_something_else_is_refused(
    built: tuple[Path, Path], tmp_path: Path, end: str, data: bytes | None, problem: str
) -> None:
    wheel = broken_wheel(built[0], tmp_path, lambda files: changed(files, **{end: data}))
    problems = dist.check(dist.ROOT, wheel, built[1], epoch=EPOCH)
    assert any(problem in each for each in problems)
    assert problems[-1] == f"{built[1].name}: makes another wheel than {wheel.name}"


@pytest.mark.parametrize(
    ("pattern", "to", "problem"),
    [
        (rf"\]\({SOURCE}/blob/v[\d.]+/docs/", "](docs/", "a link that leads nowhere on an index: docs/"),
        (r"/docs/rules\.md", "/docs/rulez.md", "a link to what is not in the repository: docs/rulez.md"),
        (r"License-File: LICENSE\n", "", "must name the licence and its file"),
        (r"Project-URL: Issues.*\n", "", "its addresses must be Changelog, Documentation, Homepage, Issues, Source"),
        (r"text/markdown", "text/plain", "must be Markdown"),
        (r"Provides-Extra: cli\n", "", "its extras are "),
        (r"Requires-Python: .*", "Requires-Python: newest", "its metadata: 'newest' is invalid for 'requires"),
        (r"Summary: ", "Sumary: ", "its metadata have sumary"),
        (r"Requires-Dist: pydantic.*", "Requires-Dist: pydantic @ https://example.com/x", "from an address"),
    ],
)
def test_metadata_that_an_index_would_not_take_or_show_are_refused(
    wheel: Path, pattern: str, to: str, problem: str
) -> None:
    text, count = re.subn(pattern, to, metadata_of(wheel))
    assert count
    assert any(problem in each for each in dist.check_metadata(text, dist.ROOT))


def test_an_sdist_that_holds_something_else_is_refused(built: tuple[Path, Path], tmp_path: Path) -> None:
    with tarfile.open(built[1]) as before:
        before.extractall(tmp_path, filter="data")
    (top,) = (each for each in tmp_path.iterdir())
    (top / "CHANGELOG.md").unlink()
    (top / "tests").mkdir()
    (top / "tests/test_x.py").write_text("")
    made = tmp_path / built[1].name
    with tarfile.open(made, "w:gz") as after:
        after.add(top, top.name)
    assert dist.check(dist.ROOT, built[0], made, epoch=EPOCH) == [
        f"{made.name}: has no {top.name}/CHANGELOG.md",
        f"{made.name}: has {top.name}/tests/test_x.py, which is no part of it",
    ]


@pytest.fixture
def checkout(tmp_path: Path) -> Callable[[str], Path]:
    """Make a checkout of what is released, all of it committed at one time."""

    def make(name: str) -> Path:
        root = tmp_path / name
        nothing = shutil.ignore_patterns("__pycache__", "_build")
        for each in (dist.PACKAGE, "docs", "examples", "tools"):
            shutil.copytree(dist.ROOT / each, root / each, ignore=nothing)
        for each in (*dist.BESIDE, "CONTRIBUTING.md"):
            shutil.copyfile(dist.ROOT / each, root / each)
        (root / ".gitignore").write_text("/dist/\n__pycache__/\n")
        git(root, "init", "--quiet")
        git(root, "add", ".")
        git(root, "commit", "--quiet", "--message", "Released")
        return root

    return make


def git(root: Path, *arguments: str) -> None:
    who = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false"]
    times = {"GIT_AUTHOR_DATE": "2026-02-03T04:05:06Z", "GIT_COMMITTER_DATE": "2026-02-03T04:05:06Z"}
    subprocess.run(["git", *who, *arguments], cwd=root, env={**os.environ, **times}, check=True, timeout=900)


def make_dist(root: Path) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    command = [sys.executable, "tools/dist.py"]
    return subprocess.run(command, cwd=root, env=variables, capture_output=True, text=True, timeout=900, check=False)


def test_the_same_commit_gives_the_same_bytes(checkout: Callable[[str], Path]) -> None:
    """In another folder, at another time, with other permissions, and in place of what was built before."""
    one, other = checkout("one"), checkout("other")
    for file in other.rglob("*.py"):
        file.chmod(0o600)
        os.utime(file, (1, 10**9))
    (one / "dist").mkdir()
    (one / "dist/old.whl").write_text("")
    done = make_dist(one)
    assert done.returncode == 0, done.stderr
    assert make_dist(other).stdout == done.stdout
    told = {line.split("  ")[1] for line in done.stdout.splitlines()}
    assert told == {f"dist/{each.name}" for each in (one / "dist").iterdir()}
    assert len(told) == 2
    (wheel,) = (one / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert {each.date_time for each in archive.infolist()} == {(2026, 2, 3, 4, 5, 6)}


def test_what_is_not_committed_is_not_released(checkout: Callable[[str], Path]) -> None:
    root = checkout("one")
    (root / dist.PACKAGE / "new.py").write_text("")
    done = make_dist(root)
    assert done.returncode == 1
    assert done.stderr == "Only what is committed is released:\n?? ecr_constructs/new.py\n"
    assert not (root / "dist").exists()


def test_what_is_no_checkout_is_not_released(checkout: Callable[[str], Path]) -> None:
    root = checkout("one")
    shutil.rmtree(root / ".git")
    done = make_dist(root)
    assert done.returncode == 1
    assert done.stderr == "Only what is committed is released, and this is no checkout of Git.\n"


def test_nothing_is_left_of_what_is_wrong(checkout: Callable[[str], Path]) -> None:
    root = checkout("one")
    (root / "docs/rules.md").unlink()
    done = make_dist(root)
    assert done.returncode == 1
    assert "its description has a link to what is not in the repository: docs/rules.md" in done.stderr
    assert not (root / "dist").exists()
