"""Rows by key, in the scope of the client's organisation."""

from __future__ import annotations

import uuid
from typing import Any

from insignia_server.api.problems import nothing_named
from insignia_server.kit.errors import NotHere


def row(queryset: Any, key: uuid.UUID, *, field: str = "") -> Any:
    """The row of this key. `field`: where in the body the key stands; the address is not wrong then.

    Raises:
        NotHere: none in this organisation; a foreign one looks the same.
        Problem: the same for a `field`, which it names.
    """
    found = queryset.filter(pk=key).first()
    if found is None:
        raise nothing_named(field, key) if field else NotHere
    return found
