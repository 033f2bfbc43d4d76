"""Several claims approved or declined at once: ticked in the list, or all that wait on the page."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from insignia_server.awarding import several_claims
from insignia_server.awarding.models import Claim, ClaimLink, ClaimState
from insignia_server.awarding.several_claims import MOST_DECIDED, Decided
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.console.claims.forms import DeclineForm
from insignia_server.console.claims.views import link_of
from insignia_server.console.forms_errors import form_page, refusals_in, sentence
from insignia_server.kit.errors import Refused
from insignia_server.kit.wording import labelled
from insignia_server.organisations.roles import Permission


@require_POST
@console(Permission.APPROVE)
def decide(request: ConsoleRequest, link: uuid.UUID) -> HttpResponse:
    """`act`: approve, or decline, which asks for the reason on a page of its own first."""
    row = link_of(link)
    back = reverse(
        "console:claims:detail", kwargs={"organisation": request.organisation.slug, "link": row.pk}
    )
    chosen = _chosen(request, row)
    if not chosen:
        messages.error(request, _("Tick at least one claim that waits."))
        return redirect(back)
    if request.POST.get("act") == "decline":
        return _decline(request, row, chosen, back)
    try:
        found = several_claims.approve_many(by=request.actor, keys=[claim.pk for claim in chosen])
    except Refused as refused:
        messages.error(request, sentence(refused.refusals[0]))
        return redirect(back)
    _told(request, chosen, found, ngettext("{n} claim is awarded.", "{n} claims are awarded.", _good(found)))
    return redirect(back)


def _chosen(request: ConsoleRequest, link: ClaimLink) -> list[Claim]:
    """The ticked ones, or the first hundred that wait; only those of this link that wait still."""
    waiting = Claim.objects.filter(link=link, state=ClaimState.WAITING).order_by("pk")
    if request.POST.get("every") == "yes":
        return list(waiting[:MOST_DECIDED])
    keys = []
    for text in request.POST.getlist("claim"):
        try:
            keys.append(uuid.UUID(text))
        except ValueError:
            continue
    return list(waiting.filter(pk__in=keys[: MOST_DECIDED + 1]))


def _decline(request: ConsoleRequest, link: ClaimLink, chosen: Sequence[Claim], back: str) -> HttpResponse:
    form = DeclineForm(request.POST if request.POST.get("confirmed") == "yes" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            found = several_claims.decline_many(
                by=request.actor,
                keys=[claim.pk for claim in chosen],
                reason=form.cleaned_data["reason"],
            )
            text = ngettext("{n} claim is declined.", "{n} claims are declined.", _good(found))
            _told(request, chosen, found, text)
            return redirect(back)
    count = len(chosen)
    return form_page(
        request,
        "console/claims/decline_many.html",
        form,
        link=link,
        chosen=chosen,
        title=ngettext("Decline {n} claim", "Decline {n} claims", count).format(n=count),
        consequences=[
            _("Each learner gets a mail with your reason."),
            _("The places of the link are free again."),
        ],
        undo=_("They can claim no more through this link. Award them by hand if you change your mind."),
        confirm_label=ngettext("Decline {n} claim", "Decline {n} claims", count).format(n=count),
        cancel_url=back,
    )


def _good(found: Sequence[Decided]) -> int:
    return sum(not one.refusals for one in found)


def _told(request: ConsoleRequest, chosen: Sequence[Claim], found: Sequence[Decided], done: str) -> None:
    """How many, and of each that was refused who it is and why."""
    count = _good(found)
    if count:
        messages.success(request, done.format(n=count))
    names = {claim.pk: claim.name or claim.email for claim in chosen}
    for one in found:
        if one.refusals:
            why = " ".join(sentence(refusal) for refusal in one.refusals)
            messages.error(request, labelled(names[one.key], why))
