"""The fuzz targets of tokens: JWT and SD-JWT."""

from __future__ import annotations

import json
from typing import Any

from registry import COMMON, EXAMPLES, KEY, as_json, as_text, dumps, target


def token(header: dict[str, Any], payload: Any, signature: bytes = b"\1" * 64) -> bytes:
    """A compact JWS; the signature is of no matter here."""
    from insignia.multibase import base64url_encode

    return ".".join(map(base64url_encode, (dumps(header), dumps(payload), signature))).encode()


TOKENS = [
    token(
        {"alg": "EdDSA", "typ": "JWT", "kid": f"did:key:{KEY}#{KEY}"},
        json.loads(EXAMPLES[0]) | {"iss": "did:key:" + KEY},
    ),
    token({"alg": "ES256", "typ": "vc+jwt", "cty": "vc"}, json.loads(EXAMPLES[1])),
    token(
        {"alg": "RS256", "typ": "JWT"}, {"vc": json.loads(EXAMPLES[2]), "nbf": 1_700_000_000, "sub": "urn:x"}
    ),
    token({"alg": "none", "crit": ["b64"], "b64": False}, {}, b""),
]


@target("jwt", TOKENS, [b".", b"..", b"eyJhbGciOiJub25lIn0", b"eyJ", b"=", *COMMON])
def jwt(data: bytes) -> object:
    """A compact JWS: its header, its payload, and which of the forms it is."""
    from insignia import credential, jose
    from insignia.keys import PublicKey

    parsed = jose.parse(as_text(data))
    credential.parse(data)
    jose.verify_signature(parsed, PublicKey.from_multikey(KEY), algorithms=("EdDSA",))
    return parsed.form


@target("jwt-parts", TOKENS[:3])
def jwt_parts(data: bytes) -> object:
    """The same, the bytes being the payload: mutations then stay well-formed base64url."""
    from insignia import jose
    from insignia.multibase import base64url_encode

    return jose.parse(TOKENS[0].decode().split(".")[0] + "." + base64url_encode(data) + ".AA").form


SD_JWT = token({"alg": "ES256", "typ": "vc+sd-jwt"}, json.loads(EXAMPLES[1]) | {"_sd": []}) + b"~"
SD_CLAIMS = dumps({"_sd_alg": "sha-256", "_sd": ["x"], "a": [{"...": "y"}, {"b": {"_sd": []}}]})
SD_WORDS = [
    b"~",
    b'"_sd"',
    b'"..."',
    b'"_sd_alg"',
    b"WyJzIiwibiIsMV0",
    b"WyJzIiwxXQ",
    b'"vct"',
    b'"cnf"',
    *COMMON,
]


@target(
    "sd-jwt", [SD_JWT, SD_JWT + b"WyJzIiwibiIsMV0~", dumps({"payload": "e30", "signature": ""})], SD_WORDS
)
def sd_jwt_token(data: bytes) -> object:
    """An SD-JWT with disclosures and key binding, as far as its kind."""
    from insignia import credential, sd_jwt

    held = sd_jwt.parse(as_text(data))
    sd_jwt.present(held, [place for place, _ in held.unpacked.places][:1])
    return credential.parse(data).form


@target("sd-jwt-claims", [SD_CLAIMS, SD_CLAIMS + b"~WyJzIiwibiIsMV0~WyJzIiwxXQ"], SD_WORDS)
def sd_jwt_claims(data: bytes) -> object:
    """The same, the bytes being the payload and disclosures, which are then referenced."""
    from insignia import sd_jwt

    payload, *parts = data.decode("latin-1").split("~")
    value = as_json(payload.encode())
    disclosures = [sd_jwt.Disclosure.read(text) for text in parts if text.isascii()]
    if not isinstance(value, dict):
        return None
    if disclosures:
        value["_sd"] = [one.digest() for one in disclosures]
    return sd_jwt.unpack(value, disclosures).hidden
