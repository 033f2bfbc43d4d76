"""An issuer, a holder and badges with selective disclosure."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from insignia import contexts, credential, issuing, sd_jwt
from insignia.did import did_key, did_key_method
from insignia.issuing import IssuerKey
from insignia.keys import KeyType, SecretKey
from insignia.report import Outcome, Report
from insignia.resolver import OfflineResolver
from insignia.verification import STRICT, verify

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
ISSUER = SecretKey.generate(KeyType.P256, lambda size: bytes(range(1, size + 1)))
HOLDER = SecretKey.from_seed(bytes(range(32)))
KEY = IssuerKey.from_secret(ISSUER)
DID = did_key(ISSUER.public_key)
METHOD = did_key_method(ISSUER.public_key)
BADGE: dict[str, Any] = {
    "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES_3_0_3],
    "id": "urn:uuid:b8bb4e84-5a5b-4e33-9c0c-0b3d0c5c1b11",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": DID, "type": ["Profile"], "name": "Universität"},
    "name": "Robotics",
    "validFrom": "2026-02-01T00:00:00Z",
    "validUntil": "2028-02-01T00:00:00Z",
    "evidence": [{"type": ["Evidence"], "id": "https://robots.example/1", "name": "The robot"}],
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": "ann@example.org",
                "identityType": "emailAddress",
            },
            {"type": "IdentityObject", "hashed": False, "identityHash": "Ann", "identityType": "name"},
        ],
        "role": "Builder",
        "achievement": {
            "id": "https://university.example/achievements/1",
            "type": ["Achievement"],
            "name": "Robotics",
            "description": "Builds robots that work.",
            "criteria": {"narrative": "Build three robots."},
        },
    },
}


def randomness() -> Any:
    return random.Random(2).randbytes


def signed(suite: str, document: dict[str, Any] | None = None, **more: Any) -> str:
    made = issuing.issue_selectively(document or BADGE, key=KEY, suite=suite, random=randomness(), **more)
    return made.token


def shown(text: str, *pointers: str, nonce: str | None = None) -> str:
    part = sd_jwt.present(sd_jwt.parse(text), pointers)
    if nonce is None:
        return part
    return sd_jwt.bind(part, HOLDER, audience="https://e.example", nonce=nonce, now=NOW)


def reported(text: str, resolver: Any = None, **more: Any) -> Report:
    return verify(
        credential.parse(text), resolver=resolver or OfflineResolver(), now=NOW, policy=STRICT, **more
    )


def outcomes(report: Report) -> dict[str, str]:
    return {check.code: check.outcome.value for check in report.checks}


def reasons(report: Report) -> dict[str, str]:
    return {check.code: check.reason for check in report.checks if check.outcome is Outcome.FAILED}


def token(payload: Any, *, key: SecretKey = ISSUER, disclosures: tuple[Any, ...] = (), **header: Any) -> str:
    return sd_jwt.issue({"kid": METHOD, **header}, payload, disclosures, key)


CLAIMS: dict[str, Any] = {
    "vct": "https://types.example/course",
    "iss": DID,
    "name": "Ann",
    "nbf": 1_700_000_000,
}
