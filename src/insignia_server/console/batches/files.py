"""Files of a batch: the upload again with its problems, or with what became of each row."""

from __future__ import annotations

import uuid
from typing import Final

from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insignia_server.awarding import batches
from insignia_server.awarding.models import Batch
from insignia_server.awarding.sheets.writing import Format
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.console.batches.finding import batch_of
from insignia_server.kit.errors import NotHere
from insignia_server.organisations.roles import Permission

TYPES: Final[dict[str, tuple[Format, str]]] = {
    "csv": ("csv", "text/csv; charset=utf-8"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@require_safe
@console(Permission.READ)
def problems(request: ConsoleRequest, batch: uuid.UUID, form: str) -> HttpResponse:
    """The file with what is wrong beside each row; `?rows=bad` leaves the good rows out."""
    row, (written, media_type) = batch_of(batch), _type(form)
    content = batches.problems_file(row, written, only_bad=request.GET.get("rows") == "bad")
    return _file(row, form, content, media_type, _("problems"))


@require_safe
@console(Permission.READ)
def outcomes(request: ConsoleRequest, batch: uuid.UUID, form: str) -> HttpResponse:
    """The file with what became of each row."""
    row, (written, media_type) = batch_of(batch), _type(form)
    return _file(row, form, batches.outcomes_file(row, written), media_type, _("outcomes"))


def _type(form: str) -> tuple[Format, str]:
    if form not in TYPES:
        raise NotHere
    return TYPES[form]


def _file(row: Batch, form: str, content: bytes, media_type: str, word: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    stem = slugify(f"{row.name[:60]} {word}") or "batch"
    response["Content-Disposition"] = f'attachment; filename="{stem}.{form}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
