"""The page of an organisation's settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insignia_server.awarding.evidence import used_bytes
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.console.organisation.forms import DAY_FIRST, SettingsForm
from insignia_server.organisations.models import Organisation
from insignia_server.organisations.roles import Permission
from insignia_server.organisations.services import SETTINGS, update_settings


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.MANAGE)
def settings_page(request: ConsoleRequest) -> HttpResponse:
    """Everything that an owner sets, on one page."""
    organisation = request.organisation
    form = SettingsForm(posted(request), initial=_initial(organisation))
    if form.is_valid():
        with refusals_in(form):
            update_settings(by=request.actor, organisation=organisation, values=form.cleaned_data)
            messages.success(request, _("The settings are saved."))
            return redirect("console:settings", organisation.slug)
    return form_page(
        request,
        "console/organisation/settings.html",
        form,
        evidence_bytes=used_bytes(organisation.pk),
    )


def _initial(organisation: Organisation) -> dict[str, Any]:
    values = {name: getattr(organisation, name) for name in SETTINGS if name in SettingsForm.base_fields}
    words = {value: word for word, value in DAY_FIRST.items()}
    return values | {"day_first": words[organisation.day_first]}
