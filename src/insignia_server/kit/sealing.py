"""Secrets at rest: AES-256-GCM under a key of their own, which a named key-encryption key seals.

Layout: version 1 ‖ length and name of the KEK ‖ 12-byte nonce ‖ sealed data key (48) ‖ 12-byte nonce ‖ sealed
secret. The context (what the secret is for) is authenticated, so that a blob cannot stand in another's place.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = 1
Random = Callable[[int], bytes]


class SealBroken(ValueError):
    """A sealed secret cannot be opened: another key, another context, or changed bytes."""


def seal(
    plain: bytes, *, context: str, keys: Mapping[str, bytes] | None = None, random: Random = os.urandom
) -> bytes:
    """Seal a secret under the first key-encryption key."""
    chosen = settings.KEY_ENCRYPTION_KEYS if keys is None else keys
    name, kek = next(iter(chosen.items()))
    data_key, first, second = random(32), random(12), random(12)
    wrapped = AESGCM(kek).encrypt(first, data_key, f"kek\x00{name}\x00{context}".encode())
    sealed = AESGCM(data_key).encrypt(second, plain, context.encode())
    label = name.encode()
    return bytes([VERSION, len(label)]) + label + first + wrapped + second + sealed


def kek_name(sealed: bytes) -> str:
    """Under which key-encryption key a secret is sealed.

    Raises:
        SealBroken: these are no sealed bytes.
    """
    if len(sealed) < 2 or sealed[0] != VERSION or len(sealed) < 2 + sealed[1] + 12 + 48 + 12 + 16:
        raise SealBroken("not a sealed secret of version 1")
    return sealed[2 : 2 + sealed[1]].decode("utf-8", "replace")


def unseal(sealed: bytes, *, context: str, keys: Mapping[str, bytes] | None = None) -> bytes:
    """Open a secret.

    Raises:
        SealBroken: names the missing key-encryption key, or says that bytes or context are others.
    """
    chosen = settings.KEY_ENCRYPTION_KEYS if keys is None else keys
    name = kek_name(sealed)
    if name not in chosen:
        raise SealBroken(f"sealed under the key-encryption key {name!r}, which is not in KEY_ENCRYPTION_KEYS")
    rest = sealed[2 + sealed[1] :]
    first, wrapped, second, body = rest[:12], rest[12:60], rest[60:72], rest[72:]
    try:
        data_key = AESGCM(chosen[name]).decrypt(first, wrapped, f"kek\x00{name}\x00{context}".encode())
        return AESGCM(data_key).decrypt(second, body, context.encode())
    except InvalidTag:
        raise SealBroken(f"the bytes are not those that were sealed for {context!r}") from None
