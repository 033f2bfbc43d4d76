"""Base and derived proofs of ecdsa-sd-2023 go both ways between Insignia and Digital Bazaar's JavaScript."""

from __future__ import annotations

import json
import shutil
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import test_digitalbazaar as shared

from insignia import contexts
from insignia.cryptosuites import ecdsa_sd_2023
from insignia.did import did_key_method
from insignia.keys import KeyType, SecretKey
from insignia.proof import add_proof, check_proofs

PACKAGES = {
    "@digitalbazaar/data-integrity": "2.5.0",
    "@digitalbazaar/ecdsa-multikey": "1.8.0",
    "@digitalbazaar/ecdsa-sd-2023-cryptosuite": "3.4.1",
    "jsonld-signatures": "11.6.0",
}
SCRIPT = Path(__file__).with_name("selective.mjs")
KEY = SecretKey.generate(KeyType.P256, lambda size: bytes(range(1, size + 1)))
MANDATORY = ["/issuer", "/validFrom", "/credentialSubject/achievement/name"]
CASES = {
    "a name": ["/credentialSubject/achievement/description"],
    "an element of an array": ["/credentialSubject/achievement/alignment/1"],
    "several": ["/evidence", "/credentialSubject/identifier/0/identityHash", "/name"],
    "nothing beside the mandatory": [],
    "all": [""],
}
Reply = dict[str, Any]


class Random:
    """Bytes that differ and are the same in each run."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, size: int) -> bytes:
        self.calls += 1
        return bytes((self.calls * 37 + i * 11) % 256 for i in range(size))


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> shared.Ask:
    """Puts requests to the JavaScript libraries; skips where Node.js or npm is missing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node.js and npm are not installed")
    folder = shared.install(npm, PACKAGES)
    bundled = tmp_path_factory.mktemp("selective") / "contexts.json"
    texts = {url: json.loads(contexts.bundled(url) or b"") for url in contexts.CONTEXTS}
    bundled.write_text(json.dumps(texts))

    def run(requests: list[Reply]) -> list[Reply]:
        lines = "".join(json.dumps(request) + "\n" for request in requests)
        command = [node, str(SCRIPT), str(bundled)]
        done = subprocess.run(command, input=lines, capture_output=True, text=True, cwd=folder, timeout=120)
        assert done.returncode == 0, done.stderr
        replies = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(replies) == len(requests)
        return replies

    return run


def signed_here(document: dict[str, Any]) -> dict[str, Any]:
    return add_proof(
        document,
        suite=ecdsa_sd_2023.base(MANDATORY, random=Random()),
        signer=KEY,
        verification_method=did_key_method(KEY.public_key),
        created=shared.CREATED,
        loader=shared.LOADER,
    )


def derived_here(base: dict[str, Any], pointers: list[str]) -> dict[str, Any]:
    return ecdsa_sd_2023.derive(base, pointers, loader=shared.LOADER)[0]


def holds_here(document: dict[str, Any]) -> bool:
    (result,) = check_proofs(document, loader=shared.LOADER, find_key=shared.find_key)
    return result.verified


def test_ours_derived_by_both_verify_on_both_sides(ask: shared.Ask) -> None:
    base = signed_here(shared.BADGE)
    ours = [derived_here(base, pointers) for pointers in CASES.values()]
    requests = [{"op": "derive", "document": base, "selectivePointers": one} for one in CASES.values()]
    theirs = [reply.get("document", reply) for reply in ask(requests)]
    for name, mine, other in zip(CASES, ours, theirs, strict=True):
        assert {**mine, "proof": ""} == {**other, "proof": ""}, name  # the same is revealed
        assert holds_here(mine), name
        assert holds_here(other), name
    changed = [shared.tampered(one) for one in ours]
    replies = ask([{"op": "verify", "document": one} for one in [*ours, *theirs, *changed]])
    assert [reply["verified"] for reply in replies] == [True] * 10 + [False] * 5, replies


def test_theirs_derived_by_both_verify_on_both_sides(ask: shared.Ask) -> None:
    key = {"publicKeyMultibase": KEY.public_key.to_multikey(), "secretKeyMultibase": KEY.to_multikey()}
    for document in (shared.BADGE, shared.OLD_BADGE):
        given = {"key": key, "mandatoryPointers": MANDATORY[:1], "created": shared.CREATED}
        (reply,) = ask([{"op": "base", "document": with_context(document), **given}])
        base = reply["document"]
        pointers = ["/credentialSubject/achievement/description"]
        (there,) = ask([{"op": "derive", "document": base, "selectivePointers": pointers}])
        here = derived_here(base, pointers)
        assert holds_here(here)
        assert holds_here(there["document"])
        (reply,) = ask([{"op": "verify", "document": here}])
        assert reply["verified"], reply
        broken = deepcopy(there["document"])
        broken["credentialSubject"]["achievement"]["description"] += "!"
        assert not holds_here(broken)


def with_context(document: dict[str, Any]) -> dict[str, Any]:
    if contexts.CREDENTIALS_V2 in document["@context"]:
        return document
    return {**document, "@context": [*document["@context"], "https://w3id.org/security/data-integrity/v2"]}


def test_an_ordered_list_is_shown_as_a_whole(ask: shared.Ask) -> None:
    """`@list` fails in the JavaScript library when it signs or derives; what we derive it verifies."""
    lists = {
        "@context": [*shared.BADGE["@context"], {"ranked": {"@id": "urn:x:ranked", "@container": "@list"}}]
    }
    document = {**shared.BADGE, **lists, "ranked": ["first", "second", "third"]}
    base = signed_here(document)
    derived = derived_here(base, ["/ranked"])
    assert derived["ranked"] == ["first", "second", "third"]
    assert holds_here(derived)
    (reply,) = ask([{"op": "verify", "document": derived}])
    assert reply["verified"], reply
