"""The JWS compact serialisation (RFC 7515), read strictly and written."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn

from insignia import strict_json
from insignia.errors import KeyFormatError, ParseError, Problem, ProofError, show
from insignia.keys import PublicKey, Signer, default_algorithm
from insignia.keys.algorithms import ALGORITHMS
from insignia.multibase import base64url_decode, base64url_encode

MAX_TOKEN: Final = 12 * 1024 * 1024  # characters; the payload then has at most 9 MiB
MAX_HEADER: Final = 16 * 1024  # characters
_ALGORITHMS: Final = frozenset(name for names in ALGORITHMS.values() for name in names)
# RFC 7515, section 4.1.11, RFC 7797, RFC 7516: what changes the meaning of the rest is refused.
_REFUSED: Final = ("crit", "b64", "zip", "enc")
_HEADER_LIMITS: Final = strict_json.Limits(size=MAX_HEADER, depth=10, containers=100)
_OB_HEADER: Final = frozenset({"alg", "kid", "jwk", "typ"})
_FORMS: Final = {
    "vc+jwt": "vc-jose",
    "vp+jwt": "vp-jose",
    "vc-ld+jwt": "vc-jose",
    "vp-ld+jwt": "vp-jose",
    "vc+ld+json+jwt": "vc-jose",
    "vp+ld+json+jwt": "vp-jose",
}


@dataclass(frozen=True, slots=True)
class ParsedJwt:
    """A token that is well-formed; nothing in it has been verified.

    `form` is `ob` (Open Badges profile), `vc-jose`, `vp-jose`, or `vc11` (a `vc` or `vp` claim); of others
    what their reader calls them, such as `vc-sd-jwt` or `vp-cose`.
    `notes` tell what is unusual and yet no error: an older `typ`, an unexpected `cty` or header member.
    """

    header: Mapping[str, Any]
    payload: Mapping[str, Any]
    signing_input: bytes
    signature: bytes
    form: str
    notes: tuple[Problem, ...] = ()

    @property
    def algorithm(self) -> str:
        """The header's `alg`: a claim of the token, to be compared with what the key is for."""
        return str(self.header["alg"])

    @property
    def kid(self) -> str | None:
        """The header's `kid`, a URL or a name."""
        kid = self.header.get("kid")
        return None if kid is None else str(kid)

    def header_key(self) -> PublicKey | None:
        """The key in the header's `jwk`. It proves nothing unless the issuer lists the same key."""
        jwk = self.header.get("jwk")
        return None if jwk is None else PublicKey.from_jwk(jwk)


def parse(token: str) -> ParsedJwt:
    """Reads a compact JWS. Verifies nothing. Raises ParseError.

    Codes: jose.compact (not three parts of base64url), jose.alg (none, HMAC, unknown), jose.header (a
    header member that is refused or malformed), jose.typ, jose.payload, jose.vc-claim, json.*.
    """
    found = read(token)
    form, notes = _form(found.header, found.payload)
    return replace(found, form=form, notes=tuple(notes))


def read(token: str, *, form: str = "") -> ParsedJwt:
    """The same for a token of whatever `typ`: what it is is the caller's to judge, and named as `form`."""
    if not isinstance(token, str) or len(token) > MAX_TOKEN:
        _refuse("", "a compact JWS", show(token), "jose.compact")
    parts = token.split(".")
    if len(parts) != 3 or len(parts[0]) > MAX_HEADER:
        _refuse("", "three parts separated by dots", f"{len(parts)} parts", "jose.compact")
    try:
        header_bytes, payload_bytes, signature = map(base64url_decode, parts)
    except ParseError as error:
        _refuse("", "three parts of base64url", error.problems[0].got, "jose.compact")
    header = strict_json.loads(header_bytes, limits=_HEADER_LIMITS)
    if not isinstance(header, dict):
        _refuse("", "a JSON object as header", show(header), "jose.header")
    _check_header(header)
    payload = strict_json.loads(payload_bytes)
    if not isinstance(payload, dict):
        _refuse("", "a JSON object as payload", show(payload), "jose.payload")
    signing_input = token[: token.rindex(".")].encode("ascii")
    return ParsedJwt(header, payload, signing_input, signature, form)


def verify_signature(parsed: ParsedJwt, key: PublicKey, *, algorithms: Collection[str] | None = None) -> None:
    """Returns if the signature is `key`'s. Raises ProofError.

    The algorithm must be one that the key is for and, where given, one of `algorithms`: the token's `alg`
    only says which, it decides nothing (RFC 8725, section 3.1). Codes: jose.algorithm, jose.signature.
    """
    allowed = [name for name in key.algorithms if algorithms is None or name in algorithms]
    if parsed.algorithm not in allowed:
        raise ProofError.at(
            "/alg",
            expected=" or ".join(allowed) or f"an algorithm for {key.key_type}",
            got=parsed.algorithm,
            code="jose.algorithm",
        )
    if not key.verify(parsed.signature, parsed.signing_input, parsed.algorithm):
        raise ProofError.at(
            "", expected="a signature by this key", got="one that does not fit", code="jose.signature"
        )


def sign(header: Mapping[str, Any], payload: Mapping[str, Any], signer: Signer) -> str:
    """The compact JWS of a payload; `header` without `alg` gets the signer's. Raises ProofError."""
    key = signer.public_key
    algorithm = header.get("alg", key.algorithm or default_algorithm(key.key_type))
    full = {"alg": algorithm, **header}
    signing_input = f"{_encode(full)}.{_encode(payload)}"
    signature = signer.sign(signing_input.encode("ascii"), algorithm)
    return f"{signing_input}.{base64url_encode(signature)}"


def _encode(value: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return base64url_encode(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise ProofError.at("", expected="JSON", got=str(error), code="jose.payload") from error


def _check_header(header: Mapping[str, Any]) -> None:
    problems = [
        Problem(f"/{name}", "no such header member", show(header[name]), "jose.header")
        for name in _REFUSED
        if name in header
    ]
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS:
        problems.append(Problem("/alg", "a public key signature algorithm", show(algorithm), "jose.alg"))
    problems += [
        Problem(f"/{name}", "a string", show(header[name]), "jose.header")
        for name in ("kid", "typ", "cty")
        if not isinstance(header.get(name, ""), str)
    ]
    if "jwk" in header:
        try:
            PublicKey.from_jwk(header["jwk"])
        except KeyFormatError as error:
            problems += [problem.under("/jwk") for problem in error.problems]
    if problems:
        raise ParseError(problems)


def _form(header: Mapping[str, Any], payload: Mapping[str, Any]) -> tuple[str, list[Problem]]:
    """RFC 7515, section 4.1.9: the prefix `application/` may be left out, case does not matter."""
    typ = str(header.get("typ", "jwt")).lower().removeprefix("application/")
    claims = [name for name in ("vc", "vp") if name in payload]
    if typ == "jwt":
        if claims:
            return "vc11", []
        types = payload.get("type")
        if types == "VerifiablePresentation" or (
            isinstance(types, list) and "VerifiablePresentation" in types
        ):
            return "vp-jose", [Problem("/typ", "vp+jwt", show(header.get("typ")), "jose.typ")]
        extra = sorted(header.keys() - _OB_HEADER)
        return "ob", [Problem(f"/{n}", "no further header member", "one", "jose.header") for n in extra]
    form = _FORMS.get(typ)
    if form is None:
        _refuse("/typ", "JWT, vc+jwt or vp+jwt", show(header["typ"]), "jose.typ")
    if claims:  # VC-JOSE-COSE, section 3.1.3: "The JWT Claim Names vc and vp MUST NOT be present."
        _refuse(f"/{claims[0]}", f"no such claim beside typ {typ}", "one", "jose.vc-claim")
    notes = []
    if typ not in ("vc+jwt", "vp+jwt"):
        notes.append(Problem("/typ", f"{form[:2]}+jwt", show(header["typ"]), "jose.typ"))
    cty = str(header.get("cty", form[:2])).lower().removeprefix("application/")
    if cty != form[:2]:
        notes.append(Problem("/cty", form[:2], show(header["cty"]), "jose.cty"))
    return form, notes


def _refuse(where: str, expected: str, got: str, code: str) -> NoReturn:
    raise ParseError(Problem(where, expected, got, code)) from None
