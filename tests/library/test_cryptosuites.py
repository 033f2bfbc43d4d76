"""The Data Integrity suites. Quotations are from the W3C Recommendations VC Data Integrity 1.0 (DI),
Data Integrity EdDSA Cryptosuites 1.0 (EdDSA) and Data Integrity ECDSA Cryptosuites 1.0 (ECDSA)."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptosuite_samples import (
    DOCUMENT,
    KEYS,
    LOADER,
    RDFC,
    SUITES,
    options,
    places,
    sign,
    verify,
)

from insignia import cryptosuites, jsonld
from insignia.contexts import CREDENTIALS_V2
from insignia.cryptosuites import Cryptosuite, eddsa_rdfc_2022
from insignia.cryptosuites.suite import DataIntegritySuite
from insignia.did import verification_method
from insignia.errors import ProofError, ResolveError
from insignia.keys import KeyType, PublicKey, SecretKey
from insignia.proof import check_proofs
from insignia.resolver import MapResolver

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "w3c_di.jsonl"
CASES = [json.loads(line) for line in VECTORS.read_text().splitlines()] if VECTORS.exists() else []
CASES = [case for case in CASES if "ecdsa-sd-2023" not in case["request"]["id"]]


class TestVectors:
    """../shared/vectors/w3c_di.jsonl without ecdsa-sd-2023, which is not supported yet."""

    def test_they_are_there(self) -> None:
        if not VECTORS.exists():
            pytest.skip("../shared/vectors is not part of a user's clone")
        assert len(CASES) >= 39

    @pytest.mark.parametrize(
        "case", [c for c in CASES if c["request"]["op"] == "verify"], ids=lambda c: c["request"]["id"]
    )
    def test_verify(self, case: dict[str, Any]) -> None:
        request = case["request"]
        resolver = MapResolver(request["documents"])
        try:
            results = check_proofs(
                request["credential"],
                loader=jsonld.bundled_loader(resolver),
                find_key=lambda proof: verification_method(proof["verificationMethod"], resolver=resolver),
                now=datetime.fromisoformat(request["now"]),
            )
            good = all(result.verified for result in results)
        except ProofError:
            good = False
        assert good is (case["expect"] == "valid")

    @pytest.mark.parametrize(
        "case", [c for c in CASES if c["request"]["op"] == "canonize"], ids=lambda c: c["request"]["id"]
    )
    def test_canonize(self, case: dict[str, Any]) -> None:
        request, expect = case["request"], case["expect"]
        loader = jsonld.bundled_loader(MapResolver(request["documents"]))
        output = jsonld.canonize(request["document"], loader=loader, algorithm=request["hash"].lower())
        assert hashlib.new(expect["digest"], output).hexdigest() == expect["hexdigest"]

    @pytest.mark.parametrize(
        "case", [c for c in CASES if c["request"]["op"] == "sign"], ids=lambda c: c["request"]["id"]
    )
    def test_sign(self, case: dict[str, Any]) -> None:
        request = case["request"]
        key = SecretKey.from_multikey(request["secretKeyMultibase"], request["publicKeyMultibase"])
        suite = cryptosuites.find(request["proof"])
        proof = suite.create(request["document"], request["proof"], key, loader=LOADER)
        assert proof["proofValue"] == case["expect"]["proofValue"]


class TestEverySuite:
    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    def test_a_proof_verifies(self, suite: Cryptosuite, kind: KeyType) -> None:
        proof = sign(suite, kind, domain="example.com", challenge="c")
        assert proof["type"] == suite.proof_type
        assert proof.get("cryptosuite", suite.proof_type) == suite.name
        assert proof["proofValue"][0] == "z"
        assert cryptosuites.find(proof) is cryptosuites.named(suite.name) is suite
        verify(suite, kind, proof)

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    def test_the_given_document_and_options_are_not_changed(self, suite: Cryptosuite, kind: KeyType) -> None:
        document, given_options = deepcopy(DOCUMENT), options(kind)
        suite.create(document, given_options, KEYS[kind], loader=LOADER)
        assert (document, given_options) == (DOCUMENT, options(kind))

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    def test_a_canonical_form_given_is_the_one_signed(self, suite: Cryptosuite, kind: KeyType) -> None:
        algorithm = "sha384" if kind is KeyType.P384 else "sha256"
        other = {**DOCUMENT, "name": "Other"}
        canonical = (
            jsonld.canonize(other, loader=LOADER, algorithm=algorithm)
            if suite.needs_context
            else json.dumps(other, sort_keys=True, separators=(",", ":")).encode()
        )
        proof = suite.create(DOCUMENT, options(kind), KEYS[kind], loader=LOADER, canonical=canonical)
        verify(suite, kind, proof, other)
        with pytest.raises(ProofError):
            verify(suite, kind, proof)

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    def test_a_key_of_another_type_is_refused(self, suite: Cryptosuite, kind: KeyType) -> None:
        """EdDSA 2.1.1: 'raise errors if they encounter a Multikey prefix value other than 0xed01'"""
        wrong = next(other for other in KEYS if other not in suite.key_types)
        with pytest.raises(ProofError) as error:
            suite.create(DOCUMENT, options(kind), KEYS[wrong], loader=LOADER)
        assert places(error) == [("/proof/verificationMethod", "PROOF_GENERATION_ERROR")]
        proof = sign(suite, kind)
        with pytest.raises(ProofError) as error:
            suite.verify(DOCUMENT, proof, KEYS[wrong].public_key, loader=LOADER)
        assert ("/proof/verificationMethod", "PROOF_VERIFICATION_ERROR") in places(error)

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    def test_another_key_of_the_same_type_does_not_verify(self, suite: Cryptosuite, kind: KeyType) -> None:
        other = SecretKey.generate(kind, lambda size: bytes([7]) * size)
        with pytest.raises(ProofError) as error:
            suite.verify(DOCUMENT, sign(suite, kind), other.public_key, loader=LOADER)
        assert places(error) == [("/proof/proofValue", "PROOF_VERIFICATION_ERROR")]

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    @pytest.mark.parametrize(
        "change",
        [
            lambda value: None,
            lambda value: 7,
            lambda value: "",
            lambda value: "z",
            lambda value: value[1:],
            lambda value: "u" + value[1:],
            lambda value: value + "1",
            lambda value: "z1" + value[1:],
            lambda value: value[:-1],
            lambda value: value[:10] + "0" + value[11:],
            lambda value: value[:10] + " " + value[10:],
            lambda value: "z" + "2" * 500,
        ],
    )
    def test_a_malformed_proof_value(self, suite: Cryptosuite, kind: KeyType, change: Any) -> None:
        """EdDSA 2.2.1: 'using the base-58-btc header and alphabet'; 3.2.6: 'exactly 64 bytes in size'"""
        proof = sign(suite, kind)
        proof["proofValue"] = change(proof["proofValue"])
        with pytest.raises(ProofError) as error:
            verify(suite, kind, proof)
        assert places(error) == [("/proof/proofValue", "PROOF_VERIFICATION_ERROR")]

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    def test_a_missing_proof_value(self, suite: Cryptosuite, kind: KeyType) -> None:
        with pytest.raises(ProofError) as error:
            verify(suite, kind, {"type": suite.proof_type, **options(kind)})
        assert ("/proof/proofValue", "PROOF_VERIFICATION_ERROR") in places(error)

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    def test_the_options_must_be_for_the_suite(self, suite: Cryptosuite, kind: KeyType) -> None:
        """EdDSA 3.2.3: 'If options.type is not set to the string DataIntegrityProof … an error MUST be raised
        that SHOULD convey an error type of PROOF_TRANSFORMATION_ERROR'"""
        proof = sign(suite, kind)
        with pytest.raises(ProofError) as error:
            verify(suite, kind, {**proof, "type": "OtherProof"})
        assert places(error) == [("/proof/type", "PROOF_TRANSFORMATION_ERROR")]
        with pytest.raises(ProofError) as error:
            suite.create(DOCUMENT, options(kind, type="OtherProof"), KEYS[kind], loader=LOADER)
        assert places(error) == [("/proof/type", "PROOF_TRANSFORMATION_ERROR")]
        if suite.proof_type == cryptosuites.DATA_INTEGRITY_PROOF:
            with pytest.raises(ProofError) as error:
                verify(suite, kind, {**proof, "cryptosuite": "other-2022"})
            assert places(error) == [("/proof/cryptosuite", "PROOF_TRANSFORMATION_ERROR")]

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    def test_all_problems_with_the_options_at_once(self, suite: Cryptosuite, kind: KeyType) -> None:
        """DI 4.2: 'If one or more of the proof.type, proof.verificationMethod, and proof.proofPurpose values
        is not set, an error MUST be raised'; EdDSA 3.2.5: 'created … not a valid datetime'"""
        wrong = {"created": "yesterday", "domain": [], "challenge": 3, "proofValue": "z1"}
        with pytest.raises(ProofError) as error:
            suite.create(DOCUMENT, wrong, KEYS[kind], loader=LOADER)
        assert places(error) == [
            (f"/proof/{name}", "PROOF_GENERATION_ERROR")
            for name in ("verificationMethod", "proofPurpose", "created", "domain", "challenge", "proofValue")
        ]

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    def test_a_signer_that_gives_something_else_is_caught(self, suite: Cryptosuite, kind: KeyType) -> None:
        class Broken:
            public_key = KEYS[kind].public_key

            def sign(self, data: bytes, algorithm: str) -> bytes:
                return b"\x30" + bytes(70)

        with pytest.raises(ProofError) as error:
            suite.create(DOCUMENT, options(kind), Broken(), loader=LOADER)
        assert places(error) == [("/proof/proofValue", "PROOF_GENERATION_ERROR")]

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    def test_an_rsa_key_is_refused(self, suite: Cryptosuite, kind: KeyType) -> None:
        with pytest.raises(ProofError) as error:
            suite.verify(DOCUMENT, sign(suite, kind), PublicKey(KeyType.RSA, b""), loader=LOADER)
        assert ("/proof/verificationMethod", "PROOF_VERIFICATION_ERROR") in places(error)


class TestHashing:
    def test_the_hash_of_the_proof_configuration_comes_first(self) -> None:
        """EdDSA 3.2.4: 'concatenating proofConfigHash (the first hash produced above) followed by
        transformedDocumentHash (the second hash produced above)'"""
        seen: list[tuple[bytes, str]] = []

        class Recording:
            def __init__(self, key: SecretKey) -> None:
                self.public_key = key.public_key
                self._key = key

            def sign(self, data: bytes, algorithm: str) -> bytes:
                seen.append((data, algorithm))
                return self._key.sign(data, algorithm)

        for suite, kind in SUITES:
            seen.clear()
            proof = suite.create(DOCUMENT, options(kind), Recording(KEYS[kind]), loader=LOADER)
            del proof["proofValue"]
            algorithm = "sha384" if kind is KeyType.P384 else "sha256"
            if suite.needs_context:
                parts = [{"@context": DOCUMENT["@context"], **proof}, DOCUMENT]
                texts = [jsonld.canonize(part, loader=LOADER, algorithm=algorithm) for part in parts]
            else:
                assert proof["@context"] == DOCUMENT["@context"]
                texts = [
                    json.dumps(p, sort_keys=True, separators=(",", ":")).encode() for p in (proof, DOCUMENT)
                ]
            expected = b"".join(hashlib.new(algorithm, text).digest() for text in texts)
            names = {KeyType.ED25519: "EdDSA", KeyType.P256: "ES256", KeyType.P384: "ES384"}
            assert seen == [(expected, names[kind])]


class TestRdfc:
    @pytest.mark.parametrize(("suite", "kind"), RDFC)
    def test_undefined_terms_are_refused(self, suite: Cryptosuite, kind: KeyType) -> None:
        """They would not be signed, so anyone could change them."""
        document = {**DOCUMENT, "credentialSubject": {"id": "did:example:1", "unheardOf": "x"}}
        with pytest.raises(ProofError) as error:
            sign(suite, kind, document)
        assert places(error) == [("/credentialSubject/unheardOf", "PROOF_TRANSFORMATION_ERROR")]
        with pytest.raises(ProofError) as error:
            verify(suite, kind, sign(suite, kind), document)
        assert places(error) == [("/credentialSubject/unheardOf", "PROOF_TRANSFORMATION_ERROR")]

    @pytest.mark.parametrize(("suite", "kind"), RDFC)
    def test_undefined_terms_in_the_proof_are_refused(self, suite: Cryptosuite, kind: KeyType) -> None:
        with pytest.raises(ProofError) as error:
            sign(suite, kind, unheardOf="x")
        assert places(error) == [("/proof/unheardOf", "PROOF_TRANSFORMATION_ERROR")]

    @pytest.mark.parametrize(("suite", "kind"), RDFC)
    def test_a_context_of_the_proof_itself_would_not_be_signed(
        self, suite: Cryptosuite, kind: KeyType
    ) -> None:
        """EdDSA 3.2.5: 'Set proofConfig.@context to unsecuredDocument.@context.'"""
        proof = sign(suite, kind)
        verify(suite, kind, {**proof, "@context": DOCUMENT["@context"]})
        with pytest.raises(ProofError) as error:
            verify(suite, kind, {**proof, "@context": [CREDENTIALS_V2]})
        assert places(error) == [("/proof/@context", "PROOF_TRANSFORMATION_ERROR")]

    @pytest.mark.parametrize(("suite", "kind"), RDFC)
    def test_a_document_without_context_is_refused(self, suite: Cryptosuite, kind: KeyType) -> None:
        document = {name: value for name, value in DOCUMENT.items() if name != "@context"}
        with pytest.raises(ProofError):
            sign(suite, kind, document)

    @pytest.mark.parametrize(("suite", "kind"), RDFC)
    def test_a_context_that_cannot_be_had_is_no_verdict(self, suite: Cryptosuite, kind: KeyType) -> None:
        document = {**DOCUMENT, "@context": [*DOCUMENT["@context"], "https://contexts.example/v1"]}
        with pytest.raises((ResolveError, ProofError)) as error:
            sign(suite, kind, document)
        cause: BaseException | None = error.value
        while not isinstance(cause, ResolveError):
            assert cause is not None
            cause = cause.__cause__

    def test_problems_of_previous_proofs_are_placed_there(self) -> None:
        suite, kind = RDFC[0]
        document = {**DOCUMENT, "proof": [{"type": "DataIntegrityProof", "unheardOf": 1}]}
        with pytest.raises(ProofError) as error:
            sign(suite, kind, document)
        assert ("/proof/previousProof", "PROOF_TRANSFORMATION_ERROR") in places(error)

    def test_a_transformed_document_is_shared_by_hash(self) -> None:
        suite, kind = RDFC[0]
        proof, transformed = sign(suite, kind), dict[str, bytes]()
        for _ in range(2):
            suite.verify(DOCUMENT, proof, KEYS[kind].public_key, loader=LOADER, transformed=transformed)
        assert transformed == {"sha256": jsonld.canonize(DOCUMENT, loader=LOADER)}

    def test_the_earlier_name_is_read_and_not_issued(self) -> None:
        suite = eddsa_rdfc_2022.EARLIER_NAME
        given_options = options(KeyType.ED25519, type="DataIntegrityProof", cryptosuite="eddsa-2022")
        with pytest.raises(ProofError) as error:
            suite.create(DOCUMENT, given_options, KEYS[KeyType.ED25519], loader=LOADER)
        assert places(error) == [("/proof/cryptosuite", "PROOF_GENERATION_ERROR")]
        issuing = DataIntegritySuite(suite.name, suite.key_types, suite.transformation)
        proof = issuing.create(DOCUMENT, given_options, KEYS[KeyType.ED25519], loader=LOADER)
        assert cryptosuites.find(proof) is suite
        verify(suite, KeyType.ED25519, proof)
