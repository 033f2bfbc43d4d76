"""Who belongs to the organisation, as what, and who is invited."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.console.members.forms import InviteForm, RolesForm, table
from insignia_server.kit.errors import Refused
from insignia_server.organisations import services
from insignia_server.organisations.mailing import invite_by_mail
from insignia_server.organisations.models import Invitation, Member
from insignia_server.organisations.roles import ROLE_NAMES, Permission, Role


def member_of(key: uuid.UUID) -> Member:
    """The member of this key in the organisation, or 404."""
    found: Member = need(Member.objects.select_related("user").filter(pk=key).first())
    return found


@require_safe
@console(Permission.READ)
def listing(request: ConsoleRequest) -> HttpResponse:
    """Members, and open invitations."""
    open_ones = Invitation.objects.filter(accepted_at=None, withdrawn_at=None).select_related("invited_by")
    waiting = [
        (row, [ROLE_NAMES[Role(role)] for role in row.roles], row.expires_at < timezone.now())
        for row in open_ones.order_by("-pk")[:200]
    ]
    context = {
        "rows": Member.objects.select_related("user", "organisation").order_by("joined_at"),
        "waiting": waiting,
        "may_manage": request.actor.may(Permission.MANAGE),
    }
    return render(request, "console/members/list.html", context)


@require_safe
@console(Permission.READ)
def roles(request: ConsoleRequest) -> HttpResponse:
    """The table of what each role may do."""
    context = {"table": table(), "roles": [ROLE_NAMES[role] for role in Role]}
    return render(request, "console/members/roles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.MANAGE)
def invite(request: ConsoleRequest) -> HttpResponse:
    """Invite somebody by mail."""
    form = InviteForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            invite_by_mail(
                by=request.actor,
                organisation=request.organisation,
                now=timezone.now(),
                **form.cleaned_data,
            )
            messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
            return redirect("console:members:list", request.organisation.slug)
    return form_page(request, "console/members/invite.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.MANAGE)
def change(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """Give a member other roles."""
    row = member_of(key)
    form = RolesForm(posted(request), initial={"roles": row.roles})
    if form.is_valid():
        with refusals_in(form):
            services.change_roles(by=request.actor, member=row, roles=form.cleaned_data["roles"])
            messages.success(request, _("The roles of %(name)s are changed.") % {"name": row.user})
            return redirect("console:members:list", request.organisation.slug)
    return form_page(request, "console/members/change.html", form, row=row, me=row.user_id == request.user.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.MANAGE)
def remove(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """End a membership, asked on a page of its own."""
    row, problem = member_of(key), ""
    if request.method == "POST":
        try:
            services.remove(by=request.actor, member=row)
        except Refused as refused:
            problem = refused.refusals[0].message
        else:
            messages.success(request, _("%(name)s is no longer a member.") % {"name": row.user})
            return redirect("console:members:list", request.organisation.slug)
    context = {"row": row, "problem": problem}
    return render(request, "console/members/remove.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.READ)
def leave(request: ConsoleRequest) -> HttpResponse:
    """End one's own membership."""
    problem = ""
    if request.method == "POST":
        try:
            services.remove(by=request.actor, member=request.member)
        except Refused as refused:
            problem = refused.refusals[0].message
        else:
            messages.success(request, _("You left %(name)s.") % {"name": request.organisation.name})
            return redirect("console:organisations")
    context = {"row": request.member, "problem": problem, "leaving": True}
    return render(request, "console/members/remove.html", context, status=422 if problem else 200)


@require_POST
@console(Permission.MANAGE)
def withdraw(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """The link of an invitation stops working."""
    row = need(Invitation.objects.filter(pk=key, accepted_at=None).first())
    services.withdraw(by=request.actor, invitation=row, now=timezone.now())
    messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": row.email})
    return redirect("console:members:list", request.organisation.slug)
