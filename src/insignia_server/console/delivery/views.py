"""The delivery desk."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from insignia_server.awarding.models import Award, AwardState, DeliveryState
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.kit import paging
from insignia_server.organisations.roles import Permission

PAGE = 50
COUNTED_UP_TO = 10_001  # counting all of a million rows would take seconds


@require_safe
@console(Permission.READ)
def listing(request: ConsoleRequest) -> HttpResponse:
    """Awards by where their message is, newest first."""
    state = request.GET.get("state", "")
    state = state if state in DeliveryState.values else ""
    found = (
        Award.objects.for_list()
        .filter(state=AwardState.ISSUED)
        .matching(request.GET.get("q", ""))
        .with_delivery(state)
    )
    page = paging.page(found, after=request.GET.get("after"), before=request.GET.get("before"), size=PAGE)
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
    """How many, up to ten thousand."""
    rows = Award.objects.filter(delivery=state, state=AwardState.ISSUED)[:COUNTED_UP_TO]
    return int(rows.aggregate(n=Count("pk"))["n"])
