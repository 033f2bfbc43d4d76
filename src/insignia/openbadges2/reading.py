"""Documents of Open Badges 0.5 to 2.1, brought into the shape of 2.0. Nothing here is verified."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from insignia.credential import Kind

Json = Any
# What a document is called in `type`, by its kind.
TYPE_NAMES: Final = {
    Kind.ASSERTION: "Assertion",
    Kind.BADGE_CLASS: "BadgeClass",
    Kind.ISSUER_PROFILE: "Profile",
    Kind.BADGE_ENDORSEMENT: "Endorsement",
}
_ALIGNMENT: Final = {"name": "targetName", "url": "targetUrl", "description": "targetDescription"}
_IDENTITY_TYPES: Final = {"email": "emailAddress", "mbox": "emailAddress", "url": "ext:url", "id": "ext:id"}
_PORTS: Final = {"http": 80, "https": 443}


def upgraded(document: Mapping[str, Json], kind: Kind, *, url: str | None = None) -> dict[str, Json]:
    """The document with the members of Open Badges 2.0 ('From 1.1 to 2.0'); what it knows already stays.

    `url` is where it was found: until 1.0 that was all that identified a document.
    """
    found = {name: value for name, value in document.items() if value is not None}
    if kind is Kind.ASSERTION:
        _upgrade_assertion(found)
    for name, inner in (("badge", Kind.BADGE_CLASS), ("issuer", Kind.ISSUER_PROFILE)):
        if isinstance(found.get(name), Mapping):
            found[name] = upgraded(found[name], inner)
    if kind is Kind.BADGE_CLASS and "alignment" in found:
        found["alignment"] = [_alignment(entry) for entry in listed(found["alignment"])]
    if kind is Kind.ISSUER_PROFILE:
        for old, new in (("contact", "email"), ("origin", "url")):
            if old in found and new not in found:
                found[new] = found.pop(old)
    if "verify" in found:  # an alias in the context of 2.0, and the name before it
        found.setdefault("verification", found.pop("verify"))
    if "id" not in found and (here := url or hosted_at(found)) is not None:
        found["id"] = here
    if "type" not in found:
        found["type"] = TYPE_NAMES[kind]
    return found


def _upgrade_assertion(found: dict[str, Json]) -> None:
    if "issued_on" in found:
        found.setdefault("issuedOn", found.pop("issued_on"))
    for name in ("issuedOn", "expires"):
        if name in found and (moment := _old_moment(found[name])) is not None:
            found[name] = moment
    recipient = found.get("recipient")
    if isinstance(recipient, str):  # 0.5: an email address or its hash
        found["recipient"] = {"type": "email", "hashed": "@" not in recipient, "identity": recipient}
        if "salt" in found:
            found["recipient"]["salt"] = found.pop("salt")
        found.setdefault("verification", {"type": "hosted"})


def _old_moment(value: Json) -> str | None:
    """1.x allowed Unix time and days; None for what needs no change."""
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, UTC).isoformat().replace("+00:00", "Z")
        except (OverflowError, ValueError, OSError):
            return None
    return None


def _alignment(entry: Json) -> Json:
    if not isinstance(entry, Mapping):
        return entry
    renamed = {_ALIGNMENT.get(k, k): v for k, v in entry.items() if _ALIGNMENT.get(k) not in entry}
    return dict(renamed)


def moment_of(value: Json, *, zoned: bool = True) -> datetime | None:
    """The moment of an ISO 8601 date and time with its zone; None for anything else.

    Before 2.0 a day and a time without zone were allowed: with `zoned` false they are read as UTC.
    """
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(value.replace("z", "Z"))
    except ValueError:
        return None
    if found.tzinfo is not None:
        return found
    return None if zoned else found.replace(tzinfo=UTC)


def hosted_at(document: Mapping[str, Json]) -> str | None:
    """Where a hosted badge is published: `verification.url` in 1.x, else its `id` when that is a URL."""
    verification = document.get("verification", document.get("verify"))
    url = verification.get("url") if isinstance(verification, Mapping) else None
    if is_url(url) and declared_mode(document) == "hosted":
        return str(url)
    return str(document["id"]) if is_url(document.get("id")) else None


def declared_mode(document: Mapping[str, Json]) -> str:
    """`hosted` or `signed`, as its VerificationObject says; empty where it says neither."""
    verification = document.get("verification", document.get("verify"))
    types = listed(verification.get("type")) if isinstance(verification, Mapping) else []
    if types and set(types) <= {"hosted", "HostedBadge"}:
        return "hosted"
    return "signed" if types and set(types) <= {"signed", "SignedBadge"} else ""


def is_url(value: Json) -> bool:
    """Whether a value is an http or https URL."""
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def host_of(url: str) -> str:
    """Host and port of a URL, the usual port of its scheme left out; empty when it has none."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    return host if port in (None, _PORTS.get(parts.scheme)) else f"{host}:{port}"


def same_address(one: Json, other: Json) -> bool:
    """Whether two URLs are the same but for http and https, which issuers mix."""
    if not (is_url(one) and is_url(other)):
        return bool(one == other)
    return str(one).partition("://")[2] == str(other).partition("://")[2]


def listed(value: Json) -> list[Json]:
    """A JSON-LD value as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def id_of(value: Json) -> str:
    """The id of an object, or the string that stands for it; empty when there is none."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) else ""


def identity_type(value: Json) -> str:
    """The IdentifierTypeEnum value of Open Badges 3.0 for the `type` of a recipient."""
    name = value if isinstance(value, str) else ""
    return _IDENTITY_TYPES.get(name.rpartition("/")[2].rpartition(":")[2], f"ext:{name or 'unknown'}")
