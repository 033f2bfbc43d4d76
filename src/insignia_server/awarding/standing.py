"""`Award.shown`, the state that lists go by, follows the credential and the time."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.db.models import OuterRef, Subquery

from insignia_server.awarding.models import Award
from insignia_server.awarding.querysets import EXPIRED, VALID
from insignia_server.credentials.models import Credential
from insignia_server.kit.jobs import Running

CHUNK: Final = 1_000  # marking so many takes about 50 ms on SQLite


def follow(keys: Iterable[uuid.UUID]) -> None:
    """After the state of these credentials changed, in the same transaction. What was undone stays so.

    A date that has passed is seen by the job (`mark_expired`).
    """
    state = Credential.objects.filter(pk=OuterRef("credential_id")).values("state")[:1]
    Award.objects.not_undone().filter(pk__among=list(keys)).update(shown=Subquery(state))


def mark_expired(running: Running, *, now: dt.datetime) -> int:
    """What is over since the last time, in all organisations; how many."""
    count = 0
    while True:
        with transaction.atomic():
            running.check()
            over = Award.objects.filter(shown=VALID, valid_until__lte=now).order_by("valid_until")
            # What somebody changes just now comes next time: who waits for nothing cannot deadlock.
            free = over.select_for_update(skip_locked=True, no_key=True)
            keys = list(free.values_list("pk", flat=True)[:CHUNK])
            marked: int = Award.objects.filter(pk__among=keys, shown=VALID).update(shown=EXPIRED)
        count += marked
        if len(keys) < CHUNK:
            return count
