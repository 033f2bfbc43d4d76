"""The second step: how the file is read, and what its columns mean."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insignia_server.awarding import batches
from insignia_server.awarding.batches import Options, Preview
from insignia_server.awarding.batches.options import DEFAULTS
from insignia_server.awarding.batches.reading import described
from insignia_server.awarding.models import Batch, BatchState
from insignia_server.awarding.sheets import Severity
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.console.batches.finding import about, batch_of, changeable, page
from insignia_server.console.batches.forms import ColumnsForm, UnreadForm
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.organisations.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AWARD)
def columns(request: ConsoleRequest, batch: uuid.UUID) -> HttpResponse:
    """`check` sends it to be checked, `read` reads the file in another way. The page reads no file."""
    row = batch_of(batch)
    if not changeable(row):
        messages.info(request, _("Signing has begun: it can no longer be changed."))
        return page(request, row)
    if row.state == BatchState.READING:
        return page(request, row)
    preview, options = Preview.from_json(row.preview), Options.from_json(row.options)
    if preview is None:
        return _unread(request, row, options)
    form = ColumnsForm(
        posted(request),
        sheet=preview,
        options=options,
        results=described(row.achievement),
        one_achievement=row.achievement_id is not None,
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form, **{f"defaults.{name}": f"default_{name}" for name in DEFAULTS}):
            return _save(request, row, form)
    context = {
        "sheet": preview,
        "about_file": preview.problems,
        "failed": batches.what_failed(row),
        "other_columns": row.reading.get("other_columns"),
        "held": row.state in (BatchState.HELD, BatchState.APPROVAL),
        "hard": Severity.ERROR,
        **about(row),
        "step": 2,
    }
    return form_page(request, "console/batches/columns.html", form, **context)


def _unread(request: ConsoleRequest, row: Batch, options: Options) -> HttpResponse:
    """The file could not be read: why, in which other way it may be, and the way to another file."""
    form = UnreadForm(posted(request), options=options)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            batches.set_options(by=request.actor, batch=row, **form.reading())
            return page(request, row)
    context = {"failed": batches.what_failed(row), **about(row), "step": 2}
    return form_page(request, "console/batches/unread.html", form, **context)


def _save(request: ConsoleRequest, row: Batch, form: ColumnsForm) -> HttpResponse:
    reading = form.reading()
    if reading:
        batches.set_options(by=request.actor, batch=row, **reading, **form.choices())
        messages.info(request, _("The file is read in the other way. Look at its columns once more."))
        return page(request, row, "columns")
    if request.POST.get("act") == "read":
        messages.info(request, _("The file is read like that already."))
        return page(request, row, "columns")
    batches.set_options(by=request.actor, batch=row, mapping=form.mapping(), **form.choices())
    if request.POST.get("act") == "later":
        messages.success(request, _("Saved. You can go on at any time."))
        return page(request, row, "columns")
    batches.check(by=request.actor, batch=row)
    return page(request, row)
