"""Use cases of tenants: founding, members, invitations. Domains, groups, clients have their own modules."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from insignia_server.audit import services as audit
from insignia_server.kit import scopes
from insignia_server.kit.blind import normal_email
from insignia_server.kit.errors import Forbidden, NotHere, Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import (
    FoundingInvitation,
    Invitation,
    Member,
    Organisation,
    OrganisationState,
)
from insignia_server.organisations.roles import ROLE_NAMES, Permission, Role, granted
from insignia_server.people.models import User

INVITATION_DAYS = 14
RESERVED_SLUGS = frozenset(
    {
        "new",
        "admin",
        "api",
        "design",
        "help",
        "operator",
        "start",
        "static",
        "verify",
        "insignia",
        "vc-api-open",
    }
)
SETTINGS = (
    *("name", "language", "time_zone", "day_first", "accent", "second_colour", "public_theme"),
    *("reply_to", "hold_minutes", "approval_from"),
)
TokenSource = Callable[[], str]


def new_token() -> str:
    """A token that cannot be guessed; only its hash is stored."""
    return secrets.token_urlsafe(24)


def hash_token(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).digest()


def check_slug(slug: str, *, name: str = "") -> str:
    """The slug, or one made of the name.

    Raises:
        Refused: it is reserved, or has other characters than a-z, 0-9 and -.
    """
    made = slug.strip().lower() or slugify(name)[:60].strip("-")
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])", made):
        expected = _("2 to 60 letters a to z, digits and hyphens")
        raise Refused(
            Refusal(
                _("Choose an address of {expected}.").format(expected=expected),
                "slug",
                "slug",
                expected,
                slug,
            )
        )
    if made in RESERVED_SLUGS:
        raise Refused(
            Refusal(
                _("“{slug}” is reserved. Choose another address.").format(slug=made),
                "slug",
                "taken",
                "",
                made,
            )
        )
    return made


@transaction.atomic
def found(*, user: User, name: str, slug: str = "", token: str = "") -> Organisation:
    """Found an organisation; the founder becomes its owner. FOUNDING decides who may, and whether it waits.

    Raises:
        Refused: name or slug; Forbidden: this person may not.
    """
    name = name.strip()
    if not name:
        raise Refused(Refusal(_("Give the organisation a name."), "name", "required"))
    invited = _founding_invitation(user, token)
    if not may_found(user=user, token=token):
        raise Forbidden(
            _("On this instance organisations are founded by invitation. Ask the operator for one.")
        )
    waits = founding_waits(user=user, token=token)
    state = OrganisationState.PENDING if waits else OrganisationState.ACTIVE
    language = (user.language or translation.get_language() or "en")[:2]
    try:
        with scopes.crossing("founding"), transaction.atomic():
            organisation = Organisation.objects.create(
                name=name, slug=check_slug(slug, name=name), state=state, created_by=user, language=language
            )
    except IntegrityError:
        raise Refused(Refusal(_("This address is taken. Choose another one."), "slug", "taken")) from None
    with scopes.organisation(organisation.pk):
        Member.objects.create(organisation=organisation, user=user, roles=[Role.OWNER])
    unused = FoundingInvitation.objects.filter(pk=invited.pk, used_at=None) if invited else None
    if unused is not None and not unused.update(used_at=timezone.now()):
        raise NotHere  # used at the same moment
    by = Actor("member", organisation.pk, granted([Role.OWNER]), user_id=user.pk)
    audit.record(by=by, action="organisation.found", subject=organisation, waits=waits)
    return organisation


def may_found(*, user: User, token: str = "") -> bool:
    """Whether this person may found an organisation here, by FOUNDING and an invitation's token."""
    return settings.FOUNDING != "invitation" or user.is_staff or bool(_founding_invitation(user, token))


def founding_waits(*, user: User, token: str = "") -> bool:
    """Whether the operator approves what this person founds."""
    return settings.FOUNDING == "approved" and not (user.is_staff or _founding_invitation(user, token))


def _founding_invitation(user: User, token: str) -> FoundingInvitation | None:
    if not token:
        return None
    row = FoundingInvitation.objects.filter(
        token_hash=hash_token(token), used_at=None, expires_at__gt=timezone.now()
    ).first()
    return row if row and normal_email(row.email) == normal_email(user.email) else None


@transaction.atomic
def update_settings(*, by: Actor, organisation: Organisation, values: Mapping[str, Any]) -> Organisation:
    """Change what stands in SETTINGS; unknown names are a defect of the caller."""
    by.require(Permission.MANAGE)
    changed = [name for name in SETTINGS if name in values and values[name] != getattr(organisation, name)]
    for name in changed:
        setattr(organisation, name, values[name])
    if changed:
        organisation.save(update_fields=changed)
        audit.record(by=by, action="organisation.change", subject=organisation, changed=changed)
    return organisation


def check_roles(roles: Iterable[str]) -> list[str]:
    """Known roles, each once, in the order of the table.

    Raises:
        Refused: none, or an unknown one.
    """
    wanted = set(roles)
    unknown = wanted - set(Role)
    if unknown or not wanted:
        known = ", ".join(str(ROLE_NAMES[role]) for role in Role)
        raise Refused(
            Refusal(
                _("Choose at least one role: {known}.").format(known=known),
                "roles",
                "roles",
                known,
                str(unknown or ""),
            )
        )
    return [role.value for role in Role if role in wanted]


@transaction.atomic
def invite(
    *, by: Actor, email: str, roles: Iterable[str], now: dt.datetime, token: str = ""
) -> tuple[Invitation, str]:
    """Invite by email. Returns the invitation and its token, which is in the mail and nowhere else."""
    by.require(Permission.MANAGE)
    chosen, address, secret = check_roles(roles), normal_email(email), token or new_token()
    if Member.objects.filter(user__email__iexact=address).exists():
        raise Refused(
            Refusal(
                _("{email} is a member already. Change the roles in the list.").format(email=address),
                "email",
                "member",
            )
        )
    Invitation.objects.filter(email__iexact=address, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=now
    )
    invitation = Invitation.objects.create(
        organisation_id=by.organisation_id,
        email=address,
        roles=chosen,
        token_hash=hash_token(secret),
        invited_by_id=by.user_id,
        expires_at=now + dt.timedelta(days=INVITATION_DAYS),
    )
    audit.record(by=by, action="member.invite", subject=invitation, roles=chosen)
    return invitation, secret


def find_invitation(token: str, *, now: dt.datetime) -> Invitation:
    """The open invitation of a token.

    Raises:
        NotHere: none, or it is used, withdrawn or too old.
    """
    with scopes.crossing("invitation"):
        row = (
            Invitation.objects.select_related("organisation")
            .filter(token_hash=hash_token(token), accepted_at=None, withdrawn_at=None, expires_at__gt=now)
            .first()
        )
    if row is None:
        raise NotHere
    found_row: Invitation = row
    return found_row


def proved_addresses(user: User) -> set[str]:
    """The addresses that are this person's, in their normal form."""
    proved = user.identifiers.filter(kind="emailAddress").values_list("value", flat=True)
    return {normal_email(value) for value in [*proved, user.email]}


def waiting_invitations(user: User, *, now: dt.datetime) -> list[Invitation]:
    """The open invitations to this person's addresses, with their organisations."""
    with scopes.crossing("invitation"):
        rows = Invitation.objects.select_related("organisation").filter(
            email__in=proved_addresses(user), accepted_at=None, withdrawn_at=None, expires_at__gt=now
        )
        return list(rows.order_by("expires_at"))


def accept_waiting(*, user: User, invitation_id: uuid.UUID, now: dt.datetime) -> Member:
    """As `accept`, for an invitation that is shown to its reader after sign-in, without its token.

    Raises:
        NotHere: no open invitation to one of this person's addresses.
    """
    rows = waiting_invitations(user, now=now)
    invitation = next((row for row in rows if row.pk == invitation_id), None)
    if invitation is None:
        raise NotHere
    return _join(user, invitation, now)


@transaction.atomic
def accept(*, user: User, token: str, now: dt.datetime) -> Member:
    """Become a member. The invitation counts only for the address that it was sent to.

    Raises:
        NotHere: no open invitation; Forbidden: it was sent to somebody else.
    """
    invitation = find_invitation(token, now=now)
    if normal_email(invitation.email) not in proved_addresses(user):
        raise Forbidden(
            _("This invitation went to another address. Sign in with that one, or ask for one to yours.")
        )
    return _join(user, invitation, now)


@transaction.atomic
def _join(user: User, invitation: Invitation, now: dt.datetime) -> Member:
    with scopes.crossing("invitation"):
        taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=now)
        if not taken:
            raise NotHere
        member, made = Member.objects.get_or_create(
            organisation_id=invitation.organisation_id, user=user, defaults={"roles": invitation.roles}
        )
        if not made:
            member.roles = check_roles([*member.roles, *invitation.roles])
            member.save(update_fields=["roles"])
    result: Member = member
    result.organisation = invitation.organisation  # for whoever is in no scope yet
    audit.record(by=result.actor(), action="member.join", subject=result, roles=result.roles)
    return result


@transaction.atomic
def withdraw(*, by: Actor, invitation: Invitation, now: dt.datetime) -> None:
    """Take an invitation back; its link stops working."""
    by.require(Permission.MANAGE)
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(withdrawn_at=now)
    audit.record(by=by, action="member.withdraw-invitation", subject=invitation)


def _keep_an_owner(member: Member) -> None:
    """Raises Refused when nobody else is an owner; two who leave at the same moment wait for each other."""
    Organisation.objects.select_for_update(no_key=True).get(pk=member.organisation_id)
    others = Member.objects.exclude(pk=member.pk)
    if not any(Role.OWNER in other.roles for other in others.only("roles")):
        raise Refused(
            Refusal(
                _("An organisation needs an owner. Make somebody else an owner first."), "roles", "last-owner"
            )
        )


@transaction.atomic
def change_roles(*, by: Actor, member: Member, roles: Iterable[str]) -> Member:
    """Give a member these roles instead of the ones there are."""
    by.require(Permission.MANAGE)
    chosen = check_roles(roles)
    if Role.OWNER not in chosen:
        _keep_an_owner(member)
    before, member.roles = member.roles, chosen
    member.save(update_fields=["roles"])
    audit.record(by=by, action="member.roles", subject=member, before=before, after=chosen)
    return member


@transaction.atomic
def remove(*, by: Actor, member: Member) -> None:
    """End a membership; one may always end one's own."""
    if member.user_id != by.user_id:
        by.require(Permission.MANAGE)
    _keep_an_owner(member)
    audit.record(by=by, action="member.remove", subject=member)
    member.delete()


def only_owned(user: User) -> list[Organisation]:
    """The organisations that would be without an owner if this person left."""
    mine = [one.organisation for one in memberships(user) if Role.OWNER in one.roles]
    with scopes.crossing("sign-in"):
        others = Member.objects.filter(organisation__in=mine).exclude(user=user)
        kept = {one.organisation_id for one in others if Role.OWNER in one.roles}
    return [one for one in mine if one.pk not in kept]


def memberships(user: User) -> list[Member]:
    """A person's memberships, suspended organisations included, by name of the organisation."""
    with scopes.crossing("sign-in"):
        rows = (
            Member.objects.filter(user=user)
            .select_related("organisation", "user")
            .order_by("organisation__name")
        )
        return list(rows)


def membership(user_id: uuid.UUID, slug: str) -> Member:
    """This person's membership in this organisation.

    Raises:
        NotHere: there is none, or no such organisation: strangers cannot tell which.
    """
    with scopes.crossing("sign-in"):
        row = (
            Member.objects.select_related("organisation", "user")
            .filter(user_id=user_id, organisation__slug=slug)
            .first()
        )
    if row is None:
        raise NotHere
    found_row: Member = row
    return found_row
