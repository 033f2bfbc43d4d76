"""The documents of this instance straight from the database: no address of ours ever goes over the
network."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from insignia.errors import ResolveError
from insignia.resolver import Document, OfflineResolver, Purpose, Resolver
from insignia_server.issuers import documents
from insignia_server.issuers.models import Issuer, KeyState, SigningKey
from insignia_server.issuers.services import proved_domains
from insignia_server.kit import scopes
from insignia_server.organisations import domains
from insignia_server.organisations.models import Domain

SOURCE: Final = "this instance"
Answerer = Callable[[str], bytes | None]
_SLUG: Final = r"(?P<slug>[a-z0-9-]{1,60})"
_DOCUMENT: Final = re.compile(rf"/issuers/{_SLUG}/(?P<name>did|keys|profile)\.json", re.ASCII)
_JWK: Final = re.compile(rf"/issuers/{_SLUG}/keys/(?P<fragment>[A-Za-z0-9_-]{{1,120}})\.json", re.ASCII)
_WELL_KNOWN: Final = "/.well-known/did.json"
_AMBIGUOUS: Final = re.compile(r"[\x00-\x20\x7f\\]")  # two readers of such a URL see two hosts
_PORTS: Final = {"https": ":443", "http": ":80"}
_answerers: dict[str, Answerer] = {}
KEPT: Final = 4096  # documents a process keeps
_REVISED: Final = frozenset({"did", "keys"})
_kept: dict[tuple[str, str], tuple[object, bytes]] = {}


class Gone(Exception):
    """There was such a document, and it was withdrawn for good."""


def register_local(path_prefix: str, answer: Answerer) -> None:
    """Addresses of this instance that begin with `path_prefix` (like `/status/`) are answered by
    `answer(path)`.

    It runs in the crossing `verification` and returns the bytes, or None when there is no such document; it
    may raise `Gone`. An app registers in `apps.py`; the longest prefix wins. Raises ValueError for a prefix
    that is no folder.
    """
    if not (path_prefix.startswith("/") and path_prefix.endswith("/") and len(path_prefix) > 2):
        raise ValueError(f"expected a prefix like '/status/', got {path_prefix!r}")
    _answerers[path_prefix] = answer


class LocalResolver:
    """A resolver of the library. `others` answers for all other addresses: nobody, unless one is given."""

    def __init__(self, others: Resolver | None = None) -> None:
        self._others: Resolver = others or OfflineResolver()
        self._origins: frozenset[str] | None = None

    def resolve(self, url: str, purpose: Purpose) -> Document:
        """The document at an address.

        Raises ResolveError; not-found for an address of ours with nothing there.
        """
        if _AMBIGUOUS.search(url):
            raise ResolveError.at(
                url,
                expected="an address without blanks and backslashes",
                got="some",
                code=ResolveError.BLOCKED,
            )
        place = _place(url)
        if place is None:
            return self._others.resolve(url, purpose)
        authority, path = place
        if not self._is_ours(authority):
            content = _of_own_domain(authority) if path == _WELL_KNOWN else None
            return (
                self._others.resolve(url, purpose)
                if content is None
                else Document(url, content, _JSON, SOURCE)
            )
        try:
            content = local(path)
        except Gone:
            raise ResolveError.at(
                url, expected="a document", got="one that was withdrawn", code=ResolveError.GONE
            ) from None
        if content is None:
            raise ResolveError.at(
                url, expected="a document of this instance", got="nothing there", code=ResolveError.NOT_FOUND
            )
        return Document(url, content, _JSON, SOURCE)

    def _is_ours(self, authority: str) -> bool:
        """The instance's own host, or one that it had when an issuer was pinned."""
        if authority == _authority(settings.PUBLIC_URL):
            return True
        if self._origins is None:
            with scopes.crossing("did-resolution"):
                pinned = Issuer.objects.values_list("base_url", flat=True).distinct().order_by()
                self._origins = frozenset(map(_authority, pinned))
        return authority in self._origins


_JSON: Final = "application/json"


def local(path: str) -> bytes | None:
    """The document at a path of this instance, None where nothing is. Raises Gone."""
    with scopes.crossing("did-resolution"):
        if match := _DOCUMENT.fullmatch(path):
            return document(match["slug"], match["name"])
        if match := _JWK.fullmatch(path):
            return jwk(match["slug"], match["fragment"])
    for prefix in sorted(_answerers, key=len, reverse=True):
        if path.startswith(prefix):
            with scopes.crossing("verification"):
                return _answerers[prefix](path)
    return None


def document(slug: str, name: str) -> bytes | None:
    """`did`, `keys` or `profile` of an issuer as bytes; in a scope that sees it.

    None when there is no such issuer.
    """
    revision = _revision(slug) if name in _REVISED else None
    kept = _kept.get((slug, name))
    if kept is not None and kept[0] == revision:
        return kept[1]
    issuer: Issuer | None = Issuer.objects.select_related("parent").filter(slug=slug).first()
    if issuer is None:
        return None
    content = _BY_NAME[name](issuer)
    if revision is not None:
        if len(_kept) >= KEPT:
            _kept.clear()
        _kept[slug, name] = revision, content
    return content


def _revision(slug: str) -> object:
    """What changes with every change of the issuer or its keys; without the ORM, for verifiers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT revision FROM issuers_issuer WHERE slug = %s", [slug])
        row = cursor.fetchone()
    return row[0] if row else None


def jwk(slug: str, fragment: str) -> bytes | None:
    """The bare JWK of an RSA key; in a scope that sees it. Raises Gone for a compromised key."""
    key: SigningKey | None = SigningKey.objects.filter(
        issuer__slug=slug, fragment=fragment, algorithm="RSA"
    ).first()
    if key is None:
        return None
    if key.state == KeyState.COMPROMISED:
        raise Gone
    return dumped(documents.jwk(key))


def dumped(value: Any) -> bytes:
    """JSON for people and programs: indented, UTF-8, a line feed at the end."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"


def did_json(issuer: Issuer) -> bytes:
    """The bytes of the issuer's DID document."""
    return dumped(documents.did_document(issuer, SigningKey.objects.filter(issuer_id=issuer.pk)))


def _profile_json(issuer: Issuer) -> bytes:
    return dumped(documents.profile(issuer, domain_proofs=proved_domains(issuer)))


_BY_NAME: Final[dict[str, Callable[[Issuer], bytes]]] = {
    "did": did_json,
    "keys": documents.key_log,
    "profile": _profile_json,
}


def _of_own_domain(authority: str) -> bytes | None:
    """The DID document of an issuer on its own domain, as long as the domain is proved."""
    with scopes.crossing("did-resolution"):
        issuer: Issuer | None = Issuer.objects.filter(own_domain=authority).exclude(own_domain="").first()
        if issuer is None:
            return None
        held = Domain.objects.filter(domains.held(), organisation_id=issuer.organisation_id, name=authority)
        return did_json(issuer) if held.exists() else None


def _place(url: str) -> tuple[str, str] | None:
    """Authority and path of a web address; query and fragment say nothing to a file. None for all else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.netloc or "@" in parts.netloc:
        return None
    return _authority(url), parts.path


def _authority(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc.lower().removesuffix(_PORTS[parts.scheme])
