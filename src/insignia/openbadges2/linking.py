"""From a badge to its definition, issuer, keys and revocation list: the documents that it links to.

What counts is what a document's own address gives; an embedded copy stands in only where it came from the
same host and nothing is published at its `id`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from insignia import strict_json
from insignia.credential import Kind, open_badges_version, types_of
from insignia.errors import ParseError, ResolveError, show
from insignia.openbadges2.reading import host_of, id_of, is_url, same_address, upgraded
from insignia.resolver import Document, Purpose, Resolver

Json = Any
_LIMITS: Final = strict_json.Limits(size=4 * 1024 * 1024, depth=40, containers=100_000)
_LIST_LIMITS: Final = strict_json.Limits(depth=10, containers=500_000)  # a revocation list may be long


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a badge in the shape of 2.0: `url` is where it was found (empty: inside a signed
    one), `final_url` where a redirect led, `called` another `id` under which it was linked, `embedded`
    whether it was a copy inside another document."""

    kind: Kind
    document: Mapping[str, Json]
    version: str
    url: str = ""
    final_url: str | None = None
    called: str | None = None
    embedded: bool = False

    @property
    def id(self) -> str:
        """Its `id`, empty when it has none."""
        return id_of(self.document)


def fetch(url: str, resolver: Resolver, purpose: Purpose = Purpose.BADGE) -> Document:
    """The document at a URL. Old badges say http where their servers have https: where http is blocked, https
    is asked. Raises ResolveError."""
    try:
        return resolver.resolve(url, purpose)
    except ResolveError as error:
        if error.code != ResolveError.BLOCKED or not url.startswith("http://"):
            raise
    return resolver.resolve("https://" + url.removeprefix("http://"), purpose)


def fetch_json(
    url: str, resolver: Resolver, purpose: Purpose = Purpose.BADGE
) -> tuple[dict[str, Json], Document]:
    """The JSON object at a URL. Raises ResolveError, and ParseError where there is something else."""
    document = fetch(url, resolver, purpose)
    limits = _LIST_LIMITS if purpose is Purpose.STATUS else _LIMITS
    value = strict_json.loads(document.content, limits=limits)
    if not isinstance(value, dict):
        raise ParseError.at("", expected="a JSON object", got=show(value), code="badge.not-json")
    return value, document


def linked(
    value: Json, kind: Kind, *, resolver: Resolver, host: str, version: str, lenient: bool = False
) -> Part:
    """The document that a member links to or holds. `host` is where the one that holds it came from, or
    `signed` when a signature covers it.

    Under `lenient` another `id` on the same host than that of the link is let pass. Raises ResolveError where
    it cannot be had, ParseError where it is something else, both with problems of that document.
    """
    here = id_of(value)
    inside = isinstance(value, Mapping)
    if inside and (not is_url(here) or (host == "signed" and kind is Kind.BADGE_CLASS)):
        return Part(kind, upgraded(value, kind), version, embedded=True)
    if not is_url(here):
        expected = "the address of a document, or the document"
        raise ParseError.at("", expected=expected, got=show(value), code="badge.link")
    try:
        return published(here, kind, resolver=resolver, version=version, lenient=lenient)
    except ResolveError as error:
        if inside and error.code == ResolveError.NOT_FOUND and host_of(here) == host:
            return Part(kind, upgraded(value, kind), version, url=here, embedded=True)
        raise


def published(url: str, kind: Kind, *, resolver: Resolver, version: str, lenient: bool = False) -> Part:
    """The document that is published at a URL; where it calls itself by another one, that one. Raises
    ResolveError and ParseError."""
    part = _published(url, kind, resolver, version)
    if not is_url(part.id) or same_address(part.id, url):
        return part
    if lenient and host_of(part.id) == host_of(url):
        return Part(kind, part.document, part.version, url, part.final_url, called=url)
    named = _published(part.id, kind, resolver, version)
    if not same_address(named.id, part.id):
        code = "badge.other-id"
        raise ParseError.at("/id", expected=f"the address {part.id}", got=show(named.id), code=code)
    return Part(kind, named.document, named.version, part.id, named.final_url, called=url)


def _published(url: str, kind: Kind, resolver: Resolver, version: str) -> Part:
    value, document = fetch_json(url, resolver)
    found = open_badges_version(value) or ("1.0" if version < "2" else version)
    return Part(kind, upgraded(value, kind, url=url), found, url, document.final_url)


def is_of_open_badges_3(document: Mapping[str, Json]) -> bool:
    """Whether a document is a credential of a newer kind."""
    return "VerifiableCredential" in types_of(document)
