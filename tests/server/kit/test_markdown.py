"""kit.markdown: what people write becomes harmless HTML, or plain text."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from insignia_server.kit.markdown import MAX_TEXT, letter, plain, render


class Tags(HTMLParser):
    """Collects the tags of a page as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


ALLOWED = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("em", "strong", "del", "s", "a", "table", "thead", "tbody", "tr", "th", "td"),
}


def assert_harmless(html: str) -> None:
    parser = Tags()
    parser.feed(html)
    for tag, attributes in parser.tags:
        assert tag in ALLOWED
        assert set(attributes) <= {"href", "title", "rel", "start", "class"}
        if tag == "a":
            assert attributes["rel"] == "nofollow noopener"
            assert urlsplit(attributes.get("href") or "").scheme in ("http", "https", "mailto", "")


def test_what_people_write() -> None:
    html = render(
        "# Aim\n\nRead *and* **write** ~~not~~ `x`\n\n1. a\n2. b\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    assert isinstance(html, SafeString)
    for part in (
        "<h3>Aim</h3>",
        "<em>and</em>",
        "<strong>write</strong>",
        "<code>x</code>",
        "<ol>",
        "<td>1</td>",
    ):
        assert part in html
    assert "not</" in html


def test_headings_move_down_and_stop_at_six() -> None:
    assert render("### a\n\n##### b\n\nc\n===") == "<h5>a</h5>\n<h6>b</h6>\n<h3>c</h3>\n"


def test_links_are_marked() -> None:
    assert render("[a](https://example.org/x 'T')") == (
        '<p><a href="https://example.org/x" title="T" rel="nofollow noopener">a</a></p>\n'
    )
    assert 'href="mailto:a@example.org"' in render("<a@example.org>")


def test_a_picture_becomes_a_link_to_it() -> None:
    html = render("![the plan](https://example.org/plan.png) ![](https://example.org/x.png)")
    assert "<img" not in html
    assert '<a href="https://example.org/plan.png" rel="nofollow noopener">the plan</a>' in html
    assert ">https://example.org/x.png</a>" in html


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "[a](java\nscript:x)",
    "[a](&#106;avascript:alert(1))",
    "![a](javascript:alert(1))",
    '[a](https://e.example "x\\" onmouseover=alert(1) \\"")',
    "<javascript:alert(1)>",
    "```<script>\nalert(1)\n```",
    '```js" onclick="alert(1)\nx\n```',
    "<style>*{display:none}</style>",
    "<svg onload=alert(1)>",
    "> " * 500 + "deep",
    "- " * 500 + "deep",
    "[" * 2000,
    "*" * 2000 + "a",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text(text: str) -> None:
    html = render(text)
    assert_harmless(html)
    assert "javascript:" not in [part for part in html.lower().split('"') if part.startswith("javascript:")]


@given(
    st.lists(
        st.sampled_from([*HOSTILE[:14], "\n", "# ", "`", "**", "| a |\n|--|\n", "&lt;", '"', "'"]), max_size=8
    )
)
def test_any_mixture_is_harmless(parts: list[str]) -> None:
    assert_harmless(render("".join(parts)))


@given(st.text(max_size=300))
def test_any_text_is_harmless(text: str) -> None:
    assert_harmless(render(text))
    plain(text)


def test_a_long_text_is_cut() -> None:
    assert len(render("a" * (MAX_TEXT + 500))) <= MAX_TEXT + 20


def test_plain_text() -> None:
    text = (
        "# Aim\n\nRead *and*\nwrite [here](https://example.org).\n\n- one\n- **two**\n\n3. three\n\n"
        "```\ncode <x>\n```\n\n---\n\n![alt](x.png) &amp; <b>"
    )
    assert plain(text) == "Aim\nRead and write here.\n• one\n• two\n3. three\ncode <x>\nalt & <b>"
    assert plain("") == ""
    assert plain("a\\\nb") == "a b"
    assert plain("    indented\n") == "indented"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**Well** _done_!\n\nNext `code`.", "Well done!\n\nNext code."),
        ("See [our site](https://x.example/a).", "See our site (https://x.example/a)."),
        ("<https://x.example/a> and [me](mailto:a@x.example)", "https://x.example/a and me (a@x.example)"),
        ("<a@x.example>", "a@x.example"),
        ("# Head\n\n- one\n- two\n  - three\n\nEnd", "Head\n• one\n• two\n• three\n\nEnd"),
        ("1. one\n2. two", "1. one\n2. two"),
        ("one\ntwo", "one\ntwo"),
        ("![alt](https://x.example/p.png)", "alt (https://x.example/p.png)"),
        ("```\na\n```", "a"),
        ("<b>x</b>", "<b>x</b>"),
        ("", ""),
    ],
)
def test_a_letter_has_no_markup_and_keeps_addresses(text: str, shown: str) -> None:
    assert letter(text) == shown
