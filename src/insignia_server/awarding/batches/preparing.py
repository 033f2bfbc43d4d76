"""The file comes in and is sent to be read, its columns are mapped, and it is sent to be checked."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia_server.achievements import services as achievements
from insignia_server.achievements.models import Achievement
from insignia_server.audit import services as audit
from insignia_server.awarding import quota
from insignia_server.awarding.batches.giving_up import unread as reading_failed
from insignia_server.awarding.batches.options import Options
from insignia_server.awarding.batches.reading import (
    GUESS,
    HOW,
    refusal_of,
    still_wanted,
    to_be_read,
    was_read,
    what_failed,
)
from insignia_server.awarding.models import Batch, BatchState, ColumnMemory
from insignia_server.awarding.sheets import ReadLimits, SheetError
from insignia_server.awarding.sheets.reading import require_content
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.kit.ids import uuid7
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Group
from insignia_server.organisations.roles import Permission

CHANGEABLE: Final = (
    *(BatchState.READING, BatchState.DRAFT, BatchState.CHECKING, BatchState.CHECKED),
    *(BatchState.APPROVAL, BatchState.HELD, BatchState.STOPPED, BatchState.FAILED),
)


_UNREAD: Final = (BatchState.READING, BatchState.DRAFT, BatchState.FAILED)


def start_bulk(
    *,
    by: Actor,
    achievement: Achievement | None,
    name: str,
    content: bytes,
    file_name: str,
    group: Group | None = None,
    like: Batch | None = None,
) -> Batch:
    """Store the file as it came and send it to be read (a job): its headings, and what they may mean.

    Without `achievement` each row names its own. `like`: the file corrects the one of this batch. The new
    batch has its mapping and choices, and is checked at once when every column is found again; where the
    file of `like` could not be read at all, the new one takes its place in the same batch, which is
    returned.

    Raises:
        Forbidden, NotHere.
        Refused: no name, the achievement cannot be awarded, or the file is empty or too large.
    """
    by.require(Permission.AWARD)
    quota.require_active(by.organisation_id, count=0, now=timezone.now())
    if like is not None:
        ours(by, like)
        achievement = achievement or like.achievement
    if achievement is not None:
        if achievement.organisation_id != by.organisation_id:
            raise NotHere
        achievements.awardable(achievement)
    if group is not None and group.organisation_id != by.organisation_id:
        raise NotHere
    title = name.strip() or file_name.strip()
    if not title:
        raise Refused(Refusal(_("Give the batch a name."), "name", "required"))
    try:
        require_content(content, ReadLimits())
    except SheetError as error:
        raise Refused(refusal_of(error.problem)) from error
    batch = Batch(
        organisation_id=by.organisation_id,
        achievement=achievement,
        name=title[:200],
        source_name=file_name[:200],
        group=group,
        created_by_id=by.user_id,
    )
    batch.source = default_storage.save(f"batches/{uuid7()}", ContentFile(content))
    with transaction.atomic():
        if like is not None and _replace_file(like, batch):
            audit.record(by=by, action="batch.start", subject=like)
            return like
        options, wanted = Options(), dict(GUESS)
        if like is not None:
            options = replace(Options.from_json(like.options), sheet="", delimiter="", encoding="")
            wanted = {"carry": like.headings}
        batch.options = options.to_json()
        to_be_read(batch, wanted)
        batch.save(force_insert=True)
        audit.record(by=by, action="batch.start", subject=batch)
    return batch


def _replace_file(old: Batch, new: Batch) -> bool:
    """Put the file of a batch that is not saved into one whose own could not be read; whether it was so."""
    row: Batch = Batch.objects.select_for_update(no_key=True).get(pk=old.pk)
    if was_read(row) or row.state not in _UNREAD:
        return False
    options = replace(Options.from_json(row.options), sheet="", delimiter="", encoding="")
    gone, row.revision = row.source, row.revision + 1
    row.name, row.source, row.source_name = new.name, new.source, new.source_name
    row.options, row.failure = options.to_json(), ""
    to_be_read(row, still_wanted(row))
    _save(old, row, "name", "source", "source_name", "options", "failure", "revision", "state", "reading")
    transaction.on_commit(functools.partial(default_storage.delete, gone))
    return True


def _save(batch: Batch, row: Batch, *names: str) -> None:
    """Save these fields of the locked row; the caller's object shows them."""
    row.save(update_fields=list(names))
    for name in names:
        setattr(batch, name, getattr(row, name))


def set_options(*, by: Actor, batch: Batch, **options: Any) -> Batch:
    """Change how the file is read and mapped (Options); what was checked before no longer counts.

    Another sheet, delimiter or encoding: the file is read once more (a job), and what its columns mean is
    guessed unless it is said. Where that fails, the batch keeps what was read before, and `failure` tells
    why. Also during the hold: the batch goes back to being prepared. A confirmed mapping is remembered for
    the next file.

    Raises:
        Forbidden, NotHere.
        Refused: a wrong option, or the batch is being signed or further.
    """
    by.require(Permission.AWARD)
    ours(by, batch)
    with transaction.atomic():
        row = _changeable(batch)
        chosen = Options.from_json(row.options).changed(options)
        row.options, row.summary, row.failure, row.hold_until = chosen.to_json(), {}, "", None
        row.revision += 1
        unread = row.state == BatchState.READING or reading_failed(row) or not was_read(row)
        if unread or options.keys() & set(HOW):
            wanted = still_wanted(row) if unread else dict(GUESS)
            to_be_read(row, {"guess": False} if "mapping" in options else wanted)
        else:
            row.state, row.reading = BatchState.DRAFT, {}
        _save(batch, row, "options", "state", "summary", "failure", "hold_until", "reading", "revision")
        if "mapping" in options:
            _remember(by, chosen.mapping)
        audit.record(by=by, action="batch.options", subject=batch, changed=sorted(options))
    return batch


def _changeable(batch: Batch) -> Batch:
    """The row, locked. Raises Refused when signing has begun."""
    row: Batch = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if row.state not in CHANGEABLE or row.started_at is not None:
        raise Refused(wrong_state(row, _("It can be changed until signing begins.")))
    return row


def wrong_state(batch: Batch, message: str) -> Refusal:
    """The refusal for an act that does not fit where the batch stands."""
    state = BatchState(batch.state)
    text = _("The batch is {state} now. {message}").format(state=state.label, message=message)
    return Refusal(text, "", "state", "", state.value)


def _remember(by: Actor, mapping: Mapping[str, str]) -> None:
    rows = [
        ColumnMemory(organisation_id=by.organisation_id, heading=heading[:200], field=name[:100])
        for name, heading in mapping.items()
    ]
    ColumnMemory.objects.bulk_create(
        {row.heading: row for row in rows}.values(),
        update_conflicts=True,
        unique_fields=["organisation", "heading"],
        update_fields=["field"],
    )


def check(*, by: Actor, batch: Batch) -> Batch:
    """Send the file to be checked (a job); progress tells how far it is, the summary what was found.

    Raises:
        Forbidden, NotHere.
        Refused: the file is still being read or could not be read, or signing has begun.
    """
    from insignia_server.awarding import jobs

    by.require(Permission.AWARD)
    ours(by, batch)
    with transaction.atomic():
        row = _changeable(batch)
        _require_read(row)
        row.revision += 1
        row.state, row.failure, row.summary, row.hold_until = BatchState.CHECKING, "", {}, None
        row.good = row.bad = row.warned = 0
        row.reading = {}
        fields = ["revision", "state", "failure", "summary", "hold_until", "good", "bad", "warned", "reading"]
        _save(batch, row, *fields)
        jobs.check_batch.enqueue(
            organisation=str(row.organisation_id), batch=str(row.pk), revision=row.revision
        )
        audit.record(by=by, action="batch.check", subject=row)
    return batch


def prepare_again(by: Actor, row: Batch) -> None:
    """Read or check once more the file of a batch for which that failed; its row is locked."""
    if not reading_failed(row):
        check(by=by, batch=row)
        return
    row.revision, row.failure = row.revision + 1, ""
    to_be_read(row, still_wanted(row))
    row.save(update_fields=["revision", "failure", "state", "reading"])
    audit.record(by=by, action="batch.retry", subject=row, rows=0)


def _require_read(row: Batch) -> None:
    """Raise Refused for a file that is being read, or could not be."""
    if row.state == BatchState.READING:
        raise Refused(wrong_state(row, _("Wait until the file was read.")))
    if reading_failed(row):
        raise Refused(wrong_state(row, _("Its file was not read. Try that again first.")))
    failed = what_failed(row)
    if failed is not None and not was_read(row):
        raise Refused(refusal_of(failed))


def ours(by: Actor, batch: Batch) -> None:
    """Raise NotHere for another organisation's batch."""
    if batch.organisation_id != by.organisation_id:
        raise NotHere
