"""insignia.jose: the two JWT forms, strictly read."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia import jose
from insignia.errors import InsigniaError, ParseError, ProofError
from insignia.keys import KeyType, PublicKey, SecretKey
from insignia.multibase import base64url_encode

KEY = SecretKey.generate(KeyType.ED25519, lambda n: bytes(range(n)))
P256 = SecretKey.generate(KeyType.P256, lambda n: bytes(range(n)))
KID = "https://issuer.example/1#k"
CREDENTIAL: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:1",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "https://issuer.example/1", "type": ["Profile"]},
    "validFrom": "2024-01-01T00:00:00.5Z",
    "validUntil": "2025-01-01T01:00:00+01:00",
    "credentialSubject": {"id": "did:example:a", "type": ["AchievementSubject"]},
}
PRESENTATION = {"type": ["VerifiablePresentation"], "holder": "did:example:h", "id": "urn:uuid:2"}


def part(value: Any) -> str:
    return base64url_encode(value if isinstance(value, bytes) else json.dumps(value).encode())


def token(header: Any, payload: Any = CREDENTIAL, *, key: SecretKey = KEY) -> str:
    signing_input = f"{part(header)}.{part(payload)}"
    algorithm = "EdDSA" if key is KEY else "ES256"
    return f"{signing_input}.{base64url_encode(key.sign(signing_input.encode(), algorithm))}"


def header(**changes: Any) -> dict[str, Any]:
    return {"alg": "EdDSA", "kid": KID, "typ": "vc+jwt", **changes}


def without(document: dict[str, Any], *names: str, **changes: Any) -> dict[str, Any]:
    return {n: v for n, v in document.items() if n not in names} | changes


def codes(problems: Any) -> list[tuple[str, str]]:
    return [(problem.where, problem.code) for problem in problems]


def test_the_open_badges_profile() -> None:
    """Open Badges 3.0, section 8.2: typ JWT, and iss, jti, nbf, sub, exp beside the members."""
    parsed = jose.parse(jose.sign_ob(CREDENTIAL, KEY, kid=KID))
    assert dict(parsed.header) == {"alg": "EdDSA", "kid": KID, "typ": "JWT"}
    assert parsed.form == "ob"
    claims = {name: parsed.payload[name] for name in ("iss", "jti", "nbf", "sub", "exp")}
    assert claims == {
        "iss": "https://issuer.example/1",
        "jti": "urn:uuid:1",
        "nbf": 1704067200,
        "sub": "did:example:a",
        "exp": 1735689600,
    }
    assert without(dict(parsed.payload), *claims) == CREDENTIAL
    jose.verify_signature(parsed, KEY.public_key)
    assert jose.check_claims(parsed) == []
    assert parsed.kid == KID
    assert parsed.header_key() is None
    assert parsed.notes == ()


def test_the_key_in_the_header_is_public() -> None:
    parsed = jose.parse(jose.sign_ob(CREDENTIAL, P256, kid=None, algorithm="ES256"))
    assert parsed.header_key() == P256.public_key
    assert parsed.kid is None
    assert "d" not in parsed.header["jwk"]


def test_without_an_end_there_is_no_exp() -> None:
    parsed = jose.parse(jose.sign_ob(without(CREDENTIAL, "validUntil"), KEY, kid=KID))
    assert "exp" not in parsed.payload
    assert jose.check_claims(parsed) == []


def test_sign_ob_names_everything_that_is_missing() -> None:
    empty = {"validUntil": "tomorrow"}
    with pytest.raises(ProofError) as caught:
        jose.sign_ob(empty, KEY, kid=KID)
    assert [p.where for p in caught.value.problems] == [
        "/issuer/id",
        "/id",
        "/validFrom",
        "/credentialSubject/id",
        "/validUntil",
    ]
    with pytest.raises(ProofError) as caught:
        jose.sign_ob({**CREDENTIAL, "iss": "other", "nbf": 5}, KEY, kid=KID)
    assert codes(caught.value.problems) == [("/iss", "jwt.claim-mismatch"), ("/nbf", "jwt.claim-mismatch")]


def test_vc_jose() -> None:
    """VC-JOSE-COSE, section 3.1.1: "The unsecured verifiable credential is the unencoded JWS payload."."""
    parsed = jose.parse(jose.sign_vc(CREDENTIAL, P256, kid=KID))
    assert dict(parsed.header) == {"alg": "ES256", "kid": KID, "typ": "vc+jwt", "cty": "vc"}
    assert parsed.payload == CREDENTIAL
    assert parsed.form == "vc-jose"
    jose.verify_signature(parsed, P256.public_key, algorithms=["ES256"])
    presentation = jose.parse(jose.sign_vc(PRESENTATION, KEY, kid=None, typ="vp+jwt", algorithm="EdDSA"))
    assert presentation.form == "vp-jose"
    assert jose.check_claims(presentation) == []


@pytest.mark.parametrize(
    ("document", "typ", "code"),
    [
        (CREDENTIAL, "JWT", "jose.typ"),
        ({**CREDENTIAL, "vc": {}}, "vc+jwt", "jose.vc-claim"),
        ({**PRESENTATION, "iss": "other"}, "vp+jwt", "jwt.claim-mismatch"),
        ({"bad": "\ud800"}, "vc+jwt", "jose.payload"),
        ({"bad": float("nan")}, "vc+jwt", "jose.payload"),
        ({"bad": {1}}, "vc+jwt", "jose.payload"),
    ],
)
def test_what_is_not_signed(document: dict[str, Any], typ: str, code: str) -> None:
    with pytest.raises(ProofError) as caught:
        jose.sign_vc(document, KEY, kid=KID, typ=typ)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("changes", "payload", "form", "notes"),
    [
        ({"typ": "JWT"}, CREDENTIAL, "ob", []),
        ({"typ": "jwt", "x5t": "a"}, CREDENTIAL, "ob", ["/x5t"]),
        ({"typ": "application/VC+JWT", "cty": "application/vc"}, CREDENTIAL, "vc-jose", []),
        ({"typ": "vc-ld+jwt"}, CREDENTIAL, "vc-jose", ["/typ"]),
        ({"cty": "other"}, CREDENTIAL, "vc-jose", ["/cty"]),
        ({"typ": "vp+jwt"}, PRESENTATION, "vp-jose", []),
        ({"typ": "JWT"}, PRESENTATION, "vp-jose", ["/typ"]),
        ({"typ": "JWT"}, {"type": "VerifiablePresentation"}, "vp-jose", ["/typ"]),
        ({"typ": "JWT"}, {"vc": CREDENTIAL}, "vc11", []),
        ({"typ": "JWT"}, {"vp": {}}, "vc11", []),
    ],
)
def test_forms(changes: dict[str, Any], payload: Any, form: str, notes: list[str]) -> None:
    parsed = jose.parse(token(header(**changes), payload))
    assert parsed.form == form
    assert [note.where for note in parsed.notes] == notes


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"alg": "none"}, "jose.alg"),
        ({"alg": "HS256"}, "jose.alg"),
        ({"alg": None}, "jose.alg"),
        ({"alg": ["EdDSA"]}, "jose.alg"),
        ({"crit": ["exp"]}, "jose.header"),
        ({"b64": False}, "jose.header"),
        ({"zip": "DEF"}, "jose.header"),
        ({"enc": "A128GCM"}, "jose.header"),
        ({"kid": 5}, "jose.header"),
        ({"typ": None}, "jose.header"),
        ({"cty": []}, "jose.header"),
        ({"jwk": {**KEY.to_jwk()}}, "key.private-member"),
        ({"jwk": "x"}, "key.jwk"),
        ({"typ": "at+jwt"}, "jose.typ"),
    ],
)
def test_headers_that_are_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(ParseError) as caught:
        jose.parse(token(header(**changes)))
    assert caught.value.code == code
    assert KEY.to_jwk()["d"] not in str(caught.value)


def test_a_header_reports_all_its_problems() -> None:
    with pytest.raises(ParseError) as caught:
        jose.parse(token({"alg": "none", "zip": "DEF", "kid": 5}))
    assert [p.where for p in caught.value.problems] == ["/zip", "/alg", "/kid"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        "..",
        "a.b.c.d",
        "e30.e30.=",
        part(b'{"alg":"EdDSA","alg":"none"}') + ".e30.AA",
        part(header()) + "." + part(b'{"iss":1,"iss":2}') + ".AA",
        part(header()) + "." + part([]) + ".AA",
        part([]) + ".e30.AA",
        part(header()) + "." + part(b"\xff") + ".AA",
        part(header()) + ".bm8.AA",
        "A" * 20000 + ".e30.AA",
        part(header(x=[[[[[[[[[[[[1]]]]]]]]]]]])) + ".e30.AA",
        None,
    ],
)
def test_text_that_is_no_token(text: Any) -> None:
    with pytest.raises(ParseError):
        jose.parse(text)


@pytest.mark.parametrize("claim", ["vc", "vp"])
def test_a_vc_jose_token_must_not_carry_vc_or_vp(claim: str) -> None:
    """VC-JOSE-COSE, section 3.1.3: "The JWT Claim Names vc and vp MUST NOT be present."."""
    with pytest.raises(ParseError) as caught:
        jose.parse(token(header(), {**CREDENTIAL, claim: "oops"}))
    assert codes(caught.value.problems) == [(f"/{claim}", "jose.vc-claim")]


def test_an_sd_jwt_is_no_jws() -> None:
    for text in (token(header()) + "~WyJ4Il0~", token(header(typ="vc+sd-jwt"))):
        with pytest.raises(ParseError):
            jose.parse(text)


def test_the_algorithm_is_the_keys_or_the_callers() -> None:
    """RFC 8725, section 3.1: the algorithm is never taken on the token's word."""
    parsed = jose.parse(token(header()))
    jose.verify_signature(parsed, KEY.public_key)
    for key, algorithms in ((P256.public_key, None), (KEY.public_key, ["ES256"]), (KEY.public_key, [])):
        with pytest.raises(ProofError) as caught:
            jose.verify_signature(parsed, key, algorithms=algorithms)
        assert caught.value.code == "jose.algorithm"


@given(st.data())
def test_a_changed_token_never_verifies(data: Any) -> None:
    good = jose.sign_vc(CREDENTIAL, KEY, kid=KID)
    at = data.draw(st.integers(0, len(good) - 1))
    character = data.draw(st.sampled_from("ABCxyz019-_.").filter(lambda c: c != good[at]))
    with pytest.raises(InsigniaError):
        jose.verify_signature(jose.parse(good[:at] + character + good[at + 1 :]), KEY.public_key)


OB = {**CREDENTIAL, **{"iss": "https://issuer.example/1", "jti": "urn:uuid:1", "nbf": 1704067200}}
OB |= {"sub": "did:example:a", "exp": 1735689600}


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (OB, []),
        (without(OB, "exp", "validUntil"), []),
        (without(OB, "validUntil"), []),
        (without(OB, "exp"), [("/exp", "jwt.claim-missing")]),
        (
            without(OB, "iss", "jti", "nbf", "sub"),
            [(f"/{name}", "jwt.claim-missing") for name in ("iss", "jti", "nbf", "sub")],
        ),
        (
            {**OB, "iss": "x", "jti": "x", "nbf": 1, "exp": 1.5, "sub": "x"},
            [(f"/{name}", "jwt.claim-mismatch") for name in ("iss", "jti", "sub", "nbf", "exp")],
        ),
        ({**OB, "nbf": "2024"}, [("/nbf", "jwt.claim-type"), ("/nbf", "jwt.claim-mismatch")]),
        ({**OB, "exp": True}, [("/exp", "jwt.claim-type"), ("/exp", "jwt.claim-mismatch")]),
        ({**OB, "iss": 5}, [("/iss", "jwt.claim-type"), ("/iss", "jwt.claim-mismatch")]),
        ({**OB, "credentialSubject": {"identifier": []}}, [("/sub", "jwt.claim-mismatch")]),
        ({**OB, "credentialSubject": [OB["credentialSubject"]]}, []),
        ({**OB, "issuer": "https://issuer.example/1"}, []),
        (without(OB, "validFrom", issuanceDate="2024-01-01T00:00:00Z"), []),
        (without(OB, "validUntil", expirationDate="2025-01-01T00:00:00Z"), []),
    ],
)
def test_claims_of_the_open_badges_profile(payload: dict[str, Any], expected: list[Any]) -> None:
    assert codes(jose.check_claims(jose.parse(token(header(typ="JWT"), payload)))) == expected


@pytest.mark.parametrize(
    ("typ", "payload", "expected"),
    [
        ("vc+jwt", CREDENTIAL, []),
        ("vc+jwt", {**CREDENTIAL, "iat": "2010-01-01T19:23:24Z"}, []),
        ("vc+jwt", {**CREDENTIAL, "iss": "x", "jti": "y", "sub": "z"}, ["/iss", "/jti", "/sub"]),
        ("vc+jwt", {"iss": "x", "sub": "s"}, []),
        ("vp+jwt", {**PRESENTATION, "iss": "did:example:h"}, []),
        ("vp+jwt", {**PRESENTATION, "iss": "x"}, ["/iss"]),
        ("JWT", {"vc": without(CREDENTIAL, "issuer"), "iss": "x", "jti": "urn:uuid:1"}, []),
        ("JWT", {"vc": CREDENTIAL, "iss": "x"}, ["/iss"]),
        ("JWT", {"vc": {"issuanceDate": "2024-13-01T00:00:00Z"}, "nbf": 5}, []),
        ("JWT", {"vc": "text"}, ["/vc"]),
        ("JWT", {"vp": {"holder": "did:example:h"}, "iss": "x"}, ["/iss"]),
    ],
)
def test_claims_of_the_other_forms(typ: str, payload: dict[str, Any], expected: list[str]) -> None:
    problems = jose.check_claims(jose.parse(token(header(typ=typ), payload)))
    assert [problem.where for problem in problems] == expected


def test_times() -> None:
    parsed = jose.parse(token(header(), {"nbf": 100, "exp": 200}))

    def at(seconds: int) -> list[str]:
        return [p.code for p in jose.check_times(parsed, datetime.fromtimestamp(seconds, UTC))]

    assert at(99) == ["jwt.not-yet-valid"]
    assert at(100) == at(199) == []
    assert at(200) == ["jwt.expired"]
    odd = jose.parse(token(header(), {"nbf": 1e300, "exp": -1e300}))
    assert [p.code for p in jose.check_times(odd, datetime(2024, 1, 1, tzinfo=UTC))] == [
        "jwt.expired",
        "jwt.not-yet-valid",
    ]
    assert jose.check_times(jose.parse(token(header(), {"exp": "x"})), datetime.now(UTC)) == []


def test_data_urls() -> None:
    text = token(header())
    assert jose.from_data_url(jose.to_data_url(text)) == ("application/vc+jwt", text)
    coded = "data:application/VC+JWT;base64," + b64encode(text.encode()).decode()
    assert jose.from_data_url(coded) == ("application/vc+jwt", text)
    for bad in ("", "https://a.example", "data:,x", "data:application/vc+jwt", coded + "!", None):
        with pytest.raises(ParseError) as caught:
            jose.from_data_url(bad)  # type: ignore[arg-type]
        assert caught.value.code == "jose.envelope"


GOOD = {
    "type": "EnvelopedVerifiableCredential",
    "id": jose.to_data_url(jose.sign_vc(CREDENTIAL, KEY, kid=KID)),
}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (GOOD, []),
        ({**GOOD, "type": ["EnvelopedVerifiableCredential"]}, []),
        ({**GOOD, "id": "data:application/vc+sd-jwt,x~"}, []),
        ({**GOOD, "id": "data:application/vc+jwt," + token(header(typ="vc+sd-jwt"))}, [("/typ", "jose.typ")]),
        ({**GOOD, "id": "data:text/plain,x"}, [("/id", "jose.envelope")]),
        ({**GOOD, "id": "not-a-credential"}, [("", "jose.envelope")]),
        ({**GOOD, "id": "data:application/vc+jwt,x.y.z"}, [("", "jose.compact")]),
        (token(header()), []),
        (5, [("", "jose.envelope")]),
        ({"type": ["VerifiableCredential"], "proof": {}}, []),
        ({"type": None}, [("", "jose.unsecured")]),
    ],
)
def test_credentials_in_a_presentation_must_be_secured(item: Any, expected: list[tuple[str, str]]) -> None:
    """VC-JOSE-COSE, section 3.1.2: "Credentials in verifiable presentations MUST be secured."."""
    found = codes(jose.check_envelopes({"verifiableCredential": [GOOD, item]}))
    assert found == [("/verifiableCredential/1" + where, code) for where, code in expected]
    single = codes(jose.check_envelopes({"verifiableCredential": item}))
    assert single == [("/verifiableCredential/0" + where, code) for where, code in expected]


@given(
    st.text(max_size=40)
    | st.tuples(st.binary(max_size=30), st.binary(max_size=30)).map(lambda p: f"{part(p[0])}.{part(p[1])}.AA")
)
def test_hostile_text_ends_in_our_error(text: str) -> None:
    with pytest.raises(InsigniaError):
        jose.parse(text)


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_joserfc_agrees() -> None:
    """What we sign, another implementation verifies, and the other way round."""
    from joserfc import jws
    from joserfc.jwk import ECKey, OKPKey

    for key, other in ((KEY, OKPKey), (P256, ECKey)):
        theirs = other.import_key(key.to_jwk())
        algorithm = "EdDSA" if key is KEY else "ES256"
        ours = jws.deserialize_compact(jose.sign_vc(CREDENTIAL, key, kid=KID), theirs, algorithms=[algorithm])
        assert json.loads(ours.payload) == CREDENTIAL
        text = jws.serialize_compact(
            {"alg": algorithm, "typ": "vc+jwt"}, json.dumps(CREDENTIAL), theirs, algorithms=[algorithm]
        )
        jose.verify_signature(jose.parse(text), PublicKey.from_jwk(key.public_key.to_jwk()))
