"""Links to evidence, and texts: what a stranger can open and read without harm."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from insignia_server.awarding.sheets.characters import trim
from insignia_server.awarding.sheets.exports import formula
from insignia_server.awarding.sheets.model import Finding, finding, visible

_PLAIN: Final = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63})(?::\d{1,4})?(?:[/?#][^\s<>\"{}|\\^`]*)?"
)
_NO_SCHEME: Final = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}(?::\d{1,5})?(?:[/?#]\S*)?", re.IGNORECASE)
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]{1,30}):", re.IGNORECASE)
_PRIVATE_ENDINGS: Final = frozenset(
    {"local", "localhost", "internal", "intranet", "lan", "home", "corp", "localdomain"}
)
_NUMBER: Final = re.compile(r"0x[0-9a-f]*|\d+", re.IGNORECASE)

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TAG: Final = re.compile(r"<\s*/?[a-z!](?![^<>]*://)(?![^<>\s]*@)[^<>]*>?", re.IGNORECASE)
_SCRIPT: Final = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|svg|math|style|link|meta|form|base|frame)\b"
    r"|<[^<>]*\bon[a-z]+\s*=|(?:javascript|vbscript)\s*:|data:text/html",
    re.IGNORECASE,
)


class LinkCheck:
    """Checks one cell with links, divided by spaces or line breaks. Nothing is looked up or fetched."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    def __call__(self, text: str) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
        """The links, and what is to be said about the cell."""
        plain = _PLAIN.fullmatch(text)
        if plain and len(text) <= self._limit and plain[1] not in _PRIVATE_ENDINGS:
            return (text,), ()
        links = [link for part in text.split() if (link := trim(part).strip(",;|"))]
        found = [problem for link in links if (problem := self._problem(link)) is not None]
        return tuple(links), tuple(found)

    def _problem(self, link: str) -> Finding | None:
        shown = visible(link)
        if len(link) > self._limit:
            return finding("link.too-long", visible(link, 120), limit=self._limit, length=len(link))
        if link.startswith("//") or (not _SCHEME.match(link) and _NO_SCHEME.fullmatch(link)):
            return finding("link.no-scheme", shown, "https://" + link.lstrip("/"))
        if _NO_SCHEME.fullmatch(link):  # www.example.org:8443/x
            return finding("link.no-scheme", shown, "https://" + link)
        scheme = _SCHEME.match(link)
        if scheme and scheme[1].lower() not in ("http", "https"):
            return finding("link.scheme", shown)
        try:
            parts = urlsplit(link)
            host, port = parts.hostname, parts.port
        except ValueError:
            return finding("link.invalid", shown)
        if not scheme or not host or port == 0 or re.search(r"[<>\"{}|\\^`\x00-\x20\x7f]", link):
            return finding("link.invalid", shown)
        if parts.username is not None or parts.password is not None:
            return finding("link.credentials", shown)
        if _address(host) is None and _NUMBER.fullmatch(host.rpartition(".")[2]):
            return finding("link.invalid", shown)  # browsers take it for an address that is none
        return finding("link.private", shown) if is_private(host) else None


def _is_plain(text: str) -> bool:
    if "<" in text or (not text.isprintable() and _CONTROL.search(text)):
        return False
    lowered = text.lower() if ":" in text else ""
    return "script" not in lowered and "data:text" not in lowered


def is_private(host: str) -> bool:
    """Whether a literal address or a name without a public ending stands there; names are not looked up."""
    host = host.rstrip(".").lower()
    address = _address(host)
    if address is not None:
        mapped = getattr(address, "ipv4_mapped", None) or address
        return not mapped.is_global or mapped.is_multicast
    return "." not in host or host.rpartition(".")[2] in _PRIVATE_ENDINGS or host.endswith(".home.arpa")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Also the forms that browsers read: 127.1, 0x7f000001, 2130706433, 0177.0.0.1."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    parts = host.split(".")
    if not 1 <= len(parts) <= 4 or not all(map(_NUMBER.fullmatch, parts)):
        return None
    try:
        numbers = [_part(part) for part in parts]
    except ValueError:
        return None
    *heads, last = numbers
    if any(number > 255 for number in heads) or last >= 256 ** (5 - len(parts)):
        return None
    value = last + sum(number << (24 - 8 * place) for place, number in enumerate(heads))
    return ipaddress.IPv4Address(value)


def _part(text: str) -> int:
    if text[:2].lower() == "0x":
        return int(text[2:] or "0", 16)
    return int(text, 8) if text.startswith("0") and text != "0" else int(text)


class TextCheck:
    """Checks one cell with a narrative in Markdown."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    def __call__(self, text: str) -> tuple[str, tuple[Finding, ...]]:
        """The text without spaces around it, and what is to be said about the cell."""
        bare = trim(text)
        if not bare:
            return "", ()
        if len(bare) <= self._limit and bare[0] not in "=+-@" and _is_plain(bare):
            return bare, ()
        return bare, tuple(self._remarks(bare))

    def _remarks(self, text: str) -> list[Finding]:
        shown = visible(text)
        found = []
        if len(text) > self._limit:
            short = visible(text, 120)
            found.append(finding("text.too-long", short, limit=self._limit, length=len(text)))
        if _CONTROL.search(text):
            found.append(finding("text.control", shown))
        if _SCRIPT.search(text):
            found.append(finding("text.script", shown))
        elif _TAG.search(text):
            found.append(finding("text.html", shown))
        if formula(text):
            found.append(finding("cell.formula", shown))
        return found
