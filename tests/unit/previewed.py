"""Running `ecr-constructs lifecycle preview` on environment files and images of a test."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ecr_constructs.cli.app import run

__all__ = ["ACCOUNT", "AT", "HOST", "NOW", "Previewing", "detail", "digest_of"]

NOW = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
AT = "2026-01-31T12:00:00Z"
ACCOUNT = "111111111111"
HOST = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"


class Result(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Previewing:
    """A project in a directory of its own, which is the current one, with images in a file."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.chdir(directory)
        monkeypatch.delenv("ECR_ENVIRONMENTS_DIR", raising=False)
        self.directory, self._capsys = directory, capsys
        (directory / "environments").mkdir()

    def write(self, **texts: str) -> None:
        """Write environments/<name>.yaml with these keys beside those that are required, from line 4 on."""
        for name, text in texts.items():
            head = f"project: shop\nenv: {name}\nregion: us-east-1\n"
            (self.directory / "environments" / f"{name}.yaml").write_text(head + text, encoding="utf-8")

    def images(self, *details: dict[str, object], name: str = "images.json") -> None:
        """Write images as `aws ecr describe-images` prints them."""
        (self.directory / name).write_text(json.dumps({"imageDetails": details}), encoding="utf-8")

    def file(self, name: str, content: object) -> str:
        """Write a file, as JSON where it is no text, and return its name."""
        text = content if isinstance(content, str) else json.dumps(content)
        (self.directory / name).write_text(text, encoding="utf-8")
        return name

    def run(self, *arguments: str) -> Result:
        """Return how the command ends, and what it writes."""
        self._capsys.readouterr()
        status = run(["lifecycle", "preview", *arguments])
        return Result(status, *self._capsys.readouterr())

    def preview(self, *arguments: str) -> Result:
        """Preview web of prod for what `images` wrote, at `NOW`."""
        return self.run("prod", "web", "--images", "images.json", "--at", AT, *arguments)


def detail(name: str, *tags: str, pushed: float = 1, pulled: float | None = None, **more: object) -> dict[str, object]:
    """Return an image of shop-prod-web, pushed and pulled so many days ago."""
    found: dict[str, object] = {
        "registryId": ACCOUNT,
        "repositoryName": "shop-prod-web",
        "imageDigest": digest_of(name),
        "imagePushedAt": (NOW - datetime.timedelta(days=pushed)).isoformat(),
        "imageSizeInBytes": 10**9,
        **more,
    }
    if tags:
        found["imageTags"] = list(tags)
    if pulled is not None:
        found["lastRecordedPullTime"] = (NOW - datetime.timedelta(days=pulled)).isoformat()
    return found


def digest_of(name: str) -> str:
    """Return a digest that begins with a name in hexadecimal digits."""
    return f"sha256:{name:0<64}"
