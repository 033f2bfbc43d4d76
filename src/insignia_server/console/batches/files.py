"""Files of a batch: the upload again with its problems, or with what became of each row. A long one is
written by a job; its page polls and then offers it."""

from __future__ import annotations

import uuid
from typing import Final

from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insignia_server.awarding import batches
from insignia_server.awarding.batches.files import KEPT, What, content_of
from insignia_server.awarding.models import Batch, BatchFile, FileState
from insignia_server.awarding.sheets.writing import Format
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.batches.finding import about, batch_of
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
    return _answer(request, batch, "bad" if request.GET.get("rows") == "bad" else "problems", form)


@require_safe
@console(Permission.READ)
def outcomes(request: ConsoleRequest, batch: uuid.UUID, form: str) -> HttpResponse:
    """The file with what became of each row."""
    return _answer(request, batch, "outcomes", form)


def _answer(request: ConsoleRequest, batch: uuid.UUID, what: What, form: str) -> HttpResponse:
    """The file where it is short or was written before; else it is asked for (`?again=1` after a failure)."""
    row, written = batch_of(batch), _type(form)[0]
    if batches.small(row):
        return _sent(row, what, form, content_of(row, what, written))
    again = request.GET.get("again") == "1"
    made = batches.ready_or_asked(row, what, written, now=timezone.now(), again=again)
    if made.state == FileState.READY:
        return _stored(made)
    return redirect(
        "console:batches:file", organisation=request.organisation.slug, batch=row.pk, file=made.pk
    )


@require_safe
@console(Permission.READ)
def file(request: ConsoleRequest, batch: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """A file that is being written, or is ready; htmx asks for the middle of the page again."""
    row, made = batch_of(batch), _file_of(batch, file)
    name = "outcomes-file" if made.what == "outcomes" else "problems-file"
    where = {"organisation": request.organisation.slug, "batch": row.pk, "form": made.format}
    query = "?rows=bad&again=1" if made.what == "bad" else "?again=1"
    context = {
        **about(row),
        "file": made,
        "file_name": _name(row, made.what, made.format),
        "until": made.created_at + KEPT,
        "waiting": made.state == FileState.WORKING,
        "again_url": reverse(f"console:batches:{name}", kwargs=where) + query,
    }
    response = render(request, "console/batches/file.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@console(Permission.READ)
def download(request: ConsoleRequest, batch: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """A file that was written."""
    made = _file_of(batch, file)
    if made.state != FileState.READY:
        raise NotHere
    return _stored(made)


def _file_of(batch: uuid.UUID, key: uuid.UUID) -> BatchFile:
    row: BatchFile = need(BatchFile.objects.select_related("batch").filter(pk=key, batch_id=batch).first())
    return row


def _stored(made: BatchFile) -> HttpResponse:
    try:
        with default_storage.open(made.place) as file:
            content = file.read()
    except FileNotFoundError:  # it was over just now
        raise NotHere from None
    return _sent(made.batch, made.what, made.format, content)


def _sent(row: Batch, what: str, form: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=TYPES[form][1])
    response["Content-Disposition"] = f'attachment; filename="{_name(row, what, form)}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _type(form: str) -> tuple[Format, str]:
    if form not in TYPES:
        raise NotHere
    return TYPES[form]


def _name(row: Batch, what: str, form: str) -> str:
    word = _("outcomes") if what == "outcomes" else _("problems")
    return f"{slugify(f'{row.name[:60]} {word}') or 'batch'}.{form}"
