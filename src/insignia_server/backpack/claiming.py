"""Claiming: a link, a name, an address that is proved; then the badge, or a wait for approval."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import texts
from insignia_server.awarding import claims
from insignia_server.awarding.models import Claim, ClaimLink, ClaimState
from insignia_server.awarding.owning import own_request
from insignia_server.backpack.forms import ClaimForm
from insignia_server.kit import blind, limits, scopes
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.kit.markdown import render as markdown
from insignia_server.mail import links
from insignia_server.organisations import look
from insignia_server.people.models import User

HOUR = 3600
MAILS_AN_HOUR = 5  # to one address, whoever asks


def about(link: ClaimLink) -> dict[str, Any]:
    """What can be claimed, for the page."""
    with scopes.crossing("claim"):
        version = achievements.current(link.achievement)
    home = reverse("issuer", kwargs={"slug": link.achievement.issuer.slug})
    said = texts(version.definition, [get_language() or "en"])
    return {
        "link": link,
        "version": version,
        "pages_look": look.of(link.organisation, home=home),
        "texts": said,
        "criteria": markdown(said.criteria),
        "evidence_required": version.definition.evidence_required,
    }


def visitor(request: HttpRequest) -> User | None:
    """The signed-in person."""
    return request.user if isinstance(request.user, User) else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("claim", count=lambda: settings.CLAIMS_AN_HOUR, seconds=HOUR)
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a claim link. Whatever is known of an address is told to its owner only."""
    link, user, now = claims.find_link(token), visitor(request), timezone.now()
    context = about(link)
    own = own_request(user=user, link=link) if user else None
    if own is not None and request.method != "POST":
        return answered(request, own, link)
    try:
        claims.require_open(link, now=now)
    except Refused as refused:
        if own is not None:
            return answered(request, own, link)
        return render(request, "backpack/closed.html", {**context, "why": refused.refusals[0].message})
    data = request.POST if request.method == "POST" else None
    initial = {"name": user.name, "email": user.email} if user else {}
    form = ClaimForm(data, initial=initial, evidence=context["evidence_required"])
    if form.is_bound and form.is_valid():
        address = blind.index("emailAddress", form.cleaned_data["email"]).hex()
        if wait := limits.take("claim-mail", address, MAILS_AN_HOUR, HOUR, now.timestamp(), guards=True):
            return limits.too_many(request, seconds=wait)
        try:
            asked = claims.request(
                link=link, user=user, language=get_language() or "", now=now, **form.cleaned_data
            )
        except Refused as refused:
            show(form, list(refused.refusals))
        else:
            if asked.claim is not None:
                return answered(request, asked.claim, link)
            return render(request, "backpack/sent.html", {**context, "email": asked.email})
    return render(
        request, "backpack/claim.html", {**context, "form": form}, status=422 if form.errors else 200
    )


def show(form: ClaimForm, refusals: list[Refusal]) -> None:
    """Each refusal beside its field."""
    for one in refusals:
        form.add_error(one.field if one.field in form.fields else None, one.message)


def answered(request: HttpRequest, found: Claim, link: ClaimLink) -> HttpResponse:
    """To the badge, or the page that says what happens next."""
    if found.state == ClaimState.AWARDED and found.award_id:
        return redirect("badge", key=found.award_id)
    return render(request, "backpack/outcome.html", {**about(link), "claim": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail. A button proves the address, since mail programs open links by themselves."""
    links.opened(request.GET.get("m", ""))
    try:
        asked = claims.asked_by(token, now=timezone.now())
    except NotHere:
        return render(request, "backpack/stale.html", status=404)
    if request.method != "POST":
        return render(request, "backpack/prove.html", {"claim": asked})
    try:
        found = claims.prove(token, user=visitor(request), now=timezone.now())
    except Refused as refused:
        return render(
            request, "backpack/prove.html", {"claim": asked, "why": refused.refusals[0].message}, status=409
        )
    return answered(request, found, found.link)
