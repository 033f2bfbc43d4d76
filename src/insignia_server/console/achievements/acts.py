"""Publishing, putting away, copying, sharing: one act a page, each says what it does."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from insignia_server.achievements import services
from insignia_server.achievements.definition import problems
from insignia_server.achievements.differences import differences
from insignia_server.achievements.earning import set_earn_url
from insignia_server.achievements.fields import label_of
from insignia_server.achievements.similar import alike
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.console.achievements import unread
from insignia_server.console.achievements.editor import anchor_of
from insignia_server.console.achievements.finding import achievement_of, address, page_context, posted
from insignia_server.console.achievements.forms import EarnForm, PublishForm
from insignia_server.console.designs.showing import alike_rows
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.organisations.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.PUBLISH)
def publish(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """What is still missing, or what changed and the button."""
    row = achievement_of(achievement)
    context = page_context(request, row)
    draft, before = context["draft"], context["published"]
    form = PublishForm(posted(request))
    kept = unread.problems(request, row)
    found: Sequence[Refusal] = [*kept, *problems(draft.definition, row.framework)] if draft else ()
    if request.method == "POST" and not kept and form.is_valid():
        try:
            version = services.publish(
                by=request.actor, achievement=row, note=form.cleaned_data["note"], now=timezone.now()
            )
        except Refused as refused:
            found = refused.refusals
        else:
            messages.success(request, _("Version %(number)d is published.") % {"number": version.number})
            return redirect(address(request, "detail", row))
    family = draft.family_id if draft else None
    context |= {
        "form": form,
        "alike": alike_rows(alike(row, draft.picture, family=family), request.organisation.slug)
        if draft
        else [],
        "number": services.next_number(row),
        "problems": [(one.message, _beside(one), anchor_of(one.field)) for one in found],
        "differences": differences(before.definition, draft.definition) if before and draft else [],
    }
    return render(
        request, "console/achievements/publish.html", context, status=422 if found and form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.PUBLISH)
def archive(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """Awarded no more."""
    row = achievement_of(achievement)
    if request.method == "POST":
        services.archive(by=request.actor, achievement=row, now=timezone.now())
        messages.success(
            request, _("It is in the archive and cannot be awarded. What was awarded stays valid.")
        )
        return redirect(address(request, "detail", row))
    return render(request, "console/achievements/archive.html", page_context(request, row))


@require_POST
@console(Permission.PUBLISH)
def unarchive(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """Out of the archive."""
    row = achievement_of(achievement)
    services.unarchive(by=request.actor, achievement=row)
    messages.success(request, _("It is out of the archive."))
    return redirect(address(request, "detail", row))


@require_POST
@console(Permission.AUTHOR)
def clone(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """A copy as a new draft."""
    made = services.clone(by=request.actor, achievement=achievement_of(achievement))
    messages.success(request, _("This is the copy. Give it a name of its own."))
    return redirect(address(request, "edit", made))


@require_POST
@console(Permission.AUTHOR)
def share(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """Colleagues may copy it, or no longer."""
    row = achievement_of(achievement)
    shared = request.POST.get("shared") == "yes"
    services.share(by=request.actor, achievement=row, shared=shared)
    words = _("Every author of the organisation can copy it now.") if shared else _("It is no longer shared.")
    messages.success(request, words)
    return redirect(address(request, "detail", row))


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.PUBLISH)
def earning(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """The address of the course, seen by everybody at once."""
    row = achievement_of(achievement)
    form = EarnForm(posted(request), initial={"earn_url": row.earn_url})
    if request.method == "POST" and form.is_valid():
        try:
            set_earn_url(by=request.actor, achievement=row, address=form.cleaned_data["earn_url"])
        except Refused as refused:
            for one in refused.refusals:
                form.add_error("earn_url", one.message)
        else:
            messages.success(request, _("The settings are saved."))
            return redirect(address(request, "detail", row))
    context = page_context(request, row) | {"form": form}
    return render(request, "console/achievements/earning.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AUTHOR)
def discard(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """Throw the draft away."""
    row = achievement_of(achievement)
    context = page_context(request, row)
    if request.method == "POST":
        unread.forget(request, row)
        if services.discard_draft(by=request.actor, achievement=row):
            messages.success(request, _("The achievement was thrown away."))
            return redirect(address(request, "list"))
        messages.success(request, _("The draft was thrown away. The published version stays as it is."))
        return redirect(address(request, "detail", row))
    return render(request, "console/achievements/discard.html", context)


def _beside(refusal: Refusal) -> str:
    """The small line below a problem: why a field is asked for, otherwise which field it is."""
    return (
        refusal.expected if refusal.code == "required" else label_of(refusal.field) if refusal.field else ""
    )
