"""Awarding one learner: choose the achievement, fill in, look at it, sign."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from insignia_server.achievements import services as achievements
from insignia_server.achievements.models import Achievement
from insignia_server.awarding import evidence, services
from insignia_server.awarding.badge_page import proved_domains, say
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.awards.forms import AwardForm, FactsForm, at_day
from insignia_server.console.forms_errors import sentence
from insignia_server.kit.errors import Refused
from insignia_server.kit.ids import uuid7
from insignia_server.organisations.roles import Permission


@require_safe
@console(Permission.AWARD)
def choose(request: ConsoleRequest) -> HttpResponse:
    """Which achievement?"""
    rows = Achievement.objects.filter(state="published").select_related("issuer").order_by("name")[:300]
    return render(request, "console/awards/choose.html", {"achievements": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AWARD)
def give(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """The form; `look` shows what would be signed, `sign` signs it."""
    row: Achievement = need(
        Achievement.objects.select_related("issuer").filter(pk=achievement, state="published").first()
    )
    definition = achievements.current(row).definition
    data = request.POST if request.method == "POST" else None
    form = AwardForm(data, definition=definition, initial={"key": f"console:{uuid7()}", "send": True})
    context: dict[str, Any] = {"form": form, "achievement": row}
    if form.is_bound:
        keep_files(request, form)
    if form.is_bound and form.is_valid():
        try:
            other = request.POST.get("seen") not in (None, mark(form))
            if request.POST.get("act") == "sign" and not other:
                made = services.award(
                    key=form.cleaned_data["key"], send=form.cleaned_data["send"], **asked(request, row, form)
                )
                messages.success(request, _("Awarded to {name}.").format(name=made.name or made.identifier))
                return redirect(
                    "console:awards:detail", organisation=request.organisation.slug, award=made.pk
                )
            context |= look(request, row, form, other=other and request.POST.get("act") == "sign")
        except Refused as refused:
            for one in refused.refusals:
                form.add_error(form.field_of(one.field) or None, sentence(one))
    return render(
        request, "console/awards/new.html", context, status=422 if form.is_bound and form.errors else 200
    )


def keep_files(request: ConsoleRequest, form: FactsForm) -> None:
    """Keep what was uploaded, whatever else is wrong, beside what was kept before and is still ticked."""
    form.kept = evidence.waiting(by=request.actor, tokens=request.POST.getlist("evidence_kept"))
    for file in request.FILES.getlist("evidence_files"):
        try:
            content = file.read(settings.MAX_EVIDENCE_BYTES + 1)
            made = evidence.keep(by=request.actor, name=file.name or "", content=content, now=timezone.now())
            form.kept = [*form.kept, made]
        except Refused as refused:
            for one in refused.refusals:
                form.add_error(None, sentence(one))
                form.file_errors.append(sentence(one))


def asked(request: ConsoleRequest, row: Achievement, form: AwardForm) -> dict[str, Any]:
    """The arguments of the service."""
    zone = ZoneInfo(request.organisation.time_zone)
    data = form.cleaned_data
    return {
        "by": request.actor,
        "achievement": row,
        "recipient": form.recipient(),
        "valid_from": at_day(data["valid_from"], zone),
        "valid_until": at_day(data["valid_until"], zone, end=True),
        "results": form.results(),
        "evidence": form.evidence(),
        "narrative": data["narrative"],
    }


def mark(form: AwardForm) -> str:
    """By which the page tells that what is to be signed is what was looked at: Enter in a field signs too."""
    said = [form.cleaned_data, sorted(str(one.pk) for one in form.kept)]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def look(request: ConsoleRequest, row: Achievement, form: AwardForm, *, other: bool) -> dict[str, Any]:
    """What would be signed, and what somebody should look at before. `other`: it is not what was seen."""
    wanted = asked(request, row, form)
    document = services.preview(**wanted)
    prepared = services.prepare(**wanted, now=timezone.now())
    changed = [_("This is not what you looked at before: something was changed. Look again, then sign.")]
    return {
        "seen": mark(form),
        "preview": json.loads(json.dumps(document)),
        "said": say(prepared.version, document),
        "domains": proved_domains(request.organisation.pk),
        "warnings": [*(changed if other else []), *(sentence(one) for one in prepared.warnings)],
        "prepared": prepared,
        "version": prepared.version,
    }
