"""Keys with which a program acts as the operator of the instance: made in the operator's pages only.

A key acts for the person who made it, and opens nothing once that person is no operator any more.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from insignia_server.audit import services as audit
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.organisations.models import OperatorKey
from insignia_server.organisations.operator import operator_actor
from insignia_server.organisations.services import hash_token
from insignia_server.people.models import User

PREFIX = "insignia-operator"


@transaction.atomic
def create_key(*, user: User, name: str) -> tuple[OperatorKey, str]:
    """A key, and its text, which is shown once. Raises Forbidden, Refused."""
    by = operator_actor(user)
    if not name.strip():
        raise Refused(Refusal(_("Give the key a name: the system that uses it."), "name", "required"))
    public, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    row = OperatorKey.objects.create(
        name=name.strip()[:200], public_part=public, secret_hash=hash_token(secret), created_by=user
    )
    audit.record(by=by, action="operator-key.create", subject=row)
    return row, f"{PREFIX}_{public}_{secret}"


@transaction.atomic
def revoke_key(*, user: User, row: OperatorKey, now: dt.datetime) -> None:
    """From now on the key opens nothing. Raises Forbidden."""
    by = operator_actor(user)
    if OperatorKey.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=now):
        audit.record(by=by, action="operator-key.revoke", subject=row)


def find_key(text: str) -> OperatorKey | None:
    """The key that opens with this text; None for every other one."""
    prefix, _first, rest = text.partition("_")
    public, _second, secret = rest.partition("_")
    if prefix != PREFIX or not secret:
        return None
    rows = OperatorKey.objects.select_related("created_by")
    row = rows.filter(public_part=public, revoked_at=None).first()
    if row is None or not hmac.compare_digest(bytes(row.secret_hash), hash_token(secret)):
        return None
    person = row.created_by
    return row if person is not None and person.is_staff and person.is_active else None


def touch(row: OperatorKey, *, now: dt.datetime) -> None:
    """Remember the last use, to the minute."""
    if row.last_used_at is None or row.last_used_at < now - dt.timedelta(minutes=1):
        OperatorKey.objects.filter(pk=row.pk).update(last_used_at=now)
