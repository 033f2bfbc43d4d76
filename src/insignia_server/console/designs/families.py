"""Families of badges: made from a badge, edited with the same panels, restyled; series of their levels."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insignia_server.achievements import designing
from insignia_server.achievements import series as members
from insignia_server.achievements.models import Achievement
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.designs import reading, showing
from insignia_server.console.designs.views import svg
from insignia_server.designs import logos, services
from insignia_server.designs.drawing import FRAMES, Design, Drawing, IconUse, compose
from insignia_server.designs.families import LEVEL_NAMES, RULES, apply, family_of
from insignia_server.designs.families import Family as Look
from insignia_server.designs.models import Family
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.organisations.roles import Permission

SHOWN = LEVEL_NAMES[:4]


@require_safe
@console(Permission.READ)
def listing(request: ConsoleRequest) -> HttpResponse:
    """Every family with its levels side by side."""
    archived = request.GET.get("state") == "archived"
    rows = Family.objects.filter(archived_at__isnull=not archived).order_by("name")[:100]
    context = {
        "organisation": request.organisation,
        "rows": [(one, len(members.members(one))) for one in rows],
        "levels": [(one, services.level_label(one)) for one in SHOWN],
        "archived": archived,
        "may_author": request.actor.may(Permission.AUTHOR),
    }
    return render(request, "console/designs/families.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AUTHOR)
def new(request: ConsoleRequest) -> HttpResponse:
    """A family from a badge."""
    chosen = request.POST.get("achievement") or request.GET.get("achievement", "")
    rows = Achievement.objects.in_state("").order_by("-updated_at")
    name, problem = request.POST.get("name", ""), ""
    if request.method == "POST":
        row = _by_key(rows, chosen)
        if row is None:
            problem = _("Choose the badge whose look the family gets.")
        elif not name.strip():
            problem = _("Give it a name.")
        else:
            look = family_of(designing.design_of(row))
            made = services.create_family(by=request.actor, name=name, look=look)
            messages.success(request, _("The family was made. Choose how its levels differ."))
            return redirect("console:designs:family", request.organisation.slug, made.pk)
    context = {
        "organisation": request.organisation,
        "rows": rows[:100],
        "chosen": chosen,
        "name": name,
        "problem": problem,
    }
    return render(request, "console/designs/new_family.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AUTHOR)
def edit(request: ConsoleRequest, family: uuid.UUID) -> HttpResponse:
    """The panels of the designer, for what all badges of the family share."""
    row = _family(family)
    look, name = services.look_of(row), row.name
    if request.method != "POST":
        return _page(request, row, look, name)
    act = request.POST.get("act", "show")
    try:
        look, name = _read(request, look, act), request.POST.get("name", row.name)
        if act == "save":
            services.change_family(
                by=request.actor, family=row, name=name, look=look, seen=request.POST.get("seen") or None
            )
            messages.success(request, _("The family was saved. Restyle its drafts when you are content."))
            return redirect("console:designs:family", request.organisation.slug, row.pk)
    except Refused as refused:
        for one in refused.refusals:
            messages.error(request, one.message)
        return _page(request, row, look, name, status=422)
    return _page(request, row, look, name, unsaved=True)


@require_POST
@console(Permission.AUTHOR)
def draw(request: ConsoleRequest, family: uuid.UUID) -> HttpResponse:
    """The family's look on a sample and on its levels, as JSON."""
    row = _family(family)
    try:
        look = _read(request, services.look_of(row), request.POST.get("act", ""))
    except Refused as refused:
        return _refused(refused)
    drawing = _drawn(request, look)
    found = showing.answer(look.base, drawing) | {"levels": _levels(request, look)}
    return JsonResponse(found)


@require_POST
@console(Permission.AUTHOR)
def keep(request: ConsoleRequest, family: uuid.UUID) -> HttpResponse:
    """Keep the family while somebody works. Drafts follow only when it is restyled."""
    row = _family(family)
    try:
        look = _read(request, services.look_of(row), "")
        kept = services.change_family(
            by=request.actor,
            family=row,
            name=request.POST.get("name") or None,
            look=look,
            seen=request.POST.get("seen") or None,
        )
    except Refused as refused:
        return _refused(refused)
    return JsonResponse({"stamp": services.stamp(kept), "picture": ""})


@require_safe
@console(Permission.READ)
def look(request: ConsoleRequest, family: uuid.UUID, level: str) -> HttpResponse:
    """A sample of the family at a level."""
    row = _family(family)
    return svg(_drawn(request, services.look_of(row), services.value_of(level)))


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AUTHOR)
def restyle(request: ConsoleRequest, family: uuid.UUID) -> HttpResponse:
    """What changes, before and after, and what does not."""
    row = _family(family)
    found = members.members(row)
    if request.method == "POST":
        wanted = set(request.POST.getlist("also"))
        also = [one.achievement for one in found if not one.changes and str(one.achievement.pk) in wanted]
        count = members.restyle(by=request.actor, family=row, also=also)
        words = ngettext("%d draft gets the new look.", "%d drafts get the new look.", count) % count
        messages.success(request, words)
        return redirect("console:designs:family", request.organisation.slug, row.pk)
    rows = []
    for one in found[:100]:
        design = designing.design_of(one.achievement, one.version)
        after = services.applied(row, design, one.version.family_level)
        drawing = showing.drawn(after, one.achievement) if after != design else None
        rows.append((one, _address(drawing.svg) if drawing else "", _open(one.achievement)))
    changing = len(found) > len(rows) or any(after for _one, after, _open in rows)
    context = {"organisation": request.organisation, "family": row, "rows": rows, "changing": changing}
    return render(request, "console/designs/restyle.html", context)


@require_POST
@console(Permission.AUTHOR)
def archive(request: ConsoleRequest, family: uuid.UUID) -> HttpResponse:
    """Put it away, or take it back."""
    row = _family(family)
    services.archive_family(by=request.actor, family=row, archived=row.archived_at is None)
    words = _("The family was put away. Its badges stay as they are.")
    messages.success(request, words if row.archived_at else _("The family was taken back."))
    return redirect("console:designs:families", request.organisation.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AUTHOR)
def series(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """Drafts of an achievement for levels of a family."""
    row = need(Achievement.objects.select_related("issuer__organisation").filter(pk=achievement).first())
    rows = Family.objects.filter(archived_at=None).order_by("name")
    levels, problem = request.POST.getlist("levels"), ""
    family = _by_key(rows, request.POST.get("family", ""))
    if request.method == "POST":
        if family is None:
            problem = _("Choose a family.")
        else:
            try:
                made = members.make_series(by=request.actor, family=family, achievement=row, levels=levels)
            except Refused as refused:
                problem = refused.refusals[0].message
            else:
                words = ngettext("%d draft was made.", "%d drafts were made.", len(made)) % len(made)
                messages.success(request, words)
                return redirect("console:designs:family", request.organisation.slug, family.pk)
    context = {
        "organisation": request.organisation,
        "achievement": row,
        "families": rows,
        "family": family,
        "levels": services.LEVEL_LABELS.items(),
        "chosen": levels or list(SHOWN[:3]),
        "problem": problem,
    }
    return render(request, "console/designs/series.html", context, status=422 if problem else 200)


def _page(
    request: ConsoleRequest, row: Family, look: Look, name: str, *, unsaved: bool = False, status: int = 200
) -> HttpResponse:
    slug = request.organisation.slug
    drawing = _drawn(request, look)
    stamp = request.POST.get("seen", "") if unsaved else services.stamp(row)
    context: dict[str, Any] = {
        "organisation": request.organisation,
        "family": row,
        "name": name,
        "look": look,
        "design": look.base,
        "json_design": json.dumps(look.base.to_json()),
        "rules": _rules(),
        "rule": look.rule,
        "level_frames": _level_frames(look),
        "level_rows": _levels(request, look),
        "members": members.members(row),
        "problems": [one.message for one in drawing.problems],
        "canvas": showing.inline(drawing),
        "address": _address(drawing.svg),
        "views": showing.views(),
        "stamp": stamp,
        "unsaved": unsaved,
        "family_page": True,
        "data": {
            "design": look.base.to_json(),
            "more": {"name": name, "rule": look.rule} | _frame_fields(look),
            "stamp": stamp,
            "addresses": {
                "preview": reverse("console:designs:draw-family", args=[slug, row.pk]),
                "save": reverse("console:designs:keep-family", args=[slug, row.pk]),
            },
            "parts": {},
            "panels": showing.PANELS,
            "words": showing.script_words(),
            "open": "family",
        },
    } | showing.panels(request.organisation, look.base)
    return render(request, "console/designs/family.html", context, status=status)


def _read(request: ConsoleRequest, before: Look, act: str) -> Look:
    base = reading.read_design(request.POST, before.base)
    rule = request.POST.get("rule", before.rule)
    if rule not in RULES:
        raise Refused(Refusal(_("There is no such rule."), "rule", "term", ", ".join(RULES), rule[:40]))
    frames = tuple(request.POST.get(name, now) for (name, now) in _frame_fields(before).items())
    if unknown := [one for one in frames if one not in FRAMES]:
        message = _("There is no such frame.")
        raise Refused(Refusal(message, "frames", "term", ", ".join(FRAMES), unknown[0][:40]))
    kept = before.frames if frames == _ladder(before) else frames
    found = replace(before, base=base, rule=rule, frames=kept)
    verb, _colon, what = act.partition(":")
    if verb == "mend" and what.isdecimal() and len(what) < 3:
        found = replace(found, base=reading.mended(_sample(found, 0), int(what), back=base))
    return found


def _ladder(look: Look) -> tuple[str, ...]:
    """The frame of each level."""
    return tuple(look.frames[min(at, len(look.frames) - 1)] for at in range(len(LEVEL_NAMES)))


def _frame_fields(look: Look) -> dict[str, str]:
    return {f"frame-{level}": frame for level, frame in zip(LEVEL_NAMES, _ladder(look), strict=True)}


def _level_frames(look: Look) -> list[tuple[str, str, str]]:
    names = zip(LEVEL_NAMES, _ladder(look), strict=True)
    return [(level, services.level_label(level), frame) for level, frame in names]


def _sample(look: Look, level: int) -> Design:
    """A badge that shows the look: invented texts where the family has none."""
    texts = look.base.texts
    titled = replace(texts.title, text=texts.title.text or _("Name of the badge"))
    second = replace(texts.subtitle, text=texts.subtitle.text or _("Your organisation"))
    icon = IconUse(id="ph:star-four", mode=look.base.icon.mode)
    design = replace(look.base, icon=icon, texts=replace(texts, title=titled, subtitle=second))
    return apply(look, design, level=level)


def _drawn(request: ConsoleRequest, look: Look, level: int = 0) -> Drawing:
    sample = _sample(look, level)
    return compose(sample, logo=logos.picture_of(sample, request.organisation))


def _levels(request: ConsoleRequest, look: Look) -> list[dict[str, str]]:
    return [
        {
            "label": services.level_label(one),
            "picture": _address(_drawn(request, look, services.value_of(one)).svg),
        }
        for one in SHOWN
    ]


def _rules() -> list[tuple[str, str]]:
    words = {
        "marks": _("By marks alone"),
        "frames": _("By a frame each"),
        "tones": _("By deeper tones"),
        "metals": _("From bronze to gold"),
        "none": _("Not at all"),
    }
    return [(rule, words[rule]) for rule in RULES]


def _address(content: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(content).decode()}"


def _refused(refused: Refused) -> JsonResponse:
    conflict = any(one.code == "conflict" for one in refused.refusals)
    message = " ".join(one.message for one in refused.refusals[:3])
    return JsonResponse({"message": message}, status=409 if conflict else 422)


def _open(achievement: Achievement) -> bool:
    return designing.is_open(achievement)


def _family(key: uuid.UUID) -> Family:
    found: Family = need(Family.objects.filter(pk=key).first())
    return found


def _by_key(rows: Any, key: str) -> Any:
    try:
        return rows.filter(pk=uuid.UUID(key)).first()
    except ValueError:
        return None
