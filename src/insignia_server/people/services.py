"""What a person has proved, and what erasure does."""

from __future__ import annotations

import datetime as dt

from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from insignia_server.audit import services as audit
from insignia_server.kit import blind, scopes
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.people.models import Identifier, User
from insignia_server.people.subscribers import Leaving, tell_left, tell_proved


@transaction.atomic
def prove_identifier(*, user: User, kind: str, value: str, now: dt.datetime) -> Identifier:
    """Write down that an identifier is this person's; awards to it become theirs (people.subscribers).

    Raises:
        Refused: somebody else has proved it.
    """
    key = blind.index(kind, value)
    row = Identifier.objects.filter(blind_index=key).first()
    if row is not None and row.user_id != user.pk:
        raise Refused(Refusal(_("This identifier belongs to another account."), "value", "taken"))
    if row is None:
        normal = blind.normal_email(value) if kind == "emailAddress" else value.strip()
        try:
            with transaction.atomic():
                row = Identifier.objects.create(
                    user=user, kind=kind, value=normal, blind_index=key, proved_at=now
                )
        except IntegrityError:
            return prove_identifier(user=user, kind=kind, value=value, now=now)
    tell_proved(row)
    return row


@transaction.atomic
def update_profile(*, user: User, name: str, language: str = "", time_zone: str = "") -> User:
    """What a person says about themselves.

    Raises:
        Refused: without a name.
    """
    if not name.strip():
        raise Refused(Refusal(_("Write your name."), "name", "required"))
    user.name, user.language, user.time_zone = name.strip(), language, time_zone
    user.save(update_fields=["name", "language", "time_zone"])
    return user


@transaction.atomic
def give_up_identifier(*, user: User, kind: str, value: str) -> bool:
    """The person no longer says that this identifier is theirs, so somebody else may prove it; whether it
    was proved. What was awarded to it before stays with the person."""
    rows = Identifier.objects.filter(user=user, blind_index=blind.index(kind, value))
    return bool(rows.delete()[0])


@scopes.crossing("erasure")
@transaction.atomic
def erase(*, user: User, revoke: bool = False) -> None:
    """Erase an account: the person, what was proved, the sessions, the mapping to the pseudonym in the audit
    log; and, by the upper apps, what organisations hold of the person (awarding.erasing).

    `revoke`: the badges that the person holds are revoked; otherwise the files of them stay valid.
    """
    proved = tuple(user.identifiers.order_by("pk").values_list("kind", "value"))
    tell_left(Leaving(user.pk, proved, revoke))
    for session in UserSession.objects.filter(user=user):
        session.end()
    audit.erase(user.pk)
    user.delete()
