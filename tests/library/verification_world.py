"""A small world to verify in: issuers with keys and DID documents, and the credentials they sign."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from insignia import credential, jsonld, proof
from insignia.contexts import CREDENTIALS_V2, OPEN_BADGES_3_0_3
from insignia.did import did_key, did_key_method
from insignia.keys import SecretKey
from insignia.report import Check, Report
from insignia.resolver import MapResolver
from insignia.status_list import BitstringStatusList, status_list_credential
from insignia.verification import STRICT, Policy, verify

Json = Any
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LIST = "https://university.example/status/1"
LOADER = jsonld.bundled_loader(MapResolver({}))


@dataclass
class Issuer:
    """Somebody with an Ed25519 key: a did:web with its document, or a did:key."""

    name: str
    seed: bytes
    domain: str = ""
    key: SecretKey = field(init=False)

    def __post_init__(self) -> None:
        self.key = SecretKey.from_seed(self.seed)

    @property
    def id(self) -> str:
        return f"did:web:{self.domain}" if self.domain else did_key(self.key.public_key)

    @property
    def method(self) -> str:
        return f"{self.id}#key-1" if self.domain else did_key_method(self.key.public_key)

    @property
    def url(self) -> str:
        return f"https://{self.domain}/.well-known/did.json"

    @property
    def profile(self) -> dict[str, Json]:
        return {"id": self.id, "type": ["Profile"], "name": self.name}

    def document(self, **changes: Json) -> dict[str, Json]:
        method = {
            "id": self.method,
            "type": "Multikey",
            "controller": self.id,
            "publicKeyMultibase": self.key.public_key.to_multikey(),
        }
        return {
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": self.id,
            "verificationMethod": [{**method, **changes}],
            "assertionMethod": [self.method],
            "authentication": [self.method],
        }

    def sign(self, document: dict[str, Json], **options: Json) -> dict[str, Json]:
        given: dict[str, Json] = {
            "suite": "eddsa-jcs-2022",
            "signer": self.key,
            "verification_method": self.method,
            "created": "2025-01-01T00:00:00Z",
            "loader": LOADER,
        }
        return proof.add_proof(document, **{**given, **options})


UNIVERSITY = Issuer("Example University", b"u" * 32, "university.example")
AGENCY = Issuer("Accreditation Agency", b"a" * 32, "agency.example")
PERSON = Issuer("Ada", b"p" * 32)
STRANGER = Issuer("Stranger", b"s" * 32)


def badge(**changes: Json) -> dict[str, Json]:
    """An unsigned Open Badge of the university about Ada; None takes a member out."""
    document: dict[str, Json] = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3],
        "id": "urn:uuid:7d0fd5c2-6fb4-4b1e-9f4f-0a4a83a4d0a1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": UNIVERSITY.profile,
        "validFrom": "2025-01-01T00:00:00Z",
        "name": "Advanced Robotics",
        "credentialSubject": {
            "id": PERSON.id,
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://university.example/achievements/robotics",
                "type": ["Achievement"],
                "name": "Advanced Robotics",
                "description": "Builds and programs robots.",
                "criteria": {"narrative": "Passed the examination."},
            },
        },
    }
    return {name: value for name, value in {**document, **changes}.items() if value is not None}


def endorsement(**changes: Json) -> dict[str, Json]:
    """An unsigned endorsement of the university by the agency."""
    document: dict[str, Json] = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3],
        "id": "urn:uuid:3c1fd5c2-6fb4-4b1e-9f4f-0a4a83a4d0a1",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": AGENCY.profile,
        "validFrom": "2025-01-01T00:00:00Z",
        "name": "Accreditation",
        "credentialSubject": {
            "id": UNIVERSITY.id,
            "type": ["EndorsementSubject"],
            "endorsementComment": "In good standing.",
        },
    }
    return {name: value for name, value in {**document, **changes}.items() if value is not None}


def entry(index: int = 5, *, purpose: str = "revocation", **changes: Json) -> dict[str, Json]:
    """A status entry that points into `LIST`."""
    return {
        "id": f"{LIST}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": LIST,
        **changes,
    }


def status_list(
    *indices: int, signer: Issuer = UNIVERSITY, purpose: str | list[str] = "revocation", **changes: Json
) -> dict[str, Json]:
    """The signed status list in which `indices` are set."""
    bits = BitstringStatusList()
    bits.set_all(indices)
    document = status_list_credential(
        url=LIST,
        issuer=signer.id,
        purpose=purpose,
        encoded_list=bits.encode(),
        valid_from="2025-01-01T00:00:00Z",
    )
    return signer.sign({**document, **changes})


def world(**documents: Json) -> dict[str, Json]:
    """The documents that a resolver knows: those of the issuers, and more by URL."""
    return {UNIVERSITY.url: UNIVERSITY.document(), AGENCY.url: AGENCY.document(), **documents}


def check(
    document: dict[str, Json] | str,
    documents: dict[str, Json] | None = None,
    *,
    policy: Policy = STRICT,
    now: datetime = NOW,
    **options: Json,
) -> Report:
    """The report about a credential."""
    text = document if isinstance(document, str) else json.dumps(document)
    resolver = MapResolver(world() if documents is None else documents)
    return verify(credential.parse(text), resolver=resolver, now=now, policy=policy, **options)


def changed(document: dict[str, Json], *path: str | int, value: Json) -> dict[str, Json]:
    """A copy of a document with one value replaced."""
    copied = copy.deepcopy(document)
    node: Json = copied
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return copied


def found(report: Report, code: str) -> Check:
    """The first check of that code, which must be there."""
    check = report.check(code)
    assert check is not None, code
    return check


def outcomes(report: Report) -> dict[str, str]:
    """The outcome of each check by its code; of several with one code, the last."""
    return {c.code: c.outcome.value for c in report.checks}


def reasons(report: Report) -> set[tuple[str, str]]:
    """Code and reason of every check that failed or, being required, was not checked."""
    return {(c.code, c.reason) for c in (*report.failed(), *report.not_checked())}
