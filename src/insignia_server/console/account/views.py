"""A person's profile, and the end of the account."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.kit.errors import NotHere
from insignia_server.organisations.services import only_owned
from insignia_server.people import services
from insignia_server.people.forms import EraseForm, ProfileForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def profile(request: Any) -> HttpResponse:
    """Name, language and time zone."""
    initial = {name: getattr(request.user, name) for name in ProfileForm.base_fields}
    form = ProfileForm(posted(request), initial=initial)
    if form.is_valid():
        with refusals_in(form):
            services.update_profile(user=request.user, **form.cleaned_data)
            messages.success(request, _("Your profile is saved."))
            return redirect("console:profile")
    return form_page(request, "console/account/profile.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def erase(request: Any) -> HttpResponse:
    """What erasing the account means, and the button; not for an organisation's only owner."""
    owned = only_owned(request.user)
    form = EraseForm(posted(request), user=request.user)
    if not owned and form.is_valid():
        user = request.user
        services.erase(user=user, revoke=form.revokes)
        logout(request)
        messages.success(request, _("Your account is erased."))
        return redirect("/")
    return form_page(request, "console/account/erase.html", form, owned=owned)


@require_POST
@login_required
def end_session(request: Any, key: int) -> HttpResponse:
    """Sign out one of the person's own sessions; this one has its own page for that."""
    session = UserSession.objects.filter(pk=key, user=request.user).first()
    if session is None:
        raise NotHere
    if session.session_key == request.session.session_key:
        return redirect("account_logout")
    get_adapter().end_sessions([session])
    messages.success(request, _("That session is signed out."))
    return redirect("usersessions_list")
