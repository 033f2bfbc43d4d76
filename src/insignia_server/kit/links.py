"""Addresses that somebody else wrote: shown as a link only where following it can do no harm."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

SCHEMES: Final = ("http", "https", "mailto")
# Browsers drop tabs and line ends within an address, controls and spaces around it (WHATWG URL, 4.4).
_ODD: Final = re.compile(r"[\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff\\]")


def safe(address: object) -> str:
    """The address if it is a whole http, https or mailto address without odd characters, otherwise ""."""
    text = address if isinstance(address, str) else ""
    if not text or _ODD.search(text):
        return ""
    try:
        parts = urlsplit(text)
        hosted = bool(parts.hostname)
    except ValueError:
        return ""
    if parts.scheme not in SCHEMES:
        return ""
    good = bool(parts.path) if parts.scheme == "mailto" else hosted
    return text if good else ""
