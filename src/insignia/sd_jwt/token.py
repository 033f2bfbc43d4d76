"""An SD-JWT as it travels: compact, and the JWS JSON serialisations (RFC 9901, sections 4 and 8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from insignia import strict_json
from insignia.errors import ParseError, show
from insignia.jose.compact import ParsedJwt, read, sign
from insignia.keys import Signer
from insignia.sd_jwt.disclosures import Disclosure
from insignia.sd_jwt.unpacking import MAX_DISCLOSURES, Unpacked, algorithm_of, unpack

Json = Any
MAX_TOKEN: Final = 16 * 1024 * 1024  # characters
SEPARATOR: Final = "~"
KEY_BINDING: Final = "kb+jwt"


@dataclass(frozen=True, slots=True)
class SdJwt:
    """A well-formed SD-JWT; nothing in it has been verified.

    `token` is the JWT of the issuer with its digests, `unpacked` what comes of it; `presented` is the text
    that `sd_hash` of the key binding is over, `key_binding` the holder's JWT where there is one.
    """

    token: ParsedJwt
    jws: str
    disclosures: tuple[Disclosure, ...]
    unpacked: Unpacked = field(hash=False)
    key_binding: ParsedJwt | None = None

    @property
    def claims(self) -> dict[str, Json]:
        """The claims with what was disclosed."""
        return self.unpacked.claims

    @property
    def algorithm(self) -> str:
        """The hash algorithm, by its name in `_sd_alg`."""
        return algorithm_of(self.token.payload)

    @property
    def presented(self) -> str:
        """The compact form without key binding."""
        return compact(self.jws, self.disclosures)


def is_json_form(value: Json) -> bool:
    """Whether a JSON value is a JWS in a JSON serialisation."""
    return isinstance(value, dict) and "payload" in value and ("signature" in value or "signatures" in value)


def parse(text: str) -> SdJwt:
    """Reads an SD-JWT or SD-JWT+KB in any serialisation. Verifies nothing.

    Raises ParseError: `sd-jwt.form`, `sd-jwt.size`, what `unpack` and `Disclosure.read` raise, and `jose.*`.
    """
    if not isinstance(text, str) or len(text) > MAX_TOKEN:
        _refuse("", f"an SD-JWT of at most {MAX_TOKEN} characters", show(text), "sd-jwt.size")
    if text.lstrip(" \t\r\n")[:1] == "{":
        return from_json(strict_json.loads(text))
    jws, *disclosures, last = text.split(SEPARATOR) if SEPARATOR in text else (text, "", None)
    if last is None:
        _refuse("", 'a "~" after the JWT', "none", "sd-jwt.form")
    return _read(jws, disclosures, last)


def from_json(value: Json) -> SdJwt:
    """Reads the flattened or general JSON serialisation, whose unprotected header carries disclosures and
    key binding (section 8.1). Of several signatures the first counts. Raises ParseError."""
    if not is_json_form(value):
        _refuse("", "a JWS as JSON, with payload and signature", show(value), "sd-jwt.form")
    signatures, where = value.get("signatures"), ""
    signed = value
    if signatures is not None:
        if not isinstance(signatures, list) or not signatures or not isinstance(signatures[0], dict):
            _refuse("/signatures", "an array of signatures", show(signatures), "sd-jwt.form")
        signed, where = signatures[0], "/signatures/0"
    header = signed.get("header", {})
    if not isinstance(header, dict):
        _refuse(f"{where}/header", "an object", show(header), "sd-jwt.form")
    disclosures, binding = header.get("disclosures", []), header.get("kb_jwt", "")
    if not isinstance(disclosures, list) or not all(isinstance(one, str) for one in disclosures):
        _refuse(f"{where}/header/disclosures", "an array of texts", show(disclosures), "sd-jwt.form")
    if not isinstance(binding, str):
        _refuse(f"{where}/header/kb_jwt", "a JWT", show(binding), "sd-jwt.form")
    parts = [signed.get("protected"), value["payload"], signed.get("signature")]
    if not all(isinstance(part, str) for part in parts):
        _refuse(where, "protected header, payload and signature as texts", "something else", "sd-jwt.form")
    return _read(".".join(parts), disclosures, binding)


def _read(jws: str, disclosures: list[str], binding: str) -> SdJwt:
    if len(disclosures) > MAX_DISCLOSURES:
        _refuse("", f"at most {MAX_DISCLOSURES} disclosures", f"{len(disclosures)}", "sd-jwt.size")
    token = read(jws, form="sd-jwt")
    read_ones = tuple(_disclosure(number, one) for number, one in enumerate(disclosures))
    unpacked = unpack(token.payload, read_ones)
    holder = None
    if binding:
        try:
            holder = read(binding, form=KEY_BINDING)
        except ParseError as error:
            raise ParseError(problem.under("/kb_jwt") for problem in error.problems) from error
    return SdJwt(token, jws, read_ones, unpacked, holder)


def _disclosure(number: int, encoded: str) -> Disclosure:
    try:
        return Disclosure.read(encoded)
    except ParseError as error:
        raise ParseError(problem.under(f"/disclosures/{number}") for problem in error.problems) from error


def compact(jws: str, disclosures: Iterable[Disclosure]) -> str:
    """`<JWT>~<disclosure>~…~`, without key binding."""
    return "".join(f"{part}{SEPARATOR}" for part in (jws, *(one.encoded for one in disclosures)))


def issue(
    header: Mapping[str, Json], payload: Mapping[str, Json], disclosures: Iterable[Disclosure], signer: Signer
) -> str:
    """The compact SD-JWT over a payload that `hide` made. Raises ProofError."""
    return compact(sign(header, payload, signer), disclosures)


def _refuse(where: str, expected: str, got: str, code: str) -> NoReturn:
    raise ParseError.at(where, expected=expected, got=got, code=code)
