"""Pages where an achievement is written. Whatever was typed is kept: a draft need not be finished."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from insignia_server.achievements import services
from insignia_server.achievements.definition import Definition
from insignia_server.achievements.models import Achievement, AchievementState
from insignia_server.achievements.pictures import remarks
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.console.achievements import unread
from insignia_server.console.achievements.editor import Editor
from insignia_server.console.achievements.finding import (
    achievement_of,
    address,
    issuers_of,
    page_context,
    posted,
)
from insignia_server.console.achievements.forms import NewForm, PictureForm, SettingsForm
from insignia_server.console.achievements.reading import Reading, read
from insignia_server.issuers.models import Issuer
from insignia_server.kit.errors import Refused
from insignia_server.organisations.roles import Permission

_GO_ON = {"preview": "preview", "publish": "publish", "picture": "picture"}


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AUTHOR)
def new(request: ConsoleRequest) -> HttpResponse:
    """Name, issuer and template; then the editor."""
    issuers = issuers_of()
    form = NewForm(posted(request), issuers=issuers)
    if request.method == "POST" and form.is_valid():
        made = services.create(
            by=request.actor,
            issuer=form.cleaned_data["issuer"],
            definition=Definition(
                name=form.cleaned_data["name"], in_language=request.organisation.language or "en"
            ),
            framework=form.cleaned_data["framework"],
        )
        return redirect(address(request, "edit", made))
    context = {"organisation": request.organisation, "form": form, "issuers": issuers}
    return render(request, "console/achievements/new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AUTHOR)
def edit(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """The editor. Every button of it saves; rows are added and taken away by buttons too."""
    row = achievement_of(achievement)
    if row.state == AchievementState.ARCHIVED:
        messages.warning(request, _("This achievement is in the archive. Take it out of the archive first."))
        return redirect(address(request, "detail", row))
    if request.method == "POST":
        return _save(request, row)
    definition = services.newest(row).definition
    editor = Editor(
        definition,
        row.framework,
        form=unread.form_of(request, row, definition),
        add=request.GET.get("add", ""),
        check="check" in request.GET,
    )
    return _page(request, row, editor)


@require_POST
@console(Permission.AUTHOR)
def autosave(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """Saves what is on the page while somebody writes; answers with the column that says what is missing."""
    row = achievement_of(achievement)
    before = services.newest(row).definition
    reading = read(request.POST, before)
    context = page_context(request, row)
    try:
        draft = _keep(request, row, reading)
    except Refused as refused:
        context |= {
            "editor": Editor(before, row.framework),
            "trouble": [one.message for one in refused.refusals],
        }
        context["stamp"] = request.POST.get("stamp", "")
    else:
        unread.keep(request, row, reading)
        context |= {"editor": Editor(draft.definition, row.framework), "draft": draft, "saved": True}
        context["stamp"] = services.stamp(draft)
    return render(request, "console/achievements/_side.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AUTHOR)
def picture(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """The picture of the draft: another one, or back to the one that is drawn from the name."""
    row = achievement_of(achievement)
    form = PictureForm(posted(request), request.FILES or None)
    if request.method == "POST":
        if "remove" in request.POST:
            services.remove_picture(by=request.actor, achievement=row)
            messages.success(request, _("The picture is drawn from the name again."))
            return redirect(address(request, "picture", row))
        if form.is_valid() and _uploaded(request, row, form):
            return redirect(address(request, "picture", row))
    context = page_context(request, row) | {"form": form}
    return render(request, "console/achievements/picture.html", context, status=422 if form.errors else 200)


def _uploaded(request: ConsoleRequest, row: Achievement, form: PictureForm) -> bool:
    upload: UploadedFile[Any] = form.cleaned_data["picture"]
    try:
        picture = services.set_picture(by=request.actor, achievement=row, content=upload.read())
    except Refused as refused:
        for one in refused.refusals:
            form.add_error("picture", one.message)
            if one.expected:
                words = _("Expected: %(expected)s. There was: %(got)s.") % {
                    "expected": one.expected,
                    "got": one.got,
                }
                form.add_error("picture", words)
        return False
    messages.success(request, _("The picture was checked and saved."))
    for remark in remarks(picture):
        messages.warning(request, remark)
    return True


def _save(request: ConsoleRequest, row: Achievement) -> HttpResponse:
    act, _colon, place = request.POST.get("act", "save").partition(":")
    before = services.newest(row).definition
    reading = read(request.POST, before, remove=place if act == "remove" else "")
    try:
        _keep(request, row, reading)
    except Refused as refused:
        for one in refused.refusals:
            messages.error(request, one.message)
        conflict = any(one.code == "conflict" for one in refused.refusals)
        editor = Editor(reading.definition, row.framework, form=None if reading.complete else reading.form)
        return _page(request, row, editor, conflict=conflict, status=409 if conflict else 422)
    unread.keep(request, row, reading)
    if not reading.complete:
        count = len(reading.form.errors)
        words = ngettext(
            "Everything was saved but %d field that could not be read. It stands below as you typed it.",
            "Everything was saved but %d fields that could not be read. They stand below as you typed them.",
            count,
        )
        messages.error(request, words % count)
        editor = Editor(
            reading.definition, row.framework, form=reading.form, add=place if act == "add" else ""
        )
        return _page(request, row, editor, status=422)
    if act == "save":
        messages.success(request, _("The draft was saved."))
    return _onwards(request, row, act, place)


def _onwards(request: ConsoleRequest, row: Achievement, act: str, place: str) -> HttpResponseRedirect:
    """Where a button leads after saving."""
    if act == "design":
        return redirect("console:designs:edit", request.organisation.slug, row.pk)
    if act in _GO_ON:
        return redirect(address(request, _GO_ON[act], row))
    here = address(request, "edit", row)
    if act == "add":
        return redirect(f"{here}?add={place}#rows-{place}")
    if act == "remove":
        return redirect(f"{here}#rows-{place.rpartition('-')[0]}")
    return redirect(here)


def _keep(request: ConsoleRequest, row: Achievement, reading: Reading) -> Any:
    """Save the draft, with the issuer and the template where the page has them."""
    settings = SettingsForm(request.POST, issuers=issuers_of())
    settings.is_valid()
    chosen: Issuer | None = settings.cleaned_data.get("issuer")
    return services.save_draft(
        by=request.actor,
        achievement=row,
        definition=reading.definition,
        framework=settings.cleaned_data.get("framework"),
        issuer=chosen,
        seen=None if request.POST.get("overwrite") else request.POST.get("stamp"),
    )


def _page(
    request: ConsoleRequest, row: Achievement, editor: Editor, *, conflict: bool = False, status: int = 200
) -> HttpResponse:
    context = page_context(request, row, "edit")
    settings = SettingsForm(
        initial={"issuer": row.issuer_id, "framework": row.framework or "plain"}, issuers=issuers_of()
    )
    stamp = request.POST.get("stamp", "") if conflict else services.stamp(context["draft"])
    context |= {"editor": editor, "settings": settings, "conflict": conflict, "stamp": stamp}
    return render(request, "console/achievements/edit.html", context, status=status)
