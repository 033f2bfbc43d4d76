"""Presentations. Quotations are from W3C Verifiable Credentials Data Model 2.0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from insignia import credential, jose, jsonld, presentation
from insignia.contexts import CREDENTIALS_V2
from insignia.credential import Kind, Secured
from insignia.did import VerificationMethod, did_key, did_key_method, verification_method
from insignia.errors import DataModelError, NotSupportedYet, ParseError, ResolveError
from insignia.keys import KeyType, SecretKey
from insignia.presentation import PresentationResult
from insignia.proof import add_proof
from insignia.report import Outcome
from insignia.resolver import OfflineResolver

RESOLVER = OfflineResolver()
LOADER = jsonld.bundled_loader(RESOLVER)
NOW = datetime(2026, 3, 2, tzinfo=UTC)
CREATED = datetime(2026, 3, 1, 12, tzinfo=UTC)
ISSUER = SecretKey.from_seed(bytes(range(32)))
HOLDER = SecretKey.generate(KeyType.P256, lambda size: bytes(range(1, size + 1)))
CREDENTIAL: dict[str, Any] = {
    "@context": [CREDENTIALS_V2],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential"],
    "issuer": did_key(ISSUER.public_key),
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": did_key(HOLDER.public_key), "name": "Ana"},
}
ASKED: dict[str, Any] = {"challenge": "c-1", "domain": "verifier.example"}


def find_key(proof: Mapping[str, Any]) -> VerificationMethod:
    return verification_method(proof["verificationMethod"], resolver=RESOLVER, purpose=proof["proofPurpose"])


def issued() -> dict[str, Any]:
    method = did_key_method(ISSUER.public_key)
    return add_proof(
        CREDENTIAL,
        suite="eddsa-rdfc-2022",
        signer=ISSUER,
        verification_method=method,
        created=CREATED,
        loader=LOADER,
    )


def issued_jwt() -> str:
    return jose.sign_vc(CREDENTIAL, ISSUER, kid=did_key_method(ISSUER.public_key))


def holder() -> str:
    return did_key(HOLDER.public_key)


def signed(document: dict[str, Any], key: SecretKey = HOLDER, **asked: Any) -> dict[str, Any]:
    suite = "eddsa-jcs-2022" if key is ISSUER else "ecdsa-rdfc-2019"
    return presentation.sign(
        document,
        suite=suite,
        signer=key,
        verification_method=did_key_method(key.public_key),
        created=CREATED,
        loader=LOADER,
        **asked,
    )


def check(document: dict[str, Any] | str, **asked: Any) -> PresentationResult:
    given = {"find_key": find_key, "now": NOW, **asked}
    return presentation.check(credential.from_json(document), loader=LOADER, **given)


def codes(result: PresentationResult) -> list[tuple[str, str]]:
    return [(problem.where, problem.code) for problem in result.problems]


class TestMaking:
    def test_the_members(self) -> None:
        document = presentation.create([issued()], holder=holder(), identifier="urn:uuid:1")
        assert document == {
            "@context": [CREDENTIALS_V2],
            "id": "urn:uuid:1",
            "type": ["VerifiablePresentation"],
            "holder": holder(),
            "verifiableCredential": [issued()],
        }
        assert presentation.create([]).keys() == {"@context", "type", "verifiableCredential"}

    def test_a_jwt_is_put_into_an_envelope(self) -> None:
        """'The id value of the EnvelopedVerifiableCredential MUST be a data: URL'"""
        token = issued_jwt()
        (inside,) = presentation.create([token])["verifiableCredential"]
        assert inside == {
            "@context": [CREDENTIALS_V2],
            "id": f"data:application/vc+jwt,{token}",
            "type": "EnvelopedVerifiableCredential",
        }

    def test_a_presentation_in_an_envelope(self) -> None:
        token = presentation.sign_jwt(
            presentation.create([issued()]), HOLDER, kid=did_key_method(HOLDER.public_key)
        )
        envelope = presentation.enveloped(token, presentation=True)
        assert envelope["id"] == f"data:application/vp+jwt,{token}"
        assert envelope["type"] == "EnvelopedVerifiablePresentation"
        assert check(envelope).outcome is Outcome.PASSED


class TestDataIntegrity:
    def test_a_signed_presentation(self) -> None:
        document = presentation.create([issued(), issued_jwt()], holder=holder())
        result = check(signed(document, **ASKED), **ASKED)
        assert (result.outcome, result.problems) == (Outcome.PASSED, ())
        assert (result.holder, result.signer) == (holder(), holder())
        assert result.proofs[0].proof["proofPurpose"] == "authentication"

    def test_several_domains(self) -> None:
        document = signed(presentation.create([issued()]), domain=("a.example", "b.example"))
        assert document["proof"]["domain"] == ["a.example", "b.example"]
        assert check(document, domain={"a.example", "b.example"}).outcome is Outcome.PASSED
        assert codes(check(document, domain="a.example")) == [("/proof/domain", "INVALID_DOMAIN_ERROR")]

    def test_a_replayed_presentation(self) -> None:
        document = signed(presentation.create([issued()], holder=holder()), **ASKED)
        result = check(document, challenge="c-2", domain="other.example")
        assert result.outcome is Outcome.FAILED
        assert codes(result) == [
            ("/proof/domain", "INVALID_DOMAIN_ERROR"),
            ("/proof/challenge", "INVALID_CHALLENGE_ERROR"),
        ]

    def test_somebody_elses_presentation(self) -> None:
        document = signed(presentation.create([issued()], holder=holder()), ISSUER)
        result = check(document)
        assert result.outcome is Outcome.FAILED
        assert codes(result) == [("/holder", "PROOF_VERIFICATION_ERROR")]

    def test_a_holder_as_an_object(self) -> None:
        document = {**presentation.create([issued()]), "holder": {"id": holder()}}
        assert check(signed(document)).holder == holder()

    def test_without_a_holder_the_signer_is_named(self) -> None:
        assert check(signed(presentation.create([issued()]))).signer == holder()

    def test_every_proof_must_hold_and_one_be_the_holders(self) -> None:
        both = signed(signed(presentation.create([issued()], holder=holder())), ISSUER)
        assert check(both).outcome is Outcome.PASSED
        both["proof"][1]["created"] = "2026-03-01T12:00:01Z"
        assert check(both).outcome is Outcome.FAILED

    def test_a_changed_credential_inside(self) -> None:
        document = signed(presentation.create([issued()], holder=holder()))
        document["verifiableCredential"][0]["credentialSubject"]["name"] = "Mallory"
        assert check(document).outcome is Outcome.FAILED

    def test_an_assertion_is_no_authentication(self) -> None:
        document = add_proof(
            presentation.create([issued()]),
            suite="ecdsa-rdfc-2019",
            signer=HOLDER,
            verification_method=did_key_method(HOLDER.public_key),
            created=CREATED,
            loader=LOADER,
        )
        assert codes(check(document)) == [("/proof/proofPurpose", "PROOF_VERIFICATION_ERROR")]

    def test_an_unsigned_presentation(self) -> None:
        result = check(presentation.create([issued()]))
        assert (result.outcome, codes(result)) == (Outcome.FAILED, [("/proof", "PARSING_ERROR")])

    def test_a_key_that_cannot_be_had(self) -> None:
        def fails(proof: Mapping[str, Any]) -> VerificationMethod:
            raise ResolveError.at("", expected="a", got="b", code=ResolveError.OFFLINE)

        document = signed(presentation.create([issued()]))
        assert check(document, find_key=fails).outcome is Outcome.NOT_CHECKED

    def test_a_credential_is_no_presentation(self) -> None:
        with pytest.raises(DataModelError):
            check(issued())


class TestJwt:
    KID = did_key_method(HOLDER.public_key)

    def token(self, **asked: Any) -> str:
        document = presentation.create([issued(), issued_jwt()], holder=holder())
        return presentation.sign_jwt(document, HOLDER, kid=self.KID, **asked)

    def test_a_signed_presentation(self) -> None:
        token = self.token(**ASKED)
        parsed = jose.parse(token)
        assert parsed.header["typ"] == "vp+jwt"
        assert (parsed.payload["nonce"], parsed.payload["aud"]) == ("c-1", "verifier.example")
        result = check(token, **ASKED)
        assert result == PresentationResult(Outcome.PASSED, (), (), holder(), holder())

    def test_a_replayed_presentation(self) -> None:
        result = check(self.token(challenge="c-1", domain=["a.example", "b.example"]), challenge="c-2")
        assert (result.outcome, codes(result)) == (Outcome.FAILED, [("/nonce", "INVALID_CHALLENGE_ERROR")])
        result = check(self.token(**ASKED), domain="other.example")
        assert codes(result) == [("/aud", "INVALID_DOMAIN_ERROR")]
        assert (
            check(self.token(domain=["a.example", "b.example"]), domain="b.example").outcome is Outcome.PASSED
        )

    def test_somebody_elses_presentation(self) -> None:
        document = presentation.create([issued()], holder=did_key(ISSUER.public_key))
        result = check(presentation.sign_jwt(document, HOLDER, kid=self.KID))
        assert codes(result) == [("/holder", "PROOF_VERIFICATION_ERROR")]

    def test_a_signature_that_does_not_fit(self) -> None:
        head, _, tail = self.token().rpartition(".")
        other = self.token(challenge="x").rpartition(".")[2]
        assert tail != other
        assert check(f"{head}.{other}").outcome is Outcome.FAILED

    def test_no_key_is_named(self) -> None:
        secured = credential.from_json(self.token())
        assert secured.jwt is not None
        header = {name: value for name, value in secured.jwt.header.items() if name != "kid"}
        secured = replace(secured, jwt=replace(secured.jwt, header=header))
        result = presentation.check(secured, loader=LOADER, find_key=find_key, now=NOW)
        assert codes(result) == [("/kid", "PROOF_VERIFICATION_ERROR")]

    def test_a_key_that_cannot_be_had(self) -> None:
        def fails(proof: Mapping[str, Any]) -> VerificationMethod:
            raise ResolveError.at("", expected="a", got="b", code=ResolveError.OFFLINE)

        assert check(self.token(), find_key=fails).outcome is Outcome.NOT_CHECKED


class TestInside:
    def test_each_credential_with_its_place(self) -> None:
        document = presentation.create([issued(), issued_jwt(), "x.y"], holder=holder())
        document["verifiableCredential"].append({"type": "Clr"})
        found = presentation.inside(credential.from_json(document))
        assert [where for where, _ in found] == [f"/verifiableCredential/{i}" for i in range(4)]
        one, two, three, four = (item for _, item in found)
        assert isinstance(one, Secured)
        assert isinstance(two, Secured)
        assert (one.kind, two.kind) == (Kind.OTHER_VC, Kind.OTHER_VC)
        assert one.document["id"] == two.document["id"] == CREDENTIAL["id"]
        assert isinstance(three, ParseError)
        assert isinstance(four, NotSupportedYet)

    def test_one_credential_without_an_array_and_none(self) -> None:
        alone = credential.from_json({**presentation.create([]), "verifiableCredential": issued()})
        assert [where for where, _ in presentation.inside(alone)] == ["/verifiableCredential"]
        none = presentation.create([])
        del none["verifiableCredential"]
        assert presentation.inside(credential.from_json(none)) == []
