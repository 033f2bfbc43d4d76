"""The page behind the link in an invitation, before and after sign-in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from insignia_server.console.start import welcome
from insignia_server.kit.blind import normal_email
from insignia_server.kit.errors import NotHere
from insignia_server.organisations import services
from insignia_server.organisations.models import Invitation
from insignia_server.organisations.roles import ROLE_NAMES, ROLE_TEXTS, Role


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: Any, token: str) -> HttpResponse:
    """Who invites, to what, and one button; sign-in and sign-up lead back here."""
    now = timezone.now()
    try:
        found = services.find_invitation(token, now=now)
    except NotHere:
        return render(request, "console/invitation-gone.html", status=404)
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        return welcome(request, services.accept(user=request.user, token=token, now=now))
    return render(request, "console/invitation.html", _context(request, found))


def _context(request: Any, found: Invitation) -> dict[str, Any]:
    back = urlencode({"next": request.path})
    mine = request.user.is_authenticated and (
        normal_email(found.email) in services.proved_addresses(request.user)
    )
    return {
        "invitation": found,
        "inviting": found.organisation,
        "roles": [(ROLE_NAMES[Role(role)], ROLE_TEXTS[Role(role)]) for role in found.roles],
        "mine": mine,
        "login_url": f"{reverse('account_login')}?{back}",
        "signup_url": f"{reverse('account_signup')}?{back}&{urlencode({'email': found.email})}",
    }
