"""What visitors reported about public pages."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from insignia_server.console.access import need, operator
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.kit import paging
from insignia_server.organisations import operator as services
from insignia_server.organisations.models import AbuseReport

REASONS = {
    "impersonation": gettext_lazy("Somebody pretends to be somebody else"),
    "false": gettext_lazy("It is not true"),
    "offensive": gettext_lazy("It is offensive"),
    "privacy": gettext_lazy("It shows something private"),
    "other": gettext_lazy("Something else"),
}


class CloseForm(forms.Form):
    """How it was dealt with."""

    note = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For other operators, and for later."),
        error_messages={"required": gettext_lazy("Say what was done about it.")},
    )


@require_safe
@operator
def listing(request: Any) -> HttpResponse:
    """The open reports, or the closed ones."""
    closed = request.GET.get("state") == "closed"
    found = AbuseReport.objects.select_related("organisation").filter(closed_at__isnull=not closed)
    page = paging.page(found, after=request.GET.get("after"), before=request.GET.get("before"))
    rows = [(row, REASONS.get(row.reason, row.reason)) for row in page.rows]
    context = {"page": page, "rows": rows, "closed": closed}
    return render(request, "console/operator/reports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@operator
def detail(request: Any, key: uuid.UUID) -> HttpResponse:
    """One report, and closing it with a note."""
    row: AbuseReport = need(AbuseReport.objects.select_related("organisation").filter(pk=key).first())
    form = CloseForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            services.close_report(
                user=request.user, report=row, note=form.cleaned_data["note"], now=timezone.now()
            )
            messages.success(request, _("The report is closed."))
            return redirect("console:operator:reports")
    reason = REASONS.get(row.reason, row.reason)
    return form_page(request, "console/operator/report.html", form, row=row, reason=reason)
