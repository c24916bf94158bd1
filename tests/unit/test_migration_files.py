"""Files that are migrated: read once, copied, and written all or none."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from ecr_constructs.errors import OperationError
from ecr_constructs.migration import files
from ecr_constructs.migration.files import Replacement, difference, read_source, replace_all, write_new

NOON = datetime.datetime(2026, 11, 21, 12, 0, 5, tzinfo=datetime.UTC)
COPY = "20261121T120005Z.bak"
DEV, PROD = "env: dev\n", "env: prod\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of environment files, which is also the current one."""
    monkeypatch.chdir(tmp_path)


def write(**texts):
    for name, text in texts.items():
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")


def contents():
    """Return what is in the folder."""
    return {path.name: path.read_text(encoding="utf-8") for path in Path().iterdir()}


def replacements(*names):
    return [Replacement(Path(name), Path(name).read_bytes(), b"new\n") for name in names]


def test_the_copy_has_the_time_in_utc_and_both_have_the_mode_of_the_file():
    write(dev=DEV)
    Path("dev.yaml").chmod(0o640)
    eastern = NOON.astimezone(datetime.timezone(datetime.timedelta(hours=9)))
    assert replace_all(replacements("dev.yaml"), now=eastern) == [Path("dev.yaml.20261121T120005Z.bak")]
    assert {path.name: path.stat().st_mode & 0o777 for path in Path().iterdir()} == {
        "dev.yaml": 0o640,
        "dev.yaml.20261121T120005Z.bak": 0o640,
    }


def test_a_copy_is_never_overwritten_and_nothing_is_written_then():
    write(dev=DEV, prod=PROD)
    Path("prod.yaml.20261121T120005Z.bak").write_text("old")
    before = contents()
    with pytest.raises(
        OperationError, match=r"^prod\.yaml\.20261121T120005Z\.bak: File exists\. Nothing was changed\.$"
    ):
        replace_all(replacements("dev.yaml", "prod.yaml"), now=NOON)
    assert contents() == before


@pytest.mark.parametrize("failing", ["mkstemp", "fsync", "write"])
def test_if_anything_cannot_be_written_nothing_is(monkeypatch, failing):
    """Neither a folder that cannot be written to nor a full disk leaves anything behind."""
    write(dev=DEV, prod=PROD)
    calls = []
    where = files.tempfile if failing == "mkstemp" else files.os
    real = getattr(where, failing)

    def fail_at_the_last(*args, **kwargs):
        calls.append(args)
        if len(calls) == (2 if failing == "mkstemp" else 4):
            raise OSError(28, "No space left on device")
        return real(*args, **kwargs)

    monkeypatch.setattr(where, failing, fail_at_the_last)
    before = contents()
    with pytest.raises(OperationError, match=r"No space left on device\. Nothing was changed\."):
        replace_all(replacements("dev.yaml", "prod.yaml"), now=NOON)
    assert contents() == before


def test_a_file_that_changed_meanwhile_is_not_overwritten():
    write(dev=DEV)
    stale = replacements("dev.yaml")
    write(dev="edited\n")
    with pytest.raises(OperationError, match=r"^dev\.yaml: it was changed while it was being migrated\. Nothing was"):
        replace_all(stale, now=NOON)
    assert contents() == {"dev.yaml": "edited\n"}


def test_what_was_written_before_a_failure_is_said_and_its_copy_stays():
    write(dev=DEV, prod=PROD)
    stale = replacements("dev.yaml", "prod.yaml")
    write(prod="edited\n")
    with pytest.raises(OperationError, match=r"^prod\.yaml: .* dev\.yaml had been migrated before that\.$"):
        replace_all(stale, now=NOON)
    assert contents()["dev.yaml"] == "new\n"
    assert contents()[f"dev.yaml.{COPY}"] == DEV
    assert contents()["prod.yaml"] == "edited\n"


def test_a_new_file_overwrites_none():
    write(dev=DEV)
    with pytest.raises(OperationError, match=r"^dev\.yaml: File exists"):
        write_new(Path("dev.yaml"), b"new\n")
    assert contents() == {"dev.yaml": DEV}


def test_a_difference_shows_a_last_line_that_does_not_end():
    replacement = Replacement(Path("dev.yaml"), b"a\r\nb", b"a\r\nc\n")
    assert difference(replacement).splitlines() == [
        "--- dev.yaml",
        "+++ dev.yaml",
        "@@ -1,2 +1,2 @@",
        " a",
        "-b",
        "\\ No newline at end of file",
        "+c",
    ]


def test_a_file_is_read_once():
    write(dev=DEV)
    source, problems = read_source(Path("dev.yaml"))
    assert problems == []
    assert (source.content, source.document.data) == (DEV.encode(), {"env": "dev"})
