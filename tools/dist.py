"""Build what is released into `dist/`, the wheel and the sdist, and check both: `python tools/dist.py`.

The same commit gives the same bytes: times are those of the commit, or of `SOURCE_DATE_EPOCH`. The links of the README,
which lead to files beside it, become those of the release in the repository that `project.urls` calls Source, since an
index shows the README alone.
"""

from __future__ import annotations

import contextlib
import email
import email.message
import email.policy
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flit_core import buildapi  # type: ignore[import-untyped]
from packaging import metadata
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PACKAGE = "ecr_constructs"
BESIDE = ("CHANGELOG.md", "LICENSE", "README.md", "pyproject.toml")
WANTED_URLS = {"Changelog", "Documentation", "Homepage", "Issues", "Source"}

# A link or an image of Markdown, the definition of a link, and the two attributes of HTML; what is in a block of code
# or between backticks is none.
_CODE = re.compile(r"^( *)(```|~~~).*?^\1\2|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_IMAGE = re.compile(r"(?:!\[[^\]]*\]\(|\bsrc=\")(?P<target>[^\s)\"]+)")
_LINK = re.compile(
    r"(?:(?<!!)\[(?:[^\[\]]|\[[^\]]*\]\([^)]*\))*\]\(|^ *\[[^\]]+\]: +|\bhref=\")(?P<target>[^\s)\"]+)",
    re.MULTILINE,
)


def main() -> int:
    """Build and check, and return the exit status: 0, or 1 with what is wrong on standard error."""
    if not (ROOT / ".git").exists():
        sys.stderr.write("Only what is committed is released, and this is no checkout of Git.\n")
        return 1
    changed = _git("status", "--porcelain", "--", PACKAGE, *BESIDE)
    if changed:
        sys.stderr.write(f"Only what is committed is released:\n{changed}\n")
        return 1
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or _git("log", "-1", "--format=%ct")
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir()
    wheel, sdist = build(ROOT, dist, epoch=epoch)
    problems = check(ROOT, wheel, sdist, epoch=epoch)
    if problems:
        shutil.rmtree(dist)
        sys.stderr.write("".join(f"{problem}\n" for problem in problems))
        return 1
    for file in (wheel, sdist):
        sys.stdout.write(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(ROOT)}\n")
    return 0


def build(root: Path, dist: Path, *, epoch: str) -> tuple[Path, Path]:
    """Build the wheel and the sdist, and return them.

    Args:
        root: The checkout.
        dist: Where they are written.
        epoch: The time of every file in them, in seconds since 1970.
    """
    with tempfile.TemporaryDirectory() as folder:
        staged = Path(folder)
        shutil.copytree(root / PACKAGE, staged / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
        for name in BESIDE:
            shutil.copy(root / name, staged / name)
        project = _project(root)
        readme = (root / "README.md").read_text(encoding="utf-8")
        text = with_absolute_links(readme, root, project["urls"]["Source"], project["version"])
        (staged / "README.md").write_text(text, encoding="utf-8")
        with _building(staged, epoch):
            return dist / buildapi.build_wheel(str(dist)), dist / buildapi.build_sdist(str(dist))


def with_absolute_links(text: str, root: Path, source: str, version: str) -> str:
    """Return a page of Markdown whose links to files of the project lead to those of a release.

    Args:
        text: The page, which lies in the project's folder.
        root: That folder.
        source: Where the repository is: `https://github.com/OWNER/NAME`.
        version: The release, whose tag is `v` and this.
    """

    def absolute(target: str, kind: str) -> str:
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            return target
        path, mark, heading = target.partition("#")
        path = path.removeprefix("./") or "README.md"
        kind = kind or ("tree" if (root / path).is_dir() else "blob")
        return f"{source}/{kind}/v{version}/{path}{mark}{heading}"

    # From the end, so that the places before stay.
    for start, end, kind in sorted(_targets(text), reverse=True):
        text = f"{text[:start]}{absolute(text[start:end], kind)}{text[end:]}"
    return text


def links(text: str) -> list[str]:
    """Return where the links and images of a page of Markdown lead."""
    return [text[start:end] for start, end, _ in _targets(text)]


def check(root: Path, wheel: Path, sdist: Path, *, epoch: str) -> list[str]:
    """Return what is wrong with what was built, as sentences.

    Args:
        root: The checkout.
        wheel: The wheel.
        sdist: The sdist.
        epoch: What both were built with.
    """
    with zipfile.ZipFile(wheel) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in (root / PACKAGE).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    info = {name.partition("/")[2]: name for name in held if name.partition("/")[0].endswith(".dist-info")}
    package = {name: data for name, data in held.items() if name not in info.values()}
    problems = [f"{wheel.name}: has no {name}" for name in sorted(files.keys() - package.keys())]
    problems += [f"{wheel.name}: has {name}, which is no part of it" for name in sorted(package.keys() - files.keys())]
    problems += [f"{wheel.name}: {name} is another file" for name in sorted(files) if package.get(name) != files[name]]
    problems += [
        f"{wheel.name}: has no {name}"
        for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
        if name not in info
    ]
    if "METADATA" in info:
        problems += [f"{wheel.name}: {problem}" for problem in check_metadata(held[info["METADATA"]].decode(), root)]
    return [*problems, *_check_sdist(root, wheel, sdist, files, epoch)]


def check_metadata(text: str, root: Path) -> list[str]:
    """Return what an index or an installer would object to, or would show wrongly.

    Args:
        text: The metadata, as a wheel holds them.
        root: The checkout.
    """
    raw, unknown = metadata.parse_email(text)
    # Releases of `packaging` before 24.2 do not know these, nor the version of metadata that they are of.
    if "license_expression" not in raw:
        raw["metadata_version"] = "2.3"
        unknown = {key: value for key, value in unknown.items() if key not in ("license-expression", "license-file")}
    problems = [f"its metadata have {key}: {value}" for key, value in sorted(unknown.items())]
    try:
        metadata.Metadata.from_raw(raw)
    except metadata.ExceptionGroup as wrong:
        problems += [f"its metadata: {each}" for each in wrong.exceptions]
    message = email.message_from_string(text, policy=email.policy.compat32)
    project = _project(root)
    problems += list(_check_fields(message, project))
    release = rf"{re.escape(project['urls']['Source'])}/(?:blob|raw|tree)/v{re.escape(project['version'])}/"
    for target in links(str(message.get_payload())):
        own = re.match(release, target)
        path = target[own.end() :].partition("#")[0] if own else ""
        if not target.startswith("https://"):
            problems.append(f"its description has a link that leads nowhere on an index: {target}")
        elif own and not (root / path).exists():
            problems.append(f"its description has a link to what is not in the repository: {path}")
    return problems


def _check_fields(message: email.message.Message, project: Mapping[str, Any]) -> Iterator[str]:
    if message["License-Expression"] != "Apache-2.0" or message.get_all("License-File") != ["LICENSE"]:
        yield "its metadata must name the licence and its file"
    if message["Description-Content-Type"] != "text/markdown":
        yield "its description must be Markdown"
    urls = dict(value.split(", ", 1) for value in message.get_all("Project-URL", ()))
    if urls.keys() != WANTED_URLS or not all(url.startswith("https://") for url in urls.values()):
        yield f"its addresses must be {', '.join(sorted(WANTED_URLS))}"
    extras = set(message.get_all("Provides-Extra", ()))
    if extras != project["optional-dependencies"].keys():
        yield f"its extras are {', '.join(sorted(extras))}"
    for text in message.get_all("Requires-Dist", ()):
        requirement = Requirement(text)
        if requirement.url is not None:
            yield f"it needs {requirement.name} from an address, which an index refuses"


def _check_sdist(root: Path, wheel: Path, sdist: Path, files: Mapping[str, bytes], epoch: str) -> list[str]:
    top = sdist.name.removesuffix(".tar.gz")
    expected = {f"{top}/{name}" for name in (*files, *BESIDE, "PKG-INFO")}
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(sdist) as archive:
            found = {each.name for each in archive.getmembers() if not each.isdir()}
            archive.extractall(folder, filter="data")
        problems = [f"{sdist.name}: has no {name}" for name in sorted(expected - found)]
        problems += [f"{sdist.name}: has {name}, which is no part of it" for name in sorted(found - expected)]
        licence = Path(folder, top, "LICENSE")
        if licence.exists() and licence.read_bytes() != (root / "LICENSE").read_bytes():
            problems.append(f"{sdist.name}: LICENSE is another file")
        if problems:
            return problems
        made = Path(folder, "made")
        made.mkdir()
        with _building(Path(folder, top), epoch):
            again = made / buildapi.build_wheel(str(made))
        if again.name != wheel.name or again.read_bytes() != wheel.read_bytes():
            problems.append(f"{sdist.name}: makes another wheel than {wheel.name}")
    return problems


def _targets(text: str) -> Iterator[tuple[int, int, str]]:
    """Return where in a page each target begins and ends, with what shows it where that is known: `raw` of images."""
    # Code is blank and not cut out: a link may have some in its text.
    read = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)
    for kind, what in (("raw", _IMAGE), ("", _LINK)):
        yield from ((*match.span("target"), kind) for match in what.finditer(read))


@contextlib.contextmanager
def _building(folder: Path, epoch: str) -> Iterator[None]:
    """Be where flit finds the project, at the time that every file gets."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = epoch
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _project(root: Path) -> dict[str, Any]:
    return dict(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"])


def _git(*arguments: str) -> str:
    command: Sequence[str] = ("git", *arguments)
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.rstrip()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        # Git has said why.
        sys.exit(error.returncode)
