"""JWT claims beside a credential: written when signing, compared with the document when verifying."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeGuard

from insignia.errors import Problem, ProofError, show
from insignia.jose.compact import ParsedJwt, sign
from insignia.keys import Signer

_DATE_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", flags=re.ASCII
)


def sign_ob(
    credential: Mapping[str, Any], signer: Signer, *, kid: str | None, algorithm: str | None = None
) -> str:
    """The credential as a JWT of the Open Badges profile (Open Badges 3.0, section 8.2.3).

    `kid` is an https URL or DID URL that dereferences to the key; without one the header carries the public
    `jwk`, which verifiers trust only if the issuer lists it elsewhere. Raises ProofError when a member that
    a claim must repeat is missing: `id`, `issuer.id`, `validFrom`, `credentialSubject.id`.
    """
    claims = {
        "iss": _identifier(credential.get("issuer")),
        "jti": credential.get("id"),
        "nbf": _seconds(credential.get("validFrom", credential.get("issuanceDate"))),
        "sub": _identifier(credential.get("credentialSubject")),
    }
    until = credential.get("validUntil", credential.get("expirationDate"))
    if until is not None:
        claims["exp"] = _seconds(until)
    places = {"iss": "/issuer/id", "jti": "/id", "nbf": "/validFrom", "sub": "/credentialSubject/id"}
    problems = [
        Problem(places.get(name, "/validUntil"), f"a value for the claim {name}", "none", "jwt.claim-missing")
        for name, value in claims.items()
        if value is None
    ]
    problems += _clashes(credential, claims)
    if problems:
        raise ProofError(problems)
    header: dict[str, Any] = {"kid": kid} if kid is not None else {"jwk": signer.public_key.to_jwk()}
    if algorithm is not None:
        header = {"alg": algorithm, **header}
    whole = {name: int(value) if isinstance(value, float) else value for name, value in claims.items()}
    return sign({**header, "typ": "JWT"}, {**credential, **whole}, signer)


def sign_vc(
    document: Mapping[str, Any],
    signer: Signer,
    *,
    kid: str | None,
    typ: str = "vc+jwt",
    algorithm: str | None = None,
) -> str:
    """A credential (`vc+jwt`) or presentation (`vp+jwt`) secured with JOSE (VC-JOSE-COSE, section 3.1).

    The document is the payload as it is. Raises ProofError for another `typ`, for a `vc` or `vp` member,
    and for claims in the document that contradict it.
    """
    if typ not in ("vc+jwt", "vp+jwt"):
        raise ProofError.at("/typ", expected="vc+jwt or vp+jwt", got=show(typ), code="jose.typ")
    if problems := check_document(document, holder=typ == "vp+jwt"):
        raise ProofError(problems)
    header: dict[str, Any] = {} if algorithm is None else {"alg": algorithm}
    if kid is not None:
        header["kid"] = kid
    return sign({**header, "typ": typ, "cty": typ[:2]}, document, signer)


def check_document(document: Mapping[str, Any], *, holder: bool) -> list[Problem]:
    """What keeps a document from being a payload as it is: a `vc` or `vp` member, and claims in it that
    contradict it. `holder` is true for a presentation."""
    problems = [
        Problem(f"/{name}", "no such claim", "one", "jose.vc-claim")
        for name in ("vc", "vp")
        if name in document
    ]
    return problems + _agreement(document, document, required=(), holder=holder)


def check_claims(parsed: ParsedJwt) -> list[Problem]:
    """Where the claims of a token contradict the credential in it, each with a JSON Pointer into the payload.

    The Open Badges profile requires `iss`, `jti`, `nbf` and `sub`, and `exp` when there is a `validUntil`
    (Open Badges 3.0, section 8.2.4); elsewhere a claim may be absent, but what stands there must agree.
    Codes: jwt.claim-missing, jwt.claim-mismatch, jwt.claim-type.
    """
    payload = parsed.payload
    if parsed.form == "ob":
        required = ["iss", "jti", "nbf", "sub"]
        if "validUntil" in payload or "expirationDate" in payload:
            required.append("exp")
        return _agreement(payload, payload, required=tuple(required), holder=False)
    if parsed.form == "vc11":
        name = "vc" if "vc" in payload else "vp"
        inner = payload[name]
        if not isinstance(inner, dict):
            return [Problem(f"/{name}", "a JSON object", show(inner), "jwt.claim-type")]
        return _agreement(payload, inner, required=(), holder=name == "vp")
    return _agreement(payload, payload, required=(), holder=parsed.form in ("vp-jose", "vp-sd-jwt"))


def check_times(parsed: ParsedJwt, now: datetime) -> list[Problem]:
    """Whether `nbf` and `exp` allow the token at `now` (RFC 7519, sections 4.1.4 and 4.1.5).

    Codes: jwt.expired, jwt.not-yet-valid.
    """
    seconds = now.timestamp()
    problems = []
    expires, not_before = parsed.payload.get("exp"), parsed.payload.get("nbf")
    if _is_number(expires) and seconds >= expires:
        problems.append(
            Problem("/exp", f"a time after {now.isoformat()}", _show_time(expires), "jwt.expired")
        )
    if _is_number(not_before) and seconds < not_before:
        problems.append(
            Problem("/nbf", f"a time before {now.isoformat()}", _show_time(not_before), "jwt.not-yet-valid")
        )
    return problems


def _agreement(
    claims: Mapping[str, Any], document: Mapping[str, Any], *, required: tuple[str, ...], holder: bool
) -> list[Problem]:
    problems = [
        Problem(f"/{name}", "a claim", "none", "jwt.claim-missing") for name in required if name not in claims
    ]
    problems += _type_problems(claims)
    owner = "holder" if holder else "issuer"
    expected = {"iss": (owner, _identifier(document.get(owner))), "jti": ("id", document.get("id"))}
    if not holder:
        expected |= _subject_and_dates(document)
    for name, (member, value) in expected.items():
        claim = claims.get(name)
        if claim is None or (value is None and not (name == "sub" and required)):
            continue
        if not _same(claim, value):
            problems.append(
                Problem(f"/{name}", f"what {member} says, {show(value)}", show(claim), "jwt.claim-mismatch")
            )
    return problems


def _subject_and_dates(document: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    since = "validFrom" if "validFrom" in document else "issuanceDate"
    until = "validUntil" if "validUntil" in document else "expirationDate"
    return {
        "sub": ("credentialSubject.id", _identifier(document.get("credentialSubject"))),
        "nbf": (since, _seconds(document.get(since)) if since in document else None),
        "exp": (until, _seconds(document.get(until)) if until in document else None),
    }


def _type_problems(claims: Mapping[str, Any]) -> Iterator[Problem]:
    """RFC 7519, section 4.1; `iat` decides nothing here and occurs as text in tokens of the W3C suite."""
    for name in ("iss", "jti", "sub"):
        if not isinstance(claims.get(name, ""), str):
            yield Problem(f"/{name}", "a string", show(claims[name]), "jwt.claim-type")
    for name in ("nbf", "exp"):
        if name in claims and not _is_number(claims[name]):
            yield Problem(f"/{name}", "seconds since 1970", show(claims[name]), "jwt.claim-type")


def _clashes(credential: Mapping[str, Any], claims: Mapping[str, Any]) -> Iterator[Problem]:
    for name in claims:
        if name in credential and not _same(credential[name], claims[name]):
            yield Problem(f"/{name}", show(claims[name]), show(credential[name]), "jwt.claim-mismatch")


def _same(claim: Any, value: Any) -> bool:
    """Times are equal within the second, since a NumericDate is usually cut to whole seconds."""
    if _is_number(claim) and _is_number(value):
        return bool(abs(claim - value) < 1)
    return bool(claim == value)


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _identifier(value: Any) -> str | None:
    """The `id` of a property that may be a string or an object; an array counts when it has one item."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, Mapping):
        value = value.get("id")
    return value if isinstance(value, str) else None


def _seconds(value: Any) -> float | None:
    if not isinstance(value, str) or not _DATE_TIME.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).timestamp()
    except (ValueError, OverflowError):
        return None


def _show_time(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return str(seconds)[:40]
