"""What came in, parsed once at the edge: bytes or text to `Secured`. Nothing here is verified or believed."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import unquote_to_bytes

from insignia import contexts, strict_json
from insignia.errors import NotSupportedYet, ParseError, Problem, show
from insignia.strict_json import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from insignia.achievement import AchievementCredential
    from insignia.clr import ClrCredential
    from insignia.endorsement import EndorsementCredential
    from insignia.jose import ParsedJwt
    from insignia.sd_jwt import SdJwt
    from insignia.verifiable_credential import VerifiableCredential


class Form(StrEnum):
    """How a document is secured."""

    DATA_INTEGRITY = "data-integrity"
    JWT_OB = "jwt-open-badges"
    JWT_VC_JOSE = "jwt-vc-jose"
    JWT_VC11 = "jwt-vc-1.1"
    COSE = "cose"
    SD_JWT = "sd-jwt"
    SD_JWT_VC = "sd-jwt-vc"
    UNSECURED = "unsecured"
    HOSTED = "hosted"
    SIGNED = "signed-badge"


class Kind(StrEnum):
    """What a document is, by its `type`."""

    ACHIEVEMENT = "achievement"
    ENDORSEMENT = "endorsement"
    CLR = "learner-record"
    PRESENTATION = "presentation"
    STATUS_LIST = "status-list"
    OTHER_VC = "credential"
    SD_JWT_VC = "sd-jwt-vc"
    ASSERTION = "assertion"
    BADGE_CLASS = "badge-class"
    ISSUER_PROFILE = "issuer-profile"
    BADGE_ENDORSEMENT = "badge-endorsement"


OPEN_BADGES_2 = frozenset({Kind.ASSERTION, Kind.BADGE_CLASS, Kind.ISSUER_PROFILE, Kind.BADGE_ENDORSEMENT})
"""The documents of Open Badges 1.x and 2.x (`insignia.openbadges2`)."""


@dataclass(frozen=True, slots=True)
class Secured:
    """A credential or presentation as it arrived; nothing in it has been verified.

    `content` holds the exact bytes. `document` is the credential as JSON whichever envelope it came in,
    unknown members included; in the JWT forms it is the payload without the registered JWT claims
    (`jwt.payload` has those too). `data_model` is the version of the W3C data model, `2.0` or `1.1`; of the
    kinds OPEN_BADGES_2 it is the version of Open Badges: `0.5`, `1.0`, `1.1`, `2.0` or `2.1`. Of a badge that
    is only an address (Form.HOSTED) `document` is `{"id": address}`. Of an SD-JWT `document` holds what was
    disclosed; of an SD-JWT VC, which is no document of the W3C, all its claims; `data_model` is its `vct`.
    """

    content: bytes
    document: dict[str, Any] = field(hash=False)
    form: Form
    kind: Kind
    data_model: str
    jwt: ParsedJwt | None = field(default=None, hash=False)
    sd_jwt: SdJwt | None = field(default=None, hash=False)

    def view(self) -> AchievementCredential | ClrCredential | EndorsementCredential | VerifiableCredential:
        """A typed, read-only view of the document. Raises DataModelError listing every member that does
        not have its type; presentations have no view (their credentials have one each)."""
        from insignia import achievement, clr, endorsement, verifiable_credential

        if self.kind is Kind.ACHIEVEMENT:
            return achievement.AchievementCredential.read(self.document)
        if self.kind is Kind.CLR:
            return clr.ClrCredential.read(self.document)
        if self.kind is Kind.ENDORSEMENT:
            return endorsement.EndorsementCredential.read(self.document)
        return verifiable_credential.VerifiableCredential.read(self.document)


_JWS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
_COSE_STARTS = (b"\xd2\x84", b"\x84")  # COSE_Sign1: its tag and an array of four, or the array alone
_OPEN_BADGES_3 = frozenset({"AchievementCredential", "OpenBadgeCredential"})
_ADDRESS = re.compile(r"https?://[!-~]{3,2000}")
_OLD_KINDS = {
    "Assertion": Kind.ASSERTION,
    "BadgeClass": Kind.BADGE_CLASS,
    "Issuer": Kind.ISSUER_PROFILE,
    "IssuerOrg": Kind.ISSUER_PROFILE,
    "Profile": Kind.ISSUER_PROFILE,
    "Endorsement": Kind.BADGE_ENDORSEMENT,
}
_OLD_CONTEXTS = (
    ("/spec/ob/v2p1", "2.1"),
    ("openbadges/v2", "2.0"),
    ("openbadgespec.org/v2", "2.0"),
    ("openbadges/v1", "1.1"),
    ("openbadgespec.org/v1", "1.1"),
)
_STATUS_LISTS = frozenset({"BitstringStatusListCredential", "StatusList2021Credential"})
_PRESENTATIONS = frozenset({"VerifiablePresentation"})
_ENVELOPES = frozenset({"EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"})
_JWT_CLAIMS = frozenset({"iss", "sub", "jti", "nbf", "exp", "iat", "aud", "nonce", "cnf"})
_SD_JWT_MEDIA_TYPES = frozenset({"application/vc+sd-jwt", "application/vp+sd-jwt"})
_COSE_MEDIA_TYPES = frozenset({"application/vc+cose", "application/vp+cose"})
_JWT_MEDIA_TYPES = frozenset(
    {"application/vc+jwt", "application/vp+jwt", "application/jwt", "application/vc+ld+json+jwt"}
)


def parse(data: bytes | str, *, limits: Limits = DEFAULT_LIMITS) -> Secured:
    """Reads a credential or presentation: JSON, compact JWS, SD-JWT, COSE_Sign1, or an enveloped one (VC Data
    Model 2.0, 4.13).

    A web address is read as a badge of Open Badges 1.x or 2.x that is hosted there (baking: 'Legacy PNGs').
    Raises ParseError (where, expected, got) for what is not well-formed, and NotSupportedYet for CLR 1.0.
    Limits: 8 MiB, 100 levels, 100,000 arrays and objects by default.
    """
    content = data if isinstance(data, bytes) else data.encode(errors="surrogatepass")
    if content.startswith(_COSE_STARTS):
        return _from_cose(content)
    if content.startswith((b"\x89PNG", b"%PDF-", b"<")):
        got = "a picture, a PDF or a web page: take the credential out first"
        _refuse("", "a credential", got, "format.picture")
    if content.lstrip(b" \t\r\n")[:1] == b"{":
        return from_json(strict_json.loads(data, limits=limits), content=content, limits=limits)
    token = strict_json.decode(data, limits=limits).strip()
    if "~" in token and _JWS.fullmatch(token.partition("~")[0]):
        return _from_sd_jwt(token, content)
    if _JWS.fullmatch(token):
        return _from_jws(token, content)
    if _ADDRESS.fullmatch(token):
        return Secured(content, {"id": token}, Form.HOSTED, Kind.ASSERTION, "2.0")
    got = show(token[:40]) if token else "nothing"
    raise ParseError.at(
        "", expected="a credential as a JSON object or a compact JWS", got=got, code="format.unknown"
    )


def from_json(value: Any, *, content: bytes | None = None, limits: Limits = DEFAULT_LIMITS) -> Secured:
    """The same for JSON that was parsed before, such as a credential inside a presentation.

    A string is read as a compact JWS, never as JSON in a string (VC Data Integrity 1.0, 4.4: "If either
    securedDocument is not a map"). `content` are the exact bytes where there are any.
    """
    if isinstance(value, str):
        if value.lstrip(" \t\r\n")[:1] == "{" or _ADDRESS.fullmatch(value.strip()):
            _refuse("", "a JSON object or a compact JWS", show(value[:40]), "format.unknown")
        return parse(value, limits=limits)
    if not isinstance(value, dict):
        _refuse("", "a JSON object", show(value), "format.unknown")
    if content is None:
        content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
    types = types_of(value)
    if not types.isdisjoint(_ENVELOPES):
        return _from_envelope(value, content)
    if "payload" in value and "@context" not in value and ("signature" in value or "signatures" in value):
        return _from_sd_jwt(value, content)
    if (old := _old_badge(value, types)) is not None:
        return Secured(content, value, Form.HOSTED, *old)
    kind = _kind(value, types)
    form = Form.DATA_INTEGRITY if value.get("proof") else Form.UNSECURED
    return Secured(content, value, form, kind, data_model_of(value))


def types_of(node: Any) -> frozenset[str]:
    """The strings in `type` of a JSON object, whether it is written as one value or as an array."""
    value = node.get("type") if isinstance(node, Mapping) else None
    if isinstance(value, str):
        return frozenset((value,))
    return frozenset(t for t in value if isinstance(t, str)) if isinstance(value, list) else frozenset()


def contexts_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The context URLs of a document, in order; inline contexts are left out."""
    value = document.get("@context")
    values = value if isinstance(value, list) else [value]
    return tuple(v for v in values if isinstance(v, str))


def data_model_of(document: Mapping[str, Any]) -> str:
    """`2.0` or `1.1`, by the first context; where there is neither, by the name of the start date."""
    for url in contexts_of(document):
        if url in (contexts.CREDENTIALS_V2, contexts.CREDENTIALS_V1):
            return "2.0" if url == contexts.CREDENTIALS_V2 else "1.1"
    return "1.1" if "issuanceDate" in document and "validFrom" not in document else "2.0"


def issuer_id(document: Mapping[str, Any]) -> str | None:
    """The identifier of the issuer, whether it is written as a string or as an object."""
    value = document.get("issuer")
    found = value.get("id") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) else None


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two credentials are the same one (Open Badges 3.0, 'Credential equality and comparison'):
    issuer id and credential id are equal after percent-decoding and trimming."""
    return None not in (key := equality_key(one)) and key == equality_key(other)


def equality_key(document: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Issuer id and credential id, percent-decoded and trimmed; None where one is missing."""
    found = document.get("id")
    return _unescaped(issuer_id(document)), _unescaped(found if isinstance(found, str) else None)


def replaces(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """Whether `new` is the more up-to-date representation of the same credential: a later `validFrom`."""
    times = [instant(d.get("validFrom", d.get("issuanceDate"))) for d in (new, old)]
    return same(new, old) and times[0] is not None and (times[1] is None or times[0] > times[1])


_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", re.ASCII)


def instant(value: Any) -> datetime | None:
    """The moment of a date-time with its zone (RFC 3339, XML Schema dateTimeStamp); None for anything else.

    A leap second is read as the second before, 24:00:00 as the next midnight, fractions beyond
    microseconds are cut.
    """
    return _instant(value) if isinstance(value, str) else None


@lru_cache(maxsize=1024)  # the credentials of one batch have few times
def _instant(value: str) -> datetime | None:
    match = _TIME.fullmatch(value)
    if match is None:
        return None
    day, clock, second, fraction, zone = match.groups()
    micro = f"{(fraction or '')[:6]:0<6}"
    midnight_after = clock == "24:00" and second == "00" and not (fraction or "").strip("0")
    clock = "00:00" if midnight_after else clock
    second = "59" if second == "60" else second
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}:{second}.{micro}{zone.replace('Z', '+00:00')}")
        return moment + timedelta(days=1) if midnight_after else moment
    except (ValueError, OverflowError):
        return None


def _unescaped(value: str | None) -> str | None:
    return unquote_to_bytes(value).decode(errors="replace").strip() if value is not None else None


def _kind(document: Mapping[str, Any], types: frozenset[str]) -> Kind:
    _refuse_other_families(document, types)
    if not types.isdisjoint(_OPEN_BADGES_3):
        return Kind.ACHIEVEMENT
    if "ClrCredential" in types:
        return Kind.CLR
    if "EndorsementCredential" in types:
        return Kind.ENDORSEMENT
    if not types.isdisjoint(_PRESENTATIONS):
        return Kind.PRESENTATION
    if not types.isdisjoint(_STATUS_LISTS):
        return Kind.STATUS_LIST
    known = {contexts.CREDENTIALS_V1, contexts.CREDENTIALS_V2}
    if "VerifiableCredential" in types or not known.isdisjoint(contexts_of(document)):
        return Kind.OTHER_VC
    got = show(document["type"]) if "type" in document else "no type"
    raise ParseError.at(
        "/type", expected="VerifiableCredential or VerifiablePresentation", got=got, code="format.unknown"
    )


def _refuse_other_families(document: Mapping[str, Any], types: frozenset[str]) -> None:
    urls = " ".join(contexts_of(document))
    if "/spec/clr/v1p0" in urls or "/spec/clr/v1p1" in urls or "Clr" in types:
        _later("clr-1.0", "a Comprehensive Learner Record 1.0")


def open_badges_version(document: Mapping[str, Any]) -> str:
    """`1.1`, `2.0` or `2.1` by the context of a document of Open Badges; empty where it does not tell."""
    inline = document.get("@context")
    if isinstance(inline, dict):
        return "2.0" if "obi" in inline else ""
    urls = " ".join(contexts_of(document))
    return next((version for part, version in _OLD_CONTEXTS if part in urls), "")


def _old_badge(document: Mapping[str, Any], types: frozenset[str]) -> tuple[Kind, str] | None:
    """Kind and version of a document of Open Badges 1.x or 2.x; None for any other. Until 1.0 there was
    neither context nor type."""
    if "VerifiableCredential" in types or "VerifiablePresentation" in types:
        return None
    version = open_badges_version(document)
    kind = next((kind for name, kind in _OLD_KINDS.items() if name in types), None)
    if kind is not None and (version or types & {"Assertion", "BadgeClass", "Issuer"}):
        return kind, version or "2.0"
    if "recipient" in document and "badge" in document and "type" not in document:
        return Kind.ASSERTION, version or ("0.5" if isinstance(document["recipient"], str) else "1.0")
    return None


def _from_jws(token: str, content: bytes) -> Secured:
    from insignia import jose

    parsed = jose.parse(token)
    if (old := _old_badge(parsed.payload, types_of(parsed.payload))) is not None:
        return Secured(content, dict(parsed.payload), Form.SIGNED, *old, parsed)
    form = {"ob": Form.JWT_OB, "vc11": Form.JWT_VC11}.get(parsed.form, Form.JWT_VC_JOSE)
    if form is Form.JWT_VC11:
        document = _from_vc_claim(parsed.payload)
    else:
        document = {name: member for name, member in parsed.payload.items() if name not in _JWT_CLAIMS}
    kind = _kind(document, types_of(document))
    return Secured(content, document, form, kind, data_model_of(document), parsed)


def _from_sd_jwt(token: str | Mapping[str, Any], content: bytes, expected: str | None = None) -> Secured:
    """RFC 9901. `expected` is the media type that an envelope gives it."""
    from insignia.sd_jwt import forms
    from insignia.sd_jwt import token as sd_jwt

    parsed = sd_jwt.parse(token) if isinstance(token, str) else sd_jwt.from_json(token)
    form, notes = forms.form_of(parsed)
    if expected not in (None, f"application/{form}"):
        _refuse("/id", f"a data URL of type application/{form}", show(expected), "format.envelope")
    claims = parsed.claims
    shown = replace(parsed.token, payload=claims, form=f"{form[:2]}-sd-jwt", notes=tuple(notes))
    if form is forms.SdForm.SD_JWT_VC:
        vct = claims["vct"] if isinstance(claims["vct"], str) else ""
        return Secured(content, claims, Form.SD_JWT_VC, Kind.SD_JWT_VC, vct, shown, parsed)
    document = {name: member for name, member in claims.items() if name not in _JWT_CLAIMS}
    kind = _kind(document, types_of(document))
    return Secured(content, document, Form.SD_JWT, kind, data_model_of(document), shown, parsed)


def _from_cose(content: bytes) -> Secured:
    from insignia import cose

    parsed = cose.parse(content)
    document = dict(parsed.payload)
    return Secured(
        content, document, Form.COSE, _kind(document, types_of(document)), data_model_of(document), parsed
    )


def _from_envelope(value: Mapping[str, Any], content: bytes) -> Secured:
    from insignia import jose

    try:
        media_type, data = jose.from_data_url(value.get("id", ""))
    except ParseError as error:
        raise ParseError(problem.under("/id") for problem in error.problems) from error
    if media_type in _SD_JWT_MEDIA_TYPES:
        return _from_sd_jwt(data, content, media_type)
    if media_type in _COSE_MEDIA_TYPES:
        try:
            return _from_cose(b64decode(data, validate=True))
        except ValueError:
            _refuse("/id", "a COSE message in base64", show(data[:40]), "format.envelope")
    if media_type not in _JWT_MEDIA_TYPES or not _JWS.fullmatch(data):
        expected = "a data URL of type application/vc+jwt or application/vp+jwt"
        _refuse("/id", expected, show(value["id"]), "format.envelope")
    return _from_jws(data, content)


def _from_vc_claim(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The credential or presentation of a JWT of the data model 1.1, its claims put back (6.3.1)."""
    name = "vc" if "vc" in payload else "vp"
    inner = payload[name]
    if not isinstance(inner, dict):
        _refuse(f"/{name}", "a JSON object", show(inner), "format.jwt")
    document = dict(inner)
    for claim, member in (("jti", "id"), ("iss", "issuer" if name == "vc" else "holder")):
        if claim in payload:
            document.setdefault(member, payload[claim])
    for claim, member in (("nbf", "issuanceDate"), ("exp", "expirationDate")) if name == "vc" else ():
        if claim in payload and (moment := _from_numeric_date(payload[claim])) is not None:
            document.setdefault(member, moment)
    subject = document.get("credentialSubject")
    if isinstance(subject, dict) and isinstance(payload.get("sub"), str):
        document["credentialSubject"] = {"id": payload["sub"], **subject}
    return document


def _from_numeric_date(value: Any) -> str | None:
    """An RFC 3339 date-time from a NumericDate (RFC 7519), None where it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return datetime.fromtimestamp(int(value), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return None


def _later(code: str, what: str) -> NoReturn:
    raise NotSupportedYet(
        Problem(
            "",
            "an Open Badges 3.0 or other W3C Verifiable Credential",
            f"{what}, which is not supported yet and comes in a later version",
            f"not-supported-yet.{code}",
        )
    )


def _refuse(where: str, expected: str, got: str, code: str) -> NoReturn:
    raise ParseError(Problem(where, expected, got, code))
