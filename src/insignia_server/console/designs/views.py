"""The page where the badge of an achievement is designed; what its script asks for."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insignia_server.achievements import designing, services, similar
from insignia_server.achievements.models import Achievement, AchievementState, AchievementVersion
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.designs import reading, showing
from insignia_server.console.designs.reading import State
from insignia_server.designs import services as families
from insignia_server.designs.drawing import Drawing
from insignia_server.designs.families import fixes
from insignia_server.designs.models import Family
from insignia_server.designs.starter import describe
from insignia_server.kit.errors import Refused
from insignia_server.organisations.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AUTHOR)
def edit(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """The designer. Without a script every button sends all fields and shows what they make."""
    row = _achievement(achievement)
    if row.state == AchievementState.ARCHIVED:
        messages.warning(request, _("This achievement is in the archive. Take it out of the archive first."))
        return redirect("console:achievements:detail", request.organisation.slug, row.pk)
    version = services.newest(row)
    state = reading.state_of(row, version)
    if request.method != "POST":
        return _page(request, row, version, state)
    act = request.POST.get("act", "show")
    try:
        sent = reading.read(request.POST, state)
        state = reading.acted(row, version, sent, act)
        if act.startswith("mend:") and state.shown == sent.shown:
            messages.warning(request, showing.not_mended(in_family=state.family is not None))
        if act == "save":
            designing.set_design(
                by=request.actor,
                achievement=row,
                design=state.design,
                family=state.family,
                level=state.level,
                seen=request.POST.get("seen") if not request.POST.get("overwrite") else None,
            )
            messages.success(request, _("The design was saved."))
            return redirect("console:designs:edit", request.organisation.slug, row.pk)
    except Refused as refused:
        for one in refused.refusals:
            messages.error(request, one.message)
        conflict = any(one.code == "conflict" for one in refused.refusals)
        return _page(request, row, version, state, conflict=conflict, status=409 if conflict else 422)
    return _page(request, row, version, state, unsaved=True)


@require_POST
@console(Permission.AUTHOR)
def draw(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """The drawing of a design and what is wrong with it, as JSON; `act` mends it or takes another one."""
    row = _achievement(achievement)
    version = services.newest(row)
    try:
        before = reading.state_of(row, version)
        state = reading.acted(row, version, reading.read(request.POST, before), request.POST.get("act", ""))
    except Refused as refused:
        return _refused(refused)
    found = showing.answer(state.shown, showing.drawn(state.shown, row))
    return JsonResponse(found | {"alt": describe(state.shown, achievement_name=version.definition.name)})


@require_POST
@console(Permission.AUTHOR)
def keep(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """Keep a design while somebody works; answers with the stamp for the next time, and what looks alike."""
    row = _achievement(achievement)
    try:
        state = reading.read(request.POST, reading.state_of(row, services.newest(row)))
        draft = designing.set_design(
            by=request.actor,
            achievement=row,
            design=state.design,
            family=state.family,
            level=state.level,
            seen=request.POST.get("seen") or None,
        )
    except Refused as refused:
        return _refused(refused)
    found = similar.alike(row, draft.picture, family=draft.family_id)
    picture = reverse("console:achievements:image", args=[request.organisation.slug, row.pk])
    return JsonResponse(
        {
            "stamp": designing.stamp(draft),
            "alike": showing.alike_rows(found, request.organisation.slug),
            "picture": f"{picture}?{draft.picture_id}",
        }
    )


@require_safe
@console(Permission.AUTHOR)
def start(request: ConsoleRequest, achievement: uuid.UUID, number: int) -> HttpResponse:
    """The picture of a suggestion to start from."""
    row = _achievement(achievement)
    design = reading.start(row, services.newest(row), number)
    return svg(showing.drawn(design, row))


def svg(drawing: Drawing) -> HttpResponse:
    """A drawing as a picture of a page."""
    response = HttpResponse(drawing.svg, content_type="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _refused(refused: Refused) -> JsonResponse:
    conflict = any(one.code == "conflict" for one in refused.refusals)
    message = " ".join(one.message for one in refused.refusals[:3])
    return JsonResponse({"message": message}, status=409 if conflict else 422)


def _page(
    request: ConsoleRequest,
    row: Achievement,
    version: AchievementVersion,
    state: State,
    *,
    unsaved: bool = False,
    conflict: bool = False,
    status: int = 200,
) -> HttpResponse:
    slug = request.organisation.slug
    drawing = showing.drawn(state.shown, row)
    words = request.POST.get("q", "")
    stamp = request.POST.get("seen", "") if unsaved or conflict else designing.stamp(version)
    usable = _families(state)
    addresses = {
        name: reverse(f"console:designs:{at}", args=[slug, row.pk])
        for name, at in (("preview", "draw"), ("save", "keep"))
    } | {"icons": reverse("console:designs:icons", args=[slug])}
    context: dict[str, Any] = {
        "organisation": request.organisation,
        "achievement": row,
        "version": version,
        "artwork": version.picture_id is not None and version.design is None,
        "state": state,
        "design": state.shown,
        "json_design": json.dumps(state.design.to_json()),
        "problems": [one.message for one in drawing.problems],
        "canvas": showing.inline(drawing),
        "address": f"data:image/svg+xml;base64,{base64.b64encode(drawing.svg).decode()}",
        "views": showing.views(),
        "starts": range(len(reading.starts(row, version))),
        "others": _others(row),
        "families": usable,
        "in_family": state.family is not None,
        "logo_fixed": state.family is not None and "logo" in fixes(families.look_of(state.family)),
        "levels": families.LEVEL_LABELS.items(),
        "alike": showing.alike_rows(similar.alike(row, version.picture, family=version.family_id), slug),
        "suggested_alt": describe(state.shown, achievement_name=version.definition.name),
        "stamp": stamp,
        "unsaved": unsaved,
        "conflict": conflict,
        "words": words,
        "may_publish": request.actor.may(Permission.PUBLISH),
        "data": {
            "design": state.shown.to_json(),
            "more": {"family": str(state.family.pk) if state.family else "", "level": state.level},
            "stamp": stamp,
            "addresses": addresses,
            "parts": showing.movable(),
            "panels": showing.PANELS,
            "words": showing.script_words(),
            "families": showing.families_of(slug, usable),
            "open": "start" if not version.designed else "icon",
        },
    } | showing.panels(
        request.organisation, state.shown, issuer=row.issuer, words=words or _first_words(version)
    )
    return render(request, "console/designs/edit.html", context, status=status)


def _families(state: State) -> list[Family]:
    """Those in use, and the one that the badge has."""
    known = Q(archived_at=None) | Q(pk=state.family.pk if state.family else None)
    return list(Family.objects.filter(known).order_by("name"))


def _first_words(version: AchievementVersion) -> str:
    """What icons are shown before anybody searches: of the name, otherwise all."""
    return version.definition.name[:100]


def _others(row: Achievement) -> Any:
    versions = AchievementVersion.objects.filter(design__isnull=False).values("achievement")
    found = Achievement.objects.filter(pk__in=versions).exclude(pk=row.pk).in_state("")
    return found.order_by("-updated_at")[:50]


def _achievement(key: uuid.UUID) -> Achievement:
    found: Achievement = need(
        Achievement.objects.select_related("issuer__organisation", "created_by").filter(pk=key).first()
    )
    return found
