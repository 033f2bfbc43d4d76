"""After sign-in: where to. And founding an organisation."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.organisations import services
from insignia_server.organisations.models import OrganisationState


class FoundForm(forms.Form):
    """The first questions about an organisation."""

    name = forms.CharField(
        label=gettext_lazy("Name of the organisation"),
        max_length=200,
        help_text=gettext_lazy("As people know it: a university, a company, an association."),
        error_messages={"required": gettext_lazy("Give the organisation a name.")},
    )
    slug = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "The last part of the address of your console, such as nordhaven-university. "
            "Left empty, it is made of the name."
        ),
    )


@require_safe
@never_cache
@login_required
def start(request: Any) -> HttpResponse:
    """One organisation that works and nothing waiting: its console. Otherwise the choice."""
    members = services.memberships(request.user)
    waiting = services.waiting_invitations(request.user, now=timezone.now())
    if len(members) == 1 and not waiting and members[0].organisation.state == OrganisationState.ACTIVE:
        return redirect("console:home", members[0].organisation.slug)
    return _choice(request, members, waiting)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def organisations(request: Any) -> HttpResponse:
    """All organisations of the person, and invitations, to accept here without the mail."""
    now = timezone.now()
    if request.method == "POST":
        member = services.accept_waiting(
            user=request.user, invitation_id=_key(request.POST.get("invitation", "")), now=now
        )
        return welcome(request, member)
    members = services.memberships(request.user)
    return _choice(request, members, services.waiting_invitations(request.user, now=now))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def new(request: Any) -> HttpResponse:
    """Found an organisation, where FOUNDING or an invitation (`?invitation=`) allows it."""
    token = request.POST.get("invitation") or request.GET.get("invitation", "")
    form = FoundForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            made = services.found(user=request.user, token=token, **form.cleaned_data)
            messages.success(request, _("%(name)s is founded. You are its owner.") % {"name": made.name})
            return redirect("console:home", made.slug)
    context = {
        "token": token,
        "allowed": services.may_found(user=request.user, token=token),
        "waits": services.founding_waits(user=request.user, token=token),
    }
    return form_page(request, "console/new.html", form, **context)


def welcome(request: Any, member: Any) -> HttpResponse:
    """Into the console of an organisation that the person has just joined."""
    name = member.organisation.name
    messages.success(request, _("Welcome to %(name)s.") % {"name": name})
    return redirect("console:home", member.organisation.slug)


def _choice(request: Any, members: list[Any], waiting: list[Any]) -> HttpResponse:
    context = {
        "members": members,
        "waiting": waiting,
        "may_found": services.may_found(user=request.user),
        "founding_waits": services.founding_waits(user=request.user),
    }
    return render(request, "console/start.html", context)


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)  # nobody's: answered with 404
