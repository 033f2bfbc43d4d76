"""The Open Badges 3.0 credential of an award: one builder for documents and for templates with slots."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from insignia.contexts import CREDENTIALS_V2, OPEN_BADGES_3_0_3
from insignia.cryptosuites.timestamps import write
from insignia.issuing.drafting import EXTENSIONS_CONTEXT, SCHEMA_URL, plain_email
from insignia.profile import identity_hash
from insignia.strict_json import pointer
from insignia_server.achievements.document import achievement_document, level_id, result_id
from insignia_server.achievements.models import AchievementVersion
from insignia_server.credentials.models import StatusPurpose
from insignia_server.credentials.subject import DID, EMAIL, Subject
from insignia_server.issuers import documents
from insignia_server.issuers.models import Issuer

OB_JWT: Final = "ob-jwt"
MESSAGES: Final = ("valid", "suspended", "revoked", "reserved")  # the four values of two bits
_MARK: Final = "urn:insignia-field:"
_SLOT: Final = re.compile(_MARK + r"(\w+)")
_TIMES: Final = ("valid_until", "awarded_at", "activity_start", "activity_end")
_TEXTS: Final = ("narrative", "license_number", "role", "term")
_MEMBERS: Final = {"license_number": "licenseNumber"}
_EVIDENCE: Final = ("url", "name", "description", "narrative", "genre")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a credential's status will stand: the list, its address, and the index in it."""

    list_id: uuid.UUID
    url: str
    index: int


@dataclass(frozen=True)
class Common:
    """What all credentials of a version have in common under one suite."""

    achievement: Mapping[str, Any]
    issuer: Mapping[str, Any]
    base_url: str
    suite: str
    purpose: str
    name_shown: bool

    @classmethod
    def of(cls, version: AchievementVersion, issuer: Issuer, suite: str = "") -> Common:
        """From the rows. The achievement's document is the frozen one of a published version."""
        content = version.content
        achievement = dict(version.document or achievement_document(version, issuer))
        # The issuer stands in the credential already; twice the same subject cannot be compiled.
        if achievement.get("creator", {}).get("id") == issuer.did:
            del achievement["creator"]
        return cls(
            achievement,
            documents.profile(issuer),
            issuer.base_url,
            suite or content.get("suite") or "eddsa-rdfc-2022",
            content.get("status") or StatusPurpose.REVOCATION.value,
            content.get("name_in_credential", True),
        )

    def fingerprint(self) -> str:
        """The same for the same contents; to remember what was compiled from them."""
        return json.dumps(
            [self.achievement, self.issuer, self.base_url, self.suite, self.purpose, self.name_shown],
            sort_keys=True,
        )


class Shape(NamedTuple):
    """Which parts a subject has, and those of them that are no text of its own."""

    names: tuple[str, ...]  # of the slots
    kind: str
    results: tuple[tuple[str, str, str], ...]  # key of the description, key of the level, status
    credits: float | None
    list_url: str


Values = dict[str, str]


def document_for(
    version: AchievementVersion,
    issuer: Issuer,
    subject: Subject,
    status: Place | None = None,
    *,
    suite: str = "",
) -> dict[str, Any]:
    """The unsigned credential; `status` None for one that cannot be revoked, or for a preview."""
    common = Common.of(version, issuer, suite)
    shape, values = split(subject, status, common)
    return build(shape, values, common)


def split(subject: Subject, status: Place | None, common: Common) -> tuple[Shape, Values]:
    """What a subject has (its shape), and the texts of it (its values): `build` puts them together again."""
    values: Values = {"id": str(subject.credential_id), "valid_from": write(subject.valid_from)}
    kind = subject.identifier_kind
    own_id = subject.subject_id
    if kind == DID:
        own_id = subject.identifier
    elif subject.identifier:
        plain = plain_email(subject.identifier) if kind == EMAIL else subject.identifier
        values["salt"] = subject.salt
        values["hash"] = identity_hash(plain, subject.salt)
    if own_id or common.suite == OB_JWT:
        values["subject_id"] = own_id or subject.own_id()
    if common.name_shown and subject.name:
        values["name"] = subject.name
    for name in _TIMES:
        moment = getattr(subject, name)
        if moment is not None:
            values[name] = write(moment)
    for name in _TEXTS:
        text = getattr(subject, name)
        if text:
            values[name] = text
    results: tuple[tuple[str, str, str], ...] = ()
    if subject.results:
        results = tuple((one.description, one.level, one.status) for one in subject.results)
        values |= {f"result{i}": one.value for i, one in enumerate(subject.results) if one.value}
    for i, piece in enumerate(subject.evidence):
        for name in _EVIDENCE:
            text = getattr(piece, name)
            if text:
                values[f"evidence{i}_{name}"] = text
    list_url = ""
    if status is not None:
        list_url, values["index"] = status.url, str(status.index)
    return Shape(tuple(values), kind, results, subject.credits_earned, list_url), values


def build(shape: Shape, values: Mapping[str, str], common: Common) -> dict[str, Any]:
    """The unsigned credential, members in the order of the data model; arrays where many may stand."""
    achievement = common.achievement
    document: dict[str, Any] = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3, EXTENSIONS_CONTEXT],
        "id": f"urn:uuid:{values['id']}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achievement["name"],
        "description": achievement["description"],
        "issuer": common.issuer,
    }
    if "awarded_at" in values:
        document["awardedDate"] = values["awarded_at"]
    document["validFrom"] = values["valid_from"]
    if "valid_until" in values:
        document["validUntil"] = values["valid_until"]
    document["credentialSubject"] = _subject(shape, values, common)
    evidence = _evidence(values)
    if evidence:
        document["evidence"] = evidence
    document["credentialSchema"] = [{"id": SCHEMA_URL, "type": "1EdTechJsonSchemaValidator2019"}]
    if shape.list_url:
        document["credentialStatus"] = status_entry(shape.list_url, values["index"], common.purpose)
    document["refreshService"] = {
        "id": f"{common.base_url}/refresh/{values['id']}.json",
        "type": "1EdTechCredentialRefresh",
    }
    return document


def _subject(shape: Shape, values: Mapping[str, str], common: Common) -> dict[str, Any]:
    subject: dict[str, Any] = {"id": values["subject_id"]} if "subject_id" in values else {}
    subject["type"] = ["AchievementSubject"]
    if "activity_end" in values:
        subject["activityEndDate"] = values["activity_end"]
    if "activity_start" in values:
        subject["activityStartDate"] = values["activity_start"]
    if shape.credits is not None:
        subject["creditsEarned"] = shape.credits
    subject["achievement"] = common.achievement
    identifiers = _identifiers(shape.kind, values)
    if identifiers:
        subject["identifier"] = identifiers
    subject.update({_MEMBERS.get(name, name): values[name] for name in _TEXTS if name in values})
    if shape.results:
        subject["result"] = _results(shape, values, common.achievement["id"])
    return subject


def _identifiers(kind: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
    """IdentityObjects: the hashed identifier, and the name for people to read (Open Badges 3.0, B.1.12)."""
    found: list[dict[str, Any]] = []
    if "hash" in values:
        found.append(
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": values["hash"],
                "identityType": kind,
                "salt": values["salt"],
            }
        )
    if "name" in values:
        found.append(
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": values["name"],
                "identityType": "name",
            }
        )
    return found


def _results(shape: Shape, values: Mapping[str, str], achievement_id: str) -> list[dict[str, Any]]:
    found = []
    for i, (key, level, status) in enumerate(shape.results):
        result: dict[str, Any] = {"type": ["Result"]}
        if level:
            result["achievedLevel"] = level_id(achievement_id, key, level)
        if key:
            result["resultDescription"] = result_id(achievement_id, key)
        if status:
            result["status"] = status
        if f"result{i}" in values:
            result["value"] = values[f"result{i}"]
        found.append(result)
    return found


def _evidence(values: Mapping[str, str]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for slot, text in values.items():
        number, _, name = slot.partition("_")
        if number.startswith("evidence"):
            piece = found.setdefault(number, {"type": ["Evidence"]})
            piece["id" if name == "url" else name] = text
    return list(found.values())


def status_entry(list_url: str, index: str, purpose: str) -> dict[str, Any]:
    """One object, as Open Badges 3.0 asks for (Bitstring Status List 1.0, section 2.1)."""
    entry: dict[str, Any] = {
        "id": f"{list_url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": index,
        "statusListCredential": list_url,
    }
    if purpose == StatusPurpose.MESSAGE:
        entry["statusSize"] = 2
        entry["statusMessage"] = [
            {"status": hex(value), "message": message} for value, message in enumerate(MESSAGES)
        ]
    return entry


def template(shape: Shape, common: Common) -> tuple[dict[str, Any], dict[str, list[list[str]]]]:
    """A credential of this shape with a mark for each value, and the places of each value in it."""
    document = build(shape, {name: _MARK + name for name in shape.names}, common)
    slots: dict[str, list[list[str]]] = {name: [] for name in shape.names}
    for where, text in _strings(document, ""):
        match = _SLOT.search(text)
        if match is not None:
            slots[match[1]].append([where, text[: match.start()], text[match.end() :]])
    return document, slots


def _strings(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
        return
    children: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for name, child in children:
        yield from _strings(child, where + pointer(str(name)))
