"""What a badge says about itself, gathered for a person: nothing here is proven."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from insignia.credential import Kind
from insignia.openbadges2.reading import id_of, listed
from insignia.openbadges2.recipients import identity
from insignia.verification.openbadges2.badge import Badge
from insignia.verification.subject import Description, Party, Recipient, text

Json = Any
_KINDS = {
    Kind.ASSERTION: "achievement",
    Kind.BADGE_CLASS: "achievement definition",
    Kind.ISSUER_PROFILE: "issuer profile",
    Kind.BADGE_ENDORSEMENT: "endorsement",
}


def describe(badge: Badge) -> Description:
    """The parts that a report shows: of what is published where that is known, else of the copy."""
    part = badge.part
    document: Mapping[str, Json] = part.document if part is not None else badge.given
    kind = badge.run.secured.kind
    version = part.version if part is not None else badge.run.secured.data_model
    said: Description = {
        "kind": _KINDS[kind],
        "types": [t for t in listed(document.get("type")) if isinstance(t, str)],
        "version": f"{version}, {'signed' if badge.signed else 'hosted'}",
    }
    definition = _known(badge.definition.document if badge.definition else document.get("badge"))
    if kind is not Kind.ASSERTION:
        definition = document
    issuer = badge.issuer.document if badge.issuer else definition.get("issuer", document.get("issuer"))
    if identifier := id_of(document):
        said["id"] = identifier
    _add_texts(said, definition)
    if kind is Kind.ASSERTION and (party := _party(definition)):
        said["achievement"] = party
    if kind is not Kind.ISSUER_PROFILE and (party := _party(issuer)):
        said["issuer"] = party
    if kind in (Kind.ASSERTION, Kind.BADGE_ENDORSEMENT):
        _add_award(said, document)
    return said


def _add_texts(said: Description, definition: Mapping[str, Json]) -> None:
    if name := text(definition.get("name")):
        said["name"] = name
    if description := text(definition.get("description")):
        said["description"] = description
    if image := id_of(definition.get("image")):
        said["image"] = image


def _add_award(said: Description, document: Mapping[str, Json]) -> None:
    claim = document.get("claim")
    if isinstance(claim, Mapping):
        if comment := text(claim.get("endorsementComment")):
            said["comment"] = comment
        if about := id_of(claim):
            said["recipient"] = {"id": about}
    if (found := identity(document.get("recipient"))) is not None:
        person: Recipient = {
            "identifiers": [
                {"type": found.identity_type, "value": found.identity_hash, "hashed": found.hashed}
            ]
        }
        said["recipient"] = person
    if isinstance(start := document.get("issuedOn"), str):
        said["validFrom"] = start
    if isinstance(end := document.get("expires"), str):
        said["validUntil"] = end


def _known(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {"id": value} if isinstance(value, str) else {}


def _party(value: Json) -> Party:
    party: Party = {}
    if identifier := id_of(value):
        party["id"] = identifier
    if isinstance(value, Mapping) and (name := text(value.get("name"))):
        party["name"] = name
    return party
