"""The delivery desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from insignia_server.awarding import listing as listing_of
from insignia_server.awarding.models import Award, DeliveryState
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.organisations.roles import Permission

PAGE = 50
COUNTED_UP_TO = 1_000  # a page costs the same however many there are


@require_safe
@console(Permission.READ)
def listing(request: ConsoleRequest) -> HttpResponse:
    """Awards by where their message is, newest first."""
    state = request.GET.get("state", "")
    state = state if state in DeliveryState.values else ""
    get = request.GET
    wanted = listing_of.Wanted(search=get.get("q", ""), delivery=state, undone=False)
    page = listing_of.page(
        wanted, now=timezone.now(), after=get.get("after"), before=get.get("before"), size=PAGE
    )
    context: dict[str, Any] = {
        "page": page,
        "state": state,
        "not_filtered": not state,
        "tabs": [(value, label, counted(value)) for value, label in DeliveryState.choices],
        "query": f"state={state}" if state else "",
        "may_award": request.actor.may(Permission.AWARD),
        "remindable": state in ("", DeliveryState.SENT, DeliveryState.OPENED),
    }
    return render(request, "console/delivery/list.html", context)


def counted(state: str) -> int:
    """How many, up to a thousand and one."""
    return int(Award.objects.delivered(state).order_by("-pk")[: COUNTED_UP_TO + 1].count())
