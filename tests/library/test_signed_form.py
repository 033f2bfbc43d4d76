"""What a proof signed, as bytes. Quotations are from the EdDSA and ECDSA Cryptosuites 1.0."""

from __future__ import annotations

from hashlib import sha256, sha384
from typing import Any

import pytest
from test_proof import CREATED, DOCUMENT, KEYS, LOADER, SUITES, sign

from insignia import jsonld
from insignia.contexts import CREDENTIALS_V2
from insignia.cryptosuites import ecdsa_sd_2023
from insignia.did import did_key_method
from insignia.errors import JsonLdError, NotSupportedYet, ProofError
from insignia.keys import KeyType, default_algorithm
from insignia.multibase import base58btc_decode
from insignia.proof import add_proof, signed_form


@pytest.mark.parametrize(("suite", "kind"), SUITES)
def test_the_hashes_of_both_are_what_the_key_signed(suite: str, kind: KeyType) -> None:
    """'Set hashData to the result of concatenating proofConfigHash ... followed by
    transformedDocumentHash'"""
    document: dict[str, Any] = DOCUMENT
    if suite == "Ed25519Signature2020":
        context = "https://w3id.org/security/suites/ed25519-2020/v1"
        document = {**DOCUMENT, "@context": [CREDENTIALS_V2, context]}
    signed = sign(document, suite, kind)
    name, digest = ("sha384", sha384) if kind is KeyType.P384 else ("sha256", sha256)
    form = signed_form(signed, loader=LOADER, algorithm=name)
    assert (form.suite, form.proof_value) == (suite, signed["proof"]["proofValue"])
    data = digest(form.configuration).digest() + digest(form.document).digest()
    signature = base58btc_decode(form.proof_value[1:])
    key = KEYS[kind].public_key
    assert key.verify(signature, data, default_algorithm(kind))
    assert not key.verify(signature, data[::-1], default_algorithm(kind))


def test_under_rdfc_they_are_n_quads() -> None:
    signed = sign(DOCUMENT)
    form = signed_form({**signed, "proof": [signed["proof"]]}, loader=LOADER)
    assert form.document == jsonld.canonize(DOCUMENT, loader=LOADER)
    assert b"<https://w3id.org/security#cryptosuite>" in form.configuration
    assert form.proof_value.encode() not in form.configuration + form.document


@pytest.mark.parametrize("number", [0, 2])
def test_a_set_of_proofs_has_no_single_form(number: int) -> None:
    signed = sign(DOCUMENT)
    with pytest.raises(NotSupportedYet, match=f"{number} of them"):
        signed_form({**signed, "proof": [signed["proof"]] * number}, loader=LOADER)


def test_a_proof_of_a_chain_covers_more() -> None:
    signed = sign(DOCUMENT)
    signed["proof"]["previousProof"] = "urn:uuid:1"
    with pytest.raises(NotSupportedYet, match="follows another"):
        signed_form(signed, loader=LOADER)


def test_selective_disclosure_signs_statement_by_statement() -> None:
    key = KEYS[KeyType.P256]
    base = ecdsa_sd_2023.base(("/issuer",), random=lambda size: bytes(size))
    signed = add_proof(
        DOCUMENT,
        suite=base,
        signer=key,
        loader=LOADER,
        created=CREATED,
        verification_method=did_key_method(key.public_key),
    )
    with pytest.raises(NotSupportedYet, match="as a whole"):
        signed_form(signed, loader=LOADER)


@pytest.mark.parametrize(
    ("member", "value", "where"),
    [
        ("verificationMethod", 5, "/proof/verificationMethod"),
        ("proofValue", None, "/proof/proofValue"),
        ("cryptosuite", "rot13-2026", "/proof/cryptosuite"),
    ],
)
def test_a_malformed_proof(member: str, value: Any, where: str) -> None:
    signed = sign(DOCUMENT)
    signed["proof"][member] = value
    with pytest.raises(ProofError) as caught:
        signed_form(signed, loader=LOADER)
    assert caught.value.problems[0].where == where


def test_a_proof_without_a_signature() -> None:
    signed = sign(DOCUMENT)
    del signed["proof"]["proofValue"]
    with pytest.raises(ProofError, match="a signature"):
        signed_form(signed, loader=LOADER)


def test_what_no_context_defines_has_no_form() -> None:
    signed = sign(DOCUMENT)
    with pytest.raises(JsonLdError) as caught:
        signed_form({**signed, "colour": "red"}, loader=LOADER)
    assert caught.value.problems[0].where == "/colour"
    signed["proof"]["colour"] = "red"
    with pytest.raises(JsonLdError) as caught:
        signed_form(signed, loader=LOADER)
    assert caught.value.problems[0].where == "/proof/colour"
