"""Keys that live elsewhere: a key management service, an HSM. A scheme names the kind, a factory reaches the
key.

    def factory(place: KeyPlace) -> Signer: ...  # insignia.keys.Signer: public_key, sign(data, algorithm)
    register_signer("vault", factory)  # or settings.KEY_SIGNERS = {"vault": "package.module.factory"}

A key's row then has `kms="vault:reference"`. Only the operator and jobs name references, since a reference
leads to a key of the whole instance. What a foreign signer answers is verified by the library before it
leaves.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from insignia.keys import Signer


class KeyUnavailable(RuntimeError):
    """A key cannot be reached: no such scheme, another key than the one that was registered, or no answer."""


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Which key is asked for, and for whom; a factory may refuse by raising KeyUnavailable."""

    reference: str
    algorithm: str
    organisation_id: uuid.UUID
    issuer_id: uuid.UUID


Factory = Callable[[KeyPlace], Signer]
_factories: dict[str, Factory] = {}


def register_signer(scheme: str, factory: Factory) -> None:
    """From now on `scheme:reference` is reached by `factory`. Raises ValueError for a scheme that is none."""
    if not re.fullmatch(r"[a-z][a-z0-9+.-]{0,30}", scheme):
        raise ValueError(f"expected a scheme like 'vault', got {scheme!r}")
    _factories[scheme] = factory


def remote_signer(kms: str, place: KeyPlace) -> Signer:
    """What signs with the key at `scheme:reference`. Raises KeyUnavailable."""
    scheme = kms.partition(":")[0]
    configured: Mapping[str, str] = getattr(settings, "KEY_SIGNERS", {})
    if scheme not in _factories and scheme in configured:
        register_signer(scheme, import_string(configured[scheme]))
    if scheme not in _factories:
        known = ", ".join(sorted({*_factories, *configured})) or "none"
        raise KeyUnavailable(f"expected a registered scheme ({known}) in {kms!r}; see issuers/remote.py")
    return _factories[scheme](place)
