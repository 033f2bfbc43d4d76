"""A document, keys and options of the tests of cryptosuites."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from insignia import cryptosuites, jsonld
from insignia.contexts import CREDENTIALS_V2
from insignia.cryptosuites import Cryptosuite
from insignia.did import did_key_method
from insignia.errors import ProofError
from insignia.keys import KeyType, SecretKey
from insignia.resolver import OfflineResolver

LOADER = jsonld.bundled_loader(OfflineResolver())
KEYS = {
    KeyType.ED25519: SecretKey.from_seed(bytes(range(32))),
    KeyType.P256: SecretKey.generate(KeyType.P256, lambda size: bytes(range(1, size + 1))),
    KeyType.P384: SecretKey.generate(KeyType.P384, lambda size: bytes(range(1, size + 1))),
}
SUITES = [(suite, kind) for suite in cryptosuites.SUITES.values() for kind in sorted(suite.key_types)]
RDFC = [(suite, kind) for suite, kind in SUITES if suite.needs_context]
JCS = [(suite, kind) for suite, kind in SUITES if not suite.needs_context]
DOCUMENT: dict[str, Any] = {
    "@context": [CREDENTIALS_V2, "https://w3id.org/security/suites/ed25519-2020/v1"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential"],
    "name": "Alumni Credential",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "name": "Ana"},
}


def options(kind: KeyType, **more: Any) -> dict[str, Any]:
    return {
        "created": "2026-03-01T12:00:00Z",
        "verificationMethod": did_key_method(KEYS[kind].public_key),
        "proofPurpose": "assertionMethod",
        **more,
    }


def sign(
    suite: Cryptosuite, kind: KeyType, document: Mapping[str, Any] = DOCUMENT, **more: Any
) -> dict[str, Any]:
    return suite.create(document, options(kind, **more), KEYS[kind], loader=LOADER)


def verify(suite: Cryptosuite, kind: KeyType, proof: dict[str, Any], document: Any = DOCUMENT) -> None:
    suite.verify(document, proof, KEYS[kind].public_key, loader=LOADER)


def places(error: pytest.ExceptionInfo[ProofError]) -> list[tuple[str, str]]:
    return [(problem.where, problem.code) for problem in error.value.problems]
