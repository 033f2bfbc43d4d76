"""Webhooks: addresses that hear events, and what they answered."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insignia_server.console import shown_once
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.kit import paging
from insignia_server.organisations.roles import Permission
from insignia_server.webhooks import services
from insignia_server.webhooks.models import Delivery, Endpoint

EVENTS = {
    "award.issued": gettext_lazy("A badge was awarded and signed"),
    "award.corrected": gettext_lazy("A badge was corrected"),
    "award.revoked": gettext_lazy("A badge was revoked"),
    "award.suspended": gettext_lazy("A badge was suspended"),
    "award.reinstated": gettext_lazy("A suspended badge is valid again"),
    "award.claimed": gettext_lazy("A learner took a badge"),
    "award.delivery": gettext_lazy("A mail could not be sent, or came back"),
    "award.erased": gettext_lazy("A learner was erased from a badge"),
    "batch.finished": gettext_lazy("A batch is finished"),
    "batch.undone": gettext_lazy("A batch was undone"),
    "claim.requested": gettext_lazy("A learner asks for a badge"),
    "achievement.published": gettext_lazy("A version of an achievement was published"),
    "webhook.test": gettext_lazy("A test"),
}


class EndpointForm(forms.Form):
    """Where, and what."""

    url = forms.URLField(
        label=gettext_lazy("Address"),
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("It is sent a POST with JSON, signed by the Standard Webhooks conventions."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        error_messages={
            "required": gettext_lazy("Give the address that is to be told, beginning with https://.")
        },
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [pair for pair in EVENTS.items() if pair[0] != "webhook.test"],
        help_text=gettext_lazy("None ticked: all, those too that come later."),
    )


def endpoint_of(request: ConsoleRequest, key: uuid.UUID) -> Endpoint:
    """The endpoint of this key in the organisation, or 404."""
    found: Endpoint = need(Endpoint.objects.filter(organisation_id=request.organisation.pk, pk=key).first())
    return found


def delivery_of(request: ConsoleRequest, key: uuid.UUID) -> Delivery:
    """The delivery of this key in the organisation, or 404."""
    rows = Delivery.objects.select_related("endpoint", "event")
    found: Delivery = need(rows.filter(organisation_id=request.organisation.pk, pk=key).first())
    return found


@require_safe
@console(Permission.MANAGE)
def listing(request: ConsoleRequest) -> HttpResponse:
    """The addresses and how they do."""
    rows = Endpoint.objects.filter(organisation_id=request.organisation.pk).order_by("created_at")
    return render(request, "console/webhooks/list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.MANAGE)
def new(request: ConsoleRequest) -> HttpResponse:
    """A new address; its secret is shown once on the next page."""
    form = EndpointForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            row, made = services.create_endpoint(by=request.actor, **form.cleaned_data)
            shown_once.put(request, f"webhook:{row.pk}", made)
            return redirect("console:webhooks:detail", request.organisation.slug, row.pk)
    return form_page(request, "console/webhooks/new.html", form)


@require_safe
@console(Permission.MANAGE)
def detail(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """One address: its events, its secret right after it was made, and the log of deliveries."""
    row = endpoint_of(request, key)
    found = Delivery.objects.select_related("event").filter(endpoint=row)
    state = request.GET.get("state", "")
    if state in ("waiting", "delivered", "failed"):
        found = found.filter(state=state)
    page = paging.page(found, after=request.GET.get("after"), before=request.GET.get("before"))
    context = {
        "row": row,
        "events": [(name, EVENTS.get(name, name)) for name in row.events],
        "page": page,
        "deliveries": [(one, EVENTS.get(one.event.type, one.event.type)) for one in page.rows],
        "state": state,
        "secret": shown_once.take(request, f"webhook:{row.pk}"),
    }
    return render(request, "console/webhooks/detail.html", context)


@require_POST
@console(Permission.MANAGE)
def test(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """Send a test event to this address."""
    row = endpoint_of(request, key)
    made = services.send_test(by=request.actor, endpoint=row)
    messages.success(request, _("A test event is on its way. Its answer stands below."))
    return redirect("console:webhooks:delivery", request.organisation.slug, made.pk)


@require_POST
@console(Permission.MANAGE)
def enable(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """Switch an address on or off."""
    on = request.POST.get("enabled") == "yes"
    services.enable_endpoint(by=request.actor, endpoint=endpoint_of(request, key), enabled=on)
    messages.success(request, _("The webhook is on.") if on else _("The webhook is off."))
    return redirect("console:webhooks:detail", request.organisation.slug, key)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.MANAGE)
def secret(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """A new secret, asked on a page of its own."""
    row = endpoint_of(request, key)
    if request.method == "POST":
        made = services.rotate_secret(by=request.actor, endpoint=row)
        shown_once.put(request, f"webhook:{row.pk}", made)
        return redirect("console:webhooks:detail", request.organisation.slug, row.pk)
    return render(request, "console/webhooks/secret.html", {"row": row})


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.MANAGE)
def remove(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """Forget an address, asked on a page of its own."""
    row = endpoint_of(request, key)
    if request.method == "POST":
        services.remove_endpoint(by=request.actor, endpoint=row)
        messages.success(request, _("The webhook is removed."))
        return redirect("console:webhooks:list", request.organisation.slug)
    return render(request, "console/webhooks/remove.html", {"row": row})


@require_safe
@console(Permission.MANAGE)
def delivery(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """One delivery: what was sent and what came back."""
    row = delivery_of(request, key)
    context = {
        "row": row,
        "label": EVENTS.get(row.event.type, row.event.type),
        "body": bytes(row.event.body),
    }
    return render(request, "console/webhooks/delivery.html", context)


@require_POST
@console(Permission.MANAGE)
def replay(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """Send it once more, with the same id."""
    made = services.replay(by=request.actor, delivery=delivery_of(request, key))
    messages.success(request, _("It is sent once more."))
    return redirect("console:webhooks:delivery", request.organisation.slug, made.pk)
