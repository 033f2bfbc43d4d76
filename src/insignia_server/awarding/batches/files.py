"""The file of a batch again, with its problems or outcomes: a long one is written by a job, and kept
for some days."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final, Literal

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from insignia_server.awarding.batches.reports import outcomes_file, problems_file
from insignia_server.awarding.models import Batch, BatchFile, FileState
from insignia_server.awarding.sheets.writing import Format
from insignia_server.kit import scopes
from insignia_server.kit.errors import Refused
from insignia_server.kit.ids import uuid7
from insignia_server.kit.jobs import Running

What = Literal["problems", "bad", "outcomes"]  # `bad`: only the rows with problems
KEPT: Final = dt.timedelta(days=3)
_ROWS: Final = 2_000  # 0.3 s in both formats
_BYTES: Final = 1_000_000  # of the upload: a workbook of this size is read in half a second


def small(batch: Batch) -> bool:
    """Whether a request may write the file itself, in well under a second."""
    try:
        return batch.rows <= _ROWS and default_storage.size(batch.source) <= _BYTES
    except FileNotFoundError:
        return False


def content_of(batch: Batch, what: str, format: Format) -> bytes:
    """The file, in the active language. Raises Refused: the upload cannot be read."""
    if what == "outcomes":
        return outcomes_file(batch, format)
    return problems_file(batch, format, only_bad=what == "bad")


def ready_or_asked(
    batch: Batch, what: What, format: Format, *, now: dt.datetime, again: bool = False
) -> BatchFile:
    """The file as the batch stands now, in the active language: `ready`, `failed`, or being written by a job
    that this call asks for. `again` asks once more for one that failed."""
    from insignia_server.awarding import jobs

    with transaction.atomic():
        row, made = BatchFile.objects.get_or_create(
            batch=batch,
            what=what,
            format=format,
            language=(get_language() or "en")[:10],
            stands=_stands(batch),
            defaults={"pk": uuid7(), "organisation_id": batch.organisation_id, "created_at": now},
        )
        failed = BatchFile.objects.filter(pk=row.pk, state=FileState.FAILED)
        if made or (again and failed.update(state=FileState.WORKING, failure="", created_at=now)):
            row.refresh_from_db()
            jobs.write_batch_file.enqueue(organisation=str(row.organisation_id), file=str(row.pk))
    return row


def _stands(batch: Batch) -> str:
    """What the file's content depends on: the file, how it is read, and what was found or done."""
    counted = (
        batch.revision,
        batch.good,
        batch.bad,
        batch.signed,
        batch.skipped,
        batch.refused,
        batch.undone,
    )
    return ".".join(map(str, (batch.state, *counted, batch.source.rpartition("/")[2][-36:])))


def run_write(running: Running, *, organisation_id: uuid.UUID, key: uuid.UUID) -> bool:
    """Write a file; whether it is there now. Needs the organisation's scope."""
    row = BatchFile.objects.select_related("batch").filter(pk=key, state=FileState.WORKING).first()
    if row is None:
        if not BatchFile.objects.filter(pk=key).exists():  # erased meanwhile: a killed worker left it behind
            default_storage.delete(BatchFile(pk=key, organisation_id=organisation_id).place)
        return False
    values: dict[str, Any]
    with override(row.language):
        try:
            content = content_of(row.batch, row.what, "xlsx" if row.format == "xlsx" else "csv")
        except Refused as refused:
            values = {"state": FileState.FAILED, "failure": refused.refusals[0].message[:2000]}
        except FileNotFoundError:
            values = {
                "state": FileState.FAILED,
                "failure": _("The file that was uploaded is not kept any more."),
            }
        else:
            values = {"state": FileState.READY, "size": len(content)}
            default_storage.delete(row.place)  # of an attempt that was killed
            default_storage.save(row.place, ContentFile(content))
    return _end(running, row, values)


def _end(running: Running, row: BatchFile, values: dict[str, Any]) -> bool:
    try:
        with transaction.atomic():
            running.check()
            written = BatchFile.objects.filter(pk=row.pk, state=FileState.WORKING).update(**values)
    finally:
        # A learner was erased meanwhile: the row went, and what was written of it goes too.
        if not BatchFile.objects.filter(pk=row.pk).exists():
            default_storage.delete(row.place)
    return bool(written) and values["state"] == FileState.READY


def give_up(*, organisation: str, file: str) -> bool:
    """The job failed for good."""
    with scopes.organisation(uuid.UUID(organisation)):
        rows = BatchFile.objects.filter(pk=uuid.UUID(file), state=FileState.WORKING)
        return bool(rows.update(state=FileState.FAILED))


def forget_files(batch: Batch) -> list[str]:
    """Forget the files of a batch; their names in the storage, to be deleted after the transaction."""
    names = [row.place for row in BatchFile.objects.filter(batch=batch)]
    BatchFile.objects.filter(batch=batch).delete()
    return names


@scopes.crossing("jobs")
def drop(*, now: dt.datetime) -> int:
    """Delete what was written longer ago than KEPT; how many files."""
    rows = list(BatchFile.objects.filter(created_at__lt=now - KEPT).order_by("pk")[:500])
    for row in rows:
        default_storage.delete(row.place)
        BatchFile.objects.filter(pk=row.pk).delete()
    return len(rows)
