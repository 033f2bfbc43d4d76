"""Issuing again what a compromised key signed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status

from insignia_server.api.fitting import Body, sent_as
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.paging import Listed, Paging, listed
from insignia_server.api.rest.issuers import issuer_of
from insignia_server.api.rest.rows import row
from insignia_server.awarding import reissuing
from insignia_server.awarding.models import Reissue
from insignia_server.issuers.models import SigningKey
from insignia_server.organisations.roles import Permission

keys = Router(tags=["issuers"])
router = Router(tags=["issuers"])
_SAME: Final = (
    *("id", "state", "reason", "send", "total", "reissued", "refused", "refusals", "failure", "percent"),
    *("created_at", "finished_at"),
)


class AffectedOut(Schema):
    """Credentials in force that the key signed. `uncounted` count nowhere any more; `anchored` the issuance
    log had before, so they count here. The others are left out: `suspended`, `over` (ended by date),
    `elsewhere` (issued over the VC-API)."""

    uncounted: int
    anchored: int
    suspended: int
    over: int
    elsewhere: int


class ReissueIn(Body):
    """Why (the learners read it), which, and whether they get a mail."""

    reason: str
    which: Literal["uncounted", "all"] = "uncounted"
    send: bool = True


class RefusalOut(Schema):
    """An award that could not be signed again."""

    award: uuid.UUID
    message: str


class ReissueOut(Schema):
    """How far it is; `refusals` are the first hundred."""

    id: uuid.UUID
    key: uuid.UUID
    which: str
    state: str
    reason: str
    send: bool
    total: int
    reissued: int
    refused: int
    refusals: list[RefusalOut]
    percent: int
    failure: str
    created_at: dt.datetime
    finished_at: dt.datetime | None


class PairOut(Schema):
    """An award, and the one that took its place; `message` says why there is none."""

    old: uuid.UUID
    new: uuid.UUID | None
    message: str


def _shown(one: Reissue) -> dict[str, Any]:
    which = "all" if one.everything else "uncounted"
    return {**{name: getattr(one, name) for name in _SAME}, "key": one.key_id, "which": which}


def _key(issuer: uuid.UUID, key: uuid.UUID) -> SigningKey:
    rows = SigningKey.objects.select_related("issuer").filter(issuer=issuer_of(issuer))
    found: SigningKey = row(rows, key)
    return found


@keys.get(
    "/{key}/keys/{signing_key}/affected",
    response=AffectedOut,
    **needs(Permission.READ),
    summary="Count what a compromised key left behind",
)
def affected(request: ApiRequest, key: uuid.UUID, signing_key: uuid.UUID) -> Any:
    """Of a key that is not compromised, everything in force is `anchored`."""
    return reissuing.affected(_key(key, signing_key), now=request.now)


@keys.post(
    "/{key}/keys/{signing_key}/reissue",
    response={202: ReissueOut},
    **needs(Permission.AWARD),
    summary="Issue again what a compromised key signed",
)
def reissue(
    request: ApiRequest, key: uuid.UUID, signing_key: uuid.UUID, asked: ReissueIn
) -> Status[dict[str, Any]]:
    """By a job: poll `GET /reissues/{key}`. While one runs for the key, it is given back."""
    with sent_as(everything="which", key="signing_key"):
        made = reissuing.start(
            by=request.actor,
            key=_key(key, signing_key),
            reason=asked.reason,
            everything=asked.which == "all",
            send=asked.send,
            now=request.now,
        )
    return Status(202, _shown(made))


@router.get("", response=Listed[ReissueOut], **needs(Permission.READ), summary="List reissues")
def list_reissues(request: ApiRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Newest first."""
    return listed(request, response, Reissue.objects.all(), asked, _shown)


@router.get("/{key}", response=ReissueOut, **needs(Permission.READ), summary="Get a reissue")
def get_reissue(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """How far it is; cheap, so poll it."""
    return _shown(row(Reissue.objects, key))


@router.get(
    "/{key}/outcomes", response=list[PairOut], **needs(Permission.READ), summary="List what became of each"
)
def list_outcomes(
    request: ApiRequest, key: uuid.UUID, after: uuid.UUID | None = None, limit: int = 500
) -> list[dict[str, Any]]:
    """In the order of the old awards, from the one after `after`; at most 5,000."""
    found = reissuing.outcomes(row(Reissue.objects, key), after=after, limit=min(max(limit, 1), 5_000))
    return [{"old": old.pk, "new": new.pk if new else None, "message": why} for old, new, why in found]
