"""What stands in a cell, read for what it means: addresses, names, days, scores, links."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from insignia.credential import instant
from insignia.errors import InsigniaError
from insignia.issuing.drafting import plain_email

MAXIMUM_NAME = 200
MAXIMUM_LINK = 2_000
MAXIMUM_TEXT = 10_000
_EMAIL = re.compile(
    r"(?:[^\s@\"(),:;<>\[\\\]]+|\"[^\"\r\n]+\")@([^\s@\"(),:;<>\[\\\]]+\.[^\s@\"(),:;<>\[\\\]]+)"
)
_PLAIN_EMAIL = re.compile(r"[a-z0-9_%+'-]+(?:\.[a-z0-9_%+'-]+)*@((?:[a-z0-9-]{1,63}\.)+[a-z]{2,20})")
_PLAIN_LINK = re.compile(
    r"https?://(?:[A-Za-z0-9-]+\.)+([A-Za-z]{2,20})(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*)?"
)
_PRIVATE_SUFFIXES = (".localhost", ".local", ".internal")
_NAMED = re.compile(r"[^<>]*<([^<>]+)>")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
_NUMBER = re.compile(r"(-?\d+)(?:[.,](\d+))?\s*%?", re.ASCII)
_MISTYPED = {
    "gmial.com": "gmail.com",
    "gmai.com": "gmail.com",
    "gmail.con": "gmail.com",
    "gmail.co": "gmail.com",
    "hotmial.com": "hotmail.com",
    "hotmail.con": "hotmail.com",
    "yaho.com": "yahoo.com",
    "yahoo.con": "yahoo.com",
    "outlok.com": "outlook.com",
}


class CellError(Exception):
    """A cell that does not hold what it should: `expected`, and a code."""

    def __init__(self, expected: str, code: str) -> None:
        super().__init__(expected)
        self.expected = expected
        self.code = code


def email(text: str) -> str:
    """One email address in lower case, out of `mailto:`, a display name, and spaces of every kind."""
    usual = _PLAIN_EMAIL.fullmatch(text.lower())
    if usual is not None and usual[1] not in _MISTYPED and len(text) <= 254:
        return text.lower()
    named = _NAMED.fullmatch(text.strip())
    plain = plain_email("".join(c for c in (named[1] if named else text) if unicodedata.category(c) != "Cf"))
    if len(re.findall("@", plain)) > 1 and not plain.startswith('"'):
        raise CellError("one email address", "cell.two-emails")
    match = _EMAIL.fullmatch(plain)
    if match is None or len(plain) > 254 or ".." in match[1] or not _is_domain(match[1]):
        raise CellError("an email address such as ann@example.org", "cell.email")
    if match[1] in _MISTYPED:
        raise CellError(
            f"an email address; perhaps {plain.rpartition('@')[0]}@{_MISTYPED[match[1]]}", "cell.email-typo"
        )
    return plain


def _is_domain(domain: str) -> bool:
    try:
        return len(domain.encode("idna")) <= 253
    except UnicodeError:
        return False


def name(text: str) -> str:
    """A person's name, its spaces put in order and invisible characters taken out (NFC)."""
    if (
        text.isascii()
        and text.isprintable()
        and " ".join(text.split()) == text
        and 0 < len(text) <= MAXIMUM_NAME
    ):
        return text
    joiners = "\u200c\u200d"  # they have a meaning in Persian and in Indic scripts
    visible = "".join(
        c for c in text if unicodedata.category(c) not in ("Cf", "Cc") or c in joiners or c.isspace()
    )
    plain = unicodedata.normalize("NFC", " ".join(visible.split()))
    if not plain.strip(joiners + " "):
        raise CellError("a name", "cell.name")
    if len(plain) > MAXIMUM_NAME:
        raise CellError(f"a name of at most {MAXIMUM_NAME} characters", "cell.too-long")
    return plain


def prose(text: str) -> str:
    """A text of several lines; Markdown is allowed, script is not."""
    if len(text) > MAXIMUM_TEXT:
        raise CellError(f"a text of at most {MAXIMUM_TEXT} characters", "cell.too-long")
    if re.search(r"<\s*script|javascript\s*:", text, re.IGNORECASE):
        raise CellError("a text without script", "cell.script")
    return text


def link(text: str) -> str:
    """A web address (http or https) that is not one of a private network."""
    if len(text) > MAXIMUM_LINK:
        raise CellError(f"a link of at most {MAXIMUM_LINK} characters", "cell.too-long")
    usual = _PLAIN_LINK.fullmatch(text)
    if usual is not None and f".{usual[1].lower()}" not in _PRIVATE_SUFFIXES:
        return text
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or re.search(r"[\s<>\"{}|\\^`\x00-\x20]", text):
        raise CellError("a link such as https://example.org/work", "cell.link")
    if _is_private(host):
        raise CellError("a link that others can open", "cell.private-link")
    return text


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith(_PRIVATE_SUFFIXES):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def did(text: str) -> str:
    """A DID. The key inside a did:key must be one."""
    if not re.fullmatch(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]+", text):
        raise CellError("a DID such as did:web:example.org", "cell.did")
    if text.startswith("did:key:"):
        from insignia.keys import PublicKey

        try:
            PublicKey.from_multikey(text.removeprefix("did:key:"))
        except InsigniaError:
            raise CellError("a did:key with a key in it", "cell.did") from None
    return text


def identifier(text: str) -> str:
    """The identifier of a credential: a URI, or a bare UUID."""
    if re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
        return f"urn:uuid:{text.lower()}"
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+", text):
        raise CellError("a URI, or a UUID", "cell.identifier")
    return text


def moment(text: str) -> str:
    """A time with its zone, or a day, which is its midnight UTC. What could be two days is neither."""
    match = _SLASHED.fullmatch(text)
    if match is not None:
        day, month, year = (int(part) for part in match.groups())
        if day <= 12 and month <= 12 and day != month:
            raise CellError("a day that can be told, such as 2026-01-31", "cell.ambiguous-date")
        day, month = (day, month) if month <= 12 else (month, day)
        text = f"{year:04d}-{month:02d}-{day:02d}"
    try:
        if len(text) == 10:
            date.fromisoformat(text)
            return f"{text}T00:00:00Z"
    except ValueError:
        raise CellError("a day of the calendar, such as 2026-01-31", "cell.date") from None
    if instant(text) is None:
        raise CellError("a day such as 2026-01-31, or a time with its zone", "cell.date")
    return text


def number(text: str) -> str:
    """A number with a decimal point or comma, and perhaps a percent sign; written with a point."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise CellError("a number such as 4.5", "cell.number")
    return match[1] + (f".{match[2]}" if match[2] else "")


def result(text: str, description: Mapping[str, Any]) -> str:
    """The value of a result that its description allows: one of the allowed values, or within the bounds."""
    allowed = description.get("allowedValue")
    if isinstance(allowed, list):
        folded = {a.casefold(): a for a in allowed}
        if text.casefold() not in folded:
            raise CellError("one of " + ", ".join(allowed), "cell.result")
        return str(folded[text.casefold()])
    low, high = description.get("valueMin"), description.get("valueMax")
    if low is None and high is None:
        return text
    value = number(text)
    if (low is not None and float(value) < float(number(low))) or (
        high is not None and float(value) > float(number(high))
    ):
        raise CellError(f"a number from {low or '…'} to {high or '…'}", "cell.result")
    return value


def index(text: str) -> str:
    """A position in a status list."""
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise CellError("a position in the status list", "cell.index")
    return str(int(text))
