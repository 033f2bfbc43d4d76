"""Selective disclosure over the VC-API: ecdsa-sd-2023 (Data Integrity ECDSA Cryptosuites 1.0, 3.6)."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from api_caller import Api

from insignia_server.credentials.models import Credential
from insignia_server.issuers.models import Issuer
from insignia_server.organisations.roles import Permission

pytestmark = pytest.mark.django_db
ENTRY = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
KEY = "urn:uuid:0195a7c2-2b1e-7c3a-9d54-3f6e2a1b0c9d"


def _document(issuer: Issuer, **more: Any) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "id": KEY,
        "type": ["VerifiableCredential"],
        "issuer": issuer.did,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdef", "name": "Bob", "age": 44, "city": "Bonn"},
        **more,
    }


def _issue(vc: Api, document: dict[str, Any], **options: Any) -> Any:
    body = {"credential": document, "options": {"cryptosuite": "ecdsa-sd-2023", **options}}
    return vc("POST", "/credentials/issue", body)


def _derive(vc: Api, secured: Any, *pointers: Any) -> Any:
    body = {"verifiableCredential": secured, "options": {"selectivePointers": list(pointers)}}
    return vc("POST", "/credentials/derive", body)


def _verify(vc: Api, secured: Any, **options: Any) -> int:
    return vc("POST", "/credentials/verify", {"verifiableCredential": secured, "options": options}).status


def test_the_holder_shows_a_part_and_it_verifies(vc: Api, issuer: Issuer) -> None:
    signed = _issue(vc, _document(issuer))["verifiableCredential"]
    assert _verify(vc, signed, checks=["proof"]) == 400  # a base proof is for the holder
    answer = _derive(vc, signed, "/credentialSubject/name")
    assert answer.status == 201, answer
    shown = answer["verifiableCredential"]
    assert shown["credentialSubject"] == {"id": "did:example:abcdef", "name": "Bob"}
    assert (shown["issuer"], shown["validFrom"]) == (issuer.did, "2026-01-01T00:00:00Z")  # by default
    assert _verify(vc, shown, checks=["proof"]) == _verify(vc, shown) == 200
    changed = copy.deepcopy(shown)
    changed["credentialSubject"]["name"] = "Eve"
    assert _verify(vc, changed, checks=["proof"]) == 400
    assert _derive(vc, shown, "/issuer").status == 422  # once only


def test_what_says_that_it_is_over_is_always_shown(vc: Api, issuer: Issuer) -> None:
    """3.6.1: 'mandatoryPointers'. A holder could otherwise leave out that a credential was revoked."""
    document = _document(issuer, validUntil="2099-01-01T00:00:00Z")
    pointers = ["/credentialSubject/city"]
    signed = _issue(vc, document, mandatoryPointers=pointers, credentialStatus=[ENTRY])[
        "verifiableCredential"
    ]
    shown = _derive(vc, signed)["verifiableCredential"]
    assert shown["credentialSubject"] == {"id": "did:example:abcdef", "city": "Bonn"}
    assert shown["credentialStatus"] == signed["credentialStatus"]
    assert shown["validUntil"] == "2099-01-01T00:00:00Z"
    assert "validFrom" not in shown
    shown = _derive(vc, signed, "/issuer", "/validFrom")["verifiableCredential"]
    assert _verify(vc, shown) == 200
    change = {"credentialId": KEY, "credentialStatus": ENTRY}
    assert vc("POST", "/credentials/status", change).status == 200
    assert _verify(vc, shown) == 400


def test_a_base_proof_has_no_public_address(vc: Api, issuer: Issuer) -> None:
    """Whoever has it can show everything."""
    assert _issue(vc, _document(issuer)).status == 201
    row = Credential.plain.get()
    assert row.suite == "ecdsa-sd-2023"
    assert f"urn:uuid:{row.pk}" != KEY


@pytest.mark.parametrize("pointers", [["/credentialSubject/invalidPointer"], ["issuer"], ["/type/7"]])
def test_a_pointer_that_does_not_fit(vc: Api, issuer: Issuer, pointers: list[str]) -> None:
    """3.4.12: 'If value is now undefined, an error MUST be raised […] indicating that the JSON pointer does
    not match the given document.'"""
    answer = _issue(vc, _document(issuer), mandatoryPointers=pointers)
    assert answer.status == 422, answer
    assert Credential.plain.count() == 0
    signed = _issue(vc, _document(issuer))["verifiableCredential"]
    assert _derive(vc, signed, *pointers).status == 422


@pytest.mark.parametrize("pointers", ["/issuer", [4], ["/issuer"] * 201, {}])
def test_what_are_no_pointers(vc: Api, issuer: Issuer, pointers: Any) -> None:
    assert _issue(vc, _document(issuer), mandatoryPointers=pointers).status == 400
    signed = _issue(vc, _document(issuer))["verifiableCredential"]
    body = {"verifiableCredential": signed, "options": {"selectivePointers": pointers}}
    assert vc("POST", "/credentials/derive", body).status == 400


def test_what_nothing_can_be_derived_from(vc: Api, issuer: Issuer) -> None:
    document = {name: value for name, value in _document(issuer).items() if name != "id"}
    plain = vc("POST", "/credentials/issue", {"credential": document})["verifiableCredential"]
    assert _derive(vc, plain, "/issuer").status == 422
    assert _derive(vc, {**plain, "proof": None}, "/issuer").status == 422
    assert _derive(vc, "a.b.c", "/issuer").status == 400
    signed = _issue(vc, document, mandatoryPointers=[])["verifiableCredential"]
    assert _derive(vc, signed).status == 422  # nothing to show
    signed["credentialSubject"]["name"] = "Eve"
    answer = _derive(vc, signed, "/credentialSubject/name")
    assert answer.status == 201  # its statements are signed one by one; the verifier sees it
    assert _verify(vc, answer["verifiableCredential"], checks=["proof"]) == 400


def test_deriving_needs_no_more_than_reading(make_client: Any, vc: Api, issuer: Issuer) -> None:
    signed = _issue(vc, _document(issuer))["verifiableCredential"]
    reader = Api(make_client(Permission.READ)[1], "/vc-api")
    assert _derive(reader, signed, "/issuer").status == 201
    assert _issue(reader, _document(issuer)).status == 403
