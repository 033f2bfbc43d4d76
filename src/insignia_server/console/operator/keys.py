"""Keys with which programs act as the operator."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from insignia_server.console import shown_once
from insignia_server.console.access import need, operator
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.organisations import operator_keys as services
from insignia_server.organisations.models import OperatorKey

_SHOWN = "operator-key"


class KeyForm(forms.Form):
    """What for."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        help_text=gettext_lazy("What will use the key. It can do all that you can do as the operator."),
        error_messages={"required": gettext_lazy("Give the key a name: the system that uses it.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@operator
def keys(request: Any) -> HttpResponse:
    """A new key, which is shown once; below, those that there are."""
    form = KeyForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            _row, key = services.create_key(user=request.user, name=form.cleaned_data["name"])
            shown_once.put(request, _SHOWN, key)
            return redirect("console:operator:keys")
    rows = list(OperatorKey.objects.select_related("created_by").order_by("-pk")[:200])
    rows.sort(key=lambda row: row.revoked_at is not None)
    secret = shown_once.take(request, _SHOWN)
    return form_page(request, "console/operator/keys.html", form, rows=rows, secret=secret)


@require_POST
@operator
def revoke(request: Any, key: uuid.UUID) -> HttpResponse:
    """A key opens nothing any more."""
    row: OperatorKey = need(OperatorKey.objects.filter(pk=key).first())
    services.revoke_key(user=request.user, row=row, now=timezone.now())
    messages.success(request, _("The key %(name)s is revoked.") % {"name": row.name})
    return redirect("console:operator:keys")
