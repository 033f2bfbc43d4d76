"""Credentials and presentations in COSE_Sign1 (RFC 9052, section 4.2; Securing Verifiable Credentials using
JOSE and COSE 1.0, section 3.3): `application/vc+cose` and `application/vp+cose`."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from insignia import strict_json
from insignia.errors import ParseError, Problem, ProofError, show
from insignia.jose import ParsedJwt
from insignia.keys import Signer, default_algorithm

MAX_MESSAGE: Final = 9 * 1024 * 1024  # bytes
MAX_HEADER: Final = 16 * 1024  # bytes
SIGN1_TAG: Final = 18
_ALG, _CRIT, _CTY, _KID, _TYP = 1, 2, 3, 4, 16  # RFC 9052, section 3.1; RFC 9596
_ALGORITHMS: Final = {-7: "ES256", -35: "ES384", -36: "ES512", -8: "EdDSA", -257: "RS256", -37: "PS256"}
_NUMBERS: Final = {name: number for number, name in _ALGORITHMS.items()}
_CONTENT: Final = {"application/vc": "vc", "application/vp": "vp"}


def parse(data: bytes) -> ParsedJwt:
    """Reads a COSE_Sign1 message whose payload is a credential or presentation as JSON. Verifies nothing.

    The answer has the shape of a token: header members by their JOSE names, `form` `vc-cose` or `vp-cose`,
    and the Sig_structure as signing input. `jose.verify_signature` checks it. Raises ParseError (`cose.*`,
    `json.*`). What the signature does not cover counts for nothing, but for the `kid`, which only says
    where to look.
    """
    message = _array(data)
    protected_bytes, unprotected, payload, signature = message
    if not (isinstance(protected_bytes, bytes) and isinstance(signature, bytes)):
        _refuse("", "header and signature as byte strings", "something else", "cose.shape")
    if not isinstance(payload, bytes):
        _refuse("", "a payload in the message", type(payload).__name__, "cose.payload")
    if not isinstance(unprotected, Mapping):
        _refuse("", "a map of unprotected headers", type(unprotected).__name__, "cose.shape")
    protected = _header(protected_bytes)
    header, notes = _read_header(protected, unprotected)
    document = strict_json.loads(payload)
    if not isinstance(document, dict):
        _refuse("", "a JSON object as payload", show(document), "cose.payload")
    form = _form(header, document, notes)
    signing_input = _sig_structure(protected_bytes, payload)
    return ParsedJwt(header, document, signing_input, signature, form, tuple(notes))


def sign(document: Mapping[str, Any], signer: Signer, *, kid: str | None, kind: str = "vc") -> bytes:
    """A tagged COSE_Sign1 message over a credential (`kind` `vc`) or presentation (`vp`).

    `kid` is the URL of the verification method. Raises ProofError for what is no JSON, or for a key without
    a COSE algorithm.
    """
    import cbor2

    key = signer.public_key
    algorithm = key.algorithm or default_algorithm(key.key_type)
    number = _NUMBERS.get(algorithm)
    if number is None:
        raise ProofError.at("/alg", expected=" or ".join(_NUMBERS), got=algorithm, code="cose.algorithm")
    header: dict[int, Any] = {_ALG: number, _CTY: f"application/{kind}", _TYP: f"application/{kind}+cose"}
    if kid is not None:
        header[_KID] = kid.encode()
    protected = cbor2.dumps(header, canonical=True)
    try:
        payload = strict_json.dumps(document)
    except (TypeError, ValueError, RecursionError) as error:
        raise ProofError.at("", expected="JSON", got=str(error), code="cose.payload") from error
    signature = signer.sign(_sig_structure(protected, payload), algorithm)
    return bytes(cbor2.dumps(cbor2.CBORTag(SIGN1_TAG, [protected, {}, payload, signature])))


def _sig_structure(protected: bytes, payload: bytes) -> bytes:
    """RFC 9052, section 4.4."""
    import cbor2

    return bytes(cbor2.dumps(["Signature1", protected, b"", payload]))


def _array(data: bytes) -> list[Any]:
    import cbor2

    if not isinstance(data, bytes) or len(data) > MAX_MESSAGE:
        _refuse("", f"at most {MAX_MESSAGE} bytes of CBOR", show(type(data).__name__), "cose.size")
    message = _decoded(data)
    if isinstance(message, cbor2.CBORTag) and message.tag == SIGN1_TAG:
        message = message.value
    if not isinstance(message, (list, tuple)) or len(message) != 4:
        _refuse("", "a COSE_Sign1 message", "other CBOR", "cose.shape")
    return list(message)


def _decoded(data: bytes) -> Any:
    import cbor2

    stream = io.BytesIO(data)
    try:
        value = cbor2.load(stream)
    except Exception as error:  # hostile CBOR ends in errors of several libraries
        raise ParseError.at("", expected="CBOR", got=type(error).__name__, code="cose.cbor") from error
    if stream.read(1):
        _refuse("", "one CBOR value", "more bytes after it", "cose.cbor")
    return value


def _header(data: bytes) -> Mapping[Any, Any]:
    if len(data) > MAX_HEADER:
        _refuse("", f"a header of at most {MAX_HEADER} bytes", f"{len(data)} bytes", "cose.header")
    header = _decoded(data) if data else {}
    if not isinstance(header, Mapping):
        _refuse("", "a map of protected headers", type(header).__name__, "cose.header")
    return header


def _read_header(
    protected: Mapping[Any, Any], unprotected: Mapping[Any, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    """The members that matter, by their JOSE names."""
    problems = []
    if _CRIT in protected or _CRIT in unprotected:  # RFC 9052, 3.1: what is critical must be understood
        problems.append(Problem("/crit", "no critical headers", "some", "cose.header"))
    algorithm = protected.get(_ALG)
    name = _ALGORITHMS.get(algorithm) if type(algorithm) is int else None
    if name is None:
        got = "none in the protected header" if algorithm is None else show(algorithm)
        problems.append(Problem("/alg", "a public key signature algorithm", got, "cose.algorithm"))
    header: dict[str, Any] = {"alg": name}
    kid = protected.get(_KID, unprotected.get(_KID))
    if kid is not None:
        try:
            header["kid"] = kid.decode() if isinstance(kid, bytes) else _text(kid)
        except (UnicodeDecodeError, TypeError):
            problems.append(Problem("/kid", "a URL or name in UTF-8", "other bytes", "cose.header"))
    for label, member in ((_TYP, "typ"), (_CTY, "cty")):
        value = protected.get(label)
        if isinstance(value, str):
            header[member] = value
        elif value is not None:
            problems.append(Problem(f"/{member}", "a media type", show(value), "cose.header"))
    if problems:
        raise ParseError(problems)
    return header, []


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _form(header: Mapping[str, Any], document: Mapping[str, Any], notes: list[Problem]) -> str:
    """VC-JOSE-COSE, section 3.3: `typ` is `application/vc+cose` or `application/vp+cose`, `cty` without the
    suffix. Both SHOULD be there, so a message without them is told by its content."""
    typ = str(header.get("typ", "")).lower()
    cty = str(header.get("cty", "")).lower()
    types = document.get("type")
    held = types if isinstance(types, list) else [types]
    told = "vp" if "VerifiablePresentation" in held else "vc"
    for member, value, expected in (
        ("typ", typ, f"application/{told}+cose"),
        ("cty", cty, f"application/{told}"),
    ):
        if value in (expected, expected.removeprefix("application/")):
            continue
        if value and value not in ("application/cose", "application/json"):
            _refuse(f"/{member}", expected, show(value), f"cose.{member}")
        notes.append(Problem(f"/{member}", expected, show(value) if value else "none", f"cose.{member}"))
    return f"{told}-cose"


def _refuse(where: str, expected: str, got: str, code: str) -> NoReturn:
    raise ParseError(Problem(where, expected, got, code)) from None
