"""Keys of rows: UUIDs of version 7 (RFC 9562, 5.7), which sort by the time they were made."""

from __future__ import annotations

import uuid

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> uuid.UUID:
    """A new key. 74 of its bits are random, so an address that holds it cannot be guessed."""
    return uuid.UUID(int=_uuid7().int)
