"""What the public W3C suites ask of the VC-API, and what a hostile caller may send."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest
from api_caller import Api
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insignia import presentation
from insignia.did import did_key_method
from insignia.keys import SecretKey
from insignia_server.credentials.keys import loader
from insignia_server.credentials.models import Credential
from insignia_server.issuers.models import Issuer

pytestmark = pytest.mark.django_db
V2 = "https://www.w3.org/ns/credentials/v2"
DIGEST = "sha256-" + "A" * 43 + "="  # of no document
ENTRY = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}


def credential(issuer: Any, **more: Any) -> dict[str, Any]:
    """As validVc.json of the suites."""
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "credentialSubject": {"id": "did:example:abcdef", "name": "Bob"},
        **more,
    }


@pytest.fixture
def open_vc(settings: Any, db: None) -> Api:
    """The VC-API of an open test instance, without a key."""
    settings.VC_API_OPEN = True
    return Api(None, "/vc-api")


def _issue(vc: Api, document: dict[str, Any], **options: Any) -> dict[str, Any]:
    answer = vc("POST", "/credentials/issue", {"credential": document, "options": options})
    assert answer.status == 201, answer
    assert set(answer.body) == {"verifiableCredential"}
    found: dict[str, Any] = answer["verifiableCredential"]
    return found


def _verify(vc: Api, secured: Any, **options: Any) -> Any:
    return vc("POST", "/credentials/verify", {"verifiableCredential": secured, "options": options})


@pytest.mark.parametrize(
    "suite",
    ["", "eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019", "Ed25519Signature2020"],
)
def test_what_is_issued_verifies_and_a_changed_one_does_not(vc: Api, issuer: Issuer, suite: str) -> None:
    signed = _issue(vc, credential(issuer.did), cryptosuite=suite or None)
    for options in ({"checks": ["proof"]}, {}, {"checks": ["unheard of"]}):
        answer = _verify(vc, signed, **options)
        assert (answer.status, answer.body) == (200, {"verified": True})
    changed = copy.deepcopy(signed)
    changed["credentialSubject"]["name"] = "Eve"
    answer = _verify(vc, changed, checks=["proof"])
    assert (answer.status, answer["verified"]) == (400, False)
    assert set(answer["problemDetails"][0]) == {"type", "title", "detail"}
    assert answer["problemDetails"][0]["type"] == "https://w3id.org/security#PROOF_VERIFICATION_ERROR"


def test_an_issuer_object_is_kept_and_the_credential_is_stored(vc: Api, issuer: Issuer) -> None:
    profile = {"id": issuer.did, "name": "The Faculty"}
    signed = _issue(vc, credential(profile, id="urn:uuid:0195a7c2-2b1e-7c3a-9d54-3f6e2a1b0c9d"))
    assert signed["issuer"] == profile
    row = Credential.plain.get()
    assert (str(row.pk), row.version) == ("0195a7c2-2b1e-7c3a-9d54-3f6e2a1b0c9d", None)
    _issue(vc, credential(profile, id="urn:uuid:0195a7c2-2b1e-7c3a-9d54-3f6e2a1b0c9d"))
    assert Credential.plain.count() == 2


def test_vc_jwt_comes_in_an_envelope(vc: Api, issuer: Issuer) -> None:
    """VC Data Model 2.0, 4.13.2: 'The type value of the object MUST be EnvelopedVerifiableCredential.'"""
    envelope = _issue(vc, credential(issuer.did), cryptosuite="vc-jwt")
    assert set(envelope) == {"@context", "type", "id"}
    assert envelope["id"].startswith("data:application/vc+jwt,")
    token = envelope["id"].partition(",")[2]
    for read in (envelope, {**envelope, "id": f"data:application/jwt,{token}"}, token):
        assert _verify(vc, read, checks=["proof"]).status == 200
    for wrong in (
        {**envelope, "@context": []},
        {**envelope, "@context": "https://www.w3.org/ns/credentials/examples/v2"},
        {**envelope, "id": token},
        {**envelope, "type": "VerifiableCredential"},
        {name: value for name, value in envelope.items() if name != "type"},
    ):
        answer = _verify(vc, wrong)
        assert (answer.status, answer["verified"]) == (400, False)


def test_status_entries_are_allocated_and_changed(vc: Api, issuer: Issuer) -> None:
    """Bitstring Status List 1.0, 2.1: 'The statusListIndex property MUST be an arbitrary size integer greater
    than or equal to 0, expressed as a string in base 10.'"""
    signed = _issue(
        vc,
        credential(issuer.did, id="urn:uuid:0195a7c2-2b1e-7c3a-9d54-000000000001"),
        credentialStatus=[ENTRY],
    )
    entry = signed["credentialStatus"]
    assert entry["statusListIndex"].isdecimal()
    assert entry["id"] != entry["statusListCredential"]
    assert _verify(vc, signed, checks=["proof", "credentialStatus"]).status == 200
    change = {"credentialId": signed["id"], "credentialStatus": ENTRY}
    assert vc("POST", "/credentials/status", change).status == 200  # `status` left out, as the suite does
    answer = _verify(vc, signed, checks=["proof", "credentialStatus"])
    assert answer.status == 400
    assert answer["problemDetails"][0]["title"] == "status.revocation"
    assert _verify(vc, signed, checks=["proof"]).status == 200
    assert vc("POST", "/credentials/status", {**change, "status": False}).status == 422
    assert Credential.plain.get().state == "revoked"


def test_two_entries_are_an_array_and_move_apart(vc: Api, issuer: Issuer) -> None:
    suspension = {**ENTRY, "statusPurpose": "suspension"}
    signed = _issue(vc, credential(issuer.did), credentialStatus=[ENTRY, suspension])
    assert signed["id"].startswith("urn:uuid:")
    assert [one["statusPurpose"] for one in signed["credentialStatus"]] == ["revocation", "suspension"]
    change = {"credentialId": signed["id"], "credentialStatus": suspension}
    assert vc("POST", "/credentials/status", {**change, "status": True}).status == 200
    assert _verify(vc, signed).status == 400
    assert vc("POST", "/credentials/status", {**change, "status": False}).status == 200
    assert _verify(vc, signed).status == 200


def test_of_another_tenant_nothing_can_be_changed(vc: Api, stranger: Api, issuer: Issuer) -> None:
    theirs = Api(stranger.key, "/vc-api")
    signed = _issue(vc, credential(issuer.did), credentialStatus=[ENTRY])
    change = {"credentialId": signed["id"], "credentialStatus": ENTRY, "status": True}
    assert theirs("POST", "/credentials/status", change).status == 422
    assert theirs("POST", "/credentials/issue", {"credential": credential(issuer.did)}).status == 422
    assert _verify(vc, signed).status == 200


def _holder() -> tuple[SecretKey, str]:
    key = SecretKey.from_seed(b"\x07" * 32)
    return key, did_key_method(key.public_key)


def test_presentations_answer_to_challenge_and_domain(vc: Api, issuer: Issuer) -> None:
    signed = _issue(vc, credential(issuer.did))
    key, method = _holder()
    made = presentation.sign(
        presentation.create([signed], holder=method.partition("#")[0]),
        suite="eddsa-rdfc-2022",
        signer=key,
        verification_method=method,
        created=dt.datetime.now(dt.UTC).replace(microsecond=0),
        loader=loader(),
        challenge="c1",
        domain="https://suite.example",
    )
    options = {"challenge": "c1", "domain": "https://suite.example"}
    good = vc("POST", "/presentations/verify", {"verifiablePresentation": made, "options": options})
    assert (good.status, good.body) == (200, {"verified": True})
    for wrong in ({**options, "challenge": "c2"}, {**options, "domain": "https://other.example"}):
        answer = vc("POST", "/presentations/verify", {"verifiablePresentation": made, "options": wrong})
        assert (answer.status, answer["verified"]) == (400, False)
    assert vc("POST", "/presentations/verify", {"verifiablePresentation": signed}).status == 400
    assert _verify(vc, made).status == 400


def test_dids_are_resolved(vc: Api, issuer: Issuer) -> None:
    for did in ("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", issuer.did):
        answer = vc("GET", f"/1.0/identifiers/{did}")
        assert answer.status == 200
        assert set(answer.body) == {"@context", "didDocument", "didDocumentMetadata", "didResolutionMetadata"}
        assert answer["didDocument"]["id"] == did
    for did, error in (("did:key:zzz", "unsupportedPublicKeyType"), ("did:nothing:1", "methodNotSupported")):
        answer = vc("GET", f"/1.0/identifiers/{did}")
        assert answer.status == 400
        assert answer["didResolutionMetadata"]["error"] == error
    experimental = (
        "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK?publicKeyFormat=X25519KeyAgreementKey2019"
    )
    assert (
        vc("GET", f"/1.0/identifiers/{experimental}")["didResolutionMetadata"]["error"]
        == "invalidPublicKeyType"
    )


def test_an_open_instance_needs_no_key(open_vc: Api) -> None:
    """shared/standards.md: 'a setting for a test instance, off by default, holds three did:key issuers'."""
    found = open_vc("GET", "/issuers")["issuers"]
    assert len(found) == 3
    for one in found:
        for suite in one["cryptosuites"]:
            signed = _issue(open_vc, credential({"id": one["id"], "name": "x"}), cryptosuite=suite)
            if suite == "ecdsa-sd-2023":  # what the issuer made is for the holder, who shows something of it
                chosen = {"selectivePointers": ["/credentialSubject"]}
                body = {"verifiableCredential": signed, "options": chosen}
                signed = open_vc("POST", "/credentials/derive", body)["verifiableCredential"]
            assert _verify(open_vc, signed).body == {"verified": True}, suite
    signed = _issue(
        open_vc,
        credential(found[0]["id"], id="urn:uuid:00000000-0000-4000-8000-000000000001"),
        credentialStatus=[ENTRY],
    )
    assert _verify(open_vc, signed, checks=["proof", "credentialStatus"]).status == 200
    change = {"credentialId": signed["id"], "credentialStatus": ENTRY, "status": True}
    assert open_vc("POST", "/credentials/status", change).status == 200
    assert _verify(open_vc, signed).status == 400
    assert (
        open_vc("POST", "/credentials/issue", {"credential": credential("did:web:x.example")}).status == 422
    )


def test_a_closed_instance_needs_one(db: None) -> None:
    closed = Api(None, "/vc-api")
    for method, path in (
        ("POST", "/credentials/issue"),
        ("POST", "/credentials/verify"),
        ("POST", "/credentials/derive"),
        ("POST", "/credentials/status"),
        ("POST", "/presentations/verify"),
        ("GET", "/1.0/identifiers/did:key:x"),
        ("GET", "/issuers"),
    ):
        assert closed(method, path, {}).status == 401, path


def test_the_issuers_of_the_suites_are_not_there_otherwise(vc: Api) -> None:
    assert vc("GET", "/issuers").status == 404


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": None},
        {"issuer": 4},
        {"issuer": {"name": "nobody"}},
        {"type": "Other"},
        {"type": None},
        {"@context": []},
        {"@context": ["https://www.w3.org/ns/credentials/examples/v2"]},
        {"credentialSubject": {}},
        {"credentialSubject": None},
        {"credentialStatus": {"type": "BitstringStatusListEntry", "statusListIndex": True}},
        {"id": 1},
        {"validFrom": "yesterday"},
        {"undefinedTerm": {"@type": "no such"}},
        {"evidence": {"id": "https://evidence.example/1"}},
        {"relatedResource": ["https://www.w3.org/ns/credentials/v2"]},
        {"relatedResource": [{"digestSRI": DIGEST}]},
        {"relatedResource": [{"id": V2, "digestSRI": DIGEST}, {"id": V2, "digestSRI": DIGEST}]},
        {"relatedResource": [{"id": V2}]},
        {"relatedResource": [{"id": V2, "digestSRI": DIGEST}]},
    ],
)
def test_what_is_no_credential_is_not_issued(vc: Api, issuer: Issuer, change: dict[str, Any]) -> None:
    answer = vc("POST", "/credentials/issue", {"credential": {**credential(issuer.did), **change}})
    assert answer.status in (400, 422), answer
    assert answer["problemDetails"]
    assert Credential.plain.count() == 0


PATHS = (
    *("/credentials/issue", "/credentials/verify", "/credentials/derive", "/credentials/status"),
    "/presentations/verify",
)
MEMBERS = (
    *("credential", "verifiableCredential", "verifiablePresentation", "options", "credentialId"),
    "credentialStatus",
)
NAMES = ("id", "type", "proof", "issuer", "checks", "@context", "cryptosuite", "status", "challenge")
PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
JSON = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=5)
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(PATHS), st.dictionaries(st.sampled_from(MEMBERS) | st.text(), JSON, max_size=4) | JSON)
def test_whatever_is_sent_is_never_401_404_or_500(vc: Api, path: str, body: Any) -> None:
    """shared/standards.md: 'a malformed body is never 401, 404 or 500'."""
    assert vc("POST", path, body).status in (400, 422)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 10_000, b'{"credential": {"a": 1, "a": 2}}'])
def test_a_body_that_is_no_json_is_400(vc: Api, body: bytes) -> None:
    for path in PATHS:
        answer = vc("POST", path, body)
        assert (answer.status, answer["verified"]) == (400, False)
    assert vc("GET", "/credentials/issue").status == 405
