"""Which of the two kinds of credential an SD-JWT holds: told by its `typ`, and never guessed across them."""

from __future__ import annotations

from enum import StrEnum
from typing import NoReturn

from insignia.errors import ParseError, Problem, show
from insignia.sd_jwt.token import SdJwt


class SdForm(StrEnum):
    """The `typ` of what is inside."""

    SD_JWT_VC = "dc+sd-jwt"
    CREDENTIAL = "vc+sd-jwt"
    PRESENTATION = "vp+sd-jwt"


def form_of(sd_jwt: SdJwt) -> tuple[SdForm, list[Problem]]:
    """The form, and what is unusual and yet no error.

    SD-JWT VC had the `typ` `vc+sd-jwt` until the W3C took it ('SD-JWT-based Verifiable Credentials', section
    3.2.1): with a `vct` and no `@context` it is still read as one. What has both is refused. Raises
    ParseError: `sd-jwt.typ`, `sd-jwt.vct`, `sd-jwt.two-kinds`, `sd-jwt.vc-claim`.
    """
    header = sd_jwt.token.header
    typ = str(header.get("typ", "")).lower().removeprefix("application/")
    has_vct, has_context = "vct" in sd_jwt.claims, "@context" in sd_jwt.claims
    if typ == SdForm.SD_JWT_VC:
        if not has_vct:
            _refuse("/vct", "the type of the credential", "none", "sd-jwt.vct")
        return SdForm.SD_JWT_VC, []
    if typ not in ("", SdForm.CREDENTIAL, SdForm.PRESENTATION):
        _refuse("/typ", " or ".join(SdForm), show(header["typ"]), "sd-jwt.typ")
    if has_vct and has_context:
        got = "both a vct and an @context"
        _refuse("", "an SD-JWT VC or a credential of the W3C", got, "sd-jwt.two-kinds")
    if has_vct and typ == SdForm.CREDENTIAL:
        return SdForm.SD_JWT_VC, [Problem("/typ", SdForm.SD_JWT_VC, show(header["typ"]), "sd-jwt.typ")]
    if not has_context:
        _refuse("/@context", "an @context, or a vct beside typ dc+sd-jwt", "neither", "sd-jwt.typ")
    return _of_the_w3c(sd_jwt, typ)


def _of_the_w3c(sd_jwt: SdJwt, typ: str) -> tuple[SdForm, list[Problem]]:
    """VC-JOSE-COSE, section 3.2: `typ` and `cty` SHOULD be there; there are no claims `vc` and `vp`."""
    types = sd_jwt.claims.get("type")
    held = types if isinstance(types, list) else [types]
    told = SdForm.PRESENTATION if "VerifiablePresentation" in held else SdForm.CREDENTIAL
    for name in ("vc", "vp"):
        if name in sd_jwt.claims:
            _refuse(f"/{name}", "no such claim", "one", "sd-jwt.vc-claim")
    if typ and typ != told:
        _refuse("/typ", told, show(typ), "sd-jwt.typ")
    notes = [] if typ else [Problem("/typ", told, "none", "sd-jwt.typ")]
    cty = str(sd_jwt.token.header.get("cty", "")).lower().removeprefix("application/")
    if cty != told[:2]:
        notes.append(Problem("/cty", told[:2], show(cty) if cty else "none", "sd-jwt.cty"))
    return told, notes


def _refuse(where: str, expected: str, got: str, code: str) -> NoReturn:
    raise ParseError.at(where, expected=expected, got=got, code=code)
