"""Rows by key, in the scope of the client's organisation."""

from __future__ import annotations

import uuid
from typing import Any

from insignia_server.kit.errors import NotHere


def row(queryset: Any, key: uuid.UUID) -> Any:
    """The row of this key.

    Raises:
        NotHere: none in this organisation; a foreign one looks the same.
    """
    found = queryset.filter(pk=key).first()
    if found is None:
        raise NotHere
    return found
