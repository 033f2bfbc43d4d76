"""An issuer's DID on a domain of its own: what has to be placed there, and whether it is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from insignia import did, strict_json
from insignia.errors import InsigniaError, ResolveError
from insignia_server.issuers import addresses
from insignia_server.issuers.models import Issuer
from insignia_server.issuers.resolver import did_json
from insignia_server.issuers.signing import locked, touch

Fetch = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Placement:
    """What the web server of the own domain has to answer.

    `address` answers `content`, either a copy (to be replaced after each change of a key) or, better, passed
    through from `source`. `nginx`, `apache`, `caddy`: the lines that pass it through.
    """

    address: str
    content: bytes
    source: str
    nginx: str
    apache: str
    caddy: str


def placement(issuer: Issuer) -> Placement:
    """What to place, for an issuer with an own domain."""
    source = addresses.did_json(issuer)
    origin, path = issuer.base_url, source.removeprefix(issuer.base_url)
    return Placement(
        address=did.did_web_url(issuer.did),
        content=did_json(issuer),
        source=source,
        nginx=f"location = /.well-known/did.json {{\n    proxy_pass {source};\n"
        "    proxy_ssl_server_name on;\n}",
        apache=f"SSLProxyEngine on\nProxyPass /.well-known/did.json {source}",
        caddy=f"handle /.well-known/did.json {{\n    rewrite * {path}\n"
        f"    reverse_proxy {origin} {{\n        header_up Host {{upstream_hostport}}\n    }}\n}}",
    )


def look(issuer: Issuer, *, fetch: Fetch) -> str:
    """What is wrong with the document at the own domain; empty when it is ours.

    Never raises for what it answers.
    """
    address = did.did_web_url(issuer.did)
    try:
        content = fetch(address)
    except ResolveError as error:
        return _("{address} could not be fetched: {error}").format(
            address=address, error=error.problems[0].got
        )
    try:
        found = strict_json.loads(content)
    except InsigniaError as error:
        return _("{address} holds something else than JSON: {error}").format(
            address=address, error=error.problems[0].got
        )
    if found == strict_json.loads(did_json(issuer)):
        return ""
    if not isinstance(found, dict) or found.get("id") != issuer.did:
        return _("{address} holds another document than that of {did}.").format(
            address=address, did=issuer.did
        )
    return _("{address} holds an older document. Place the present one there.").format(address=address)


@transaction.atomic
def conclude(issuer: Issuer, *, detail: str, now: dt.datetime) -> None:
    """Write down what a look saw. `document_seen_at` keeps the last time when all was well."""
    row = locked(issuer)
    if row.own_domain != issuer.own_domain:
        return
    row.document_detail = detail
    if not detail:
        row.document_seen_at = now
    touch(row, "document_detail", "document_seen_at")
