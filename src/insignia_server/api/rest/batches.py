"""Batches: a file of many awards, checked, held, signed, delivered; and undone."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import islice
from typing import Any, Final, Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import File, Form, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from insignia_server.api.fitting import Body
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.limits import UPLOAD_BYTES
from insignia_server.api.paging import Listed, Paging, listed, one_of
from insignia_server.api.rest.achievements import achievement_of
from insignia_server.api.rest.batch_files import answer
from insignia_server.api.rest.rows import row
from insignia_server.api.rest.uploads import content_of
from insignia_server.awarding import batches
from insignia_server.awarding.batches.reports import LARGE
from insignia_server.awarding.models import Batch, BatchState
from insignia_server.organisations.models import Group
from insignia_server.organisations.roles import Permission

router = Router(tags=["batches"])
Kind = Literal["csv", "xlsx"]
_SAME: Final = (
    *("id", "name", "state", "source_name", "rows", "good", "bad", "warned", "signed", "refused", "skipped"),
    *("to_send", "sent", "unsent", "undone", "created_at", "confirmed_at", "hold_until", "approved_at"),
    *("started_at", "finished_at", "failure"),
)


class BatchIn(Body):
    """Beside `file`: without an achievement each row names its own."""

    name: str = Field("", max_length=200)
    achievement: uuid.UUID | None = None
    group: uuid.UUID | None = None
    like: uuid.UUID | None = Field(
        None,
        description="The file corrects the one of this batch: the new batch has its columns and choices, and "
        "is checked at once when all are found again. A file that could not be read is replaced.",
    )


class OptionsIn(Body):
    """How the file is read and what is done with it; what is left out stays as it was."""

    sheet: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    mapping: dict[str, str] | None = Field(None, description="Field of a row -> heading of its column.")
    defaults: dict[str, str] | None = Field(None, description="Texts for fields that a row leaves empty.")
    date_order: Literal["", "dmy", "mdy"] | None = None
    held: Literal["warn", "refuse"] | None = None
    send: bool | None = None


class Lines(Schema):
    """Which rows: those after line `after`."""

    after: int = Field(0, ge=0)
    limit: int = Field(500, ge=1, le=5_000)


class UndoIn(Body):
    """Why: the learners read it."""

    reason: str


class BatchOut(Schema):
    """A batch and its counters; polling it costs the same however long it is."""

    id: uuid.UUID
    achievement: uuid.UUID | None
    name: str
    state: str
    source_name: str
    percent: int
    rows: int
    good: int
    bad: int
    warned: int
    signed: int
    refused: int
    skipped: int
    to_send: int
    sent: int
    unsent: int
    undone: int
    created_at: dt.datetime
    confirmed_at: dt.datetime | None
    hold_until: dt.datetime | None
    approved_at: dt.datetime | None
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    failure: str


class BatchDetail(BatchOut):
    """With how the file is read, what was found in it (`preview`: columns with examples, sheets, delimiter,
    encoding, problems of the file) and what the check found: counts by code, the first ones in full."""

    headings: list[str]
    preview: dict[str, Any]
    options: dict[str, Any]
    summary: dict[str, Any]


class ProblemOut(Schema):
    """What is wrong with a row."""

    line: int
    column: str | None
    field: str
    code: str
    is_error: bool
    message: str
    expected: str
    got: str
    suggestion: str


class OutcomeOut(Schema):
    """What became of a row: `issued`, `known` (awarded before) or `refused`."""

    line: int
    state: str
    award: str
    message: str


def _shown(one: Batch) -> dict[str, Any]:
    percent = batches.progress(one, now=timezone.now()).percent
    return {
        **{name: getattr(one, name) for name in _SAME},
        "achievement": one.achievement_id,
        "percent": percent,
    }


def _listed(one: Batch) -> dict[str, Any]:
    done = one.signed + one.skipped + one.refused
    percent = 100 if one.finished_at else 100 * done // max(one.good, 1)
    return {
        **{name: getattr(one, name) for name in _SAME},
        "achievement": one.achievement_id,
        "percent": min(percent, 100),
    }


def _batch(key: uuid.UUID) -> Batch:
    found: Batch = row(Batch.objects.select_related("achievement"), key)
    return found


def _detail(key: uuid.UUID) -> dict[str, Any]:
    one = _batch(key)
    return {
        **_shown(one),
        "headings": one.headings,
        "preview": one.preview,
        "options": one.options,
        "summary": one.summary,
    }


@router.get("", response=Listed[BatchOut], **needs(Permission.READ), summary="List batches")
def list_batches(
    request: ApiRequest, response: HttpResponse, asked: Query[Paging], state: str = ""
) -> dict[str, Any]:
    """Newest first."""
    one_of("state", state, BatchState.values)
    rows = Batch.objects.defer(*LARGE)
    return listed(request, response, rows.filter(state=state) if state else rows, asked, _listed)


@router.post("", response={202: BatchDetail}, **needs(Permission.AWARD), summary="Upload a file")
def upload(request: ApiRequest, file: File[UploadedFile], batch: Form[BatchIn]) -> Status[dict[str, Any]]:
    """CSV or XLSX as `file` of a multipart form. It is read by a job: poll the batch until `state` is
    no longer `reading`; then its headings are there, and what they may mean (or `failure` says what is
    wrong with the file)."""
    made = batches.start_bulk(
        by=request.actor,
        achievement=achievement_of(batch.achievement, field="achievement") if batch.achievement else None,
        name=batch.name or (file.name or "")[:200],
        content=content_of(file, most=UPLOAD_BYTES),
        file_name=file.name or "",
        group=row(Group.objects, batch.group, field="group") if batch.group else None,
        like=_batch(batch.like) if batch.like else None,
    )
    return Status(202, _detail(made.pk))


@router.get("/{key}", response=BatchDetail, **needs(Permission.READ), summary="Get a batch")
def get_batch(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """With its options and the summary of the check."""
    return _detail(key)


@router.patch(
    "/{key}/options",
    response={200: BatchDetail, 202: BatchDetail},
    **needs(Permission.AWARD),
    summary="Set options",
)
def set_options(request: ApiRequest, key: uuid.UUID, options: OptionsIn) -> Status[dict[str, Any]]:
    """Also during the hold: the batch is then prepared again, and has to be checked again. 202: the file is
    read once more, by a job; poll the batch until `state` is no longer `reading`."""
    values = {name: value for name, value in options.dict(exclude_unset=True).items() if value is not None}
    changed = batches.set_options(by=request.actor, batch=_batch(key), **values)
    return Status(202 if changed.state == BatchState.READING else 200, _detail(key))


@router.post("/{key}/check", response={202: BatchDetail}, **needs(Permission.AWARD), summary="Check the file")
def check(request: ApiRequest, key: uuid.UUID) -> Status[dict[str, Any]]:
    """The dry run, by a job: poll the batch until `state` is `checked`."""
    batches.check(by=request.actor, batch=_batch(key))
    return Status(202, _detail(key))


@router.get("/{key}/problems", response=list[ProblemOut], **needs(Permission.READ), summary="List problems")
def list_problems(request: ApiRequest, key: uuid.UUID, asked: Query[Lines]) -> list[dict[str, Any]]:
    """In the order of the rows, from the one after line `after`."""
    found = (_problem(one) for one in batches.problems(_batch(key)) if one.line > asked.after)
    return list(islice(found, asked.limit))


def _problem(one: Any) -> dict[str, Any]:
    same = ("line", "code", "is_error", "message", "expected", "got")
    return {
        **{name: getattr(one, name) for name in same},
        "column": one.column.heading if one.column else None,
        "field": one.field or "",
        "suggestion": one.suggestion or "",
    }


@router.get("/{key}/problems/file", **needs(Permission.READ), summary="Download the problems")
def problems_file(
    request: ApiRequest, key: uuid.UUID, format: Kind = "csv", only_bad: bool = False, again: bool = False
) -> HttpResponse:
    """The file as it came, with what is wrong beside each row. A long one is written by a job: 202 with
    `state` and `Retry-After`, until the same address answers the file. `again`: after a failure."""
    return answer(_batch(key), "bad" if only_bad else "problems", format, now=request.now, again=again)


@router.post("/{key}/confirm", response={202: BatchDetail}, **needs(Permission.AWARD), summary="Confirm")
def confirm(request: ApiRequest, key: uuid.UUID) -> Status[dict[str, Any]]:
    """The hold begins, or the wait for a second person. Rows with errors are left out."""
    batches.confirm(by=request.actor, batch=_batch(key), now=request.now)
    return Status(202, _detail(key))


@router.post("/{key}/approve", response={202: BatchDetail}, **needs(Permission.APPROVE), summary="Approve")
def approve(request: ApiRequest, key: uuid.UUID) -> Status[dict[str, Any]]:
    """By somebody else than who confirmed it."""
    batches.approve(by=request.actor, batch=_batch(key), now=request.now)
    return Status(202, _detail(key))


@router.post("/{key}/stop", response=BatchDetail, **needs(Permission.AWARD), summary="Stop")
def stop(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """What is signed stays; the rest is not signed."""
    batches.stop(by=request.actor, batch=_batch(key))
    return _detail(key)


@router.post("/{key}/retry", response={202: BatchDetail}, **needs(Permission.AWARD), summary="Retry")
def retry(request: ApiRequest, key: uuid.UUID) -> Status[dict[str, Any]]:
    """The rows that were refused, or left behind; or the reading or checking that failed."""
    batches.retry_failed(by=request.actor, batch=_batch(key), now=request.now)
    return Status(202, _detail(key))


@router.post("/{key}/undo", response={202: BatchDetail}, **needs(Permission.REVOKE), summary="Undo")
def undo(request: ApiRequest, key: uuid.UUID, undo: UndoIn) -> Status[dict[str, Any]]:
    """Revoke everything that it signed."""
    batches.undo_batch(by=request.actor, batch=_batch(key), reason=undo.reason, now=request.now)
    return Status(202, _detail(key))


@router.get("/{key}/outcomes", response=list[OutcomeOut], **needs(Permission.READ), summary="List outcomes")
def list_outcomes(request: ApiRequest, key: uuid.UUID, asked: Query[Lines]) -> list[dict[str, Any]]:
    """Of the rows that could be awarded, in their order, from the one after line `after`."""
    found = (one._asdict() for one in batches.row_outcomes(_batch(key)) if one.line > asked.after)
    return list(islice(found, asked.limit))


@router.get("/{key}/outcomes/file", **needs(Permission.READ), summary="Download the outcomes")
def outcomes_file(
    request: ApiRequest, key: uuid.UUID, format: Kind = "csv", again: bool = False
) -> HttpResponse:
    """The file as it came, with what became of each row; 202 as for the problems."""
    return answer(_batch(key), "outcomes", format, now=request.now, again=again)
