"""Who comes in: each view of the console names the permission that it needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from insignia_server.console import unsent
from insignia_server.kit import scopes
from insignia_server.kit.errors import Forbidden, NotHere
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Member, Organisation, OrganisationState
from insignia_server.organisations.roles import Permission
from insignia_server.organisations.services import membership
from insignia_server.people.models import User

View = Callable[..., HttpResponseBase]


class ConsoleRequest(HttpRequest):
    """What a console view gets: the person, the membership, the tenant, and the one who acts."""

    user: User
    member: Member
    organisation: Organisation
    actor: Actor


def console(permission: Permission = Permission.READ) -> Callable[[View], View]:
    """Open a view to members with a permission, in the scope of their organisation.

    The address has `organisation`, the slug. Strangers get 404, members without the permission 403. A tenant
    that is not active can be read, not changed. Who was signed out finds again what they sent.
    """

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def checked(request: Any, organisation: str, **arguments: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return unsent.to_login(request, organisation)
            member = membership(request.user.pk, organisation)
            request.member, request.organisation, request.actor = member, member.organisation, member.actor()
            request.actor.require(permission)
            if request.organisation.state != OrganisationState.ACTIVE and request.method not in (
                "GET",
                "HEAD",
            ):
                return render(request, "console/not-active.html", status=403)
            with scopes.organisation(request.organisation.pk), timezone.override(zone_of(member)):
                response = view(request, **arguments)
                return response.render() if isinstance(response, SimpleTemplateResponse) else response

        checked.permission = permission  # type: ignore[attr-defined]
        return checked

    return decorate


def zone_of(member: Member) -> ZoneInfo | None:
    """The zone in which times are shown and typed: the person's, else the organisation's."""
    try:
        return ZoneInfo(member.user.time_zone or member.organisation.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return None  # the instance's


def operator(view: View) -> View:
    """Open a view to operators of the instance; for everybody else it is not there."""

    @never_cache
    @login_required
    @wraps(view)
    def checked(request: Any, **arguments: Any) -> HttpResponseBase:
        if not request.user.is_staff:
            raise NotHere
        with scopes.crossing("operator"):
            return view(request, **arguments)

    checked.permission = "operator"  # type: ignore[attr-defined]
    return checked


def need(row: Any) -> Any:
    """The row, or 404 when there is none in this scope."""
    if row is None:
        raise NotHere
    return row


def forbid(sentence: str = "") -> Forbidden:
    """What to raise when a rule beyond the permission says no."""
    return Forbidden(sentence or _("You may not do this."))
