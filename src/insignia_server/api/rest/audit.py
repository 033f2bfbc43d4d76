"""The audit log: who changed what. People are named by a pseudonym."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema

from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.paging import Listed, Paging, listed, one_of
from insignia_server.audit.models import Entry
from insignia_server.audit.words import ACTIONS
from insignia_server.organisations.roles import Permission

router = Router(tags=["audit"])


class EntryOut(Schema):
    """One act."""

    id: uuid.UUID
    at: dt.datetime
    actor_kind: str
    actor: uuid.UUID | None
    action: str
    subject_kind: str
    subject: str
    facts: dict[str, Any]


@router.get("", response=Listed[EntryOut], **needs(Permission.AUDIT), summary="Read the audit log")
def list_entries(
    request: ApiRequest,
    response: HttpResponse,
    asked: Query[Paging],
    action: str = "",
    subject: str = "",
) -> dict[str, Any]:
    """Newest first; of one `action` (`award.revoke`), of one `subject` (a key)."""
    one_of("action", action, tuple(ACTIONS))
    rows = Entry.objects.filter(organisation_id=request.actor.organisation_id)
    rows = rows.filter(action=action) if action else rows
    rows = rows.filter(subject=subject[:80]) if subject else rows
    return listed(request, response, rows, asked, lambda one: one)
