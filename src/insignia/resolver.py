"""Where documents come from. The library never opens a connection by itself: a resolver is passed in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from insignia import contexts
from insignia.errors import ResolveError


class Purpose(StrEnum):
    """What a document is fetched for; a resolver may treat them differently."""

    CONTEXT = "context"
    CONTROLLER = "controller"
    KEY = "key"
    STATUS = "status"
    SCHEMA = "schema"
    REFRESH = "refresh"
    RELATED = "related"
    CREDENTIAL = "credential"
    BADGE = "badge"


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes as they came. `source` says from where: `bundled`, `map`, `http` or `mapped to URL`."""

    url: str
    content: bytes
    media_type: str | None = None
    source: str = "map"
    final_url: str | None = None

    def json(self) -> Any:
        """The content read as JSON. Raises ResolveError when it is not JSON."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise ResolveError.at(
                self.url, expected="a JSON document", got=str(error), code=ResolveError.BAD_RESPONSE
            ) from error


class Resolver(Protocol):
    """Finds a document by its URL. Raises ResolveError; never returns half a document."""

    def resolve(self, url: str, purpose: Purpose) -> Document: ...


class OfflineResolver:
    """Knows the bundled contexts and schemas, and nothing else."""

    def resolve(self, url: str, purpose: Purpose) -> Document:
        content = contexts.bundled(url)
        if content is None:
            raise ResolveError.at(
                url,
                expected="a document that is bundled with Insignia (working offline)",
                got=f"another {purpose.value} document",
                code=ResolveError.OFFLINE,
            )
        return Document(url, content, "application/json", "bundled")


class MapResolver:
    """Knows the bundled documents and the given ones; every other URL is not found.

    `documents` maps a URL to bytes, or to a JSON value that is serialised on demand.
    """

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self._documents = documents

    def resolve(self, url: str, purpose: Purpose) -> Document:
        content = contexts.bundled(url)
        if content is not None:
            return Document(url, content, "application/json", "bundled")
        if url not in self._documents:
            raise ResolveError.at(
                url,
                expected=f"one of the {len(self._documents)} documents given to the resolver",
                got=f"another {purpose.value} document",
                code=ResolveError.NOT_FOUND,
            )
        value = self._documents[url]
        if not isinstance(value, bytes):
            value = json.dumps(value, ensure_ascii=False).encode()
        return Document(url, value)
