"""What a credential says about itself, gathered for a person: nothing here is proven."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NotRequired, TypedDict, cast

Json = Any

_KINDS = (
    ("AchievementCredential", "achievement"),
    ("OpenBadgeCredential", "achievement"),
    ("EndorsementCredential", "endorsement"),
    ("ClrCredential", "learner record"),
    ("VerifiablePresentation", "presentation"),
    ("BitstringStatusListCredential", "status list"),
    ("StatusList2021Credential", "status list"),
)


class Party(TypedDict):
    """An issuer, holder or recipient: `id` may be missing, `name` too."""

    id: NotRequired[str]
    name: NotRequired[str]


class Identifier(TypedDict):
    """One of a recipient's identifiers: what it is, its value or hash, and whether it is hashed."""

    type: str
    value: str
    hashed: bool


class Recipient(Party):
    """The person a credential is about."""

    identifiers: NotRequired[list[Identifier]]


class Description(TypedDict):
    """What `Report.subject` holds. Dates are strings as the credential has them."""

    kind: str
    types: list[str]
    version: NotRequired[str]
    id: NotRequired[str]
    name: NotRequired[str]
    description: NotRequired[str]
    image: NotRequired[str]
    issuer: NotRequired[Party]
    recipient: NotRequired[Recipient]
    achievement: NotRequired[Party]
    comment: NotRequired[str]
    validFrom: NotRequired[str]
    validUntil: NotRequired[str]
    awardedDate: NotRequired[str]
    credentials: NotRequired[int]


def describe(document: Mapping[str, Json]) -> Description:
    """The parts of a credential or presentation that a report shows, whatever their shape."""
    types = [t for t in listed(document.get("type")) if isinstance(t, str)]
    kind = next((word for name, word in _KINDS if name in types), "credential")
    said: Description = {"kind": kind, "types": types}
    if kind == "presentation":
        said["credentials"] = len(listed(document.get("verifiableCredential")))
    subject = next((s for s in listed(document.get("credentialSubject")) if isinstance(s, dict)), {})
    achievement = subject.get("achievement")
    if kind == "learner record":
        said["credentials"] = len(listed(subject.get("verifiableCredential")))
    if isinstance(achievement, dict):
        said["achievement"] = _party(achievement)
    _add_texts(said, document, achievement if isinstance(achievement, dict) else {}, subject)
    if party := _party(document.get("holder" if kind == "presentation" else "issuer")):
        said["issuer"] = party
    if recipient := _recipient(subject):
        said["recipient"] = recipient
    return said


def _add_texts(said: Description, document: Json, achievement: Json, subject: Json) -> None:
    if name := text(achievement.get("name")) or text(document.get("name")):
        said["name"] = name
    if description := text(achievement.get("description")) or text(document.get("description")):
        said["description"] = description
    if image := _image(achievement) or _image(document):
        said["image"] = image
    if comment := text(subject.get("endorsementComment")):
        said["comment"] = comment
    if isinstance(identifier := document.get("id"), str):
        said["id"] = identifier
    if isinstance(start := document.get("validFrom", document.get("issuanceDate")), str):
        said["validFrom"] = start
    if isinstance(end := document.get("validUntil", document.get("expirationDate")), str):
        said["validUntil"] = end
    if isinstance(awarded := document.get("awardedDate"), str):
        said["awardedDate"] = awarded


def listed(value: Json) -> list[Json]:
    """A JSON-LD value as a list: nothing is empty, one is a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text(value: Json) -> str:
    """A string of the data model, also where it is a language value object or several of them."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return next(filter(None, map(text, value)), "")
    if isinstance(value, dict):
        return text(value.get("@value"))
    return ""


def identifier_of(value: Json) -> str:
    """The id of an object, or the string that stands for it; empty when there is none."""
    found = value.get("id") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""


def _party(value: Json) -> Party:
    party: Party = {}
    if identifier := identifier_of(value):
        party["id"] = identifier
    if isinstance(value, dict) and (name := text(value.get("name"))):
        party["name"] = name
    return party


def _recipient(subject: Mapping[str, Json]) -> Recipient:
    found = cast(Recipient, _party(subject))
    if identifiers := list(_identifiers(subject)):
        found["identifiers"] = identifiers
    return found


def _identifiers(subject: Mapping[str, Json]) -> Iterator[Identifier]:
    for entry in listed(subject.get("identifier")):
        if isinstance(entry, dict) and isinstance(entry.get("identityHash"), str):
            kind = entry.get("identityType")
            yield {
                "type": kind if isinstance(kind, str) else "",
                "value": entry["identityHash"],
                "hashed": entry.get("hashed") is not False,
            }


def _image(owner: Mapping[str, Json]) -> str:
    return identifier_of(owner.get("image"))
