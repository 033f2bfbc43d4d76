"""Signed receipts: what was verified, when, under which policy and how it ended, signed by the verifier.

A receipt is a small JSON document with an embedded proof of a JCS suite (`eddsa-jcs-2022` or
`ecdsa-jcs-2019`), so that it stays readable and needs no JSON-LD.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

from insignia import cryptosuites, did, jsonld, strict_json
from insignia.errors import Problem, ProofError, show
from insignia.keys import KeyType, PublicKey
from insignia.report import Report
from insignia.resolver import OfflineResolver
from insignia.verification.render.tree import ReportTree, tree

if TYPE_CHECKING:
    from insignia.keys import Signer

Json = Any
TYPE = "VerificationReceipt"
_SUITES = {
    KeyType.ED25519: "eddsa-jcs-2022",
    KeyType.P256: "ecdsa-jcs-2019",
    KeyType.P384: "ecdsa-jcs-2019",
}
_CODE = "receipt.malformed"
# The JCS suites look at no context; what is bundled is more than a receipt needs.
_LOADER = jsonld.bundled_loader(OfflineResolver())


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt whose signature holds. `report` is the report as JSON values (`render.tree`)."""

    report: ReportTree
    signed: str
    verification_method: str

    @property
    def verdict(self) -> str:
        """`valid`, `invalid` or `undetermined`."""
        return self.report["verdict"]

    def is_about(self, content: bytes) -> bool:
        """Whether these are the exact bytes that were verified."""
        import hashlib

        return self.report["digest"] == "sha256:" + hashlib.sha256(content).hexdigest()


def sign(report: Report, signer: Signer, *, created: datetime, verification_method: str | None = None) -> str:
    """The receipt of a report as JSON text that ends in a line feed.

    It carries the digest of the verified bytes, the policy, the time, the verdict and every check.
    `created` needs a zone. `verification_method` is the URL of the verifier's key, by default its did:key.
    Raises ProofError for a key that no JCS suite signs with (RSA, P-521).
    """
    suite = _suite(signer.public_key)
    document = {"type": TYPE, "report": tree(report)}
    options = {
        "created": cryptosuites.timestamps.write(created),
        "verificationMethod": verification_method or did.did_key_method(signer.public_key),
        "proofPurpose": "assertionMethod",
    }
    proof = suite.create(document, options, signer, loader=_LOADER)
    return json.dumps({**document, "proof": proof}, ensure_ascii=False, indent=2) + "\n"


def check(receipt: bytes | str, key: PublicKey) -> Receipt:
    """The receipt, if `key` signed it: the key is one that the reader knows to be the verifier's.

    Raises ParseError when it is no JSON, ProofError when it is no receipt or the signature does not hold.
    """
    document = strict_json.loads(receipt)
    proof = document.get("proof") if isinstance(document, dict) else None
    if not isinstance(proof, dict) or document.get("type") != TYPE:
        _refuse("", f"a {TYPE} with a proof", show(document))
    if proof.get("cryptosuite") != _suite(key).name or proof.get("proofPurpose") != "assertionMethod":
        _refuse("/proof", f"a proof of {_suite(key).name} for assertionMethod", show(proof))
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    _suite(key).verify(unsecured, proof, key, loader=_LOADER)
    report = document.get("report")
    if not _is_report(report):
        _refuse("/report", "the report of a verification", show(report))
    return Receipt(report, str(proof.get("created", "")), str(proof["verificationMethod"]))


def _suite(key: PublicKey) -> cryptosuites.Cryptosuite:
    name = _SUITES.get(key.key_type)
    if name is None:
        expected = " or ".join(_SUITES)
        raise ProofError.at(
            "", expected=f"a key of the type {expected}", got=key.key_type, code="receipt.key"
        )
    return cryptosuites.named(name)


def _is_report(value: Json) -> bool:
    return isinstance(value, Mapping) and ReportTree.__required_keys__ <= value.keys()


def _refuse(where: str, expected: str, got: str) -> NoReturn:
    raise ProofError(Problem(where, expected, got, _CODE))
