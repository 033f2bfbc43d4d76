"""Learners who are erased."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from insignia_server.api.fitting import Body
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.paging import Listed, Paging, listed
from insignia_server.api.rest.rows import row
from insignia_server.awarding import erasing
from insignia_server.awarding.models import Erasure
from insignia_server.organisations.roles import Permission

router = Router(tags=["awards"])
_SAME: Final = ("id", "state", "counts", "created_at", "finished_at")


class ErasureIn(Body):
    """Whom, and what becomes of badges that the learner has saved: they stay valid, or are revoked."""

    identifier: str
    identifier_kind: str = Field("", description="Empty: an email address, or a DID.")
    badges: Literal["keep", "revoke"] = "keep"


class ErasureOut(Schema):
    """How far it is. Whom it was is not kept."""

    id: uuid.UUID
    state: str = Field(description="running or done.")
    badges: str
    counts: dict[str, int] = Field(description="awards, claims, roster, rows (of files), messages.")
    created_at: dt.datetime
    finished_at: dt.datetime | None


def _shown(one: Erasure) -> dict[str, Any]:
    return {**{name: getattr(one, name) for name in _SAME}, "badges": "revoke" if one.revoke else "keep"}


@router.post("", response={202: ErasureOut}, **needs(Permission.MANAGE), summary="Erase a learner")
def erase(request: ApiRequest, asked: ErasureIn) -> Status[dict[str, Any]]:
    """What the organisation holds of a learner: badges at once, mails and rows of files by a job. Not an
    account that the person has, and nothing of other organisations. It cannot be undone."""
    made = erasing.erase_learner(
        by=request.actor,
        identifier=asked.identifier,
        identifier_kind=asked.identifier_kind,
        revoke=asked.badges == "revoke",
        now=request.now,
    )
    return Status(202, _shown(made))


@router.get("", response=Listed[ErasureOut], **needs(Permission.MANAGE), summary="List erasures")
def list_erasures(request: ApiRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Newest first."""
    return listed(request, response, Erasure.objects.all(), asked, _shown)


@router.get("/{key}", response=ErasureOut, **needs(Permission.MANAGE), summary="Get an erasure")
def get_erasure(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """How far it is; cheap, so poll it."""
    return _shown(row(Erasure.objects, key))
