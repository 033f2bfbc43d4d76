"""The jobs of batches. Each opens the scope of its row's organisation; signing goes before the sending of
mail."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial

from django.utils import timezone

from insignia_server.awarding import erasing_steps, evidence, reissue_chunks, standing
from insignia_server.awarding.batches import checking, files, pausing, reading, signing, undoing
from insignia_server.awarding.batches.giving_up import give_up
from insignia_server.awarding.models import Batch, BatchState
from insignia_server.kit import scopes
from insignia_server.kit.jobs import Job, Running, job


@job(seconds=120, priority=10, given_up=partial(give_up, BatchState.READING))
def read_batch(running: Running, *, organisation: str, batch: str, revision: int) -> bool:
    """Read a file; what a killed worker had read of it is read again."""
    with scopes.organisation(uuid.UUID(organisation)):
        return reading.run_read(running, batch_id=uuid.UUID(batch), revision=revision)


@job(seconds=60, priority=10, given_up=partial(give_up, BatchState.CHECKING))
def check_batch(running: Running, *, organisation: str, batch: str, revision: int) -> bool:
    """Check a file; a killed worker's check begins again."""
    with scopes.organisation(uuid.UUID(organisation)):
        return checking.run_check(running, batch_id=uuid.UUID(batch), revision=revision, now=timezone.now())


@job(seconds=60, priority=10, given_up=partial(give_up, BatchState.HELD))
def begin_batch(running: Running, *, organisation: str, batch: str, revision: int) -> bool:
    """The hold is over."""
    with scopes.organisation(uuid.UUID(organisation)):
        return signing.begin(batch_id=uuid.UUID(batch), revision=revision, now=timezone.now())


def _unsigned(*, organisation: str, batch: str, **_range: int) -> bool:
    return give_up(BatchState.SIGNING, organisation=organisation, batch=batch)


@job(seconds=30, attempts=20, priority=10, given_up=_unsigned)
def sign_range(running: Running, *, organisation: str, batch: str, first: int, last: int) -> int:
    """Sign some chunks; another worker goes on with those that a dead one left."""
    with scopes.organisation(uuid.UUID(organisation)):
        return signing.sign_range(running, batch_id=uuid.UUID(batch), first=first, last=last)


@job(seconds=60, priority=10, every=dt.timedelta(minutes=1))
def go_on_after_suspension(running: Running) -> int:
    """Batches that paused while their organisation was suspended."""
    return pausing.go_on()


@job(seconds=300, attempts=3, priority=5, given_up=files.give_up)
def write_batch_file(running: Running, *, organisation: str, file: str) -> bool:
    """Write the file of a batch with its problems or outcomes."""
    with scopes.organisation(uuid.UUID(organisation)):
        return files.run_write(running, organisation_id=uuid.UUID(organisation), key=uuid.UUID(file))


@job(seconds=300, every=dt.timedelta(hours=1))
def drop_batch_files(running: Running) -> int:
    """Files of batches that were written some days ago."""
    return files.drop(now=timezone.now())


def _not_undone(*, organisation: str, batch: str, **_range: int) -> bool:
    return give_up(BatchState.UNDOING, organisation=organisation, batch=batch)


@job(seconds=60, attempts=20, priority=10, given_up=_not_undone)
def undo_range(running: Running, *, organisation: str, batch: str, first: int, last: int) -> int:
    """Undo some chunks."""
    with scopes.organisation(uuid.UUID(organisation)):
        return undoing.undo_range(
            running, batch_id=uuid.UUID(batch), first=first, last=last, now=timezone.now()
        )


@job(seconds=60, attempts=20, priority=10)
def reissue_awards(running: Running, *, organisation: str, reissue: str) -> int:
    """Issue again what a compromised key signed, from where it stands; another worker goes on with it."""
    with scopes.organisation(uuid.UUID(organisation)):
        return reissue_chunks.run(running, reissue_id=uuid.UUID(reissue))


@job(seconds=120, attempts=20)
def erase_learner(running: Running, *, erasure: str, organisation: str) -> bool:
    """Go on with an erasure, of one organisation or of everything that is held of a person who left."""
    scope = scopes.organisation(uuid.UUID(organisation)) if organisation else scopes.crossing("erasure")
    with scope:
        return erasing_steps.run(running, erasure=uuid.UUID(erasure))


@job(seconds=300, every=dt.timedelta(hours=1))
def drop_evidence(running: Running) -> int:
    """Files of evidence that nothing uses any more."""
    return evidence.drop(now=timezone.now())


@job(seconds=60, every=dt.timedelta(minutes=1))
def mark_expired(running: Running) -> int:
    """What is over is found as expired in lists."""
    with scopes.crossing("expiry"):
        return standing.mark_expired(running, now=timezone.now())


def enqueue_ranges(made: Job, batch: Batch) -> int:
    """One job for every few chunks of a batch, so that several workers take part; how many jobs."""
    size = signing.CHUNKS_A_JOB
    starts = range(0, batch.chunk_count, size)
    for first in starts:
        made.enqueue(
            organisation=str(batch.organisation_id), batch=str(batch.pk), first=first, last=first + size - 1
        )
    return len(starts)
