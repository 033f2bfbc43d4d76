"""Addresses that are not written to, known by their blind index only."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Q

from insignia_server.kit import blind, scopes
from insignia_server.mail.models import Suppression, SuppressionReason

_CHUNK = 500  # well under the number of parameters that SQLite takes


def address_index(address: str) -> bytes:
    """The keyed hash by which an address is known here: kit.blind's, of kind `emailAddress`."""
    return blind.index("emailAddress", address)


@scopes.crossing("mail")
def is_suppressed(
    organisation_id: uuid.UUID | None, indexes: Iterable[bytes], *, reminders: bool = False
) -> dict[bytes, SuppressionReason]:
    """Which of many addresses (as `address_index`) this organisation must not write to, and why.

    Who only wants no reminders is in the answer when `reminders` is true. One query for 500 addresses.
    """
    wanted = list(dict.fromkeys(indexes))
    found: dict[bytes, SuppressionReason] = {}
    whose = Q(organisation_id=None) | Q(organisation_id=organisation_id)
    for start in range(0, len(wanted), _CHUNK):
        rows = Suppression.plain.filter(whose, address_index__among=wanted[start : start + _CHUNK])
        for index, reason in rows.values_list("address_index", "reason"):
            if reminders or reason != SuppressionReason.UNSUBSCRIBED:
                found[bytes(index)] = SuppressionReason(reason)
    return found


@scopes.crossing("mail")
def suppress(
    organisation_id: uuid.UUID | None, index: bytes, *, reason: SuppressionReason, now: dt.datetime
) -> None:
    """Write to this address no more. A wish for no reminders gives way to a stronger reason."""
    row, made = Suppression.plain.get_or_create(
        organisation_id=organisation_id, address_index=index, defaults={"reason": reason, "since": now}
    )
    if not made and row.reason == SuppressionReason.UNSUBSCRIBED and reason != row.reason:
        row.reason, row.since = reason, now
        row.save(update_fields=["reason", "since"])


@scopes.crossing("mail")
def lift(organisation_id: uuid.UUID | None, index: bytes) -> bool:
    """Write to this address again: its mailbox works now. True when it was on this organisation's list."""
    return bool(Suppression.plain.filter(organisation_id=organisation_id, address_index=index).delete()[0])
