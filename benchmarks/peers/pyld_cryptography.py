"""PyLD with cryptography, measured like ours: JSON text in, JSON text out, contexts local.

  python pyld_cryptography.py MODE CONTEXTS.json SEED_HEX REPEAT WARM < lines > lines

Modes: issue, verify, canon (`eddsa-rdfc-2022` only). The usual way of writing it: `jsonld.to_rdf`, the
canonical form that PyLD offers, SHA-256, and an Ed25519 signature of OpenSSL.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import sys
import time
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyld import jsonld

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
mode, contexts_file, seed, repeat, warm = sys.argv[1:6]
with open(contexts_file, encoding="utf-8") as file:  # noqa: PTH123
    contexts = json.load(file)
key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
public = key.public_key()


def loader(url: str, _options: Any = None) -> dict[str, Any]:
    return {"contextUrl": None, "documentUrl": url, "document": contexts[url]}


def base58(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def unbase58(text: str) -> bytes:
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


DID = "did:key:z" + base58(b"\xed\x01" + public.public_bytes_raw())


def canonical(document: Any) -> str:
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": loader,
        "base": None,
    }
    return str(jsonld.normalize(document, options))


def hash_data(document: dict[str, Any], proof: dict[str, Any]) -> bytes:
    options = {"@context": document["@context"], **proof}
    hashes = (hashlib.sha256(canonical(each).encode()).digest() for each in (options, document))
    return b"".join(hashes)


def issue(text: str) -> str:
    document = json.loads(text)
    document["issuer"] = {**document["issuer"], "id": DID}
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-01-01T00:00:00Z",
        "verificationMethod": f"{DID}#{DID[8:]}",
        "proofPurpose": "assertionMethod",
    }
    proof["proofValue"] = "z" + base58(key.sign(hash_data(document, proof)))
    return json.dumps({**document, "proof": proof}, ensure_ascii=False)


def verify(text: str) -> str:
    document = json.loads(text)
    proof = document.pop("proof")
    signature = unbase58(proof.pop("proofValue")[1:])
    try:
        public.verify(signature, hash_data(document, proof))
    except InvalidSignature:
        return json.dumps({"ok": False, "error": "signature"})
    return json.dumps({"ok": True})


def canon(text: str) -> str:
    return json.dumps(canonical(json.loads(text)), ensure_ascii=False)


run = {"issue": issue, "verify": verify, "canon": canon}[mode]
lines = [line for line in sys.stdin if line.strip()]
for index in range(int(warm)):
    run(lines[index % len(lines)])
times, outputs = [], []
for _ in range(int(repeat)):
    started = time.perf_counter()
    outputs = [run(line) for line in lines]
    times.append((time.perf_counter() - started) * 1e6 / len(lines))
print("\n".join(outputs))
print(json.dumps({"us": statistics.median(times), "best_us": min(times), "n": len(lines)}), file=sys.stderr)
