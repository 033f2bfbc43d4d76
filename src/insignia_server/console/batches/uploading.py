"""The first step: what is awarded, and the file. A corrected file keeps the mapping of the one before."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from insignia_server.achievements.models import Achievement
from insignia_server.awarding import batches
from insignia_server.awarding.batches import Options
from insignia_server.awarding.models import Batch
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.batches.finding import about, batch_of, page
from insignia_server.console.batches.forms import UploadForm
from insignia_server.console.forms_errors import form_page, refusals_in
from insignia_server.organisations.roles import Permission


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
    """A corrected file: a new batch with the columns and choices of this one."""
    old = batch_of(batch)
    form = _form(request, name=old.name)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            new = _start(request, form, old.achievement, form.cleaned_data["name"] or old.name)
            whole = carry_over(request, old, new)
            if whole:
                batches.check(by=request.actor, batch=new)
                return page(request, new)
            messages.warning(
                request, _("The columns of this file are other ones. Look at what each of them means.")
            )
            return redirect("console:batches:columns", organisation=request.organisation.slug, batch=new.pk)
    return form_page(request, "console/batches/corrected.html", form, **about(old))


def carry_over(request: ConsoleRequest, old: Batch, new: Batch) -> bool:
    """Give the new batch the columns and choices of the old one; whether every column was found again."""
    before, guessed = Options.from_json(old.options), Options.from_json(new.options)
    there = {field: heading for field, heading in before.mapping.items() if heading in new.headings}
    taken = set(there.values())
    others = {
        field: heading
        for field, heading in guessed.mapping.items()
        if field not in before.mapping and heading not in taken and heading not in old.headings
    }
    options: dict[str, Any] = {
        "mapping": {**there, **others},
        "defaults": before.defaults,
        "date_order": before.date_order,
        "held": before.held,
        "send": before.send,
    }
    batches.set_options(by=request.actor, batch=new, **options)
    return bool(there) and len(there) == len(before.mapping)


def _form(request: ConsoleRequest, **initial: str) -> UploadForm:
    if request.method != "POST":
        return UploadForm(initial=initial)
    return UploadForm(request.POST, request.FILES)


def _start(request: ConsoleRequest, form: UploadForm, row: Achievement | None, name: str) -> Batch:
    content, file_name = form.content()
    return batches.start_bulk(
        by=request.actor, achievement=row, name=name, content=content, file_name=file_name
    )
