"""A second engine that repeats one in N canonicalisations, and stops on a difference."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from itertools import zip_longest
from typing import Protocol

from insignia.errors import CanonicalizationError
from insignia.jsonld.active import Json
from insignia.jsonld.direct import canonize, canonize_generally
from insignia.jsonld.loading import Loader


class Canonizer(Protocol):
    """What `jsonld.canonize` offers; a second engine offers it too."""

    def __call__(self, document: Json, *, loader: Loader, algorithm: str) -> bytes: ...


def general(document: Json, *, loader: Loader, algorithm: str) -> bytes:
    """The complete algorithms one after the other: expansion, conversion to RDF, RDFC-1.0."""
    return canonize_generally(document, loader=loader, algorithm=algorithm)


def pyld(document: Json, *, loader: Loader, algorithm: str) -> bytes:
    """PyLD, where it is installed (it is no dependency of this package); SHA-256 only.

    It has no base, but drops what is undefined: give it documents that `canonize` accepted. Raises
    CanonicalizationError `shadow.missing` without PyLD, and `shadow.algorithm` for another algorithm. A quad
    that PyLD writes twice (two empty lists under one property of a node) is written once here.
    """
    if algorithm != "sha256":
        raise CanonicalizationError.at("", expected="sha256", got=algorithm, code="shadow.algorithm")
    try:
        engine = import_module("pyld.jsonld")
    except ImportError as error:
        expected = "the package PyLD, the second engine"
        raise CanonicalizationError.at("", expected=expected, got="none", code="shadow.missing") from error

    def load(url: str, _: object) -> Json:
        return {"contextUrl": None, "documentUrl": url, "document": dict(loader(url))}

    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "base": None,
        "rdfDirection": "i18n-datatype",
        "documentLoader": load,
    }
    text: str = engine.normalize(document, options)
    return "\n".join(dict.fromkeys(text.split("\n"))).encode()


class ShadowedCanonizer:
    """Canonicalises, and lets `second` do the first and then each N-th document as well.

    The count is of calls, without chance, so that a run can be repeated. `every` 0 shadows nothing. Not for
    several threads at a time. `calls` and `shadowed` count.
    """

    def __init__(self, *, every: int, second: Canonizer = general, first: Canonizer = canonize) -> None:
        if every < 0:
            raise CanonicalizationError.at("", expected="0 or more", got=str(every), code="shadow.every")
        self._every = every
        self._first = first
        self._second = second
        self.calls = 0
        self.shadowed = 0

    def __call__(self, document: Json, *, loader: Loader, algorithm: str = "sha256") -> bytes:
        """The canonical N-Quads of a document.

        Raises CanonicalizationError `shadow.difference` when the engines disagree, besides what they raise.
        """
        canonical = self._first(document, loader=loader, algorithm=algorithm)
        self.confirm(canonical, lambda: document, loader=loader, algorithm=algorithm)
        return canonical

    def confirm(
        self, canonical: bytes, document: Callable[[], Json], *, loader: Loader, algorithm: str = "sha256"
    ) -> None:
        """Counts a canonicalisation made elsewhere, a compiled one for example; when its turn comes, the
        second engine repeats it with what `document` gives. Raises as a call does."""
        self.calls += 1
        if not self._every or (self.calls - 1) % self._every:
            return
        self.shadowed += 1
        other = self._second(document(), loader=loader, algorithm=algorithm)
        if other == canonical:
            return
        where, expected, got = _difference(canonical, other)
        raise CanonicalizationError.at(where, expected=expected, got=got, code="shadow.difference")


def _difference(canonical: bytes, other: bytes) -> tuple[str, str, str]:
    """The first line in which two canonical forms differ."""
    lines = zip_longest(canonical.decode().split("\n"), other.decode().split("\n"), fillvalue="")
    number, (ours, theirs) = next((n, pair) for n, pair in enumerate(lines, 1) if pair[0] != pair[1])
    return f"line {number}", f"the same line from the second engine ({ours or 'none'})", theirs or "none"
