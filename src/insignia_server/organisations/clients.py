"""API clients: keys with scopes. A key is shown once; only a hash of its secret is stored."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia_server.audit import services as audit
from insignia_server.kit import scopes
from insignia_server.kit.errors import Forbidden, Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import ApiClient, OrganisationState
from insignia_server.organisations.roles import Permission
from insignia_server.organisations.services import hash_token

PREFIX = "insignia"


@transaction.atomic
def create_client(
    *, by: Actor, name: str, scopes_: Iterable[str], a_minute: int = 600, random: str = ""
) -> tuple[ApiClient, str]:
    """A client and its key. It may do at most what its maker may do."""
    by.require(Permission.MANAGE)
    wanted = set(scopes_)
    unknown = wanted - {str(permission) for permission in by.permissions}
    if unknown or not wanted:
        known = ", ".join(sorted(by.permissions))
        raise Refused(
            Refusal(
                _("Choose at least one of: {known}.").format(known=known),
                "scopes",
                "scopes",
                known,
                ", ".join(sorted(unknown)),
            )
        )
    if not name.strip():
        raise Refused(
            Refusal(_("Give the client a name, so that you know later what uses it."), "name", "required")
        )
    public, secret = secrets.token_hex(8), random or secrets.token_urlsafe(32)
    client = ApiClient.objects.create(
        organisation_id=by.organisation_id,
        name=name.strip(),
        public_part=public,
        secret_hash=hash_token(secret),
        scopes=sorted(wanted),
        created_by_id=by.user_id,
        a_minute=a_minute,
    )
    audit.record(by=by, action="client.create", subject=client, scopes=sorted(wanted))
    return client, f"{PREFIX}_{public}_{secret}"


@transaction.atomic
def revoke_client(*, by: Actor, client: ApiClient, now: dt.datetime) -> None:
    """From now on the key opens nothing."""
    by.require(Permission.MANAGE)
    ApiClient.objects.filter(pk=client.pk, revoked_at=None).update(revoked_at=now)
    audit.record(by=by, action="client.revoke", subject=client)


def find_client(key: str) -> ApiClient | None:
    """The client whose key this is; None for any other text. One query."""
    prefix, _first, rest = key.partition("_")
    public, _second, secret = rest.partition("_")
    if prefix != PREFIX or not secret:
        return None
    with scopes.crossing("api-client"):
        client: ApiClient | None = (
            ApiClient.objects.select_related("organisation")
            .filter(public_part=public, revoked_at=None)
            .first()
        )
    if client is None or not hmac.compare_digest(bytes(client.secret_hash), hash_token(secret)):
        return None
    return client


def actor_of(client: ApiClient) -> Actor:
    """The client as the one who acts.

    Raises:
        Forbidden: its organisation is not active.
    """
    if client.organisation.state != OrganisationState.ACTIVE:
        raise Forbidden(
            _("This organisation is not active: {state}.").format(
                state=client.organisation.get_state_display()
            )
        )
    permissions = frozenset(Permission(scope) for scope in client.scopes if scope in set(Permission))
    return Actor("client", client.organisation_id, permissions, client_id=client.pk, label=client.name)


def touch(client: ApiClient, *, now: dt.datetime | None = None) -> None:
    """Remember the last use, to the minute."""
    now = now or timezone.now()
    if client.last_used_at is None or client.last_used_at < now - dt.timedelta(minutes=1):
        with scopes.organisation(client.organisation_id):
            ApiClient.objects.filter(pk=client.pk).update(last_used_at=now)
