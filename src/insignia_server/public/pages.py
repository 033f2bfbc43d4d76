"""The public pages: front page, badge, achievement, issuer, report."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from insignia.verification.render import tree as render_report
from insignia_server.achievements.models import Achievement, AchievementState
from insignia_server.awarding import embeds
from insignia_server.credentials.report_words import present
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.errors import Refused
from insignia_server.kit.limits import limited
from insignia_server.kit.markdown import plain
from insignia_server.kit.markdown import render as markdown
from insignia_server.mail import links
from insignia_server.organisations import operator
from insignia_server.passes.content import configured as wallets
from insignia_server.people.models import User
from insignia_server.public import catalogue, earning, finding, showing
from insignia_server.public.forms import ReportForm

JSON_TYPES = ("application/json", "application/ld+json", "application/vc", "application/vc+jwt")


def visitor(request: HttpRequest) -> User | None:
    """The person who looks, if signed in."""
    return request.user if isinstance(request.user, User) else None


def wants_json(request: HttpRequest) -> bool:
    """Whether the visitor's program asks for the data and not for the page."""
    kind = request.get_preferred_type(["text/html", *JSON_TYPES])
    accepted = request.accepted_type(kind) if kind in JSON_TYPES else None
    return accepted is not None and accepted.quality > 0


def absolute(path: str) -> str:
    """An address of this instance, as the world sees it."""
    return f"{settings.PUBLIC_URL}{path}"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this instance is, and where to go."""
    with scopes.crossing("public-pages"):
        issuers = list(
            Issuer.objects.filter(archived_at=None, organisation__state="active").exclude(pinned_at=None)[:12]
        )
        rows = Achievement.objects.filter(
            state=AchievementState.PUBLISHED, issuer__archived_at=None, organisation__state="active"
        )
        latest = list(rows.annotate(newest=Max("versions__number")).order_by("-pk")[:6])
    card = absolute(reverse("catalogue-card"))
    return render(request, "public/home.html", {"issuers": issuers, "latest": latest, "card": card})


@require_safe
@vary_on_headers("Accept")
def badge(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The badge page."""
    links.opened(request.GET.get("m", ""))
    award = showing.find_award(key, visitor(request))
    if wants_json(request):
        return data_of(award.credential)
    shown = showing.show(award, now=timezone.now())
    page = absolute(reverse("badge", kwargs={"key": key}))
    report = present(render_report(shown.report), names=showing.names(shown))
    if shown.state.name == "superseded":  # the report knows only that it was revoked
        report = replace(report, sentence=shown.state.sentence)
    context: dict[str, Any] = {
        "shown": shown,
        "pages_look": showing.look_of(shown.issuer, award.achievement.organisation),
        "page": page,
        "mine": visitor(request) is not None and award.person_id == request.user.pk,
        "report": report,
        "wallets": wallets(),
        "linkedin": showing.linkedin_url(shown, page=page),
        "card": absolute(
            reverse("achievement-card", kwargs={"key": award.achievement_id, "number": shown.version.number})
        ),
        "card_alt": embeds.alternative(shown.texts.name, shown.issuer.name),
    }
    response = render(request, "public/badge.html", context)
    response["Cache-Control"] = "private, no-cache"
    if not shown.indexed:
        response["X-Robots-Tag"] = "noindex"
    return response


def data_of(credential: Any) -> HttpResponse:
    """To the signed bytes, which lie at an address of their own."""
    form = "jwt" if credential.suite == "ob-jwt" else "json"
    return HttpResponseRedirect(f"/credentials/{credential.pk}.{form}")


@require_safe
@vary_on_headers("Accept")
def achievement(request: HttpRequest, key: uuid.UUID, number: int | None = None) -> HttpResponse:
    """The achievement page, of the newest version or of a named one."""
    shown = showing.show_achievement(key, number)
    if wants_json(request):
        return redirect("achievement-json", key=key, number=shown.version.number)
    page = absolute(reverse("achievement", kwargs={"key": key}))
    card = reverse("achievement-card", kwargs={"key": key, "number": shown.version.number})
    context: dict[str, Any] = {
        "shown": shown,
        "pages_look": showing.look_of(shown.issuer, shown.achievement.organisation),
        "page": page,
        "card": absolute(card),
        "card_alt": embeds.alternative(shown.texts.name, shown.issuer.name),
    }
    if shown.achievement.state == AchievementState.PUBLISHED:
        with scopes.crossing("public-pages"):
            ways = earning.routes([(shown.version, shown.issuer)], now=timezone.now())
        context["route"] = ways[key]
    return render(request, "public/achievement.html", context)


@require_safe
@vary_on_headers("Accept")
def issuer(request: HttpRequest, slug: str) -> HttpResponse:
    """The issuer page: who this is, what is proved of it, what can be earned."""
    with scopes.crossing("public-pages"):
        row = finding.find_issuer(slug)
        if wants_json(request):
            return redirect("issuer-profile", slug=slug)
        context = {
            "issuer": row,
            "pages_look": showing.look_of(row, row.organisation),
            "description": markdown(row.description),
            "achievements": finding.published_by(row),
            "domains": finding.proved_domains(row),
            "page": absolute(reverse("issuer", kwargs={"slug": slug})),
            "says": " ".join(plain(row.description).split()) or catalogue.says(row),
            "card": absolute(reverse("issuer-card", kwargs={"slug": slug})),
        }
    return render(request, "public/issuer.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("report", count=lambda: settings.REPORTS_AN_HOUR, seconds=3600)
def report(request: HttpRequest) -> HttpResponse:
    """Report a page to the operator."""
    data = request.POST if request.method == "POST" else None
    form = ReportForm(data, initial={"address": request.GET.get("page", "")})
    if form.is_bound and form.is_valid():
        try:
            operator.report_abuse(**form.cleaned_data)
        except Refused as refused:
            for one in refused.refusals:
                form.add_error(one.field or None, one.message)
        else:
            messages.success(request, _("Thank you. The operator of this instance looks into it."))
            return redirect("home")
    return render(request, "public/report.html", {"form": form}, status=422 if form.is_bound else 200)
