"""The pages of a built site, read without a browser."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

__all__ = ["Page", "broken_links", "read_site"]

# Where an element says what belongs to it, or where it leads.
_PLACES = {"a": "href", "img": "src", "link": "href", "script": "src", "source": "src", "iframe": "src"}
_IN_STYLES = re.compile(r"url\((['\"]?)([^)'\"]+)\1\)")


@dataclasses.dataclass(frozen=True)
class Page:
    """What a page has, and what it leads to.

    Attributes:
        name: Its place in the site.
        anchors: What a link may name after `#`.
        links: Everything that it leads to or loads.
        title: What a browser shows above it.
    """

    name: str
    anchors: frozenset[str]
    links: tuple[str, ...]
    title: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.title: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        if (link := given.get(_PLACES.get(tag, ""))) is not None:
            self.links.append(link)
        self.links += [part.split()[0] for part in given.get("srcset", "").split(",") if part.strip()]
        self._in_title = tag == "title" and not self.title

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)


def read_site(folder: Path) -> dict[str, Page]:
    """Return every page of a site by its place in it."""
    return {file.relative_to(folder).as_posix(): _read(folder, file) for file in sorted(folder.rglob("*.html"))}


def _read(folder: Path, file: Path) -> Page:
    reader = _Reader()
    reader.feed(file.read_text(encoding="utf-8"))
    name = file.relative_to(folder).as_posix()
    return Page(name, frozenset(reader.anchors), tuple(reader.links), "".join(reader.title))


def broken_links(folder: Path) -> list[str]:
    """Return what leads nowhere: pages, anchors and assets that are not there, and addresses that are none.

    Nothing is asked of the network: of an address of others its form alone is judged.
    """
    pages = read_site(folder)
    found = [
        f"{page.name}: {link}"
        for page in pages.values()
        for link in page.links
        if _is_broken(link, page, pages, folder)
    ]
    for style in sorted(folder.rglob("*.css")):
        for _, link in _IN_STYLES.findall(style.read_text(encoding="utf-8")):
            if not link.startswith("data:") and not (style.parent / link.partition("?")[0].partition("#")[0]).is_file():
                found.append(f"{style.relative_to(folder).as_posix()}: {link}")
    return found


def _is_broken(link: str, page: Page, pages: dict[str, Page], folder: Path) -> bool:
    parts = urlsplit(link)
    if parts.scheme == "data":
        return False
    if parts.scheme or parts.netloc:
        return parts.scheme != "https" or re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.netloc) is None
    target = (folder / page.name).parent / unquote(parts.path) if parts.path else folder / page.name
    target = target.resolve()
    if not target.is_file() or not target.is_relative_to(folder.resolve()):
        return True
    anchor = unquote(parts.fragment)
    other = pages.get(target.relative_to(folder.resolve()).as_posix())
    return bool(anchor) and (other is None or anchor not in other.anchors)
