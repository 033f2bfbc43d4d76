"""Remote contexts: where they come from, and when a parsed one may be shared.

A `Loader` maps a URL to a parsed document or raises an InsigniaError. `bundled_loader` gives the contexts
of the package, each parsed once for the life of the process, and all others through a Resolver.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from insignia import contexts
from insignia.errors import InsigniaError, JsonLdError
from insignia.resolver import Purpose, Resolver

Json = Any
Loader = Callable[[str], Json]


class ContextDocument(dict[str, Json]):
    """A parsed document that nobody changes, so that what is derived from it may be kept.

    `url` is where it came from in the end, against which its relative URLs resolve; `bundled` is true when it
    is a file of the package. Two loads of the same bytes from one URL give the same object.
    """

    __slots__ = ("bundled", "url")

    def __init__(self, document: dict[str, Json], url: str, *, bundled: bool) -> None:
        super().__init__(document)
        self.url: Final = url
        self.bundled: Final = bundled


_BUNDLED: dict[str, ContextDocument] = {}


def _parse(url: str, content: bytes, *, bundled: bool) -> ContextDocument:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        code = "loading remote context failed"
        raise JsonLdError.at("", expected=f"JSON from {url}", got=str(error), code=code) from error
    if not isinstance(document, dict):
        code = "invalid remote context"
        got = type(document).__name__
        raise JsonLdError.at("", expected=f"a JSON object with @context from {url}", got=got, code=code)
    return ContextDocument(document, url, bundled=bundled)


@lru_cache(maxsize=64)
def _fetched(url: str, content: bytes) -> ContextDocument:
    return _parse(url, content, bundled=False)


def bundled_document(url: str) -> ContextDocument | None:
    """The parsed bundled context of that URL (always the same object), or None."""
    document = _BUNDLED.get(url)
    if document is None and url in contexts.CONTEXTS:
        content = contexts.bundled(url)
        assert content is not None
        # setdefault keeps one object when two threads come here at once.
        document = _BUNDLED.setdefault(url, _parse(url, content, bundled=True))
    return document


def bundled_loader(resolver: Resolver) -> Loader:
    """A loader of contexts: bundled ones from the package, others by `resolver` with Purpose.CONTEXT.

    Raises what the resolver raises (ResolveError), or JsonLdError `loading remote context failed` or
    `invalid remote context` when the bytes are not a JSON object.
    """

    def load(url: str) -> Json:
        found = _BUNDLED.get(url) or bundled_document(url)
        if found is not None:
            return found
        document = resolver.resolve(url, Purpose.CONTEXT)
        return _fetched(document.final_url or url, document.content)

    return load


def load_context(loader: Loader, url: str) -> tuple[Json, str]:
    """The document at `url` by `loader`, and its final URL.

    Raises JsonLdError `loading remote context failed` when the loader fails.
    """
    try:
        document = loader(url)
    except JsonLdError:
        raise
    except InsigniaError as error:
        code = "loading remote context failed"
        raise JsonLdError.at(
            "", expected=f"a context document at {url}", got=str(error), code=code
        ) from error
    return document, document.url if isinstance(document, ContextDocument) else url
