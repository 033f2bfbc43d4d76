"""The job that goes on with an erasure: step by step, in small transactions, from where it stands."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from insignia_server.awarding.batches.forgetting import BUSY, Found, Matcher, forget_in_batch, look
from insignia_server.awarding.erasing import STEPS, Known, counted
from insignia_server.awarding.erasing_rows import CHUNK, erase_awards, erase_claims
from insignia_server.awarding.models import Award, Batch, Erasure, ErasureState
from insignia_server.credentials.subject import EMAIL
from insignia_server.kit.jobs import Running
from insignia_server.mail.models import Message
from insignia_server.mail.services import forget_messages
from insignia_server.organisations.models import (
    AbuseReport,
    FoundingInvitation,
    GroupMember,
    Invitation,
)

WINDOW: Final = 5_000  # rows looked through in one transaction, where no index knows the address
TURNS: Final = 200  # of one job, before another one goes on
AGAIN: Final = dt.timedelta(minutes=1)


def run(running: Running, *, erasure: uuid.UUID) -> bool:
    """Go on with an erasure; True when it is done. Needs the organisation's scope, or the crossing."""
    from insignia_server.awarding import jobs

    row = Erasure.objects.filter(pk=erasure, state=ErasureState.RUNNING).first()
    if row is None:
        return False
    work = _Work(row, running)
    for _turn in range(TURNS):
        if row.step not in STEPS:
            break
        work.turn()
    after = None
    if row.step not in STEPS:
        if not row.waits:
            work.finish(timezone.now())
            return True
        work.once_more()
        after = timezone.now() + AGAIN
    organisation = str(row.organisation_id) if row.organisation_id else ""
    jobs.erase_learner.enqueue(after=after, erasure=str(row.pk), organisation=organisation)
    return False


class _Work:
    """One erasure, for one job. Each turn is one transaction that also moves the cursor on."""

    def __init__(self, row: Erasure, running: Running) -> None:
        self.row, self.running = row, running
        self.known = Known.of(row)
        self.matcher = Matcher(self.known.values)
        self.steps: dict[str, Callable[[], bool]] = {
            "awards": self.awards,
            "delivered": self.delivered,
            "claims": self.claims,
            "roster": self.roster,
            "batches": self.batches,
            "messages": self.messages,
        }

    def turn(self) -> None:
        """Some rows of the step; on to the next step when nothing of it is left."""
        found = self._look() if self.row.step == "batches" else None
        with transaction.atomic():
            self.running.check()
            going_on = self._batch(*found) if found else self.steps[self.row.step]()
            if not going_on:
                self._next()
            self._keep()

    def _next(self) -> None:
        place = STEPS.index(self.row.step) + 1
        self.row.step, self.row.cursor = (STEPS[place] if place < len(STEPS) else ""), None

    def _keep(self) -> None:
        self.row.known = self.known.to_json()
        self.row.save(update_fields=["known", "step", "cursor", "waits", "counts"])

    def _count(self, name: str, more: int) -> None:
        self.row.counts = counted(self.row.counts, name, more)

    def once_more(self) -> None:
        """From the beginning: a batch was being signed meanwhile."""
        with transaction.atomic():
            self.running.check()
            self.row.step, self.row.cursor, self.row.waits = STEPS[0], None, False
            self._keep()

    def finish(self, now: dt.datetime) -> None:
        """What it looked for is forgotten too."""
        with transaction.atomic():
            self.running.check()
            self.row.known, self.row.state, self.row.finished_at = {}, ErasureState.DONE, now
            self.row.save(update_fields=["known", "state", "finished_at"])

    def awards(self) -> bool:
        """What the person was known to hold, then whatever else is found by the blind index."""
        keys = [uuid.UUID(key) for key in self.known.awards[:CHUNK]]
        self.known.awards = self.known.awards[CHUNK:]
        if not keys:
            found = self._nobodys(Award.objects.filter(blind_index__in=self.known.indexes))
            keys = list(found.exclude(identifier="").order_by("pk").values_list("pk", flat=True)[:CHUNK])
            self._count("awards", len(keys))
        if not keys:
            return False
        self.known.came_from(erase_awards(keys, revoke=self.row.revoke, now=timezone.now()))
        return True

    def _nobodys(self, rows: Any) -> Any:
        """After an account is gone, somebody may have proved the address anew: what is theirs stays."""
        return rows if self.row.organisation_id else rows.filter(person=None)

    def delivered(self) -> bool:
        """Awards to another identifier whose mail went to the person's address: by a number of theirs they
        are the person's; by another address only the place of delivery goes."""
        rows, more = self._window(Award.objects.all())
        rows = rows.filter(email__in=self.known.addresses).exclude(identifier="")
        theirs = list(rows.filter(person=None).exclude(identifier_kind=EMAIL).values_list("pk", flat=True))
        self._count("awards", len(theirs))
        self.known.came_from(erase_awards(theirs, revoke=self.row.revoke, now=timezone.now()))
        rows.update(email="")
        return more

    def claims(self) -> bool:
        """Requests that came since."""
        nobodys = Q() if self.row.organisation_id else Q(person=None)
        found = erase_claims(Q(blind_index__in=self.known.indexes) & nobodys)
        self._count("claims", found)
        return found > 0

    def roster(self) -> bool:
        """Rosters of groups and invitations; and, of a person who leaves, what the operator has."""
        addresses = self.known.addresses
        for address in addresses:
            self._count("roster", GroupMember.objects.filter(email__iexact=address).delete()[0])
            Invitation.objects.filter(email__iexact=address).delete()
            if self.row.organisation_id is None:
                FoundingInvitation.objects.filter(email__iexact=address).delete()
                AbuseReport.objects.filter(reporter__iexact=address).update(reporter="")
        return False

    def batches(self) -> bool:
        """After the last batch."""
        self._drop_files()
        return False

    def _look(self) -> tuple[uuid.UUID, Found | None] | None:
        """The next batch, read before the transaction; None in its place when it is busy."""
        rows = Batch.objects.order_by("pk")
        if not self.known.values:
            rows = rows.filter(pk__in=[uuid.UUID(key) for key in self.known.lines])
        batch = (rows.filter(pk__gt=self.row.cursor) if self.row.cursor else rows).first()
        if batch is None:
            return None
        if batch.state in BUSY:
            return batch.pk, None
        return batch.pk, look(batch, self.matcher, self.known.lines.get(str(batch.pk), ()))

    def _batch(self, key: uuid.UUID, found: Found | None) -> bool:
        """Its chunks, what it quotes, its file. The old file is deleted in the next turn, when its name is
        written down, so that a killed worker leaves none behind."""
        self._drop_files()
        done = forget_in_batch(key, self.matcher, found) if found else None
        if done is None:
            self.row.waits = True
        else:
            count, old = done
            self._count("rows", count)
            self.known.files += old
        self.row.cursor = key
        return True

    def _drop_files(self) -> None:
        for name in self.known.files:
            default_storage.delete(name)
        self.known.files = []

    def messages(self) -> bool:
        """Mails to the person's addresses, whatever they are about."""
        rows, more = self._window(Message.objects.all())
        keys = list(rows.filter(to_address__in=self.known.addresses).values_list("pk", flat=True))
        self._count("messages", forget_messages(keys))
        return more

    def _window(self, rows: Any) -> tuple[Any, bool]:
        """The rows after the cursor, so many that one transaction looks through them; whether more follow."""
        begun = rows.filter(pk__gt=self.row.cursor) if self.row.cursor else rows
        last = begun.order_by("pk").values_list("pk", flat=True)[WINDOW - 1 : WINDOW].first()
        self.row.cursor = last
        return (begun.filter(pk__lte=last) if last else begun), last is not None
