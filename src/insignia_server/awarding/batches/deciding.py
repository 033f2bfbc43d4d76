"""Decisions about a batch: confirm, approve, stop, take up again, undo. Each is a compare-and-set and is
audited."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia_server.achievements.models import Achievement, AchievementState
from insignia_server.audit import services as audit
from insignia_server.awarding import quota
from insignia_server.awarding.batches.announcing import ask_approvers
from insignia_server.awarding.batches.chunks import SIGNED, UNDONE, WAITING
from insignia_server.awarding.batches.preparing import ours, prepare_again, wrong_state
from insignia_server.awarding.models import Batch, BatchChunk, BatchState
from insignia_server.kit.errors import Forbidden, Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.organisations.roles import Permission

_STOPPABLE: Final = (BatchState.APPROVAL, BatchState.HELD, BatchState.SIGNING, BatchState.PAUSED)


def confirm(*, by: Actor, batch: Batch, now: dt.datetime | None = None) -> Batch:
    """Award the good rows of a checked batch: after the hold, or after a second person's approval and the
    hold.

    Raises:
        Forbidden, NotHere.
        Refused: it is not checked, has no good row, its achievement is in the archive, or the quota does not
        suffice.
    """
    by.require(Permission.AWARD)
    now = now or timezone.now()
    with transaction.atomic():
        row = _locked(by, batch)
        stopped = row.state == BatchState.STOPPED and row.started_at is None and bool(row.summary)
        if row.state != BatchState.CHECKED and not stopped:
            raise Refused(wrong_state(row, _("Check it first.")))
        if not row.good:
            raise Refused(Refusal(_("No row can be awarded. Correct the file."), "", "no-rows", "1", "0"))
        organisation = quota.require_active(row.organisation_id, count=row.good, now=now)
        _awardable(row)
        row.confirmed_at, row.confirmed_by_id = now, by.user_id
        row.approved_by_id, row.approved_at = None, None
        if organisation.approval_from is not None and row.good >= organisation.approval_from:
            row.state, row.hold_until = BatchState.APPROVAL, None
            ask_approvers(row, by_user=by.user_id, label=by.label, now=now)
        else:
            _hold(row, organisation, now)
        row.save()
        audit.record(by=by, action="batch.confirm", subject=row, rows=row.good, state=row.state)
    return _follow(batch, row)


def approve(*, by: Actor, batch: Batch, now: dt.datetime | None = None) -> Batch:
    """The second person says yes; the hold begins.

    Raises:
        Forbidden: no such permission, or the same person started or confirmed it.
        NotHere, Refused: it does not wait for approval.
    """
    by.require(Permission.APPROVE)
    now = now or timezone.now()
    with transaction.atomic():
        row = _locked(by, batch)
        if row.state != BatchState.APPROVAL:
            raise Refused(wrong_state(row, _("It does not wait for approval.")))
        if by.user_id is None or by.user_id in (row.created_by_id, row.confirmed_by_id):
            raise Forbidden(_("Somebody else has to approve what you started."))
        row.approved_by_id, row.approved_at = by.user_id, now
        _hold(row, Organisation.objects.get(pk=row.organisation_id), now)
        row.save()
        audit.record(by=by, action="batch.approve", subject=row, rows=row.good)
    return _follow(batch, row)


def stop(*, by: Actor, batch: Batch) -> Batch:
    """Sign no more. What is signed already stays (undo takes it back); the rest can be taken up again.

    Raises Forbidden, NotHere, Refused: nothing of it is on its way.
    """
    if not by.may(Permission.APPROVE):
        by.require(Permission.AWARD)
    with transaction.atomic():
        row = _locked(by, batch)
        if row.state not in _STOPPABLE:
            raise Refused(wrong_state(row, _("There is nothing to stop.")))
        row.state, row.hold_until, row.failure = BatchState.STOPPED, None, ""
        row.save(update_fields=["state", "hold_until", "failure"])
        audit.record(by=by, action="batch.stop", subject=row, signed=row.signed)
    return _follow(batch, row)


def retry_failed(*, by: Actor, batch: Batch, now: dt.datetime | None = None) -> Batch:
    """Take it up again: rows that were refused are tried again, and those that a stop or a failure left
    behind. Where the file could not be read or checked, that is tried again.

    What is awarded already is not awarded again. Raises Forbidden, NotHere, Refused: nothing of it failed, or
    nothing is left to do.
    """
    from insignia_server.awarding import jobs

    by.require(Permission.AWARD)
    now = now or timezone.now()
    with transaction.atomic():
        row = _locked(by, batch)
        if row.state == BatchState.FAILED and row.started_at is None:
            prepare_again(by, row)
            return _follow(batch, row)
        again = (BatchState.DONE, BatchState.DELIVERING, BatchState.STOPPED, BatchState.FAILED)
        if row.state not in again or row.started_at is None:
            raise Refused(
                wrong_state(row, _("Only a batch that has begun to be signed can be taken up again."))
            )
        if row.undo_reason:
            raise Refused(wrong_state(row, _("It is being taken back: undo it once more.")))
        failed = BatchChunk.objects.filter(batch=row, state=SIGNED, refused__gt=0)
        count = failed.update(state=WAITING, refused=0)
        if row.chunks_done - count >= row.chunk_count:
            raise Refused(Refusal(_("Every row of it was awarded."), "", "nothing-left"))
        left = row.good - row.signed - row.skipped
        quota.require_active(row.organisation_id, count=left, now=now)
        row.chunks_done -= count
        row.refused, row.state, row.failure, row.finished_at = 0, BatchState.SIGNING, "", None
        row.save(update_fields=["chunks_done", "refused", "state", "failure", "finished_at"])
        jobs.enqueue_ranges(jobs.sign_range, row)
        audit.record(by=by, action="batch.retry", subject=row, rows=left)
    return _follow(batch, row)


def undo_batch(*, by: Actor, batch: Batch, reason: str, now: dt.datetime | None = None) -> Batch:
    """Take all of it back: revoke what was issued, send nothing more, forget the rest. Jobs do it in chunks.

    The learners read the reason. Status indices are never used again; the rows' own keys are free again.
    Raises Forbidden, NotHere, Refused: no reason, or signing never began.
    """
    from insignia_server.awarding import jobs

    by.require(Permission.REVOKE)
    if not reason.strip():
        raise Refused(Refusal(_("Say why: the learners read it."), "reason", "required"))
    with transaction.atomic():
        row = _locked(by, batch)
        begun = (
            BatchState.SIGNING,
            BatchState.PAUSED,
            BatchState.DELIVERING,
            BatchState.DONE,
            BatchState.STOPPED,
            BatchState.FAILED,
        )
        if row.state not in begun or row.started_at is None:
            raise Refused(wrong_state(row, _("Nothing of it was awarded; stop it instead.")))
        # Of one that was given up halfway, some chunks are undone already.
        done = BatchChunk.objects.filter(batch=row, state=UNDONE).count()
        row.state, row.undo_reason, row.chunks_done = BatchState.UNDOING, reason.strip(), done
        row.failure = ""
        row.save(update_fields=["state", "undo_reason", "chunks_done", "failure"])
        jobs.enqueue_ranges(jobs.undo_range, row)
        audit.record(by=by, action="batch.undo", subject=row, signed=row.signed)
    return _follow(batch, row)


def _hold(row: Batch, organisation: Organisation, now: dt.datetime) -> None:
    from insignia_server.awarding import jobs

    row.state = BatchState.HELD
    row.hold_until = now + dt.timedelta(minutes=organisation.hold_minutes)
    row.revision += 1  # a begin that an earlier confirmation scheduled finds nothing
    jobs.begin_batch.enqueue(
        after=row.hold_until if organisation.hold_minutes else None,
        organisation=str(row.organisation_id),
        batch=str(row.pk),
        revision=row.revision,
    )


def _awardable(row: Batch) -> None:
    keys = list(row.summary.get("versions", {}))
    archived = Achievement.objects.filter(pk__in=keys).exclude(state=AchievementState.PUBLISHED).first()
    if archived is not None:
        message = _("“{name}” can no longer be awarded.").format(name=archived.name)
        raise Refused(Refusal(message, "", "archived", AchievementState.PUBLISHED, archived.state))


def _locked(by: Actor, batch: Batch) -> Batch:
    ours(by, batch)
    row: Batch = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    return row


def _follow(batch: Batch, row: Batch) -> Batch:
    """The caller's object shows what was written."""
    values: dict[str, Any] = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields
    }
    for name, value in values.items():
        setattr(batch, name, value)
    return batch
