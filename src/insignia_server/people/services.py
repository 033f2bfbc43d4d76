"""What a person has proved, and what erasure does."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from insignia_server.audit import services as audit
from insignia_server.kit import blind, scopes
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.people.models import Identifier, User
from insignia_server.people.subscribers import tell_proved


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


@scopes.crossing("erasure")
@transaction.atomic
def erase(*, user: User) -> None:
    """Erase an account: the person, what was proved, and the mapping to the pseudonym in the audit log."""
    audit.erase(user.pk)
    user.delete()
