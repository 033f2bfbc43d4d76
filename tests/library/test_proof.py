"""Proofs, sets and chains. Quotations are from W3C Verifiable Credential Data Integrity 1.0."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from insignia import cryptosuites, jsonld
from insignia.contexts import CREDENTIALS_V1, CREDENTIALS_V2
from insignia.cryptosuites import Cryptosuite, ed25519_signature_2020
from insignia.did import VerificationMethod, did_key, did_key_method, verification_method
from insignia.errors import DidError, InsigniaError, KeyFormatError, NotSupportedYet, ProofError, ResolveError
from insignia.keys import KeyType, SecretKey
from insignia.proof import (
    DATA_INTEGRITY_V2,
    ProofResult,
    add_proof,
    check_proofs,
    method_problems,
    undefined_terms,
    with_suite_context,
)
from insignia.report import Outcome
from insignia.resolver import OfflineResolver

RESOLVER = OfflineResolver()
LOADER = jsonld.bundled_loader(RESOLVER)
NOW = datetime(2026, 3, 2, tzinfo=UTC)
CREATED = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEYS = {
    KeyType.ED25519: SecretKey.from_seed(bytes(range(32))),
    KeyType.P256: SecretKey.generate(KeyType.P256, lambda size: bytes(range(1, size + 1))),
    KeyType.P384: SecretKey.generate(KeyType.P384, lambda size: bytes(range(1, size + 1))),
}
SUITES = [(suite.name, kind) for suite in cryptosuites.SUITES.values() for kind in sorted(suite.key_types)]
DOCUMENT: dict[str, Any] = {
    "@context": [CREDENTIALS_V2],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential"],
    "name": "Alumni Credential",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "name": "Ana"},
}


def sign(
    document: Mapping[str, Any],
    suite: str | Cryptosuite = "eddsa-rdfc-2022",
    kind: KeyType = KeyType.ED25519,
    **more: Any,
) -> dict[str, Any]:
    key = KEYS[kind]
    given = {"created": CREATED, "verification_method": did_key_method(key.public_key), **more}
    return add_proof(document, suite=suite, signer=key, loader=LOADER, **given)


def find_key(proof: Mapping[str, Any]) -> VerificationMethod:
    return verification_method(proof["verificationMethod"], resolver=RESOLVER, purpose=proof["proofPurpose"])


def check(document: Mapping[str, Any], **more: Any) -> list[ProofResult]:
    given = {"find_key": find_key, "now": NOW, **more}
    return check_proofs(document, loader=LOADER, **given)


def codes(result: ProofResult) -> list[tuple[str, str]]:
    return [(problem.where, problem.code) for problem in result.problems]


class TestAdding:
    def test_one_proof_is_an_object(self) -> None:
        signed = sign(DOCUMENT)
        proof = signed.pop("proof")
        assert signed == DOCUMENT
        assert proof.pop("proofValue").startswith("z")
        assert proof == {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": "2026-03-01T12:00:00Z",
            "verificationMethod": did_key_method(KEYS[KeyType.ED25519].public_key),
            "proofPurpose": "assertionMethod",
        }

    def test_created_may_be_text_or_left_out(self) -> None:
        """'The date and time the proof was created is OPTIONAL'"""
        assert (
            sign(DOCUMENT, created="2026-03-01T12:00:00.5Z")["proof"]["created"] == "2026-03-01T12:00:00.5Z"
        )
        unsaid = sign(DOCUMENT, created=None)
        assert "created" not in unsaid["proof"]
        (result,) = check(unsaid)
        assert result.verified
        assert result.created is None

    def test_extra_members(self) -> None:
        extra = {
            "id": "urn:uuid:1",
            "expires": "2026-04-01T00:00:00Z",
            "domain": ["a.example", "b.example"],
            "challenge": "c",
            "nonce": "n",
        }
        proof = sign(DOCUMENT, extra=extra, purpose="authentication")["proof"]
        assert extra.items() <= proof.items()
        assert proof["proofPurpose"] == "authentication"
        for name in ("type", "proofValue", "previousProof", "@context"):
            with pytest.raises(ProofError) as error:
                sign(DOCUMENT, extra={name: "x"})
            assert [(p.where, p.code) for p in error.value.problems] == [
                (f"/{name}", "PROOF_GENERATION_ERROR")
            ]

    def test_proofs_are_added_after_those_that_are_there(self) -> None:
        """'append the generated proof value to the allProofs'"""
        one = sign(DOCUMENT)
        two = sign(one, "eddsa-jcs-2022")
        three = sign(two, "ecdsa-rdfc-2019", KeyType.P384)
        assert three["proof"][:2] == two["proof"]
        assert two["proof"][0] == one["proof"]
        assert [result.verified for result in check(three)] == [True, True, True]
        assert DOCUMENT.keys() == one.keys() - {"proof"}

    def test_a_document_whose_proof_is_no_object_is_refused(self) -> None:
        with pytest.raises(ProofError) as error:
            sign({**DOCUMENT, "proof": ["a", {}]})
        assert [(p.where, p.code) for p in error.value.problems] == [("/proof/0", "PARSING_ERROR")]
        with pytest.raises(ProofError) as error:
            sign({**DOCUMENT, "proof": "a"})
        assert error.value.problems[0].where == "/proof"

    def test_an_unknown_suite_is_refused(self) -> None:
        with pytest.raises(ProofError):
            sign(DOCUMENT, "eddsa-2022")

    def test_a_suite_can_be_given_itself(self) -> None:
        suite = cryptosuites.named("ecdsa-jcs-2019")
        assert sign(DOCUMENT, suite, KeyType.P256) == sign(DOCUMENT, "ecdsa-jcs-2019", KeyType.P256)

    def test_the_canonical_form_is_used_where_it_fits(self) -> None:
        other = jsonld.canonize({**DOCUMENT, "name": "Other"}, loader=LOADER)
        signed = sign({**DOCUMENT, "proof": []}, canonical=other)
        assert not check(signed)[0].verified
        assert check({**signed, "name": "Other"})[0].verified
        first = sign(DOCUMENT, extra={"id": "urn:uuid:1"})
        chain = sign(first, previous="urn:uuid:1", canonical=other)
        assert [result.verified for result in check(chain)] == [True, True]


class TestContexts:
    @pytest.mark.parametrize(
        ("context", "suite", "expected"),
        [
            ([CREDENTIALS_V2], "eddsa-rdfc-2022", [CREDENTIALS_V2]),
            (CREDENTIALS_V2, "eddsa-rdfc-2022", CREDENTIALS_V2),
            (CREDENTIALS_V1, "ecdsa-jcs-2019", [CREDENTIALS_V1, DATA_INTEGRITY_V2]),
            (
                [CREDENTIALS_V1, {"x": "urn:x"}],
                "eddsa-jcs-2022",
                [CREDENTIALS_V1, {"x": "urn:x"}, DATA_INTEGRITY_V2],
            ),
            (
                [CREDENTIALS_V1, "https://w3id.org/security/data-integrity/v1"],
                "eddsa-rdfc-2022",
                [CREDENTIALS_V1, "https://w3id.org/security/data-integrity/v1"],
            ),
            ([CREDENTIALS_V2], "Ed25519Signature2020", [CREDENTIALS_V2, ed25519_signature_2020.CONTEXT]),
            (
                [CREDENTIALS_V1, ed25519_signature_2020.CONTEXT],
                "Ed25519Signature2020",
                [CREDENTIALS_V1, ed25519_signature_2020.CONTEXT],
            ),
        ],
    )
    def test_the_suites_context_is_added_where_it_is_missing(
        self, context: Any, suite: str, expected: Any
    ) -> None:
        document = {"@context": context, "a": 1}
        assert with_suite_context(document, cryptosuites.named(suite)) == {"@context": expected, "a": 1}
        assert document["@context"] == context

    def test_json_without_context_stays_without(self) -> None:
        signed = sign({"myWebsite": "https://hello.world.example/"}, "eddsa-jcs-2022")
        assert signed.keys() == {"myWebsite", "proof"}
        assert check(signed)[0].verified

    def test_a_document_of_the_data_model_1_1(self) -> None:
        old = {
            "@context": [CREDENTIALS_V1],
            "type": ["VerifiableCredential"],
            "issuer": "did:example:1",
            "issuanceDate": "2022-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:example:2"},
        }
        for suite, kind in SUITES:
            assert check(sign(old, suite, kind))[0].verified


class TestChains:
    FIRST, SECOND = (
        "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544",
        "urn:uuid:8cc9022b-6b14-4cf3-8571-74972c5feb54",
    )

    def chain(self, suite: str, kind: KeyType) -> dict[str, Any]:
        signed = sign(DOCUMENT, suite, kind, extra={"id": self.FIRST})
        signed = sign(signed, suite, kind, extra={"id": self.SECOND})
        signed = sign(signed, suite, kind, extra={"id": "urn:uuid:3"}, previous=[self.SECOND, self.FIRST])
        return sign(signed, suite, kind, previous="urn:uuid:3")

    # The context of Ed25519Signature2020 has no previousProof.
    @pytest.mark.parametrize(("suite", "kind"), [s for s in SUITES if s[0] != "Ed25519Signature2020"])
    def test_a_chain_verifies_and_breaks_with_any_link(self, suite: str, kind: KeyType) -> None:
        """'all of which MUST also verify for the current proof to be considered verified'"""
        chain = self.chain(suite, kind)
        assert [result.verified for result in check(chain)] == [True] * 4
        for dropped, expected in ((0, [True, False, False]), (2, [True, True, False]), (3, [True] * 3)):
            shorter = {**chain, "proof": [p for i, p in enumerate(chain["proof"]) if i != dropped]}
            assert [result.verified for result in check(shorter)] == expected
        changed = deepcopy(chain)
        changed["proof"][0]["proofValue"] = changed["proof"][1]["proofValue"]
        assert [result.verified for result in check(changed)] == [False, True, False, False]

    def test_the_previous_proofs_are_signed_as_they_stand(self) -> None:
        """'binds any matching proofs to the document prior to applying the current proof': replacing a
        previous proof by another good one breaks the chain."""
        first = sign(DOCUMENT, extra={"id": self.FIRST})
        chain = sign(first, "ecdsa-rdfc-2019", KeyType.P256, previous=self.FIRST)
        other = sign(DOCUMENT, extra={"id": self.FIRST}, created=CREATED + timedelta(days=1))
        results = check({**chain, "proof": [other["proof"], chain["proof"][1]]})
        assert [result.verified for result in results] == [True, False]

    @pytest.mark.parametrize("previous", ["urn:uuid:none", ["urn:uuid:none", FIRST], [], [7], 7])
    def test_a_previous_proof_that_is_not_there(self, previous: Any) -> None:
        """'If a proof with id equal to previousProof does not exist in allProofs, an error MUST be raised and
        SHOULD convey an error type of PROOF_GENERATION_ERROR' (and, verifying, PROOF_VERIFICATION_ERROR)"""
        first = sign(DOCUMENT, extra={"id": self.FIRST})
        with pytest.raises((ProofError, TypeError)) as error:
            sign(first, previous=previous)
        if isinstance(error.value, ProofError):
            assert error.value.problems[0].code == "PROOF_GENERATION_ERROR"
        chain = sign(first, previous=self.FIRST)
        chain["proof"][1]["previousProof"] = previous
        good, bad = check(chain)
        assert good.verified
        assert bad.outcome is Outcome.FAILED
        assert ("/proof/1/previousProof", "PROOF_VERIFICATION_ERROR") in codes(bad)

    def test_an_id_that_two_proofs_have_names_none(self) -> None:
        twice = sign(sign(DOCUMENT, extra={"id": self.FIRST}), extra={"id": self.FIRST})
        with pytest.raises(ProofError):
            sign(twice, previous=self.FIRST)

    def test_proofs_in_a_circle(self) -> None:
        chain = self.chain("eddsa-rdfc-2022", KeyType.ED25519)
        chain["proof"][0]["previousProof"] = "urn:uuid:3"
        results = check(chain)
        assert [result.verified for result in results] == [False, True, False, False]
        for i in (0, 2):
            circle = [p for p in results[i].problems if p.got == "a circle"]
            assert [(p.where, p.code) for p in circle] == [
                (f"/proof/{i}/previousProof", "PROOF_VERIFICATION_ERROR")
            ]

    def test_a_proof_that_follows_itself(self) -> None:
        signed = sign(DOCUMENT, extra={"id": self.FIRST})
        signed["proof"]["previousProof"] = self.FIRST
        (result,) = check(signed)
        assert result.outcome is Outcome.FAILED
        assert any(problem.got == "a circle" for problem in result.problems)

    def test_what_follows_an_unchecked_proof_is_unchecked(self) -> None:
        chain = self.chain("eddsa-rdfc-2022", KeyType.ED25519)

        def partly(proof: Mapping[str, Any]) -> VerificationMethod:
            if proof.get("id") == self.FIRST:
                raise ResolveError.at("", expected="a document", got="nothing", code=ResolveError.OFFLINE)
            return find_key(proof)

        outcomes = [result.outcome for result in check(chain, find_key=partly)]
        assert outcomes == [Outcome.NOT_CHECKED, Outcome.PASSED, Outcome.NOT_CHECKED, Outcome.NOT_CHECKED]


class TestChecking:
    def test_the_facts_of_a_good_proof(self) -> None:
        extra = {"id": "urn:uuid:1", "domain": "d", "challenge": "c", "expires": "2026-04-01T00:00:00Z"}
        key = KEYS[KeyType.P256].public_key

        def dated(proof: Mapping[str, Any]) -> VerificationMethod:
            return replace(find_key(proof), revoked="2030-01-01T00:00:00Z", expires="2031-01-01T00:00:00Z")

        (result,) = check(sign(DOCUMENT, "ecdsa-rdfc-2019", KeyType.P256, extra=extra), find_key=dated)
        assert (result.where, result.outcome, result.problems) == ("/proof", Outcome.PASSED, ())
        assert result.suite is cryptosuites.named("ecdsa-rdfc-2019")
        assert result.created == CREATED
        assert result.facts == {
            **extra,
            "type": "DataIntegrityProof",
            "cryptosuite": "ecdsa-rdfc-2019",
            "created": "2026-03-01T12:00:00Z",
            "proofPurpose": "assertionMethod",
            "verificationMethod": did_key_method(key),
            "controller": did_key(key),
            "keyType": "P-256",
            "keyThumbprint": key.thumbprint(),
            "keyRevoked": "2030-01-01T00:00:00Z",
            "keyExpires": "2031-01-01T00:00:00Z",
        }
        json.dumps(result.facts)
        (undated,) = check(sign(DOCUMENT))
        assert not {"keyRevoked", "keyExpires"} & undated.facts.keys()

    def test_the_facts_of_a_proof_whose_key_is_unknown(self) -> None:
        (result,) = check({**DOCUMENT, "proof": {"type": "Other"}})
        assert result.facts == {"type": "Other"}
        assert (result.method, result.suite, result.created) == (None, None, None)

    @pytest.mark.parametrize("proof", [None, [], "x", [{}, "x"], 3, [{}] * 33])
    def test_a_document_without_readable_proofs(self, proof: Any) -> None:
        """'an error MUST be raised and SHOULD convey an error type of PARSING_ERROR'"""
        with pytest.raises(ProofError) as error:
            check({**DOCUMENT, "proof": proof})
        assert error.value.code == "PARSING_ERROR"

    def test_the_purpose_must_match(self) -> None:
        """'If expectedProofPurpose was given, and it does not match proof.proofPurpose'"""
        signed = sign(DOCUMENT, purpose="authentication")
        (result,) = check(signed)
        assert codes(result) == [("/proof/proofPurpose", "PROOF_VERIFICATION_ERROR")]
        assert result.outcome is Outcome.FAILED
        assert check(signed, purpose="authentication")[0].verified
        assert check(signed, purpose=None)[0].verified

    def test_the_domain_must_be_the_same_set(self) -> None:
        """'If domain was given, and it does not contain the same strings as proof.domain'"""
        signed = sign(DOCUMENT, extra={"domain": ["a", "b"]})
        assert check(signed, domain=["b", "a"])[0].verified
        assert check(sign(DOCUMENT, extra={"domain": "a"}), domain="a")[0].verified
        for domain, document in (("a", signed), (["a", "b", "c"], signed), ("a", sign(DOCUMENT))):
            (result,) = check(document, domain=domain)
            assert codes(result) == [("/proof/domain", "INVALID_DOMAIN_ERROR")]

    def test_the_challenge_must_match(self) -> None:
        """'If challenge was given, and it does not match proof.challenge'"""
        assert check(sign(DOCUMENT, extra={"challenge": "c"}), challenge="c")[0].verified
        for document in (sign(DOCUMENT, extra={"challenge": "d"}), sign(DOCUMENT)):
            (result,) = check(document, challenge="c")
            assert codes(result) == [("/proof/challenge", "INVALID_CHALLENGE_ERROR")]

    def test_a_proof_expires(self) -> None:
        signed = sign(DOCUMENT, extra={"expires": "2026-03-02T00:00:00Z"})
        (result,) = check(signed)
        assert codes(result) == [("/proof/expires", "PROOF_VERIFICATION_ERROR")]
        assert check(signed, now=NOW - timedelta(seconds=1))[0].verified
        assert check(signed, now=None)[0].verified

    def test_all_problems_at_once(self) -> None:
        signed = sign(DOCUMENT, extra={"expires": "2026-03-01T00:00:00Z", "domain": "a", "challenge": "b"})
        (result,) = check({**signed, "name": "!"}, purpose="authentication", domain="x", challenge="y")
        assert codes(result) == [
            ("/proof/proofPurpose", "PROOF_VERIFICATION_ERROR"),
            ("/proof/domain", "INVALID_DOMAIN_ERROR"),
            ("/proof/challenge", "INVALID_CHALLENGE_ERROR"),
            ("/proof/expires", "PROOF_VERIFICATION_ERROR"),
            ("/proof/proofValue", "PROOF_VERIFICATION_ERROR"),
        ]

    @pytest.mark.parametrize("member", ["type", "verificationMethod", "proofPurpose"])
    def test_required_members(self, member: str) -> None:
        """'If one or more of proof.type, proof.verificationMethod, and proof.proofPurpose does not exist,
        an error MUST be raised and SHOULD convey an error type of PROOF_VERIFICATION_ERROR.'"""
        signed = sign(DOCUMENT)
        del signed["proof"][member]
        (result,) = check(signed)
        assert codes(result) == [(f"/proof/{member}", "PROOF_VERIFICATION_ERROR")]

    def test_nobody_is_asked_for_the_key_of_a_malformed_proof(self) -> None:
        def never(proof: Mapping[str, Any]) -> VerificationMethod:
            raise AssertionError(proof)

        signed = sign(DOCUMENT)
        signed["proof"]["verificationMethod"] = {"id": "urn:1"}
        assert check(signed, find_key=never)[0].outcome is Outcome.FAILED

    def test_what_is_not_supported_yet_is_not_checked(self) -> None:
        signed = sign(DOCUMENT)
        (result,) = check({**signed, "proof": {**signed["proof"], "cryptosuite": "bbs-2023"}})
        assert result.outcome is Outcome.NOT_CHECKED
        assert isinstance(result.error, NotSupportedYet)
        (result,) = check({**signed, "proof": {**signed["proof"], "cryptosuite": "bbs-2023"}}, purpose="x")
        assert result.outcome is Outcome.FAILED

    @pytest.mark.parametrize(
        ("error", "outcome"),
        [
            (ResolveError.at("", expected="a", got="b", code=ResolveError.TIMEOUT), Outcome.NOT_CHECKED),
            (DidError.at("", expected="a", got="b", code="invalidVerificationMethod"), Outcome.FAILED),
            (KeyFormatError.at("", expected="a", got="b", code="key.point"), Outcome.FAILED),
        ],
    )
    def test_a_key_that_is_not_found(self, error: InsigniaError, outcome: Outcome) -> None:
        def fails(proof: Mapping[str, Any]) -> VerificationMethod:
            raise error

        (result,) = check(sign(DOCUMENT), find_key=fails)
        assert (result.outcome, result.error) == (outcome, error)
        assert codes(result) == [("/proof/verificationMethod", error.code)]

    def test_a_document_that_could_not_be_had_is_recognised_as_the_cause(self) -> None:
        def fails(proof: Mapping[str, Any]) -> VerificationMethod:
            try:
                raise ResolveError.at("", expected="a", got="b", code=ResolveError.TIMEOUT)
            except ResolveError as error:
                raise DidError.at("", expected="a", got="b", code="notFound") from error

        (result,) = check(sign(DOCUMENT), find_key=fails)
        assert result.outcome is Outcome.NOT_CHECKED

    def test_a_context_that_could_not_be_had_is_not_checked(self) -> None:
        signed = sign(DOCUMENT)
        (result,) = check({**signed, "@context": [CREDENTIALS_V2, "https://contexts.example/v1"]})
        assert result.outcome is Outcome.NOT_CHECKED

    def test_a_loader_that_raises_by_itself(self) -> None:
        def broken(url: str) -> Any:
            raise ResolveError.at("", expected="a context", got="nothing", code=ResolveError.OFFLINE)

        (result,) = check_proofs(sign(DOCUMENT), loader=broken, find_key=find_key)
        assert result.outcome is Outcome.NOT_CHECKED
        assert result.problems

    def test_a_key_that_is_pinned_to_another_algorithm(self) -> None:
        def pinned(proof: Mapping[str, Any]) -> VerificationMethod:
            method = find_key(proof)
            return replace(method, public_key=replace(method.public_key, algorithm="ES384"))

        (result,) = check(sign(DOCUMENT, "ecdsa-jcs-2019", KeyType.P256), find_key=pinned)
        assert result.outcome is Outcome.FAILED
        assert codes(result) == [("/proof/verificationMethod", "key.algorithm-mismatch")]

    def test_problems_in_the_document_keep_their_place(self) -> None:
        signed = sign(sign(DOCUMENT))
        signed["credentialSubject"] = {"id": "did:example:1", "unheardOf": "x"}
        for i, result in enumerate(check(signed)):
            assert codes(result) == [("/credentialSubject/unheardOf", "PROOF_TRANSFORMATION_ERROR")], i

    def test_problems_in_a_proof_are_placed_in_that_proof(self) -> None:
        signed = sign(sign(DOCUMENT))
        signed["proof"][1]["unheardOf"] = 1
        good, bad = check(signed)
        assert good.verified
        assert codes(bad) == [("/proof/1/unheardOf", "PROOF_TRANSFORMATION_ERROR")]


class TestMethods:
    @pytest.mark.parametrize(
        ("members", "expected"),
        [
            ({}, []),
            ({"expires": "2026-03-02T00:00:01Z", "revoked": "2027-01-01T00:00:00Z"}, []),
            ({"expires": "2026-03-02T00:00:00Z"}, ["key.expired"]),
            ({"revoked": "2026-03-02T01:00:00+01:00"}, ["key.revoked"]),
            ({"expires": "2020-01-01T00:00:00Z", "revoked": "never"}, ["key.expired", "key.revoked"]),
        ],
    )
    def test_no_use_at_or_after_expiry_or_revocation(
        self, members: dict[str, str], expected: list[str]
    ) -> None:
        """Controlled Identifiers 1.0, 2.2: 'expected to not verify any proofs associated with the
        verification method at or after the time of expiration'"""
        method = replace(find_key(sign(DOCUMENT)["proof"]), **members)
        assert [problem.code for problem in method_problems(method, at=NOW)] == expected


class TestUndefinedTerms:
    def test_they_are_listed(self) -> None:
        assert undefined_terms(DOCUMENT, loader=LOADER) == []
        problems = undefined_terms({**DOCUMENT, "unheardOf": 1}, loader=LOADER)
        assert [problem.where for problem in problems] == ["/unheardOf"]

    def test_a_document_that_is_no_json_ld_has_problems_too(self) -> None:
        assert undefined_terms({"@context": 7}, loader=LOADER)
