"""What the public W3C suites found, each with the sentence that it is about (docs/interoperability.md)."""

from __future__ import annotations

import copy
import datetime as dt
import json
from typing import Any

import pytest
from api_caller import Api

from insignia.did import did_key_method
from insignia.keys import SecretKey
from insignia.proof import add_proof
from insignia_server.achievements.models import Achievement
from insignia_server.credentials.keys import loader
from insignia_server.credentials.models import Credential, StatusList
from insignia_server.issuers import services as issuers
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.kit import scopes
from insignia_server.organisations.actors import Actor

pytestmark = pytest.mark.django_db
V2 = "https://www.w3.org/ns/credentials/v2"
ENTRY = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
ARABIC = {"@value": "HTML و CSS: تصميم و إنشاء مواقع الويب", "@language": "ar", "@direction": "rtl"}


def credential(issuer: Any, **more: Any) -> dict[str, Any]:
    """As validVc.json of the suites."""
    return {
        "@context": [V2, "https://www.w3.org/ns/credentials/examples/v2"],
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "credentialSubject": {"id": "did:example:abcdef", "name": "Bob"},
        **more,
    }


def _issue(vc: Api, document: dict[str, Any], **options: Any) -> Any:
    return vc("POST", "/credentials/issue", {"credential": document, "options": options})


def _verify(vc: Api, secured: Any, query: str = "", **options: Any) -> int:
    body = {"verifiableCredential": secured, **({"options": options} if options else {})}
    return vc("POST", f"/credentials/verify{query}", body).status


@pytest.mark.parametrize(
    "suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "Ed25519Signature2020", "vc-jwt"]
)
def test_a_base_direction_is_signed(vc: Api, issuer: Issuer, suite: str) -> None:
    """VC Data Model 2.0, 11.1: 'MAY contain a @direction property whose value is a base direction string'."""
    issuer_object = {"id": issuer.did, "name": ARABIC, "description": [ARABIC]}
    answer = _issue(vc, credential(issuer_object, name=ARABIC, description=[ARABIC]), cryptosuite=suite)
    assert answer.status == 201, answer
    signed = answer["verifiableCredential"]
    assert _verify(vc, signed) == 200
    if suite == "vc-jwt":
        return
    for place in (signed, signed["issuer"]):
        turned = copy.deepcopy(signed)
        (turned if place is signed else turned["issuer"])["name"]["@direction"] = "ltr"
        assert _verify(vc, turned) == 400
        del (turned if place is signed else turned["issuer"])["name"]["@direction"]
        assert _verify(vc, turned) == 400


@pytest.mark.parametrize(
    "value", [{**ARABIC, "@direction": "up"}, {**ARABIC, "@direction": 1}, {"@value": 5, "@direction": "ltr"}]
)
def test_what_is_no_base_direction_is_not_issued(vc: Api, issuer: Issuer, value: dict[str, Any]) -> None:
    """VC Data Integrity 1.0, 'Securing Data Losslessly': 'MUST throw an error […] when data is dropped by a
    JSON-LD processor'."""
    assert _issue(vc, credential(issuer.did, name=value)).status == 422
    assert Credential.plain.count() == 0


def test_both_digests_of_the_suite_are_read(vc: Api, issuer: Issuer) -> None:
    """VC Data Model 2.0, 5.3: 'Each object associated with relatedResource MUST contain at least a digestSRI
    or a digestMultibase value.' These two are the suite's: those of July 2024, one without a header."""
    resource = {
        "id": V2,
        "mediaType": "application/ld+json",
        "digestSRI": "sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg",
        "digestMultibase": "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k",
    }
    assert _issue(vc, credential(issuer.did, relatedResource=resource)).status == 201
    other = {**resource, "digestMultibase": "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7g"}
    assert _issue(vc, credential(issuer.did, relatedResource=other)).status == 422


def test_json_in_a_string_is_not_verified(vc: Api, issuer: Issuer) -> None:
    """VC Data Integrity 1.0, 4.4: 'If either securedDocument is not a map or securedDocument.proof is not a
    map, an error MUST be raised and SHOULD convey an error type of PARSING_ERROR.'"""
    signed = _issue(vc, credential(issuer.did))["verifiableCredential"]
    for options in ({"options": {"checks": ["proof"]}}, {}):
        body = {"verifiableCredential": json.dumps(signed), **options}
        answer = vc("POST", "/credentials/verify", body)
        assert (answer.status, answer["verified"]) == (400, False)
        assert answer["problemDetails"][0]["type"].endswith("#PARSING_ERROR")
    wrapped = {"@context": [V2], "type": ["VerifiablePresentation"]}
    body = {"verifiablePresentation": {**wrapped, "verifiableCredential": [json.dumps(signed)]}}
    assert vc("POST", "/presentations/verify", body).status == 400


def test_the_address_may_name_the_checks(vc: Api) -> None:
    """vc-di-ecdsa's suite sends its vectors without options: issuers that no key is bound to."""
    key = SecretKey.from_seed(b"\x09" * 32)
    signed = add_proof(
        credential("https://vc.example/issuers/5678"),
        suite="eddsa-rdfc-2022",
        signer=key,
        verification_method=did_key_method(key.public_key),
        created="2023-02-24T23:36:38Z",
        loader=loader(),
    )
    assert _verify(vc, signed) == 400
    assert _verify(vc, signed, "?checks=proof") == 200
    assert _verify(vc, signed, "?checks=proof&checks=binding") == 400
    assert _verify(vc, signed, "?checks=proof", checks=["proof", "binding"]) == 400  # what the body says
    assert _verify(vc, {**signed, "name": "x"}, "?checks=proof") == 400
    held = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": [signed]}
    answer = vc("POST", "/presentations/verify?checks=proof", {"verifiablePresentation": held})
    assert answer.status == 400  # nobody signed the presentation


def test_the_address_may_name_the_cryptosuite(vc: Api, issuer: Issuer) -> None:
    """vc-di-ecdsa's suite writes into the `options` of its configuration, and keeps what it wrote."""
    body = {"credential": credential(issuer.did)}
    made = vc("POST", "/credentials/issue?cryptosuite=ecdsa-jcs-2019", body)["verifiableCredential"]
    assert made["proof"]["cryptosuite"] == "ecdsa-jcs-2019"
    body["options"] = {"cryptosuite": "eddsa-jcs-2022"}
    made = vc("POST", "/credentials/issue?cryptosuite=ecdsa-jcs-2019", body)["verifiableCredential"]
    assert made["proof"]["cryptosuite"] == "eddsa-jcs-2022"  # what the body says
    del body["options"]
    assert vc("POST", "/credentials/issue?cryptosuite=none", body).status == 422


def test_in_the_name_of_an_archived_issuer_nothing_new_is_issued(
    vc: Api, issuer: Issuer, owner: Actor
) -> None:
    """issuers.services.archive_issuer: 'Nothing new is awarded in this issuer's name; everything that was
    stays where it is and verifies.'"""
    signed = _issue(vc, credential(issuer.did), credentialStatus=[ENTRY])["verifiableCredential"]
    with scopes.organisation(issuer.organisation_id):
        issuers.archive_issuer(by=owner, issuer=issuer)
    answer = _issue(vc, credential(issuer.did))
    assert (answer.status, answer["problemDetails"][0]["title"]) == (422, "archived")
    assert "archive" in answer["problemDetails"][0]["detail"]
    assert _verify(vc, signed) == 200
    change = {"credentialId": signed["id"], "credentialStatus": ENTRY}
    assert vc("POST", "/credentials/status", change).status == 200
    assert _verify(vc, signed) == 400
    with scopes.organisation(issuer.organisation_id):
        issuers.unarchive_issuer(by=owner, issuer=issuer)
    assert _issue(vc, credential(issuer.did)).status == 201


def test_after_a_key_was_compromised_the_next_credential_verifies_at_once(
    vc: Api, api: Api, issuer: Issuer, achievement: Achievement, owner: Actor
) -> None:
    """The list that the last key signed waits for its job: whoever takes a place publishes it first."""
    assert _issue(vc, credential(issuer.did), credentialStatus=[ENTRY]).status == 201
    body = {"achievement": str(achievement.pk), "recipient": {"email": "ann@example.org", "name": "Ann"}}
    assert api("POST", "/awards", body).status == 201
    now = dt.datetime.now(dt.UTC)
    with scopes.organisation(issuer.organisation_id):
        key = SigningKey.objects.get(issuer=issuer, algorithm="Ed25519", state="active")
        issuers.report_compromised(by=owner, key=key, since=now, now=now)
        assert set(StatusList.objects.values_list("key__state", flat=True)) == {"compromised"}
    again = _issue(vc, credential(issuer.did), credentialStatus=[ENTRY])
    assert again.status == 201, again
    assert _verify(vc, again["verifiableCredential"]) == 200
    answer = api("POST", "/awards", {**body, "recipient": {"email": "bo@example.org", "name": "Bo"}})
    assert answer.status == 201, answer
    assert api("POST", "/verifications", {"credential": answer["credential"]})["verdict"] == "valid"
