"""SD-JWT (RFC 9901): read, unpacked, hidden, presented, bound to a key; the package sd-jwt is an oracle."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from insignia import jose, sd_jwt
from insignia.errors import InsigniaError, KeyFormatError, NotSupportedYet, ParseError, ProofError
from insignia.jose.compact import sign
from insignia.keys import KeyType, SecretKey
from insignia.multibase import base64url_encode
from insignia.sd_jwt import Disclosure, disclosures, token, unpacking
from insignia.sd_jwt.hiding import MAX_HIDDEN

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
ISSUER = SecretKey.generate(KeyType.P256, lambda size: bytes(range(1, size + 1)))
HOLDER = SecretKey.generate(KeyType.P256, lambda size: bytes(range(2, size + 2)))
CLAIMS: dict[str, Any] = {
    "iss": "https://university.example",
    "name": "Ann Example",
    "address": {"city": "Nordhaven", "street": {"name": "Dock Road", "number": 7}},
    "degrees": ["BSc", {"name": "MSc", "with": "honours"}, ["nested", "list"]],
    "cnf": {"jwk": HOLDER.public_key.to_jwk()},
}


def randomness(seed: int = 1) -> Any:
    return random.Random(seed).randbytes


def made(*pointers: str, claims: dict[str, Any] | None = None, **more: Any) -> str:
    payload, hidden = sd_jwt.hide(claims or CLAIMS, pointers, random=randomness(), **more)
    return sd_jwt.issue({"typ": "example+sd-jwt"}, payload, hidden, ISSUER)


def raw(payload: Any, *parts: str) -> str:
    """An SD-JWT around whatever payload."""
    return token.SEPARATOR.join([sign({"typ": "example+sd-jwt"}, payload, ISSUER), *parts, ""])


def disclosed(*parts: Any) -> str:
    return base64url_encode(json.dumps(list(parts)).encode())


def digest(encoded: str) -> str:
    return disclosures.digest(encoded, "sha-256")


def code(text: str) -> str:
    with pytest.raises(InsigniaError) as caught:
        sd_jwt.parse(text)
    return caught.value.code


# --- the example of the text

# RFC 9901, section 4.2.1: "The resulting Disclosure would be:"
FAMILY_NAME = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"


def test_the_digest_of_the_text() -> None:
    """Section 4.2.3: 'The SHA-256 digest of the Disclosure … from Section 4.2.1 above is the following'."""
    read = Disclosure.read(FAMILY_NAME)
    assert (read.salt, read.name, read.value) == ("_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius")
    assert read.digest() == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"


# --- hiding and showing


def test_what_is_hidden_is_not_in_the_payload() -> None:
    read = sd_jwt.parse(made("/name", "/address/street", "/degrees/1"))
    assert "Ann Example" not in json.dumps(read.token.payload)
    assert read.token.payload["address"].keys() == {"city", "_sd"}
    assert read.token.payload["degrees"][1].keys() == {"..."}
    assert read.token.payload["_sd_alg"] == read.algorithm == "sha-256"
    assert read.claims == CLAIMS
    assert sorted(place for place, _ in read.unpacked.places) == ["/address/street", "/degrees/1", "/name"]
    least = sd_jwt.parse(sd_jwt.present(read, ()))
    assert least.claims == {
        "iss": "https://university.example",
        "address": {"city": "Nordhaven"},
        "degrees": ["BSc", ["nested", "list"]],
        "cnf": CLAIMS["cnf"],
    }
    assert least.unpacked.hidden == 3


def test_a_disclosure_may_hold_others() -> None:
    """Section 4.2.6: recursive disclosures."""
    text = made("/address", "/address/street", "/address/street/number", "/degrees/2", "/degrees/2/0")
    read = sd_jwt.parse(text)
    assert read.claims == CLAIMS
    shown = sd_jwt.parse(sd_jwt.present(read, ["/address/street/name"]))
    assert shown.claims["address"] == {"city": "Nordhaven", "street": {"name": "Dock Road"}}
    assert shown.claims["degrees"] == ["BSc", {"name": "MSc", "with": "honours"}]
    below = sd_jwt.parse(sd_jwt.present(read, ["/address"]))
    assert below.claims["address"] == CLAIMS["address"]
    everything = sd_jwt.parse(sd_jwt.present(read, [""]))
    assert everything.claims == CLAIMS


def test_decoys_look_like_hidden_claims() -> None:
    """Section 4.2.5: 'decoy digests … make it more difficult for an adversarial Verifier to see the original
    number of claims'."""
    read = sd_jwt.parse(made("/name", "/degrees/0", decoys=3))
    assert len(read.token.payload["_sd"]) == 4
    assert len(read.token.payload["degrees"]) == 6
    assert (read.claims, read.unpacked.hidden) == (CLAIMS, 6)
    assert read.token.payload["_sd"] == sorted(read.token.payload["_sd"])


@pytest.mark.parametrize("algorithm", disclosures.HASHES)
def test_each_hash_algorithm(algorithm: str) -> None:
    read = sd_jwt.parse(made("/name", algorithm=algorithm))
    assert (read.algorithm, read.claims) == (algorithm, CLAIMS)


@pytest.mark.parametrize(
    ("pointers", "more", "code"),
    [
        ([""], {}, "sd-jwt.pointer"),
        (["name"], {}, "sd-jwt.pointer"),
        (["/na~me"], {}, "sd-jwt.pointer"),
        ([7], {}, "sd-jwt.pointer"),
        (["/nobody"], {}, "sd-jwt.pointer"),
        (["/name/x"], {}, "sd-jwt.pointer"),
        (["/degrees/9"], {}, "sd-jwt.pointer"),
        (["/degrees/x/0"], {}, "sd-jwt.pointer"),
        (["/name"], {"algorithm": "md5"}, "sd-jwt.hash"),
        ([f"/{n}" for n in range(MAX_HIDDEN + 1)], {}, "sd-jwt.size"),
        (["/a"], {"claims": {"a": 1, "b": [{"_sd": []}]}}, "sd-jwt.reserved"),
        (["/a"], {"claims": {"a": 1, "...": 1}}, "sd-jwt.reserved"),
        (["/a"], {"claims": {"a": 1, "b": {"_sd_alg": 1}}}, "sd-jwt.reserved"),
        (["/a"], {"claims": {"a": {1, 2}}}, "sd-jwt.disclosure"),
        (["/a"], {"claims": {"a": float("nan")}}, "sd-jwt.disclosure"),
    ],
)
def test_what_cannot_be_hidden(pointers: list[Any], more: dict[str, Any], code: str) -> None:
    with pytest.raises(ProofError) as caught:
        made(*pointers, **more)
    assert caught.value.code == code


@pytest.mark.parametrize("pointer", ["/nobody", "/name/0", "/degrees/3", "/degrees/x", "x"])
def test_what_cannot_be_shown(pointer: str) -> None:
    with pytest.raises(ProofError, match=r"something in it|JSON Pointer"):
        sd_jwt.present(sd_jwt.parse(made("/name")), [pointer])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=6).filter(lambda n: n not in ("_sd", "...", "_sd_alg")), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def places(value: Any, where: str = "") -> list[str]:
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    found = []
    for name, member in members:
        place = f"{where}/{str(name).replace('~', '~0').replace('/', '~1')}"
        found += [place, *places(member, place)]
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=6).filter(lambda n: n not in ("_sd", "...", "_sd_alg")), JSON, max_size=5
    ),
    st.data(),
)
def test_hiding_and_showing_everything_changes_nothing(claims: dict[str, Any], data: st.DataObject) -> None:
    there = places(claims)
    chosen = data.draw(st.lists(st.sampled_from(there), unique=True)) if there else []
    read = sd_jwt.parse(made(*chosen, claims={"x": 1, **claims}, decoys=data.draw(st.integers(0, 2))))
    assert read.claims == {"x": 1, **claims}
    assert sorted(place for place, _ in read.unpacked.places) == sorted(chosen)
    assert sd_jwt.parse(sd_jwt.present(read, [""])).claims == read.claims
    jose.verify_signature(read.token, ISSUER.public_key)


# --- the JSON serialisations (section 8)


def as_json(text: str, *, general: bool = False, **header: Any) -> dict[str, Any]:
    jws, *parts, binding = text.split("~")
    protected, payload, signature = jws.split(".")
    unprotected = {"disclosures": parts, **({"kb_jwt": binding} if binding else {}), **header}
    one = {"protected": protected, "signature": signature, "header": unprotected}
    return (
        {"payload": payload, "signatures": [one, {**one, "header": {}}]}
        if general
        else {"payload": payload, **one}
    )


@pytest.mark.parametrize("general", [False, True])
def test_json_serialisations(general: bool) -> None:
    text = bound()
    read = sd_jwt.parse(json.dumps(as_json(text, general=general)))
    assert read == sd_jwt.parse(text)
    assert sd_jwt.binding_problems(read, HOLDER.public_key, audience="https://e.example", nonce="n1") == []


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"payload": "x"},
        {"payload": "x", "signatures": []},
        {"payload": "x", "signatures": [1]},
        {"payload": "x", "signature": "y", "header": []},
        {"payload": "x", "signature": "y", "header": {"disclosures": "x"}},
        {"payload": "x", "signature": "y", "header": {"disclosures": [1]}},
        {"payload": "x", "signature": "y", "header": {"kb_jwt": 1}},
        {"payload": 1, "signature": "y", "protected": "z"},
        {"payload": "x", "signature": "y"},
    ],
)
def test_malformed_json(value: dict[str, Any]) -> None:
    assert code(json.dumps(value)) == "sd-jwt.form"


# --- what has to be refused (section 7.1)

A = disclosed("salt", "a", 1)
ELEMENT = disclosed("salt", 1)
INNER = disclosed("salt", "b", {"_sd": [digest(A)]})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (5, "sd-jwt.size"),
        ("a" * (token.MAX_TOKEN + 1), "sd-jwt.size"),
        (made("/name").split("~")[0], "sd-jwt.form"),
        ("x~", "jose.compact"),
        (raw({}, *["x"] * (unpacking.MAX_DISCLOSURES + 1)), "sd-jwt.size"),
        (raw({"_sd_alg": "md5"}), "sd-jwt.hash"),
        (raw({"_sd_alg": 5}), "sd-jwt.hash"),
        # 3.5: "If any Disclosure was not referenced by digest value …, the SD-JWT MUST be rejected."
        (raw({"_sd": []}, A), "sd-jwt.unreferenced"),
        (raw({"_sd": []}, ELEMENT), "sd-jwt.unreferenced"),
        (raw({"_sd": [digest(INNER)]}, A), "sd-jwt.unreferenced"),
        # 3.4: "If any digest value is encountered more than once …, the SD-JWT MUST be rejected."
        (raw({"_sd": [digest(A), digest(A)]}, A), "sd-jwt.digests"),
        (raw({"_sd": [digest(A)], "x": {"_sd": [digest(A)]}}, A), "sd-jwt.digests"),
        (raw({"_sd": ["decoy", "decoy"]}), "sd-jwt.digests"),
        (raw({"x": [{"...": "decoy"}], "_sd": ["decoy"]}), "sd-jwt.digests"),
        (raw({"_sd": [digest(A)]}, A, A), "sd-jwt.digests"),
        (raw({"_sd": "x"}), "sd-jwt.digests"),
        (raw({"_sd": [5]}), "sd-jwt.digests"),
        (raw({"x": [{"...": 5}]}), "sd-jwt.digests"),
        # 3.3.2: "If the key ... occurs with others"
        (raw({"x": [{"...": "d", "y": 1}]}), "sd-jwt.digests"),
        # "If the claim name already exists at the level of the _sd key, the SD-JWT MUST be rejected."
        (raw({"_sd": [digest(A)], "a": 2}, A), "sd-jwt.clash"),
        (raw({"_sd": [digest(disclosed("s", "_sd_alg", 1))]}, disclosed("s", "_sd_alg", 1)), "sd-jwt.clash"),
        # "If the Disclosure is not a JSON array of three elements …, the SD-JWT MUST be rejected."
        (raw({"_sd": [digest(ELEMENT)]}, ELEMENT), "sd-jwt.kind"),
        (raw({"x": [{"...": digest(A)}]}, A), "sd-jwt.kind"),
        # "If the claim name is _sd or ..., the SD-JWT MUST be rejected."
        (raw({}, disclosed("s", "_sd", 1)), "sd-jwt.disclosure"),
        (raw({}, disclosed("s", "...", 1)), "sd-jwt.disclosure"),
        (raw({"x": {"...": "d"}}), "sd-jwt.reserved"),
        (raw({"x": {"_sd_alg": "sha-256"}}), "sd-jwt.reserved"),
        (raw({}, ""), "sd-jwt.disclosure"),
        (raw({}, "x" * (disclosures.MAX_DISCLOSURE + 1)), "sd-jwt.disclosure"),
        (raw({}, "!"), "sd-jwt.disclosure"),
        (raw({}, base64url_encode(b"{}")), "sd-jwt.disclosure"),
        (raw({}, disclosed("s")), "sd-jwt.disclosure"),
        (raw({}, disclosed(1, "a", 1)), "sd-jwt.disclosure"),
        (raw({}, disclosed("s", 1, 1)), "sd-jwt.disclosure"),
        (made("/name") + "x.y.z", "jose.compact"),
    ],
)
def test_what_is_refused(text: Any, expected: str) -> None:
    assert code(text) == expected


def test_disclosures_inside_of_each_other_may_not_be_endless() -> None:
    """Each level is a disclosure of its own, so that the depth of no single JSON tells."""
    inner, parts = disclosed("s", "x", 1), []
    for number in range(unpacking.MAX_DEPTH):
        parts.append(inner)
        inner = disclosed("s", f"x{number}", {"_sd": [digest(inner)]})
    text = raw({"_sd": [digest(inner)]}, *parts, inner)
    assert code(text) == "sd-jwt.size"


def test_there_may_not_be_too_many_disclosures() -> None:
    many = (
        Disclosure.make(n, name=f"n{n}", random=randomness(n)) for n in range(unpacking.MAX_DISCLOSURES + 1)
    )
    with pytest.raises(ParseError) as caught:
        sd_jwt.unpack({}, many)
    assert caught.value.code == "sd-jwt.size"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='eyJ.~_-AZaz09\n {}"', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for one in (text, made("/name") + text, text + made("/name")):
        with contextlib.suppress(InsigniaError):
            sd_jwt.parse(one)


# --- key binding (sections 4.3 and 7.3)


def bound(nonce: str = "n1", *pointers: str, key: SecretKey = HOLDER) -> str:
    shown = sd_jwt.present(sd_jwt.parse(made("/name", "/address")), pointers)
    return sd_jwt.bind(shown, key, audience="https://e.example", nonce=nonce, now=NOW)


def test_key_binding_answers_a_verifier() -> None:
    read = sd_jwt.parse(bound("n1", "/name"))
    assert read.key_binding is not None
    assert read.key_binding.payload["iat"] == NOW.timestamp()
    key = sd_jwt.holder_key(read.claims)
    assert key == HOLDER.public_key
    assert sd_jwt.binding_problems(read, key) == []
    assert sd_jwt.binding_problems(read, key, audience="https://e.example", nonce="n1") == []
    told = sd_jwt.binding_problems(read, key, audience="https://other.example", nonce="n2")
    assert [p.code for p in told] == ["INVALID_CHALLENGE_ERROR", "INVALID_DOMAIN_ERROR"]
    again = sd_jwt.parse(sd_jwt.present(read, ["/name"]))
    assert again.key_binding is None
    assert [p.code for p in sd_jwt.binding_problems(again, key)] == ["sd-jwt.no-binding"]


def test_key_binding_is_over_what_is_shown() -> None:
    """Section 7.3: 'Calculate the digest over the Issuer-signed JWT and Disclosures … and verify that it
    matches the value of the sd_hash claim in the Key Binding JWT.'"""
    whole, least = bound("n1", "/name"), bound("n1")
    mixed = least.rpartition("~")[0] + "~" + whole.rpartition("~")[2]
    assert [p.where for p in sd_jwt.binding_problems(sd_jwt.parse(mixed), HOLDER.public_key)] == [
        "/kb_jwt/sd_hash"
    ]


@pytest.mark.parametrize(
    ("header", "changes", "where"),
    [
        ({"typ": "JWT"}, {}, "/kb_jwt/typ"),
        ({"typ": "kb+jwt"}, {"iat": "now"}, "/kb_jwt/iat"),
        ({"typ": "kb+jwt"}, {"iat": True}, "/kb_jwt/iat"),
        ({"typ": "kb+jwt"}, {"aud": ["x"]}, "/kb_jwt/aud"),
        ({"typ": "kb+jwt"}, {"nonce": None}, "/kb_jwt/nonce"),
        ({"typ": "kb+jwt"}, {"sd_hash": None}, "/kb_jwt/sd_hash"),
    ],
)
def test_malformed_key_bindings(header: dict[str, str], changes: dict[str, Any], where: str) -> None:
    text = bound()
    read = sd_jwt.parse(text)
    assert read.key_binding is not None
    other = read.presented + sign(header, {**read.key_binding.payload, **changes}, HOLDER)
    assert [p.where for p in sd_jwt.binding_problems(sd_jwt.parse(other), HOLDER.public_key)] == [where]


def test_a_key_binding_of_somebody_else() -> None:
    with pytest.raises(ProofError) as caught:
        bound(key=ISSUER)
    assert caught.value.code == "sd-jwt.holder-key"
    forged = sd_jwt.parse(bound())
    assert [p.code for p in sd_jwt.binding_problems(forged, ISSUER.public_key)] == ["jose.signature"]


def test_holder_keys() -> None:
    assert sd_jwt.holder_key({}) is None
    for value in (None, 5, {}, {"jwk": {}}):
        if value is None:
            continue
        with pytest.raises(KeyFormatError):
            sd_jwt.holder_key({"cnf": value})
    with pytest.raises(NotSupportedYet):
        sd_jwt.holder_key({"cnf": {"kid": "x"}})
    with pytest.raises(ParseError, match="kb_jwt"):
        sd_jwt.parse(made("/name") + "x")


def test_without_a_named_key_anyone_may_bind() -> None:
    text = made("/name", claims={"name": "Ann"})
    assert sd_jwt.parse(sd_jwt.bind(text, ISSUER, audience="a", nonce="n", now=NOW)).key_binding is not None


# --- another implementation


def of(key: SecretKey) -> JWK:
    return JWK.from_json(json.dumps(key.to_jwk()))


def public(key: SecretKey) -> JWK:
    return JWK.from_json(json.dumps(key.public_key.to_jwk()))


def test_the_package_sd_jwt_verifies_ours() -> None:
    pointers = ["/name", "/address", "/address/street", "/degrees/1", "/degrees/1/with"]
    whole = sd_jwt.parse(made(*pointers, decoys=2))
    shown = sd_jwt.present(whole, ["/address", "/degrees/1/name"])
    text = sd_jwt.bind(shown, HOLDER, audience="https://e.example", nonce="n1", now=NOW)
    theirs = SDJWTVerifier(text, lambda issuer, header: public(ISSUER), "https://e.example", "n1")
    expected = {name: value for name, value in CLAIMS.items() if name != "name"}
    expected["degrees"] = ["BSc", {"name": "MSc"}, ["nested", "list"]]
    assert theirs.get_verified_payload() == expected == sd_jwt.parse(text).claims
    with pytest.raises(ValueError, match="nonce"):
        SDJWTVerifier(text, lambda issuer, header: public(ISSUER), "https://e.example", "n2")


@pytest.mark.parametrize("decoys", [False, True])
def test_ours_reads_what_the_package_sd_jwt_makes(decoys: bool) -> None:
    claims = {
        "iss": "https://university.example",
        SDObj("name"): "Ann",
        SDObj("address"): {SDObj("city"): "Nordhaven", "zip": "1"},
        "degrees": [SDObj("BSc"), "MSc"],
    }
    issued = SDJWTIssuer(claims, of(ISSUER), public(HOLDER), add_decoy_claims=decoys)
    read = sd_jwt.parse(issued.sd_jwt_issuance)
    jose.verify_signature(read.token, ISSUER.public_key)
    assert read.claims["address"] == {"city": "Nordhaven", "zip": "1"}
    assert read.claims["degrees"] == ["BSc", "MSc"]
    holder = SDJWTHolder(issued.sd_jwt_issuance)
    holder.create_presentation({"address": True}, "n1", "https://e.example", of(HOLDER))
    shown = sd_jwt.parse(holder.sd_jwt_presentation)
    assert "name" not in shown.claims
    assert shown.claims["address"] == {"zip": "1"}
    key = sd_jwt.holder_key(shown.claims)
    assert key is not None
    assert sd_jwt.binding_problems(shown, key, audience="https://e.example", nonce="n1") == []
