"""The site as it is built: strictly, whole, found by search, and fit to be read at a desk and on a phone.

One build, and one run of a browser, serve all tests of this file.
"""

from __future__ import annotations

import functools
import html
import http.server
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import ecr_constructs
import ecr_constructs.discovery
import ecr_constructs.testing
from ecr_constructs.config.reference.page import key_headings
from ecr_constructs.config.rules.catalogue import catalogue
from tests.docs.pages import broken_links, read_site

ROOT = Path(__file__).parents[2]
PUBLIC = {
    f"{package.__name__}.{name}"
    for package in (ecr_constructs, ecr_constructs.testing, ecr_constructs.discovery)
    for name in package.__all__
}
# What is asked, and what must be among the answers.
SEARCHES = {"policy-size": "rules.html#policy-size", "ecr_ssm_layout": "environment-file.html"}
# Bounds alone: on a machine with nothing else to do a build takes 20 seconds, and so does the look.
SECONDS = 600


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """Build the site from nothing, where there is no Node, and return what Sphinx said and the folder of pages."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-n", "-q", "-E"]
    command += ["-d", str(folder / "doctrees"), str(ROOT / "docs"), str(folder / "html")]
    variables = {**os.environ, "JSII_NODE": str(folder / "no-node")}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=SECONDS, check=False, cwd=folder, env=variables
    )
    return done, folder / "html"


@pytest.fixture(scope="module")
def site(build):
    _, folder = build
    assert (folder / "index.html").is_file(), build[0].stderr
    return folder


@pytest.fixture(scope="module")
def pages(site):
    return read_site(site)


def test_the_strict_build_has_nothing_to_say(build):
    done, _ = build
    assert (done.stderr, done.returncode) == ("", 0)


def test_every_link_anchor_and_asset_is_there(site):
    assert broken_links(site) == []


def test_nothing_comes_from_elsewhere(site, pages):
    """No font, script, style or picture of another host: the site is whole without the internet."""
    other = r"=\"(?:https?:)?//"
    loaded = re.compile(rf"<(?:script|img|iframe|source)[^>]*src{other}|<link[^>]*stylesheet[^>]*href{other}")
    assert [name for name in pages if loaded.search((site / name).read_text(encoding="utf-8"))] == []
    styles = {file.name: file.read_text(encoding="utf-8") for file in site.rglob("*.css")}
    assert [name for name, text in styles.items() if re.search(r"url\(['\"]?(https?:)?//|@import", text)] == []


def test_every_page_is_in_the_contents(pages):
    docs = ROOT / "docs"
    files = [*docs.rglob("*.md"), *docs.rglob("*.rst")]
    written = {file.relative_to(docs).with_suffix(".html").as_posix() for file in files}
    examples = {name for name in pages if name.startswith("examples/")}
    contents = {link for link in pages["index.html"].links if "#" not in link}
    contents |= {f"api/{link}" for link in pages["api/index.html"].links if "#" not in link}
    assert (written | examples | {"changelog.html", "contributing.html"}) - contents - {"index.html"} == set()


def test_every_file_of_an_example_is_shown_as_it_is(site):
    """Tests run, deploy or parse these files; the site has no others."""
    extension = _extension("outside")
    names = {page: name for name, page in extension.pages().items()}
    shown = extension.shown_on()
    assert len(shown) > 40
    code = {page: _text_of_code(site / f"{names[page]}.html") for page in {*shown.values()}}
    missing = [file for file, page in shown.items() if file.read_text(encoding="utf-8").strip("\n") not in code[page]]
    assert missing == []


def test_the_first_page_shows_the_shipped_environment(site):
    assert (ROOT / "environments/dev.yaml").read_text(encoding="utf-8").strip() in _text_of_code(site / "index.html")


def _extension(name):
    """Load one of the site's own extensions of Sphinx."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"docs/_ext/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _text_of_code(page):
    """Return the blocks of code of a page as text."""
    blocks = re.findall(r"<pre>(.*?)</pre>", page.read_text(encoding="utf-8"), re.DOTALL)
    return html.unescape("\n".join(re.sub(r"<[^>]+>", "", block) for block in blocks))


class TestReference:
    def test_every_public_name_is_described_once(self, pages):
        described = [name for page in pages.values() if page.name.startswith("api/") for name in page.anchors & PUBLIC]
        assert sorted(described) == sorted(PUBLIC)

    def test_a_construct_is_shown_with_its_arguments(self, site):
        """Not with those of jsii, which stands between a call and the constructor."""
        for page in (site / "api").glob("*.html"):
            text = re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8"))
            assert "*args" not in text, page.name
            assert "&lt;" not in "".join(re.findall(r"^class .*$", text, re.MULTILINE)), page.name

    def test_types_are_names(self, site):
        text = "".join(page.read_text(encoding="utf-8") for page in (site / "api").glob("*.html"))
        for representation in ("&lt;class ", "&lt;object ", "ForwardRef", "typing.", "~typing"):
            assert representation not in text

    def test_every_rule_and_key_has_the_anchor_that_it_has_on_github(self, pages):
        assert {*catalogue()} - pages["rules.html"].anchors == set()
        anchors = {re.sub(r"[^a-z0-9 _-]", "", each.lower()).replace(" ", "-") for each in key_headings().values()}
        assert anchors - pages["environment-file.html"].anchors == set()


@pytest.fixture(scope="module")
def index(site):
    """Return what the search of the site knows."""
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))


class TestSearch:
    def test_it_knows_the_codes_of_rules(self, index):
        page = index["docnames"].index("rules")
        assert {code for code in catalogue() if page not in {at for at, _ in index["alltitles"].get(code, ())}} == set()

    def test_it_knows_the_keys_of_the_environment_file(self, index):
        page = index["docnames"].index("environment-file")
        titles = {heading.replace("`", "") for heading in key_headings().values()}
        assert {title for title in titles if page not in {at for at, _ in index["alltitles"].get(title, ())}} == set()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):  # noqa: A002 - the name of the base
        """Say nothing."""


@pytest.fixture(scope="module")
def seen(site, pages, tmp_path_factory):
    """Have a browser look at every page, and return what it found. `SITE_PICTURES` names a folder for pictures."""
    node = shutil.which("node")
    assert node, "node is not there: see CONTRIBUTING.md"
    assert (ROOT / "tests/node/node_modules/.ready").exists(), "make tests/node/node_modules/.ready"
    pictures = os.environ.get("SITE_PICTURES")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        command = [node, str(ROOT / "tests/docs/look.mjs"), f"http://127.0.0.1:{server.server_port}"]
        command += [str(tmp_path_factory.mktemp("browser")), *(["--pictures", pictures] if pictures else []), *pages]
        variables = {**os.environ, "SEARCHES": ",".join(SEARCHES)}
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False, env=variables)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="the browser is one for Linux on x86-64"
)
class TestBrowser:
    def test_every_page_is_whole_in_each_width_and_colour(self, seen, pages):
        assert seen["problems"] == []
        assert seen["visited"] == len(pages) > 30

    def test_search_leads_to_a_rule_and_to_a_key(self, seen):
        for asked, page in SEARCHES.items():
            assert any(link.rpartition("/")[2].startswith(page) for link in seen["found"][asked]), seen["found"]
