"""From a badge of Open Badges 1.x or 2.x to an unsigned Open Badges 3.0 credential, and what that costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from insignia import credential
from insignia.credential import Form, Kind, Secured
from insignia.errors import InsigniaError, IssuingError, ResolveError, show
from insignia.issuing import draft
from insignia.openbadges2.changes import Change, Fate
from insignia.openbadges2.linking import Part, fetch_json, linked
from insignia.openbadges2.reading import (
    declared_mode,
    host_of,
    hosted_at,
    id_of,
    is_url,
    listed,
    moment_of,
    upgraded,
)
from insignia.openbadges2.recipients import identity
from insignia.profile import IDENTIFIER_TYPES
from insignia.resolver import Resolver
from insignia.schema import is_uri

Json = Any
_ISSUER: Final = {
    "name": "name",
    "url": "url",
    "email": "email",
    "description": "description",
    "telephone": "phone",
}
_EVIDENCE: Final = ("id", "narrative", "name", "description", "genre", "audience")
_ALIGNMENT: Final = ("targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode")
_MAPPED: Final = {
    "Assertion": frozenset(
        {
            *("@context", "type", "id", "uid", "recipient", "badge", "verification", "issuedOn", "expires"),
            *("image", "evidence", "narrative", "endorsement", "related", "revoked", "revocationReason"),
        }
    ),
    "BadgeClass": frozenset(
        {
            *("@context", "type", "id", "name", "description", "image", "criteria", "issuer", "alignment"),
            *("tags", "endorsement", "related", "version", "@language"),
        }
    ),
    "Profile": frozenset(
        {
            *("@context", "type", "id", "image", "publicKey", "verification", "revocationList"),
            *("endorsement", "related", *_ISSUER),
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Collected:
    """A badge with its definition and issuer. `published` tells whether it is what its address gives now;
    otherwise the copy was taken, and `reason` says why."""

    assertion: Part
    definition: Part
    issuer: Part
    published: bool
    reason: str = ""


def collect(secured: Secured, resolver: Resolver) -> Collected:
    """The documents of a badge, as published where it is hosted. Nothing is verified.

    Raises ResolveError or ParseError where definition or issuer cannot be had, IssuingError for a document
    that is no badge.
    """
    if secured.kind is not Kind.ASSERTION:
        expected = "a badge of Open Badges 1.x or 2.x"
        raise IssuingError.at("", expected=expected, got=secured.kind.value, code="convert.kind")
    given = upgraded(secured.document, secured.kind)
    part, reason = Part(secured.kind, given, secured.data_model), ""
    url = hosted_at(given)
    published = False
    if url and declared_mode(given) != "signed":
        try:
            value, document = fetch_json(url, resolver)
            version = credential.from_json(value).data_model
            part = Part(
                secured.kind, upgraded(value, secured.kind, url=url), version, url, document.final_url
            )
            published = True
        except InsigniaError as error:
            if secured.document.keys() == {"id"}:
                raise
            reason = str(error.problems[0])
    host = "signed" if secured.form is Form.SIGNED else host_of(part.url)
    definition = _linked(part, "badge", Kind.BADGE_CLASS, resolver, host)
    issuer = _linked(definition, "issuer", Kind.ISSUER_PROFILE, resolver, host_of(definition.url))
    return Collected(part, definition, issuer, published, reason)


def _linked(holder: Part, name: str, kind: Kind, resolver: Resolver, host: str) -> Part:
    value = holder.document.get(name)
    try:
        return linked(value, kind, resolver=resolver, host=host, version=holder.version)
    except ResolveError:
        if not isinstance(value, Mapping) or "name" not in value:
            raise
        return Part(kind, upgraded(value, kind), holder.version, embedded=True)  # a draft needs no proof


def convert(
    collected: Collected, *, now: datetime, identifier: Callable[[], str]
) -> tuple[dict[str, Json], list[Change]]:
    """The unsigned credential of Open Badges 3.0, and what was kept, changed and lost. Raises IssuingError
    where something that 3.0 asks for is missing."""
    changes: list[Change] = []
    assertion, definition = collected.assertion.document, collected.definition.document
    description: dict[str, Json] = {
        "achievement": _achievement(definition, changes),
        "recipient": _recipient(assertion.get("recipient"), changes),
        "issuer": _issuer(collected.issuer.document, changes),
    }
    _award(assertion, collected.assertion.version, description, changes)
    _note_lost(collected, changes)
    return draft(description, now=now, identifier=identifier), changes


def _recipient(recipient: Json, changes: list[Change]) -> dict[str, Json]:
    found = identity(recipient)
    if found is None:
        raise IssuingError.at(
            "/recipient", expected="an identity", got=show(recipient), code="convert.recipient"
        )
    if not found.hashed and found.identity_type in ("ext:url", "ext:id") and is_uri(found.identity_hash):
        changes.append(Change(Fate.KEPT, "recipient", f"as the subject’s id: {found.identity_hash}"))
        return {"id": found.identity_hash}
    kind = found.identity_type if found.identity_type in IDENTIFIER_TYPES else "ext:unknown"
    entry: dict[str, Json] = {
        "hashed": found.hashed,
        "identityHash": found.identity_hash,
        "identityType": kind,
    }
    if found.salt is not None:
        entry["salt"] = found.salt
    note = "its hash, as it is: the address itself is not known" if found.hashed else "readable by anyone"
    changes.append(Change(Fate.KEPT, "recipient", note))
    return {"identifiers": [entry]}


def _achievement(definition: Mapping[str, Json], changes: list[Change]) -> dict[str, Json]:
    found = {name: definition[name] for name in ("name", "description") if name in definition}
    if is_url(definition.get("id")) or str(definition.get("id", "")).startswith("urn:"):
        found["id"] = definition["id"]
    criteria = definition.get("criteria")
    found["criteria"] = _only(criteria, ("id", "narrative")) if isinstance(criteria, Mapping) else criteria
    if image := _image(definition.get("image")):
        found["image"] = image
    if alignments := [a for a in listed(definition.get("alignment")) if isinstance(a, Mapping)]:
        found["alignment"] = [_only(a, _ALIGNMENT) for a in alignments]
    if tags := [t for t in listed(definition.get("tags")) if isinstance(t, str)]:
        found["tag"] = tags
    for name, member in (("version", "version"), ("@language", "inLanguage")):
        if definition.get(name) is not None:
            found[member] = str(definition[name])
    kept = [
        name for name in ("name", "description", "criteria", "image", "alignment", "tag") if name in found
    ]
    changes.append(Change(Fate.KEPT, "achievement", ", ".join(kept)))
    return found


def _issuer(profile: Mapping[str, Json], changes: list[Change]) -> dict[str, Json]:
    found = {new: profile[old] for old, new in _ISSUER.items() if isinstance(profile.get(old), str)}
    if image := _image(profile.get("image")):
        found["image"] = image
    if identifier := id_of(profile):
        found["id"] = identifier
    changes.append(Change(Fate.KEPT, "issuer", ", ".join(found)))
    note = "sign with a key that its document lists, or put your DID there before you sign"
    changes.append(Change(Fate.CHANGED, "issuer’s id", f"{identifier or 'none'}: {note}"))
    return found


def _award(
    assertion: Mapping[str, Json], version: str, description: dict[str, Json], changes: list[Change]
) -> None:
    zoned = version >= "2"
    for old, new in (("issuedOn", "valid_from"), ("expires", "valid_until")):
        moment = moment_of(assertion.get(old), zoned=zoned)
        if moment is not None:
            description[new] = moment.isoformat().replace("+00:00", "Z")
            changes.append(Change(Fate.KEPT, old, f"as {'validFrom' if old == 'issuedOn' else 'validUntil'}"))
    if isinstance(assertion.get("narrative"), str) and assertion["narrative"]:
        description["narrative"] = assertion["narrative"]
    evidence = [
        _only(e, _EVIDENCE) if isinstance(e, Mapping) else {"id": e}
        for e in listed(assertion.get("evidence"))
    ]
    if evidence := [_without_blank(e) for e in evidence]:
        description["evidence"] = evidence
        changes.append(Change(Fate.KEPT, "evidence", f"{len(evidence)}"))
    name = id_of(assertion) or assertion.get("uid")
    changes.append(
        Change(Fate.CHANGED, "id", f"{show(name)} stays with the old badge; the new one has its own")
    )


def _without_blank(evidence: dict[str, Json]) -> dict[str, Json]:
    """A blank node has no address."""
    return {k: v for k, v in evidence.items() if not (k == "id" and str(v).startswith("_:"))}


_TAKEN_OVER: Final = {
    "endorsement": "ask for a new one: those of 2.0 are other documents",
    "related": "name the other editions again",
    "publicKey": "the new badge has a proof instead",
    "revocationList": "the new badge can have a status list instead",
}


def _note_lost(collected: Collected, changes: list[Change]) -> None:
    assertion = collected.assertion.document
    lost = [("verification", "a signature takes its place, once the draft is signed")]
    if id_of(assertion.get("image")):
        lost.append(("baked picture", "bake the new badge into the picture of the achievement"))
    for part, name in (
        (collected.assertion, "Assertion"),
        (collected.definition, "BadgeClass"),
        (collected.issuer, "Profile"),
    ):
        lost += [(m, note) for m, note in _TAKEN_OVER.items() if listed(part.document.get(m))]
        lost += [(m, "nothing in 3.0 is called that") for m in part.document if m not in _MAPPED[name]]
    if assertion.get("revoked") is True:
        lost.append(("revocation", "the old badge was revoked: think before you issue it again"))
    changes += [Change(Fate.LOST, what, note) for what, note in dict.fromkeys(lost)]


def _image(value: Json) -> dict[str, Json] | None:
    if not id_of(value):
        return None
    found: dict[str, Json] = {"id": id_of(value)}
    if isinstance(value, Mapping) and isinstance(value.get("caption"), str):
        found["caption"] = value["caption"]
    return found


def _only(value: Mapping[str, Json], names: tuple[str, ...]) -> dict[str, Json]:
    return {name: value[name] for name in names if value.get(name) is not None}
