"""What comes in: JSON, JWS, envelopes and presentations to `Secured`, and what is refused."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia import credential
from insignia.achievement import AchievementCredential
from insignia.contexts import CREDENTIALS_V1, CREDENTIALS_V2, OPEN_BADGES_3_0_3
from insignia.credential import Form, Kind
from insignia.endorsement import EndorsementCredential
from insignia.errors import InsigniaError, NotSupportedYet, ParseError
from insignia.strict_json import Limits
from insignia.verifiable_credential import VerifiableCredential

BADGE: dict[str, Any] = {
    "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3],
    "id": "http://example.edu/credentials/3732",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Teamwork",
    "issuer": {"id": "https://example.edu/issuers/565049", "type": ["Profile"], "name": "Example University"},
    "validFrom": "2010-01-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:example:ebfeb1f712ebc6f1c276e12ec21",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://example.com/achievements/21st-century-skills/teamwork",
            "type": ["Achievement"],
            "criteria": {"narrative": "Team members are nominated for this badge by their peers."},
            "description": "This badge recognizes the capacity to collaborate within a group environment.",
            "name": "Teamwork",
        },
    },
    "acme:level": [1, {"deep": None}],
}


def jws(payload: Any, **header: Any) -> str:
    parts = [json.dumps({"alg": "EdDSA", **header}), json.dumps(payload), "signature"]
    return ".".join(base64.urlsafe_b64encode(p.encode()).decode().rstrip("=") for p in parts)


def codes(content: bytes | str) -> list[str]:
    with pytest.raises(InsigniaError) as caught:
        credential.parse(content)
    return [p.code for p in caught.value.problems]


def test_exact_bytes_and_unknown_members_are_kept() -> None:
    content = b"\n " + json.dumps(BADGE, indent=3).encode() + b"\r\n"
    secured = credential.parse(content)
    assert secured.content == content
    assert secured.document == BADGE
    assert (secured.form, secured.kind, secured.data_model) == (Form.UNSECURED, Kind.ACHIEVEMENT, "2.0")
    assert credential.parse(content.decode()) == secured
    assert secured.jwt is None


def test_an_embedded_proof_makes_it_data_integrity() -> None:
    assert (
        credential.from_json({**BADGE, "proof": {"type": "DataIntegrityProof"}}).form is Form.DATA_INTEGRITY
    )
    assert credential.from_json({**BADGE, "proof": []}).form is Form.UNSECURED


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        (["VerifiableCredential", "AchievementCredential"], Kind.ACHIEVEMENT),
        (["VerifiableCredential", "EndorsementCredential"], Kind.ENDORSEMENT),
        ("VerifiablePresentation", Kind.PRESENTATION),
        (["VerifiableCredential", "BitstringStatusListCredential"], Kind.STATUS_LIST),
        (["VerifiableCredential", "StatusList2021Credential"], Kind.STATUS_LIST),
        ("VerifiableCredential", Kind.OTHER_VC),
        (["Unknown", 7], Kind.OTHER_VC),
    ],
)
def test_kinds(types: Any, kind: Kind) -> None:
    assert credential.from_json({**BADGE, "type": types}).kind is kind


def test_data_models() -> None:
    assert credential.data_model_of({"@context": CREDENTIALS_V1}) == "1.1"
    assert credential.data_model_of({"@context": [{"a": "b"}, CREDENTIALS_V2, CREDENTIALS_V1]}) == "2.0"
    assert credential.data_model_of({"issuanceDate": "2010-01-01T00:00:00Z"}) == "1.1"
    assert credential.data_model_of({"issuanceDate": "", "validFrom": ""}) == "2.0"


def test_the_open_badges_jwt_profile() -> None:
    payload = {
        **BADGE,
        "iss": BADGE["issuer"]["id"],
        "jti": BADGE["id"],
        "nbf": 1262304000,
        "sub": "did:example:1",
    }
    secured = credential.parse(jws(payload, typ="JWT", kid="https://example.edu/key") + "\n")
    assert (secured.form, secured.kind) == (Form.JWT_OB, Kind.ACHIEVEMENT)
    assert secured.document == BADGE
    assert secured.jwt is not None
    assert secured.jwt.payload == payload


def test_the_vc_jose_form() -> None:
    secured = credential.parse(jws(BADGE, typ="vc+jwt", kid="did:example:1#key"))
    assert (secured.form, secured.document) == (Form.JWT_VC_JOSE, BADGE)


def test_claims_of_a_1_1_jwt_are_put_back() -> None:
    """VC Data Model 1.1, 6.3.1: 'iss ... MUST be used to set', 'jti', 'nbf', 'exp' and 'sub' likewise."""
    inner = {
        "@context": [CREDENTIALS_V1, OPEN_BADGES_3_0_3],
        "type": BADGE["type"],
        "credentialSubject": {"type": ["AchievementSubject"]},
    }
    claims = {
        "iss": "did:example:issuer",
        "jti": "urn:uuid:1",
        "nbf": 1262304000,
        "exp": 1293840000.5,
        "sub": "did:a:b",
    }
    secured = credential.parse(jws({"vc": inner, **claims}, typ="JWT"))
    assert (secured.form, secured.data_model, secured.kind) == (Form.JWT_VC11, "1.1", Kind.ACHIEVEMENT)
    assert secured.document == {
        **inner,
        "id": "urn:uuid:1",
        "issuer": "did:example:issuer",
        "issuanceDate": "2010-01-01T00:00:00Z",
        "expirationDate": "2011-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:a:b", "type": ["AchievementSubject"]},
    }


def test_members_of_the_vc_claim_stay_as_they_are() -> None:
    inner = {**BADGE, "@context": [CREDENTIALS_V1, OPEN_BADGES_3_0_3], "issuanceDate": "2020-01-01T00:00:00Z"}
    payload = {"vc": inner, "iss": "did:example:other", "nbf": True, "exp": 1e30, "sub": 5}
    assert credential.parse(jws(payload, typ="JWT")).document == inner


def test_a_1_1_presentation_jwt() -> None:
    inner = {"@context": [CREDENTIALS_V1], "type": ["VerifiablePresentation"], "verifiableCredential": []}
    secured = credential.parse(jws({"vp": inner, "iss": "did:example:holder", "nbf": 1}, typ="JWT"))
    assert secured.kind is Kind.PRESENTATION
    assert secured.document == {**inner, "holder": "did:example:holder"}
    assert credential.parse(jws({"vp": inner}, typ="JWT")).document == inner


@pytest.mark.parametrize("claim", [[], "text", None, 3])
def test_a_vc_claim_that_is_no_object(claim: Any) -> None:
    with pytest.raises(ParseError):
        credential.parse(jws({"vc": claim, "iss": "did:example:a"}, typ="JWT"))


@pytest.mark.parametrize(
    "media_type", ["application/vc+jwt", "application/jwt", "application/vp+jwt", "APPLICATION/VC+JWT;a=b"]
)
def test_an_enveloped_credential(media_type: str) -> None:
    """VC Data Model 2.0, 4.13.1: the id 'MUST be a data: URL'."""
    token = jws(BADGE, typ="vc+jwt")
    envelope = {
        "@context": CREDENTIALS_V2,
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:{media_type},{token}",
    }
    content = json.dumps(envelope).encode()
    secured = credential.parse(content)
    assert (secured.content, secured.document, secured.form) == (content, BADGE, Form.JWT_VC_JOSE)


@pytest.mark.parametrize(
    ("identifier", "code"),
    [
        ("data:application/vc+sd-jwt,a.b.c~", "jose.compact"),
        ("data:application/vc+cose;base64,0oQ=", "cose.cbor"),
        ("data:text/plain,a.b.c", "format.envelope"),
        ("data:application/vc+jwt,not a token", "format.envelope"),
        ("https://example.org", "jose.envelope"),
        (None, "jose.envelope"),
    ],
)
def test_other_envelopes(identifier: Any, code: str) -> None:
    envelope = {"@context": CREDENTIALS_V2, "type": ["EnvelopedVerifiableCredential"], "id": identifier}
    assert codes(json.dumps(envelope)) == [code]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (jws(BADGE, typ="vc+sd-jwt") + "~WyJhIl0~", "sd-jwt.disclosure"),
        (b"\xd2\x84\x43\xa1\x01\x27", "cose.cbor"),
        (b"\x84\x43\xa1\x01\x27", "cose.cbor"),
    ],
)
def test_securing_forms_that_are_malformed(content: bytes | str, code: str) -> None:
    assert codes(content) == [code]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (
            {"@context": "https://purl.imsglobal.org/spec/clr/v1p0/context/clr_v1p0.jsonld", "type": "Clr"},
            "clr-1.0",
        ),
    ],
)
def test_other_families_are_named(document: dict[str, Any], code: str) -> None:
    with pytest.raises(NotSupportedYet) as caught:
        credential.parse(json.dumps(document))
    assert caught.value.code == f"not-supported-yet.{code}"
    assert "later version" in caught.value.problems[0].got


@pytest.mark.parametrize(
    ("document", "kind", "version"),
    [
        ({"@context": "https://w3id.org/openbadges/v2", "type": "Assertion"}, Kind.ASSERTION, "2.0"),
        ({"@context": {"obi": "https://w3id.org/openbadges#"}, "type": "Issuer"}, Kind.ISSUER_PROFILE, "2.0"),
        ({"type": "BadgeClass", "name": "x"}, Kind.BADGE_CLASS, "2.0"),
        ({"@context": {"a": "urn:a"}, "type": ["BadgeClass"]}, Kind.BADGE_CLASS, "2.0"),
        ({"@context": "https://w3id.org/openbadges/v2", "type": "Profile"}, Kind.ISSUER_PROFILE, "2.0"),
        (
            {"@context": "https://w3id.org/openbadges/v2", "type": "Endorsement"},
            Kind.BADGE_ENDORSEMENT,
            "2.0",
        ),
        ({"@context": "https://w3id.org/openbadges/v1", "type": "Assertion"}, Kind.ASSERTION, "1.1"),
        ({"recipient": "sha256$00", "badge": {"version": "0.5.0"}}, Kind.ASSERTION, "0.5"),
        ({"recipient": {}, "badge": "https://example.org/b", "uid": "1"}, Kind.ASSERTION, "1.0"),
        (
            {"@context": "https://purl.imsglobal.org/spec/ob/v2p1/ob_v2p1.jsonld", "type": "Assertion"},
            Kind.ASSERTION,
            "2.1",
        ),
    ],
)
def test_badges_of_open_badges_1_and_2(document: dict[str, Any], kind: Kind, version: str) -> None:
    secured = credential.parse(json.dumps(document))
    assert (secured.form, secured.kind, secured.data_model) == (Form.HOSTED, kind, version)
    signed = credential.parse(jws(document, typ="JWT"))
    assert (signed.form, signed.kind, signed.data_model) == (Form.SIGNED, kind, version)
    assert signed.document == document


def test_an_address_is_a_hosted_badge_but_not_inside_of_something() -> None:
    """Open Badges 2.0, baking, 'Legacy PNGs': "the URL pointing to the hosted assertion was baked"."""
    secured = credential.parse(b" https://example.org/badge\n")
    assert (secured.form, secured.kind) == (Form.HOSTED, Kind.ASSERTION)
    assert secured.document == {"id": "https://example.org/badge"}
    with pytest.raises(ParseError):
        credential.from_json("https://example.org/badge")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "format.unknown"),
        ("example.org/badge", "format.unknown"),
        ("[1]", "format.unknown"),
        ('{"type": "Person"}', "format.unknown"),
        ("{}", "format.unknown"),
        (b"\x89PNG\r\n\x1a\n", "format.picture"),
        (b"<svg/>", "format.picture"),
        (b"\xff\xfe{", "json.byte-order-mark"),
        (b'\xef\xbb\xbf{"a":1}', "json.byte-order-mark"),
        ('{"type":"VerifiableCredential","type":1}', "json.duplicate-member"),
        ('{"a":1} trailing', "json.syntax"),
        ("\ud800", "json.surrogate"),
    ],
)
def test_what_is_no_credential(content: bytes | str, code: str) -> None:
    assert codes(content) == [code]


def test_limits_are_the_callers() -> None:
    with pytest.raises(ParseError):
        credential.parse(json.dumps(BADGE), limits=Limits(depth=2))


@pytest.mark.parametrize("before", ["", " \n\t"])
def test_json_in_a_string_is_no_credential(before: str) -> None:
    """VC Data Integrity 1.0, 4.4: 'If either securedDocument is not a map or securedDocument.proof is not a
    map, an error MUST be raised'."""
    with pytest.raises(ParseError) as caught:
        credential.from_json(before + json.dumps(BADGE))
    assert caught.value.problems[0].code == "format.unknown"


def test_from_json_reads_objects_and_tokens() -> None:
    assert credential.from_json(jws(BADGE, typ="vc+jwt")).document == BADGE
    assert credential.from_json(BADGE).content == json.dumps(BADGE, separators=(",", ":")).encode()
    with pytest.raises(ParseError):
        credential.from_json([BADGE])


def test_views() -> None:
    badge = credential.from_json(BADGE).view()
    assert isinstance(badge, AchievementCredential)
    assert badge.subject.achievement.name == "Teamwork"
    assert badge.extra == {"acme:level": [1, {"deep": None}]}
    endorsed = {**BADGE, "type": ["VerifiableCredential", "EndorsementCredential"]}
    endorsed["credentialSubject"] = {"id": "urn:a", "type": ["EndorsementSubject"]}
    endorsement = credential.from_json(endorsed).view()
    assert isinstance(endorsement, EndorsementCredential)
    assert endorsement.subject.id == "urn:a"
    other = credential.from_json({**BADGE, "type": ["VerifiableCredential"]}).view()
    assert type(other) is VerifiableCredential
    assert other.issuer.id == "https://example.edu/issuers/565049"


def test_equality_unescapes_and_trims() -> None:
    """'equal after unescaping of any percent encoded characters followed by truncation of leading and
    trailing whitespace'."""
    other = {
        **BADGE,
        "id": " http://example.edu/%63redentials/3732%20",
        "issuer": "https://example.edu/issuers/565049",
    }
    assert credential.same(BADGE, other)
    assert not credential.same(BADGE, {**BADGE, "id": "http://example.edu/credentials/3733"})
    assert not credential.same({"id": "a"}, {"id": "a"})
    assert not credential.same({"id": 5, "issuer": 6}, {"id": 5, "issuer": 6})


def test_the_newer_valid_from_wins() -> None:
    newer = {**BADGE, "validFrom": "2010-01-01T00:00:01+00:00"}
    assert credential.replaces(newer, BADGE)
    assert not credential.replaces(BADGE, newer)
    assert not credential.replaces(BADGE, BADGE)
    assert not credential.replaces({**newer, "id": "urn:other"}, BADGE)
    assert credential.replaces(BADGE, {**BADGE, "validFrom": "yesterday"})
    assert not credential.replaces({**BADGE, "validFrom": "tomorrow"}, BADGE)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2010-01-01T00:00:00Z", datetime(2010, 1, 1, tzinfo=UTC)),
        ("2010-01-01T01:30:00.1234567+01:30", datetime(2010, 1, 1, 0, 0, 0, 123456, UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2010-01-31T24:00:00Z", datetime(2010, 2, 1, tzinfo=UTC)),
        ("9999-12-31T24:00:00Z", None),
        ("2010-01-01T24:00:01Z", None),
        ("2010-01-01T00:00:00", None),
        ("2010-01-01", None),
        ("2010-02-30T00:00:00Z", None),
        ("2010-01-01t00:00:00z", None),
        ("2010-01-01T00:00:00+99:00", None),
        ("٢010-01-01T00:00:00Z", None),
        (1262304000, None),
        (None, None),
    ],
)
def test_instants(text: Any, moment: datetime | None) -> None:
    assert credential.instant(text) == moment


def test_small_readers() -> None:
    assert credential.types_of({"type": "A"}) == {"A"}
    assert credential.types_of({"type": ["A", 1, "B"]}) == {"A", "B"}
    assert credential.types_of({"type": 5}) == credential.types_of("no object") == frozenset()
    assert credential.contexts_of({"@context": ["a", {"b": "c"}]}) == ("a",)
    assert credential.issuer_id({"issuer": {"id": 5}}) is None


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_anything_gives_a_credential_or_an_insignia_error(content: bytes | str) -> None:
    with contextlib.suppress(InsigniaError):
        credential.parse(content)


@given(
    st.recursive(
        st.none() | st.text(max_size=5) | st.integers(), lambda c: st.lists(c, max_size=3), max_leaves=5
    )
)
def test_any_value_of_any_member_gives_a_credential_or_an_insignia_error(value: Any) -> None:
    for member in (*BADGE, "proof"):
        try:
            credential.from_json({**BADGE, member: value}).view()
        except InsigniaError:
            continue


def test_the_samples_of_others_are_read(vectors: Callable[[str], list[dict[str, Any]]]) -> None:
    for name in ("onedtech", "dcc"):
        for case in vectors(name):
            request = case["request"]
            if request["op"] != "verify" or request["profile"] not in ("ob30", "endorsement", "vc"):
                continue
            if "credential" in request:
                content = json.dumps(request["credential"])
                assert credential.parse(content).document == request["credential"]
