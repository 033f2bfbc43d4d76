"""The first step: what is awarded, and the file. A corrected file keeps the mapping of the one before."""

from __future__ import annotations

import uuid
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from insignia_server.achievements.models import Achievement
from insignia_server.awarding import batches
from insignia_server.awarding.batches.reading import stored, was_read
from insignia_server.awarding.models import Batch
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.batches.finding import about, batch_of, page
from insignia_server.console.batches.forms import PASTED, UploadForm
from insignia_server.console.forms_errors import form_page, refusals_in
from insignia_server.organisations.roles import Permission

_PASTED_MOST: Final = 100_000  # bytes that are shown again in the form


@require_safe
@console(Permission.AWARD)
def choose(request: ConsoleRequest) -> HttpResponse:
    """Which achievement, or does the file name it?"""
    rows = Achievement.objects.filter(state="published").select_related("issuer").order_by("name")[:300]
    return render(request, "console/batches/choose.html", {"achievements": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AWARD)
def upload(request: ConsoleRequest, achievement: uuid.UUID | None = None) -> HttpResponse:
    """The file or the pasted rows; the columns come next."""
    row = None
    if achievement is not None:
        found = Achievement.objects.select_related("issuer").filter(pk=achievement, state="published")
        row = need(found.first())
    form = _form(request)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            return page(request, _start(request, form, row, form.cleaned_data["name"]), "columns")
    return form_page(request, "console/batches/upload.html", form, achievement=row)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AWARD)
def corrected(request: ConsoleRequest, batch: uuid.UUID) -> HttpResponse:
    """A corrected file: a new batch with the columns and choices of this one, checked at once when all are
    found again. In the place of a file that could not be read, it belongs to this batch."""
    old = batch_of(batch)
    kept = "" if not was_read(old) and old.name == old.source_name else old.name
    form = _form(request, name=kept, text=_pasted(old))
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            name = form.cleaned_data["name"] or kept
            return page(request, _start(request, form, old.achievement, name, like=old))
    return form_page(request, "console/batches/corrected.html", form, unread=not was_read(old), **about(old))


def _pasted(old: Batch) -> str:
    """What was pasted and could not be read, to be corrected where it was typed."""
    if was_read(old) or old.source_name != str(PASTED):
        return ""
    content = stored(old)
    return content.decode("utf-8", "replace") if len(content) <= _PASTED_MOST else ""


def _form(request: ConsoleRequest, **initial: str) -> UploadForm:
    if request.method != "POST":
        return UploadForm(initial=initial)
    return UploadForm(request.POST, request.FILES)


def _start(
    request: ConsoleRequest, form: UploadForm, row: Achievement | None, name: str, like: Batch | None = None
) -> Batch:
    content, file_name = form.content()
    return batches.start_bulk(
        by=request.actor, achievement=row, name=name, content=content, file_name=file_name, like=like
    )
