"""Templates rendered as pages, for the tests of the look."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.template import Context, Template
from django.test import override_settings

HERE = override_settings(ROOT_URLCONF="insignia_server.config.urls")


def render(source: str, /, **context: Any) -> str:
    """A fragment that has the components at hand."""
    return Template("{% load kit kit_form %}" + source).render(Context(context))


class Page(HTMLParser):
    """Ids, references to ids, and whatever a strict Content-Security-Policy would refuse."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: list[str] = []
        self.refused: list[str] = []
        self.icons: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if identifier := given.get("id"):
            self.ids.append(identifier)
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self.references += (given.get(name) or "").split()
        self.refused += [
            f"{tag} {name}" for name, value in attrs if name == "style" or (name[:2] == "on" and value)
        ]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.refused.append(tag)
        if tag == "use":
            self.icons.add((given.get("href") or "").rpartition("#")[2])
