"""Keys to the API."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from insignia_server.console import shown_once
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.console.members.forms import ACTS
from insignia_server.organisations import clients as services
from insignia_server.organisations.models import ApiClient
from insignia_server.organisations.roles import Permission


class ClientForm(forms.Form):
    """What for, and how much."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        help_text=gettext_lazy("What will use the key, such as Campus management."),
        error_messages={"required": gettext_lazy("Give the key a name: the system that uses it.")},
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [
            (act.value, format_html('<span>{}<span class="sub mono">{}</span></span>', text, act.value))
            for act, text in ACTS.items()
        ],
        help_text=gettext_lazy("As little as it needs: a key can fall into wrong hands."),
        error_messages={"required": gettext_lazy("Tick at least one thing that the key may do.")},
    )
    a_minute = forms.IntegerField(
        label=gettext_lazy("Requests a minute"), min_value=1, max_value=60_000, initial=600
    )


def client_of(key: uuid.UUID) -> ApiClient:
    """The client of this key in the organisation, or 404."""
    found: ApiClient = need(ApiClient.objects.select_related("created_by").filter(pk=key).first())
    return found


@require_safe
@console(Permission.MANAGE)
def listing(request: ConsoleRequest) -> HttpResponse:
    """The keys, working ones first."""
    rows = list(ApiClient.objects.select_related("created_by").order_by("-pk")[:500])
    rows.sort(key=lambda row: row.revoked_at is not None)
    return render(request, "console/clients/list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.MANAGE)
def new(request: ConsoleRequest) -> HttpResponse:
    """A new key, which the next page shows once."""
    form = ClientForm(posted(request))
    if form.is_valid():
        values: dict[str, Any] = form.cleaned_data
        with refusals_in(form):
            row, key = services.create_client(
                by=request.actor, name=values["name"], scopes_=values["scopes"], a_minute=values["a_minute"]
            )
            shown_once.put(request, f"client:{row.pk}", key)
            return redirect("console:clients:detail", request.organisation.slug, row.pk)
    return form_page(request, "console/clients/new.html", form)


@require_safe
@console(Permission.MANAGE)
def detail(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """What a key may do; the key itself right after it was made, and never again."""
    row = client_of(key)
    acts = [(act.value, text) for act, text in ACTS.items() if act.value in row.scopes]
    secret = shown_once.take(request, f"client:{row.pk}")
    return render(request, "console/clients/detail.html", {"row": row, "acts": acts, "secret": secret})


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.MANAGE)
def revoke(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """The key opens nothing any more, asked on a page of its own."""
    row = client_of(key)
    if request.method == "POST":
        services.revoke_client(by=request.actor, client=row, now=timezone.now())
        messages.success(request, _("The key %(name)s is revoked.") % {"name": row.name})
        return redirect("console:clients:list", request.organisation.slug)
    return render(request, "console/clients/revoke.html", {"row": row})
