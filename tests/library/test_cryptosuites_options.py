"""Proof configurations, options, timestamps and canonical JSON of the cryptosuites."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cryptosuite_samples import DOCUMENT, JCS, KEYS, LOADER, options, places, sign, verify
from hypothesis import given, settings
from hypothesis import strategies as st

from insignia import contexts, cryptosuites, jsonld
from insignia.contexts import CREDENTIALS_V2
from insignia.cryptosuites import Cryptosuite, configuration, timestamps
from insignia.cryptosuites.options import check_options
from insignia.cryptosuites.suite import Input
from insignia.errors import NotSupportedYet, ProofError
from insignia.jsonld.loading import ContextDocument
from insignia.keys import KeyType


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
