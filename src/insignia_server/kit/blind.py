"""Blind indexes: how a row is found by an address without the address being readable in the index."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def normal_email(address: str) -> str:
    """The form in which two spellings of one address are equal: trimmed, lower case, domain in IDNA."""
    local, _, domain = address.strip().rpartition("@")
    try:
        domain = domain.lower().encode("idna").decode()
    except UnicodeError:
        domain = domain.lower()
    return f"{local.lower()}@{domain}"


def index(kind: str, value: str) -> bytes:
    """32 bytes for an identifier of a kind (`emailAddress`, `did`, …), keyed with BLIND_INDEX_KEY."""
    normal = normal_email(value) if kind == "emailAddress" else value.strip()
    return hmac.digest(settings.BLIND_INDEX_KEY, f"{kind}\x00{normal}".encode(), hashlib.sha256)
