"""Markdown that people write, as HTML that is safe in a page, or as plain text."""

from __future__ import annotations

from functools import cache
from typing import Final

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

MAX_TEXT: Final = 200_000  # characters; more is cut, so that a page stays a page
_HEADINGS_DOWN: Final = 2  # the page has h1 and h2 of its own
_TAGS: Final = frozenset(
    [
        *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code"),
        *("em", "strong", "del", "s", "a", "table", "thead", "tbody", "tr", "th", "td"),
    ]
)
_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}, "code": {"class"}}
_SCHEMES: Final = frozenset({"http", "https", "mailto"})


def render(text: str) -> SafeString:
    """CommonMark with tables and strikethrough as harmless HTML.

    Headings move down two levels; links go to http, https and mailto only and carry
    `rel="nofollow noopener"`; raw HTML shows as text; a picture becomes a link to it.
    """
    parser = _parser()
    tokens = parser.parse(text[:MAX_TEXT])
    for token in tokens:
        _soften(token)
    html = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        link_rel="nofollow noopener",
        generic_attribute_prefixes=set(),
    )
    return mark_safe(clean)  # noqa: S308 (it went through nh3)


def plain(text: str) -> str:
    """The same text without any markup: paragraphs on lines of their own, list items with a bullet or
    their number, for mails, cards and metadata."""
    lines: list[str] = []
    mark = ""
    for token in _parser().parse(text[:MAX_TEXT]):
        if token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "• "
        elif token.type == "inline":
            words = _words(token.children or [])
            lines.append(mark + words if words else "")
            mark = ""
        elif token.type in ("fence", "code_block"):
            lines.append(token.content.rstrip("\n"))
    return "\n".join(line for line in lines if line)


def letter(text: str) -> str:
    """The same text for a mail without HTML: an empty line between paragraphs, bullets or numbers before list
    items, and the address after the words of a link."""
    out = ""
    mark, depth = "", 0
    for token in _parser().parse(text[:MAX_TEXT]):
        depth += token.nesting if token.type.startswith(("bullet_list_", "ordered_list_")) else 0
        words = ""
        if token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "• "
        elif token.type == "inline":
            words = _letter_words(token.children or [])
        elif token.type in ("fence", "code_block"):
            words = token.content.rstrip("\n")
        if words:
            out += (("\n" if depth else "\n\n") if out else "") + mark + words
            mark = ""
    return out


def _letter_words(tokens: list[Token]) -> str:
    parts: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type == "link_open":
            links.append((str(token.attrs.get("href", "")), len(parts)))
        elif token.type == "link_close":
            address, since = links.pop()
            shown = address.removeprefix("mailto:")
            if shown not in ("".join(parts[since:]), ""):
                parts.append(f" ({shown})")
        elif token.type == "image":
            parts.append(f"{token.content} ({token.attrs.get('src', '')})".strip())
        else:
            parts.append("\n" if token.type in ("softbreak", "hardbreak") else token.content)
    return "".join(parts).strip()


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "maxNesting": 30}).enable(["table", "strikethrough"])


def _soften(token: Token) -> None:
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(6, int(token.tag[1]) + _HEADINGS_DOWN)}"
    if token.type == "inline":
        token.children = [part for child in token.children or [] for part in _without_picture(child)]


def _without_picture(token: Token) -> list[Token]:
    if token.type != "image":
        return [token]
    start = Token("link_open", "a", 1, attrs={"href": str(token.attrs.get("src", ""))})
    words = Token("text", "", 0, content=token.content or str(token.attrs.get("src", "")))
    return [start, words, Token("link_close", "a", -1)]


def _words(tokens: list[Token]) -> str:
    parts: list[str] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        else:
            parts.append(token.content)
    return "".join(parts).strip()
