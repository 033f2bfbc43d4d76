"""The page of the audit log."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from insignia_server.audit.models import Entry
from insignia_server.audit.words import NOUNS
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.console.audit.reading import lines
from insignia_server.kit import paging
from insignia_server.organisations.roles import Permission


@require_safe
@console(Permission.AUDIT)
def listing(request: ConsoleRequest) -> HttpResponse:
    """Every act, the newest first; one kind of act, or what happened to one thing."""
    noun, subject = request.GET.get("action", ""), request.GET.get("subject", "").strip()
    found = Entry.objects.filter(organisation_id=request.organisation.pk)
    if noun in NOUNS:
        found = found.filter(action__startswith=f"{noun}.")
    if subject:
        found = found.filter(subject=subject[:80])
    page = paging.page(found, after=request.GET.get("after"), before=request.GET.get("before"))
    context = {
        "page": page,
        "lines": lines(page.rows),
        "nouns": list(NOUNS.items()),
        "noun": noun,
        "subject": subject,
        "filtered": noun in NOUNS or bool(subject),
    }
    return render(request, "console/audit/list.html", context)
