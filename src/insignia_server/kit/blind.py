"""Blind indexes: how a row is found by an address without the address being readable in the index."""

from __future__ import annotations

import hashlib
import hmac

import idna
from django.conf import settings


def normal_email(address: str) -> str:
    """The form in which two spellings of one address are equal: trimmed, lower case, domain in IDNA."""
    local, _, domain = address.strip().rpartition("@")
    return f"{local.lower()}@{_ascii(domain)}"


def _ascii(domain: str) -> str:
    """UTS 46, non-transitional: IDNA 2003 would give the mail of straße.example to strasse.example."""
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True, transitional=False).decode()
    except (idna.IDNAError, UnicodeError):
        return domain.lower()


def index(kind: str, value: str) -> bytes:
    """32 bytes for an identifier of a kind (`emailAddress`, `did`, …), keyed with BLIND_INDEX_KEY."""
    normal = normal_email(value) if kind == "emailAddress" else value.strip()
    return hmac.digest(settings.BLIND_INDEX_KEY, f"{kind}\x00{normal}".encode(), hashlib.sha256)
