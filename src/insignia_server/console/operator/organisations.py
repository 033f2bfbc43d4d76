"""Tenants: who they are, what they do, and whether they may."""

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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insignia_server.awarding.evidence import used_bytes
from insignia_server.console.access import need, operator
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.console.operator.counting import counts
from insignia_server.organisations import operator as services
from insignia_server.organisations.models import Domain, Organisation, OrganisationState

MEGABYTE = 1024 * 1024


class SuspendForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The organisation's members read it."),
        error_messages={"required": gettext_lazy("Say why: the members of the organisation read it.")},
    )


class QuotaForm(forms.Form):
    """How many awards a month, and how much room for files."""

    awards_a_month = forms.IntegerField(
        label=gettext_lazy("Awards a calendar month"),
        required=False,
        min_value=0,
        max_value=100_000_000,
        help_text=gettext_lazy("Left empty, any number."),
    )
    evidence_megabytes = forms.IntegerField(
        label=gettext_lazy("Files of evidence, in MB"),
        required=False,
        min_value=0,
        max_value=100_000_000,
        help_text=gettext_lazy(
            "All files together. Left empty, any size. A lower one deletes nothing; it refuses new files."
        ),
    )

    def quotas(self) -> dict[str, int | None]:
        """The arguments of the service."""
        megabytes = self.cleaned_data["evidence_megabytes"]
        return {
            "awards_a_month": self.cleaned_data["awards_a_month"],
            "evidence_bytes": None if megabytes is None else megabytes * MEGABYTE,
        }


def organisation_of(key: uuid.UUID) -> Organisation:
    """The tenant of this key, or 404."""
    found: Organisation = need(Organisation.objects.filter(pk=key).select_related("created_by").first())
    return found


@require_safe
@operator
def listing(request: Any) -> HttpResponse:
    """Every tenant, to filter by state and search by name; those that wait come first."""
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip().casefold()
    rows = [
        row
        for row in services.all_organisations(request.user)
        if (not state or row.state == state) and (words in row.name.casefold() or words in row.slug)
    ]
    context = {"rows": rows[:500], "count": len(rows), "states": OrganisationState.choices, "state": state}
    return render(request, "console/operator/organisations.html", context)


@require_safe
@operator
def detail(request: Any, key: uuid.UUID) -> HttpResponse:
    """One tenant: facts, counts, domains, and what the operator can do."""
    row = organisation_of(key)
    return render(request, "console/operator/organisation.html", _context(row))


@require_POST
@operator
def approve(request: Any, key: uuid.UUID) -> HttpResponse:
    """It may work."""
    row = services.approve(user=request.user, organisation=organisation_of(key))
    messages.success(request, _("%(name)s may work now.") % {"name": row.name})
    return redirect("console:operator:organisation", key)


@require_http_methods(["GET", "HEAD", "POST"])
@operator
def suspend(request: Any, key: uuid.UUID) -> HttpResponse:
    """It reads, and changes nothing; asked on a page of its own."""
    row, form = organisation_of(key), SuspendForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            services.suspend(user=request.user, organisation=row, reason=form.cleaned_data["reason"])
            messages.success(request, _("%(name)s is suspended.") % {"name": row.name})
            return redirect("console:operator:organisation", key)
    return form_page(request, "console/operator/suspend.html", form, row=row)


@require_POST
@operator
def resume(request: Any, key: uuid.UUID) -> HttpResponse:
    """The end of a suspension."""
    row = services.resume(user=request.user, organisation=organisation_of(key))
    messages.success(request, _("%(name)s may work again.") % {"name": row.name})
    return redirect("console:operator:organisation", key)


@require_POST
@operator
def quota(request: Any, key: uuid.UUID) -> HttpResponse:
    """How many awards a month, and how much room for files."""
    row, form = organisation_of(key), QuotaForm(request.POST)
    if not form.is_valid():
        return form_page(
            request, "console/operator/organisation.html", form, **_context(row, quota_form=form)
        )
    services.set_quota(user=request.user, organisation=row, **form.quotas())
    messages.success(request, _("The quota is saved."))
    return redirect("console:operator:organisation", key)


def _context(row: Organisation, quota_form: QuotaForm | None = None) -> dict[str, Any]:
    room = row.quota_evidence_bytes
    initial = {
        "awards_a_month": row.quota_awards_a_month,
        "evidence_megabytes": None if room is None else room // MEGABYTE,
    }
    return {
        "row": row,
        "counts": counts(row, now=timezone.now()),
        "evidence_bytes": used_bytes(row.pk),
        "domains": Domain.objects.filter(organisation=row).order_by("name"),
        "quota_form": quota_form or QuotaForm(initial=initial),
    }
