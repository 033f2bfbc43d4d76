"""Members and invitations."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status

from insignia_server.api.fitting import Body
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.paging import Listed, Paging, listed
from insignia_server.api.rest.rows import row
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.organisations import services
from insignia_server.organisations.mailing import invite_by_mail
from insignia_server.organisations.models import Invitation, Member
from insignia_server.organisations.roles import Permission

router = Router(tags=["members"])
invitations = Router(tags=["members"])


class MemberOut(Schema):
    """A person's roles in the organisation."""

    id: uuid.UUID
    email: str
    name: str
    roles: list[str]
    joined_at: dt.datetime


class Roles(Body):
    """Roles: owner, author, awarder, approver, auditor."""

    roles: list[str]


class InvitationIn(Roles):
    """Who is invited."""

    email: str


class InvitationOut(Schema):
    """An invitation. The link stands in the mail alone."""

    id: uuid.UUID
    email: str
    roles: list[str]
    created_at: dt.datetime
    expires_at: dt.datetime
    accepted_at: dt.datetime | None
    withdrawn_at: dt.datetime | None


def _member(one: Member) -> dict[str, Any]:
    return {
        "id": one.pk,
        "email": one.user.email,
        "name": one.user.name,
        "roles": one.roles,
        "joined_at": one.joined_at,
    }


@router.get("", response=Listed[MemberOut], **needs(Permission.READ), summary="List members")
def list_members(request: ApiRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Newest first."""
    return listed(request, response, Member.objects.select_related("user"), asked, _member)


@router.patch("/{key}", response=MemberOut, **needs(Permission.MANAGE), summary="Change roles")
def change_member(request: ApiRequest, key: uuid.UUID, change: Roles) -> dict[str, Any]:
    """These roles instead of the ones there are. The last owner stays one."""
    member = row(Member.objects.select_related("user"), key)
    return _member(services.change_roles(by=request.actor, member=member, roles=change.roles))


@router.delete("/{key}", response={204: None}, **needs(Permission.MANAGE), summary="End a membership")
def remove_member(request: ApiRequest, key: uuid.UUID) -> Status[None]:
    """The account stays; the last owner cannot be removed."""
    services.remove(by=request.actor, member=row(Member.objects, key))
    return Status(204, None)


@invitations.get("", response=Listed[InvitationOut], **needs(Permission.READ), summary="List invitations")
def list_invitations(request: ApiRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """All, open or not, newest first."""
    return listed(request, response, Invitation.objects, asked, lambda one: one)


@invitations.post("", response={201: InvitationOut}, **needs(Permission.MANAGE), summary="Invite by email")
def invite(request: ApiRequest, invitation: InvitationIn) -> Status[Any]:
    """Sends a mail with a link that counts for this address alone, for 14 days."""
    made = invite_by_mail(
        by=request.actor,
        organisation=request.client.organisation,
        email=_address(invitation.email),
        roles=invitation.roles,
        now=request.now,
    )
    return Status(201, made)


def _address(text: str) -> str:
    try:
        validate_email(text.strip())
    except ValidationError:
        message = _("This is no email address.")
        raise Refused(Refusal(message, "email", "email", "name@example.edu", text[:100])) from None
    return text.strip()


@invitations.delete("/{key}", response={204: None}, **needs(Permission.MANAGE), summary="Withdraw")
def withdraw(request: ApiRequest, key: uuid.UUID) -> Status[None]:
    """The link stops working."""
    services.withdraw(by=request.actor, invitation=row(Invitation.objects, key), now=request.now)
    return Status(204, None)
