"""Signing keys at rest: kit.sealing with issuer and fragment as context, and sealing all of them anew."""

from __future__ import annotations

import os
from dataclasses import dataclass

from django.conf import settings

from insignia_server.kit import scopes, sealing
from insignia_server.kit.sealing import Random, SealBroken


@dataclass(frozen=True, slots=True)
class Resealing:
    """What `reseal_all` did: how many keys changed their key-encryption key, how many had the first one
    already."""

    changed: int
    unchanged: int

    def __str__(self) -> str:
        return str(self.changed)


def context_of(issuer_id: object, fragment: str) -> str:
    """Whose secret it is: a blob in the row of another key does not open."""
    return f"signing key {issuer_id}#{fragment}"


def seal(plain: bytes, context: str, *, random: Random = os.urandom) -> bytes:
    """The secret under a data key of its own, sealed by the first key-encryption key."""
    return sealing.seal(plain, context=context, random=random)


def unseal(sealed: bytes, context: str) -> bytes:
    """The secret. Raises SealBroken: unknown key-encryption key, changed or moved blob."""
    return sealing.unseal(sealed, context=context)


def reseal(sealed: bytes, context: str, *, random: Random = os.urandom) -> bytes:
    """The same secret sealed by the first key-encryption key; as it is if it was. Raises SealBroken."""
    if sealing.kek_name(sealed) == next(iter(settings.KEY_ENCRYPTION_KEYS)):
        return sealed
    return seal(unseal(sealed, context), context, random=random)


def reseal_all() -> Resealing:
    """Seal every signing key of the instance by the first key-encryption key; then the others can be taken
    away.

    Safe to run again and beside other work: a key that changed meanwhile is left to the next run. Raises
    SealBroken at the end, naming what could not be opened; what could is resealed nevertheless.
    """
    from insignia_server.issuers.models import SigningKey

    changed = unchanged = 0
    failures: list[str] = []
    with scopes.crossing("key-rotation"):
        rows = SigningKey.objects.exclude(sealed=None).only("id", "issuer_id", "fragment", "sealed")
        for key in rows.order_by("id").iterator(chunk_size=500):
            old = bytes(key.sealed or b"")
            context = context_of(key.issuer_id, key.fragment)
            try:
                new = reseal(old, context)
            except SealBroken as error:
                failures.append(f"{context}: {error}")
                continue
            if new == old:
                unchanged += 1
            else:
                changed += SigningKey.objects.filter(pk=key.pk, sealed=old).update(sealed=new)
    if failures:
        shown = "; ".join(failures[:5])
        raise SealBroken(f"{changed} keys were resealed, {len(failures)} could not be opened: {shown}")
    return Resealing(changed, unchanged)
