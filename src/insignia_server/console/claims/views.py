"""Claim links and the requests that came through them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insignia_server.achievements import services as achievements
from insignia_server.awarding import claim_links, claims
from insignia_server.awarding.models import Claim, ClaimLink
from insignia_server.awarding.several_claims import MOST_DECIDED
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.claims.forms import DeclineForm, LinkForm
from insignia_server.console.forms_errors import form_page, posted, refusals_in, sentence
from insignia_server.kit import paging, qr
from insignia_server.kit.errors import Refused
from insignia_server.organisations.roles import Permission


def link_of(key: uuid.UUID) -> ClaimLink:
    """A claim link of this organisation; 404 for all others."""
    row: ClaimLink = need(
        ClaimLink.objects.select_related("achievement__issuer", "group").filter(pk=key).first()
    )
    return row


def claim_of(key: uuid.UUID) -> Claim:
    """A claim of this organisation; 404 for all others."""
    row: Claim = need(Claim.objects.select_related("link__achievement__issuer").filter(pk=key).first())
    return row


def drawn(link: ClaimLink) -> str:
    """The QR code of a link as SVG; our own drawing, so it is safe in a page."""
    return mark_safe(qr.svg(claims.link_url(link), title=_("QR code of the claim link")))  # noqa: S308


@require_safe
@console(Permission.READ)
def listing(request: ConsoleRequest) -> HttpResponse:
    """Every link, newest first, and how many wait."""
    found = ClaimLink.objects.select_related("achievement", "group").annotate(
        waiting=Count("claims", filter=Q(claims__state="waiting"))
    )
    page = paging.page(found, after=request.GET.get("after"), before=request.GET.get("before"))
    context = {"page": page, "may_award": request.actor.may(Permission.AWARD)}
    return render(request, "console/claims/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AWARD)
def new(request: ConsoleRequest) -> HttpResponse:
    """Open a link."""
    form = LinkForm(posted(request))
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            link = claims.open_link(by=request.actor, **form.values())
            messages.success(request, _("The link is open."))
            return redirect("console:claims:detail", organisation=request.organisation.slug, link=link.pk)
    return form_page(request, "console/claims/new.html", form)


@require_safe
@console(Permission.READ)
def detail(request: ConsoleRequest, link: uuid.UUID) -> HttpResponse:
    """The link, its QR code, and who asked."""
    row = link_of(link)
    page = paging.page(
        Claim.objects.filter(link=row).exclude(state="unproved"),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    waiting = Claim.objects.filter(link=row, state="waiting").count()
    context: dict[str, Any] = {
        "waiting": waiting,
        "waiting_at_once": min(waiting, MOST_DECIDED),
        "link": row,
        "address": claims.link_url(row),
        "code": drawn(row),
        "page": page,
        "may_award": request.actor.may(Permission.AWARD),
        "may_approve": request.actor.may(Permission.APPROVE),
    }
    return render(request, "console/claims/detail.html", context)


@require_safe
@console(Permission.READ)
def printed(request: ConsoleRequest, link: uuid.UUID) -> HttpResponse:
    """A sheet of paper to hang up."""
    row = link_of(link)
    context = {
        "link": row,
        "address": claims.link_url(row),
        "code": drawn(row),
        "version": achievements.current(row.achievement),
    }
    return render(request, "console/claims/print.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.AWARD)
def close(request: ConsoleRequest, link: uuid.UUID) -> HttpResponse:
    """Take no more claims."""
    row = link_of(link)
    back = reverse(
        "console:claims:detail", kwargs={"organisation": request.organisation.slug, "link": row.pk}
    )
    if request.method == "POST":
        claims.close_link(by=request.actor, link=row)
        messages.success(request, _("The link is closed."))
        return redirect(back)
    context = {
        "title": _("Close this link"),
        "consequences": [
            _("Whoever opens it reads that it is closed."),
            _("Badges that were claimed stay valid; claims that wait can still be decided."),
        ],
        "undo": _("It cannot be opened again. Open a new link with a new QR code."),
        "confirm_label": _("Close the link"),
        "cancel_url": back,
        "link": row,
    }
    return render(request, "console/claims/confirm.html", context)


@require_POST
@console(Permission.AWARD)
def catalogue(request: ConsoleRequest, link: uuid.UUID) -> HttpResponse:
    """Show the link in the public catalogue, or no longer."""
    row = link_of(link)
    shown = request.POST.get("shown") == "yes"
    claim_links.show_in_catalogue(by=request.actor, link=row, shown=shown)
    done = _("The catalogue shows this link now.") if shown else _("The catalogue does not show it any more.")
    messages.success(request, done)
    return redirect("console:claims:detail", organisation=request.organisation.slug, link=row.pk)


@require_POST
@console(Permission.APPROVE)
def approve(request: ConsoleRequest, claim: uuid.UUID) -> HttpResponse:
    """Award what was claimed."""
    row = claim_of(claim)
    try:
        claims.approve(by=request.actor, claim=row)
    except Refused as refused:
        messages.error(request, " ".join(sentence(one) for one in refused.refusals))
    else:
        messages.success(request, _("Awarded to {name}.").format(name=row.name or row.email))
    return redirect("console:claims:detail", organisation=request.organisation.slug, link=row.link_id)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.APPROVE)
def decline(request: ConsoleRequest, claim: uuid.UUID) -> HttpResponse:
    """Say no, with a reason that the learner reads."""
    row = claim_of(claim)
    back = reverse(
        "console:claims:detail", kwargs={"organisation": request.organisation.slug, "link": row.link_id}
    )
    form = DeclineForm(posted(request))
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            claims.decline(by=request.actor, claim=row, reason=form.cleaned_data["reason"])
            messages.success(request, _("Declined. The learner gets your reason by mail."))
            return redirect(back)
    return form_page(
        request,
        "console/claims/confirm.html",
        form,
        link=row.link,
        claim=row,
        title=_("Decline this claim"),
        consequences=[
            _("The learner gets a mail with your reason."),
            _("The place of the link is free again."),
        ],
        undo=_("The learner can claim no more through this link. Award it by hand if you change your mind."),
        confirm_label=_("Decline"),
        cancel_url=back,
    )
