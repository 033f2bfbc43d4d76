"""What Insignia signs verifies in Digital Bazaar's JavaScript libraries, and the other way round."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from insignia import contexts, jsonld
from insignia.did import VerificationMethod, did_key, did_key_method, verification_method
from insignia.keys import KeyType, SecretKey
from insignia.proof import add_proof, check_proofs
from insignia.resolver import OfflineResolver
from insignia.status_list import BitstringStatusList, status_list_credential

PACKAGES = {
    "@digitalbazaar/data-integrity": "2.5.0",
    "@digitalbazaar/ecdsa-jcs-2019-cryptosuite": "1.0.0",
    "@digitalbazaar/ecdsa-multikey": "1.8.0",
    "@digitalbazaar/ecdsa-rdfc-2019-cryptosuite": "1.3.0",
    "@digitalbazaar/ed25519-multikey": "1.3.1",
    "@digitalbazaar/ed25519-signature-2020": "5.4.0",
    "@digitalbazaar/ed25519-verification-key-2020": "4.2.0",
    "@digitalbazaar/eddsa-jcs-2022-cryptosuite": "1.0.0",
    "@digitalbazaar/eddsa-rdfc-2022-cryptosuite": "1.3.0",
    "@digitalbazaar/vc": "7.3.0",
    "@digitalbazaar/vc-bitstring-status-list": "2.0.1",
    "jsonld-signatures": "11.6.0",
}
SCRIPT = Path(__file__).with_name("digitalbazaar.mjs")
RESOLVER = OfflineResolver()
LOADER = jsonld.bundled_loader(RESOLVER)
CREATED = "2026-03-01T12:00:00Z"

SEED = bytes(range(32))
KEYS = {
    KeyType.ED25519: SecretKey.from_seed(SEED),
    KeyType.P256: SecretKey.generate(KeyType.P256, lambda size: bytes(range(1, size + 1))),
    KeyType.P384: SecretKey.generate(KeyType.P384, lambda size: bytes(range(2, size + 2))),
}
SUITES = [
    ("eddsa-rdfc-2022", KeyType.ED25519),
    ("eddsa-jcs-2022", KeyType.ED25519),
    ("Ed25519Signature2020", KeyType.ED25519),
    ("ecdsa-rdfc-2019", KeyType.P256),
    ("ecdsa-rdfc-2019", KeyType.P384),
    ("ecdsa-jcs-2019", KeyType.P256),
    ("ecdsa-jcs-2019", KeyType.P384),
]
BADGE: dict[str, Any] = {
    "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES_3_0_3],
    "id": "urn:uuid:b8bb4e84-5a5b-4e33-9c0c-0b3d0c5c1b11",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "https://university.example/issuer", "type": ["Profile"], "name": "Universität «Ω» 😀"},
    "validFrom": "2026-02-01T00:00:00Z",
    "name": 'Quotes " and \\ and\nnew lines\t',
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "identityHash": "a@example.com",
                "hashed": False,
                "identityType": "emailAddress",
            }
        ],
        "achievement": {
            "id": "https://university.example/achievements/1",
            "type": ["Achievement"],
            "name": "Robotics",
            "description": "Builds robots that work.",
            "criteria": {"narrative": "Build three robots."},
            "tag": ["robots", "engineering"],
            "alignment": [
                {
                    "type": ["Alignment"],
                    "targetName": f"Skill {i}",
                    "targetUrl": f"https://skills.example/{i}",
                }
                for i in range(3)
            ],
        },
        "creditsEarned": 3.5,
    },
    "evidence": [
        {"type": ["Evidence"], "narrative": "A film."},
        {"type": ["Evidence"], "narrative": "A log."},
    ],
}
OLD_BADGE: dict[str, Any] = {
    "@context": [contexts.CREDENTIALS_V1, contexts.OPEN_BADGES_3_0_3],
    "id": "urn:uuid:4a3c0d05-6ce8-4f7c-9a6f-47a7d8e3a9c4",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "https://university.example/issuer", "type": ["Profile"], "name": "University"},
    "issuanceDate": "2022-02-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:example:learner",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://university.example/achievements/2",
            "type": ["Achievement"],
            "name": "Welding",
            "description": "Welds.",
            "criteria": {"id": "https://university.example/criteria/2"},
        },
    },
}
# VC Data Model 2.0, 11.1; of the RDFC suites the direction is signed as a datatype (docs/adr/0015).
RIGHT_TO_LEFT: dict[str, Any] = {
    **BADGE,
    "name": [
        {"@value": "HTML و CSS", "@language": "ar", "@direction": "rtl"},
        {"@value": "HTML and CSS", "@language": "en", "@direction": "ltr"},
    ],
    "description": {"@value": "تصميم", "@direction": "rtl"},
}
DOCUMENTS = {"data model 2.0": BADGE, "data model 1.1": OLD_BADGE, "right to left": RIGHT_TO_LEFT}

Ask = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Puts requests to the JavaScript libraries; skips where Node.js or npm is missing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node.js and npm are not installed")
    folder = install(npm)
    bundled = tmp_path_factory.mktemp("interop") / "contexts.json"
    bundled.write_text(
        json.dumps({url: json.loads(contexts.bundled(url) or b"") for url in contexts.CONTEXTS})
    )

    def run(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
        done = subprocess.run(
            [node, str(SCRIPT), str(bundled)],
            input="".join(json.dumps(request) + "\n" for request in requests),
            capture_output=True,
            text=True,
            cwd=folder,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        replies: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(replies) == len(requests)
        return replies

    return run


def install(npm: str, packages: Mapping[str, str] = PACKAGES) -> Path:
    """The folder with the packages, kept outside of the tree from one run to the next."""
    name = hashlib.sha256(json.dumps(packages, sort_keys=True).encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"insignia-interop-{name}"
    with alone(folder):
        if not (folder / "complete").exists():
            manifest = {"name": "insignia-interop", "private": True, "dependencies": packages}
            (folder / "package.json").write_text(json.dumps(manifest))
            done = subprocess.run(
                [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=300,
            )
            if done.returncode != 0:
                pytest.skip("npm could not install Digital Bazaar's libraries")
            (folder / "complete").touch()
    return folder


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time installs."""
    import fcntl

    folder.mkdir(exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def find_key(proof: Mapping[str, Any]) -> VerificationMethod:
    return verification_method(proof["verificationMethod"], resolver=RESOLVER, purpose=proof["proofPurpose"])


def key_for_javascript(kind: KeyType) -> dict[str, str]:
    if kind is KeyType.ED25519:
        return {"seed": SEED.hex()}
    key = KEYS[kind]
    return {"publicKeyMultibase": key.public_key.to_multikey(), "secretKeyMultibase": key.to_multikey()}


def sign_here(document: dict[str, Any], suite: str, kind: KeyType, **more: Any) -> dict[str, Any]:
    key = KEYS[kind]
    return add_proof(
        document,
        suite=suite,
        signer=key,
        verification_method=did_key_method(key.public_key),
        created=CREATED,
        loader=LOADER,
        **more,
    )


def tampered(document: dict[str, Any]) -> dict[str, Any]:
    changed = deepcopy(document)
    changed["credentialSubject"]["achievement"]["name"] += "!"
    return changed


def test_ours_verify_there(ask: Ask) -> None:
    """One Node.js process for all cases: its start costs more than they do."""
    cases = [(name, suite, kind) for name in DOCUMENTS for suite, kind in SUITES]
    signed = [sign_here(DOCUMENTS[name], suite, kind) for name, suite, kind in cases]
    requests = [
        {"op": "verify", "suite": suite, "document": document, "purpose": "assertionMethod"}
        for (_, suite, _), good in zip(cases, signed, strict=True)
        for document in (good, tampered(good))
    ]
    replies = ask(requests)
    for case, good, bad in zip(cases, replies[::2], replies[1::2], strict=True):
        assert good == {"verified": True, "errors": []}, (case, good)
        assert bad["verified"] is False, case


def test_theirs_verify_here(ask: Ask) -> None:
    cases = [(name, suite, kind) for name in DOCUMENTS for suite, kind in SUITES]
    replies = ask(
        [
            {
                "op": "sign",
                "suite": suite,
                "key": key_for_javascript(kind),
                "document": DOCUMENTS[name],
                "purpose": "assertionMethod",
                "created": CREATED,
            }
            for name, suite, kind in cases
        ]
    )
    for (name, suite, kind), reply in zip(cases, replies, strict=True):
        theirs = reply.get("document")
        assert theirs is not None, (name, suite, kind, reply)
        (result,) = check_proofs(theirs, loader=LOADER, find_key=find_key)
        assert result.verified, (name, suite, kind, result.problems)
        assert result.method is not None
        assert result.method.controller == did_key(KEYS[kind].public_key)
        (broken,) = check_proofs(tampered(theirs), loader=LOADER, find_key=find_key)
        assert not broken.verified, (name, suite, kind)
        if kind is KeyType.ED25519:  # deterministic: the very same signature, so the very same bytes signed
            assert (
                theirs["proof"]["proofValue"]
                == sign_here(DOCUMENTS[name], suite, kind)["proof"]["proofValue"]
            )


def test_presentations_verify_on_both_sides(ask: Ask) -> None:
    credential = sign_here(BADGE, "eddsa-rdfc-2022", KeyType.ED25519)
    asked = {"challenge": "c-1", "domain": "verifier.example"}
    requests, expected = [], []
    for suite, kind in SUITES:
        presentation = {
            "@context": [contexts.CREDENTIALS_V2],
            "type": ["VerifiablePresentation"],
            "holder": did_key(KEYS[kind].public_key),
            "verifiableCredential": [credential],
        }
        ours = sign_here(presentation, suite, kind, purpose="authentication", extra=asked)
        common = {"suite": suite, "purpose": "authentication", **asked}
        requests += [
            {"op": "verify", "document": ours, **common},
            {"op": "verify", "document": ours, **common, "challenge": "c-2"},
            {
                "op": "sign",
                "document": presentation,
                "key": key_for_javascript(kind),
                "created": CREATED,
                **common,
            },
        ]
        expected.append((suite, kind))
    replies = ask(requests)
    for i, case in enumerate(expected):
        good, replayed, theirs = replies[3 * i : 3 * i + 3]
        assert good == {"verified": True, "errors": []}, (case, good)
        assert replayed["verified"] is False, case
        (result,) = check_proofs(
            theirs["document"], loader=LOADER, find_key=find_key, purpose="authentication", **asked
        )
        assert result.verified, (case, result.problems)
        (result,) = check_proofs(
            theirs["document"], loader=LOADER, find_key=find_key, purpose="authentication", challenge="c-2"
        )
        assert [problem.code for problem in result.problems] == ["INVALID_CHALLENGE_ERROR"]


def test_each_proof_of_a_set_verifies_there(ask: Ask) -> None:
    """Chains are not part of this: those libraries do not know `previousProof`."""
    document = BADGE
    suites = [("eddsa-rdfc-2022", KeyType.ED25519), ("ecdsa-rdfc-2019", KeyType.P256)]
    suites += [("eddsa-jcs-2022", KeyType.ED25519), ("ecdsa-jcs-2019", KeyType.P384)]
    for suite, kind in suites:
        document = sign_here(document, suite, kind)
    assert len(document["proof"]) == 4
    requests = [
        {"op": "verify", "suite": suite, "document": document, "purpose": "assertionMethod"}
        for suite, _ in suites
    ]
    assert ask(requests) == [{"verified": True, "errors": []}] * 4


def test_whole_credentials_verify_on_both_sides(ask: Ask) -> None:
    """Through `@digitalbazaar/vc`, which checks the data model and that the key is the issuer's."""
    cases = [(name, suite, kind) for name in DOCUMENTS for suite, kind in SUITES]
    requests = []
    for name, suite, kind in cases:
        issuer = {**DOCUMENTS[name]["issuer"], "id": did_key(KEYS[kind].public_key)}
        document = {**DOCUMENTS[name], "issuer": issuer}
        ours = sign_here(document, suite, kind)
        common = {"suite": suite, "created": CREATED}
        requests += [
            {"op": "verify-credential", "document": ours, "now": CREATED, **common},
            {"op": "verify-credential", "document": tampered(ours), "now": CREATED, **common},
            {"op": "issue-credential", "document": document, "key": key_for_javascript(kind), **common},
        ]
    replies = ask(requests)
    for i, case in enumerate(cases):
        good, bad, theirs = replies[3 * i : 3 * i + 3]
        assert good == {"verified": True, "errors": []}, (case, good)
        assert bad["verified"] is False, case
        (result,) = check_proofs(theirs["document"], loader=LOADER, find_key=find_key)
        assert result.verified, (case, result.problems)


def test_status_lists_are_read_on_both_sides(ask: Ask) -> None:
    indices = sorted({0, 7, 8, 94_567, 131_071, *(i * i % 131_072 for i in range(300))})
    ours = BitstringStatusList()
    ours.set_all(indices)
    decoded, encoded = ask(
        [
            {"op": "list-decode", "encodedList": ours.encode()},
            {"op": "list-encode", "length": 131_072, "set": indices},
        ]
    )
    assert decoded == {"length": 131_072, "set": indices}
    assert BitstringStatusList.decode(encoded["encodedList"]) == ours


def test_a_published_status_list_verifies_there(ask: Ask) -> None:
    requests = []
    for suite, kind in SUITES:
        document = status_list_credential(
            url="https://university.example/status/1",
            issuer=did_key(KEYS[kind].public_key),
            purpose=["revocation", "suspension"],
            encoded_list=BitstringStatusList().encode(),
            valid_from="2026-01-01T00:00:00Z",
            ttl=300_000,
        )
        requests.append(
            {
                "op": "verify-credential",
                "suite": suite,
                "document": sign_here(document, suite, kind),
                "now": CREATED,
            }
        )
    assert ask(requests) == [{"verified": True, "errors": []}] * len(SUITES)
