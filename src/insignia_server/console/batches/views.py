"""The list of batches, and one batch: where it stands, what the check found, how far it is."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from insignia_server.awarding import batches
from insignia_server.awarding.batches import Options
from insignia_server.awarding.batches.giving_up import unread
from insignia_server.awarding.batches.reports import LARGE
from insignia_server.awarding.models import Batch, BatchState
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.console.batches import reading
from insignia_server.console.batches.finding import about, batch_of, changeable, chip, in_words
from insignia_server.kit import paging
from insignia_server.organisations.roles import Permission

TABS: Final = (
    ("", _("All"), ()),
    (
        "preparing",
        _("In preparation"),
        (BatchState.READING, BatchState.DRAFT, BatchState.CHECKING, BatchState.CHECKED),
    ),
    ("approval", _("Waiting for approval"), (BatchState.APPROVAL,)),
    (
        "running",
        _("Under way"),
        (
            *(BatchState.HELD, BatchState.SIGNING, BatchState.PAUSED),
            *(BatchState.DELIVERING, BatchState.UNDOING),
        ),
    ),
    (
        "over",
        _("Finished"),
        (BatchState.DONE, BatchState.STOPPED, BatchState.FAILED, BatchState.UNDONE),
    ),
)


@require_safe
@console(Permission.READ)
def listing(request: ConsoleRequest) -> HttpResponse:
    """Every batch, newest first."""
    state = request.GET.get("state", "")
    states = next((states for name, _label, states in TABS if name == state), ())
    rows = Batch.objects.select_related("achievement", "created_by").defer(*LARGE)
    if states:
        rows = rows.filter(state__in=states)
    page = paging.page(rows, after=request.GET.get("after"), before=request.GET.get("before"))
    context: dict[str, Any] = {
        "rows": [(row, *chip(row)) for row in page.rows],
        "page": page,
        "state": state,
        "tabs": [(name, label) for name, label, _states in TABS],
        "may_award": request.actor.may(Permission.AWARD),
    }
    return render(request, "console/batches/list.html", context)


@require_safe
@console(Permission.READ)
def detail(request: ConsoleRequest, batch: uuid.UUID) -> HttpResponse:
    """Where the batch stands, and what can be done now."""
    row = batch_of(batch)
    may_award = request.actor.may(Permission.AWARD)
    if row.state == BatchState.DRAFT and may_award:
        return redirect("console:batches:columns", organisation=request.organisation.slug, batch=row.pk)
    return render(request, "console/batches/detail.html", _shown(request, row))


def _shown(request: ConsoleRequest, row: Batch) -> dict[str, Any]:
    own = request.actor.user_id in (row.created_by_id, row.confirmed_by_id)
    begun = row.started_at is not None
    left = row.good - row.signed - row.skipped
    idle = row.state in (BatchState.DONE, BatchState.DELIVERING, BatchState.STOPPED, BatchState.FAILED)
    context: dict[str, Any] = {
        **about(row),
        **_progress(row),
        "options": Options.from_json(row.options),
        "begun": begun,
        "left": left,
        "may_award": request.actor.may(Permission.AWARD),
        "may_stop": request.actor.may(Permission.AWARD) or request.actor.may(Permission.APPROVE),
        "may_approve": request.actor.may(Permission.APPROVE) and not own,
        "own": own,
        "can_change": changeable(row),
        "can_confirm": bool(row.good and row.summary)
        and (row.state == BatchState.CHECKED or (row.state == BatchState.STOPPED and not begun)),
        "unread": unread(row),
        "can_retry": begun
        and idle
        and left > 0
        and not row.undo_reason
        and request.actor.may(Permission.AWARD),
        "can_undo": begun
        and (idle or row.state in (BatchState.SIGNING, BatchState.PAUSED))
        and request.actor.may(Permission.REVOKE),
    }
    if row.summary and not begun:
        context |= {"found": reading.found(row), "sample": reading.sample(row)}
    if row.state == BatchState.APPROVAL:
        context["approvers"] = reading.approvers(row, but=(row.created_by_id, row.confirmed_by_id))
    if row.state in (BatchState.APPROVAL, BatchState.HELD):
        context["achievements"] = reading.awarded(row)
    if row.refused:
        context["refused"] = reading.refused_rows(row)
    return context


def _progress(row: Batch) -> dict[str, Any]:
    progress = batches.progress(row, now=timezone.now())
    return {"progress": progress, "countdown": in_words(progress.hold_seconds)}


@require_safe
@console(Permission.READ)
def progress(request: ConsoleRequest, batch: uuid.UUID) -> HttpResponse:
    """The part of the page that is asked for again and again: one row is read, however long the batch is."""
    row = Batch(pk=batch)
    shown = _progress(row)
    now: batches.Progress = shown["progress"]
    response = render(
        request,
        "console/batches/_progress.html",
        {**shown, "batch": row, "moving": now.moving},
    )
    if request.GET.get("state") != now.state:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@console(Permission.READ)
def problems(request: ConsoleRequest, batch: uuid.UUID) -> HttpResponse:
    """The problems that the check found, by row; `?code=` one kind of them."""
    row = batch_of(batch)
    code, text = request.GET.get("code", ""), request.GET.get("page", "1")
    number = max(int(text), 1) if text.isdecimal() and len(text) < 6 else 1
    rows, more = reading.problems_page(row, code=code, number=number)
    counts = row.summary.get("codes", {})
    context: dict[str, Any] = {
        **about(row),
        "rows": rows,
        "code": code,
        "number": number,
        "newer": number - 1 if number > 1 else 0,
        "older": number + 1 if more else 0,
        "first": reading.PAGE * (number - 1) + 1,
        "last": reading.PAGE * (number - 1) + len(rows),
        "total": counts.get(code, 0) if code else sum(counts.values()),
        "kinds": _kinds(row),
    }
    return render(request, "console/batches/problems.html", context)


def _kinds(row: Batch) -> list[tuple[str, str, int]]:
    """Code, words and count of each kind, for the filter."""
    found = reading.found(row)
    kinds = [*found.about_file, *found.errors, *found.duplicates, *found.warnings]
    words = {kind.code: kind.message for kind in reversed(kinds)}
    return [(code, words.get(code, code), count) for code, count in row.summary.get("codes", {}).items()]
