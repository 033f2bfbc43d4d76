"""Invitations to found an organisation."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from insignia_server.console.access import need, operator
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.organisations import operator as services
from insignia_server.organisations.mailing import invite_founder_by_mail
from insignia_server.organisations.models import FoundingInvitation


class FounderForm(forms.Form):
    """To whom."""

    email = forms.EmailField(
        label=gettext_lazy("Email address"),
        error_messages={"required": gettext_lazy("Give the address of the person to invite.")},
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the mail"), choices=lambda: settings.LANGUAGES
    )


@require_http_methods(["GET", "HEAD", "POST"])
@operator
def invitations(request: Any) -> HttpResponse:
    """Invite somebody; below, who was invited and has not come yet."""
    now = timezone.now()
    form = FounderForm(posted(request), initial={"language": request.LANGUAGE_CODE})
    if form.is_valid():
        with refusals_in(form):
            invite_founder_by_mail(user=request.user, now=now, **form.cleaned_data)
            messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
            return redirect("console:operator:invitations")
    rows = FoundingInvitation.objects.order_by("-pk")[:100]
    context = {"rows": rows, "now": now, "founding": settings.FOUNDING}
    return form_page(request, "console/operator/invitations.html", form, **context)


@require_POST
@operator
def withdraw(request: Any, key: uuid.UUID) -> HttpResponse:
    """The link of an invitation stops working."""
    row = need(FoundingInvitation.objects.filter(pk=key, used_at=None).first())
    services.withdraw_founder(user=request.user, invitation=row)
    messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": row.email})
    return redirect("console:operator:invitations")
