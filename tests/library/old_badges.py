"""A world of Open Badges 2.0: an issuer, its definition, its key, and the badges that it gives."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

from insignia import credential
from insignia.jose.compact import sign
from insignia.keys import KeyType, SecretKey, pem
from insignia.report import Check, Outcome, Report
from insignia.resolver import MapResolver
from insignia.verification import STRICT, Policy, verify

Json = Any
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CONTEXT = "https://w3id.org/openbadges/v2"
HOST = "https://badges.example.org"
SECRET = SecretKey.generate(KeyType.P256, lambda size: bytes(range(1, size + 1)))
OTHER = SecretKey.generate(KeyType.P256, lambda size: bytes(range(2, size + 2)))
ADDRESS = "ann@example.org"
HASH = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"  # a@example.com, Kosher


def assertion(**changes: Json) -> dict[str, Json]:
    return changed(
        {
            "@context": CONTEXT,
            "type": "Assertion",
            "id": f"{HOST}/ann.json",
            "recipient": {"type": "email", "hashed": True, "salt": "Kosher", "identity": HASH},
            "badge": f"{HOST}/badge.json",
            "issuedOn": "2024-03-21T10:00:00Z",
            "verification": {"type": "hosted"},
        },
        changes,
    )


def badge_class(**changes: Json) -> dict[str, Json]:
    return changed(
        {
            "@context": CONTEXT,
            "type": "BadgeClass",
            "id": f"{HOST}/badge.json",
            "name": "Bicycle repair",
            "description": "Can repair a bicycle.",
            "image": f"{HOST}/badge.png",
            "criteria": {"narrative": "Mend a tyre."},
            "issuer": f"{HOST}/issuer.json",
        },
        changes,
    )


def issuer(**changes: Json) -> dict[str, Json]:
    return changed(
        {
            "@context": CONTEXT,
            "type": "Issuer",
            "id": f"{HOST}/issuer.json",
            "name": "Cycling School",
            "url": HOST,
            "email": "school@example.org",
            "publicKey": f"{HOST}/key.json",
        },
        changes,
    )


def key(**changes: Json) -> dict[str, Json]:
    return changed(
        {
            "@context": CONTEXT,
            "type": "CryptographicKey",
            "id": f"{HOST}/key.json",
            "owner": f"{HOST}/issuer.json",
            "publicKeyPem": pem.write(SECRET.public_key),
        },
        changes,
    )


def endorsement(**changes: Json) -> dict[str, Json]:
    return changed(
        {
            "@context": CONTEXT,
            "type": "Endorsement",
            "id": f"{HOST}/praise.json",
            "claim": {"id": f"{HOST}/ann.json", "endorsementComment": "Well done."},
            "issuer": f"{HOST}/issuer.json",
            "issuedOn": "2024-05-01T00:00Z",
            "verification": {"type": "hosted"},
        },
        changes,
    )


def changed(document: dict[str, Json], changes: dict[str, Json]) -> dict[str, Json]:
    """With some members set, and those set to None left out."""
    both = copy.deepcopy({**document, **changes})
    return {name: value for name, value in both.items() if value is not None}


def world(*documents: dict[str, Json], **by_name: Json) -> dict[str, Json]:
    """The usual documents by their addresses, with others in their place; None takes one away."""
    usual = [assertion(), badge_class(), issuer(), key(), *documents]
    found = {document["id"]: document for document in usual}
    found |= {f"{HOST}/{name}.json": value for name, value in by_name.items()}
    return {url: value for url, value in found.items() if value is not None}


def signed(document: dict[str, Json] | None = None, *, secret: SecretKey = SECRET, **changes: Json) -> str:
    """A badge as a JWS; by default of the usual assertion with a urn as id."""
    payload = document or assertion(
        id="urn:uuid:1", verification={"type": "signed", "creator": f"{HOST}/key.json"}
    )
    return sign({"typ": "JWT"}, changed(payload, changes), secret)


def report(
    content: str | dict[str, Json], documents: dict[str, Json], *, policy: Policy = STRICT, **more: Json
) -> Report:
    secured = credential.parse(content) if isinstance(content, str) else credential.from_json(content)
    return verify(
        secured, resolver=more.pop("resolver", MapResolver(documents)), now=NOW, policy=policy, **more
    )


def outcomes(found: Report) -> dict[str, Outcome]:
    return {check.code: check.outcome for check in found.checks}


def reason(found: Report, code: str) -> str:
    return one(found, code).reason


def one(found: Report, code: str) -> Check:
    check = found.check(code)
    assert check is not None, outcomes(found)
    return check


def warnings(found: Report) -> list[str]:
    return [notice.code for notice in found.warnings]
