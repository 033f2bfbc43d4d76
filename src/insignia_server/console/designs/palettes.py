"""Colours that an organisation keeps for its badges."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.designs import services
from insignia_server.designs.drawing import ROLES, Design
from insignia_server.designs.models import OwnPalette
from insignia_server.kit.errors import Refused
from insignia_server.organisations.roles import Permission


@require_POST
@console(Permission.AUTHOR)
def keep(request: ConsoleRequest) -> HttpResponse:
    """Keep the colours that stand in the designer under a name."""
    colours = {role: request.POST.get(f"palette.{role}", "") for role in ROLES}
    try:
        design = Design.from_json({"design": 1, "palette": {"id": "", **colours}})
        kept = services.keep_palette(
            by=request.actor, name=request.POST.get("palette-name", ""), colours=design.palette
        )
    except Refused as refused:
        messages.error(request, refused.refusals[0].message)
    else:
        messages.success(request, _("The palette %(name)s was kept.") % {"name": kept.name})
    return _back(request)


@require_POST
@console(Permission.AUTHOR)
def remove(request: ConsoleRequest, palette: uuid.UUID) -> HttpResponse:
    """Forget a palette; badges that have it stay as they are."""
    row: OwnPalette = need(OwnPalette.objects.filter(pk=palette).first())
    services.remove_palette(by=request.actor, palette=row)
    messages.success(request, _("The palette was removed. Badges that have it stay as they are."))
    return _back(request)


def _back(request: ConsoleRequest) -> HttpResponse:
    """To the page whose panel it was."""
    wanted = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return redirect(f"{wanted}#panel-palette")
    return redirect("console:designs:families", request.organisation.slug)
