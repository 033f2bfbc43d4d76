"""Whom a badge of Open Badges 1.x or 2.x was given to (IdentityObject)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from insignia.openbadges2.reading import identity_type
from insignia.profile import IdentityObject

Json = Any


def identity(recipient: Json) -> IdentityObject | None:
    """The recipient as the IdentityObject of Open Badges 3.0, which compares the same way: `sha256` or `md5`
    of identifier and salt, hexadecimal digits in either case; an email address as written and in lower case.

    None where there is none to compare with. A missing `hashed` is told from the value.
    """
    if not isinstance(recipient, Mapping) or not isinstance(recipient.get("identity"), str):
        return None
    value, salt, hashed = recipient["identity"], recipient.get("salt"), recipient.get("hashed")
    if not isinstance(hashed, bool):
        hashed = value.startswith(("sha256$", "md5$"))
    return IdentityObject(
        json=recipient,
        type="IdentityObject",
        hashed=hashed,
        identity_hash=value,
        identity_type=identity_type(recipient.get("type")),
        salt=salt if isinstance(salt, str) else None,
    )
