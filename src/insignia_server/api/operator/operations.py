"""The operator's acts: organisations, quotas, invitations to found one, domains, reports, failed jobs."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Literal

from django.conf import settings
from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from insignia_server.api.fitting import Body
from insignia_server.api.operator.guard import SCOPE, OperatorRequest
from insignia_server.api.paging import Listed, Paging, listed, one_of
from insignia_server.api.rest.rows import row
from insignia_server.awarding.evidence import used_bytes
from insignia_server.kit import failed_jobs
from insignia_server.organisations import failed_jobs as jobs
from insignia_server.organisations import operator
from insignia_server.organisations.mailing import invite_founder_by_mail
from insignia_server.organisations.models import (
    AbuseReport,
    Domain,
    DomainState,
    FoundingInvitation,
    Organisation,
    OrganisationState,
)

router = Router(tags=["operator"])


class OrganisationOut(Schema):
    """A tenant. Quotas: null is any number."""

    id: uuid.UUID
    name: str
    slug: str
    state: str
    state_reason: str
    quota_awards_a_month: int | None
    quota_evidence_bytes: int | None


class OrganisationDetail(OrganisationOut):
    """With the bytes that its evidence takes."""

    evidence_bytes: int


class SuspendIn(Body):
    """Why: the members of the organisation read it."""

    reason: str = Field(max_length=2000)


class QuotaIn(Body):
    """Both, null for any number."""

    awards_a_month: int | None = Field(ge=0, le=100_000_000)
    evidence_bytes: int | None = Field(ge=0, le=10**14)


class FounderIn(Body):
    """Whom to invite, and the language of the mail."""

    email: str = Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    language: str = "en"


class FounderOut(Schema):
    """An invitation to found an organisation."""

    id: uuid.UUID
    email: str
    created_at: dt.datetime
    expires_at: dt.datetime
    used_at: dt.datetime | None


class DomainOut(Schema):
    """A domain that an organisation says is its own."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    name: str
    state: str


class ReportOut(Schema):
    """What a visitor reported."""

    id: uuid.UUID
    organisation_id: uuid.UUID | None
    address: str
    reason: str
    text: str
    reporter: str
    created_at: dt.datetime
    closed_at: dt.datetime | None
    closing_note: str


class CloseIn(Body):
    """What was done about it."""

    note: str = Field(min_length=1, max_length=2000)


class JobOut(Schema):
    """A job that was given up."""

    key: uuid.UUID
    what: str
    name: str
    why: str
    detail: str
    attempts: int
    at: dt.datetime | None


class JobsIn(Body):
    """Which jobs; null for all that were given up."""

    jobs: list[uuid.UUID] | None = Field(max_length=100)


class CountOut(Schema):
    """How many jobs there were."""

    count: int


def _organisation(key: uuid.UUID) -> Organisation:
    found: Organisation = row(Organisation.objects, key)
    return found


@router.get("/organisations", response=Listed[OrganisationOut], **SCOPE, summary="List organisations")
def list_organisations(
    request: OperatorRequest, response: HttpResponse, asked: Query[Paging], state: str = ""
) -> dict[str, Any]:
    """Every tenant, newest first; `state`: pending, active, suspended."""
    rows = Organisation.objects.all()
    chosen = one_of("state", state, OrganisationState.values)
    return listed(request, response, rows.filter(state=chosen) if chosen else rows, asked, lambda one: one)


@router.get("/organisations/{key}", response=OrganisationDetail, **SCOPE, summary="Get an organisation")
def get_organisation(request: OperatorRequest, key: uuid.UUID) -> dict[str, Any]:
    """With its quotas."""
    found = _organisation(key)
    return {**OrganisationOut.from_orm(found).dict(), "evidence_bytes": used_bytes(found.pk)}


@router.post("/organisations/{key}/approve", response=OrganisationOut, **SCOPE, summary="Approve")
def approve(request: OperatorRequest, key: uuid.UUID) -> Organisation:
    """A waiting organisation may work."""
    return operator.approve(user=request.operator, organisation=_organisation(key))


@router.post("/organisations/{key}/suspend", response=OrganisationOut, **SCOPE, summary="Suspend")
def suspend(request: OperatorRequest, key: uuid.UUID, suspension: SuspendIn) -> Organisation:
    """It reads, and changes nothing. What it issued still verifies."""
    found = _organisation(key)
    return operator.suspend(user=request.operator, organisation=found, reason=suspension.reason)


@router.post("/organisations/{key}/resume", response=OrganisationOut, **SCOPE, summary="End a suspension")
def resume(request: OperatorRequest, key: uuid.UUID) -> Organisation:
    """Batches that paused go on within a minute."""
    return operator.resume(user=request.operator, organisation=_organisation(key))


@router.put("/organisations/{key}/quota", response=OrganisationOut, **SCOPE, summary="Set the quotas")
def set_quota(request: OperatorRequest, key: uuid.UUID, quota: QuotaIn) -> Organisation:
    """A lower one takes nothing away; it refuses what is new."""
    return operator.set_quota(user=request.operator, organisation=_organisation(key), **quota.dict())


@router.get("/founders", response=Listed[FounderOut], **SCOPE, summary="List invitations")
def list_founders(request: OperatorRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Of those who may found an organisation, newest first."""
    return listed(request, response, FoundingInvitation.objects.all(), asked, lambda one: one)


@router.post("/founders", response={201: FounderOut}, **SCOPE, summary="Invite somebody")
def invite(request: OperatorRequest, founder: FounderIn) -> Status[FoundingInvitation]:
    """To found an organisation; a mail brings the link."""
    language = one_of("language", founder.language, [code for code, _name in settings.LANGUAGES])
    made = invite_founder_by_mail(
        user=request.operator, email=founder.email, language=language or "en", now=request.now
    )
    return Status(201, made)


@router.delete("/founders/{key}", response={204: None}, **SCOPE, summary="Withdraw an invitation")
def withdraw(request: OperatorRequest, key: uuid.UUID) -> Status[None]:
    """One that was not used; its link stops working."""
    found = row(FoundingInvitation.objects.filter(used_at=None), key)
    operator.withdraw_founder(user=request.operator, invitation=found)
    return Status(204, None)


@router.get("/domains", response=Listed[DomainOut], **SCOPE, summary="List domains")
def list_domains(
    request: OperatorRequest, response: HttpResponse, asked: Query[Paging], state: str = ""
) -> dict[str, Any]:
    """Of all tenants, newest first."""
    chosen = one_of("state", state, DomainState.values)
    rows = Domain.objects.filter(state=chosen) if chosen else Domain.objects.all()
    return listed(request, response, rows, asked, lambda one: one)


@router.get("/reports", response=Listed[ReportOut], **SCOPE, summary="List reports of abuse")
def list_reports(
    request: OperatorRequest,
    response: HttpResponse,
    asked: Query[Paging],
    state: Literal["open", "closed"] = "open",
) -> dict[str, Any]:
    """Open ones, or closed ones, newest first."""
    rows = AbuseReport.objects.filter(closed_at__isnull=state == "open")
    return listed(request, response, rows, asked, lambda one: one)


@router.post("/reports/{key}/close", response=ReportOut, **SCOPE, summary="Close a report")
def close(request: OperatorRequest, key: uuid.UUID, closing: CloseIn) -> AbuseReport:
    """With a note that says how it was dealt with."""
    found: AbuseReport = row(AbuseReport.objects, key)
    return operator.close_report(user=request.operator, report=found, note=closing.note, now=request.now)


@router.get("/jobs/failed", response=list[JobOut], **SCOPE, summary="List failed jobs")
def list_jobs(request: OperatorRequest) -> list[Any]:
    """The newest hundred that were given up."""
    return [failed_jobs.described(one) for one in failed_jobs.failed()[:100]]


@router.post("/jobs/failed/retry", response=CountOut, **SCOPE, summary="Try jobs again")
def retry_jobs(request: OperatorRequest, asked: JobsIn) -> dict[str, int]:
    """They run once more with all their attempts."""
    return {"count": jobs.retry(user=request.operator, keys=asked.jobs)}


@router.post("/jobs/failed/discard", response=CountOut, **SCOPE, summary="Discard jobs")
def discard_jobs(request: OperatorRequest, asked: JobsIn) -> dict[str, int]:
    """What they were to do is not done."""
    return {"count": jobs.discard(user=request.operator, keys=asked.jobs)}
