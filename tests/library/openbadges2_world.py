"""Hosted badges and who answers for them."""

from __future__ import annotations

from typing import Any

from insignia.errors import ResolveError
from insignia.resolver import Document, MapResolver, Purpose


class Answers(MapResolver):
    """Some addresses redirect, some answer with an error."""

    def __init__(self, documents: dict[str, Any], *, moved: Any = None, errors: Any = None) -> None:
        super().__init__(documents)
        self.moved, self.errors = moved or {}, errors or {}
        self.asked: list[str] = []

    def resolve(self, url: str, purpose: Purpose) -> Document:
        self.asked.append(url)
        if url in self.errors:
            raise ResolveError.at(url, expected="a document", got="another answer", code=self.errors[url])
        found = super().resolve(url, purpose)
        return Document(url, found.content, final_url=self.moved.get(url))
