"""What is decided about a batch: check, confirm, approve, stop, take up again, undo."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from insignia_server.awarding import batches
from insignia_server.awarding.batches import Options
from insignia_server.awarding.models import Batch, BatchState
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.console.batches import reading
from insignia_server.console.batches.finding import about, batch_of, minutes_in_words, page
from insignia_server.console.batches.forms import NoForm, UndoForm
from insignia_server.console.forms_errors import form_page, posted, refusals_in, sentence
from insignia_server.kit.errors import Refused
from insignia_server.kit.wording import whole
from insignia_server.organisations.roles import Permission


def act(request: ConsoleRequest, row: Batch, does: Callable[..., Any], done: str) -> HttpResponse:
    """Do it and go back to the batch; what was refused is said there."""
    try:
        does(by=request.actor, batch=row)
    except Refused as refused:
        messages.error(request, sentence(refused.refusals[0]))
    else:
        messages.success(request, done)
    return page(request, row)


@require_POST
@console(Permission.AWARD)
def check(request: ConsoleRequest, batch: uuid.UUID) -> HttpResponse:
    """Check it again."""
    return act(request, batch_of(batch), batches.check, _("The file is being checked."))


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AWARD)
def confirm(request: ConsoleRequest, batch: uuid.UUID) -> HttpResponse:
    """The fourth step: exactly what will happen and when, and yes."""
    row = batch_of(batch)
    form = NoForm(posted(request))
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            batches.confirm(by=request.actor, batch=row)
            return page(request, row)
    ready = row.state == BatchState.CHECKED or (row.state == BatchState.STOPPED and row.started_at is None)
    if not form.is_bound and not (ready and row.good):
        return page(request, row)
    minutes = row.organisation.hold_minutes
    context = {
        **about(row),
        "step": 4,
        "options": Options.from_json(row.options),
        "achievements": reading.awarded(row),
        "sample": reading.sample(row),
        "needs_approval": reading.needs_approval(row),
        "approvers": reading.approvers(row, but=(row.created_by_id, request.actor.user_id)),
        "hold": minutes_in_words(minutes) if minutes else "",
        "starts": timezone.now() + dt.timedelta(minutes=minutes),
        "unmailed": row.summary.get("codes", {}).get("email.suppressed", 0),
    }
    return form_page(request, "console/batches/confirm.html", form, **context)


@require_POST
@console(Permission.APPROVE)
def approve(request: ConsoleRequest, batch: uuid.UUID) -> HttpResponse:
    """The second person says yes."""
    return act(request, batch_of(batch), batches.approve, _("Approved. Thank you for looking at it."))


@require_POST
@console()
def stop(request: ConsoleRequest, batch: uuid.UUID) -> HttpResponse:
    """Sign no more; it can be taken up again. Awarders and approvers may."""
    return act(request, batch_of(batch), batches.stop, _("Stopped. Nothing more of it is signed."))


@require_POST
@console(Permission.AWARD)
def retry(request: ConsoleRequest, batch: uuid.UUID) -> HttpResponse:
    """Try again what was refused or left behind, or the reading that failed."""
    row = batch_of(batch)
    done = _("It goes on where it was left.") if row.started_at else _("It is being tried again.")
    return act(request, row, batches.retry_failed, done)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.REVOKE)
def undo(request: ConsoleRequest, batch: uuid.UUID) -> HttpResponse:
    """Take the whole batch back: what that does, why, and then it is done."""
    row = batch_of(batch)
    form = UndoForm(posted(request))
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            batches.undo_batch(by=request.actor, batch=row, reason=form.cleaned_data["reason"])
            messages.success(request, _("The batch is being taken back."))
            return page(request, row)
    if not form.is_bound and (row.started_at is None or row.state in (BatchState.UNDOING, BatchState.UNDONE)):
        return page(request, row)
    context = {
        "title": _("Take the whole batch back"),
        "consequences": consequences(row),
        "undo": _("A revoked badge cannot be made valid again. You can award the same file anew."),
        "confirm_label": ngettext("Take {n} badge back", "Take {n} badges back", row.signed).format(
            n=row.signed
        ),
        "cancel_url": reverse(
            "console:batches:detail", kwargs={"organisation": request.organisation.slug, "batch": row.pk}
        ),
        "form": form,
        "batch": row,
    }
    return render(request, "console/batches/undo.html", context, status=422 if form.errors else 200)


def consequences(row: Batch) -> list[str]:
    """What undoing does, with numbers."""
    waiting = max(row.to_send - row.sent - row.unsent, 0)
    unsigned = max(row.good - row.signed - row.skipped - row.refused, 0)
    return [
        text.format(n=whole(count))
        for count, text in (
            (
                row.signed,
                ngettext(
                    "{n} badge is revoked: verifiers say so from the next verification on.",
                    "{n} badges are revoked: verifiers say so from the next verification on.",
                    row.signed,
                ),
            ),
            (
                waiting,
                ngettext(
                    "{n} mail that is not sent yet is not sent any more.",
                    "{n} mails that are not sent yet are not sent any more.",
                    waiting,
                ),
            ),
            (
                row.sent,
                ngettext(
                    "{n} mail is out already; its badge page tells your reason.",
                    "{n} mails are out already; the badge pages tell your reason.",
                    row.sent,
                ),
            ),
            (
                unsigned,
                ngettext(
                    "{n} row that is not signed yet is not awarded.",
                    "{n} rows that are not signed yet are not awarded.",
                    unsigned,
                ),
            ),
            (
                row.skipped,
                ngettext(
                    "{n} badge that was awarded before this batch stays as it is.",
                    "{n} badges that were awarded before this batch stay as they are.",
                    row.skipped,
                ),
            ),
        )
        if count
    ]
