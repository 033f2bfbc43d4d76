"""Many awards in one request, each with its own outcome. For files, and for more, there are batches."""

from __future__ import annotations

import uuid
from typing import Any

from ninja import Router, Schema
from pydantic import Field, ValidationError

from insignia_server.achievements.models import Achievement
from insignia_server.api.fitting import Body, sent_as, unfit
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.problems import told
from insignia_server.api.rest.achievements import achievement_of
from insignia_server.api.rest.awards import RECIPIENT, FactsIn, RecipientIn, act_key, facts_of
from insignia_server.awarding import services
from insignia_server.awarding.models import AwardSource
from insignia_server.awarding.services import Recipient
from insignia_server.kit.errors import Refused
from insignia_server.organisations.roles import Permission

router = Router(tags=["awards"])
MOST = 1_000


class RowIn(FactsIn):
    """One award. `key` names the act within the organisation; without one the place in the request does."""

    recipient: RecipientIn
    key: str = Field("", max_length=150)


class BulkIn(Body):
    """Up to 1,000 rows of one achievement. A row that does not fit its schema is refused alone."""

    achievement: uuid.UUID
    rows: list[dict[str, Any]] = Field(min_length=1, max_length=MOST)
    send: bool = True
    refuse_held: bool = False


class RowOut(Schema):
    """What became of a row: `awarded`, `known` (its key had made the award before) or `refused`."""

    row: int = Field(description="From 0.")
    outcome: str
    award: uuid.UUID | None = None
    errors: list[dict[str, str]] = Field(default=[])


class BulkOut(Schema):
    """Outcomes in the order of the rows."""

    awarded: int
    known: int
    refused: int
    rows: list[RowOut]


@router.post("/bulk", response=BulkOut, **needs(Permission.AWARD), summary="Award to many")
def award_many(request: ApiRequest, bulk: BulkIn) -> dict[str, Any]:
    """Each row is an act of its own: what is wrong with one does not stop the others. The same request again
    (with the same Idempotency-Key or the same `key` in each row) awards nothing twice."""
    achievement = achievement_of(bulk.achievement)
    outcomes = [_one(request, bulk, achievement, number, given) for number, given in enumerate(bulk.rows)]
    counts = {
        name: sum(one["outcome"] == name for one in outcomes) for name in ("awarded", "known", "refused")
    }
    return {**counts, "rows": outcomes}


def _one(
    request: ApiRequest, bulk: BulkIn, achievement: Achievement, number: int, given: dict[str, Any]
) -> dict[str, Any]:
    try:
        row = RowIn.model_validate(given)
    except ValidationError as error:
        return {"row": number, "outcome": "refused", "errors": unfit(RowIn, error)}
    try:
        with sent_as(**RECIPIENT):
            made = services.award(
                by=request.actor,
                achievement=achievement,
                recipient=Recipient(**row.recipient.dict()),
                key=act_key(request, row.key) if row.key else f"{act_key(request, '')}:{number}",
                source=AwardSource.API,
                send=bulk.send,
                refuse_held=bulk.refuse_held,
                now=request.now,
                **facts_of(row),
            )
    except Refused as refused:
        return {"row": number, "outcome": "refused", "errors": told(refused.refusals)}
    return {
        "row": number,
        "outcome": "awarded" if made.created_at == request.now else "known",
        "award": made.pk,
    }
