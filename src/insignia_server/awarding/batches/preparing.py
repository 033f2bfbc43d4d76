"""The file comes in, its columns are mapped, and it is sent to be checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia_server.achievements import services as achievements
from insignia_server.achievements.models import Achievement
from insignia_server.audit import services as audit
from insignia_server.awarding import quota
from insignia_server.awarding.batches.options import Options
from insignia_server.awarding.models import Batch, BatchState, ColumnMemory
from insignia_server.awarding.sheets import ReadLimits, Sheet, SheetError, guess_mapping, read_sheet
from insignia_server.awarding.sheets.fields import RESULT
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.kit.ids import uuid7
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Group
from insignia_server.organisations.roles import Permission

CHANGEABLE: Final = (
    *(BatchState.DRAFT, BatchState.CHECKING, BatchState.CHECKED, BatchState.APPROVAL, BatchState.HELD),
    *(BatchState.STOPPED, BatchState.FAILED),
)
_SAMPLE: Final = 20


def start_bulk(
    *,
    by: Actor,
    achievement: Achievement | None,
    name: str,
    content: bytes,
    file_name: str,
    group: Group | None = None,
) -> Batch:
    """Store the file as it came, read its headings and guess what they mean. Nothing is checked yet.

    Without `achievement` each row names its own. The bytes are kept also when they cannot be read the first
    time: with another delimiter or encoding (`set_options`) they may.

    Raises:
        Forbidden, NotHere.
        Refused: no name, the achievement cannot be awarded, or the file cannot be used at all.
    """
    by.require(Permission.AWARD)
    quota.require_active(by.organisation_id, count=0, now=timezone.now())
    if achievement is not None:
        if achievement.organisation_id != by.organisation_id:
            raise NotHere
        achievements.awardable(achievement)
    if group is not None and group.organisation_id != by.organisation_id:
        raise NotHere
    title = name.strip() or file_name.strip()
    if not title:
        raise Refused(Refusal(_("Give the batch a name."), "name", "required"))
    options = Options()
    sheet = read(content, options, file_name)
    batch = Batch(
        organisation_id=by.organisation_id,
        achievement=achievement,
        name=title[:200],
        source_name=file_name[:200],
        headings=list(sheet.headings),
        rows=len(sheet.rows),
        group=group,
        created_by_id=by.user_id,
    )
    batch.options = Options(mapping=_guessed(batch, sheet)).to_json()
    batch.source = default_storage.save(f"batches/{uuid7()}", ContentFile(content))
    with transaction.atomic():
        batch.save(force_insert=True)
        audit.record(by=by, action="batch.start", subject=batch, rows=batch.rows)
    return batch


def read(content: bytes, options: Options, name: str) -> Sheet:
    """The file as the options say. Raises Refused with what is wrong with the file."""
    try:
        return read_sheet(
            content,
            name=name,
            sheet=options.sheet or None,
            delimiter=options.delimiter or None,
            encoding=options.encoding or None,
            limits=ReadLimits(rows=settings.MAX_BULK_ROWS),
        )
    except SheetError as error:
        one = error.problem
        raise Refused(Refusal(str(error), "file", one.code, one.expected, one.got)) from error


def stored(batch: Batch) -> bytes:
    """The bytes of the file as it came."""
    with default_storage.open(batch.source) as file:
        return bytes(file.read())


def _guessed(batch: Batch, sheet: Sheet) -> dict[str, str]:
    """What the columns mean, as far as it can be told: remembered first."""
    results = described(batch.achievement)
    keys = {RESULT + key for key, _name in results}
    headings = [heading[:200] for heading in sheet.headings]
    remembered = {
        row.field: row.heading
        for row in ColumnMemory.objects.filter(heading__in=headings)
        if row.field in keys or not row.field.startswith(RESULT)
    }
    sample = [row.cells for row in sheet.rows[:_SAMPLE]]
    return guess_mapping(sheet.headings, remembered=remembered, results=results, sample=sample)


def described(achievement: Achievement | None) -> list[tuple[str, str]]:
    """Key and name of the results that the achievement describes."""
    if achievement is None:
        return []
    return [(one.key, one.name) for one in achievements.current(achievement).definition.results]


def set_options(*, by: Actor, batch: Batch, **options: Any) -> Batch:
    """Change how the file is read and mapped (Options); what was checked before no longer counts.

    Also during the hold: the batch goes back to being prepared. A confirmed mapping is remembered for the
    next file.

    Raises:
        Forbidden, NotHere.
        Refused: a wrong option, or the batch is being signed or further.
    """
    by.require(Permission.AWARD)
    ours(by, batch)
    chosen = Options.from_json(batch.options).changed(options)
    reads = options.keys() & {"sheet", "delimiter", "encoding"}
    sheet = read(stored(batch), chosen, batch.source_name) if reads else None
    if sheet is not None and "mapping" not in options:
        chosen = chosen.changed({"mapping": _guessed(batch, sheet)})
    values: dict[str, Any] = {
        "options": chosen.to_json(),
        "state": BatchState.DRAFT,
        "summary": {},
        "failure": "",
        "hold_until": None,
    }
    if sheet is not None:
        values |= {"headings": list(sheet.headings), "rows": len(sheet.rows)}
    with transaction.atomic():
        row = _changeable(batch)
        values["revision"] = row.revision + 1
        for name, value in values.items():
            setattr(batch, name, value)
        batch.save(update_fields=list(values))
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
    """Send the file to be checked (a job); progress tells how far it is, the summary what was found."""
    from insignia_server.awarding import jobs

    by.require(Permission.AWARD)
    ours(by, batch)
    with transaction.atomic():
        row = _changeable(batch)
        row.revision += 1
        row.state, row.failure, row.summary, row.hold_until = BatchState.CHECKING, "", {}, None
        row.good = row.bad = row.warned = 0
        fields = ["revision", "state", "failure", "summary", "hold_until", "good", "bad", "warned"]
        row.save(update_fields=fields)
        jobs.check_batch.enqueue(
            organisation=str(row.organisation_id), batch=str(row.pk), revision=row.revision
        )
        audit.record(by=by, action="batch.check", subject=row)
    for name in fields:
        setattr(batch, name, getattr(row, name))
    return batch


def ours(by: Actor, batch: Batch) -> None:
    """Raise NotHere for another organisation's batch."""
    if batch.organisation_id != by.organisation_id:
        raise NotHere
