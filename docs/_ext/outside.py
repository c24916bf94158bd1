"""Pages of the site that lie outside of docs/: the examples, the changelog and how to contribute.

They are read where they are, so that their links and those to them are the ones that hold on disk. The files of an
example are shown whole at the end of the nearest README above them, and a link to one leads there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.project import Project
from sphinx.transforms import SphinxTransform

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
PAGES = {"changelog": ROOT / "CHANGELOG.md", "contributing": ROOT / "CONTRIBUTING.md"}

# What a file is, for the colours.
LANGUAGES = {
    ".css": "css",
    ".js": "javascript",
    ".json": "json",
    ".hcl": "terraform",
    ".mjs": "javascript",
    ".py": "python",
    ".sh": "bash",
    ".tf": "terraform",
    ".tfvars": "terraform",
    ".toml": "toml",
    ".ts": "typescript",
    ".yaml": "yaml",
    ".yml": "yaml",
}
# What tools and tests leave beside the files, and what nobody reads.
NO_FOLDERS = {"__pycache__", "__snapshots__", "cdktf.out", "node_modules"}
NO_FILES = {"README.md", "package-lock.json"}


def pages() -> dict[str, Path]:
    """Return the pages outside of docs/ by what they are called on the site."""
    readmes = {_name(file): file for file in sorted(EXAMPLES.rglob("README.md")) if not _skipped(file.parent)}
    return {name: file for name, file in (PAGES | readmes).items() if file.is_file()}


def _name(readme: Path) -> str:
    folder = readme.parent.relative_to(ROOT).as_posix()
    return f"{folder}/index" if readme.parent == EXAMPLES else folder


def _skipped(folder: Path) -> bool:
    parts = folder.relative_to(ROOT).parts
    return any(part in NO_FOLDERS or (part.startswith(".") and part != ".github") for part in parts)


def shown_on() -> dict[Path, Path]:
    """Return every file of the examples, with the README that it is shown under."""
    readmes = {*pages().values()}
    found = {}
    for folder, folders, names in os.walk(EXAMPLES):
        folders[:] = sorted(name for name in folders if not _skipped(Path(folder) / name))
        for file in (Path(folder) / name for name in sorted({*names} - NO_FILES)):
            above = (each / "README.md" for each in file.parents if each.is_relative_to(EXAMPLES))
            if nearest := next((each for each in above if each in readmes), None):
                found[file] = nearest
    return found


def label(file: Path) -> str:
    """Return what a file is called in references."""
    return f"file-{file.relative_to(ROOT).as_posix().lower()}"


class ProjectWithPages(Project):
    """A project that finds the pages outside of its folder as well."""

    def discover(self, *arguments: Any, **options: Any) -> set[str]:
        """Find every page."""
        super().discover(*arguments, **options)
        for name, file in pages().items():
            path = Path(os.path.relpath(file, self.srcdir))
            self.docnames.add(name)
            self._docname_to_path[name] = path
            # By both, because MyST asks by the one and Sphinx by the other.
            self._path_to_docname[path] = self._path_to_docname[file] = name
        return self.docnames


def find_pages(app: Sphinx) -> None:
    """Let the project find them, whether it is a new one or that of the last build."""
    app.project.__class__ = ProjectWithPages


def show_files(_: Sphinx, docname: str, source: list[str]) -> None:
    """Add the files of an example to its README."""
    if (page := pages().get(docname)) is not None:
        source[0] += "".join(_shown(page))


def _shown(page: Path) -> Iterator[str]:
    files = [file for file, readme in shown_on().items() if readme == page]
    if files:
        yield "\n\n## The files\n"
    for file in files:
        name = file.relative_to(page.parent).as_posix()
        language = LANGUAGES.get(file.suffix, "text")
        yield f"\n({label(file)})=\n### `{name}`\n\n"
        yield f"```{{literalinclude}} {name}\n:language: {language}\n:force:\n```\n"


class Links(SphinxTransform):
    """Makes of links between files on disk what they are to be on the site.

    A link to a file of an example leads to where it is shown, one to a folder to its page or its first file. Where the
    text is the name of a page's file, as it is good to read on disk, the title of the page takes its place.
    """

    default_priority = 210

    def apply(self, **_: Any) -> None:
        """Change the links of one page."""
        shown, names = shown_on(), {file.parent: name for name, file in pages().items() if file.name == "README.md"}
        here = Path(self.env.doc2path(self.env.docname)).resolve().parent
        for node in [
            *self.document.findall(addnodes.download_reference),
            *self.document.findall(addnodes.pending_xref),
        ]:
            target = (here / node["reftarget"].partition("#")[0]).resolve()
            if target in shown:
                self._lead(node, "ref", label(target))
            elif target in names and target != here:
                self._lead(node, "doc", f"/{names[target]}")
            elif target != here and (first := next((file for file in shown if target in file.parents), None)):
                self._lead(node, "ref", label(first))
            elif node.get("refdomain") == "doc" and re.fullmatch(r"(\S*/)?[\w-]+\.md", node.astext()):
                node["refexplicit"] = False
                node.children = [nodes.inline("", "", classes=["xref", "myst"])]

    def _lead(self, node: nodes.Element, kind: str, target: str) -> None:
        reference = addnodes.pending_xref(
            "",
            *node.children,
            refdomain="std",
            reftype=kind,
            reftarget=target,
            refexplicit=True,
            refdoc=self.env.docname,
            refwarn=True,
        )
        node.replace_self(reference)


class Anchors(SphinxTransform):
    """Gives each heading of a Markdown page the anchor that it has on GitHub as well.

    docutils makes a hyphen of an underscore, so that a link to `environment-file.md#ecr_ssm_prefix` would differ.
    """

    default_priority = 900

    def apply(self, **_: Any) -> None:
        """Add the anchors of one page."""
        known = {identifier for section in self.document.findall(nodes.section) for identifier in section["ids"]}
        for section in self.document.findall(nodes.section):
            anchor = section.get("slug", "")
            if anchor and anchor not in known:
                section["ids"].append(anchor)
                known.add(anchor)


def setup(app: Sphinx) -> dict[str, object]:
    """Register it with Sphinx."""
    app.connect("builder-inited", find_pages)
    app.connect("source-read", show_files)
    app.add_transform(Links)
    app.add_transform(Anchors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
