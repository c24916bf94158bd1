"""What follows the links of the site finds every kind of link that leads nowhere."""

from __future__ import annotations

import pytest

from tests.docs.pages import broken_links


@pytest.fixture
def broken(tmp_path):
    """Return what is broken of a page with this body, beside one that has the anchor `there`."""

    def check(body, style=""):
        (tmp_path / "folder").mkdir()
        (tmp_path / "index.html").write_text(f"<title>First</title><p id='here'></p>{body}", encoding="utf-8")
        (tmp_path / "folder/other.html").write_text(
            "<h1 id='there'></h1><a href='../index.html#here'>", encoding="utf-8"
        )
        (tmp_path / "site.css").write_text(style, encoding="utf-8")
        return broken_links(tmp_path)

    return check


@pytest.mark.parametrize(
    "body",
    [
        "<a href='#here'></a>",
        "<a href='folder/other.html#there'></a>",
        "<link rel='stylesheet' href='site.css?v=1'>",
        "<a href='https://docs.aws.amazon.com/AmazonECR/latest/userguide/'></a>",
        "<img src='data:image/png;base64,AAAA'>",
    ],
)
def test_what_leads_somewhere_is_not_told(broken, body):
    assert broken(body) == []


@pytest.mark.parametrize(
    ("body", "link"),
    [
        ("<a href='#nowhere'></a>", "#nowhere"),
        ("<a href='folder/other.html#here'></a>", "folder/other.html#here"),
        ("<a href='none.html'></a>", "none.html"),
        ("<a href='../outside.html'></a>", "../outside.html"),
        ("<a href='folder/'></a>", "folder/"),
        ("<img src='none.svg'>", "none.svg"),
        ("<img srcset='none.svg 2x'>", "none.svg"),
        ("<script src='none.js'></script>", "none.js"),
        ("<link href='none.css'>", "none.css"),
        ("<a href='site.css#anchor'></a>", "site.css#anchor"),
        ("<a href='http://example.com/'></a>", "http://example.com/"),
        ("<a href='//example.com/'></a>", "//example.com/"),
        ("<a href='https://localhost/'></a>", "https://localhost/"),
    ],
)
def test_what_leads_nowhere_is_told(broken, body, link):
    assert broken(body) == [f"index.html: {link}"]


def test_what_a_style_asks_for_is_followed(broken):
    assert broken("", "a{background:url('none.png')} b{background:url(data:x)} c{background:url(site.css)}") == [
        "site.css: none.png"
    ]
