"""What can happen to an award: correct, revoke, suspend, reinstate, send again, remind. Each asks first."""

from __future__ import annotations

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from insignia_server.achievements.definition import Definition
from insignia_server.awarding import services
from insignia_server.awarding.facts import Facts
from insignia_server.awarding.models import Award
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.console.awards import evidence_fields
from insignia_server.console.awards.forms import AddressForm, CorrectionForm, ReasonForm, at_day
from insignia_server.console.awards.giving import keep_files
from insignia_server.console.awards.views import award_of
from insignia_server.console.forms_errors import refusals_in, sentence
from insignia_server.kit.errors import Refused
from insignia_server.organisations.roles import Permission

WORDS = {
    "revoke": (
        gettext_lazy("Revoke this badge"),
        (
            gettext_lazy("Verifiers call it revoked from the next verification on, wherever the file lies."),
            gettext_lazy("Its page says so first, with your reason."),
        ),
        gettext_lazy("It cannot be undone. You can award the achievement again."),
        gettext_lazy("The badge is revoked."),
    ),
    "suspend": (
        gettext_lazy("Suspend this badge"),
        (
            gettext_lazy("Verifiers call it suspended from the next verification on."),
            gettext_lazy("Its page says so first, with your reason."),
        ),
        gettext_lazy("Reinstate it, and it is valid again."),
        gettext_lazy("The badge is suspended."),
    ),
    "reinstate": (
        gettext_lazy("Make this badge valid again"),
        (gettext_lazy("Verifiers call it valid from the next verification on."),),
        gettext_lazy("Suspend it again."),
        gettext_lazy("The badge is valid again."),
    ),
}


def back(request: ConsoleRequest, award: Award) -> HttpResponse:
    """To the award's page."""
    return redirect("console:awards:detail", organisation=request.organisation.slug, award=award.pk)


def page_of(request: ConsoleRequest, award: Award) -> str:
    """The address of the award's page."""
    return reverse(
        "console:awards:detail", kwargs={"organisation": request.organisation.slug, "award": award.pk}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.REVOKE)
def change(request: ConsoleRequest, award: uuid.UUID, act: str) -> HttpResponse:
    """Revoke, suspend or reinstate: what will happen, why, and then it is done."""
    row = award_of(award)
    title, consequences, undo, done = WORDS[act]
    data = request.POST if request.method == "POST" else None
    form = ReasonForm(data, initial={"send": bool(row.email)})
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            values = form.cleaned_data
            getattr(services, act)(by=request.actor, award=row, reason=values["reason"], send=values["send"])
            messages.success(request, done)
            return back(request, row)
    context: dict[str, Any] = {
        "title": title,
        "consequences": consequences,
        "undo": undo,
        "confirm_label": title,
        "cancel_url": page_of(request, row),
        "form": form,
        "award": row,
    }
    return render(request, "console/awards/confirm.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AWARD)
def correct(request: ConsoleRequest, award: uuid.UUID) -> HttpResponse:
    """A new badge takes the place of the wrong one."""
    row = award_of(award)
    definition = Definition.from_json(row.version.content)
    data = request.POST if request.method == "POST" else None
    evidence = Facts.of(row).evidence
    form = CorrectionForm(data, definition=definition, pieces=evidence, initial=filled(row))
    if form.is_bound:
        keep_files(request, form)
    if form.is_bound and form.is_valid():
        try:
            made = services.correct(
                by=request.actor,
                award=row,
                changes=changes(request, row, form),
                send=form.cleaned_data["send"],
            )
        except Refused as refused:
            for one in refused.refusals:
                form.add_error(form.field_of(one.field) or None, sentence(one))
        else:
            messages.success(request, _("The corrected badge is signed. The old one leads to it."))
            return back(request, made)
    context = {"form": form, "award": row, "cancel_url": page_of(request, row)}
    return render(request, "console/awards/correct.html", context, status=422 if form.errors else 200)


def filled(row: Award) -> dict[str, Any]:
    """The form as the award stands."""
    facts = Facts.of(row)
    return {
        "name": row.name,
        "email": row.email,
        "valid_from": row.credential.valid_from.date(),
        "valid_until": row.credential.valid_until.date() if row.credential.valid_until else None,
        "narrative": facts.narrative,
        **evidence_fields.initial(facts.evidence),
        "send": True,
        **{f"result_{one.description}": one.level or one.value for one in facts.results},
    }


def changes(request: ConsoleRequest, row: Award, form: CorrectionForm) -> services.Correction:
    """Only what is different; a date that was not touched stays to the second."""
    data, zone = form.cleaned_data, ZoneInfo(request.organisation.time_zone)
    touched = set(form.changed_data)
    evidence = bool(form.kept) or any(name.startswith("evidence_") for name in touched)
    return services.Correction(
        reason=data["reason"],
        name=data["name"] if "name" in touched else None,
        email=data["email"] if "email" in touched else None,
        valid_from=at_day(data["valid_from"], zone) if "valid_from" in touched else None,
        valid_until=at_day(data["valid_until"], zone, end=True) if "valid_until" in touched else None,
        end_by_rule="valid_until" in touched and data["valid_until"] is None,
        results=form.results() if any(name.startswith("result_") for name in touched) else None,
        evidence=form.evidence() if evidence else None,
        narrative=data["narrative"] if "narrative" in touched else None,
        newest_version=data["newest_version"],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AWARD)
def send(request: ConsoleRequest, award: uuid.UUID) -> HttpResponse:
    """Send the mail again, perhaps to a corrected address. The badge stays as it is."""
    row = award_of(award)
    data = request.POST if request.method == "POST" else None
    form = AddressForm(data, initial={"email": row.email})
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            services.send_again(by=request.actor, award=row, email=form.cleaned_data["email"])
            messages.success(request, _("The mail is on its way."))
            return back(request, row)
    context = {"form": form, "award": row, "cancel_url": page_of(request, row)}
    return render(request, "console/awards/send.html", context, status=422 if form.errors else 200)


@require_POST
@console(Permission.AWARD)
def remind(request: ConsoleRequest) -> HttpResponse:
    """Remind the selected people who have not claimed their badge."""
    keys = [key for key in request.POST.getlist("award") if is_key(key)]
    try:
        count = services.remind(by=request.actor, awards=Award.objects.filter(pk__in=keys))
    except Refused as refused:
        messages.error(request, sentence(refused.refusals[0]))
    else:
        text = ngettext("{n} reminder is on its way.", "{n} reminders are on their way.", count)
        messages.success(request, text.format(n=count))
    return redirect("console:delivery:list", organisation=request.organisation.slug)


def is_key(text: str) -> bool:
    """Whether a text is a UUID."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
