"""Undoing a batch, chunk by chunk: one transaction revokes, withdraws messages, marks awards and counts."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from insignia_server.audit import services as audit
from insignia_server.awarding.batches.chunks import ISSUED, UNDONE, outcomes_of
from insignia_server.awarding.models import Award, AwardState, Batch, BatchChunk, BatchState
from insignia_server.awarding.querysets import UNDONE as SHOWN_UNDONE
from insignia_server.credentials import services as credentials
from insignia_server.credentials.models import Credential
from insignia_server.kit.jobs import Running
from insignia_server.mail.services import withdraw
from insignia_server.organisations.actors import job_actor
from insignia_server.webhooks import services as webhooks


def undo_range(running: Running, *, batch_id: uuid.UUID, first: int, last: int, now: dt.datetime) -> int:
    """Undo the chunks `first` to `last`; how many awards were taken back. Needs the organisation's scope."""
    batch = Batch.objects.filter(pk=batch_id, state=BatchState.UNDOING).first()
    if batch is None:
        return 0
    chunks = BatchChunk.objects.filter(batch=batch, number__gte=first, number__lte=last).exclude(state=UNDONE)
    keys = list(chunks.order_by("number").values_list("pk", flat=True))
    return sum(_undo(running, batch, key, now) for key in keys)


def _undo(running: Running, batch: Batch, key: uuid.UUID, now: dt.datetime) -> int:
    by = job_actor(batch.organisation_id, label="batch")
    with transaction.atomic():
        running.check()
        chunk = BatchChunk.objects.get(pk=key)
        if not BatchChunk.objects.filter(pk=key).exclude(state=UNDONE).update(state=UNDONE):
            return 0
        issued = [uuid.UUID(one.award) for one in outcomes_of(chunk.outcomes) if one.state == ISSUED]
        everything = [*issued, *_corrections(issued)]
        credentials.revoke_many(
            by=by, credentials=everything, reason=batch.undo_reason, now=now, publish=False
        )
        withdraw("award", [str(one) for one in everything])
        Award.objects.filter(pk__in=everything).update(
            state=AwardState.UNDONE,
            shown=SHOWN_UNDONE,
            idempotency_key=Concat(Value("undone:"), Cast("pk", CharField())),
        )
        counted: Any = Batch.objects.filter(pk=batch.pk, state=BatchState.UNDOING)
        counted.update(undone=F("undone") + len(issued), chunks_done=F("chunks_done") + 1)
        _finish(batch, by)
    return len(issued)


def _corrections(keys: list[uuid.UUID]) -> list[uuid.UUID]:
    """What superseded these credentials since, and what superseded that."""
    found: list[uuid.UUID] = []
    while keys:
        rows = Credential.objects.filter(pk__in=keys, superseded_by__isnull=False)
        keys = list(rows.values_list("superseded_by_id", flat=True))
        found += keys
    return found


def _finish(batch: Batch, by: Any) -> None:
    last = Batch.objects.filter(pk=batch.pk, state=BatchState.UNDOING, chunks_done__gte=F("chunk_count"))
    if last.update(state=BatchState.UNDONE):
        count = Batch.objects.values_list("undone", flat=True).get(pk=batch.pk)
        audit.record(by=by, action="batch.undone", subject=batch, count=count)
        webhooks.publish(
            organisation_id=batch.organisation_id,
            type="batch.undone",
            data={"batch": str(batch.pk), "undone": count},
        )
