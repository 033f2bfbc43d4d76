"""Many awards in one request, each with its own outcome. For files, and for more, there are batches."""

from __future__ import annotations

import uuid
from typing import Any

from ninja import Router, Schema
from pydantic import Field, ValidationError

from insignia_server.achievements.models import Achievement
from insignia_server.api.fitting import Body, renamed, unfit
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.problems import told
from insignia_server.api.rest.achievements import achievement_of
from insignia_server.api.rest.awards import RECIPIENT, FactsIn, RecipientIn, act_key, facts_of
from insignia_server.awarding import many
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
    allow_duplicates: bool = Field(
        False,
        description="Award twice to a recipient who stands in two rows; otherwise the second is refused.",
    )


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
    (with the same Idempotency-Key or the same `key` in each row) awards nothing twice. A recipient who stands
    in an earlier row is refused with `person.twice`, unless `allow_duplicates`. As many as need a second
    person's approval (`approval_from` of the organisation) are refused with `approval`; send a batch."""
    achievement = achievement_of(bulk.achievement, field="achievement")
    header = act_key(request, "")
    outcomes: dict[int, dict[str, Any]] = {}
    asked: dict[int, many.Asked] = {}
    for number, given in enumerate(bulk.rows):
        try:
            row = RowIn.model_validate(given)
        except ValidationError as error:
            outcomes[number] = {"row": number, "outcome": "refused", "errors": unfit(RowIn, error)}
            continue
        asked[number] = many.Asked(
            number=number,
            key=act_key(request, row.key) if row.key.strip() else f"{header}:{number}",
            recipient=Recipient(**row.recipient.dict()),
            facts=facts_of(row),
        )
    for number, one in zip(asked, _awarded(request, bulk, achievement, list(asked.values())), strict=True):
        outcomes[number] = {
            "row": number,
            "outcome": one.state,
            "award": one.award,
            "errors": told(renamed(one.refusals, RECIPIENT)),
        }
    rows = [outcomes[number] for number in range(len(bulk.rows))]
    counts = {name: sum(one["outcome"] == name for one in rows) for name in ("awarded", "known", "refused")}
    return {**counts, "rows": rows}


def _awarded(
    request: ApiRequest, bulk: BulkIn, achievement: Achievement, rows: list[many.Asked]
) -> list[many.Outcome]:
    """The outcomes; what refuses all of them is said of each."""
    try:
        return many.award_many(
            by=request.actor,
            achievement=achievement,
            rows=rows,
            source=AwardSource.API,
            now=request.now,
            send=bulk.send,
            refuse_held=bulk.refuse_held,
            allow_duplicates=bulk.allow_duplicates,
        )
    except Refused as refused:
        return [many.Outcome("refused", refusals=tuple(refused.refusals)) for _row in rows]
