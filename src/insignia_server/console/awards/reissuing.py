"""Issuing again what a compromised key signed: who is affected and why, yes, progress, outcomes."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from insignia_server.awarding import reissuing
from insignia_server.awarding.models import Award, Reissue, ReissueState
from insignia_server.awarding.recording import badge_url
from insignia_server.awarding.sheets.exports import harmless
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.issuers.models import KeyState, SigningKey
from insignia_server.organisations.roles import Permission

SHOWN = 20


class ReissueForm(forms.Form):
    """Which of them, why, and whether to write to the learners."""

    which = forms.ChoiceField(
        label=gettext_lazy("Which badges"),
        widget=forms.RadioSelect,
        choices=[
            ("uncounted", gettext_lazy("Only those that no longer count anywhere")),
            ("all", gettext_lazy("All that this key signed, so that they pass checks elsewhere too")),
        ],
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The learners read it, in the mail and on the page of the old badge."),
        error_messages={"required": gettext_lazy("Say why: the learners read it.")},
    )
    send = forms.BooleanField(label=gettext_lazy("Write to the learners, once each"), required=False)


def compromised_keys() -> list[SigningKey]:
    """The keys of this organisation that are reported as compromised, newest report first."""
    rows = SigningKey.objects.filter(state=KeyState.COMPROMISED).select_related("issuer")
    return list(rows.order_by("-revoked_at"))


def key_of(text: str) -> SigningKey:
    """The compromised key that is asked for; 404 for all others."""
    try:
        wanted = uuid.UUID(text)
    except ValueError:
        wanted = uuid.UUID(int=0)
    found: SigningKey = need(next((key for key in compromised_keys() if key.pk == wanted), None))
    return found


def reissue_of(key: uuid.UUID) -> Reissue:
    """One that was started in this organisation; 404 for all others."""
    rows = Reissue.objects.select_related("key__issuer", "created_by")
    found: Reissue = need(rows.filter(pk=key).first())
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AWARD)
def reissue(request: ConsoleRequest) -> HttpResponse:
    """What the key leaves behind, in numbers and words, and the form; without a key, the keys to choose."""
    asked = request.GET.get("key", "")
    if not asked and request.method != "POST":
        rows = [(key, reissuing.newest(key)) for key in compromised_keys()]
        return render(request, "console/awards/reissue_choose.html", {"rows": rows})
    key, now = key_of(asked), timezone.now()
    newest = reissuing.newest(key)
    if newest is not None and newest.state == ReissueState.RUNNING:
        return run_page(request, newest)
    found = reissuing.affected(key, now=now)
    initial = {
        "which": "uncounted" if found.uncounted else "all",
        "reason": _("The key that had signed it was replaced."),
        "send": True,
    }
    form = ReissueForm(posted(request), initial=initial)
    if form.is_bound and form.is_valid():
        with refusals_in(form, everything="which"):
            row = reissuing.start(
                by=request.actor,
                key=key,
                reason=form.cleaned_data["reason"],
                everything=form.cleaned_data["which"] == "all",
                send=form.cleaned_data["send"],
                now=now,
            )
            return run_page(request, row)
    context = {"key": key, "found": found, "newest": newest}
    return form_page(request, "console/awards/reissue.html", form, **context)


def run_page(request: ConsoleRequest, row: Reissue) -> HttpResponse:
    """To the page that tells how far it is."""
    return redirect("console:awards:reissue-run", organisation=request.organisation.slug, run=row.pk)


@require_safe
@console(Permission.READ)
def run(request: ConsoleRequest, run: uuid.UUID) -> HttpResponse:
    """How far it is, and what came of it."""
    row = reissue_of(run)
    refused = {uuid.UUID(one["award"]): one["message"] for one in row.refusals[:SHOWN]}
    awards = Award.objects.for_list().filter(pk__in=list(refused))
    context: dict[str, Any] = {
        **_progress(row),
        "refused": [(award, refused[award.pk]) for award in awards],
        "may_award": request.actor.may(Permission.AWARD),
    }
    return render(request, "console/awards/reissue_run.html", context)


@require_safe
@console(Permission.READ)
def progress(request: ConsoleRequest, run: uuid.UUID) -> HttpResponse:
    """The part of the page that is asked for again and again: one row is read."""
    row = reissue_of(run)
    response = render(request, "console/awards/_reissue_progress.html", _progress(row))
    if row.state != ReissueState.RUNNING:
        response["HX-Refresh"] = "true"
    return response


def _progress(row: Reissue) -> dict[str, Any]:
    done = row.reissued + row.refused
    return {"run": row, "moving": row.state == ReissueState.RUNNING, "done": min(done, row.total)}


@require_safe
@console(Permission.READ)
def outcomes(request: ConsoleRequest, run: uuid.UUID) -> HttpResponse:
    """Old and new badge page of everybody, as CSV."""
    row, text = reissue_of(run), io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_("Name"), _("Email"), _("Achievement"), _("Old badge"), _("New badge"), _("Why not")])
    for old, new, why in reissuing.outcomes(row):
        issuer = old.achievement.issuer
        pages = [badge_url(issuer, one.pk) if one else "" for one in (old, new)]
        cells = (old.name, old.email or old.identifier, old.achievement.name, *pages, why)
        writer.writerow([harmless(cell) for cell in cells])
    content = "\ufeff" + text.getvalue()
    response = HttpResponse(content.encode(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="issued-again.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
