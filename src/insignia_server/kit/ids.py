"""Keys of rows: UUIDs of version 7 (RFC 9562, 5.7), which sort by the time they were made."""

from __future__ import annotations

import datetime as dt
import uuid

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> uuid.UUID:
    """A new key. 74 of its bits are random, so an address that holds it cannot be guessed."""
    return uuid.UUID(int=_uuid7().int)


def first_key(at: dt.datetime) -> uuid.UUID:
    """The smallest key of an instant: rows made since are found by their key."""
    milliseconds = max(int(at.timestamp() * 1000), 0)
    return uuid.UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62))
