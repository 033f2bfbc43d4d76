"""The operator's first page, and the domains of all tenants."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from insignia_server.console.access import operator
from insignia_server.console.operator.counting import instance
from insignia_server.kit import paging
from insignia_server.organisations.models import Domain, DomainState


@require_safe
@operator
def home(request: Any) -> HttpResponse:
    """What waits, and how the instance does."""
    context = {"instance": instance(now=timezone.now()), "founding": settings.FOUNDING}
    return render(request, "console/operator/home.html", context)


@require_safe
@operator
def domains(request: Any) -> HttpResponse:
    """Every domain that somebody says is theirs, and how far its proof has come."""
    state = request.GET.get("state", "")
    found = Domain.objects.select_related("organisation")
    if state in DomainState.values:
        found = found.filter(state=state)
    if words := request.GET.get("q", "").strip():
        found = found.filter(name__icontains=words)
    page = paging.page(found, after=request.GET.get("after"), before=request.GET.get("before"))
    context = {"page": page, "states": DomainState.choices, "state": state}
    return render(request, "console/operator/domains.html", context)
