"""What `insignia inspect` shows of a badge of Open Badges 1.x or 2.x."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from insignia.credential import Secured

Row = tuple[str, str]
_NAMES = {
    "assertion": "badge that was given to somebody (Assertion)",
    "badge-class": "definition of a badge (BadgeClass)",
    "issuer-profile": "profile of an issuer",
    "badge-endorsement": "endorsement",
}


def contents(secured: Secured) -> Iterator[Row]:
    """The rows, in the order of the document; nothing that it links to is fetched."""
    from insignia.openbadges2.reading import hosted_at, id_of, listed, upgraded

    document = upgraded(secured.document, secured.kind)
    if secured.document.keys() == {"id"}:
        yield "document", "only the address of a badge; what it gives is fetched by `insignia verify`"
        yield "address", _text(document["id"])
        return
    yield "document", f"Open Badges {secured.data_model}, {_NAMES[secured.kind]}"
    for title, name in (("id", "id"), ("name", "name"), ("description", "description"), ("url", "url")):
        if name in document:
            yield title, _text(document[name])
    yield from _recipient(document.get("recipient"))
    definition = document.get("badge")
    if definition is not None:
        yield "definition", _linked(definition)
    issuer = definition.get("issuer") if isinstance(definition, Mapping) else document.get("issuer")
    if issuer is not None:
        yield "issuer", _linked(issuer)
    claim = document.get("claim")
    if isinstance(claim, Mapping):
        yield "endorses", _text(id_of(claim))
        yield "comment", _text(claim.get("endorsementComment", "none"))
    for title, name in (("issued", "issuedOn"), ("expires", "expires"), ("revoked", "revoked")):
        if name in document:
            yield title, _text(document[name])
    for evidence in listed(document.get("evidence")):
        yield "evidence", _linked(evidence)
    if (url := hosted_at(document)) is not None and secured.form == "hosted":
        yield "published at", _text(url)
    verification = document.get("verification")
    if isinstance(verification, Mapping) and (key := id_of(verification.get("creator"))):
        yield "key", _text(key)


def _recipient(recipient: Any) -> Iterator[Row]:
    from insignia.openbadges2.recipients import identity

    found = identity(recipient)
    if found is not None:
        how = "a hash; whoever knows the value can compare" if found.hashed else "readable by anyone"
        yield "recipient", f"{_text(recipient.get('type'))}: {_text(found.identity_hash)} ({how})"


def _linked(value: Any) -> str:
    from insignia.openbadges2.reading import id_of

    if not isinstance(value, Mapping):
        return f"{_text(value)} (a link)"
    name = value.get("name") or value.get("narrative") or ""
    identifier = id_of(value)
    return (
        f"{_text(name)} ({_text(identifier)})" if name and identifier else _text(name or identifier or "none")
    )


def _text(value: Any) -> str:
    from insignia.verification.render.words import harmless

    return harmless(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
