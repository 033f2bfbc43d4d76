"""The files of a batch: at once where they are short, else written by a job while the client asks again."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.core.files.storage import default_storage
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from insignia_server.awarding import batches
from insignia_server.awarding.batches.files import What, content_of
from insignia_server.awarding.models import Batch, FileState
from insignia_server.awarding.sheets.writing import Format
from insignia_server.kit.errors import Refusal, Refused

_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SECONDS: Final = 2


def answer(batch: Batch, what: What, format: Format, *, now: dt.datetime, again: bool) -> HttpResponse:
    """The file, or 202 while it is written. Raises Refused (`file-failed`)."""
    if batches.small(batch):
        return _file(batch, what, format, content_of(batch, what, format))
    row = batches.ready_or_asked(batch, what, format, now=now, again=again)
    if row.state == FileState.FAILED:
        message = row.failure or _("The server did not succeed in writing the file.")
        raise Refused(Refusal(message, "", "file-failed", _("another request with again=true")))
    if row.state == FileState.READY:
        with default_storage.open(row.place) as file:
            return _file(batch, what, format, file.read())
    response = JsonResponse({"state": row.state, "batch": str(batch.pk), "format": format}, status=202)
    response["Retry-After"] = str(_SECONDS)
    return response


def _file(batch: Batch, what: What, format: Format, content: bytes) -> HttpResponse:
    name = "outcomes" if what == "outcomes" else "problems"
    disposition = f'attachment; filename="{name}-{batch.pk}.{format}"'
    return HttpResponse(content, content_type=_TYPES[format], headers={"Content-Disposition": disposition})
