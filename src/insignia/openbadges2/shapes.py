"""What Open Badges 2.0 asks of its documents ('Open Badges Vocabulary'): one table, and the check of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from insignia import contexts, strict_json
from insignia.credential import Kind, contexts_of
from insignia.errors import Problem, show
from insignia.openbadges2.reading import TYPE_NAMES, is_url, listed, moment_of
from insignia.strict_json import pointer

Json = Any
OPEN_BADGES_2_CONTEXT: Final = "https://w3id.org/openbadges/v2"
# Problems that valid samples of others have; a lenient policy tolerates them.
NO_IMAGE: Final = "badge.image-missing"


class Field(NamedTuple):
    """One member: `kinds` are alternatives, names of PRIMITIVES or of CLASSES."""

    name: str
    kinds: tuple[str, ...]
    required: bool = False
    many: bool = False


def _fields(*lines: str) -> tuple[Field, ...]:
    """`name! kinds*`: `!` after the name is required, `*` after the kinds allows several."""
    found = []
    for line in lines:
        name, kinds = line.split(" ", 1)
        alternatives = tuple(kinds.rstrip("*").split("|"))
        found.append(Field(name.rstrip("!"), alternatives, name.endswith("!"), kinds.endswith("*")))
    return tuple(found)


_COMMON: Final = (
    *("@language language", "version text|number", "related iri|object*"),
    "endorsement iri|object*",
)
CLASSES: Final[Mapping[str, tuple[Field, ...]]] = {
    "Assertion": _fields(
        *("id! iri", "recipient! IdentityObject", "badge! iri|BadgeClass"),
        *(
            "verification! VerificationObject",
            "issuedOn! moment",
            "image iri|Image",
            "evidence iri|Evidence*",
            "narrative text",
        ),
        *("expires moment", "revoked boolean", "revocationReason text", *_COMMON),
    ),
    "BadgeClass": _fields(
        *("id! iri", "name! text", "description! text", "image! picture|Image", "criteria! iri|Criteria"),
        *("issuer! iri|Profile", "alignment AlignmentObject*", "tags text*", *_COMMON),
    ),
    "Profile": _fields(
        *("id! iri", "name! text", "url! url", "email! email", "telephone text", "description text"),
        *("image picture|Image", "publicKey iri|CryptographicKey*", "verification Policy"),
        *("revocationList iri|object", *_COMMON),
    ),
    "Endorsement": _fields(
        *("id! iri", "issuer! iri|Profile", "claim! Claim", "issuedOn! moment"),
        *("verification! VerificationObject", "expires moment", "revoked boolean"),
    ),
    "IdentityObject": _fields("identity! text", "type! text", "hashed boolean", "salt text"),
    "VerificationObject": _fields("creator iri|CryptographicKey", "url url"),
    "Policy": _fields("verificationProperty text", "startsWith text*", "allowedOrigins text*"),
    "CryptographicKey": _fields("id iri", "owner iri", "publicKeyPem text"),
    "RevocationList": _fields("id iri", "issuer iri|object", "revokedAssertions iri|object*"),
    "Claim": _fields("id! iri", "endorsementComment text"),
    "Criteria": _fields("id iri", "narrative text"),
    "Image": _fields("id! picture", "caption text"),
    "Evidence": _fields(
        *("id iri", "narrative text", "name text", "description text", "genre text", "audience text"),
    ),
    "AlignmentObject": _fields(
        *("targetName! text", "targetUrl! url", "targetDescription text", "targetFramework text"),
        "targetCode text",
    ),
}
_HASH: Final = re.compile(r"(?i)(md5\$[0-9a-f]{32}|sha256\$[0-9a-f]{64})")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20<>\"]+|_:\S+")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_TAG: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
PRIMITIVES: Final[Mapping[str, tuple[str, Callable[[Json], bool]]]] = {
    "iri": ("an IRI", lambda v: isinstance(v, str) and _IRI.fullmatch(v) is not None and v[:5] != "data:"),
    "picture": ("a URL or data URL", lambda v: isinstance(v, str) and _IRI.fullmatch(v) is not None),
    "url": ("a web address", is_url),
    "email": ("an email address", lambda v: isinstance(v, str) and _EMAIL.fullmatch(v) is not None),
    "text": ("a text", lambda v: isinstance(v, str)),
    "number": ("a number", lambda v: isinstance(v, int | float) and not isinstance(v, bool)),
    "boolean": ("true or false", lambda v: isinstance(v, bool)),
    "object": ("a JSON object", lambda v: isinstance(v, Mapping)),
    "language": ("a language tag", lambda v: isinstance(v, str) and _TAG.fullmatch(v) is not None),
    "moment": ("a date and time with its zone (ISO 8601)", lambda v: moment_of(v) is not None),
}
# Until 1.1 a profile needed neither an address nor a verification of its own, and times no zone.
_OLD: Final = {"email", "verification", "id", "hashed"}
_CONTEXTS: Final = (
    *("openbadges/v1", "openbadges/v2", "openbadgespec.org/v1", "openbadgespec.org/v2"),
    "/spec/ob/v2p",
)


def check(
    document: Mapping[str, Json], kind: Kind, version: str = "2.0", *, embedded: bool = False
) -> list[Problem]:
    """Every problem of an upgraded document of Open Badges, by JSON Pointer; embedded ones included.

    Codes: `badge.required`, `badge.value`, `badge.many`, `badge.type`, `badge.context`, `badge.revoked`,
    `badge.order` (it expires before it was issued) and NO_IMAGE. `version` is that of the document: before
    2.0 fewer members were asked for. A revoked one needs `id` and `revoked` only; an `embedded` one no
    context of its own.
    """
    name = TYPE_NAMES[kind]
    if kind is Kind.ASSERTION and document.get("revoked") is True:
        return list(_members(document, _fields("id! iri", "revocationReason text"), "", version))
    found = [] if embedded else list(_context_problems(document, version))
    found += _type_problems(document, name)
    found += _object(document, name, "", version)
    start, end = (moment_of(document.get(m), zoned=_zoned(version)) for m in ("issuedOn", "expires"))
    if start is not None and end is not None and end < start:
        expected = f"a time after it was issued, {document['issuedOn']}"
        found.append(Problem("/expires", expected, show(document["expires"]), "badge.order"))
    return found


def _zoned(version: str) -> bool:
    return version >= "2"


def _context_problems(document: Mapping[str, Json], version: str) -> Iterator[Problem]:
    """From 1.1 on a document says in which vocabulary it is written; the context may also stand in it."""
    context = document.get("@context")
    if version < "1.1" or isinstance(context, Mapping):
        return
    if not any(part in url for url in contexts_of(document) for part in _CONTEXTS):
        got = show(context) if context is not None else "none"
        yield Problem("/@context", OPEN_BADGES_2_CONTEXT, got, "badge.context")


def _type_problems(document: Mapping[str, Json], name: str) -> Iterator[Problem]:
    """`type` holds the name of the class; others are URLs, or compact IRIs or terms of the context."""
    types = listed(document.get("type"))
    allowed = {"Profile": {"Profile", "Issuer", "IssuerOrg"}}.get(name, {name})
    if not any(isinstance(t, str) and t in allowed for t in types):
        yield Problem("/type", " or ".join(sorted(allowed)), show(document.get("type")), "badge.type")
    terms = _terms(document)
    for position, one in enumerate(types):
        where = f"/type/{position}" if isinstance(document["type"], list) else "/type"
        named = isinstance(one, str) and (terms is None or one in terms or _is_compact(one, terms))
        if not named:
            yield Problem(where, "a URL, or a name that the context defines", show(one), "badge.type")


def _is_compact(name: str, terms: frozenset[str]) -> bool:
    return is_url(name) or (":" in name and (name.partition(":")[0] in terms or name.startswith("urn:")))


def _terms(document: Mapping[str, Json]) -> frozenset[str] | None:
    """The terms of the context; None where a part of it is not at hand."""
    found: set[str] = {"Profile", "Issuer", "IssuerOrg"}
    for entry in listed(document.get("@context")) or [OPEN_BADGES_2_CONTEXT]:
        if isinstance(entry, Mapping):
            found |= entry.keys()
        elif "openbadges/v2" in str(entry) or "openbadgespec.org/v2" in str(entry):
            found |= _open_badges_terms()
        else:
            return None
    return frozenset(found)


@cache
def _open_badges_terms() -> frozenset[str]:
    content = contexts.bundled(OPEN_BADGES_2_CONTEXT) or b"{}"
    return frozenset(strict_json.loads(content)["@context"])


def _object(node: Mapping[str, Json], name: str, where: str, version: str) -> Iterator[Problem]:
    fields = CLASSES[name]
    yield from _members(node, fields, where, version)
    identity = node.get("identity") if name == "IdentityObject" and node.get("hashed") is True else None
    if isinstance(identity, str) and not _HASH.fullmatch(identity):
        expected = "md5$ or sha256$ and a hash in hexadecimal"
        yield Problem(f"{where}/identity", expected, show(identity), "badge.value")
    if name == "VerificationObject":
        modes = {"hosted", "HostedBadge", "signed", "SignedBadge"}
        if not modes.intersection(t for t in listed(node.get("type")) if isinstance(t, str)):
            yield Problem(f"{where}/type", "hosted or signed", show(node.get("type")), "badge.value")
    if name == "Criteria" and not {"id", "narrative"} & node.keys():
        yield Problem(where, "the address of a page, or a narrative", show(dict(node)), "badge.required")


def _members(
    node: Mapping[str, Json], fields: tuple[Field, ...], where: str, version: str
) -> Iterator[Problem]:
    for field in fields:
        value = node.get(field.name)
        if value is None or value == []:
            if field.required and not (version < "2" and field.name in _OLD):
                code = NO_IMAGE if field.name == "image" else "badge.required"
                yield Problem(where, f"a member {show(field.name)}", "none", code)
        elif not isinstance(value, list):
            if not _is_primitive(field, value):
                yield from _value(field, value, where + pointer(field.name), version)
        elif not field.many and len(value) > 1:
            yield Problem(where + pointer(field.name), "one value", f"{len(value)}", "badge.many")
        else:
            for position, item in enumerate(value):
                yield from _value(field, item, f"{where}{pointer(field.name)}/{position}", version)


def _is_primitive(field: Field, value: Json) -> bool:
    """The usual case, before anything is done for the words of a problem."""
    return any(kind in PRIMITIVES and PRIMITIVES[kind][1](value) for kind in field.kinds)


def _value(field: Field, value: Json, where: str, version: str) -> Iterator[Problem]:
    kinds = field.kinds
    for kind in kinds:
        if kind in CLASSES and isinstance(value, Mapping):
            yield from _object(value, kind, where, version)
            return
    if "moment" in kinds and not _zoned(version) and moment_of(value, zoned=False) is not None:
        return
    if _is_primitive(field, value):
        return
    expected = [PRIMITIVES[kind][0] for kind in kinds if kind in PRIMITIVES]
    if any(kind in CLASSES for kind in kinds):
        expected.append("a JSON object")
    yield Problem(where, " or ".join(expected), show(value), "badge.value")
