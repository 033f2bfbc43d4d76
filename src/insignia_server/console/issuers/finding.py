"""Rows and contexts that the pages of issuer profiles share."""

from __future__ import annotations

import uuid
from typing import Any

from insignia_server.console.access import ConsoleRequest, need
from insignia_server.issuers import addresses
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.organisations.roles import Permission


def issuer_of(slug: str) -> Issuer:
    """The issuer profile of this address in the organisation, or 404."""
    found: Issuer = need(Issuer.objects.select_related("parent").filter(slug=slug).first())
    return found


def key_of(issuer: Issuer, key: uuid.UUID) -> SigningKey:
    """A key of this issuer, or 404."""
    found: SigningKey = need(
        SigningKey.objects.select_related("issuer").filter(issuer=issuer, pk=key).first()
    )
    return found


def page_context(request: ConsoleRequest, issuer: Issuer, tab: str = "") -> dict[str, Any]:
    """What every page of an issuer profile shows: its head, its tabs, what the person may do."""
    return {
        "issuer": issuer,
        "tab": tab,
        "may_change": request.actor.may(Permission.ISSUERS) and issuer.archived_at is None,
        "may_archive": request.actor.may(Permission.ISSUERS),
        "documents": {
            "page": addresses.home(issuer),
            "profile": addresses.profile(issuer),
            "did": addresses.did_json(issuer),
            "keys": addresses.key_log(issuer),
            "log": f"{addresses.home(issuer)}log.json",
        },
    }
