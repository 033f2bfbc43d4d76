"""Key Binding JWTs: the holder shows to have the key that the issuer named (RFC 9901, 4.3 and 7.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from insignia.errors import KeyFormatError, NotSupportedYet, Problem, ProofError, show
from insignia.jose.compact import sign, verify_signature
from insignia.keys import PublicKey, Signer
from insignia.sd_jwt.disclosures import digest
from insignia.sd_jwt.token import KEY_BINDING, SdJwt, parse

Json = Any


def bind(presented: str, signer: Signer, *, audience: str, nonce: str, now: datetime) -> str:
    """The SD-JWT+KB: `presented`, as `present` gives it, followed by the holder's JWT over it.

    Raises ParseError for what is no SD-JWT, ProofError (`sd-jwt.holder-key`) for a key that it does not name.
    """
    sd_jwt = parse(presented)
    if holder_key(sd_jwt.claims) not in (None, signer.public_key):
        got = "another key"
        raise ProofError.at("/cnf/jwk", expected="the key of the holder", got=got, code="sd-jwt.holder-key")
    payload = {
        "iat": int(now.timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": digest(sd_jwt.presented, sd_jwt.algorithm),
    }
    return sd_jwt.presented + sign({"typ": KEY_BINDING}, payload, signer)


def holder_key(claims: Mapping[str, Json]) -> PublicKey | None:
    """The key of the `cnf` claim (RFC 7800); None where there is no such claim.

    Raises KeyFormatError for a malformed one, NotSupportedYet for a key that is only named.
    """
    confirmation = claims.get("cnf")
    if confirmation is None:
        return None
    if not isinstance(confirmation, dict) or not confirmation:
        raise KeyFormatError.at(
            "/cnf", expected="an object", got=show(confirmation), code="sd-jwt.holder-key"
        )
    if "jwk" not in confirmation:
        got = ", ".join(sorted(confirmation))
        raise NotSupportedYet.at("/cnf", expected="a jwk", got=got, code="not-supported-yet.cnf")
    try:
        return PublicKey.from_jwk(confirmation["jwk"])
    except KeyFormatError as error:
        raise KeyFormatError(problem.under("/cnf/jwk") for problem in error.problems) from error


def binding_problems(
    sd_jwt: SdJwt, key: PublicKey, *, audience: str | None = None, nonce: str | None = None
) -> list[Problem]:
    """What speaks against the key binding of an SD-JWT+KB; empty when the holder made it over just this.

    `audience` and `nonce` are compared where they are given. How old it may be is the caller's: the nonce
    tells that it is fresh. Codes: `sd-jwt.no-binding`, `sd-jwt.binding`, `jose.*`,
    `INVALID_CHALLENGE_ERROR`, `INVALID_DOMAIN_ERROR`.
    """
    token = sd_jwt.key_binding
    if token is None:
        return [Problem("/kb_jwt", "a key binding", "none", "sd-jwt.no-binding")]
    found: list[Problem] = []
    try:
        verify_signature(token, key)
    except ProofError as error:
        found += [problem.under("/kb_jwt") for problem in error.problems]
    if token.header.get("typ") != KEY_BINDING:
        found.append(_problem("typ", show(KEY_BINDING), token.header.get("typ")))
    payload = token.payload
    if isinstance(payload.get("iat"), bool) or not isinstance(payload.get("iat"), int | float):
        found.append(_problem("iat", "seconds since 1970", payload.get("iat")))
    found += [
        _problem(name, "a text", payload.get(name))
        for name in ("aud", "nonce")
        if not isinstance(payload.get(name), str)
    ]
    if payload.get("sd_hash") != digest(sd_jwt.presented, sd_jwt.algorithm):
        found.append(_problem("sd_hash", "the digest of what is presented", payload.get("sd_hash")))
    if nonce is not None and payload.get("nonce") != nonce:
        found.append(_problem("nonce", show(nonce), payload.get("nonce"), "INVALID_CHALLENGE_ERROR"))
    if audience is not None and payload.get("aud") != audience:
        found.append(_problem("aud", show(audience), payload.get("aud"), "INVALID_DOMAIN_ERROR"))
    return found


def _problem(name: str, expected: str, got: Json, code: str = "sd-jwt.binding") -> Problem:
    return Problem(f"/kb_jwt/{name}", expected, show(got) if got is not None else "none", code)
