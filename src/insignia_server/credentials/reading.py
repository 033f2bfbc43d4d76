"""What the public may read: the stored bytes, by key, in whatever scope the caller opened."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from insignia_server.credentials import status
from insignia_server.credentials.document import OB_JWT
from insignia_server.credentials.models import Credential, VisitorView
from insignia_server.kit.compiled import Compiled

_PATH: Final = re.compile(r"/(status|credentials|refresh)/([0-9a-f-]{36})\.(json|jwt)", re.ASCII)
_CHAIN_LIMIT: Final = 100
JWT_SUITES: Final = frozenset({OB_JWT, "vc-jwt"})


@dataclass(frozen=True, slots=True)
class Served:
    """Bytes as they were signed, what they are, and the ETag that follows from them. Of a credential whose
    learner was erased, no bytes are left."""

    content: bytes
    etag: str
    is_jwt: bool = False


def visible() -> QuerySet[Credential]:
    """The credentials whose learner does not keep them private. One without an award came over the VC-API."""
    found: QuerySet[Credential] = Credential.objects.filter(
        Q(award__isnull=True) | ~Q(award__visibility=VisitorView.PRIVATE)
    )
    return found


_SIGNED: Final = Compiled(lambda key: visible().filter(pk=key).values_list("content", "digest", "suite"))
_NEWEST: Final = Compiled(
    lambda key: visible().filter(pk=key).values_list("superseded_by", "content", "digest", "suite")
)


def signed(key: uuid.UUID) -> Served | None:
    """The bytes of a visible credential; None when there is none. One query."""
    row = _SIGNED.first(key)
    return None if row is None else Served(bytes(row[0]), bytes(row[1]).hex(), row[2] in JWT_SUITES)


def newest(key: uuid.UUID) -> Served | None:
    """The newest credential of the chain that begins here; None when the first or the newest is not visible.

    A query for each link: almost always there is none, then it is one query.
    """
    for _ in range(_CHAIN_LIMIT):
        row = _NEWEST.first(key)
        if row is None:
            return None
        if row[0] is None:
            return Served(bytes(row[1]), bytes(row[2]).hex(), row[3] in JWT_SUITES)
        key = row[0]
    return None


def status_list(key: uuid.UUID) -> Served | None:
    """A published status list; None when there is none. One query."""
    found = status.published(key)
    return None if found is None else Served(*found)


_READERS: Final[dict[str, Callable[[uuid.UUID], Served | None]]] = {
    "status": status_list,
    "credentials": signed,
    "refresh": newest,
}


def local(path: str) -> bytes | None:
    """The document at a path of this instance (issuers.resolver asks); None where nothing is."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    try:
        key = uuid.UUID(match[2])
    except ValueError:
        return None
    found = _READERS[match[1]](key)
    if found is None or not found.content:
        return None
    if match[1] == "credentials" and found.is_jwt != (match[3] == "jwt"):
        return None
    return found.content
