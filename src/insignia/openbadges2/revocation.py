"""Revocation lists: of 2.0 (`revokedAssertions`) and of 1.x (an object from `uid` to the reason)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from insignia.errors import ParseError, show
from insignia.openbadges2.reading import listed

Json = Any
_MOST = 1_000_000
_MEMBERS = frozenset({"@context", "id", "type", "issuer"})


@dataclass(frozen=True, slots=True)
class Revoked:
    """An entry of the list; `reason` is empty when the issuer gives none."""

    reason: str = ""


def look_up(revocations: Json, assertion: Mapping[str, Json]) -> Revoked | None:
    """The entry for a badge, by its `id` or, where it has one, its `uid`; None where there is none.

    Raises ParseError (`revocation.list`) when it is no list of either kind.
    """
    names = {v for v in (assertion.get("id"), assertion.get("uid")) if isinstance(v, str) and v}
    if not isinstance(revocations, Mapping):
        _refuse("a revocation list", revocations)
    if "revokedAssertions" not in revocations:
        if "type" in revocations or "@context" in revocations:
            _refuse("a member revokedAssertions", dict(revocations))
        return _from_object(revocations, names)
    entries = listed(revocations["revokedAssertions"])
    if len(entries) > _MOST:
        _refuse(f"at most {_MOST} entries", len(entries))
    for entry in entries:
        if isinstance(entry, str):
            if entry in names:
                return Revoked()
        elif isinstance(entry, dict):
            name, uid = entry.get("id"), entry.get("uid")
            named = (isinstance(name, str) and name in names) or (isinstance(uid, str) and uid in names)
            if named and entry.get("revoked", True) is not False:
                return Revoked(_text(entry.get("revocationReason")))
        else:
            _refuse("an id, or an object with one", entry)
    return None


def _from_object(revocations: Mapping[str, Json], names: set[str]) -> Revoked | None:
    for name in names - _MEMBERS:
        if name in revocations and revocations[name] is not False:
            return Revoked(_text(revocations[name]))
    return None


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _refuse(expected: str, got: Json) -> NoReturn:
    raise ParseError.at("", expected=expected, got=show(got), code="revocation.list")
