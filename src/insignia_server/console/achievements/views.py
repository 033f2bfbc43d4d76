"""Pages that show achievements."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from insignia_server.achievements import document, facts, frameworks, pictures, services, terms
from insignia_server.achievements.definition import Definition, texts
from insignia_server.achievements.differences import differences
from insignia_server.achievements.models import Achievement, AchievementState, AchievementVersion
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.console.achievements.finding import (
    achievement_of,
    issuers_of,
    listed,
    page_context,
    version_of,
)
from insignia_server.kit import paging
from insignia_server.kit.markdown import render as markdown
from insignia_server.organisations.roles import Permission

PAGE = 50


@require_safe
@console(Permission.READ)
def listing(request: ConsoleRequest) -> HttpResponse:
    """All achievements, to filter by state and issuer and to search."""
    state, issuer, words = (request.GET.get(name, "").strip() for name in ("state", "issuer", "q"))
    found = Achievement.objects.select_related("issuer").in_state(state).matching(words)
    if issuer:
        found = found.filter(issuer__slug=issuer)
    page = paging.page(found, after=request.GET.get("after"), before=request.GET.get("before"), size=PAGE)
    states = [("", _("Not archived")), *AchievementState.choices, ("all", pgettext("achievements", "All"))]
    context = {
        "organisation": request.organisation,
        "rows": listed(page.rows),
        "page": page,
        "query": _query(request),
        "states": states,
        "state": state,
        "issuers": issuers_of(),
        "issuer": issuer,
        "words": words,
        "filtered": bool(state or issuer or words),
        "may_author": request.actor.may(Permission.AUTHOR),
    }
    return render(request, "console/achievements/list.html", context)


@require_safe
@console(Permission.READ)
def detail(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """What it says, in which state it is, and what can be done."""
    row = achievement_of(achievement)
    context = page_context(request, row, "overview")
    definition: Definition = context["version"].definition
    framework = frameworks.framework_of(row.framework)
    context |= {
        "definition": definition,
        "framework": framework,
        "completeness": frameworks.completeness(definition, row.framework),
        "assessment": facts.assessment_facts(definition),
        "about": facts.about_facts(definition),
        "criteria": markdown(definition.criteria),
        "outcomes": definition.learning_outcomes,
        "type_label": terms.label(terms.ACHIEVEMENT_TYPES, definition.achievement_type),
        "language": terms.language_name(definition.in_language),
        "expiry": facts.expiry_words(definition.expiry),
        "status": terms.label(terms.STATUS_NAMES, definition.status),
    }
    return render(request, "console/achievements/detail.html", context)


@require_safe
@console(Permission.READ)
def preview(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """How the page of the achievement looks to everybody, draft or not, in each of its languages."""
    row = achievement_of(achievement)
    context = page_context(request, row, "preview")
    version = version_of(row, request.GET.get("version", ""))
    definition = version.definition
    language = request.GET.get("language", definition.in_language)
    said = texts(definition, [language])
    with translation.override(said.language.partition("-")[0]):
        context |= {"assessment": facts.assessment_facts(definition), "about": facts.about_facts(definition)}
    codes = [definition.in_language, *(one.language for one in definition.translations if one.language)]
    context |= {
        "version": version,
        "definition": definition,
        "texts": said,
        "criteria": markdown(said.criteria),
        "assessment_text": markdown(definition.assessment.description),
        "languages": [(code, terms.language_name(code)) for code in dict.fromkeys(codes)],
    }
    return render(request, "console/achievements/preview.html", context)


@require_safe
@console(Permission.READ)
def document_view(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """The Achievement as it is signed: frozen for a published version, as it would be for a draft."""
    row = achievement_of(achievement)
    context = page_context(request, row, "json")
    version = version_of(row, request.GET.get("version", ""))
    found = version.document or document.achievement_document(version, row.issuer, services.next_number(row))
    context |= {"version": version, "document": found, "problems": document.check(found)}
    return render(request, "console/achievements/json.html", context)


@require_safe
@console(Permission.READ)
def history(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """Every version, the newest first, with what changed from the one before."""
    row = achievement_of(achievement)
    context = page_context(request, row, "history")
    versions = list(AchievementVersion.objects.filter(achievement=row).select_related("published_by"))
    versions.sort(key=lambda one: (one.number is None, one.number or 0), reverse=True)
    befores = [*versions[1:], None]
    context["versions"] = [
        (one, differences(before.definition, one.definition) if before else [], _new_picture(before, one))
        for one, before in zip(versions, befores, strict=True)
    ]
    return render(request, "console/achievements/history.html", context)


@require_safe
@console(Permission.READ)
def image(request: ConsoleRequest, achievement: uuid.UUID) -> HttpResponse:
    """The picture of a version: the PNG, or until one is sent the badge that is drawn from the name."""
    row = achievement_of(achievement)
    version = version_of(row, request.GET.get("version", ""))
    if version.picture is not None:
        response = HttpResponse(pictures.read(version.picture.png), content_type="image/png")
    else:
        response = HttpResponse(pictures.starter(row, version.definition), content_type="image/svg+xml")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _query(request: HttpRequest) -> str:
    """The filters as a query string, for the links of the pager."""
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    return query.urlencode()


def _new_picture(before: AchievementVersion | None, after: AchievementVersion) -> bool:
    return before is not None and before.picture_id != after.picture_id
