"""The first page of a console."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from insignia_server.awarding import listing
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.console.home import figures
from insignia_server.organisations.roles import Permission

LAST_AWARDS = 8


@require_safe
@console(Permission.READ)
def home(request: ConsoleRequest) -> HttpResponse:
    """What waits, what was awarded last, and for new organisations the first steps."""
    now = timezone.now()
    awards = listing.page(listing.Wanted(), now=now, size=LAST_AWARDS).rows
    steps = figures.first_steps(request.organisation, request.actor)
    context = {
        "matters": figures.matters(request.organisation, request.actor),
        "figures": figures.figures(request.organisation, now=now),
        "awards": [(one, one.shown_state(now=now)) for one in awards],
        "awards_url": figures.address(request.organisation, "awards:list"),
        "may_award": request.actor.may(Permission.AWARD),
        "steps": steps,
        "next_step": next((step for step in steps if not step.done), None),
    }
    return render(request, "console/home/home.html", context)
