"""The Data Integrity suites. Quotations are from the W3C Recommendations VC Data Integrity 1.0 (DI),
Data Integrity EdDSA Cryptosuites 1.0 (EdDSA) and Data Integrity ECDSA Cryptosuites 1.0 (ECDSA)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insignia import contexts, cryptosuites, jsonld
from insignia.contexts import CREDENTIALS_V2
from insignia.cryptosuites import Cryptosuite, configuration, eddsa_rdfc_2022, timestamps
from insignia.cryptosuites.options import check_options
from insignia.cryptosuites.suite import DataIntegritySuite, Input
from insignia.did import did_key_method, verification_method
from insignia.errors import NotSupportedYet, ProofError, ResolveError
from insignia.jsonld.loading import ContextDocument
from insignia.keys import KeyType, PublicKey, SecretKey
from insignia.proof import check_proofs
from insignia.resolver import MapResolver, OfflineResolver

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "w3c_di.jsonl"
CASES = [json.loads(line) for line in VECTORS.read_text().splitlines()] if VECTORS.exists() else []
CASES = [case for case in CASES if "ecdsa-sd-2023" not in case["request"]["id"]]
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


class TestConfiguration:
    """The template gives what the general algorithm gives, whatever the values."""

    def both(self, given_options: dict[str, Any], loader: Any = LOADER, context: Any = None) -> bytes:
        document = {"@context": context or DOCUMENT["@context"]}
        quick = configuration.canonize_configuration(Input(document, given_options, "sha256", loader))
        assert quick == jsonld.canonize({**document, **given_options}, loader=loader)
        return quick

    @given(
        created=st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.isoformat()),
        method=st.from_regex(
            r"(did:|https://)[a-z0-9]{1,9}[:.][A-Za-z0-9%/?.]{1,20}(#[A-Za-z0-9]{1,8})?", fullmatch=True
        ),
        purpose=st.sampled_from(["assertionMethod", "authentication", "capabilityInvocation"]),
        cryptosuite=st.sampled_from([None, "eddsa-rdfc-2022", "other"]),
        more=st.dictionaries(
            st.sampled_from(["nonce", "challenge", "domain"]), st.text(min_size=1), max_size=1
        ),
    )
    @settings(max_examples=200, deadline=None)
    def test_random_configurations(
        self, created: str, method: str, purpose: str, cryptosuite: str | None, more: dict[str, str]
    ) -> None:
        kind = {"type": "Ed25519Signature2020"} if cryptosuite is None else {"type": "DataIntegrityProof"}
        suite = {} if cryptosuite is None else {"cryptosuite": cryptosuite}
        self.both(
            {
                **kind,
                **suite,
                "created": created,
                "verificationMethod": method,
                "proofPurpose": purpose,
                **more,
            }
        )

    @pytest.mark.parametrize(
        "method",
        [
            "did:web:a%3A8443:b#k",
            "https://a.example/?q=1#k",
            "urn:uuid:1",
            "http://a.example/#k",
            "did:x:insignia-slot#k",
        ],
    )
    @pytest.mark.parametrize(
        "created", ["2026-03-01T12:00:00Z", "1999-12-31T23:59:58Z", "2026-03-01T12:00:00.5+01:00"]
    )
    def test_chosen_configurations(self, method: str, created: str) -> None:
        for _ in range(2):
            text = self.both(
                {
                    "type": "DataIntegrityProof",
                    "cryptosuite": "eddsa-rdfc-2022",
                    "created": created,
                    "verificationMethod": method,
                    "proofPurpose": "assertionMethod",
                }
            ).decode()
            assert f"<{method}>" in text
            assert f'"{created}"' in text

    def test_the_hash_inside_is_part_of_the_key_and_the_memory_is_bounded(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(configuration, "_MAXIMUM", 2)
        monkeypatch.setattr(configuration, "_templates", {})
        for purpose in ("assertionMethod", "authentication"):
            for kind in ("DataIntegrityProof", "Ed25519Signature2020"):
                given_options = options(KeyType.ED25519, type=kind, proofPurpose=purpose)
                self.both(given_options)
                self.both(given_options)
                assert 1 <= len(configuration._templates) <= 2

    def test_contexts_that_are_not_bundled_take_the_general_way(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(configuration, "_templates", {})
        given_options = options(KeyType.ED25519, type="DataIntegrityProof")
        self.both(given_options, loader=lambda url: json.loads(contexts.bundled(url) or b""))
        self.both(given_options, context=[CREDENTIALS_V2, {"x": "urn:x"}])
        assert configuration._templates == {}

    def test_a_context_in_which_the_scheme_is_a_term(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(configuration, "_templates", {})
        document = json.loads(contexts.bundled("https://w3id.org/security/data-integrity/v2") or b"")
        document["@context"]["did"] = {"@id": "urn:other:", "@prefix": True}
        odd = ContextDocument(document, "https://odd.example/v1", bundled=True)
        given_options = options(KeyType.ED25519, type="DataIntegrityProof")
        for _ in range(2):
            text = self.both(given_options, loader=lambda url: odd, context="https://odd.example/v1")
            assert b"<urn:other:key:" in text
        assert list(configuration._templates.values()) == [None]


class TestEd25519Signature2020:
    SUITE = cryptosuites.SUITES["Ed25519Signature2020"]

    def test_created_is_required(self) -> None:
        """EdDSA B.2: 'The created property of the proof MUST be an XMLSCHEMA11-2 formatted date string.'"""
        given_options = {n: v for n, v in options(KeyType.ED25519).items() if n != "created"}
        with pytest.raises(ProofError) as error:
            self.SUITE.create(DOCUMENT, given_options, KEYS[KeyType.ED25519], loader=LOADER)
        assert places(error) == [("/proof/created", "PROOF_GENERATION_ERROR")]

    @pytest.mark.parametrize("context", [CREDENTIALS_V2, [CREDENTIALS_V2], None])
    def test_the_document_must_have_its_context(self, context: Any) -> None:
        with pytest.raises(ProofError) as error:
            sign(self.SUITE, KeyType.ED25519, {**DOCUMENT, "@context": context})
        assert ("/proof/@context", "PROOF_GENERATION_ERROR") in places(error)


class TestCanonicalJson:
    @pytest.mark.parametrize(("suite", "kind"), JCS)
    def test_a_later_context_may_be_appended(self, suite: Cryptosuite, kind: KeyType) -> None:
        """EdDSA 3.3.2: 'Check that the securedDocument.@context starts with all values contained in the
        proofOptions.@context in the same order.'"""
        proof = sign(suite, kind)
        first, second = DOCUMENT["@context"]
        verify(suite, kind, proof, {**DOCUMENT, "@context": [first, second, "https://later.example/v1"]})
        for context in ([second, first], [first], first, ["https://later.example/v1", first, second], None):
            with pytest.raises(ProofError) as error:
                verify(suite, kind, proof, {**DOCUMENT, "@context": context})
            assert places(error) == [("/@context", "PROOF_TRANSFORMATION_ERROR")]

    @pytest.mark.parametrize(("suite", "kind"), JCS)
    def test_one_context_as_a_string(self, suite: Cryptosuite, kind: KeyType) -> None:
        document = {**DOCUMENT, "@context": CREDENTIALS_V2}
        proof = sign(suite, kind, document)
        assert proof["@context"] == CREDENTIALS_V2
        verify(suite, kind, proof, document)
        verify(suite, kind, proof, {**document, "@context": [CREDENTIALS_V2, "https://later.example/v1"]})

    @pytest.mark.parametrize(("suite", "kind"), JCS)
    def test_a_proof_without_context_covers_the_whole_context(
        self, suite: Cryptosuite, kind: KeyType
    ) -> None:
        """EdDSA 3.3.1: 'some implementers … might not always implement step 2' (which adds the context)"""
        plain = {"a": [1, 2.5, None, True], "b": "ü"}
        proof = sign(suite, kind, plain)
        assert "@context" not in proof
        verify(suite, kind, proof, plain)
        with pytest.raises(ProofError):
            verify(suite, kind, proof, {**plain, "@context": CREDENTIALS_V2})

    @pytest.mark.parametrize(("suite", "kind"), JCS)
    def test_terms_need_no_definition_and_are_signed(self, suite: Cryptosuite, kind: KeyType) -> None:
        document = {**DOCUMENT, "unheardOf": {"x": 1}}
        proof = sign(suite, kind, document, alsoUnheardOf="y")
        verify(suite, kind, proof, document)
        for changed, other in (({**document, "unheardOf": {"x": 2}}, {}), (document, {"alsoUnheardOf": "z"})):
            with pytest.raises(ProofError):
                verify(suite, kind, {**proof, **other}, changed)

    @pytest.mark.parametrize("value", [float("nan"), 2**53, "\ud800"])
    def test_what_jcs_cannot_write_is_refused(self, value: Any) -> None:
        suite, kind = JCS[0]
        with pytest.raises(ProofError) as error:
            sign(suite, kind, {**DOCUMENT, "value": value})
        assert error.value.code == "PROOF_TRANSFORMATION_ERROR"
        with pytest.raises(ProofError) as error:
            sign(suite, kind, extra=value)
        assert error.value.code == "PROOF_TRANSFORMATION_ERROR"

    def test_nothing_is_shared_between_proofs(self) -> None:
        suite, kind = JCS[0]
        transformed = {"sha256": b"something else"}
        proof = sign(suite, kind)
        suite.verify(DOCUMENT, proof, KEYS[kind].public_key, loader=LOADER, transformed=transformed)
        assert transformed == {"sha256": b"something else"}


class TestFinding:
    @pytest.mark.parametrize(
        "proof",
        [
            {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023"},
            {"type": "Ed25519Signature2018"},
            {"type": "JsonWebSignature2020"},
        ],
    )
    def test_what_exists_and_is_not_built(self, proof: dict[str, Any]) -> None:
        with pytest.raises(NotSupportedYet):
            cryptosuites.find(proof)

    @pytest.mark.parametrize(
        "proof",
        [
            {},
            {"type": None},
            {"type": ["DataIntegrityProof"], "cryptosuite": "eddsa-rdfc-2022"},
            {"type": "DataIntegrityProof"},
            {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdf-2022"},
            {"type": "DataIntegrityProof", "cryptosuite": ["eddsa-rdfc-2022"]},
            {"type": "DataIntegrityProof", "cryptosuite": "Ed25519Signature2020"},
            {"type": "MadeUpSignature2026", "cryptosuite": "eddsa-rdfc-2022"},
        ],
    )
    def test_what_no_specification_names(self, proof: dict[str, Any]) -> None:
        with pytest.raises(ProofError) as error:
            cryptosuites.find(proof)
        assert error.value.code == "PROOF_VERIFICATION_ERROR"

    def test_the_names_to_issue_with(self) -> None:
        assert sorted(cryptosuites.SUITES) == [
            "Ed25519Signature2020",
            "ecdsa-jcs-2019",
            "ecdsa-rdfc-2019",
            "eddsa-jcs-2022",
            "eddsa-rdfc-2022",
        ]
        for name in ("eddsa-2022", "ecdsa-sd-2023", ""):
            with pytest.raises(ProofError) as error:
                cryptosuites.named(name)
            assert error.value.code == "PROOF_GENERATION_ERROR"


GOOD_OPTIONS: dict[str, Any] = {
    "id": "urn:uuid:1",
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "verificationMethod": "https://issuer.example/1#key",
    "proofPurpose": "assertionMethod",
    "created": "2026-03-01T12:00:00.5+01:00",
    "expires": "2026-03-01T24:00:00",
    "domain": ["a", "b"],
    "challenge": "c",
    "nonce": "n",
    "previousProof": "urn:uuid:0",
    "proofValue": "z",
    "somethingElse": {"x": 1},
}


class TestOptions:
    def test_good_ones(self) -> None:
        assert check_options(GOOD_OPTIONS, "C") == []

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("id", "1"),
            ("id", "urn:with space"),
            ("id", 1),
            ("type", ""),
            ("type", None),
            ("verificationMethod", "#key"),
            ("verificationMethod", "key-1"),
            ("verificationMethod", {"id": "urn:1"}),
            ("verificationMethod", "https://a\nb"),
            ("proofPurpose", ["assertionMethod"]),
            ("created", "2026-03-01"),
            ("created", 5),
            ("expires", "2026-13-01T00:00:00Z"),
            ("domain", []),
            ("domain", ["a", "a"]),
            ("domain", ["a", 1]),
            ("domain", None),
            ("challenge", ""),
            ("nonce", ["n"]),
            ("previousProof", []),
            ("previousProof", {"id": "urn:1"}),
            ("proofValue", b"z"),
            ("somethingElse", None),
        ],
    )
    def test_bad_ones(self, name: str, value: Any) -> None:
        (problem,) = check_options({**GOOD_OPTIONS, name: value}, "C")
        assert (problem.where, problem.code) == (f"/{name}", "C")


class TestTimestamps:
    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
            ("2026-03-01T12:00:00", datetime(2026, 3, 1, 12, tzinfo=UTC)),
            ("2026-03-01T12:00:00+05:30", datetime(2026, 3, 1, 6, 30, tzinfo=UTC)),
            ("2026-03-01T12:00:00-14:00", datetime(2026, 3, 2, 2, tzinfo=UTC)),
            ("2026-03-01T12:00:00.1234567Z", datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)),
            ("2026-02-28T24:00:00.00Z", datetime(2026, 3, 1, tzinfo=UTC)),
            ("2024-02-29T00:00:00Z", datetime(2024, 2, 29, tzinfo=UTC)),
        ],
    )
    def test_what_is_a_date_and_time(self, text: str, moment: datetime) -> None:
        """DI 2.1: 'Incorrectly serialized time values without an offset are to be interpreted as UTC.'"""
        assert timestamps.parse(text) == moment

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "2026-03-01",
            "2026-03-01 12:00:00Z",
            "2026-03-01t12:00:00z",
            "2026-02-29T12:00:00Z",
            "2026-03-01T12:00:60Z",
            "2026-03-01T25:00:00Z",
            "2026-03-01T24:00:01Z",
            "2026-03-01T24:01:00Z",
            "2026-03-01T24:00:00.5Z",
            "2026-03-01T12:00:00.Z",
            "2026-03-01T12:00:00+14:01",
            "2026-03-01T12:00:00+01:60",
            "2026-03-01T12:00:00+1:00",
            "0000-03-01T12:00:00Z",
            "9999-12-31T24:00:00Z",
            "12026-03-01T12:00:00Z",
            "２０２６-03-01T12:00:00Z",
            "2026-03-01T12:00:00Z\n",
        ],
    )
    def test_what_is_none(self, text: str) -> None:
        assert timestamps.parse(text) is None

    @given(st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=-9, minutes=-30)))))
    def test_round_trip(self, moment: datetime) -> None:
        try:
            text = timestamps.write(moment)
        except OverflowError:
            return
        assert timestamps.parse(text) == moment.replace(microsecond=0)

    def test_a_zone_is_needed(self) -> None:
        with pytest.raises(ValueError, match="time zone"):
            timestamps.write(datetime.fromisoformat("2026-01-01T00:00:00"))
        assert timestamps.write(datetime(7, 1, 1, tzinfo=UTC)) == "0007-01-01T00:00:00Z"

    @given(st.text(max_size=40))
    def test_any_text_is_judged(self, text: str) -> None:
        moment = timestamps.parse(text)
        assert moment is None or moment.tzinfo is not None
