"""Invitations that go out by mail: the token is in the message and nowhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import pgettext

from insignia_server.mail.services import Outgoing, queue_many
from insignia_server.organisations import operator, services
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import FoundingInvitation, Invitation, Organisation
from insignia_server.organisations.roles import ROLE_NAMES, Role
from insignia_server.people.models import User


@transaction.atomic
def invite_by_mail(
    *, by: Actor, organisation: Organisation, email: str, roles: Iterable[str], now: dt.datetime
) -> Invitation:
    """Invite somebody to an organisation, in the organisation's language.

    Raises:
        Refused, Forbidden: as services.invite.
    """
    invitation, token = services.invite(by=by, email=email, roles=roles, now=now)
    with translation.override(organisation.language):
        context = {
            "organisation": organisation.name,
            "roles": [str(ROLE_NAMES[Role(role)]) for role in invitation.roles],
            "url": f"{settings.PUBLIC_URL}/invitation/{token}/",
            "inviter": by.label,
            "expires": _day(invitation.expires_at),
        }
    queue_many(
        [
            Outgoing(
                "invitation",
                invitation.email,
                "",
                organisation.language,
                context,
                subject_type="invitation",
                subject_id=str(invitation.pk),
                organisation_id=organisation.pk,
                reply_to=organisation.reply_to,
            )
        ],
        now=now,
    )
    return invitation


@transaction.atomic
def invite_founder_by_mail(*, user: User, email: str, language: str, now: dt.datetime) -> FoundingInvitation:
    """Invite somebody to found an organisation.

    Raises:
        Forbidden: `user` is no operator.
    """
    invitation, token = operator.invite_founder(user=user, email=email, now=now)
    with translation.override(language):
        context = {
            "instance": settings.INSTANCE_NAME,
            "url": f"{settings.PUBLIC_URL}/console/new/?invitation={token}",
            "expires": _day(invitation.expires_at),
        }
    subject = ("founding", str(invitation.pk))
    queue_many([Outgoing("founding_invitation", invitation.email, "", language, context, *subject)], now=now)
    return invitation


def _day(at: dt.datetime) -> str:
    return date_format(at, pgettext("date format", "j F Y"), use_l10n=False)
