"""Signed tokens that name a message: in its return address, and in the link of its button.

Nothing is stored for them: a token is the message's key and a keyed hash of it. Who holds one mail can forge
an outcome of that mail only. A token of one purpose is not accepted for the other.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import uuid
from collections.abc import Iterator
from typing import Final, Literal

from django.conf import settings
from django.utils.crypto import salted_hmac

Purpose = Literal["return", "link"]

_SIGNATURE_BYTES: Final = 10
_RETURN_LENGTH: Final = (
    42  # 26 bytes in base32 without padding; `bounce+` before it keeps the local part under 64
)
RETURN_PATTERN: Final = rf"[A-Za-z2-7]{{{_RETURN_LENGTH}}}"


def return_token(message_id: uuid.UUID) -> str:
    """For addresses and Message-IDs: lower case and digits only, since mail servers may change the case."""
    return base64.b32encode(_signed(message_id, "return")).decode().rstrip("=").lower()


def link_token(message_id: uuid.UUID) -> str:
    """For the query of a link: base64url."""
    return base64.urlsafe_b64encode(_signed(message_id, "link")).decode().rstrip("=")


def read_return_token(token: str) -> uuid.UUID | None:
    """The message that a return address names, or None when the token was not made here."""
    if not re.fullmatch(RETURN_PATTERN, token):
        return None
    try:
        return _checked(base64.b32decode(token.upper() + "=" * (-len(token) % 8)), "return")
    except binascii.Error:  # pragma: no cover (the pattern leaves base32 only)
        return None


def read_link_token(token: str) -> uuid.UUID | None:
    """The message that a link names, or None when the token was not made here."""
    if len(token) != 35 or not token.isascii():
        return None
    try:
        return _checked(base64.b64decode(token + "=", altchars=b"-_", validate=True), "link")
    except binascii.Error:
        return None


def return_tokens_in(text: str) -> Iterator[uuid.UUID]:
    """Every message named by a return address or Message-ID of ours that occurs in a text."""
    for found in re.finditer(rf"(?:\bbounce\+|\bm\.)({RETURN_PATTERN})@", text, re.IGNORECASE):
        key = read_return_token(found[1])
        if key is not None:
            yield key


def _signed(message_id: uuid.UUID, purpose: Purpose) -> bytes:
    return message_id.bytes + _signature(message_id.bytes, purpose, settings.SECRET_KEY)


def _signature(key: bytes, purpose: Purpose, secret: str) -> bytes:
    made = salted_hmac(f"insignia_server.mail.{purpose}", key, secret=secret, algorithm="sha256")
    return made.digest()[:_SIGNATURE_BYTES]


def _checked(content: bytes, purpose: Purpose) -> uuid.UUID | None:
    key, signature = content[:16], content[16:]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if hmac.compare_digest(_signature(key, purpose, secret), signature):
            return uuid.UUID(bytes=key)
    return None
